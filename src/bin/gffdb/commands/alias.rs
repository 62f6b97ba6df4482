//! `gffdb alias`: other names for the sequences of a database.

use std::path::PathBuf;

use gffdb::query::Aliases;

use crate::{
    Outcome, Run, messages,
    signals::{self, Then},
};

/// Fill in other names of a database's sequences.
///
/// FILE is NCBI's assembly_report.txt, UCSC's chromAlias.txt, or any table with tabs whose first line
/// names the styles. Then `gffdb query` takes any of the names in --region and in files of regions, and
/// --names shows the sequences under those of one style: ucsc, refseq, genbank, ensembl, assembly, or a
/// word of the table's first line. They are in table alias.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb alias genes.sqlite GCF_000001405.40_GRCh38.p14_assembly_report.txt
    gffdb query genes.sqlite --region NC_000001.11:1-200000 --names ucsc")]
pub struct Args {
    /// Database to change.
    database: PathBuf,

    /// Table of names; '-' is standard input.
    file: PathBuf,
}

pub fn run(args: &Args) -> Run {
    let aliases = Aliases::read(&args.file)?;
    // A change of the database is not broken off, because its journal would stay behind.
    signals::watch(|_| Then::Wait)?;
    let filled = aliases.fill(&args.database)?;
    let all = filled.found + filled.missing.len();
    messages::note(&format!(
        "{} of {all} sequences have other names now, {} names in all",
        filled.found, filled.names
    ));
    if !filled.missing.is_empty() {
        let few = &filled.missing[..filled.missing.len().min(20)];
        let more = match filled.missing.len() - few.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        messages::note(&format!("not in the table: {}{more}", few.join(", ")));
    }
    Ok(Outcome::Good)
}
