//! `--sort` and `--index`: what `tabix` reads.

use std::process::Command;

use crate::{data, workdir::Workdir};

/// Out of order: a child before its parent, a part before the whole, a sequence that comes again.
const GENES: &str = "\
chr2\tx\tgene\t500\t900\t.\t+\t.\tID=g3
chr1\tx\texon\t100\t200\t.\t+\t.\tID=e1;Parent=t1
chr1\tx\tmRNA\t100\t200\t.\t+\t.\tID=t1;Parent=g1
chr1\tx\tgene\t100\t200\t.\t+\t.\tID=g1
chr10\tx\tgene\t5\t9\t.\t+\t.\tID=g4
chr1\tx\tgene\t50\t600\t.\t-\t.\tID=g2
chr2\tx\texon\t20\t30\t.\t-\t.\tID=e2
chr1\tx\texon\t100\t150\t.\t+\t.\tID=e0;Parent=t1
";

/// Whether `tabix` is there; `.ci/run` installs it.
fn has_tabix() -> bool {
    let is_there = Command::new("tabix").arg("--version").output().is_ok();
    assert!(is_there || !data::is_ci(), "tabix is absent");
    is_there
}

fn tabix(dir: &Workdir, file: &str, region: &str) -> String {
    let done = Command::new("tabix")
        .args([file, region])
        .current_dir(dir.path(""))
        .output()
        .expect("tabix");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success() && said.is_empty(),
        "{file} {region}: {said}"
    );
    String::from_utf8(done.stdout).expect("text")
}

#[test]
fn an_answer_is_sorted_and_parents_come_first() {
    let dir = Workdir::new();
    dir.file("g.gff3", GENES);
    dir.gffdb(["convert", "g.gff3", "-o", "g.sqlite", "-q"])
        .stdout();
    for (args, expected) in [
        (&[][..], "g2 g1 t1 e1 e0 g4 e2 g3"),
        (&["--type", "exon"], "e1 e0 e2"),
        (&["--id", "g1", "--with", "descendants"], "g1 t1 e1 e0"),
        (&["--region", "chr1:100-160"], "g2 g1 t1 e1 e0"),
        (&["--where", "length > 100"], "g2 g1 t1 e1 g3"),
        // The first two of the file, sorted.
        (&["--limit", "2"], "e1 g3"),
    ] {
        let query = ["query", "g.sqlite", "--sort", "--format", "ids"];
        let ids = dir.gffdb(query.iter().chain(args)).stdout();
        assert_eq!(
            ids.lines().collect::<Vec<_>>().join(" "),
            expected,
            "{args:?}"
        );
    }
}

#[test]
fn tabix_finds_what_a_question_finds() {
    if !has_tabix() {
        return;
    }
    let dir = Workdir::new();
    dir.gffdb(["demo", "demo", "-q"]).both();
    dir.gffdb(["convert", "demo/demo.gff3", "-o", "d.sqlite", "-q"])
        .stdout();
    for (kind, formats) in [
        ("tbi", ["gff3", "gtf", "bed"]),
        ("csi", ["gff3", "gtf", "bed12"]),
    ] {
        for format in formats {
            let file = format!("d.{format}.gz");
            let query = ["query", "d.sqlite", "-o", &file, "--index", kind];
            let (_, said) = dir.gffdb(query).both();
            assert!(said.is_empty() || format == "bed12", "{said}");
            assert!(dir.path(format!("{file}.{kind}")).exists());
            let other = if kind == "tbi" { "csi" } else { "tbi" };
            assert!(!dir.path(format!("{file}.{other}")).exists());
            for region in ["chr1:6000-8000", "chr2:1-100", "chr2", "pDemo1:900-901"] {
                let query = [
                    "query", "d.sqlite", "--region", region, "--sort", "--format", format,
                ];
                let expected = dir.gffdb(query).both().0;
                // A circle is one to us, and a line to tabix; the other lines are headers.
                let is_line = |line: &&str| !line.starts_with('#');
                let expected: Vec<&str> = expected.lines().filter(is_line).collect();
                let found = tabix(&dir, &file, region);
                let found: Vec<&str> = found.lines().collect();
                if format != "bed12" {
                    assert_eq!(found, expected, "{file} {region}");
                }
                assert!(found.len() >= expected.len().min(1), "{file} {region}");
            }
        }
    }
}

#[test]
fn sequences_beyond_half_a_gigabase_have_a_csi() {
    let dir = Workdir::new();
    let text =
        "c\tx\tgene\t5\t9\t.\t+\t.\tID=a\nc\tx\tgene\t600000000\t5000000000\t.\t+\t.\tID=b\n";
    dir.file("g.gff3", text);
    dir.gffdb(["convert", "g.gff3", "-o", "g.sqlite", "-q"])
        .stdout();
    dir.file("g.bed.gz.tbi", "of another file");
    let query = ["query", "g.sqlite", "-o", "g.bed.gz", "--index", "tbi"];
    assert_eq!(dir.gffdb(query).stdout(), "");
    assert!(dir.path("g.bed.gz.csi").exists() && !dir.path("g.bed.gz.tbi").exists());
    if has_tabix() {
        let found = tabix(&dir, "g.bed.gz", "c:599999999-600000000");
        assert_eq!(found, "c\t599999999\t5000000000\tb\t0\t+\n");
    }
}

#[test]
fn what_has_no_order_or_no_index_is_refused() {
    let dir = Workdir::new();
    dir.file("g.gff3", GENES);
    dir.gffdb(["convert", "g.gff3", "-o", "g.sqlite", "-q"])
        .stdout();
    dir.file("r.bed", "chr1\t1\t9\n");
    for (args, expected) in [
        (
            &["--index", "tbi"][..],
            "--index is of a compressed file; name one that ends in .gz with -o",
        ),
        (
            &["--index", "tbi", "-o", "a.tsv.gz"],
            "--index works with gff3, gtf, bed and bed12, not with tsv",
        ),
        (
            &["--sort", "--stop-codon", "out"],
            "--sort and --index cannot sort the lines that --stop-codon makes; leave one of them out",
        ),
        (
            &["--sort", "-R", "r.bed", "--count"],
            "--with-query and --count of regions are in the order of the regions; leave out --sort and --index",
        ),
    ] {
        let query = ["query", "g.sqlite"];
        let said = dir.gffdb(query.iter().chain(args)).stderr(2);
        assert_eq!(said, format!("gffdb: {expected}\n"), "{args:?}");
    }
}
