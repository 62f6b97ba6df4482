//! Table `layout`, read.

use std::collections::HashSet;

use rusqlite::{Connection, Error, Result, ffi};

use crate::gff::{Layout, Part};

/// Hands each layout of a database to `take`. A row that is no layout any more is left out, so that
/// the records that point at it are written the plain way.
///
/// # Errors
///
/// A layout has a column twice. gffdb makes none such; one with a column a hundred thousand times
/// would make a short value a line of gigabytes.
pub(crate) fn read(connection: &Connection, mut take: impl FnMut(i64, Layout)) -> Result<()> {
    let mut statement = connection.prepare("SELECT layout_id, columns, attributes FROM layout")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        let columns: Option<String> = row.get(1)?;
        let attributes: Option<String> = row.get(2)?;
        if let Ok(layout) = Layout::parse(columns.as_deref(), attributes.as_deref()) {
            if let Some(column) = repeated(&layout) {
                return Err(Error::SqliteFailure(
                    ffi::Error::new(ffi::SQLITE_CORRUPT),
                    Some(format!(
                        "table layout, layout_id {id}: expected each column once, found {column:?} \
                         twice; gffdb made no such layout, and without it the records are written \
                         in the plain order"
                    )),
                ));
            }
            take(id, layout);
        }
    }
    Ok(())
}

/// Returns a column that a layout has twice.
fn repeated(layout: &Layout) -> Option<&str> {
    let mut seen = HashSet::new();
    layout.parts.iter().flatten().find_map(|part| match part {
        Part::Hole { column, .. } if !seen.insert(column) => Some(column.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::schema;

    #[test]
    fn a_layout_with_a_column_twice_is_refused() {
        for (text, expected) in [
            ("ID={ID};{*};Parent={Parent}", None),
            ("ID={ID", None),
            (
                "ID={ID};{*};ID2={ID%2C}",
                Some("expected each column once, found \"ID\" twice"),
            ),
        ] {
            let connection = Connection::open_in_memory().expect("a database");
            schema::create(&connection).expect("tables");
            connection
                .execute("INSERT INTO layout VALUES (7, NULL, ?1)", [text])
                .expect("a row");
            let said = read(&connection, |_, _| ()).err().map(|e| e.to_string());
            assert_eq!(said.is_some(), expected.is_some(), "{text}: {said:?}");
            if let (Some(said), Some(expected)) = (said, expected) {
                assert!(said.contains(expected), "{said}");
            }
        }
    }
}
