//! A table for reading: aligned columns under a header and a rule.

use std::{
    borrow::Cow,
    io::{self, Write},
    time::{Duration, Instant},
};

use rusqlite::types::ValueRef;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{RowLayout, RowWriter, cell, vertical, visible::visible};

/// The rows that are kept back to find the widths of the columns.
const SAMPLE: usize = 200;

/// On a terminal, a row that comes later than this after the header fixes the widths, so that the
/// rows of a slow query show as they come.
const PATIENCE: Duration = Duration::from_millis(200);

/// Between two columns.
const GAP: usize = 2;

/// A text cut to fewer characters than this is of no use.
const USEFUL: usize = 12;

/// Aligned columns: numbers to the right, everything else to the left.
///
/// The first [`SAMPLE`] rows fix the widths. A later value that is wider pushes its row out of
/// line. On a terminal that is too narrow for the row, the widest texts are cut, numbers never; and
/// where not even [`USEFUL`] characters would be left of them, the result's records are written
/// one value a line.
pub(super) struct Table<W> {
    out: W,
    layout: RowLayout,
    any_result: bool,
    columns: Vec<Column>,
    /// The columns are narrower than their values, for the terminal's sake.
    shrunk: bool,
    /// Written one value a line.
    vertical: Option<vertical::Records>,
    /// The sample; `None` once the widths are fixed and rows go straight out.
    kept: Option<Vec<Vec<Cell>>>,
    since: Instant,
    line: String,
}

struct Cell {
    text: String,
    number: bool,
}

impl Cell {
    fn new(value: ValueRef<'_>) -> Self {
        Self {
            text: visible(&cell::text(value)),
            number: matches!(value, ValueRef::Integer(_) | ValueRef::Real(_)),
        }
    }
}

struct Column {
    name: String,
    width: usize,
    /// Whether every value so far is a number or NULL, and one is a number.
    number: Option<bool>,
}

impl<W: Write> Table<W> {
    pub(super) fn new(out: W, layout: RowLayout) -> Self {
        Self {
            out,
            layout,
            any_result: false,
            columns: Vec::new(),
            shrunk: false,
            vertical: None,
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
        let fit = self
            .layout
            .terminal
            .map_or(Fit::Whole, |terminal| fit(&mut self.columns, terminal));
        self.shrunk = fit == Fit::Cut;
        if fit == Fit::Useless && !kept.is_empty() {
            let names = self.columns.iter().map(|c| c.name.clone());
            self.vertical = Some(vertical::Records::new(names.collect()));
        } else if self.layout.header {
            let text = |text| Cell {
                text,
                number: false,
            };
            let names: Vec<_> = self.columns.iter().map(|c| text(c.name.clone())).collect();
            self.write_line(&names)?;
            let rule = |c: &Column| text("-".repeat(c.width));
            let rules: Vec<_> = self.columns.iter().map(rule).collect();
            self.write_line(&rules)?;
        }
        kept.iter().try_for_each(|cells| self.write_row(cells))
    }

    fn write_row(&mut self, cells: &[Cell]) -> io::Result<()> {
        match &mut self.vertical {
            Some(records) => records.write(&mut self.out, cells.iter().map(|c| &*c.text)),
            None => self.write_line(cells),
        }
    }

    fn write_line(&mut self, cells: &[Cell]) -> io::Result<()> {
        let gaps = GAP * cells.len().saturating_sub(1);
        let whole: usize = self
            .columns
            .iter()
            .zip(cells)
            .map(|(column, cell)| column.width.max(cell.text.width()))
            .sum();
        // The last column is not padded to the right, so its width counts only where it is used.
        let unused = match (self.columns.last(), cells.last()) {
            (Some(column), Some(cell)) if column.number != Some(true) => {
                column.width.saturating_sub(cell.text.width())
            }
            _ => 0,
        };
        let too_wide = self
            .layout
            .terminal
            .is_some_and(|t| whole + gaps - unused > t);

        self.line.clear();
        for (i, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            if i > 0 {
                self.line.extend([' '; GAP]);
            }
            let cell = match (self.shrunk || too_wide) && !cell.number {
                true => shortened(&cell.text, column.width),
                false => Cow::Borrowed(cell.text.as_str()),
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
        self.vertical = None;
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
        let cells: Vec<_> = values.iter().map(|&v| Cell::new(v)).collect();
        let Some(kept) = &mut self.kept else {
            return self.write_row(&cells);
        };
        for ((column, cell), value) in self.columns.iter_mut().zip(&cells).zip(values) {
            column.width = column.width.max(cell.text.width());
            match value {
                ValueRef::Null => {}
                ValueRef::Integer(_) | ValueRef::Real(_) => {
                    column.number = Some(column.number.unwrap_or(true));
                }
                ValueRef::Text(_) | ValueRef::Blob(_) => column.number = Some(false),
            }
        }
        kept.push(cells);
        let late = self.layout.terminal.is_some() && self.since.elapsed() > PATIENCE;
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

/// How a result fits a terminal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fit {
    Whole,
    /// Its widest texts are cut.
    Cut,
    /// So much would have to be cut that the rest is of no use.
    Useless,
}

/// Makes the widest columns of text narrower until the table fits, where that leaves [`USEFUL`]
/// characters of each.
fn fit(columns: &mut [Column], terminal: usize) -> Fit {
    let room = terminal.saturating_sub(GAP * columns.len().saturating_sub(1));
    let width = |c: &Column, cap: usize| match c.number {
        Some(true) => c.width,
        _ => c.width.min(cap),
    };
    let taken = |cap: usize| columns.iter().map(|c| width(c, cap)).sum::<usize>();
    let widest = columns.iter().map(|c| c.width).max().unwrap_or(0);
    if taken(widest) <= room {
        return Fit::Whole;
    }
    let Some(cap) = (USEFUL..widest).rev().find(|&cap| taken(cap) <= room) else {
        return Fit::Useless;
    };
    let mut spare = room.saturating_sub(taken(cap));
    for column in columns {
        let least = width(column, cap);
        let more = (column.width - least).min(spare);
        column.width = least + more;
        spare -= more;
    }
    Fit::Cut
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
        let layout = RowLayout {
            terminal: Some(width),
            header: true,
        };
        let mut writer = rows(RowFormat::Table, &mut out, layout);
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
    fn only_a_terminal_that_is_too_narrow_cuts() -> io::Result<()> {
        let cells = [["a", "0123456789012345"], ["遺伝子遺伝子遺伝子", "x"]];
        for (width, expected) in [
            (
                36,
                "name                text\n------------------  ----------------\n\
                 a                   0123456789012345\n遺伝子遺伝子遺伝子  x\n",
            ),
            (
                30,
                "name            text\n--------------  --------------\n\
                 a               0123456789012…\n遺伝子遺伝子…   x\n",
            ),
            // Of less than twelve characters a column there is no use.
            (
                25,
                "name  a\ntext  0123456789012345\n\nname  遺伝子遺伝子遺伝子\ntext  x\n",
            ),
        ] {
            assert_eq!(on_terminal(width, &cells)?, expected, "{width}");
        }
        Ok(())
    }

    #[test]
    fn a_number_is_never_cut() -> io::Result<()> {
        use ValueRef::{Integer, Null, Real, Text};
        let number = 9_007_199_254_740_993;
        let long = "x".repeat(60);
        let row = |n, x| [Integer(n), Real(x), Text(b"gene"), Text(long.as_bytes())];
        let mut rows = vec![row(number, 1e-300), row(1, 0.1)];
        for (width, is_table) in [(80, true), (50, true), (40, false)] {
            let mut out = Vec::new();
            let layout = RowLayout {
                terminal: Some(width),
                header: true,
            };
            let mut table = Table::new(&mut out, layout);
            write(&mut table, ["n", "x", "type", "text"], &rows)?;
            drop(table);
            let out = String::from_utf8(out).map_err(io::Error::other)?;
            assert!(out.contains("9007199254740993"), "{out}");
            assert_eq!(out.contains("----"), is_table, "{out}");
            assert!(is_table || out.contains(&long), "{out}");
            assert!(
                out.lines().all(|l| l.width() <= width || !is_table),
                "{out}"
            );
        }

        // One in a column of texts, or behind the sample, pushes its row out of line.
        rows = vec![[Text(b"a"), Null, Null, Text(long.as_bytes())]; SAMPLE];
        rows.push([Integer(number), Integer(number), Null, Text(b"x")]);
        let mut out = Vec::new();
        let layout = RowLayout {
            terminal: Some(40),
            header: false,
        };
        let mut table = Table::new(&mut out, layout);
        write(&mut table, ["n", "x", "type", "text"], &rows)?;
        drop(table);
        let out = String::from_utf8(out).map_err(io::Error::other)?;
        let last = out.lines().last();
        assert_eq!(last, Some("9007199254740993  9007199254740993        x"));
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
        let mut table = Table::new(&mut out, RowLayout::default());
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
        let layout = RowLayout {
            terminal: Some(80),
            header: true,
        };
        let mut table = Table::new(&mut out, layout);
        table.header(&["a"])?;
        table.since -= 2 * PATIENCE;
        table.row(&[ValueRef::Integer(1)])?;
        drop(table);
        assert_eq!(out, b"a\n-\n1\n");
        Ok(())
    }
}
