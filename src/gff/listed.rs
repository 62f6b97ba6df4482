//! The single values of a key that is a column: which commas part them.

use std::borrow::Cow;

use super::{Layout, Part, Spelling, decode, find};

/// Returns the single values of a promoted key, as its attributes would give them, were it not promoted.
///
/// A comma of the column is one that stood between two values in GFF3 (`tag=a,b`), one within a value
/// (`tag=a%2Cb`, or `tag "a,b"` in GTF), or between repeated keys (`tag "a"; tag "b"`). `exact` is what
/// table `_verbatim` has of the record's ninth column, `rest` is `attributes`:
/// the first of them that knows the key tells.
///
/// # Examples
///
/// ```
/// use gffdb::gff::{Layout, listed};
///
/// assert_eq!(listed("a,b", "tag", None, None, None), ["a", "b"]);
/// for text in ["tag={tag%2C}", r#"tag "{tag}";{*}"#] {
///     let layout = Layout::parse(None, Some(text)).ok();
///     assert_eq!(listed("a,b", "tag", None, None, layout.as_ref()), ["a,b"]);
/// }
/// assert_eq!(listed("a,b,c", "tag", None, Some(r#"tag "a,b"; tag "c";"#), None), ["a,b", "c"]);
/// assert_eq!(listed("a,b,c", "tag", Some("tag=a%2Cb,c"), None, None), ["a,b", "c"]);
/// ```
pub fn listed<'a>(
    value: &'a str,
    key: &str,
    exact: Option<&'a str>,
    rest: Option<&'a str>,
    layout: Option<&Layout>,
) -> Vec<Cow<'a, str>> {
    if !value.contains(',') {
        return vec![Cow::Borrowed(value)];
    }
    for column in [exact, rest].into_iter().flatten() {
        let found = find(column, key).filter(|a| a.value.is_some_and(|v| !v.is_empty()));
        let values: Vec<_> = found.flat_map(|attribute| attribute.values()).collect();
        if !values.is_empty() {
            return values;
        }
    }
    let parts = layout.and_then(|layout| layout.parts.as_deref());
    let hole = parts
        .unwrap_or_default()
        .iter()
        .find_map(|part| match part {
            Part::Hole {
                before,
                column,
                spelling,
                ..
            } if column == key => Some((before.trim_end_matches(' ').ends_with('='), spelling)),
            _ => None,
        });
    let plain = Spelling::default();
    let (is_gff3, spelling) = hole.unwrap_or((true, &plain));
    if !is_gff3 || spelling.has(b',') {
        return vec![Cow::Borrowed(value)];
    }
    let single = |value: &'a str| match spelling {
        // What could not be decoded whole may be in parts.
        _ if spelling.is_raw() => decode(value.trim_matches(' ')),
        // Blanks that stand as they are, are none of the value.
        _ if spelling.has(b' ') => Cow::Borrowed(value),
        _ => Cow::Borrowed(value.trim_matches(' ')),
    };
    value.split(',').map(single).collect()
}
