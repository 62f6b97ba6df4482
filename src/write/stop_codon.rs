//! Stop codons in or out of the CDS: GFF3 counts them in, GTF 2.2 counts them out.
//!
//! A CDS is the CDS records of one parent; where some of them share an ID, or a protein_id, and
//! others do not, each ID is a CDS. Where its stop codon is, the stop_codon records tell. Where a
//! GFF3 file has none at all, the last three bases are taken for it, unless the CDS is known not to
//! end there: it ends within a codon; its parent is not in the file; the tag is `cds_end_NF`, or
//! `mRNA_end_NF` and the CDS goes to the end of the transcript; or `partial` (with `start_range` and
//! `end_range`, or Prodigal's digits) is of that side.

use std::{collections::HashMap, rc::Rc, str::FromStr};

use rusqlite::Params;

use self::{
    coding::{Become, CdsSegment, Coding},
    part::{Part, is_partial},
};
use crate::{
    Error, Result,
    class::Class,
    coords::Interval,
    model::Models,
    query::{Database, Row, RowOverrides},
};

mod coding;
mod part;

/// How many parents are remembered; then all are forgotten, so that memory stays flat.
const MOST_REMEMBERED: usize = 16_384;

/// Records that are this near in the file are read in one go.
const NEAR: i64 = 16;

/// What a written CDS does with its stop codon.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StopCodon {
    /// As the file had it.
    #[default]
    Keep,
    /// Within the CDS, as in GFF3.
    In,
    /// Not within the CDS, but in stop_codon records, as in GTF 2.2.
    Out {
        /// Whether stop_codon records are written that the file does not have.
        add: bool,
    },
}

impl StopCodon {
    /// The names of all, in the order that help texts list them.
    pub const NAMES: [&str; 3] = ["in", "out", "keep"];
}

impl FromStr for StopCodon {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "keep" => Ok(Self::Keep),
            "in" => Ok(Self::In),
            "out" => Ok(Self::Out { add: true }),
            other => Err(Error::usage(format!(
                "no place {other:?} of stop codons; there are {}",
                Self::NAMES.join(", ")
            ))),
        }
    }
}

/// The coding parts of one parent, or of one feature that has none.
#[derive(Debug, Default)]
struct Changes {
    /// What became of records, where they are not as they were.
    changed: HashMap<i64, Become>,
    /// The first and the last base of the CDS.
    extent: Option<Interval>,
}

/// Changes records that pass by.
pub(super) struct StopCodons<'d> {
    database: &'d Database,
    to: StopCodon,
    models: Models<'d>,
    /// Whether a dataset's CDS have their stop codons inside where no record tells.
    assumed: HashMap<String, bool>,
    /// By dataset, sequence, type and Parent.
    parents: HashMap<String, Rc<[i64]>>,
    changes: HashMap<String, Rc<Changes>>,
}

impl<'d> StopCodons<'d> {
    /// Returns nothing where nothing is to be changed.
    pub fn new(database: &'d Database, to: StopCodon) -> Result<Option<Self>> {
        if to == StopCodon::Keep {
            return Ok(None);
        }
        Ok(Some(Self {
            database,
            to,
            models: Models::new(database.connection()).map_err(|e| database.failed(e))?,
            assumed: HashMap::new(),
            parents: HashMap::new(),
            changes: HashMap::new(),
        }))
    }

    /// Hands on what becomes of a record: itself, another, several, or none.
    pub fn each(
        &mut self,
        row: &Row<'_>,
        write: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        if self.models.classes().of(row.ty()) != Some(Class::Cds) {
            return write(row);
        }
        let parents = self.parents(row)?;
        if parents.is_empty() {
            let changes = self.of_feature(row)?;
            return self.write(row, &changes, RowOverrides::default(), write);
        }
        // A record of several transcripts may be the last of one, and inside of another.
        let mut groups: Vec<(Rc<Changes>, Vec<i64>)> = Vec::new();
        for &parent in parents.iter() {
            let changes = self.of_parent(parent)?;
            let mine = changes.changed.get(&row.record_id());
            let same = groups
                .iter_mut()
                .find(|(other, _)| other.changed.get(&row.record_id()) == mine);
            match same {
                Some((_, parents)) => parents.push(parent),
                None => groups.push((changes, vec![parent])),
            }
        }
        let is_one = groups.len() == 1;
        for (changes, parents) in groups {
            let mut instead = RowOverrides::default();
            if !is_one {
                instead.parent = Some(self.names(&parents)?);
                instead.parents = Some(parents);
            }
            self.write(row, &changes, instead, write)?;
        }
        Ok(())
    }

    /// Returns the first and the last base of what a record's CDS became.
    pub fn extent(&mut self, row: &Row<'_>) -> Result<Option<Interval>> {
        Ok(self.of_parent(row.record_id())?.extent)
    }

    fn write(
        &self,
        row: &Row<'_>,
        changes: &Changes,
        mut instead: RowOverrides,
        write: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let Some(change) = changes.changed.get(&row.record_id()) else {
            return match instead.parent {
                Some(_) => write(&row.with(&instead)),
                None => write(row),
            };
        };
        if let Some(bases) = change.bases {
            instead.bases = Some(bases);
            write(&row.with(&instead))?;
        }
        for piece in &change.then {
            let mut instead = instead.clone();
            instead.bases = Some((piece.start, piece.end));
            instead.phase = Some(piece.phase);
            if piece.record == row.record_id() {
                // It was in the CDS, and is not the feature that the CDS is.
                if self.to == (StopCodon::Out { add: true }) {
                    instead.ty = Some(String::from("stop_codon"));
                    instead.id = Some(None);
                    write(&row.with(&instead))?;
                }
            } else {
                instead.ty = row.ty().map(str::to_owned);
                instead.id = Some(row.id().map(str::to_owned));
                self.database
                    .row(piece.record, &mut |stop| write(&stop.with(&instead)))?;
            }
        }
        Ok(())
    }

    fn names(&self, parents: &[i64]) -> Result<String> {
        let mut names: Vec<String> = Vec::new();
        for &parent in parents {
            self.database.row(parent, &mut |row| {
                names.extend(row.id().map(str::to_owned));
                Ok(())
            })?;
        }
        names.dedup();
        Ok(names.join(","))
    }

    fn parents(&mut self, row: &Row<'_>) -> Result<Rc<[i64]>> {
        let Some(parent) = row.parent() else {
            return Ok(Rc::default());
        };
        let key = format!(
            "{}\0{:?}\0{:?}\0{parent}",
            row.dataset(),
            row.seqid(),
            row.ty()
        );
        if let Some(parents) = self.parents.get(&key) {
            return Ok(Rc::clone(parents));
        }
        let parents = self.models.tree().parents(&row.passing());
        let parents: Rc<[i64]> = parents.map_err(|e| self.database.failed(e))?.into();
        if self.parents.len() >= MOST_REMEMBERED {
            self.parents.clear();
        }
        self.parents.insert(key, Rc::clone(&parents));
        Ok(parents)
    }

    fn of_parent(&mut self, parent: i64) -> Result<Rc<Changes>> {
        self.remembered(format!("\0{parent}"), |this| {
            let (mut above, mut children) = (None, Vec::new());
            this.database.row(parent, &mut |row| {
                above = Part::new(row);
                let found = this.models.tree().children(&row.passing(), &mut children);
                found.map_err(|e| this.database.failed(e))
            })?;
            children.retain(|child| matches!(child.class, Some(Class::Cds | Class::Codon)));
            children.sort_unstable_by_key(|child| child.record);
            let mut parts = Vec::new();
            // Those of one parent stand near each other, mostly.
            for run in children.chunk_by(|a, b| b.record.saturating_sub(a.record) <= NEAR) {
                let (first, last) = (run[0].record, run[run.len() - 1].record);
                let sql = include_str!("../../schema/records_between.sql");
                this.database.rows(sql, (first, last), &mut |row| {
                    let child = run.binary_search_by_key(&row.record_id(), |child| child.record);
                    let is_cds = child.is_ok_and(|at| run[at].class == Some(Class::Cds));
                    if is_cds || child.is_ok() && row.ty() == Some("stop_codon") {
                        parts.extend(Part::new(row));
                    }
                    Ok(())
                })?;
            }
            this.changes(parts, above.as_ref(), true)
        })
    }

    fn of_feature(&mut self, row: &Row<'_>) -> Result<Rc<Changes>> {
        let Some(id) = row.id() else {
            return Ok(Rc::default());
        };
        let key = format!("{}\0{:?}\0{id}", row.dataset(), row.seqid());
        self.remembered(key, |this| {
            let sql = include_str!("../../schema/coding_lines.sql");
            let parts = this.parts(sql, (id, row.dataset(), row.seqid()))?;
            // A parent that is named and missing: the file is a part of one, and so may the CDS be.
            this.changes(parts, None, row.parent().is_none())
        })
    }

    fn remembered(
        &mut self,
        key: String,
        make: impl FnOnce(&mut Self) -> Result<Changes>,
    ) -> Result<Rc<Changes>> {
        if let Some(changes) = self.changes.get(&key) {
            return Ok(Rc::clone(changes));
        }
        let changes = Rc::new(make(self)?);
        if self.changes.len() >= MOST_REMEMBERED {
            self.changes.clear();
        }
        self.changes.insert(key, Rc::clone(&changes));
        Ok(changes)
    }

    fn parts(&self, sql: &str, values: impl Params) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        self.database.rows(sql, values, &mut |row| {
            parts.extend(Part::new(row));
            Ok(())
        })?;
        Ok(parts)
    }

    fn changes(
        &mut self,
        parts: Vec<Part>,
        parent: Option<&Part>,
        is_whole: bool,
    ) -> Result<Changes> {
        let (cds, stops): (Vec<Part>, Vec<Part>) = parts
            .into_iter()
            .partition(|part| self.models.classes().of(Some(&part.ty)) == Some(Class::Cds));
        let mut changes = Changes::default();
        let groups = part::groups(cds);
        let is_one = groups.len() == 1;
        for group in groups {
            let assumed = is_whole
                && stops.is_empty()
                && self.assumed(&group[0].dataset)?
                && !is_partial(&group, parent);
            let near = |stop: &&Part| is_one || group.iter().any(|part| part.is_near(stop));
            let coding = Coding {
                forward: group[0].strand == "+",
                pieces: group.iter().map(|part| part.piece).collect(),
                stops: stops.iter().filter(near).map(|part| part.piece).collect(),
                assumed,
            };
            let pieces = || coding.pieces.iter().chain(&coding.stops);
            let has_way = matches!(group[0].strand.as_str(), "+" | "-")
                && group.iter().all(|part| part.strand == group[0].strand)
                && pieces().all(|piece| piece.start <= piece.end);
            let changed = match self.to {
                _ if !has_way => None,
                StopCodon::Keep => None,
                StopCodon::In => coding.with_stop(),
                StopCodon::Out { .. } => coding.without_stop(),
            };
            let bases = |change: &Become| -> Vec<(i64, i64)> {
                let is_cds = |piece: &&CdsSegment| piece.record != change.record;
                let more = change.then.iter().filter(is_cds).map(|p| (p.start, p.end));
                change.bases.into_iter().chain(more).collect()
            };
            let all: Vec<(i64, i64)> = match &changed {
                Some(changed) => changed.iter().flat_map(bases).collect(),
                None => coding.pieces.iter().map(|p| (p.start, p.end)).collect(),
            };
            for (start, end) in all {
                let part = Interval {
                    first: start.min(end),
                    last: start.max(end),
                };
                changes.extent = Some(changes.extent.map_or(part, |all| all.hull(part)));
            }
            let changed = changed.into_iter().flatten();
            changes.changed.extend(changed.map(|c| (c.record, c)));
        }
        Ok(changes)
    }

    fn assumed(&mut self, dataset: &str) -> Result<bool> {
        if let Some(&assumed) = self.assumed.get(dataset) {
            return Ok(assumed);
        }
        let assumed = !self.database.exists(
            include_str!("../../schema/tells_stop_codons.sql"),
            [dataset],
        )?;
        self.assumed.insert(dataset.to_owned(), assumed);
        Ok(assumed)
    }
}
