//! The schema: the files of `schema/`, in the order in which a database needs them.

use rusqlite::Connection;

/// "gffd", in the header of every database of this program.
pub const APPLICATION_ID: i32 = 0x6766_6664;

/// The version of the schema that this program writes; it reads this one and all before.
pub const VERSION: i32 = 2;

/// Tables, and the rows that every database has.
pub const TABLES: &str = concat!(
    include_str!("../../schema/tables.sql"),
    include_str!("../../schema/length_classes.sql"),
    include_str!("../../schema/type_class.sql"),
    include_str!("../../schema/type_class_so.sql"),
    include_str!("../../schema/edit_tables.sql"),
);

/// Of the tables, those that databases of earlier versions lack.
pub const EDIT_TABLES: &str = include_str!("../../schema/edit_tables.sql");

/// Columns of table `gff` that are added once rows are in.
const LAST_COLUMNS: &str = include_str!("../../schema/last_columns.sql");

/// Views over the tables.
pub const VIEWS: &str = concat!(
    include_str!("../../schema/views.sql"),
    include_str!("../../schema/views/gene_model.sql"),
    include_str!("../../schema/views/transcript_part.sql"),
    include_str!("../../schema/views/intron.sql"),
    include_str!("../../schema/views/splice_site.sql"),
    include_str!("../../schema/views/utr_part.sql"),
    include_str!("../../schema/views/tss.sql"),
    include_str!("../../schema/views/tes.sql"),
    include_str!("../../schema/views/intergenic.sql"),
    include_str!("../../schema/views/transcript_summary.sql"),
    include_str!("../../schema/views/gene_summary.sql"),
    include_str!("../../schema/views/representative.sql"),
);

/// Indexes, built after the rows.
pub const INDEXES: &str = include_str!("../../schema/indexes.sql");

/// Triggers that keep the other tables true when table `gff` is edited, made after the rows, and the
/// views that they ask. A comment with `"key"` in it stands for its text once for each promoted key beyond
/// the first two.
pub const TRIGGERS: &str = include_str!("../../schema/triggers.sql");

/// Columns of table `gff` that are not promoted keys. In the table, `layout` and `dataset` come behind
/// others.
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

/// The view of all attributes, made after the rows because it names the promoted keys, as [`TRIGGERS`] do.
const ATTRIBUTE: &str = include_str!("../../schema/views/attribute.sql");

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

/// The tables that version 1 named without an underscore.
const INTERNAL: [&str; 10] = [
    "_layout",
    "_verbatim",
    "_other_line",
    "_inferred",
    "_multi_parent",
    "_promoted",
    "_type_length",
    "_length_class",
    "_outdated_value",
    "_moved_record",
];

/// Gives the tables of a database of version 1 the names that they have now, for this connection alone.
pub(crate) fn name_tables_as_now(connection: &Connection) -> rusqlite::Result<()> {
    for table in INTERNAL {
        let before = &table[1..];
        let has = |name| connection.table_exists(Some("main"), name);
        if has(before)? && !has(table)? {
            connection.execute_batch(&format!(
                "CREATE TEMP VIEW {} AS SELECT * FROM main.{}",
                quote(table),
                quote(before)
            ))?;
        }
    }
    Ok(())
}

/// Makes the tables and views with all their columns, for tests.
#[cfg(test)]
pub(crate) fn create_whole(connection: &Connection) -> rusqlite::Result<()> {
    create(connection)?;
    add_layout(connection)?;
    add_dataset(connection, "d")
}

/// Adds column `layout` to table `gff`.
pub(crate) fn add_layout(connection: &Connection) -> rusqlite::Result<()> {
    let (layout, _) = last_columns();
    connection.execute_batch(layout)
}

/// Adds column `dataset` to table `gff`: all rows that are there are of dataset `first`.
pub(crate) fn add_dataset(connection: &Connection, first: &str) -> rusqlite::Result<()> {
    let (_, dataset) = last_columns();
    let literal = format!("'{}'", first.replace('\'', "''"));
    connection.execute_batch(&dataset.replace("'first'", &literal))
}

/// Returns the statement that adds `layout`, and the one that adds `dataset`.
fn last_columns() -> (&'static str, &'static str) {
    LAST_COLUMNS.split_once(";\n").unwrap_or_default()
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

/// Tells whether `stored`, the text of a view as a database has it, is the schema's own.
pub(crate) fn is_own_view(name: &str, stored: &str) -> bool {
    view(name).is_some_and(|own| own.trim_end_matches(';') == stored)
}

/// Returns the statement that makes a view.
pub(crate) fn view(name: &str) -> Option<&'static str> {
    let start = VIEWS.find(&format!("CREATE VIEW {name} "))?;
    // A comment may have a semicolon, and ends no line with it.
    let end = VIEWS[start..].find(";\n")?;
    Some(&VIEWS[start..=start + end])
}

/// Makes the triggers, view `attribute`, and views that a database of an earlier version lacks; `promoted` are the promoted
/// keys, `ID` and `Parent` first. A table or view of the user's that has the name already keeps it.
pub(crate) fn create_last(connection: &Connection, promoted: &[String]) -> rusqlite::Result<()> {
    connection.execute_batch(&without_views(&for_each_key(TRIGGERS, promoted)))?;
    let is_there = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND lower(name) = lower(?1))";
    let lacks = |name: &str| -> rusqlite::Result<bool> {
        let is_there: bool = connection.query_row(is_there, [name], |row| row.get(0))?;
        Ok(!is_there)
    };
    for text in VIEWS.split("CREATE VIEW ").skip(1) {
        let name = text.split([' ', '(']).next().unwrap_or_default();
        if let (true, Some(view)) = (lacks(name)?, view(name)) {
            connection.execute_batch(view)?;
        }
    }
    match lacks("attribute")? {
        true => connection.execute_batch(&for_each_key(ATTRIBUTE, promoted)),
        false => Ok(()),
    }
}

/// Makes views that a database of an earlier version lacks, for this connection alone.
pub(crate) fn lend_views(connection: &Connection, names: &[&str]) -> rusqlite::Result<()> {
    let is_there = "SELECT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE name = ?1)
        OR EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name = ?1)";
    for name in names {
        let is_there: bool = connection.query_row(is_there, [name], |row| row.get(0))?;
        if let (false, Some(view)) = (is_there, view(name)) {
            connection.execute_batch(&view.replacen("CREATE", "CREATE TEMP", 1))?;
        }
    }
    Ok(())
}

/// Puts the text of each comment with `"key"` in it once for each promoted key beyond the first two.
fn for_each_key(template: &str, promoted: &[String]) -> String {
    let mut sql = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("/*") {
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        sql.push_str(before);
        for key in promoted.iter().skip(2) {
            let literal = format!("'{}'", key.replace('\'', "''"));
            let text = comment.replace("\"key\"", &quote(key));
            sql.push_str(&text.replace("'key'", &literal));
        }
        rest = after;
    }
    sql.push_str(rest);
    sql
}

/// Puts what the triggers have for views in the places where they are named. As views they would be in every list of
/// tables, and DuckDB, which reads the text of every view, does not take what is in them.
fn without_views(sql: &str) -> String {
    let Some((head, mut rest)) = sql.split_once("CREATE VIEW ") else {
        return String::from(sql);
    };
    let mut views: Vec<(&str, String)> = Vec::new();
    let named = |text: &str, views: &[(&str, String)]| {
        views.iter().fold(String::from(text), |text, (name, body)| {
            let text = text.replace(&format!("FROM {name}"), &format!("FROM ({body})"));
            text.replace(&format!("JOIN {name}"), &format!("JOIN ({body})"))
        })
    };
    loop {
        let (view, after) = rest.split_once(";\n").unwrap_or((rest, ""));
        if let Some((name, body)) = view.split_once(" AS\n") {
            views.push((name, named(body, &views)));
        }
        match after.split_once("CREATE VIEW ") {
            Some((_, next)) => rest = next,
            None => return format!("{head}{}", named(after, &views)),
        }
    }
}

/// Takes out what [`create_last`] makes, triggers of earlier versions too, so that rows go in as they are.
pub(crate) fn drop_last(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(EDIT_TABLES)?;
    connection.execute_batch("DROP TRIGGER IF EXISTS \"gff_Parent_updated\"")?;
    for kind in ["TRIGGER", "VIEW"] {
        for text in TRIGGERS.split(&format!("CREATE {kind} ")).skip(1) {
            let name = text.split_ascii_whitespace().next().unwrap_or_default();
            connection.execute_batch(&format!("DROP {kind} IF EXISTS {}", quote(name)))?;
        }
    }
    let (head, _) = ATTRIBUTE[ATTRIBUTE.find("CREATE").unwrap_or_default()..]
        .split_once('\n')
        .unwrap_or_default();
    let sql = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'view' AND name = 'attribute' AND instr(sql, ?1) = 1";
    if connection.query_row(sql, [head], |row| row.get::<_, i64>(0))? > 0 {
        connection.execute_batch("DROP VIEW attribute")?;
    }
    Ok(())
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
                "gff_type_region",
                "gff_ID",
                "gff_Parent",
                "_multi_parent_Parent",
                "sequence_circular",
                "attribute_value_key",
                "attribute_value_record",
                "_outdated_value_record"
            ]
        );
    }

    #[test]
    fn every_view_of_a_database_is_known_for_the_schemas_own() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        create_whole(&connection)?;
        connection.execute_batch("ALTER TABLE gff ADD COLUMN Name TEXT")?;
        let mut views =
            connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'view'")?;
        let mut rows = views.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let (name, sql): (String, String) = (row.get(0)?, row.get(1)?);
            assert!(is_own_view(&name, &sql), "{sql}");
            assert!(!is_own_view(&name, &sql[1..]), "{name}");
            count += 1;
        }
        assert_eq!(count, VIEWS.matches("CREATE VIEW ").count());
        assert_eq!(view("no_such"), None);
        Ok(())
    }

    #[test]
    fn the_fixed_columns_are_those_of_the_table() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        create(&connection)?;
        add_layout(&connection)?;
        add_dataset(&connection, "it's")?;
        let mut statement = connection.prepare("SELECT name FROM pragma_table_info('gff')")?;
        let mut names: Vec<String> = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        names.sort();
        let mut known = [&FIXED_COLUMNS[..], &["ID", "Parent"]].concat();
        known.sort();
        assert_eq!(names, known);
        connection.execute("INSERT INTO gff (ID) VALUES ('x')", [])?;
        let dataset: String =
            connection.query_row("SELECT dataset FROM gff", [], |row| row.get(0))?;
        assert_eq!(dataset, "it's");
        Ok(())
    }

    #[test]
    fn triggers_follow_every_promoted_key_and_are_all_taken_out() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        create_whole(&connection)?;
        let keys = ["ID", "Parent", "Name", "order"].map(String::from);
        connection.execute_batch(
            "ALTER TABLE gff ADD COLUMN Name; ALTER TABLE gff ADD COLUMN \"order\"",
        )?;
        let count = || {
            let sql = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'trigger'";
            connection.query_row(sql, [], |row| row.get::<_, i64>(0))
        };
        create_last(&connection, &keys)?;
        assert_eq!(count()?, TRIGGERS.matches("CREATE TRIGGER").count() as i64);
        connection.execute_batch(
            "INSERT INTO gff (record_id, dataset, \"order\") VALUES (1, 'd', 'x'), (2, 'd', 'x');
             INSERT INTO _verbatim VALUES (1, 'attributes', x'00'), (2, 'attributes', x'00');
             UPDATE gff SET \"order\" = 'y' WHERE record_id = 1;
             UPDATE gff SET \"order\" = 'x', type = 'gene';",
        )?;
        let left = "SELECT group_concat(record_id) FROM _verbatim";
        assert_eq!(
            connection.query_row(left, [], |row| row.get::<_, String>(0))?,
            "2"
        );
        drop_last(&connection)?;
        assert_eq!(count()?, 0);
        Ok(())
    }

    /// SQLite serves a search from the region index only where the expression is the index's own.
    #[test]
    fn every_search_by_class_has_the_expression_of_the_index() -> std::io::Result<()> {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, index) = indexes()
            .find(|(name, _)| *name == "gff_type_region")
            .expect("it is there");
        let of = |text: &str| words(text.split("END)").next().unwrap_or_default());
        let expected = of(index.split_once("(CASE").expect("an expression").1);
        let mut files = 0;
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/schema"))? {
            let path = entry?.path();
            if path.extension().is_none_or(|ending| ending != "sql") {
                continue;
            }
            let text = std::fs::read_to_string(&path)?;
            let found = text.split("(CASE").skip(1).map(of);
            let mut of_length = found.filter(|e| e.contains("\"end\" - start")).peekable();
            files += usize::from(of_length.peek().is_some());
            for expression in of_length {
                assert_eq!(expression, expected, "{}", path.display());
            }
        }
        assert!(files >= 6, "{files}");
        Ok(())
    }

    #[test]
    fn the_region_index_and_the_class_table_agree() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        create(&connection)?;
        let (_, index) = indexes()
            .find(|(name, _)| *name == "gff_type_region")
            .expect("it is there");
        let expression = &index[index.find("(CASE").expect("an expression")..];
        let expression = &expression[..expression.find("END)").expect("its end") + 4];
        let mut classes = connection.prepare("SELECT class, longest FROM _length_class")?;
        let classes: Vec<(i64, Option<i64>)> = classes
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let reversed = format!("SELECT {expression} FROM (SELECT 9 AS start, 8 AS \"end\")");
        let reversed: i64 = connection.query_row(&reversed, [], |row| row.get(0))?;
        assert_eq!(classes[0], (reversed, None));
        for (class, longest) in classes.into_iter().skip(1) {
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
