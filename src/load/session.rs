//! One load: files in, indexes built, what they imply added; in a temporary file, or in one transaction.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use rusqlite::{Batch, Connection, fallible_iterator::FallibleIterator, types::Value};

use super::{
    DatasetReport, Empty, Existing, Loader, Observer, Report,
    batch::{self, Issue, Sequence, SideRow},
    guard::{self, Step},
    index::{self, Built, Sorter},
    infer::{self, WantedParents},
    insert::{self, Inserter},
    layouts::Layouts,
    origin::Origin,
    parser::Parser,
    pipeline,
    promote::Promotion,
    rows::RowBuilder,
};
use crate::{
    Error, Result,
    db::{self, schema},
    input::{BLOCK_SIZE, Blocks, Input},
};

pub(super) const DELETE_DATASET: &str = include_str!("../../schema/delete_dataset.sql");

/// One load.
pub(super) struct LoadSession<'l> {
    loader: &'l Loader,
    pub(super) connection: Connection,
    /// The target, for messages.
    path: PathBuf,
    /// The promoted keys that the database has.
    columns: Vec<String>,
    layouts: Layouts,
    next_record: i64,
    /// Parents that were not seen before their children.
    wanted: WantedParents,
    /// The temporary file of a new database; `None` where the load is one transaction in an old one.
    temporary: Option<PathBuf>,
    /// Gathers the keys of the indexes of a new database.
    sorter: Option<Sorter>,
    /// Whether rows go in without indexes, which are then built.
    bare: bool,
    /// Indexes that were taken out to be built anew: name and statement.
    dropped: Vec<(String, String)>,
    /// The named keys that a record of these files has.
    keys_seen: HashSet<String>,
    report: Report,
}

impl<'l> LoadSession<'l> {
    /// Begins a new database in a temporary file; `input` is the length of the files, where it is known.
    pub(super) fn create(loader: &'l Loader, temporary: &Path, input: Option<u64>) -> Result<Self> {
        let fail = |e| Error::sqlite(&loader.target, e);
        let cache = loader.memory.page_cache();
        let connection = db::open_temporary(temporary, input, cache).map_err(fail)?;
        schema::create(&connection).map_err(fail)?;
        for (position, key) in ["ID", "Parent"].iter().enumerate() {
            let sql = "INSERT INTO _promoted VALUES (?1, ?2)";
            connection
                .execute(sql, (position as i64, key))
                .map_err(fail)?;
        }
        Self::begin(loader, connection, Some(temporary))
    }

    /// Begins to add to the database that is there.
    pub(super) fn append(loader: &'l Loader) -> Result<Self> {
        let connection = db::open_to_append(&loader.target, loader.memory.index_cache())?;
        schema::drop_last(&connection).map_err(|e| Error::sqlite(&loader.target, e))?;
        Self::begin(loader, connection, None)
    }

    fn begin(
        loader: &'l Loader,
        mut connection: Connection,
        temporary: Option<&Path>,
    ) -> Result<Self> {
        loader.cancel.watch(&connection);
        // For the whole process: SQLite knows no other way.
        let directory = loader.temp_dir();
        let refused = || {
            Error::usage(format!(
                "{}: expected a directory that can be written, for temporary files",
                directory.display()
            ))
        };
        if !directory.is_dir() {
            return Err(refused());
        }
        // One that is not UTF-8 cannot be said; then SQLite has a place of its own.
        if let Some(name) = directory.to_str() {
            connection
                .pragma_update(None, "temp_store_directory", name)
                .map_err(|_| refused())?;
        }
        let sorter = temporary.map(|_| Sorter::new(loader.memory, loader.temp_dir()));
        guard::begin(&mut connection, Step::Other).map_err(|e| Error::sqlite(&loader.target, e))?;
        let mut session = Self {
            loader,
            columns: Vec::new(),
            layouts: Layouts::default(),
            next_record: 1,
            wanted: WantedParents::new(),
            bare: temporary.is_some(),
            temporary: temporary.map(Path::to_path_buf),
            sorter,
            dropped: Vec::new(),
            keys_seen: HashSet::new(),
            report: Report::default(),
            connection,
            path: loader.target.clone(),
        };
        session
            .read_back()
            .map_err(|e| Error::sqlite(&loader.target, e))?;
        Ok(session)
    }

    /// Reads what an earlier load left: columns, layouts, the last record.
    fn read_back(&mut self) -> rusqlite::Result<()> {
        let connection = &self.connection;
        self.columns = connection
            .prepare("SELECT key FROM _promoted ORDER BY position")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        db::layouts::read(connection, |id, layout| self.layouts.insert(id, &layout))?;
        let last: Option<i64> =
            connection.query_row("SELECT max(record_id) FROM gff", [], |row| row.get(0))?;
        let last = last.unwrap_or(0);
        if last > i64::MAX / 2 {
            let words = format!(
                "table gff has record_id {last}, and further records are numbered from there; give \
                 that record a smaller one"
            );
            return Err(rusqlite::Error::ToSqlConversionFailure(words.into()));
        }
        self.next_record = last + 1;
        Ok(())
    }

    pub(super) fn file(
        &mut self,
        input: Input,
        origin: &Origin,
        observer: &mut dyn Observer,
    ) -> Result<()> {
        let loader = self.loader;
        loader.cancel.check()?;
        let file = input.path().to_path_buf();
        let dataset = origin.name.as_str();
        let compression = match origin.compression() {
            Some(compression) => compression.to_owned(),
            None => input.compression().to_string(),
        };
        observer.file(&file, input.len(), input.position());
        self.make_room(dataset, input.len())?;
        let named = [loader.promote.as_slice(), &loader.index].concat();
        let promotion = Promotion::new(&self.columns, &named, loader.promote_all)?;
        let fail = |e| Error::sqlite(&loader.target, e);
        guard::begin(&mut self.connection, Step::Insert).map_err(fail)?;
        let missing = &promotion.names()[self.columns.len()..];
        insert::add_promoted(&self.connection, missing, self.columns.len()).map_err(fail)?;
        self.columns.extend_from_slice(missing);

        let builder = RowBuilder::new(
            promotion,
            std::mem::take(&mut self.layouts),
            loader.values.clone(),
            self.sorter.take(),
        );
        let first_record = self.next_record;
        let mut parser = Parser::new(
            file.as_path().into(),
            builder,
            first_record,
            loader.skip_bad_lines,
        );
        let mut blocks = Blocks::new(input, BLOCK_SIZE).in_pieces();
        if loader.empty == Empty::Allow {
            blocks = blocks.may_be_empty();
        }
        let mut inserter = Inserter::new(
            &self.connection,
            dataset,
            &self.columns,
            // One transaction is open already where the load is added to a database.
            self.temporary.as_ref().map(|_| loader.batch_rows),
            &mut self.wanted,
        )
        .map_err(fail)?;
        let (connection, is_append) = (&self.connection, self.temporary.is_none());
        // At once: another thread may wait for input that does not come.
        let undo = |error| {
            if is_append
                && (connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok())
            {
                loader.cancel.undone();
            }
            error
        };
        let mut insert = |batch: &_| {
            loader.cancel.check()?;
            observer.batch();
            inserter.insert(batch).map_err(fail)
        };
        pipeline::run(
            &mut blocks,
            &mut parser,
            loader.threads,
            |batch| insert(batch).map_err(undo),
            || loader.cancel.check().map_err(undo),
        )?;

        let counts = parser.counts().clone();
        if counts.records == 0 && loader.empty == Empty::Refuse {
            return Err(Error::input(file, parser.no_records()));
        }
        self.next_record += counts.records as i64;
        let truncated = blocks.input().truncated().map(str::to_owned);
        let cut_off = truncated
            .as_deref()
            .map(|reason| SideRow::Issue(Issue::truncated(counts.lines, reason)));
        let mut sequences: Vec<Sequence> = parser.last_sequence().into_iter().collect();
        // What is a circle is known by now.
        sequences.extend(parser.extents());
        let sequences: Vec<SideRow> = sequences.into_iter().map(SideRow::Sequence).collect();
        for small in sequences.iter().chain(&cut_off) {
            inserter
                .small(small, &batch::Batch::default())
                .map_err(fail)?;
        }
        inserter.end(self.next_record).map_err(fail)?;
        let (line_end, last_line_end) = parser.line_ends();
        let bytes = blocks.bytes();
        let sha256 = blocks.sha256();
        let sha256: String = sha256.iter().map(|b| format!("{b:02x}")).collect();
        self.connection
            .execute(
                include_str!("../../schema/note_dataset.sql"),
                rusqlite::params![
                    dataset,
                    origin.file(),
                    parser.builder().format(),
                    compression,
                    bytes as i64,
                    sha256,
                    counts.lines as i64,
                    counts.records as i64,
                    first_record,
                    line_end.as_str(),
                    last_line_end.as_str(),
                    loader.options_json(),
                    env!("CARGO_PKG_VERSION"),
                    loader.loaded_at,
                ],
            )
            .map_err(fail)?;
        guard::begin(&mut self.connection, Step::Other).map_err(fail)?;
        let builder = parser.into_builder();
        self.keys_seen.extend(builder.keys_seen());
        self.columns = builder.promotion().names().to_vec();
        self.report.keys_left = self.report.keys_left.max(builder.promotion().left());
        (self.layouts, self.sorter) = builder.into_parts();
        self.report.bytes += bytes;
        self.report.datasets.push(DatasetReport {
            dataset: dataset.to_owned(),
            lines: counts.lines,
            records: counts.records,
            skipped: counts.skipped,
            bytes,
            truncated,
        });
        Ok(())
    }

    /// Takes over what a database that is loaded anew knows beside its datasets: other names of sequences, and the
    /// classes of types.
    pub(super) fn names_of(&self, path: &Path) -> Result<()> {
        let old = db::open(path)?;
        let copy = |from: &str, to: &str| -> rusqlite::Result<()> {
            let mut statement = old.prepare(from)?;
            let mut insert = self.connection.prepare(to)?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let values = (0..columns).map(|place| row.get(place));
                let values: Vec<Value> = values.collect::<rusqlite::Result<_>>()?;
                insert.execute(rusqlite::params_from_iter(values))?;
            }
            Ok(())
        };
        copy(
            "SELECT seqid, alias, style FROM alias WHERE style <> 'Alias'",
            "INSERT OR IGNORE INTO alias (seqid, alias, style) VALUES (?1, ?2, ?3)",
        )
        .and_then(|()| {
            copy(
                "SELECT type, class FROM type_class",
                "INSERT OR IGNORE INTO type_class (type, class) VALUES (?1, ?2)",
            )
        })
        .map_err(|e| Error::sqlite(path, e))
    }

    /// Takes out a dataset that gives way, and the indexes where building them anew is quicker than
    /// keeping them up.
    fn make_room(&mut self, dataset: &str, len: Option<u64>) -> Result<()> {
        let fail = |e| Error::sqlite(&self.path, e);
        let known: bool = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM dataset WHERE dataset = ?1)")
            .and_then(|mut statement| statement.query_row([dataset], |row| row.get(0)))
            .map_err(fail)?;
        if !self.bare {
            let size: u64 = self
                .connection
                .query_row(
                    "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
                    [],
                    |row| row.get::<_, i64>(0).map(|n| n as u64),
                )
                .map_err(fail)?;
            // A compressed file is taken for five times its length.
            self.bare = len.is_none_or(|len| len * 5 > size / 4);
            if self.bare {
                self.dropped = self.indexes().map_err(fail)?;
                for (index, _) in &self.dropped {
                    let sql = format!("DROP INDEX {}", db::quote(index));
                    self.connection.execute_batch(&sql).map_err(fail)?;
                }
            }
        }
        if known {
            if self.loader.existing != Existing::Replace {
                return Err(Error::usage(format!(
                    "{}: dataset {dataset:?} is there already; use --append --replace to put the \
                     new file in its place, or --dataset NAME to add it under another name",
                    self.path.display()
                )));
            }
            guard::begin_replacing(&mut self.connection, dataset).map_err(fail)?;
            let mut statements = Batch::new(&self.connection, DELETE_DATASET);
            while let Some(mut statement) = statements.next().map_err(fail)? {
                statement.execute([dataset]).map_err(fail)?;
            }
            guard::begin(&mut self.connection, Step::Other).map_err(fail)?;
        }
        Ok(())
    }

    /// Returns the name and the statement of every index that somebody asked for.
    fn indexes(&self) -> rusqlite::Result<Vec<(String, String)>> {
        self.connection
            .prepare(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    /// Builds the indexes that are not there.
    pub(super) fn index(&mut self, observer: &mut dyn Observer) -> Result<()> {
        if let Some(sorter) = self.sorter.take() {
            observer.indexing("gff");
            self.write_indexes(sorter)?;
        }
        let fail = |e| Error::sqlite(&self.path, e);
        let there = self.indexes().map_err(fail)?;
        let mut there: HashSet<String> = there.into_iter().map(|(name, _)| name).collect();
        let dropped = std::mem::take(&mut self.dropped);
        let keyed = self.loader.index.iter().map(|key| {
            let (mut name, column) = (format!("gff_{key}"), db::quote(key));
            let is_taken = |(other, _): (&str, _)| other.eq_ignore_ascii_case(&name);
            if key != "ID" && key != "Parent" && schema::indexes().any(is_taken) {
                // No key has a blank.
                name.push_str(" key");
            }
            let sql = format!(
                "CREATE INDEX {} ON gff ({column}) WHERE {column} IS NOT NULL",
                db::quote(&name)
            );
            (name, sql)
        });
        let fixed = schema::indexes().map(|(name, sql)| (name.to_owned(), sql.to_owned()));
        for (name, sql) in fixed.chain(keyed).chain(dropped) {
            if !there.insert(name.clone()) {
                continue;
            }
            self.loader.cancel.check()?;
            observer.indexing(&name);
            self.connection.execute_batch(&sql).map_err(fail)?;
        }
        Ok(())
    }

    /// Adds what the files imply, and tells of parents that are missing.
    pub(super) fn infer(&mut self) -> Result<()> {
        self.loader.cancel.check()?;
        let wanted = std::mem::replace(&mut self.wanted, WantedParents::new());
        if wanted.is_empty() {
            return Ok(());
        }
        let fail = |e| Error::sqlite(&self.path, e);
        guard::begin_inferring(&mut self.connection, self.next_record - 1).map_err(fail)?;
        self.report.inferred = infer::run(
            &self.connection,
            wanted,
            self.loader.inference,
            &self.columns,
            &mut self.layouts,
        )
        .map_err(fail)?;
        guard::begin(&mut self.connection, Step::Other).map_err(fail)
    }

    /// Notes which lengths the types have, and tells the planner what the indexes hold.
    pub(super) fn analyze(&self) -> Result<()> {
        let sql = [
            include_str!("../../schema/type_lengths.sql"),
            include_str!("../../schema/analyze.sql"),
        ];
        self.connection
            .execute_batch(&sql.concat())
            .map_err(|e| Error::sqlite(&self.path, e))
    }

    /// Writes the indexes whose keys were gathered, while no connection has the file open.
    fn write_indexes(&mut self, sorter: Sorter) -> Result<()> {
        let Some(temporary) = self.temporary.clone() else {
            return Ok(());
        };
        let fail = |e| Error::sqlite(&self.path, e);
        let write = |e| Error::io(&self.path, "write the indexes of", e);
        let closed = Connection::open_in_memory().map_err(fail)?;
        std::mem::replace(&mut self.connection, closed)
            .close()
            .map_err(|(_, e)| fail(e))?;
        let runs = sorter.finish().map_err(write)?;
        let Loader {
            memory,
            threads,
            loaded_at,
            ..
        } = *self.loader;
        // Threads take pages in turn, as it happens: a database that is to be the same again has one.
        let threads = if loaded_at.is_some() { 1 } else { threads };
        let built = index::build(&temporary, runs, memory.read_ahead(), threads);
        let built = built.map_err(write)?;
        let cache = memory.index_cache();
        self.connection = db::open_temporary(&temporary, None, cache).map_err(fail)?;
        self.loader.cancel.watch(&self.connection);
        guard::begin(&mut self.connection, Step::Other).map_err(fail)?;
        Built::register(&built, &self.connection).map_err(fail)
    }

    pub(super) fn finish(self, names: &[String]) -> Result<Report> {
        let fail = |e| Error::sqlite(&self.path, e);
        let loaded = guard::Loaded {
            last: self.next_record - 1,
            datasets: names,
            promoted: &self.columns,
            path: &self.path,
        };
        guard::check(&self.connection, &loaded)?;
        // Last of all: from here on, what changes a row is an edit.
        schema::create_last(&self.connection, &self.columns).map_err(fail)?;
        let mut report = self.report;
        let named = [
            &self.loader.promote,
            &self.loader.index,
            &self.loader.values,
        ];
        for key in named.into_iter().flatten() {
            if !self.keys_seen.contains(key) && !report.keys_missing.contains(key) {
                report.keys_missing.push(key.clone());
            }
        }
        report.promoted = self.columns;
        let mut issues = self
            .connection
            .prepare(include_str!("../../schema/count_issues.sql"))
            .map_err(fail)?;
        let names = serde_json::Value::from(names).to_string();
        report.issues = issues
            .query_map([names], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64))
            })
            .and_then(Iterator::collect)
            .map_err(fail)?;
        drop(issues);
        if self.temporary.is_none() {
            self.loader.cancel.commit()?;
            self.connection.execute_batch("COMMIT").map_err(fail)?;
        }
        self.connection
            .close()
            .map_err(|(_, e)| Error::sqlite(&self.path, e))?;
        Ok(report)
    }
}
