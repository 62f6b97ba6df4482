//! CSV and TSV: a header line, then a line a row.

use std::io::{self, Write};

use rusqlite::types::ValueRef;

use super::{RowWriter, cell};

/// CSV as RFC 4180 has it, but for the line end, which is LF.
pub(super) struct Csv<W: Write> {
    out: csv::Writer<W>,
    header: bool,
}

impl<W: Write> Csv<W> {
    pub(super) fn new(out: W, header: bool) -> Self {
        let out = csv::WriterBuilder::new()
            // The next result may have another number of columns.
            .flexible(true)
            .from_writer(out);
        Self { out, header }
    }
}

impl<W: Write> RowWriter for Csv<W> {
    fn header(&mut self, columns: &[&str]) -> io::Result<()> {
        match self.header {
            true => self.out.write_record(columns).map_err(io_error),
            false => Ok(()),
        }
    }

    fn row(&mut self, values: &[ValueRef<'_>]) -> io::Result<()> {
        for &value in values {
            self.out.write_field(cell::text(value)).map_err(io_error)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn finish(&mut self) -> io::Result<()> {
        // Dropped, it would write the rest and say nothing of an error.
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Returns the error underneath, whose kind tells a closed pipe and a full disk.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Tab-separated values with backslash escapes, so that a line is always a row.
pub(super) struct Tsv<W> {
    out: W,
    header: bool,
}

impl<W: Write> Tsv<W> {
    pub(super) fn new(out: W, header: bool) -> Self {
        Self { out, header }
    }

    fn line<'v>(&mut self, fields: impl Iterator<Item = ValueRef<'v>>) -> io::Result<()> {
        for (i, field) in fields.enumerate() {
            if i > 0 {
                self.out.write_all(b"\t")?;
            }
            write_escaped(&mut self.out, &cell::text(field))?;
        }
        self.out.write_all(b"\n")
    }
}

impl<W: Write> RowWriter for Tsv<W> {
    fn header(&mut self, columns: &[&str]) -> io::Result<()> {
        match self.header {
            true => self.line(columns.iter().map(|c| ValueRef::Text(c.as_bytes()))),
            false => Ok(()),
        }
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

/// Writes text with `\t`, `\n`, `\r` and `\\` for the four bytes that would break a line.
fn write_escaped(out: &mut impl Write, text: &[u8]) -> io::Result<()> {
    let mut rest = text;
    while let Some(i) = rest
        .iter()
        .position(|b| matches!(b, b'\t' | b'\n' | b'\r' | b'\\'))
    {
        out.write_all(&rest[..i])?;
        out.write_all(match rest[i] {
            b'\t' => br"\t",
            b'\n' => br"\n",
            b'\r' => br"\r",
            _ => br"\\",
        })?;
        rest = &rest[i + 1..];
    }
    out.write_all(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::{RowFormat, RowLayout, rows, tests::*};

    #[test]
    fn csv_quotes_what_it_must_and_ends_lines_in_lf() -> io::Result<()> {
        assert_eq!(
            text(RowFormat::Csv, &[(COLUMNS, &awkward())])?,
            "\
name,n,x|y
plain,1,0.1
,,
\"say \"\"hi\"\", a|b\",9223372036854775807,1e300
tab\there\\n,-9223372036854775808,2.0
\"two\nlines\r\n\",0,NaN
naïve 遺伝子,-7,Infinity
X'00FF',X'',-Infinity
"
        );
        Ok(())
    }

    #[test]
    fn tsv_has_one_line_a_row_whatever_the_values_hold() -> io::Result<()> {
        assert_eq!(
            text(RowFormat::Tsv, &[(COLUMNS, &awkward())])?,
            "\
name\tn\tx|y
plain\t1\t0.1
\t\t
say \"hi\", a|b\t9223372036854775807\t1e300
tab\\there\\\\n\t-9223372036854775808\t2.0
two\\nlines\\r\\n\t0\tNaN
naïve 遺伝子\t-7\tInfinity
X'00FF'\tX''\t-Infinity
"
        );
        Ok(())
    }

    #[test]
    fn a_row_of_one_null_is_still_a_row() -> io::Result<()> {
        let results: &[([&str; 1], &[[ValueRef<'_>; 1]])] = &[(["a"], &[[ValueRef::Null]])];
        assert_eq!(text(RowFormat::Csv, results)?, "a\n\"\"\n");
        assert_eq!(text(RowFormat::Tsv, results)?, "a\n\n");
        Ok(())
    }

    #[test]
    fn results_of_other_shapes_follow_each_other() -> io::Result<()> {
        let one = ValueRef::Integer(1);
        for (format, expected) in [
            (RowFormat::Csv, "a\n1\nb,c\n1,1\nd\n"),
            (RowFormat::Tsv, "a\n1\nb\tc\n1\t1\nd\n"),
        ] {
            let mut out = Vec::new();
            let mut writer = rows(format, &mut out, RowLayout::default());
            write(writer.as_mut(), ["a"], &[[one]])?;
            write(writer.as_mut(), ["b", "c"], &[[one, one]])?;
            write(writer.as_mut(), ["d"], &[])?;
            drop(writer);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
        Ok(())
    }

    #[test]
    fn bytes_that_are_not_utf8_are_kept() -> io::Result<()> {
        for format in [RowFormat::Csv, RowFormat::Tsv] {
            let mut out = Vec::new();
            let mut writer = rows(format, &mut out, RowLayout::default());
            write(writer.as_mut(), ["a"], &[[ValueRef::Text(b"\xe9t\xe9")]])?;
            drop(writer);
            assert_eq!(out, b"a\n\xe9t\xe9\n");
        }
        Ok(())
    }
}
