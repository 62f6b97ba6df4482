//! What follows from gene models: introns, splice sites, UTRs, starts and ends of transcription, one row each.
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

mod lines;
mod parallel;
mod places;
mod selection;
mod unique;

pub use self::{
    lines::{LineFormat, Lines},
    selection::Selected,
    unique::Unique,
};
use crate::{Result, model, query::Database};

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

impl What {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::Introns,
        Self::SpliceSites,
        Self::Utrs,
        Self::Parts,
        Self::Tss,
        Self::Tes,
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
        }
    }

    /// Returns the columns of a row, those of the view.
    pub fn columns(self) -> Vec<&'static str> {
        let further: &[&str] = match self {
            Self::Introns => &["number", "length", "in_cds", "origin"],
            Self::SpliceSites => &["kind", "intron", "origin"],
            Self::Utrs => &["part", "number", "origin"],
            Self::Parts => &["part", "number", "phase", "origin"],
            Self::Tss | Self::Tes => &["origin"],
        };
        COMMON.iter().chain(further).copied().collect()
    }
}

/// A row: as many values as [`What::columns`] has names.
pub type Values<'a> = [ValueRef<'a>];

/// Hands on each row, gene by gene in file order; of the selected genes and transcripts alone, where any are selected.
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
    let mut of_gene = |gene: model::Gene| {
        for transcript in &gene.transcripts {
            if selected.is_none_or(|selected| selected.has(&gene, transcript)) {
                places::rows(what, &gene, transcript, each)?;
            }
        }
        Ok(())
    };
    match selected {
        None => parallel::each_gene(database, &mut of_gene),
        Some(selected) => selected.each_gene(database, &mut of_gene),
    }
}
