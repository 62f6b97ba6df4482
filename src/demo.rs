//! A small made-up genome, for tutorials, tests and trying things out.
//!
//! [`Demo`] writes its genes as GFF3 and as GTF, its bases as FASTA, variants of known effect as
//! VCF, and some regions as BED. The five agree: coding regions start with ATG, end in a stop codon
//! and have none inside, introns run from GT (seldom GC) to AG, and a variant's reference is what
//! the FASTA has. One seed and one number of genes give the same bytes everywhere.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::{Error, Result};

mod bases;
mod bed;
mod codon;
mod columns;
mod fasta;
mod gff3;
mod gtf;
mod model;
mod names;
mod plan;
mod random;
mod structure;
#[cfg(test)]
mod tests;
mod variants;
mod vcf;

use self::plan::{Draw, Plan};

/// A made-up genome, and how to write it.
///
/// # Examples
///
/// ```
/// # let directory = std::env::temp_dir().join(format!("gffdb-demo-{}", std::process::id()));
/// let written = gffdb::demo::Demo::new().genes(3).force(true).write(&directory)?;
/// assert_eq!(written.len(), 5);
/// assert!(written[0].path.ends_with("demo.gff3"));
/// # std::fs::remove_dir_all(&directory).ok();
/// # Ok::<(), gffdb::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Demo {
    genes: u64,
    seed: u64,
    force: bool,
}

/// A file that was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// How long it is, in bytes.
    pub bytes: u64,
}

impl Demo {
    /// The most genes that a made-up genome may have.
    pub const MOST_GENES: u64 = 100_000;

    /// Returns a genome of 20 genes with seed 1, which overwrites nothing.
    pub fn new() -> Self {
        Self {
            genes: 20,
            seed: 1,
            force: false,
        }
    }

    /// Sets the number of genes, from 1 to [`Demo::MOST_GENES`]. The default is 20.
    pub fn genes(&mut self, count: u64) -> &mut Self {
        self.genes = count;
        self
    }

    /// Sets what the genome is drawn from: another seed, another genome. The default is 1.
    pub fn seed(&mut self, seed: u64) -> &mut Self {
        self.seed = seed;
        self
    }

    /// Sets whether files that are there already are overwritten. The default is no.
    pub fn force(&mut self, yes: bool) -> &mut Self {
        self.force = yes;
        self
    }

    /// Writes `demo.gff3`, `demo.gtf`, `demo.fa`, `demo.vcf` and `demo.bed` into a directory, which
    /// is made where it is not there, and returns them in this order.
    ///
    /// One sequence of at most 500 genes is in memory at a time.
    ///
    /// # Errors
    ///
    /// Where the number of genes is out of range, a file is there already and may not be
    /// overwritten, or the system refuses something. What was begun is then removed.
    pub fn write(&self, directory: impl AsRef<Path>) -> Result<Vec<Written>> {
        if !(1..=Self::MOST_GENES).contains(&self.genes) {
            return Err(Error::usage(format!(
                "expected from 1 to {} genes, found {}",
                Self::MOST_GENES,
                self.genes
            )));
        }
        let directory = directory.as_ref();
        fs::create_dir_all(directory).map_err(|e| Error::io(directory, "make the directory", e))?;
        let mut files = Files::create(directory, self.force)?;
        match files.fill(&Plan::new(self.genes, self.seed)) {
            Ok(()) => files.finish(),
            Err(error) => {
                files.remove();
                Err(error)
            }
        }
    }
}

impl Default for Demo {
    fn default() -> Self {
        Self::new()
    }
}

/// One open file.
struct Output {
    path: PathBuf,
    writer: BufWriter<File>,
}

impl Output {
    /// Runs what writes, and adds the path to what goes wrong.
    fn put(&mut self, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<()> {
        write(&mut self.writer).map_err(|e| Error::io(&self.path, "write", e))
    }
}

/// The five files, in the order of [`NAMES`].
struct Files([Output; 5]);

const NAMES: [&str; 5] = ["demo.gff3", "demo.gtf", "demo.fa", "demo.vcf", "demo.bed"];

impl Files {
    /// Opens all files before anything is written; where one cannot be, none is left behind.
    fn create(directory: &Path, force: bool) -> Result<Self> {
        let mut outputs = Vec::new();
        for name in NAMES {
            match create(directory.join(name), force) {
                Ok(output) => outputs.push(output),
                Err(error) => {
                    outputs.iter().for_each(remove);
                    return Err(error);
                }
            }
        }
        match outputs.try_into() {
            Ok(outputs) => Ok(Self(outputs)),
            // There are as many outputs as names.
            Err(_) => unreachable!(),
        }
    }

    fn fill(&mut self, plan: &Plan) -> Result<()> {
        let [gff3, gtf, fasta, vcf, bed] = &mut self.0;
        let outline = |index| {
            let sequence = plan.sequence(index);
            (sequence.name, sequence.length)
        };
        let outlines: Vec<(String, u64)> = plan.sequences().map(outline).collect();
        gff3.put(|out| gff3::header(out, plan, &outlines))?;
        gtf.put(|out| gtf::header(out, plan))?;
        vcf.put(|out| vcf::header(out, &outlines))?;
        let mut serial = 1;
        for index in plan.sequences() {
            let sequence = plan.sequence(index);
            let bases = bases::draw(&sequence, &mut plan.random(index, Draw::Bases));
            let mut random = plan.random(index, Draw::Variants);
            let variants = variants::draw(&sequence, &bases, &mut random);
            let mut random = plan.random(index, Draw::Regions);
            gff3.put(|out| gff3::sequence(out, &sequence))?;
            gtf.put(|out| gtf::sequence(out, &sequence))?;
            fasta.put(|out| fasta::sequence(out, &sequence, &bases))?;
            vcf.put(|out| vcf::sequence(out, &sequence, &variants, &mut serial))?;
            bed.put(|out| bed::sequence(out, &sequence, &mut random))?;
        }
        self.0
            .iter_mut()
            .try_for_each(|file| file.put(Write::flush))
    }

    fn finish(self) -> Result<Vec<Written>> {
        let written = |file: Output| match file.writer.get_ref().metadata() {
            Ok(metadata) => Ok(Written {
                path: file.path,
                bytes: metadata.len(),
            }),
            Err(e) => Err(Error::io(file.path, "measure", e)),
        };
        self.0.into_iter().map(written).collect()
    }

    fn remove(&self) {
        self.0.iter().for_each(remove);
    }
}

fn create(path: PathBuf, force: bool) -> Result<Output> {
    let file = match force {
        true => File::create(&path),
        false => File::create_new(&path),
    };
    match file {
        Ok(file) => Ok(Output {
            path,
            writer: BufWriter::with_capacity(1 << 16, file),
        }),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(Error::usage(format!(
            "{} already exists; use --force to overwrite it",
            path.display()
        ))),
        Err(e) => Err(Error::io(path, "create", e)),
    }
}

/// Removes a file that is not whole; the error that led here is the one worth telling.
fn remove(file: &Output) {
    fs::remove_file(&file.path).ok();
}
