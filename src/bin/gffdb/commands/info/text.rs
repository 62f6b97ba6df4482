//! What a database holds, for reading.

use std::{
    io::{self, Write},
    path::Path,
};

use gffdb::{
    query::info::{Dataset, Index, Info, IssueCount, Sequence, Source},
    write::{self, RowFormat, RowLayout, visible},
};
use indicatif::{HumanBytes, HumanCount};
use rusqlite::types::ValueRef;
use serde_json::Value;

/// The rows of a list that are shown unless all are asked for.
pub const MOST: usize = 20;

/// Writes it, each list cut after `most` rows.
pub fn write(out: &mut dyn Write, info: &Info, path: &Path, most: usize) -> io::Result<()> {
    let inferred = match info.inferred {
        0 => String::new(),
        n => format!(" ({} of them inferred)", HumanCount(n)),
    };
    writeln!(
        out,
        "{}: {} records{inferred}, {} ({} bytes), schema version {}",
        path.display(),
        HumanCount(info.records),
        HumanBytes(info.bytes),
        HumanCount(info.bytes),
        info.schema_version,
    )?;
    for one in info.datasets.iter().take(most) {
        dataset(out, one)?;
    }
    if info.datasets.len() > most {
        writeln!(out)?;
        more(out, info.datasets.len(), most)?;
    }
    types(out, info, most)?;
    sequences(out, info, most)?;
    writeln!(
        out,
        "\nPromoted keys: {}",
        visible(info.promoted.join(", ").as_bytes())
    )?;
    indexes(out, &info.indexes, most)?;
    issues(out, info, most)
}

fn dataset(out: &mut dyn Write, dataset: &Dataset) -> io::Result<()> {
    let Dataset {
        format,
        compression,
        sha256,
        ..
    } = dataset;
    let file = visible(dataset.file.as_bytes());
    writeln!(out, "\nDataset {}", visible(dataset.name.as_bytes()))?;
    writeln!(out, "  file     {file} ({format}, {compression})")?;
    writeln!(
        out,
        "  content  {} records, {} lines, {} bytes{}",
        HumanCount(dataset.records),
        HumanCount(dataset.lines),
        HumanCount(dataset.bytes),
        if compression == "plain" {
            ""
        } else {
            " decompressed"
        },
    )?;
    writeln!(out, "  SHA-256  {sha256}")?;
    writeln!(
        out,
        "  loaded   {} by gffdb {}{}",
        dataset.loaded_at,
        dataset.gffdb_version,
        options(&dataset.options)
    )?;
    match &dataset.source {
        Source::Gone | Source::Unchanged => Ok(()),
        Source::Resized { bytes } => writeln!(
            out,
            "  warning  {file} has changed since: it has {} bytes now",
            HumanCount(*bytes)
        ),
        Source::Modified { at } => {
            writeln!(out, "  warning  {file} has changed since: modified {at}")
        }
    }
}

/// Returns the options of a load as a command line has them: ` --promote Name,biotype`.
fn options(json: &str) -> String {
    let Ok(Value::Object(options)) = serde_json::from_str(json) else {
        return format!(" {json}");
    };
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut line = String::new();
    for (name, value) in &options {
        let value = match value {
            Value::Null | Value::Bool(false) => continue,
            Value::Bool(true) => String::new(),
            Value::Array(values) if values.is_empty() => continue,
            Value::Array(values) => {
                let values: Vec<_> = values.iter().map(text).collect();
                format!(" {}", values.join(","))
            }
            other => format!(" {}", text(other)),
        };
        line.push_str(&format!(" --{}{value}", name.replace('_', "-")));
    }
    line
}

fn types(out: &mut dyn Write, info: &Info, most: usize) -> io::Result<()> {
    writeln!(out, "\nTypes: {}", HumanCount(info.types.len() as u64))?;
    let rows = info.types.iter().map(|t| {
        [
            optional(t.ty.as_deref()),
            number(t.records),
            optional(t.class.as_deref()),
        ]
    });
    table(out, &["type", "records", "class"], rows, most)
}

fn sequences(out: &mut dyn Write, info: &Info, most: usize) -> io::Result<()> {
    let mut all: Vec<(&Dataset, &Sequence)> = info
        .datasets
        .iter()
        .flat_map(|d| d.sequences.iter().map(move |s| (d, s)))
        .collect();
    if info.datasets.len() > 1 {
        all.sort_by_key(|(_, s)| std::cmp::Reverse(s.length));
    }
    writeln!(
        out,
        "\nSequences: {}, the longest first",
        HumanCount(all.len() as u64)
    )?;
    let rows = all.into_iter().map(|(d, s)| {
        [
            text(&s.seqid),
            s.length.map_or(ValueRef::Null, ValueRef::Integer),
            optional(s.known_by.as_deref()),
            text(if s.circular { "circular" } else { "" }),
            text(&d.name),
        ]
    });
    let columns = ["seqid", "length (bases)", "known by", "form", "dataset"];
    table(out, &columns, rows, most)
}

fn indexes(out: &mut dyn Write, indexes: &[Index], most: usize) -> io::Result<()> {
    writeln!(out, "\nIndexes: {}", HumanCount(indexes.len() as u64))?;
    let columns: Vec<String> = indexes
        .iter()
        .map(|index| {
            let names = index.columns.iter();
            let names: Vec<_> = names
                .map(|name| name.as_deref().unwrap_or("<expression>"))
                .collect();
            names.join(", ")
        })
        .collect();
    let rows = indexes
        .iter()
        .zip(&columns)
        .map(|(index, columns)| [text(&index.name), text(&index.table), text(columns)]);
    table(out, &["index", "table", "columns"], rows, most)
}

fn issues(out: &mut dyn Write, info: &Info, most: usize) -> io::Result<()> {
    let mut all: Vec<(&Dataset, &IssueCount)> = info
        .datasets
        .iter()
        .flat_map(|d| d.issues.iter().map(move |i| (d, i)))
        .collect();
    all.sort_by_key(|(_, i)| std::cmp::Reverse(i.count));
    let total: u64 = all.iter().map(|(_, i)| i.count).sum();
    writeln!(out, "\nIssues: {}", HumanCount(total))?;
    let rows = all.into_iter().map(|(d, i)| {
        [
            text(&i.code),
            number(i.count),
            text(&i.severity),
            text(&d.name),
        ]
    });
    table(out, &["code", "count", "severity", "dataset"], rows, most)
}

/// Writes the first rows, and how many there are beyond; nothing at all where there is no row.
fn table<'a, const N: usize>(
    out: &mut dyn Write,
    columns: &[&str; N],
    rows: impl ExactSizeIterator<Item = [ValueRef<'a>; N]>,
    most: usize,
) -> io::Result<()> {
    let count = rows.len();
    if count == 0 {
        return Ok(());
    }
    let mut writer = write::rows(RowFormat::Table, &mut *out, RowLayout::default());
    writer.header(columns)?;
    for row in rows.take(most) {
        writer.row(&row)?;
    }
    writer.finish()?;
    drop(writer);
    more(out, count, most)
}

fn more(out: &mut dyn Write, count: usize, most: usize) -> io::Result<()> {
    match count.checked_sub(most) {
        None | Some(0) => Ok(()),
        Some(n) => writeln!(out, "and {} more; --all lists them", HumanCount(n as u64)),
    }
}

fn text(text: &str) -> ValueRef<'_> {
    ValueRef::Text(text.as_bytes())
}

fn optional(value: Option<&str>) -> ValueRef<'_> {
    value.map_or(ValueRef::Null, text)
}

fn number(n: u64) -> ValueRef<'static> {
    ValueRef::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
