//! The prompt of `gffdb sql`: statements over several lines, with a history.

use std::{
    env, fs,
    io::{self, Write},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use gffdb::{
    Error, ErrorKind,
    sql::{self, Runner},
    write::{RowFormat, Visible},
};
use rustyline::{CompletionType, Config, Editor, error::ReadlineError, history::FileHistory};

use super::standard_output;
use crate::{
    Outcome, Run, messages,
    signals::{self, Then},
};

mod complete;

use self::complete::Complete;

const HELP: &str = "\
Statements end in ';' and may take several lines. Ctrl-C drops the statement, or stops the one that
runs; Ctrl-D leaves; Tab completes tables, columns, functions, and in quotes IDs.

.tables          list tables and views
.schema [NAME]   show how all of them, or one, are defined
.format FORMAT   write rows as table, vertical, csv, tsv, json, jsonl or markdown; .mode is the same
.headers on|off  write the names of the columns first, or not
.timer on|off    say how long each statement took, or not
.help            show this; so does help
.quit            leave; so do .exit, quit and exit";

/// What is in front of the first line of a statement, and of the others.
const PROMPTS: [&str; 2] = ["gffdb> ", "  ...> "];

/// How answers are written.
struct Settings {
    format: RowFormat,
    header: bool,
    timer: bool,
}

/// What comes of an input.
enum Next {
    Go,
    Leave,
}

pub fn run(runner: &Runner<'_>, format: RowFormat, header: bool) -> Run {
    let running = stop_on_ctrl_c(runner)?;
    let mut editor = Editor::with_config(
        Config::builder()
            .history_ignore_space(true)
            .max_history_size(10_000)?
            .completion_type(CompletionType::List)
            .build(),
    )?;
    editor.set_helper(Some(Complete(runner.connection)));
    let history = history_file();
    if let Some(history) = &history {
        // There is none before the first time.
        let _ = editor.load_history(history);
    }
    let mut settings = Settings {
        format,
        header,
        timer: false,
    };
    say(&format!(
        "{}: '.help' for help, '.quit' to leave",
        runner.path.display()
    ))?;
    // The lines of a statement that has not ended.
    let mut begun = String::new();
    loop {
        let line = match editor.readline(PROMPTS[usize::from(!begun.is_empty())]) {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => {
                begun.clear();
                continue;
            }
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        };
        let is_first = begun.is_empty();
        begun.push_str(&line);
        let is_whole = sql::is_complete(&begun) || is_first && is_command(&line);
        if !is_whole {
            match is_first && line.trim().is_empty() {
                true => begun.clear(),
                false => begun.push('\n'),
            }
            continue;
        }
        let input = std::mem::take(&mut begun);
        editor.add_history_entry(input.as_str())?;
        keep(&mut editor, history.as_ref());
        running.store(true, Ordering::SeqCst);
        let result = answer(runner, &input, &mut settings);
        running.store(false, Ordering::SeqCst);
        match result {
            Ok(Next::Go) => {}
            Ok(Next::Leave) => break,
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

/// Tells whether a line is a command, and no statement.
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with('.') || matches!(plain(line), "quit" | "exit" | "help")
}

/// Returns a word as people end it.
fn plain(line: &str) -> &str {
    line.trim().trim_end_matches(';').trim_end()
}

/// Does what one input says: a command, or SQL.
fn answer(runner: &Runner<'_>, input: &str, settings: &mut Settings) -> Result<Next, Error> {
    let sqlite = |e| Error::sqlite(runner.path, e);
    if matches!(plain(input), "quit" | "exit" | ".quit" | ".exit") {
        return Ok(Next::Leave);
    }
    let mut words = plain(input).split_whitespace();
    match (words.next(), words.next()) {
        (Some(".help" | "help"), None) => say(HELP)?,
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
        (Some(".format" | ".mode"), Some(name)) => settings.format = name.parse()?,
        (Some(".format" | ".mode"), None) => say(settings.format.name())?,
        (Some(".headers"), word) => settings.header = switch(".headers", word)?,
        (Some(".timer"), word) => settings.timer = switch(".timer", word)?,
        (Some(word), _) if word.starts_with('.') => {
            return Err(Error::usage(format!("no command {word}; see .help")));
        }
        _ => statements(runner, input, settings)?,
    }
    Ok(Next::Go)
}

/// Runs statements, and says how many rows they changed.
fn statements(runner: &Runner<'_>, input: &str, settings: &Settings) -> Result<(), Error> {
    let began = Instant::now();
    let before = runner.connection.total_changes();
    let mut sink = standard_output(settings.format, settings.header);
    runner.run(input, sink.as_mut())?;
    drop(sink);
    match runner.connection.total_changes() - before {
        0 => {}
        1 => say("1 row changed")?,
        n => say(&format!("{n} rows changed"))?,
    }
    if settings.timer {
        say(&format!("{:.3} s", began.elapsed().as_secs_f64()))?;
    }
    Ok(())
}

/// Returns whether a setting is to be on.
fn switch(command: &str, word: Option<&str>) -> Result<bool, Error> {
    match word {
        Some("on") => Ok(true),
        Some("off") => Ok(false),
        other => Err(Error::usage(format!(
            "expected {command} on or {command} off, found {}",
            other.unwrap_or("neither")
        ))),
    }
}

fn say(text: &str) -> Result<(), Error> {
    writeln!(Visible(io::stdout()), "{text}").map_err(|e| Error::io("-", "write", e))
}

/// Makes Ctrl-C stop the statement that runs; returns the flag that says that one does.
fn stop_on_ctrl_c(runner: &Runner<'_>) -> io::Result<Arc<AtomicBool>> {
    let running = Arc::new(AtomicBool::new(false));
    let interrupt = runner.connection.get_interrupt_handle();
    let seen = Arc::clone(&running);
    let terminal = Terminal::now();
    signals::watch(move |asked| match seen.load(Ordering::SeqCst) {
        true => {
            interrupt.interrupt();
            match asked.by_ctrl_c {
                true => Then::GoOn,
                false => Then::Wait,
            }
        }
        // While a line is edited, Ctrl-C is a key; so this is the system asking to end.
        false => {
            terminal.restore();
            Then::Die
        }
    })?;
    Ok(running)
}

/// How the terminal was before lines are edited on it, when it hands on each key and shows none.
#[cfg(unix)]
struct Terminal(Option<rustix::termios::Termios>);

#[cfg(unix)]
impl Terminal {
    fn now() -> Self {
        Self(rustix::termios::tcgetattr(io::stdin()).ok())
    }

    fn restore(&self) {
        if let Some(modes) = &self.0 {
            let now = rustix::termios::OptionalActions::Now;
            // Where that cannot be done, there is no terminal any more.
            let _ = rustix::termios::tcsetattr(io::stdin(), now, modes);
        }
    }
}

#[cfg(not(unix))]
struct Terminal;

#[cfg(not(unix))]
impl Terminal {
    fn now() -> Self {
        Self
    }

    fn restore(&self) {}
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
fn keep(editor: &mut Editor<Complete<'_>, FileHistory>, history: Option<&PathBuf>) {
    if let Some(history) = history {
        // A full or read-only home is no reason to stop asking.
        let _ = editor.append_history(history);
    }
}
