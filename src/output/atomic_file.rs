//! A file that appears whole or not at all: written under a temporary name, then renamed.

use std::{
    ffi::OsStr,
    fs::{self, File, Metadata, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::temporary_name;
use crate::{Error, ErrorKind, Result};

/// A file that is written beside its target and takes the target's name when it is whole.
///
/// The temporary file has a name that nobody else has, and is locked while its process lives. So one that a
/// killed process left is told from one that is being written, and is removed by the next run. A target
/// that is a symbolic link stays one: the file that it names is the target. Dropped without
/// [`AtomicFile::replace`] or [`AtomicFile::create_new`], the temporary file is removed.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    temporary: PathBuf,
    /// The temporary file, locked where the file system has locks.
    file: File,
    /// What is at the target, if anything is.
    existing: Option<Metadata>,
    is_temporary: bool,
}

impl AtomicFile {
    /// Creates an empty temporary file beside `target`.
    ///
    /// # Errors
    ///
    /// The target is something else than a file, or a file that must not be written; another process writes
    /// it; or its directory cannot be written.
    pub fn create(target: &Path) -> Result<Self> {
        let fail = |e| Error::io(target, "write", e);
        let path = resolve(target).map_err(fail)?;
        let existing = match fs::metadata(&path) {
            Ok(existing) => Some(existing),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(fail(e)),
        };
        if let Some(existing) = &existing {
            may_be_replaced(target, &path, existing)?;
        }
        let is_directory = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        let name = path.file_name().filter(|_| !is_directory).ok_or_else(|| {
            let reason = "expected the name of a file to write, found a directory";
            Error::usage(format!("{}: {reason}", target.display()))
        })?;
        if look_for_others(&path, name) == Others::Writing {
            let path = target.to_path_buf();
            return Err(ErrorKind::Busy { path }.into());
        }
        loop {
            let temporary = path.with_file_name(temporary_name::draw(name));
            let file = match create_new(&temporary, existing.as_ref()) {
                Ok(file) => file,
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(e) => return Err(fail(e)),
            };
            // Before it was locked, another process may have taken it for a leftover.
            let is_ours = match file.try_lock() {
                Ok(()) => is_at(&file, &temporary).map_err(fail)?,
                Err(TryLockError::WouldBlock) => false,
                // No locks here: then nobody removes leftovers either.
                Err(TryLockError::Error(_)) => true,
            };
            if is_ours {
                return Ok(Self {
                    target: path,
                    temporary,
                    file,
                    existing,
                    is_temporary: true,
                });
            }
        }
    }

    /// Returns the file that will be there in the end: what a symbolic link names, not the link.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Returns the file to write to; it is empty at first.
    pub fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Puts the file at its target, after all its bytes are on the disk. A file that is there is replaced; its
    /// permissions stay, and its owner, where the system lets us.
    ///
    /// # Errors
    ///
    /// The bytes cannot be written to the disk, or the file cannot be renamed.
    pub fn replace(mut self) -> Result<()> {
        self.sync()?;
        if let Some(existing) = &self.existing {
            keep_owner(&self.file, existing);
            self.file
                .set_permissions(existing.permissions())
                .map_err(|e| Error::io(&self.temporary, "set the permissions of", e))?;
        }
        fs::rename(&self.temporary, &self.target)
            .map_err(|e| Error::io(&self.target, "replace", e))?;
        self.is_temporary = false;
        self.sync_directory();
        Ok(())
    }

    /// Puts the file at its target, after all its bytes are on the disk, where nothing is there by now.
    ///
    /// # Errors
    ///
    /// As [`AtomicFile::replace`], and [`ErrorKind::Exists`] where somebody else was quicker.
    pub fn create_new(self) -> Result<()> {
        self.sync()?;
        let exists = || -> Error {
            let path = self.target.clone();
            ErrorKind::Exists { path }.into()
        };
        // A link is refused where the name is taken, in one step; a rename is not.
        match fs::hard_link(&self.temporary, &self.target) {
            // The temporary name goes with `self`.
            Ok(()) => {
                self.sync_directory();
                Ok(())
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(exists()),
            // A file system without hard links.
            Err(_) if self.target.exists() => Err(exists()),
            Err(_) => self.replace(),
        }
    }

    fn sync(&self) -> Result<()> {
        self.file
            .sync_all()
            .map_err(|e| Error::io(&self.temporary, "sync", e))
    }

    /// Asks that the new name outlives a power cut, where the system can.
    fn sync_directory(&self) {
        if let Ok(directory) = File::open(directory(&self.target)) {
            let _ = directory.sync_all();
        }
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if self.is_temporary {
            // Nothing can be done about a failure here; the next run removes the file.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Returns the directory that a file is in.
pub(crate) fn directory(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Tells whether two paths name one file, without opening either: to open a named pipe is to wait for whoever
/// is at its other end, and to close it is to send him away.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        match (fs::metadata(a), fs::metadata(b)) {
            (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let is_file = |path: &Path| fs::metadata(path).is_ok_and(|m| m.is_file());
        is_file(a) && is_file(b) && same_file::is_same_file(a, b).unwrap_or(false)
    }
}

/// Follows symbolic links; what the last one names need not be there.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;

    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => path = directory(&path).join(fs::read_link(&path)?),
            _ => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// Refuses what cannot be replaced by a file, or is not to be.
fn may_be_replaced(target: &Path, path: &Path, existing: &Metadata) -> Result<()> {
    let refused = |reason: &str| Err(Error::usage(format!("{}: {reason}", target.display())));
    if existing.is_dir() {
        return refused("expected a file to write, found a directory");
    }
    if !existing.is_file() {
        return refused("expected a file to write, found a device or a pipe");
    }
    // A file without write permission may be replaced where its directory can be written, and the
    // superuser may write any; both would be a surprise.
    let may_be_written =
        !existing.permissions().readonly() && File::options().write(true).open(path).is_ok();
    match may_be_written {
        true => Ok(()),
        false => refused("is read-only; make it writable, or write to another file with -o"),
    }
}

/// What other processes do to a target.
#[derive(Eq, PartialEq)]
enum Others {
    Writing,
    Nothing,
}

/// Removes the temporary files of this target that killed processes left.
pub(crate) fn remove_leftovers(target: &Path) {
    if let Ok(path) = resolve(target)
        && let Some(name) = path.file_name()
    {
        look_for_others(&path, name);
    }
}

/// Removes the temporary files that killed processes left, and tells whether one is being written.
fn look_for_others(target: &Path, name: &OsStr) -> Others {
    // A directory that cannot be listed keeps what it has.
    let Ok(entries) = fs::read_dir(directory(target)) else {
        return Others::Nothing;
    };
    for entry in entries.flatten() {
        if !temporary_name::is_ours(&entry.file_name(), name) {
            continue;
        }
        let path = entry.path();
        // Not what a link of that name points to.
        if !fs::symlink_metadata(&path).is_ok_and(|m| m.is_file()) {
            continue;
        }
        let Ok(file) = File::options().read(true).write(true).open(&path) else {
            continue;
        };
        match file.try_lock() {
            Ok(()) if is_at(&file, &path).unwrap_or(false) => drop(fs::remove_file(&path)),
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => return Others::Writing,
        }
    }
    Others::Nothing
}

/// Creates a file that is not there, readable by those alone who can read the one that it will replace.
fn create_new(path: &Path, existing: Option<&Metadata>) -> io::Result<File> {
    let mut options = File::options();
    // Not through a link, either.
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    if let Some(existing) = existing {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(existing.permissions().mode() & 0o777 | 0o600);
    }
    #[cfg(not(unix))]
    let _ = existing;
    options.open(path)
}

/// Gives a file the owner of the one that it replaces; only the superuser can, in most cases.
fn keep_owner(file: &File, existing: &Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let of = |m: &Metadata| (m.uid(), m.gid());
        if file.metadata().is_ok_and(|m| of(&m) != of(existing)) {
            let _ = fchown(file, Some(existing.uid()), Some(existing.gid()));
        }
    }
    #[cfg(not(unix))]
    let _ = (file, existing);
}

/// Tells whether an open file is the one that a path names, and no link to it.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let named = match fs::symlink_metadata(path) {
        Ok(named) => named,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(e),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let open = file.metadata()?;
        Ok((open.dev(), open.ino()) == (named.dev(), named.ino()))
    }
    #[cfg(not(unix))]
    {
        let named = named.is_file().then(|| same_file::Handle::from_path(path));
        let open = same_file::Handle::from_file(file.try_clone()?)?;
        Ok(named.transpose()?.is_some_and(|named| named == open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Test = std::result::Result<(), Box<dyn std::error::Error>>;

    fn names(directory: &Path) -> io::Result<Vec<String>> {
        let mut names = fs::read_dir(directory)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    #[test]
    fn the_target_is_there_only_when_the_file_is_whole() -> Test {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("a.sqlite");
        for (old, put) in [
            (None, AtomicFile::create_new as fn(AtomicFile) -> Result<()>),
            (None, AtomicFile::replace),
            (Some("old"), AtomicFile::replace),
        ] {
            match old {
                None => drop(fs::remove_file(&path)),
                Some(old) => fs::write(&path, old)?,
            }
            let file = AtomicFile::create(&path)?;
            fs::write(file.temporary(), "new")?;
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), old);
            put(file)?;
            assert_eq!(fs::read_to_string(&path)?, "new");
            assert_eq!(names(directory.path())?, ["a.sqlite"]);
        }
        Ok(())
    }

    #[test]
    fn a_file_that_came_meanwhile_is_not_replaced() -> Test {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("a.sqlite");
        let file = AtomicFile::create(&path)?;
        fs::write(&path, "another's")?;
        let error = file.create_new().expect_err("it is taken");
        assert!(matches!(error.kind(), ErrorKind::Exists { .. }), "{error}");
        assert_eq!(fs::read_to_string(&path)?, "another's");
        assert_eq!(names(directory.path())?, ["a.sqlite"]);
        Ok(())
    }

    #[test]
    fn one_that_is_dropped_leaves_nothing() -> Test {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("a.sqlite");
        fs::write(&path, "old")?;
        let file = AtomicFile::create(&path)?;
        fs::write(file.temporary(), "half")?;
        drop(file);
        assert_eq!(fs::read_to_string(&path)?, "old");
        assert_eq!(names(directory.path())?, ["a.sqlite"]);
        Ok(())
    }

    #[test]
    fn two_cannot_write_at_once_and_a_leftover_is_removed() -> Test {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("a.sqlite");
        let leftover = path.with_file_name(temporary_name::draw(OsStr::new("a.sqlite")));
        fs::write(&leftover, "left by a killed process")?;
        let file = AtomicFile::create(&path)?;
        assert!(!leftover.exists());
        assert_eq!(fs::read(file.temporary())?, b"");
        let busy = AtomicFile::create(&path).expect_err("the first one writes");
        assert!(matches!(busy.kind(), ErrorKind::Busy { .. }));
        // The one that gave up has not touched it, nor is another target meant.
        assert!(file.temporary().exists());
        AtomicFile::create(&path.with_file_name("a.sqlite2"))?.create_new()?;
        drop(file);
        AtomicFile::create(&path)?;
        assert_eq!(names(directory.path())?, ["a.sqlite2"]);
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn no_file_of_somebody_else_is_touched() -> Test {
        use std::os::unix::fs::symlink;

        let directory = tempfile::tempdir()?;
        let at = |name: &str| directory.path().join(name);
        let path = at("a.sqlite");
        fs::write(at("mine"), "mine")?;
        fs::write(at("a.sqlite.building"), "mine")?;
        fs::write(at("a.sqlite.gffdb-0123456789abcdef"), "mine")?;
        // A link may have any name.
        let link = temporary_name::draw(OsStr::new("a.sqlite"));
        symlink("mine", path.with_file_name(&link))?;
        let before = names(directory.path())?;
        let file = AtomicFile::create(&path)?;
        fs::write(file.temporary(), "new")?;
        file.replace()?;
        fs::remove_file(&path)?;
        assert_eq!(names(directory.path())?, before);
        for name in before {
            assert_eq!(fs::read_to_string(at(&name))?, "mine", "{name}");
        }
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() -> Test {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let directory = tempfile::tempdir()?;
        let at = |name: &str| directory.path().join(name);
        fs::create_dir(at("d"))?;
        symlink("d/b.sqlite", at("a.sqlite"))?;
        symlink("a.sqlite", at("link"))?;
        for mode in [None, Some(0o600), Some(0o664), Some(0o200)] {
            if let Some(mode) = mode {
                fs::set_permissions(at("d/b.sqlite"), fs::Permissions::from_mode(mode))?;
            }
            let file = AtomicFile::create(&at("link"))?;
            let open = fs::metadata(file.temporary())?.permissions().mode() & 0o777;
            assert_eq!(open & !(mode.unwrap_or(0o666) | 0o600), 0, "{open:o}");
            fs::write(file.temporary(), "new")?;
            file.replace()?;
            let found = fs::metadata(at("d/b.sqlite"))?.permissions().mode() & 0o777;
            assert_eq!(found, mode.unwrap_or(found), "{found:o}");
        }
        assert_eq!(names(directory.path())?, ["a.sqlite", "d", "link"]);
        assert_eq!(names(&at("d"))?, ["b.sqlite"]);
        assert!(fs::symlink_metadata(at("link"))?.is_symlink());
        symlink("loop", at("loop"))?;
        let error = AtomicFile::create(&at("loop")).expect_err("a loop");
        assert!(error.to_string().contains("too many levels"), "{error}");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn what_is_read_only_or_no_file_is_kept() -> Test {
        use std::os::unix::fs::PermissionsExt;

        let directory = tempfile::tempdir()?;
        let path = directory.path().join("a.sqlite");
        fs::write(&path, "old")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444))?;
        for (target, expected) in [
            (path.as_path(), "is read-only; make it writable, or"),
            (Path::new("/dev/null"), "found a device or a pipe"),
            (directory.path(), "found a directory"),
        ] {
            let error = AtomicFile::create(target).expect_err("it is refused");
            assert!(error.to_string().contains(expected), "{error}");
        }
        assert_eq!(names(directory.path())?, ["a.sqlite"]);
        Ok(())
    }

    #[test]
    fn one_file_is_the_same_by_every_name() -> Test {
        let directory = tempfile::tempdir()?;
        let at = |name: &str| directory.path().join(name);
        fs::write(at("a"), "")?;
        fs::write(at("b"), "")?;
        fs::hard_link(at("a"), at("c"))?;
        for (one, other, expected) in [
            ("a", "a", true),
            ("a", "c", true),
            ("a", "./a", true),
            ("a", "b", false),
            ("a", "none", false),
            ("none", "none", false),
        ] {
            assert_eq!(is_same_file(&at(one), &at(other)), expected, "{other}");
        }
        Ok(())
    }
}
