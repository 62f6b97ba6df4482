//! Threads that may not start.

use std::thread;

/// Tells whether the system lets this program have one more thread.
///
/// Asked before something is begun that panics, or leaves signals that nobody hears, where it does not.
pub fn can_start() -> bool {
    thread::Builder::new().spawn(|| {}).is_ok()
}
