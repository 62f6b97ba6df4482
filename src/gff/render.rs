//! A record's line, written from its columns: the one way back, for the proof and for export.

use memchr::memchr3;

use self::edited::Edited;
use super::{
    Sink, encode_plain,
    layout::{Layout, Part},
};

mod edited;

/// What the database holds of one record.
///
/// `promoted` gives the value of a promoted column by its place among them, `ID` being 0 and
/// `Parent` 1; a place beyond the last is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a, P> {
    /// Column 1, decoded.
    pub seqid: Option<&'a str>,
    /// Column 2, decoded.
    pub source: Option<&'a str>,
    /// Column 3, decoded.
    pub ty: Option<&'a str>,
    /// Column 4, 1-based.
    pub start: Option<i64>,
    /// Column 5, 1-based, inside.
    pub end: Option<i64>,
    /// Column 6.
    pub score: Option<f64>,
    /// Column 7.
    pub strand: Option<&'a str>,
    /// Column 8.
    pub phase: Option<i64>,
    /// The promoted values of column 9.
    pub promoted: P,
    /// The rest of column 9, spelled as in the file.
    pub attributes: Option<&'a str>,
}

impl<'a, P> Columns<'a, P>
where
    P: Fn(usize) -> Option<&'a str>,
{
    /// Tells whether nothing of column 9 is there.
    fn has_no_attributes(&self, names: &[String]) -> bool {
        self.rest().is_none() && (0..names.len()).all(|place| (self.promoted)(place).is_none())
    }
}

impl<'a, P> Columns<'a, P> {
    /// Returns what is left of column 9; nothing where that is no text at all.
    fn rest(&self) -> Option<&'a str> {
        self.attributes.filter(|rest| !rest.is_empty())
    }
}

/// Writes a whole line, without its line end.
///
/// `names` are the promoted columns; `exact` gives, for a column counted from 0 to 8, the bytes
/// that stand instead of what would be rendered, and for 9 what stands after the ninth column's tab.
pub fn render_line<'a, P, E, S>(
    columns: &Columns<'a, P>,
    names: &[String],
    layout: Option<&Layout>,
    exact: E,
    out: &mut S,
) where
    P: Fn(usize) -> Option<&'a str>,
    E: Fn(usize) -> Option<&'a [u8]>,
    S: Sink,
{
    let count = layout.map_or(9, |layout| layout.columns);
    for column in 0..9 {
        if column == 8 && count == 8 && exact(8).is_none() && columns.has_no_attributes(names) {
            return;
        }
        if column > 0 {
            out.put(b"\t");
        }
        match exact(column) {
            Some(bytes) => out.put(bytes),
            None => render_field(columns, names, layout, column, out),
        }
    }
    match exact(9) {
        Some(rest) => {
            out.put(b"\t");
            out.put(rest);
        }
        None => (9..count).for_each(|_| out.put(b"\t")),
    }
}

/// Writes one column, counted from 0 to 8.
pub fn render_field<'a, P, S>(
    columns: &Columns<'a, P>,
    names: &[String],
    layout: Option<&Layout>,
    column: usize,
    out: &mut S,
) where
    P: Fn(usize) -> Option<&'a str>,
    S: Sink,
{
    let mut number = |number: Option<i64>| match number {
        Some(number) => out.put(itoa::Buffer::new().format(number).as_bytes()),
        None => out.put(b"."),
    };
    match column {
        3 => number(columns.start),
        4 => number(columns.end),
        7 => number(columns.phase),
        5 => match columns.score {
            Some(score) => layout
                .map(|l| l.score)
                .unwrap_or_default()
                .write(score, out),
            None => out.put(b"."),
        },
        6 => put_safe(columns.strand.unwrap_or("."), out),
        8 => match layout.and_then(|layout| layout.parts.as_ref()) {
            Some(parts) => laid_out(columns, names, parts, out),
            None => plain(columns, names, out),
        },
        _ => {
            let mut value = [columns.seqid, columns.source, columns.ty][column];
            if let (0, Some(text)) = (column, value) {
                value = Some(put_first(text, out));
            }
            match (value, layout.map(|layout| &layout.text[column])) {
                (None, _) => out.put(b"."),
                (Some(value), Some(spelling)) if !spelling.is_plain() => {
                    spelling.encode(value, false, out);
                }
                (Some(value), _) => encode_plain(value, false, out),
            }
        }
    }
}

/// Column 9 in the plain order: promoted keys in the order of their columns, then the rest.
fn plain<'a, P, S>(columns: &Columns<'a, P>, names: &[String], out: &mut S)
where
    P: Fn(usize) -> Option<&'a str>,
    S: Sink,
{
    let mut first = true;
    for (index, name) in names.iter().enumerate() {
        let Some(value) = (columns.promoted)(index) else {
            continue;
        };
        if !std::mem::take(&mut first) {
            out.put(b";");
        }
        out.put(name.as_bytes());
        out.put(b"=");
        encode_plain(value, true, out);
    }
    match columns.rest() {
        Some(rest) => {
            if !first {
                out.put(b";");
            }
            put_safe(rest, out);
        }
        None if first => out.put(b"."),
        None => {}
    }
}

/// Column 9 as a layout has it.
fn laid_out<'a, P, S>(columns: &Columns<'a, P>, names: &[String], parts: &[Part], out: &mut S)
where
    P: Fn(usize) -> Option<&'a str>,
    S: Sink,
{
    let record = Edited::new(columns, names, parts);
    if !record.fits() {
        return record.write(out);
    }
    let mut rest = columns.rest();
    let mut first = true;
    for (index, part) in parts.iter().enumerate() {
        let mut open = |out: &mut S| {
            if !std::mem::take(&mut first) {
                out.put(b";");
            }
        };
        match part {
            Part::Gtf => {}
            Part::Literal(text) => {
                open(out);
                out.put(text.as_bytes());
            }
            Part::Hole {
                before,
                column,
                place,
                spelling,
                after,
            } => {
                let index = match names.get(*place) {
                    Some(name) if name == column => Some(*place),
                    _ => names.iter().position(|name| name == column),
                };
                if let Some(value) = index.and_then(|index| (columns.promoted)(index)) {
                    open(out);
                    Part::fill(before, spelling, after, value, out);
                }
            }
            Part::Rest { before, count } => {
                let Some(now) = next_of_rest(&mut rest, *count, &parts[index + 1..]) else {
                    continue;
                };
                open(out);
                out.put(before.as_bytes());
                put_safe(now, out);
            }
        }
    }
}

/// Takes the next attributes off the rest; all of them where no later part would take any.
fn next_of_rest<'a>(
    rest: &mut Option<&'a str>,
    count: Option<usize>,
    later: &[Part],
) -> Option<&'a str> {
    let text = (*rest)?;
    let end = count
        .filter(|_| later.iter().any(|part| matches!(part, Part::Rest { .. })))
        .and_then(|count| nth_semicolon(text, count));
    let (now, left) = match end {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    *rest = left;
    Some(now)
}

/// Writes text that stands as it is, but for what would end its column or its line.
fn put_safe<S: Sink>(text: &str, out: &mut S) {
    let mut bytes = text.as_bytes();
    while let Some(at) = memchr3(b'\t', b'\n', b'\r', bytes) {
        out.put(&bytes[..at]);
        out.put(match bytes[at] {
            b'\t' => b"%09",
            b'\n' => b"%0A",
            _ => b"%0D",
        });
        bytes = &bytes[at + 1..];
    }
    out.put(bytes);
}

/// Writes the first byte of a line escaped where it would make the line something else than a
/// record; returns what is left to write.
///
/// GFF3 1.26, "Column 1": an ID "may not begin with an unescaped '>'".
fn put_first<'a, S: Sink>(text: &'a str, out: &mut S) -> &'a str {
    let escape = match text.as_bytes().first() {
        Some(b'>') => b"%3E",
        Some(b'#') => b"%23",
        _ => return text,
    };
    out.put(escape);
    &text[1..]
}

/// Returns where the `count`th attribute ends, by the syntax of the string itself.
fn nth_semicolon(text: &str, count: usize) -> Option<usize> {
    super::Attributes::new(text)
        .nth(count)
        .map(|attribute| attribute.offset - 1)
}
