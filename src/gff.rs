//! The format: lines, records, attributes, directives, and how a file spells them.
//!
//! Everything here borrows from the text it is given. GFF3 is version 1.26 of the specification
//! (2020-08-18); GTF is 2.2, and GFF2 files that look like it are read with it.

mod attributes;
mod directive;
mod escape;
pub mod gtf;
mod layout;
mod line;
mod listed;
mod record;
mod render;
mod score;
mod syntax;

pub use self::{
    attributes::{Attribute, Attributes, Values, find, joined},
    directive::Directive,
    escape::{Spelling, decode},
    layout::{Layout, Part},
    line::{Line, LineEnd},
    listed::listed,
    record::{FIELDS, Number, Record},
    render::{Columns, render_field, render_line},
    score::ScoreFormat,
    syntax::Syntax,
};
pub(crate) use self::{
    attributes::{attributes, attributes_with},
    escape::encode_plain,
    layout::put_in_quotes,
};

/// Where rendered bytes go: a buffer, a file, or a comparison with the line they must equal.
pub trait Sink {
    /// Takes the next bytes.
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// A sink that writes nothing and tells whether what it was given equals `expected`.
///
/// The proof that a record can be rendered back costs no copy this way.
#[derive(Debug)]
pub struct Compare<'a> {
    rest: &'a [u8],
    same: bool,
}

impl<'a> Compare<'a> {
    /// Returns a sink that expects these bytes.
    pub fn with(expected: &'a [u8]) -> Self {
        Self {
            rest: expected,
            same: true,
        }
    }

    /// Tells whether all that was expected came, and nothing else.
    pub fn is_same(&self) -> bool {
        self.same && self.rest.is_empty()
    }
}

impl Sink for Compare<'_> {
    fn put(&mut self, bytes: &[u8]) {
        match self.rest.split_at_checked(bytes.len()) {
            // What is put is often the very slice of the line that it is compared with.
            Some((head, tail)) if self.same && (std::ptr::eq(head, bytes) || head == bytes) => {
                self.rest = tail;
            }
            _ => self.same = false,
        }
    }
}
