//! Cycles of Parents, found by taking away what is in none.

use super::store::Store;
use crate::Result;

const FILE: &str = include_str!("../../schema/check/cycles.sql");
const FOUND: &str = include_str!("../../schema/check/cycles_found.sql");
const LEFT: &str = include_str!("../../schema/check/cycle_left.sql");

/// From the top, then from the bottom: the first names to take away, and those after.
const SIDES: [(&str, &str); 2] = [
    (
        include_str!("../../schema/check/cycle_roots.sql"),
        include_str!("../../schema/check/cycle_next_roots.sql"),
    ),
    (
        include_str!("../../schema/check/cycle_leaves.sql"),
        include_str!("../../schema/check/cycle_next_leaves.sql"),
    ),
];

/// Finds the cycles; table `extent` must be there.
///
/// Each link is looked at a few times, however deep the hierarchy is, and only those in its middle.
pub(super) fn find(store: &mut Store) -> Result<()> {
    store.run(FILE)?;
    for (first, next) in SIDES {
        store.batch(first)?;
        while store.query(LEFT, [], |row| row.get(0))? == Some(true) {
            store.batch(next)?;
        }
    }
    store.run(FOUND)
}
