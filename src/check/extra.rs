//! What consumers read of a record beside its place: identifiers and biotypes, as written.

use rusqlite::params;

use super::{column9::Column9, store::Store};
use crate::{
    Result,
    gff::{Attributes, Record, Syntax},
};

const KEEP_EXTRA: &str = include_str!("../../schema/check/keep_extra.sql");

/// Keys that programs take a biotype from, the first that is there.
const BIOTYPES: [&str; 6] = [
    "biotype",
    "transcript_biotype",
    "transcript_type",
    "gene_biotype",
    "gene_type",
    "ncrna_class",
];

/// Keeps a record's row of table `extra`.
pub(super) fn keep(store: &Store, line: i64, column9: &Column9, record: &Record) -> Result<()> {
    let column = match record.attributes() {
        "." => "",
        column => column,
    };
    let syntax = column9.syntax.unwrap_or(Syntax::Gff3);
    let value = |key: &str| {
        Attributes::with_syntax(column, syntax)
            .find(|attribute| attribute.key == key)
            .and_then(|attribute| attribute.decoded())
    };
    let parent = Attributes::with_syntax(column, syntax)
        .find(|attribute| attribute.key == "Parent")
        .and_then(|attribute| attribute.value);
    let biotype = BIOTYPES
        .into_iter()
        .find_map(|key| Some((key, value(key)?)));
    store.write(
        KEEP_EXTRA,
        params![
            line,
            match syntax {
                Syntax::Gff3 => "gff3",
                Syntax::Gtf => "gtf",
            },
            record.column(1),
            record.column(6),
            value("ID"),
            parent,
            value("gene_id"),
            value("transcript_id"),
            value("gene_name"),
            biotype.as_ref().map(|(key, _)| *key),
            biotype.as_ref().map(|(_, biotype)| biotype),
            value("gbkey"),
            value("description"),
        ],
    )
}
