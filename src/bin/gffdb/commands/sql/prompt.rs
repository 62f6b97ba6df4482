//! The prompt of `gffdb sql`: statements over several lines, with a history.

use std::{
    env, fs,
    io::{self, Write},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use gffdb::{
    Error, ErrorKind,
    query::sql::{self, Runner},
    write::{RowFormat, Visible},
};
use rustyline::{
    Config, Editor, Helper,
    completion::Completer,
    error::ReadlineError,
    highlight::Highlighter,
    hint::Hinter,
    history::FileHistory,
    validate::{ValidationContext, ValidationResult, Validator},
};

use super::standard_output;
use crate::{
    Outcome, Run, messages,
    signals::{self, Then},
};

const HELP: &str = "\
Statements end in ';' and may take several lines. Ctrl-C drops the line, or stops the statement
that runs; Ctrl-D leaves.

.tables          list tables and views
.schema [NAME]   show how all of them, or one, are defined
.format FORMAT   write rows as table, vertical, csv, tsv, json, jsonl or markdown
.help            show this
.quit            leave";

pub fn run(runner: &Runner<'_>, format: RowFormat) -> Run {
    let running = stop_on_ctrl_c(runner)?;
    let mut editor = Editor::with_config(
        Config::builder()
            .auto_add_history(true)
            .history_ignore_space(true)
            .max_history_size(10_000)?
            .build(),
    )?;
    editor.set_helper(Some(Lines));
    let history = history_file();
    if let Some(history) = &history {
        // There is none before the first time.
        let _ = editor.load_history(history);
    }
    let mut format = format;
    say(&format!(
        "{}: '.help' for help, '.quit' to leave",
        runner.path.display()
    ))?;
    loop {
        let line = match editor.readline("gffdb> ") {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        };
        keep(&mut editor, history.as_ref());
        if line.trim() == ".quit" || line.trim() == ".exit" {
            break;
        }
        running.store(true, Ordering::SeqCst);
        let result = answer(runner, &line, &mut format);
        running.store(false, Ordering::SeqCst);
        match result {
            Ok(()) => {}
            Err(error) if messages::is_broken_pipe(&error) => break,
            Err(error) => match error.kind() {
                ErrorKind::Interrupted => messages::note("interrupted"),
                _ => messages::error(&error),
            },
        }
    }
    super::ended(runner.connection)?;
    Ok(Outcome::Good)
}

/// Does what one input says: a command that starts with a dot, or SQL.
fn answer(runner: &Runner<'_>, line: &str, format: &mut RowFormat) -> Result<(), Error> {
    let sqlite = |e| Error::sqlite(runner.path, e);
    let mut words = line.split_whitespace();
    match (words.next(), words.next()) {
        (Some(".help"), _) => say(HELP)?,
        (Some(".tables"), _) => {
            for table in sql::tables(runner.connection).map_err(sqlite)? {
                say(&table.name)?;
            }
        }
        (Some(".schema"), name) => {
            let found = sql::definitions(runner.connection, name).map_err(sqlite)?;
            if let (Some(name), true) = (name, found.is_empty()) {
                return Err(Error::usage(format!(
                    "no table or view {name}; see .tables"
                )));
            }
            for definition in found {
                say(&definition)?;
            }
        }
        (Some(".format"), Some(name)) => *format = name.parse()?,
        (Some(".format"), None) => say(format.name())?,
        (Some(word), _) if word.starts_with('.') => {
            return Err(Error::usage(format!("no command {word}; see .help")));
        }
        _ => {
            let before = runner.connection.total_changes();
            let mut sink = standard_output(*format);
            runner.run(line, sink.as_mut())?;
            drop(sink);
            match runner.connection.total_changes() - before {
                0 => {}
                1 => say("1 row changed")?,
                n => say(&format!("{n} rows changed"))?,
            }
        }
    }
    Ok(())
}

fn say(text: &str) -> Result<(), Error> {
    writeln!(Visible(io::stdout()), "{text}").map_err(|e| Error::io("-", "write", e))
}

/// Makes Ctrl-C stop the statement that runs; returns the flag that says that one does.
fn stop_on_ctrl_c(runner: &Runner<'_>) -> io::Result<Arc<AtomicBool>> {
    let running = Arc::new(AtomicBool::new(false));
    let interrupt = runner.connection.get_interrupt_handle();
    let seen = Arc::clone(&running);
    signals::watch(move |asked| match seen.load(Ordering::SeqCst) {
        true => {
            interrupt.interrupt();
            match asked.by_ctrl_c {
                true => Then::GoOn,
                false => Then::Wait,
            }
        }
        // While a line is edited, Ctrl-C is a key; so this is the system asking to end.
        false => Then::Die,
    })?;
    Ok(running)
}

/// Returns where the history is kept: `gffdb/history` in the user's state directory.
fn history_file() -> Option<PathBuf> {
    let state = env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| Some(env::home_dir()?.join(".local/state")))?;
    let dir = state.join("gffdb");
    fs::create_dir_all(&dir).ok()?;
    Some(dir.join("history"))
}

/// Writes the history after each line, so that a prompt that is killed has kept it.
fn keep(editor: &mut Editor<Lines, FileHistory>, history: Option<&PathBuf>) {
    if let Some(history) = history {
        // A full or read-only home is no reason to stop asking.
        let _ = editor.append_history(history);
    }
}

/// Lets Enter end the input only where a statement ends.
struct Lines;

impl Helper for Lines {}

impl Highlighter for Lines {}

impl Completer for Lines {
    type Candidate = String;
}

impl Hinter for Lines {
    type Hint = String;
}

impl Validator for Lines {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        Ok(
            if input.trim_start().starts_with('.') || sql::is_complete(input) {
                ValidationResult::Valid(None)
            } else {
                ValidationResult::Incomplete
            },
        )
    }
}
