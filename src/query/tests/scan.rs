//! The slow way to an answer: every record looked at, in Rust, from what the files say.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{relatives::Slow, *};

/// All of a database, as far as filters and links go.
pub(super) struct All {
    pub features: Vec<Feature>,
    /// The same records of a database in which only `ID` and `Parent` are promoted.
    pub plain: BTreeMap<i64, Feature>,
    pub promoted: Vec<String>,
    /// Classes by type.
    pub classes: BTreeMap<String, String>,
    pub circles: Vec<Circle>,
    pub links: Slow,
}

/// Reads a database, and one of the same files in which only `ID` and `Parent` are promoted.
pub(super) fn all(database: &Database, plain: &Database) -> Result<All> {
    let features: Vec<Feature> = database.query().records()?.collect::<Result<_>>()?;
    let plain = plain
        .query()
        .records()?
        .map(|feature| feature.map(|feature| (feature.record_id, feature)))
        .collect::<Result<_>>()?;
    let pairs = |sql: &str| -> Result<Vec<(String, String)>> {
        let connection = database.connection();
        connection
            .prepare(sql)
            .and_then(|mut s| s.query_map([], |row| row.try_into())?.collect())
            .map_err(|e| Error::sqlite("-", e))
    };
    let classes: BTreeMap<_, _> = pairs("SELECT type, class FROM type_class")?
        .into_iter()
        .collect();
    let several = pairs("SELECT CAST(record_id AS TEXT), Parent FROM _multi_parent")?;
    let links = links(&features, &classes, &several);
    Ok(All {
        features,
        plain,
        promoted: database.promoted().to_vec(),
        classes,
        circles: database.circles()?.to_vec(),
        links,
    })
}

/// Who is whose parent and child, by the words above view `link` in `schema/views.sql`.
fn links(
    features: &[Feature],
    classes: &BTreeMap<String, String>,
    several: &[(String, String)],
) -> Slow {
    let class = |f: &Feature| {
        f.ty.as_ref()
            .and_then(|ty| classes.get(ty))
            .map_or("", String::as_str)
    };
    let mut by_id: BTreeMap<(&str, &str), Vec<&Feature>> = BTreeMap::new();
    let mut lines: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for f in features {
        if let Some(id) = f.id() {
            by_id.entry((&f.dataset, id)).or_default().push(f);
            let key = (&f.dataset, id, &f.seqid, &f.ty);
            lines.entry(key).or_default().push(f.record_id);
        }
    }
    let mut named: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for (record, parent) in several {
        let record = record.parse().expect("a number");
        named.entry(record).or_default().push(parent);
    }
    let mut slow = Slow::default();
    for group in lines.into_values() {
        for &line in &group {
            slow.lines.insert(line, group.clone());
        }
    }
    for child in features {
        let mut names = named.remove(&child.record_id).unwrap_or_default();
        if names.is_empty() {
            names.extend(child.parent());
        }
        names.sort_unstable();
        names.dedup();
        let mut parents = Vec::new();
        for name in names {
            let bearers = by_id.get(&(&child.dataset, name));
            let bearers = bearers.map_or(&[][..], Vec::as_slice);
            for parent in bearers.iter().filter(|p| p.record_id != child.record_id) {
                let is_near = parent.seqid == child.seqid
                    || bearers.iter().all(|other| other.seqid == parent.seqid);
                let beside = |wanted: &str| {
                    bearers.iter().any(|other| {
                        other.seqid == parent.seqid
                            && other.record_id != child.record_id
                            && class(other) == wanted
                    })
                };
                let is_above = match (class(parent), class(child)) {
                    ("gene", "gene") => child.id() != Some(name) && !beside("transcript"),
                    ("gene", "transcript") => true,
                    ("gene", _) => !beside("transcript"),
                    ("transcript", "gene" | "transcript") if child.id() == Some(name) => false,
                    ("transcript", "transcript") => !beside("gene"),
                    ("transcript", _) => true,
                    _ => child.id() != Some(name),
                };
                if is_near && is_above {
                    parents.push(parent.record_id);
                    let children = slow.children.entry(parent.record_id).or_default();
                    children.push(child.record_id);
                }
            }
        }
        slow.parents.insert(child.record_id, parents);
    }
    slow
}

static GTF: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"^\s*[^\s=";]+ +("|\S+ *(;|$))"#).expect("a pattern"));
static PAIR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"([^\s;"]+) +(?:"([^"]*)"|([^\s;"]+))"#).expect("a pattern"));

/// Returns the values of an attribute that is no column, read without the library's parser.
pub(super) fn rest(feature: &Feature, key: &str) -> Vec<String> {
    let Some(text) = feature.attributes.as_deref() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if !text.contains(key) && !text.contains('%') {
        return found;
    }
    if GTF.is_match(text) {
        for pair in PAIR.captures_iter(text).filter(|pair| &pair[1] == key) {
            let value = pair.get(2).or(pair.get(3)).expect("a value");
            found.push(value.as_str().to_owned());
        }
        return found;
    }
    for part in text.split(';') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if plain(name.trim()) == key {
            found.extend(value.split(',').map(|value| plain(value.trim())));
        }
    }
    found
}

/// Takes percent-encoding off.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = (first == b'%' && after.len() >= 2)
            .then(|| u8::from_str_radix(std::str::from_utf8(&after[..2]).ok()?, 16).ok())
            .flatten();
        bytes.push(hex.unwrap_or(first));
        rest = if hex.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
