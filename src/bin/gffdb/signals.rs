//! SIGINT, SIGTERM and SIGHUP: what was begun is undone, and then the program dies of the signal, so
//! that the shell that started it knows, and does not go on with its next file.
//!
//! A command that has nothing to undo watches nothing, and the system ends it at once.

use std::{
    io,
    sync::atomic::{AtomicI32, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::threads;

/// How often a command that was asked to end is asked again.
const AGAIN: Duration = Duration::from_millis(20);

/// The signal that the program was asked to end with; 0 before that.
static RECEIVED: AtomicI32 = AtomicI32::new(0);

/// What the system asks.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Whether a person does, with Ctrl-C.
    pub by_ctrl_c: bool,
    /// For how long it has been asked.
    pub since: Duration,
}

/// What comes of a signal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Then {
    /// All is undone: the program dies.
    Die,
    /// The command is about to end, and [`end`] will be called.
    Wait,
    /// Only a part of the work was to stop; the program goes on.
    GoOn,
}

/// Has `undo` called, from another thread, when the system asks the program to end, and again while
/// it answers [`Then::Wait`]. To be called once.
///
/// Where no thread can be started for that, signals are not watched: the system ends the program at once.
///
/// # Errors
///
/// The system does not let signals be watched.
pub fn watch(mut undo: impl FnMut(Asked) -> Then + Send + 'static) -> io::Result<()> {
    if !threads::can_start() {
        return Ok(());
    }
    system::each(move |signal| {
        RECEIVED.store(signal, Ordering::SeqCst);
        let began = Instant::now();
        loop {
            match undo(Asked {
                by_ctrl_c: system::is_ctrl_c(signal),
                since: began.elapsed(),
            }) {
                Then::Die => system::die(signal),
                Then::Wait => thread::sleep(AGAIN),
                Then::GoOn => break RECEIVED.store(0, Ordering::SeqCst),
            }
        }
    })
}

/// Tells whether the program was asked to end.
pub fn received() -> bool {
    RECEIVED.load(Ordering::SeqCst) != 0
}

/// Ends the program by the signal that it received; returns where it received none.
pub fn end() {
    match RECEIVED.load(Ordering::SeqCst) {
        0 => {}
        signal => system::die(signal),
    }
}

#[cfg(unix)]
mod system {
    use std::{fs, io, process, thread};

    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
        low_level::emulate_default_handler,
    };

    pub fn each(mut act: impl FnMut(i32) + Send + 'static) -> io::Result<()> {
        let ignored = ignored();
        let watched = [SIGHUP, SIGINT, SIGTERM]
            .into_iter()
            .filter(|signal| ignored & 1 << (signal - 1) == 0);
        let mut signals = Signals::new(watched)?;
        let watching = thread::Builder::new().name(String::from("signals"));
        watching
            .spawn(move || signals.forever().for_each(&mut act))
            .map(drop)
    }

    /// Returns the signals that whoever started the program had ignored, as `nohup` does, a bit
    /// each; they are to stay so. Linux tells.
    fn ignored() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|l| l.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or(0)
    }

    pub fn is_ctrl_c(signal: i32) -> bool {
        signal == SIGINT
    }

    pub fn die(signal: i32) -> ! {
        // It returns only where the signal is none that ends a program.
        let _ = emulate_default_handler(signal);
        process::exit(128 + signal)
    }
}

#[cfg(not(unix))]
mod system {
    use std::{io, process};

    /// The number that stands for Ctrl-C, as on Unix.
    const INTERRUPT: i32 = 2;

    pub fn each(mut act: impl FnMut(i32) + Send + 'static) -> io::Result<()> {
        ctrlc::set_handler(move || act(INTERRUPT)).map_err(io::Error::other)
    }

    pub fn is_ctrl_c(_signal: i32) -> bool {
        true
    }

    pub fn die(signal: i32) -> ! {
        process::exit(128 + signal)
    }
}
