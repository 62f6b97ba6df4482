//! Cell Ranger mkref: `lib/python/cellranger/reference.py` (`NewGtfParser`) and
//! `reference_builder.py` of 10XGenomics/cellranger, version 8 and later.

use crate::check::codes::{
    Code,
    Severity::{Error, Warning},
    code,
};

pub(super) const SQL: &str = include_str!("../../../schema/check/cellranger.sql");

#[rustfmt::skip]
pub(super) const CODES: &[Code] = &[
    code("column-count", Error, "a record does not have nine columns", "reference.py, gtf_reader_iter: \"Invalid number of columns (%d, expect 9) in GTF line\""),
    code("cellranger-gff3", Error, "attributes are GFF3's, and mkref reads GTF only", "reference.py, _attribute_pattern"),
    code("cellranger-coordinates", Error, "start or end is no number, start is below 1, or end is before start", "reference.py, gtf_reader_iter: \"Start position of feature = … > End position of feature\""),
    code("cellranger-strand", Error, "a record's strand is neither + nor -", "reference.py, gtf_reader_iter: \"Invalid strand in GTF line\"; constants.py, STRANDS"),
    code("cellranger-transcript-id", Error, "an exon or transcript has no transcript_id, or one that is empty or has ';' or a blank", "reference.py, validate_transcript_id"),
    code("cellranger-gene-id", Error, "an exon or transcript has no gene_id, or one that is empty or has ';'", "reference.py, validate_gene_id"),
    code("cellranger-transcript-genes", Error, "exons of one transcript have different gene_id or gene_name", "reference.py, load_gtf: assert transcripts[transcript_id].gene == gene"),
    code("cellranger-no-exon", Error, "the file has no exon", "reference_builder.py, write_genome_gtf: \"The supplied GTF file does not contain any exon features\""),
    code("cellranger-transcript-sequences", Warning, "a transcript is on several sequences, and only the first is counted", "reference_builder.py, write_genome_gtf: \"The following transcripts appear on multiple chromosomes in the GTF\""),
];
