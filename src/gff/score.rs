//! Column 6: a number, and how the file wrote it.

use std::{fmt, str::FromStr};

use super::Sink;

/// How a score is written, so that `0.90` does not come back as `0.9`.
///
/// | as text | a score | written with |
/// | --- | --- | --- |
/// | (empty) | `0.9`, `545` | the fewest digits that give the number back |
/// | `.2` | `0.90` | two decimals |
/// | `e1` | `1.3e-05` | one decimal and an exponent of at least two digits, as C prints it |
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum ScoreFormat {
    /// The fewest digits that give the number back.
    #[default]
    Shortest,
    /// A fixed number of decimals.
    Fixed(u8),
    /// Decimals of the mantissa, then `e`, a sign and at least two digits.
    Exponent(u8),
}

impl ScoreFormat {
    /// Reads a raw score other than `.`: the number, and the format that writes it the same.
    ///
    /// Where no format does (`1E5`, `+3`), it is [`ScoreFormat::Shortest`], and writing gives
    /// another text: the caller's proof finds that. `None` where it is no finite number.
    pub fn read(raw: &str) -> Option<(f64, Self)> {
        let trimmed = raw.trim_matches(' ');
        // Rust would read these words too.
        if trimmed.contains(['n', 'N', 'i', 'I']) {
            return None;
        }
        let number: f64 = trimmed.parse().ok().filter(|n: &f64| n.is_finite())?;
        // SQLite keeps no zero below zero; `-0` is 0, and its text another.
        let number = number + 0.0;
        let decimals = |text: &str| text.split_once('.').map_or(0, |(_, d)| d.len().min(255)) as u8;
        let candidate = match raw.split_once('e') {
            Some((mantissa, _)) => Self::Exponent(decimals(mantissa)),
            None => Self::Fixed(decimals(raw)),
        };
        let same = |format: &Self| {
            let mut out = Vec::with_capacity(raw.len());
            format.write(number, &mut out);
            out == raw.as_bytes()
        };
        let format = [Self::Shortest, candidate].into_iter().find(same);
        Some((number, format.unwrap_or_default()))
    }

    /// Writes a score; one that this format would round, with as many digits as it needs.
    pub fn write<S: Sink>(self, score: f64, out: &mut S) {
        let text = self.text(score);
        match self == Self::Shortest || text.parse() == Ok(score) {
            true => out.put(text.as_bytes()),
            false => out.put(score.to_string().as_bytes()),
        }
    }

    fn text(self, score: f64) -> String {
        match self {
            Self::Shortest => score.to_string(),
            Self::Fixed(decimals) => format!("{score:.*}", usize::from(decimals)),
            Self::Exponent(decimals) => {
                let text = format!("{score:.*e}", usize::from(decimals));
                match text.split_once('e') {
                    Some((mantissa, exponent)) => {
                        let sign = if exponent.starts_with('-') { '-' } else { '+' };
                        let digits = exponent.trim_start_matches('-');
                        format!("{mantissa}e{sign}{digits:0>2}")
                    }
                    None => text,
                }
            }
        }
    }
}

impl fmt::Display for ScoreFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shortest => Ok(()),
            Self::Fixed(decimals) => write!(f, ".{decimals}"),
            Self::Exponent(decimals) => write!(f, "e{decimals}"),
        }
    }
}

impl FromStr for ScoreFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |digits: &str| digits.parse().map_err(drop);
        match text.as_bytes() {
            [] => Ok(Self::Shortest),
            [b'.', ..] => number(&text[1..]).map(Self::Fixed),
            [b'e', ..] => number(&text[1..]).map(Self::Exponent),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_comes_back_as_it_was_written() {
        for raw in [
            "0",
            "545",
            "0.999",
            "0.90",
            "50.0",
            "1.20e+10",
            "2.3e-05",
            "1e-10",
            "1e-100",
            "-3.25",
            "100000000000000000000000",
            "0.000",
        ] {
            let (score, format) = ScoreFormat::read(raw).expect(raw);
            let mut out = Vec::new();
            format.write(score, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), raw);
            assert_eq!(format.to_string().parse(), Ok(format));
        }
    }

    #[test]
    fn other_spellings_are_numbers_all_the_same() {
        for (raw, expected) in [
            ("1E5", 1e5),
            ("+3", 3.0),
            (" 7", 7.0),
            (".5", 0.5),
            ("-0", 0.0),
            ("-0.00", 0.0),
            ("1e5", 1e5),
        ] {
            let (score, _) = ScoreFormat::read(raw).expect(raw);
            assert_eq!(score.to_bits(), f64::to_bits(expected), "{raw}");
        }
    }

    #[test]
    fn what_is_no_finite_number_is_none() {
        for raw in ["x", "", "nan", "inf", "Infinity", "1e999", "1,5"] {
            assert_eq!(ScoreFormat::read(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_score_that_its_format_would_round_is_written_in_full() {
        for (format, score, expected) in [
            (ScoreFormat::Fixed(2), 0.5, "0.50"),
            (ScoreFormat::Fixed(2), 0.125, "0.125"),
            (ScoreFormat::Fixed(0), 1.5, "1.5"),
            (ScoreFormat::Exponent(1), 2.3e-7, "2.3e-07"),
            (ScoreFormat::Exponent(1), 0.0123, "0.0123"),
        ] {
            let mut out = Vec::new();
            format.write(score, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
