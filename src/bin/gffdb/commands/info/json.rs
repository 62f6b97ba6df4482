//! What a database holds, as one JSON object.

use std::path::Path;

use gffdb::query::info::{Dataset, Info, Source};
use serde_json::{Value, json};

/// Returns the object. Keys are in snake case and say their unit.
pub fn value(info: &Info, path: &Path) -> Value {
    json!({
        "database": path.to_string_lossy(),
        "size_bytes": info.bytes,
        "schema_version": info.schema_version,
        "record_count": info.records,
        "inferred_record_count": info.inferred,
        "datasets": info.datasets.iter().map(dataset).collect::<Vec<_>>(),
        "types": info.types.iter().map(|t| json!({
            "type": t.ty,
            "class": t.class,
            "record_count": t.records,
        })).collect::<Vec<_>>(),
        "promoted_keys": info.promoted,
        "indexes": info.indexes.iter().map(|i| json!({
            "name": i.name,
            "table": i.table,
            "columns": i.columns, // null is an expression
        })).collect::<Vec<_>>(),
    })
}

fn dataset(dataset: &Dataset) -> Value {
    // What is no JSON is kept as text: somebody else wrote it.
    let options = serde_json::from_str(&dataset.options)
        .unwrap_or_else(|_| Value::from(dataset.options.as_str()));
    json!({
        "dataset": dataset.name,
        "file": dataset.file,
        "format": dataset.format,
        "compression": dataset.compression,
        "decompressed_bytes": dataset.bytes,
        "decompressed_sha256": dataset.sha256,
        "line_count": dataset.lines,
        "record_count": dataset.records,
        "options": options,
        "gffdb_version": dataset.gffdb_version,
        "loaded_at_utc": dataset.loaded_at,
        "source": source(&dataset.source),
        "sequences": dataset.sequences.iter().map(|s| json!({
            "seqid": s.seqid,
            "length_bases": s.length,
            "is_circular": s.circular,
            "length_known_by": s.known_by,
        })).collect::<Vec<_>>(),
        "issues": dataset.issues.iter().map(|i| json!({
            "code": i.code,
            "severity": i.severity,
            "count": i.count,
        })).collect::<Vec<_>>(),
    })
}

/// What became of the file: one word, and what shows it.
fn source(source: &Source) -> Value {
    match source {
        Source::Gone => json!({"state": "gone"}),
        Source::Unchanged => json!({"state": "unchanged"}),
        Source::Resized { bytes } => json!({"state": "resized", "size_bytes": bytes}),
        Source::Modified { at } => json!({"state": "modified", "modified_at_utc": at}),
    }
}
