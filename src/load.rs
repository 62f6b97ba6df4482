//! Loading: annotation files become one indexed database, in flat memory, wholly or not at all.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use crate::{
    DiskUse, Error, ErrorKind, Result,
    db::{self, OldDatabase},
    input::{self, Input},
    output::{self, AtomicFile},
};

mod batch;
mod cancel;
mod disk_space;
mod dropped;
mod dry_run;
mod guard;
mod index;
mod infer;
mod insert;
mod layouts;
mod memory;
mod origin;
mod parents;
mod parser;
mod pipeline;
mod promote;
mod report;
mod rows;
mod sequences;
mod session;
mod split;

pub use self::{
    cancel::Cancel,
    dropped::drop_dataset,
    insert::BATCH_ROWS,
    memory::{DEFAULT_MEMORY, LEAST_MEMORY, Memory},
    promote::MOST_COLUMNS,
    report::{DatasetReport, Observer, Report},
};
use self::{
    disk_space::DiskSpace,
    infer::Inference,
    origin::{Keys, Origin},
    session::LoadSession,
};

/// What to do about a target that is there already.
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

/// What becomes of the target.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Target {
    /// Nothing is there.
    New,
    /// What is there gives way.
    Overwrite,
    /// What is there is added to.
    Append,
}

/// What to do about a file that has no record.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Empty {
    /// It is an error.
    Refuse,
    /// It is an error where the file has no line either.
    #[default]
    RefuseNoLines,
    /// It is loaded.
    Allow,
}

/// Loads files into a database.
///
/// # Examples
///
/// ```
/// # fn main() -> gffdb::Result<()> {
/// # let directory = tempfile::tempdir().unwrap();
/// # let (gff, target) = (directory.path().join("genes.gff3"), directory.path().join("genes.sqlite"));
/// # std::fs::write(&gff, "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0;Name=n\n").unwrap();
/// let report = gffdb::Loader::new(&target).promote(["Name"]).load(&[&gff])?;
/// assert_eq!(report.datasets[0].records, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Loader {
    target: PathBuf,
    existing: Existing,
    dataset: Option<String>,
    promote: Vec<String>,
    promote_all: bool,
    index: Vec<String>,
    values: Vec<String>,
    batch_rows: usize,
    threads: usize,
    memory: Memory,
    temp_dir: Option<PathBuf>,
    skip_bad_lines: bool,
    empty: Empty,
    loaded_at: Option<i64>,
    inference: Inference,
    cancel: Cancel,
}

impl Loader {
    /// Loads into a database at `target`.
    pub fn new(target: impl Into<PathBuf>) -> Self {
        Self {
            target: target.into(),
            existing: Existing::default(),
            dataset: None,
            promote: Vec::new(),
            promote_all: false,
            index: Vec::new(),
            values: Vec::new(),
            batch_rows: BATCH_ROWS,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            memory: Memory::default(),
            temp_dir: None,
            skip_bad_lines: false,
            empty: Empty::default(),
            loaded_at: None,
            inference: Inference {
                gtf: true,
                gff3: false,
            },
            cancel: Cancel::default(),
        }
    }

    /// Sets what to do about a target that is there. The default is to refuse.
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

    /// Sets how many threads work: four at most have work to do. The default is as many as the machine
    /// has; with 1, all but the sorting of keys is done on the calling thread, and so it is where no
    /// thread can be started.
    pub fn threads(&mut self, threads: usize) -> &mut Self {
        self.threads = threads.max(1);
        self
    }

    /// Sets how much memory page cache, sorters, queues and blocks take together. The default is
    /// [`DEFAULT_MEMORY`]. With more, keys of the indexes are sorted in memory that would go into
    /// temporary files; only a line longer than a block takes more than was asked for.
    pub fn memory(&mut self, memory: Memory) -> &mut Self {
        self.memory = memory;
        self
    }

    /// Sets where temporary files go. The default is the target's own directory: a disk that has room
    /// for the database has room for them. They have no names, and are gone when the load ends,
    /// however it ends.
    pub fn temporary_directory(&mut self, directory: impl Into<PathBuf>) -> &mut Self {
        self.temp_dir = Some(directory.into());
        self
    }

    /// Returns the target's directory.
    fn directory(&self) -> &Path {
        output::directory(&self.target)
    }

    /// Returns where temporary files go.
    fn temp_dir(&self) -> &Path {
        self.temp_dir.as_deref().unwrap_or(self.directory())
    }

    /// Loads the rest of a file that has lines that are no records, and what is there of a compressed
    /// file that is cut off. The default is to stop.
    pub fn skip_bad_lines(&mut self, yes: bool) -> &mut Self {
        self.skip_bad_lines = yes;
        self
    }

    /// Sets what to do about a file that has no record. The default is [`Empty::RefuseNoLines`].
    pub fn empty(&mut self, empty: Empty) -> &mut Self {
        self.empty = empty;
        self
    }

    /// Sets the time that the database says the files were loaded at, in seconds since 1970 (UTC), so that the
    /// same files give the same database. The default is the time of the load.
    pub fn loaded_at(&mut self, seconds: i64) -> &mut Self {
        self.loaded_at = Some(seconds);
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
    /// The target is there and was not to be touched; a file cannot be read; a line is no record; the
    /// disk is full. The target is then as it was before.
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
        let origins = Origin::all(files, self.dataset.as_deref())?;
        let existing = self.look_at_target()?;
        let loader = self.with_keys_of(&origins)?;
        let kept = self.memory.kept_runs();
        DiskSpace::needed(files, self.promote_all, existing == Target::Append, kept).check(
            self.directory(),
            self.temp_dir(),
            |directory| fs4::available_space(directory),
        )?;
        let mut report = match existing {
            Target::Append => loader.append(&origins, observer),
            Target::New | Target::Overwrite => loader.create(&origins, existing, observer),
        }
        .map_err(|error| self.which_disk(error))?;
        report.size = fs::metadata(&self.target).map_or(0, |m| m.len());
        report.seconds = began.elapsed().as_secs_f64();
        Ok(report)
    }

    /// Makes a new database, under a temporary name until it is whole.
    fn create(
        &self,
        origins: &[Origin],
        target: Target,
        observer: &mut dyn Observer,
    ) -> Result<Report> {
        let file = AtomicFile::create(&self.target)?;
        let old = match target {
            Target::Overwrite => Some(OldDatabase::lock(file.target())?),
            _ => None,
        };
        // What is in the way is said before the work.
        db::side_files(file.target())?;
        self.cancel.begin(Some(file.temporary()));
        let (pipes, len) = self.open_pipes(origins)?;
        let session = LoadSession::create(self, file.temporary(), len)?;
        let mut inputs = origins
            .iter()
            .zip(pipes)
            .map(|(origin, pipe)| pipe.map_or_else(|| self.open(origin), Ok));
        let report = self.run(session, &mut inputs, origins, observer)?;
        self.cancel.commit()?;
        match old {
            Some(old) => old.replace(file)?,
            None => {
                // Somebody else's new database keeps what is beside it.
                if file.target().exists() {
                    let path = self.target.clone();
                    return Err(ErrorKind::Exists { path }.into());
                }
                db::remove_side_files(file.target())?;
                file.create_new()?;
            }
        }
        Ok(report)
    }

    /// Adds to the database that is there, in one transaction: other programs may have it open, and
    /// see all of it or nothing.
    fn append(&self, origins: &[Origin], observer: &mut dyn Observer) -> Result<Report> {
        output::remove_leftovers(&self.target);
        // A pipe may keep us waiting; nobody else has to wait for that.
        let mut inputs = origins.iter().map(|origin| self.open(origin));
        let first = inputs.next();
        self.cancel.begin(None);
        let session = LoadSession::append(self)?;
        let mut inputs = first.into_iter().chain(inputs);
        self.run(session, &mut inputs, origins, observer)
    }

    fn run(
        &self,
        mut session: LoadSession,
        inputs: &mut dyn Iterator<Item = Result<Input>>,
        origins: &[Origin],
        observer: &mut dyn Observer,
    ) -> Result<Report> {
        let mut databases: Vec<&Path> = origins.iter().filter_map(Origin::database).collect();
        databases.dedup();
        for database in databases {
            session.names_of(database)?;
        }
        for (input, origin) in inputs.zip(origins) {
            session.file(input?, origin, observer)?;
        }
        session.index(observer)?;
        session.infer()?;
        session.analyze()?;
        let names: Vec<String> = origins.iter().map(|origin| origin.name.clone()).collect();
        session.finish(&names)
    }

    fn open(&self, origin: &Origin) -> Result<Input> {
        let options = input::Options {
            allow_truncated: self.skip_bad_lines,
        };
        origin.open(&options)
    }

    /// Returns the bytes of all files as they lie on the disk, `None` where that cannot be known. To
    /// know it, what is no regular file is opened, up to the first one that is long; returns these too.
    fn open_pipes(&self, origins: &[Origin]) -> Result<(Vec<Option<Input>>, Option<u64>)> {
        let mut all = Some(0);
        let mut pipes = Vec::with_capacity(origins.len());
        for origin in origins {
            let metadata = fs::metadata(&origin.path).ok().filter(|m| m.is_file());
            let pipe = match metadata {
                None if all.is_some() => Some(self.open(origin)?),
                _ => None,
            };
            let len = origin.len().or(metadata.map(|m| m.len()));
            let len = len.or_else(|| pipe.as_ref().and_then(Input::len));
            all = all.zip(len).map(|(all, len)| all + len);
            pipes.push(pipe);
        }
        Ok((pipes, all))
    }

    /// Says of a full disk which one it is, the database's or that of temporary files: the one with less room,
    /// even where the files that filled it are gone by now.
    fn which_disk(&self, error: Error) -> Error {
        let ErrorKind::DiskFull { .. } = error.kind() else {
            return error;
        };
        let free = |directory| fs4::available_space(directory).unwrap_or(u64::MAX);
        let (path, used_for) = match free(self.temp_dir()) < free(self.directory()) {
            true => (self.temp_dir(), DiskUse::Temporary),
            false => (self.directory(), DiskUse::Database),
        };
        ErrorKind::DiskFull {
            path: path.to_path_buf(),
            used_for,
        }
        .into()
    }

    /// Decides what becomes of the target.
    fn look_at_target(&self) -> Result<Target> {
        if self.target == Path::new("-") {
            return Err(Error::usage(
                "a database cannot be written to standard output; name a file with -o, such as \
                 ./- for one of that name",
            ));
        }
        match fs::metadata(&self.target) {
            Err(_) => return Ok(Target::New),
            Ok(found) if found.is_dir() => {
                return Err(Error::database(
                    &self.target,
                    "expected a file to write, found a directory",
                ));
            }
            Ok(_) => {}
        }
        match self.existing {
            Existing::Refuse => Err(ErrorKind::Exists {
                path: self.target.clone(),
            }
            .into()),
            Existing::Overwrite => Ok(Target::Overwrite),
            Existing::Append | Existing::Replace => {
                db::tables(&db::open(&self.target)?, &self.target)?;
                Ok(Target::Append)
            }
        }
    }

    /// Returns this loader with the keys of the databases among what it loads before its own, so that a database that
    /// is loaded anew loses none.
    fn with_keys_of(&self, origins: &[Origin]) -> Result<Self> {
        let mut loader = self.clone();
        let mut databases: Vec<&Path> = origins.iter().filter_map(Origin::database).collect();
        databases.dedup();
        for path in databases {
            let keys = Keys::of(path)?;
            for (had, own) in [
                (keys.promoted, &mut loader.promote),
                (keys.indexed, &mut loader.index),
                (keys.values, &mut loader.values),
            ] {
                let new: Vec<String> = had.into_iter().filter(|key| !own.contains(key)).collect();
                own.splice(0..0, new);
            }
        }
        Ok(loader)
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
