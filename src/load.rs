//! Loading: annotation files become one indexed database, in flat memory, wholly or not at all.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use rusqlite::{Batch, Connection, fallible_iterator::FallibleIterator};

use crate::{
    Error, ErrorKind, Result,
    db::{self, schema},
    gff::Layout,
    goal::Goal,
    input::{self, BLOCK_SIZE, Blocks, Input},
};

mod batch;
mod cancel;
mod dry_run;
mod index;
mod infer;
mod insert;
mod layouts;
mod parents;
mod parser;
mod pipeline;
mod promote;
mod rows;
mod sequences;
mod split;

pub use self::{cancel::Cancel, insert::BATCH_ROWS, promote::MOST_COLUMNS};
use self::{
    index::{Built, Sorter},
    infer::{Inference, WantedParents},
    insert::Inserter,
    layouts::Layouts,
    parser::Parser,
    promote::Promotion,
    rows::{RowBuilder, column},
};

const DELETE_DATASET: &str = include_str!("../schema/delete_dataset.sql");

/// What to do about a goal that is there already.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Existing {
    /// Nothing: it is an error.
    #[default]
    Refuse,
    /// Build a new database in its place.
    Overwrite,
    /// Add to it; a dataset that it has already is an error.
    Append,
    /// Add to it; a dataset that it has already gives way to the new one.
    Replace,
}

/// Loads files into a database.
///
/// # Examples
///
/// ```
/// # fn main() -> gffdb::Result<()> {
/// # let directory = tempfile::tempdir().unwrap();
/// # let (gff, goal) = (directory.path().join("genes.gff3"), directory.path().join("genes.sqlite"));
/// # std::fs::write(&gff, "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0;Name=n\n").unwrap();
/// let report = gffdb::Loader::new(&goal).promote(["Name"]).load(&[&gff])?;
/// assert_eq!(report.datasets[0].records, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Loader {
    goal: PathBuf,
    existing: Existing,
    dataset: Option<String>,
    promote: Vec<String>,
    promote_all: bool,
    index: Vec<String>,
    values: Vec<String>,
    batch_rows: usize,
    threads: usize,
    skip_bad_lines: bool,
    inference: Inference,
    cancel: Cancel,
}

/// What a load did.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// One a file, in the order in which they were given.
    pub datasets: Vec<DatasetReport>,
    /// Bytes of all files, decompressed.
    pub bytes: u64,
    /// Seconds from the opening of the first file to the renaming of the result.
    pub seconds: f64,
    /// Bytes of the database.
    pub size: u64,
    /// The promoted keys, `ID` and `Parent` first.
    pub promoted: Vec<String>,
    /// How many keys stayed in `attributes` though all were asked for.
    pub keys_left: usize,
    /// Records that were inferred: type, how many.
    pub inferred: Vec<(String, u64)>,
    /// Issues of these files: code, severity, how many.
    pub issues: Vec<(String, String, u64)>,
}

/// What became of one file.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DatasetReport {
    /// Its name in the database.
    pub dataset: String,
    /// Lines, records or not.
    pub lines: u64,
    /// Records.
    pub records: u64,
    /// Lines left out because they are no records.
    pub skipped: u64,
    /// Bytes after decompression.
    pub bytes: u64,
}

/// Is told how a load goes; every method may do nothing.
pub trait Observer {
    /// A file begins; `len` is its length on the disk, `position` how much of that was read.
    fn file(&mut self, path: &Path, len: Option<u64>, position: input::Position) {
        let _ = (path, len, position);
    }

    /// Some more of the file is in.
    fn batch(&mut self) {}

    /// All rows are in; an index of this name is being built.
    fn indexing(&mut self, name: &str) {
        let _ = name;
    }
}

impl Observer for () {}

impl Loader {
    /// Loads into a database at `goal`.
    pub fn new(goal: impl Into<PathBuf>) -> Self {
        Self {
            goal: goal.into(),
            existing: Existing::default(),
            dataset: None,
            promote: Vec::new(),
            promote_all: false,
            index: Vec::new(),
            values: Vec::new(),
            batch_rows: BATCH_ROWS,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            skip_bad_lines: false,
            inference: Inference {
                gtf: true,
                gff3: false,
            },
            cancel: Cancel::default(),
        }
    }

    /// Sets what to do about a goal that is there. The default is to refuse.
    pub fn existing(&mut self, existing: Existing) -> &mut Self {
        self.existing = existing;
        self
    }

    /// Names the dataset, for a single file. The default is the file's name less its endings.
    pub fn dataset(&mut self, name: impl Into<String>) -> &mut Self {
        self.dataset = Some(name.into());
        self
    }

    /// Makes columns of these keys, beside `ID` and `Parent`.
    pub fn promote<K: Into<String>>(&mut self, keys: impl IntoIterator<Item = K>) -> &mut Self {
        self.promote.extend(keys.into_iter().map(Into::into));
        self
    }

    /// Makes a column of every key that turns up, [`MOST_COLUMNS`] at most. The default is no.
    pub fn promote_all(&mut self, yes: bool) -> &mut Self {
        self.promote_all = yes;
        self
    }

    /// Makes columns of these keys, with an index each.
    pub fn index<K: Into<String>>(&mut self, keys: impl IntoIterator<Item = K>) -> &mut Self {
        self.index.extend(keys.into_iter().map(Into::into));
        self
    }

    /// Writes each single value of these keys into table `attribute_value`.
    pub fn values<K: Into<String>>(&mut self, keys: impl IntoIterator<Item = K>) -> &mut Self {
        self.values.extend(keys.into_iter().map(Into::into));
        self
    }

    /// Sets the rows per transaction. The default is [`BATCH_ROWS`]; another rarely helps.
    pub fn batch_rows(&mut self, rows: usize) -> &mut Self {
        self.batch_rows = rows;
        self
    }

    /// Sets how many threads work. The default is as many as the machine has; with 1, all is done
    /// on the calling thread.
    pub fn threads(&mut self, threads: usize) -> &mut Self {
        self.threads = threads.max(1);
        self
    }

    /// Loads the rest of a file that has lines that are no records. The default is to stop.
    pub fn skip_bad_lines(&mut self, yes: bool) -> &mut Self {
        self.skip_bad_lines = yes;
        self
    }

    /// Adds the genes and transcripts that GTF records name and that have no line of their own, with
    /// the extent of their parts on one sequence and strand. The default is to add them.
    pub fn infer_gtf(&mut self, yes: bool) -> &mut Self {
        self.inference.gtf = yes;
        self
    }

    /// Adds the parents that GFF3 records name and that have no line, where the children tell their
    /// type: a gene of transcripts, an mRNA of CDS, a transcript of exons. The default is not to.
    pub fn infer_gff3(&mut self, yes: bool) -> &mut Self {
        self.inference.gff3 = yes;
        self
    }

    /// Returns what stops this load from elsewhere.
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Loads files, in order; `-` is standard input.
    ///
    /// # Errors
    ///
    /// The goal is there and was not to be touched; a file cannot be read; a line is no record; the
    /// disk is full. The goal is then as it was before.
    pub fn load<P: AsRef<Path>>(&self, files: &[P]) -> Result<Report> {
        self.load_observed(files, &mut ())
    }

    /// Loads files and tells how it goes.
    ///
    /// # Errors
    ///
    /// As [`Loader::load`].
    pub fn load_observed<P: AsRef<Path>>(
        &self,
        files: &[P],
        observer: &mut dyn Observer,
    ) -> Result<Report> {
        let began = Instant::now();
        let names = self.names(files)?;
        let appending = self.appending()?;
        let goal = Goal::begin(&self.goal)?;
        self.cancel.begin(goal.building());
        let mut report = {
            let mut load = Load::open(self, &goal, appending, input_len(files))?;
            for (file, name) in files.iter().zip(&names) {
                load.file(file.as_ref(), name, observer)?;
            }
            load.index(observer)?;
            load.infer()?;
            load.analyze()?;
            load.finish(&names)?
        };
        self.cancel.commit()?;
        goal.commit()?;
        report.size = fs::metadata(&self.goal).map_or(0, |m| m.len());
        report.seconds = began.elapsed().as_secs_f64();
        Ok(report)
    }

    /// Tells whether there is a database to add to.
    fn appending(&self) -> Result<bool> {
        if !self.goal.exists() {
            return Ok(false);
        }
        match self.existing {
            Existing::Refuse => Err(ErrorKind::Exists {
                path: self.goal.clone(),
            }
            .into()),
            Existing::Overwrite if self.goal.is_dir() => Err(Error::database(
                &self.goal,
                "expected a file to write, found a directory",
            )),
            Existing::Overwrite => Ok(false),
            Existing::Append | Existing::Replace => {
                db::open(&self.goal)?;
                Ok(true)
            }
        }
    }

    /// Returns the datasets' names, one a file.
    fn names<P: AsRef<Path>>(&self, files: &[P]) -> Result<Vec<String>> {
        if let Some(name) = &self.dataset {
            if files.len() != 1 {
                return Err(Error::usage(format!(
                    "a dataset's name is for one file, found {} files",
                    files.len()
                )));
            }
            return Ok(vec![name.clone()]);
        }
        let mut names: HashMap<String, &Path> = HashMap::new();
        let mut all = Vec::with_capacity(files.len());
        for file in files {
            let file = file.as_ref();
            let name = dataset_name(file);
            if let Some(other) = names.insert(name.clone(), file) {
                return Err(Error::usage(format!(
                    "{} and {} would both be dataset {name:?}; load them one by one with --dataset \
                     NAME and --append",
                    other.display(),
                    file.display()
                )));
            }
            all.push(name);
        }
        Ok(all)
    }
}

/// Returns a file's name less its directory, the compression's ending and the format's.
///
/// # Examples
///
/// ```
/// assert_eq!(gffdb::load::dataset_name("in/gencode.v41.gff3.gz".as_ref()), "gencode.v41");
/// assert_eq!(gffdb::load::dataset_name("-".as_ref()), "stdin");
/// ```
pub fn dataset_name(file: &Path) -> String {
    if file == Path::new("-") {
        return String::from("stdin");
    }
    let name = file
        .file_name()
        .unwrap_or(file.as_os_str())
        .to_string_lossy();
    let less = |name: &str, endings: &[&str]| {
        let lower = name.to_ascii_lowercase();
        let ending = endings
            .iter()
            .find(|ending| lower.ends_with(**ending) && lower.len() > ending.len());
        name[..name.len() - ending.map_or(0, |ending| ending.len())].to_owned()
    };
    let name = less(&name, &[".gz", ".bgz", ".bgzf", ".zst", ".zstd", ".bz2"]);
    less(&name, &[".gff3", ".gff2", ".gff", ".gtf"])
}

/// Returns the bytes of files as they lie on the disk; `None` where one is no regular file.
fn input_len<P: AsRef<Path>>(files: &[P]) -> Option<u64> {
    let len = |file: &P| {
        fs::metadata(file)
            .ok()
            .filter(|m| m.is_file())
            .map(|m| m.len())
    };
    files.iter().map(len).sum()
}

/// Returns the directory that a file is in.
fn directory(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A load under way.
struct Load<'l> {
    loader: &'l Loader,
    connection: Connection,
    /// Where it is being built, for messages.
    path: PathBuf,
    /// The promoted keys that the database has.
    columns: Vec<String>,
    layouts: Layouts,
    next_record: i64,
    /// Parents that were not seen before their children.
    wanted: WantedParents,
    /// Gathers the keys of the indexes of a new database.
    sorter: Option<Sorter>,
    /// The file that is being built.
    building: PathBuf,
    /// Whether rows go in without indexes, which are then built.
    bare: bool,
    /// Indexes that were taken out to be built anew: name and statement.
    dropped: Vec<(String, String)>,
    report: Report,
}

impl<'l> Load<'l> {
    fn open(loader: &'l Loader, goal: &Goal, appending: bool, input: Option<u64>) -> Result<Self> {
        if appending {
            goal.copy_old()?;
        }
        let path = loader.goal.clone();
        let fail = |e| Error::sqlite(&loader.goal, e);
        let connection = db::open_for_building(goal.building(), input).map_err(fail)?;
        loader.cancel.watch(&connection);
        if appending {
            schema::drop_triggers(&connection).map_err(fail)?;
        } else {
            schema::create(&connection).map_err(fail)?;
            let always = ["ID", "Parent"];
            for (position, key) in always.iter().enumerate() {
                let sql = "INSERT INTO promoted VALUES (?1, ?2)";
                connection
                    .execute(sql, (position as i64, key))
                    .map_err(fail)?;
            }
        }
        let mut load = Self {
            loader,
            columns: Vec::new(),
            layouts: Layouts::default(),
            next_record: 1,
            wanted: WantedParents::new(),
            sorter: (!appending).then(|| Sorter::new(directory(&loader.goal))),
            building: goal.building().to_path_buf(),
            bare: !appending,
            dropped: Vec::new(),
            report: Report::default(),
            connection,
            path,
        };
        load.read_back().map_err(fail)?;
        Ok(load)
    }

    /// Reads what an earlier load left: columns, layouts, the last record.
    fn read_back(&mut self) -> rusqlite::Result<()> {
        let connection = &self.connection;
        self.columns = connection
            .prepare("SELECT key FROM promoted ORDER BY position")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut layouts =
            connection.prepare("SELECT layout_id, columns, attributes FROM layout")?;
        let mut rows = layouts.query([])?;
        while let Some(row) = rows.next()? {
            let columns: Option<String> = row.get(1)?;
            let attributes: Option<String> = row.get(2)?;
            if let Ok(layout) = Layout::parse(columns.as_deref(), attributes.as_deref()) {
                self.layouts.insert(row.get(0)?, layout);
            }
        }
        let last: Option<i64> =
            connection.query_row("SELECT max(record_id) FROM gff", [], |row| row.get(0))?;
        self.next_record = last.unwrap_or(0) + 1;
        Ok(())
    }

    fn file(&mut self, file: &Path, dataset: &str, observer: &mut dyn Observer) -> Result<()> {
        let loader = self.loader;
        loader.cancel.check()?;
        let options = input::Options {
            threads: loader.threads,
        };
        let input = Input::open(file, &options)?;
        let compression = input.compression().to_string();
        observer.file(file, input.len(), input.position());
        self.make_room(dataset, input.len())?;
        let named = [loader.promote.as_slice(), &loader.index].concat();
        let promotion = Promotion::new(&self.columns, &named, loader.promote_all)?;
        let fail = |e| Error::sqlite(&loader.goal, e);
        let missing = &promotion.names()[self.columns.len()..];
        let columns = usize::from(column::PROMOTED) + self.columns.len();
        insert::add_columns(&self.connection, missing, columns).map_err(fail)?;
        let columns = columns + missing.len();

        let builder = RowBuilder::new(
            promotion,
            std::mem::take(&mut self.layouts),
            loader.values.clone(),
            self.sorter.take(),
        );
        let first_record = self.next_record;
        let parser = Parser::new(file.into(), builder, first_record, loader.skip_bad_lines);
        let blocks = Blocks::new(input, BLOCK_SIZE);
        let mut inserter = Inserter::new(
            &self.connection,
            dataset,
            columns,
            loader.batch_rows,
            &mut self.wanted,
        )
        .map_err(fail)?;
        let (blocks, parser) = pipeline::run(blocks, parser, loader.threads, |batch| {
            loader.cancel.check()?;
            observer.batch();
            inserter.insert(batch).map_err(fail)
        })?;

        let counts = parser.counts().clone();
        self.next_record += counts.records as i64;
        inserter.end(self.next_record).map_err(fail)?;
        let (line_end, last_line_end) = parser.line_ends();
        let bytes = blocks.bytes();
        let sha256 = blocks.sha256();
        let sha256: String = sha256.iter().map(|b| format!("{b:02x}")).collect();
        self.connection
            .execute(
                include_str!("../schema/note_dataset.sql"),
                rusqlite::params![
                    dataset,
                    file.to_string_lossy(),
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
                ],
            )
            .map_err(fail)?;
        let builder = parser.into_builder();
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
        });
        Ok(())
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
            let mut statements = Batch::new(&self.connection, DELETE_DATASET);
            while let Some(mut statement) = statements.next().map_err(fail)? {
                statement.execute([dataset]).map_err(fail)?;
            }
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
    fn index(&mut self, observer: &mut dyn Observer) -> Result<()> {
        if let Some(sorter) = self.sorter.take() {
            observer.indexing("gff");
            self.write_indexes(sorter)?;
        }
        let fail = |e| Error::sqlite(&self.path, e);
        let there = self.indexes().map_err(fail)?;
        let mut there: HashSet<String> = there.into_iter().map(|(name, _)| name).collect();
        let dropped = std::mem::take(&mut self.dropped);
        let keyed = self.loader.index.iter().map(|key| {
            let (name, column) = (format!("gff_{key}"), db::quote(key));
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
    fn infer(&mut self) -> Result<()> {
        self.loader.cancel.check()?;
        let wanted = std::mem::replace(&mut self.wanted, WantedParents::new());
        self.report.inferred = infer::run(
            &self.connection,
            wanted,
            self.loader.inference,
            &self.columns,
            &mut self.layouts,
        )
        .map_err(|e| Error::sqlite(&self.path, e))?;
        Ok(())
    }

    /// Tells the planner what the indexes hold.
    fn analyze(&self) -> Result<()> {
        // 400 rows of each index are enough to tell a planner how common its keys are.
        self.connection
            .execute_batch("PRAGMA analysis_limit = 400; ANALYZE;")
            .map_err(|e| Error::sqlite(&self.path, e))
    }

    /// Writes the indexes whose keys were gathered, while no connection has the file open.
    fn write_indexes(&mut self, sorter: Sorter) -> Result<()> {
        let fail = |e| Error::sqlite(&self.path, e);
        let write = |e| Error::io(&self.path, "write the indexes of", e);
        let closed = Connection::open_in_memory().map_err(fail)?;
        std::mem::replace(&mut self.connection, closed)
            .close()
            .map_err(|(_, e)| fail(e))?;
        let runs = sorter.finish().map_err(write)?;
        let built = index::build(&self.building, runs, self.loader.threads).map_err(write)?;
        self.connection = db::open_for_building(&self.building, None).map_err(fail)?;
        self.loader.cancel.watch(&self.connection);
        Built::register(&built, &self.connection).map_err(fail)
    }

    fn finish(self, names: &[String]) -> Result<Report> {
        let fail = |e| Error::sqlite(&self.path, e);
        // Last of all: from here on, what changes a row is an edit.
        schema::create_triggers(&self.connection, &self.columns).map_err(fail)?;
        let mut report = self.report;
        report.promoted = self.columns;
        let mut issues = self
            .connection
            .prepare(include_str!("../schema/count_issues.sql"))
            .map_err(fail)?;
        let names = serde_json::Value::from(names).to_string();
        report.issues = issues
            .query_map([names], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64))
            })
            .and_then(Iterator::collect)
            .map_err(fail)?;
        drop(issues);
        self.connection
            .close()
            .map_err(|(_, e)| Error::sqlite(&self.path, e))?;
        Ok(report)
    }
}

impl Loader {
    /// Returns how this loader was set, as JSON for table `dataset`: the flags of the binary.
    fn options_json(&self) -> String {
        serde_json::json!({
            "promote": if self.promote_all { serde_json::json!("all") } else { self.promote.as_slice().into() },
            "index": self.index,
            "values": self.values,
            "skip_bad_lines": self.skip_bad_lines,
            "no_infer": !self.inference.gtf,
            "infer": self.inference.gff3,
        })
        .to_string()
    }
}
