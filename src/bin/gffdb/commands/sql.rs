//! `gffdb sql`: any question, in SQL.

use std::{
    io::{self, BufWriter, IsTerminal, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use crossbeam_channel::Receiver;
use gffdb::{
    Error, db,
    output::{self, Output},
    sql::Runner,
    write::{self, RecordFormat, RowFormat, RowLayout, RowWriter},
};
use rusqlite::{Connection, types::Value};

use self::rows::Rows;
use crate::{
    Outcome, Run,
    signals::{self, Then},
};

mod prompt;
mod rows;

/// Ask a database in SQL.
///
/// Without SQL, on a terminal, a prompt takes one statement after another. The database is opened
/// read-only, and nothing is left beside it, unless --write is given. Beside SQLite's own functions
/// there are attr(attributes, 'KEY'), the decoded value of an attribute, whatever column holds it,
/// attr_all(attributes, 'KEY'), all its values as a JSON array, and attr_json(attributes), one object
/// of all attributes that are no columns; median(X), percentile(X, 90), and SQLite's mathematics, such
/// as log10(X) and sqrt(X).
///
/// These are used like tables, in joins too: overlapping(SEQID, START, END [, MODE [, DATASET]]), the
/// records that a region overlaps (MODE 'within': that lie within it, 'contains': that contain it), 1-based,
/// both ends inside; descendants(ID [, DATASET]) and ancestors(ID [, DATASET]), a feature with all below or
/// above it; attributes(TEXT), the key and value of each attribute. The view attribute (record_id, key, value)
/// has all attributes of all records, in other programs as well.
///
/// In csv and tsv, NULL is an empty field. In tsv, a tab, newline, carriage return or backslash in
/// a value is written \t, \n, \r or \\. A BLOB is written X'00FF'.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb sql genes.sqlite 'SELECT type, COUNT(*) FROM gff GROUP BY type'
    gffdb sql genes.sqlite \"SELECT ID, attr(attributes, 'biotype') FROM gff WHERE type = 'gene'\"
    gffdb sql genes.sqlite --parameter id=gene1 'SELECT * FROM gff WHERE ID = :id OR Parent = :id'
    gffdb sql genes.sqlite \"SELECT ID FROM overlapping('chr1', 1000, 2000) WHERE type = 'gene'\"
    gffdb sql genes.sqlite -o counts.csv - < counts.sql
    gffdb sql genes.sqlite -o tss.bed \"SELECT seqid, start - 1, start, ID FROM gene WHERE strand = '+'\"")]
pub struct Args {
    /// Database to ask; any SQLite file will do.
    database: PathBuf,

    /// Statements, separated by ';'; '-' reads them from standard input.
    sql: Option<String>,

    /// Let the statements change the database; each is kept as soon as it ends.
    #[arg(long)]
    write: bool,

    /// How rows are written; by default as FILE's ending says, else table on a terminal, else tsv.
    #[arg(short, long, value_name = "FORMAT", value_parser = format_parser())]
    format: Option<RowFormat>,

    /// Leave out the names of the columns, in table, csv, tsv and markdown; FILE.bed is tsv without them.
    #[arg(long)]
    no_header: bool,

    /// File to write rows to; with the ending .gz, compressed as BGZF; '-' is standard output.
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "-",
        hide_default_value = true
    )]
    output: PathBuf,

    /// Value of :NAME, @NAME or $NAME in the statements; a number where it is spelled as one.
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    parameter: Vec<(String, Value)>,
}

pub fn run(args: &Args) -> Run {
    let to_stdout = args.output == Path::new("-");
    let terminal = to_stdout && io::stdout().is_terminal();
    if !to_stdout && output::is_same_file(&args.database, &args.output) {
        return Err(Error::usage(format!(
            "{} is the database itself; write the rows to another file with -o",
            args.output.display()
        ))
        .into());
    }
    let connection = match args.write {
        true => db::open_to_write(&args.database)?,
        false => db::open_read_only(&args.database)?,
    };
    let stop = Arc::new(AtomicBool::new(false));
    let runner = Runner {
        connection: &connection,
        stop: &stop,
        path: &args.database,
        output: &args.output,
        parameters: &args.parameter,
    };
    let is_bed = RecordFormat::from_path(&args.output) == Some(RecordFormat::Bed);
    let unknown = write::unknown_ending(&args.output, &RowFormat::ALL.map(RowFormat::name));
    if let (None, false, Some(error)) = (args.format, is_bed, unknown) {
        return Err(error.into());
    }
    let format = args
        .format
        .or_else(|| RowFormat::from_path(&args.output))
        .unwrap_or(if terminal {
            RowFormat::Table
        } else {
            RowFormat::Tsv
        });

    let sql = match args.sql.as_deref() {
        None if terminal && io::stdin().is_terminal() => {
            return prompt::run(&runner, format, !args.no_header);
        }
        None | Some("-") => read_stdin()?,
        Some(sql) => String::from(sql),
    };
    let layout = RowLayout {
        terminal: to_stdout.then(terminal_width).flatten(),
        header: !(args.no_header || is_bed && args.format.is_none()),
    };
    if args.write {
        let stopped = stop_when_interrupted(&connection, Arc::clone(&stop))?;
        let mut rows = Rows::create(&args.output, stopped)?;
        let mut sink = write::rows(format, &mut rows, layout);
        let ran = runner.run(&sql, sink.as_mut());
        drop(sink);
        // Where writing failed, that is why the statement did.
        let done = rows.end(ran.map(drop)).and_then(|()| ended(&connection));
        done.map_err(interrupted)?;
        return Ok(Outcome::Good);
    }
    // Built beside its goal: a statement that fails leaves the file of an earlier run alone.
    let mut output = Output::create(&args.output)?;
    super::clean_up_when_interrupted(&output)?;
    let mut sink = write::rows(format, &mut output, layout);
    runner.run(&sql, sink.as_mut())?;
    drop(sink);
    output.commit()?;
    if sql.contains("attribute_value") {
        super::info::note_outdated(&connection, &args.database)?;
    }
    Ok(Outcome::Good)
}

/// Has the running statement interrupted, and no further one begun, when the program is asked to
/// end: killed, it would leave a journal for the next writer to undo. Returns what is closed then.
fn stop_when_interrupted(
    connection: &Connection,
    stop: Arc<AtomicBool>,
) -> io::Result<Receiver<()>> {
    let interrupt = connection.get_interrupt_handle();
    let (stopping, stopped) = crossbeam_channel::bounded(0);
    let mut stopping = Some(stopping);
    signals::watch(move |_| {
        stop.store(true, Ordering::SeqCst);
        drop(stopping.take());
        // Between two statements it is not heard; it is said again until the program has ended.
        interrupt.interrupt();
        Then::Wait
    })?;
    Ok(stopped)
}

/// Returns a writer of rows to standard output.
fn standard_output(format: RowFormat, header: bool) -> Box<dyn RowWriter> {
    let out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let layout = RowLayout {
        terminal: terminal_width(),
        header,
    };
    write::rows(format, out, layout)
}

/// Returns how many characters the terminal has on a line; `None` where standard output is none.
fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
}

fn read_stdin() -> Result<String, Error> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|e| Error::io("-", "read", e))?;
    String::from_utf8(bytes).map_err(|e| {
        let offset = e.utf8_error().valid_up_to();
        Error::input(
            "-",
            format!("expected SQL in UTF-8, found another byte at offset {offset}"),
        )
    })
}

/// Says what an interrupt means here, where each statement outside a transaction stands by itself.
fn interrupted(error: Error) -> Error {
    match signals::received() {
        true => Error::usage("interrupted; what was not committed is undone"),
        false => error,
    }
}

/// Refuses to lose changes without a word: those of a transaction that nobody ended.
fn ended(connection: &Connection) -> Result<(), Error> {
    if connection.is_autocommit() {
        return Ok(());
    }
    Err(Error::usage(
        "the last transaction was not ended, so what it did is undone; end it with COMMIT",
    ))
}

fn format_parser() -> impl TypedValueParser<Value = RowFormat> {
    PossibleValuesParser::new(RowFormat::ALL.map(RowFormat::name))
        .try_map(|name| name.parse::<RowFormat>())
}

fn parameter(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("expected NAME=VALUE, found no '='")?;
    let name = name.strip_prefix([':', '@', '$', '?']).unwrap_or(name);
    if name.is_empty() {
        return Err(String::from("expected NAME=VALUE, found no name"));
    }
    Ok((String::from(name), value_of(value)))
}

/// Returns a number where that loses nothing of the spelling: `12` and `0.5`, but not `007`.
fn value_of(text: &str) -> Value {
    if let Ok(n) = text.parse::<i64>()
        && n.to_string() == text
    {
        return Value::Integer(n);
    }
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() && format!("{x:?}") == text => Value::Real(x),
        _ => Value::Text(String::from(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_a_number_only_where_its_spelling_survives() {
        let text = |s: &str| Value::Text(String::from(s));
        for (given, name, value) in [
            ("id=gene:A", "id", text("gene:A")),
            (":id=gene=1", "id", text("gene=1")),
            ("$n=12", "n", Value::Integer(12)),
            ("n=-3", "n", Value::Integer(-3)),
            ("n=007", "n", text("007")),
            ("n=+1", "n", text("+1")),
            ("n=9223372036854775808", "n", text("9223372036854775808")),
            ("x=0.5", "x", Value::Real(0.5)),
            ("x=0.50", "x", text("0.50")),
            ("x=inf", "x", text("inf")),
            ("?1=", "1", text("")),
        ] {
            assert_eq!(parameter(given), Ok((String::from(name), value)), "{given}");
        }
        assert!(parameter("id").is_err());
        assert!(parameter(":=1").is_err());
    }
}
