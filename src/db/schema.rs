//! The schema: the files of `schema/`, in the order in which a database needs them.

use rusqlite::Connection;

/// "gffd", in the header of every database of this program.
pub const APPLICATION_ID: i32 = 0x6766_6664;

/// The version of the schema that this program writes; it reads this one and all before.
pub const VERSION: i32 = 1;

/// Tables, and the rows that every database has.
pub const TABLES: &str = concat!(
    include_str!("../../schema/tables.sql"),
    include_str!("../../schema/length_classes.sql"),
    include_str!("../../schema/type_class.sql"),
);

/// Views over the tables.
pub const VIEWS: &str = include_str!("../../schema/views.sql");

/// Indexes, built after the rows.
pub const INDEXES: &str = include_str!("../../schema/indexes.sql");

/// Columns of table `gff` that are not promoted keys.
pub const FIXED_COLUMNS: [&str; 12] = [
    "record_id",
    "dataset",
    "seqid",
    "source",
    "type",
    "start",
    "end",
    "score",
    "strand",
    "phase",
    "layout",
    "attributes",
];

/// Quotes a name for use as an identifier in SQL.
///
/// # Examples
///
/// ```
/// assert_eq!(gffdb::db::quote(r#"odd"name"#), r#""odd""name""#);
/// ```
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Makes the tables and views in an empty database.
pub(crate) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    connection.execute_batch(TABLES)?;
    connection.execute_batch(VIEWS)
}

/// Returns the `CREATE INDEX` statements of the schema, each with its index's name.
pub(crate) fn indexes() -> impl Iterator<Item = (&'static str, &'static str)> {
    INDEXES.split(';').filter_map(|text| {
        let at = text.find("CREATE INDEX ")?;
        let statement = text[at..].trim_end();
        let name = statement.split_ascii_whitespace().nth(2)?;
        Some((name, statement))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_found_in_its_file() {
        let names: Vec<_> = indexes().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "gff_type",
                "gff_ID",
                "gff_Parent",
                "gff_region",
                "multi_parent_Parent",
                "attribute_value_key"
            ]
        );
    }

    #[test]
    fn the_fixed_columns_are_those_of_the_table() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        create(&connection)?;
        let mut statement = connection.prepare("SELECT name FROM pragma_table_info('gff')")?;
        let names: Vec<String> = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        assert_eq!(names[..12], FIXED_COLUMNS);
        assert_eq!(names[12..], ["ID", "Parent"]);
        Ok(())
    }

    #[test]
    fn the_region_index_and_the_class_table_agree() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        create(&connection)?;
        let (_, index) = indexes()
            .find(|(name, _)| *name == "gff_region")
            .expect("it is there");
        let expression = &index[index.find("(CASE").expect("an expression")..];
        let expression = &expression[..expression.find("END)").expect("its end") + 4];
        let mut classes = connection.prepare("SELECT class, longest FROM length_class")?;
        let classes: Vec<(i64, Option<i64>)> = classes
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (class, longest) in classes {
            let last = longest.unwrap_or(i64::from(u32::MAX));
            let sql = format!("SELECT {expression} FROM (SELECT 1 AS start, 1 + ?1 AS \"end\")");
            let found: i64 = connection.query_row(&sql, [last], |row| row.get(0))?;
            assert_eq!(found, class, "longest of its class: {last}");
            if longest.is_some() {
                let next: i64 = connection.query_row(&sql, [last + 1], |row| row.get(0))?;
                assert_eq!(next, class + 1, "one longer than {last}");
            }
        }
        Ok(())
    }
}
