//! The words that keys may be called.

use std::{collections::BTreeSet, fs, path::Path};

use super::TAKEN;

/// Keywords of SQLite, and the names that it has for a row's number.
const KEYWORDS: &str = "\
abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade case \
cast check collate column commit conflict constraint create cross current current_date current_time \
current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape \
except exclude exclusive exists explain fail filter first following for foreign from full generated glob group \
groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join \
key last left like limit match materialized natural no not nothing notnull null nulls of offset on or order others \
outer over partition plan pragma preceding primary query raise range recursive references regexp reindex release \
rename replace restrict returning right rollback row rows savepoint select set table temp temporary then ties to \
transaction trigger unbounded union unique update using vacuum values view virtual when where window with without \
true false";

/// Returns the words of the SQL in `schema/` and `src/`, those of json_each, and the keywords.
pub fn words() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut words = BTreeSet::new();
    let mut add = |text: &str| {
        let split = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let named = split.filter(|w| w.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic()));
        words.extend(named.map(str::to_ascii_lowercase));
    };
    add(KEYWORDS);
    add("key value type atom id parent fullkey path json root column1 column2 column3");
    let mut waiting = vec![root.join("schema"), root.join("src")];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let is = |ending: &str| path.extension().is_some_and(|found| found == ending);
            if !is("rs") && !is("sql") {
                continue;
            }
            for line in fs::read_to_string(&path).expect("text").lines() {
                let line = line.split("--").next().unwrap_or_default();
                let is_sql = [
                    "SELECT", "FROM ", "WHERE", "JOIN", "ORDER BY", " AS ", "UPDATE",
                ]
                .iter()
                .any(|word| line.contains(word));
                if is("sql") || is_sql {
                    add(line);
                }
            }
        }
    }
    words.retain(|word| !TAKEN.contains(&word.as_str()));
    words.into_iter().collect()
}
