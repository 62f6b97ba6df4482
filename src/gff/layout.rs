//! Layouts: how the promoted values sat in a ninth column, and how the other columns were spelled.
//!
//! A layout is a line's spelling with the values taken out. Few distinct ones serve a whole file,
//! so a record points at one, and the commonest of all (promoted keys first, in the order of their
//! columns, then the rest, nothing escaped) is no layout at all.

use std::{fmt, str::FromStr};

use super::{Sink, encode_plain, escape::Spelling, score::ScoreFormat};

/// How a record's line was laid out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layout {
    /// How columns 1 to 3 were escaped.
    pub text: [Spelling; 3],
    /// How column 6 was written.
    pub score: ScoreFormat,
    /// How many columns the line has: 9, or 8 where it has no attributes, or more, of which those after
    /// the ninth are empty.
    ///
    /// As text: `columns.8`.
    pub columns: u8,
    /// Column 9, from left to right; `None` for the plain order.
    pub parts: Option<Vec<Part>>,
}

/// A stretch of column 9; semicolons stand between two.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Part {
    /// A promoted value and what stood around it.
    ///
    /// As text: `ID={ID}`, ` gene_id "{ID}"`, `Name={Name%2C}`.
    Hole {
        /// The key, `=` or a blank, an opening quote.
        before: String,
        /// The column that holds the value.
        column: String,
        /// Where the column stands among the promoted ones: a guess, to be checked by its name.
        place: usize,
        /// How the value was escaped.
        spelling: Spelling,
        /// A closing quote, blanks.
        after: String,
    },
    /// Attributes of the residual string.
    ///
    /// As text: `{2}` for the next two of them, `{*}` for all that are left.
    Rest {
        /// Blanks that stood before the first and were not kept with it.
        before: String,
        /// How many; `None` for all that are left.
        count: Option<usize>,
    },
    /// A stretch that is in no column: nothing between two semicolons, or after the last.
    Literal(String),
    /// All attributes in GTF's syntax: of a record that nobody has written yet.
    ///
    /// As text: `{gtf}`.
    Gtf,
}

impl Part {
    /// Writes a promoted value between what stood around it.
    ///
    /// The prefix tells the syntax: a value after `=` is escaped, one in quotes has `\"`, a bare
    /// one stands as it is, unless it has to be quoted since it was changed.
    pub(crate) fn fill<S: Sink>(
        before: &str,
        spelling: &Spelling,
        after: &str,
        value: &str,
        out: &mut S,
    ) {
        out.put(before.as_bytes());
        let is_gff3 = before.trim_end_matches(' ').ends_with('=');
        match before.as_bytes().last() {
            Some(b'"') => put_in_quotes(value, out),
            Some(b' ') if is_gff3 => spelling.encode(value, true, out),
            Some(b' ') if must_quote(value) => {
                out.put(b"\"");
                put_in_quotes(value, out);
                out.put(b"\"");
            }
            Some(b' ') => out.put(value.as_bytes()),
            _ if spelling.is_plain() => encode_plain(value, true, out),
            _ => spelling.encode(value, true, out),
        }
        out.put(after.as_bytes());
    }
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            text: Default::default(),
            score: ScoreFormat::default(),
            columns: 9,
            parts: None,
        }
    }
}

impl Layout {
    /// Returns how a record is written that was added to a GTF dataset, or whose ninth column had
    /// no layout there and was changed.
    pub fn gtf() -> Self {
        Self {
            parts: Some(vec![Part::Gtf]),
            ..Self::default()
        }
    }

    /// Tells whether this is how a record without a layout is written.
    pub fn is_plain(&self) -> bool {
        self.parts.is_none()
            && self.columns == 9
            && self.score == ScoreFormat::Shortest
            && self.text.iter().all(Spelling::is_plain)
    }

    /// Returns how many bytes it takes, nearly.
    pub(crate) fn size(&self) -> usize {
        // What an allocation takes beside its bytes.
        const BESIDE: usize = 24;
        let text = |text: &String| match text.capacity() {
            0 => 0,
            bytes => bytes + BESIDE,
        };
        let parts = self.parts.iter().flatten().map(|part| {
            size_of::<Part>()
                + match part {
                    Part::Hole {
                        before,
                        column,
                        after,
                        ..
                    } => text(before) + text(column) + text(after),
                    Part::Rest { before, .. } => text(before),
                    Part::Literal(literal) => text(literal),
                    Part::Gtf => 0,
                }
        });
        size_of::<Self>() + BESIDE + parts.sum::<usize>()
    }

    /// Notes where each column stands among the promoted ones, so that rendering finds it at once.
    pub fn resolve(&mut self, names: &[String]) {
        for part in self.parts.iter_mut().flatten() {
            if let Part::Hole { column, place, .. } = part {
                *place = names.iter().position(|name| name == column).unwrap_or(0);
            }
        }
    }

    /// Returns the text of the columns' part, `seqid%20 score.2`, empty where all are plain.
    pub fn columns_text(&self) -> String {
        let mut words: Vec<String> = ["seqid", "source", "type"]
            .iter()
            .zip(&self.text)
            .filter(|(_, spelling)| !spelling.is_plain())
            .map(|(name, spelling)| format!("{name}{spelling}"))
            .collect();
        if self.score != ScoreFormat::Shortest {
            words.push(format!("score{}", self.score));
        }
        if self.columns != 9 {
            words.push(format!("columns.{}", self.columns));
        }
        words.join(" ")
    }

    /// Returns the text of column 9 with holes, `None` for the plain order.
    pub fn attributes_text(&self) -> Option<String> {
        let parts: Vec<_> = self.parts.as_ref()?.iter().map(Part::to_string).collect();
        Some(parts.join(";"))
    }

    /// Reads the two texts back.
    ///
    /// # Errors
    ///
    /// The word or part that is none, where the table was edited by hand.
    pub fn parse(columns: Option<&str>, attributes: Option<&str>) -> Result<Self, String> {
        let mut layout = Self::default();
        for word in columns.unwrap_or_default().split_ascii_whitespace() {
            let bad = |()| word.to_owned();
            let (name, spelling) = word.split_at(word.find(['%', '.']).unwrap_or(word.len()));
            match name {
                "seqid" => layout.text[0] = spelling.parse().map_err(bad)?,
                "source" => layout.text[1] = spelling.parse().map_err(bad)?,
                "type" => layout.text[2] = spelling.parse().map_err(bad)?,
                "score" => layout.score = spelling.parse().map_err(bad)?,
                "columns" => {
                    let count = spelling
                        .strip_prefix('.')
                        .and_then(|text| text.parse().ok());
                    layout.columns = count.filter(|count| *count >= 8).ok_or_else(|| bad(()))?;
                }
                _ => match word.strip_prefix("score") {
                    Some(format) => layout.score = format.parse().map_err(bad)?,
                    None => return Err(word.to_owned()),
                },
            }
        }
        layout.parts = attributes
            .map(|text| text.split(';').map(Part::from_str).collect())
            .transpose()?;
        Ok(layout)
    }
}

/// Writes what stands between the quotes of a GTF value.
///
/// GTF 2.2 has no escapes; `\"` is what files have, and tabs and line ends, which cannot stand in a
/// line, are written as GFF3 writes them. So is a last backslash, which would hide the quote.
pub(crate) fn put_in_quotes<S: Sink>(value: &str, out: &mut S) {
    let bytes = value.as_bytes();
    let mut done = 0;
    for at in 0..bytes.len() {
        let escape: &[u8] = match bytes[at] {
            b'"' => b"\\\"",
            b'\t' => b"%09",
            b'\n' => b"%0A",
            b'\r' => b"%0D",
            b'\\' if at + 1 == bytes.len() => b"%5C",
            _ => continue,
        };
        out.put(&bytes[done..at]);
        out.put(escape);
        done = at + 1;
    }
    out.put(&bytes[done..]);
}

/// Tells whether a GTF value cannot stand without quotes.
fn must_quote(value: &str) -> bool {
    value.is_empty()
        || value.starts_with([' ', '"'])
        || value.ends_with(' ')
        || value.contains([';', '\t', '\n', '\r'])
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hole {
                before,
                column,
                spelling,
                after,
                place: _,
            } => write!(f, "{before}{{{column}{spelling}}}{after}"),
            Self::Rest {
                before,
                count: None,
            } => write!(f, "{before}{{*}}"),
            Self::Rest {
                before,
                count: Some(count),
            } => write!(f, "{before}{{{count}}}"),
            Self::Literal(text) => f.write_str(text),
            Self::Gtf => f.write_str("{gtf}"),
        }
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || text.to_owned();
        let Some((before, rest)) = text.split_once('{') else {
            return Ok(Self::Literal(text.to_owned()));
        };
        let (inner, after) = rest.split_once('}').ok_or_else(bad)?;
        let before = before.to_owned();
        match inner {
            "gtf" if before.is_empty() => return Ok(Self::Gtf),
            "*" => {
                return Ok(Self::Rest {
                    before,
                    count: None,
                });
            }
            // A key of digits only has a prefix that names it; a count has blanks at most.
            _ if before.bytes().all(|b| b == b' ') => {
                let count = Some(inner.parse().map_err(|_| bad())?);
                return Ok(Self::Rest { before, count });
            }
            _ => {}
        }
        let (column, spelling) = inner.split_at(inner.find('%').unwrap_or(inner.len()));
        Ok(Self::Hole {
            before,
            column: column.to_owned(),
            place: 0,
            spelling: spelling.parse().map_err(|()| bad())?,
            after: after.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_read_back_from_its_text() {
        for (columns, attributes) in [
            ("", None),
            ("seqid%20 source%2C%3b type%25 score.2", None),
            ("seqid%% scoree1", None),
            ("columns.8", None),
            ("score.2 columns.255", Some("{*};ID={ID}")),
            ("", Some("ID={ID};{2};Parent={Parent};{*}")),
            (
                "",
                Some(" gene_id \"{ID}\"; {1}; transcript_id \"{Parent}\" ; {*}"),
            ),
            ("", Some("Name={Name%2C};;{*};")),
            ("", Some("7={7};{7}")),
            ("", Some("{gtf}")),
        ] {
            let layout = Layout::parse(Some(columns), attributes).expect(columns);
            assert_eq!(layout.columns_text(), columns);
            assert_eq!(layout.attributes_text().as_deref(), attributes);
            assert_eq!(
                layout.is_plain(),
                columns.is_empty() && attributes.is_none()
            );
        }
    }

    #[test]
    fn a_text_that_is_no_layout_names_what_is_wrong() {
        for (columns, attributes, expected) in [
            ("strand%20", None, "strand%20"),
            ("seqid%2", None, "seqid%2"),
            ("score.x", None, "score.x"),
            ("columns.7", None, "columns.7"),
            ("columns.256", None, "columns.256"),
            ("columns", None, "columns"),
            ("", Some("ID={ID"), "ID={ID"),
            ("", Some("{x}"), "{x}"),
        ] {
            assert_eq!(
                Layout::parse(Some(columns), attributes),
                Err(expected.to_owned())
            );
        }
    }

    #[test]
    fn a_value_cannot_end_its_attribute_or_its_line() {
        for (before, after, value, expected) in [
            ("a \"", "\"", "x", r#"a "x""#),
            ("a \"", "\"", "x\"; y", r#"a "x\"; y""#),
            ("a \"", "\"", "x\ty\r\n", r#"a "x%09y%0D%0A""#),
            ("a \"", "\"", r"x\y\", r#"a "x\y%5C""#),
            ("a ", "", "7", "a 7"),
            ("a ", "", "7 8", "a 7 8"),
            ("a ", "", "7;8", r#"a "7;8""#),
            ("a ", "", "", r#"a """#),
            ("a ", "", "\"7", r#"a "\"7""#),
            ("a=", "", "7;8\t9", "a=7%3B8%099"),
            ("a= ", " ", "7;8", "a= 7%3B8 "),
            ("a=", "", " 7 ", "a=%207%20"),
        ] {
            let mut out = Vec::new();
            Part::fill(before, &Spelling::default(), after, value, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
