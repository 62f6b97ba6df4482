//! What consumers read of a record beside its place: identifiers and biotypes, as written.

use std::borrow::Cow;

use rusqlite::params;

use super::{column9::Column9, store::Store};
use crate::{
    Result,
    gff::{Attributes, Record, Syntax},
};

const KEEP_EXTRA: &str = include_str!("../../schema/check/keep_extra.sql");

/// Keys that are columns of the table, in their order there.
const KEYS: [&str; 6] = [
    "ID",
    "gene_id",
    "transcript_id",
    "gene_name",
    "gbkey",
    "description",
];

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
    let mut values: [Option<Cow<str>>; 6] = Default::default();
    let mut parent = None;
    let mut biotype: Option<(usize, Cow<str>)> = None;
    for attribute in Attributes::with_syntax(column, syntax) {
        let key = attribute.key;
        if let Some(at) = KEYS.iter().position(|known| *known == key) {
            values[at] = values[at].take().or_else(|| attribute.decoded());
        } else if key == "Parent" {
            parent = attribute.value.filter(|value| !value.is_empty());
        } else if let Some(at) = BIOTYPES.iter().position(|known| *known == key)
            && biotype.as_ref().is_none_or(|(before, _)| at < *before)
        {
            biotype = attribute.decoded().map(|value| (at, value));
        }
    }
    let [id, gene_id, transcript_id, gene_name, gbkey, description] = values;
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
            id,
            parent,
            gene_id,
            transcript_id,
            gene_name,
            biotype.as_ref().map(|(at, _)| BIOTYPES[*at]),
            biotype.as_ref().map(|(_, value)| value),
            gbkey,
            description,
        ],
    )
}
