//! Names of features: what a record is called by, and which records have one of many names.

use std::collections::HashSet;

use rusqlite::types::Value;

use super::{
    Database, Query,
    filter::{TOLD_BY, is_value, matches_value},
};
use crate::{
    Result,
    db::{
        functions::{NAME_KEYS, names},
        quote,
    },
    gff::{Layout, listed},
};

/// Up to so many names are looked for one by one, which ends at the first record that has it.
const FEW: usize = 4;

/// How names are compared.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct NameMatch {
    /// Upper and lower case are the same.
    pub ignore_case: bool,
    /// `*` is any text, `?` any character, `[…]` one of these.
    pub glob: bool,
}

/// Returns the condition that a record has one of these names under one of [`NAME_KEYS`].
pub(super) fn named(database: &Database, names: &[String], how: NameMatch) -> (String, Vec<Value>) {
    let mut terms = Vec::new();
    let mut values = Vec::new();
    let mut or = |(term, more): (String, Vec<Value>)| {
        terms.push(term);
        values.extend(more);
    };
    let text = |text: &str| Value::Text(text.to_owned());
    match names {
        [name] if how == NameMatch::default() => {
            for key in keys(database) {
                or(match key {
                    "ID" => (format!("{} = ?", quote(key)), vec![text(name)]),
                    _ => is_value(key, name),
                });
            }
            or((String::from("has_name(attributes, ?)"), vec![text(name)]));
        }
        names if how == NameMatch::default() => {
            // As one JSON array, so that thousands are one value.
            let list = serde_json::Value::from(names).to_string();
            for key in keys(database) {
                or(is_one_of(key, &list));
            }
            or((
                String::from("has_one_of_names(attributes, ?)"),
                vec![Value::Text(list)],
            ));
        }
        names => {
            let pattern = pattern(names, how);
            for key in keys(database) {
                or(match key {
                    "ID" => (format!("{} REGEXP ?", quote(key)), vec![text(&pattern)]),
                    _ => matches_value(key, &pattern),
                });
            }
            or((
                String::from("has_name_like(attributes, ?)"),
                vec![Value::Text(pattern)],
            ));
        }
    }
    (format!("({})", terms.join(" OR ")), values)
}

/// Returns the condition that a column has one of the values of a JSON array.
fn is_one_of(key: &str, list: &str) -> (String, Vec<Value>) {
    let column = quote(key);
    let list = || Value::Text(list.to_owned());
    let one = format!("{column} IN (SELECT value FROM json_each(?))");
    match key {
        "ID" => (one, vec![list()]),
        // What has no comma is one value.
        _ => (
            format!(
                "(instr({column}, ',') = 0 AND {one} \
                 OR instr({column}, ',') > 0 AND has_one_of_values({column}, ?, ?, {TOLD_BY}))"
            ),
            vec![list(), list(), Value::Text(key.to_owned())],
        ),
    }
}

/// Returns the promoted keys that name a feature.
fn keys(database: &Database) -> impl Iterator<Item = &str> {
    let promoted = database.promoted().iter().map(String::as_str);
    promoted.filter(|key| NAME_KEYS.contains(key))
}

impl Query<'_> {
    /// Returns those of many names that no record has, whatever else this query asks; in their order.
    ///
    /// # Errors
    ///
    /// As [`Query::count`].
    pub fn missing_names(&self, names: &[String]) -> Result<Vec<String>> {
        let mut missing = Vec::new();
        if names.len() <= FEW {
            for name in names {
                if !self.has_name(name)? {
                    missing.push(name.clone());
                }
            }
            return Ok(missing);
        }
        let found = self.found_names(names)?;
        missing.extend(names.iter().filter(|name| !found.contains(*name)).cloned());
        Ok(missing)
    }

    /// Reads the names of all records that have one of these, until each is found.
    fn found_names(&self, wanted: &[String]) -> Result<HashSet<String>> {
        let database = self.database;
        let how = self.name_match;
        let mut left: HashSet<&str> = wanted.iter().map(String::as_str).collect();
        let mut patterns = Vec::new();
        if how != NameMatch::default() {
            for name in wanted {
                let pattern = pattern(std::slice::from_ref(name), how);
                patterns.extend(regex::Regex::new(&pattern).ok().map(|regex| (name, regex)));
            }
        }
        let mut see = |name: &str| match how == NameMatch::default() {
            true => drop(left.remove(name)),
            false => patterns.retain(|(wanted, regex)| {
                let is_it = regex.is_match(name);
                if is_it {
                    left.remove(wanted.as_str());
                }
                !is_it
            }),
        };
        let (condition, values) = named(database, wanted, how);
        let keys: Vec<&str> = keys(database).collect();
        let columns: String = keys.iter().map(|key| format!(", {}", quote(key))).collect();
        let datasets = match self.datasets.is_empty() {
            true => String::new(),
            false => String::from(" AND dataset IN (SELECT value FROM json_each(:datasets))"),
        };
        let sql = format!("SELECT {TOLD_BY}{columns} FROM gff WHERE {condition}{datasets}");
        let failed = |e| database.failed(e);
        let mut statement = database.connection().prepare(&sql).map_err(failed)?;
        for (at, value) in values.iter().enumerate() {
            statement
                .raw_bind_parameter(at + 1, value)
                .map_err(failed)?;
        }
        if !self.datasets.is_empty() {
            let list = serde_json::Value::from(self.datasets.as_slice()).to_string();
            let at = statement.parameter_count();
            statement.raw_bind_parameter(at, list).map_err(failed)?;
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            let text = |at: usize| -> Option<String> {
                let value = row.get_ref(at).ok()?;
                let bytes = value.as_bytes_or_null().ok()??;
                Some(String::from_utf8_lossy(bytes).into_owned())
            };
            let (exact, rest, layout) = (text(0), text(1), text(2));
            let layout = layout.and_then(|text| Layout::parse(None, Some(&text)).ok());
            for (at, key) in keys.iter().enumerate() {
                let Some(value) = text(3 + at) else { continue };
                if *key == "ID" {
                    see(&value);
                    continue;
                }
                let listed = listed(
                    &value,
                    key,
                    exact.as_deref(),
                    rest.as_deref(),
                    layout.as_ref(),
                );
                listed.iter().for_each(|value| see(value));
            }
            if let Some(rest) = &rest {
                names(rest).for_each(|name| see(&name));
            }
        }
        let found = wanted.iter().filter(|name| !left.contains(name.as_str()));
        Ok(found.cloned().collect())
    }
}

/// Returns the regular expression of names: the whole text is one of them.
fn pattern(names: &[String], how: NameMatch) -> String {
    let flags = if how.ignore_case { "(?is)" } else { "(?s)" };
    let inner: Vec<String> = names.iter().map(|name| inner(name, how)).collect();
    format!("{flags}^(?:{})$", inner.join("|"))
}

fn inner(name: &str, how: NameMatch) -> String {
    let mut text = String::new();
    let mut rest = name.chars();
    while let Some(c) = rest.next() {
        match c {
            '*' if how.glob => text.push_str(".*"),
            '?' if how.glob => text.push('.'),
            '[' if how.glob => match rest.as_str().split_once(']') {
                Some((set, after)) if !set.is_empty() => {
                    let (not, set) = match set.strip_prefix(['!', '^']) {
                        Some(set) => ("^", set),
                        None => ("", set),
                    };
                    let set: String = set
                        .chars()
                        .map(|c| match c {
                            '-' => String::from("-"),
                            c => regex::escape(&c.to_string()),
                        })
                        .collect();
                    text.push_str(&format!("[{not}{set}]"));
                    rest = after.chars();
                }
                _ => text.push_str("\\["),
            },
            c => text.push_str(&regex::escape(&c.to_string())),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_the_regular_expression_of_the_whole_name() {
        let how = |ignore_case, glob| NameMatch { ignore_case, glob };
        for (name, how, yes, no) in [
            (
                "BRCA*",
                how(false, true),
                &["BRCA", "BRCA1"][..],
                &["brca1", "xBRCA1"][..],
            ),
            ("brca?", how(true, true), &["BRCA1"], &["BRCA", "BRCA12"]),
            ("a[0-9].b", how(false, true), &["a1.b"], &["ax.b", "a1xb"]),
            ("a[!0-9]", how(false, true), &["ax"], &["a1"]),
            ("a[b", how(false, true), &["a[b"], &["ab"]),
            ("a*", how(true, false), &["A*", "a*"], &["ab"]),
        ] {
            let regex = regex::Regex::new(&pattern(&[String::from(name)], how)).expect(name);
            assert!(yes.iter().all(|text| regex.is_match(text)), "{name}");
            assert!(!no.iter().any(|text| regex.is_match(text)), "{name}");
        }
    }
}
