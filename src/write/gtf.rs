//! GTF 2.2: `gene_id` and `transcript_id` first on every line.
//!
//! | record | `gene_id` | `transcript_id` |
//! | --- | --- | --- |
//! | of class `gene` | its own, else its ID | empty |
//! | of class `transcript` | its own, else its gene's | its own, else its ID |
//! | a part of a transcript | its own, else its gene's | its own, else its transcript's |
//! | a part of a gene | the gene's | the gene's |
//! | of nothing | empty | empty |
//!
//! A part of several transcripts has a line for each. Types of class `gene` and `transcript` become
//! `gene` and `transcript`, and the type stays in `so_type`. A GTF line that has the two in front
//! already stays as it was loaded.

use std::collections::HashMap;

use rusqlite::CachedStatement;

use super::spelled::{Spelled, attributes};
use crate::{
    gff::{self, Attributes, Syntax},
    query::{Database, Row},
};

const PARENTS: &str = include_str!("../../schema/parents.sql");

/// How many parents are remembered; then all are forgotten, so that memory stays flat.
const MOST_REMEMBERED: usize = 65_536;

/// Levels that are climbed at most; a cycle ends there.
const HIGHEST: usize = 50;

/// Writes GTF.
pub struct Gtf<'d> {
    database: &'d Database,
    parents: CachedStatement<'d>,
    spelled: Spelled<'d>,
    /// Classes `gene` and `transcript`, by type.
    classes: HashMap<String, Class>,
    /// By dataset, sequence and Parent.
    owners: HashMap<String, Vec<Owner>>,
    line: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Class {
    Gene,
    Transcript,
}

/// A gene and a transcript, by their identifiers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Owner {
    gene: String,
    transcript: String,
}

impl<'d> Gtf<'d> {
    /// Starts a file.
    pub fn new(database: &'d Database, spelled: Spelled<'d>) -> rusqlite::Result<Self> {
        let connection = database.connection();
        let classes = connection
            .prepare("SELECT type, class FROM type_class WHERE class IN ('gene', 'transcript')")?
            .query_map([], |row| {
                let class = match row.get_ref(1)?.as_str()? {
                    "gene" => Class::Gene,
                    _ => Class::Transcript,
                };
                Ok((row.get(0)?, class))
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Self {
            database,
            parents: database.prepare_rows(PARENTS)?,
            spelled,
            classes,
            owners: HashMap::new(),
            line: Vec::new(),
        })
    }

    /// Writes a record.
    pub fn record(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> rusqlite::Result<()> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        self.spelled.line(row, None, &mut line)?;
        let text = String::from_utf8_lossy(&line);
        let ninth = text.splitn(9, '\t').nth(8).unwrap_or_default();
        let syntax = self.spelled.syntax(row);
        let mut keys = Attributes::new(ninth).map(|a| a.key);
        if syntax == Syntax::Gtf
            && keys.next() == Some("gene_id")
            && keys.next() == Some("transcript_id")
        {
            out.extend_from_slice(&line);
            out.push(b'\n');
        } else {
            let eight = &text[..text.len() - ninth.len()];
            for owner in self.owners(row, ninth, 0)? {
                self.write(row, eight, &owner, syntax, out);
            }
        }
        self.line = line;
        Ok(())
    }

    fn write(&self, row: &Row<'_>, eight: &str, owner: &Owner, syntax: Syntax, out: &mut Vec<u8>) {
        let ty = row.ty().unwrap_or(".");
        let shown = match self.classes.get(ty) {
            Some(Class::Gene) => "gene",
            Some(Class::Transcript) => "transcript",
            None => ty,
        };
        for (i, column) in eight.trim_end_matches('\t').split('\t').enumerate() {
            let column = if i == 2 && shown != ty { shown } else { column };
            out.extend_from_slice(column.as_bytes());
            out.push(b'\t');
        }
        pair("gene_id", &owner.gene, out);
        out.push(b' ');
        pair("transcript_id", &owner.transcript, out);
        for (key, values) in attributes(row, syntax) {
            let known = match &*key {
                "gene_id" | "transcript_id" | "Parent" => true,
                "ID" => {
                    let id = values.join(",");
                    id == owner.gene || id == owner.transcript
                }
                _ => false,
            };
            if !known {
                for value in values {
                    out.push(b' ');
                    pair(&key.replace([' ', ';', '"'], "_"), &value, out);
                }
            }
        }
        if shown != ty {
            out.push(b' ');
            pair("so_type", ty, out);
        }
        out.push(b'\n');
    }

    /// Returns the genes and transcripts that a record is, or is part of; at least one.
    fn owners(&mut self, row: &Row<'_>, ninth: &str, depth: usize) -> rusqlite::Result<Vec<Owner>> {
        let own = |key| {
            let attribute = gff::find(ninth, key).next()?;
            attribute.decoded().map(|value| value.into_owned())
        };
        let (gene, transcript) = (own("gene_id"), own("transcript_id"));
        let id = || row.id().unwrap_or_default().to_owned();
        let class = row.ty().and_then(|ty| self.classes.get(ty)).copied();
        match (class, gene, transcript) {
            (Some(Class::Gene), gene, _) => Ok(vec![Owner {
                gene: gene.unwrap_or_else(id),
                transcript: String::new(),
            }]),
            (Some(Class::Transcript), Some(gene), transcript) => Ok(vec![Owner {
                gene,
                transcript: transcript.unwrap_or_else(id),
            }]),
            (Some(Class::Transcript), None, transcript) => {
                let transcript = transcript.unwrap_or_else(id);
                let mut owners = self.above(row, depth)?;
                for owner in &mut owners {
                    owner.transcript.clone_from(&transcript);
                    if owner.gene.is_empty() {
                        owner.gene.clone_from(&transcript);
                    }
                }
                owners.dedup();
                Ok(owners)
            }
            // One parent at most: what the line itself says is all there is to know.
            (None, Some(gene), Some(transcript))
                if !row.parent().is_some_and(|p| p.contains(',')) =>
            {
                Ok(vec![Owner { gene, transcript }])
            }
            (None, gene, _) => {
                let mut owners = self.above(row, depth)?;
                for owner in &mut owners {
                    if owner.gene.is_empty() {
                        owner.gene = gene.clone().unwrap_or_default();
                    }
                    if owner.transcript.is_empty() {
                        owner.transcript.clone_from(&owner.gene);
                    }
                }
                owners.dedup();
                Ok(owners)
            }
        }
    }

    /// Returns what a record's parents are, or are part of; at least one, be it empty.
    fn above(&mut self, row: &Row<'_>, depth: usize) -> rusqlite::Result<Vec<Owner>> {
        let none = || vec![Owner::default()];
        let Some(parent) = row.parent() else {
            return Ok(none());
        };
        let level = row.ty().and_then(|ty| self.classes.get(ty));
        let key = format!("{}\0{:?}\0{parent}\0{level:?}", row.dataset(), row.seqid());
        if let Some(owners) = self.owners.get(&key) {
            return Ok(owners.clone());
        }
        let mut owners = Vec::new();
        if depth < HIGHEST {
            let other = self.database.prepare_rows(PARENTS)?;
            let mut statement = std::mem::replace(&mut self.parents, other);
            let mut rows = statement.query([row.record_id()])?;
            while let Some(above) = rows.next()? {
                let above = Row::new(above, row.promoted_keys());
                if !row.is_shown_under(above.record_id()) {
                    continue;
                }
                let mut line = Vec::new();
                self.spelled.line(&above, None, &mut line)?;
                let text = String::from_utf8_lossy(&line);
                let ninth = text.splitn(9, '\t').nth(8).unwrap_or_default();
                owners.extend(self.owners(&above, ninth, depth + 1)?);
            }
            drop(rows);
            self.parents = statement;
        }
        owners.sort_unstable_by(|a, b| (&a.gene, &a.transcript).cmp(&(&b.gene, &b.transcript)));
        owners.dedup();
        // A protein that is a second parent is no part of a gene, and says nothing of it.
        if owners.len() > 1 {
            owners.retain(|owner| *owner != Owner::default());
        }
        if owners.is_empty() {
            owners = none();
        }
        if self.owners.len() >= MOST_REMEMBERED {
            self.owners.clear();
        }
        self.owners.insert(key, owners.clone());
        Ok(owners)
    }
}

/// Writes `key "value";`.
fn pair(key: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b" \"");
    for byte in value.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\t' | b'\n' | b'\r' => out.push(b' '),
            byte => out.push(byte),
        }
    }
    out.extend_from_slice(b"\";");
}
