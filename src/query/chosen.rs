//! What a question's filters choose, as one query of `record_id`.

use rusqlite::types::Value;

use super::{
    expression,
    filter::{self, Conditions},
    overlap,
    plan::Hits,
    select::Query,
};
use crate::{Error, Result};

/// Up to so many regions are one statement; more are merged with the index.
const FEW_REGIONS: usize = 200;

/// A query of the chosen records.
pub(crate) struct Chosen<'d> {
    pub sql: String,
    pub values: Vec<Value>,
    /// Whether the table is read in its order anyway, so that rows can be handed on as they come.
    pub is_direct: bool,
    pub hits: Option<Hits<'d>>,
}

impl<'d> Query<'d> {
    /// Returns a query of the chosen `record_id`, relatives not among them.
    pub(crate) fn chosen(&self) -> Result<Chosen<'d>> {
        let mut conditions = Conditions::default();
        let hits = self.places(&mut conditions)?;
        if let Some(ids) = &self.ids {
            conditions.any_of("ID", ids);
            conditions.indexed = true;
        }
        // With a place or an ID given, that is the index to use.
        let (type_column, by_type) = match conditions.indexed {
            true => ("+type", false),
            false => ("type", !self.types.is_empty()),
        };
        let mut types = Vec::new();
        for word in &self.types {
            types.extend(filter::types(self.database, word)?);
        }
        types.sort_unstable();
        types.dedup();
        if !types.is_empty() {
            conditions.any_of(type_column, &types);
            conditions.indexed |= by_type;
        }
        self.plain(&mut conditions)?;
        if !self.names.is_empty() {
            let named = self
                .names
                .iter()
                .map(|name| filter::named(self.database, name, self.name_match));
            let (terms, values): (Vec<_>, Vec<_>) = named.unzip();
            conditions.add(
                format!("({})", terms.join(" OR ")),
                values.into_iter().flatten(),
            );
        }
        for attr in &self.attrs {
            attr.add(self.database, &mut conditions)?;
        }
        for text in &self.expressions {
            let (term, values) = expression::condition(text);
            conditions.add(term, values);
        }
        Ok(self.cut(conditions, hits))
    }

    /// Adds what says where; very many regions become a table of hits.
    fn places(&self, conditions: &mut Conditions) -> Result<Option<Hits<'d>>> {
        let mut targets = self.targets.clone().unwrap_or_default();
        let mut regions = self.regions.clone().unwrap_or_default();
        if let Some(records) = &self.among {
            let hits = Hits::keep(self.database, records).map_err(|e| self.database.failed(e))?;
            let term = format!("record_id IN (SELECT record_id FROM {})", hits.table());
            conditions.add(term, []);
            conditions.indexed = true;
            return Ok(Some(hits));
        }
        if self.regions.is_none() && self.targets.is_none() {
            return Ok(None);
        }
        conditions.indexed = true;
        if regions.len() > FEW_REGIONS {
            let (ranges, whole) = regions.into_iter().partition(|r| r.range.is_some());
            regions = whole;
            targets.add(ranges);
        }
        let circles = self.database.circles()?;
        let mut arms = Vec::new();
        let mut values = Vec::new();
        if !regions.is_empty() {
            let (sql, more) = overlap::search(&regions, &circles, self.mode);
            arms.push(sql);
            values.extend(more);
        }
        let mut hits = None;
        if !targets.spans.is_empty() {
            let found = Hits::find(self.database, &targets, &circles, self.mode)?;
            arms.push(format!("SELECT record_id FROM {}", found.table()));
            hits = Some(found);
        }
        match arms.is_empty() {
            true => conditions.add("record_id IN ()", []),
            false => conditions.add(
                format!("record_id IN (\n{}\n)", arms.join("\nUNION ALL\n")),
                values,
            ),
        }
        Ok(hits)
    }

    /// Adds the filters on plain columns.
    fn plain(&self, conditions: &mut Conditions) -> Result<()> {
        if !self.sources.is_empty() {
            conditions.any_of("source", &self.sources);
        }
        if !self.strands.is_empty() {
            let mut terms = Vec::new();
            for strand in &self.strands {
                terms.push(match strand.as_str() {
                    "+" => "strand = '+'",
                    "-" => "strand = '-'",
                    "?" => "strand = '?'",
                    "." => "strand IS NULL",
                    other => {
                        return Err(Error::usage(format!(
                            "no strand {other:?}; the strands are +, -, ? and ."
                        )));
                    }
                });
            }
            conditions.add(format!("({})", terms.join(" OR ")), []);
        }
        if !self.datasets.is_empty() {
            let known = self.database.datasets()?;
            if let Some(name) = self.datasets.iter().find(|name| !known.contains(name)) {
                return Err(filter::unknown("dataset", name, &known));
            }
            conditions.any_of("dataset", &self.datasets);
        }
        Ok(())
    }

    /// Makes the query, with its limit and its sample.
    fn cut(&self, conditions: Conditions, hits: Option<Hits<'d>>) -> Chosen<'d> {
        let Conditions {
            terms,
            mut values,
            indexed,
        } = conditions;
        let filter = match terms.is_empty() {
            true => String::new(),
            false => format!("\nWHERE {}", terms.join("\n    AND ")),
        };
        let mut sql = format!("SELECT record_id FROM gff{filter}");
        let integer = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
        if let Some((count, seed)) = self.sample {
            // A number drawn from the record's own and the seed; 2147483647 is prime.
            let seed = Value::Integer((seed % 2_147_483_647) as i64);
            let mixed = "(record_id + ?) * 48271 % 2147483647";
            sql.push_str(&format!(
                "\nORDER BY (({mixed}) * ({mixed}) + ?) % 2147483647 * 69621 % 2147483647, record_id LIMIT ?"
            ));
            values.extend([seed.clone(), seed.clone(), seed, integer(count)]);
        }
        if let Some(limit) = self.limit {
            if self.sample.is_some() {
                sql = format!("SELECT record_id FROM ({sql})");
            }
            sql.push_str("\nORDER BY record_id LIMIT ?");
            values.push(integer(limit));
        }
        let is_direct = !indexed && self.sample.is_none();
        Chosen {
            sql,
            values,
            is_direct,
            hits,
        }
    }
}
