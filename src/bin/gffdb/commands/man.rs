//! `gffdb man`: the manual pages.

use std::{fs, path::PathBuf};

use clap::CommandFactory;

use crate::{Outcome, Run, cli::Cli};

/// Write the manual pages, one a command, into a directory.
#[derive(clap::Args)]
#[command(after_help = "Example:\n\n    gffdb man ~/.local/share/man/man1 && man gffdb-convert")]
pub struct Args {
    /// Where the pages go; made if it is not there.
    directory: PathBuf,
}

pub fn run(args: &Args) -> Run {
    fs::create_dir_all(&args.directory)?;
    clap_mangen::generate_to(Cli::command(), &args.directory)?;
    Ok(Outcome::Good)
}
