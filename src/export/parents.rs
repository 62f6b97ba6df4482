//! The parents of an edited record, written such that they are read as the same ones.
//!
//! Column `Parent` does not tell a comma between two parents from one within an ID; table `_multi_parent`
//! does. A record's layout tells how its commas were spelled, but not that of a value which came later.

use std::collections::BTreeSet;

use crate::gff::{Attributes, Spelling, Syntax};

/// Returns a ninth column with its parents spelled anew, where it would be read as having others.
///
/// `value` is what column `Parent` has, `parents` are those of table `_multi_parent`: none where there is one
/// parent alone.
pub fn respelled(column: &str, value: &str, parents: &[String]) -> Option<String> {
    if Syntax::of(column) != Syntax::Gff3 {
        return None;
    }
    let mut found = Attributes::with_syntax(column, Syntax::Gff3)
        .filter(|a| a.key == "Parent" && a.value.is_some_and(|value| !value.is_empty()));
    let (attribute, more) = (found.next()?, found.next());
    let read: BTreeSet<String> = attribute
        .values()
        .filter(|parent| !parent.is_empty())
        .map(|parent| parent.into_owned())
        .collect();
    let single = [value.to_owned()];
    let parents = match parents {
        [] => &single,
        several => several,
    };
    // Nothing but commas is read as no parent, however it is written.
    if more.is_some() || read.is_empty() || read.iter().eq(parents.iter().collect::<BTreeSet<_>>())
    {
        return None;
    }
    let (before, after) = attribute.around()?;
    let end = attribute.offset + attribute.segment.len();
    Some(
        [
            &column[..attribute.offset],
            before,
            &spelled(value, parents),
            after,
            &column[end..],
        ]
        .concat(),
    )
}

/// Writes parents in the order in which the column has them, with what is between them there.
fn spelled(value: &str, parents: &[String]) -> String {
    let mut left: Vec<&str> = parents.iter().map(String::as_str).collect();
    let mut text = String::new();
    let mut rest = value;
    while !left.is_empty() {
        let place = |parent: &str| rest.find(parent).unwrap_or(rest.len());
        // Of two that begin at the same place, the longer one.
        left.sort_by_key(|parent| (place(parent), usize::MAX - parent.len()));
        let parent = left.remove(0);
        match rest.find(parent) {
            Some(at) => {
                text.push_str(&rest[..at]);
                rest = &rest[at + parent.len()..];
            }
            None if text.is_empty() => {}
            None => text.push(','),
        }
        let mut encoded = Vec::new();
        Spelling::default().encode(parent, true, &mut encoded);
        text.push_str(&String::from_utf8_lossy(&encoded).replace(',', "%2C"));
    }
    if rest.bytes().all(|b| matches!(b, b',' | b' ')) {
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_read_as_those_that_there_are() {
        for (column, value, parents, expected) in [
            // As they were read.
            ("ID=x;Parent=a,b", "a,b", &["a", "b"][..], None),
            ("Parent=a%2Cb", "a,b", &[], None),
            ("Parent=a, b,,a", "a, b,,a", &["a", "b"], None),
            ("Parent=,", ",", &[], None),
            ("Parent=a;Parent=b", "a,b", &["a", "b"], None),
            (r#"transcript_id "a,b";"#, "a,b", &[], None),
            ("ID=x", "a,b", &["a", "b"], None),
            // Others.
            (
                "ID=x;Parent=a%2Cb;z=1",
                "a,b",
                &["b", "a"],
                Some("ID=x;Parent=a,b;z=1"),
            ),
            ("Parent=a,b", "a,b", &[], Some("Parent=a%2Cb")),
            (
                "Parent = a,b,c, ;z",
                "a,b,c,",
                &["a,b", "c"],
                Some("Parent = a%2Cb,c, ;z"),
            ),
            (
                "Parent=a%2Ca%2Cb",
                "a,a,b",
                &["a,b", "a"],
                Some("Parent=a,a%2Cb"),
            ),
            (
                "Parent=x%2C%3B%2541",
                "x,;%41",
                &["x", ";%41"],
                Some("Parent=x,%3B%2541"),
            ),
            ("Parent=a,b", "a,b", &["x", "y"], Some("Parent=x,y")),
        ] {
            let parents: Vec<String> = parents.iter().map(|p| String::from(*p)).collect();
            let found = respelled(column, value, &parents);
            assert_eq!(found.as_deref(), expected, "{column} {value} {parents:?}");
        }
    }
}
