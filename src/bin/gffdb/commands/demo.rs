//! `gffdb demo`: a small made-up genome to try things on.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use gffdb::demo::Demo;

use crate::{Outcome, Run};

/// Write a small made-up genome to try things on.
///
/// Writes demo.gff3, demo.gtf, demo.fa, demo.vcf and demo.bed, which agree with each other, and
/// lists them with their sizes. One seed and one number of genes always give the same files.
#[derive(clap::Args)]
#[command(after_help = "Example:\n\n    gffdb demo demo/\n    gffdb demo --genes 2000 big-demo/")]
pub struct Args {
    /// Where the files go; made if it is not there.
    directory: PathBuf,

    /// Number of genes, at most 100,000.
    #[arg(long, value_name = "N", default_value_t = 20)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=Demo::MOST_GENES))]
    genes: u64,

    /// What the genome is drawn from: another seed, another genome.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// Overwrite files that are there already.
    #[arg(long)]
    force: bool,
}

pub fn run(args: &Args) -> Run {
    let written = Demo::new()
        .genes(args.genes)
        .seed(args.seed)
        .force(args.force)
        .write(&args.directory)?;
    let mut out = io::stdout().lock();
    for file in written {
        writeln!(out, "{}\t{} bytes", file.path.display(), file.bytes).map_err(super::unwritten)?;
    }
    Ok(Outcome::Good)
}
