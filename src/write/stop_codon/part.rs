//! A record that codes, as far as its stop codon goes: which CDS it is of, and whether that has an end.

use super::coding::CdsSegment;
use std::borrow::Cow;

use memchr::memmem;

use crate::{gff, query::Row};

/// No sequence is longer, and lengths of less can be added up.
const MOST_BASES: u64 = 1 << 48;

/// A CDS or stop_codon record, or the record that it is part of.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub piece: CdsSegment,
    pub dataset: String,
    pub ty: String,
    pub strand: String,
    pub id: Option<String>,
    protein: Option<String>,
    /// All tags where one may be of an end that is missing.
    tags: Vec<String>,
    partial: Option<String>,
    start_range: bool,
    end_range: bool,
}

impl Part {
    /// Returns nothing where the record has no coordinates, or such as no sequence has.
    pub fn new(row: &Row<'_>) -> Option<Self> {
        let base = |base: Option<i64>| base.filter(|base| base.unsigned_abs() <= MOST_BASES);
        let rest = row.attributes().unwrap_or_default();
        // Most have none of these, and then column 9 need not be split; unless a key is spelled with escapes.
        let has = |text: &str| {
            memmem::find(rest.as_bytes(), text.as_bytes()).is_some() || rest.contains('%')
        };
        let is_promoted = |key: &str| row.promoted_keys().iter().any(|k| k == key);
        let value = |key: &str| {
            let may_be = is_promoted(key) || has(key);
            may_be.then(|| row.attribute(key)).flatten()
        };
        Some(Self {
            piece: CdsSegment {
                record: row.record_id(),
                start: base(row.start())?,
                end: base(row.end())?,
                phase: row.phase(),
            },
            dataset: row.dataset().to_owned(),
            ty: row.ty().unwrap_or_default().to_owned(),
            strand: row.strand().unwrap_or_default().to_owned(),
            id: row.id().map(str::to_owned),
            protein: value("protein_id"),
            tags: match is_promoted("tag") || has("_end_NF") {
                true => all(row, "tag"),
                false => Vec::new(),
            },
            partial: value("partial"),
            start_range: value("start_range").is_some(),
            end_range: value("end_range").is_some(),
        })
    }

    /// Tells whether a stop codon is within a piece or next to it.
    pub fn is_near(&self, stop: &Self) -> bool {
        stop.piece.start <= self.piece.end.saturating_add(1)
            && self.piece.start <= stop.piece.end.saturating_add(1)
    }

    fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|t| t == tag)
    }

    /// Tells whether the record says that its last base, in the direction of reading, is not its last.
    fn is_open(&self) -> bool {
        let forward = self.strand == "+";
        match self.partial.as_deref() {
            // Prodigal: a digit for the left side, one for the right side.
            Some(digits) if digits.len() == 2 && digits.bytes().all(|b| b"01".contains(&b)) => {
                digits.as_bytes()[usize::from(forward)] == b'1'
            }
            Some("true") => match (self.start_range, self.end_range) {
                (false, false) => true,
                (_, end) if forward => end,
                (start, _) => start,
            },
            _ => false,
        }
    }
}

/// Returns all values of an attribute.
fn all(row: &Row<'_>, key: &str) -> Vec<String> {
    let place = row.promoted_keys().iter().position(|k| k == key);
    if let Some(text) = place.and_then(|place| row.promoted(place)) {
        let values = gff::listed(text, key, None, row.attributes(), None);
        return values.into_iter().map(Cow::into_owned).collect();
    }
    let found = gff::find(row.attributes().unwrap_or_default(), key);
    found
        .flat_map(|a| a.values().map(|v| v.into_owned()).collect::<Vec<_>>())
        .collect()
}

/// Tells whether the end of a CDS is known to be missing.
pub fn is_partial(cds: &[Part], parent: Option<&Part>) -> bool {
    let all = || cds.iter().chain(parent);
    let reaches = |parent: &Part| match parent.strand.as_str() {
        "-" => cds
            .iter()
            .any(|part| part.piece.start <= parent.piece.start),
        _ => cds.iter().any(|part| part.piece.end >= parent.piece.end),
    };
    all().any(|part| part.has_tag("cds_end_NF"))
        || (all().any(|part| part.has_tag("mRNA_end_NF")) && parent.is_none_or(reaches))
        || cds.iter().any(Part::is_open)
}

/// Returns the records of each CDS of one parent.
///
/// Records that share an ID are one CDS, and of the others those that share a protein_id; what is
/// left, with an ID each or with none, is one CDS too.
pub fn groups(cds: Vec<Part>) -> Vec<Vec<Part>> {
    let shared =
        |id: &Option<String>| id.is_some() && cds.iter().filter(|p| p.id == *id).count() > 1;
    let key = |part: &Part| match shared(&part.id) {
        true => (part.id.clone(), None),
        false => (None, part.protein.clone()),
    };
    let keys: Vec<_> = cds.iter().map(key).collect();
    let mut groups: Vec<(_, Vec<Part>)> = Vec::new();
    for (key, part) in keys.into_iter().zip(cds) {
        match groups.iter_mut().find(|(k, _)| *k == key) {
            Some((_, group)) => group.push(part),
            None => groups.push((key, vec![part])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(start: i64, end: i64, strand: &str) -> Part {
        Part {
            piece: CdsSegment {
                start,
                end,
                ..CdsSegment::default()
            },
            strand: strand.to_owned(),
            ..Part::default()
        }
    }

    #[test]
    fn an_end_is_missing_where_the_file_says_so_of_that_end() {
        let tag = |tag: &str| {
            let tags = vec![tag.to_owned()];
            move |part: Part| Part {
                tags: tags.clone(),
                ..part
            }
        };
        let partial = |text: &str, start_range, end_range| {
            let partial = Some(text.to_owned());
            move |part: Part| Part {
                partial: partial.clone(),
                start_range,
                end_range,
                ..part
            }
        };
        type Change = Box<dyn Fn(Part) -> Part>;
        let cases: [(&str, Change, bool); 11] = [
            ("+", Box::new(|part| part), false),
            ("+", Box::new(tag("basic")), false),
            ("+", Box::new(tag("cds_end_NF")), true),
            ("+", Box::new(partial("true", false, false)), true),
            ("+", Box::new(partial("true", true, false)), false),
            ("+", Box::new(partial("true", false, true)), true),
            ("-", Box::new(partial("true", true, false)), true),
            ("-", Box::new(partial("true", false, true)), false),
            ("+", Box::new(partial("10", false, false)), false),
            ("+", Box::new(partial("01", false, false)), true),
            ("-", Box::new(partial("10", false, false)), true),
        ];
        for (i, (strand, change, expected)) in cases.into_iter().enumerate() {
            let cds = [change(part(10, 18, strand))];
            assert_eq!(
                is_partial(&cds, Some(&part(1, 30, strand))),
                expected,
                "{i}"
            );
        }
        // What is true of the transcript's end is true of the CDS where they end together.
        for (strand, start, end, expected) in [
            ("+", 10, 18, false),
            ("+", 10, 30, true),
            ("-", 10, 30, false),
            ("-", 1, 18, true),
        ] {
            let transcript = tag("mRNA_end_NF")(part(1, 30, strand));
            let cds = [part(start, end, strand)];
            assert_eq!(
                is_partial(&cds, Some(&transcript)),
                expected,
                "{strand}{start}"
            );
        }
    }

    #[test]
    fn an_id_that_is_shared_makes_a_cds() {
        let cds = |names: &[(&str, &str)]| {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let part = |(id, protein): &(&str, &str)| Part {
                id: some(id),
                protein: some(protein),
                ..Part::default()
            };
            let groups = groups(names.iter().map(part).collect());
            groups.iter().map(Vec::len).collect::<Vec<_>>()
        };
        for (names, expected) in [
            (&[("a", ""), ("a", "")][..], &[2][..]),
            (&[("a", ""), ("b", ""), ("c", "")], &[3]),
            (&[("", ""), ("", "")], &[2]),
            (&[("a", ""), ("b", ""), ("a", ""), ("b", "")], &[2, 2]),
            (&[("a", "p"), ("b", "q"), ("c", "q")], &[1, 2]),
            (&[("a", "p"), ("a", "p"), ("b", "q")], &[2, 1]),
        ] {
            assert_eq!(cds(names), expected, "{names:?}");
        }
    }
}
