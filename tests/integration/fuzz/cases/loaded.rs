//! What a database must hold after a load.

use std::collections::{BTreeMap, BTreeSet};

use gffdb::gff::find;
use rusqlite::types::Value;

use super::{
    case::{Options, Source},
    failure::{Checked, require, same},
    implied,
    parsed::{self, Parsed},
    rows::{Row, Rows},
};

/// Requires the records and side tables of one dataset to be what its file says.
pub fn is_what_the_file_says(
    rows: &Rows,
    file: &Source,
    parsed: &Parsed,
    options: &Options,
) -> Checked {
    let dataset = rows.datasets.iter().find(|d| d.name == file.dataset);
    let dataset = dataset.cloned().unwrap_or_default();
    let found: Vec<(i64, &Row)> = rows.of(&file.dataset).collect();
    same("records", "count", &found.len(), &parsed.records.len())?;
    same(
        "records",
        "noted",
        &(dataset.records as usize),
        &parsed.records.len(),
    )?;
    same("lines", "noted", &(dataset.lines as u64), &parsed.lines)?;
    let implied = implied::of(rows, &file.dataset, parsed, options);
    for (place, ((id, row), expected)) in found.into_iter().zip(&parsed.records).enumerate() {
        same(
            "record-id",
            "of a file's records",
            &id,
            &(dataset.first_record + place as i64),
        )?;
        let named = implied.named.get(&id);
        let (id_text, parent) = match named {
            Some((id, parent)) => (Some(id.clone()), parent.clone()),
            None => (expected.id.clone(), expected.parent.clone()),
        };
        let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::Text);
        let number = |value: Option<i64>| value.map_or(Value::Null, Value::Integer);
        for (column, value) in [
            ("seqid", text(&expected.seqid)),
            ("source", text(&expected.source)),
            ("type", text(&expected.ty)),
            ("start", number(expected.start)),
            ("end", number(expected.stop)),
            ("score", expected.score.map_or(Value::Null, Value::Real)),
            ("strand", text(&expected.strand)),
            ("phase", number(expected.phase)),
            ("ID", text(&id_text)),
            ("Parent", text(&parent)),
        ] {
            let what = format!("{column} of line {}", expected.line);
            same("column", what, row.value(column), &value)?;
        }
        for key in rows.promoted.iter().skip(2) {
            let value = parsed::whole(&expected.ninth, key).map_or(Value::Null, Value::Text);
            let what = format!("{key:?} of line {}", expected.line);
            same("promoted", what, row.value(key), &value)?;
        }
        if named.is_none() {
            nothing_of_column_nine_is_lost(rows, row, &expected.ninth, expected.line)?;
        }
        let parents: BTreeSet<String> = expected.parents.iter().cloned().collect();
        let found = rows.parents.get(&id).cloned().unwrap_or_default();
        same(
            "multi-parent",
            format!("line {}", expected.line),
            &found,
            &parents,
        )?;
        let mut values = single_values(&expected.ninth, &options.values);
        let mut found = rows.values.get(&id).cloned().unwrap_or_default();
        values.sort();
        found.sort();
        same("values", format!("line {}", expected.line), &found, &values)?;
    }
    sequences(rows, &file.dataset, parsed)?;
    implied.is_there(rows, &file.dataset)
}

/// Returns every single value of some keys in a ninth column.
pub fn single_values(ninth: &str, keys: &[String]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for key in keys.iter().filter(|_| ninth != ".") {
        for attribute in find(ninth, key).filter(|a| a.key == key) {
            let values = attribute.values().filter(|value| !value.is_empty());
            all.extend(values.map(|value| (key.clone(), value.into_owned())));
        }
    }
    all
}

/// Requires every attribute of a line to be in the columns or in the rest.
fn nothing_of_column_nine_is_lost(rows: &Rows, row: &Row, ninth: &str, line: u64) -> Checked {
    let expected = parsed::attributes(ninth);
    let rest = row.text("attributes").unwrap_or_default();
    let mut found = parsed::attributes(rest);
    let mut missing = expected.clone();
    for attribute in &found {
        match missing.iter().position(|other| other == attribute) {
            Some(at) => drop(missing.remove(at)),
            None => {
                let what = || format!("line {line}: {attribute:?} is in the rest {rest:?} alone");
                require("rest", false, what)?;
            }
        }
    }
    for key in &rows.promoted {
        if let Some(value) = row.text(key) {
            found.push((key.clone(), value.to_owned()));
        }
    }
    for (key, value) in missing {
        let ids = ["gene_id", "transcript_id"];
        let is_id = |column: &str| ids.contains(&key.as_str()) && row.text(column) == Some(&value);
        // Nothing but blanks and semicolons, and a key without a value, may be the layout's.
        let is_empty = value.is_empty();
        let there = found.contains(&(key.clone(), value.clone()));
        let is_lost = !(is_empty || there || is_id("ID") || is_id("Parent"));
        require("rest", !is_lost, || {
            format!("line {line}: {key:?} {value:?} is in no column and not in the rest {rest:?}")
        })?;
    }
    Ok(())
}

fn sequences(rows: &Rows, dataset: &str, parsed: &Parsed) -> Checked {
    let known_by = [
        None,
        Some("feature"),
        Some("landmark"),
        Some("directive"),
        Some("fasta"),
        Some("extent"),
    ];
    let expected: BTreeMap<_, _> = parsed
        .sequences
        .iter()
        .map(|(seqid, s)| {
            let known_by = known_by[usize::from(s.known_by)].map(String::from);
            (seqid.clone(), (s.length, s.circular, known_by))
        })
        .collect();
    let found: BTreeMap<_, _> = rows
        .sequences
        .iter()
        .filter(|(of, ..)| of == dataset)
        .map(|(_, seqid, length, circular, by)| (seqid.clone(), (*length, *circular, by.clone())))
        .collect();
    same("sequence", "table sequence", &found, &expected)
}

/// Returns the class of a length; `None` where an end is neither a number nor missing.
fn class(row: &Row) -> Option<i64> {
    Some(match (row.value("start"), row.value("end")) {
        (Value::Integer(start), Value::Integer(end)) => match i128::from(*end) - i128::from(*start)
        {
            ..0 => -1,
            0..=1_023 => 0,
            1_024..=32_767 => 1,
            32_768..=1_048_575 => 2,
            1_048_576..=33_554_431 => 3,
            _ => 4,
        },
        (Value::Null | Value::Integer(_), Value::Null | Value::Integer(_)) => 4,
        _ => return None,
    })
}

/// Returns the types and classes of the records.
pub fn type_lengths(rows: &Rows) -> BTreeSet<(Option<Vec<u8>>, i64)> {
    let ty = |row: &Row| match row.value("type") {
        Value::Text(text) => Some(text.clone().into_bytes()),
        Value::Blob(bytes) => Some(bytes.clone()),
        Value::Integer(number) => Some(number.to_string().into_bytes()),
        Value::Real(number) => Some(number.to_string().into_bytes()),
        Value::Null => None,
    };
    rows.records
        .values()
        .filter_map(|row| Some((ty(row), class(row)?)))
        .collect()
}

/// Requires side tables to belong to what is there, after a load.
pub fn side_tables_fit(rows: &Rows) -> Checked {
    same(
        "type-length",
        "table _type_length",
        &rows.type_lengths,
        &type_lengths(rows),
    )?;
    side_rows_belong(rows)
}

/// Requires each row of a side table to belong to a record or a dataset that there is.
pub fn side_rows_belong(rows: &Rows) -> Checked {
    let ids = [
        ("_multi_parent", rows.parents.keys().collect::<Vec<_>>()),
        ("attribute_value", rows.values.keys().collect()),
        ("verbatim", rows.verbatim.keys().collect()),
        ("inferred", rows.inferred.iter().collect()),
        (
            "_outdated_value",
            rows.outdated.iter().map(|(id, _)| id).collect(),
        ),
    ];
    for (table, ids) in ids {
        let lost = ids.into_iter().find(|id| !rows.records.contains_key(id));
        same("side-rows", table, &lost, &None)?;
    }
    let is_known = |name: &str| rows.datasets.iter().any(|dataset| dataset.name == name);
    let lines = rows
        .other_lines
        .iter()
        .map(|line| ("_other_line", line.dataset.as_str()));
    let sequences = rows.sequences.iter().map(|s| ("sequence", s.0.as_str()));
    let issues = rows.issues.iter().map(|issue| ("issue", issue.0.as_str()));
    let records = rows.records.values().map(|row| ("gff", row.dataset()));
    for (table, dataset) in lines.chain(sequences).chain(issues).chain(records) {
        require("side-rows", is_known(dataset), || {
            format!("{table} has dataset {dataset:?}, which is not there")
        })?;
    }
    for row in rows.records.values() {
        let layout = row.number("layout");
        require(
            "side-rows",
            layout.is_none() || rows.layout_of(row).is_some(),
            || format!("there is no layout {layout:?}"),
        )?;
        let Some(seqid) = row.text("seqid") else {
            continue;
        };
        let mut named = rows.sequences.iter();
        require(
            "sequence",
            named.any(|s| s.0 == row.dataset() && s.1 == seqid),
            || format!("{seqid:?} of {:?} is not in table sequence", row.dataset()),
        )?;
    }
    Ok(())
}

/// Requires the datasets that were not loaded to be as before.
pub fn others_are_as_before(before: &Rows, after: &Rows, loaded: &[Source]) -> Checked {
    let is_other = |name: &str| !loaded.iter().any(|file| file.dataset == name);
    for dataset in before
        .datasets
        .iter()
        .filter(|dataset| is_other(&dataset.name))
    {
        let now = after.datasets.iter().find(|now| now.name == dataset.name);
        same("others", "dataset", &now, &Some(dataset))?;
    }
    let others = |rows: &Rows| -> BTreeMap<i64, Row> {
        let records = rows
            .records
            .iter()
            .filter(|(_, row)| is_other(row.dataset()));
        records
            .map(|(id, row)| {
                let mut row = row.clone();
                // Columns that were added are NULL.
                row.columns.retain(|_, value| *value != Value::Null);
                (*id, row)
            })
            .collect()
    };
    let (rows_before, rows_now) = (others(before), others(after));
    for (id, row) in &rows_before {
        same(
            "others",
            format!("record {id}"),
            &rows_now.get(id),
            &Some(row),
        )?;
        same(
            "others",
            "parents",
            &after.parents.get(id),
            &before.parents.get(id),
        )?;
        same(
            "others",
            "values",
            &after.values.get(id),
            &before.values.get(id),
        )?;
        same(
            "others",
            "verbatim",
            &after.verbatim.get(id),
            &before.verbatim.get(id),
        )?;
        same(
            "others",
            "inferred",
            &after.inferred.contains(id),
            &before.inferred.contains(id),
        )?;
    }
    same("others", "records", &rows_now.len(), &rows_before.len())?;
    let lines = |rows: &Rows| -> Vec<_> {
        let lines = rows
            .other_lines
            .iter()
            .filter(|line| is_other(&line.dataset));
        lines.cloned().collect()
    };
    same("others", "other lines", &lines(after), &lines(before))?;
    let sequences = |rows: &Rows| -> Vec<_> {
        let all = rows.sequences.iter().filter(|s| is_other(&s.0));
        all.cloned().collect()
    };
    same("others", "sequences", &sequences(after), &sequences(before))?;
    let issues = |rows: &Rows| -> Vec<_> {
        let all = rows.issues.iter().filter(|issue| is_other(&issue.0));
        all.cloned().collect()
    };
    same("others", "issues", &issues(after), &issues(before))
}
