//! Columns of row formats: those of table `gff`, and attributes that are no columns.

use std::rc::Rc;

use rusqlite::types::ValueRef;

use crate::{
    Error, Result,
    db::Extents,
    db::schema::FIXED_COLUMNS,
    query::{Database, GTF_KEYS, LENGTH, Row, Sequences, nearest::nearest},
};

/// Which columns, in which order.
#[derive(Clone, Debug)]
pub struct Columns {
    columns: Vec<(String, Source)>,
    extents: Extents,
    sequences: Rc<Sequences>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Source {
    Seqid,
    Column(usize),
    Key,
    Length,
}

/// A value of a column.
pub enum ColumnValue<'a> {
    /// As the database has it.
    Stored(ValueRef<'a>),
    /// Decoded from an attribute.
    Decoded(String),
    /// How many bases there are.
    Length(i64),
}

/// Which columns of table `gff` an output shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum ColumnNeeds<'a> {
    /// What BED has; the name of a record is its ID, or its `Name`.
    Bed {
        /// Whether the dataset is read, to tell circles apart.
        dataset: bool,
    },
    /// `ID` alone.
    Id,
    None,
    Of(&'a Columns),
}

impl ColumnNeeds<'_> {
    /// Tells whether a column is read.
    pub(super) fn column(self, name: &str) -> bool {
        match self {
            Self::Bed { dataset } => {
                ["seqid", "start", "end", "score", "strand"].contains(&name)
                    || (dataset && name == "dataset")
            }
            Self::Id => name == "ID",
            Self::None => false,
            Self::Of(columns) => columns.columns.iter().any(|(n, source)| match source {
                _ if n == name => true,
                Source::Key if GTF_KEYS.contains(&n.as_str()) => {
                    ["attributes", "layout", "type", "ID", "Parent"].contains(&name)
                }
                Source::Key => name == "attributes",
                Source::Length => ["dataset", "seqid", "start", "end"].contains(&name),
                Source::Seqid | Source::Column(_) => false,
            }),
        }
    }

    /// Tells whether an ID, or the name in its place, is read.
    pub(super) fn label(self) -> bool {
        matches!(self, Self::Bed { .. })
    }
}

impl ColumnValue<'_> {
    /// Returns the value as rows are written from it.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Stored(value) => *value,
            Self::Decoded(text) => ValueRef::Text(text.as_bytes()),
            Self::Length(bases) => ValueRef::Integer(*bases),
        }
    }
}

impl Columns {
    /// Returns the columns that are shown where none are named: those of table `gff` but for
    /// `record_id` and `layout`, and `dataset` only where there are several.
    pub fn all(database: &Database, sequences: Rc<Sequences>) -> Result<Self> {
        let several = database.datasets()?.len() > 1;
        let fixed = FIXED_COLUMNS.iter().copied().filter(|name| match *name {
            "record_id" | "layout" | "attributes" => false,
            "dataset" => several,
            _ => true,
        });
        let promoted = database.promoted().iter().map(String::as_str);
        let names: Vec<&str> = fixed.chain(promoted).chain(["attributes"]).collect();
        Self::named(database, &names, sequences)
    }

    /// Returns the columns of these names; an attribute's key is one too, and so is `length`, the bases of a
    /// record, unless a column has that name.
    ///
    /// # Errors
    ///
    /// No column has the name, and no record such an attribute; the nearest is named.
    pub fn named(database: &Database, names: &[&str], sequences: Rc<Sequences>) -> Result<Self> {
        let mut columns = Vec::new();
        for &name in names {
            let promoted = database.promoted().iter().position(|p| p == name);
            let fixed = FIXED_COLUMNS.iter().position(|f| *f == name);
            let source = match (fixed, promoted) {
                _ if name == "seqid" => Source::Seqid,
                (Some(column), _) => Source::Column(column),
                // A record that was loaded before the key was promoted has it where it was.
                (_, Some(_)) if database.was_loaded_without(name)? => Source::Key,
                (_, Some(place)) => Source::Column(FIXED_COLUMNS.len() + place),
                _ if name == LENGTH => Source::Length,
                _ if database.has_key(name)? => Source::Key,
                _ => {
                    let mut known: Vec<String> = FIXED_COLUMNS.map(String::from).to_vec();
                    known.extend(database.known_keys()?);
                    let next = match nearest(name, known.iter().map(String::as_str)) {
                        Some(near) => format!("did you mean {near:?}?"),
                        None => format!("there are {}", known.join(", ")),
                    };
                    return Err(Error::usage(format!(
                        "no column or attribute {name:?}; {next}"
                    )));
                }
            };
            columns.push((name.to_owned(), source));
        }
        let extents = Extents::new(database.connection()).map_err(|e| database.failed(e))?;
        Ok(Self {
            columns,
            extents,
            sequences,
        })
    }

    /// Returns the names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// Returns a record's values.
    pub fn values<'a>(&'a self, row: &Row<'a>) -> Vec<ColumnValue<'a>> {
        self.columns
            .iter()
            .map(|(name, source)| match source {
                Source::Column(column) => ColumnValue::Stored(row.value(*column)),
                Source::Seqid => ColumnValue::Stored(match row.seqid() {
                    Some(seqid) => ValueRef::Text(self.sequences.shown(seqid).as_bytes()),
                    None => ValueRef::Null,
                }),
                Source::Length => match row.bases(&self.extents) {
                    Some(bases) => ColumnValue::Length(bases.len()),
                    None => ColumnValue::Stored(ValueRef::Null),
                },
                Source::Key => match row.attribute(name) {
                    Some(text) => ColumnValue::Decoded(text),
                    None => ColumnValue::Stored(ValueRef::Null),
                },
            })
            .collect()
    }
}
