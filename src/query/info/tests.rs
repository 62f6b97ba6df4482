//! What `info` reads, and how a changed source is told from one that is the same.

use std::{fs, path::PathBuf, time::Duration};

use super::*;
use crate::{Existing, Loader, db};

type Test = std::result::Result<(), Box<dyn std::error::Error>>;

const TEXT: &str = "\
##gff-version 3
##sequence-region sq0 1 1000
sq0\tNOODLES\tgene\t8\t130\t.\t+\t.\tID=g0;Name=n
sq0\tNOODLES\tmRNA\t8\t130\t.\t+\t.\tID=t0;Parent=g0
sq0\tNOODLES\texon\t8\t60\t.\t+\t.\tParent=t0
sq0\tNOODLES\texon\t70\t130\t.\t+\t.\tParent=t0
sq1\tNOODLES\tregion\t1\t500\t.\t+\t.\tID=r1;Is_circular=true
sq2\tNOODLES\t.\t.\t.\t.\t+\t.\tID=x
";

struct Loaded {
    dir: tempfile::TempDir,
    goal: PathBuf,
}

impl Loaded {
    fn new() -> Result<Self> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let goal = dir.path().join("a.sqlite");
        let file = dir.path().join("a.gff3");
        fs::write(&file, TEXT).expect("a file written");
        Loader::new(&goal).promote(["Name"]).load(&[file])?;
        Ok(Self { dir, goal })
    }

    fn info(&self) -> Result<Info> {
        info(&db::open(&self.goal)?, &self.goal)
    }
}

#[test]
fn everything_in_the_database_is_told() -> Test {
    let loaded = Loaded::new()?;
    let info = loaded.info()?;
    assert_eq!(info.bytes, fs::metadata(&loaded.goal)?.len());
    assert_eq!(
        (info.schema_version, info.records),
        (db::schema::VERSION, 6)
    );
    assert_eq!(info.inferred, 0);
    assert_eq!(info.promoted, ["ID", "Parent", "Name"]);

    let types: Vec<_> = info
        .types
        .iter()
        .map(|t| (t.ty.as_deref(), t.class.as_deref(), t.records))
        .collect();
    assert_eq!(
        types,
        [
            (Some("exon"), Some("exon"), 2),
            (None, None, 1),
            (Some("gene"), Some("gene"), 1),
            (Some("mRNA"), Some("transcript"), 1),
            (Some("region"), Some("chromosome"), 1),
        ]
    );

    let [dataset] = info.datasets.as_slice() else {
        panic!("{:?}", info.datasets);
    };
    assert_eq!(dataset.name, "a");
    assert_eq!(dataset.bytes, TEXT.len() as u64);
    assert_eq!((dataset.lines, dataset.records), (8, 6));
    assert_eq!(dataset.sha256.len(), 64);
    assert_eq!(dataset.source, Source::Unchanged);
    let sequences: Vec<_> = dataset
        .sequences
        .iter()
        .map(|s| {
            (
                s.seqid.as_str(),
                s.length,
                s.circular,
                s.known_by.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        sequences,
        [
            ("sq0", Some(1000), false, Some("directive")),
            ("sq1", Some(500), true, Some("feature")),
            ("sq2", None, false, None),
        ]
    );
    let issues: Vec<_> = dataset
        .issues
        .iter()
        .map(|i| (i.code.as_str(), i.count))
        .collect();
    assert_eq!(issues, [("coordinate-missing", 2), ("column-missing", 1)]);

    let region = info.indexes.iter().find(|i| i.name == "gff_type_region");
    let region = region.map(|i| (i.table.as_str(), i.columns.as_slice()));
    let column = |name: &str| Some(String::from(name));
    let columns = [
        column("type"),
        None,
        column("seqid"),
        column("start"),
        column("end"),
    ];
    assert_eq!(region, Some(("gff", columns.as_slice())));
    Ok(())
}

#[test]
fn datasets_keep_their_own_sequences_and_issues() -> Test {
    let loaded = Loaded::new()?;
    let file = loaded.dir.path().join("0.gff3");
    fs::write(&file, "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0\n")?;
    Loader::new(&loaded.goal)
        .existing(Existing::Append)
        .load(&[file])?;
    let info = loaded.info()?;
    let told: Vec<_> = info
        .datasets
        .iter()
        .map(|d| {
            (
                d.name.as_str(),
                d.records,
                d.sequences.len(),
                d.issues.len(),
            )
        })
        .collect();
    assert_eq!(told, [("a", 6, 3, 2), ("0", 1, 1, 0)]);
    assert_eq!(info.records, 7);
    Ok(())
}

#[test]
fn types_are_counted_on_the_index_alone() -> Test {
    let loaded = Loaded::new()?;
    let connection = db::open(&loaded.goal)?;
    let sql = format!(
        "EXPLAIN QUERY PLAN {}",
        include_str!("../../../schema/info/types.sql")
    );
    let plan: Vec<String> = list(&connection, &sql, |row| row.get(3))?;
    assert!(
        plan.contains(&String::from(
            "SCAN gff USING COVERING INDEX gff_type_region"
        )),
        "{plan:?}"
    );
    Ok(())
}

#[test]
fn a_source_that_changed_is_told_of() -> Test {
    let loaded = Loaded::new()?;
    let file = loaded.dir.path().join("a.gff3");
    let source = || loaded.info().map(|info| info.datasets[0].source.clone());
    let set_time = |time| {
        fs::File::options()
            .write(true)
            .open(&file)?
            .set_modified(time)
    };

    let later = UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    set_time(later)?;
    let at = String::from("2100-01-01T00:00:00Z");
    assert_eq!(source()?, Source::Modified { at });

    set_time(UNIX_EPOCH + Duration::from_secs(1))?;
    assert_eq!(source()?, Source::Unchanged);

    fs::write(&file, "shorter\n")?;
    set_time(UNIX_EPOCH + Duration::from_secs(1))?;
    assert_eq!(source()?, Source::Resized { bytes: 8 });

    fs::remove_file(&file)?;
    assert_eq!(source()?, Source::Gone);
    fs::create_dir(&file)?;
    assert_eq!(source()?, Source::Gone);
    Ok(())
}

#[test]
fn the_length_of_a_compressed_source_says_nothing() -> Test {
    let loaded = Loaded::new()?;
    let file = loaded.dir.path().join("b.gff3.zst");
    fs::write(&file, zstd::encode_all(TEXT.as_bytes(), 1)?)?;
    Loader::new(&loaded.goal)
        .existing(Existing::Overwrite)
        .load(&[file])?;
    let info = loaded.info()?;
    assert_eq!(info.datasets[0].compression, "zstd");
    assert_eq!(info.datasets[0].source, Source::Unchanged);
    Ok(())
}
