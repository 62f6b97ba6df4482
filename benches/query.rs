//! Asking: one region after another, an ID with its descendants, many regions at once, and whole
//! answers written; every iteration asserts its hits.
//!
//! The database is made of the made-up genome. `GFFDB_BENCH` names another one, to be measured beside it.

use std::{
    collections::HashMap,
    hint::black_box,
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use gffdb::{
    Existing, Loader,
    query::{Database, Query, Region, RegionSet, Sequences, With},
    write::{BedName, Columns, RecordFormat, RecordOptions, RowLayout, StopCodon, write_query},
};

mod data;

/// Regions that are searched one after another, and that are merged.
const SEARCHES: usize = 1_000;
const MERGED: usize = 10_000;
/// Genes that are asked for with all below them.
const GENES: usize = 100;

type Group<'a> = BenchmarkGroup<'a, criterion::measurement::WallTime>;

fn query(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let demo = &data::make(directory.path())[0];
    let goal = directory.path().join("query.sqlite");
    Loader::new(&goal)
        .existing(Existing::Overwrite)
        .load(&[&demo.path])
        .expect("a database");
    one(criterion, "query_demo", &goal, Some(demo.records));
    if let Some(path) = std::env::var_os("GFFDB_BENCH").map(PathBuf::from) {
        one(criterion, "query_big", &path, None);
    }
}

fn one(criterion: &mut Criterion, name: &str, path: &Path, records: Option<u64>) {
    let database = Database::open(path).expect("the database");
    if let Some(records) = records {
        assert_eq!(database.query().count().expect("a count"), records);
    }
    let mut group = criterion.benchmark_group(name);
    regions(&mut group, &database);
    descendants(&mut group, &database);
    outputs(&mut group, &database);
    group.finish();
}

/// Numbers that are the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
        ((self.0 >> 33) % n.max(1) as u64) as i64
    }
}

/// Returns regions of 1 to 5 kb: each from a sequence drawn by its length.
fn draw(database: &Database, count: usize) -> Vec<Region> {
    let connection = database.connection();
    let mut statement = connection
        .prepare("SELECT seqid, max(\"end\") FROM gff WHERE seqid IS NOT NULL GROUP BY seqid")
        .expect("a statement");
    let sequences: Vec<(String, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .and_then(Iterator::collect)
        .expect("the sequences");
    let all: i64 = sequences.iter().map(|(_, length)| length).sum();
    let mut random = Random(4);
    let mut one = || {
        let mut at = random.below(all);
        for (seqid, length) in &sequences {
            if at < *length {
                let wide = 1_000 + random.below(4_001);
                return Region {
                    seqid: seqid.clone(),
                    range: Some((at + 1, at + wide)),
                };
            }
            at -= length;
        }
        unreachable!("a base of a sequence")
    };
    (0..count).map(|_| one()).collect()
}

/// Counts the hits of regions in the plainest way: every record beside every region of its sequence.
fn slowly(database: &Database, regions: &[Region]) -> u64 {
    let mut by_sequence: HashMap<&str, Vec<(i64, i64)>> = HashMap::new();
    for region in regions {
        let range = region.range.expect("ends");
        by_sequence.entry(&region.seqid).or_default().push(range);
    }
    let connection = database.connection();
    let mut hits = 0;
    let mut scan = connection
        .prepare("SELECT seqid, start, \"end\" FROM gff NOT INDEXED")
        .expect("a statement");
    let mut rows = scan.query([]).expect("records");
    while let Some(row) = rows.next().expect("a record") {
        let seqid = row.get_ref(0).expect("a column").as_str().unwrap_or("");
        let (Ok(start), Ok(end)) = (row.get::<_, i64>(1), row.get::<_, i64>(2)) else {
            continue;
        };
        let ranges = by_sequence.get(seqid).map_or(&[][..], Vec::as_slice);
        let is_hit = |range: &&(i64, i64)| start <= range.1 && end >= range.0;
        hits += ranges.iter().filter(is_hit).count() as u64;
    }
    hits
}

fn regions(group: &mut Group<'_>, database: &Database) {
    let searched = draw(database, SEARCHES);
    let hits = slowly(database, &searched);
    group.throughput(elements(SEARCHES as u64));
    group.bench_function("regions_one_by_one", |b| {
        let _snapshot = database.snapshot().expect("a snapshot");
        b.iter(|| {
            let mut found = 0;
            for region in &searched {
                let query = database.query().regions([region.clone()]);
                found += query
                    .each(&mut |row| {
                        black_box(row.start());
                        Ok(())
                    })
                    .expect("an answer");
            }
            assert_eq!(found, hits);
        });
    });

    let merged = draw(database, MERGED);
    let mut once = std::collections::BTreeSet::new();
    for region in &merged {
        let query = database.query().regions([region.clone()]);
        once.extend(
            query
                .records()
                .expect("records")
                .map(|f| f.expect("one").record_id),
        );
    }
    group.throughput(elements(MERGED as u64));
    group.bench_function("regions_at_once", |b| {
        b.iter(|| {
            let mut targets = RegionSet::default();
            targets.add(merged.clone()).expect("regions");
            let found = database.query().targets(targets).count();
            assert_eq!(found.expect("a count"), once.len() as u64);
        });
    });
}

fn descendants(group: &mut Group<'_>, database: &Database) {
    let ids: Vec<String> = database
        .query()
        .types(["gene"])
        .sample(GENES as u64, 4)
        .records()
        .expect("genes")
        .map(|gene| gene.expect("a gene").id().unwrap_or_default().to_owned())
        .collect();
    let all = |with| -> u64 {
        let ask = |id: &String| {
            database
                .query()
                .ids([id])
                .with(with)
                .count()
                .expect("a count")
        };
        ids.iter().map(ask).sum()
    };
    // Everything below genes is two levels down.
    let expected: i64 = database
        .connection()
        .query_row(
            "WITH asked AS (SELECT value AS ID FROM json_each(?1)),
                below AS (SELECT record_id FROM child_of WHERE Parent IN asked)
             SELECT count(*) FROM (
                SELECT record_id FROM gff WHERE ID IN asked
                UNION SELECT record_id FROM below
                UNION SELECT record_id FROM child_of
                    WHERE Parent IN (SELECT ID FROM gff WHERE record_id IN below))",
            [format!(
                "[{}]",
                ids.iter()
                    .map(|id| format!("\"{id}\""))
                    .collect::<Vec<_>>()
                    .join(",")
            )],
            |row| row.get(0),
        )
        .expect("a count");
    group.throughput(elements(ids.len() as u64));
    group.bench_function("genes_with_descendants", |b| {
        b.iter(|| assert_eq!(all(With::Descendants), expected as u64));
    });
}

fn outputs(group: &mut Group<'_>, database: &Database) {
    let genes = || database.query().types(["gene"]).with(With::Family);
    let exons = || database.query().types(["exon"]);
    for (name, query, format) in [
        ("gene_models_as_gff3", genes(), RecordFormat::Gff3),
        ("exons_as_bed", exons(), RecordFormat::Bed),
    ] {
        let records = query.count().expect("a count");
        let bytes = written(&query, format, records);
        group.throughput(Throughput::ElementsAndBytes {
            elements: records,
            bytes,
        });
        group.bench_function(name, |b| {
            b.iter(|| assert_eq!(written(&query, format, records), bytes));
        });
    }
}

/// Writes an answer to nowhere, and returns its bytes.
fn written(query: &Query<'_>, format: RecordFormat, records: u64) -> u64 {
    let database = query.database();
    let sequences = Rc::new(Sequences::default());
    let options = RecordOptions {
        format,
        columns: Columns::all(database, Rc::clone(&sequences)).expect("the columns"),
        sequences,
        output: PathBuf::from("-"),
        layout: RowLayout::default(),
        front: Vec::new(),
        stop_codon: StopCodon::Keep,
        bed_name: BedName::Id,
        empty_transcript_id: false,
    };
    let mut count = Count::default();
    write_query(query, options, &mut count).expect("an answer");
    assert_eq!(count.lines - count.directives, records);
    count.bytes
}

/// Counts bytes and lines.
#[derive(Default)]
struct Count {
    bytes: u64,
    lines: u64,
    directives: u64,
}

impl std::io::Write for Count {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.bytes += text.len() as u64;
        let newlines = memchr::memchr_iter(b'\n', text);
        self.lines += newlines.count() as u64;
        // Directives come at the beginning of what is written, or alone.
        self.directives += memchr::memmem::find_iter(text, "##").count() as u64;
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn elements(elements: u64) -> Throughput {
    Throughput::ElementsAndBytes { elements, bytes: 0 }
}

fn few_samples() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4))
}

criterion_group! { name = benches; config = few_samples(); targets = query }
criterion_main!(benches);
