//! A dataset taken out of a database.

use std::path::Path;

use rusqlite::{
    Batch, Connection, OptionalExtension, TransactionBehavior, fallible_iterator::FallibleIterator,
};

use super::session::DELETE_DATASET;
use crate::{Error, Result, db};

const DROP_ALIASES: &str = include_str!("../../schema/drop_aliases.sql");

/// Takes a dataset out of a database, in one transaction: its records, its other lines, its issues and
/// sequences, and the other names of sequences that no other dataset has. Returns how many records it had.
///
/// The file does not become smaller; the next records use the room, or `VACUUM` gives it back.
///
/// # Errors
///
/// The database has no such dataset, or cannot be written.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let (a, b) = (dir.path().join("a.gff3"), dir.path().join("b.gff3"));
/// # std::fs::write(&a, "s\t.\tgene\t1\t9\t.\t+\t.\tID=a\n")?;
/// # std::fs::write(&b, "s\t.\tgene\t1\t9\t.\t+\t.\tID=b\n")?;
/// # let database = dir.path().join("genes.sqlite");
/// gffdb::Loader::new(&database).load(&[&a, &b])?;
/// assert_eq!(gffdb::load::drop_dataset(&database, "a")?, 1);
/// assert_eq!(gffdb::query::Database::open(&database)?.query().count()?, 1);
/// # Ok(())
/// # }
/// ```
pub fn drop_dataset(path: &Path, dataset: &str) -> Result<u64> {
    let mut connection = db::open_to_write(path)?;
    db::is_current(&connection, path)?;
    let fail = |e| Error::sqlite(path, e);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(fail)?;
    let records: Option<i64> = transaction
        .query_row(
            "SELECT records FROM dataset WHERE dataset = ?1",
            [dataset],
            |row| row.get(0),
        )
        .optional()
        .map_err(fail)?;
    if records.is_none() {
        let known = datasets(&transaction).map_err(fail)?;
        return Err(Error::usage(format!(
            "{} has no dataset {dataset:?}; there are {}",
            path.display(),
            known.join(", ")
        )));
    }
    let delete = || -> rusqlite::Result<i64> {
        transaction.execute_batch(db::schema::EDIT_TABLES)?;
        let count = "SELECT count(*) FROM gff WHERE dataset = ?1";
        let records = transaction.query_row(count, [dataset], |row| row.get(0))?;
        let mut statements = Batch::new(&transaction, DELETE_DATASET);
        while let Some(mut statement) = statements.next()? {
            statement.execute([dataset])?;
        }
        transaction.execute_batch(DROP_ALIASES)?;
        Ok(records)
    };
    let records = delete().map_err(fail)?;
    transaction.commit().map_err(fail)?;
    Ok(records as u64)
}

fn datasets(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT dataset FROM dataset ORDER BY dataset")?;
    statement.query_map([], |row| row.get(0))?.collect()
}
