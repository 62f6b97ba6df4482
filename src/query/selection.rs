//! What a question's filters choose, as one query of `record_id`.

use std::borrow::Cow;

use rusqlite::types::Value;

use super::{
    expression,
    filter::{self, Conditions},
    names, overlap,
    record_set::RecordSet,
    region::Region,
    relatives::With,
    select::{Query, RegionSet},
    temp_record_table::{TempRecordTable, overlapped},
};
use crate::{Error, Result, coords::Circle};

/// Up to so many regions, those round circles counted, are one statement; more are merged with the index.
const FEW_REGIONS: usize = 200;

/// A type that more than one record in so many has is looked for in the table, by all threads: its index
/// leads from place to place. Measured on 3.3 million records: one in 16 takes 0.21 s so, not 0.31.
const COMMON: f64 = 24.0;
/// Records that are looked at to tell; the table of fewer than four hundred times as many is small.
const PROBES: usize = 128;

/// A query of the chosen records.
pub(crate) struct Selection<'d> {
    pub sql: String,
    pub values: Vec<Value>,
    /// Whether the table is read in its order anyway, so that rows can be handed on as they come.
    pub is_direct: bool,
    /// Whether a place alone leads to the records, so that their rows come in order.
    pub is_placed: bool,
    /// What a record must meet, where nothing else chooses: no limit, no sample.
    pub filter: Option<Filter>,
    pub hits: Option<TempRecordTable<'d>>,
}

/// What a record must meet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Conditions with AND between them; empty where there is none.
    pub sql: String,
    pub values: Vec<Value>,
}

impl<'d> Query<'d> {
    /// Returns a query of the chosen `record_id`, relatives not among them. Where their rows are
    /// wanted, a type that very many have is not looked up: reading past the others costs less.
    pub(crate) fn chosen(&self, rows: bool) -> Result<Selection<'d>> {
        let mut conditions = Conditions::default();
        let mut types = self.types_asked()?;
        let hits = self.places(&types, &mut conditions)?;
        if self.searches_places() {
            types.clear();
        }
        self.others(&types, &mut conditions, rows)?;
        Ok(self.cut(conditions, hits))
    }

    /// Returns the records of very many places, and what they must meet beside that; `None` where a
    /// statement is better at it.
    pub(crate) fn gathered(&self) -> Result<Option<(RecordSet, Filter)>> {
        if self.limit.is_some() || self.sample.is_some() || self.relatives() != With::Nothing {
            return Ok(None);
        }
        if self.among.is_none() && !self.searches_places() {
            return Ok(None);
        }
        let mut types = self.types_asked()?;
        let records = match &self.among {
            Some(records) => records.clone(),
            None => {
                let circles = self.database.circles()?;
                let (regions, targets) = self.few_and_many(&circles)?;
                match regions.is_empty() && !targets.spans.is_empty() {
                    true => overlapped(self.database, &targets, self.mode, &types)?,
                    false => return Ok(None),
                }
            }
        };
        if self.searches_places() {
            types.clear();
        }
        let mut conditions = Conditions {
            indexed: true,
            ..Conditions::default()
        };
        self.others(&types, &mut conditions, true)?;
        Ok(Some((records, Filter::from(conditions).and(self.shown()?))))
    }

    /// Returns the types that are asked for; none: any.
    pub(super) fn types_asked(&self) -> Result<Vec<String>> {
        filter::types_of(self.database, &self.types)
    }

    /// Tells whether regions are searched, which finds records of the types that are asked for only.
    fn searches_places(&self) -> bool {
        self.among.is_none() && (self.regions.is_some() || self.targets.is_some())
    }

    /// Adds all filters but that of place.
    fn others(&self, types: &[String], conditions: &mut Conditions, rows: bool) -> Result<()> {
        if let Some(ids) = &self.ids {
            conditions.any_of("ID", ids);
            conditions.indexed = true;
        }
        // With a place or an ID given, that is the index to use: the + keeps from that of the types.
        let of_type = conditions.terms.len();
        if !types.is_empty() {
            conditions.any_of("+type", types);
        }
        self.plain(conditions)?;
        if !self.names.is_empty() {
            let (named, values) = names::named(self.database, &self.names, self.name_match);
            conditions.add(named, values);
        }
        for attr in &self.attrs {
            attr.add(self.database, conditions)?;
        }
        for text in &self.expressions {
            let (term, values) = expression::condition(self.database, text);
            conditions.add(term, values);
        }
        let is_type_enough = !types.is_empty() && !conditions.indexed;
        if is_type_enough && !(rows && self.reads_past_others(types, conditions)?) {
            conditions.terms[of_type].remove(0);
            conditions.indexed = true;
        }
        Ok(())
    }

    /// Tells whether so many records are of these types that reading past the others costs less than looking
    /// them up; a few records that lie evenly over the table tell.
    fn reads_past_others(&self, types: &[String], conditions: &Conditions) -> Result<bool> {
        if self.sample.is_some() || self.limit.is_none() && self.relatives() != With::Nothing {
            return Ok(false);
        }
        let (first, last) = self.database.ends()?;
        let step = (last - first) / PROBES as i64;
        if step < 400 {
            return Ok(false);
        }
        let probes: Vec<i64> = (0..PROBES as i64).map(|i| first + i * step).collect();
        let probes = Value::Text(serde_json::Value::from(probes).to_string());
        let share = |condition: &str, values: &[Value]| {
            let sql = format!(
                "SELECT count(*) FROM gff WHERE record_id IN (SELECT value FROM json_each(?)) AND {condition}"
            );
            let values = std::iter::once(&probes).chain(values);
            let found = self.database.list(&sql, rusqlite::params_from_iter(values));
            // What is wrong with a condition is told when the question is asked.
            let found: Option<i64> = found.ok().and_then(|counts| counts.first().copied());
            found.unwrap_or(0) as f64 / PROBES as f64
        };
        let types = Value::Text(serde_json::Value::from(types).to_string());
        let of_type = share("type IN (SELECT value FROM json_each(?))", &[types]);
        Ok(match self.limit {
            None => of_type * COMMON > 1.0,
            // The index has a type's records by their places: the first ones are found by sorting all.
            Some(limit) => {
                let wanted = share(&conditions.terms.join(" AND "), &conditions.values);
                limit as f64 * 10.0 < (last - first) as f64 * of_type * wanted
            }
        })
    }

    /// Returns the regions that are searched one by one, and those that are merged with the index.
    fn few_and_many(&self, circles: &[Circle]) -> Result<(Vec<Region>, Cow<'_, RegionSet>)> {
        let regions = self.regions.clone().unwrap_or_default();
        let mut targets = match &self.targets {
            Some(targets) => Cow::Borrowed(targets),
            None => Cow::Owned(RegionSet::default()),
        };
        if regions.len() <= FEW_REGIONS {
            let round =
                |region: &Region| circles.iter().filter(|c| c.seqid == region.seqid).count();
            let stretches: usize = regions.iter().map(|region| 1 + round(region)).sum();
            if stretches <= FEW_REGIONS {
                return Ok((regions, targets));
            }
        }
        let (ranges, whole) = regions.into_iter().partition(|r| r.range.is_some());
        targets.to_mut().add(ranges)?;
        Ok((whole, targets))
    }

    /// Adds what says where; very many regions become a table of hits.
    fn places(
        &self,
        types: &[String],
        conditions: &mut Conditions,
    ) -> Result<Option<TempRecordTable<'d>>> {
        if let Some(records) = &self.among {
            let hits = TempRecordTable::keep(self.database, records)
                .map_err(|e| self.database.failed(e))?;
            let term = format!("record_id IN (SELECT record_id FROM {})", hits.table());
            conditions.add(term, []);
            conditions.indexed = true;
            return Ok(Some(hits));
        }
        if self.regions.is_none() && self.targets.is_none() {
            return Ok(None);
        }
        conditions.indexed = true;
        let circles = self.database.circles()?;
        let (regions, targets) = self.few_and_many(&circles)?;
        let mut arms = Vec::new();
        let mut values = Vec::new();
        if !regions.is_empty() {
            let (sql, more) = overlap::search(&regions, &circles, self.mode, types);
            arms.push(sql);
            values.extend(more);
        }
        let mut hits = None;
        if !targets.spans.is_empty() {
            let records = overlapped(self.database, &targets, self.mode, types)?;
            let found = TempRecordTable::keep(self.database, &records)
                .map_err(|e| self.database.failed(e))?;
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
    fn cut(&self, conditions: Conditions, hits: Option<TempRecordTable<'d>>) -> Selection<'d> {
        let is_direct = !conditions.indexed && self.sample.is_none();
        let is_placed = (self.regions.is_some() || self.targets.is_some())
            && self.ids.is_none()
            && self.names.is_empty()
            && self.attrs.is_empty()
            && self.expressions.is_empty();
        let filter = Filter::from(conditions);
        let mut sql = format!("SELECT record_id FROM gff{}", filter.after("WHERE"));
        let mut values = filter.values.clone();
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
        Selection {
            sql,
            values,
            is_direct,
            is_placed,
            filter: (self.sample.is_none() && self.limit.is_none()).then_some(filter),
            hits,
        }
    }
}

impl From<Conditions> for Filter {
    fn from(conditions: Conditions) -> Self {
        Self {
            sql: conditions.terms.join("\n    AND "),
            values: conditions.values,
        }
    }
}

impl Filter {
    /// Adds what another filter has.
    pub(crate) fn and(mut self, other: Self) -> Self {
        if !self.sql.is_empty() && !other.sql.is_empty() {
            self.sql.push_str("\n    AND ");
        }
        self.sql.push_str(&other.sql);
        self.values.extend(other.values);
        self
    }

    /// Returns the conditions after a word that only stands before some.
    pub(crate) fn after(&self, word: &str) -> String {
        match self.sql.is_empty() {
            true => String::new(),
            false => format!("\n{word} {}", self.sql),
        }
    }
}
