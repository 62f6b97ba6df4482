//! What must hold after edits.

use std::collections::{BTreeMap, BTreeSet};

use gffdb::gff::{Syntax, joined};
use rusqlite::{Connection, types::Value};

use super::{
    answers,
    case::{Case, Options, Packed, Source},
    done::{can_be_written, is_done, is_rightly_refused},
    edits::Statement,
    exported,
    failure::{Checked, Failure, require, same},
    loaded,
    loads::Bench,
    numbers::Numbers,
    parsed,
    rows::{self, OtherLine, Row, Rows},
};

/// What became of the records.
#[derive(Debug, Default)]
struct Fate {
    /// The line of each record that is as the file had it, and its end.
    lines: BTreeMap<i64, parsed::Record>,
    /// Columns that were edited, by the record; of a new record, all.
    edited: BTreeMap<i64, BTreeSet<String>>,
    /// Datasets of which something was edited.
    datasets: BTreeSet<String>,
}

/// Edits the database of a case.
pub fn run(bench: &mut Bench, case: &Case, n: &mut Numbers) -> Checked {
    if case.edits.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::read(&bench.target)?;
    let mut fate = Fate::of(bench, &rows);
    let connection = Connection::open(&bench.target).map_err(Failure::of("edit"))?;
    let mut all_sql = Vec::new();
    for edit in &case.edits {
        let Some(statement) = edit.statement(&rows) else {
            continue;
        };
        let done = connection.execute_batch(&statement.sql);
        let after = Rows::read(&bench.target)?;
        bench.done.edits += 1;
        all_sql.push(statement.sql.clone());
        match done {
            Ok(()) => {
                let check = is_done(&rows, &after, &statement);
                check.map_err(|failure| with_sql(failure, &all_sql))?;
                fate.follow(&rows, &after, &statement);
            }
            Err(error) => {
                bench.done.refused_edits += 1;
                let check = is_rightly_refused(&rows, &after, &statement, &error.to_string());
                check.map_err(|failure| with_sql(failure, &all_sql))?;
            }
        }
        rows = after;
    }
    drop(connection);
    fate.check(bench, &rows, n)
        .map_err(|failure| with_sql(failure, &all_sql))?;
    for dataset in &fate.datasets {
        bench.texts.remove(dataset);
    }
    exported::is_identical(&bench.target, &bench.texts)
}

fn with_sql(failure: Failure, sql: &[String]) -> Failure {
    Failure {
        text: format!("{}\n  after {}", failure.text, sql.join(";\n        ")),
        ..failure
    }
}

impl Fate {
    fn of(bench: &Bench, rows: &Rows) -> Self {
        let mut fate = Self::default();
        for (name, text) in &bench.texts {
            let parsed = parsed::parse(text);
            let ids = rows.of(name).map(|(id, _)| id);
            fate.lines.extend(ids.zip(parsed.records));
        }
        fate
    }

    /// Notes what a statement did.
    fn follow(&mut self, before: &Rows, after: &Rows, statement: &Statement) {
        let mut touch = |row: Option<&Row>| {
            self.datasets
                .extend(row.map(|row| row.dataset().to_owned()));
        };
        let gone = statement.deleted.iter().chain(&statement.replaced);
        for id in gone.chain(&statement.changed) {
            touch(before.records.get(id));
            touch(after.records.get(id));
        }
        let columns = statement.set.iter().map(|(column, _)| column.clone());
        let columns: BTreeSet<String> = columns.collect();
        for id in &statement.changed {
            self.edited
                .entry(*id)
                .or_default()
                .extend(columns.iter().cloned());
        }
        for id in statement.deleted.iter().chain(&statement.replaced) {
            self.lines.remove(id);
            self.edited.remove(id);
        }
        if let Some((from, to)) = statement.renumbered {
            touch(before.records.get(&from));
            if let Some(line) = self.lines.remove(&from) {
                self.lines.insert(to, line);
            }
            if let Some(edited) = self.edited.remove(&from) {
                self.edited.insert(to, edited);
            }
        }
        if statement.inserted {
            let is_new =
                |id: &&i64| !before.records.contains_key(id) || statement.replaced == Some(**id);
            for id in after.records.keys().filter(is_new) {
                touch(after.records.get(id));
                let all = after.records[id].columns.keys().cloned();
                self.edited.insert(*id, all.collect());
            }
        }
    }

    fn check(&self, bench: &mut Bench, rows: &Rows, n: &mut Numbers) -> Checked {
        rows::integrity(&bench.target)?;
        loaded::side_rows_belong(rows)?;
        let scanned = loaded::type_lengths(rows);
        let missing: Vec<_> = scanned.difference(&rows.type_lengths).collect();
        same("type-length", "not listed", &missing, &Vec::new())?;
        for dataset in &rows.datasets {
            self.dataset(bench, rows, &dataset.name)?;
        }
        for id in self.edited.keys() {
            answers::finds(&bench.target, rows, *id)?;
        }
        bench.done.answers += answers::are_those_of_a_scan(&bench.target, rows, n)?;
        Ok(())
    }

    /// Checks the export of one dataset, and what is loaded of that.
    fn dataset(&self, bench: &mut Bench, rows: &Rows, name: &str) -> Checked {
        let text = exported::text(&bench.target, name)?;
        let written = self.lines_of(rows, name, &text)?;
        let bad: BTreeSet<u64> = parsed::parse(&text).bad.into_iter().collect();
        let mut records = Vec::new();
        for (id, line) in written {
            let row = &rows.records[&id];
            if !bad.contains(&line) {
                records.push(id);
                continue;
            }
            let columns = ["start", "end"];
            let odd = columns.iter().any(|c| !can_be_written(c, row.value(c)));
            let back =
                matches!((row.number("start"), row.number("end")), (Some(s), Some(e)) if e < s);
            require("edited-export-parses", odd || back, || {
                format!("record {id}, line {line}: {row:?}")
            })?;
        }
        self.reads_back(bench, rows, name, text, &records)
    }

    /// Requires the lines of an export to be those that there were, but for what was edited. Returns
    /// each record with the number of its line.
    fn lines_of(&self, rows: &Rows, name: &str, text: &[u8]) -> Checked<Vec<(i64, u64)>> {
        let dataset = rows
            .datasets
            .iter()
            .find(|d| d.name == name)
            .cloned()
            .unwrap_or_default();
        let mut expected: Vec<(Option<i64>, Vec<u8>)> = Vec::new();
        let mut others = rows
            .other_lines
            .iter()
            .filter(|o| o.dataset == name && o.kind != "mark")
            .peekable();
        let put = |other: &OtherLine, expected: &mut Vec<(Option<i64>, Vec<u8>)>| {
            for line in lines(&other.text, other.kind == "fasta") {
                expected.push((None, line.0));
            }
        };
        for (id, _) in rows.of(name) {
            while let Some(other) = others.next_if(|o| o.before.is_some_and(|b| b <= id)) {
                put(other, &mut expected);
            }
            expected.push((Some(id), Vec::new()));
        }
        others.for_each(|other| put(other, &mut expected));
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let found = lines(text, true);
        same("edited-lines", "how many", &found.len(), &expected.len())?;
        let mut records = Vec::new();
        let last = found.len();
        for (place, ((id, other), (line, end))) in expected.into_iter().zip(found).enumerate() {
            let shown = line.escape_ascii().to_string();
            let Some(id) = id else {
                same(
                    "edited-lines",
                    "another line",
                    &shown,
                    &other.escape_ascii().to_string(),
                )?;
                continue;
            };
            records.push((id, place as u64 + 1));
            let was = self.lines.get(&id);
            match (was, self.edited.get(&id)) {
                (Some(was), None) => {
                    let before = was.raw.escape_ascii().to_string();
                    same(
                        "edited-lines",
                        format!("record {id} was not edited"),
                        &shown,
                        &before,
                    )?;
                    let inside = place + 1 < last
                        && !was.end.is_empty()
                        && !dataset.last_line_end.is_empty();
                    if inside {
                        same(
                            "edited-lines",
                            format!("end of record {id}"),
                            &end,
                            &was.end,
                        )?;
                    }
                }
                (was, edited) => {
                    let none = BTreeSet::new();
                    fields(&rows.promoted, id, was, edited.unwrap_or(&none), &line)?;
                }
            }
        }
        Ok(records)
    }

    /// Requires what is loaded of an export to be what is in the database.
    fn reads_back(
        &self,
        bench: &mut Bench,
        rows: &Rows,
        name: &str,
        text: Vec<u8>,
        records: &[i64],
    ) -> Checked {
        if text.is_empty() || text.contains(&0) {
            return Ok(());
        }
        let values = rows
            .datasets
            .iter()
            .find(|d| d.name == name)
            .map(|d| d.values.clone());
        let options = Options {
            promote: rows.promoted[2..].to_vec(),
            values: values.unwrap_or_default(),
            skip_bad_lines: true,
            infer_gtf: false,
            ..Options::default()
        };
        let source = Source {
            dataset: name.to_owned(),
            text,
            packed: Packed::Plain,
        };
        let path = bench.load_beside("again.sqlite", &[&source], &options)?;
        let again = Rows::read(&path)?;
        let found: Vec<(i64, &Row)> = again.of(name).collect();
        same(
            "edited-again",
            "how many records",
            &found.len(),
            &records.len(),
        )?;
        for (id, (id_again, row_again)) in records.iter().zip(found) {
            let row = &rows.records[id];
            let edited = self.edited.contains_key(id);
            let what = |column: &str| {
                format!(
                    "{column} of record {id}, edited {:?}, {row:?}",
                    self.edited.get(id)
                )
            };
            // Of what was Latin-1, one half may be taken for UTF-8 when the other is edited.
            let raw = self.lines.get(id).map_or(&[][..], |line| &line.raw);
            if edited && std::str::from_utf8(raw).is_err() {
                continue;
            }
            for column in [
                "seqid", "source", "type", "start", "end", "score", "strand", "phase",
            ] {
                if can_be_written(column, row.value(column)) {
                    let check = if edited {
                        "edited-value"
                    } else {
                        "unedited-value"
                    };
                    same(
                        check,
                        what(column),
                        row_again.value(column),
                        row.value(column),
                    )?;
                }
            }
            // A name that is all of column 9 is one only beside its parts.
            if self.lines.get(id).is_some_and(|line| line.bare) {
                continue;
            }
            if !self.changes_syntax(rows, row, *id) {
                self.column_nine(&again, row_again, rows, row, *id)?;
            }
            let parents = rows.parents.get(id);
            // Link reads the column, and knows nothing of what an edit says of parents in the rest.
            let said_again = edited
                && parsed::first(row.text("attributes").unwrap_or_default(), "Parent").is_some();
            // And a key that names a parent in GTF names one when it is read again, where there is no other.
            let is_named = ["gene_id", "transcript_id"].iter().any(|key| {
                row.text(key).is_some()
                    || parsed::first(row.text("attributes").unwrap_or_default(), key).is_some()
            });
            let is_none = row.text("Parent").unwrap_or_default().is_empty();
            if said_again || (edited && is_named && is_none) {
                continue;
            }
            same(
                "edited-parents",
                what("parents"),
                &again.parents.get(&id_again),
                &parents,
            )?;
            let is_outdated = |key: &str| rows.outdated.contains(&(*id, key.to_owned()));
            let mut left = rows.values.get(id).into_iter().flatten();
            require(
                "edited-single-values",
                !left.any(|(key, _)| is_outdated(key)),
                || format!("values of record {id} are there and outdated"),
            )?;
            let sorted = |rows: &Rows, id: &i64| {
                let mut values = rows.values.get(id).cloned().unwrap_or_default();
                values.retain(|(key, _)| !is_outdated(key));
                // What a line may not hold, GTF has no escapes for.
                values
                    .iter_mut()
                    .for_each(|(_, value)| *value = written(value));
                values.sort();
                values
            };
            if self.changes_syntax(rows, row, *id) {
                continue;
            }
            let (found, expected) = (sorted(rows, id), sorted(&again, &id_again));
            same("edited-single-values", what("values"), &found, &expected)?;
        }
        Ok(())
    }

    /// Tells whether an edit gives a record a rest or a type with which its column 9 says something
    /// else: attributes of GTF in a line of GFF3, another level of GTF.
    fn changes_syntax(&self, rows: &Rows, row: &Row, id: i64) -> bool {
        let Some(edited) = self.edited.get(&id) else {
            return false;
        };
        let before = self.lines.get(&id).map(|line| line.ninth.as_str());
        let before = before.filter(|ninth| *ninth != ".").map(Syntax::of);
        let is_gtf = before == Some(Syntax::Gtf);
        let rest = row.text("attributes").unwrap_or_default();
        let other = !rest.is_empty() && before.is_none_or(|before| Syntax::of(rest) != before);
        (edited.contains("attributes") && other)
            || (edited.contains("type") && is_gtf)
            // A quote behind a backslash closes a value only at the end of the line.
            || (is_gtf && rest.contains("\\\""))
            || rows.promoted.iter().any(|key| matches!(row.value(key), Value::Blob(_)))
    }

    /// Requires column 9 of an edited record to say the same when it is read again.
    fn column_nine(&self, again: &Rows, found: &Row, rows: &Rows, row: &Row, id: i64) -> Checked {
        let gtf = |row: &Row| Syntax::of(row.text("attributes").unwrap_or_default()) == Syntax::Gtf;
        let check = match (self.edited.contains_key(&id), gtf(row)) {
            (false, _) => "unedited-nine",
            (true, false) => "edited-nine",
            (true, true) => "edited-nine-gtf",
        };
        let all = |rows: &Rows, row: &Row| -> BTreeSet<(String, String)> {
            let rest = row.text("attributes").unwrap_or_default();
            let mut all: BTreeSet<_> = parsed::attributes(rest).into_iter().collect();
            // What a column has that is a copy of the rest is written in the place of that, once it differs.
            let layout = rows.layout_of(row).and_then(|(_, parts)| parts.as_deref());
            let is_copy =
                |key: &str| layout.is_some_and(|parts| !parts.contains(&format!("{{{key}")));
            for key in &rows.promoted {
                // Several values of the rest are in the column with commas between, behind one that
                // became the ID or the parent.
                let copied = joined(rest, key);
                let Some(value) = row.text(key) else {
                    continue;
                };
                let first = copied
                    .as_deref()
                    .and_then(|copied| value.strip_suffix(copied)?.strip_suffix(','))
                    .filter(|first| [row.text("ID"), row.text("Parent")].contains(&Some(first)));
                if let Some(first) = first {
                    all.insert((key.clone(), first.to_owned()));
                    all.extend(copied.map(|copied| (key.clone(), copied.into_owned())));
                } else if copied.as_deref() != Some(value) {
                    if is_copy(key) {
                        all.retain(|(other, _)| other != key);
                    }
                    all.insert((key.clone(), value.to_owned()));
                }
            }
            all.retain(|(key, value)| !value.is_empty() && !key.is_empty());
            all.into_iter()
                .map(|(key, value)| (written(&key), written(&value)))
                .collect()
        };
        let (mut found, expected) = (all(again, found), all(rows, row));
        // What GTF calls the ID and the parent may be columns as well, and these may be both.
        let ids = ["ID", "Parent", "gene_id", "transcript_id"];
        let values = |of: &BTreeSet<(String, String)>| -> BTreeSet<String> {
            let of_ids = of.iter().filter(|(key, _)| ids.contains(&key.as_str()));
            of_ids.map(|(_, value)| value.clone()).collect()
        };
        let of_ids = values(&expected);
        let found_before = values(&found);
        found.retain(|(key, value)| {
            let is_id = ids.contains(&key.as_str()) && of_ids.contains(value);
            !is_id || expected.contains(&(key.clone(), value.clone()))
        });
        // Where the rest has a key of GTF that names a record or its parent, a column may have it.
        let mut expected = expected;
        if gtf(row) {
            expected.retain(|(key, value)| {
                !["gene_id", "transcript_id"].contains(&key.as_str())
                    || !found_before.contains(value)
                    || found.contains(&(key.clone(), value.clone()))
            });
        }
        let what = format!("column 9 of record {id}, edited {:?}", self.edited.get(&id));
        same(check, what, &found, &expected)
    }
}

/// Returns a text as it is in a file; of what a file may not hold at all, GTF has no escapes.
fn written(text: &str) -> String {
    let escapes = [("\t", "%09"), ("\n", "%0A"), ("\r", "%0D"), ("\\", "%5C")];
    let escaped = |text: String, (from, to): (&str, &str)| text.replace(from, to);
    escapes.into_iter().fold(text.to_owned(), escaped)
}

/// Returns the lines of a text, each with its end; or the text as the one line that it is.
fn lines(text: &[u8], several: bool) -> Vec<(Vec<u8>, &'static str)> {
    if !several {
        return vec![(text.to_vec(), "")];
    }
    text.split_inclusive(|&b| b == b'\n')
        .map(|line| match line.strip_suffix(b"\n") {
            None => (line.to_vec(), ""),
            Some(line) => match line.strip_suffix(b"\r") {
                Some(line) => (line.to_vec(), "\r\n"),
                None => (line.to_vec(), "\n"),
            },
        })
        .collect()
}

/// Requires the columns of a line that were not edited to be those of the line before.
fn fields(
    promoted: &[String],
    id: i64,
    was: Option<&parsed::Record>,
    edited: &BTreeSet<String>,
    line: &[u8],
) -> Checked {
    let found: Vec<&[u8]> = line.split(|&b| b == b'\t').collect();
    let before: Vec<&[u8]> = match was {
        Some(was) => was.raw.split(|&b| b == b'\t').collect(),
        None => Vec::new(),
    };
    // One that has no ninth column gets one where it has something in it.
    let columns = match was {
        Some(_) if before.len() > 9 || before.len() == found.len() => before.len(),
        _ => 9,
    };
    same(
        "edited-fields",
        format!("columns of record {id}"),
        &found.len(),
        &columns,
    )?;
    if was.is_none() {
        return Ok(());
    }
    let names = [
        "seqid",
        "source",
        "type",
        "start",
        "end",
        "score",
        "strand",
        "phase",
        "attributes",
    ];
    for (at, name) in names.iter().enumerate() {
        // In GTF, the type says which keys name a record and its parent.
        let nine = promoted.iter().map(String::as_str).chain(["type"]);
        let is_edited =
            edited.contains(*name) || (at == 8 && nine.into_iter().any(|key| edited.contains(key)));
        if !is_edited {
            let what = format!("{name} of record {id}, of which {edited:?} was edited");
            let shown = |columns: &[&[u8]]| {
                columns
                    .get(at)
                    .map(|bytes| bytes.escape_ascii().to_string())
            };
            same("edited-fields", what, &shown(&found), &shown(&before))?;
        }
    }
    Ok(())
}
