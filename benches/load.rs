//! Loading: rows without indexes, and the whole way to a database that can be asked.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gffdb::{Existing, Loader, db, load::Observer};

mod data;

use self::data::Data;

fn load(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let goal = directory.path().join("bench.sqlite");
    for data in data::make(directory.path()) {
        let mut group = criterion.benchmark_group(format!("load_{}", data.name));
        group.throughput(Throughput::ElementsAndBytes {
            elements: data.records,
            bytes: data.bytes,
        });
        let mut two = Loader::new(&goal);
        two.existing(Existing::Overwrite);
        let mut all = two.clone();
        all.promote_all(true);
        for (keys, loader) in [("two_keys", two), ("all_keys", all)] {
            group.bench_function(format!("{keys}_without_indexes"), |b| {
                b.iter_custom(|times| (0..times).map(|_| once(&loader, &goal, &data).rows).sum());
            });
            group.bench_function(format!("{keys}_with_indexes"), |b| {
                b.iter_custom(|times| (0..times).map(|_| once(&loader, &goal, &data).whole).sum());
            });
        }
        group.finish();
    }
}

/// How long the parts of one load took.
struct Times {
    /// Until the last row was in and the first index was begun.
    rows: Duration,
    /// Until the database was in its place.
    whole: Duration,
}

/// Loads, then counts the rows on the table and, apart from it, on an index.
fn once(loader: &Loader, goal: &Path, data: &Data) -> Times {
    let mut watch = Watch {
        began: Instant::now(),
        rows: None,
    };
    let report = loader
        .load_observed(&[&data.path], &mut watch)
        .expect("a load");
    let whole = watch.began.elapsed();
    assert_eq!(report.datasets[0].lines, data.lines);
    assert_eq!(report.datasets[0].records, data.records);
    let connection = db::open(goal).expect("the database");
    for index in ["NOT INDEXED", "INDEXED BY gff_type_region"] {
        let sql = format!("SELECT COUNT(*) FROM gff {index} WHERE type IS NOT NULL");
        let count: i64 = connection
            .query_row(&sql, [], |row| row.get(0))
            .expect("a count");
        assert_eq!(count as u64, data.records, "{index}");
    }
    Times {
        rows: watch.rows.expect("indexes were built"),
        whole,
    }
}

struct Watch {
    began: Instant,
    rows: Option<Duration>,
}

impl Observer for Watch {
    fn indexing(&mut self, _: &str) {
        self.rows.get_or_insert_with(|| self.began.elapsed());
    }
}

fn few_samples() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4))
}

criterion_group! { name = benches; config = few_samples(); targets = load }
criterion_main!(benches);
