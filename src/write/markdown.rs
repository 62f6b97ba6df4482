//! Markdown: a pipe table.

use std::io::{self, Write};

use rusqlite::types::ValueRef;

use super::{RowWriter, cell, visible_lines};

/// A pipe table as GitHub's and most other renderers take it.
///
/// `|` and `\` are escaped with a backslash, and a line break in a value becomes `<br>`.
pub(super) struct Markdown<W> {
    out: W,
    header: bool,
    any_result: bool,
}

impl<W: Write> Markdown<W> {
    pub(super) fn new(out: W, header: bool) -> Self {
        Self {
            out,
            header,
            any_result: false,
        }
    }

    fn line<'v>(&mut self, cells: impl Iterator<Item = ValueRef<'v>>) -> io::Result<()> {
        for cell in cells {
            let text = cell::text(cell);
            let text = String::from_utf8_lossy(&text)
                .replace('\\', r"\\")
                .replace('|', r"\|")
                .replace("\r\n", "<br>")
                .replace(['\n', '\r'], "<br>");
            let text = visible_lines(&text);
            match text.as_str() {
                "" => self.out.write_all(b"| ")?,
                text => write!(self.out, "| {text} ")?,
            }
        }
        self.out.write_all(b"|\n")
    }
}

impl<W: Write> RowWriter for Markdown<W> {
    fn header(&mut self, columns: &[&str]) -> io::Result<()> {
        if self.any_result {
            self.out.write_all(b"\n")?;
        }
        self.any_result = true;
        if !self.header {
            return Ok(());
        }
        self.line(columns.iter().map(|c| ValueRef::Text(c.as_bytes())))?;
        self.line(columns.iter().map(|_| ValueRef::Text(b"---")))
    }

    fn row(&mut self, values: &[ValueRef<'_>]) -> io::Result<()> {
        self.line(values.iter().copied())
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
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
    fn pipes_backslashes_and_line_breaks_stay_inside_their_cell() -> io::Result<()> {
        assert_eq!(
            text(RowFormat::Markdown, &[(COLUMNS, &awkward())])?,
            r#"| name | n | x\|y |
| --- | --- | --- |
| plain | 1 | 0.1 |
| | | |
| say "hi", a\|b | 9223372036854775807 | 1e300 |
| tab	here\\n | -9223372036854775808 | 2.0 |
| two<br>lines<br> | 0 | NaN |
| naïve 遺伝子 | -7 | Infinity |
| X'00FF' | X'' | -Infinity |
"#
        );
        Ok(())
    }

    #[test]
    fn a_blank_line_stands_between_two_tables() -> io::Result<()> {
        let results: [([&str; 1], &[[ValueRef<'_>; 1]]); 2] = [(["a"], &[]), (["b"], &[])];
        assert_eq!(
            text(RowFormat::Markdown, &results)?,
            "| a |\n| --- |\n\n| b |\n| --- |\n"
        );
        Ok(())
    }
}
