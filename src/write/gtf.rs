//! GTF 2.2: `gene_id` and `transcript_id` first on every line.
//!
//! | record | `gene_id` | `transcript_id` |
//! | --- | --- | --- |
//! | of class `gene` | its own, else its ID | none |
//! | of class `transcript`, or of none and with exons | its own, else its gene's, else its `transcript_id` | its own, else its ID |
//! | a part of a transcript | its own, else its gene's | its own, else its transcript's |
//! | a part of a gene | the gene's | the gene's |
//! | an exon, CDS, UTR or codon whose parent is not in the file | the parent's ID | the parent's ID |
//! | of nothing | empty | none |
//!
//! A part of several transcripts has a line for each. Types of class `gene` and `transcript` become
//! `gene` and `transcript`, and the type stays in `so_type`. A GTF line that has the two in front
//! already stays as it was loaded, and so does a gene's with the first. GTF 2.2 wants an empty `transcript_id` where
//! there is none; gffread refuses such a line, and Ensembl and GENCODE leave it out.
//!
//! `ID` and `Parent` follow where the two keys do not say the same: `ID "gene:ENSG1"` of a gene whose
//! `gene_id` is `ENSG1`, `Parent "gene:ENSG1"` of its transcripts. So a file that is read again has the
//! hierarchy and the IDs of the database that it was written from.

use std::collections::HashMap;

use super::line_renderer::{LineRenderer, Pair};
use crate::{
    Result,
    class::Class,
    gff::{self, Attributes, Syntax, gtf::Level, put_in_quotes},
    model::Models,
    query::{Database, Row},
};

/// How many parents are remembered; then all are forgotten, so that memory stays flat.
const MOST_REMEMBERED: usize = 16_384;

/// Levels that are climbed at most; a cycle ends there.
const HIGHEST: usize = 50;

/// Writes GTF.
pub struct Gtf<'d> {
    database: &'d Database,
    models: Models<'d>,
    spelled: LineRenderer<'d>,
    /// By dataset, sequence and Parent.
    owners: HashMap<String, Vec<Owner>>,
    line: Vec<u8>,
    /// Whether an empty `transcript_id` is written.
    empty_transcript_id: bool,
}

/// A gene and a transcript, by their identifiers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Owner {
    gene: String,
    transcript: String,
    /// The IDs of the parents that lead to them.
    parents: Vec<String>,
    /// Whether a reader would look for them in vain: on this sequence, or in the file.
    is_elsewhere: bool,
}

impl<'d> Gtf<'d> {
    /// Starts a file; `empty_transcript_id` tells whether lines that are of no transcript have one that is empty.
    pub fn new(
        database: &'d Database,
        spelled: LineRenderer<'d>,
        empty_transcript_id: bool,
    ) -> rusqlite::Result<Self> {
        Ok(Self {
            database,
            models: Models::new(database.connection())?,
            spelled,
            owners: HashMap::new(),
            line: Vec::new(),
            empty_transcript_id,
        })
    }

    /// Writes a record.
    pub fn record(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<()> {
        let database = self.database;
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        self.spelled
            .line(row, None, &mut line)
            .map_err(|e| database.failed(e))?;
        let text = String::from_utf8_lossy(&line);
        let ninth = text.splitn(9, '\t').nth(8).unwrap_or_default();
        let syntax = self.spelled.syntax(row).map_err(|e| database.failed(e))?;
        let mut keys = Attributes::new(ninth).map(|a| a.key);
        let is_gtf = syntax == Syntax::Gtf
            && keys.next() == Some("gene_id")
            && match keys.next() {
                Some("transcript_id") => true,
                _ => self.class(row) == Some(Class::Gene) && !self.empty_transcript_id,
            };
        if is_gtf {
            out.extend_from_slice(&line);
            out.push(b'\n');
        } else {
            let eight = &text[..text.len() - ninth.len()];
            let owners = self.owners(row, ninth, 0)?;
            let attributes = self.spelled.attributes(row, syntax);
            let attributes = attributes.map_err(|e| database.failed(e))?;
            let shown = match self.role(row)? {
                Some(Class::Gene) => "gene",
                Some(Class::Transcript) => "transcript",
                _ => row.ty().unwrap_or("."),
            };
            for owner in owners {
                self.write(row, shown, eight, &owner, &attributes, out);
            }
        }
        self.line = line;
        Ok(())
    }

    fn write(
        &self,
        row: &Row<'_>,
        shown: &str,
        eight: &str,
        owner: &Owner,
        attributes: &[Pair<'_>],
        out: &mut Vec<u8>,
    ) {
        let ty = row.ty().unwrap_or(".");
        for (i, column) in eight.split('\t').take(8).enumerate() {
            out.extend_from_slice(match column {
                _ if i == 2 && shown != ty => shown.as_bytes(),
                // Other readers count the columns that have something in them.
                "" => b".",
                column => column.as_bytes(),
            });
            out.push(b'\t');
        }
        let (id, transcript, parent) = owner.written(shown);
        pair("gene_id", &owner.gene, out);
        if !transcript.is_empty() || self.empty_transcript_id {
            out.push(b' ');
            pair("transcript_id", transcript, out);
        }
        let mut add = |key: &str, value: &str| {
            out.push(b' ');
            match key.contains([' ', ';', '"']) {
                true => pair(&key.replace([' ', ';', '"'], "_"), value, out),
                false => pair(key, value, out),
            }
        };
        if let Some(own) = row.id().filter(|own| *own != id) {
            add("ID", own);
        }
        if parent.is_none_or(|parent| owner.parents != [parent]) {
            owner.parents.iter().for_each(|own| add("Parent", own));
        }
        for (key, values) in attributes {
            if !matches!(&**key, "gene_id" | "transcript_id" | "ID" | "Parent") {
                values.iter().for_each(|value| add(key, value));
            }
        }
        if shown != ty {
            add("so_type", ty);
        }
        out.push(b'\n');
    }

    fn class(&self, row: &Row<'_>) -> Option<Class> {
        self.models.classes().of(row.ty())
    }

    /// Returns what a record is.
    fn role(&mut self, row: &Row<'_>) -> Result<Option<Class>> {
        let role = self.models.class(&row.passing());
        role.map_err(|e| self.database.failed(e))
    }

    /// Returns the genes and transcripts that a record is, or is part of; at least one.
    fn owners(&mut self, row: &Row<'_>, ninth: &str, depth: usize) -> Result<Vec<Owner>> {
        let own = |key| {
            let attribute = gff::find(ninth, key).next()?;
            attribute.decoded().map(|value| value.into_owned())
        };
        let (gene, transcript) = (own("gene_id"), own("transcript_id"));
        let id = || row.id().unwrap_or_default().to_owned();
        let class = self.role(row)?;
        let is_single = !row.parent().is_some_and(|parent| parent.contains(','));
        let mut owners = match (class, &gene, &transcript) {
            (Some(Class::Gene), ..) => {
                let above = self.above(row, depth)?;
                vec![Owner {
                    gene: gene.unwrap_or_else(id),
                    transcript: String::new(),
                    parents: above.into_iter().flat_map(|owner| owner.parents).collect(),
                    is_elsewhere: false,
                }]
            }
            (Some(Class::Transcript), gene, _) => {
                let transcript = transcript.unwrap_or_else(id);
                let mut owners = self.above(row, depth)?;
                for owner in &mut owners {
                    owner.transcript.clone_from(&transcript);
                    match gene {
                        Some(gene) => owner.gene.clone_from(gene),
                        None if owner.gene.is_empty() => owner.gene.clone_from(&transcript),
                        None => {}
                    }
                }
                owners
            }
            // One parent at most: what the line itself says is all there is to know.
            (_, Some(gene), Some(transcript)) if is_single => vec![Owner {
                gene: gene.clone(),
                transcript: transcript.clone(),
                parents: row.parent().map(str::to_owned).into_iter().collect(),
                is_elsewhere: false,
            }],
            (_, gene, _) => {
                let mut owners = self.above(row, depth)?;
                for owner in &mut owners {
                    if owner.gene.is_empty()
                        && let Some(gene) = gene
                    {
                        owner.gene.clone_from(gene);
                    }
                }
                owners
            }
        };
        merge(&mut owners);
        Ok(owners)
    }

    /// Returns what a record's parents are, or are part of; at least one, be it empty.
    fn above(&mut self, row: &Row<'_>, depth: usize) -> Result<Vec<Owner>> {
        let Some(parent) = row.parent() else {
            return Ok(vec![Owner::default()]);
        };
        let class = self.class(row);
        let key = format!("{}\0{:?}\0{parent}\0{class:?}", row.dataset(), row.seqid());
        if let Some(owners) = self.owners.get(&key) {
            return Ok(owners.clone());
        }
        let mut names = self
            .names(row, parent)
            .map_err(|e| self.database.failed(e))?;
        let mut owners = Vec::new();
        if depth < HIGHEST {
            let database = self.database;
            let parents = self.models.tree().parents(&row.passing());
            for parent in parents.map_err(|e| database.failed(e))? {
                database.row(parent, &mut |above| {
                    let id = above.id().unwrap_or_default().to_owned();
                    names.retain(|name| *name != id);
                    if !row.is_shown_under(parent) {
                        return Ok(());
                    }
                    let mut line = Vec::new();
                    self.spelled
                        .line(above, None, &mut line)
                        .map_err(|e| database.failed(e))?;
                    let text = String::from_utf8_lossy(&line);
                    let ninth = text.splitn(9, '\t').nth(8).unwrap_or_default();
                    for mut owner in self.owners(above, ninth, depth + 1)? {
                        owner.parents = vec![id.clone()];
                        owner.is_elsewhere = above.seqid() != row.seqid();
                        owners.push(owner);
                    }
                    Ok(())
                })?;
            }
        }
        merge(&mut owners);
        with_missing(&mut owners, names, class);
        if self.owners.len() >= MOST_REMEMBERED {
            self.owners.clear();
        }
        self.owners.insert(key, owners.clone());
        Ok(owners)
    }

    /// Returns the IDs of a record's parents, as it names them.
    fn names(&self, row: &Row<'_>, parent: &str) -> rusqlite::Result<Vec<String>> {
        let mut names = Vec::new();
        if parent.contains(',') {
            let sql = "SELECT Parent FROM _multi_parent WHERE record_id = ?1";
            let mut statement = self.database.connection().prepare_cached(sql)?;
            let rows = statement.query_map([row.record_id()], |row| row.get(0))?;
            names = rows.collect::<rusqlite::Result<Vec<String>>>()?;
        }
        if names.is_empty() {
            names.push(parent.to_owned());
        }
        Ok(names)
    }
}

impl Owner {
    /// Returns the ID that a reader takes from `gene_id` and `transcript_id` where no `ID` is written, the
    /// `transcript_id`, and the parent that is taken; empty where there is none.
    ///
    /// Of a gene's own parts there is no saying so but with `Parent`: a `transcript_id` that no
    /// transcript has stands for one that has no line.
    fn written(&self, ty: &str) -> (&str, &str, Option<&str>) {
        let (gene, transcript) = (self.gene.as_str(), self.transcript.as_str());
        match Level::of(ty) {
            Level::Gene => (gene, "", None),
            Level::Transcript => (transcript, transcript, (!self.is_elsewhere).then_some(gene)),
            Level::Part if transcript.is_empty() => ("", gene, None),
            Level::Part => ("", transcript, (!self.is_elsewhere).then_some(transcript)),
        }
    }

    fn is_none(&self) -> bool {
        self.gene.is_empty() && self.transcript.is_empty()
    }
}

/// Makes those that are the same one, with the parents of all.
fn merge(owners: &mut Vec<Owner>) {
    owners.sort_by(|a, b| (&a.gene, &a.transcript).cmp(&(&b.gene, &b.transcript)));
    owners.dedup_by(|next, first| {
        let same = (&next.gene, &next.transcript) == (&first.gene, &first.transcript);
        if same {
            let more = std::mem::take(&mut next.parents);
            first.parents.extend(more);
            first.parents.sort_unstable();
            first.parents.dedup();
        }
        same
    });
}

/// Puts those parents that say nothing of a gene, or are not in the file, to the first that does.
fn with_missing(owners: &mut Vec<Owner>, mut missing: Vec<String>, class: Option<Class>) {
    // A protein that is a second parent is no part of a gene.
    if owners.len() > 1
        && let Some(at) = owners.iter().position(Owner::is_none)
    {
        missing.extend(owners.remove(at).parents);
    }
    if owners.is_empty() {
        let name = missing.first().cloned().unwrap_or_default();
        let (gene, transcript) = match class {
            Some(Class::Transcript) => (name, String::new()),
            Some(class) if class.is_part() => (name.clone(), name),
            _ => Default::default(),
        };
        owners.push(Owner {
            gene,
            transcript,
            is_elsewhere: true,
            parents: Vec::new(),
        });
    }
    owners[0].parents.extend(missing);
}

/// Writes `key "value";`.
fn pair(key: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b" \"");
    put_in_quotes(value, out);
    out.extend_from_slice(b"\";");
}
