//! One value a line beside its column's name: a few records of many columns, for reading.

use std::io::{self, Write};

use rusqlite::types::ValueRef;
use unicode_width::UnicodeWidthStr;

use super::{RowWriter, cell, visible::visible};

/// Between a name and its value.
const GAP: usize = 2;

/// Records one below the other, a blank line between two, and nothing cut.
pub(super) struct Vertical<W> {
    out: W,
    records: Option<Records>,
}

/// The records of one result.
pub(super) struct Records {
    /// The columns' names, padded to one width.
    names: Vec<String>,
    is_first: bool,
}

impl Records {
    pub(super) fn new(names: Vec<String>) -> Self {
        let width = names.iter().map(|name| name.width()).max().unwrap_or(0);
        let pad = |mut name: String| {
            let short = width.saturating_sub(name.width()) + GAP;
            name.extend(std::iter::repeat_n(' ', short));
            name
        };
        Self {
            names: names.into_iter().map(pad).collect(),
            is_first: true,
        }
    }

    /// Writes a record; its values are [`visible`].
    pub(super) fn write<'v>(
        &mut self,
        out: &mut impl Write,
        values: impl Iterator<Item = &'v str>,
    ) -> io::Result<()> {
        if !std::mem::take(&mut self.is_first) {
            writeln!(out)?;
        }
        for (name, value) in self.names.iter().zip(values) {
            match value {
                "" => writeln!(out, "{}", name.trim_end())?,
                value => writeln!(out, "{name}{value}")?,
            }
        }
        Ok(())
    }
}

impl<W: Write> Vertical<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, records: None }
    }
}

impl<W: Write> RowWriter for Vertical<W> {
    fn header(&mut self, columns: &[&str]) -> io::Result<()> {
        let names = columns.iter().map(|name| visible(name.as_bytes()));
        let earlier = self.records.replace(Records::new(names.collect()));
        match earlier {
            Some(_) => writeln!(self.out),
            None => Ok(()),
        }
    }

    fn row(&mut self, values: &[ValueRef<'_>]) -> io::Result<()> {
        let values: Vec<_> = values.iter().map(|&v| visible(&cell::text(v))).collect();
        match &mut self.records {
            Some(records) => records.write(&mut self.out, values.iter().map(String::as_str)),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        match &self.records {
            Some(records) if records.is_first => writeln!(self.out, "(no rows)"),
            _ => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::{RowFormat, tests::*};

    #[test]
    fn each_value_stands_beside_its_name() -> io::Result<()> {
        use ValueRef::{Integer, Null, Text};
        let rows: &[_] = &[
            [Text(b"gene"), Integer(1200), Null],
            [Text("遺\n伝".as_bytes()), Integer(-7), Text(b"x")],
        ];
        let long = "x".repeat(500);
        let one: &[_] = &[[Null, Text(long.as_bytes()), Null]];
        assert_eq!(
            text(
                RowFormat::Vertical,
                &[
                    (["type", "start", "遺伝子"], rows),
                    (["a", "b", "c"], one),
                    (["a", "b", "c"], &[]),
                ]
            )?,
            format!(
                "\
type    gene
start   1200
遺伝子

type    遺\\n伝
start   -7
遺伝子  x

a
b  {long}
c

(no rows)
"
            )
        );
        Ok(())
    }
}
