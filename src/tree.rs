//! Who is whose parent: view `link` for very many records, looked up once for each parent.
//!
//! The rules are the view's (`schema/views.sql`), and a test holds the two together.

use std::{
    cell::Cell,
    collections::HashMap,
    hash::{DefaultHasher, Hasher},
    rc::Rc,
};

use rusqlite::{CachedStatement, Connection};

use crate::class::{Class, Classes};

/// How many records are remembered by their ID; then all are forgotten, so that memory stays flat.
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

/// The records that have an ID, by sequence and level.
#[derive(Debug, Default)]
struct Bearers {
    /// Those of one group after another: of each genes, transcripts, others.
    records: Vec<i64>,
    /// One a sequence, sorted.
    groups: Vec<Group>,
}

/// What is known of an ID.
#[derive(Clone, Debug)]
enum Known {
    /// No record has it.
    Nothing,
    /// One has: its record, and whether it is a gene, a transcript or another.
    One(i64, usize),
    Several(Rc<Bearers>),
}

/// The records of an ID that are on one sequence.
#[derive(Debug, Default)]
struct Group {
    seqid: Option<Box<str>>,
    /// Where genes, transcripts and others begin among the records, and where the others end.
    bounds: [usize; 4],
    /// What a walk noted of them as parents of each kind of child, and which walk it was.
    notes: [Cell<(u32, bool)>; KINDS],
}

/// Of a child it counts whether it is a gene, a transcript or another, and whether it has its parent's ID.
pub const KINDS: usize = 6;

/// What a record is part of.
#[derive(Clone, Debug)]
pub enum Above {
    /// A single record.
    One(i64),
    /// Records that share an ID.
    Several(Parents),
}

/// Those of the records that share an ID which are the parent of one kind of child.
#[derive(Clone, Debug)]
pub struct Parents {
    bearers: Rc<Bearers>,
    group: usize,
    kind: usize,
}

impl Bearers {
    /// Sorts records into groups.
    fn new(mut found: Vec<(Option<Box<str>>, usize, i64)>) -> Self {
        found.sort_unstable();
        let mut bearers = Self {
            records: found.iter().map(|(.., record)| *record).collect(),
            groups: Vec::new(),
        };
        for (place, (seqid, rank, _)) in found.into_iter().enumerate() {
            if bearers
                .groups
                .last()
                .is_none_or(|group| group.seqid != seqid)
            {
                bearers.groups.push(Group {
                    seqid,
                    bounds: [place; 4],
                    ..Group::default()
                });
            }
            if let Some(group) = bearers.groups.last_mut() {
                group.bounds[rank + 1..].fill(place + 1);
            }
        }
        bearers
    }

    /// Returns the group that has the parents of a child on a sequence: its own, or the only one.
    fn group(&self, seqid: Option<&str>) -> Option<usize> {
        match self.groups.len() {
            1 => Some(0),
            _ => self
                .groups
                .binary_search_by(|group| group.seqid.as_deref().cmp(&seqid))
                .ok(),
        }
    }
}

impl Group {
    /// Tells which of genes, transcripts and others are the parents of such children. A record is never its
    /// own: it has the parent's ID, and then only levels above its own are.
    fn parents(&self, kind: usize) -> [bool; 3] {
        let [genes, transcripts, others, _] = self.bounds;
        let is_in = |rank: usize| [genes < transcripts, transcripts < others][rank];
        let (rank, same_name) = (kind / 2, kind % 2 == 1);
        [
            // The same name: gene above transcript above the rest. Of a gene and a transcript that share
            // the parent's ID, the level above the child's.
            !(same_name && rank == GENE) && (rank == TRANSCRIPT || !is_in(TRANSCRIPT)),
            !(same_name && rank != OTHER) && (rank != TRANSCRIPT || !is_in(GENE)),
            !same_name,
        ]
    }
}

impl Parents {
    /// Returns those of the records.
    pub fn records(&self) -> impl Iterator<Item = i64> + '_ {
        (0..).map_while(|place| self.get(place))
    }

    /// Returns one of them, counted from 0.
    pub fn get(&self, mut place: usize) -> Option<i64> {
        let group = &self.bearers.groups[self.group];
        for (rank, _) in group
            .parents(self.kind)
            .iter()
            .enumerate()
            .filter(|one| *one.1)
        {
            let (first, end) = (group.bounds[rank], group.bounds[rank + 1]);
            match first + place < end {
                true => return Some(self.bearers.records[first + place]),
                false => place -= end - first,
            }
        }
        None
    }

    /// Returns what tells them from all others as long as they are held: what they have in common with
    /// others of their ID, the group, the kind of child.
    pub fn place(&self) -> (usize, usize, usize) {
        (Rc::as_ptr(&self.bearers).addr(), self.group, self.kind)
    }

    /// Returns the group that a record of this ID is in, by its sequence.
    pub fn group_of(&self, seqid: Option<&str>) -> Option<usize> {
        self.bearers.group(seqid)
    }

    /// Tells whether a record is one of them.
    pub fn has(&self, record: i64) -> bool {
        let group = &self.bearers.groups[self.group];
        let is_parent = group.parents(self.kind);
        (0..3).filter(|rank| is_parent[*rank]).any(|rank| {
            let of_rank = &self.bearers.records[group.bounds[rank]..group.bounds[rank + 1]];
            of_rank.binary_search(&record).is_ok()
        })
    }

    /// Returns what the walk of this number noted.
    pub fn noted(&self, walk: u32) -> Option<bool> {
        let (of, noted) = self.bearers.groups[self.group].notes[self.kind].get();
        (of == walk).then_some(noted)
    }

    /// Notes something.
    pub fn note(&self, walk: u32, what: bool) {
        self.bearers.groups[self.group].notes[self.kind].set((walk, what));
    }
}

const GENE: usize = 0;
const TRANSCRIPT: usize = 1;
const OTHER: usize = 2;

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

/// Tells whether the only record of an ID is the parent of such children.
fn is_parent(rank: usize, kind: usize) -> bool {
    let mut alone = Group::default();
    alone.bounds[rank + 1..].fill(1);
    alone.parents(kind)[rank]
}

fn rank_of(classes: &Classes, ty: Option<&str>) -> usize {
    match classes.of(ty) {
        Some(Class::Gene) => GENE,
        Some(Class::Transcript) => TRANSCRIPT,
        _ => OTHER,
    }
}

/// Returns a strand that has a direction.
pub fn strand(text: Option<&str>) -> Option<char> {
    match text {
        Some("+") => Some('+'),
        Some("-") => Some('-'),
        _ => None,
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
