//! `gffdb`: annotation files as one indexed SQLite file, from the shell.

use std::{process::ExitCode, time::Instant};

use clap::Parser;

mod args;
mod asked;
mod cli;
mod commands;
mod memory;
mod messages;
mod signals;
mod threads;

use crate::cli::{Cli, Command};

/// What a command ran to; an error of any kind is exit code 2.
pub enum Outcome {
    /// Exit code 0: done, and an empty answer is an answer.
    Good,
    /// Exit code 1: finished, problems were found.
    Bad,
}

/// What every command's `run` returns.
pub type Run = Result<Outcome, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let began = Instant::now();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked) => return help(&asked),
    };
    if cli.quiet {
        messages::be_quiet();
    }
    let result = run(&cli.command);
    if cli.verbose {
        messages::took(began.elapsed(), memory::peak());
    }
    let code = match result {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Bad) => ExitCode::from(1),
        Err(error) if messages::is_broken_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            messages::error(error.as_ref());
            ExitCode::from(2)
        }
    };
    signals::end();
    code
}

/// Prints the help or the version that was asked for, or what is wrong with the command line.
fn help(asked: &clap::Error) -> ExitCode {
    let printed = asked.print().map_err(commands::unwritten);
    match printed {
        Ok(()) if asked.use_stderr() => ExitCode::from(2),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if messages::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            messages::error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(command: &Command) -> Run {
    match command {
        Command::Alias(args) => commands::alias::run(args),
        Command::Check(args) => commands::check::run(args),
        Command::Convert(args) => commands::convert::run(args),
        Command::Completions(args) => commands::completions::run(args),
        Command::Demo(args) => commands::demo::run(args),
        Command::Coverage(args) => commands::coverage::run(args),
        Command::Derive(args) => commands::derive::run(args),
        Command::Info(args) => commands::info::run(args),
        Command::Drop(args) => commands::drop::run(args),
        Command::Export(args) => commands::export::run(args),
        Command::Man(args) => commands::man::run(args),
        Command::Nearest(args) => commands::nearest::run(args),
        Command::Query(args) => commands::query::run(args),
        Command::Sql(args) => commands::sql::run(args),
        Command::Verify(args) => commands::verify::run(args),
    }
}
