//! Where the lines of a dataset come from: a file, or a dataset of a database that is loaded anew.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use super::dataset_name;
use crate::{
    Error, ErrorKind, Result, db,
    export::{Dataset, Exporter, choose},
    input::{self, Input},
};

/// What every database of SQLite begins with (<https://sqlite.org/fileformat.html>, 1.3); the application's mark is at byte 68.
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

/// How many chunks of text wait for the loader.
const QUEUE: usize = 2;

/// Lines that become one dataset.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The file, or the database.
    pub path: PathBuf,
    /// What the dataset will be called.
    pub name: String,
    /// The dataset of the database; `None` for a file.
    dataset: Option<Dataset>,
}

impl Origin {
    /// Returns what a file is loaded as, whatever is in it.
    pub fn of_file(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
            name: dataset_name(path),
            dataset: None,
        }
    }

    /// Returns what files, and the datasets of databases among them, are loaded as. `name` is the name of the one
    /// dataset, or of the one that is taken out of a database.
    ///
    /// # Errors
    ///
    /// A database cannot be read, or two datasets would have the same name.
    pub fn all<P: AsRef<Path>>(files: &[P], name: Option<&str>) -> Result<Vec<Self>> {
        if name.is_some() && files.len() != 1 {
            return Err(Error::usage(format!(
                "a dataset's name is for one file, found {} files",
                files.len()
            )));
        }
        let mut all = Vec::with_capacity(files.len());
        for file in files {
            let file = file.as_ref();
            match is_database(file) {
                true => all.extend(datasets(file, name)?),
                false => {
                    let mut origin = Self::of_file(file);
                    if let Some(name) = name {
                        name.clone_into(&mut origin.name);
                    }
                    all.push(origin);
                }
            }
        }
        let mut names: HashMap<&str, &Path> = HashMap::new();
        for origin in &all {
            if let Some(other) = names.insert(&origin.name, &origin.path) {
                return Err(Error::usage(format!(
                    "{} and {} would both be dataset {:?}; load them one by one with --dataset NAME and \
                     --append",
                    other.display(),
                    origin.path.display(),
                    origin.name,
                )));
            }
        }
        Ok(all)
    }

    /// Opens it; `options` are for files.
    pub fn open(&self, options: &input::Options) -> Result<Input> {
        match &self.dataset {
            None => Input::open(&self.path, options),
            Some(dataset) => {
                let text = Text::of(self.path.clone(), dataset.name.clone())
                    .map_err(|e| Error::io(&self.path, "read", e))?;
                Input::of_text(&self.path, text, dataset.bytes)
            }
        }
    }

    /// Returns its length, where it is a dataset.
    pub fn len(&self) -> Option<u64> {
        self.dataset.as_ref().map(|dataset| dataset.bytes)
    }

    /// Returns the name of the file, as it was given when it was first loaded.
    pub fn file(&self) -> String {
        match &self.dataset {
            None => self.path.to_string_lossy().into_owned(),
            Some(dataset) => dataset.file.clone(),
        }
    }

    /// Returns how its file was compressed, where it is a dataset.
    pub fn compression(&self) -> Option<&str> {
        self.dataset
            .as_ref()
            .map(|dataset| dataset.compression.as_str())
    }

    /// Returns the database that it is from.
    pub fn database(&self) -> Option<&Path> {
        self.dataset.as_ref().map(|_| self.path.as_path())
    }
}

/// Tells whether a file is a database of this program, by its header.
fn is_database(file: &Path) -> bool {
    let mut head = [0; 100];
    // What is no regular file has one head only, which is the loader's.
    file.is_file()
        && File::open(file).is_ok_and(|mut file| file.read_exact(&mut head).is_ok())
        && head.starts_with(SQLITE)
        && head[68..72] == db::schema::APPLICATION_ID.to_be_bytes()
}

/// Returns the datasets of a database: all, or the one that `name` is of, or shall be of.
fn datasets(path: &Path, name: Option<&str>) -> Result<Vec<Origin>> {
    let connection = db::open(path)?;
    let all = Dataset::all(&connection, path)?;
    let chosen = match (all.as_slice(), name) {
        ([], _) | ([_, _, ..], Some(_)) => vec![choose(&all, name, path)?.clone()],
        _ => all,
    };
    let origin = |dataset: Dataset| Origin {
        path: path.to_path_buf(),
        name: name.map_or_else(|| dataset.name.clone(), String::from),
        dataset: Some(dataset),
    };
    Ok(chosen.into_iter().map(origin).collect())
}

/// The keys that a database has as columns, with an index, and with rows of their values.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub promoted: Vec<String>,
    pub indexed: Vec<String>,
    pub values: Vec<String>,
}

impl Keys {
    /// Reads the keys of a database, `ID` and `Parent` left out.
    pub fn of(path: &Path) -> Result<Self> {
        let connection = db::open(path)?;
        let list = |sql: &str| -> rusqlite::Result<Vec<String>> {
            connection
                .prepare(sql)?
                .query_map([], |row| row.get(0))?
                .collect()
        };
        let read = || {
            Ok(Self {
                promoted: list(include_str!("../../schema/further_keys.sql"))?,
                indexed: list(include_str!("../../schema/indexed_keys.sql"))?,
                values: list(include_str!("../../schema/value_keys.sql"))?,
            })
        };
        read().map_err(|e| Error::sqlite(path, e))
    }
}

/// What the thread that writes a dataset's text hands to the one that reads it.
enum Chunk {
    Text(Vec<u8>),
    /// The text is whole.
    End,
    Failed(Error),
}

/// The text of a dataset, which another thread writes as it is read.
struct Text {
    chunks: Receiver<Chunk>,
    chunk: Vec<u8>,
    read: usize,
    is_whole: bool,
}

impl Text {
    fn of(path: PathBuf, dataset: String) -> io::Result<Self> {
        let (sender, chunks) = sync_channel(QUEUE);
        thread::Builder::new().spawn(move || {
            let last = match write(&path, &dataset, &sender) {
                Ok(()) => Chunk::End,
                Err(error) => Chunk::Failed(error),
            };
            // Where nobody reads any more, nobody asks how it ended.
            let _ = sender.send(last);
        })?;
        Ok(Self::new(chunks))
    }

    fn new(chunks: Receiver<Chunk>) -> Self {
        Self {
            chunks,
            chunk: Vec::new(),
            read: 0,
            is_whole: false,
        }
    }
}

/// Hands a dataset's text to the reader, as it is at one moment.
fn write(path: &Path, dataset: &str, sender: &SyncSender<Chunk>) -> Result<()> {
    let connection = db::open(path)?;
    let _moment = connection
        .unchecked_transaction()
        .map_err(|e| Error::sqlite(path, e))?;
    let datasets = Dataset::all(&connection, path)?;
    let dataset = choose(&datasets, Some(dataset), path)?;
    Exporter::new(&connection, path, &datasets).export(dataset, |chunk| {
        let sent = sender.send(Chunk::Text(chunk.to_vec()));
        sent.map_err(|_| ErrorKind::Interrupted.into())
    })?;
    Ok(())
}

impl Read for Text {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.read == self.chunk.len() && !self.is_whole {
            match self.chunks.recv() {
                Ok(Chunk::Text(chunk)) => (self.chunk, self.read) = (chunk, 0),
                Ok(Chunk::End) => self.is_whole = true,
                Ok(Chunk::Failed(error)) => return Err(io::Error::other(error)),
                // A text that stops without its end is not all of it.
                Err(_) => return Err(io::Error::other("the thread that reads it stopped")),
            }
        }
        let n = (&self.chunk[self.read..]).read(buf)?;
        self.read += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_where_it_is_said_to_end() {
        let chunk = |text: &str| Chunk::Text(text.as_bytes().to_vec());
        let failed = || Chunk::Failed(Error::usage("no disk"));
        let stopped = Err("the thread that reads it stopped");
        for (chunks, expected) in [
            (vec![Chunk::End], Ok("")),
            (
                vec![chunk("ab"), chunk(""), chunk("c"), Chunk::End],
                Ok("abc"),
            ),
            (vec![chunk("ab"), failed()], Err("no disk")),
            (vec![chunk("ab")], stopped),
            (vec![], stopped),
        ] {
            let (sender, receiver) = sync_channel(chunks.len());
            chunks
                .into_iter()
                .for_each(|chunk| sender.send(chunk).expect("a place"));
            drop(sender);
            let mut found = String::new();
            let read = Text::new(receiver).read_to_string(&mut found);
            let found = read.map(|_| found).map_err(|e| e.to_string());
            assert_eq!(found.as_deref().map_err(String::as_str), expected);
        }
    }
}
