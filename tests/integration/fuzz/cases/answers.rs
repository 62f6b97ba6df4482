//! What is asked of a database, and found by reading all of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use gffdb::{
    gff::joined,
    query::{Attr, Database, With},
};
use rusqlite::types::Value;

use super::{
    case::{FIXED, Options, Source},
    failure::{Checked, Failure, require, same},
    loads::Bench,
    numbers::Numbers,
    parsed,
    rows::{Row, Rows},
};

/// Requires the answers to some questions to be those of a scan; returns how many there were.
pub fn are_those_of_a_scan(path: &Path, rows: &Rows, n: &mut Numbers) -> Checked<u64> {
    let database = Database::open(path).map_err(Failure::of("answers"))?;
    let mut asked = 0;
    for _ in 0..6 {
        let Some((seqid, first, last)) = region(rows, n) else {
            break;
        };
        let text = format!("{{{seqid}}}:{first}-{last}");
        let expected = overlapping(rows, &seqid, first, last);
        // The braces of a name that has some would be read as the name's end.
        if seqid.contains(['{', '}']) || seqid.is_empty() || expected.is_none() {
            continue;
        }
        asked += 1;
        let found = ids(database.query().region(&text))?;
        same("region", &text, &found, &expected.unwrap_or_default())?;
    }
    let links = links(rows);
    for _ in 0..4 {
        let Some(name) = some_id(rows, n) else { break };
        let of: BTreeSet<i64> = with_id(rows, &name);
        asked += 2;
        let found = ids(Ok(database.query().ids([&name])))?;
        same("id", &name, &found, &of)?;
        let with = n.pick(&[
            With::Parents,
            With::Ancestors,
            With::Children,
            With::Descendants,
        ]);
        let found = ids(Ok(database.query().ids([&name]).with(with)))?;
        let expected = relatives(rows, &links, of, with);
        same(
            "relatives",
            format!("{with:?} of {name:?}"),
            &found,
            &expected,
        )?;
    }
    let view: BTreeSet<(i64, i64)> = pairs(&database)?;
    same("link", "view link", &view, &links)?;
    Ok(asked)
}

fn ids(query: gffdb::Result<gffdb::query::Query<'_>>) -> Checked<BTreeSet<i64>> {
    let failed = Failure::of("answers");
    let mut all = BTreeSet::new();
    for feature in query.map_err(&failed)?.records().map_err(&failed)? {
        all.insert(feature.map_err(&failed)?.record_id);
    }
    Ok(all)
}

fn pairs(database: &Database) -> Checked<BTreeSet<(i64, i64)>> {
    let read = || {
        let mut statement = database
            .connection()
            .prepare("SELECT child, parent FROM link")?;
        let rows = statement.query_map([], |row| row.try_into())?;
        rows.collect::<rusqlite::Result<_>>()
    };
    read().map_err(Failure::of("link"))
}

/// Draws a region: at the ends of some record, or anywhere.
fn region(rows: &Rows, n: &mut Numbers) -> Option<(String, i64, i64)> {
    let records: Vec<&Row> = rows.records.values().collect();
    if records.is_empty() {
        return None;
    }
    let row = n.pick(&records);
    let seqid = row.text("seqid")?.to_owned();
    let at = |column: &str| row.number(column).unwrap_or(1);
    let place = |n: &mut Numbers| match n.below(4) {
        0 => 1 + n.below(2_000) as i64,
        1 => at("start").saturating_add(n.below(3) as i64 - 1),
        2 => at("end").saturating_add(n.below(3) as i64 - 1),
        _ => at("start") / 2 + at("end") / 2,
    };
    let (a, b) = (place(n), place(n));
    let (first, last) = (a.min(b).max(1), a.max(b).max(1));
    // As far as positions go.
    (last < i64::MAX / 4).then_some((seqid, first, last))
}

/// Returns the records of a region; `None` where the sequence is a circle that its records do not fit,
/// or has places that are no whole numbers.
fn overlapping(rows: &Rows, seqid: &str, first: i64, last: i64) -> Option<BTreeSet<i64>> {
    let circles: BTreeMap<&str, i64> = rows
        .sequences
        .iter()
        .filter(|(_, name, length, circular, _)| name == seqid && *circular && *length > Some(0))
        .filter_map(|(dataset, _, length, ..)| Some((dataset.as_str(), (*length)?)))
        .collect();
    let mut found = BTreeSet::new();
    for (id, row) in &rows.records {
        if row.text("seqid") != Some(seqid) {
            continue;
        }
        let is_odd = |column| matches!(row.value(column), Value::Real(_) | Value::Text(_));
        if is_odd("start") || is_odd("end") {
            return None;
        }
        let (Some(start), Some(end)) = (row.number("start"), row.number("end")) else {
            continue;
        };
        let hit = match circles.get(row.dataset()) {
            None => start.min(end) <= last && start.max(end) >= first,
            Some(&length) => {
                if start < 1 || start > length || end < 1 || end / 2 > length || last > length {
                    return None;
                }
                let end = if end < start { end + length } else { end };
                let turns = [-length, 0, length];
                let mut turns = turns.iter();
                end - start + 1 >= length
                    || turns.any(|turn| start + turn <= last && end + turn >= first)
            }
        };
        if hit {
            found.insert(*id);
        }
    }
    Some(found)
}

fn some_id(rows: &Rows, n: &mut Numbers) -> Option<String> {
    let names: Vec<&str> = rows
        .records
        .values()
        .flat_map(|row| [row.text("ID"), row.text("Parent")])
        .flatten()
        .collect();
    (!names.is_empty()).then(|| n.pick(&names).to_owned())
}

fn with_id(rows: &Rows, name: &str) -> BTreeSet<i64> {
    let named = rows
        .records
        .iter()
        .filter(|(_, row)| row.text("ID") == Some(name));
    named.map(|(id, _)| *id).collect()
}

/// Returns every child with each of its parents, as view `link` has them.
fn links(rows: &Rows) -> BTreeSet<(i64, i64)> {
    let class = |row: &Row| match row.text("type").and_then(|ty| rows.classes.get(ty)) {
        Some(class) => class.as_str(),
        None => "",
    };
    let level = |row: &Row| match class(row) {
        "gene" => 2,
        "transcript" => 1,
        _ => 0,
    };
    let mut links = BTreeSet::new();
    let named = rows.records.iter().filter_map(|(id, row)| {
        let name = row.text("ID")?;
        Some((row.dataset(), name, *id))
    });
    let all: Vec<(&str, &str, i64)> = named.collect();
    for (child_id, child) in &rows.records {
        let names: BTreeSet<&str> = rows.parents_of(*child_id).into_iter().collect();
        for name in names {
            let called: Vec<i64> = all
                .iter()
                .filter(|(dataset, other, _)| *dataset == child.dataset() && *other == name)
                .map(|(.., id)| *id)
                .collect();
            let seqids: BTreeSet<Option<&str>> = called
                .iter()
                .map(|id| rows.records[id].text("seqid"))
                .collect();
            for parent_id in &called {
                let parent = &rows.records[parent_id];
                let near = parent.text("seqid") == child.text("seqid") || seqids.len() == 1;
                // Its own name: only what is a level above.
                let own = child.text("ID") == Some(name);
                let fits = !own || (level(parent) > level(child));
                // Of a gene and a transcript that share the name, the level above the child's.
                let other = |class_of: &str| {
                    called.iter().any(|id| {
                        let other = &rows.records[id];
                        id != child_id
                            && other.text("seqid") == parent.text("seqid")
                            && class(other) == class_of
                    })
                };
                let nearest = match class(parent) {
                    "gene" => class(child) == "transcript" || !other("transcript"),
                    "transcript" => class(child) != "transcript" || !other("gene"),
                    _ => true,
                };
                if near && fits && nearest && parent_id != child_id {
                    links.insert((*child_id, *parent_id));
                }
            }
        }
    }
    links
}

/// Returns records with their relatives.
fn relatives(
    rows: &Rows,
    links: &BTreeSet<(i64, i64)>,
    chosen: BTreeSet<i64>,
    with: With,
) -> BTreeSet<i64> {
    let key = |id: &i64| {
        let row = &rows.records[id];
        (
            row.value("ID").clone(),
            row.dataset().to_owned(),
            row.value("seqid").clone(),
            row.value("type").clone(),
        )
    };
    let step = |of: &BTreeSet<i64>| -> BTreeSet<i64> {
        let mut next = of.clone();
        for id in of.iter().filter(|id| rows.records[id].text("ID").is_some()) {
            let lines = rows.records.keys();
            let same = lines.filter(|other| chosen.contains(id) && key(other) == key(id));
            next.extend(same);
        }
        for (child, parent) in links {
            match with {
                With::Parents | With::Ancestors if of.contains(child) => next.insert(*parent),
                With::Children | With::Descendants if of.contains(parent) => next.insert(*child),
                _ => false,
            };
        }
        next
    };
    let mut now = step(&chosen);
    if matches!(with, With::Parents | With::Children) {
        return now;
    }
    loop {
        let next = step(&now);
        if next == now {
            return now;
        }
        now = next;
    }
}

/// Requires records to have the same answers whichever keys are columns.
pub fn do_not_depend_on_promotion(
    bench: &mut Bench,
    rows: &Rows,
    files: &[Source],
    options: &Options,
    n: &mut Numbers,
) -> Checked {
    let mut keys: BTreeSet<String> = rows.promoted[2..].iter().cloned().collect();
    keys.extend(options.promote.iter().chain(&options.index).cloned());
    let other = match (
        options.all,
        options.promote.is_empty() && options.index.is_empty(),
    ) {
        (false, true) => Options {
            all: true,
            skip_bad_lines: true,
            ..options.clone()
        },
        _ => Options {
            promote: Vec::new(),
            index: Vec::new(),
            all: false,
            skip_bad_lines: true,
            ..options.clone()
        },
    };
    let files: Vec<&Source> = files.iter().collect();
    let path = bench.load_beside("other.sqlite", &files, &other)?;
    let other_rows = Rows::read(&path)?;
    keys.extend(other_rows.promoted[2..].iter().cloned());
    let (here, there) = (rows, &other_rows);
    same(
        "promotion",
        "how many records",
        &there.records.len(),
        &here.records.len(),
    )?;
    // Where a dataset was replaced, numbers go on behind it.
    let pairs = here.records.iter().zip(&there.records);
    let number: BTreeMap<i64, i64> = pairs.clone().map(|((a, _), (b, _))| (*b, *a)).collect();
    for ((id, row), (other_id, other)) in pairs {
        let fixed = FIXED
            .iter()
            .filter(|c| !["record_id", "layout", "attributes"].contains(c));
        for column in fixed.chain(&["ID", "Parent"]) {
            let what = format!("{column} of record {id}");
            same("promotion", what, other.value(column), row.value(column))?;
        }
        let parents = &there.parents.get(other_id);
        same(
            "promotion",
            format!("parents of record {id}"),
            parents,
            &here.parents.get(id),
        )?;
        let values = &there.values.get(other_id);
        same(
            "promotion",
            format!("values of record {id}"),
            values,
            &here.values.get(id),
        )?;
        for key in keys
            .iter()
            .filter(|key| !["gene_id", "transcript_id"].contains(&key.as_str()))
        {
            let found = whole_values(there, other, key);
            let what = format!("{key:?} of record {id}");
            same(
                "promotion-value",
                what,
                &found,
                &whole_values(here, row, key),
            )?;
        }
    }
    let (a, b) = (open(&bench.target)?, open(&path)?);
    let keys: Vec<String> = keys
        .into_iter()
        .filter(|key| !key.contains(['=', '~']))
        .collect();
    for key in keys
        .iter()
        .filter(|key| !["gene_id", "transcript_id"].contains(&key.as_str()))
    {
        let ask = |database: &Database, text: &str| -> BTreeSet<i64> {
            let Ok(attr) = Attr::parse(text) else {
                return BTreeSet::new();
            };
            // A key that is no column and that no record has is an error.
            ids(Ok(database.query().attr(attr))).unwrap_or_default()
        };
        let renumbered = |ids: BTreeSet<i64>| -> BTreeSet<i64> {
            ids.into_iter()
                .map(|id| number.get(&id).copied().unwrap_or(id))
                .collect()
        };
        if n.one_in(2) {
            same(
                "promotion-query",
                key,
                &renumbered(ask(&b, key)),
                &ask(&a, key),
            )?;
        }
        // Of a column, values with commas cannot be told from several values.
        let values = here
            .records
            .values()
            .flat_map(|row| whole_values(here, row, key));
        let values: Vec<String> = values.filter(|value| !value.contains(',')).collect();
        if !values.is_empty() {
            let text = format!("{key}={}", n.any(&values));
            same(
                "promotion-query-value",
                &text,
                &renumbered(ask(&b, &text)),
                &ask(&a, &text),
            )?;
        }
    }
    Ok(())
}

fn open(path: &Path) -> Checked<Database> {
    Database::open(path).map_err(Failure::of("answers"))
}

/// Returns the values of a key: that of the column, and those of the rest; each whole, sorted.
fn whole_values(rows: &Rows, row: &Row, key: &str) -> Vec<String> {
    let column = rows.promoted.iter().any(|p| p == key);
    let mut all: Vec<String> = column
        .then(|| row.text(key))
        .flatten()
        .into_iter()
        .map(String::from)
        .collect();
    let text = row.text("attributes").unwrap_or_default();
    // Of a key that comes several times, the column is a copy.
    let copy = joined(text, key).map(|all| all.into_owned());
    all.retain(|value| Some(value) != copy.as_ref());
    let rest = parsed::attributes(text)
        .into_iter()
        .filter(|(other, value)| other == key && !value.is_empty());
    let rest: Vec<String> = rest.map(|(_, value)| value).collect();
    // What is not parted by semicolons stays in the rest and is copied.
    if !all.iter().all(|value| rest.contains(value)) || all.is_empty() {
        all.extend(rest);
    } else {
        all = rest;
    }
    all.sort();
    all.dedup();
    all
}

/// Requires a condition of a record's own place: it is found there, and by its name.
pub fn finds(path: &Path, rows: &Rows, id: i64) -> Checked {
    let database = open(path)?;
    let row = &rows.records[&id];
    if let Some(name) = row.text("ID") {
        let found = ids(Ok(database.query().ids([name])))?;
        require("finds", found.contains(&id), || {
            format!("record {id} by its ID {name:?}")
        })?;
    }
    let (Some(seqid), Some(start), Some(end)) =
        (row.text("seqid"), row.number("start"), row.number("end"))
    else {
        return Ok(());
    };
    if seqid.contains(['{', '}']) || seqid.is_empty() {
        return Ok(());
    }
    // A record that lies nowhere else is on its whole sequence.
    let inside = 1 <= start && start <= end && end < i64::MAX / 4;
    let text = match inside {
        true => format!("{{{seqid}}}:{start}-{end}"),
        false => format!("{{{seqid}}}"),
    };
    let found = ids(database.query().region(&text))?;
    require("finds", found.contains(&id), || {
        format!("record {id} by {text}: {found:?}")
    })
}
