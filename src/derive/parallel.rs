//! Gene models of a whole database, made by several threads.

use std::thread;

use crossbeam_channel::{Sender, bounded};

use crate::{
    Result,
    model::{self, Gene, Genes},
    query::{Database, ParallelScan, Pass, RowColumns},
};

/// More threads wait for the one that takes the models.
const MOST_THREADS: usize = 4;
/// Parts that a thread is ahead.
const AHEAD: usize = 2;
/// What a record's place in its gene model is told by.
const COLUMNS: [&str; 6] = ["record_id", "dataset", "seqid", "type", "ID", "Parent"];

/// Hands on each gene in file order, as [`model::each_gene`] does.
pub(super) fn each_gene(
    database: &Database,
    each: &mut dyn FnMut(Gene) -> Result<()>,
) -> Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(MOST_THREADS);
    let columns = RowColumns::some(database.promoted(), false, |name| COLUMNS.contains(&name));
    let plan = database.query().plan()?;
    let parts = match threads {
        1 => None,
        _ => ParallelScan::of(database, &plan, &columns)?,
    };
    match parts {
        Some(parts) => in_parts(&parts, threads.min(parts.len()), each),
        None => alone(database, each),
    }
}

/// Makes them one after another.
fn alone(database: &Database, each: &mut dyn FnMut(Gene) -> Result<()>) -> Result<()> {
    let mut failure = None;
    let done = model::each_gene(database.connection(), |gene| {
        each(gene).map_err(|e| {
            failure = Some(e);
            // The statement is given up; what is said is the failure.
            rusqlite::Error::InvalidQuery
        })
    });
    match failure {
        Some(failure) => Err(failure),
        None => done.map_err(|e| database.failed(e)),
    }
}

/// Has each thread make every so manieth part, and hands on what they make in the order of the parts.
fn in_parts(
    parts: &ParallelScan<'_>,
    threads: usize,
    each: &mut dyn FnMut(Gene) -> Result<()>,
) -> Result<()> {
    let (count, pass) = (parts.len(), parts.pass());
    thread::scope(|scope| {
        let makers: Vec<_> = (0..threads)
            .map(|first| {
                let (out, made) = bounded(AHEAD);
                scope.spawn(move || {
                    let mine = (first..count).step_by(threads);
                    if let Err(error) = make(pass, mine, &out) {
                        // Nobody listens where the output failed.
                        let _ = out.send(Err(error));
                    }
                });
                made
            })
            .collect();
        for part in 0..count {
            // A thread that ends early has sent its error.
            let Ok(genes) = makers[part % threads].recv() else {
                break;
            };
            for gene in genes? {
                each(gene)?;
            }
        }
        Ok(())
    })
}

/// Makes the gene models of some parts.
fn make(
    pass: &Pass,
    mine: impl Iterator<Item = usize>,
    out: &Sender<Result<Vec<Gene>>>,
) -> Result<()> {
    let Some(database) = pass.open()? else {
        return Err(crate::Error::usage(
            "the database was replaced while it was read; run it again",
        ));
    };
    let fail = |e| database.failed(e);
    let mut genes = Genes::new(database.connection()).map_err(fail)?;
    for part in mine {
        let mut made = Vec::new();
        pass.part(&database, part, &mut |row| {
            made.extend(genes.of(&row.passing()).map_err(fail)?);
            Ok(())
        })?;
        if out.send(Ok(made)).is_err() {
            break;
        }
    }
    Ok(())
}
