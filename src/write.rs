//! Rows of any SQL result as text: tables, CSV, TSV, JSON and Markdown, written as they come.
//!
//! | value | table, vertical, CSV, TSV, Markdown | JSON, JSON lines |
//! | --- | --- | --- |
//! | NULL | nothing | `null` |
//! | INTEGER | all its digits | all its digits |
//! | REAL | the fewest digits that read back as the same number | the same |
//! | infinity, NaN | `Infinity`, `-Infinity`, `NaN` | the same, as a string |
//! | TEXT | as it is, with the escapes of the format | a string |
//! | BLOB | `X'00FF'` | the same, as a string |

use std::{
    fmt,
    io::{self, Write},
    path::Path,
    str::FromStr,
};

use rusqlite::types::ValueRef;

use crate::Error;

mod bed;
mod bed12;
mod cell;
mod columns;
mod delimited;
mod gff3;
mod gtf;
mod json;
mod line_renderer;
mod markdown;
mod records;
mod stop_codon;
mod table;
mod vertical;
mod visible;
mod write_query;

pub use self::{
    bed::{Bed, BedName},
    bed12::Bed12,
    columns::{ColumnValue, Columns},
    gff3::Gff3,
    gtf::Gtf,
    line_renderer::LineRenderer,
    records::{NotShown, RecordFormat, RecordOptions, RecordWriter},
    stop_codon::StopCodon,
    visible::{Visible, visible, visible_lines},
    write_query::{Answered, write_query},
};
use self::{
    bed::{BedLines, BedText},
    columns::ColumnNeeds,
};

/// How rows are spelled.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RowFormat {
    /// Aligned columns under a header and a rule, for reading.
    Table,
    /// One value a line beside its column's name, for reading a few records of many columns.
    Vertical,
    /// Comma-separated values as RFC 4180 has them, with a header; lines end in LF.
    Csv,
    /// Tab-separated values with a header. A tab, newline, carriage return or backslash inside a
    /// value is written `\t`, `\n`, `\r` or `\\`; nothing is quoted.
    Tsv,
    /// One array of objects, an object a line.
    Json,
    /// One object a line.
    Jsonl,
    /// A pipe table, as Markdown renderers take it.
    Markdown,
}

impl RowFormat {
    /// Every format, in the order that help texts list them.
    pub const ALL: [Self; 7] = [
        Self::Table,
        Self::Vertical,
        Self::Csv,
        Self::Tsv,
        Self::Json,
        Self::Jsonl,
        Self::Markdown,
    ];

    /// Returns the name that a user types, such as `table`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Vertical => "vertical",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Markdown => "markdown",
        }
    }

    /// Tells whether the names of the columns come first, once for all rows.
    pub const fn has_header(self) -> bool {
        match self {
            Self::Table | Self::Csv | Self::Tsv | Self::Markdown => true,
            Self::Vertical | Self::Json | Self::Jsonl => false,
        }
    }

    /// Returns the format that a file's ending asks for, `.gz` and `.bgz` aside, or `None` where it names none.
    pub fn from_path(path: &Path) -> Option<Self> {
        match ending(path)?.as_str() {
            "tab" => Some(Self::Tsv),
            "md" => Some(Self::Markdown),
            "ndjson" => Some(Self::Jsonl),
            "table" | "vertical" => None,
            name => name.parse().ok(),
        }
    }
}

/// Returns the error of a file whose ending is that of no format; `None` where it is, or there is none.
///
/// # Examples
///
/// ```
/// use gffdb::write::unknown_ending;
///
/// let error = unknown_ending("a.xlsx".as_ref(), &["gff3", "csv"]).map(|e| e.to_string());
/// assert_eq!(
///     error.as_deref(),
///     Some("a.xlsx: no format has the ending .xlsx; the formats are gff3, csv: name one with --format")
/// );
/// assert!(unknown_ending("a.gtf".as_ref(), &["gff3", "csv"]).is_some());
/// assert!(unknown_ending("a.csv.gz".as_ref(), &["gff3", "csv"]).is_none());
/// assert!(unknown_ending("out".as_ref(), &["gff3", "csv"]).is_none());
/// ```
pub fn unknown_ending(path: &Path, formats: &[&str]) -> Option<Error> {
    let ending = ending(path)?;
    let format = RecordFormat::from_path(path).map(|format| format.to_string());
    let is_known = format.is_some_and(|format| formats.contains(&format.as_str()));
    // That of a compression is refused where the file is made, with the ones that are written.
    let is_compression = ["zst", "zstd", "bz2", "xz", "zip"].contains(&ending.as_str());
    (!is_known && !is_compression).then(|| {
        Error::usage(format!(
            "{}: no format has the ending .{ending}; the formats are {}: name one with --format",
            path.display(),
            formats.join(", ")
        ))
    })
}

/// Returns a file's ending in lower case, one before `.gz` or `.bgz`.
fn ending(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let bare = name.strip_suffix(".gz").or(name.strip_suffix(".bgz"));
    let (stem, ending) = bare.unwrap_or(&name).rsplit_once('.')?;
    (!stem.is_empty()).then(|| ending.to_owned())
}

impl fmt::Display for RowFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for RowFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| {
                let names = Self::ALL.map(Self::name).join(", ");
                Error::usage(format!("no format {name:?}; the formats are {names}"))
            })
    }
}

/// Takes the rows of one result after another.
///
/// A result is one call of `header`, `row` for each row, and `finish`. After that the next result
/// may come; it need not have the same columns.
pub trait RowWriter {
    /// Starts a result that has these columns.
    fn header(&mut self, columns: &[&str]) -> io::Result<()>;

    /// Writes a row; it has as many values as the header has columns.
    fn row(&mut self, values: &[ValueRef<'_>]) -> io::Result<()>;

    /// Ends the result.
    fn finish(&mut self) -> io::Result<()>;

    /// Hands on what sits in a buffer, so that a reader sees it now.
    ///
    /// A table still keeps the rows that it needs to find its widths.
    fn flush(&mut self) -> io::Result<()>;
}

/// How rows are laid out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RowLayout {
    /// The width of the terminal that the rows go to, in columns; `None`, the default, where they
    /// go anywhere else. Only a table on a terminal that is too narrow for it has its texts cut.
    pub terminal: Option<usize>,
    /// Whether the names of the columns come first, in the formats that have a header; the default.
    pub header: bool,
}

impl Default for RowLayout {
    fn default() -> Self {
        Self {
            terminal: None,
            header: true,
        }
    }
}

/// Returns a writer of rows in `format`.
pub fn rows<'a>(
    format: RowFormat,
    out: impl Write + 'a,
    layout: RowLayout,
) -> Box<dyn RowWriter + 'a> {
    match format {
        RowFormat::Table => Box::new(table::Table::new(out, layout)),
        RowFormat::Vertical => Box::new(vertical::Vertical::new(out)),
        RowFormat::Csv => Box::new(delimited::Csv::new(out, layout.header)),
        RowFormat::Tsv => Box::new(delimited::Tsv::new(out, layout.header)),
        RowFormat::Json => Box::new(json::Json::array(out)),
        RowFormat::Jsonl => Box::new(json::Json::lines(out)),
        RowFormat::Markdown => Box::new(markdown::Markdown::new(out, layout.header)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Columns of [`awkward`].
    pub(crate) const COLUMNS: [&str; 3] = ["name", "n", "x|y"];

    /// Rows with everything that a format has to take care of.
    pub(crate) fn awkward() -> Vec<[ValueRef<'static>; 3]> {
        use ValueRef::{Blob, Integer, Null, Real, Text};
        vec![
            [Text(b"plain"), Integer(1), Real(0.1)],
            [Text(b""), Null, Null],
            [Text(b"say \"hi\", a|b"), Integer(i64::MAX), Real(1e300)],
            [Text(b"tab\there\\n"), Integer(i64::MIN), Real(2.0)],
            [Text(b"two\nlines\r\n"), Integer(0), Real(f64::NAN)],
            [
                Text("naïve 遺伝子".as_bytes()),
                Integer(-7),
                Real(f64::INFINITY),
            ],
            [Blob(b"\x00\xff"), Blob(b""), Real(f64::NEG_INFINITY)],
        ]
    }

    /// Writes one result.
    pub(crate) fn write<const N: usize>(
        writer: &mut dyn RowWriter,
        columns: [&str; N],
        rows: &[[ValueRef<'_>; N]],
    ) -> io::Result<()> {
        writer.header(&columns)?;
        for row in rows {
            writer.row(row)?;
        }
        writer.finish()?;
        writer.flush()
    }

    /// Returns what a writer makes of one result after another.
    pub(crate) fn text<const N: usize>(
        format: RowFormat,
        results: &[([&str; N], &[[ValueRef<'_>; N]])],
    ) -> io::Result<String> {
        let mut out = Vec::new();
        let mut writer = rows(format, &mut out, RowLayout::default());
        for (columns, rows) in results {
            write(writer.as_mut(), *columns, rows)?;
        }
        drop(writer);
        String::from_utf8(out).map_err(io::Error::other)
    }

    #[test]
    fn every_format_is_read_back_from_its_name() {
        for format in RowFormat::ALL {
            assert_eq!(format.to_string().parse::<RowFormat>().ok(), Some(format));
        }
        assert_eq!(
            "xml".parse::<RowFormat>().err().map(|e| e.to_string()),
            Some(String::from(
                "no format \"xml\"; the formats are table, vertical, csv, tsv, json, jsonl, markdown"
            ))
        );
    }

    #[test]
    fn a_file_name_tells_its_format() {
        for (name, format) in [
            ("a.csv", Some(RowFormat::Csv)),
            ("dir.csv/a.TSV", Some(RowFormat::Tsv)),
            ("a.tab", Some(RowFormat::Tsv)),
            ("a.json", Some(RowFormat::Json)),
            ("a.jsonl", Some(RowFormat::Jsonl)),
            ("a.ndjson", Some(RowFormat::Jsonl)),
            ("a.md", Some(RowFormat::Markdown)),
            ("a.txt", None),
            ("csv", None),
        ] {
            assert_eq!(RowFormat::from_path(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn the_header_can_be_left_out_where_there_is_one() -> io::Result<()> {
        let layout = RowLayout {
            header: false,
            ..RowLayout::default()
        };
        for (format, expected) in [
            (RowFormat::Table, "     1\n"),
            (RowFormat::Vertical, "column  1\n"),
            (RowFormat::Csv, "1\n"),
            (RowFormat::Tsv, "1\n"),
            (RowFormat::Json, "[{\"column\":1}]\n"),
            (RowFormat::Jsonl, "{\"column\":1}\n"),
            (RowFormat::Markdown, "| 1 |\n"),
        ] {
            let mut out = Vec::new();
            let mut writer = rows(format, &mut out, layout);
            write(writer.as_mut(), ["column"], &[[ValueRef::Integer(1)]])?;
            drop(writer);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{format}");
            let with = text(format, &[(["column"], &[[ValueRef::Integer(1)]])])?;
            assert_eq!(with != expected, format.has_header(), "{format}");
        }
        Ok(())
    }

    #[test]
    fn a_row_is_out_before_the_next_one_comes() -> io::Result<()> {
        for (format, expected) in [
            (RowFormat::Csv, "a\n1\n"),
            (RowFormat::Tsv, "a\n1\n"),
            (RowFormat::Json, "[{\"a\":1}"),
            (RowFormat::Jsonl, "{\"a\":1}\n"),
            (RowFormat::Markdown, "| a |\n| --- |\n| 1 |\n"),
            (RowFormat::Vertical, "a  1\n"),
        ] {
            let mut out = Vec::new();
            let mut writer = rows(format, &mut out, RowLayout::default());
            writer.header(&["a"])?;
            writer.row(&[ValueRef::Integer(1)])?;
            writer.flush()?;
            drop(writer);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{format}");
        }
        Ok(())
    }
}
