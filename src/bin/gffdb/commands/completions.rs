//! `gffdb completions`: tab completion for a shell.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{Outcome, Run, cli::Cli};

/// Print a script that completes gffdb's commands and flags in a shell.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    mkdir -p ~/.local/share/bash-completion/completions
    gffdb completions bash > ~/.local/share/bash-completion/completions/gffdb

    mkdir -p ~/.zfunc
    gffdb completions zsh > ~/.zfunc/_gffdb

    mkdir -p ~/.config/fish/completions
    gffdb completions fish > ~/.config/fish/completions/gffdb.fish

They work in the next shell that is started. Bash needs its package bash-completion for that;
without it, put `source <(gffdb completions bash)` into ~/.bashrc. Zsh needs `fpath+=~/.zfunc` in
~/.zshrc, before `autoload -U compinit && compinit`.")]
pub struct Args {
    /// The shell to complete in.
    shell: Shell,
}

pub fn run(args: &Args) -> Run {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "gffdb", &mut script);
    io::Write::write_all(&mut io::stdout().lock(), &script).map_err(super::unwritten)?;
    Ok(Outcome::Good)
}
