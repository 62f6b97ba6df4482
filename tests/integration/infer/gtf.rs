//! Genes and transcripts that GTF leaves out.

use super::*;
use crate::data;

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
            "a gene without a name is none.gtf",
            &["chr1 R exon 1 50 . + . gene_id \"\"; transcript_id \"T1\";"],
            &["chr1 R transcript 1-50 + T1 ."],
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
            "ends before their starts.gtf",
            &[
                "chr1 R exon 60 50 . - . gene_id \"G1\"; transcript_id \"T1\";",
                "chr1 R exon 45 40 . - . gene_id \"G1\"; transcript_id \"T1\";",
            ],
            &[
                "chr1 R transcript 40-60 - T1 G1",
                "chr1 R gene 40-60 - G1 .",
            ],
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
             FROM gff LEFT JOIN _layout AS l ON layout_id = layout
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
fn long_read_transcripts_get_a_gene_each_name() -> Result<()> {
    let Some(folder) = data::shared("whole") else {
        return Ok(());
    };
    let file = folder.join("isoseq.uhr.chr22.gtf");
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
