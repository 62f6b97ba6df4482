//! View `link`: which record is whose parent, on files whose identifiers are shared, odd or missing.

use gffdb::{Loader, Result};
use rusqlite::Connection;

use crate::workdir::Workdir;

/// Loads lines whose columns are separated by blanks; nothing is inferred.
fn load(w: &Workdir, name: &str, lines: &[&str]) -> Result<Connection> {
    let text: String = lines
        .iter()
        .map(|line| line.splitn(9, ' ').collect::<Vec<_>>().join("\t") + "\n")
        .collect();
    let goal = w.path(format!("{name}.sqlite"));
    Loader::new(&goal).load(&[w.file(name, text)])?;
    gffdb::db::open(&goal)
}

/// Returns the rows of view `link` as `child>parent`, the record numbers counting from 1.
fn links(connection: &Connection, condition: &str) -> String {
    let sql = format!(
        "SELECT group_concat(pair, ' ') FROM (
             SELECT child || '>' || parent AS pair FROM link {condition} ORDER BY child, parent)"
    );
    let found: Option<String> = connection
        .query_row(&sql, [], |row| row.get(0))
        .expect("a query of view link");
    found.unwrap_or_default()
}

#[test]
fn a_parent_is_on_the_childs_sequence_at_its_level_and_never_the_child() -> Result<()> {
    let w = Workdir::new();
    for (name, lines, expected) in [
        (
            "one ID on chrX and chrY.gff3",
            &[
                "chrX A gene 1 100 . + . ID=g1",
                "chrX A mRNA 1 100 . + . ID=t1;Parent=g1",
                "chrY A gene 1 100 . + . ID=g1",
                "chrY A mRNA 1 100 . + . ID=t1;Parent=g1",
            ][..],
            "2>1 4>3",
        ),
        (
            "the only parent is on another sequence.gff3",
            &[
                "chrX A gene 1 100 . + . ID=g1",
                "chrY A mRNA 1 100 . + . ID=t1;Parent=g1",
            ],
            "2>1",
        ),
        (
            "two other sequences have the parent.gff3",
            &[
                "chrX A gene 1 100 . + . ID=g1",
                "chrY A gene 1 100 . + . ID=g1",
                "chrZ A mRNA 1 100 . + . ID=t1;Parent=g1",
            ],
            "",
        ),
        (
            "several parents.gff3",
            &[
                "chr1 A gene 1 100 . + . ID=g1",
                "chr1 A mRNA 1 100 . + . ID=t1;Parent=g1",
                "chr1 A mRNA 1 100 . + . ID=t2;Parent=g1",
                "chr1 A exon 1 30 . + . ID=e1;Parent=t1,t2",
            ],
            "2>1 3>1 4>2 4>3",
        ),
        (
            "a comma after the last parent.gff3",
            &[
                "chr1 A mRNA 1 100 . + . ID=t1",
                "chr1 A CDS 1 30 . + 0 Name=c;Parent=t1,",
                "chr1 A CDS 40 60 . + 0 Name=c;Parent=t1,,t1",
            ],
            "2>1 3>1",
        ),
        (
            "an escaped comma is part of the name.gff3",
            &[
                "chr1 A mRNA 1 100 . + . ID=a%2Cb",
                "chr1 A mRNA 1 100 . + . ID=a",
                "chr1 A mRNA 1 100 . + . ID=b",
                "chr1 A exon 1 30 . + . Parent=a%2Cb",
                "chr1 A exon 1 30 . + . Parent=b,a",
            ],
            "4>1 5>2 5>3",
        ),
        (
            "four levels, children first.gff3",
            &[
                "chr1 P protein_hmm_match 10 90 . + . ID=d1.1;Parent=d1",
                "chr1 P protein_match 10 90 . + . ID=d1;Parent=t1",
                "chr1 A mRNA 1 100 . + . ID=t1;Parent=g1",
                "chr1 A gene 1 100 . + . ID=g1",
            ],
            "1>2 2>3 3>4",
        ),
        (
            "one feature on two lines.gff3",
            &[
                "chr1 A gene 1 30 . + . ID=g1",
                "chr1 A gene 60 90 . - . ID=g1",
                "chr1 A CDS 1 30 . + 0 ID=c1;Parent=g1",
                "chr1 A CDS 60 90 . - 0 ID=c1;Parent=g1",
            ],
            "3>1 3>2 4>1 4>2",
        ),
        (
            "its own parent.gff3",
            &[
                "chr1 A CDS 1 30 . + 0 ID=c1;Parent=c1",
                "chr1 A CDS 60 90 . + 0 ID=c1;Parent=c1",
                "chr1 A mRNA 1 90 . + . ID=t1;Parent=t1",
                "chr1 A gene 1 90 . + . ID=g1;Parent=g1",
            ],
            "",
        ),
        (
            "gene, mRNA and CDS of one name.gff3",
            &[
                "chr1 A gene 1 90 . + . ID=y1;Parent=y1",
                "chr1 A mRNA 1 90 . + . ID=y1;Parent=y1",
                "chr1 A CDS 1 30 . + 0 ID=y1;Parent=y1",
                "chr1 A CDS 60 90 . + 0 ID=y1;Parent=y1",
            ],
            "2>1 3>2 4>2",
        ),
        (
            "gene and CDS of one name.gff3",
            &[
                "chr1 A gene 1 90 . + . ID=b1",
                "chr1 A CDS 1 30 . + 0 ID=b1;Parent=b1",
            ],
            "2>1",
        ),
        (
            "gene and transcript of one name.gtf",
            &[
                "mt F gene 1 90 . + . gene_id \"FBgn1\";",
                "mt F transcript 1 90 . + . gene_id \"FBgn1\"; transcript_id \"FBgn1\";",
                "mt F exon 1 90 . + . gene_id \"FBgn1\"; transcript_id \"FBgn1\";",
                "mt F transcript 1 80 . + . gene_id \"FBgn1\"; transcript_id \"FBtr2\";",
                "mt F exon 1 80 . + . gene_id \"FBgn1\"; transcript_id \"FBtr2\";",
            ],
            "2>1 3>2 4>1 5>4",
        ),
        (
            "no such parent, and none.gff3",
            &[
                "chr1 A exon 1 30 . + . ID=e1;Parent=t9",
                "chr1 A exon 1 30 . + .  ID=e2;Parent=",
                "chr1 A exon 1 30 . + . .",
            ],
            "",
        ),
    ] {
        let connection = load(&w, name, lines)?;
        assert_eq!(links(&connection, ""), expected, "{name}");
    }
    Ok(())
}

#[test]
fn two_datasets_are_never_linked() -> Result<()> {
    let w = Workdir::new();
    let goal = w.path("x.sqlite");
    let gene = w.file("a.gff3", "chr1\tA\tgene\t1\t90\t.\t+\t.\tID=g1\n");
    let transcript = w.file("b.gff3", "chr1\tA\tmRNA\t1\t90\t.\t+\t.\tParent=g1\n");
    Loader::new(&goal).load(&[gene, transcript])?;
    assert_eq!(links(&gffdb::db::open(&goal)?, ""), "");
    Ok(())
}

fn plan(connection: &Connection, condition: &str) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN SELECT * FROM link {condition}");
    connection
        .prepare(&sql)
        .and_then(|mut s| s.query_map([], |row| row.get(3))?.collect())
        .expect("a plan")
}

#[test]
fn links_are_searched_by_index_from_both_ends() -> Result<()> {
    let w = Workdir::new();
    let family = |n: usize| {
        [
            format!("chr1 A gene 1 100 . + . ID=g{n}"),
            format!("chr1 A mRNA 1 100 . + . ID=t{n};Parent=g{n}"),
            format!("chr1 A exon 1 30 . + . ID=e{n};Parent=t{n},t{n}"),
        ]
    };
    // Of a few rows, the planner would rather read all.
    let lines: Vec<String> = (0..500).flat_map(family).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let connection = load(&w, "x.gff3", &lines)?;
    let all: i64 = connection
        .query_row("SELECT count(*) FROM link", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(all, 1_000);
    let whole = plan(&connection, "");
    let scans: Vec<_> = whole.iter().filter(|s| s.starts_with("SCAN")).collect();
    assert_eq!(scans.len(), 1, "{whole:#?}");
    assert!(!whole.concat().contains("AUTOMATIC"), "{whole:#?}");
    for (condition, expected) in [
        ("WHERE child = 3", "3>2"),
        ("WHERE parent = 1", "2>1"),
        ("WHERE parent IN (1, 2)", "2>1 3>2"),
        (
            "WHERE child IN (
                 WITH RECURSIVE below (record) AS (
                     VALUES (1) UNION SELECT child FROM below JOIN link ON parent = record)
                 SELECT record FROM below)",
            "2>1 3>2",
        ),
        (
            "WHERE parent IN (
                 WITH RECURSIVE above (record) AS (
                     VALUES (3) UNION SELECT parent FROM above JOIN link ON child = record)
                 SELECT record FROM above)",
            "2>1 3>2",
        ),
    ] {
        assert_eq!(links(&connection, condition), expected, "{condition}");
        let plan = plan(&connection, condition);
        for step in plan.iter().filter(|step| step.starts_with("SCAN")) {
            let small = ["SCAN below", "SCAN above", "SCAN CONSTANT ROW"];
            assert!(small.contains(&step.as_str()), "{condition}: {plan:#?}");
        }
    }
    Ok(())
}

#[test]
fn relatives_take_time_that_grows_with_the_records_not_with_the_pairs() {
    const MANY: usize = 40_000;
    let line =
        |seqid: &str, ty: &str, ninth: &str| format!("{seqid}\tx\t{ty}\t1\t9\t.\t+\t.\t{ninth}\n");
    let lines = |line: &dyn Fn(usize) -> String| (0..MANY).map(line).collect::<String>();
    // Lines of one ID, each of which is the parent of every child: 1,600,000,000 pairs.
    let one_id = lines(&|_| line("s", "mRNA", "ID=a"))
        + &lines(&|i| line("s", "exon", &format!("ID=c{i};Parent=a")));
    let children_first = lines(&|i| line("s", "exon", &format!("ID=c{i};Parent=a")))
        + &lines(&|_| line("s", "mRNA", "ID=a"));
    let sequences = lines(&|i| line(&format!("s{i}"), "mRNA", "ID=a"))
        + &lines(&|i| line(&format!("s{i}"), "exon", &format!("ID=c{i};Parent=a")));
    let three_levels = lines(&|_| line("s", "gene", "ID=g"))
        + &lines(&|_| line("s", "mRNA", "ID=t;Parent=g"))
        + &lines(&|_| line("s", "exon", "Parent=t"));
    let parents: Vec<String> = (0..MANY).map(|i| format!("p{i}")).collect();
    let many_parents = lines(&|i| line("s", "mRNA", &format!("ID=p{i}")))
        + &line("s", "exon", &format!("Parent={}", parents.join(",")));
    let two_parents = line("s", "mRNA", "ID=a")
        + &line("s", "mRNA", "ID=b")
        + &lines(&|_| line("s", "exon", "Parent=a,b"));
    let backwards = lines(&|i| line("s", "match", &format!("ID=m{i};Parent=m{}", i + 1)));
    for (name, text, id, of_all, above, below) in [
        ("one ID", one_id, "a", 2 * MANY, MANY, 2 * MANY),
        (
            "children first",
            children_first,
            "a",
            2 * MANY,
            MANY,
            2 * MANY,
        ),
        ("sequences", sequences, "a", 2 * MANY, MANY, 2 * MANY),
        (
            "three levels",
            three_levels,
            "t",
            3 * MANY,
            2 * MANY,
            2 * MANY,
        ),
        ("many parents", many_parents, "p7", MANY + 1, 1, 2),
        ("two parents", two_parents, "a", MANY + 2, 1, MANY + 1),
        ("backwards", backwards, "m7", MANY, MANY - 7, 8),
    ] {
        let w = Workdir::new();
        w.file("a.gff3", text);
        let begin = std::time::Instant::now();
        w.gffdb(["convert", "a.gff3", "-o", "a.sqlite", "--quiet"])
            .stderr(0);
        for (chosen, with, expected) in [
            (None, "descendants", of_all),
            (None, "children", of_all),
            (None, "family", of_all),
            (None, "parents", of_all),
            (Some(id), "ancestors", above),
            (Some(id), "descendants", below),
        ] {
            let mut args = vec!["query", "a.sqlite", "--with", with, "--format", "count"];
            if let Some(id) = chosen {
                args.extend(["--id", id]);
            }
            let (found, _) = w.gffdb(&args).both();
            assert_eq!(found.trim(), expected.to_string(), "{name} {args:?}");
        }
        // Measured: a second at most. Pair by pair, each would be minutes.
        assert!(begin.elapsed().as_secs() < 60, "{name}");
    }
}
