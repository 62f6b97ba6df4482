//! `gffdb man`: the manual pages.

use std::{fs, path::PathBuf};

use clap::CommandFactory;

use crate::{Outcome, Run, cli::Cli};

/// Write the manual pages, one a command, into a directory.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb man ~/.local/share/man/man1 && man -M ~/.local/share/man gffdb-convert

`man` finds them there without -M once ~/.local/bin is in PATH; for every user, they go into
/usr/local/share/man/man1.")]
pub struct Args {
    /// Where the pages go; made if it is not there.
    directory: PathBuf,
}

pub fn run(args: &Args) -> Run {
    fs::create_dir_all(&args.directory)?;
    clap_mangen::generate_to(Cli::command(), &args.directory)?;
    Ok(Outcome::Good)
}
