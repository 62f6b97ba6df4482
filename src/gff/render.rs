//! A record's line, written from its columns: the one way back, for the proof and for export.

use super::{
    Sink, encode_plain,
    layout::{Layout, Part},
};

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

/// Writes a whole line, without its line end.
///
/// `names` are the promoted columns; `exact` gives, for a column counted from 0 to 8, the bytes
/// that stand instead of what would be rendered.
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
    for column in 0..9 {
        if column > 0 {
            out.put(b"\t");
        }
        match exact(column) {
            Some(bytes) => out.put(bytes),
            None => render_field(columns, names, layout, column, out),
        }
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
        6 => out.put(columns.strand.unwrap_or(".").as_bytes()),
        8 => match layout.and_then(|layout| layout.parts.as_ref()) {
            Some(parts) => laid_out(columns, names, parts, out),
            None => plain(columns, names, out),
        },
        _ => {
            let value = [columns.seqid, columns.source, columns.ty][column];
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
    match columns.attributes {
        Some(rest) => {
            if !first {
                out.put(b";");
            }
            out.put(rest.as_bytes());
        }
        None if first => out.put(b"."),
        None => {}
    }
}

/// Column 9 as a layout has it. A hole whose value is gone is left out with all around it; a value
/// without a hole, set since the file was loaded, follows at the end.
fn laid_out<'a, P, S>(columns: &Columns<'a, P>, names: &[String], parts: &[Part], out: &mut S)
where
    P: Fn(usize) -> Option<&'a str>,
    S: Sink,
{
    let mut rest = columns.attributes;
    let mut first = true;
    for part in parts {
        let mut open = |out: &mut S| {
            if !std::mem::take(&mut first) {
                out.put(b";");
            }
        };
        match part {
            Part::Gtf => plain(columns, names, out),
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
                let Some(text) = rest else { continue };
                let (now, later) = match count.and_then(|count| nth_semicolon(text, count)) {
                    Some(at) => (&text[..at], Some(&text[at + 1..])),
                    None => (text, None),
                };
                rest = later;
                open(out);
                out.put(before.as_bytes());
                out.put(now.as_bytes());
            }
        }
    }
}

/// Returns where the `count`th attribute ends, by the syntax of the string itself.
fn nth_semicolon(text: &str, count: usize) -> Option<usize> {
    super::Attributes::new(text)
        .nth(count)
        .map(|attribute| attribute.offset - 1)
}
