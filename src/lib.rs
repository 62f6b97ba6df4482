//! GFF3 and GTF annotation files as one indexed SQLite file.

pub mod demo;
mod error;

pub use self::error::{Error, ErrorKind, Location, Problem, Result};
