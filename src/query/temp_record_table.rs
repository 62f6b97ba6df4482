//! The records of very many regions: found in one pass, and kept where a statement can read them.

use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::{
    Database,
    merge::{SweepOptions, Wanted, merge},
    overlap::Mode,
    record_set::RecordSet,
    select::RegionSet,
};
use crate::Result;

/// Returns the records that lie to one of the regions as `mode` says; without `types`, of any type.
pub(crate) fn overlapped(
    database: &Database,
    targets: &RegionSet,
    mode: Mode,
    types: &[String],
) -> Result<RecordSet> {
    let sought = SweepOptions {
        mode,
        types,
        wanted: Wanted::Records,
    };
    let _snapshot = database.snapshot()?;
    let circles = database.circles()?;
    let mut records = RecordSet::default();
    targets.spans.batches(&mut |spans| {
        merge(
            database.connection(),
            &targets.sequences,
            &circles,
            spans.to_vec(),
            sought,
            &mut |_, record| _ = records.insert(record),
        )
        .map_err(|e| database.failed(e))
    })?;
    Ok(records)
}

/// The hits of very many regions: a temporary table, gone with this value.
#[derive(Debug)]
pub(crate) struct TempRecordTable<'d> {
    connection: &'d Connection,
    name: String,
}

impl<'d> TempRecordTable<'d> {
    /// Puts records into a table.
    pub(crate) fn keep(database: &'d Database, records: &RecordSet) -> rusqlite::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let connection = database.connection();
        let name = format!("temp.hit_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        connection.execute_batch(&format!(
            "CREATE TABLE {name} (record_id INTEGER PRIMARY KEY)"
        ))?;
        let hits = Self { connection, name };
        let mut insert = connection.prepare(&format!("INSERT INTO {} VALUES (?1)", hits.name))?;
        let is_alone = connection.is_autocommit();
        if is_alone {
            connection.execute_batch("BEGIN")?;
        }
        for record in records.iter() {
            insert.execute([record])?;
        }
        drop(insert);
        if is_alone {
            connection.execute_batch("COMMIT")?;
        }
        Ok(hits)
    }

    /// Returns the table's name; its one column is `record_id`.
    pub(crate) fn table(&self) -> &str {
        &self.name
    }
}

impl Drop for TempRecordTable<'_> {
    fn drop(&mut self) {
        // Fails only while a statement reads it; then it goes with the connection.
        let _ = self
            .connection
            .execute_batch(&format!("DROP TABLE {}", self.name));
    }
}
