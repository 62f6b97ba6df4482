//! One row being made: each column's value, and what is odd about it.

use super::{SourceLine, column};
use crate::{
    gff::{FIELDS, Number, Record, ScoreFormat, Spelling, decode},
    load::batch::{Cell, Issue, Rows, SideRow, Span, Value},
};

/// The row being made.
pub(super) struct Row<'r, 'a> {
    pub(super) rows: &'r mut Rows,
    pub(super) line: SourceLine<'a>,
    pub(super) id: i64,
}

impl<'a> Row<'_, 'a> {
    pub(super) fn cell(&mut self, column: u16, value: Value) {
        self.rows.cells.push(Cell { column, value });
    }

    pub(super) fn issue(&mut self, code: &'static str, text: impl Into<String>) {
        let issue = Issue::warning(self.line.number, code, text);
        self.rows.small.push(SideRow::Issue(issue));
    }

    /// Points at a slice of the block, or keeps a text of its own.
    pub(super) fn keep(&mut self, text: std::borrow::Cow<'a, str>) -> Value {
        match text {
            std::borrow::Cow::Borrowed(text) => Value::Block(Span::of(self.line.block, text)),
            std::borrow::Cow::Owned(text) => self.rows.keep(&text),
        }
    }

    /// Stores columns 1 to 3; returns their spellings where one is escaped.
    pub(super) fn texts(&mut self, record: &Record<'a>) -> Option<[Spelling; 3]> {
        let mut spellings: Option<[Spelling; 3]> = None;
        for (index, field) in FIELDS.iter().enumerate().take(3) {
            let raw = record.column(index);
            if raw == "." {
                if index != 1 {
                    self.issue("column-missing", format!("no {field}"));
                }
                continue;
            }
            if memchr::memchr(b'%', raw.as_bytes()).is_some() {
                spellings.get_or_insert_default()[index] = Spelling::of(raw);
            }
            let value = self.keep(decode(raw));
            self.cell(column::SEQID + index as u16, value);
        }
        spellings
    }

    pub(super) fn number(&mut self, column: u16, number: Option<i64>, name: &str) {
        match number {
            Some(number) => {
                if number < 1 {
                    let code = match number {
                        0 => "coordinate-zero",
                        _ => "coordinate-negative",
                    };
                    let text = format!("{name} is {number}, though positions count from 1");
                    self.issue(code, text);
                }
                self.cell(column, Value::Int(number));
            }
            None => self.issue("coordinate-missing", format!("{name} is '.'")),
        }
    }

    /// Returns how many columns a layout says that the line has. Where it has more than nine, and not all of
    /// these are empty, they are kept verbatim.
    pub(super) fn columns(&mut self, record: &Record<'a>) -> u8 {
        let found = record.columns();
        if found == 9 {
            return 9;
        }
        match record.rest() {
            Some(rest) if rest.bytes().any(|b| b != b'\t') => 9,
            // A line of more tabs than that is verbatim, too.
            _ => u8::try_from(found).unwrap_or(9),
        }
    }

    pub(super) fn score(&mut self, record: &Record<'a>) -> ScoreFormat {
        match record.column(5) {
            "." => ScoreFormat::Shortest,
            raw => match ScoreFormat::read(raw) {
                Some((score, format)) => {
                    self.cell(column::SCORE, Value::Real(score));
                    format
                }
                None => {
                    self.issue("score-not-a-number", format!("score is {raw:?}"));
                    ScoreFormat::Shortest
                }
            },
        }
    }

    pub(super) fn strand(&mut self, record: &Record<'a>) {
        let raw = record.column(6);
        let strand = raw.trim_matches(' ');
        match strand {
            "." => return,
            "+" | "-" | "?" => {}
            _ => self.issue("strand-unknown", format!("strand is {raw:?}")),
        }
        let value = Value::Block(Span::of(self.line.block, strand));
        self.cell(column::STRAND, value);
    }

    pub(super) fn phase(&mut self, record: &Record<'a>) {
        match record.phase() {
            Number::Known(phase @ 0..=2) => self.cell(column::PHASE, Value::Int(phase)),
            Number::Missing if record.column(7) == "." => {}
            _ => {
                let raw = record.column(7);
                self.issue("phase-unknown", format!("phase is {raw:?}"));
            }
        }
    }
}
