//! BED: six columns, 0-based and half open.

use super::spelled::Spelled;
use crate::query::Row;

/// Writes BED.
pub struct Bed<'d> {
    spelled: Spelled<'d>,
    /// Records that have no coordinates, and so no line.
    pub left_out: u64,
}

impl<'d> Bed<'d> {
    /// Starts a file.
    pub fn new(spelled: Spelled<'d>) -> Self {
        Self {
            spelled,
            left_out: 0,
        }
    }

    /// Writes a record: sequence, start less 1, end, ID (or Name, or `.`), score from 0 to 1000,
    /// strand (`.` where it is not known).
    pub fn record(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        let (Some(seqid), Some(start), Some(end)) =
            (self.spelled.seqid(row), row.start(), row.end())
        else {
            self.left_out += 1;
            return;
        };
        text(seqid, out);
        number((start - 1).max(0), out);
        number(end, out);
        out.push(b'\t');
        match row.id() {
            Some(id) => text(id, out),
            None => text(row.attribute("Name").as_deref().unwrap_or("."), out),
        }
        number(score(row.score()), out);
        out.push(b'\t');
        out.extend_from_slice(strand(row.strand()));
        out.push(b'\n');
    }
}

/// Writes a column of text; what would end the column becomes a blank.
pub(super) fn text(text: &str, out: &mut Vec<u8>) {
    // Without a jump in it, this looks at many bytes at once.
    match text.bytes().fold(false, |any, b| any | (b < b' ')) {
        true => out.extend(text.bytes().map(|b| if b < b' ' { b' ' } else { b })),
        false => out.extend_from_slice(text.as_bytes()),
    }
}

/// Writes a tab and a number.
pub(super) fn number(number: i64, out: &mut Vec<u8>) {
    out.push(b'\t');
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// BED has whole numbers from 0 to 1000.
pub(super) fn score(score: Option<f64>) -> i64 {
    score.map_or(0, |score| score.round().clamp(0.0, 1000.0) as i64)
}

pub(super) fn strand(strand: Option<&str>) -> &'static [u8] {
    match strand {
        Some("+") => b"+",
        Some("-") => b"-",
        _ => b".",
    }
}
