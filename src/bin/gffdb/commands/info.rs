//! `gffdb info`: what a database holds.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use gffdb::{Error, db, query, write::Visible};
use indicatif::HumanCount;
use rusqlite::Connection;

use crate::{Outcome, Run, messages};

mod json;
mod text;

/// Show what a database holds.
///
/// Datasets and where they came from, records by type, sequences with their lengths, the keys that
/// are columns, indexes, and what was found while loading. A source file that is still there and has
/// another length or a later time than when it was loaded is told of; its content is not read.
///
/// With --json all of it is one object. Lengths and sizes say their unit in the key.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb info genes.sqlite
    gffdb info genes.sqlite --json")]
pub struct Args {
    /// Database to look at.
    database: PathBuf,

    /// Write one JSON object, whole.
    #[arg(long)]
    json: bool,

    /// List everything, where the text would stop after 20 datasets, types, sequences or others.
    #[arg(long)]
    all: bool,
}

pub fn run(args: &Args) -> Run {
    let connection = db::open(&args.database)?;
    let info = query::info::info(&connection, &args.database)?;
    note_outdated(&connection, &args.database)?;
    let mut out = BufWriter::new(io::stdout().lock());
    if args.json {
        serde_json::to_writer_pretty(&mut out, &json::value(&info, &args.database))
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        let most = if args.all { usize::MAX } else { text::MOST };
        text::write(&mut Visible(&mut out), &info, &args.database, most)
    }
    .and_then(|()| out.flush())
    .map_err(super::unwritten)?;
    Ok(Outcome::Good)
}

/// Says that table attribute_value lacks values since records were edited, where it does.
pub fn note_outdated(connection: &Connection, path: &Path) -> Result<(), Error> {
    match db::outdated_records(connection, path)? {
        0 => {}
        records => messages::note(&format!(
            "table attribute_value lacks values of {} records that were edited, which table \
             _outdated_value lists; convert what `gffdb export` writes with --values to have them",
            HumanCount(records)
        )),
    }
    Ok(())
}
