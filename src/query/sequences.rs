//! Sequences as an answer shows them: the names that they go by.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    path::Path,
};

use super::{Database, filter};
use crate::{Error, Result};

/// The names of sequences.
#[derive(Debug, Default)]
pub struct Sequences {
    /// Other names to show, by the names in the records; `None` where the names stay.
    names: Option<HashMap<String, String>>,
    /// Names for which there is no other.
    missing: RefCell<BTreeSet<String>>,
}

impl Sequences {
    /// Shows the names of a style of table `alias`, or of a file of two columns: a name that the
    /// database knows, and the one to show.
    ///
    /// # Errors
    ///
    /// There is no such style and no such file.
    pub fn rename(&mut self, database: &Database, style: &str) -> Result<()> {
        let mut names = HashMap::new();
        for (seqid, alias) in database.names_of_style(style)? {
            names.entry(seqid).or_insert(alias);
        }
        let path = Path::new(style);
        if names.is_empty() {
            if !path.exists() {
                let styles = database.styles()?;
                if styles.is_empty() {
                    return Err(Error::usage(format!(
                        "no names of style {style:?}, and no file of that name; `gffdb alias` fills in \
                         the names of an assembly report"
                    )));
                }
                return Err(filter::unknown("style of names", style, &styles));
            }
            let text = std::fs::read_to_string(path).map_err(|e| Error::io(path, "read", e))?;
            for line in text
                .lines()
                .filter(|l| !l.is_empty() && !l.starts_with('#'))
            {
                if let Some((known, shown)) = line.split_once('\t') {
                    let shown = shown.split('\t').next().unwrap_or(shown);
                    for seqid in database.resolve(known)? {
                        names.insert(seqid, shown.to_owned());
                    }
                }
            }
        }
        self.names = Some(names);
        Ok(())
    }

    /// Tells whether other names are shown than those in the records.
    pub(crate) fn is_renamed(&self) -> bool {
        self.names.is_some()
    }

    /// Returns the name to show.
    pub fn shown<'a>(&'a self, seqid: &'a str) -> &'a str {
        let Some(names) = &self.names else {
            return seqid;
        };
        match names.get(seqid) {
            Some(name) => name,
            None => {
                let mut missing = self.missing.borrow_mut();
                if !missing.contains(seqid) {
                    missing.insert(seqid.to_owned());
                }
                seqid
            }
        }
    }

    /// Returns the sequences that were shown under their own names for want of another.
    pub fn missing(&self) -> Vec<String> {
        self.missing.borrow().iter().cloned().collect()
    }
}
