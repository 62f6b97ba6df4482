//! Circular sequences, and where what lies on them is on a straight line.

use std::sync::Arc;

use rusqlite::Connection;

use crate::coords::{Circle, Interval};

/// Returns the circular sequences whose length is known.
pub(crate) fn circles(connection: &Connection) -> rusqlite::Result<Arc<[Circle]>> {
    connection
        .prepare(include_str!("../../schema/circles.sql"))?
        .query_map([], |row| {
            Ok(Circle {
                dataset: row.get(0)?,
                seqid: row.get(1)?,
                length: row.get(2)?,
            })
        })?
        .collect()
}

/// Tells from where to where records lie, whichever of their start and end comes first.
#[derive(Clone, Debug)]
pub(crate) struct Extents {
    circles: Arc<[Circle]>,
    /// Whether any record's end is before its start.
    has_reversed: bool,
}

impl Extents {
    /// Reads the circular sequences of a database.
    pub(crate) fn new(connection: &Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            circles: circles(connection)?,
            has_reversed: connection.query_row(
                "SELECT EXISTS (SELECT 1 FROM _type_length WHERE class < 0)",
                [],
                |row| row.get(0),
            )?,
        })
    }

    /// Tells whether any record's end is before its start.
    pub(crate) fn has_reversed(&self) -> bool {
        self.has_reversed
    }

    /// Returns the bases of what is from `start` to `end` on a sequence. An end before the start is beyond the
    /// origin of a circle; elsewhere they are the wrong way round.
    pub(crate) fn of(
        &self,
        dataset: Option<&str>,
        seqid: Option<&str>,
        (start, end): (i64, i64),
    ) -> Interval {
        if let Some(bases) = Interval::new(start, end) {
            return bases;
        }
        let (first, last) = match self.length(dataset, seqid) {
            Some(length) => (start, end.saturating_add(length)),
            None => (end, start),
        };
        Interval::new(first, last).unwrap_or(Interval {
            first: end,
            last: start,
        })
    }

    /// Returns the length of a sequence that is a circle.
    pub(crate) fn length(&self, dataset: Option<&str>, seqid: Option<&str>) -> Option<i64> {
        let is_it = |circle: &&Circle| {
            seqid == Some(&circle.seqid)
                && circle
                    .dataset
                    .as_deref()
                    .is_none_or(|of| dataset == Some(of))
        };
        self.circles.iter().find(is_it).map(|circle| circle.length)
    }
}
