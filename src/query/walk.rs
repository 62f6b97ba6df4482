//! Relatives of very many records: passes over the table in file order, not a search for each.
//!
//! The answer is the one of `schema/descendants.sql` and `schema/ancestors.sql`. What is known of a
//! record is two bits.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use super::record_set::RecordSet;
use crate::tree::{Above, COLUMNS, KINDS, Node, Parents, Passing, Tree};

/// How far up a record's ancestors are followed; what goes further is searched from above.
const HIGHEST: usize = 10_000;

/// Adds all lines of the features that the records are of. `twins` are the records whose ID others have
/// too, where that is known.
pub fn whole(
    tree: &mut Tree<'_>,
    twins: Option<&RecordSet>,
    chosen: &mut RecordSet,
) -> rusqlite::Result<()> {
    let (mut node, mut lines) = (Node::default(), Vec::new());
    let several = chosen.clone();
    let is_twin = |record: &i64| twins.is_none_or(|twins| twins.contains(*record));
    // An ID of thousands of lines is looked up once, not once for each.
    let mut done = RecordSet::default();
    for record in several.iter().filter(is_twin) {
        if done.contains(record) {
            continue;
        }
        tree.read(record, &mut node)?;
        tree.lines(&node, &mut lines)?;
        if lines.len() < 2 {
            lines.clear();
            continue;
        }
        // Line by line of one feature.
        lines.sort_unstable();
        for feature in lines.chunk_by(|a, b| a.0 == b.0) {
            let is_chosen = feature.iter().any(|line| several.contains(line.1));
            for (_, line) in feature {
                done.insert(*line);
                if is_chosen {
                    chosen.insert(*line);
                }
            }
        }
        lines.clear();
    }
    Ok(())
}

/// Returns the records whose ID others have too. The index has them side by side.
pub fn twins(connection: &Connection) -> rusqlite::Result<RecordSet> {
    let mut twins = RecordSet::default();
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
pub fn up(tree: &mut Tree<'_>, chosen: &RecordSet) -> rusqlite::Result<RecordSet> {
    let mut found = chosen.clone();
    let mut node = Node::default();
    let (mut waiting, mut above) = (Vec::new(), Vec::new());
    let walk = tree.begin();
    for record in chosen.iter() {
        waiting.push(record);
        while let Some(record) = waiting.pop() {
            tree.read(record, &mut node)?;
            tree.above(&node, &mut above)?;
            add(&mut above, walk, &mut found, |parent| waiting.push(parent));
        }
    }
    Ok(found)
}

/// Returns the records `found` so far and the parents of `children`.
pub fn parents(
    tree: &mut Tree<'_>,
    children: &RecordSet,
    mut found: RecordSet,
) -> rusqlite::Result<RecordSet> {
    let (mut node, mut above) = (Node::default(), Vec::new());
    let walk = tree.begin();
    for record in children.iter() {
        tree.read(record, &mut node)?;
        tree.above(&node, &mut above)?;
        add(&mut above, walk, &mut found, |_| ());
    }
    Ok(found)
}

/// Adds parents to `found`, each set of them once in a walk, and hands on those that were not there.
fn add(above: &mut Vec<Above>, walk: u32, found: &mut RecordSet, mut new: impl FnMut(i64)) {
    let mut add = |parent| {
        if found.insert(parent) {
            new(parent);
        }
    };
    for above in above.drain(..) {
        match above {
            Above::One(parent) => add(parent),
            Above::Several(parents) if parents.noted(walk).is_some() => {}
            Above::Several(parents) => {
                parents.note(walk, true);
                parents.records().for_each(&mut add);
            }
        }
    }
}

/// The children of an ID that several records have, until their parents are found: by the group and the
/// kind of child.
struct OfSeveral {
    one: Parents,
    sets: HashMap<(usize, usize), (Parents, Vec<i64>)>,
}

impl OfSeveral {
    /// Takes out the children of a record.
    fn take(&mut self, record: i64, seqid: Option<&str>, children: &mut Vec<i64>) {
        let group = self.one.group_of(seqid);
        for key in group
            .into_iter()
            .flat_map(|group| (0..KINDS).map(move |kind| (group, kind)))
        {
            if self
                .sets
                .get(&key)
                .is_some_and(|(parents, _)| parents.has(record))
                && let Some((_, of_them)) = self.sets.remove(&key)
            {
                children.extend(of_them);
            }
        }
    }
}

/// Returns the records `found` so far and the children of `parents`, or, where it goes `deep`, all their
/// descendants: searched one by one.
pub fn search(
    tree: &mut Tree<'_>,
    parents: &RecordSet,
    mut found: RecordSet,
    deep: bool,
) -> rusqlite::Result<RecordSet> {
    let mut node = Node::default();
    let (mut waiting, mut children) = (Vec::new(), Vec::new());
    let mut of_several: HashMap<(String, String), OfSeveral> = HashMap::new();
    for record in parents.iter() {
        waiting.push(record);
        while let Some(record) = waiting.pop() {
            tree.read(record, &mut node)?;
            let Some(id) = node.id.take() else { continue };
            let key = (std::mem::take(&mut node.dataset), id);
            let seqid = node.seqid.as_deref();
            match of_several.get_mut(&key) {
                Some(several) => several.take(record, seqid, &mut children),
                None => {
                    let mut several: Option<OfSeveral> = None;
                    tree.below(&key.0, &key.1, |parents, child| {
                        let Some(parents) = parents else {
                            return children.push(child);
                        };
                        let (_, group, kind) = parents.place();
                        let several = several.get_or_insert_with(|| OfSeveral {
                            one: parents.clone(),
                            sets: HashMap::new(),
                        });
                        let set = several.sets.entry((group, kind));
                        set.or_insert_with(|| (parents, Vec::new())).1.push(child);
                    })?;
                    if let Some(mut several) = several {
                        several.take(record, seqid, &mut children);
                        of_several.insert(key, several);
                    }
                }
            }
            for child in children.drain(..) {
                if found.insert(child) && deep {
                    waiting.push(child);
                }
            }
        }
    }
    Ok(found)
}

/// Returns the records and all their descendants; `None` where the hierarchy is too deep to walk here.
pub fn down(
    connection: &Connection,
    tree: &mut Tree<'_>,
    twins: &RecordSet,
    chosen: RecordSet,
) -> rusqlite::Result<Option<RecordSet>> {
    let mut walk = Down {
        number: tree.begin(),
        tree,
        known: RecordSet::default(),
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
            walk.tree.pass(&passing);
        }
        if passing.parent.is_none() {
            continue;
        }
        // The parts of a feature stand together, and are below the same.
        let below = match is_below {
            Some(below) if walk.tree.is_sibling(&node, &passing) => below,
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

struct Down<'l, 'c> {
    tree: &'l mut Tree<'c>,
    number: u32,
    /// Records of which it is known that they are below nothing chosen.
    known: RecordSet,
    found: RecordSet,
}

/// A record on the way up, and how many of its parents were looked at.
struct Step {
    record: i64,
    above: Vec<Above>,
    next: usize,
}

/// What the next parent of a record is.
enum Next {
    Parent(i64),
    /// It is known that one is, or is below, something chosen.
    Found,
    End,
}

impl Step {
    fn next(&mut self, walk: u32) -> Next {
        while let Some(above) = self.above.last() {
            let parent = match above {
                Above::One(parent) => (self.next == 0).then_some(*parent),
                Above::Several(parents) => match parents.noted(walk) {
                    Some(true) => return Next::Found,
                    Some(false) => None,
                    None => parents.get(self.next),
                },
            };
            if let Some(parent) = parent {
                self.next += 1;
                return Next::Parent(parent);
            }
            self.above.pop();
            self.next = 0;
        }
        Next::End
    }
}

impl Down<'_, '_> {
    /// Finds out whether one of a record's ancestors was chosen; `None` where it has too many.
    fn look(&mut self, node: &Node) -> rusqlite::Result<Option<bool>> {
        let mut above = Node::default();
        // They are filled only where a child is before its parent, or parents share an ID.
        let (mut seen, mut sets) = (HashSet::new(), HashMap::new());
        // Whether a record was met again: then nobody knows, before the end, what is above it.
        let mut again = false;
        let mut path = vec![self.step(node, &mut sets, &mut again)?];
        let mut ended = Vec::new();
        let is_below = loop {
            let Some(step) = path.last_mut() else {
                break false;
            };
            match step.next(self.number) {
                Next::Found => break true,
                Next::Parent(parent) if self.found.contains(parent) => break true,
                Next::Parent(parent) if self.known.contains(parent) => {}
                Next::Parent(parent) if !seen.insert(parent) => again = true,
                Next::Parent(parent) => {
                    self.tree.read(parent, &mut above)?;
                    path.push(self.step(&above, &mut sets, &mut again)?);
                    if path.len() > HIGHEST {
                        return Ok(None);
                    }
                }
                Next::End => {
                    ended.extend(path.pop().map(|step| step.record));
                }
            }
        };
        if is_below {
            // All on the way are below the same.
            for step in &path {
                self.found.insert(step.record);
                if let Some(parents) = step.above.last().and_then(several) {
                    parents.note(self.number, true);
                }
            }
        }
        if !is_below || !again {
            let known = ended.into_iter().filter(|one| !self.found.contains(*one));
            known.for_each(|one| _ = self.known.insert(one));
        }
        if !is_below {
            sets.values().for_each(|set| set.note(self.number, false));
        }
        Ok(Some(is_below))
    }

    /// Goes up from a record, but not to parents that share an ID and are looked at already.
    fn step(
        &mut self,
        node: &Node,
        sets: &mut HashMap<(usize, usize, usize), Parents>,
        again: &mut bool,
    ) -> rusqlite::Result<Step> {
        let mut step = Step {
            record: node.record,
            above: Vec::new(),
            next: 0,
        };
        self.tree.above(node, &mut step.above)?;
        step.above.retain(|above| {
            let Above::Several(parents) = above else {
                return true;
            };
            let is_new = sets.insert(parents.place(), parents.clone()).is_none();
            *again |= !is_new;
            is_new
        });
        Ok(step)
    }
}

fn several(above: &Above) -> Option<&Parents> {
    match above {
        Above::Several(parents) => Some(parents),
        Above::One(_) => None,
    }
}
