//! Answers against slow ones: every record looked at, every pair of sets compared.

use std::{collections::BTreeSet, fs};

use super::{merge::Wanted, *};
use crate::coords::Circle;
use crate::{Error, Loader, Result};

#[path = "../../tests/integration/data.rs"]
mod data;
mod filters;
mod plans;
mod regions;
mod relatives;
mod scan;

/// A database of made-up genes, or of given lines.
pub(super) struct Made {
    _dir: tempfile::TempDir,
    pub database: Database,
}

pub(super) fn demo() -> Made {
    let dir = tempfile::tempdir().expect("a directory");
    crate::demo::Demo::new()
        .genes(40)
        .write(dir.path())
        .expect("a genome");
    let goal = dir.path().join("d.sqlite");
    Loader::new(&goal)
        .load(&[dir.path().join("demo.gff3")])
        .expect("a database");
    Loader::new(&goal)
        .existing(crate::Existing::Append)
        .dataset("gtf")
        .load(&[dir.path().join("demo.gtf")])
        .expect("a database");
    let database = Database::open(&goal).expect("a database");
    Made {
        _dir: dir,
        database,
    }
}

pub(super) fn made(text: &str) -> Made {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("a.gff3");
    fs::write(&file, text).expect("a file");
    let goal = dir.path().join("a.sqlite");
    Loader::new(&goal).load(&[file]).expect("a database");
    let database = Database::open(&goal).expect("a database");
    Made {
        _dir: dir,
        database,
    }
}

/// Returns databases of the corpus, where it is there.
pub(super) fn corpus() -> Vec<Made> {
    let Some(folder) = data::shared("whole") else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "gff3" || e == "gtf") {
            let dir = tempfile::tempdir().expect("a directory");
            let goal = dir.path().join("a.sqlite");
            Loader::new(&goal).load(&[path]).expect("a database");
            let database = Database::open(&goal).expect("a database");
            all.push(Made {
                _dir: dir,
                database,
            });
        }
    }
    all
}

/// A database of two datasets that share IDs, with whatever filters can stumble over.
pub(super) fn odd(promoted: &[&str]) -> Made {
    let dir = tempfile::tempdir().expect("a directory");
    let first = "##gff-version 3\n\
        ##sequence-region c 1 120\n\
        c\t.\tregion\t1\t120\t.\t+\t.\tID=c;Is_circular=true\n\
        c\tan\tgene\t110\t130\t.\t+\t.\tID=over;Name=a*b;Alias=two,Zwei,o%2Ce\n\
        x:1-9|y\tan\tgene\t1\t900\t.\t+\t.\tID=g;Name=BRCA1;Alias=one,two;Note=a%2Cb,c d;flag\n\
        x:1-9|y\tan\tmRNA\t1\t900\t3\t+\t.\tID=t1;Parent=g;Name=brca1\n\
        x:1-9|y\tan\tmRNA\t1\t500\t0.25\t+\t.\tID=t2;Parent=g;Note=\n\
        x:1-9|y\tb\texon\t1\t90\t.\t+\t.\tParent=t1,t2;Note=one two\n\
        x:1-9|y\tb\tCDS\t10\t90\t.\t+\t0\tID=p;Parent=t1\n\
        x:1-9|y\tb\tCDS\t200\t290\t.\t+\t1\tID=p;Parent=t1;product=a%3Db\n\
        y\tb\tgene\t5\t5\t.\t-\t.\tID=g;gene=BRCA2;locus_tag=L_1\n\
        y\tb\tmRNA\t5\t5\t.\t?\t.\tID=t1;Parent=g\n\
        y\t.\tmy_type\t7\t8\t1e3\t.\t.\tParent=nowhere;Dbxref=A:1,B:2\n\
        y\t.\tloop\t7\t8\t.\t.\t.\tID=a;Parent=b\n\
        y\t.\tloop\t7\t8\t.\t.\t.\tID=b;Parent=a\n";
    let second = "y\tb\tgene\t5\t50\t.\t-\t.\tgene_id \"g\"; gene_name \"BRCA2\";\n\
        y\tb\ttranscript\t5\t50\t.\t-\t.\tgene_id \"g\"; transcript_id \"t1\"; tag \"basic\"; tag \"CCDS\";\n\
        y\tb\texon\t5\t50\t.\t-\t.\tgene_id \"g\"; transcript_id \"t1\"; level 2;\n";
    let goal = dir.path().join("odd.sqlite");
    for (name, text) in [("first.gff3", first), ("second.gtf", second)] {
        let file = dir.path().join(name);
        fs::write(&file, text).expect("a file");
        Loader::new(&goal)
            .promote(promoted.iter().copied())
            .existing(crate::Existing::Append)
            .load(&[file])
            .expect("a database");
    }
    let database = Database::open(&goal).expect("a database");
    Made {
        _dir: dir,
        database,
    }
}

/// Returns a database of all files of `tests/data/handmade` that are text.
pub(super) fn handmade() -> Made {
    let mut files: Vec<_> = fs::read_dir(data::own("handmade"))
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| fs::read_to_string(path).is_ok())
        .collect();
    files.sort();
    let dir = tempfile::tempdir().expect("a directory");
    let goal = dir.path().join("handmade.sqlite");
    Loader::new(&goal).load(&files).expect("a database");
    let database = Database::open(&goal).expect("a database");
    Made {
        _dir: dir,
        database,
    }
}

pub(super) fn records(query: &Query<'_>) -> Vec<i64> {
    let features = query.records().expect("an answer");
    features.map(|f| f.expect("a record").record_id).collect()
}

/// Numbers that are the same on every run.
pub(super) struct Random(pub u64);

impl Random {
    pub(super) fn below(&mut self, n: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n.max(1) as u64) as i64
    }
}

/// The bases of an extent: on a circle, round and round.
fn bases((start, end): (i64, i64), length: i64) -> BTreeSet<i64> {
    let end = if end < start { end + length } else { end };
    (start..=end)
        .map(|base| (base - 1).rem_euclid(length))
        .collect()
}

/// Returns the bases of the circle that a record is on.
fn circle(circles: &[Circle], record: &Feature) -> Option<i64> {
    let is_of = |c: &&Circle| {
        Some(&c.seqid) == record.seqid.as_ref()
            && c.dataset
                .as_ref()
                .is_none_or(|name| *name == record.dataset)
    };
    circles.iter().find(is_of).map(|c| c.length)
}

fn is_hit(mode: Mode, record: (i64, i64), region: (i64, i64), circle: Option<i64>) -> bool {
    let Some(length) = circle else {
        let record = (record.0.min(record.1), record.0.max(record.1));
        return match mode {
            Mode::Overlap => !(record.1 < region.0 || record.0 > region.1),
            Mode::Within => record.0 >= region.0 && record.1 <= region.1,
            Mode::Contains => region.0 >= record.0 && region.1 <= record.1,
        };
    };
    let (record, region) = (bases(record, length), bases(region, length));
    match mode {
        Mode::Overlap => !record.is_disjoint(&region),
        Mode::Within => record.is_subset(&region),
        Mode::Contains => region.is_subset(&record),
    }
}
