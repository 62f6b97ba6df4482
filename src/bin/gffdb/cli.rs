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

Exit codes: 0 done, 1 ran and the answer is bad news, 2 could not run.")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// One variant a command; each is a file of the same name in `commands/`.
#[derive(clap::Subcommand)]
pub enum Command {
    Convert(commands::convert::Args),
    Completions(commands::completions::Args),
    Demo(commands::demo::Args),
    Man(commands::man::Args),
    Query(Box<commands::query::Args>),
    Sql(commands::sql::Args),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
}
