//! `demo.gff3`: the genes in GFF3 1.26.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::{
    columns::Columns,
    model::{Gene, Kind, Sequence, Span, Strand},
    names,
    plan::Plan,
};

/// Writes the directives that come before the first feature; `sequences` is names and lengths.
pub(super) fn header(
    out: &mut impl Write,
    plan: &Plan,
    sequences: &[(String, u64)],
) -> io::Result<()> {
    writeln!(out, "##gff-version 3")?;
    writeln!(out, "#!genome-build Demo1")?;
    writeln!(out, "#!processor gffdb demo")?;
    writeln!(out, "# A made-up genome: no organism has these genes.")?;
    writeln!(
        out,
        "# gffdb demo --genes {} --seed {}",
        plan.genes, plan.seed
    )?;
    for (name, length) in sequences {
        writeln!(out, "##sequence-region {name} 1 {length}")?;
    }
    Ok(())
}

/// Writes one sequence: its own line, then its genes, `###` after each.
pub(super) fn sequence(out: &mut impl Write, sequence: &Sequence) -> io::Result<()> {
    landmark(out, sequence)?;
    for written in &sequence.genes {
        gene(out, sequence, written)?;
        writeln!(out, "###")?;
    }
    Ok(())
}

fn landmark(out: &mut impl Write, sequence: &Sequence) -> io::Result<()> {
    let columns = Columns {
        seqid: &sequence.name,
        source: "demo",
        kind: "chromosome",
        place: (1, sequence.length),
        score: None,
        strand: '.',
        phase: None,
    };
    let name = &sequence.name;
    if sequence.circular {
        // GFF3 1.26, "Circular Genomes": the landmark is a region named like its sequence.
        let kind = "region";
        Columns {
            kind,
            strand: '+',
            ..columns
        }
        .write(out)?;
        writeln!(out, "ID={name};Name={name};Is_circular=true")?;
    } else {
        columns.write(out)?;
        let number = name.trim_start_matches("chr");
        writeln!(
            out,
            "ID=chromosome:{name};Name={name};Alias={number},DM{number:0>6}.1"
        )?;
    }
    if let Some(place) = sequence.repeat {
        let kind = "repeat_region";
        let score = Some(97);
        writeln!(out, "# a feature that has no attributes")?;
        Columns {
            kind,
            place,
            score,
            ..columns
        }
        .write(out)?;
        writeln!(out, ".")?;
    }
    writeln!(out, "###")
}

fn gene(out: &mut impl Write, sequence: &Sequence, gene: &Gene) -> io::Result<()> {
    let number = gene.number;
    let id = names::gene(number);
    let (kind, _) = gene.kind.types();
    let whole = Span {
        start: 0,
        end: gene.length,
    };
    let columns = Columns::of(sequence, gene, kind, whole);
    columns.score(names::score(number)).write(out)?;
    write!(out, "ID=gene:{id};Name={};", names::name(number))?;
    write!(out, "biotype={}", gene.kind.biotype())?;
    if gene.kind == Kind::Coding {
        write!(out, ";description={}", escape(names::description(number)))?;
        write!(out, ";Dbxref={}", names::cross_references(number).join(","))?;
    }
    writeln!(out)?;
    let transcripts = || 0..gene.transcripts.len();
    if shares_exons(gene) {
        for index in transcripts() {
            transcript(out, sequence, gene, index)?;
        }
        shared_exons(out, sequence, gene)?;
        for index in transcripts() {
            coding(out, sequence, gene, index)?;
        }
    } else {
        for index in transcripts() {
            transcript(out, sequence, gene, index)?;
            exons(out, sequence, gene, index)?;
            coding(out, sequence, gene, index)?;
        }
    }
    Ok(())
}

/// Tells whether an exon of several transcripts is one line with several parents, or one line each.
fn shares_exons(gene: &Gene) -> bool {
    gene.transcripts.len() > 1 && gene.number % 2 == 1
}

fn transcript(
    out: &mut impl Write,
    sequence: &Sequence,
    gene: &Gene,
    index: usize,
) -> io::Result<()> {
    let transcript = &gene.transcripts[index];
    let number = gene.number;
    let (_, kind) = gene.kind.types();
    let columns = Columns::of(sequence, gene, kind, transcript.span());
    columns.score(names::score(number)).write(out)?;
    let id = names::transcript(number, index);
    write!(
        out,
        "ID=transcript:{id};Parent=gene:{};",
        names::gene(number)
    )?;
    write!(out, "Name={};", names::transcript_name(number, index))?;
    write!(out, "biotype={};tag=basic", gene.kind.biotype())?;
    let canonical = if index == 0 { ",Ensembl_canonical" } else { "" };
    writeln!(out, "{canonical}")
}

fn exons(out: &mut impl Write, sequence: &Sequence, gene: &Gene, index: usize) -> io::Result<()> {
    let transcript = &gene.transcripts[index];
    let id = names::transcript(gene.number, index);
    // The rank counts in the direction of transcription, the lines go up the sequence.
    for (rank, exon) in upwards(gene, (1..).zip(&transcript.exons)) {
        Columns::of(sequence, gene, gene.kind.exon(), *exon).write(out)?;
        writeln!(
            out,
            "ID=exon:{id}.{rank};Parent=transcript:{id};rank={rank}"
        )?;
    }
    Ok(())
}

fn shared_exons(out: &mut impl Write, sequence: &Sequence, gene: &Gene) -> io::Result<()> {
    let mut exons: Vec<Span> = Vec::new();
    for exon in gene.transcripts.iter().flat_map(|t| &t.exons) {
        if !exons.contains(exon) {
            exons.push(*exon);
        }
    }
    exons.sort_by_key(|exon| (exon.start, exon.end));
    let id = names::gene(gene.number);
    for (serial, exon) in upwards(gene, (1..).zip(&exons)) {
        let numbered = gene.transcripts.iter().enumerate();
        let parents: Vec<String> = numbered
            .filter(|(_, transcript)| transcript.exons.contains(exon))
            .map(|(index, _)| format!("transcript:{}", names::transcript(gene.number, index)))
            .collect();
        Columns::of(sequence, gene, gene.kind.exon(), *exon).write(out)?;
        writeln!(out, "ID=exon:{id}.e{serial};Parent={}", parents.join(","))?;
    }
    Ok(())
}

/// Writes the CDS, all its lines with one ID, and the untranslated regions, which have none.
fn coding(out: &mut impl Write, sequence: &Sequence, gene: &Gene, index: usize) -> io::Result<()> {
    let transcript = &gene.transcripts[index];
    let id = names::transcript(gene.number, index);
    let parts = transcript.coding_parts(0, transcript.coding_length());
    for (part, phase) in upwards(gene, parts.into_iter()) {
        let columns = Columns::of(sequence, gene, "CDS", part);
        columns.phase(phase).write(out)?;
        writeln!(out, "ID=CDS:{id};Parent=transcript:{id};protein_id={id}p")?;
    }
    for (kind, parts) in [
        ("five_prime_UTR", transcript.five_prime_utr()),
        ("three_prime_UTR", transcript.three_prime_utr()),
    ] {
        for part in upwards(gene, parts.into_iter()) {
            Columns::of(sequence, gene, kind, part).write(out)?;
            writeln!(out, "Parent=transcript:{id}")?;
        }
    }
    Ok(())
}

/// Puts parts that are in the direction of transcription into the order of the sequence.
fn upwards<T>(gene: &Gene, parts: impl Iterator<Item = T>) -> Vec<T> {
    let mut parts: Vec<T> = parts.collect();
    if gene.strand == Strand::Reverse {
        parts.reverse();
    }
    parts
}

/// Escapes what has a meaning in column 9 (GFF3 1.26, "Column 9: attributes").
fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', ';', '=', '&', ',']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            ';' => escaped.push_str("%3B"),
            '=' => escaped.push_str("%3D"),
            '&' => escaped.push_str("%26"),
            ',' => escaped.push_str("%2C"),
            _ => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_column_nine_reserves_is_escaped() {
        for (text, escaped) in [
            ("demo kinase", "demo kinase"),
            ("50%, or less; a=b & c", "50%25%2C or less%3B a%3Db %26 c"),
            ("naïve", "naïve"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }
}
