//! Stopping a load from elsewhere.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, InterruptHandle};

use crate::{ErrorKind, Result};

/// Stops a load from another thread or a signal; a clone stops the same load.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<State>);

#[derive(Default)]
struct State {
    asked: AtomicBool,
    interrupt: Mutex<Option<InterruptHandle>>,
    unfinished: Mutex<Unfinished>,
}

/// What a load has under way that must not stay if the process ends.
#[derive(Default)]
enum Unfinished {
    /// Nothing: it has not begun, or is being put in place.
    #[default]
    Nothing,
    /// A temporary file.
    File(PathBuf),
    /// A transaction in a database that others use.
    Transaction,
    /// A transaction that was undone.
    Undone,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("State").field(&self.asked).finish()
    }
}

impl Cancel {
    /// Asks the load to stop; it ends with [`ErrorKind::Interrupted`] and leaves the target as it was.
    pub fn cancel(&self) {
        self.0.asked.store(true, Ordering::Relaxed);
        if let Some(handle) = &*lock(&self.0.interrupt) {
            handle.interrupt();
        }
    }

    /// Removes the temporary file of a load that does not stop because its input does not come, so
    /// that the process can end. Returns whether it may: not where the target is being replaced, nor while a
    /// transaction is open, which is undone by the next program that opens the database.
    pub fn abandon(&self) -> bool {
        let mut unfinished = lock(&self.0.unfinished);
        if let Unfinished::Transaction = *unfinished {
            return false;
        }
        match std::mem::take(&mut *unfinished) {
            Unfinished::Nothing | Unfinished::Transaction => false,
            Unfinished::Undone => true,
            Unfinished::File(temporary) => {
                // Nothing can be done about a failure here; the next run removes the file.
                let _ = fs::remove_file(temporary);
                true
            }
        }
    }

    /// Notes the temporary file, or that the load is a transaction.
    pub(super) fn begin(&self, temporary: Option<&Path>) {
        *lock(&self.0.unfinished) = match temporary {
            Some(temporary) => Unfinished::File(temporary.to_path_buf()),
            None => Unfinished::Transaction,
        };
    }

    /// Notes that from here on the load is not to be stopped.
    pub(super) fn commit(&self) -> Result<()> {
        self.check()?;
        match std::mem::take(&mut *lock(&self.0.unfinished)) {
            Unfinished::Nothing | Unfinished::Undone => Err(ErrorKind::Interrupted.into()),
            Unfinished::File(_) | Unfinished::Transaction => Ok(()),
        }
    }

    /// Notes that the transaction was undone.
    pub(super) fn undone(&self) {
        *lock(&self.0.unfinished) = Unfinished::Undone;
    }

    pub(super) fn watch(&self, connection: &Connection) {
        *lock(&self.0.interrupt) = Some(connection.get_interrupt_handle());
    }

    pub(super) fn check(&self) -> Result<()> {
        match self.0.asked.load(Ordering::Relaxed) {
            true => Err(ErrorKind::Interrupted.into()),
            false => Ok(()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_load_cannot_be_committed_nor_the_other_way_round() {
        let directory = tempfile::tempdir().expect("a directory");
        let temporary = directory.path().join("a.sqlite.new");
        fs::write(&temporary, "half").expect("a file");
        let cancel = Cancel::default();
        assert!(!cancel.abandon(), "nothing is begun");
        cancel.begin(Some(&temporary));
        assert!(cancel.abandon());
        assert!(!temporary.exists());
        assert!(cancel.commit().is_err());
        cancel.begin(None);
        assert!(!cancel.abandon(), "the transaction is open");
        cancel.undone();
        assert!(cancel.abandon());
        assert!(cancel.commit().is_err());
        for begun in [Some(temporary.as_path()), None] {
            fs::write(&temporary, "whole").expect("a file");
            cancel.begin(begun);
            assert!(cancel.commit().is_ok());
            assert!(!cancel.abandon());
            assert!(temporary.exists());
        }
    }
}
