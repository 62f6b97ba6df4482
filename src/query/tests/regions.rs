//! Regions: the index searched, the merge of many, SQL and a slow scan find the same.

use super::*;

/// Asks the SQL function `overlapping`, for all types or for one.
fn overlapping(
    database: &Database,
    seqid: &str,
    (first, last): (i64, i64),
    mode: &str,
    ty: Option<&String>,
) -> Result<Vec<i64>> {
    let all = "SELECT record_id FROM overlapping(?1, ?2, ?3, ?4)";
    let mut found: Vec<i64> = match ty {
        None => database.list(all, (seqid, first, last, mode))?,
        Some(ty) => {
            let sql = format!("{all} WHERE type = ?5");
            database.list(&sql, (seqid, first, last, mode, ty))?
        }
    };
    found.sort_unstable();
    Ok(found)
}

/// Asks the statement for circles, which the function takes for circles alone, on a straight sequence too.
fn overlapping_round(
    database: &Database,
    seqid: &str,
    (first, last): (i64, i64),
    mode: &str,
) -> Result<Vec<i64>> {
    let sql = include_str!("../../../schema/overlapping_round.sql");
    let values: [(&str, &dyn rusqlite::ToSql); 4] = [
        (":seqid", &seqid),
        (":first", &first),
        (":last", &last),
        (":mode", &mode),
    ];
    let mut found: Vec<i64> = database.list(sql, &values)?;
    found.sort_unstable();
    Ok(found)
}

/// Compares search, merge and scan for regions of one sequence; without `types`, of all types.
fn same_three_ways(
    database: &Database,
    seqid: &str,
    types: &[String],
    regions: &[(i64, i64)],
) -> Result<()> {
    let circles = database.circles()?;
    let features: Vec<Feature> = database.query().records()?.collect::<Result<_>>()?;
    for mode in [Mode::Overlap, Mode::Within, Mode::Contains] {
        let mut any = BTreeSet::new();
        let mut pairs = BTreeSet::new();
        for (i, &region) in regions.iter().enumerate() {
            let scan: Vec<i64> = features
                .iter()
                .filter(|f| f.seqid.as_deref() == Some(seqid))
                .filter(|f| types.is_empty() || f.ty.as_ref().is_some_and(|ty| types.contains(ty)))
                .filter(|f| {
                    let extent = f.start.zip(f.end);
                    extent.is_some_and(|extent| is_hit(mode, extent, region, circle(&circles, f)))
                })
                .map(|f| f.record_id)
                .collect();
            let query = database.query().mode(mode).types(types).regions([Region {
                seqid: seqid.to_owned(),
                range: Some(region),
            }]);
            assert_eq!(
                records(&query),
                scan,
                "{mode:?} {types:?} {seqid}:{region:?}"
            );
            assert_eq!(query.count()?, scan.len() as u64, "{types:?} {region:?}");
            let name = match mode {
                Mode::Overlap => "overlap",
                Mode::Within => "within",
                Mode::Contains => "contains",
            };
            if types.len() < 2 {
                let sql = overlapping(database, seqid, region, name, types.first())?;
                assert_eq!(sql, scan, "SQL {name} {types:?} {seqid}:{region:?}");
            }
            if types.is_empty() {
                let sql = overlapping_round(database, seqid, region, name)?;
                assert_eq!(sql, scan, "SQL round {name} {seqid}:{region:?}");
            }
            any.extend(scan.iter().copied());
            pairs.extend(scan.iter().map(|&record| (i as u32, record)));
        }
        let mut targets = RegionSet::default();
        targets.add(
            regions
                .iter()
                .map(|&range| Region {
                    seqid: seqid.to_owned(),
                    range: Some(range),
                })
                .collect(),
        )?;
        let query = database.query().mode(mode).types(types);
        let merged = records(&query.targets(targets.clone()));
        assert_eq!(
            merged,
            any.into_iter().collect::<Vec<_>>(),
            "{mode:?} {types:?} {seqid}"
        );
        let mut found = BTreeSet::new();
        targets.spans.batches(&mut |spans| {
            merge::merge(
                database.connection(),
                &targets.sequences,
                &circles,
                spans.to_vec(),
                merge::SweepOptions {
                    mode,
                    types,
                    wanted: Wanted::Pairs,
                },
                &mut |region, record| _ = found.insert((region, record)),
            )
            .map_err(|e| Error::sqlite("-", e))
        })?;
        assert_eq!(found, pairs, "{mode:?} {seqid}");
    }
    Ok(())
}

#[test]
fn search_merge_and_scan_agree_on_real_and_made_up_genes() -> Result<()> {
    let mut random = Random(7);
    let mut all = corpus();
    all.push(demo());
    for made in &all {
        let circles = made.database.circles()?;
        let far: Vec<String> = made.database.sequences()?;
        for seqid in far.iter().take(4) {
            let length: Option<i64> = made
                .database
                .list("SELECT max(\"end\") FROM gff WHERE seqid = ?1", [seqid])?
                .pop()
                .flatten();
            let Some(length) = length else { continue };
            let here = circles.iter().filter(|c| c.seqid == *seqid);
            let circle = here.map(|c| c.length).min();
            let regions: Vec<(i64, i64)> = (0..40)
                .map(|_| {
                    let start = 1 + random.below(circle.unwrap_or(length));
                    let wide = [1, 30, 500, 20_000, 1_000_000][random.below(5) as usize];
                    let wide = circle.map_or(wide, |c| wide.min(c));
                    (start, start + random.below(wide))
                })
                .collect();
            same_three_ways(&made.database, seqid, &[], &regions)?;
            let types = made.database.types()?;
            let two = [0, 1].map(|_| types[random.below(types.len() as i64) as usize].clone());
            same_three_ways(&made.database, seqid, &two, &regions[..10])?;
            same_three_ways(&made.database, seqid, &two[..1], &regions[..10])?;
        }
    }
    Ok(())
}

#[test]
fn more_regions_than_are_merged_together_find_the_same() -> Result<()> {
    let made = demo();
    let database = &made.database;
    let mut targets = RegionSet::default();
    for i in 0..70_000 {
        targets.add(vec![Region {
            seqid: String::from("chr1"),
            // Every other gap of seven bases, from the last to the first.
            range: Some((1 + 7 * (69_999 - i), 3 + 7 * (69_999 - i))),
        }])?;
    }
    let is_hit = |f: &Feature| {
        let (Some(start), Some(end)) = (f.start, f.end) else {
            return false;
        };
        f.seqid.as_deref() == Some("chr1")
            && (start..=end.min(start + 7)).any(|base| base <= 490_000 && (base - 1) % 7 < 3)
    };
    let all: Vec<Feature> = database.query().records()?.collect::<Result<_>>()?;
    let query = || database.query().targets(targets.clone());
    for (query, expected) in [
        (
            query(),
            all.iter().filter(|f| is_hit(f)).collect::<Vec<_>>(),
        ),
        (
            query().types(["exon", "CDS"]).strands(["-"]),
            all.iter()
                .filter(|f| is_hit(f) && f.strand.as_deref() == Some("-"))
                .filter(|f| ["exon", "CDS"].map(Some).contains(&f.ty.as_deref()))
                .collect(),
        ),
        (
            query().expression("start % 2 = 1")?.datasets(["gtf"]),
            all.iter()
                .filter(|f| is_hit(f) && f.start.is_some_and(|s| s % 2 == 1) && f.dataset == "gtf")
                .collect(),
        ),
    ] {
        let expected: Vec<i64> = expected.iter().map(|f| f.record_id).collect();
        assert!(!expected.is_empty());
        assert_eq!(records(&query), expected);
        assert_eq!(query.count()?, expected.len() as u64);
        let mut each = Vec::new();
        query.each(&mut |row| {
            each.push(row.record_id());
            Ok(())
        })?;
        assert_eq!(each, expected);
        // A limit makes it one statement over a table of the hits.
        let some = records(&query.limit(9));
        assert_eq!(some, expected[..9.min(expected.len())]);
    }
    Ok(())
}

#[test]
fn a_circle_goes_round() -> Result<()> {
    let made = made(
        "##gff-version 3\n\
         p\t.\tregion\t1\t120\t.\t.\t.\tID=p;Is_circular=true\n\
         p\t.\tgene\t110\t130\t.\t+\t.\tID=over\n\
         p\t.\tgene\t115\t5\t.\t+\t.\tID=back\n\
         p\t.\tgene\t-4\t3\t.\t+\t.\tID=below\n\
         p\t.\tgene\t30\t60\t.\t+\t.\tID=plain\n",
    );
    let database = &made.database;
    assert_eq!(
        database.circles()?.to_vec(),
        [Circle {
            dataset: None,
            seqid: "p".into(),
            length: 120
        }]
    );
    for (region, expected) in [
        ("p:1-20", &["p", "over", "back", "below"][..]),
        ("p:6-20", &["p", "over"]),
        ("p:11-29", &["p"]),
        ("p:110-112", &["p", "over"]),
        ("p:117-118", &["p", "over", "back", "below"]),
        ("p:118-122", &["p", "over", "back", "below"]),
        ("p", &["p", "over", "back", "below", "plain"]),
    ] {
        let found: Vec<_> = database
            .query()
            .region(region)?
            .records()?
            .collect::<Result<_>>()?;
        let found: Vec<_> = found.iter().filter_map(Feature::id).collect();
        assert_eq!(found, expected, "{region}");
    }
    let every: Vec<_> = (1..=120)
        .flat_map(|a| [0, 4, 20, 60].map(|w| (a, a + w)))
        .collect();
    for types in [&[][..], &["gene"], &["region"]] {
        same_three_ways(
            database,
            "p",
            &types.iter().map(|ty| ty.to_string()).collect::<Vec<_>>(),
            &every,
        )?;
    }
    Ok(())
}

#[test]
fn a_circle_is_one_in_its_own_dataset() -> Result<()> {
    // In a file where p is no circle, back lies from 5 to 85.
    let features = "p\t.\tgene\t10\t30\t.\t+\t.\tID=first\n\
        p\t.\tgene\t85\t5\t.\t+\t.\tID=back\n\
        p\t.\tgene\t110\t130\t.\t+\t.\tID=over\n";
    let circle =
        |length| format!("p\t.\tregion\t1\t{length}\t.\t.\t.\tID=p;Is_circular=true\n{features}");
    let line = format!(
        "##sequence-region p 1 400\n{features}\
         p\t.\tgene\t225\t260\t.\t+\t.\tID=far\n"
    );
    for files in [
        vec![circle(120), line.clone()],
        vec![circle(120), circle(140), line],
        vec![circle(120), circle(140), circle(140)],
        vec![circle(120), circle(120)],
    ] {
        let dir = tempfile::tempdir().map_err(|e| Error::io("-", "make", e))?;
        let goal = dir.path().join("a.sqlite");
        for (i, text) in files.iter().enumerate() {
            let file = dir.path().join(format!("{i}.gff3"));
            fs::write(&file, text).map_err(|e| Error::io(&file, "write", e))?;
            Loader::new(&goal)
                .existing(crate::Existing::Append)
                .load(&[file])?;
        }
        let database = Database::open(&goal)?;
        let regions: Vec<_> = (1..=120)
            .step_by(3)
            .flat_map(|a| [0, 4, 20, 60].map(|w| (a, a + w)))
            .collect();
        same_three_ways(&database, "p", &[], &regions)?;
        same_three_ways(&database, "p", &["gene".into()], &regions)?;
        // More than are one statement.
        let far = database.query().regions((1..=150).map(|i| Region {
            seqid: String::from("p"),
            range: Some((i, i)),
        }));
        assert!(!records(&far).is_empty());
    }
    Ok(())
}

#[test]
fn coordinates_as_far_apart_as_numbers_go_are_found() -> Result<()> {
    let (least, most) = (i64::MIN, i64::MAX);
    let mut text = String::from("##gff-version 3\n");
    for (start, end) in [(least, most), (most, least), (least, least), (most, most)] {
        text.push_str(&format!("s\t.\tgene\t{start}\t{end}\t.\t.\t.\tID=g\n"));
    }
    let regions = [(1, 9), (-9, 0), (5, 5), (1, i64::MAX / 8)];
    same_three_ways(&made(&text).database, "s", &[], &regions)
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(24))]

    #[test]
    fn search_merge_and_scan_agree_on_any_features(
        features in proptest::collection::vec(
            (-1500..3000_i64, 0..6_i64, 0..3_usize, proptest::bool::weighted(0.3)),
            1..60,
        ),
        regions in proptest::collection::vec((-100..3500_i64, 0..2000_i64), 1..30),
    ) {
        let mut text = String::from("##gff-version 3\n");
        for (i, (start, size, ty, is_reversed)) in features.iter().enumerate() {
            // Ends at the classes' edges; the longest is of class 4.
            let long = [0, 1022, 1023, 1024, 32_768, 40_000_000][*size as usize];
            let ty = ["x", "y", "."][*ty];
            let (start, end) = match is_reversed {
                true => (start + long, *start),
                false => (*start, start + long),
            };
            text.push_str(&format!("s\t.\t{ty}\t{start}\t{end}\t.\t.\t.\tID=f{i}\n"));
        }
        let made = made(&text);
        let regions: Vec<_> = regions.into_iter().map(|(a, w)| (a, a + w)).collect();
        for types in [vec![], made.database.types().expect("types")] {
            same_three_ways(&made.database, "s", &types, &regions).expect("the same");
        }
    }
}
