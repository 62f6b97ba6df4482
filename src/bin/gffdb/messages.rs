//! The only code that writes to standard error.

use std::{error::Error, io, iter};

/// Says why the program could not run.
pub fn error(error: &(dyn Error + 'static)) {
    let causes: Vec<_> = iter::successors(Some(error), |&e| e.source())
        .map(ToString::to_string)
        .collect();
    eprintln!("gffdb: {}", causes.join(": "));
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

/// Says something that a person at a prompt should know; nothing went wrong with the work itself.
pub fn note(text: &str) {
    eprintln!("gffdb: {text}");
}
