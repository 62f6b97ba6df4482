//! Rows of table `gff`, rendered.

use std::{borrow::Cow, cell::Cell, str};

use rusqlite::{Connection, Row, Statement, types::ValueRef};

use crate::{
    db::{layouts::Layouts, schema::FIXED_COLUMNS},
    gff::{Attributes, Columns, Layout, Spelling, Syntax, render_line},
};

/// Where the values of a record are in a row.
#[derive(Debug)]
pub struct Places {
    /// The place of `record_id`.
    pub record_id: usize,
    /// The place of `layout`.
    pub layout: usize,
    /// The places of columns 1 to 8, and of what is left of column 9.
    fields: [usize; 9],
    /// The promoted keys that are columns, in the order of their promotion.
    names: Vec<String>,
    /// Their places.
    promoted: Vec<usize>,
}

/// Returns the column of a file, counted from 0 to 8, that table `_verbatim` names so; 9 is what follows.
pub fn field(name: &str) -> Option<usize> {
    match name {
        "attributes" => Some(8),
        "rest" => Some(9),
        _ => FIXED_COLUMNS[2..10].iter().position(|field| *field == name),
    }
}

/// Returns the bytes of a value, whatever its type; nothing for NULL.
pub fn bytes(value: ValueRef<'_>) -> Cow<'_, [u8]> {
    match value {
        ValueRef::Null => Cow::Borrowed(&[]),
        ValueRef::Integer(number) => Cow::Owned(number.to_string().into_bytes()),
        ValueRef::Real(number) => Cow::Owned(number.to_string().into_bytes()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cow::Borrowed(bytes),
    }
}

impl Places {
    /// Finds the columns of `SELECT * FROM gff`, which may have more than the schema knows.
    pub fn of(connection: &Connection, records: &Statement<'_>) -> rusqlite::Result<Self> {
        let place = |name: &str| records.column_index(name);
        let mut fields = [0; 9];
        for (index, name) in FIXED_COLUMNS[2..10].iter().enumerate() {
            fields[index] = place(name)?;
        }
        fields[8] = place("attributes")?;
        let keys: Vec<String> = connection
            .prepare("SELECT key FROM _promoted ORDER BY position")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let (names, promoted) = keys
            .into_iter()
            .filter_map(|key| place(&key).ok().map(|place| (key, place)))
            .unzip();
        Ok(Self {
            record_id: place("record_id")?,
            layout: place("layout")?,
            fields,
            names,
            promoted,
        })
    }

    /// Returns what column `Parent` has, where that is text.
    pub fn parent<'r>(&self, row: &'r Row<'_>) -> Option<&'r str> {
        let place = self.names.iter().position(|name| name == "Parent")?;
        row.get_ref(self.promoted[place]).ok()?.as_str().ok()
    }

    /// Writes the line of a record, without its line end; `exact` has the bytes of fields that are
    /// not rendered, by their columns.
    pub fn render(
        &self,
        row: &Row<'_>,
        layout: Option<&Layout>,
        exact: &[(usize, Vec<u8>)],
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        let start = out.len();
        // Set where a value is none that the loader stores: then the line is rendered again.
        let odd = Cell::new(false);
        let text = |place: usize| match row.get_ref(place) {
            Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => {
                str::from_utf8(bytes).inspect_err(|_| odd.set(true)).ok()
            }
            Ok(ValueRef::Null) => None,
            _ => {
                odd.set(true);
                None
            }
        };
        let integer = |place: usize| match row.get_ref(place) {
            Ok(ValueRef::Integer(number)) => Some(number),
            Ok(ValueRef::Null) => None,
            _ => {
                odd.set(true);
                None
            }
        };
        let fields = &self.fields;
        let columns = Columns {
            seqid: text(fields[0]),
            source: text(fields[1]),
            ty: text(fields[2]),
            start: integer(fields[3]),
            end: integer(fields[4]),
            score: match row.get_ref(fields[5])? {
                ValueRef::Real(number) => Some(number),
                ValueRef::Null => None,
                _ => {
                    odd.set(true);
                    None
                }
            },
            strand: text(fields[6]),
            phase: integer(fields[7]),
            promoted: |index: usize| text(*self.promoted.get(index)?),
            attributes: text(fields[8]),
        };
        let gtf = match layout.is_none_or(|layout| layout.parts.is_none()) {
            true => self.in_gtf(row, layout),
            false => None,
        };
        let layout = gtf.as_ref().or(layout);
        match exact {
            [] => render_line(&columns, &self.names, layout, |_| None, out),
            exact => {
                let bytes = |column| {
                    let found = exact.iter().find(|(index, _)| *index == column);
                    found.map(|(_, bytes)| bytes.as_slice())
                };
                render_line(&columns, &self.names, layout, bytes, out);
            }
        }
        if odd.get() {
            out.truncate(start);
            self.render_odd(row, layout, exact, out)?;
        }
        Ok(())
    }

    /// Returns the layout of a record that an edit gave a promoted value, and whose other attributes are
    /// GTF's: in the plain order, these would be none any more. No load makes such a record.
    fn in_gtf(&self, row: &Row<'_>, layout: Option<&Layout>) -> Option<Layout> {
        let rest = row.get_ref(self.fields[8]).ok()?.as_str().ok()?;
        let is_gtf = Syntax::of(rest) == Syntax::Gtf
            && Attributes::with_syntax(rest, Syntax::Gtf).any(|a| a.value.is_some());
        let has_value = |place: &usize| row.get_ref(*place).is_ok_and(|v| v != ValueRef::Null);
        (is_gtf && self.promoted.iter().any(has_value)).then(|| Layout {
            parts: Layout::gtf().parts,
            ..layout.cloned().unwrap_or_default()
        })
    }

    /// Writes the line of a record in which somebody stored a value of another type: text in a
    /// column of numbers, bytes that are no text.
    fn render_odd(
        &self,
        row: &Row<'_>,
        layout: Option<&Layout>,
        exact: &[(usize, Vec<u8>)],
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        let text = |place: usize| {
            let value = row.get_ref(place)?;
            let text = String::from_utf8_lossy(&bytes(value)).into_owned();
            Ok((value != ValueRef::Null).then_some(text))
        };
        let fields: Vec<Option<String>> = self
            .fields
            .iter()
            .map(|place| text(*place))
            .collect::<rusqlite::Result<_>>()?;
        let promoted: Vec<Option<String>> = self
            .promoted
            .iter()
            .map(|place| text(*place))
            .collect::<rusqlite::Result<_>>()?;
        let number = |index: usize| row.get(self.fields[index]).ok();
        let columns = Columns {
            seqid: fields[0].as_deref(),
            source: fields[1].as_deref(),
            ty: fields[2].as_deref(),
            start: number(3),
            end: number(4),
            score: row.get(self.fields[5]).ok(),
            strand: fields[6].as_deref(),
            phase: number(7),
            promoted: |index: usize| promoted.get(index)?.as_deref(),
            attributes: fields[8].as_deref(),
        };
        let mut exact = exact.to_vec();
        for index in [3, 4, 5, 7] {
            let rendered = match index {
                5 => columns.score.is_some(),
                _ => number(index).is_some(),
            };
            if let (false, Some(text)) = (rendered, &fields[index]) {
                let mut escaped = Vec::new();
                Spelling::default().encode(text, false, &mut escaped);
                exact.push((index, escaped));
            }
        }
        let bytes = |column| {
            let found = exact.iter().find(|(index, _)| *index == column);
            found.map(|(_, bytes)| bytes.as_slice())
        };
        render_line(&columns, &self.names, layout, bytes, out);
        Ok(())
    }
}

/// The lines of records that are asked for one by one.
#[derive(Debug)]
pub struct Lines<'c> {
    records: Statement<'c>,
    layouts: Layouts<'c>,
    verbatim: Statement<'c>,
    places: Places,
}

impl<'c> Lines<'c> {
    /// Prepares the statements.
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        let records = connection.prepare("SELECT * FROM gff WHERE record_id = ?1")?;
        Ok(Self {
            layouts: Layouts::new(connection)?,
            verbatim: connection
                .prepare("SELECT field, bytes FROM _verbatim WHERE record_id = ?1")?,
            places: Places::of(connection, &records)?,
            records,
        })
    }

    /// Renders the line of a record in the place of what is in `line`, without a line end; nothing
    /// where there is no such record.
    pub fn render(&mut self, record: i64, line: &mut Vec<u8>) -> rusqlite::Result<()> {
        line.clear();
        let mut exact = Vec::new();
        let mut rows = self.verbatim.query([record])?;
        while let Some(row) = rows.next()? {
            let bytes = bytes(row.get_ref(1)?).into_owned();
            exact.extend(field(row.get_ref(0)?.as_str()?).map(|index| (index, bytes)));
        }
        let mut rows = self.records.query([record])?;
        let Some(row) = rows.next()? else {
            return Ok(());
        };
        let layout = match row.get(self.places.layout)? {
            Some(id) => self.layouts.get(id)?,
            None => None,
        };
        self.places.render(row, layout.as_deref(), &exact, line)
    }
}
