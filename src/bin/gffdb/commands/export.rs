//! `gffdb export`: a dataset comes back as the file that it was.

use std::{
    cell::Cell,
    path::{Path, PathBuf},
};

use gffdb::{
    Error, db,
    export::{Dataset, Exporter, choose},
    output::{self, Output},
};

use crate::{Outcome, Run, messages};

/// Write a dataset back as the file that it came from, byte for byte.
///
/// Lines, order, spelling, comments, directives, FASTA and line ends are those of the file. Rows
/// that were changed, added or deleted come out changed, added or not at all, and nothing else
/// differs. Records that gffdb inferred are left out.
///
/// A file is written under a temporary name and renamed when it is whole; an existing file is replaced.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb export genes.sqlite -o genes.gff3
    gffdb export genes.sqlite -o genes.gff3.gz
    gffdb export all.sqlite --dataset genes | head")]
pub struct Args {
    /// Database to export from.
    database: PathBuf,

    /// Name of the dataset; needed where the database has several.
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,

    /// File to write, BGZF-compressed where the name ends in .gz; '-' is standard output.
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "-",
        hide_default_value = true
    )]
    output: PathBuf,

    /// Write the records that gffdb inferred too.
    #[arg(long)]
    inferred: bool,
}

pub fn run(args: &Args) -> Run {
    if args.output != Path::new("-") && output::is_same_file(&args.database, &args.output) {
        return Err(Error::usage(format!(
            "{} is the database itself; name another file with -o",
            args.output.display()
        ))
        .into());
    }
    let connection = db::open(&args.database)?;
    let datasets = Dataset::all(&connection, &args.database)?;
    let dataset = choose(&datasets, args.dataset.as_deref(), &args.database)?;
    let mut output = Output::create(&args.output)?;
    super::clean_up_when_interrupted(&output)?;
    let mut exporter = Exporter::new(&connection, &args.database, &datasets);
    let progress = messages::Progress::beside_output(args.output != Path::new("-"));
    let done = Cell::new(0);
    let observer = |bytes| {
        done.set(done.get() + bytes);
        progress.done(&dataset.name, done.get(), Some(dataset.bytes));
    };
    exporter.inferred(args.inferred).observer(&observer);
    exporter.export(dataset, |chunk| output.put(chunk))?;
    output.commit()?;
    progress.clear();
    let unknown = exporter.unknown_columns()?;
    if !unknown.is_empty() {
        messages::note(&format!(
            "not written, because they were added to table gff and are no attributes of the file: columns \
             {}; put what is to be written into column attributes",
            unknown.join(", ")
        ));
    }
    Ok(Outcome::Good)
}
