//! Where a record lies on a straight line, whichever of its start and end comes first.

use std::sync::Arc;

use super::{Database, Row, overlap::Circle};
use crate::Result;

/// Tells from where to where records lie.
#[derive(Clone, Debug)]
pub(crate) struct Extents {
    circles: Arc<[Circle]>,
    /// Whether any record's end is before its start.
    has_reversed: bool,
}

impl Extents {
    /// Reads the circular sequences of a database.
    pub(crate) fn new(database: &Database) -> Result<Self> {
        Ok(Self {
            circles: database.circles()?,
            has_reversed: database.exists("SELECT 1 FROM _type_length WHERE class < 0", [])?,
        })
    }

    /// Tells whether any record's end is before its start.
    pub(crate) fn has_reversed(&self) -> bool {
        self.has_reversed
    }

    /// Returns the first and the last base of a record; nothing where it has no coordinates.
    pub(crate) fn of(&self, row: &Row<'_>) -> Option<(i64, i64)> {
        Some(self.between(row, (row.start()?, row.end()?)))
    }

    /// Returns the first and the last base of what is from `start` to `end` on a record's sequence. An end
    /// before the start is beyond the origin of a circle; elsewhere they are the wrong way round.
    pub(crate) fn between(&self, row: &Row<'_>, (start, end): (i64, i64)) -> (i64, i64) {
        if start <= end {
            return (start, end);
        }
        let is_of = |circle: &&Circle| {
            row.seqid() == Some(&circle.seqid)
                && circle.dataset.as_ref().is_none_or(|of| of == row.dataset())
        };
        match self.circles.iter().find(is_of) {
            Some(circle) => (start, end.saturating_add(circle.length)),
            None => (end, start),
        }
    }
}
