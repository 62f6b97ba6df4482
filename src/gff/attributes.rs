//! Column 9: attributes, in both of the ways that files write them.
//!
//! | | GFF3 | GTF and GFF2 |
//! | --- | --- | --- |
//! | an attribute | `Name=abc1` | `gene_name "abc1"`, `exon_number 3` |
//! | between two | `;` | `;`, usually followed by a blank; inside quotes it is text |
//! | several values | `tag=basic,CCDS` | `tag "basic"; tag "CCDS"` |
//! | special characters | `%3B` | `\"` inside quotes |
//!
//! The syntax is decided for each line by itself: one file may hold both. Blanks around a key and a
//! value are none of them, and a GTF file may have no semicolons at all: `gene_id "g" tag "b"`.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

use self::run_on::first_value;
use super::{escape::decode, syntax::Syntax};

mod run_on;

/// One attribute: a stretch of the column between two semicolons.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Attribute<'a> {
    /// The stretch, blanks and quotes included.
    pub segment: &'a str,
    /// Where it starts in the column, in bytes from 0.
    pub offset: usize,
    /// The key, without blanks around it; empty where nothing stands between two semicolons.
    pub key: &'a str,
    /// The value as written, without its quotes and without blanks around; `None` for a lone flag.
    pub value: Option<&'a str>,
    syntax: Syntax,
    /// Whether another attribute follows in the segment, because a semicolon is missing.
    runs_on: bool,
}

/// The attributes of one column, in order, empty stretches included.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    column: &'a str,
    next: Option<usize>,
    syntax: Syntax,
    /// GTF: whether a quote that closes a value may be ahead. Whether a quote does is told by what follows it
    /// alone, so where none was found for one value, none is looked for again.
    may_close: bool,
}

impl<'a> Attributes<'a> {
    /// Reads a ninth column.
    pub fn new(column: &'a str) -> Self {
        Self::with_syntax(column, Syntax::of(column))
    }

    /// Reads a ninth column whose syntax is known.
    pub fn with_syntax(column: &'a str, syntax: Syntax) -> Self {
        Self {
            column,
            next: Some(0),
            syntax,
            may_close: true,
        }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let offset = self.next?;
        let rest = &self.column[offset..];
        let (end, is_single) = match self.syntax {
            Syntax::Gff3 => (memchr(b';', rest.as_bytes()), true),
            Syntax::Gtf => gtf_end(rest, &mut self.may_close),
        };
        self.next = end.map(|end| offset + end + 1);
        let segment = &rest[..end.unwrap_or(rest.len())];
        Some(match self.syntax {
            Syntax::Gff3 => gff3(segment, offset),
            Syntax::Gtf => gtf(segment, offset, is_single),
        })
    }
}

/// `key=value`, split at the first `=`.
fn gff3(segment: &str, offset: usize) -> Attribute<'_> {
    let (key, value) = match memchr(b'=', segment.as_bytes()) {
        Some(at) => (&segment[..at], Some(trim(&segment[at + 1..]))),
        None => (segment, None),
    };
    Attribute {
        segment,
        offset,
        key: trim(key),
        value,
        syntax: Syntax::Gff3,
        runs_on: false,
    }
}

/// `key "value"`, `key"value"` or `key value`, with any blanks around; `is_single` where there can be
/// no other key in the segment.
fn gtf(segment: &str, offset: usize, is_single: bool) -> Attribute<'_> {
    let text = trim(segment);
    let (key, value) = match memchr2(b' ', b'"', text.as_bytes()) {
        Some(at) if text.as_bytes()[at] == b' ' => (&text[..at], Some(trim(&text[at..]))),
        Some(at) if at > 0 && at + 1 < text.len() && text.ends_with('"') => {
            (&text[..at], Some(&text[at..]))
        }
        _ => match memchr(b' ', text.as_bytes()) {
            Some(at) => (&text[..at], Some(trim(&text[at..]))),
            None => (text, None),
        },
    };
    let end = value.map_or(0, |value| match is_single {
        true => value.len(),
        false => first_value(value),
    });
    Attribute {
        segment,
        offset,
        key,
        value: value.map(|value| unquoted(&value[..end])),
        syntax: Syntax::Gtf,
        runs_on: value.is_some_and(|value| end < value.len()),
    }
}

fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value)
}

fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [b' ', ..] | [.., b' '] => text.trim_matches(' '),
        _ => text,
    }
}

/// Returns where the first attribute of a GTF column ends: at a semicolon outside quotes.
///
/// A quote opens only where a value begins, after a key, and closes where a semicolon or the end follows, so
/// that `note "the 5" end"; x "y"` and `note 3" long; x "y"` both keep their neighbours whole.
/// Numbers may stand between: GFF2 writes `Target "x" 10 21 ; Note "y"`. A quote that never closes
/// is text; `may_close` is set to false where there is one, for then none after it closes either.
///
/// Also tells whether the attribute surely is the only one before that semicolon.
fn gtf_end(rest: &str, may_close: &mut bool) -> (Option<usize>, bool) {
    let bytes = rest.as_bytes();
    let Some(semicolon) = memchr(b';', bytes) else {
        return (None, false);
    };
    let Some(quote) = memchr(b'"', &bytes[..semicolon]) else {
        return (Some(semicolon), true);
    };
    let before = trim(&rest[..quote]);
    if quote == 0 || !*may_close || before.contains(' ') {
        return (Some(semicolon), false);
    }
    let mut is_single = true;
    for at in memchr_iter(b'"', &bytes[quote + 1..]).map(|at| quote + 1 + at) {
        if bytes[at - 1] == b'\\' && at - 1 > quote {
            continue;
        }
        let is_number = |b: u8| matches!(b, b' ' | b'0'..=b'9' | b'+' | b'-' | b'.');
        let after = bytes[at + 1..].iter().take_while(|&&b| is_number(b));
        let after = at + 1 + after.count();
        match bytes.get(after) {
            None => return (None, is_single),
            Some(b';') => return (Some(after), is_single),
            Some(_) => is_single = false,
        }
    }
    *may_close = false;
    (Some(semicolon), false)
}

impl<'a> Attribute<'a> {
    /// Returns the value as a column holds it: `%XX` decoded in GFF3, `\"` unescaped in GTF.
    ///
    /// Commas that separate values stay, and cannot be told from escaped ones any more; for that
    /// there is [`Attribute::values`]. `None` where there is no value or an empty one.
    pub fn decoded(&self) -> Option<Cow<'a, str>> {
        let value = self.value.filter(|value| !value.is_empty())?;
        Some(match self.syntax {
            Syntax::Gff3 => decode(value),
            Syntax::Gtf => unescape(value),
        })
    }

    /// Returns the values one by one: in GFF3, what stands between unescaped commas, without blanks
    /// around, decoded. A lone flag has one, the empty text.
    pub fn values(&self) -> Values<'a> {
        Values {
            rest: Some(self.value.unwrap_or_default()),
            syntax: self.syntax,
        }
    }

    /// Returns this attribute, and those that follow in the same segment.
    pub(crate) fn and_run_on(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), Self::run_on)
    }

    /// Returns the attribute that follows in the same segment, because a semicolon is missing.
    pub(crate) fn run_on(&self) -> Option<Self> {
        let (_, after) = self.runs_on.then(|| self.around())??;
        let after = after.strip_prefix('"').unwrap_or(after);
        Some(gtf(after, self.offset, false))
    }

    /// Returns what stands before and after the value in the segment, quotes and blanks included.
    pub fn around(&self) -> Option<(&'a str, &'a str)> {
        let value = self.value?;
        // The value is a slice of the segment, so its place is the difference of the addresses.
        let start = value.as_ptr() as usize - self.segment.as_ptr() as usize;
        Some((&self.segment[..start], &self.segment[start + value.len()..]))
    }
}

fn unescape(value: &str) -> Cow<'_, str> {
    match memchr(b'\\', value.as_bytes()) {
        None => Cow::Borrowed(value),
        Some(_) => Cow::Owned(value.replace("\\\"", "\"")),
    }
}

/// The single values of one attribute.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    rest: Option<&'a str>,
    syntax: Syntax,
}

impl<'a> Iterator for Values<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.rest?;
        match self.syntax {
            Syntax::Gtf => {
                self.rest = None;
                Some(unescape(rest))
            }
            Syntax::Gff3 => {
                let end = memchr(b',', rest.as_bytes());
                self.rest = end.map(|end| &rest[end + 1..]);
                Some(decode(trim(&rest[..end.unwrap_or(rest.len())])))
            }
        }
    }
}

/// Returns the attributes of a column, or of what is left of one, those included that only a missing
/// semicolon hides in another.
pub(crate) fn attributes(column: &str) -> impl Iterator<Item = Attribute<'_>> {
    attributes_with(column, Syntax::of(column))
}

/// [`attributes`] of a column whose syntax is known.
pub(crate) fn attributes_with(column: &str, syntax: Syntax) -> impl Iterator<Item = Attribute<'_>> {
    Attributes::with_syntax(column, syntax)
        .flat_map(|attribute| std::iter::successors(Some(attribute), Attribute::run_on))
}

/// Returns the attributes of a column, or of what is left of one, that have this key.
///
/// # Examples
///
/// ```
/// let found: Vec<_> = gffdb::gff::find(r#"gene_id "g1"; tag "a"; tag "b";"#, "tag")
///     .filter_map(|attribute| attribute.decoded())
///     .collect();
/// assert_eq!(found, ["a", "b"]);
/// ```
pub fn find<'a>(column: &'a str, key: &str) -> impl Iterator<Item = Attribute<'a>> {
    attributes(column).filter(move |attribute| attribute.key == key || decode(attribute.key) == key)
}

/// Returns the values of a key, with commas between, as a column holds them: those of all attributes of
/// the key, decoded, the empty ones left out. `None` where no attribute has the key.
///
/// # Examples
///
/// ```
/// use gffdb::gff::joined;
///
/// assert_eq!(joined(r#"gene_id "g1"; tag "a"; tag "b";"#, "tag").as_deref(), Some("a,b"));
/// assert_eq!(joined("tag=a,b;Note=", "Note").as_deref(), Some(""));
/// assert_eq!(joined("tag=a,b;Note=", "note"), None);
/// ```
pub fn joined<'a>(column: &'a str, key: &str) -> Option<Cow<'a, str>> {
    let mut found = find(column, key).peekable();
    found.peek()?;
    let mut values = found.filter_map(|attribute| attribute.decoded());
    let mut all = values.next().unwrap_or_default();
    for value in values {
        let all = all.to_mut();
        all.push(',');
        all.push_str(&value);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(column: &str) -> Vec<(&str, Option<&str>)> {
        Attributes::new(column).map(|a| (a.key, a.value)).collect()
    }

    #[test]
    fn attributes_are_split_as_they_are_written() {
        type Expected<'a> = &'a [(&'a str, Option<&'a str>)];
        let cases: [(&str, Expected); 18] = [
            (
                "ID=g0;Name=a=b",
                &[("ID", Some("g0")), ("Name", Some("a=b"))],
            ),
            (
                "ID=;x;;y=",
                &[("ID", Some("")), ("x", None), ("", None), ("y", Some(""))],
            ),
            ("ID=g0;", &[("ID", Some("g0")), ("", None)]),
            ("ID=g0; Name=n", &[("ID", Some("g0")), ("Name", Some("n"))]),
            ("=v", &[("", Some("v"))]),
            (
                r#"gene_id "g0"; n 1; note "a; b""#,
                &[
                    ("gene_id", Some("g0")),
                    ("n", Some("1")),
                    ("note", Some("a; b")),
                ],
            ),
            (
                r#"a ""; b "x" ;"#,
                &[("a", Some("")), ("b", Some("x")), ("", None)],
            ),
            (
                r#"a "x\"; y"; b "z""#,
                &[("a", Some(r#"x\"; y"#)), ("b", Some("z"))],
            ),
            (
                r#"a "the 5" end"; b "z""#,
                &[("a", Some(r#"the 5" end"#)), ("b", Some("z"))],
            ),
            (
                r#"a "x;y" 10 -21 ; b "z""#,
                &[("a", Some(r#""x;y" 10 -21"#)), ("b", Some("z"))],
            ),
            (
                r#"a 3" long; b "z""#,
                &[("a", Some(r#"3" long"#)), ("b", Some("z"))],
            ),
            (r#"a "open; b "z""#, &[("a", Some(r#"open; b "z"#))]),
            (r#"a "b""#, &[("a", Some("b"))]),
            (
                " ID = g0 ; Name = a b ",
                &[("ID", Some("g0")), ("Name", Some("a b"))],
            ),
            (r#"a"x;y";b"z""#, &[("a", Some("x;y")), ("b", Some("z"))]),
            (r#"a"x"#, &[(r#"a"x"#, None)]),
            (r#"a "x" b "y""#, &[("a", Some("x"))]),
            (r#"a "the "x" gene""#, &[("a", Some(r#"the "x" gene"#))]),
        ];
        for (column, expected) in cases {
            assert_eq!(pairs(column), expected, "{column}");
        }
    }

    #[test]
    fn what_is_around_a_value_makes_the_segment_again() {
        for column in [r#" gene_id "g0" ;x 1; f"#, "ID=g0;=;Name=n "] {
            let mut again = Vec::new();
            for attribute in Attributes::new(column) {
                again.push(match (attribute.around(), attribute.value) {
                    (Some((before, after)), Some(value)) => format!("{before}{value}{after}"),
                    _ => attribute.segment.to_owned(),
                });
            }
            assert_eq!(again.join(";"), column);
        }
    }

    #[test]
    fn values_are_split_before_they_are_decoded() {
        for (column, key, decoded, values) in [
            ("tag=a%2Cb,c", "tag", "a,b,c", &["a,b", "c"][..]),
            ("tag=a", "tag", "a", &["a"]),
            ("tag= a, %20b ", "tag", "a,  b", &["a", " b"]),
            ("tag=a,,b", "tag", "a,,b", &["a", "", "b"]),
            (r#"tag "a,b""#, "tag", "a,b", &["a,b"]),
            (r#"tag "say \"a\"""#, "tag", "say \"a\"", &["say \"a\""]),
        ] {
            let attribute = find(column, key).next().expect("it is there");
            assert_eq!(attribute.decoded().as_deref(), Some(decoded));
            assert_eq!(attribute.values().collect::<Vec<_>>(), values);
        }
    }
}
