//! Directives: the lines that start with `##`.

/// A directive that the loader acts on; every other is kept as a line and nothing more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Directive<'a> {
    /// `##gff-version 3.1.26`
    Version(&'a str),
    /// `##sequence-region seqid start end`: the extent of a sequence, 1-based, both ends inside.
    SequenceRegion {
        /// The sequence's name, not decoded.
        seqid: &'a str,
        /// The first base; nearly always 1.
        start: i64,
        /// The last base.
        end: i64,
    },
}

impl<'a> Directive<'a> {
    /// Reads a directive line, `##` included; `None` for one that is not acted on or is malformed.
    pub fn parse(line: &'a str) -> Option<Self> {
        let mut words = line.strip_prefix("##")?.split_ascii_whitespace();
        match words.next()? {
            "gff-version" => words.next().map(Self::Version),
            "sequence-region" => {
                let (seqid, start, end) = (words.next()?, words.next()?, words.next()?);
                Some(Self::SequenceRegion {
                    seqid,
                    start: start.parse().ok()?,
                    end: end.parse().ok()?,
                })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_that_matter_are_read() {
        let region = |seqid, start, end| Some(Directive::SequenceRegion { seqid, start, end });
        for (line, expected) in [
            ("##gff-version 3", Some(Directive::Version("3"))),
            (
                "##gff-version   3.1.26 ",
                Some(Directive::Version("3.1.26")),
            ),
            ("##sequence-region sq0 1 13", region("sq0", 1, 13)),
            ("##sequence-region\tsq0\t1\t13", region("sq0", 1, 13)),
            ("##sequence-region sq0 -5 13", region("sq0", -5, 13)),
            ("##sequence-region sq0 1", None),
            ("##sequence-region sq0 1 x", None),
            ("##species noodles", None),
            ("###", None),
            ("##", None),
        ] {
            assert_eq!(Directive::parse(line), expected, "{line:?}");
        }
    }
}
