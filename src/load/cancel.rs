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
    /// The unfinished file, from when it is begun until it is about to be the goal.
    building: Mutex<Option<PathBuf>>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("State").field(&self.asked).finish()
    }
}

impl Cancel {
    /// Asks the load to stop; it ends with [`ErrorKind::Interrupted`] and leaves the goal as it was.
    pub fn cancel(&self) {
        self.0.asked.store(true, Ordering::Relaxed);
        if let Some(handle) = &*lock(&self.0.interrupt) {
            handle.interrupt();
        }
    }

    /// Removes the unfinished file of a load that does not stop because its input does not come, so
    /// that the process can end. Returns whether it may: not where the goal is being replaced.
    pub fn abandon(&self) -> bool {
        let building = lock(&self.0.building).take();
        // Nothing can be done about a failure here; the next run takes the file over.
        building.map(fs::remove_file).is_some()
    }

    /// Notes the unfinished file.
    pub(super) fn begin(&self, building: &Path) {
        *lock(&self.0.building) = Some(building.to_path_buf());
    }

    /// Notes that from here on the load is not to be stopped.
    pub(super) fn commit(&self) -> Result<()> {
        self.check()?;
        match lock(&self.0.building).take() {
            Some(_) => Ok(()),
            None => Err(ErrorKind::Interrupted.into()),
        }
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
        let building = directory.path().join("a.sqlite.building");
        fs::write(&building, "half").expect("a file");
        let cancel = Cancel::default();
        assert!(!cancel.abandon(), "nothing is begun");
        cancel.begin(&building);
        assert!(cancel.abandon());
        assert!(!building.exists());
        assert!(cancel.commit().is_err());

        fs::write(&building, "whole").expect("a file");
        cancel.begin(&building);
        assert!(cancel.commit().is_ok());
        assert!(!cancel.abandon());
        assert!(building.exists());
    }
}
