//! Rows of whole transcripts and genes: how many parts they have and how long these are, and which transcript stands for
//! a gene.

use std::collections::{BTreeSet, HashMap};

use rusqlite::types::ValueRef;

use super::{
    Selected, Values, What,
    described::{Described, Named, UNRANKED},
};
use crate::{
    Result,
    coords::{Interval, merged},
    model::{Gene, Transcript, UtrSide},
    query::Database,
};

/// What a dataset tells of codons.
#[derive(Clone, Copy, Debug)]
struct Told {
    has_start_codons: bool,
    has_stop_codons: bool,
    is_gtf: bool,
}

/// Makes rows of whole transcripts and genes.
pub(super) struct Summary<'d> {
    database: &'d Database,
    what: What,
    told: HashMap<String, Told>,
}

fn text(text: Option<&str>) -> ValueRef<'_> {
    text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
}

fn number(number: Option<i64>) -> ValueRef<'static> {
    number.map_or(ValueRef::Null, ValueRef::Integer)
}

fn strand(strand: Option<char>) -> ValueRef<'static> {
    text(match strand {
        Some('+') => Some("+"),
        Some('-') => Some("-"),
        _ => None,
    })
}

fn bases(all: &[Interval]) -> i64 {
    all.iter().map(|part| part.len()).sum()
}

fn exon_bases(transcript: &Transcript) -> i64 {
    bases(&merged(transcript.exons.clone()))
}

fn cds_bases(transcript: &Transcript) -> i64 {
    transcript.cds.iter().map(|part| part.bases.len()).sum()
}

/// Columns that rows of transcripts begin with.
fn place<'a>(gene: &'a Gene, transcript: &'a Transcript) -> [ValueRef<'a>; 9] {
    [
        text(Some(&gene.dataset)),
        text(transcript.seqid.as_deref()),
        ValueRef::Integer(transcript.bases.first),
        ValueRef::Integer(transcript.bases.last),
        strand(transcript.strand),
        text(transcript.id.as_deref()),
        text(gene.id.as_deref()),
        ValueRef::Integer(transcript.record),
        number(gene.record),
    ]
}

const DERIVED: ValueRef<'static> = ValueRef::Text(b"derived");

impl<'d> Summary<'d> {
    /// Takes which rows are to be made.
    pub fn new(database: &'d Database, what: What) -> Self {
        Self {
            database,
            what,
            told: HashMap::new(),
        }
    }

    /// Hands on the rows of a gene.
    pub fn rows(
        &mut self,
        gene: &Gene,
        described: &Described,
        selected: Option<&Selected>,
        each: &mut dyn FnMut(&Values<'_>) -> Result<()>,
    ) -> Result<()> {
        let is_wanted = |transcript: &Transcript| selected.is_none_or(|s| s.has(gene, transcript));
        if self.what == What::Transcripts {
            for (transcript, named) in gene.transcripts.iter().zip(&described.of_transcripts) {
                if is_wanted(transcript) {
                    self.transcript(gene, transcript, named, each)?;
                }
            }
            return Ok(());
        }
        let is_chosen = selected.is_none_or(|s| s.has_gene(gene));
        if gene.record.is_none() || !(is_chosen || gene.transcripts.iter().any(is_wanted)) {
            return Ok(());
        }
        match self.what {
            What::Representative => representative(gene, described, each),
            _ => summary_of_gene(gene, &described.of_gene, each),
        }
    }

    fn told(&mut self, dataset: &str) -> Result<Told> {
        if let Some(told) = self.told.get(dataset) {
            return Ok(*told);
        }
        let sql = include_str!("../../schema/derive/told_codons.sql");
        let told = self.database.connection().query_row(sql, [dataset], |row| {
            Ok(Told {
                has_start_codons: row.get(0)?,
                has_stop_codons: row.get(1)?,
                is_gtf: row.get(2)?,
            })
        });
        let told = told.map_err(|e| self.database.failed(e))?;
        self.told.insert(dataset.to_owned(), told);
        Ok(told)
    }

    fn transcript(
        &mut self,
        gene: &Gene,
        transcript: &Transcript,
        named: &Named,
        each: &mut dyn FnMut(&Values<'_>) -> Result<()>,
    ) -> Result<()> {
        let told = self.told(&gene.dataset)?;
        let cds_bp = cds_bases(transcript);
        let codes = !transcript.cds.is_empty();
        let cds = transcript
            .cds
            .iter()
            .map(|part| part.bases)
            .reduce(Interval::hull);
        let protein = transcript.cds.first().map(|first| {
            let has_stop = match (transcript.stop_codon, cds) {
                (Some(stop), Some(cds)) => cds.contains(stop),
                _ => !(told.has_stop_codons || told.is_gtf),
            };
            (cds_bp - i64::from(first.phase.unwrap_or(0))) / 3 - i64::from(has_stop)
        });
        let utr = |side| {
            let of_side = transcript.utrs.iter().filter(|utr| utr.side == Some(side));
            of_side.map(|utr| utr.bases.len()).sum()
        };
        let introns = transcript.introns.iter().map(|intron| intron.bases.len());
        let codon = |is_there: bool, is_told: bool| match (is_there, codes && is_told) {
            (true, _) => ValueRef::Integer(1),
            (false, true) => ValueRef::Integer(0),
            (false, false) => ValueRef::Null,
        };
        let mut values = [ValueRef::Null; 24];
        values[..9].copy_from_slice(&place(gene, transcript));
        values[9..].copy_from_slice(&[
            ValueRef::Integer(transcript.exons.len() as i64),
            ValueRef::Integer(exon_bases(transcript)),
            ValueRef::Integer(transcript.cds.len() as i64),
            ValueRef::Integer(cds_bp),
            number(protein),
            ValueRef::Integer(utr(UtrSide::Five)),
            ValueRef::Integer(utr(UtrSide::Three)),
            ValueRef::Integer(transcript.introns.len() as i64),
            ValueRef::Integer(introns.clone().sum()),
            number(introns.max()),
            codon(transcript.has_start_codon, told.has_start_codons),
            codon(transcript.stop_codon.is_some(), told.has_stop_codons),
            text(named.biotype.as_deref()),
            text(named.name.as_deref()),
            DERIVED,
        ]);
        each(&values)
    }
}

fn summary_of_gene(
    gene: &Gene,
    named: &Named,
    each: &mut dyn FnMut(&Values<'_>) -> Result<()>,
) -> Result<()> {
    let Some(place) = gene.bases else {
        return Ok(());
    };
    let exons = gene.transcripts.iter().flat_map(|t| {
        let seqid = t.seqid.as_deref();
        t.exons.iter().map(move |exon| (seqid, *exon))
    });
    let exons: BTreeSet<(Option<&str>, Interval)> = exons.collect();
    let mut of_sequence: HashMap<Option<&str>, Vec<Interval>> = HashMap::new();
    for (seqid, exon) in &exons {
        of_sequence.entry(*seqid).or_default().push(*exon);
    }
    let exon_bp = of_sequence.into_values().map(|all| bases(&merged(all)));
    let coding = gene.transcripts.iter().filter(|t| !t.cds.is_empty());
    each(&[
        text(Some(&gene.dataset)),
        text(gene.seqid.as_deref()),
        ValueRef::Integer(place.first),
        ValueRef::Integer(place.last),
        strand(gene.strand),
        text(gene.id.as_deref()),
        number(gene.record),
        ValueRef::Integer(gene.transcripts.len() as i64),
        ValueRef::Integer(exons.len() as i64),
        ValueRef::Integer(exon_bp.sum()),
        number(coding.clone().map(cds_bases).max()),
        ValueRef::Integer(coding.count() as i64),
        text(named.biotype.as_deref()),
        text(named.name.as_deref()),
        DERIVED,
    ])
}

/// The transcript of the least rank; of these the one with most coding bases, most bases in exons, the first of the file.
fn representative(
    gene: &Gene,
    described: &Described,
    each: &mut dyn FnMut(&Values<'_>) -> Result<()>,
) -> Result<()> {
    let ranked = gene.transcripts.iter().zip(&described.of_transcripts);
    let chosen = ranked.min_by_key(|(transcript, named)| {
        let (cds, exons) = (cds_bases(transcript), exon_bases(transcript));
        (named.rank, -cds, -exons, transcript.record)
    });
    let Some((transcript, named)) = chosen else {
        return Ok(());
    };
    let rule = match named.rank {
        1 => "mane_select",
        2 => "mane_plus_clinical",
        3 => "ensembl_canonical",
        10..20 => "appris",
        20..30 => "tsl",
        30..UNRANKED => "ccds",
        _ if !transcript.cds.is_empty() => "longest_cds",
        _ => {
            let mut lengths = gene.transcripts.iter().map(exon_bases);
            let first = lengths.next();
            match gene.transcripts.len() == 1 || lengths.any(|length| Some(length) != first) {
                true => "longest",
                false => "first",
            }
        }
    };
    let mut values = [ValueRef::Null; 11];
    values[..9].copy_from_slice(&place(gene, transcript));
    values[9..].copy_from_slice(&[text(Some(rule)), DERIVED]);
    each(&values)
}
