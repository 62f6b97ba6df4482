//! Relatives of very many records: two passes over the table in file order, not a search for each.
//!
//! The answer is the one of `schema/descendants.sql` and `schema/ancestors.sql`. A child's parents
//! nearly always stand just before it, so the parents looked up last are remembered; whatever is not
//! is looked up on index `gff_ID`. What is known of a record is two bits.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, types::ValueRef};

use super::bits::Bits;

/// How many parents are remembered; then all are forgotten, so that memory stays flat.
const MOST_REMEMBERED: usize = 65_536;

/// How many levels are walked; more are left to SQL, and so are cycles.
const DEEPEST: usize = 200;

/// Walks up and down.
pub struct Walk<'c> {
    by_id: CachedStatement<'c>,
    by_record: CachedStatement<'c>,
    parents_of: CachedStatement<'c>,
    scan: CachedStatement<'c>,
    /// Records by dataset, sequence and ID.
    features: HashMap<String, Vec<i64>>,
    key: String,
    any_multi_parent: bool,
}

/// What a walk needs to know of a record.
#[derive(Clone, Debug, Default)]
struct Node {
    dataset: String,
    seqid: Option<String>,
    id: Option<String>,
    parent: Option<String>,
}

/// A cycle, or a hierarchy too deep to walk here.
#[derive(Debug)]
pub struct Tangled;

type Walked<T> = rusqlite::Result<Result<T, Tangled>>;

impl<'c> Walk<'c> {
    /// Prepares the statements.
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            by_id: connection
                .prepare_cached("SELECT record_id, seqid FROM gff WHERE ID = ?1 AND dataset = ?2")?,
            by_record: connection.prepare_cached(
                "SELECT record_id, dataset, seqid, ID, Parent FROM gff WHERE record_id = ?1",
            )?,
            parents_of: connection
                .prepare_cached("SELECT Parent FROM multi_parent WHERE record_id = ?1")?,
            scan: connection.prepare_cached(
                "SELECT record_id, dataset, seqid, ID, Parent FROM gff ORDER BY record_id",
            )?,
            features: HashMap::new(),
            key: String::new(),
            any_multi_parent: connection.query_row(
                "SELECT EXISTS (SELECT 1 FROM multi_parent)",
                [],
                |row| row.get(0),
            )?,
        })
    }

    /// Returns the records and all lines of their features.
    pub fn whole(&mut self, chosen: &Bits) -> rusqlite::Result<Bits> {
        let mut whole = chosen.clone();
        let mut node = Node::default();
        for record in chosen.iter() {
            self.read(record, &mut node)?;
            let Some(id) = node.id.take() else { continue };
            let lines = self.feature(&node.dataset, node.seqid.as_deref(), &id, false)?;
            lines.into_iter().for_each(|line| _ = whole.insert(line));
        }
        Ok(whole)
    }

    /// Returns the records and all their ancestors.
    pub fn up(&mut self, chosen: &Bits) -> rusqlite::Result<Bits> {
        let mut found = chosen.clone();
        let mut node = Node::default();
        for record in chosen.iter() {
            let mut waiting = vec![record];
            while let Some(record) = waiting.pop() {
                self.read(record, &mut node)?;
                for parent in self.parents(record, &node)? {
                    if found.insert(parent) {
                        waiting.push(parent);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Returns the records and all their descendants.
    pub fn down(&mut self, connection: &'c Connection, chosen: Bits) -> Walked<Bits> {
        let mut state = State {
            known: Bits::default(),
            found: chosen,
        };
        // The statement is taken out while it runs, for the walk needs the others.
        let other = connection.prepare_cached("SELECT 1")?;
        let mut scan = std::mem::replace(&mut self.scan, other);
        let mut rows = scan.query([])?;
        let mut node = Node::default();
        while let Some(row) = rows.next()? {
            let record = node.fill(row)?;
            if node.parent.is_some()
                && let Err(tangled) = self.is_below(record, &node, &mut state, 0)?
            {
                return Ok(Err(tangled));
            }
        }
        Ok(Ok(state.found))
    }

    /// Tells whether a record or one of its ancestors was chosen, and remembers it.
    fn is_below(&mut self, record: i64, node: &Node, state: &mut State, depth: usize) -> Walked<bool> {
        if state.found.contains(record) {
            return Ok(Ok(true));
        }
        if depth > DEEPEST {
            // Also where a cycle ends up.
            return Ok(Err(Tangled));
        }
        if state.known.contains(record) || node.parent.is_none() {
            return Ok(Ok(false));
        }
        for parent in self.parents(record, node)? {
            if !state.found.contains(parent) && !state.known.contains(parent) {
                let mut above = Node::default();
                self.read(parent, &mut above)?;
                match self.is_below(parent, &above, state, depth + 1)? {
                    Ok(_) => {}
                    tangled => return Ok(tangled),
                }
            }
            if state.found.contains(parent) {
                state.found.insert(record);
                return Ok(Ok(true));
            }
        }
        state.known.insert(record);
        Ok(Ok(false))
    }

    fn read(&mut self, record: i64, node: &mut Node) -> rusqlite::Result<()> {
        let mut rows = self.by_record.query([record])?;
        match rows.next()? {
            Some(row) => node.fill(row).map(drop),
            None => {
                *node = Node::default();
                Ok(())
            }
        }
    }

    /// Returns the records of all parents.
    fn parents(&mut self, record: i64, node: &Node) -> rusqlite::Result<Vec<i64>> {
        let Some(parent) = &node.parent else {
            return Ok(Vec::new());
        };
        let mut names = Vec::new();
        if self.any_multi_parent {
            let mut rows = self.parents_of.query([record])?;
            while let Some(row) = rows.next()? {
                names.push(row.get::<_, String>(0)?);
            }
        }
        if names.is_empty() {
            return self.feature(&node.dataset, node.seqid.as_deref(), parent, true);
        }
        let mut all = Vec::new();
        for name in names {
            all.extend(self.feature(&node.dataset, node.seqid.as_deref(), &name, true)?);
        }
        Ok(all)
    }

    /// Returns the records of an ID: those on the sequence, or where there are none and `anywhere`,
    /// all of the dataset.
    fn feature(
        &mut self,
        dataset: &str,
        seqid: Option<&str>,
        id: &str,
        anywhere: bool,
    ) -> rusqlite::Result<Vec<i64>> {
        self.key.clear();
        for part in [dataset, seqid.unwrap_or("\u{1}"), id] {
            self.key.push_str(part);
            self.key.push('\0');
        }
        if anywhere && let Some(found) = self.features.get(&self.key) {
            return Ok(found.clone());
        }
        let (mut near, mut all) = (Vec::new(), Vec::new());
        let mut rows = self.by_id.query([id, dataset])?;
        while let Some(row) = rows.next()? {
            let record = row.get(0)?;
            let on = match row.get_ref(1)? {
                ValueRef::Text(text) => Some(text),
                _ => None,
            };
            if on == seqid.map(str::as_bytes) {
                near.push(record);
            }
            all.push(record);
        }
        drop(rows);
        if !anywhere {
            return Ok(near);
        }
        let found = if near.is_empty() { all } else { near };
        if self.features.len() >= MOST_REMEMBERED {
            self.features.clear();
        }
        self.features.insert(self.key.clone(), found.clone());
        Ok(found)
    }
}

struct State {
    /// Records of which it is known that they are below nothing chosen.
    known: Bits,
    found: Bits,
}

impl Node {
    /// Reads a row of record, dataset, sequence, ID and Parent; returns the record.
    fn fill(&mut self, row: &rusqlite::Row<'_>) -> rusqlite::Result<i64> {
        fn text<'a>(row: &'a rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<&'a str>> {
            Ok(row.get_ref(column)?.as_str_or_null().unwrap_or(None))
        }
        fn set(slot: &mut Option<String>, text: Option<&str>) {
            match (slot, text) {
                (Some(old), Some(new)) => {
                    if old != new {
                        old.clear();
                        old.push_str(new);
                    }
                }
                (slot, new) => *slot = new.map(str::to_owned),
            }
        }
        let dataset = text(row, 1)?.unwrap_or_default();
        if self.dataset != dataset {
            dataset.clone_into(&mut self.dataset);
        }
        set(&mut self.seqid, text(row, 2)?);
        set(&mut self.id, text(row, 3)?);
        set(&mut self.parent, text(row, 4)?);
        row.get(0)
    }
}
