//! makeTxDbFromGFF: `R/makeTxDbFromGRanges.R` of Bioconductor/txdbmaker, 2024 (before that in
//! GenomicFeatures).

use crate::check::codes::{
    Code,
    Severity::{Error, Info, Warning},
    code,
};

pub(super) const SQL: &str = include_str!("../../../schema/check/txdb.sql");

#[rustfmt::skip]
pub(super) const CODES: &[Code] = &[
    code("txdb-gene-id", Error, "a GFF3 gene has no ID", "makeTxDbFromGRanges.R: \"some genes have no 'ID' attribute\""),
    code("txdb-parent-twice", Error, "an exon or CDS names one Parent twice", "makeTxDbFromGRanges.R: \"mapped twice to the same transcript\""),
    code("txdb-orphan", Warning, "an exon or CDS is dropped because its Parent is missing or no transcript", "makeTxDbFromGRanges.R: \"couldn't be linked to a transcript so were dropped\"; types in .TX_TYPES"),
    code("txdb-cds-outside", Warning, "a transcript is dropped because a CDS of it is within none of its exons", "makeTxDbFromGRanges.R, .find_exon_cds: \"that cannot be mapped to an exon\""),
    code("txdb-parts", Warning, "a transcript of several lines is dropped because they differ in sequence, strand or type", "makeTxDbFromGRanges.R, .merge_transcript_parts: \"multiple parts that could not be merged\""),
    code("txdb-phase", Info, "a CDS has no phase", "makeTxDbFromGRanges.R: \"some CDS phases are missing or not between 0 and 2\""),
];
