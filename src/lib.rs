//! GFF3 and GTF annotation files as one indexed SQLite file.

pub mod check;
pub mod db;
pub mod demo;
mod error;
pub mod gff;
pub mod input;
pub mod load;
pub mod query;
pub mod write;

pub use self::{
    error::{Error, ErrorKind, Location, Problem, Result},
    load::{Existing, Loader, Report},
};
