//! `demo.vcf`: the variants in VCF 4.3, without genotypes.

use std::io::{self, Write};

use bstr::BStr;

use super::{model::Sequence, names, variants::Variant};

/// Writes the header; `sequences` is names and lengths in bases.
pub(super) fn header(out: &mut impl Write, sequences: &[(String, u64)]) -> io::Result<()> {
    writeln!(out, "##fileformat=VCFv4.3")?;
    writeln!(out, "##source=gffdb demo")?;
    writeln!(out, "##reference=demo.fa")?;
    for (name, length) in sequences {
        writeln!(out, "##contig=<ID={name},length={length}>")?;
    }
    writeln!(out, "##FILTER=<ID=PASS,Description=\"All filters passed\">")?;
    for (key, description) in [
        ("EX", "Effect on transcript TX, a Sequence Ontology term"),
        ("GENE", "Gene that the variant was made for"),
        ("TX", "Canonical transcript of GENE"),
    ] {
        writeln!(
            out,
            "##INFO=<ID={key},Number=1,Type=String,Description=\"{description}\">"
        )?;
    }
    writeln!(out, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
}

/// Writes the variants of one sequence; `serial` numbers them over all sequences, from 1.
pub(super) fn sequence(
    out: &mut impl Write,
    sequence: &Sequence,
    variants: &[Variant],
    serial: &mut u64,
) -> io::Result<()> {
    for variant in variants {
        let (reference, alternate) = (BStr::new(&variant.reference), BStr::new(&variant.alternate));
        write!(out, "{}\t{}\tdv{serial}\t", sequence.name, variant.position)?;
        write!(
            out,
            "{reference}\t{alternate}\t.\tPASS\tEX={}",
            variant.effect
        )?;
        if let Some(number) = variant.gene {
            let (gene, transcript) = (names::gene(number), names::transcript(number, 0));
            write!(out, ";GENE={gene};TX={transcript}")?;
        }
        writeln!(out)?;
        *serial += 1;
    }
    Ok(())
}
