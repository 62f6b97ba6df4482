//! Gene models: the genes of a database, their transcripts, and of what these consist.
//!
//! What a record's parts are is told by `tree`, what a type is by [`class`](crate::class). Here it is decided,
//! once, what they make together:
//!
//! - Parts are on the transcript's own sequence. A part with several parents belongs to each. Lines that
//!   share an ID are one feature.
//! - A record of class `transcript` is a transcript. So is one of a type without a class that has exons, or is
//!   of a gene and has CDS or UTRs. A gene with exons or CDS of its own is its own transcript.
//! - Exons are those of class `exon`. Where a transcript has none, its CDS and UTRs, joined where they touch,
//!   are its exons; where it has none of these either, all of it is one.
//! - Introns are the gaps between consecutive exons, never of 0 bases, and never between exons of two strands.
//! - UTRs are those of the file or, where a transcript has none and has CDS, what its exons have before and
//!   behind the coding bases, stop codon included.
//! - Coding sequence is in the order of transcription, with the phases that the file has. Where strands
//!   differ, as of what is trans-spliced, the order is that of the file.
//!
//! What was made of something else is [`Origin::Derived`].
//!
//! # Examples
//!
//! ```
//! # fn main() -> gffdb::Result<()> {
//! # let dir = tempfile::tempdir().unwrap();
//! # let database = dir.path().join("demo.sqlite");
//! # gffdb::demo::Demo::new().write(dir.path())?;
//! # gffdb::Loader::new(&database).load(&[dir.path().join("demo.gff3")])?;
//! let database = gffdb::query::Database::open(&database)?;
//! let mut introns = 0;
//! gffdb::model::each_gene(database.connection(), |gene| {
//!     introns += gene.transcripts.iter().map(|t| t.introns.len()).sum::<usize>();
//!     Ok(())
//! })
//! .map_err(|e| gffdb::Error::sqlite(database.path(), e))?;
//! assert_eq!(introns, 70);
//! # Ok(())
//! # }
//! ```

mod genes;
mod parts;
mod transcript;

#[cfg(test)]
mod tests;

pub(crate) use self::parts::Models;
pub use self::{
    genes::{Gene, Genes, each_gene},
    transcript::{CdsPart, Intron, Origin, Transcript, UtrPart, UtrSide},
};
