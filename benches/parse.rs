//! Parsing, stage by stage: from bytes to promoted and proven records, beside other crates.

use std::{
    fs::{self, File},
    hint::black_box,
    io::Read,
    path::Path,
    str,
    time::Duration,
};

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use gffdb::{
    Loader,
    gff::{Attributes, Line, LineEnd, Number, Record},
    input::{BLOCK_SIZE, Blocks, Input, Options},
};

mod data;

use self::data::Data;

fn parse(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for data in data::make(directory.path()) {
        let mut group = criterion.benchmark_group(format!("parse_{}", data.name));
        group.throughput(Throughput::ElementsAndBytes {
            elements: data.records,
            bytes: data.bytes,
        });
        from_a_file(&mut group, &data);
        from_memory(&mut group, &data);
        group.finish();
    }
}

/// Stages that read the file itself; the system has it in memory.
fn from_a_file(group: &mut BenchmarkGroup<WallTime>, data: &Data) {
    group.bench_function("file_floor_count_newlines", |b| {
        b.iter(|| assert_eq!(newlines(&data.path), data.lines));
    });
    group.bench_function("file_blocks_and_sha256", |b| {
        b.iter(|| assert_eq!(block_bytes(&data.path), data.bytes));
    });
    let mut loader = Loader::new("never.sqlite");
    loader.threads(1);
    let mut all = loader.clone();
    all.promote_all(true);
    for (name, loader) in [("file_promotion_two", loader), ("file_promotion_all", all)] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let report = loader.dry_run(&data.path).expect("records");
                assert_eq!(report.records, data.records);
            });
        });
    }
}

/// Stages that parse bytes already in memory: the same bytes for every crate.
fn from_memory(group: &mut BenchmarkGroup<WallTime>, data: &Data) {
    let bytes = fs::read(&data.path).expect("the data");
    group.bench_function("lines_gffdb", |b| {
        b.iter(|| {
            let mut count = 0;
            records(&bytes, |line| {
                count += u64::from(!black_box(line).is_empty())
            });
            assert_eq!(count, data.records);
        });
    });
    group.bench_function("columns_gffdb", |b| {
        b.iter(|| assert_eq!(columns_gffdb(&bytes), data.records));
    });
    group.bench_function("columns_noodles", |b| {
        b.iter(|| assert_eq!(columns_noodles(&bytes), data.records));
    });
    group.bench_function("fields_csv", |b| {
        b.iter(|| assert_eq!(fields_csv(&bytes), data.records));
    });
    group.bench_function("attributes_gffdb", |b| {
        b.iter(|| assert_eq!(attributes_gffdb(&bytes), data.attributes));
    });
    group.bench_function("attributes_noodles", |b| {
        b.iter(|| assert_eq!(attributes_noodles(&bytes), data.attributes));
    });
}

/// The floor: the file read in pieces, its newlines counted.
fn newlines(path: &Path) -> u64 {
    let mut file = File::open(path).expect("the data");
    let mut piece = vec![0; BLOCK_SIZE];
    let mut count = 0;
    loop {
        match file.read(&mut piece).expect("bytes") {
            0 => return count,
            n => count += memchr::memchr_iter(b'\n', &piece[..n]).count() as u64,
        }
    }
}

fn block_bytes(path: &Path) -> u64 {
    let input = Input::open(path, &Options::default()).expect("the data");
    let mut blocks = Blocks::new(input, BLOCK_SIZE);
    let mut block = Vec::new();
    let mut bytes = 0;
    while blocks.read_into(&mut block).expect("a block") {
        bytes += black_box(&block).len() as u64;
    }
    black_box(blocks.sha256());
    bytes
}

/// Checks that the bytes are UTF-8, as the loader does, and hands on each record line.
fn records<'a>(bytes: &'a [u8], mut record: impl FnMut(&'a str)) {
    let mut rest = str::from_utf8(bytes).expect("UTF-8");
    while !rest.is_empty() {
        let (line, _, after) = LineEnd::split(rest);
        if let Line::Record(line) = Line::of(line) {
            record(line);
        }
        rest = after;
    }
}

/// Reads every column but the ninth, decoded.
fn columns_gffdb(bytes: &[u8]) -> u64 {
    let mut count = 0;
    records(bytes, |line| {
        let record = Record::parse(line).expect("nine columns");
        black_box((record.seqid(), record.source(), record.ty()));
        black_box((record.column(5), record.column(6), record.phase()));
        let (Number::Known(start), Number::Known(end)) = (record.start(), record.end()) else {
            panic!("{line}");
        };
        count += u64::from(start <= end);
    });
    count
}

fn columns_noodles(bytes: &[u8]) -> u64 {
    let mut count = 0;
    noodles(bytes, |record| {
        black_box((
            record.reference_sequence_name(),
            record.source(),
            record.ty(),
        ));
        let _ = black_box((record.score(), record.strand(), record.phase()));
        let (start, end) = (record.start(), record.end());
        count += u64::from(start.expect("a number") <= end.expect("a number"));
    });
    count
}

fn attributes_gffdb(bytes: &[u8]) -> u64 {
    let mut count = 0;
    records(bytes, |line| {
        let record = Record::parse(line).expect("nine columns");
        for attribute in Attributes::new(record.attributes()) {
            black_box(attribute.decoded());
            count += u64::from(!matches!(attribute.key, "" | "."));
        }
    });
    count
}

fn attributes_noodles(bytes: &[u8]) -> u64 {
    let mut count = 0;
    noodles(bytes, |record| {
        for attribute in record.attributes().iter() {
            black_box(attribute.expect("an attribute"));
            count += 1;
        }
    });
    count
}

fn noodles(bytes: &[u8], mut record: impl FnMut(noodles_gff::Record<'_>)) {
    let mut reader = noodles_gff::io::Reader::new(bytes);
    let mut line = noodles_gff::Line::default();
    while reader.read_line(&mut line).expect("a line") > 0 {
        if let Some(found) = line.as_record() {
            record(found.expect("nine columns"));
        }
    }
}

/// Splits at tabs and line ends; knows nothing of what the fields mean.
fn fields_csv(bytes: &[u8]) -> u64 {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .comment(Some(b'#'))
        .has_headers(false)
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut record).expect("a record") {
        count += u64::from(black_box(&record).len() == 9);
    }
    count
}

fn few_samples() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}

criterion_group! { name = benches; config = few_samples(); targets = parse }
criterion_main!(benches);
