//! The SQL files of checks: statements under a line that says what each is.
//!
//! | line above | the statement |
//! | --- | --- |
//! | `-- make: NAME` | makes a table that the checks below it ask |
//! | `-- check: CODE` | a SELECT of `line` and `text`; a row is a finding of that code |

/// One statement of a file, or several that make something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Section {
    /// Statements without a result.
    Make(&'static str),
    /// The code, and the SELECT whose rows are findings.
    Check(&'static str, &'static str),
}

/// Returns the sections of a file, in order; what stands above the first is for readers.
pub(super) fn of(file: &'static str) -> impl Iterator<Item = Section> {
    file.split("\n-- ").filter_map(|part| {
        let (head, sql) = part.split_once('\n')?;
        match head.split_once(": ")? {
            ("make", _) => Some(Section::Make(sql)),
            ("check", code) => Some(Section::Check(code, sql)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_told_by_the_line_above() {
        let file =
            "-- For readers.\n\n-- make: a\nCREATE TABLE a (b);\n\n-- check: c-d\nSELECT 1;\n";
        let sections: Vec<_> = of(file).collect();
        assert_eq!(
            sections,
            [
                Section::Make("CREATE TABLE a (b);\n"),
                Section::Check("c-d", "SELECT 1;\n"),
            ]
        );
    }
}
