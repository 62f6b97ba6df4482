//! Many regions at once: one merge of two sorted lists, the regions and the index.
//!
//! Within a sequence, a type and a length class the index gives features by their start. Regions are sorted
//! by theirs, and walk along. Where regions are few, the stretches of the index between them are
//! skipped; where they are many, the stretches run together into one. So a handful of regions costs
//! as many searches, and a million one pass.

use rusqlite::{CachedStatement, Connection, params, types::Value};

use super::{
    overlap::{Mode, class_expression, comments_off, unrolled},
    spans::Span,
};
use crate::coords::Circle;

/// Which records are hits.
#[derive(Clone, Copy, Debug)]
pub struct SweepOptions<'a> {
    /// How they must lie to a region.
    pub mode: Mode,
    /// Their types; empty: any.
    pub types: &'a [String],
    /// What a hit leads to.
    pub wanted: Wanted,
}

/// What a hit leads to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wanted {
    /// Every region that a record is a hit of.
    Pairs,
    /// Only that a record is a hit of any.
    Records,
}

/// Finds the records of many regions.
///
/// `hit` is called with a region and a `record_id`, in no order that means anything, and the same pair
/// may come twice on a circle.
pub fn merge(
    connection: &Connection,
    sequences: &[String],
    circles: &[Circle],
    mut spans: Vec<Span>,
    sought: SweepOptions<'_>,
    hit: &mut dyn FnMut(u32, i64),
) -> rusqlite::Result<()> {
    spans.sort_unstable_by_key(|s| (s.sequence, s.first, s.last));
    let (reversed, lengths): (Vec<_>, Vec<_>) = type_lengths(connection, sought.types)?
        .into_iter()
        .partition(|lengths| lengths.class < 0);
    let mut search = connection.prepare_cached(&format!(
        "SELECT record_id, start, \"end\" FROM gff \
         WHERE type IS ?1 AND {} = ?2 AND seqid = ?3 AND start BETWEEN ?4 AND ?5 ORDER BY start",
        class_expression()
    ))?;
    let mut is_of_dataset = connection.prepare_cached(IS_OF_DATASET)?;
    for spans in spans.chunk_by(|a, b| a.sequence == b.sequence) {
        let seqid = sequences[spans[0].sequence as usize].as_str();
        let mut along = |spans: &[Span], hit: &mut dyn FnMut(u32, i64)| -> rusqlite::Result<()> {
            for lengths in &lengths {
                let mut sweep = Sweep::new(spans, sought);
                let mut stretches = stretches(spans, lengths.longest).into_iter().peekable();
                let mut seen = Seen::default();
                while let Some((from, mut to)) = stretches.next() {
                    while let Some(next) = stretches.next_if(|next| seen.expects_few(to, next.0)) {
                        to = next.1;
                    }
                    let rows = scan(&mut search, lengths, (seqid, from, to), &mut sweep, hit)?;
                    seen.add(from, to, rows);
                }
            }
            Ok(())
        };
        for TypeLength { ty, .. } in &reversed {
            self::reversed(connection, ty, seqid, spans, sought, hit)?;
        }
        let mut here = circles.iter().filter(|c| c.seqid == seqid).peekable();
        if here.peek().is_none_or(|circle| circle.dataset.is_some()) {
            along(spans, hit)?;
        }
        for circle in here {
            let round = unroll(spans, circle.length);
            match &circle.dataset {
                None => along(&round, hit)?,
                Some(dataset) => {
                    let mut found = Vec::new();
                    along(&round, &mut |region, record| found.push((region, record)))?;
                    for (region, record) in found {
                        if is_of_dataset.exists(params![record, dataset])? {
                            hit(region, record);
                        }
                    }
                }
            }
            wrapping(connection, circle, &round, sought, hit)?;
        }
    }
    Ok(())
}

/// Whether a record is of a dataset.
const IS_OF_DATASET: &str = "SELECT 1 FROM gff WHERE record_id = ?1 AND dataset = ?2";

/// Features of a type that are about as long.
struct TypeLength {
    /// Text, or NULL; whatever an edit made of it.
    ty: Value,
    class: i64,
    /// The largest `end - start` that there can be; `None`: any.
    longest: Option<i64>,
}

/// How many of these features there were where it was searched.
#[derive(Default)]
struct Seen {
    bases: f64,
    rows: f64,
}

impl Seen {
    /// A search costs as much as reading on past so many features. Measured: a million regions that are
    /// counted one by one take 5.0 s with 4 or 8, 5.5 with 16, 6.4 with 32.
    const SEARCH: f64 = 6.0;

    fn add(&mut self, from: i64, to: i64, rows: u64) {
        self.bases += to as f64 - from as f64 + 1.0;
        self.rows += rows as f64;
    }

    /// Tells whether few features are to be expected after the end of a stretch and before the next.
    fn expects_few(&self, to: i64, next: i64) -> bool {
        // One more than there were: an empty stretch says little of the next.
        self.bases > 0.0 && (next - to) as f64 * ((self.rows + 1.0) / self.bases) < Self::SEARCH
    }
}

fn type_lengths(connection: &Connection, types: &[String]) -> rusqlite::Result<Vec<TypeLength>> {
    let mut lengths: Vec<TypeLength> = connection
        .prepare_cached("SELECT type, class, longest FROM _type_length ORDER BY type, class")?
        .query_map([], |row| {
            Ok(TypeLength {
                ty: row.get(0)?,
                class: row.get(1)?,
                longest: row.get(2)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    lengths.retain(|lengths| is_of(types, &lengths.ty));
    Ok(lengths)
}

/// Tells whether a record's type is among these, or any will do.
fn is_of(types: &[String], ty: &Value) -> bool {
    types.is_empty() || matches!(ty, Value::Text(ty) if types.contains(ty))
}

/// Returns what regions are on a circle, sorted.
fn unroll(spans: &[Span], length: i64) -> Vec<Span> {
    let round = |span: &Span| {
        let stretches = unrolled((span.first, span.last), length).into_iter();
        let span = *span;
        stretches.map(move |(first, last)| Span {
            first,
            last,
            ..span
        })
    };
    let mut all: Vec<Span> = spans.iter().flat_map(round).collect();
    all.sort_unstable_by_key(|s| (s.first, s.last));
    all
}

/// Returns the starts between which features of a class can be hits: ranges that do not touch.
fn stretches(spans: &[Span], longest: Option<i64>) -> Vec<(i64, i64)> {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for span in spans {
        let from = longest.map_or(i64::MIN, |longest| span.first.saturating_sub(longest));
        match ranges.last_mut() {
            Some((_, to)) if from <= *to + 1 => *to = span.last.max(*to),
            _ => ranges.push((from, span.last)),
        }
    }
    ranges
}

/// Reads a stretch of the index, and returns how many features it has.
fn scan(
    search: &mut CachedStatement<'_>,
    TypeLength { ty, class, .. }: &TypeLength,
    (seqid, from, to): (&str, i64, i64),
    sweep: &mut Sweep<'_>,
    hit: &mut dyn FnMut(u32, i64),
) -> rusqlite::Result<u64> {
    let mut rows = search.query(params![ty, class, seqid, from, to])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        // A record without an end is in the index and never a hit.
        let (start, end): (i64, Option<i64>) = (row.get(1)?, row.get(2)?);
        if let Some(end) = end {
            sweep.feature(row.get(0)?, (start, end), hit);
        }
    }
    Ok(count)
}

/// Regions of one sequence by their start, walking along with features by theirs.
struct Sweep<'a> {
    waiting: std::slice::Iter<'a, Span>,
    /// Begun, and not known to be over.
    active: Vec<Span>,
    sought: SweepOptions<'a>,
}

impl<'a> Sweep<'a> {
    fn new(spans: &'a [Span], sought: SweepOptions<'a>) -> Self {
        Self {
            waiting: spans.iter(),
            active: Vec::new(),
            sought,
        }
    }

    fn feature(&mut self, record: i64, extent: (i64, i64), hit: &mut dyn FnMut(u32, i64)) {
        while let Some(span) = self.waiting.as_slice().first() {
            if span.first > extent.1 {
                break;
            }
            if span.last >= extent.0 {
                self.active.push(*span);
            }
            self.waiting.next();
        }
        let mut at = 0;
        while let Some(span) = self.active.get(at) {
            if span.last < extent.0 {
                // No later feature starts before this one.
                self.active.swap_remove(at);
                continue;
            }
            if self.sought.mode.hits(extent, (span.first, span.last)) {
                hit(span.region, record);
                if self.sought.wanted == Wanted::Records {
                    return;
                }
            }
            at += 1;
        }
    }
}

/// Looks at the records of a type whose end is before their start, and that are on no circle.
fn reversed(
    connection: &Connection,
    ty: &Value,
    seqid: &str,
    spans: &[Span],
    sought: SweepOptions<'_>,
    hit: &mut dyn FnMut(u32, i64),
) -> rusqlite::Result<()> {
    let first = spans.iter().map(|span| span.first).min();
    let last = spans.iter().map(|span| span.last).max();
    let mut statement = connection.prepare_cached(include_str!("../../schema/reversed.sql"))?;
    let mut rows = statement.query(params![ty, seqid, first, last])?;
    let mut sweep = Sweep::new(spans, sought);
    while let Some(row) = rows.next()? {
        sweep.feature(row.get(0)?, (row.get(1)?, row.get(2)?), hit);
    }
    Ok(())
}

/// What a search along a straight line misses of a circle, one by one: there are a few at most.
fn wrapping(
    connection: &Connection,
    circle: &Circle,
    spans: &[Span],
    sought: SweepOptions<'_>,
    hit: &mut dyn FnMut(u32, i64),
) -> rusqlite::Result<()> {
    let sql = comments_off(include_str!("../../schema/wrapping.sql"));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&[
        (":dataset", &circle.dataset as &dyn rusqlite::ToSql),
        (":seqid", &circle.seqid),
        (":length", &circle.length),
    ])?;
    while let Some(row) = rows.next()? {
        let extent = (row.get(2)?, row.get(3)?);
        if !is_of(sought.types, &row.get(4)?) {
            continue;
        }
        for span in spans {
            if sought.mode.hits(extent, (span.first, span.last)) {
                hit(span.region, row.get(0)?);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first: i64, last: i64) -> Span {
        Span {
            sequence: 0,
            first,
            last,
            region: 0,
        }
    }

    #[test]
    fn stretches_run_together_where_features_are_long() {
        let spans = [span(10, 20), span(15, 18), span(500, 600), span(1000, 1000)];
        for (longest, expected) in [
            (Some(0), vec![(10, 20), (500, 600), (1000, 1000)]),
            (Some(400), vec![(-390, 20), (100, 1000)]),
            (None, vec![(i64::MIN, 1000)]),
        ] {
            assert_eq!(stretches(&spans, longest), expected);
        }
    }
}
