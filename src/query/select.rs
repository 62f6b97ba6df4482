//! A question: filters, relatives, how many; and its answer, row after row.

use std::collections::HashMap;

use super::{
    Database, expression,
    filter::{self, Attr, Conditions},
    names::NameMatch,
    overlap::Mode,
    plan::Plan,
    record_set::RecordSet,
    region::{Parsed, Region},
    relatives::With,
    row::{Feature, Row},
    selection::Filter,
    spans::{Span, Spans},
};
use crate::Result;

/// What is asked of a database. Every filter narrows the answer; without any, it is everything.
#[derive(Clone, Debug)]
pub struct Query<'d> {
    pub(crate) database: &'d Database,
    pub(super) regions: Option<Vec<Region>>,
    pub(super) targets: Option<RegionSet>,
    pub(super) among: Option<RecordSet>,
    pub(super) mode: Mode,
    pub(super) ids: Option<Vec<String>>,
    pub(super) sorted: bool,
    pub(super) by_place: bool,
    pub(super) names: Vec<String>,
    pub(super) name_match: NameMatch,
    pub(super) types: Vec<String>,
    shown_types: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) strands: Vec<String>,
    pub(super) datasets: Vec<String>,
    pub(super) attrs: Vec<Attr>,
    pub(super) expressions: Vec<String>,
    pub(super) limit: Option<u64>,
    pub(super) sample: Option<(u64, u64)>,
    with: With,
}

/// Very many regions.
#[derive(Clone, Debug, Default)]
pub struct RegionSet {
    /// The sequences that the regions are on.
    pub sequences: Vec<String>,
    /// The regions.
    pub spans: Spans,
}

impl<'d> Query<'d> {
    pub(crate) fn new(database: &'d Database) -> Self {
        Self {
            database,
            regions: None,
            targets: None,
            among: None,
            mode: Mode::default(),
            ids: None,
            sorted: false,
            by_place: false,
            names: Vec::new(),
            name_match: NameMatch::default(),
            types: Vec::new(),
            shown_types: Vec::new(),
            sources: Vec::new(),
            strands: Vec::new(),
            datasets: Vec::new(),
            attrs: Vec::new(),
            expressions: Vec::new(),
            limit: None,
            sample: None,
            with: With::default(),
        }
    }

    /// Adds a region: `chr1`, `chr1:1,000-2,000`, `chr1:5000-`; 1-based, both ends inside. A record
    /// need lie to one of the regions only.
    ///
    /// # Errors
    ///
    /// It is no region, or on a sequence that the database does not have.
    pub fn region(self, text: &str) -> Result<Self> {
        match self.database.regions(text)? {
            Ok(regions) => Ok(self.regions(regions)),
            Err(name) => Err(filter::unknown(
                "sequence",
                &name,
                &self.database.sequences()?,
            )),
        }
    }

    /// Adds regions; with none at all, no record is chosen.
    pub fn regions(mut self, regions: impl IntoIterator<Item = Region>) -> Self {
        self.regions.get_or_insert_default().extend(regions);
        self
    }

    /// Adds very many regions.
    pub fn targets(mut self, targets: RegionSet) -> Self {
        self.targets = Some(targets);
        self
    }

    /// Sets how a record must lie to a region. The default is [`Mode::Overlap`].
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Adds IDs, one of which a record must have.
    pub fn ids(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let ids = ids.into_iter().map(Into::into);
        self.ids.get_or_insert_default().extend(ids);
        self
    }

    /// Adds names, one of which a record must have under one of
    /// [`NAME_KEYS`](crate::db::functions::NAME_KEYS).
    pub fn names(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// Sets how names are compared. The default is byte for byte.
    pub fn name_match(mut self, how: NameMatch) -> Self {
        self.name_match = how;
        self
    }

    /// Adds types, one of which a record must have: a type, or a class of table `type_class`.
    pub fn types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.types.extend(types.into_iter().map(Into::into));
        self
    }

    /// Adds types, of which relatives and chosen records must have one to be in the answer: types, or
    /// classes of table `type_class`. What is chosen does not depend on it.
    pub fn shown_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.shown_types.extend(types.into_iter().map(Into::into));
        self
    }

    /// Adds sources, one of which a record must have.
    pub fn sources(mut self, sources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.sources.extend(sources.into_iter().map(Into::into));
        self
    }

    /// Adds strands, one of which a record must have: `+`, `-`, `?` or `.`.
    pub fn strands(mut self, strands: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.strands.extend(strands.into_iter().map(Into::into));
        self
    }

    /// Adds datasets, one of which a record must come from.
    pub fn datasets(mut self, datasets: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.datasets.extend(datasets.into_iter().map(Into::into));
        self
    }

    /// Adds a condition on an attribute, to be met beside all others.
    pub fn attr(mut self, attr: Attr) -> Self {
        self.attrs.push(attr);
        self
    }

    /// Adds an SQL expression over the columns of `gff`, to be met beside all others.
    ///
    /// # Errors
    ///
    /// It is not valid, or more than an expression.
    pub fn expression(mut self, sql: &str) -> Result<Self> {
        expression::check(self.database, sql)?;
        self.expressions.push(sql.to_owned());
        Ok(self)
    }

    /// Sets how many records the filters choose at most, the first ones of the file. The default is
    /// all.
    pub fn limit(mut self, count: u64) -> Self {
        self.limit = Some(count);
        self
    }

    /// Draws so many of the records that the filters choose, the same ones for the same seed.
    pub fn sample(mut self, count: u64, seed: u64) -> Self {
        self.sample = Some((count, seed));
        self
    }

    /// Sorts the answer by sequence, start, and end, the longer first; of records in one place, genes come before
    /// transcripts, and these before all else. The default is the order of the files.
    pub fn sorted(mut self, yes: bool) -> Self {
        self.sorted = yes;
        self
    }

    /// Sorts the answer by sequence and start alone, which is the quicker order.
    pub(crate) fn by_place(mut self) -> Self {
        self.by_place = true;
        self
    }

    /// Sets which relatives come along. The default is [`With::Nothing`].
    pub fn with(mut self, with: With) -> Self {
        self.with = with;
        self
    }

    /// Chooses among these records only.
    pub(crate) fn among(mut self, records: RecordSet) -> Self {
        self.among = Some(records);
        self
    }

    /// Returns how a record must lie to a region.
    pub(crate) fn place_mode(&self) -> Mode {
        self.mode
    }

    /// Takes the filter of types off.
    pub fn of_any_type(mut self) -> Self {
        self.types.clear();
        self
    }

    /// Returns the types that are asked for, as they were given.
    pub fn types_given(&self) -> &[String] {
        &self.types
    }

    /// Returns what records must meet to be in the answer.
    ///
    /// # Errors
    ///
    /// No record has one of the types, and it is neither a class nor a type of one.
    pub(super) fn shown(&self) -> Result<Filter> {
        let mut conditions = Conditions::default();
        if !self.shown_types.is_empty() {
            let types = filter::types_of(self.database, &self.shown_types)?;
            conditions.any_of("+gff.type", &types);
        }
        Ok(conditions.into())
    }

    /// Tells whether there is a filter beside that of place.
    pub(crate) fn has_filters(&self) -> bool {
        let lists = [
            &self.names,
            &self.types,
            &self.shown_types,
            &self.sources,
            &self.strands,
            &self.datasets,
        ];
        self.ids.is_some()
            || self.regions.is_some()
            || lists.iter().any(|list| !list.is_empty())
            || !self.attrs.is_empty()
            || !self.expressions.is_empty()
    }

    /// Tells whether a record has this name, whatever else is asked of it.
    ///
    /// # Errors
    ///
    /// As [`Query::count`].
    pub fn has_name(&self, name: &str) -> Result<bool> {
        let mut one = Query::new(self.database).names([name]).limit(1);
        one.name_match = self.name_match;
        one.datasets.clone_from(&self.datasets);
        Ok(one.count()? > 0)
    }

    /// Tells whether a record has this name in other letters, upper or lower, where these count.
    ///
    /// # Errors
    ///
    /// As [`Query::count`].
    pub fn has_name_in_other_case(&self, name: &str) -> Result<bool> {
        let mut other = self.clone();
        let was = std::mem::replace(&mut other.name_match.ignore_case, true);
        Ok(!was && other.has_name(name)?)
    }

    /// Returns how many records there are beside a type's in the class that has the type's name, by type; none
    /// where `types`, the types asked for, have them too. Filters of type aside, they pass all filters.
    ///
    /// # Errors
    ///
    /// As [`Query::count`].
    pub fn rest_of_class(&self, ty: &str, types: &[String]) -> Result<Vec<(String, u64)>> {
        let database = self.database;
        let asked = filter::types_of(database, types)?;
        if !asked.iter().any(|asked| asked == ty) {
            return Ok(Vec::new());
        }
        let class = format!("class:{ty}");
        let Ok(members) = filter::types(database, &class) else {
            return Ok(Vec::new());
        };
        let known = database.types()?;
        let mut rest = Vec::new();
        for member in members {
            if known.contains(&member) && !asked.contains(&member) {
                let mut query = self.clone().of_any_type().types([&member]);
                (query.limit, query.sample, query.with) = (None, None, With::Nothing);
                match query.count()? {
                    0 => {}
                    count => rest.push((member, count)),
                }
            }
        }
        Ok(rest)
    }

    /// Returns how many records of each type have the IDs and names that are asked for, whatever else is
    /// asked of them.
    ///
    /// # Errors
    ///
    /// As [`Query::count`].
    pub fn named_types(&self) -> Result<Vec<(String, u64)>> {
        let mut named = Query::new(self.database);
        named.ids.clone_from(&self.ids);
        named.names.clone_from(&self.names);
        named.name_match = self.name_match;
        named.count_types()
    }

    /// Returns how many records of each type the filters choose.
    ///
    /// # Errors
    ///
    /// As [`Query::count`].
    pub fn count_types(&self) -> Result<Vec<(String, u64)>> {
        let mut counts = std::collections::BTreeMap::new();
        let mut chosen = self.clone();
        (chosen.limit, chosen.sample, chosen.with) = (None, None, With::Nothing);
        chosen.shown_types.clear();
        chosen.each(&mut |row| {
            let ty = row.ty().unwrap_or(".");
            match counts.get_mut(ty) {
                Some(count) => *count += 1,
                None => drop(counts.insert(ty.to_owned(), 1)),
            }
            Ok(())
        })?;
        Ok(counts.into_iter().collect())
    }

    /// Returns the statement that answers, its values in it, as the `sqlite3` shell takes it.
    ///
    /// Relatives of more than 20,000 records are found by a walk that has the same answer.
    ///
    /// # Errors
    ///
    /// What was asked does not exist.
    pub fn to_sql(&self) -> Result<String> {
        let (sql, _hits) = Plan::show(self)?;
        Ok(sql + ";\n")
    }

    /// Returns how SQLite goes about the statement: a line a step, indented.
    ///
    /// # Errors
    ///
    /// What was asked does not exist.
    pub fn explain(&self) -> Result<String> {
        let (sql, _hits) = Plan::show(self)?;
        super::plan::explain(self.database, &sql)
    }

    /// Returns the database that is asked.
    pub fn database(&self) -> &'d Database {
        self.database
    }

    /// Returns the relatives asked for.
    pub(crate) fn relatives(&self) -> With {
        self.with
    }

    /// Returns the plan of the answer.
    pub(crate) fn plan(&self) -> Result<Plan<'d>> {
        Plan::new(self)
    }

    /// Hands each record to `each`, in file order, and returns how many there were.
    ///
    /// # Errors
    ///
    /// What was asked does not exist, the database fails, or `each` does.
    pub fn each(&self, each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<u64> {
        let _snapshot = self.database.snapshot()?;
        self.plan()?.run(self.database.row_columns(), each)
    }

    /// Returns how many records the answer has.
    pub fn count(&self) -> Result<u64> {
        let _snapshot = self.database.snapshot()?;
        Plan::with_rows(self, false)?.count()
    }

    /// Returns the records, in file order, each read when it is asked for.
    pub fn records(&self) -> Result<impl Iterator<Item = Result<Feature>> + use<'d>> {
        let database = self.database;
        let snapshot = database.snapshot()?;
        let records = Plan::with_rows(self, false)?.records()?;
        Ok(records.into_iter().filter_map(move |record| {
            let _held_to_the_last = &snapshot;
            let mut feature = None;
            let found = database.row(record, &mut |row| {
                feature = Some(row.to_feature());
                Ok(())
            });
            found.map(|()| feature).transpose()
        }))
    }
}

impl RegionSet {
    /// Adds regions that have ends.
    ///
    /// # Errors
    ///
    /// They are too many for memory, and the temporary file cannot be written.
    pub fn add(&mut self, regions: Vec<Region>) -> Result<()> {
        let mut places: HashMap<String, u32> = self.sequences.iter().cloned().zip(0..).collect();
        for region in regions {
            let sequences = &mut self.sequences;
            let at = *places
                .entry(region.seqid.clone())
                .or_insert_with_key(|seqid| {
                    sequences.push(seqid.clone());
                    sequences.len() as u32 - 1
                });
            let (first, last) = region.bounds();
            self.spans.push(Span {
                sequence: at,
                region: self.spans.len() as u32,
                first,
                last,
            })?;
        }
        Ok(())
    }
}

impl Database {
    /// Reads a region; the name may be an alias, and then mean several sequences. The inner error is a
    /// name that the database does not have.
    ///
    /// # Errors
    ///
    /// The text is no region.
    pub fn regions(&self, text: &str) -> Result<std::result::Result<Vec<Region>, String>> {
        let _snapshot = self.snapshot()?;
        let parsed = Region::parse(text, &mut |name| Ok(!self.resolve(name)?.is_empty()))?;
        match parsed {
            Parsed::Unknown(name) => Ok(Err(name)),
            Parsed::Known(region) => Ok(Ok(self
                .resolve(&region.seqid)?
                .into_iter()
                .map(|seqid| Region {
                    seqid,
                    range: region.range,
                })
                .collect())),
        }
    }
}
