//! Gene models of a whole database, made by several threads.

use std::thread;

use crossbeam_channel::{Sender, bounded};

use super::{
    What,
    described::{Described, Describer},
};
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

/// Takes a gene, and what its attributes say.
pub(super) type Each<'e> = dyn FnMut(Gene, Described) -> Result<()> + 'e;

/// Hands on each gene in file order, as [`model::each_gene`] does.
pub(super) fn each_gene(database: &Database, what: What, each: &mut Each<'_>) -> Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(MOST_THREADS);
    let columns = RowColumns::some(database.promoted(), false, |name| COLUMNS.contains(&name));
    let plan = database.query().plan()?;
    let parts = match threads {
        1 => None,
        _ => ParallelScan::of(database, &plan, &columns)?,
    };
    match parts {
        Some(parts) => in_parts(&parts, threads.min(parts.len()), what, each),
        None => alone(database, what, each),
    }
}

/// Makes them one after another.
fn alone(database: &Database, what: What, each: &mut Each<'_>) -> Result<()> {
    let describer = Describer::new(database, what);
    let mut failure = None;
    let done = model::each_gene(database.connection(), |gene| {
        let done = describer
            .describe(&gene)
            .and_then(|described| each(gene, described));
        done.map_err(|e| {
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
    what: What,
    each: &mut Each<'_>,
) -> Result<()> {
    let (count, pass) = (parts.len(), parts.pass());
    thread::scope(|scope| {
        let makers: Vec<_> = (0..threads)
            .map(|first| {
                let (out, made) = bounded(AHEAD);
                scope.spawn(move || {
                    let mine = (first..count).step_by(threads);
                    if let Err(error) = make(pass, what, mine, &out) {
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
            for (gene, described) in genes? {
                each(gene, described)?;
            }
        }
        Ok(())
    })
}

/// Makes the gene models of some parts.
fn make(
    pass: &Pass,
    what: What,
    mine: impl Iterator<Item = usize>,
    out: &Sender<Result<Vec<(Gene, Described)>>>,
) -> Result<()> {
    let Some(database) = pass.open()? else {
        return Err(crate::Error::usage(
            "the database was replaced while it was read; run it again",
        ));
    };
    let fail = |e| database.failed(e);
    let mut genes = Genes::new(database.connection()).map_err(fail)?;
    let describer = Describer::new(&database, what);
    for part in mine {
        let mut made = Vec::new();
        pass.part(&database, part, &mut |row| {
            if let Some(gene) = genes.of(&row.passing()).map_err(fail)? {
                let described = describer.describe(&gene)?;
                made.push((gene, described));
            }
            Ok(())
        })?;
        if out.send(Ok(made)).is_err() {
            break;
        }
    }
    Ok(())
}
