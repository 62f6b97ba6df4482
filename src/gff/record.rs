//! A record: nine columns of one line, found once, parsed when asked for.

use std::borrow::Cow;

use memchr::memchr_iter;

use super::escape::decode;
use crate::error::Problem;

/// The nine columns of a line, as the specification and the tables of a database name them.
pub const FIELDS: [&str; 9] = [
    "seqid",
    "source",
    "type",
    "start",
    "end",
    "score",
    "strand",
    "phase",
    "attributes",
];

/// A record line. It borrows the line and knows where its first nine tabs are.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    line: &'a str,
    /// Where columns 1 to 9 end.
    ends: [usize; 9],
    columns: usize,
}

/// A whole number as a column spells it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Number {
    /// `.` or nothing.
    Missing,
    /// A number, and whether its canonical spelling is what the file has.
    Known(i64),
    /// Something else.
    Bad,
}

impl<'a> Record<'a> {
    /// Finds the columns of a line that comes without its line end.
    ///
    /// GFF2 has eight where there are no attributes, and some programs write more than nine: a tab at the
    /// end of each line, or columns of their own.
    ///
    /// # Errors
    ///
    /// [`Problem::ColumnCount`] where the line has fewer than eight columns.
    pub fn parse(line: &'a str) -> Result<Self, Problem> {
        let mut ends = [line.len(); 9];
        let mut count = 0;
        for at in memchr_iter(b'\t', line.as_bytes()) {
            if let Some(end) = ends.get_mut(count) {
                *end = at;
            }
            count += 1;
        }
        let columns = count + 1;
        match columns {
            8.. => Ok(Self {
                line,
                ends,
                columns,
            }),
            found => Err(Problem::ColumnCount { found }),
        }
    }

    /// Returns how many columns the line has, at least 8.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Returns the raw text of a column, counted from 0 to 8; `.` for a ninth one that is not there.
    pub fn column(&self, index: usize) -> &'a str {
        let start = match index {
            0 => 0,
            8 if self.columns == 8 => return ".",
            _ => self.ends[index - 1] + 1,
        };
        &self.line[start..self.ends[index]]
    }

    /// Returns what stands after the tab that ends column 9; `None` where the line ends with that column.
    pub fn rest(&self) -> Option<&'a str> {
        (self.columns > 9).then(|| &self.line[self.ends[8] + 1..])
    }

    /// Returns column 1, decoded: the sequence's name; `None` for `.`.
    pub fn seqid(&self) -> Option<Cow<'a, str>> {
        self.text(0)
    }

    /// Returns column 2, decoded: who says so; `None` for `.`.
    pub fn source(&self) -> Option<Cow<'a, str>> {
        self.text(1)
    }

    /// Returns column 3, decoded: the feature's type; `None` for `.`.
    pub fn ty(&self) -> Option<Cow<'a, str>> {
        self.text(2)
    }

    fn text(&self, index: usize) -> Option<Cow<'a, str>> {
        match self.column(index) {
            "." => None,
            raw => Some(decode(raw)),
        }
    }

    /// Returns column 4: the first base, 1-based.
    pub fn start(&self) -> Number {
        Number::of(self.column(3))
    }

    /// Returns column 5: the last base, 1-based, inside the feature.
    pub fn end(&self) -> Number {
        Number::of(self.column(4))
    }

    /// Returns column 8: bases to the next codon.
    pub fn phase(&self) -> Number {
        Number::of(self.column(7))
    }

    /// Returns column 9 as it stands.
    pub fn attributes(&self) -> &'a str {
        self.column(8)
    }
}

impl Number {
    fn of(raw: &str) -> Self {
        // Eight or nine digits and nothing else: nearly always.
        let quick = |bytes: &[u8]| {
            (!bytes.is_empty() && bytes.len() <= 18 && bytes.iter().all(u8::is_ascii_digit)).then(
                || {
                    bytes
                        .iter()
                        .fold(0, |n: i64, b| n * 10 + i64::from(b - b'0'))
                },
            )
        };
        match (quick(raw.as_bytes()), raw.trim_matches(' ')) {
            (Some(number), _) => Self::Known(number),
            (None, "." | "") => Self::Missing,
            (None, text) => text.parse().map_or(Self::Bad, Self::Known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_slices_of_the_line() -> Result<(), Problem> {
        let record = Record::parse("sq%200\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0")?;
        assert_eq!(record.seqid().as_deref(), Some("sq 0"));
        assert_eq!(record.source().as_deref(), Some("NOODLES"));
        assert_eq!(record.ty().as_deref(), Some("gene"));
        assert_eq!(record.start(), Number::Known(8));
        assert_eq!(record.end(), Number::Known(13));
        assert_eq!(record.column(5), ".");
        assert_eq!(record.phase(), Number::Missing);
        assert_eq!(record.attributes(), "ID=g0");
        Ok(())
    }

    #[test]
    fn fewer_than_eight_columns_are_a_problem() {
        for (line, found) in [("sq0", 1), ("a\tb\tc\td\te\tf\tg", 7)] {
            assert_eq!(
                Record::parse(line).map(|_| ()),
                Err(Problem::ColumnCount { found })
            );
        }
    }

    #[test]
    fn a_line_may_have_no_ninth_column_or_more() -> Result<(), Problem> {
        for (line, columns, ninth, rest) in [
            ("a\tb\tc\td\te\tf\tg\th", 8, ".", None),
            ("a\tb\tc\td\te\tf\tg\th\t", 9, "", None),
            ("a\tb\tc\td\te\tf\tg\th\ti\t", 10, "i", Some("")),
            ("a\tb\tc\td\te\tf\tg\th\ti\tj\tk", 11, "i", Some("j\tk")),
            ("\t\t\t\t\t\t\t\t\t\t\t", 12, "", Some("\t\t")),
        ] {
            let record = Record::parse(line)?;
            assert_eq!(record.columns(), columns, "{line:?}");
            assert_eq!(
                record.column(7),
                line.split('\t').nth(7).unwrap_or_default()
            );
            assert_eq!(record.attributes(), ninth, "{line:?}");
            assert_eq!(record.rest(), rest, "{line:?}");
        }
        Ok(())
    }

    #[test]
    fn numbers_are_whole_missing_or_bad() {
        for (raw, expected) in [
            ("8", Number::Known(8)),
            ("0", Number::Known(0)),
            ("-4", Number::Known(-4)),
            ("+4", Number::Known(4)),
            ("007", Number::Known(7)),
            (" 12 ", Number::Known(12)),
            ("4294967297", Number::Known(4_294_967_297)),
            ("9223372036854775807", Number::Known(i64::MAX)),
            ("9223372036854775808", Number::Bad),
            ("1e5", Number::Bad),
            ("1.0", Number::Bad),
            ("", Number::Missing),
            (".", Number::Missing),
            ("1 2", Number::Bad),
        ] {
            assert_eq!(Number::of(raw), expected, "{raw:?}");
        }
    }
}
