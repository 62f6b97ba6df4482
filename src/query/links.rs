//! View `link` for very many records: who is whose parent, looked up once for each parent.
//!
//! The rules are the view's (`schema/views.sql`), and a test holds the two together.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hasher},
    rc::Rc,
};

use rusqlite::{CachedStatement, Connection};

/// How many parents are remembered; then all are forgotten, so that memory stays flat.
const MOST_REMEMBERED: usize = 65_536;

/// How many of the records that passed by are remembered.
const RECENT: usize = 4_096;

/// The columns of a [`Node`], borrowed from a row that passes by.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'r> {
    pub record: i64,
    pub dataset: Option<&'r str>,
    pub seqid: Option<&'r str>,
    pub ty: Option<&'r str>,
    pub id: Option<&'r str>,
    pub parent: Option<&'r str>,
}

impl<'r> Passing<'r> {
    /// Reads a row of [`COLUMNS`].
    pub fn of(row: &'r rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            record: row.get(0)?,
            dataset: text(row, 1)?,
            seqid: text(row, 2)?,
            ty: text(row, 3)?,
            id: text(row, 4)?,
            parent: text(row, 5)?,
        })
    }
}

/// A record, as far as its links go.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Node {
    pub record: i64,
    pub dataset: String,
    pub seqid: Option<String>,
    pub ty: Option<String>,
    pub id: Option<String>,
    pub parent: Option<String>,
}

/// The columns that a [`Node`] is read from.
pub const COLUMNS: &str = "record_id, dataset, seqid, type, ID, Parent";

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Level {
    Gene,
    Transcript,
    /// Of a class whose records have no parts; for all rules the same as the next.
    Part,
    #[default]
    Other,
}

/// A record that has an ID.
#[derive(Clone, Debug, Default)]
struct Bearer {
    record: i64,
    seqid: Option<String>,
    level: Level,
}

/// A record that passed by, whose ID no other has.
#[derive(Clone, Debug, Default)]
struct Recent {
    dataset: String,
    id: String,
    bearer: Option<Bearer>,
}

/// An ID and its dataset.
type Key = (String, String);

/// Looks parents up.
pub struct Links<'c> {
    by_id: CachedStatement<'c>,
    by_record: CachedStatement<'c>,
    parents_of: CachedStatement<'c>,
    levels: HashMap<String, Level>,
    /// Records by dataset and ID.
    bearers: HashMap<String, Rc<[Bearer]>>,
    /// The ID and dataset asked for last.
    last: Option<(Key, Rc<[Bearer]>)>,
    key: String,
    /// Parents stand shortly before their children, and need no search then.
    recent: Vec<Recent>,
    any_multi_parent: bool,
}

impl<'c> Links<'c> {
    /// Prepares the statements.
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        let levels = connection
            .prepare(
                "SELECT type, class FROM type_class
                 WHERE class IN ('gene', 'transcript', 'exon', 'cds', 'utr', 'codon')",
            )?
            .query_map([], |row| {
                let level = match row.get_ref(1)?.as_str()? {
                    "gene" => Level::Gene,
                    "transcript" => Level::Transcript,
                    _ => Level::Part,
                };
                Ok((row.get(0)?, level))
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Self {
            by_id: connection.prepare_cached(
                "SELECT record_id, seqid, type FROM gff WHERE ID = ?1 AND dataset = ?2",
            )?,
            by_record: connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM gff WHERE record_id = ?1"))?,
            parents_of: connection
                .prepare_cached("SELECT Parent FROM multi_parent WHERE record_id = ?1")?,
            levels,
            bearers: HashMap::new(),
            last: None,
            key: String::new(),
            recent: Vec::new(),
            any_multi_parent: connection.query_row(
                "SELECT EXISTS (SELECT 1 FROM multi_parent)",
                [],
                |row| row.get(0),
            )?,
        })
    }

    /// Reads a record.
    pub fn read(&mut self, record: i64, node: &mut Node) -> rusqlite::Result<()> {
        let mut rows = self.by_record.query([record])?;
        match rows.next()? {
            Some(row) => node.fill(&Passing::of(row)?),
            None => *node = Node::default(),
        }
        Ok(())
    }

    /// Remembers a record that passes by in file order, whose ID no other record has.
    pub fn pass(&mut self, passing: &Passing<'_>) {
        // Parts have no parts; if they do, they are looked up.
        let Some(id) = passing.id.filter(|_| !self.is_part(passing.ty)) else {
            return;
        };
        if self.recent.is_empty() {
            self.recent.resize_with(RECENT, Recent::default);
        }
        let level = self.level(passing.ty);
        let recent = &mut self.recent[place(id)];
        id.clone_into(&mut recent.id);
        passing
            .dataset
            .unwrap_or_default()
            .clone_into(&mut recent.dataset);
        let bearer = recent.bearer.get_or_insert_default();
        bearer.record = passing.record;
        bearer.level = level;
        set(&mut bearer.seqid, passing.seqid);
    }

    /// Tells whether a record has the same parents as a node, by the node's alone.
    pub fn is_sibling(&self, node: &Node, passing: &Passing<'_>) -> bool {
        passing.parent == node.parent.as_deref()
            && passing.seqid == node.seqid.as_deref()
            && passing.dataset == Some(node.dataset.as_str())
            // A comma: there may be several. The same ID: levels decide.
            && passing.id != passing.parent
            && node.id != node.parent
            && passing.parent.is_some_and(|parent| !parent.contains(','))
            && (passing.ty == node.ty.as_deref()
                || self.level(passing.ty) == self.level(node.ty.as_deref()))
    }

    /// Adds the records of all parents of a record to `found`.
    pub fn parents(&mut self, node: &Node, found: &mut Vec<i64>) -> rusqlite::Result<()> {
        let Some(parent) = &node.parent else {
            return Ok(());
        };
        let mut names = Vec::new();
        if self.any_multi_parent {
            let mut rows = self.parents_of.query([node.record])?;
            while let Some(row) = rows.next()? {
                names.push(row.get::<_, String>(0)?);
            }
        }
        if names.is_empty() {
            names.push(parent.clone());
        }
        for name in names {
            let bearers = self.bearers(&node.dataset, &name)?;
            self.pick(node, &name, &bearers, found);
        }
        Ok(())
    }

    /// Adds the other lines of a record's feature to `found`.
    pub fn lines(&mut self, node: &Node, found: &mut Vec<i64>) -> rusqlite::Result<()> {
        let Some(id) = &node.id else { return Ok(()) };
        let mut rows = self.by_id.query([id, &node.dataset])?;
        while let Some(row) = rows.next()? {
            let (seqid, ty): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
            if seqid == node.seqid && ty == node.ty {
                found.push(row.get(0)?);
            }
        }
        Ok(())
    }

    /// Of the records that have the parent's ID, the ones that are the parent.
    fn pick(&self, node: &Node, name: &str, bearers: &[Bearer], found: &mut Vec<i64>) {
        let level = self.level(node.ty.as_deref());
        let same_name = node.id.as_deref() == Some(name);
        for bearer in bearers.iter().filter(|b| b.record != node.record) {
            let beside = |wanted| {
                bearers.iter().any(|o| {
                    o.record != node.record && o.seqid == bearer.seqid && o.level == wanted
                })
            };
            let near =
                bearer.seqid == node.seqid || bearers.iter().all(|o| o.seqid == bearer.seqid);
            let above = !same_name
                || match bearer.level {
                    Level::Gene => level != Level::Gene,
                    Level::Transcript => level == Level::Other,
                    Level::Part | Level::Other => false,
                };
            let next = match bearer.level {
                Level::Gene => level == Level::Transcript || !beside(Level::Transcript),
                Level::Transcript => level != Level::Transcript || !beside(Level::Gene),
                Level::Part | Level::Other => true,
            };
            if near && above && next {
                found.push(bearer.record);
            }
        }
    }

    fn level(&self, ty: Option<&str>) -> Level {
        level_of(&self.levels, ty)
    }

    fn is_part(&self, ty: Option<&str>) -> bool {
        ty.and_then(|ty| self.levels.get(ty)) == Some(&Level::Part)
    }

    /// Returns the records of an ID.
    fn bearers(&mut self, dataset: &str, id: &str) -> rusqlite::Result<Rc<[Bearer]>> {
        // The parts of one feature stand together.
        if let Some((of, last)) = &self.last
            && of.0 == id
            && of.1 == dataset
        {
            return Ok(Rc::clone(last));
        }
        if let Some(recent) = self.recent.get(place(id))
            && recent.id == id
            && recent.dataset == dataset
            && let Some(bearer) = &recent.bearer
        {
            return Ok(Rc::from([bearer.clone()]));
        }
        self.key.clear();
        self.key.push_str(dataset);
        self.key.push('\0');
        self.key.push_str(id);
        if let Some(found) = self.bearers.get(&self.key) {
            let found = Rc::clone(found);
            self.last = Some(((id.to_owned(), dataset.to_owned()), Rc::clone(&found)));
            return Ok(found);
        }
        let mut found = Vec::new();
        let mut rows = self.by_id.query([id, dataset])?;
        while let Some(row) = rows.next()? {
            let ty = row.get_ref(2)?.as_str_or_null().unwrap_or(None);
            let level = level_of(&self.levels, ty);
            found.push(Bearer {
                record: row.get(0)?,
                seqid: row.get(1)?,
                level,
            });
        }
        let found: Rc<[Bearer]> = found.into();
        if self.bearers.len() >= MOST_REMEMBERED {
            self.bearers.clear();
        }
        self.bearers.insert(self.key.clone(), Rc::clone(&found));
        Ok(found)
    }
}

fn level_of(levels: &HashMap<String, Level>, ty: Option<&str>) -> Level {
    match ty.and_then(|ty| levels.get(ty)) {
        None | Some(Level::Part) => Level::Other,
        Some(level) => *level,
    }
}

fn text<'a>(row: &'a rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<&'a str>> {
    Ok(row.get_ref(column)?.as_str_or_null().unwrap_or(None))
}

/// Sets a text in the memory that is there.
fn set(slot: &mut Option<String>, text: Option<&str>) {
    match (slot, text) {
        (Some(old), Some(new)) => new.clone_into(old),
        (slot, new) => *slot = new.map(str::to_owned),
    }
}

/// Returns where an ID is remembered, if it is.
fn place(id: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    hasher.write(id.as_bytes());
    hasher.finish() as usize % RECENT
}

impl Node {
    /// Copies the columns, into the memory that is there.
    pub fn fill(&mut self, passing: &Passing<'_>) {
        self.record = passing.record;
        passing
            .dataset
            .unwrap_or_default()
            .clone_into(&mut self.dataset);
        set(&mut self.seqid, passing.seqid);
        set(&mut self.ty, passing.ty);
        set(&mut self.id, passing.id);
        set(&mut self.parent, passing.parent);
    }
}
