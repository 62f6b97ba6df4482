//! GFF3 and GTF annotation files as one indexed SQLite file.
//!
//! [`Loader`] turns files into a database, in flat memory and without losing anything of them;
//! [`query::Database`] finds records by region, name and place in the hierarchy, and [`db::open`] opens
//! the database to be asked in SQL with [`rusqlite`]. Coordinates are 1-based and both ends are inside,
//! everywhere but in BED.
//!
//! # Examples
//!
//! Load a file:
//!
//! ```
//! # fn main() -> gffdb::Result<()> {
//! # let directory = tempfile::tempdir().unwrap();
//! # let database = directory.path().join("demo.sqlite");
//! # gffdb::demo::Demo::new().write(directory.path())?;
//! # let file = directory.path().join("demo.gff3");
//! let report = gffdb::Loader::new(&database).promote(["Name"]).load(&[file])?;
//! assert_eq!(report.datasets[0].dataset, "demo");
//! assert_eq!(report.datasets[0].records, 289);
//! # Ok(())
//! # }
//! ```
//!
//! Ask it: which genes share a base with bases 6,000 to 8,000 of chr1?
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let database = directory.path().join("demo.sqlite");
//! # gffdb::demo::Demo::new().write(directory.path())?;
//! # let file = directory.path().join("demo.gff3");
//! # gffdb::Loader::new(&database).promote(["Name"]).load(&[file])?;
//! let connection = gffdb::db::open(&database)?;
//! let mut statement = connection.prepare(
//!     "SELECT Name FROM gene WHERE seqid = ?1 AND start <= ?3 AND end >= ?2 ORDER BY start",
//! )?;
//! let names = statement
//!     .query_map(("chr1", 6_000, 8_000), |row| row.get(0))?
//!     .collect::<Result<Vec<String>, _>>()?;
//! assert_eq!(names, ["fpr3", "naïve1", "pjy2"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! From bytes to rows and back; each uses only those above it:
//!
//! | module | holds |
//! | --- | --- |
//! | `error` | errors, with a place in the file |
//! | [`coords`] | stretches of bases, and circles |
//! | [`class`] | what a feature type is: a gene, a transcript, an exon, … |
//! | [`gff`] | lines, records, attributes and their spelling, in GFF3 and GTF |
//! | [`input`] | files opened, decompressed, cut into blocks of whole lines |
//! | [`output`] | standard output, or a file that is there wholly or not at all |
//! | [`db`] | the database: its schema, how it is opened, SQL functions |
//! | [`export`] | a dataset written back as the file that it was |
//! | [`load`] | files, and datasets of databases, become a database |
//! | `tree` | who is whose parent |
//! | [`model`] | gene models: genes, transcripts, exons, coding sequence, introns, UTRs |
//! | [`query`] | a database asked |
//! | [`nearest`](mod@nearest) | the features nearest to places |
//! | [`coverage`](mod@coverage) | how much of sequences features cover |
//! | [`derive`](mod@derive) | what follows from gene models: introns, splice sites, UTRs |
//! | [`check`] | what is wrong with a file |
//! | [`write`](mod@write) | rows and records written in the format that the next program wants |
//! | [`sql`] | the user's own SQL |
//! | [`demo`] | a small made-up genome to try things on |

pub mod check;
pub mod class;
pub mod coords;
pub mod coverage;
pub mod db;
pub mod demo;
pub mod derive;
mod error;
pub mod export;
pub mod gff;
pub mod input;
pub mod load;
pub mod model;
pub mod nearest;
pub mod output;
pub mod query;
pub mod sql;
mod tree;
pub mod write;

pub use self::{
    error::{DiskUse, Error, ErrorKind, Location, Problem, Result},
    load::{Empty, Existing, Loader, Report},
};
