//! GTF without semicolons: `gene_id "g" exon_number 1 tag "b"`.

use memchr::{memchr, memchr_iter};

/// Returns where the first value of a stretch ends: before another key with its value, where the
/// semicolon between is missing, and at the end otherwise.
pub(super) fn first_value(value: &str) -> usize {
    let bytes = value.as_bytes();
    if bytes.first() == Some(&b'"') {
        // Nearly always the quote that closes it is the last byte.
        for at in memchr_iter(b'"', &bytes[1..]).map(|at| at + 1) {
            if at + 1 < bytes.len() && bytes[at - 1] != b'\\' && begins_with_key(&value[at + 1..]) {
                return at + 1;
            }
        }
    } else if let Some(at) = memchr(b' ', bytes)
        && value[..at].parse::<f64>().is_ok()
        && begins_with_key(&value[at..])
    {
        return at;
    }
    value.len()
}

/// Tells whether a text is a blank, a key, a blank and a value in quotes or of digits.
fn begins_with_key(text: &str) -> bool {
    let key = text.trim_start_matches(' ');
    // Asked first, so that a long line of quotes is read once.
    if key.len() == text.len() || !key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    let end = key.find(' ').unwrap_or(key.len());
    let value = key[end..].trim_start_matches(' ');
    let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    key[..end].bytes().all(is_word)
        && value.starts_with(|c: char| c == '"' || c.is_ascii_digit())
        && (!value.starts_with('"') || value[1..].contains('"'))
}

#[cfg(test)]
mod tests {
    use crate::gff::find;

    #[test]
    fn a_long_line_of_quotes_is_read_once() {
        for unit in ["\"", "\" ", "\" a", "\" a\"", "\" a \"", " a \"x", "a 1 "] {
            let column = format!("k \"{}", unit.repeat(200_000 / unit.len()));
            let begin = std::time::Instant::now();
            assert!(find(&column, "gene_id").next().is_none());
            assert!(begin.elapsed().as_secs() < 5, "{unit:?}");
        }
    }

    #[test]
    fn attributes_without_semicolons_between_are_found() {
        let column = r#"g "g 0" n 1 t "t0"; o "a"  b "c" "#;
        let all = [
            ("g", "g 0"),
            ("n", "1"),
            ("t", "t0"),
            ("o", "a"),
            ("b", "c"),
        ];
        for (key, expected) in all {
            let found: Vec<_> = find(column, key).filter_map(|a| a.value).collect();
            assert_eq!(found, [expected], "{key}");
        }
    }
}
