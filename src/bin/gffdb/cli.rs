//! The command line as a whole: the program, its commands, nothing of what they do.

use crate::commands;

/// Annotation files (GFF3, GTF) as one indexed SQLite file.
///
/// Convert once, then ask: by region, by name, up and down the gene hierarchy, in SQL. Nothing of
/// the file is lost, and memory stays small whatever its size.
#[derive(clap::Parser)]
#[command(name = "gffdb", version, max_term_width = 100)]
#[command(after_help = "\
Example:

    gffdb convert genes.gff3.gz -o genes.sqlite
    gffdb sql genes.sqlite 'SELECT type, COUNT(*) FROM gff GROUP BY type'

Exit codes: 0 done, 1 finished and problems were found, 2 could not run. Interrupted, it undoes what it had begun
and dies of the signal, which a shell shows as 130 after Ctrl-C.")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,

    /// Say nothing on standard error unless it fails.
    #[arg(short, long, global = true, display_order = 1000)]
    pub quiet: bool,

    /// Say at the end how long it took and how much memory it needed.
    #[arg(
        short,
        long,
        global = true,
        display_order = 1000,
        conflicts_with = "quiet"
    )]
    pub verbose: bool,
}

/// One variant a command; each is a file of the same name in `commands/`.
#[derive(clap::Subcommand)]
pub enum Command {
    Alias(commands::alias::Args),
    Check(commands::check::Args),
    Convert(commands::convert::Args),
    Completions(commands::completions::Args),
    Coverage(Box<commands::coverage::Args>),
    Demo(commands::demo::Args),
    Derive(Box<commands::derive::Args>),
    Drop(commands::drop::Args),
    Info(commands::info::Args),
    Export(commands::export::Args),
    Man(commands::man::Args),
    Nearest(Box<commands::nearest::Args>),
    Query(Box<commands::query::Args>),
    Sql(commands::sql::Args),
    Verify(commands::verify::Args),
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use clap::{CommandFactory, Parser};

    use super::*;

    #[test]
    fn every_flag_has_help() {
        Cli::command().help_expected(true).debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string);
            assert!(
                help.is_some_and(|text| text.starts_with("Example")),
                "{} has no example in its help",
                command.get_name()
            );
        }
    }

    #[test]
    fn every_example_is_taken_by_the_parser() {
        let mut commands = vec![Cli::command()];
        commands.extend(Cli::command().get_subcommands().cloned());
        for command in commands {
            let help = command.get_after_help().map(ToString::to_string);
            let examples = examples(&help.unwrap_or_default());
            assert!(!examples.is_empty(), "{}", command.get_name());
            for words in examples {
                if let Err(error) = Cli::try_parse_from(&words) {
                    panic!("{}: {words:?}: {error}", command.get_name());
                }
            }
        }
    }

    /// Returns the words of each `gffdb …` in the indented lines of a help text.
    fn examples(help: &str) -> Vec<Vec<String>> {
        let lines = help.lines().filter(|line| line.starts_with("    "));
        let split = |line| shlex::split(line).expect("quotes that end");
        lines
            .flat_map(|line| {
                let words = split(line);
                let parts = words.split(|word| word == "|" || word == "&&");
                parts.map(<[String]>::to_vec).collect::<Vec<_>>()
            })
            .filter(|words| words.first().is_some_and(|word| word == "gffdb"))
            .map(|mut words| {
                let end = words.iter().position(|w| w == "<" || w == ">");
                words.truncate(end.unwrap_or(words.len()));
                words
            })
            .collect()
    }

    #[test]
    fn every_command_is_in_the_readme_or_a_tutorial() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = fs::read_to_string(root.join("README.md")).expect("README.md");
        for entry in fs::read_dir(root.join("tutorials")).expect("tutorials") {
            let path = entry.expect("an entry").path();
            text += &fs::read_to_string(path).expect("a tutorial");
        }
        for command in Cli::command().get_subcommands() {
            let call = format!("gffdb {} ", command.get_name());
            assert!(text.contains(&call), "no page has `{call}`");
        }
    }
}
