//! Keys of the ninth column, and the columns that hold them.
//!
//! A promoted key has a column of its own. GTF's `gene_id` and `transcript_id` may be in `ID` or
//! `Parent`, because they name the record or its parent there; which of the two, the record's layout
//! says: `gene_id "{ID}"`.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::{
    db::quote,
    gff::{Layout, Part, gtf},
};

/// The keys that may be in `ID` or `Parent`.
pub(crate) const GTF_KEYS: [&str; 2] = ["gene_id", "transcript_id"];

/// The columns that may hold them, in the order of the promoted keys.
const HOLDERS: [&str; 2] = ["ID", "Parent"];

/// Which columns hold which keys.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// The keys that are columns, in their order: `ID`, `Parent`, then others.
    pub promoted: Vec<String>,
    /// By layout, where each of [`GTF_KEYS`] is among [`HOLDERS`].
    held: HashMap<i64, [Option<usize>; 2]>,
    /// Layouts of records that no file had: there, the type tells.
    new: Vec<i64>,
}

impl Keys {
    /// Reads the layouts of a database.
    pub(crate) fn new(connection: &Connection, promoted: Vec<String>) -> rusqlite::Result<Self> {
        let mut keys = Self {
            promoted,
            ..Self::default()
        };
        let mut statement = connection.prepare(
            "SELECT layout_id, attributes FROM _layout
             WHERE instr(attributes, 'gene_id') OR instr(attributes, 'transcript_id') OR attributes = '{gtf}'",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, text) = (row.get(0)?, row.get_ref(1)?.as_str()?);
            let layout = Layout::parse(None, Some(text)).ok();
            let parts = layout.and_then(|layout| layout.parts).unwrap_or_default();
            let mut held = [None; 2];
            for part in &parts {
                match part {
                    Part::Gtf => keys.new.push(id),
                    Part::Hole { before, column, .. } => {
                        let key = before.trim_matches([' ', '"', '=']);
                        let key = GTF_KEYS.iter().position(|k| *k == key);
                        let holder = HOLDERS.iter().position(|h| h == column);
                        if let (Some(key), Some(holder)) = (key, holder) {
                            held[key] = Some(holder);
                        }
                    }
                    _ => {}
                }
            }
            if held != [None; 2] {
                keys.held.insert(id, held);
            }
        }
        Ok(keys)
    }

    /// Returns where a key is among the promoted ones of a record, though it is another's name.
    pub(super) fn holder(&self, key: &str, layout: Option<i64>, ty: Option<&str>) -> Option<usize> {
        let key = GTF_KEYS.iter().position(|k| *k == key)?;
        let layout = layout?;
        if self.new.contains(&layout) {
            return by_level(key, gtf::Level::of(ty?));
        }
        self.held.get(&layout)?[key]
    }

    /// Returns an expression of what `ID` or `Parent` holds of a key; `None` where no record has it there.
    pub(crate) fn held_sql(&self, key: &str) -> Option<String> {
        let place = GTF_KEYS.iter().position(|k| *k == key)?;
        let mut cases = String::new();
        for (holder, column) in HOLDERS.iter().enumerate() {
            let held = self.held.iter().filter(|(_, h)| h[place] == Some(holder));
            let mut ids: Vec<String> = held.map(|(id, _)| id.to_string()).collect();
            if !ids.is_empty() {
                ids.sort_unstable();
                cases += &format!(" WHEN gff.layout IN ({}) THEN gff.{column}", ids.join(", "));
            }
        }
        if !self.new.is_empty() {
            let ids: Vec<String> = self.new.iter().map(i64::to_string).collect();
            let levels = [
                ("gene", gtf::Level::Gene),
                ("transcript", gtf::Level::Transcript),
                ("part", gtf::Level::Part),
            ];
            let levels = levels.into_iter().filter_map(|(name, level)| {
                let column = HOLDERS[by_level(place, level)?];
                Some(format!(" WHEN '{name}' THEN gff.{column}"))
            });
            cases += &format!(
                " WHEN gff.layout IN ({}) AND attr(gff.attributes, '{key}') IS NULL THEN CASE gtf_level(gff.type){} END",
                ids.join(", "),
                levels.collect::<String>()
            );
        }
        (!cases.is_empty()).then(|| format!("CASE{cases} END"))
    }

    /// Returns `gff` as a table in which `gene_id` and `transcript_id` are columns, and in `attributes`
    /// too, where `ID` or `Parent` hold them; `None` where they hold none, or `text` asks for none.
    pub(crate) fn table_sql(&self, text: &str) -> Option<String> {
        let text = text.to_ascii_lowercase();
        let asked = GTF_KEYS.into_iter().filter(|key| text.contains(key));
        let held: Vec<(&str, String)> = asked
            .filter(|key| !self.promoted.iter().any(|p| p == key))
            .filter_map(|key| Some((key, self.held_sql(key)?)))
            .collect();
        if held.is_empty() {
            return None;
        }
        let mut attributes = String::from("coalesce(gff.attributes, '')");
        let mut columns = String::new();
        for (key, sql) in held.iter().rev() {
            attributes = format!(
                "coalesce('{key} \"' || replace({sql}, '\"', '\\\"') || '\"; ', '') || {attributes}"
            );
            columns += &format!(", coalesce({sql}, attr(gff.attributes, '{key}')) AS {key}");
        }
        let fixed = crate::db::schema::FIXED_COLUMNS.into_iter();
        let others = fixed.filter(|name| *name != "attributes");
        let all: Vec<String> = others
            .chain(self.promoted.iter().map(String::as_str))
            .map(|name| format!("gff.{}", quote(name)))
            .collect();
        Some(format!(
            "(SELECT {}, nullif({attributes}, '') AS attributes{columns} FROM gff) AS gff",
            all.join(", ")
        ))
    }
}

/// Returns which of [`HOLDERS`] holds one of [`GTF_KEYS`].
fn by_level(key: usize, level: gtf::Level) -> Option<usize> {
    match (GTF_KEYS[key], level) {
        ("gene_id", gtf::Level::Gene) | ("transcript_id", gtf::Level::Transcript) => Some(0),
        ("gene_id", gtf::Level::Transcript) | ("transcript_id", gtf::Level::Part) => Some(1),
        _ => None,
    }
}
