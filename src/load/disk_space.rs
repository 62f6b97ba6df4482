//! Whether the disk has room for a load, before it starts.
//!
//! What is asked for is what a load needs at the very least, so that none is refused that would have
//! gone well: a database is about 1.2 times the text, and 0.8 times where all keys are promoted. Of a
//! compressed file the text is taken for three times its bytes; annotations mostly are ten times.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    ErrorKind, Result,
    input::{self, Compression, Input},
};

/// What a load writes, in bytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct DiskSpace {
    /// In the target's directory.
    pub database: u64,
    /// In the directory of temporary files.
    pub temporary: u64,
}

impl DiskSpace {
    /// Returns what loading `files` needs at least; what is no regular file is taken for nothing.
    /// `append` is whether they are added to a database, `kept` the bytes of keys that stay in memory.
    pub fn needed<P: AsRef<Path>>(
        files: &[P],
        promote_all: bool,
        append: bool,
        kept: usize,
    ) -> Self {
        let text: u64 = files.iter().map(|file| text(file.as_ref())).sum();
        let database = if promote_all { text / 5 * 4 } else { text };
        Self {
            database,
            // The keys of the indexes; an old database's indexes are kept up, or built by SQLite.
            temporary: match append {
                true => 0,
                false => (text / 7).saturating_sub(kept as u64),
            },
        }
    }

    /// Compares with what is free in the two directories, as `free` tells it.
    ///
    /// # Errors
    ///
    /// There is less. A directory that does not tell is taken for large enough.
    pub fn check(
        self,
        database: &Path,
        temporary: &Path,
        free: impl Fn(&Path) -> io::Result<u64>,
    ) -> Result<()> {
        let mut asked = vec![(database, self.database)];
        match database == temporary {
            true => asked[0].1 += self.temporary,
            false => asked.push((temporary, self.temporary)),
        }
        for (directory, needed) in asked {
            match free(directory) {
                Ok(free) if free < needed => {
                    return Err(ErrorKind::NoRoom {
                        directory: PathBuf::from(directory),
                        needed,
                        free,
                    }
                    .into());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Returns the bytes of a file's text, as a lower bound.
fn text(file: &Path) -> u64 {
    let is_file = fs::metadata(file).is_ok_and(|m| m.is_file());
    let opened = || Input::open(file, &input::Options::default()).ok();
    let Some(input) = is_file.then(opened).flatten() else {
        // What cannot be opened is told of when it is loaded.
        return 0;
    };
    let len = input.len().unwrap_or_default();
    match input.compression() {
        Compression::None => len,
        _ => 3 * len,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_compared_with_what_is_free() {
        let (here, there) = (Path::new("here"), Path::new("there"));
        let room = DiskSpace {
            database: 100,
            temporary: 10,
        };
        let free = |path: &Path| match path.to_str() {
            Some("here") => Ok(105),
            Some("there") => Ok(9),
            _ => Err(io::Error::other("who knows")),
        };
        let unknown = Path::new("unknown");
        for (database, temporary, expected) in [
            (here, here, Some(("here", 110, 105))),
            (here, there, Some(("there", 10, 9))),
            (there, here, Some(("there", 100, 9))),
            (here, unknown, None),
            (unknown, unknown, None),
        ] {
            let found = room.check(database, temporary, free).err();
            let found = found.map(|error| match error.kind() {
                ErrorKind::NoRoom {
                    directory,
                    needed,
                    free,
                } => (directory.display().to_string(), *needed, *free),
                other => panic!("{other:?}"),
            });
            let expected = expected.map(|(at, needed, free)| (at.to_owned(), needed, free));
            assert_eq!(found, expected, "{database:?} {temporary:?}");
        }
    }

    #[test]
    fn a_load_needs_the_text_and_the_keys() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = |name: &str| directory.path().join(name);
        fs::write(path("a.gff3"), vec![b'#'; 7_000])?;
        fs::write(
            path("b.gff3.gz"),
            [&[0x1f, 0x8b, 8, 0][..], &[0; 96]].concat(),
        )?;
        let files = [
            path("a.gff3"),
            path("b.gff3.gz"),
            path("nowhere"),
            PathBuf::from("-"),
        ];
        let needed = |all, append, kept| {
            let room = DiskSpace::needed(&files, all, append, kept);
            (room.database, room.temporary)
        };
        assert_eq!(needed(false, false, 0), (7_300, 1_042));
        assert_eq!(needed(true, false, 1_000), (5_840, 42));
        assert_eq!(needed(false, true, 0), (7_300, 0));
        Ok(())
    }
}
