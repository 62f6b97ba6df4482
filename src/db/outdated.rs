//! What edits in SQL left behind that no trigger could follow.

use std::path::Path;

use rusqlite::Connection;

use crate::{Error, Result};

/// Returns how many records of a database, whose file is `path` in messages, table `attribute_value` lacks values of since they were edited.
///
/// # Errors
///
/// The database cannot be read.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let (gff, target) = (directory.path().join("genes.gff3"), directory.path().join("genes.sqlite"));
/// # std::fs::write(&gff, "sq0\t.\tgene\t8\t13\t.\t+\t.\ttag=a\n")?;
/// gffdb::Loader::new(&target).values(["tag"]).load(&[&gff])?;
/// let connection = gffdb::db::open_to_write(&target)?;
/// connection.execute("UPDATE gff SET attributes = 'tag=b'", [])?;
/// assert_eq!(gffdb::db::outdated_records(&connection, &target)?, 0);
/// connection.execute("UPDATE gff SET attributes = 'tag=%C3%A9'", [])?;
/// assert_eq!(gffdb::db::outdated_records(&connection, &target)?, 1);
/// # Ok(())
/// # }
/// ```
pub fn outdated_records(connection: &Connection, path: &Path) -> Result<u64> {
    let count = || {
        // Databases of earlier versions have no such table.
        if !connection.table_exists(Some("main"), "_outdated_value")? {
            return Ok(0);
        }
        let sql = "SELECT count(DISTINCT record_id) FROM main._outdated_value";
        connection.query_row(sql, [], |row| row.get::<_, i64>(0).map(|n| n as u64))
    };
    count().map_err(|e| Error::sqlite(path, e))
}
