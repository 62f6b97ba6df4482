//! What a line breaks, so that it cannot be a record.

use std::fmt;

use bstr::{BStr, BString, ByteSlice};

/// Why a line cannot be a record.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// The line does not have nine tab-separated columns.
    ColumnCount {
        /// How many it has.
        found: usize,
    },
    /// A coordinate is not a whole number.
    NotANumber {
        /// `start` or `end`.
        column: &'static str,
        /// The column's bytes, shortened to 40.
        found: BString,
    },
    /// The file is cut off before the line ends.
    Truncated,
    /// A line is longer than SQLite can store in one row.
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
}

impl Problem {
    /// Returns a coordinate problem that shows at most 40 bytes of what was found.
    pub(crate) fn not_a_number(column: &'static str, found: &[u8]) -> Self {
        Self::NotANumber {
            column,
            found: BString::from(&found[..found.len().min(40)]),
        }
    }

    /// Returns the stable code under which table `issue` counts such lines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ColumnCount { .. } => "column-count",
            Self::NotANumber { .. } => "coordinate-not-a-number",
            Self::Truncated => "line-cut-off",
            Self::TooLong { .. } => "line-too-long",
        }
    }

    /// Returns what was expected and what was found, without the next step.
    pub fn found(&self) -> String {
        match self {
            Self::ColumnCount { found } => {
                format!("expected 9 tab-separated columns, found {found}")
            }
            Self::NotANumber { column, found } => format!(
                "expected a whole number as {column}, found {:?}",
                BStr::new(found.as_bytes())
            ),
            Self::Truncated => String::from("the file is cut off within the line"),
            Self::TooLong { found } => {
                format!("expected a line of at most 1,000,000,000 bytes, found {found}")
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}; fix the line, or skip invalid lines with --skip-bad-lines",
            self.found()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_are_shown_escaped_and_short() {
        let problem = Problem::not_a_number("end", &[b'\xff'; 100]);
        let text = problem.to_string();
        assert!(text.contains(r"\xff"), "{text}");
        assert!(text.len() < 300, "{text}");
    }
}
