//! Consumers: what a program that reads annotation files refuses or drops.
//!
//! Each consumer is a table of codes and a file of SELECTs in `schema/check/`. A rule is there only
//! where the program's source says it; its basis names the place. An error is what stops the
//! program, a warning what it leaves out, an info what else to know.

use std::{fmt, str::FromStr};

use super::{codes::Code, store::Store};
use crate::{Error, Result, input::Compression};

mod cellranger;
mod csq;
mod jbrowse;
mod txdb;
mod vep;

/// A program that reads annotation files.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Consumer {
    /// Ensembl's Variant Effect Predictor, `vep --gff` and `vep --gtf`.
    Vep,
    /// `bcftools csq --gff-annot`.
    Csq,
    /// `makeTxDbFromGFF` of Bioconductor's txdbmaker, earlier in GenomicFeatures.
    TxDb,
    /// 10x Genomics' `cellranger mkref --genes`.
    CellRanger,
    /// JBrowse 2, as a track of a GFF3 file with a tabix index.
    JBrowse,
}

impl Consumer {
    /// Every consumer, in the order that help texts list them.
    pub const ALL: [Self; 5] = [
        Self::Vep,
        Self::Csq,
        Self::TxDb,
        Self::CellRanger,
        Self::JBrowse,
    ];

    /// Returns the name that a user types: `vep`, `csq`, `txdb`, `cellranger` or `jbrowse`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vep => "vep",
            Self::Csq => "csq",
            Self::TxDb => "txdb",
            Self::CellRanger => "cellranger",
            Self::JBrowse => "jbrowse",
        }
    }

    /// Returns the codes that can be found for it.
    pub const fn codes(self) -> &'static [Code] {
        match self {
            Self::Vep => vep::CODES,
            Self::Csq => csq::CODES,
            Self::TxDb => txdb::CODES,
            Self::CellRanger => cellranger::CODES,
            Self::JBrowse => jbrowse::CODES,
        }
    }

    /// Finds what it refuses or drops; `compression` is `None` where there is no file.
    pub(super) fn run(self, store: &mut Store, compression: Option<Compression>) -> Result<()> {
        store.run(include_str!("../../schema/check/consumer.sql"))?;
        let indexed = match self {
            Self::Vep => Some("vep-not-indexed"),
            Self::JBrowse => Some("jbrowse-not-indexed"),
            _ => None,
        };
        if let Some(code) = indexed
            && compression.is_some_and(|found| found != Compression::Bgzf)
        {
            store.add(None, code, || {
                String::from(
                    "expected a file compressed with bgzip and indexed with tabix; sort, compress \
                     and index it first",
                )
            })?;
        }
        store.run(match self {
            Self::Vep => vep::SQL,
            Self::Csq => csq::SQL,
            Self::TxDb => txdb::SQL,
            Self::CellRanger => cellranger::SQL,
            Self::JBrowse => jbrowse::SQL,
        })
    }
}

impl fmt::Display for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Consumer {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|consumer| consumer.name() == name)
            .ok_or_else(|| {
                let names = Self::ALL.map(Self::name).join(", ");
                Error::usage(format!("no consumer {name:?}; the consumers are {names}"))
            })
    }
}
