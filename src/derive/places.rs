//! Rows of one transcript that have a place: its parts, introns, splice sites, ends.

use rusqlite::types::ValueRef;

use super::{Values, What};
use crate::{
    Result,
    coords::Interval,
    model::{Gene, Origin, Transcript, UtrSide},
};

/// Rows that are handed on.
struct Rows<'r> {
    gene: &'r Gene,
    transcript: &'r Transcript,
    each: &'r mut dyn FnMut(&Values<'_>) -> Result<()>,
}

/// Hands on the rows of a transcript.
pub(super) fn rows(
    what: What,
    gene: &Gene,
    transcript: &Transcript,
    each: &mut dyn FnMut(&Values<'_>) -> Result<()>,
) -> Result<()> {
    let mut rows = Rows {
        gene,
        transcript,
        each,
    };
    match what {
        What::Introns => rows.introns(),
        What::SpliceSites => rows.splice_sites(),
        What::Utrs => rows.utrs(true),
        What::Parts => rows.parts(),
        What::Tss => rows.end_of_transcription('+'),
        What::Tes => rows.end_of_transcription('-'),
        // These are no parts of a transcript; `summary` makes them.
        What::Intergenic | What::Transcripts | What::Genes | What::Representative => Ok(()),
    }
}

/// Returns things in the order of transcription, of what is in ascending order.
fn in_order<T: Copy>(all: &[T], strand: Option<char>) -> impl Iterator<Item = T> + '_ {
    let is_minus = strand == Some('-');
    (0..all.len()).map(move |at| match is_minus {
        true => all[all.len() - 1 - at],
        false => all[at],
    })
}

fn origin(origin: Origin) -> ValueRef<'static> {
    text(Some(match origin {
        Origin::Annotated => "annotated",
        Origin::Derived => "derived",
    }))
}

fn text(text: Option<&str>) -> ValueRef<'_> {
    text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
}

fn count(number: usize) -> ValueRef<'static> {
    ValueRef::Integer(number as i64)
}

impl Rows<'_> {
    fn put(
        &mut self,
        bases: Interval,
        strand: Option<char>,
        further: &[ValueRef<'_>],
    ) -> Result<()> {
        let mut buffer = [0; 4];
        let strand = strand.map(|strand| &*strand.encode_utf8(&mut buffer));
        let mut values = [ValueRef::Null; 13];
        values[..9].copy_from_slice(&[
            text(Some(&self.gene.dataset)),
            text(self.transcript.seqid.as_deref()),
            ValueRef::Integer(bases.first),
            ValueRef::Integer(bases.last),
            text(strand),
            text(self.transcript.id.as_deref()),
            text(self.gene.id.as_deref()),
            ValueRef::Integer(self.transcript.record),
            self.gene.record.map_or(ValueRef::Null, ValueRef::Integer),
        ]);
        let end = 9 + further.len();
        values[9..end].copy_from_slice(further);
        (self.each)(&values[..end])
    }

    fn introns(&mut self) -> Result<()> {
        let transcript = self.transcript;
        for intron in in_order(&transcript.introns, transcript.strand) {
            let further = [
                count(intron.number),
                ValueRef::Integer(intron.bases.len()),
                ValueRef::Integer(i64::from(intron.in_cds)),
                origin(Origin::Derived),
            ];
            self.put(intron.bases, intron.strand, &further)?;
        }
        Ok(())
    }

    fn splice_sites(&mut self) -> Result<()> {
        let transcript = self.transcript;
        for intron in in_order(&transcript.introns, transcript.strand) {
            let Interval { first, last } = intron.bases;
            // An intron of one base has it twice.
            let left = Interval {
                first,
                last: last.min(first.saturating_add(1)),
            };
            let right = Interval {
                first: first.max(last.saturating_sub(1)),
                last,
            };
            let sites = match intron.strand {
                Some('+') => [("donor", left), ("acceptor", right)],
                Some(_) => [("donor", right), ("acceptor", left)],
                None => continue,
            };
            for (kind, bases) in sites {
                let further = [
                    text(Some(kind)),
                    count(intron.number),
                    origin(Origin::Derived),
                ];
                self.put(bases, intron.strand, &further)?;
            }
        }
        Ok(())
    }

    /// UTRs; without a column `phase` where they come alone.
    fn utrs(&mut self, alone: bool) -> Result<()> {
        let transcript = self.transcript;
        for (side, name) in [
            (Some(UtrSide::Five), "five_prime_utr"),
            (Some(UtrSide::Three), "three_prime_utr"),
            (None, "utr"),
        ] {
            let of_side = in_order(&transcript.utrs, transcript.strand).filter(|u| u.side == side);
            for (number, utr) in (1..).zip(of_side) {
                let (part, number) = (text(Some(name)), count(number));
                let origin = origin(transcript.utr_origin);
                match alone {
                    true => self.put(utr.bases, transcript.strand, &[part, number, origin])?,
                    false => {
                        let further = [part, number, ValueRef::Null, origin];
                        self.put(utr.bases, transcript.strand, &further)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn parts(&mut self) -> Result<()> {
        let transcript = self.transcript;
        let strand = transcript.strand;
        for (number, exon) in (1..).zip(in_order(&transcript.exons, strand)) {
            let further = [
                text(Some("exon")),
                count(number),
                ValueRef::Null,
                origin(transcript.exon_origin),
            ];
            self.put(exon, strand, &further)?;
        }
        for (number, cds) in (1..).zip(&transcript.cds) {
            let phase = cds
                .phase
                .map_or(ValueRef::Null, |p| ValueRef::Integer(p.into()));
            let further = [
                text(Some("cds")),
                count(number),
                phase,
                origin(Origin::Annotated),
            ];
            self.put(cds.bases, strand, &further)?;
        }
        self.utrs(false)
    }

    /// The first base of what is on `first_of`, the last of what is on the other strand.
    fn end_of_transcription(&mut self, first_of: char) -> Result<()> {
        let Some(strand) = self.transcript.strand else {
            return Ok(());
        };
        let Interval { first, last } = self.transcript.bases;
        let base = if strand == first_of { first } else { last };
        let base = Interval {
            first: base,
            last: base,
        };
        self.put(base, Some(strand), &[origin(Origin::Derived)])
    }
}
