//! Who is whose parent: view `link` for very many records, looked up once for each parent.
//!
//! The rules are the view's (`schema/views.sql`), and a test holds the two together.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hasher},
    rc::Rc,
};

use rusqlite::{CachedStatement, Connection};

pub use self::{
    bearers::{Above, KINDS, Parents},
    node::{COLUMNS, Node, Passing},
};
use self::{
    bearers::{Bearers, GENE, Known, TRANSCRIPT, is_parent, rank_of},
    node::text,
};
use crate::class::{Class, Classes};

mod bearers;
mod node;

/// How many records are remembered by their ID; then all are forgotten, so that memory stays flat.
const MOST_REMEMBERED: usize = 65_536;

/// How many of the records that passed by are remembered.
const RECENT: usize = 4_096;

/// The same of a child, whose parents may be a text of megabytes, with its bases, strand and phase.
const CHILD: &str = "record_id, dataset, seqid, type, ID, NULL, start, \"end\", strand, phase";

/// A record that is part of another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Child {
    pub record: i64,
    /// The class of its type.
    pub class: Option<Class>,
    /// Its first and its last base, 1-based, both inside; of a feature across the origin of a circle, the end may
    /// come first.
    pub bases: Option<(i64, i64)>,
    /// `+` or `-`.
    pub strand: Option<char>,
    /// Bases to the next codon's first base.
    pub phase: Option<u8>,
    /// Whether it is on its parent's sequence.
    pub is_on_sequence: bool,
}

/// The records that name an ID as their parent.
#[derive(Debug, Default)]
struct Family {
    of: Key,
    /// The records that have the ID.
    bearers: Option<Known>,
    /// The sequences of the children, as they come; each with the group that has the parents of these.
    seqids: Vec<(Option<Box<str>>, usize)>,
    /// Each with the place of its sequence and its kind, by group.
    children: Vec<(u32, u8, Child)>,
}

/// A line of an ID: its sequence and type, its record.
pub type Line = ((Option<String>, Option<String>), i64);

/// A record that passed by, whose ID no other has.
#[derive(Clone, Debug, Default)]
struct Recent {
    dataset: String,
    id: String,
    record: Option<i64>,
    rank: usize,
}

/// An ID and its dataset.
type Key = (String, String);

/// Looks parents and children up.
pub struct Tree<'c> {
    by_id: CachedStatement<'c>,
    by_record: CachedStatement<'c>,
    parents_of: CachedStatement<'c>,
    children: CachedStatement<'c>,
    several_parents: CachedStatement<'c>,
    classes: Classes,
    /// Records by dataset and ID.
    bearers: HashMap<String, Known>,
    /// How many records these are.
    remembered: usize,
    /// How many the commonest ID has.
    largest: usize,
    /// The ID and dataset asked for last.
    last: Option<(Key, Known)>,
    key: String,
    /// Parents stand shortly before their children, and need no search then.
    recent: Vec<Recent>,
    any_multi_parent: bool,
    /// The children of the ID that was asked for last.
    family: Family,
    /// How many walks there were.
    walks: u32,
}

impl<'c> Tree<'c> {
    /// Prepares the statements.
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            by_id: connection.prepare_cached(
                "SELECT record_id, seqid, type FROM gff WHERE ID = ?1 AND dataset = ?2",
            )?,
            by_record: connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM gff WHERE record_id = ?1"))?,
            parents_of: connection
                .prepare_cached("SELECT Parent FROM _multi_parent WHERE record_id = ?1")?,
            children: connection.prepare_cached(&format!(
                "SELECT {CHILD} FROM gff WHERE Parent = ?1 AND +dataset = ?2
                     AND NOT EXISTS (SELECT 1 FROM _multi_parent AS m WHERE m.record_id = gff.record_id)"
            ))?,
            several_parents: connection.prepare_cached(&format!(
                "SELECT {CHILD} FROM gff
                 WHERE record_id IN (SELECT record_id FROM _multi_parent WHERE Parent = ?1)
                     AND +dataset = ?2"
            ))?,
            classes: Classes::read(connection)?,
            bearers: HashMap::new(),
            remembered: 0,
            largest: 0,
            walks: 0,
            last: None,
            key: String::new(),
            recent: Vec::new(),
            family: Family::default(),
            any_multi_parent: connection.query_row(
                "SELECT EXISTS (SELECT 1 FROM _multi_parent)",
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
        let rank = self.rank(passing.ty);
        let recent = &mut self.recent[place(id)];
        id.clone_into(&mut recent.id);
        passing
            .dataset
            .unwrap_or_default()
            .clone_into(&mut recent.dataset);
        recent.record = Some(passing.record);
        recent.rank = rank;
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
                || self.rank(passing.ty) == self.rank(node.ty.as_deref()))
    }

    /// Begins a walk that notes what it knows of parents; returns its number.
    pub fn begin(&mut self) -> u32 {
        self.walks += 1;
        self.walks
    }

    /// Adds what a record is part of to `above`.
    pub fn above(&mut self, node: &Node, above: &mut Vec<Above>) -> rusqlite::Result<()> {
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
        // Where there are several, `Parent` is none of them.
        if names.is_empty() {
            names.push(parent.clone());
        }
        for name in names {
            above.extend(self.of_name(node, &name)?);
        }
        Ok(())
    }

    /// Returns those records of an ID that a record is part of.
    fn of_name(&mut self, node: &Node, name: &str) -> rusqlite::Result<Option<Above>> {
        let same_name = node.id.as_deref() == Some(name);
        let kind = self.kind(node.ty.as_deref(), same_name);
        // The parts of one feature stand together.
        if !is_last(&self.last, &node.dataset, name)
            && let Some(recent) = self.recent.get(place(name))
            && recent.id == name
            && recent.dataset == node.dataset
            && let Some(record) = recent.record
        {
            return Ok(is_parent(recent.rank, kind).then_some(Above::One(record)));
        }
        let bearers = match self.bearers(&node.dataset, name)? {
            Known::Nothing => return Ok(None),
            Known::One(record, rank) => {
                return Ok(is_parent(rank, kind).then_some(Above::One(record)));
            }
            Known::Several(bearers) => bearers,
        };
        let Some(group) = bearers.group(node.seqid.as_deref()) else {
            return Ok(None);
        };
        let parents = Parents {
            bearers,
            group,
            kind,
        };
        Ok(match (parents.get(0), parents.get(1)) {
            (Some(record), None) => Some(Above::One(record)),
            (None, _) => None,
            _ => Some(Above::Several(parents)),
        })
    }

    /// Returns the classes of types.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// Returns the records that a record is part of, in file order, each once.
    pub fn parents(&mut self, child: &Passing<'_>) -> rusqlite::Result<Vec<i64>> {
        let mut node = Node::default();
        node.fill(child);
        let mut above = Vec::new();
        self.above(&node, &mut above)?;
        let mut parents = Vec::with_capacity(above.len());
        for above in above {
            match above {
                Above::One(parent) => parents.push(parent),
                Above::Several(several) => parents.extend(several.records()),
            }
        }
        parents.sort_unstable();
        parents.dedup();
        Ok(parents)
    }

    /// Tells whether a gene and a transcript have the same ID.
    pub fn is_gene_and_transcript(&mut self, dataset: &str, id: &str) -> rusqlite::Result<bool> {
        Ok(match self.bearers(dataset, id)? {
            Known::Nothing | Known::One(..) => false,
            Known::Several(bearers) => {
                let has = |rank: usize| {
                    (bearers.groups.iter()).any(|group| group.bounds[rank] < group.bounds[rank + 1])
                };
                has(GENE) && has(TRANSCRIPT)
            }
        })
    }

    /// Sets `children` to the records that are part of a record.
    pub fn children(
        &mut self,
        parent: &Passing<'_>,
        children: &mut Vec<Child>,
    ) -> rusqlite::Result<()> {
        children.clear();
        let (Some(id), Some(dataset)) = (parent.id, parent.dataset) else {
            return Ok(());
        };
        if (self.family.of.0.as_str(), self.family.of.1.as_str()) != (id, dataset)
            || self.family.bearers.is_none()
        {
            self.gather(dataset, id)?;
        }
        let Family {
            bearers,
            seqids,
            children: all,
            ..
        } = &self.family;
        let on_sequence = |child: &(u32, u8, Child)| Child {
            is_on_sequence: seqids[child.0 as usize].0.as_deref() == parent.seqid,
            ..child.2
        };
        match bearers {
            None | Some(Known::Nothing) => {}
            Some(Known::One(_, rank)) => {
                let own = all.iter().filter(|c| is_parent(*rank, usize::from(c.1)));
                children.extend(own.map(on_sequence));
            }
            Some(Known::Several(bearers)) => {
                let Some(group) = bearers.group(parent.seqid) else {
                    return Ok(());
                };
                let group_of = |child: &(u32, u8, Child)| seqids[child.0 as usize].1;
                let first = all.partition_point(|child| group_of(child) < group);
                let count = all[first..].partition_point(|child| group_of(child) == group);
                let mut is_parent = [None; KINDS];
                for child in &all[first..first + count] {
                    let kind = usize::from(child.1);
                    let is_parent = is_parent[kind].get_or_insert_with(|| {
                        let parents = Parents {
                            bearers: Rc::clone(bearers),
                            group,
                            kind,
                        };
                        parents.has(parent.record)
                    });
                    if *is_parent {
                        children.push(on_sequence(child));
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads the records that name an ID as their parent into `family`.
    fn gather(&mut self, dataset: &str, id: &str) -> rusqlite::Result<()> {
        let family = &mut self.family;
        family.bearers = None;
        family.seqids.clear();
        family.children.clear();
        let statements = match self.any_multi_parent {
            true => &mut [&mut self.children, &mut self.several_parents][..],
            false => &mut [&mut self.children],
        };
        for statement in statements {
            let mut rows = statement.query([id, dataset])?;
            while let Some(row) = rows.next()? {
                let child = Passing::of(row)?;
                let class = self.classes.of(child.ty);
                let kind = 2 * rank_of(&self.classes, child.ty) + usize::from(child.id == Some(id));
                // Most stand on the sequence of the one before.
                if (family.seqids.last()).is_none_or(|last| last.0.as_deref() != child.seqid) {
                    family.seqids.push((child.seqid.map(Box::from), 0));
                }
                let number = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_i64().ok());
                family.children.push((
                    family.seqids.len() as u32 - 1,
                    kind as u8,
                    Child {
                        record: child.record,
                        class,
                        bases: number(6)?.zip(number(7)?),
                        strand: strand(text(row, 8)?),
                        phase: number(9)?.and_then(|phase| u8::try_from(phase).ok()),
                        is_on_sequence: false,
                    },
                ));
            }
        }
        let known = match self.family.children.is_empty() {
            true => Known::Nothing,
            false => self.bearers(dataset, id)?,
        };
        let family = &mut self.family;
        if let Known::Several(bearers) = &known {
            for (seqid, group) in &mut family.seqids {
                *group = bearers.group(seqid.as_deref()).unwrap_or(usize::MAX);
            }
            let seqids = &family.seqids;
            let group = |child: &(u32, u8, Child)| seqids[child.0 as usize].1;
            family.children.sort_by_key(group);
        }
        id.clone_into(&mut family.of.0);
        dataset.clone_into(&mut family.of.1);
        family.bearers = Some(known);
        Ok(())
    }

    /// Hands on the records that name an ID as their parent; a record may come twice. Where several records
    /// have the ID, with those of them that are its parents. Nothing is looked up where there are none.
    pub fn below(
        &mut self,
        dataset: &str,
        id: &str,
        mut each: impl FnMut(Option<Parents>, i64),
    ) -> rusqlite::Result<()> {
        let (mut seqids, mut children) = (Vec::new(), Vec::new());
        let statements = match self.any_multi_parent {
            true => &mut [&mut self.children, &mut self.several_parents][..],
            false => &mut [&mut self.children],
        };
        for statement in statements {
            let mut rows = statement.query([id, dataset])?;
            while let Some(row) = rows.next()? {
                let child = Passing::of(row)?;
                let kind = 2 * rank_of(&self.classes, child.ty) + usize::from(child.id == Some(id));
                // Most stand on the sequence of the one before.
                if seqids
                    .last()
                    .is_none_or(|last: &Option<Box<str>>| last.as_deref() != child.seqid)
                {
                    seqids.push(child.seqid.map(Box::from));
                }
                children.push((seqids.len() as u32 - 1, kind as u32, child.record));
            }
        }
        if children.is_empty() {
            return Ok(());
        }
        let bearers = match self.bearers(dataset, id)? {
            Known::Nothing => return Ok(()),
            Known::One(_, rank) => {
                for (_, kind, record) in children {
                    if is_parent(rank, kind as usize) {
                        each(None, record);
                    }
                }
                return Ok(());
            }
            Known::Several(bearers) => bearers,
        };
        let groups: Vec<Option<usize>> = seqids
            .iter()
            .map(|seqid| bearers.group(seqid.as_deref()))
            .collect();
        for (seqid, kind, record) in children {
            if let Some(group) = groups[seqid as usize] {
                let parents = Parents {
                    bearers: Rc::clone(&bearers),
                    group,
                    kind: kind as usize,
                };
                each(Some(parents), record);
            }
        }
        Ok(())
    }

    /// Returns the kind of a child.
    fn kind(&self, ty: Option<&str>, same_name: bool) -> usize {
        2 * self.rank(ty) + usize::from(same_name)
    }

    /// Adds the lines of a record's ID to `lines`: sequence, type and record.
    pub fn lines(&mut self, node: &Node, lines: &mut Vec<Line>) -> rusqlite::Result<()> {
        let Some(id) = &node.id else { return Ok(()) };
        let mut rows = self.by_id.query([id, &node.dataset])?;
        while let Some(row) = rows.next()? {
            let text = |column| text(row, column).map(|text| text.map(String::from));
            lines.push(((text(1)?, text(2)?), row.get(0)?));
        }
        Ok(())
    }

    /// Sets `lines` to the records that are one feature with a record, itself among them, in file order: of its
    /// ID, its sequence and its level.
    pub fn feature(&mut self, of: &Passing<'_>, lines: &mut Vec<i64>) -> rusqlite::Result<()> {
        lines.clear();
        if let (Some(dataset), Some(id)) = (of.dataset, of.id)
            && let Known::Several(bearers) = self.bearers(dataset, id)?
            && let Some(group) = bearers.group(of.seqid)
        {
            let bounds = bearers.groups[group].bounds;
            let rank = self.rank(of.ty);
            lines.extend(&bearers.records[bounds[rank]..bounds[rank + 1]]);
        }
        if lines.is_empty() {
            lines.push(of.record);
        }
        Ok(())
    }

    /// Returns 0 for a gene, 1 for a transcript, 2 for all else.
    fn rank(&self, ty: Option<&str>) -> usize {
        rank_of(&self.classes, ty)
    }

    fn is_part(&self, ty: Option<&str>) -> bool {
        // Introns have parts in no file that was seen, and are looked up like all else.
        self.classes
            .of(ty)
            .is_some_and(|class| class.is_part() && class != Class::Intron)
    }

    /// Returns the records of an ID.
    fn bearers(&mut self, dataset: &str, id: &str) -> rusqlite::Result<Known> {
        if let Some((_, last)) = &self.last
            && is_last(&self.last, dataset, id)
        {
            return Ok(last.clone());
        }
        self.key.clear();
        self.key.push_str(dataset);
        self.key.push('\0');
        self.key.push_str(id);
        if let Some(found) = self.bearers.get(&self.key) {
            let found = found.clone();
            match &mut self.last {
                Some((key, last)) => {
                    id.clone_into(&mut key.0);
                    dataset.clone_into(&mut key.1);
                    *last = found.clone();
                }
                last => *last = Some(((id.to_owned(), dataset.to_owned()), found.clone())),
            }
            return Ok(found);
        }
        let mut found = Vec::new();
        let mut rows = self.by_id.query([id, dataset])?;
        while let Some(row) = rows.next()? {
            let rank = rank_of(&self.classes, text(row, 2)?);
            found.push((text(row, 1)?.map(Box::from), rank, row.get(0)?));
        }
        let records = found.len() + 1;
        let found = match found.as_slice() {
            [] => Known::Nothing,
            [(_, rank, record)] => Known::One(*record, *rank),
            _ => Known::Several(Rc::new(Bearers::new(found))),
        };
        self.largest = self.largest.max(records);
        self.remembered += records;
        // One of very many records is not read again for every few others.
        if self.remembered > MOST_REMEMBERED.max(2 * self.largest) {
            self.bearers.clear();
            self.remembered = records;
        }
        self.bearers.insert(self.key.clone(), found.clone());
        Ok(found)
    }
}

/// Tells whether an ID of a dataset is the one that was asked for last.
fn is_last(last: &Option<(Key, Known)>, dataset: &str, id: &str) -> bool {
    last.as_ref()
        .is_some_and(|(of, _)| of.0 == id && of.1 == dataset)
}

/// Returns a strand that has a direction.
pub fn strand(text: Option<&str>) -> Option<char> {
    match text {
        Some("+") => Some('+'),
        Some("-") => Some('-'),
        _ => None,
    }
}

/// Returns where an ID is remembered, if it is.
fn place(id: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    hasher.write(id.as_bytes());
    hasher.finish() as usize % RECENT
}
