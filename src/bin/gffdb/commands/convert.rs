//! `gffdb convert`: annotation files become one database.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use gffdb::{
    Empty, Error, ErrorKind, Existing, Loader, Report,
    check::{Checker, Severity},
    load::Memory,
    output,
    query::{Database, nearest::nearest},
};
use indicatif::HumanCount;
use serde_json::json;

use crate::{
    Outcome, Run, memory, messages,
    signals::{self, Then},
};

/// Convert annotation files into one indexed SQLite database.
///
/// GFF3, GTF and GFF2 are told apart line by line; plain, gzip, BGZF, zstd and bzip2 by the file's
/// first bytes. The attributes ID and Parent become columns, and so do the keys that are named with
/// --promote; what is left of column 9 stays in column `attributes`. Nothing of a file is lost, and
/// no ID is changed or refused.
///
/// A new database is written under a temporary name and renamed when it is whole; with --append, files are
/// added in one transaction. So the database is the old one or the new one, whatever happens. A line whose
/// columns cannot be told apart, or with a coordinate that is no whole number, stops the conversion, unless
/// --skip-bad-lines is given; what else is odd is loaded, and noted in table issue.
///
/// A database is converted anew to promote further keys, to put datasets together or take them apart, or to bring
/// one of an older gffdb up to date. It keeps the keys that are promoted, indexed or stored with --values, the other
/// names of sequences, and edited records; inferred records are inferred anew, and tables that others added stay behind.
///
/// With SOURCE_DATE_EPOCH in the environment, that is the time in the database: the same files give the same
/// bytes.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb convert genes.gff3.gz -o genes.sqlite
    gffdb convert genes.gff3 --promote Name,biotype --values tag -o genes.sqlite
    curl -s https://example.org/genes.gtf.gz | gffdb convert - --dataset genes -o genes.sqlite
    gffdb convert new.gff3 -o genes.sqlite --append --replace
    gffdb convert old.sqlite --promote biotype -o genes.sqlite")]
pub struct Args {
    /// Files to convert; '-' is standard input. A gffdb database is converted as the files of its datasets.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Database to write.
    #[arg(short, long, value_name = "DATABASE")]
    output: PathBuf,

    /// Store these attributes as columns, separated by commas; 'all' stores every attribute, up to 200 columns.
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    promote: Vec<String>,

    /// Store these attributes as columns with an index.
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    index: Vec<String>,

    /// Store each value of these attributes as its own row in table attribute_value, for lists such as tag=a,b.
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    values: Vec<String>,

    /// Name of the dataset, for one file; by default the file's name without its extensions. Of a database with
    /// several datasets, the one to convert.
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,

    /// Add to an existing database. Other programs cannot read it meanwhile, unless it is in WAL mode.
    #[arg(long, conflicts_with = "force")]
    append: bool,

    /// With --append: replace the dataset of the same name.
    #[arg(long, requires = "append")]
    replace: bool,

    /// Overwrite an existing database.
    #[arg(long)]
    force: bool,

    /// Skip invalid lines instead of stopping; they are stored in table _other_line and counted in the summary. A
    /// truncated compressed file is loaded as far as it goes.
    #[arg(long)]
    skip_bad_lines: bool,

    /// Accept files without records.
    #[arg(long)]
    allow_empty: bool,

    /// GTF: do not add genes and transcripts that have no line of their own.
    #[arg(long)]
    no_infer: bool,

    /// GFF3: add parents that are not found in the file, where the types of their children tell what they are.
    #[arg(long, conflicts_with = "no_infer")]
    infer: bool,

    /// Rows per transaction.
    #[arg(long, value_name = "N", default_value_t = gffdb::load::BATCH_ROWS as u64)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    batch: u64,

    /// Number of threads; more than four make no difference. The default is the number of processors.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,

    /// Memory to use, at least 16M.
    ///
    /// With more, the keys of the indexes are sorted without temporary files. Adding genes and transcripts of GTF files, or
    /// finding a million missing parents, takes 64 to 83 MiB whatever the limit. A record is held twice: one of 300 MB
    /// takes 585 MiB, one with a million parents 164 MiB. Comments and sequences may be of any length.
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = memory)]
    memory: Memory,

    /// Directory for temporary files; by default that of the database.
    #[arg(long, value_name = "DIRECTORY")]
    tmp_dir: Option<PathBuf>,

    /// Refuse files in which `gffdb check` finds an error; they are read twice.
    #[arg(long, conflicts_with = "skip_bad_lines")]
    strict: bool,

    /// Print what was done as one JSON object, on standard output.
    #[arg(long)]
    json: bool,
}

/// How long a load that was interrupted may take to stop by itself.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long one that adds to a database may take, to undo what it began.
const LAST_PATIENCE: Duration = Duration::from_secs(10);

pub fn run(args: &Args) -> Run {
    for file in &args.files {
        if output::is_same_file(file, &args.output) {
            return Err(Error::usage(format!(
                "{} cannot be both read and written; name another database with -o",
                file.display()
            ))
            .into());
        }
    }
    let loader = loader(args, source_date()?);
    let (cancel, append) = (loader.cancel(), args.append);
    signals::watch(move |asked| {
        cancel.cancel();
        // A load that waits for its input, from a terminal or a stalled pipe, sees nothing of this.
        if asked.since < PATIENCE {
            return Then::Wait;
        }
        if cancel.abandon() {
            messages::error(&Error::from(gffdb::ErrorKind::Interrupted));
            return Then::Die;
        }
        if append && asked.since > LAST_PATIENCE {
            messages::broken_off(
                "interrupted; the next gffdb command on the database undoes what was begun; do not move or \
                 copy the database before that",
            );
            return Then::Die;
        }
        Then::Wait
    })?;
    if args.strict {
        args.files.iter().try_for_each(|file| refuse_errors(file))?;
    }
    let mut progress = messages::Progress::new();
    let report = loader.load_observed(&args.files, &mut progress);
    progress.clear();
    let report = report.map_err(with_way_out)?;
    match args.json {
        true => print_json(&report, &args.output)?,
        false => messages::loaded(&report, &args.output, memory::peak()),
    }
    missing_keys(args, &report)?;
    Ok(Outcome::Good)
}

/// Refuses a file that has an error, as `gffdb check` would print it.
fn refuse_errors(file: &Path) -> Result<(), Error> {
    if file == Path::new("-") {
        return Err(Error::usage(
            "--strict reads a file twice, which standard input cannot be; name a file",
        ));
    }
    let report = Checker::new().check(file)?;
    let errors = report.counts().of(Severity::Error);
    if errors == 0 {
        return Ok(());
    }
    report.each(&mut |finding| {
        if finding.code.severity == Severity::Error {
            messages::finding(&file.display().to_string(), finding);
        }
        Ok(())
    })?;
    Err(Error::input(
        file,
        format!(
            "errors, as gffdb check finds them: {}; without --strict, what can be loaded is loaded",
            HumanCount(errors)
        ),
    ))
}

/// Prints what a load did. Sizes are in bytes.
fn print_json(report: &Report, target: &Path) -> Result<(), Error> {
    let datasets: Vec<_> = report
        .datasets
        .iter()
        .map(|dataset| {
            json!({
                "dataset": dataset.dataset,
                "lines": dataset.lines,
                "records": dataset.records,
                "lines_skipped": dataset.skipped,
                "bytes": dataset.bytes,
                "cut_off": dataset.truncated,
            })
        })
        .collect();
    let issues: Vec<_> = report
        .issues
        .iter()
        .map(|(code, severity, count)| json!({"code": code, "severity": severity, "count": count}))
        .collect();
    let inferred: serde_json::Map<_, _> = report
        .inferred
        .iter()
        .map(|(ty, count)| (ty.clone(), json!(count)))
        .collect();
    let object = json!({
        "database": target.display().to_string(),
        "datasets": datasets,
        "bytes": report.bytes,
        "seconds": report.seconds,
        "database_bytes": report.size,
        "peak_memory_bytes": memory::peak(),
        "promoted": report.promoted,
        "keys_missing": report.keys_missing,
        "inferred": inferred,
        "issues": issues,
    });
    super::print_json(&object)
}

/// Says which keys were named in vain.
fn missing_keys(args: &Args, report: &Report) -> Result<(), Error> {
    if report.keys_missing.is_empty() {
        return Ok(());
    }
    let known = Database::open(&args.output)?.known_keys()?;
    for key in &report.keys_missing {
        let others = known
            .iter()
            .map(String::as_str)
            .filter(|other| other != key);
        messages::note(&match nearest(key, others) {
            Some(near) => format!("no record has the key {key}; did you mean {near}?"),
            None => format!("no record has the key {key}"),
        });
    }
    Ok(())
}

/// Says how to load what is there, where that is what can be done.
fn with_way_out(error: Error) -> Box<dyn std::error::Error> {
    match error.kind() {
        ErrorKind::Truncated { .. } => {
            format!("{error}, or load what is there with --skip-bad-lines").into()
        }
        _ => error.into(),
    }
}

/// Returns the time that takes the place of now, for results that are the same each time: seconds since 1970.
///
/// <https://reproducible-builds.org/specs/source-date-epoch/>, version 1.1.
fn source_date() -> Result<Option<i64>, Error> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let seconds = text.to_str().and_then(|text| text.parse().ok());
    match seconds {
        Some(seconds) => Ok(Some(seconds)),
        None => Err(Error::usage(format!(
            "SOURCE_DATE_EPOCH: expected seconds since 1970, found {text:?}"
        ))),
    }
}

fn loader(args: &Args, time: Option<i64>) -> Loader {
    let mut loader = Loader::new(&args.output);
    loader
        .existing(match (args.append, args.replace, args.force) {
            (true, true, _) => Existing::Replace,
            (true, false, _) => Existing::Append,
            (false, _, true) => Existing::Overwrite,
            (false, _, false) => Existing::Refuse,
        })
        .promote(args.promote.iter().filter(|key| *key != "all"))
        .promote_all(args.promote.iter().any(|key| key == "all"))
        .index(&args.index)
        .values(&args.values)
        .batch_rows(usize::try_from(args.batch).unwrap_or(usize::MAX))
        .skip_bad_lines(args.skip_bad_lines)
        .empty(match args.allow_empty {
            true => Empty::Allow,
            false => Empty::Refuse,
        })
        .infer_gtf(!args.no_infer)
        .infer_gff3(args.infer)
        .memory(args.memory);
    if let Some(time) = time {
        loader.loaded_at(time);
    }
    if let Some(directory) = &args.tmp_dir {
        loader.temporary_directory(directory);
    }
    if let Some(name) = &args.dataset {
        loader.dataset(name);
    }
    if let Some(threads) = args.threads {
        loader.threads(threads.into());
    }
    loader
}

/// Reads a size: bytes, or a number with K, M or G for the powers of 1,024.
fn memory(size: &str) -> Result<Memory, String> {
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match size[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        _ => return Err(String::from("expected a size such as 64M or 1G")),
    };
    let number: u64 = digits
        .parse()
        .map_err(|_| String::from("expected a size such as 64M or 1G"))?;
    Memory::new(number.saturating_mul(unit)).map_err(|e| e.to_string())
}
