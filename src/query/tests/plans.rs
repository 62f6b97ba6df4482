//! What SQLite makes of each kind of question: an index wherever one serves.

use super::*;

/// Returns the steps of a plan that read all of table `gff`.
fn scans(plan: &str) -> Vec<&str> {
    plan.lines()
        .map(str::trim)
        .filter(|step| step.starts_with("SCAN gff") || step.contains("AUTOMATIC"))
        .collect()
}

#[test]
fn no_question_reads_all_where_an_index_serves() -> Result<()> {
    let mut all = corpus();
    all.push(demo());
    for made in &all {
        let database = &made.database;
        let seqid = &database.sequences()?[0];
        let query = || database.query();
        let region = || query().region(&format!("{{{seqid}}}:100-200"));
        let mut spans = Spans::default();
        for region in 0..3 {
            spans.push(Span {
                sequence: 0,
                region,
                first: 1,
                last: 9,
            })?;
        }
        let targets = RegionSet {
            sequences: vec![seqid.clone()],
            spans,
        };
        for (name, query, index) in [
            (
                "region",
                region()?,
                "gff_type_region (type=? AND <expr>=? AND seqid=? AND start>? AND start<?)",
            ),
            (
                "within",
                region()?.mode(Mode::Within),
                "gff_type_region (type=? AND <expr>=? AND seqid=?",
            ),
            (
                "contains",
                region()?.mode(Mode::Contains),
                "gff_type_region (type=? AND <expr>=? AND seqid=?",
            ),
            (
                "sequence",
                query().region(&format!("{{{seqid}}}"))?,
                "gff_type_region (type=? AND <expr>=? AND seqid=?",
            ),
            (
                "region and type",
                region()?.types(["class:gene"]),
                "gff_type_region (type=? AND <expr>=?",
            ),
            ("id", query().ids(["x"]), "gff_ID (ID=?)"),
            ("ids", query().ids(["x", "y"]), "gff_ID (ID=?)"),
            (
                "id and type",
                query().ids(["x"]).types(["class:gene"]),
                "gff_ID (ID=?)",
            ),
            (
                "type",
                query().types(["class:gene"]),
                "gff_type_region (type=?)",
            ),
            (
                "descendants",
                query().ids(["x"]).with(With::Descendants),
                "gff_Parent (Parent=?)",
            ),
            (
                "ancestors",
                query().ids(["x"]).with(With::Ancestors),
                "gff_ID (ID=?)",
            ),
            (
                "children",
                region()?.with(With::Children),
                "gff_Parent (Parent=?)",
            ),
            (
                "family",
                region()?.with(With::Family),
                "gff_Parent (Parent=?)",
            ),
            ("parents", region()?.with(With::Parents), "gff_ID (ID=?)"),
            (
                "many regions",
                query().targets(targets),
                "gff USING INTEGER PRIMARY KEY (rowid=?)",
            ),
            (
                "sample",
                query().types(["class:gene"]).sample(3, 1),
                "gff_type_region (type=?)",
            ),
        ] {
            let plan = query.explain()?;
            assert!(plan.contains(index), "{name}: {plan}");
            assert_eq!(scans(&plan), Vec::<&str>::new(), "{name}: {plan}");
        }
        let plan = query().expression("score > 5")?.limit(3).explain()?;
        assert!(
            plan.contains("SCAN gff") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
    }
    Ok(())
}

#[test]
fn the_statement_shown_is_the_one_that_answers() -> Result<()> {
    let made = demo();
    let database = &made.database;
    for query in [
        database.query(),
        database.query().limit(3),
        database.query().region("chr1:1-5000")?,
        database
            .query()
            .region("chr1")?
            .types(["gene"])
            .with(With::Family),
        database.query().types(["exon"]).sample(7, 42).limit(5),
        database
            .query()
            .expression("source = 'it''s ?' OR start > 900")?
            .strands(["+", "."]),
    ] {
        let sql = query.to_sql()?;
        assert!(!sql.contains('?') || sql.contains("it''s ?"), "{sql}");
        let shown: Vec<i64> = database.list(sql.trim_end().trim_end_matches(';'), [])?;
        assert_eq!(shown, records(&query), "{sql}");
        assert_eq!(query.count()?, shown.len() as u64);
    }
    Ok(())
}

#[test]
fn no_record_is_looked_up_by_reading_all() -> Result<()> {
    let mut all = corpus();
    all.push(demo());
    for made in &all {
        let circles = include_str!("../../../schema/circles.sql");
        let plan = crate::query::plan::explain(&made.database, circles)?;
        assert!(
            plan.contains("SCAN sequence USING INDEX sequence_circular")
                && plan.contains("SEARCH circle USING ")
                && !plan.contains("SCAN sequence\n"),
            "{plan}"
        );
        for (name, sql) in [
            ("lines", include_str!("../../../schema/coding_lines.sql")),
            (
                "tells",
                include_str!("../../../schema/tells_stop_codons.sql"),
            ),
            (
                "overlapping",
                include_str!("../../../schema/overlapping.sql"),
            ),
            (
                "round",
                include_str!("../../../schema/overlapping_round.sql"),
            ),
            ("wrapping", include_str!("../../../schema/wrapping.sql")),
            (
                "descendants",
                include_str!("../../../schema/descendants.sql"),
            ),
            ("ancestors", include_str!("../../../schema/ancestors.sql")),
        ] {
            let plan = crate::query::plan::explain(&made.database, sql)?;
            assert_eq!(scans(&plan), Vec::<&str>::new(), "{name}: {plan}");
        }
    }
    Ok(())
}
