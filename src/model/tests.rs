//! Gene models of small files, written out.

use std::fmt::Write;

use super::*;
use crate::{coords::Interval, query::Database};

fn bases(all: impl IntoIterator<Item = Interval>) -> String {
    let all = all.into_iter().map(|b| format!("{}-{}", b.first, b.last));
    all.collect::<Vec<_>>().join(",")
}

/// Returns the models of a file, a transcript a line.
fn models(text: &str) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    let (file, target) = (dir.path().join("a.gff"), dir.path().join("a.sqlite"));
    std::fs::write(&file, text).expect("a file");
    crate::Loader::new(&target).load(&[file]).expect("it loads");
    let database = Database::open(&target).expect("a database");
    let mut out = String::new();
    each_gene(database.connection(), |gene| {
        let name = gene.record.map_or(String::from("-"), |n| n.to_string());
        for t in &gene.transcripts {
            let strand = t.strand.unwrap_or('.');
            let _ = write!(out, "{name} {} {strand} ", t.record);
            let mark = |origin| match origin {
                Origin::Annotated => "",
                Origin::Derived => "*",
            };
            let _ = write!(
                out,
                "exons{} {}",
                mark(t.exon_origin),
                bases(t.exons.clone())
            );
            let _ = write!(
                out,
                " introns {}",
                bases(t.introns.iter().map(|intron| intron.bases))
            );
            let cds = t.cds.iter().map(|part| {
                let phase = part
                    .phase
                    .map_or(String::from("."), |phase| phase.to_string());
                format!("{}/{phase}", bases([part.bases]))
            });
            let _ = write!(out, " cds {}", cds.collect::<Vec<_>>().join(","));
            let utrs = t.utrs.iter().map(|utr| {
                let side = match utr.side {
                    Some(UtrSide::Five) => "5:",
                    Some(UtrSide::Three) => "3:",
                    None => "",
                };
                format!("{side}{}", bases([utr.bases]))
            });
            let utrs = utrs.collect::<Vec<_>>().join(",");
            let _ = writeln!(out, " utrs{} {utrs}", mark(t.utr_origin));
        }
        if gene.transcripts.is_empty() {
            let _ = writeln!(out, "{name} none");
        }
        Ok(())
    })
    .expect("models");
    out
}

/// Makes lines of `type start end strand phase attributes`.
fn gff3(lines: &[&str]) -> String {
    let mut text = String::from("##gff-version 3\n##sequence-region s 1 1000\n");
    for line in lines {
        let c: Vec<&str> = line.splitn(6, ' ').collect();
        let _ = writeln!(
            text,
            "s\t.\t{}\t{}\t{}\t.\t{}\t{}\t{}",
            c[0], c[1], c[2], c[3], c[4], c[5]
        );
    }
    text
}

#[test]
fn a_transcript_is_made_of_its_parts() {
    for (lines, expected) in [
        // Parts in any order, and before what they are parts of.
        (
            &[
                "exon 81 90 + . Parent=t",
                "CDS 15 30 + 0 Parent=t;ID=c",
                "CDS 81 84 + 2 Parent=t;ID=c",
                "mRNA 11 90 + . ID=t;Parent=g",
                "exon 11 30 + . Parent=t",
                "gene 11 90 + . ID=g",
            ][..],
            "6 4 + exons 11-30,81-90 introns 31-80 cds 15-30/0,81-84/2 utrs* 5:11-14,3:85-90\n",
        ),
        // On the other strand, transcription goes down.
        (
            &[
                "gene 11 90 - . ID=g",
                "mRNA 11 90 - . ID=t;Parent=g",
                "exon 11 30 - . Parent=t",
                "exon 81 90 - . Parent=t",
                "CDS 15 30 - 2 Parent=t",
                "CDS 81 84 - 0 Parent=t",
            ],
            "1 2 - exons 11-30,81-90 introns 31-80 cds 81-84/0,15-30/2 utrs* 3:11-14,5:85-90\n",
        ),
        // No exons: CDS and UTRs are, where they touch as one.
        (
            &[
                "gene 1 60 + . ID=g",
                "mRNA 1 60 + . ID=t;Parent=g",
                "five_prime_UTR 1 9 + . Parent=t",
                "CDS 10 20 + . Parent=t",
                "CDS 31 40 + . Parent=t",
                "three_prime_UTR 51 60 + . Parent=t",
            ],
            "1 2 + exons* 1-20,31-40,51-60 introns 21-30,41-50 cds 10-20/.,31-40/. utrs 5:1-9,3:51-60\n",
        ),
        // UTRs without CDS: their types tell the sides.
        (
            &[
                "mRNA 1 60 - . ID=t",
                "five_prime_UTR 50 60 - . Parent=t",
                "UTR 1 9 - . Parent=t",
            ],
            "- 1 - exons* 1-9,50-60 introns 10-49 cds  utrs 1-9,5:50-60\n",
        ),
        // A gene that is its own transcript, and one that is so beside another.
        (
            &[
                "gene 1 60 + . ID=g",
                "CDS 1 30 + 0 Parent=g",
                "CDS 41 60 + 0 Parent=g",
            ],
            "1 1 + exons* 1-30,41-60 introns 31-40 cds 1-30/0,41-60/0 utrs* \n",
        ),
        (
            &[
                "gene 1 60 + . ID=g",
                "mRNA 1 60 + . ID=t;Parent=g",
                "exon 1 9 + . Parent=t,g",
            ],
            "1 2 + exons 1-9 introns  cds  utrs \n1 1 + exons 1-9 introns  cds  utrs \n",
        ),
        // A type without a class that has exons; one that has CDS, and is of a gene; a protein.
        (
            &[
                "gene 1 60 + . ID=g",
                "odd_RNA 1 60 + . ID=t;Parent=g",
                "exon 1 9 + . Parent=t",
                "other 1 60 + . ID=u;Parent=g",
                "CDS 1 9 + . Parent=u",
                "protein 1 60 + . ID=p",
                "CDS 1 9 + . Parent=p",
            ],
            "1 2 + exons 1-9 introns  cds  utrs \n1 4 + exons* 1-9 introns  cds 1-9/. utrs* \n",
        ),
        // What has no parts is one exon. A part of a transcript may be one.
        (
            &[
                "gene 1 60 + . ID=g",
                "pre_miRNA 1 60 + . ID=t;Parent=g",
                "miRNA 3 20 + . ID=m;Parent=t",
            ],
            "1 2 + exons* 1-60 introns  cds  utrs \n1 3 + exons* 3-20 introns  cds  utrs \n",
        ),
        // One feature on two lines, of two strands: parts in the order of the file.
        (
            &[
                "gene 1 90 . . ID=g",
                "mRNA 1 9 + . ID=t;Parent=g",
                "mRNA 81 90 - . ID=t;Parent=g",
                "CDS 81 90 - 0 Parent=t;ID=c",
                "CDS 1 9 + 0 Parent=t;ID=c",
            ],
            "1 2 . exons* 1-9,81-90 introns  cds 81-90/0,1-9/0 utrs* \n",
        ),
        // Exons that touch or overlap have no intron between them.
        (
            &[
                "mRNA 1 60 + . ID=t",
                "exon 1 9 + . Parent=t",
                "exon 10 20 + . Parent=t",
                "exon 15 60 + . Parent=t",
            ],
            "- 1 + exons 1-9,10-20,15-60 introns  cds  utrs \n",
        ),
        // A cycle of parents, a gene without anything, a record without coordinates.
        (
            &[
                "mRNA 1 60 + . ID=t;Parent=u",
                "mRNA 1 60 + . ID=u;Parent=t",
                "gene 1 60 + . ID=g",
                "mRNA . . + . ID=v",
            ],
            "3 none\n- none\n",
        ),
        // A circle: what is behind the origin is counted on.
        (
            &[
                "region 1 1000 . . ID=s;Is_circular=true",
                "gene 991 1020 + . ID=g",
                "mRNA 991 1020 + . ID=t;Parent=g",
                "exon 991 1000 + . Parent=t",
                "exon 6 20 + . Parent=t",
                "CDS 995 8 + 0 Parent=t",
            ],
            "2 3 + exons 991-1000,1006-1020 introns 1001-1005 cds 995-1008/0 utrs* 5:991-994,3:1009-1020\n",
        ),
    ] {
        assert_eq!(models(&gff3(lines)), expected, "{lines:#?}");
    }
}

#[test]
fn one_id_on_two_sequences_is_two_genes() {
    let lines = [
        "gene 1 9 + . ID=g",
        "mRNA 1 9 + . ID=t;Parent=g",
        "exon 2 8 + . Parent=t",
    ];
    let one = gff3(&lines);
    let text = one.clone() + &one.replace("\ns\t", "\nz\t").replace("\t8\t", "\t7\t");
    let expected = "1 2 + exons 2-8 introns  cds  utrs \n4 5 + exons 2-7 introns  cds  utrs \n";
    assert_eq!(models(&text), expected);
}

#[test]
fn in_gtf_the_stop_codon_is_no_utr() {
    let line = |ty, start, end, phase| {
        format!("s\t.\t{ty}\t{start}\t{end}\t.\t+\t{phase}\tgene_id \"g\"; transcript_id \"t\";\n")
    };
    let text = [
        line("exon", 1, 30, "."),
        line("CDS", 4, 18, "0"),
        line("stop_codon", 19, 21, "0"),
    ]
    .concat();
    // The gene and the transcript are inferred.
    let expected = "5 4 + exons 1-30 introns  cds 4-18/0 utrs* 5:1-3,3:22-30\n";
    assert_eq!(models(&text), expected);
}
