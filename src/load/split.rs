//! Column 9 of one record, split into promoted values, a rest, and how the two were arranged.

use std::{fmt::Write, sync::LazyLock};

use memchr::memmem::Finder;

use crate::{
    gff::{Attribute, Attributes, Spelling, Syntax, decode, find, gtf},
    load::promote::Promotion,
};

/// What was found in one ninth column. The vectors are used again for the next record.
#[derive(Debug, Default)]
pub struct Split<'a> {
    /// The promoted attributes, in the order of the line: place among the promoted, attribute.
    pub taken: Vec<(usize, Attribute<'a>)>,
    /// Values that are promoted to a second column as well, and leave the rest only once; and those of
    /// keys that come several times, which stay in the rest.
    pub copies: Vec<(usize, Attribute<'a>)>,
    /// How the rest is spelled.
    pub rest: Rest<'a>,
    /// The places of keys that come several times, each with a value.
    pub repeated: Vec<usize>,
    /// Whether the attribute syntax is GTF's.
    pub gtf: bool,
    /// Whether the column is nothing but promoted `key=value`, unescaped: then the places alone say
    /// how it lay.
    pub regular: bool,
}

/// What is left of a ninth column.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Rest<'a> {
    /// Nothing.
    #[default]
    Nothing,
    /// One stretch of the line.
    Slice(&'a str),
    /// Several stretches, put together by [`Split::assemble`].
    Scattered,
}

/// The place of `ID` among the promoted keys.
pub const ID: usize = 0;
/// The place of `Parent` among the promoted keys.
pub const PARENT: usize = 1;

impl<'a> Split<'a> {
    /// Splits a ninth column. Returns whether it lies in the plain order; if not,
    /// [`Split::describe`] gives its layout.
    pub fn read(
        &mut self,
        column: &'a str,
        ty: &str,
        promotion: &mut Promotion,
        new: &mut Vec<String>,
    ) -> bool {
        self.taken.clear();
        self.copies.clear();
        self.repeated.clear();
        self.rest = Rest::Nothing;
        self.gtf = false;
        self.regular = false;
        if column == "." {
            return true;
        }
        let syntax = Syntax::of(column);
        self.gtf = syntax == Syntax::Gtf;
        let runs_on = self.take(column, syntax, promotion, new);
        let has_id = || {
            let mut all = self.taken.iter().chain(&self.copies);
            all.any(|(place, _)| *place <= PARENT)
        };
        if self.gtf || !has_id() {
            self.take_gtf(column, ty, syntax, runs_on);
        }
        self.set_rest(column);
        if !self.taken.is_empty() && self.rest_reads_otherwise(column, syntax) {
            // Then the rest is all of the column, which reads as what it is.
            self.copies.append(&mut self.taken);
            self.set_rest(column);
        }
        let plain = self.copies.is_empty() && self.is_plain(column, promotion.names());
        self.regular = !plain && self.is_regular(column, promotion.names());
        plain
    }

    /// Tells whether the column may be nothing but the name of a gene or a transcript, as AUGUSTUS
    /// writes them between lines of GTF: `g1`, `g1.t1`.
    pub fn names_itself(&self, column: &str, ty: &str) -> bool {
        self.taken.is_empty()
            && self.copies.is_empty()
            && !matches!(column, "" | ".")
            && !column.trim_end().contains(['=', '"', ' '])
            && gtf::Level::of(&decode(ty)) != gtf::Level::Part
    }

    fn is_regular(&self, column: &str, names: &[String]) -> bool {
        let mut offset = 0;
        let all = self.taken.iter().all(|(place, attribute)| {
            let value = attribute.value.unwrap_or_default();
            let same = attribute.offset == offset
                && attribute.key.len() + 1 + value.len() == attribute.segment.len()
                && names[*place] == attribute.key
                && memchr::memchr(b'%', value.as_bytes()).is_none();
            offset += attribute.segment.len() + 1;
            same
        });
        all && !self.gtf && offset == column.len() + 1
    }

    /// Takes the attribute of each promoted key that has a value; where several have one, its column is a
    /// copy of all. Returns whether attributes follow one another without a semicolon.
    fn take(
        &mut self,
        column: &'a str,
        syntax: Syntax,
        promotion: &mut Promotion,
        new: &mut Vec<String>,
    ) -> bool {
        // One bit a place; there are MOST_COLUMNS at most beside those that were named.
        let mut seen = [0_u64; 4];
        promotion.begin_line();
        let mut runs_on = false;
        let mut all = Attributes::with_syntax(column, syntax);
        let mut inner: Option<Attribute> = None;
        while let Some(attribute) = inner.take().or_else(|| all.next()) {
            inner = attribute.run_on();
            runs_on |= inner.is_some();
            if attribute.value.is_none_or(str::is_empty) {
                continue;
            }
            let Some(place) = promotion.place(attribute.key, new) else {
                continue;
            };
            match seen.get_mut(place / 64) {
                Some(bits) if *bits & (1 << (place % 64)) == 0 => *bits |= 1 << (place % 64),
                None if self.taken.iter().all(|(other, _)| *other != place) => {}
                _ => {
                    // A feature has one ID, and of two the first.
                    if place != ID && !self.repeated.contains(&place) {
                        self.repeated.push(place);
                    }
                    continue;
                }
            }
            self.taken.push((place, attribute));
            // Nearly all lines have ID and Parent in front: what follows need not be split.
            if promotion.names().len() == 2
                && self.taken.len() == 2
                && !promotion.all()
                && !runs_on
                && !again(&column.as_bytes()[attribute.offset + attribute.segment.len()..])
            {
                break;
            }
        }
        for place in &self.repeated {
            let of_key = self.taken.iter().position(|(other, _)| other == place);
            self.copies.extend(of_key.map(|at| self.taken.remove(at)));
        }
        if runs_on {
            // What is not parted by a semicolon cannot be taken out.
            self.copies.append(&mut self.taken);
        }
        runs_on
    }

    /// Gives GTF records their `ID` and `Parent`: genes and transcripts are told by their type. So it
    /// is for `gene_id=g;transcript_id=t`, GTF's keys in GFF3's syntax.
    fn take_gtf(&mut self, column: &'a str, ty: &str, syntax: Syntax, runs_on: bool) {
        let is = |a: &Attribute, key: &str| a.key == key && a.value.is_some_and(|v| !v.is_empty());
        let first = |key: &str| match runs_on {
            false => Attributes::with_syntax(column, syntax).find(|a| is(a, key)),
            true => find(column, key).find(|a| is(a, key)),
        };
        let gene = first("gene_id");
        let (id, parent) = match gtf::Level::of(&decode(ty)) {
            gtf::Level::Gene => (gene, None),
            gtf::Level::Transcript => (first("transcript_id"), gene),
            gtf::Level::Part => (None, first("transcript_id").or(gene)),
        };
        for (place, attribute) in [(ID, id), (PARENT, parent)] {
            let Some(attribute) = attribute else { continue };
            let taken = self.taken.iter().chain(&self.copies);
            if taken.into_iter().any(|(other, _)| *other == place) {
                continue;
            }
            match runs_on || self.taken.iter().any(|(_, a)| a.offset == attribute.offset) {
                true => self.copies.push((place, attribute)),
                false => self.taken.push((place, attribute)),
            }
        }
        self.taken.sort_by_key(|(_, attribute)| attribute.offset);
    }

    /// The rest is a slice where the promoted attributes stand together at one end.
    fn set_rest(&mut self, column: &'a str) {
        let end = |a: &Attribute| a.offset + a.segment.len();
        let inside: usize = self.taken.iter().map(|(_, a)| a.segment.len() + 1).sum();
        self.rest = match (self.taken.first(), self.taken.last()) {
            (Some((_, first)), Some((_, last))) => {
                if inside != end(last) + 1 - first.offset {
                    Rest::Scattered
                } else if first.offset == 0 {
                    let rest = column.get(end(last) + 1..);
                    rest.map_or(Rest::Nothing, |r| Rest::Slice(r.trim_start_matches(' ')))
                } else if end(last) == column.len() {
                    Rest::Slice(&column[..first.offset - 1])
                } else {
                    Rest::Scattered
                }
            }
            _ => Rest::Slice(column),
        };
        // Nothing but semicolons and blanks is nothing; the layout has them.
        if let Rest::Slice(rest) = self.rest
            && rest.bytes().all(|b| b == b';' || b == b' ')
        {
            self.rest = Rest::Nothing;
        }
    }

    /// Tells whether the rest, by itself, would be taken for another syntax than the column has:
    /// `note "x"` of `ID=g0;note "x"`.
    fn rest_reads_otherwise(&self, column: &str, syntax: Syntax) -> bool {
        match self.rest {
            Rest::Nothing => false,
            Rest::Slice(rest) => reads_otherwise(rest, syntax),
            Rest::Scattered if self.first_of_rest(column) == Some(syntax) => false,
            Rest::Scattered => {
                let mut rest = String::with_capacity(column.len());
                self.assemble(column, &mut rest);
                reads_otherwise(&rest, syntax)
            }
        }
    }

    /// Decides the syntax of a scattered rest by its first stretch, where that is enough.
    fn first_of_rest(&self, column: &str) -> Option<Syntax> {
        let mut done = 0;
        for (_, attribute) in &self.taken {
            if attribute.offset > done {
                let stretch = &column[done..attribute.offset - 1];
                let is_empty = stretch.bytes().all(|b| b == b';' || b == b' ');
                return Syntax::of_first(stretch).filter(|_| !is_empty);
            }
            done = attribute.offset + attribute.segment.len() + 1;
        }
        None
    }

    /// Puts the stretches of a scattered rest together.
    pub fn assemble(&self, column: &str, out: &mut String) {
        let start = out.len();
        let mut done = 0;
        let mut begun = false;
        let mut push = |at: usize, stretch: &str, out: &mut String| {
            if std::mem::replace(&mut begun, true) {
                out.push(';');
                out.push_str(stretch);
            } else if at > 0 {
                out.push_str(stretch.trim_start_matches(' '));
            } else {
                out.push_str(stretch);
            }
        };
        for (_, attribute) in &self.taken {
            if attribute.offset > done {
                push(done, &column[done..attribute.offset - 1], out);
            }
            done = attribute.offset + attribute.segment.len() + 1;
        }
        if let Some(tail) = column.get(done..) {
            push(done, tail, out);
        }
        if out[start..].bytes().all(|b| b == b';' || b == b' ') {
            out.truncate(start);
        }
    }

    /// Tells whether the plain order gives this column back: promoted keys first, in the order of
    /// their columns, nothing escaped, `;` between all.
    fn is_plain(&self, column: &str, names: &[String]) -> bool {
        if self.rest == Rest::Scattered || (self.gtf && !self.taken.is_empty()) {
            return false;
        }
        let mut offset = 0;
        let mut next = 0;
        for (place, attribute) in &self.taken {
            let value = attribute.value.unwrap_or_default();
            if attribute.offset != offset
                || *place < next
                || attribute.key.len() + 1 + value.len() != attribute.segment.len()
                || names[*place] != attribute.key
                || memchr::memchr(b'%', value.as_bytes()).is_some()
            {
                return false;
            }
            next = place + 1;
            offset += attribute.segment.len() + 1;
        }
        match self.rest {
            Rest::Slice(rest) => offset + rest.len() == column.len(),
            _ => offset == column.len() + 1,
        }
    }

    /// Writes the text of the layout: the column with holes for what was taken.
    pub fn describe(&self, column: &str, names: &[String], out: &mut String) {
        let syntax = if self.gtf { Syntax::Gtf } else { Syntax::Gff3 };
        let mut taken = self.taken.iter().peekable();
        let mut first = true;
        let mut kept = 0; // attributes of the rest since the last hole
        let mut rest_begun = false;
        let flush =
            |kept: &mut usize, last: bool, before: &str, out: &mut String, first: &mut bool| {
                if *kept == 0 {
                    return;
                }
                if !std::mem::take(first) {
                    out.push(';');
                }
                out.push_str(before);
                // Writing to a string cannot fail.
                let _ = match last {
                    true => write!(out, "{{*}}"),
                    false => write!(out, "{{{kept}}}"),
                };
                *kept = 0;
            };
        let mut before = "";
        for attribute in Attributes::with_syntax(column, syntax) {
            let is_next = taken
                .peek()
                .is_some_and(|(_, a)| a.offset == attribute.offset);
            if let (true, Some((place, _))) = (is_next, taken.peek()) {
                flush(
                    &mut kept,
                    false,
                    std::mem::take(&mut before),
                    out,
                    &mut first,
                );
                if !std::mem::take(&mut first) {
                    out.push(';');
                }
                let (prefix, suffix) = attribute.around().unwrap_or_default();
                let spelling = match self.gtf {
                    true => Spelling::default(),
                    false => Spelling::of(attribute.value.unwrap_or_default()),
                };
                let _ = write!(out, "{prefix}{{{}{spelling}}}{suffix}", names[*place]);
                taken.next();
            } else if self.rest == Rest::Nothing {
                if !std::mem::take(&mut first) {
                    out.push(';');
                }
                out.push_str(attribute.segment);
            } else {
                if !rest_begun {
                    rest_begun = true;
                    let blanks =
                        attribute.segment.len() - attribute.segment.trim_start_matches(' ').len();
                    // The first attribute of the column keeps its blanks in the rest.
                    if attribute.offset > 0 {
                        before = &attribute.segment[..blanks];
                    }
                }
                kept += 1;
                if taken.peek().is_none() {
                    break;
                }
            }
        }
        flush(&mut kept, true, before, out, &mut first);
    }
}

/// Tells whether a text has other attributes in the syntax that it seems to have than in the one that
/// it has.
fn reads_otherwise(text: &str, syntax: Syntax) -> bool {
    let seems = Syntax::of(text);
    let read = |syntax| {
        let all = Attributes::with_syntax(text, syntax).flat_map(Attribute::and_run_on);
        all.map(|a| (a.key, a.decoded(), a.values().collect::<Vec<_>>()))
    };
    seems != syntax && !read(seems).eq(read(syntax))
}

/// Tells whether `Parent` may come again in what follows.
fn again(rest: &[u8]) -> bool {
    static PARENT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("Parent"));
    PARENT.find(rest).is_some()
}

#[cfg(test)]
mod tests;
