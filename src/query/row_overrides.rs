//! What is shown of a record in the place of what the database holds.

use rusqlite::types::ValueRef;

use super::row::PROMOTED;

/// Values that stand in the place of a record's own.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowOverrides {
    /// The type.
    pub ty: Option<String>,
    /// The first and the last base, 1-based, both inside.
    pub bases: Option<(i64, i64)>,
    /// The phase, which may be none.
    pub phase: Option<Option<i64>>,
    /// The ID, which may be none.
    pub id: Option<Option<String>>,
    /// The IDs of the parents that the record is shown under, with commas between.
    pub parent: Option<String>,
    /// The records of these parents.
    pub parents: Option<Vec<i64>>,
}

impl RowOverrides {
    /// Returns what stands in a column of table `gff`, counted from 0.
    pub fn value(&self, column: usize) -> Option<ValueRef<'_>> {
        fn text(text: &str) -> ValueRef<'_> {
            ValueRef::Text(text.as_bytes())
        }
        let number = |number: Option<i64>| number.map_or(ValueRef::Null, ValueRef::Integer);
        match column {
            4 => self.ty.as_deref().map(text),
            5 => self.bases.map(|(start, _)| ValueRef::Integer(start)),
            6 => self.bases.map(|(_, end)| ValueRef::Integer(end)),
            9 => self.phase.map(number),
            PROMOTED => self
                .id
                .as_ref()
                .map(|id| id.as_deref().map_or(ValueRef::Null, text)),
            column if column == PROMOTED + 1 => self.parent.as_deref().map(text),
            _ => None,
        }
    }

    /// Tells whether a column of the file, counted from 0, is another than it was.
    pub fn is_other(&self, field: usize) -> bool {
        match field {
            2 => self.ty.is_some(),
            3 | 4 => self.bases.is_some(),
            7 => self.phase.is_some(),
            8 => self.id.is_some() || self.parent.is_some(),
            _ => false,
        }
    }
}
