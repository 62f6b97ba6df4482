//! A case run: its loads one after the other, each checked, and its edits.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use gffdb::{ErrorKind, Existing, Report};

use super::{
    answers,
    case::{Case, Load, Options, Source},
    edited, exported,
    failure::{Checked, Failure, require, same},
    fresh, loaded,
    numbers::Numbers,
    parsed,
    rows::{self, Rows},
};

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    pub conversions: u64,
    pub refused: u64,
    pub edits: u64,
    pub refused_edits: u64,
    pub answers: u64,
}

impl std::ops::AddAssign for Done {
    fn add_assign(&mut self, other: Self) {
        self.conversions += other.conversions;
        self.refused += other.refused;
        self.edits += other.edits;
        self.refused_edits += other.refused_edits;
        self.answers += other.answers;
    }
}

/// A database that a case makes, and what is known of it.
pub struct Bench {
    directory: tempfile::TempDir,
    pub target: PathBuf,
    /// The text of each dataset that nobody edited.
    pub texts: BTreeMap<String, Vec<u8>>,
    pub done: Done,
}

/// Runs a case.
pub fn run(case: &Case) -> Checked<Done> {
    // In memory, where there is such a directory: every load syncs its file.
    let memory = Path::new("/dev/shm");
    let directory = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    let directory = directory.expect("a temporary directory");
    let mut bench = Bench {
        target: directory.path().join("a.sqlite"),
        directory,
        texts: BTreeMap::new(),
        done: Done::default(),
    };
    let mut n = Numbers::new(case.questions);
    for (number, load) in case.loads.iter().enumerate() {
        if number == case.edited_after && bench.target.exists() {
            edited::run(&mut bench, case, &mut n)?;
        }
        bench.load(load, &mut n)?;
    }
    if case.edited_after >= case.loads.len() && bench.target.exists() {
        edited::run(&mut bench, case, &mut n)?;
    }
    Ok(bench.done)
}

impl Bench {
    /// Writes a file into a directory of its own; returns its path.
    pub fn write(&self, directory: &str, name: &str, bytes: &[u8]) -> PathBuf {
        let directory = self.directory.path().join(directory);
        fs::create_dir_all(&directory).expect("a directory");
        let path = directory.join(name);
        fs::write(&path, bytes).expect("a file written");
        path
    }

    /// Loads files into a new database beside the one of the case.
    pub fn load_beside(
        &mut self,
        name: &str,
        files: &[&Source],
        options: &Options,
    ) -> Checked<PathBuf> {
        let paths: Vec<_> = files
            .iter()
            .map(|file| self.write("beside", &file.file_name(), &file.bytes()))
            .collect();
        let target = self.directory.path().join(name);
        let mut loader = options.loader(&target);
        self.done.conversions += 1;
        loader
            .existing(Existing::Overwrite)
            .load(&paths)
            .map_err(Failure::of("loads-elsewhere"))?;
        Ok(target)
    }

    fn load(&mut self, load: &Load, n: &mut Numbers) -> Checked {
        let files = &load.files;
        let paths: Vec<_> = files
            .iter()
            .map(|file| self.write("in", &file.file_name(), &file.bytes()))
            .collect();
        let before = match self.target.exists() && load.existing != Existing::Overwrite {
            true => Some(Rows::read(&self.target)?),
            false => None,
        };
        let mut options = load.options.clone();
        let mut report = self.try_load(load, &options, &paths)?;
        if report.is_none() && !options.skip_bad_lines {
            options.skip_bad_lines = true;
            report = self.try_load(load, &options, &paths)?;
        }
        let Some(report) = report else { return Ok(()) };
        let after = Rows::read(&self.target)?;
        if load.existing == Existing::Overwrite {
            self.texts.clear();
        }
        for file in files {
            self.texts.insert(file.dataset.clone(), file.text.clone());
        }
        if let Some(before) = &before {
            loaded::others_are_as_before(before, &after, files)?;
        }
        rows::integrity(&self.target)?;
        loaded::side_tables_fit(&after)?;
        for (file, report) in files.iter().zip(&report.datasets) {
            let parsed = parsed::parse(&file.text);
            same(
                "report",
                "bad lines",
                &report.skipped,
                &(parsed.bad.len() as u64),
            )?;
            loaded::is_what_the_file_says(&after, file, &parsed, &options)?;
        }
        exported::is_identical(&self.target, &self.texts)?;
        for file in files {
            fresh::is_as_loaded_alone(self, &after, file, &options)?;
        }
        let alone = (after.datasets.len() == files.len()).then_some(&options);
        if let Some(options) = alone.filter(|_| n.one_in(2)) {
            answers::do_not_depend_on_promotion(self, &after, files, options, n)?;
        }
        self.done.answers += answers::are_those_of_a_scan(&self.target, &after, n)?;
        Ok(())
    }

    /// Loads; `None` where the files were refused, rightly and without a trace.
    fn try_load(
        &mut self,
        load: &Load,
        options: &Options,
        paths: &[PathBuf],
    ) -> Checked<Option<Report>> {
        let trace = |bench: &Self| -> (Vec<PathBuf>, Option<Vec<u8>>) {
            let entries = fs::read_dir(bench.directory.path()).expect("a directory");
            let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
            paths.sort();
            (paths, fs::read(&bench.target).ok())
        };
        let before = trace(self);
        let mut loader = options.loader(&self.target);
        loader.existing(load.existing);
        self.done.conversions += 1;
        let bad = || {
            let files = load.files.iter().zip(paths);
            files.map(|(file, path)| (path, parsed::parse(&file.text).bad))
        };
        let first_bad = bad().find_map(|(path, bad)| Some((path.clone(), *bad.first()?)));
        let error = match loader.load(paths) {
            Ok(report) => {
                require(
                    "refusal",
                    options.skip_bad_lines || first_bad.is_none(),
                    || format!("loaded, though {first_bad:?} is no record"),
                )?;
                return Ok(Some(report));
            }
            Err(error) => error,
        };
        self.done.refused += 1;
        let message = error.to_string();
        let right = match error.kind() {
            ErrorKind::Line { at, .. } => {
                !options.skip_bad_lines && Some((at.path.clone(), at.line)) == first_bad
            }
            ErrorKind::Input { .. } | ErrorKind::Truncated { .. } => {
                load.files.iter().any(is_no_text)
            }
            ErrorKind::Usage { reason } => {
                let named = [options.promote.as_slice(), &options.index].concat();
                before.1.is_some() && !named.is_empty() && reason.contains("cannot promote")
            }
            _ => false,
        };
        require("refusal", right, || {
            format!("{message}; the first bad line is {first_bad:?}")
        })?;
        require("refusal", !message.chars().any(char::is_control), || {
            format!("the message steers a terminal: {message:?}")
        })?;
        require("refusal-leaves-nothing", trace(self) == before, || {
            format!(
                "{:?} and {:?} are there, before {:?}",
                trace(self).0,
                load.existing,
                before.0
            )
        })?;
        Ok(None)
    }
}

/// Tells whether a file may be taken for something else than a text.
fn is_no_text(file: &Source) -> bool {
    let text = &file.text;
    let first = std::str::from_utf8(&text[..text.len().min(2)]);
    text.is_empty()
        || text.contains(&0)
        || (text.contains(&b'\r') && !text.contains(&b'\n'))
        || first.is_err()
        || text.starts_with(b"\x1f\x8b")
        || text.starts_with(b"\xff\xfe")
        || text.starts_with(b"\xfe\xff")
}
