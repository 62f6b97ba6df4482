//! A whole answer written: only the columns that its format shows are read, and where lines do not
//! depend on each other, several threads write them.

use std::{
    cell::RefCell,
    collections::HashSet,
    io::Write,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{
    Bed, Bed12, BedLines, BedName, BedText, ColumnNeeds, Gff3, Gtf, LineRenderer, NotShown,
    RecordFormat, RecordOptions, RecordWriter, StopCodon, gff3, stop_codon::StopCodons,
};
use crate::{
    Error, Result,
    db::Extents,
    query::{Database, Lengths, ParallelScan, Pass, Query, Row, RowColumns},
};

/// More threads wait for the one that writes.
const MOST_THREADS: usize = 4;
/// Parts that a thread is ahead of the writing.
const AHEAD: usize = 2;

/// What is to be said of an answer that is written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Answered {
    /// How many records the format could not show as they are.
    pub not_shown: NotShown,
    /// Whether there was no record at all.
    pub is_empty: bool,
}

/// Writes the answer of a query.
///
/// # Errors
///
/// What was asked does not exist, the database fails, or the output does.
pub fn write_query<'d>(
    query: &Query<'d>,
    options: RecordOptions,
    mut out: impl Write + 'd,
) -> Result<Answered> {
    let database = query.database();
    let as_stored = options.stop_codon == StopCodon::Keep;
    let columns = match as_stored {
        true => columns(database, &options)?,
        // What becomes of a CDS depends on more than its format shows.
        false => database.row_columns().clone(),
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let kind = match options.format {
        RecordFormat::Gff3 => Some(LineKind::Gff3),
        RecordFormat::Gtf => Some(LineKind::Gtf(options.empty_transcript_id)),
        _ if !matches!(options.bed_name, BedName::Id) => None,
        RecordFormat::Bed => as_stored.then_some(LineKind::Bed),
        RecordFormat::Bed12 => Some(LineKind::Bed12),
        _ => None,
    };
    let _snapshot = database.snapshot()?;
    let plan = query.plan()?;
    if let Some(kind) = kind
        && threads > 1
        && !options.sequences.is_renamed()
        && let Some(parts) = ParallelScan::of(database, &plan, &columns)?
    {
        let threads = threads.min(MOST_THREADS).min(parts.len());
        let answered = in_parts(database, &parts, kind, threads, &options, &mut out)?;
        if let Some(answered) = answered {
            return Ok(answered);
        }
    }
    let writer = RefCell::new(RecordWriter::new(database, options, out)?);
    let records = plan.run(&columns, &mut |row| writer.borrow_mut().record(row, &[]))?;
    Ok(Answered {
        not_shown: writer.into_inner().finish()?,
        is_empty: records == 0,
    })
}

/// Returns the columns that a format shows.
fn columns(database: &Database, options: &RecordOptions) -> Result<RowColumns> {
    let needs = match options.format {
        RecordFormat::Bed if !matches!(options.bed_name, BedName::Id) => {
            return Ok(database.row_columns().clone());
        }
        RecordFormat::Gff3 | RecordFormat::Gtf | RecordFormat::Bed12 => {
            return Ok(database.row_columns().clone());
        }
        RecordFormat::Bed => ColumnNeeds::Bed {
            dataset: Extents::new(database.connection())
                .map_err(|e| database.failed(e))?
                .has_reversed(),
        },
        RecordFormat::Ids => ColumnNeeds::Id,
        RecordFormat::Count => ColumnNeeds::None,
        RecordFormat::Rows(_) => ColumnNeeds::Of(&options.columns),
    };
    Ok(RowColumns::some(
        database.promoted(),
        needs.label(),
        |name| needs.column(name),
    ))
}

/// Formats whose lines do not depend on each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum LineKind {
    Bed,
    Bed12,
    Gff3,
    /// Whether lines that are of no transcript have an empty `transcript_id`.
    Gtf(bool),
}

/// The lines of a part.
#[derive(Default)]
struct Lines {
    text: Vec<u8>,
    /// Where in the text the records of another sequence than before begin, and which.
    sequences: Vec<(usize, String)>,
    not_shown: NotShown,
    /// How many records there were, where they are counted.
    records: u64,
}

/// Writes lines where the database is open once more.
enum LineWriter<'d> {
    /// BED where SQL chooses the records: the text of a part while it is made, and what makes it.
    BedLines(Arc<Mutex<BedText>>, String),
    Bed(Box<Bed<'d>>),
    Bed12(Box<Bed12<'d>>),
    Gff3(Box<Gff3<'d>>, Option<Box<StopCodons<'d>>>),
    Gtf(Box<Gtf<'d>>, Option<Box<StopCodons<'d>>>),
}

impl<'d> LineWriter<'d> {
    fn new(
        database: &'d Database,
        pass: &Pass,
        kind: LineKind,
        stop_codon: StopCodon,
    ) -> Result<Self> {
        let stop_codons = || StopCodons::new(database, stop_codon).map(|s| s.map(Box::new));
        let fail = |e| database.failed(e);
        let spelled = || LineRenderer::new(database.connection(), Rc::default()).map_err(fail);
        Ok(match kind {
            LineKind::Bed => {
                let extents = Extents::new(database.connection()).map_err(fail)?;
                if !pass.is_sql() || extents.has_reversed() {
                    let bed = Bed::new(spelled()?, extents, BedName::Id);
                    return Ok(Self::Bed(Box::new(bed)));
                }
                let text = Arc::default();
                BedLines::register(database, &text).map_err(fail)?;
                Self::BedLines(text, BedLines::call(database))
            }
            LineKind::Bed12 => {
                let bed = Bed12::new(database, spelled()?, BedName::Id, stop_codon);
                Self::Bed12(Box::new(bed?))
            }
            LineKind::Gff3 => {
                let gff3 = Gff3::new(database.connection(), spelled()?).map_err(fail)?;
                Self::Gff3(Box::new(gff3), stop_codons()?)
            }
            LineKind::Gtf(empty) => {
                let gtf = Gtf::new(database, spelled()?, empty).map_err(fail)?;
                Self::Gtf(Box::new(gtf), stop_codons()?)
            }
        })
    }

    /// Makes the lines of a part.
    fn part(
        &mut self,
        database: &Database,
        pass: &Pass,
        part: usize,
        lines: &mut Lines,
    ) -> Result<()> {
        match self {
            Self::BedLines(text, call) => {
                let swap = |lines: &mut Lines| {
                    // Nobody else has it between two parts.
                    let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
                    std::mem::swap(&mut text.0, &mut lines.text);
                    std::mem::swap(&mut text.1, &mut lines.not_shown);
                };
                swap(lines);
                pass.called(database, part, call)?;
                swap(lines);
                Ok(())
            }
            Self::Bed(bed) => pass.part(database, part, &mut |row| {
                bed.record(row, &mut lines.text);
                lines.not_shown.add(std::mem::take(&mut bed.not_shown));
                Ok(())
            }),
            Self::Bed12(bed) => pass.part(database, part, &mut |row| {
                lines.records += 1;
                bed.record(row, &mut lines.text)?;
                lines.not_shown.add(std::mem::take(&mut bed.not_shown));
                Ok(())
            }),
            Self::Gtf(gtf, stop_codons) => pass.part(database, part, &mut |row| {
                lines.records += 1;
                each(stop_codons, row, &mut |row| {
                    gtf.record(row, &mut lines.text)
                })
            }),
            Self::Gff3(gff3, stop_codons) => pass.part(database, part, &mut |row| {
                lines.records += 1;
                each(stop_codons, row, &mut |row| {
                    if let Some(seqid) = row.seqid()
                        && lines.sequences.last().is_none_or(|(_, last)| last != seqid)
                    {
                        lines.sequences.push((lines.text.len(), seqid.to_owned()));
                    }
                    gff3.line(row, &mut lines.text)
                        .map_err(|e| database.failed(e))?;
                    lines.not_shown.renamed += std::mem::take(&mut gff3.renamed);
                    Ok(())
                })
            }),
        }
    }
}

/// A thread that makes lines.
struct Maker {
    /// Which parts it makes: the first, and how many further on the next is.
    parts: Sender<(usize, usize)>,
    made: Receiver<Result<Lines>>,
    /// Lines that were written, whose memory is used again.
    written: Sender<Lines>,
}

/// Hands on what becomes of a record where its CDS has its stop codon elsewhere.
fn each(
    stop_codons: &mut Option<Box<StopCodons<'_>>>,
    row: &Row<'_>,
    write: &mut dyn FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    match stop_codons {
        Some(stop_codons) => stop_codons.each(row, write),
        None => write(row),
    }
}

/// Thread 0 makes parts 0, n, 2n, …, thread 1 parts 1, n + 1, …; they are written in turn. `None` where no
/// thread can be started, and nothing was written.
fn in_parts(
    database: &Database,
    parts: &ParallelScan<'_>,
    kind: LineKind,
    threads: usize,
    options: &RecordOptions,
    out: &mut dyn Write,
) -> Result<Option<Answered>> {
    let (count, pass) = (parts.len(), parts.pass());
    let stop_codon = options.stop_codon;
    thread::scope(|scope| {
        let mut makers = Vec::new();
        for _ in 0..threads {
            let (parts, mine) = bounded(1);
            let (made_out, made) = bounded(AHEAD);
            let (written, written_in) = bounded(AHEAD * 2);
            let started = thread::Builder::new().spawn_scoped(scope, move || {
                // How many threads there are is known when all were started.
                let Ok((first, threads)) = mine.recv() else {
                    return;
                };
                let mine = (first..count).step_by(threads);
                if let Err(error) = make(pass, kind, stop_codon, mine, &made_out, &written_in) {
                    // Nobody listens where the output failed.
                    let _ = made_out.send(Err(error));
                }
            });
            if started.is_err() {
                break;
            }
            makers.push(Maker {
                parts,
                made,
                written,
            });
        }
        let threads = makers.len();
        if threads == 0 {
            return Ok(None);
        }
        for (first, maker) in makers.iter().enumerate() {
            let _ = maker.parts.send((first, threads));
        }
        let failed = |e| Error::io(&options.output, "write", e);
        let mut answered = Answered {
            is_empty: true,
            ..Answered::default()
        };
        let (mut told, mut has_lines) = (HashSet::new(), false);
        let mut lengths = Lengths::new(database.connection());
        if kind == LineKind::Gff3 {
            out.write_all(gff3::VERSION).map_err(failed)?;
        }
        for part in 0..count {
            let Maker { made, written, .. } = &makers[part % threads];
            // A thread that ends early has sent its error.
            let Ok(lines) = made.recv() else { break };
            let lines = lines?;
            let mut from = 0;
            for (at, seqid) in &lines.sequences {
                if told.insert(seqid.clone()) {
                    out.write_all(&lines.text[from..*at]).map_err(failed)?;
                    let mut directive = Vec::new();
                    gff3::sequence_region(seqid, &mut lengths, &options.sequences, &mut directive)
                        .map_err(|e| database.failed(e))?;
                    out.write_all(&directive).map_err(failed)?;
                    from = *at;
                }
            }
            out.write_all(&lines.text[from..]).map_err(failed)?;
            answered.not_shown.add(lines.not_shown);
            answered.is_empty &= lines.text.is_empty()
                && lines.records == 0
                && lines.not_shown == NotShown::default();
            has_lines |= !lines.text.is_empty();
            let _ = written.try_send(lines);
        }
        out.flush().map_err(failed)?;
        if kind == LineKind::Bed12 && has_lines {
            // Genes have no line beside their transcripts, and nobody misses it.
            answered.not_shown.left_out = 0;
        }
        Ok(Some(answered))
    })
}

/// Makes the lines of some parts, in memory that comes back.
fn make(
    pass: &Pass,
    kind: LineKind,
    stop_codon: StopCodon,
    parts: impl Iterator<Item = usize>,
    made: &Sender<Result<Lines>>,
    written: &Receiver<Lines>,
) -> Result<()> {
    let database = pass
        .open()?
        .ok_or_else(|| Error::usage("the database was replaced meanwhile; ask again"))?;
    let mut writer = LineWriter::new(&database, pass, kind, stop_codon)?;
    let _snapshot = database.snapshot()?;
    for part in parts {
        let mut lines = written.try_recv().unwrap_or_default();
        lines.text.clear();
        lines.sequences.clear();
        lines.not_shown = NotShown::default();
        lines.records = 0;
        writer.part(&database, pass, part, &mut lines)?;
        if made.send(Ok(lines)).is_err() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
