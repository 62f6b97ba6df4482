//! A record as a query returns it: borrowed while it passes by, or owned.

use std::borrow::Cow;

use rusqlite::types::ValueRef;

use super::{
    keys::{GTF_KEYS, Keys},
    row_columns::RowColumns,
    row_overrides::RowOverrides,
};
use crate::{
    coords::Interval,
    db::{Extents, schema::FIXED_COLUMNS},
    tree::Passing,
};

/// Where the promoted columns begin.
pub(crate) const PROMOTED: usize = FIXED_COLUMNS.len();

/// A record of table `gff`, borrowed from the statement that returned it.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    row: &'a rusqlite::Row<'a>,
    keys: &'a Keys,
    /// Where each column is among those that were read; all are, in their order, where it is `None`.
    places: Option<&'a [Option<usize>]>,
    instead: Option<&'a RowOverrides>,
}

impl<'a> Row<'a> {
    /// Wraps a row of [`Database::row_columns`](super::Database::row_columns).
    pub(crate) fn new(row: &'a rusqlite::Row<'a>, keys: &'a Keys) -> Self {
        Self {
            row,
            keys,
            places: None,
            instead: None,
        }
    }

    /// Wraps a row of which only some columns were read; the others are NULL.
    pub(crate) fn of(row: &'a rusqlite::Row<'a>, keys: &'a Keys, columns: &'a RowColumns) -> Self {
        Self {
            places: columns.places(),
            ..Self::new(row, keys)
        }
    }

    /// Returns the columns that its relatives are found by, as the database holds them.
    pub(crate) fn passing(&self) -> Passing<'a> {
        let own = Row {
            instead: None,
            ..*self
        };
        Passing {
            record: own.record_id(),
            dataset: own.text(1),
            seqid: own.seqid(),
            ty: own.ty(),
            id: own.id(),
            parent: own.parent(),
        }
    }

    /// Returns from where to where it lies; nothing where it has no coordinates.
    pub(crate) fn bases(&self, extents: &Extents) -> Option<Interval> {
        Some(self.straight(extents, (self.start()?, self.end()?)))
    }

    /// Returns from where to where its sequence has what is from a start to an end.
    pub(crate) fn straight(&self, extents: &Extents, bases: (i64, i64)) -> Interval {
        extents.of(Some(self.dataset()), self.seqid(), bases)
    }

    /// Returns the record with other values in the place of its own.
    pub(crate) fn with<'b>(&self, instead: &'b RowOverrides) -> Row<'b>
    where
        'a: 'b,
    {
        Row {
            instead: Some(instead),
            ..*self
        }
    }

    /// Tells whether a column of the file, counted from 0, is shown other than it was.
    pub(crate) fn is_other(&self, field: usize) -> bool {
        self.instead.is_some_and(|instead| instead.is_other(field))
    }

    /// Tells whether the record is shown as a part of one of its parents.
    pub(crate) fn is_shown_under(&self, parent: i64) -> bool {
        match self.instead.and_then(|instead| instead.parents.as_ref()) {
            Some(parents) => parents.contains(&parent),
            None => true,
        }
    }

    /// Returns a column by its place among `FIXED_COLUMNS` and the promoted keys after them.
    pub fn value(&self, column: usize) -> ValueRef<'a> {
        if let Some(value) = self.instead.and_then(|instead| instead.value(column)) {
            return value;
        }
        let place = match self.places {
            None => column,
            Some(places) => match places.get(column) {
                Some(&Some(place)) => place,
                _ => return ValueRef::Null,
            },
        };
        self.row.get_ref(place).unwrap_or(ValueRef::Null)
    }

    fn text(&self, column: usize) -> Option<&'a str> {
        match self.value(column) {
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    fn number(&self, column: usize) -> Option<i64> {
        match self.value(column) {
            ValueRef::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the record's number in the database.
    pub fn record_id(&self) -> i64 {
        self.number(0).unwrap_or_default()
    }

    /// Returns the dataset's name.
    pub fn dataset(&self) -> &'a str {
        self.text(1).unwrap_or_default()
    }

    /// Returns the sequence's name; `None` for `.`.
    pub fn seqid(&self) -> Option<&'a str> {
        self.text(2)
    }

    /// Returns column 2 of the file; `None` for `.`.
    pub fn source(&self) -> Option<&'a str> {
        self.text(3)
    }

    /// Returns the feature's type; `None` for `.`.
    pub fn ty(&self) -> Option<&'a str> {
        self.text(4)
    }

    /// Returns the first base, 1-based; `None` for `.`.
    pub fn start(&self) -> Option<i64> {
        self.number(5)
    }

    /// Returns the last base, 1-based, inside; `None` for `.`.
    pub fn end(&self) -> Option<i64> {
        self.number(6)
    }

    /// Returns the score; `None` for `.`.
    pub fn score(&self) -> Option<f64> {
        match self.value(7) {
            ValueRef::Real(score) => Some(score),
            ValueRef::Integer(score) => Some(score as f64),
            _ => None,
        }
    }

    /// Returns `+`, `-` or `?`; `None` for `.`.
    pub fn strand(&self) -> Option<&'a str> {
        match self.value(8) {
            ValueRef::Text(b"+") => Some("+"),
            ValueRef::Text(b"-") => Some("-"),
            _ => self.text(8),
        }
    }

    /// Returns 0, 1 or 2 bases to the next codon; `None` for `.`.
    pub fn phase(&self) -> Option<i64> {
        self.number(9)
    }

    /// Returns how the line was laid out: `layout.layout_id`.
    pub fn layout(&self) -> Option<i64> {
        self.number(10)
    }

    /// Returns what is left of column 9, spelled as in the file.
    pub fn attributes(&self) -> Option<&'a str> {
        self.text(11)
    }

    /// Returns the keys that are columns, in their order.
    pub fn promoted_keys(&self) -> &'a [String] {
        &self.keys.promoted
    }

    /// Returns a promoted value by its place among the promoted keys.
    pub fn promoted(&self, place: usize) -> Option<&'a str> {
        match place < self.keys.promoted.len() {
            true => self.text(PROMOTED + place),
            false => None,
        }
    }

    /// Returns the feature's ID.
    pub fn id(&self) -> Option<&'a str> {
        self.promoted(0)
    }

    /// Returns the ID of the feature it is part of; several as in the file, with commas.
    pub fn parent(&self) -> Option<&'a str> {
        self.promoted(1)
    }

    /// Returns the value of an attribute, decoded, whatever column holds it; several values have commas
    /// between them.
    pub fn attribute(&self, key: &str) -> Option<String> {
        let place = self.promoted_keys().iter().position(|p| p == key);
        if let Some(value) = place.and_then(|place| self.promoted(place)) {
            return Some(value.to_owned());
        }
        if let Some(value) = self.held(key) {
            return Some(value.to_owned());
        }
        // Also of a promoted key: a record that was loaded before has it here.
        crate::gff::joined(self.attributes()?, key).map(Cow::into_owned)
    }

    /// Returns the value of a key of GTF that `ID` or `Parent` holds.
    fn held(&self, key: &str) -> Option<&'a str> {
        self.promoted(self.keys.holder(key, self.layout(), self.ty())?)
    }

    /// Returns the feature's ID, or its `Name` where it has none, as bytes.
    pub(crate) fn label(&self) -> Option<Cow<'a, [u8]>> {
        match self.value(PROMOTED) {
            ValueRef::Text(id) => Some(Cow::Borrowed(id)),
            _ => self
                .attribute("Name")
                .map(|name| Cow::Owned(name.into_bytes())),
        }
    }

    /// Returns an owned copy.
    pub fn to_feature(&self) -> Feature {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Feature {
            record_id: self.record_id(),
            dataset: self.dataset().to_owned(),
            seqid: text(self.seqid()),
            source: text(self.source()),
            ty: text(self.ty()),
            start: self.start(),
            end: self.end(),
            score: self.score(),
            strand: text(self.strand()),
            phase: self.phase(),
            attributes: text(self.attributes()),
            promoted: (self.promoted_keys().iter().enumerate())
                .filter_map(|(i, key)| Some((key.clone(), self.promoted(i)?.to_owned())))
                .collect(),
            held: GTF_KEYS
                .iter()
                .filter_map(|key| Some((*key, self.held(key)?.to_owned())))
                .collect(),
        }
    }
}

/// A record of a database, owned. A `.` of the file is `None`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Feature {
    /// The record's number; file order within a dataset.
    pub record_id: i64,
    /// The dataset's name.
    pub dataset: String,
    /// The sequence's name.
    pub seqid: Option<String>,
    /// Program or project.
    pub source: Option<String>,
    /// The type: `gene`, `mRNA`, `exon`.
    pub ty: Option<String>,
    /// The first base, 1-based.
    pub start: Option<i64>,
    /// The last base, 1-based, inside.
    pub end: Option<i64>,
    /// The score.
    pub score: Option<f64>,
    /// `+`, `-` or `?`.
    pub strand: Option<String>,
    /// 0, 1 or 2 bases to the next codon's first base.
    pub phase: Option<i64>,
    /// Column 9 less the promoted keys, spelled as in the file.
    pub attributes: Option<String>,
    /// The promoted keys that have a value, in the order of their columns, decoded.
    pub promoted: Vec<(String, String)>,
    /// The keys of GTF that `ID` or `Parent` hold.
    held: Vec<(&'static str, String)>,
}

impl Feature {
    /// Returns the feature's ID.
    pub fn id(&self) -> Option<&str> {
        self.promoted_value("ID")
    }

    /// Returns the ID of the feature it is part of; several as in the file, with commas.
    pub fn parent(&self) -> Option<&str> {
        self.promoted_value("Parent")
    }

    fn promoted_value(&self, key: &str) -> Option<&str> {
        let (_, value) = self.promoted.iter().find(|(k, _)| k == key)?;
        Some(value)
    }

    /// Returns the value of an attribute, decoded, whatever column holds it; several values have commas
    /// between them.
    pub fn attribute(&self, key: &str) -> Option<String> {
        let held = || self.held.iter().find(|(k, _)| *k == key);
        if let Some(value) = self.promoted_value(key).or_else(|| Some(&held()?.1)) {
            return Some(value.to_owned());
        }
        crate::gff::joined(self.attributes.as_deref()?, key).map(Cow::into_owned)
    }
}
