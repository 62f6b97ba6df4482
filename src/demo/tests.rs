//! The five files as a whole: the same bytes each time, never half, read by others.

use std::{
    fs,
    io::BufReader,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{Demo, NAMES};

mod models;
mod oracle;
mod variants;

/// A made-up genome in a directory that goes when it is dropped.
struct InDirectory(TempDir);

impl InDirectory {
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn written(genes: u64, seed: u64) -> InDirectory {
    let directory = TempDir::new().unwrap();
    let mut demo = Demo::new();
    let files = demo.genes(genes).seed(seed).write(&directory).unwrap();
    for file in files {
        assert_eq!(fs::metadata(&file.path).unwrap().len(), file.bytes);
    }
    InDirectory(directory)
}

fn digests(genes: u64, seed: u64) -> Vec<String> {
    let demo = written(genes, seed);
    let digest = |name| {
        let hash = Sha256::digest(fs::read(demo.path(name)).unwrap());
        hash.iter().take(8).map(|b| format!("{b:02x}")).collect()
    };
    NAMES.into_iter().map(digest).collect()
}

#[test]
fn the_bytes_never_change() {
    // The first eight bytes of each file's SHA-256. Tutorials print numbers of these genomes, so a
    // change here is a change there.
    assert_eq!(
        digests(3, 1),
        [
            "66101da371f36dd5",
            "641abe5897ffc506",
            "7ab5a16453c73b02",
            "d3e91b8e0e3e862c",
            "8a2cae12fd294bf0"
        ]
    );
    assert_eq!(
        digests(20, 1),
        [
            "f3def5f4a2ce5e58",
            "262659d3ad78456f",
            "c44d67a2f66cc478",
            "7ac4d100162a0ee6",
            "45df9d08973f9755"
        ]
    );
}

#[test]
fn another_seed_is_another_genome() {
    let (one, two) = (digests(5, 1), digests(5, 2));
    assert!(one.iter().zip(&two).all(|(a, b)| a != b));
}

#[test]
fn the_smallest_genomes_are_whole() {
    for genes in 1..=12 {
        let demo = written(genes, genes);
        let lines = oracle::lines(&demo.path("demo.gff3"));
        let count = lines
            .iter()
            .filter(|line| {
                line.values("ID")[..]
                    .iter()
                    .any(|id| id.starts_with("gene:"))
            })
            .count();
        assert_eq!(count as u64, genes);
        assert!(!oracle::fasta(&demo.path("demo.fa"))["pDemo1"].is_empty());
    }
}

#[test]
fn two_thousand_genes_fill_several_chromosomes() {
    let demo = written(2_000, 1);
    let lines = oracle::lines(&demo.path("demo.gff3"));
    let of = |kind| lines.iter().filter(|line| line.kind == kind).count();
    assert_eq!(of("gene") + of("ncRNA_gene") + of("pseudogene"), 2_000);
    assert_eq!(of("chromosome"), 4);
    let small = lines.iter().filter(|line| line.kind.contains("RNA_gene"));
    assert_eq!(small.count(), 2_000 / 6);
}

#[test]
fn noodles_reads_every_line() {
    let demo = written(300, 1);
    let file = fs::File::open(demo.path("demo.gff3")).unwrap();
    let mut reader = noodles_gff::io::Reader::new(BufReader::new(file));
    let records: Result<Vec<_>, _> = reader.record_bufs().collect();
    let expected = oracle::lines(&demo.path("demo.gff3"));
    assert_eq!(records.unwrap().len(), expected.len());
}

#[test]
fn counts_out_of_range_are_refused() {
    let directory = TempDir::new().unwrap();
    for genes in [0, 100_001, u64::MAX] {
        let error = Demo::new().genes(genes).write(&directory).unwrap_err();
        let expected = format!("expected from 1 to 100000 genes, found {genes}");
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_there_is_overwritten_only_on_demand() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("demo.vcf");
    fs::write(&path, "mine").unwrap();
    let error = Demo::new().write(&directory).unwrap_err().to_string();
    let expected = format!(
        "{} already exists; use --force to overwrite it",
        path.display()
    );
    assert_eq!(error, expected);
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    Demo::new().force(true).write(&directory).unwrap();
    assert!(
        fs::read(&path)
            .unwrap()
            .starts_with(b"##fileformat=VCFv4.3\n")
    );
}

#[test]
fn a_file_in_the_place_of_the_directory_is_named() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("taken");
    fs::write(&path, "").unwrap();
    let error = Demo::new().write(Path::new(&path)).unwrap_err().to_string();
    let expected = format!("{}: cannot make the directory: ", path.display());
    assert!(error.starts_with(&expected), "{error}");
}
