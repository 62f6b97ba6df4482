//! The goal of what is written: the old file or the new one, never half of either.

use std::{
    ffi::OsString,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::{Error, ErrorKind, Result};

/// A file being built beside its goal.
///
/// It has the goal's name and `.building` after it, and is locked while its process lives; so one
/// left by a process that was killed is told from one at work, and is taken over by the next run.
/// Dropped without [`Goal::commit`], it is removed.
#[derive(Debug)]
pub struct Goal {
    path: PathBuf,
    building: PathBuf,
    lock: File,
    done: bool,
}

impl Goal {
    /// Begins to build beside `path`.
    ///
    /// # Errors
    ///
    /// Another process builds there, or the directory cannot be written.
    pub fn begin(path: &Path) -> Result<Self> {
        let mut name = OsString::from(path);
        name.push(".building");
        let building = PathBuf::from(name);
        loop {
            let lock = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&building)
                .map_err(|e| Error::io(path, "write", e))?;
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let path = path.to_path_buf();
                    return Err(ErrorKind::Busy { path }.into());
                }
                Err(TryLockError::Error(e)) => return Err(Error::io(&building, "lock", e)),
            }
            // Between the opening and the locking, its builder may have renamed or removed it.
            match is_at(&lock, &building) {
                Ok(true) => {
                    lock.set_len(0)
                        .map_err(|e| Error::io(&building, "empty", e))?;
                    return Ok(Self {
                        path: path.to_path_buf(),
                        building,
                        lock,
                        done: false,
                    });
                }
                Ok(false) => {}
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(Error::io(&building, "open", e)),
            }
        }
    }

    /// Returns the file to build in; empty at first.
    pub fn building(&self) -> &Path {
        &self.building
    }

    /// Copies what is at the goal into the file to build in.
    pub fn copy_old(&self) -> Result<()> {
        fs::copy(&self.path, &self.building)
            .map(drop)
            .map_err(|e| Error::io(&self.building, "copy into", e))
    }

    /// Puts the built file in the place of the goal, after all its bytes are on the disk.
    pub fn commit(mut self) -> Result<()> {
        self.lock
            .sync_all()
            .map_err(|e| Error::io(&self.building, "sync", e))?;
        fs::rename(&self.building, &self.path).map_err(|e| Error::io(&self.path, "replace", e))?;
        self.done = true;
        let parent = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // The rename is done; that it outlives a power cut is asked for where the system can.
        if let Ok(directory) = File::open(parent) {
            let _ = directory.sync_all();
        }
        Ok(())
    }
}

impl Drop for Goal {
    fn drop(&mut self) {
        if !self.done {
            // Nothing can be done about a failure here; the next run takes the file over.
            let _ = fs::remove_file(&self.building);
        }
    }
}

/// Tells whether an open file is the one that a path names.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let named = same_file::Handle::from_path(path)?;
    Ok(same_file::Handle::from_file(file.try_clone()?)? == named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_goal_is_there_only_after_the_commit()
    -> std::result::Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("a.sqlite");
        let goal = Goal::begin(&path)?;
        fs::write(goal.building(), "new")?;
        assert!(!path.exists());
        goal.commit()?;
        assert_eq!(fs::read_to_string(&path)?, "new");
        assert_eq!(fs::read_dir(directory.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn one_that_is_dropped_leaves_nothing() -> std::result::Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("a.sqlite");
        fs::write(&path, "old")?;
        let goal = Goal::begin(&path)?;
        goal.copy_old()?;
        fs::write(goal.building(), "half")?;
        drop(goal);
        assert_eq!(fs::read_to_string(&path)?, "old");
        assert_eq!(fs::read_dir(directory.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn two_cannot_build_at_once_and_a_leftover_is_taken_over() -> Result<()> {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("a.sqlite");
        let leftover = directory.path().join("a.sqlite.building");
        fs::write(&leftover, "left by a killed process").expect("a file");
        let goal = Goal::begin(&path)?;
        assert_eq!(fs::read(goal.building()).expect("a file"), b"");
        let busy = Goal::begin(&path).expect_err("the first one builds");
        assert!(matches!(busy.kind(), ErrorKind::Busy { .. }));
        drop(goal);
        assert!(Goal::begin(&path).is_ok());
        Ok(())
    }
}
