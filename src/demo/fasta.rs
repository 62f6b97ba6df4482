//! `demo.fa`: the bases.

use std::io::{self, Write};

use super::model::Sequence;

/// Bases a line.
const WIDTH: usize = 60;

/// Writes one sequence.
pub(super) fn sequence(out: &mut impl Write, sequence: &Sequence, bases: &[u8]) -> io::Result<()> {
    let shape = if sequence.circular { " circular" } else { "" };
    writeln!(out, ">{} made up{shape}", sequence.name)?;
    for line in bases.chunks(WIDTH) {
        out.write_all(line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
