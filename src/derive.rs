//! What follows from gene models: introns, splice sites, UTRs, summaries of transcripts and genes, one row each.
//!
//! [`What`] lists them. Each is a view of the same name in the database (`schema/views/`), which any SQLite client
//! reads; [`each_row`] streams the same rows from the [gene models](crate::model), in the order of the file, in the
//! memory of one gene.
//!
//! # Examples
//!
//! ```
//! # fn main() -> gffdb::Result<()> {
//! # let dir = tempfile::tempdir().unwrap();
//! # let database = dir.path().join("demo.sqlite");
//! # gffdb::demo::Demo::new().write(dir.path())?;
//! # gffdb::Loader::new(&database).load(&[dir.path().join("demo.gff3")])?;
//! use gffdb::{derive::{What, each_row}, query::Database};
//!
//! let database = Database::open(&database)?;
//! let mut introns = 0;
//! each_row(&database, What::Introns, None, &mut |_row| {
//!     introns += 1;
//!     Ok(())
//! })?;
//! assert_eq!(introns, 70);
//! # Ok(())
//! # }
//! ```

use rusqlite::types::ValueRef;

mod described;
mod lines;
mod parallel;
mod places;
mod selection;
mod summary;
mod unique;

use self::{described::Described, summary::Summary};
pub use self::{
    lines::{LineFormat, Lines},
    selection::Selected,
    unique::Unique,
};
use crate::{Result, db, model::Gene, query::Database};

/// What can be derived.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum What {
    /// Gaps between consecutive exons of a transcript.
    Introns,
    /// First and last two bases of introns.
    SpliceSites,
    /// Stretches of untranslated region.
    Utrs,
    /// Exons, coding sequence and UTRs of transcripts.
    Parts,
    /// First bases of transcripts in the order of transcription.
    Tss,
    /// Last bases of transcripts in the order of transcription.
    Tes,
    /// Stretches between genes.
    Intergenic,
    /// Transcripts, each with the number and length of its parts.
    Transcripts,
    /// Genes, each with the number of its transcripts and exons.
    Genes,
    /// The transcript that stands for each gene.
    Representative,
}

/// Columns that all rows begin with.
const COMMON: [&str; 9] = [
    "dataset",
    "seqid",
    "start",
    "end",
    "strand",
    "transcript",
    "gene",
    "transcript_record",
    "gene_record",
];

/// Columns of genes.
const GENE: [&str; 15] = [
    "dataset",
    "seqid",
    "start",
    "end",
    "strand",
    "gene",
    "gene_record",
    "transcript_count",
    "exon_count",
    "exon_bp",
    "longest_cds_bp",
    "coding_transcripts",
    "biotype",
    "name",
    "origin",
];

/// Columns of what is between genes.
const INTERGENIC: [&str; 9] = [
    "dataset",
    "seqid",
    "start",
    "end",
    "strand",
    "left_gene",
    "right_gene",
    "length",
    "origin",
];

impl What {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 10] = [
        Self::Introns,
        Self::SpliceSites,
        Self::Utrs,
        Self::Parts,
        Self::Tss,
        Self::Tes,
        Self::Intergenic,
        Self::Transcripts,
        Self::Genes,
        Self::Representative,
    ];

    /// Returns the name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Introns => "introns",
            Self::SpliceSites => "splice-sites",
            Self::Utrs => "utrs",
            Self::Parts => "parts",
            Self::Tss => "tss",
            Self::Tes => "tes",
            Self::Intergenic => "intergenic",
            Self::Transcripts => "transcripts",
            Self::Genes => "genes",
            Self::Representative => "representative",
        }
    }

    /// Returns the one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.name() == name)
    }

    /// Returns the name of the view that has the same rows.
    pub const fn view(self) -> &'static str {
        match self {
            Self::Introns => "intron",
            Self::SpliceSites => "splice_site",
            Self::Utrs => "utr_part",
            Self::Parts => "transcript_part",
            Self::Tss => "tss",
            Self::Tes => "tes",
            Self::Intergenic => "intergenic",
            Self::Transcripts => "transcript_summary",
            Self::Genes => "gene_summary",
            Self::Representative => "representative",
        }
    }

    /// Tells whether it is a part of a transcript, of which several transcripts may have the same.
    pub const fn is_of_transcript(self) -> bool {
        !matches!(
            self,
            Self::Intergenic | Self::Transcripts | Self::Genes | Self::Representative
        )
    }

    /// Returns the columns of a row, those of the view.
    pub fn columns(self) -> Vec<&'static str> {
        let further: &[&str] = match self {
            Self::Introns => &["number", "length", "in_cds", "origin"],
            Self::SpliceSites => &["kind", "intron", "origin"],
            Self::Utrs => &["part", "number", "origin"],
            Self::Parts => &["part", "number", "phase", "origin"],
            Self::Tss | Self::Tes => &["origin"],
            Self::Representative => &["rule", "origin"],
            Self::Transcripts => &[
                "exon_count",
                "exon_bp",
                "cds_count",
                "cds_bp",
                "protein_length",
                "utr5_bp",
                "utr3_bp",
                "intron_count",
                "intron_bp",
                "longest_intron",
                "has_start_codon",
                "has_stop_codon",
                "biotype",
                "name",
                "origin",
            ],
            Self::Genes => return GENE.to_vec(),
            Self::Intergenic => return INTERGENIC.to_vec(),
        };
        COMMON.iter().chain(further).copied().collect()
    }
}

/// A row: as many values as [`What::columns`] has names.
pub type Values<'a> = [ValueRef<'a>];

/// Hands on each row, gene by gene in file order; of the selected genes and transcripts alone, where any are selected.
/// What is between genes is between all of them, by sequence.
///
/// # Errors
///
/// The database fails, or `each` does.
pub fn each_row(
    database: &Database,
    what: What,
    selected: Option<&Selected>,
    each: &mut dyn FnMut(&Values<'_>) -> Result<()>,
) -> Result<()> {
    if what == What::Intergenic {
        return intergenic(database, each);
    }
    let mut summary = Summary::new(database, what);
    let mut of_gene = |gene: Gene, described: Described| {
        if !what.is_of_transcript() {
            return summary.rows(&gene, &described, selected, each);
        }
        for transcript in &gene.transcripts {
            if selected.is_none_or(|selected| selected.has(&gene, transcript)) {
                places::rows(what, &gene, transcript, each)?;
            }
        }
        Ok(())
    };
    match selected {
        None => parallel::each_gene(database, what, &mut of_gene),
        Some(selected) => selected.each_gene(database, what, &mut of_gene),
    }
}

/// The view is a pass over the sorted genes, and as fast as that can be.
fn intergenic(database: &Database, each: &mut dyn FnMut(&Values<'_>) -> Result<()>) -> Result<()> {
    let fail = |e| database.failed(e);
    db::schema::lend_views(database.connection(), &["_feature_line", "intergenic"])
        .map_err(fail)?;
    let sql = include_str!("../schema/derive/intergenic.sql");
    let mut statement = database.connection().prepare(sql).map_err(fail)?;
    let mut rows = statement.query([]).map_err(fail)?;
    while let Some(row) = rows.next().map_err(fail)? {
        let mut values = [ValueRef::Null; INTERGENIC.len()];
        for (place, value) in values.iter_mut().enumerate() {
            *value = row.get_ref(place).map_err(fail)?;
        }
        each(&values)?;
    }
    Ok(())
}
