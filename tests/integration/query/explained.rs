//! What is said on standard error of an answer that is smaller than it might be.

use crate::workdir::Workdir;

const GENES: &str = "\
##gff-version 3
##sequence-region chr1 1 9000
chr1\t.\tgene\t100\t900\t.\t+\t.\tID=gene:G1.2;Name=BTBD3;biotype=protein_coding
chr1\t.\tmRNA\t100\t900\t.\t+\t.\tID=T1;Parent=gene:G1.2
chr1\t.\texon\t100\t400\t.\t+\t.\tParent=T1
chr1\t.\texon\t500\t900\t.\t+\t.\tParent=T1
chr1\t.\tncRNA_gene\t1000\t1900\t.\t+\t.\tID=G2;Name=NC1
chr1\t.\tpseudogene\t2000\t2900\t.\t+\t.\tID=G3;Name=PS1
chr2\t.\tpseudogene\t1\t29\t.\t+\t.\tID=G4
";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    dir.gffdb(["convert", "genes.gff3", "-o", "g.sqlite", "-q"])
        .stdout();
    dir
}

#[test]
fn the_exons_of_a_gene_are_shown_alone() {
    let dir = workdir();
    for (args, expected) in [
        (
            &[
                "--name",
                "BTBD3",
                "--with",
                "descendants",
                "--show-type",
                "exon",
            ][..],
            "100 500",
        ),
        (
            &[
                "--name",
                "BTBD3",
                "--with",
                "descendants",
                "--show-type",
                "class:exon,mRNA",
            ],
            "100 100 500",
        ),
        (
            &[
                "--name",
                "BTBD3",
                "--with",
                "children",
                "--show-type",
                "class:gene",
            ],
            "100",
        ),
        (
            &[
                "--region",
                "chr1:1-450",
                "--type",
                "class:gene",
                "--with",
                "family",
                "--show-type",
                "exon",
            ],
            "100 500",
        ),
        (&["--region", "chr1:1-450", "--show-type", "exon"], "100"),
        (&["--limit", "3", "--show-type", "exon"], "100"),
        (&["--show-type", "exon"], "100 500"),
        (&["--id", "T1", "--show-type", "mRNA"], "100"),
    ] {
        let query = [
            &["query", "g.sqlite"],
            args,
            &["-c", "start", "--format", "csv"],
        ]
        .concat();
        let answer = dir.gffdb(query).stdout();
        let starts: Vec<&str> = answer.lines().skip(1).collect();
        assert_eq!(starts.join(" "), expected, "{args:?}");
        let count = dir.gffdb([&["query", "g.sqlite", "--count"], args].concat());
        assert_eq!(count.stdout(), format!("{}\n", starts.len()), "{args:?}");
    }
}

#[test]
fn a_small_answer_is_explained() {
    let dir = workdir();
    for (args, code, expected) in [
        (
            &["--name", "BTBD3", "--with", "descendants", "--type", "exon"][..],
            0,
            "chosen: 1 gene; none of them passed --type exon; did you mean --show-type exon?",
        ),
        (
            &["--name", "BTBD3", "--type", "exon"],
            0,
            "chosen: 1 gene; none of them passed --type exon; did you mean --with descendants --show-type exon?",
        ),
        (
            &["--id", "T1", "--region", "chr1:2000-3000", "--source", "."],
            0,
            "no record has the source .; there are \n\
             chosen: 1 mRNA; none of them passed --source . --region chr1:2000-3000",
        ),
        (
            &["--id", "T1", "--show-type", "exon"],
            0,
            "chosen: 1 mRNA; none of what is shown has --show-type exon; \
             did you mean --with descendants --show-type exon?",
        ),
        (
            &["--type", "gene"],
            0,
            "there are 3 more of class gene (ncRNA_gene, pseudogene): --type class:gene",
        ),
        (
            &["--type", "gene", "--region", "chr2"],
            0,
            "there is 1 more of class gene (pseudogene): --type class:gene",
        ),
        (&["--type", "gene", "--region", "chr1:1-900"], 0, ""),
        (&["--type", "class:gene"], 0, ""),
        (&["--type", "gene,ncRNA_gene,pseudogene"], 0, ""),
        (
            &["--type", "five_prime_UTR", "--strict"],
            1,
            "no record has the type five_prime_UTR",
        ),
        (
            &["--type", "exon,noncoding_exon"],
            0,
            "no record has the type noncoding_exon",
        ),
        (&["--type", "class:cds"], 0, "no record is of class cds"),
        (
            &["--type", "pseudogenic_exon"],
            0,
            "no record has the type pseudogenic_exon",
        ),
        (
            &["--region", "chr1:9001-9100"],
            0,
            "chr1:9001-9100 begins beyond the end of chr1, whose last base is 9000",
        ),
        (
            &["--attr", "biotype=Protein_Coding"],
            0,
            "no record has biotype=Protein_Coding; did you mean biotype=protein_coding?",
        ),
        (
            &["--attr", "biotype=lncRNA"],
            0,
            "no record has biotype=lncRNA",
        ),
        (
            &["--attr", "biotype=protein_coding", "--type", "exon"],
            0,
            "",
        ),
        (
            &["--id", "G1,T1.5,nothing", "--strict"],
            1,
            "IDs: 3 asked, 0 found; not found: G1, T1.5, nothing\n\
             --loose-ids finds gene:G1.2 for G1; T1 for T1.5",
        ),
        (
            &["--name", "btbd3"],
            0,
            "names: 1 asked, 0 found; not found: btbd3\n--ignore-case finds btbd3",
        ),
        (&["--name", "btbd3", "--ignore-case"], 0, ""),
        (&["--name", "NC1", "--region", "chr1:1000-1100"], 0, ""),
    ] {
        let query = [&["query", "g.sqlite", "--format", "count"], args].concat();
        let said = dir.gffdb(query).stderr(code);
        let said: Vec<&str> = said
            .lines()
            .map(|line| line.strip_prefix("gffdb: ").unwrap_or(line))
            .collect();
        assert_eq!(said.join("\n"), expected, "{args:?}");
    }
}

/// A table that nobody can read is worse than none.
#[test]
fn an_ending_of_no_format_is_refused() {
    let dir = workdir();
    let query =
        "gff3, gtf, bed, bed12, tsv, csv, json, jsonl, table, vertical, markdown, ids, count";
    let sql = "table, vertical, csv, tsv, json, jsonl, markdown";
    for (command, output, formats) in [
        (&["query", "g.sqlite"][..], "a.xlsx", query),
        (&["query", "g.sqlite", "-c", "ID"], "a.parquet", query),
        (&["query", "g.sqlite"], "a.gff33.gz", query),
        (&["sql", "g.sqlite", "SELECT 1"], "a.xlsx", sql),
        (&["sql", "g.sqlite", "SELECT 1"], "a.gff3", sql),
    ] {
        let said = dir.gffdb([command, &["-o", output]].concat()).stderr(2);
        let ending = output
            .trim_end_matches(".gz")
            .rsplit('.')
            .next()
            .unwrap_or_default();
        let expected = format!(
            "gffdb: {output}: no format has the ending .{ending}; the formats are {formats}: \
             name one with --format\n"
        );
        assert_eq!(said, expected);
        assert!(!dir.path(output).exists());
    }
    for output in ["a.xlsx", "plain", "a.v2", ".hidden"] {
        dir.gffdb(["query", "g.sqlite", "--format", "csv", "-o", output])
            .stdout();
    }
    dir.gffdb(["query", "g.sqlite", "-o", "nothing"]).stdout();
    assert_eq!(
        dir.read("nothing"),
        dir.gffdb(["query", "g.sqlite"]).stdout()
    );
}
