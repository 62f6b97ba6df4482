//! Which records a region has: the search over index `gff_type_region`, type by type and class by class of their length.

use rusqlite::types::Value;

use super::region::Region;
use crate::coords::Circle;

/// The search as anybody can type it; what is below is cut from this file.
const OVERLAPPING: &str = include_str!("../../schema/overlapping.sql");
const ROUND: &str = include_str!("../../schema/overlapping_round.sql");
const WRAPPING: &str = include_str!("../../schema/wrapping.sql");

/// How a record must lie to a region.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mode {
    /// They have at least one base in common.
    #[default]
    Overlap,
    /// The record is wholly inside the region.
    Within,
    /// The region is wholly inside the record.
    Contains,
}

impl Mode {
    /// Tells whether a record from `start` to `end`, which is not before it, is a hit of a region from
    /// `first` to `last`; all 1-based, all inside.
    pub fn hits(self, (start, end): (i64, i64), (first, last): (i64, i64)) -> bool {
        match self {
            Self::Overlap => start <= last && end >= first,
            Self::Within => start >= first && end <= last,
            Self::Contains => start <= first && end >= last,
        }
    }

    /// The same in SQL, over the first and the last base of a record, and `first`, `last` of `region`.
    fn condition(self, first: &str, last: &str) -> String {
        match self {
            Self::Overlap => format!("{first} <= region.last AND {last} >= region.first"),
            Self::Within => format!("{first} >= region.first AND {last} <= region.last"),
            Self::Contains => format!("{first} <= region.first AND {last} >= region.last"),
        }
    }
}

/// Returns the stretches of a straight line that a region is on a circle of `length` bases, first the
/// region itself.
///
/// A feature over the origin ends beyond the length, or begins before base 1: so bases 1-20 of 120 are
/// also 121-140, and -119 to -100.
pub fn unrolled((first, last): (i64, i64), length: i64) -> Vec<(i64, i64)> {
    let mut spans = vec![(first, last)];
    if length <= 0 || last >= super::region::END {
        return spans;
    }
    if last - first + 1 >= length {
        // All of it, and so whatever runs over its origin is inside.
        spans.push((first - length, last + length));
    } else {
        spans.push((first + length, last + length));
        spans.push((first - length, last - length));
    }
    spans
}

/// Returns a query of the `record_id` that lie to one of the regions as `mode` says, and its values.
///
/// `circles` are the circular ones among the regions' sequences. Without `types`, records of all types are
/// searched. A record may come more than once.
pub fn search(
    regions: &[Region],
    circles: &[Circle],
    mode: Mode,
    types: &[String],
) -> (String, Vec<Value>) {
    let mut arms = Vec::new();
    let mut values = Vec::new();
    let text = |s: &str| Value::Text(s.to_owned());

    let whole: Vec<_> = regions.iter().filter(|r| is_whole(r, mode)).collect();
    if !whole.is_empty() {
        let names: Vec<_> = whole.iter().map(|r| r.seqid.as_str()).collect();
        arms.push(format!(
            "SELECT gff.record_id FROM _type_length CROSS JOIN gff\nWHERE gff.type IS _type_length.type\n    \
             AND {} = +_type_length.class\n    AND gff.seqid IN (SELECT value FROM json_each(?)){}",
            class_expression(),
            of_types("_type_length", types)
        ));
        values.push(Value::Text(serde_json::Value::from(names).to_string()));
        values.extend(list_of(types));
    }

    let mut rows = Vec::new();
    let mut round = Vec::new();
    for region in regions.iter().filter(|r| !is_whole(r, mode)) {
        let mut spans = vec![(None, region.bounds())];
        for circle in circles.iter().filter(|c| c.seqid == region.seqid) {
            let unrolled = unrolled(region.bounds(), circle.length);
            let dataset = circle.dataset.as_deref();
            // The region itself is there already, for all datasets.
            spans.extend(unrolled.iter().skip(1).map(|&span| (dataset, span)));
            round.push((circle, unrolled));
        }
        spans.sort_unstable();
        spans.dedup();
        rows.extend(spans.into_iter().map(|span| (region.seqid.as_str(), span)));
    }
    let is_round = !round.is_empty();
    if is_round {
        let sql = wrapping(&round, mode, &mut values);
        arms.push(sql + &of_types("wrapping", types));
        values.extend(list_of(types));
    }
    if !rows.is_empty() {
        let mut extra = match mode {
            Mode::Overlap => String::new(),
            _ => format!("\n    AND {}", mode.condition(FIRST, LAST)),
        };
        if is_round {
            // Those that run over the origin are found by the other arm.
            extra.push_str(&format!("\n    AND {}", is_straight()));
        }
        let is_of_datasets = rows.iter().any(|(_, (dataset, _))| dataset.is_some());
        let dataset = match is_of_datasets {
            true => ", column4 AS dataset",
            false => "",
        };
        if is_of_datasets {
            extra.push_str("\n    AND (region.dataset IS NULL OR gff.dataset = region.dataset)");
        }
        let row = if is_of_datasets {
            "(?, ?, ?, ?)"
        } else {
            "(?, ?, ?)"
        };
        let list = vec![row; rows.len()].join(", ");
        arms.push(format!(
            "SELECT gff.record_id\nFROM (SELECT column1 AS seqid, column2 AS first, column3 AS last{dataset} \
             FROM (VALUES {list})) AS region\n{}{extra}{}",
            after_from(),
            of_types("_type_length", types)
        ));
        for (seqid, (dataset, (first, last))) in rows {
            values.extend([text(seqid), Value::Integer(first), Value::Integer(last)]);
            if is_of_datasets {
                values.push(Value::from(dataset.map(str::to_owned)));
            }
        }
        values.extend(list_of(types));
    }
    (arms.join("\nUNION ALL\n"), values)
}

/// Returns a condition of the type in a table, with AND before it; nothing where all types will do.
fn of_types(table: &str, types: &[String]) -> String {
    match types.is_empty() {
        true => String::new(),
        false => format!("\n    AND {table}.type IN (SELECT value FROM json_each(?))"),
    }
}

/// Returns the value of that condition.
fn list_of(types: &[String]) -> Option<Value> {
    let list = || Value::Text(serde_json::Value::from(types).to_string());
    (!types.is_empty()).then(list)
}

/// Returns a query of what the search along a straight line misses of circles, and adds its values: each
/// circle comes with the stretches of one region on it.
fn wrapping(round: &[(&Circle, Vec<(i64, i64)>)], mode: Mode, values: &mut Vec<Value>) -> String {
    let mut regions = Vec::new();
    for (number, (circle, spans)) in (0..).zip(round) {
        values.extend([
            Value::Integer(number),
            Value::from(circle.dataset.clone()),
            Value::Text(circle.seqid.clone()),
            Value::Integer(circle.length),
        ]);
        regions.extend(spans.iter().map(|&(first, last)| [number, first, last]));
    }
    values.extend(regions.iter().flatten().map(|&n| Value::Integer(n)));
    let sql = comments_off(WRAPPING);
    let circles = vec!["(?, ?, ?, ?)"; round.len()].join(", ");
    format!(
        "SELECT wrapping.record_id FROM ({}) AS wrapping\n\
         JOIN (SELECT column1 AS number, column2 AS first, column3 AS last FROM (VALUES {})) AS region\n    \
         ON region.number = wrapping.number AND {}",
        sql.trim()
            .trim_end_matches(';')
            .replace("(0, :dataset, :seqid, :length)", &circles),
        vec!["(?, ?, ?)"; regions.len()].join(", "),
        mode.condition("wrapping.start", "wrapping.\"end\"")
    )
}

/// A whole sequence has all its records, those without coordinates too.
fn is_whole(region: &Region, mode: Mode) -> bool {
    region.range.is_none() && mode != Mode::Contains
}

/// The joins and conditions of `overlapping.sql` that come after its region.
pub(crate) fn after_from() -> &'static str {
    let start = OVERLAPPING.find("CROSS JOIN _type_length").unwrap_or(0);
    OVERLAPPING[start..].trim_end().trim_end_matches(';')
}

/// The first and the last base of a record, whichever of the two comes first in the file.
const FIRST: &str = "min(gff.start, gff.\"end\")";
const LAST: &str = "max(gff.start, gff.\"end\")";

/// The condition of `overlapping_round.sql` that a record's end is not before its start, or that its
/// sequence is no circle.
fn is_straight() -> &'static str {
    let start = ROUND.find("(_type_length.class >= 0 OR").unwrap_or(0);
    let end = ROUND[start..].find("))\n").map_or(0, |end| end + 2);
    &ROUND[start..start + end]
}

/// The class of a record's length, as the index has it.
pub(crate) fn class_expression() -> &'static str {
    let start = OVERLAPPING.find("(CASE").unwrap_or(0);
    let end = OVERLAPPING.find("END)").map_or(start, |end| end + 4);
    &OVERLAPPING[start..end]
}

/// Returns the statement without its lines of comment.
pub(crate) fn comments_off(sql: &str) -> String {
    let lines: Vec<_> = sql
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_unrolled_where_its_circle_goes_round() {
        for (region, expected) in [
            ((1, 20), vec![(1, 20), (121, 140), (-119, -100)]),
            ((110, 130), vec![(110, 130), (230, 250), (-10, 10)]),
            ((1, 120), vec![(1, 120), (-119, 240)]),
            (
                (50, super::super::region::END),
                vec![(50, super::super::region::END)],
            ),
        ] {
            assert_eq!(unrolled(region, 120), expected);
        }
    }

    #[test]
    fn the_pieces_of_the_files_are_found() {
        assert!(
            after_from().starts_with("CROSS JOIN _type_length\nCROSS JOIN gff\nWHERE gff.type IS")
        );
        assert!(after_from().ends_with("ELSE gff.\"end\" >= region.first END"));
        assert!(is_straight().ends_with("AND own.length > 0\n        ))"));
        assert!(class_expression().ends_with("ELSE 4\n    END)"));
        assert_eq!(WRAPPING.matches(class_expression()).count(), 2);
        assert!(include_str!("../../schema/indexes.sql").contains(class_expression()));
    }

    #[test]
    fn modes_are_what_their_names_say() {
        for (record, overlap, within, contains) in [
            ((1, 9), false, false, false),
            ((1, 10), true, false, false),
            ((20, 30), true, false, false),
            ((10, 20), true, true, true),
            ((11, 19), true, true, false),
            ((9, 21), true, false, true),
            ((21, 22), false, false, false),
        ] {
            let hits =
                [Mode::Overlap, Mode::Within, Mode::Contains].map(|m| m.hits(record, (10, 20)));
            assert_eq!(hits, [overlap, within, contains], "{record:?}");
        }
    }
}
