//! A stretch of a sequence, as people type it.
//!
//! | text | means |
//! | --- | --- |
//! | `chr1` | every record on the sequence, those without coordinates too |
//! | `chr1:1,000-2,000` | bases 1000 to 2000, both inside, the first base being 1 |
//! | `chr1:5000-` | base 5000 and all after it |
//! | `chr1:-5000` | all up to base 5000 |
//! | `chr1:5000` | that base alone |
//! | `{HLA:A*01}:1-9` | braces around a name that could be read in two ways |

use crate::{Error, Result};

/// A stretch of one sequence; 1-based, both ends inside.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Region {
    /// The sequence's name, as the database has it.
    pub seqid: String,
    /// The bases, first and last; `None` is the whole sequence.
    pub range: Option<(i64, i64)>,
}

/// The last base of a range that has no end.
pub(crate) const END: i64 = i64::MAX / 4;

impl Region {
    /// Reads a region; `names` are looked up with `is_known`, longest first, so that a name may have
    /// any character in it.
    ///
    /// # Errors
    ///
    /// The text is no region ([`Parsed::Bad`] has been made the error), or starts after its end. A name
    /// that is not known is returned for the caller to suggest another.
    pub(crate) fn parse(
        text: &str,
        is_known: &mut dyn FnMut(&str) -> Result<bool>,
    ) -> Result<Parsed> {
        let region = |seqid: &str, range| {
            Ok(Parsed::Known(Self {
                seqid: seqid.to_owned(),
                range,
            }))
        };
        if let Some((name, rest)) = text.strip_prefix('{').and_then(|t| t.split_once('}')) {
            let range = match rest.strip_prefix(':') {
                Some(range) => Some(self::range(text, range)?),
                None if rest.is_empty() => None,
                None => return Err(bad(text, "expected ':' after '}'")),
            };
            return match is_known(name)? {
                true => region(name, range),
                false => Ok(Parsed::Unknown(name.to_owned())),
            };
        }
        if is_known(text)? {
            return region(text, None);
        }
        for (at, _) in text.rmatch_indices(':') {
            if is_known(&text[..at])? {
                return region(&text[..at], Some(range(text, &text[at + 1..])?));
            }
        }
        // Nothing of it is known: what looks like a range is one, and the rest is the name.
        match text.rsplit_once(':') {
            _ if text.is_empty() => Err(bad(text, "expected a sequence's name")),
            Some((name, range))
                if range
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b"-,".contains(&b)) =>
            {
                self::range(text, range)?;
                Ok(Parsed::Unknown(name.to_owned()))
            }
            _ => Ok(Parsed::Unknown(text.to_owned())),
        }
    }

    /// Returns the first and the last base; a whole sequence is from 0, for records whose start is no
    /// base, to beyond any end.
    pub(crate) fn bounds(&self) -> (i64, i64) {
        self.range.unwrap_or((0, END))
    }
}

/// What a text is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Parsed {
    /// A region on a sequence that is known.
    Known(Region),
    /// A region on a sequence of this name, which is not known.
    Unknown(String),
}

fn bad(text: &str, reason: impl std::fmt::Display) -> Error {
    Error::usage(format!("region {text:?}: {reason}"))
}

fn range(text: &str, range: &str) -> Result<(i64, i64)> {
    let form = "expected START-END, as in chr1:1,000-2,000";
    let number = |digits: &str| -> Result<i64> {
        let plain: String = digits.chars().filter(|&c| c != ',').collect();
        if plain.is_empty() || !plain.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad(text, format!("{form}, found {range:?}")));
        }
        match plain.parse() {
            Ok(0) => Err(bad(text, "expected a base of 1 or more, found 0")),
            Ok(n) if n < END => Ok(n),
            _ => Err(bad(
                text,
                format!("expected a base of a sequence, found {plain}"),
            )),
        }
    };
    let (start, end) = match range.split_once('-') {
        None => (number(range)?, number(range)?),
        Some(("", "")) => return Err(bad(text, format!("{form}, found {range:?}"))),
        Some((start, "")) => (number(start)?, END),
        Some(("", end)) => (1, number(end)?),
        Some((start, end)) => (number(start)?, number(end)?),
    };
    if start > end {
        return Err(bad(text, format!("start {start} is after end {end}")));
    }
    Ok((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Parsed> {
        let known = ["chr1", "HLA-A*01:02", "a:1-9", "a", "s|p#1.2", "x:y"];
        Region::parse(text, &mut |name| Ok(known.contains(&name)))
    }

    #[test]
    fn names_and_ranges_are_told_apart() -> Result<()> {
        for (text, seqid, range) in [
            ("chr1", "chr1", None),
            ("chr1:5", "chr1", Some((5, 5))),
            ("chr1:5-7", "chr1", Some((5, 7))),
            ("chr1:1,000-2,000", "chr1", Some((1000, 2000))),
            ("chr1:5000-", "chr1", Some((5000, END))),
            ("chr1:-5000", "chr1", Some((1, 5000))),
            ("HLA-A*01:02", "HLA-A*01:02", None),
            ("HLA-A*01:02:3-4", "HLA-A*01:02", Some((3, 4))),
            ("a:1-9", "a:1-9", None),
            ("{a}:1-9", "a", Some((1, 9))),
            ("{a:1-9}:2", "a:1-9", Some((2, 2))),
            ("{x:y}", "x:y", None),
            ("a:2-9", "a", Some((2, 9))),
            ("s|p#1.2:7", "s|p#1.2", Some((7, 7))),
        ] {
            let seqid = seqid.to_owned();
            assert_eq!(
                parse(text)?,
                Parsed::Known(Region { seqid, range }),
                "{text}"
            );
        }
        for (text, name) in [
            ("chr9:5-7", "chr9"),
            ("x", "x"),
            ("q:r", "q:r"),
            ("{b}", "b"),
        ] {
            assert_eq!(parse(text)?, Parsed::Unknown(name.to_owned()), "{text}");
        }
        Ok(())
    }

    #[test]
    fn what_is_no_region_is_said() {
        let form = "expected START-END, as in chr1:1,000-2,000, found";
        for (text, expected) in [
            ("", "expected a sequence's name".to_owned()),
            ("chr1:", format!("{form} \"\"")),
            ("chr1:-", format!("{form} \"-\"")),
            ("chr1:x-9", format!("{form} \"x-9\"")),
            ("chr1:1-2-3", format!("{form} \"1-2-3\"")),
            (
                "chr1:0-9",
                "expected a base of 1 or more, found 0".to_owned(),
            ),
            ("chr1:9-8", "start 9 is after end 8".to_owned()),
            ("nope:9-8", "start 9 is after end 8".to_owned()),
            (
                "chr1:1-99999999999999999999",
                "expected a base of a sequence, found 99999999999999999999".to_owned(),
            ),
            ("{a}1-9", "expected ':' after '}'".to_owned()),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert_eq!(error, format!("region {text:?}: {expected}"));
        }
    }
}
