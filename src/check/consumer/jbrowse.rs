//! JBrowse 2: `plugins/gff3/src/Gff3TabixAdapter/Gff3TabixAdapter.ts` of GMOD/jbrowse-components,
//! its parser `@gmod/gff`, and what tabix asks of a file.

use crate::check::codes::{
    Code,
    Severity::{Error, Info, Warning},
    code,
};

pub(super) const SQL: &str = include_str!("../../../schema/check/jbrowse.sql");

#[rustfmt::skip]
pub(super) const CODES: &[Code] = &[
    code("jbrowse-not-sorted", Error, "records are not sorted by sequence and start, so tabix cannot index them", "tabix manual: input is position sorted; doi:10.1186/s12859-017-1930-3"),
    code("jbrowse-gtf", Error, "attributes are GTF's, and a GFF3 track reads key=value", "Gff3TabixAdapter.ts: lines go to @gmod/gff"),
    code("jbrowse-parent", Error, "no record has the ID that Parent names, and the view around it fails", "@gmod/gff, parse: \"some features reference other features that do not exist in the file (or in the same '###' scope)\""),
    code("jbrowse-outside-parent", Warning, "a record is not within its Parent, so it is missing where only the Parent is in view", "Gff3TabixAdapter.ts, getFeaturesHelper: lines are fetched from the least start to the greatest end of those in view"),
    code("jbrowse-tbi", Warning, "a record ends beyond 512 Mi bases, which needs a CSI index in place of a TBI", "samtools/htslib#348; GMOD/jbrowse-components#3788"),
    code("jbrowse-not-indexed", Info, "the file is not compressed with bgzip", "Gff3TabixAdapter.ts: gffGzLocation, index"),
];
