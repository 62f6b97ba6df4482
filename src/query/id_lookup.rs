//! What was asked for by ID, and whether it is there.

use super::Database;
use crate::Result;

/// Prefixes that files put before an identifier to say what it is of.
const PREFIXES: [&str; 14] = [
    "",
    "gene:",
    "transcript:",
    "CDS:",
    "exon:",
    "protein:",
    "mRNA:",
    "ncRNA:",
    "gene-",
    "rna-",
    "cds-",
    "exon-",
    "id-",
    "Gene:",
];

/// IDs that were asked for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IdLookup {
    /// IDs of the database that are meant.
    pub ids: Vec<String>,
    /// How many different ones were asked for.
    pub count: usize,
    /// Those of which the database has none, in the order asked.
    pub missing: Vec<String>,
}

impl Database {
    /// Looks IDs up.
    ///
    /// With `loose`, an ID that is not there is tried without a prefix such as `gene:` or
    /// `transcript:` and without a `.version`, whichever of the two sides has them.
    pub fn find_ids(&self, asked: &[String], loose: bool) -> Result<IdLookup> {
        let mut found = IdLookup::default();
        let mut seen = std::collections::HashSet::new();
        for id in asked.iter().filter(|id| seen.insert(id.as_str())) {
            found.count += 1;
            if self.exists("SELECT 1 FROM gff WHERE ID = ?1 LIMIT 1", [id])? {
                found.ids.push(id.clone());
                continue;
            }
            let near = if loose { self.loose(id)? } else { Vec::new() };
            if near.is_empty() {
                found.missing.push(id.clone());
            }
            found.ids.extend(near);
        }
        found.ids.sort_unstable();
        found.ids.dedup();
        Ok(found)
    }

    /// Returns the IDs that differ from one in their prefix and version only.
    fn loose(&self, asked: &str) -> Result<Vec<String>> {
        let base = base(asked);
        let mut found = Vec::new();
        for prefix in PREFIXES {
            let id = format!("{prefix}{base}");
            // '/' is the character after '.'.
            let near: Vec<String> = self.list(
                "SELECT DISTINCT ID FROM gff WHERE ID = ?1
                 UNION SELECT DISTINCT ID FROM gff WHERE ID > ?1 || '.' AND ID < ?1 || '/'",
                [&id],
            )?;
            let same = |other: &String| *other == id || self::base(other) == base;
            found.extend(near.into_iter().filter(same));
        }
        Ok(found)
    }
}

/// Returns an ID without its prefix and version.
fn base(id: &str) -> &str {
    let bare = PREFIXES
        .iter()
        .filter(|prefix| !prefix.is_empty())
        .find_map(|prefix| id.strip_prefix(prefix))
        .unwrap_or(id);
    match bare.rsplit_once('.') {
        Some((base, version)) if !base.is_empty() && !version.is_empty() => {
            match version.bytes().all(|b| b.is_ascii_digit()) {
                true => base,
                false => bare,
            }
        }
        _ => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_and_a_version_come_off() {
        for (id, expected) in [
            ("gene:ENSG01.12", "ENSG01"),
            ("ENST01.1", "ENST01"),
            ("transcript:FBtr01", "FBtr01"),
            ("rna-NM_1.2", "NM_1"),
            ("AT1G01010", "AT1G01010"),
            ("F22B7.1a", "F22B7.1a"),
            (".5", ".5"),
        ] {
            assert_eq!(base(id), expected);
        }
    }
}
