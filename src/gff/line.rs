//! Lines: which kind each is, and how each ends.

use memchr::memchr;

use super::Record;

/// One line of an annotation file, without its line end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Line<'a> {
    /// Nine columns, or what should be nine columns.
    Record(&'a str),
    /// `##…`: a directive of the specification, a pragma, or something that looks like one.
    Directive(&'a str),
    /// `#…`: for people.
    Comment(&'a str),
    /// Nothing, or nothing but blanks and tabs.
    ///
    /// § 4 "The Canonical Gene" (2020-08-18): "Blank lines should be ignored by parsers".
    Blank(&'a str),
    /// Exactly `##FASTA`, or a line that starts with `>`: what follows is sequence, to the end or to a line that is a
    /// [record again](Line::ends_fasta).
    Fasta(&'a str),
}

/// How a line ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LineEnd {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// Nothing: the last line of a file that does not end in a line end.
    None,
}

impl LineEnd {
    /// Returns the bytes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::None => "",
        }
    }

    /// Splits the first line off a text: the line, its end, and what follows.
    ///
    /// The text must not be empty.
    pub fn split(text: &str) -> (&str, Self, &str) {
        let (line, rest) = match memchr(b'\n', text.as_bytes()) {
            None => return (text, Self::None, ""),
            Some(at) => (&text[..at], &text[at + 1..]),
        };
        match line.strip_suffix('\r') {
            Some(line) => (line, Self::CrLf, rest),
            None => (line, Self::Lf, rest),
        }
    }
}

impl<'a> Line<'a> {
    /// Tells what kind of line this is; it must come without its line end.
    pub fn of(line: &'a str) -> Self {
        match line.as_bytes() {
            b"##FASTA" | [b'>', ..] => Self::Fasta(line),
            [b'#', b'#', ..] => Self::Directive(line),
            [b'#', ..] => Self::Comment(line),
            bytes if bytes.iter().all(|&b| b == b' ' || b == b'\t') => Self::Blank(line),
            _ => Self::Record(line),
        }
    }

    /// Tells whether a line after `##FASTA` is a record, as where `cat` put two files together. Sequence has no tabs.
    pub fn ends_fasta(line: &str) -> bool {
        if line.starts_with(['>', '#']) || memchr(b'\t', line.as_bytes()).is_none() {
            return false;
        }
        let is_position = |column: &str| match column.trim_matches(' ') {
            "." => true,
            number => number.parse::<i64>().is_ok(),
        };
        let record = Record::parse(line);
        record.is_ok_and(|record| [3, 4].iter().all(|at| is_position(record.column(*at))))
    }

    /// Returns the word under which table `_other_line` keeps the line; a record has none.
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Record(_) => None,
            Self::Directive(_) => Some("directive"),
            Self::Comment(_) => Some("comment"),
            Self::Blank(_) => Some("blank"),
            Self::Fasta(_) => Some("fasta"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_sequence_is_no_record() {
        for (line, expected) in [
            ("ACGT", false),
            (">s\t1\t2\t3\t4\t5\t6\t7\t8", false),
            ("#s\t.\tgene\t1\t9\t.\t+\t.\tID=g", false),
            ("AC\tGT", false),
            ("s\t.\tgene\t1\tx\t.\t+\t.\tID=g", false),
            ("s\t.\tgene\t1\t.\t.\t+\t.\tID=g", true),
            ("s\t.\tgene\t1\t9\t.\t+\t.\tID=g", true),
            ("s\t.\tgene\t1\t9\t.\t+\t.", true),
        ] {
            assert_eq!(Line::ends_fasta(line), expected, "{line}");
        }
    }

    #[test]
    fn a_line_is_told_by_how_it_starts() {
        for (line, kind) in [
            ("sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0", None),
            ("not a record at all", None),
            ("##gff-version 3", Some("directive")),
            ("###", Some("directive")),
            ("##FASTA of the proteins below", Some("directive")),
            ("##fasta", Some("directive")),
            ("##FASTA ", Some("directive")),
            ("##FASTA", Some("fasta")),
            (">sq0 first", Some("fasta")),
            ("#!processor NCBI", Some("comment")),
            ("#", Some("comment")),
            ("", Some("blank")),
            ("  ", Some("blank")),
            ("\t\t \t", Some("blank")),
        ] {
            assert_eq!(Line::of(line).kind(), kind, "{line:?}");
        }
    }

    #[test]
    fn a_line_ends_in_one_of_three_ways() {
        for (text, expected) in [
            ("a\nb", ("a", LineEnd::Lf, "b")),
            ("a\r\nb", ("a", LineEnd::CrLf, "b")),
            ("a", ("a", LineEnd::None, "")),
            ("a\r", ("a\r", LineEnd::None, "")),
            ("\n", ("", LineEnd::Lf, "")),
            ("a\r\r\n", ("a\r", LineEnd::CrLf, "")),
        ] {
            assert_eq!(LineEnd::split(text), expected);
        }
    }
}
