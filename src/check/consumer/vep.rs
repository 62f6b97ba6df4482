//! Ensembl VEP: `modules/Bio/EnsEMBL/VEP/AnnotationSource/File/` of Ensembl/ensembl-vep, files
//! GFF.pm (documented: "GFF files must be chromosome/pos sorted, compressed with bgzip and indexed
//! with tabix"), GTF.pm and BaseGXF.pm, as of 2021 and later.

use crate::check::codes::{
    Code,
    Severity::{Error, Info, Warning},
    code,
};

pub(super) const SQL: &str = include_str!("../../../schema/check/vep.sql");

const GFF: &str = "GFF.pm: \"GFF files must be chromosome/pos sorted, compressed with bgzip and indexed with tabix.\"";

#[rustfmt::skip]
pub(super) const CODES: &[Code] = &[
    code("vep-not-sorted", Error, "records are not sorted by sequence and start", GFF),
    code("vep-child-type", Error, "a transcript has a child that is no exon, CDS, stop_codon or miRNA, and is of a type that VEP reads", "BaseGXF.pm, _create_transcript: \"Transcript has unexpected type of child record\""),
    code("vep-type", Warning, "exons or CDS are lost because their Parent is of a type that VEP passes by", "GFF.pm, %INCLUDE_FEATURE_TYPES"),
    code("vep-parent", Warning, "a record is lost because no record has the ID that its Parent names", "BaseGXF.pm, _get_parent_child_structure: \"Parent entries with the following IDs were not found\""),
    code("vep-biotype", Warning, "a GFF3 transcript is left out because it has no biotype", "GFF.pm, _record_get_biotype; BaseGXF.pm, _create_transcript: \"Unable to determine biotype\""),
    code("vep-no-exon", Warning, "a protein_coding transcript is left out because it has no exon", "BaseGXF.pm, _create_transcript: \"No exons found for protein_coding transcript\""),
    code("vep-not-indexed", Info, "the file is not compressed with bgzip", GFF),
];
