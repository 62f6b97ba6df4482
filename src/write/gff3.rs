//! GFF3: records as they were loaded, under directives that make the file valid on its own.

use std::{collections::HashSet, sync::LazyLock};

use rusqlite::Connection;

use super::line_renderer::{LineRenderer, Pair};
use crate::{
    class::Class,
    gff::{Spelling, Syntax, encode_plain},
    query::{Lengths, Row, Sequences},
    tree::Tree,
};

/// The first line of a file.
pub(super) const VERSION: &[u8] = b"##gff-version 3\n";

/// Writes GFF3.
pub struct Gff3<'d> {
    spelled: LineRenderer<'d>,
    lengths: Lengths<'d>,
    /// Sequences whose directive is written.
    told: HashSet<String>,
    last: Option<String>,
    begun: bool,
    ninth: Vec<u8>,
    tree: Tree<'d>,
    /// Genes that had the ID of a transcript, and have another.
    pub renamed: u64,
}

impl<'d> Gff3<'d> {
    /// Starts a file.
    pub fn new(connection: &'d Connection, spelled: LineRenderer<'d>) -> rusqlite::Result<Self> {
        Ok(Self {
            spelled,
            lengths: Lengths::new(connection),
            told: HashSet::new(),
            last: None,
            begun: false,
            ninth: Vec::new(),
            tree: Tree::new(connection)?,
            renamed: 0,
        })
    }

    /// Writes `##gff-version 3`, once.
    pub fn begin(&mut self, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.begun, true) {
            out.extend_from_slice(VERSION);
        }
    }

    /// Writes a record, and before the first one of a sequence whose length is known, its
    /// `##sequence-region`.
    pub fn record(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> rusqlite::Result<()> {
        self.begin(out);
        if self.last.as_deref() != row.seqid() {
            self.last = row.seqid().map(str::to_owned);
            if let Some(seqid) = row.seqid()
                && self.told.insert(seqid.to_owned())
            {
                sequence_region(seqid, &mut self.lengths, self.spelled.sequences(), out)?;
            }
        }
        self.line(row, out)
    }

    /// Writes a record's line alone.
    pub fn line(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> rusqlite::Result<()> {
        let is_gff3 = self.spelled.syntax(row)? == Syntax::Gff3;
        if is_gff3 && !self.spelled.is_bare(row)? {
            self.spelled.line(row, None, out)?;
        } else {
            self.ninth.clear();
            let mut attributes = match is_gff3 {
                true => self.spelled.bare(row),
                false => self.spelled.attributes(row, Syntax::Gtf)?,
            };
            self.tell_apart(row, &mut attributes)?;
            ninth(&attributes, &mut self.ninth);
            let ninth = std::mem::take(&mut self.ninth);
            self.spelled.line(row, Some(&ninth), out)?;
            self.ninth = ninth;
        }
        out.push(b'\n');
        Ok(())
    }
}

impl Gff3<'_> {
    /// Gives a gene that has the ID of a transcript another: in GTF, `gene_id` and `transcript_id` may be the same, and
    /// in GFF3 the transcript would be its own parent.
    fn tell_apart(&mut self, row: &Row<'_>, attributes: &mut [Pair<'_>]) -> rusqlite::Result<()> {
        let (key, id) = match self.tree.classes().of(row.ty()) {
            Some(Class::Gene) => ("ID", row.id()),
            Some(Class::Transcript) => ("Parent", row.parent()),
            _ => return Ok(()),
        };
        let Some(id) = id else { return Ok(()) };
        if !self.tree.is_gene_and_transcript(row.dataset(), id)? {
            return Ok(());
        }
        let all = attributes.iter_mut().filter(|(of, _)| *of == key);
        for value in all.flat_map(|(_, values)| values) {
            *value = format!("gene:{value}").into();
        }
        self.renamed += u64::from(key == "ID");
        Ok(())
    }
}

/// Writes the directive of a sequence, where its length is known.
pub(super) fn sequence_region(
    seqid: &str,
    lengths: &mut Lengths<'_>,
    sequences: &Sequences,
    out: &mut Vec<u8>,
) -> rusqlite::Result<()> {
    if let Some(length) = lengths.of(seqid)? {
        out.extend_from_slice(b"##sequence-region ");
        encode_plain(sequences.shown(seqid), false, out);
        out.extend_from_slice(format!(" 1 {length}\n").as_bytes());
    }
    Ok(())
}

/// What separates values, keys and values, and what begins an escape: GFF3 1.26, "These characters have reserved
/// meanings in column 9 and must be escaped when used in other contexts", and "%".
static ESCAPED: LazyLock<Spelling> = LazyLock::new(|| "%25%2C%3D%26".parse().unwrap_or_default());

/// Writes the ninth column of a GTF record in GFF3: `ID` and `Parent` from where `gene_id` and
/// `transcript_id` were, a key that comes several times once, with its values behind commas. An empty `gene_id` or
/// `transcript_id` says nothing.
fn ninth(all: &[Pair<'_>], out: &mut Vec<u8>) {
    let is_empty = |(key, values): &Pair<'_>| {
        matches!(&**key, "gene_id" | "transcript_id") && values.iter().all(|value| value.is_empty())
    };
    let start = out.len();
    for (key, values) in all.iter().filter(|pair| !is_empty(pair)) {
        if out.len() > start {
            out.push(b';');
        }
        encode_plain(&key.replace(['=', ','], "_"), true, out);
        out.push(b'=');
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            ESCAPED.encode(value, true, out);
        }
    }
    if out.len() == start {
        out.push(b'.');
    }
}
