//! `gffdb verify`: proof that nothing was lost.

use std::{
    cell::Cell,
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
};

use bstr::BStr;
use gffdb::{
    Error, ErrorKind, db,
    export::{Compared, Dataset, Difference, Exporter, Found, choose, integrity},
    load::dataset_name,
    write::{Visible, visible},
};
use indicatif::{DecimalBytes, HumanCount};
use serde_json::{Value, json};

use crate::{Outcome, Run, messages};

/// All that SQLite says of a damaged file.
const MALFORMED: &str = "database disk image is malformed";

/// Bytes of a line that are shown before the first one that differs, and from it on.
const SHOWN: (usize, usize) = (30, 50);

/// Prove that a database gives back the files that it was made from.
///
/// Every dataset is written again, in memory, and its length and SHA-256 are compared with those of
/// the file that was loaded. With a FILE, compressed or not, one dataset is compared with that, and
/// the first line that differs is named. SQLite's integrity_check is part of it.
///
/// Exit code 0 says that all is identical and sound, 1 that something is not, 2 that it could not be
/// found out.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb verify genes.sqlite
    gffdb verify genes.sqlite genes.gff3.gz")]
pub struct Args {
    /// Database to verify.
    database: PathBuf,

    /// File to compare with; '-' is standard input.
    file: Option<PathBuf>,

    /// Name of the dataset; by default all, or the one that FILE's name says.
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,

    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Run {
    let path = args.database.as_path();
    let connection = db::open(path)?;
    let datasets = Dataset::all(&connection, path)?;
    let chosen = chosen(args, &datasets)?;
    let progress = messages::Progress::new();
    // The dataset that is written, and how much of it is.
    let done = Cell::new((0, 0));
    let observer = |bytes| {
        let (at, before) = done.get();
        done.set((at, before + bytes));
        let dataset = chosen[at];
        progress.done(&dataset.name, before + bytes, Some(dataset.bytes));
    };
    let mut exporter = Exporter::new(&connection, path, &datasets);
    exporter.observer(&observer);
    let mut verdicts = Verdicts::new(args.json);
    thread::scope(|scope| {
        // It reads every page and every index, which takes longer than all the rest.
        let check = || integrity(&db::open(path)?, path);
        let thread = thread::Builder::new().spawn_scoped(scope, check);
        for (at, dataset) in chosen.iter().enumerate() {
            done.set((at, 0));
            let verdict = verdict(&exporter, dataset, args.file.as_deref());
            progress.clear();
            let (same, text) = verdict.or_else(unreadable)?;
            verdicts.dataset(&dataset.name, same, text)?;
        }
        let ended = |_| Error::usage("the check ended early; this is a fault");
        let problems = match thread {
            Ok(thread) => thread.join().map_err(ended)??,
            // No thread could be started, so it is done now.
            Err(_) => check()?,
        };
        Ok(match verdicts.end(problems)? {
            true => Outcome::Good,
            false => Outcome::Bad,
        })
    })
}

/// What was found out, printed line by line, or as one object at the end.
struct Verdicts {
    good: bool,
    /// What JSON has of the datasets; `None` for text.
    datasets: Option<Vec<Value>>,
}

impl Verdicts {
    fn new(json: bool) -> Self {
        Self {
            good: true,
            datasets: json.then(Vec::new),
        }
    }

    fn dataset(&mut self, name: &str, same: bool, text: String) -> Result<(), Error> {
        self.good &= same;
        match &mut self.datasets {
            Some(datasets) => {
                datasets.push(json!({"dataset": name, "identical": same, "text": text}));
                Ok(())
            }
            None => line(&format!("{}: {text}", visible(name.as_bytes()))),
        }
    }

    /// Adds what SQLite's integrity_check says; returns whether all is good.
    fn end(self, problems: Vec<String>) -> Result<bool, Error> {
        let good = self.good && problems.is_empty();
        match self.datasets {
            Some(datasets) => super::print_json(&json!({
                "good": good,
                "datasets": datasets,
                "integrity_check": problems,
            }))?,
            None if problems.is_empty() => line("integrity_check: ok")?,
            None => problems
                .iter()
                .try_for_each(|problem| line(&format!("integrity_check: {problem}")))?,
        }
        Ok(good)
    }
}

/// Prints a line.
fn line(text: &str) -> Result<(), Error> {
    writeln!(Visible(io::stdout().lock()), "{text}").map_err(super::unwritten)
}

/// Returns the datasets to verify.
fn chosen<'d>(args: &Args, datasets: &'d [Dataset]) -> Result<Vec<&'d Dataset>, Error> {
    let by_file = args.file.as_deref().map(dataset_name);
    let named = |name: &String| datasets.iter().any(|d| d.name == *name);
    match (&args.dataset, by_file) {
        (None, None) => Ok(datasets.iter().collect()),
        (Some(name), _) => Ok(vec![choose(datasets, Some(name), &args.database)?]),
        (None, by_file) => {
            let name = by_file.filter(named);
            Ok(vec![choose(datasets, name.as_deref(), &args.database)?])
        }
    }
}

/// Returns whether a dataset is what it should be, and what is said of it.
fn verdict(
    exporter: &Exporter,
    dataset: &Dataset,
    file: Option<&Path>,
) -> Result<(bool, String), Error> {
    let identical = |lines, bytes| {
        let (lines, bytes) = (count(lines, "line"), DecimalBytes(bytes));
        (true, format!("identical, {lines}, {bytes}"))
    };
    if let Some(file) = file {
        return Ok(match Compared::with(file, exporter, dataset)? {
            Compared::Different(difference) => (false, first_difference(&difference)),
            Compared::Same { lines, bytes } => identical(lines, bytes),
        });
    }
    let found = Found::of(exporter, dataset)?;
    Ok(match found.is_same(dataset) {
        true => identical(found.lines, found.bytes),
        false => (false, changes(dataset, &found)),
    })
}

/// Says that a dataset lies in a damaged part of the file; any other error stays one.
fn unreadable(error: Error) -> Result<(bool, String), Error> {
    match error.kind() {
        ErrorKind::Sql { source, .. }
            if source.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseCorrupt) =>
        {
            Ok((
                false,
                match source {
                    rusqlite::Error::SqliteFailure(_, Some(why)) if why != MALFORMED => {
                        format!("cannot be read, {why}")
                    }
                    _ => String::from("cannot be read, the file is damaged"),
                },
            ))
        }
        _ => Err(error),
    }
}

/// Says in what a dataset differs from what was loaded.
fn changes(dataset: &Dataset, found: &Found) -> String {
    let counts = [
        ("record", dataset.records, found.records),
        ("line", dataset.lines, found.lines),
        ("byte", dataset.bytes, found.bytes),
    ];
    let differing: Vec<String> = counts
        .iter()
        .filter(|(_, expected, found)| expected != found)
        .map(|(of, expected, found)| {
            let expected = count(*expected, of);
            format!("expected {expected}, found {}", HumanCount(*found))
        })
        .collect();
    let what = match differing.is_empty() {
        true => String::from("as many records, lines and bytes, but other ones"),
        false => differing.join("; "),
    };
    format!("changed since it was loaded: {what}")
}

/// Returns a number of things in words.
fn count(number: u64, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {of}{plural}", HumanCount(number))
}

/// Shows the first line that differs, from shortly before the first byte that does.
fn first_difference(difference: &Difference) -> String {
    let shown = |line: &Option<Vec<u8>>| match line {
        None => String::from("the end"),
        Some(line) => {
            let same = difference.same - difference.left_out;
            let from = same.saturating_sub(SHOWN.0).min(line.len());
            let to = (same + SHOWN.1).min(line.len());
            let mark = |cut: bool| if cut { "…" } else { "" };
            let before = mark(difference.left_out + from > 0);
            let after = mark(to < line.len());
            format!("{before}{:?}{after}", BStr::new(&line[from..to]))
        }
    };
    format!(
        "line {}: expected {}, found {}",
        HumanCount(difference.line),
        shown(&difference.expected),
        shown(&difference.found)
    )
}
