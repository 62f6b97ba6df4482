//! `gffdb check`: what is wrong with a file, all of it in one pass.

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use gffdb::{
    Error, Result,
    check::{Checker, Code, Consumer, Counts, Finding, Report, Severity, codes},
    write::visible,
};
use serde_json::{Value, json};

use crate::{Outcome, Run, messages};

/// Check GFF3 and GTF files, and report all problems in one pass.
///
/// A finding is `file:line: error|warning|info [code] text`. An error is what the specification
/// forbids, a warning is likely to be a mistake, an info is worth knowing. The first three findings
/// of each code are shown, and how many more there are. Memory stays small whatever the file's size;
/// a temporary file of about its size is made while it runs.
///
/// With --for, what that program refuses (error) or leaves out (warning) is reported instead.
///
/// Exit codes: 0 nothing as grave as --fail-on, 1 something is, 2 a file could not be read.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb check genes.gff3.gz
    gffdb check --all --fail-on warning genes.gff3
    gffdb check --for vep genes.gff3
    gffdb check --codes")]
pub struct Args {
    /// Files to check: GFF3, GTF, or databases; '-' is standard input.
    #[arg(required_unless_present = "codes", value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Report every finding, line by line.
    #[arg(long)]
    all: bool,

    /// Write one JSON object: findings, and counts by severity and code.
    #[arg(long)]
    json: bool,

    /// Least severity that makes the exit code 1.
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = severity())]
    fail_on: Severity,

    /// Say what this program refuses or leaves out.
    #[arg(long = "for", value_name = "PROGRAM", value_parser = consumer())]
    consumer: Option<Consumer>,

    /// List the codes, what each stands for, and the sentence it rests on.
    #[arg(long)]
    codes: bool,
}

pub fn run(args: &Args) -> Run {
    if args.codes {
        list_codes(args.consumer.map_or(codes::GENERAL, Consumer::codes))?;
        if args.files.is_empty() {
            return Ok(Outcome::Good);
        }
    }
    let mut checker = Checker::new();
    checker.all(args.all).consumer(args.consumer);
    let mut output = Output::new(args);
    let mut unread: Option<Error> = None;
    for file in &args.files {
        let name = visible(file.as_os_str().as_encoded_bytes());
        let progress = messages::Progress::new();
        let mut observer = |bytes, of| progress.done(&name, bytes, of);
        let checked = checker.check_each(file, &mut observer, &mut |name, report| {
            progress.clear();
            output.file(name, report)
        });
        progress.clear();
        // The other files are checked all the same; main says the last failure.
        if let Err(error) = checked
            && let Some(earlier) = unread.replace(error)
        {
            messages::error(&earlier);
        }
    }
    output.end(args.files.len())?;
    match unread {
        Some(error) => Err(error.into()),
        None if output.at_least(args.fail_on) > 0 => Ok(Outcome::Bad),
        None => Ok(Outcome::Good),
    }
}

/// Where findings go, and how many there were of all files.
struct Output {
    out: BufWriter<io::StdoutLock<'static>>,
    json: bool,
    all: bool,
    total: [u64; 3],
    lines: u64,
    codes: Vec<(Code, u64)>,
    first: bool,
}

impl Output {
    fn new(args: &Args) -> Self {
        Self {
            out: BufWriter::new(io::stdout().lock()),
            json: args.json,
            all: args.all,
            total: [0; 3],
            lines: 0,
            codes: Vec::new(),
            first: true,
        }
    }

    fn at_least(&self, severity: Severity) -> u64 {
        let counts = Severity::ALL.into_iter().zip(self.total);
        counts
            .filter(|(s, _)| *s >= severity)
            .map(|(_, count)| count)
            .sum()
    }

    fn file(&mut self, file: &str, report: &Report) -> Result<()> {
        let counts = report.counts();
        for (total, severity) in self.total.iter_mut().zip(Severity::ALL) {
            *total += counts.of(severity);
        }
        self.lines += report.lines();
        match self.json {
            true => report.each(&mut |finding| self.object(file, finding))?,
            false => self.text(file, report, &counts)?,
        }
        for (code, count) in counts.codes {
            match self.codes.iter_mut().find(|(known, _)| *known == code) {
                Some((_, total)) => *total += count,
                None => self.codes.push((code, count)),
            }
        }
        Ok(())
    }

    /// Findings come code by code, and after those of a code how many more there are; or all of
    /// them, line by line.
    fn text(&mut self, file: &str, report: &Report, counts: &Counts) -> Result<()> {
        let out = &mut self.out;
        let left_out = |shown: Option<(Code, u64)>| {
            let (code, shown) = shown?;
            let (_, all) = counts.codes.iter().find(|(known, _)| *known == code)?;
            (*all > shown).then(|| format!("… and {} more [{}]", grouped(all - shown), code.name))
        };
        let mut shown: Option<(Code, u64)> = None;
        report.each(&mut |finding| {
            let count = match shown {
                Some((code, count)) if code == finding.code => count,
                _ => {
                    if let Some(line) = left_out(shown).filter(|_| !self.all) {
                        writeln!(out, "{line}").map_err(failed)?;
                    }
                    0
                }
            };
            shown = Some((finding.code, count + 1));
            write_finding(out, file, finding).map_err(failed)
        })?;
        match left_out(shown).filter(|_| !self.all) {
            Some(line) => writeln!(out, "{line}").map_err(failed),
            None => Ok(()),
        }
    }

    fn object(&mut self, file: &str, finding: &Finding) -> Result<()> {
        let start = match std::mem::take(&mut self.first) {
            true => "{\"findings\": [\n  ",
            false => ",\n  ",
        };
        let object = json!({
            "file": file,
            "line": finding.line,
            "severity": finding.code.severity.name(),
            "code": finding.code.name,
            "text": finding.text,
        });
        write!(self.out, "{start}{object}").map_err(failed)
    }

    fn end(&mut self, files: usize) -> Result<()> {
        let [errors, warnings, infos] = self.total;
        if self.json {
            let start = if self.first { "{\"findings\": [" } else { "\n" };
            let counts = json!({"error": errors, "warning": warnings, "info": infos});
            let codes: serde_json::Map<String, Value> = self
                .codes
                .iter()
                .map(|(code, count)| (code.name.to_owned(), json!(count)))
                .collect();
            let codes = Value::Object(codes);
            writeln!(
                self.out,
                "{start}],\n \"counts\": {counts},\n \"codes\": {codes}}}"
            )
        } else {
            let files = match files {
                1 => String::new(),
                n => format!(" of {n} files"),
            };
            writeln!(
                self.out,
                "{}, {}, {} info in {}{files}",
                plural(errors, "error"),
                plural(warnings, "warning"),
                grouped(infos),
                plural(self.lines, "line"),
            )
        }
        .and_then(|()| self.out.flush())
        .map_err(failed)
    }
}

fn write_finding(out: &mut impl Write, file: &str, finding: &Finding) -> io::Result<()> {
    write!(out, "{}", visible(file.as_bytes()))?;
    if let Some(line) = finding.line {
        write!(out, ":{line}")?;
    }
    let Code { name, severity, .. } = finding.code;
    writeln!(
        out,
        ": {severity} [{name}] {}",
        visible(finding.text.as_bytes())
    )
}

fn list_codes(codes: &[Code]) -> Result<()> {
    let mut out = io::stdout().lock();
    for code in codes {
        writeln!(
            out,
            "{} [{}] {}\n    {}",
            code.severity, code.name, code.rule, code.basis
        )
        .map_err(failed)?;
    }
    Ok(())
}

fn failed(error: io::Error) -> Error {
    Error::io("-", "write", error)
}

fn plural(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{} {what}s", grouped(count)),
    }
}

/// A number with a comma after every three digits.
fn grouped(number: u64) -> String {
    indicatif::HumanCount(number).to_string()
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.map(Severity::name)).map(|name| {
        let named = |severity: &Severity| severity.name() == name;
        Severity::ALL
            .into_iter()
            .find(named)
            .unwrap_or(Severity::Error)
    })
}

fn consumer() -> impl TypedValueParser<Value = Consumer> {
    PossibleValuesParser::new(Consumer::ALL.map(Consumer::name))
        .try_map(|name| name.parse::<Consumer>())
}
