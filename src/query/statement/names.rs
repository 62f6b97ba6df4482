//! What a statement can name: tables, views and their columns.

use rusqlite::Connection;

/// A table or view.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Table {
    /// Its name; with the database's name before it (`temp.t`) outside the main one.
    pub name: String,
    /// The names of its columns, in the order of its definition.
    pub columns: Vec<String>,
}

/// Returns the tables and views that a statement can name, those of the main database first and
/// otherwise by name.
pub fn tables(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut statement = connection.prepare(include_str!("../../../schema/names.sql"))?;
    let mut rows = statement.query([])?;
    let mut tables: Vec<Table> = Vec::new();
    while let Some(row) = rows.next()? {
        let (schema, name, column): (String, String, String) = row.try_into()?;
        let name = match schema.as_str() {
            "main" => name,
            other => format!("{other}.{name}"),
        };
        match tables.last_mut() {
            Some(table) if table.name == name => table.columns.push(column),
            _ => tables.push(Table {
                name,
                columns: vec![column],
            }),
        }
    }
    Ok(tables)
}

/// Returns the statements that made the tables, views, indexes and triggers, each with its `;`:
/// all, or those of one table or view, whatever the case of its name.
pub fn definitions(connection: &Connection, name: Option<&str>) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare(include_str!("../../../schema/definitions.sql"))?
        .query_map([name], |row| row.get(0))?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_views_and_other_databases_are_listed() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE TABLE gff (record_id INTEGER PRIMARY KEY, seqid TEXT);
             CREATE INDEX gff_seqid ON gff (seqid);
             CREATE VIEW gene AS SELECT seqid FROM gff;
             CREATE TEMP TABLE mine (a);
             ANALYZE;",
        )?;
        let found: Vec<_> = tables(&connection)?
            .into_iter()
            .map(|t| format!("{}({})", t.name, t.columns.join(",")))
            .collect();
        assert_eq!(
            found,
            ["gene(seqid)", "gff(record_id,seqid)", "temp.mine(a)"]
        );

        let made = [
            "CREATE TABLE gff (record_id INTEGER PRIMARY KEY, seqid TEXT);",
            "CREATE INDEX gff_seqid ON gff (seqid);",
        ];
        assert_eq!(definitions(&connection, Some("GFF"))?, made);
        assert_eq!(definitions(&connection, Some("gff_seqid"))?, made[1..]);
        assert_eq!(definitions(&connection, None)?.len(), 3);
        assert!(definitions(&connection, Some("nothing"))?.is_empty());
        Ok(())
    }
}
