//! Which columns of its records an answer reads.

use crate::db::{quote, schema::FIXED_COLUMNS};

/// The columns of records that an answer reads: one that is not shown costs nothing.
#[derive(Clone, Debug)]
pub(crate) struct RowColumns {
    /// What a statement selects.
    pub sql: String,
    places: Option<Box<[Option<usize>]>>,
}

impl RowColumns {
    /// Returns all columns of table `gff`, in the order of `FIXED_COLUMNS`, then the promoted keys.
    pub(crate) fn all(promoted: &[String]) -> Self {
        let sql = names(promoted).map(column).collect::<Vec<_>>().join(", ");
        Self { sql, places: None }
    }

    /// Returns those that are `wanted`, and `record_id`. With `labels`, the `Name` of a record that has
    /// no ID is read in the ID's place: both together, and all attributes for them, would cost more.
    pub(crate) fn some(promoted: &[String], labels: bool, wanted: impl Fn(&str) -> bool) -> Self {
        let mut read = Vec::new();
        let places = names(promoted).map(|name| {
            let expression = match name {
                "ID" if labels => Self::label(promoted),
                _ if name == "record_id" || wanted(name) => column(name),
                _ => return None,
            };
            read.push(expression);
            Some(read.len() - 1)
        });
        let places = Some(places.collect());
        let sql = read.join(", ");
        Self { sql, places }
    }

    /// Returns what selects [`Row::label`](super::Row::label).
    pub(crate) fn label(promoted: &[String]) -> String {
        match promoted.iter().any(|key| key == "Name") {
            true => String::from("coalesce(gff.ID, gff.\"Name\")"),
            false => String::from("coalesce(gff.ID, attr(gff.attributes, 'Name'))"),
        }
    }

    /// Returns where each column is among those that were read; `None` where all were, in their order.
    pub(super) fn places(&self) -> Option<&[Option<usize>]> {
        self.places.as_deref()
    }
}

fn names(promoted: &[String]) -> impl Iterator<Item = &str> {
    let promoted = promoted.iter().map(String::as_str);
    FIXED_COLUMNS.into_iter().chain(promoted)
}

fn column(name: &str) -> String {
    format!("gff.{}", quote(name))
}
