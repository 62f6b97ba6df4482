//! Relatives of very many records: passes over the table in file order, not a search for each.
//!
//! The answer is the one of `schema/descendants.sql` and `schema/ancestors.sql`. What is known of a
//! record is two bits.

use std::collections::HashSet;

use rusqlite::Connection;

use super::{
    bits::Bits,
    links::{COLUMNS, Links, Node, Passing},
};

/// How many ancestors of a record are looked through; more are left to SQL.
const MOST: usize = 200;

/// Adds all lines of the features that the records are of.
pub fn whole(links: &mut Links<'_>, twins: &Bits, chosen: &mut Bits) -> rusqlite::Result<()> {
    let (mut node, mut lines) = (Node::default(), Vec::new());
    let several: Vec<i64> = twins.iter().filter(|&twin| chosen.contains(twin)).collect();
    // A feature of thousands of lines is looked up once, not once for each.
    let mut done = Bits::default();
    for record in several {
        if done.contains(record) {
            continue;
        }
        links.read(record, &mut node)?;
        links.lines(&node, &mut lines)?;
        for line in lines.drain(..) {
            chosen.insert(line);
            done.insert(line);
        }
    }
    Ok(())
}

/// Returns the records whose ID others have too. The index has them side by side.
pub fn twins(connection: &Connection) -> rusqlite::Result<Bits> {
    let mut twins = Bits::default();
    let mut scan = connection
        .prepare_cached("SELECT ID, record_id FROM gff WHERE ID IS NOT NULL ORDER BY ID")?;
    let mut rows = scan.query([])?;
    let (mut last, mut last_record) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let id = row.get_ref(0)?.as_bytes().unwrap_or_default();
        let record = row.get(1)?;
        match last_record {
            Some(other) if last == id => {
                twins.insert(other);
                twins.insert(record);
            }
            _ => {
                last.clear();
                last.extend_from_slice(id);
            }
        }
        last_record = Some(record);
    }
    Ok(twins)
}

/// Returns the records and all their ancestors.
pub fn up(links: &mut Links<'_>, chosen: &Bits) -> rusqlite::Result<Bits> {
    let mut found = chosen.clone();
    let (mut node, mut parents) = (Node::default(), Vec::new());
    for record in chosen.iter() {
        let mut waiting = vec![record];
        while let Some(record) = waiting.pop() {
            links.read(record, &mut node)?;
            links.parents(&node, &mut parents)?;
            waiting.extend(parents.drain(..).filter(|&parent| found.insert(parent)));
        }
    }
    Ok(found)
}

/// Returns the records and all their descendants; `None` where the hierarchy is too deep to walk here.
pub fn down(
    connection: &Connection,
    links: Links<'_>,
    twins: &Bits,
    chosen: Bits,
) -> rusqlite::Result<Option<Bits>> {
    let mut walk = Down {
        links,
        known: Bits::default(),
        found: chosen,
    };
    let mut scan =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM gff ORDER BY record_id"))?;
    let mut rows = scan.query([])?;
    let mut node = Node::default();
    let mut is_below = None;
    while let Some(row) = rows.next()? {
        let passing = Passing::of(row)?;
        if !twins.contains(passing.record) {
            walk.links.pass(&passing);
        }
        if passing.parent.is_none() {
            continue;
        }
        // The parts of a feature stand together, and are below the same.
        let below = match is_below {
            Some(below) if walk.links.is_sibling(&node, &passing) => below,
            _ => {
                node.fill(&passing);
                match walk.look(&node)? {
                    Some(below) => below,
                    None => return Ok(None),
                }
            }
        };
        is_below = Some(below);
        if below {
            walk.found.insert(passing.record);
        }
    }
    Ok(Some(walk.found))
}

struct Down<'c> {
    links: Links<'c>,
    /// Records of which it is known that they are below nothing chosen.
    known: Bits,
    found: Bits,
}

impl Down<'_> {
    /// Finds out whether one of a record's ancestors was chosen; `None` where it has too many.
    fn look(&mut self, node: &Node) -> rusqlite::Result<Option<bool>> {
        let mut waiting = Vec::new();
        self.links.parents(node, &mut waiting)?;
        // Filled only where a child is before its parent.
        let mut seen = HashSet::new();
        let mut above = Node::default();
        while let Some(parent) = waiting.pop() {
            if self.found.contains(parent) {
                return Ok(Some(true));
            }
            if self.known.contains(parent) || !seen.insert(parent) {
                continue;
            }
            if seen.len() > MOST {
                return Ok(None);
            }
            self.links.read(parent, &mut above)?;
            self.links.parents(&above, &mut waiting)?;
        }
        if !self.found.contains(node.record) {
            self.known.insert(node.record);
        }
        seen.into_iter().for_each(|one| _ = self.known.insert(one));
        Ok(Some(false))
    }
}
