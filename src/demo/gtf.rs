//! `demo.gtf`: the same genes in GTF 2.2, in Ensembl's way.
//!
//! Two things differ from the GFF3: the stop codon is no part of the CDS nor of the untranslated
//! region, and a transcript's parts are in the direction of transcription.

use std::io::{self, Write};

use super::{
    columns::Columns,
    model::{Gene, Kind, Sequence, Span, Transcript},
    names,
    plan::Plan,
};

/// Writes the comments that come before the first feature.
pub(super) fn header(out: &mut impl Write, plan: &Plan) -> io::Result<()> {
    writeln!(out, "#!genome-build Demo1")?;
    writeln!(out, "#!processor gffdb demo")?;
    writeln!(
        out,
        "# gffdb demo --genes {} --seed {}",
        plan.genes, plan.seed
    )
}

/// Writes the genes of one sequence.
pub(super) fn sequence(out: &mut impl Write, sequence: &Sequence) -> io::Result<()> {
    for gene in &sequence.genes {
        let (id, name) = (names::gene(gene.number), names::name(gene.number));
        let whole = Span {
            start: 0,
            end: gene.length,
        };
        let columns = Columns::of(sequence, gene, "gene", whole);
        columns.score(names::score(gene.number)).write(out)?;
        write!(out, "gene_id \"{id}\"; gene_name \"{name}\"; ")?;
        write!(out, "gene_biotype \"{}\";", gene.kind.biotype())?;
        if gene.kind == Kind::Coding {
            write!(out, " description \"{}\";", names::description(gene.number))?;
            for reference in names::cross_references(gene.number) {
                write!(out, " db_xref \"{reference}\";")?;
            }
        }
        writeln!(out)?;
        for (index, transcript) in gene.transcripts.iter().enumerate() {
            let id = names::transcript(gene.number, index);
            let lines = Lines {
                sequence,
                gene,
                transcript,
                index,
                id,
            };
            lines.write(out)?;
        }
    }
    Ok(())
}

/// The lines of one transcript.
struct Lines<'a> {
    sequence: &'a Sequence,
    gene: &'a Gene,
    transcript: &'a Transcript,
    index: usize,
    id: String,
}

impl Lines<'_> {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let columns = self.columns("transcript", self.transcript.span());
        let score = names::score(self.gene.number);
        self.line(out, columns.score(score), None, "")?;
        for (number, exon) in (1..).zip(&self.transcript.exons) {
            let extra = format!(" exon_id \"{}.{number}\";", self.id);
            self.line(out, self.columns("exon", *exon), Some(number), &extra)?;
        }
        if self.transcript.cds.is_some() {
            self.coding(out)?;
        }
        Ok(())
    }

    fn coding(&self, out: &mut impl Write) -> io::Result<()> {
        let total = self.transcript.coding_length();
        let protein = format!(" protein_id \"{}p\";", self.id);
        for (kind, (from, to), extra) in [
            ("CDS", (0, total - 3), protein.as_str()),
            ("start_codon", (0, 3), ""),
            ("stop_codon", (total - 3, total), ""),
        ] {
            for (part, phase) in self.transcript.coding_parts(from, to) {
                let columns = self.columns(kind, part).phase(phase);
                self.line(out, columns, self.exon_of(part), extra)?;
            }
        }
        for (kind, parts) in [
            ("five_prime_utr", self.transcript.five_prime_utr()),
            ("three_prime_utr", self.transcript.three_prime_utr()),
        ] {
            for part in parts {
                self.line(out, self.columns(kind, part), None, "")?;
            }
        }
        Ok(())
    }

    fn columns<'a>(&'a self, kind: &'a str, span: Span) -> Columns<'a> {
        Columns::of(self.sequence, self.gene, kind, span)
    }

    /// Returns the number of the exon that a part lies in, from 1.
    fn exon_of(&self, part: Span) -> Option<u64> {
        let mut numbered = (1..).zip(&self.transcript.exons);
        numbered.find_map(|(number, exon)| exon.shared(part).map(|_| number))
    }

    fn line(
        &self,
        out: &mut impl Write,
        columns: Columns,
        exon: Option<u64>,
        extra: &str,
    ) -> io::Result<()> {
        let number = self.gene.number;
        columns.write(out)?;
        write!(out, "gene_id \"{}\"; ", names::gene(number))?;
        write!(out, "transcript_id \"{}\"; ", self.id)?;
        if let Some(exon) = exon {
            write!(out, "exon_number \"{exon}\"; ")?;
        }
        let biotype = self.gene.kind.biotype();
        write!(out, "gene_name \"{}\"; ", names::name(number))?;
        write!(out, "gene_biotype \"{biotype}\"; ")?;
        let name = names::transcript_name(number, self.index);
        write!(out, "transcript_name \"{name}\"; ")?;
        write!(
            out,
            "transcript_biotype \"{biotype}\";{extra} tag \"basic\";"
        )?;
        let canonical = if self.index == 0 {
            " tag \"Ensembl_canonical\";"
        } else {
            ""
        };
        writeln!(out, "{canonical}")
    }
}
