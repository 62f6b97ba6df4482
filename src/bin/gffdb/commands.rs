//! One file a command, each in one order: help, arguments, `run`, helpers.

use std::{fs, io, process};

use gffdb::{Error, ErrorKind, output::Output};

use crate::messages;

pub mod alias;
pub mod check;
pub mod completions;
pub mod convert;
pub mod demo;
pub mod export;
pub mod info;
pub mod man;
pub mod query;
pub mod sql;
pub mod verify;

/// Makes an interrupt end the program without the file that was being built; standard output needs nothing.
fn clean_up_when_interrupted(output: &Output) -> Result<(), Error> {
    let Some(building) = output.building() else {
        return Ok(());
    };
    let building = building.to_path_buf();
    ctrlc::set_handler(move || {
        // Not there any more: it is whole, and at its place.
        let _ = fs::remove_file(&building);
        messages::error(&Error::from(ErrorKind::Interrupted));
        process::exit(2);
    })
    .map_err(|e| Error::io(output.path(), "watch over", io::Error::other(e)))
}
