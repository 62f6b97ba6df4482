//! Genes, transcripts and other parents that files imply: what is added, and what is told of.

use gffdb::{Loader, Report, Result};
use rusqlite::Connection;

use crate::workdir::Workdir;

mod gtf;

/// Writes lines whose columns are separated by blanks.
fn text(lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| line.splitn(9, ' ').collect::<Vec<_>>().join("\t") + "\n")
        .collect()
}

/// Loads lines with a loader that was set up.
fn load(
    w: &Workdir,
    name: &str,
    lines: &[&str],
    set: impl Fn(&mut Loader),
) -> Result<(Connection, Report)> {
    let goal = w.path(format!("{name}.sqlite"));
    let mut loader = Loader::new(&goal);
    set(&mut loader);
    let report = loader.load(&[w.file(name, text(lines))])?;
    Ok((gffdb::db::open(&goal)?, report))
}

fn strings(connection: &Connection, sql: &str) -> Vec<String> {
    connection
        .prepare(sql)
        .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
        .expect(sql)
}

/// Returns the inferred records: `seqid source type start-end strand ID Parent`.
fn inferred(connection: &Connection) -> Vec<String> {
    strings(
        connection,
        "SELECT printf('%s %s %s %s-%s %s %s %s', seqid, source, type, start, \"end\",
             coalesce(strand, '.'), ID, coalesce(Parent, '.'))
         FROM gff JOIN _inferred USING (record_id) ORDER BY record_id",
    )
}

fn issues(connection: &Connection) -> Vec<String> {
    strings(
        connection,
        "SELECT printf('%s %s %s: %s', coalesce(line, '-'), severity, code, text) FROM issue",
    )
}

#[test]
fn a_parent_that_gff3_lacks_is_told_of_and_made_on_request() -> Result<()> {
    let w = Workdir::new();
    for (name, lines, told, made) in [
        (
            "all are there, in any order.gff3",
            &[
                "chr1 A exon 1 30 . + . ID=e1;Parent=t1",
                "chr1 A mRNA 1 100 . + . ID=t1;Parent=g1",
                "chr1 A gene 1 100 . + . ID=g1",
            ][..],
            &[][..],
            &[][..],
        ),
        (
            "no transcript.gff3",
            &[
                "chr1 A gene 1 100 . + . ID=g1",
                "chr1 A exon 1 30 . + . ID=e1;Parent=t1",
                "chr1 B exon 40 90 . + . ID=e2;Parent=t1,t2",
                "chr1 A CDS 10 20 . + 0 Parent=t2",
            ],
            &[
                "2 warning parent-missing: no record has ID \"t1\", which is Parent of 2 records",
                "3 warning parent-missing: no record has ID \"t2\", which is Parent of 2 records",
            ],
            &["chr1 A transcript 1-90 + t1 .", "chr1 B mRNA 10-90 + t2 ."],
        ),
        (
            "no gene, on two sequences.gff3",
            &[
                "chrX A mRNA 1 100 . + . ID=t1;Parent=g%2C1",
                "chrY A tRNA 1 30 . - . ID=t1;Parent=g%2C1",
            ],
            &["1 warning parent-missing: no record has ID \"g,1\", which is Parent of 2 records"],
            &["chrX A gene 1-100 + g,1 .", "chrY A gene 1-30 - g,1 ."],
        ),
        (
            "children that tell no type.gff3",
            &["chr1 A match_part 1 30 . + . Parent=m1"],
            &["1 warning parent-missing: no record has ID \"m1\", which is Parent of 1 record"],
            &[],
        ),
        (
            "a parent on two other sequences.gff3",
            &[
                "chrX A gene 1 100 . + . ID=g1",
                "chrY A gene 1 100 . + . ID=g1",
                "chrZ A mRNA 1 100 . + . ID=t1;Parent=g1",
                "chrZ A mRNA 1 100 . + . ID=t2;Parent=g2",
                "chr1 A gene 1 100 . + . ID=g2",
            ],
            &[
                "- info parent-ambiguous: ID \"g1\" is on 2 sequences, but is Parent of records on \
               another: these are not linked",
            ],
            &[],
        ),
    ] {
        let (connection, report) = load(&w, name, lines, |_| ())?;
        assert_eq!(issues(&connection), told, "{name}");
        assert!(report.inferred.is_empty(), "{name}");
        let (connection, _) = load(&w, &format!("made {name}"), lines, |loader| {
            loader.infer_gff3(true);
        })?;
        assert_eq!(issues(&connection), told, "{name}");
        assert_eq!(inferred(&connection), made, "{name}");
    }
    Ok(())
}

#[test]
fn a_parent_that_gtf_implies_is_not_made_again_for_children_in_gff3() -> Result<()> {
    let w = Workdir::new();
    let lines = [
        "chr1 A exon 1 30 . + . gene_id \"g1\"; transcript_id \"t1\";",
        "chr1 A mRNA 40 90 . + . ID=t2;Parent=g1",
    ];
    let (connection, _) = load(&w, "both.gff", &lines, |loader| {
        loader.infer_gff3(true);
    })?;
    assert_eq!(
        inferred(&connection),
        ["chr1 A transcript 1-30 + t1 g1", "chr1 A gene 1-90 + g1 ."]
    );
    Ok(())
}

#[test]
fn many_missing_parents_are_told_of_in_bounds() -> Result<()> {
    let w = Workdir::new();
    let lines: Vec<String> = (0..1_003)
        .map(|n| format!("chr1 A exon 1 30 . + . Parent=t{n}"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (connection, report) = load(&w, "x.gff3", &lines, |_| ())?;
    assert_eq!(
        report.issues,
        [("parent-missing".into(), "warning".into(), 1_001)]
    );
    let told = issues(&connection);
    assert_eq!(
        told[1_000],
        "- warning parent-missing: 3 further IDs are Parent of records, and no record has them"
    );
    Ok(())
}

#[test]
fn a_dataset_that_is_replaced_takes_what_was_inferred_with_it() -> Result<()> {
    let w = Workdir::new();
    let goal = w.path("x.sqlite");
    let exon = "chr1 R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";";
    let (a, b) = (
        w.file("a.gtf", text(&[exon])),
        w.file("b.gtf", text(&[exon, exon])),
    );
    Loader::new(&goal).load(&[&a, &b])?;
    let counts = "SELECT dataset || ' ' || type || ' ' || count(*) FROM gff GROUP BY dataset, type";
    let expected = [
        "a exon 1",
        "a gene 1",
        "a transcript 1",
        "b exon 2",
        "b gene 1",
        "b transcript 1",
    ];
    assert_eq!(strings(&gffdb::db::open(&goal)?, counts), expected);
    Loader::new(&goal)
        .existing(gffdb::Existing::Replace)
        .load(&[&a])?;
    let connection = gffdb::db::open(&goal)?;
    assert_eq!(strings(&connection, counts), expected);
    assert_eq!(inferred(&connection).len(), 4);
    let left = "SELECT name FROM sqlite_schema WHERE name LIKE '%wanted%'";
    assert!(strings(&connection, left).is_empty());
    Ok(())
}

#[test]
fn the_flags_say_what_is_inferred_and_the_summary_what_was() {
    let w = Workdir::new();
    w.file(
        "x.gtf",
        text(&["chr1 R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";"]),
    );
    w.file("x.gff3", text(&["chr1 R exon 1 50 . + . Parent=t1"]));
    let added = "inferred: gene 1, transcript 1; these are in table _inferred";
    for (args, expected) in [
        (&["x.gtf"][..], Some(added)),
        (&["x.gtf", "--no-infer"], None),
        (&["x.gff3"], None),
        (&["x.gff3", "--infer"], Some("inferred: transcript 1; ")),
    ] {
        let convert = ["convert", "-o", "x.sqlite", "--force"];
        let said = w.gffdb(convert.iter().chain(args)).stderr(0);
        match expected {
            Some(text) => assert!(said.contains(text), "{args:?}: {said}"),
            None => assert!(!said.contains("inferred"), "{args:?}: {said}"),
        }
    }
}
