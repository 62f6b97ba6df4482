//! A table for reading: aligned columns under a header and a rule.

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, Write},
    time::{Duration, Instant},
};

use rusqlite::types::ValueRef;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{RowWriter, cell};

/// The rows that are kept back to find the widths of the columns.
const SAMPLE: usize = 200;

/// On a terminal, a row that comes later than this after the header fixes the widths, so that the
/// rows of a slow query show as they come.
const PATIENCE: Duration = Duration::from_millis(200);

/// Between two columns.
const GAP: usize = 2;

/// No column is cut below this many characters.
const NARROWEST: usize = 4;

/// Aligned columns: numbers to the right, everything else to the left.
///
/// The first [`SAMPLE`] rows fix the widths. A later value that is wider pushes its row out of
/// line; nothing is cut, except on a terminal that is too narrow for the row.
pub(super) struct Table<W> {
    out: W,
    terminal: Option<usize>,
    any_result: bool,
    columns: Vec<Column>,
    /// The columns are narrower than their values, for the terminal's sake.
    shrunk: bool,
    /// The sample; `None` once the widths are fixed and rows go straight out.
    kept: Option<Vec<Vec<String>>>,
    since: Instant,
    line: String,
}

struct Column {
    name: String,
    width: usize,
    /// Whether every value so far is a number or NULL, and one is a number.
    number: Option<bool>,
}

impl<W: Write> Table<W> {
    pub(super) fn new(out: W, terminal: Option<usize>) -> Self {
        Self {
            out,
            terminal,
            any_result: false,
            columns: Vec::new(),
            shrunk: false,
            kept: None,
            since: Instant::now(),
            line: String::new(),
        }
    }

    /// Fixes the widths and writes what was kept back.
    fn settle(&mut self) -> io::Result<()> {
        let Some(kept) = self.kept.take() else {
            return Ok(());
        };
        if let Some(terminal) = self.terminal {
            self.shrunk = shrink(&mut self.columns, terminal);
        }
        let names: Vec<_> = self.columns.iter().map(|c| c.name.clone()).collect();
        self.write_line(&names)?;
        let rules: Vec<_> = self.columns.iter().map(|c| "-".repeat(c.width)).collect();
        self.write_line(&rules)?;
        kept.iter().try_for_each(|cells| self.write_line(cells))
    }

    fn write_line(&mut self, cells: &[String]) -> io::Result<()> {
        let gaps = GAP * cells.len().saturating_sub(1);
        let whole: usize = self
            .columns
            .iter()
            .zip(cells)
            .map(|(column, cell)| column.width.max(cell.width()))
            .sum();
        // The last column is not padded to the right, so its width counts only where it is used.
        let unused = match (self.columns.last(), cells.last()) {
            (Some(column), Some(cell)) if column.number != Some(true) => {
                column.width.saturating_sub(cell.width())
            }
            _ => 0,
        };
        let cut = self.shrunk || self.terminal.is_some_and(|t| whole + gaps - unused > t);

        self.line.clear();
        for (i, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            if i > 0 {
                self.line.extend([' '; GAP]);
            }
            let cell = if cut {
                shortened(cell, column.width)
            } else {
                Cow::Borrowed(cell.as_str())
            };
            let pad = column.width.saturating_sub(cell.width());
            let (left, right) = match column.number {
                Some(true) => (pad, 0),
                _ => (0, pad),
            };
            self.line.extend(std::iter::repeat_n(' ', left));
            self.line.push_str(&cell);
            self.line.extend(std::iter::repeat_n(' ', right));
        }
        writeln!(self.out, "{}", self.line.trim_end_matches(' '))
    }
}

impl<W: Write> RowWriter for Table<W> {
    fn header(&mut self, columns: &[&str]) -> io::Result<()> {
        if self.any_result {
            writeln!(self.out)?;
        }
        self.any_result = true;
        self.since = Instant::now();
        self.shrunk = false;
        self.kept = Some(Vec::new());
        self.columns = columns
            .iter()
            .map(|name| {
                let name = visible(name.as_bytes());
                Column {
                    width: name.width(),
                    name,
                    number: None,
                }
            })
            .collect();
        Ok(())
    }

    fn row(&mut self, values: &[ValueRef<'_>]) -> io::Result<()> {
        let cells: Vec<_> = values.iter().map(|&v| visible(&cell::text(v))).collect();
        let Some(kept) = &mut self.kept else {
            return self.write_line(&cells);
        };
        for ((column, cell), value) in self.columns.iter_mut().zip(&cells).zip(values) {
            column.width = column.width.max(cell.width());
            match value {
                ValueRef::Null => {}
                ValueRef::Integer(_) | ValueRef::Real(_) => {
                    column.number = Some(column.number.unwrap_or(true));
                }
                ValueRef::Text(_) | ValueRef::Blob(_) => column.number = Some(false),
            }
        }
        kept.push(cells);
        let late = self.terminal.is_some() && self.since.elapsed() > PATIENCE;
        if kept.len() == SAMPLE || late {
            self.settle()?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.settle()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Returns the text with control characters spelled out (`\n`, `\t`, `\u{1b}`), so that a value
/// can neither break the table nor command the terminal.
fn visible(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    if !text.contains(char::is_control) {
        return text.into_owned();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() {
            // Writing to a string does not fail.
            let _ = write!(shown, "{}", c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Makes the widest columns narrower until the table fits, down to [`NARROWEST`] each; tells
/// whether that was needed.
fn shrink(columns: &mut [Column], terminal: usize) -> bool {
    let room = terminal.saturating_sub(GAP * columns.len().saturating_sub(1));
    let taken = |cap: usize| columns.iter().map(|c| c.width.min(cap)).sum::<usize>();
    let widest = columns.iter().map(|c| c.width).max().unwrap_or(0);
    if taken(widest) <= room {
        return false;
    }
    let cap = (NARROWEST..widest)
        .rev()
        .find(|&cap| taken(cap) <= room)
        .unwrap_or(NARROWEST);
    let mut spare = room.saturating_sub(taken(cap));
    for column in columns {
        let wanted = column.width.saturating_sub(cap);
        column.width = column.width.min(cap) + wanted.min(spare);
        spare -= wanted.min(spare);
    }
    true
}

/// Returns the text, cut with `…` where it is wider than `width`.
fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut used = 1;
    let mut cut = String::new();
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    Cow::Owned(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::{RowFormat, rows, tests::*};

    fn on_terminal(width: usize, cells: &[[&str; 2]]) -> io::Result<String> {
        let mut out = Vec::new();
        let mut writer = rows(RowFormat::Table, &mut out, Some(width));
        let cells: Vec<_> = cells
            .iter()
            .map(|row| row.map(|cell| ValueRef::Text(cell.as_bytes())))
            .collect();
        write(writer.as_mut(), ["name", "text"], &cells)?;
        drop(writer);
        String::from_utf8(out).map_err(io::Error::other)
    }

    #[test]
    fn columns_align_by_what_the_eye_sees() -> io::Result<()> {
        assert_eq!(
            text(RowFormat::Table, &[(COLUMNS, &awkward())])?,
            "\
name            n                           x|y
--------------  --------------------  ---------
plain           1                           0.1

say \"hi\", a|b   9223372036854775807       1e300
tab\\there\\n     -9223372036854775808        2.0
two\\nlines\\r\\n  0                           NaN
naïve 遺伝子    -7                     Infinity
X'00FF'         X''                   -Infinity
"
        );
        Ok(())
    }

    #[test]
    fn numbers_stand_to_the_right() -> io::Result<()> {
        use ValueRef::{Integer, Null, Text};
        let cells: &[_] = &[
            [Text(b"gene"), Integer(3), Null],
            [Text(b"exon"), Integer(1200), Null],
        ];
        assert_eq!(
            text(RowFormat::Table, &[(["type", "n", "none"], cells)])?,
            "\
type     n  none
----  ----  ----
gene     3
exon  1200
"
        );
        Ok(())
    }

    #[test]
    fn no_rows_are_a_header_and_a_blank_line_stands_between_results() -> io::Result<()> {
        let results: [([&str; 2], &[[ValueRef<'_>; 2]]); 2] =
            [(["a", "long"], &[]), (["b", "c"], &[])];
        assert_eq!(
            text(RowFormat::Table, &results)?,
            "a  long\n-  ----\n\nb  c\n-  -\n"
        );
        Ok(())
    }

    #[test]
    fn a_control_character_cannot_command_the_terminal() {
        assert_eq!(visible(b"\x1b[31mred\x07\0"), r"\u{1b}[31mred\u{7}\0");
        assert_eq!(visible("\u{9b}1A".as_bytes()), r"\u{9b}1A");
    }

    #[test]
    fn only_a_terminal_that_is_too_narrow_cuts() -> io::Result<()> {
        let cells = [["a", "0123456789"], ["遺伝子遺伝子", "x"]];
        for (width, expected) in [
            (
                24,
                "name          text\n------------  ----------\n\
                 a             0123456789\n遺伝子遺伝子  x\n",
            ),
            (
                20,
                "name       text\n---------  ---------\n\
                 a          01234567…\n遺伝子遺…  x\n",
            ),
            // Narrower than the narrowest table: four characters a column, whatever happens.
            (3, "name  text\n----  ----\na     012…\n遺…   x\n"),
        ] {
            assert_eq!(on_terminal(width, &cells)?, expected, "{width}");
        }
        Ok(())
    }

    #[test]
    fn rows_after_the_sample_stream_and_may_stand_out() -> io::Result<()> {
        let mut cells = vec![["a", "b"]; SAMPLE];
        cells.push(["longer", "b"]);
        cells.push(["longer", "0123456789"]);
        let written = on_terminal(14, &cells)?;
        let last: Vec<_> = written.lines().skip(SAMPLE + 2).collect();
        assert_eq!(last, ["longer  b", "lon…  012…"]);

        let mut out = Vec::new();
        let mut table = Table::new(&mut out, None);
        table.header(&["a"])?;
        for _ in 0..SAMPLE {
            assert!(table.kept.is_some());
            table.row(&[ValueRef::Integer(1)])?;
        }
        assert!(table.kept.is_none());
        Ok(())
    }

    #[test]
    fn a_late_row_on_a_terminal_does_not_wait() -> io::Result<()> {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, Some(80));
        table.header(&["a"])?;
        table.since -= 2 * PATIENCE;
        table.row(&[ValueRef::Integer(1)])?;
        drop(table);
        assert_eq!(out, b"a\n-\n1\n");
        Ok(())
    }
}
