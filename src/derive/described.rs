//! Gene models with what the attributes say of them: biotypes, names, and the tags of chosen transcripts.

use std::borrow::Cow;

use super::What;
use crate::{
    Result, gff,
    model::Gene,
    query::{Database, Row},
};

/// A gene, and what the attributes of its records say.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// Of the gene.
    pub of_gene: Named,
    /// Of each of its transcripts.
    pub of_transcripts: Vec<Named>,
}

/// What the attributes of a record say.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub biotype: Option<String>,
    pub name: Option<String>,
    /// By which rule it stands for its gene, the first one the least: see [`rank`].
    pub rank: u8,
}

/// Keys of a gene's biotype and name, the best first.
const GENE: [&[&str]; 2] = [
    &["gene_biotype", "gene_type", "biotype"],
    &["gene_name", "Name", "gene"],
];
/// Keys of a transcript's.
const TRANSCRIPT: [&[&str]; 2] = [
    &[
        "transcript_biotype",
        "transcript_type",
        "biotype",
        "gene_biotype",
        "gene_type",
    ],
    &["transcript_name", "Name"],
];
/// Keys that [`rank`] reads.
const RANKING: [&str; 6] = [
    "tag",
    "transcript_support_level",
    "ccds_id",
    "ccdsid",
    "Dbxref",
    "db_xref",
];

/// The rank of a transcript that no attribute chooses.
pub(super) const UNRANKED: u8 = 99;

/// Reads what the attributes say of genes.
pub(super) struct Describer<'d> {
    database: &'d Database,
    what: What,
}

impl<'d> Describer<'d> {
    /// Takes what is to be derived, which tells what is read.
    pub fn new(database: &'d Database, what: What) -> Self {
        Self { database, what }
    }

    /// Reads what there is to say of a gene; nothing of what needs nothing.
    pub fn describe(&self, gene: &Gene) -> Result<Described> {
        let mut described = Described::default();
        let transcripts = gene.transcripts.iter().map(|t| t.record);
        match self.what {
            What::Genes => {
                if let Some(record) = gene.record {
                    described.of_gene = self.read(record, &|row| named(row, GENE))?;
                }
            }
            What::Transcripts => {
                for record in transcripts {
                    let named = self.read(record, &|row| named(row, TRANSCRIPT))?;
                    described.of_transcripts.push(named);
                }
            }
            What::Representative if gene.record.is_some() => {
                for record in transcripts {
                    described.of_transcripts.push(self.read(record, &ranked)?);
                }
            }
            _ => {}
        }
        Ok(described)
    }

    fn read(&self, record: i64, what: &dyn Fn(&Row<'_>) -> Named) -> Result<Named> {
        let mut named = Named::default();
        let sql = include_str!("../../schema/record.sql");
        self.database.rows(sql, [record], &mut |row| {
            named = what(row);
            Ok(())
        })?;
        Ok(named)
    }
}

/// Returns the values of the best of some keys: `[biotype, name]`.
fn named(row: &Row<'_>, keys: [&[&str]; 2]) -> Named {
    let best = |keys: &[&str]| {
        let mut values = keys.iter().filter_map(|key| row.attribute(key));
        values.find(|value| !value.is_empty())
    };
    Named {
        biotype: best(keys[0]),
        name: best(keys[1]),
        rank: UNRANKED,
    }
}

fn ranked(row: &Row<'_>) -> Named {
    let mut best = UNRANKED;
    for (key, column) in row.promoted_keys().iter().zip(0..) {
        if let (true, Some(values)) = (RANKING.contains(&key.as_str()), row.promoted(column)) {
            let values = values.split(',').map(str::trim);
            best = values.map(|value| rank(key, value)).fold(best, u8::min);
        }
    }
    for attribute in gff::attributes(row.attributes().unwrap_or_default()) {
        if RANKING.contains(&attribute.key) {
            let values: Vec<Cow<'_, str>> = attribute.values().collect();
            best = values
                .iter()
                .map(|value| rank(attribute.key, value))
                .fold(best, u8::min);
        }
    }
    Named {
        rank: best,
        ..Named::default()
    }
}

/// Returns which rule of view `representative` a value meets: 1 MANE Select, 2 MANE Plus Clinical, 3 Ensembl canonical,
/// 11 to 15 APPRIS principal, 21 to 25 transcript support level, 30 CCDS.
fn rank(key: &str, value: &str) -> u8 {
    let level = |text: &str| match text.as_bytes() {
        [digit @ b'1'..=b'5', ..] => Some(digit - b'0'),
        _ => None,
    };
    match (key, value) {
        ("tag", "MANE_Select" | "MANE Select") => 1,
        ("tag", "MANE_Plus_Clinical" | "MANE Plus Clinical") => 2,
        ("tag", "Ensembl_canonical") => 3,
        ("tag", "appris_principal") => 11,
        ("tag", "CCDS") | ("ccds_id" | "ccdsid", _) => 30,
        ("tag", value) => value
            .strip_prefix("appris_principal_")
            .filter(|level| level.len() == 1)
            .and_then(level)
            .map_or(UNRANKED, |level| 10 + level),
        ("transcript_support_level", value) => level(value).map_or(UNRANKED, |level| 20 + level),
        ("Dbxref" | "db_xref", value) if value.starts_with("CCDS:") => 30,
        _ => UNRANKED,
    }
}
