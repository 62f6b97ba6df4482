//! bcftools csq: `gff.c` of samtools/bcftools, 2025 (it reads IDs with and without Ensembl's
//! `gene:` and `transcript:`; before 1.18 both were required, see samtools/bcftools#530).

use crate::check::codes::{
    Code,
    Severity::{Error, Info, Warning},
    code,
};

pub(super) const SQL: &str = include_str!("../../../schema/check/csq.sql");

#[rustfmt::skip]
pub(super) const CODES: &[Code] = &[
    code("csq-gtf", Error, "attributes are GTF's, and csq reads ID= and Parent= only", "gff.c, gff_parse_line"),
    code("csq-transcript-id", Error, "a transcript has no ID", "gff.c, gff_parse_transcript: \"neither 'ID=transcript:' nor 'ID=' substring is present\""),
    code("csq-strand", Error, "a CDS is on the other strand than its transcript", "gff.c, register_cds: \"Conflicting strand in transcript\""),
    code("csq-phase", Error, "phases do not add up along a transcript's CDS; --force leaves the transcript out", "gff.c, tscript_init_cds: \"GFF3 assumption failed for transcript\""),
    code("csq-overlap", Error, "two CDS of a transcript overlap; --force reads them all the same", "gff.c, tscript_init_cds: \"CDS overlap in the transcript\""),
    code("csq-biotype", Warning, "a transcript is left out because its biotype is not one that csq knows", "gff.c, gff_parse_transcript: \"Ignoring transcript with unknown biotype\""),
    code("csq-several-parents", Warning, "a record is lost because it has several Parents, which are read as one name", "gff.c, gff_parse_line: Parent is read up to ';'"),
    code("csq-no-parent", Warning, "an exon, CDS or UTR is lost because it has no Parent", "gff.c, gff_parse_line: without Parent it is taken for a gene"),
    code("csq-gene-repeated", Warning, "a gene's ID comes again, and its second line is left out", "gff.c, gff_parse_gene: \"The GFF contains features with duplicate id\""),
    code("csq-phase-missing", Info, "a CDS has no phase, so its reading frame cannot be verified", "gff.c, tscript_init_cds: \"CDS with unknown phase\""),
];
