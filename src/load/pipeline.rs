//! Blocks in, batches out, in file order, each stage on a thread of its own.
//!
//! ```text
//! read, inflate, hash ──blocks──► parse, promote, prove ──batches──► insert
//!        ▲                                                             │
//!        └────────────────── buffers, to be filled again ◄─────────────┘
//! ```
//!
//! One thread parses: of the processor's samples it takes little more than half of what the one that
//! inserts takes, so more would only wait. The channels are bounded, so memory does not depend on the file.

use std::{thread, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::{
    Error, Result,
    input::{BlockEnd, Blocks},
    load::{batch::Batch, parser::Parser},
};

/// Blocks, and batches, under way between two stages.
const UNDER_WAY: usize = 3;

/// Whole lines, and how they end.
type Block = (Vec<u8>, BlockEnd);

/// How long to wait for a batch before `idle` is called.
const IDLE: Duration = Duration::from_millis(100);

/// Runs one file through the stages, on this thread where there is to be no other or none can be
/// started. `insert` is called on this thread, for each batch in order; `idle`, while none comes, where
/// other threads read.
///
/// # Errors
///
/// The first error of any stage, in file order.
pub fn run(
    blocks: &mut Blocks,
    parser: &mut Parser,
    threads: usize,
    mut insert: impl FnMut(&Batch) -> Result<()>,
    mut idle: impl FnMut() -> Result<()>,
) -> Result<()> {
    if threads > 1 && on_threads(blocks, parser, &mut insert, &mut idle)? {
        return Ok(());
    }
    let mut batch = Batch::default();
    let mut block = Vec::new();
    while blocks.read_into(&mut block)? {
        batch = parser.parse(block, blocks.end(), batch)?;
        insert(&batch)?;
        while parser.has_more() {
            batch = parser.parse_more(batch)?;
            insert(&batch)?;
        }
        block = batch.take_block();
    }
    Ok(())
}

/// Runs one file, each stage on a thread; false where they cannot be started, and nothing was read.
fn on_threads(
    blocks: &mut Blocks,
    parser: &mut Parser,
    insert: &mut impl FnMut(&Batch) -> Result<()>,
    idle: &mut impl FnMut() -> Result<()>,
) -> Result<bool> {
    thread::scope(|scope| {
        let (block_out, block_in) = bounded(UNDER_WAY);
        let (batch_out, batch_in) = bounded(UNDER_WAY);
        let (free_out, free_in) = bounded(4 * UNDER_WAY);
        let (spare_out, spare_in) = bounded(4 * UNDER_WAY);
        let thread = thread::Builder::new;
        // The parser first: it does nothing until somebody reads.
        let parser = thread().spawn_scoped(scope, move || {
            parse(parser, &block_in, &spare_in, &batch_out);
        });
        let reader = thread().spawn_scoped(scope, move || read(blocks, &free_in, &block_out));
        let (Ok(parser), Ok(reader)) = (parser, reader) else {
            return Ok(false);
        };
        loop {
            let mut batch: Batch = match batch_in.recv_timeout(IDLE) {
                Ok(batch) => batch?,
                Err(RecvTimeoutError::Timeout) => {
                    idle()?;
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            insert(&batch)?;
            // A full channel means buffers enough; these are then dropped.
            let _ = free_out.try_send(batch.take_block());
            let _ = spare_out.try_send(batch);
        }
        let panicked = |_| Error::usage("a thread of the loader ended early; this is a fault");
        reader.join().map_err(panicked)?;
        parser.join().map_err(panicked)?;
        Ok(true)
    })
}

/// Reads until the end, an error, or until nobody wants more.
fn read(blocks: &mut Blocks, free: &Receiver<Vec<u8>>, out: &Sender<Result<Block>>) {
    loop {
        let mut block = free.try_recv().unwrap_or_default();
        let message = match blocks.read_into(&mut block) {
            Ok(false) => return,
            Ok(true) => Ok((block, blocks.end())),
            Err(error) => Err(error),
        };
        if out.send(message).is_err() {
            return;
        }
    }
}

/// Parses until the end, an error, or until nobody wants more.
fn parse(
    parser: &mut Parser,
    blocks: &Receiver<Result<Block>>,
    spare: &Receiver<Batch>,
    out: &Sender<Result<Batch>>,
) {
    let hand_on = |message: Result<Batch>| {
        let failed = message.is_err();
        out.send(message).is_ok() && !failed
    };
    let batch = || spare.try_recv().unwrap_or_default();
    for block in blocks {
        let parsed = block.and_then(|(block, end)| parser.parse(block, end, batch()));
        if !hand_on(parsed) {
            return;
        }
        while parser.has_more() {
            if !hand_on(parser.parse_more(batch())) {
                return;
            }
        }
    }
}
