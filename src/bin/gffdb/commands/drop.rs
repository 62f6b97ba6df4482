//! `gffdb drop`: a dataset taken out of a database.

use std::path::PathBuf;

use crate::{
    Outcome, Run, messages,
    signals::{self, Then},
};

/// Take a dataset out of a database.
///
/// A dataset is what one file became; `gffdb info` lists them. Its records go, its comments and directives, its
/// issues and its sequences. The file does not become smaller: what is added next uses the room, or
/// `gffdb sql DATABASE --write VACUUM` gives it back.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb drop genes.sqlite old_release
    gffdb convert new.gff3 --append --replace -o genes.sqlite")]
pub struct Args {
    /// Database to change.
    database: PathBuf,

    /// Name of the dataset.
    dataset: String,
}

pub fn run(args: &Args) -> Run {
    // A change of the database is not broken off, because its journal would stay behind.
    signals::watch(|_| Then::Wait)?;
    let records = gffdb::load::drop_dataset(&args.database, &args.dataset)?;
    messages::note(&format!(
        "dataset {} is gone, with {} records",
        args.dataset,
        indicatif::HumanCount(records)
    ));
    Ok(Outcome::Good)
}
