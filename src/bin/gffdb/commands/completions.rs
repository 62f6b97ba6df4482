//! `gffdb completions`: tab completion for a shell.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{Outcome, Run, cli::Cli};

/// Print a script that completes gffdb's commands and flags in a shell.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n\n    gffdb completions bash > ~/.local/share/bash-completion/completions/gffdb"
)]
pub struct Args {
    /// The shell to complete in.
    shell: Shell,
}

pub fn run(args: &Args) -> Run {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "gffdb", &mut script);
    io::Write::write_all(&mut io::stdout().lock(), &script)?;
    Ok(Outcome::Good)
}
