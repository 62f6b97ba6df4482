//! The genes of a database, one after another.

use std::collections::HashSet;

use rusqlite::{CachedStatement, Connection};

use super::{
    parts::{Models, Parts},
    transcript::{CdsPart, Pieces, Transcript, UtrSide},
};
use crate::{
    class::Class,
    coords::Interval,
    tree::{self, Child, Node, Passing},
};

/// A gene with its transcripts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Gene {
    /// Its record: `gff.record_id`, the first one where several lines share its ID; `None` of transcripts whose gene
    /// is not in the file.
    pub record: Option<i64>,
    /// Its ID.
    pub id: Option<String>,
    /// Its dataset.
    pub dataset: String,
    /// Its sequence; `None` where column 1 is a dot.
    pub seqid: Option<String>,
    /// Its bases, from the first to the last of all its lines; `None` where these have no coordinates, and of
    /// transcripts whose gene is not in the file.
    pub bases: Option<Interval>,
    /// `+` or `-`; `None` where it is not known, or differs between its lines.
    pub strand: Option<char>,
    /// Its transcripts, in file order; last the gene itself, where it is its own.
    pub transcripts: Vec<Transcript>,
}

/// Hands on each gene with its transcripts, in file order, whatever the order of the file. Transcripts whose gene
/// is not in the file come alone. Memory is that of one gene.
///
/// Records without coordinates are not listed.
///
/// # Errors
///
/// The database fails, or `each` does.
pub fn each_gene(
    connection: &Connection,
    mut each: impl FnMut(Gene) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut genes = Genes::new(connection)?;
    let mut statement = connection.prepare(include_str!("../../schema/model_records.sql"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(gene) = genes.of(&Passing::of(row)?)? {
            each(gene)?;
        }
    }
    Ok(())
}

/// Puts gene models together, of records that are asked for.
pub struct Genes<'c> {
    models: Models<'c>,
    /// Where a record lies.
    lines: CachedStatement<'c>,
    /// The transcripts of the gene at hand.
    seen: HashSet<i64>,
}

impl<'c> Genes<'c> {
    /// Prepares what is asked of a database.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            models: Models::new(connection)?,
            lines: connection.prepare_cached(include_str!("../../schema/model_lines.sql"))?,
            seen: HashSet::new(),
        })
    }

    /// Returns the gene that a record is, or the transcript without one; `None` where it is neither, or not the first
    /// line of its feature.
    ///
    /// # Errors
    ///
    /// The database fails, or has no such record.
    pub fn read(&mut self, record: i64) -> rusqlite::Result<Option<Gene>> {
        let mut node = Node::default();
        self.models.tree().read(record, &mut node)?;
        self.of(&passing(&node))
    }

    /// Returns what is at the top of a record's gene models, each the first line of its feature: its genes, or what is a
    /// transcript without a gene. Before them comes the first line of the record's own feature. `None` where the record
    /// is no gene and no transcript.
    pub(crate) fn tops(&mut self, record: i64) -> rusqlite::Result<Option<(i64, Vec<i64>)>> {
        let (mut node, mut lines) = (Node::default(), Vec::new());
        let (mut own, mut tops, mut waiting) = (None, Vec::new(), vec![record]);
        self.seen.clear();
        while let Some(record) = waiting.pop() {
            if !self.seen.insert(record) {
                continue;
            }
            self.models.tree().read(record, &mut node)?;
            let class = self.models.class(&passing(&node))?;
            if !matches!(class, Some(Class::Gene | Class::Transcript)) {
                continue;
            }
            self.models.tree().feature(&passing(&node), &mut lines)?;
            own = own.or(Some(lines[0]));
            let parents = match class {
                Some(Class::Gene) => Vec::new(),
                _ => self.above(&passing(&node))?,
            };
            if parents.is_empty() {
                tops.push(lines[0]);
            }
            waiting.extend(parents);
        }
        Ok(own.map(|own| (own, tops)))
    }

    /// Returns the genes and transcripts that a record is part of.
    fn above(&mut self, record: &Passing<'_>) -> rusqlite::Result<Vec<i64>> {
        let mut node = Node::default();
        let mut above = Vec::new();
        for parent in self.models.tree().parents(record)? {
            self.models.tree().read(parent, &mut node)?;
            let class = self.models.class(&passing(&node))?;
            if matches!(class, Some(Class::Gene | Class::Transcript)) {
                above.push(parent);
            }
        }
        Ok(above)
    }

    /// Returns the gene that a record is, or the transcript without one.
    pub(crate) fn of(&mut self, record: &Passing<'_>) -> rusqlite::Result<Option<Gene>> {
        let class = self.models.class(record)?;
        if !matches!(class, Some(Class::Gene | Class::Transcript)) {
            return Ok(None);
        }
        let mut lines = Vec::new();
        self.models.tree().feature(record, &mut lines)?;
        if lines[0] != record.record {
            return Ok(None);
        }
        self.seen.clear();
        let mut transcripts = Vec::new();
        if class == Some(Class::Transcript) {
            if !self.above(record)?.is_empty() {
                return Ok(None);
            }
            self.transcript(record, &lines, &mut transcripts)?;
        } else {
            self.below(record, &mut transcripts)?;
            let parts = self.models.parts(record)?;
            if !(parts.exons.is_empty() && parts.cds.is_empty()) {
                transcripts.extend(self.assembled(record, &lines)?);
            }
        }
        let (bases, strand) = match class {
            Some(Class::Gene) => self.place(record, &lines)?,
            _ => (None, None),
        };
        Ok(Some(Gene {
            bases,
            strand,
            record: (class == Some(Class::Gene)).then_some(record.record),
            id: record
                .id
                .filter(|_| class == Some(Class::Gene))
                .map(str::to_owned),
            dataset: record.dataset.unwrap_or_default().to_owned(),
            seqid: record.seqid.map(str::to_owned),
            transcripts,
        }))
    }

    /// Adds the transcripts that are part of a gene or a transcript.
    fn below(
        &mut self,
        record: &Passing<'_>,
        transcripts: &mut Vec<Transcript>,
    ) -> rusqlite::Result<()> {
        let mut children = Vec::new();
        self.models.tree().children(record, &mut children)?;
        // Of a type without a class, its own parts tell.
        children.retain(|child| child.class.is_none_or(|class| class == Class::Transcript));
        children.sort_unstable_by_key(|child| child.record);
        let (mut node, mut lines) = (Node::default(), Vec::new());
        for child in children {
            self.models.tree().read(child.record, &mut node)?;
            if self.models.class(&passing(&node))? != Some(Class::Transcript) {
                continue;
            }
            self.models.tree().feature(&passing(&node), &mut lines)?;
            if lines[0] == child.record {
                self.transcript(&passing(&node), &lines, transcripts)?;
            }
        }
        Ok(())
    }

    /// Adds a transcript and those that are part of it, as a miRNA is of its primary transcript.
    fn transcript(
        &mut self,
        record: &Passing<'_>,
        lines: &[i64],
        transcripts: &mut Vec<Transcript>,
    ) -> rusqlite::Result<()> {
        // A cycle of parents ends here.
        if !self.seen.insert(record.record) {
            return Ok(());
        }
        transcripts.extend(self.assembled(record, lines)?);
        self.below(record, transcripts)
    }

    /// Returns where a feature lies, from the first base of its lines to the last, and its strand where all have the
    /// same.
    fn place(
        &mut self,
        record: &Passing<'_>,
        lines: &[i64],
    ) -> rusqlite::Result<(Option<Interval>, Option<char>)> {
        let mut bases: Option<Interval> = None;
        let mut strands = Vec::new();
        for line in lines {
            let (start, end, strand): (Option<i64>, Option<i64>, Option<String>) =
                self.lines.query_row([line], |row| row.try_into())?;
            if let (Some(start), Some(end)) = (start, end) {
                let line = self
                    .models
                    .extents()
                    .of(record.dataset, record.seqid, (start, end));
                bases = Some(bases.map_or(line, |bases| bases.hull(line)));
                strands.push(tree::strand(strand.as_deref()));
            }
        }
        strands.dedup();
        let strand = match strands.as_slice() {
            [strand] => *strand,
            _ => None,
        };
        Ok((bases, strand))
    }

    /// Puts a transcript together; `None` where it has no coordinates.
    fn assembled(
        &mut self,
        record: &Passing<'_>,
        lines: &[i64],
    ) -> rusqlite::Result<Option<Transcript>> {
        let (bases, strand) = self.place(record, lines)?;
        let Some(bases) = bases else { return Ok(None) };
        let mut pieces = Pieces {
            record: record.record,
            id: record.id.map(str::to_owned),
            seqid: record.seqid.map(str::to_owned),
            bases,
            strand,
            parts: Parts::default(),
            cds: Vec::new(),
            utrs: Vec::new(),
            exon_strands: Vec::new(),
            other_strands: Vec::new(),
            codons: Vec::new(),
            has_start_codon: false,
            stop_codon: None,
        };
        let mut node = Node::default();
        let length = self.models.extents().length(record.dataset, record.seqid);
        let mut children: Vec<Child> = self.models.children(record)?.to_vec();
        children.sort_unstable_by_key(|child| child.record);
        for child in &children {
            let Some(of_child) = child.bases else {
                continue;
            };
            let mut place = self
                .models
                .extents()
                .of(record.dataset, record.seqid, of_child);
            // Behind the origin of a circle, where the transcript goes on.
            if let Some(length) = length
                && place.last < bases.first
                && place.last.saturating_add(length) <= bases.last
            {
                place = place.moved(length);
            }
            match child.class {
                Some(Class::Exon) => pieces.exon_strands.push((place, child.strand)),
                Some(Class::Cds | Class::Utr) => pieces.other_strands.push((place, child.strand)),
                _ => {}
            }
            match child.class {
                Some(Class::Exon) => pieces.parts.exons.push(place),
                Some(Class::Cds) => {
                    pieces.parts.cds.push(place);
                    let part = CdsPart {
                        record: child.record,
                        bases: place,
                        phase: child.phase.filter(|phase| *phase < 3),
                    };
                    pieces.cds.push((part, child.strand));
                }
                Some(Class::Utr) => {
                    pieces.parts.utrs.push(place);
                    pieces.utrs.push((place, None));
                }
                Some(Class::Codon) => {
                    pieces.codons.push(place);
                    self.models.tree().read(child.record, &mut node)?;
                    match node.ty.as_deref().unwrap_or_default() {
                        ty if ty.ends_with("start_codon") || ty == "SO:0000318" => {
                            pieces.has_start_codon = true;
                        }
                        ty if ty.ends_with("stop_codon") || ty == "SO:0000319" => {
                            let all = pieces.stop_codon.map_or(place, |stop| stop.hull(place));
                            pieces.stop_codon = Some(all);
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        if pieces.cds.is_empty() && !pieces.utrs.is_empty() {
            // Nothing but the types tells the sides.
            let utrs = children
                .iter()
                .filter(|child| child.class == Some(Class::Utr) && child.bases.is_some());
            for (child, utr) in utrs.zip(&mut pieces.utrs) {
                self.models.tree().read(child.record, &mut node)?;
                utr.1 = node.ty.as_deref().and_then(UtrSide::of_type);
            }
        }
        Ok(Some(Transcript::new(pieces)))
    }
}

/// Returns a record that was read as one that passes by.
fn passing(node: &Node) -> Passing<'_> {
    Passing {
        record: node.record,
        dataset: Some(&node.dataset),
        seqid: node.seqid.as_deref(),
        ty: node.ty.as_deref(),
        id: node.id.as_deref(),
        parent: node.parent.as_deref(),
    }
}
