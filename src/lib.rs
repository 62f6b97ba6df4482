//! GFF3 and GTF annotation files as one indexed SQLite file.

pub mod db;
mod error;
pub mod query;
pub mod write;

pub use self::error::{Error, ErrorKind, Location, Problem, Result};
