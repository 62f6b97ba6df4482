//! Genes, transcripts and other parents that files imply: what is added, and what is told of.

use gffdb::{Loader, Report, Result};
use rusqlite::Connection;

use crate::workdir::Workdir;

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
         FROM gff JOIN inferred USING (record_id) ORDER BY record_id",
    )
}

fn issues(connection: &Connection) -> Vec<String> {
    strings(
        connection,
        "SELECT printf('%s %s %s: %s', coalesce(line, '-'), severity, code, text) FROM issue",
    )
}

#[test]
fn gtf_gets_the_transcripts_and_genes_that_it_leaves_out() -> Result<()> {
    let w = Workdir::new();
    for (name, lines, expected) in [
        (
            "all lines are there.gtf",
            &[
                "chr1 R gene 1 90 . + . gene_id \"G1\";",
                "chr1 R transcript 1 90 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chr1 R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
            ][..],
            &[][..],
        ),
        (
            "all lines are there, parts first.gtf",
            &[
                "chr1 R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chr1 R mRNA 1 90 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chr1 R pseudogene 1 90 . + . gene_id \"G1\";",
            ],
            &[],
        ),
        (
            "exons only.gtf",
            &[
                "chr1 R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chr1 R exon 60 90 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chr1 S CDS 60 95 . + 0 transcript_id \"T2\"; gene_id \"G1\";",
            ],
            &[
                "chr1 R transcript 1-90 + T1 G1",
                "chr1 S transcript 60-95 + T2 G1",
                "chr1 R gene 1-95 + G1 .",
            ],
        ),
        (
            "transcripts without genes.gtf",
            &[
                "chr22 PacBio transcript 10 90 . - . gene_id \"PB.1\"; transcript_id \"PB.1.1\";",
                "chr22 PacBio exon 10 90 . - . gene_id \"PB.1\"; transcript_id \"PB.1.1\";",
                "chr22 PacBio transcript 5 80 . - . gene_id \"PB.1\"; transcript_id \"PB.1.2\";",
                "chr22 PacBio exon 5 80 . - . gene_id \"PB.1\"; transcript_id \"PB.1.2\";",
            ],
            &["chr22 PacBio gene 5-90 - PB.1 ."],
        ),
        (
            "genes without transcripts.gtf",
            &[
                "chr1 R gene 1 99 . + . gene_id \"G1\";",
                "chr1 R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
            ],
            &["chr1 R transcript 1-50 + T1 G1"],
        ),
        (
            "one of two is missing.gtf",
            &[
                "chr1 R gene 1 99 . + . gene_id \"G1\";",
                "chr1 R transcript 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chr1 R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chr1 R exon 3 50 . + . gene_id \"G1\"; transcript_id \"T2\";",
                "chr1 R exon 200 300 . . . gene_id \"G2\"; transcript_id \"T3\";",
            ],
            &[
                "chr1 R transcript 3-50 + T2 G1",
                "chr1 R transcript 200-300 . T3 G2",
                "chr1 R gene 200-300 . G2 .",
            ],
        ),
        (
            "one name on two sequences and two strands.gtf",
            &[
                "chrX R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chrY R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chrY R exon 60 70 . - . gene_id \"G1\"; transcript_id \"T1\";",
                "chrX R exon 60 90 . + . gene_id \"G1\"; transcript_id \"T1\";",
            ],
            &[
                "chrX R transcript 1-90 + T1 G1",
                "chrY R transcript 1-50 + T1 G1",
                "chrY R transcript 60-70 - T1 G1",
                "chrX R gene 1-90 + G1 .",
                "chrY R gene 1-50 + G1 .",
                "chrY R gene 60-70 - G1 .",
            ],
        ),
        (
            "lines for chrX alone.gtf",
            &[
                "chrX R gene 1 50 . + . gene_id \"G1\";",
                "chrX R transcript 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chrX R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
                "chrY R exon 1 40 . + . gene_id \"G1\"; transcript_id \"T1\";",
            ],
            &["chrY R transcript 1-40 + T1 G1", "chrY R gene 1-40 + G1 ."],
        ),
        (
            "gene and transcript of one name.gtf",
            &[
                "mt F gene 1 90 . + . gene_id \"FBgn1\";",
                "mt F transcript 1 90 . + . gene_id \"FBgn1\"; transcript_id \"FBgn1\";",
                "mt F exon 1 90 . + . gene_id \"FBgn1\"; transcript_id \"FBgn1\";",
            ],
            &[],
        ),
        (
            "gene and transcript of one name, neither there.gtf",
            &["mt F exon 1 90 . + . gene_id \"FBgn1\"; transcript_id \"FBgn1\";"],
            &[
                "mt F transcript 1-90 + FBgn1 FBgn1",
                "mt F gene 1-90 + FBgn1 .",
            ],
        ),
        (
            "gene and transcript of one name, the gene there.gtf",
            &[
                "mt F gene 1 90 . + . gene_id \"FBgn1\";",
                "mt F exon 1 90 . + . gene_id \"FBgn1\"; transcript_id \"FBgn1\";",
            ],
            &["mt F transcript 1-90 + FBgn1 FBgn1"],
        ),
        (
            "gene and transcript of one name, the transcript there.gtf",
            &[
                "mt F transcript 1 90 . + . gene_id \"FBgn1\"; transcript_id \"FBgn1\";",
                "mt F exon 1 90 . + . gene_id \"FBgn1\"; transcript_id \"FBgn1\";",
            ],
            &["mt F gene 1-90 + FBgn1 ."],
        ),
        (
            "no gene, or no transcript.gtf",
            &[
                "chr1 R exon 1 50 . + . transcript_id \"T1\";",
                "chr1 R exon 1 60 . + . gene_id \"G2\"; transcript_id \"\";",
                "chr1 R inter 1 70 . + . gene_id \"\"; transcript_id \"\";",
            ],
            &["chr1 R transcript 1-50 + T1 .", "chr1 R gene 1-60 + G2 ."],
        ),
        (
            "no coordinates.gtf",
            &["chr1 R exon . . . + . gene_id \"G1\"; transcript_id \"T1\";"],
            &["chr1 R transcript - + T1 G1", "chr1 R gene - + G1 ."],
        ),
    ] {
        let (connection, report) = load(&w, name, lines, |_| ())?;
        assert_eq!(inferred(&connection), expected, "{name}");
        let counted: u64 = report.inferred.iter().map(|(_, count)| count).sum();
        assert_eq!(counted, expected.len() as u64, "{name}");
        assert_eq!(report.datasets[0].records, lines.len() as u64, "{name}");
        let told = strings(
            &connection,
            "SELECT code FROM issue WHERE code LIKE 'parent%'",
        );
        assert!(told.is_empty(), "{name}: {told:?}");
        let (connection, report) = load(&w, &format!("not {name}"), lines, |loader| {
            loader.infer_gtf(false);
        })?;
        assert_eq!(inferred(&connection), [""; 0], "{name}");
        assert!(report.inferred.is_empty(), "{name}");
    }
    Ok(())
}

#[test]
fn what_is_inferred_is_stored_as_a_line_of_it_would_be() -> Result<()> {
    let w = Workdir::new();
    let whole = [
        "chr1 R exon 1 50 . + . gene_id \"G1\"; transcript_id \"T1\"; note \"x;y\";",
        "chr1 R transcript 1 50 . + . gene_id \"G1\"; transcript_id \"T1\";",
        "chr1 R gene 1 50 . + . gene_id \"G1\";",
        "chr1 R exon 70 80 . + . transcript_id \"T2\";",
        "chr1 R transcript 70 80 . + . transcript_id \"T2\";",
    ];
    let part = [whole[0], whole[3]];
    for promoted in [
        &[][..],
        &["gene_id"],
        &["transcript_id"],
        &["transcript_id", "gene_id", "note"],
    ] {
        let set = |loader: &mut Loader| {
            loader.promote(promoted.iter().copied());
        };
        let columns = promoted.iter().map(|key| format!(", {key}"));
        let sql = format!(
            "SELECT json_array(type, ID, gff.Parent, gff.attributes, l.columns, l.attributes{})
             FROM gff LEFT JOIN layout AS l ON layout_id = layout
             WHERE type <> 'exon' ORDER BY type, ID",
            columns.collect::<String>()
        );
        let name = promoted.join(" ");
        let (lines, _) = load(&w, &format!("whole {name}.gtf"), &whole, set)?;
        let (added, _) = load(&w, &format!("part {name}.gtf"), &part, set)?;
        assert_eq!(inferred(&added).len(), 3);
        assert_eq!(strings(&added, &sql), strings(&lines, &sql), "{promoted:?}");
    }
    Ok(())
}

#[test]
fn inferred_records_are_parents_in_view_link() -> Result<()> {
    let w = Workdir::new();
    let (connection, _) = load(
        &w,
        "x.gtf",
        &[
            "mt F exon 1 90 . + . gene_id \"FBgn1\"; transcript_id \"FBgn1\";",
            "mt F exon 1 80 . + . gene_id \"FBgn1\"; transcript_id \"FBtr2\";",
        ],
        |_| (),
    )?;
    assert_eq!(
        strings(
            &connection,
            "SELECT printf('%s %s > %s %s', c.type, coalesce(c.ID, ''), p.type, p.ID)
             FROM link JOIN gff AS c ON c.record_id = child JOIN gff AS p ON p.record_id = link.parent
             ORDER BY child"
        ),
        [
            "exon  > transcript FBgn1",
            "exon  > transcript FBtr2",
            "transcript FBgn1 > gene FBgn1",
            "transcript FBtr2 > gene FBgn1",
        ]
    );
    Ok(())
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
    let added = "inferred: gene 1, transcript 1; these are in table inferred";
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

#[test]
fn long_read_transcripts_get_a_gene_each_name() -> Result<()> {
    let file = std::path::Path::new("../shared/data/whole/isoseq.uhr.chr22.gtf");
    if !file.exists() {
        eprintln!("skipped: {} is not there", file.display());
        return Ok(());
    }
    let w = Workdir::new();
    let goal = w.path("x.sqlite");
    let report = Loader::new(&goal).promote(["gene_id"]).load(&[file])?;
    let connection = gffdb::db::open(&goal)?;
    let distinct: u64 = connection
        .query_row("SELECT count(DISTINCT gene_id) FROM gff", [], |row| {
            row.get::<_, i64>(0)
        })
        .expect("a count") as u64;
    assert_eq!(report.inferred, [("gene".to_owned(), distinct)]);
    let orphans = "SELECT ID FROM transcript WHERE record_id NOT IN (SELECT child FROM link)";
    assert!(strings(&connection, orphans).is_empty());
    Ok(())
}
