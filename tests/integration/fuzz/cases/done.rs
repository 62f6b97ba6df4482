//! What one statement of SQL must have done to the records, or have been refused for.

use std::collections::BTreeMap;

use rusqlite::types::Value;

use super::{
    edits::{self, Statement},
    failure::{Checked, Failure, require, same},
    rows::{Row, Rows},
};

/// Tells whether a file can hold a value in a column such that it is read back as the same.
pub fn can_be_written(column: &str, value: &Value) -> bool {
    match (column, value) {
        (_, Value::Null) => true,
        // A dot is what NULL is written as.
        ("seqid" | "source" | "type", Value::Text(text)) => text != ".",
        ("start" | "end", Value::Integer(_)) => true,
        ("score", Value::Real(number)) => number.is_finite(),
        ("strand", Value::Text(text)) => matches!(text.as_str(), "+" | "-" | "?" | "x"),
        ("phase", Value::Integer(number)) => (0..3).contains(number),
        ("attributes", Value::Text(_)) => true,
        ("dataset" | "record_id", _) => true,
        ("start" | "end" | "score" | "strand" | "phase" | "layout", _) => false,
        (_, Value::Text(text)) => !text.is_empty(),
        _ => false,
    }
}

/// Requires a statement to have done what it says, and nothing else to table `gff`.
pub fn is_done(before: &Rows, after: &Rows, statement: &Statement) -> Checked {
    let without_layout = |row: &Row| {
        let mut row = row.clone();
        row.columns.remove("layout");
        row
    };
    let set = |row: &Row| -> Checked<Row> {
        let mut row = row.clone();
        for (column, value) in &statement.set {
            let kept = edits::kept(column, value).map_err(Failure::of("edit"))?;
            row.columns.insert(column.clone(), kept);
        }
        Ok(without_layout(&row))
    };
    let mut expected: BTreeMap<i64, Row> = BTreeMap::new();
    for (id, row) in &before.records {
        if statement.deleted.contains(id) || statement.replaced == Some(*id) {
            continue;
        }
        let row = match statement.changed.contains(id) {
            true => set(row)?,
            false => without_layout(row),
        };
        expected.insert(*id, row);
    }
    if let Some((from, to)) = statement.renumbered
        && let Some(mut row) = expected.remove(&from)
    {
        row.columns
            .insert(String::from("record_id"), Value::Integer(to));
        expected.insert(to, row);
    }
    let mut found: BTreeMap<i64, Row> = after
        .records
        .iter()
        .map(|(id, row)| (*id, without_layout(row)))
        .collect();
    if statement.inserted {
        let new: Vec<i64> = found
            .keys()
            .filter(|id| !expected.contains_key(id))
            .copied()
            .collect();
        require("edit-done", new.len() == 1, || {
            format!("new records: {new:?}")
        })?;
        let mut row = found.remove(&new[0]).unwrap_or_default();
        let columns = before
            .records
            .values()
            .next()
            .map(|row| row.columns.clone());
        let mut blank = Row {
            columns: columns.unwrap_or_else(|| row.columns.clone()),
        };
        blank
            .columns
            .values_mut()
            .for_each(|value| *value = Value::Null);
        let mut wanted = set(&blank)?;
        for generated in ["record_id", "dataset"] {
            if !statement.set.iter().any(|(column, _)| column == generated) {
                row.columns.remove(generated);
                wanted.columns.remove(generated);
            }
        }
        same("edit-done", "the new record", &row, &wanted)?;
    }
    for (id, row) in &expected {
        same(
            "edit-done",
            format!("record {id}"),
            &found.get(id),
            &Some(row),
        )?;
    }
    same(
        "edit-done",
        "how many records",
        &found.len(),
        &expected.len(),
    )
}

/// Requires a statement that failed to have done nothing, and to have asked for what cannot be.
pub fn is_rightly_refused(
    before: &Rows,
    after: &Rows,
    statement: &Statement,
    error: &str,
) -> Checked {
    same("edit-refused", "records", &after.records, &before.records)?;
    let number_is_taken = statement
        .renumbered
        .is_some_and(|(from, to)| from != to && before.records.contains_key(&to));
    let cannot_be = statement.set.iter().any(|(column, value)| {
        let kept = edits::kept(column, value).unwrap_or(Value::Null);
        !can_be_written(column, &kept)
    });

    require(
        "edit-refused",
        number_is_taken || cannot_be || !fits(before, statement),
        || error.to_owned(),
    )
}

/// Tells whether coordinates are in order after a statement.
fn fits(before: &Rows, statement: &Statement) -> bool {
    let is_before = |row: Option<&Row>| {
        let value = |column: &str| {
            let set = statement.set.iter().find(|(name, _)| name == column);
            match (set, row) {
                (Some((_, Value::Integer(number))), _) => Some(*number),
                (Some(_), _) => None,
                (None, row) => row.and_then(|row| row.number(column)),
            }
        };
        matches!((value("start"), value("end")), (Some(start), Some(end)) if end < start)
    };
    match statement.inserted {
        true => !is_before(None),
        false => !statement
            .changed
            .iter()
            .any(|id| is_before(before.records.get(id))),
    }
}
