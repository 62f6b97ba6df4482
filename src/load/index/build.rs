//! Indexes written behind a table, and made known to SQLite.

use std::{fs::File, io, path::Path, sync::Mutex, thread};

use rusqlite::Connection;

use super::{
    btree::{Builder, PageFile},
    key::{COUNT, Index, write_record},
    runs::Runs,
};
use crate::db::schema;

/// An index that was written: which, and its root page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Built {
    /// Which index.
    pub index: Index,
    root: u32,
}

/// Merges the runs and writes the indexes into a database file that no connection has open. Of the
/// runs of each index that are in files, `ahead` bytes are read ahead.
///
/// # Errors
///
/// The file, or a run, cannot be read or written.
pub fn build(
    path: &Path,
    runs: [Option<Runs>; COUNT],
    ahead: usize,
    threads: usize,
) -> io::Result<Vec<Built>> {
    let file = File::options().read(true).write(true).open(path)?;
    let page_size = page_size(&file)?;
    let pages = (file.metadata()?.len() / page_size as u64) as u32;
    let pages = PageFile::new(file, page_size, pages);
    let todo: Vec<_> = Index::ALL
        .into_iter()
        .zip(runs)
        .filter_map(|(index, runs)| Some((index, runs?)))
        .collect();
    let todo = Mutex::new(todo.into_iter());
    let built = Mutex::new(Vec::new());
    let work = || -> io::Result<()> {
        loop {
            // A poisoned lock means that another thread panicked, which the scope passes on.
            let Some((index, runs)) = todo.lock().map_err(poisoned)?.next() else {
                return Ok(());
            };
            let root = build_one(&pages, runs, ahead)?;
            built.lock().map_err(poisoned)?.push(Built { index, root });
        }
    };
    thread::scope(|scope| {
        // A thread that cannot be started leaves its work to the others.
        let start = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..threads.min(COUNT)).filter_map(start).collect();
        work()?;
        for other in others {
            other.join().map_err(poisoned)??;
        }
        io::Result::Ok(())
    })?;
    pages.finish()?;
    let mut built = built.into_inner().map_err(poisoned)?;
    built.sort_by_key(|b| Index::ALL.iter().position(|i| *i == b.index));
    Ok(built)
}

fn poisoned<E>(_: E) -> io::Error {
    io::Error::other("a thread that builds an index ended early")
}

fn build_one(pages: &PageFile, runs: Runs, ahead: usize) -> io::Result<u32> {
    let mut builder = Builder::new(pages);
    let (mut record, mut body) = (Vec::new(), Vec::new());
    runs.merge(ahead, |key| {
        record.clear();
        write_record(key, &mut body, &mut record);
        builder.add(&record)
    })?;
    builder.finish()
}

/// Reads the page size from the header (offset 16, big-endian; 1 stands for 65,536).
fn page_size(file: &File) -> io::Result<usize> {
    use io::Read;
    let mut header = [0; 18];
    let mut file = file;
    file.read_exact(&mut header)?;
    Ok(match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => usize::from(size),
    })
}

impl Built {
    /// Makes written indexes known to SQLite, as `CREATE INDEX` would have.
    pub fn register(built: &[Self], connection: &Connection) -> rusqlite::Result<()> {
        let version: i64 =
            connection.pragma_query_value(None, "schema_version", |row| row.get(0))?;
        connection.pragma_update(None, "writable_schema", true)?;
        for Self { index, root } in built {
            let Some((name, sql)) = schema::indexes().find(|(name, _)| *name == index.name())
            else {
                continue;
            };
            connection.execute(
                include_str!("../../../schema/note_index.sql"),
                (name, root, sql),
            )?;
        }
        connection.pragma_update(None, "writable_schema", false)?;
        connection.pragma_update(None, "schema_version", version + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Loader;

    /// Loads `count` records whose IDs are `width` bytes long, in an order that is not theirs.
    fn load(directory: &Path, count: usize, width: usize) -> Connection {
        let file = directory.join("a.gff3");
        let mut text = String::new();
        for n in 0..count {
            let id = (n * 7919) % count.max(1);
            let seqid = n % 3;
            text += &format!(
                "sq{seqid}\tNOODLES\tgene\t{}\t{}\t.\t+\t.\tID={id:0width$}\n",
                n + 1,
                n * n + 1
            );
        }
        text += "#\n";
        std::fs::write(&file, text).expect("a file");
        let goal = directory.join(format!("{count}-{width}.sqlite"));
        Loader::new(&goal)
            .threads(1 + count % 2)
            .load(&[&file])
            .expect("loaded");
        crate::db::open(&goal).expect("a database")
    }

    #[test]
    fn sqlite_finds_nothing_wrong_with_trees_of_any_size() {
        let directory = tempfile::tempdir().expect("a directory");
        // Seventeen entries of 900 bytes a page: three levels from 306 on.
        for count in (0..40).chain(290..330).chain([1000]) {
            let connection = load(directory.path(), count, 890);
            let check: String = connection
                .query_row("PRAGMA integrity_check", [], |row| row.get(0))
                .expect("a check");
            assert_eq!(check, "ok", "{count} records");
            let by_index: Vec<i64> = connection
                .prepare(
                    "SELECT record_id FROM gff INDEXED BY gff_ID WHERE ID IS NOT NULL ORDER BY ID",
                )
                .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
                .expect("an order");
            let by_scan: Vec<i64> = connection
                .prepare("SELECT record_id FROM gff NOT INDEXED ORDER BY ID, record_id")
                .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
                .expect("an order");
            assert_eq!(by_index, by_scan, "{count} records");
        }
    }

    #[test]
    fn a_database_is_the_same_as_one_that_sqlite_indexes() {
        let directory = tempfile::tempdir().expect("a directory");
        let short = load(directory.path(), 500, 10);
        // One key too long to be gathered: SQLite builds that index.
        let long = load(directory.path(), 500, 950);
        for (connection, name) in [(&short, "short"), (&long, "long")] {
            let sql = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'gff' ORDER BY 1";
            let names: Vec<String> = connection
                .prepare(sql)
                .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
                .expect("names");
            assert_eq!(names, ["gff_ID", "gff_Parent", "gff_type_region"], "{name}");
            let check: String = connection
                .query_row("PRAGMA integrity_check", [], |row| row.get(0))
                .expect("a check");
            assert_eq!(check, "ok", "{name}");
        }
    }
}
