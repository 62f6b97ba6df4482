//! The only code that writes to standard error.

use std::{
    error::Error,
    io::{self, IsTerminal, Write},
    iter,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use gffdb::{
    Report,
    check::Finding,
    input::BytesRead,
    load::Observer,
    write::{Visible, visible},
};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::threads;

/// Writes a line to standard error, and nothing of what files have in it commands the terminal. Where nobody reads it any more, there is nobody to tell.
macro_rules! say {
    ($($words:tt)*) => {{
        let _ = writeln!(Visible(io::stderr()), $($words)*);
    }};
}

/// Says why the program could not run.
pub fn error(error: &(dyn Error + 'static)) {
    let causes: Vec<_> = iter::successors(Some(error), |&e| e.source())
        .map(ToString::to_string)
        .collect();
    say!("gffdb: {}", causes.join(": "));
}

/// Tells whether the reader of our output went away (`gffdb … | head`), which is no failure.
pub fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let broken = |e: &io::Error| e.kind() == io::ErrorKind::BrokenPipe;
    iter::successors(Some(error), |&e| e.source()).any(|e| {
        e.downcast_ref().is_some_and(broken)
            || matches!(
                e.downcast_ref::<gffdb::Error>().map(gffdb::Error::kind),
                Some(gffdb::ErrorKind::Io { source, .. }) if broken(source)
            )
    })
}

/// Whether nothing is said but why something failed.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Says nothing from now on but why something failed.
pub fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Says something that a person at a prompt should know; nothing went wrong with the work itself.
pub fn note(text: &str) {
    if !is_quiet() {
        say!("gffdb: {text}");
    }
}

/// Says what has to be known of work that was broken off.
pub fn broken_off(text: &str) {
    say!("gffdb: {text}");
}

/// Says what was found in a file, as `gffdb check` does.
pub fn finding(file: &str, finding: &Finding) {
    let line = finding
        .line
        .map_or(String::new(), |line| format!(":{line}"));
    let code = finding.code;
    say!(
        "{file}{line}: {} [{}] {}",
        code.severity,
        code.name,
        finding.text
    );
}

/// Says how long a command took, and what memory it needed.
pub fn took(time: Duration, peak_memory: Option<u64>) {
    let memory = peak_memory.map_or(String::new(), |bytes| {
        format!(", {} peak memory", HumanBytes(bytes))
    });
    say!("gffdb: {:.3} s{memory}", time.as_secs_f64());
}

/// Says what a load did.
pub fn loaded(report: &Report, goal: &Path, peak_memory: Option<u64>) {
    if is_quiet() {
        return;
    }
    let records: u64 = report.datasets.iter().map(|d| d.records).sum();
    let skipped: u64 = report.datasets.iter().map(|d| d.skipped).sum();
    let rate = (records as f64 / report.seconds.max(1e-3)) as u64;
    let memory = peak_memory.map_or(String::new(), |bytes| {
        format!(", {} peak memory", HumanBytes(bytes))
    });
    let datasets = match report.datasets.len() {
        1 => String::new(),
        n => format!(" of {n} files"),
    };
    say!(
        "{}: {} records{datasets}, {} in {:.2} s ({} records/s){memory}, {} on disk",
        goal.display(),
        HumanCount(records),
        HumanBytes(report.bytes),
        report.seconds,
        HumanCount(rate),
        HumanBytes(report.size),
    );
    for dataset in &report.datasets {
        if let Some(reason) = &dataset.truncated {
            say!(
                "{}: {reason}; the file is cut off, and only what is there was loaded",
                dataset.dataset
            );
        }
    }
    match skipped {
        0 => {}
        1 => say!("1 line skipped; it is in table _other_line, kind 'bad'"),
        _ => say!(
            "{} lines skipped; they are in table _other_line, kind 'bad'",
            HumanCount(skipped)
        ),
    }
    if report.keys_left > 0 {
        say!(
            "{} keys stay in column attributes: at most {} become columns, and none whose name is \
             taken",
            report.keys_left,
            gffdb::load::MOST_COLUMNS
        );
    }
    if !report.inferred.is_empty() {
        let added = report.inferred.iter();
        let added: Vec<_> = added
            .map(|(ty, count)| format!("{ty} {}", HumanCount(*count)))
            .collect();
        say!(
            "inferred: {}; these are in table _inferred, and export leaves them out",
            added.join(", ")
        );
    }
    for (code, severity, count) in &report.issues {
        say!("{severity} {code}: {}", HumanCount(*count));
    }
}

/// A progress bar on a terminal; nothing elsewhere.
pub struct Progress {
    bar: Option<ProgressBar>,
    position: Option<BytesRead>,
}

impl Progress {
    /// Begins.
    pub fn new() -> Self {
        let shown = !is_quiet() && io::stderr().is_terminal();
        Self {
            bar: shown.then(ProgressBar::no_length),
            position: None,
        }
    }

    /// Begins, unless what a command writes goes to the terminal as well.
    pub fn beside_output(is_elsewhere: bool) -> Self {
        match is_elsewhere || !io::stdout().is_terminal() {
            true => Self::new(),
            false => Self {
                bar: None,
                position: None,
            },
        }
    }

    /// Shows how many bytes of something are done, and of how many, where that is known.
    pub fn done(&self, what: &str, bytes: u64, of: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        if bar.message() != what {
            bar.reset();
            bar.set_message(what.to_owned());
            self.of_bytes(of);
        }
        bar.set_position(bytes);
    }

    /// Takes the bar off the terminal.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Shows bytes, of how many, where that is known.
    fn of_bytes(&self, len: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        match len {
            Some(len) => {
                bar.set_length(len);
                self.style("{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left");
            }
            None => self.style("{msg} {spinner} {bytes} {bytes_per_sec}"),
        }
    }

    fn style(&self, template: &str) {
        if let (Some(bar), Ok(style)) = (&self.bar, ProgressStyle::with_template(template)) {
            bar.set_style(style);
        }
    }
}

impl Observer for Progress {
    fn file(&mut self, path: &Path, len: Option<u64>, position: BytesRead) {
        let Some(bar) = &self.bar else { return };
        bar.reset();
        bar.set_message(visible(path.as_os_str().as_encoded_bytes()));
        self.of_bytes(len);
        self.position = Some(position);
    }

    fn batch(&mut self) {
        if let (Some(bar), Some(position)) = (&self.bar, &self.position) {
            bar.set_position(position.get());
        }
    }

    fn indexing(&mut self, name: &str) {
        let Some(bar) = &self.bar else { return };
        self.style("{spinner} indexing {msg} {elapsed}");
        bar.set_message(name.to_owned());
        if threads::can_start() {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
    }
}
