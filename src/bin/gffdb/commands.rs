//! One file a command, each in one order: help, arguments, `run`, helpers.

use std::{
    fs,
    io::{self, Write},
};

use gffdb::{Error, ErrorKind, output::Output};

use crate::{
    messages,
    signals::{self, Then},
};

pub mod alias;
pub mod check;
pub mod completions;
pub mod convert;
pub mod coverage;
pub mod demo;
pub mod derive;
pub mod drop;
pub mod export;
pub mod info;
pub mod man;
pub mod nearest;
pub mod query;
pub mod sql;
pub mod verify;

/// Prints a JSON value, on lines of its own.
fn print_json(value: &serde_json::Value) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)
        .map_err(io::Error::from)
        .and_then(|()| writeln!(out))
        .map_err(unwritten)
}

/// Returns the error of a write to standard output.
pub fn unwritten(error: io::Error) -> Error {
    Error::io("-", "write", error)
}

/// Has the temporary file removed when the program is asked to end; standard output needs
/// nothing.
pub fn clean_up_when_interrupted(output: &Output) -> Result<(), Error> {
    let Some(temporary) = output.temporary() else {
        return Ok(());
    };
    let temporary = temporary.to_path_buf();
    signals::watch(move |_| match fs::remove_file(&temporary) {
        Ok(()) => {
            messages::error(&Error::from(ErrorKind::Interrupted));
            Then::Die
        }
        // Not there any more: the command has ended, well or not.
        Err(_) => Then::Wait,
    })
    .map_err(|e| Error::io(output.path(), "watch over", e))
}
