//! Which of the two ways of writing attributes a ninth column has.

use memchr::memchr;

/// How a ninth column writes its attributes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Syntax {
    /// `key=value;key=value`
    Gff3,
    /// `key "value"; key value;`
    Gtf,
}

impl Syntax {
    /// Decides by what follows the first key: `=` is GFF3, a blank is GTF.
    ///
    /// A column without either (`.`, a lone flag) is taken for GFF3.
    pub fn of(column: &str) -> Self {
        Self::of_first(column).unwrap_or_else(|| {
            let text = column.trim_start_matches([' ', ';']);
            let at = text.find(' ').unwrap_or(text.len());
            Self::of_bare(text, &text[..at], text[at..].trim_start())
        })
    }

    /// Decides by the first attribute alone; `None` where its value stands behind a blank and has no
    /// quotes, so that what follows decides.
    pub(crate) fn of_first(column: &str) -> Option<Self> {
        let text = column.trim_start_matches([' ', ';']);
        let is_end = |b: u8| matches!(b, b'=' | b' ' | b';' | b'"');
        let Some(at) = text.bytes().position(is_end) else {
            return Some(Self::Gff3);
        };
        match text.as_bytes()[at] {
            b' ' => match text[at..].trim_start().as_bytes() {
                [] | [b'=' | b';', ..] => Some(Self::Gff3),
                [b'"', ..] => Some(Self::Gtf),
                _ => None,
            },
            b'"' => Some(Self::Gtf),
            _ => Some(Self::Gff3),
        }
    }

    /// Decides for a key and a value with a blank between and no quotes.
    ///
    /// `Lack 3'-end;ID=x` is a GFF3 flag with blanks in it; `proteinId 873` is GTF. Alone, as where
    /// all else was promoted, such a flag is told by its capital: GTF begins keys with a small letter.
    fn of_bare(text: &str, key: &str, value: &str) -> Self {
        let end = memchr(b';', value.as_bytes()).unwrap_or(value.len());
        let (value, after) = value.split_at(end);
        let alone = after.bytes().all(|b| b == b' ' || b == b';');
        let is_number = value.trim_end().parse::<f64>().is_ok();
        let is_flag = alone && !is_number && key.starts_with(|c: char| c.is_ascii_uppercase());
        let has_id = || {
            [";ID=", "; ID=", ";Parent="]
                .iter()
                .any(|id| text.contains(id))
        };
        match value.contains('=') || is_flag || has_id() {
            true => Self::Gff3,
            false => Self::Gtf,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_its_own_syntax() {
        for (column, expected) in [
            ("ID=g0;Name=n", Syntax::Gff3),
            (".", Syntax::Gff3),
            ("", Syntax::Gff3),
            ("flag", Syntax::Gff3),
            ("ID = g0", Syntax::Gff3),
            (" ID=g0", Syntax::Gff3),
            ("Note=a b \"c\"", Syntax::Gff3),
            ("gene_id \"g0\";", Syntax::Gtf),
            (" gene_id \"g0\";", Syntax::Gtf),
            ("name \"a=b\"; proteinId 873", Syntax::Gtf),
            ("proteinId 873; exonNumber 3", Syntax::Gtf),
            ("Sequence \"c\" ; Note \"a; b\"", Syntax::Gtf),
            ("Lack 3'-end;ID=GL6", Syntax::Gff3),
            ("Lack 3'-end; ID=GL6", Syntax::Gff3),
            ("Lack 3'-end;", Syntax::Gff3),
            ("Level 3", Syntax::Gtf),
            ("gene_id g0", Syntax::Gtf),
            ("gene_id\"g0\";", Syntax::Gtf),
        ] {
            assert_eq!(Syntax::of(column), expected, "{column:?}");
        }
    }
}
