//! Relatives of very many records: passes over the table in file order, not a search for each.
//!
//! The answer is the one of `schema/descendants.sql` and `schema/ancestors.sql`. What is known of a
//! record is two bits.

use rusqlite::Connection;

use super::{
    bits::Bits,
    links::{COLUMNS, Links, Node},
};

/// How many levels are walked; more are left to SQL, and so are cycles.
const DEEPEST: usize = 200;

/// Returns the records and all lines of their features.
pub fn whole(links: &mut Links<'_>, chosen: &Bits) -> rusqlite::Result<Bits> {
    let mut whole = chosen.clone();
    let (mut node, mut lines) = (Node::default(), Vec::new());
    // A feature of thousands of lines is looked up once, not once for each.
    let mut done = Bits::default();
    for record in chosen.iter() {
        if done.contains(record) {
            continue;
        }
        links.read(record, &mut node)?;
        links.lines(&node, &mut lines)?;
        for line in lines.drain(..) {
            whole.insert(line);
            done.insert(line);
        }
    }
    Ok(whole)
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

/// Returns the records and all their descendants; `None` where there is a cycle, or a hierarchy too
/// deep to walk here.
pub fn down(connection: &Connection, chosen: Bits) -> rusqlite::Result<Option<Bits>> {
    let mut walk = Down {
        links: Links::new(connection)?,
        known: Bits::default(),
        found: chosen,
    };
    let mut scan =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM gff ORDER BY record_id"))?;
    let mut rows = scan.query([])?;
    let mut node = Node::default();
    while let Some(row) = rows.next()? {
        if row.get_ref(5)? == rusqlite::types::ValueRef::Null {
            continue;
        }
        node.fill(row)?;
        if walk.look(&node, 0)?.is_none() {
            return Ok(None);
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
    /// Finds out whether a record or one of its ancestors was chosen; `None` where it is tangled.
    fn look(&mut self, node: &Node, depth: usize) -> rusqlite::Result<Option<()>> {
        if self.found.contains(node.record) || self.known.contains(node.record) {
            return Ok(Some(()));
        }
        if depth > DEEPEST {
            // A cycle ends up here too.
            return Ok(None);
        }
        let mut parents = Vec::new();
        self.links.parents(node, &mut parents)?;
        for parent in parents {
            if !self.found.contains(parent) && !self.known.contains(parent) {
                // Rare: a child before its parent, or a parent that has parents of its own.
                let mut above = Node::default();
                self.links.read(parent, &mut above)?;
                if self.look(&above, depth + 1)?.is_none() {
                    return Ok(None);
                }
            }
            if self.found.contains(parent) {
                self.found.insert(node.record);
                return Ok(Some(()));
            }
        }
        self.known.insert(node.record);
        Ok(Some(()))
    }
}
