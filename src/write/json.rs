//! JSON: an array of objects, or an object a line.

use std::io::{self, Write};

use rusqlite::types::ValueRef;

use super::{RowWriter, cell};

/// Objects whose keys are the columns, in their order.
///
/// A column name that a result has twice becomes `name`, `name_2`, `name_3`.
pub(super) struct Json<W> {
    out: W,
    array: bool,
    /// `"name":` of each column of this result.
    keys: Vec<Vec<u8>>,
    any_row: bool,
}

impl<W: Write> Json<W> {
    /// Each result is one array, an object a line; several results are several arrays.
    pub(super) fn array(out: W) -> Self {
        Self::new(out, true)
    }

    /// Each row is one line.
    pub(super) fn lines(out: W) -> Self {
        Self::new(out, false)
    }

    fn new(out: W, array: bool) -> Self {
        Self {
            out,
            array,
            keys: Vec::new(),
            any_row: false,
        }
    }
}

impl<W: Write> RowWriter for Json<W> {
    fn header(&mut self, columns: &[&str]) -> io::Result<()> {
        self.any_row = false;
        self.keys.clear();
        for name in distinct(columns) {
            let mut key = serde_json::to_vec(&name)?;
            key.push(b':');
            self.keys.push(key);
        }
        if self.array {
            self.out.write_all(b"[")?;
        }
        Ok(())
    }

    fn row(&mut self, values: &[ValueRef<'_>]) -> io::Result<()> {
        if self.array && self.any_row {
            self.out.write_all(b",\n")?;
        }
        self.any_row = true;
        self.out.write_all(b"{")?;
        for (i, (key, &value)) in self.keys.iter().zip(values).enumerate() {
            if i > 0 {
                self.out.write_all(b",")?;
            }
            self.out.write_all(key)?;
            write_value(&mut self.out, value)?;
        }
        self.out.write_all(if self.array { b"}" } else { b"}\n" })
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.array {
            self.out.write_all(b"]\n")?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn write_value(out: &mut impl Write, value: ValueRef<'_>) -> io::Result<()> {
    match value {
        ValueRef::Null => out.write_all(b"null"),
        ValueRef::Integer(n) => write!(out, "{n}"),
        ValueRef::Real(x) if x.is_finite() => out.write_all(cell::real(x).as_bytes()),
        // JSON has no such numbers, and `null` would say that there is no value.
        ValueRef::Real(x) => Ok(serde_json::to_writer(out, &cell::real(x))?),
        ValueRef::Text(bytes) => Ok(serde_json::to_writer(out, &String::from_utf8_lossy(bytes))?),
        ValueRef::Blob(bytes) => Ok(serde_json::to_writer(out, &cell::hex(bytes))?),
    }
}

/// Returns the names with `_2`, `_3`, … after those that stood there before.
fn distinct(columns: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(columns.len());
    for (i, &column) in columns.iter().enumerate() {
        let taken = |name: &str, names: &[String]| {
            // A later column that really is called `name_2` keeps its name.
            names.iter().any(|n| n == name) || columns[i + 1..].contains(&name)
        };
        let name = if names.iter().any(|n| n == column) {
            (2..)
                .map(|n| format!("{column}_{n}"))
                .find(|name| !taken(name, &names))
                .unwrap_or_default() // never: the numbers do not end
        } else {
            column.to_owned()
        };
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::{RowFormat, tests::*};

    const OBJECTS: [&str; 7] = [
        r#"{"name":"plain","n":1,"x|y":0.1}"#,
        r#"{"name":"","n":null,"x|y":null}"#,
        r#"{"name":"say \"hi\", a|b","n":9223372036854775807,"x|y":1e300}"#,
        r#"{"name":"tab\there\\n","n":-9223372036854775808,"x|y":2.0}"#,
        r#"{"name":"two\nlines\r\n","n":0,"x|y":"NaN"}"#,
        r#"{"name":"naïve 遺伝子","n":-7,"x|y":"Infinity"}"#,
        r#"{"name":"X'00FF'","n":"X''","x|y":"-Infinity"}"#,
    ];

    #[test]
    fn json_is_one_array() -> io::Result<()> {
        let written = text(RowFormat::Json, &[(COLUMNS, &awkward())])?;
        assert_eq!(written, format!("[{}]\n", OBJECTS.join(",\n")));
        let read: serde_json::Value = serde_json::from_str(&written)?;
        assert_eq!(read[3]["name"], "tab\there\\n");
        assert_eq!(read[2]["n"], i64::MAX);
        Ok(())
    }

    #[test]
    fn json_lines_are_one_object_each() -> io::Result<()> {
        let written = text(RowFormat::Jsonl, &[(COLUMNS, &awkward())])?;
        assert_eq!(written, format!("{}\n", OBJECTS.join("\n")));
        Ok(())
    }

    #[test]
    fn no_rows_are_an_empty_array_or_no_lines() -> io::Result<()> {
        assert_eq!(text(RowFormat::Json, &[(COLUMNS, &[])])?, "[]\n");
        assert_eq!(text(RowFormat::Jsonl, &[(COLUMNS, &[])])?, "");
        Ok(())
    }

    #[test]
    fn several_results_are_several_arrays() -> io::Result<()> {
        let one: &[_] = &[[ValueRef::Integer(1)]];
        let results = [(["a"], one), (["b"], &[]), (["a"], one)];
        assert_eq!(
            text(RowFormat::Json, &results)?,
            "[{\"a\":1}]\n[]\n[{\"a\":1}]\n"
        );
        Ok(())
    }

    #[test]
    fn a_name_that_comes_twice_is_numbered() {
        for (columns, expected) in [
            (vec!["a", "b"], vec!["a", "b"]),
            (vec!["a", "a", "a"], vec!["a", "a_2", "a_3"]),
            (vec!["a", "a_2", "a"], vec!["a", "a_2", "a_3"]),
            (vec!["a", "a", "a_2"], vec!["a", "a_3", "a_2"]),
            (vec!["", ""], vec!["", "_2"]),
        ] {
            assert_eq!(distinct(&columns), expected);
        }
    }
}
