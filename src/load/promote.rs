//! Promotion: which keys become columns, and which column a key is.

use std::collections::{HashMap, HashSet};

use crate::{Error, Result, db::schema::FIXED_COLUMNS};

/// How many keys become columns under `--promote all`, `ID` and `Parent` included.
pub const MOST_COLUMNS: usize = 200;

/// How many keys that stay in `attributes` are remembered by name.
const MOST_REMEMBERED: usize = 10_000;

/// What SQLite calls the number of a row: `ALTER TABLE` refuses a column of that name.
const ROW_NUMBERS: [&str; 3] = ["rowid", "oid", "_rowid_"];

/// The promoted keys, in the order of their columns; `ID` is 0 and `Parent` is 1.
#[derive(Debug)]
pub struct Promotion {
    names: Vec<String>,
    all: bool,
    /// Place by key; filled only under `all`, where there are many.
    places: HashMap<String, usize>,
    /// By place, counted from 1, the place of the key that followed it last; 0 is a line's start. Lines
    /// of a kind have their keys in one order, so the guess is right nearly always.
    after: Vec<usize>,
    /// Where the last key stands in `after`.
    last: usize,
    /// Names and keys in lower case: SQLite's columns are the same but for case.
    taken: HashSet<String>,
    /// Keys that stay in `attributes` under `all`.
    left: HashSet<String>,
}

impl Promotion {
    /// Promotes `ID`, `Parent`, the columns that a database has, and then the keys that are named.
    ///
    /// # Errors
    ///
    /// A named key is a fixed column's name, or another key's but for case, or cannot be a column.
    pub fn new(existing: &[String], named: &[String], all: bool) -> Result<Self> {
        let mut promotion = Self {
            names: Vec::new(),
            all,
            places: HashMap::new(),
            after: vec![0],
            last: 0,
            taken: FIXED_COLUMNS
                .iter()
                .map(|c| c.to_ascii_lowercase())
                .collect(),
            left: HashSet::new(),
        };
        let always = ["ID", "Parent"].map(String::from);
        for key in always.iter().chain(existing) {
            if !promotion.names.contains(key) {
                promotion.add(key.clone());
            }
        }
        for key in named {
            if promotion.names.contains(key) {
                continue;
            }
            if let Some(reason) = promotion.obstacle(key) {
                return Err(Error::usage(format!("cannot promote {key:?}: {reason}")));
            }
            promotion.add(key.clone());
        }
        Ok(promotion)
    }

    fn add(&mut self, key: String) {
        self.taken.insert(key.to_ascii_lowercase());
        if self.all {
            self.places.insert(key.clone(), self.names.len());
        }
        self.names.push(key);
        self.after.push(0);
    }

    fn obstacle(&self, key: &str) -> Option<String> {
        let lower = key.to_ascii_lowercase();
        if FIXED_COLUMNS.contains(&lower.as_str()) {
            let free = "its values can be asked for with attr(attributes, 'key')";
            return Some(format!("table gff has a column of that name; {free}"));
        }
        if ROW_NUMBERS.contains(&lower.as_str()) {
            return Some(String::from(
                "SQLite has that name for the number of a row; its values can be asked for with \
                 attr(attributes, 'key')",
            ));
        }
        if let Some(other) = self.names.iter().find(|n| n.eq_ignore_ascii_case(key)) {
            return Some(format!(
                "it is {other:?} but for case, and SQLite takes the two for one column"
            ));
        }
        // These would not come back from the text of a layout.
        let odd = |c: char| c.is_control() || c.is_whitespace() || "{}%;=\"".contains(c);
        if key.is_empty() || key.contains(odd) {
            return Some(String::from(
                "it is no attribute key that can name a column",
            ));
        }
        None
    }

    /// Returns the promoted keys in the order of their columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Tells whether every key that turns up is promoted.
    pub fn all(&self) -> bool {
        self.all
    }

    /// Returns how many distinct keys stayed in `attributes` though all were asked for.
    pub fn left(&self) -> usize {
        self.left.len()
    }

    /// Says that a new line begins: the keys come from the start again.
    pub fn begin_line(&mut self) {
        self.last = 0;
    }

    /// Returns the place of a key among the promoted ones, making one under `all` where it can.
    ///
    /// A key that gets a place here is also put into `new`.
    pub fn place(&mut self, key: &str, new: &mut Vec<String>) -> Option<usize> {
        if !self.all {
            return self.names.iter().position(|name| name == key);
        }
        let guess = self.after[self.last];
        if self.names[guess] == key {
            self.last = guess + 1;
            return Some(guess);
        }
        if let Some(&place) = self.places.get(key) {
            self.after[self.last] = place;
            self.last = place + 1;
            return Some(place);
        }
        if self.left.contains(key) {
            return None;
        }
        if self.names.len() >= MOST_COLUMNS
            || self.taken.contains(&key.to_ascii_lowercase())
            || self.obstacle(key).is_some()
        {
            if !key.is_empty() && self.left.len() < MOST_REMEMBERED {
                self.left.insert(key.to_owned());
            }
            return None;
        }
        new.push(key.to_owned());
        self.add(key.to_owned());
        Some(self.names.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|&w| w.to_owned()).collect()
    }

    #[test]
    fn what_is_named_comes_after_what_is_there() -> Result<()> {
        let existing = strings(&["ID", "Parent", "biotype"]);
        let promotion = Promotion::new(&existing, &strings(&["Name", "biotype", "ID"]), false)?;
        assert_eq!(promotion.names(), ["ID", "Parent", "biotype", "Name"]);
        Ok(())
    }

    #[test]
    fn a_key_that_cannot_be_a_column_is_refused() {
        for (keys, expected) in [
            (
                &["Start"][..],
                "cannot promote \"Start\": table gff has a column of that name; its values can be \
                 asked for with attr(attributes, 'key')",
            ),
            (
                &["OID"],
                "cannot promote \"OID\": SQLite has that name for the number of a row; its values can \
                 be asked for with attr(attributes, 'key')",
            ),
            (
                &["Name", "name"],
                "cannot promote \"name\": it is \"Name\" but for case, and SQLite takes the two \
                 for one column",
            ),
            (
                &["a{b"],
                "cannot promote \"a{b\": it is no attribute key that can name a column",
            ),
            (
                &[""],
                "cannot promote \"\": it is no attribute key that can name a column",
            ),
        ] {
            let error = Promotion::new(&[], &strings(keys), false).expect_err(expected);
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn all_takes_what_it_can_and_counts_the_rest() -> Result<()> {
        let mut promotion = Promotion::new(&[], &[], true)?;
        let mut new = Vec::new();
        for (key, place) in [
            ("ID", Some(0)),
            ("Name", Some(2)),
            ("name", None),
            ("end", None),
            ("_rowid_", None),
            ("Name", Some(2)),
            ("tag", Some(3)),
        ] {
            assert_eq!(promotion.place(key, &mut new), place, "{key}");
        }
        assert_eq!(new, ["Name", "tag"]);
        assert_eq!(promotion.left(), 3);
        for n in 0..MOST_COLUMNS {
            promotion.place(&format!("key{n}"), &mut new);
        }
        assert_eq!(promotion.names().len(), MOST_COLUMNS);
        assert_eq!(promotion.left(), 3 + 4);
        Ok(())
    }
}
