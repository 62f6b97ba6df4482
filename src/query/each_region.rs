//! Answers region by region: which records each has, or how many.

use std::collections::HashMap;

use super::{
    Database, Query, Row,
    merge::{SweepOptions, Wanted, merge},
    record_set::RecordSet,
    region_lines::{RegionLine, read},
    spans::Span,
};
use crate::{Result, coords::Circle, query::RegionSet};

/// Regions that are looked up together: more cost memory, fewer read more of the index again.
const TOGETHER: usize = 32_768;

/// The regions of a file, looked up by name.
#[derive(Debug, Default)]
pub struct ResolvedRegions {
    /// The regions whose sequence is known.
    pub targets: RegionSet,
    /// How many regions there were.
    pub count: u64,
    /// Names that no sequence has, and how many regions are on each.
    pub unknown: HashMap<String, u64>,
    /// Sequences by name, as far as names came.
    known: HashMap<String, Vec<u32>>,
    /// The places of sequences among those of the targets.
    places: HashMap<String, u32>,
}

impl ResolvedRegions {
    /// Adds a region; returns whether its sequence is known.
    ///
    /// # Errors
    ///
    /// The database fails, or there are too many for memory, and a temporary file cannot be written.
    pub fn add(&mut self, database: &Database, target: &RegionLine) -> Result<bool> {
        let region = self.count as u32;
        self.count += 1;
        if !self.known.contains_key(&target.name) {
            let mut places = Vec::new();
            for seqid in database.resolve(&target.name)? {
                let sequences = &mut self.targets.sequences;
                let at = *self.places.entry(seqid).or_insert_with_key(|seqid| {
                    sequences.push(seqid.clone());
                    sequences.len() as u32 - 1
                });
                places.push(at);
            }
            self.known.insert(target.name.clone(), places);
        }
        let places = &self.known[&target.name];
        if places.is_empty() {
            *self.unknown.entry(target.name.clone()).or_default() += 1;
        }
        for &sequence in places {
            self.targets.spans.push(Span {
                sequence,
                region,
                first: target.first,
                last: target.last,
            })?;
        }
        Ok(!places.is_empty())
    }
}

/// What is told of each region.
pub trait EachRegion {
    /// A record of a region; regions come in the order of the file, records in theirs.
    fn hit(&mut self, target: &RegionLine, row: &Row<'_>) -> Result<()>;

    /// A region is done; it had so many records.
    fn done(&mut self, target: &RegionLine, count: u64) -> Result<()>;

    /// Whether the records themselves are wanted.
    fn wants_records(&self) -> bool;
}

impl Query<'_> {
    /// Reads a file of regions, and tells `each` what this query's filters leave of each region.
    ///
    /// Some ten thousand regions are in memory at a time. Returns what was known of their names.
    ///
    /// # Errors
    ///
    /// The file has a bad line, the database fails, or `each` does.
    pub fn each_region(
        &self,
        path: &std::path::Path,
        each: &mut dyn EachRegion,
    ) -> Result<ResolvedRegions> {
        let _snapshot = self.database.snapshot()?;
        let circles = self.database.circles()?;
        let mut names = ResolvedRegions::default();
        let mut waiting = Vec::new();
        read(path, &mut |target| {
            names.add(self.database, &target)?;
            waiting.push(target);
            if waiting.len() >= TOGETHER {
                self.some(&mut names, &waiting, &circles, each)?;
                waiting.clear();
            }
            Ok(())
        })?;
        self.some(&mut names, &waiting, &circles, each)?;
        Ok(names)
    }

    fn some(
        &self,
        names: &mut ResolvedRegions,
        waiting: &[RegionLine],
        circles: &[Circle],
        each: &mut dyn EachRegion,
    ) -> Result<()> {
        let database = self.database;
        let first = names.count - waiting.len() as u64;
        let mut pairs: Vec<(u32, i64)> = Vec::new();
        let types = self.types_asked()?;
        let sought = SweepOptions {
            mode: self.place_mode(),
            types: &types,
            wanted: Wanted::Pairs,
        };
        std::mem::take(&mut names.targets.spans).batches(&mut |spans| {
            merge(
                database.connection(),
                &names.targets.sequences,
                circles,
                spans.to_vec(),
                sought,
                &mut |region, record| pairs.push((region, record)),
            )
            .map_err(|e| database.failed(e))
        })?;
        pairs.sort_unstable();
        pairs.dedup();
        let rest = self.clone().of_any_type();
        if rest.has_filters() {
            let all: RecordSet = pairs.iter().map(|(_, record)| *record).collect();
            let query = rest.among(all);
            let left: RecordSet = query.plan()?.records()?.into_iter().collect();
            pairs.retain(|(_, record)| left.contains(*record));
        }
        let mut rest = pairs.as_slice();
        for (i, target) in waiting.iter().enumerate() {
            let region = (first + i as u64) as u32;
            let (mine, others) = rest.split_at(rest.partition_point(|(r, _)| *r <= region));
            rest = others;
            if each.wants_records() {
                for (_, record) in mine {
                    database.row(*record, &mut |row| each.hit(target, row))?;
                }
            }
            each.done(target, mine.len() as u64)?;
        }
        Ok(())
    }
}

impl Database {
    /// Hands one record on, if it is there.
    pub(crate) fn row(
        &self,
        record: i64,
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let fail = |e| self.failed(e);
        let mut statement = self
            .prepare_rows("SELECT gff.* FROM gff WHERE record_id = ?1")
            .map_err(fail)?;
        let mut rows = statement.query([record]).map_err(fail)?;
        match rows.next().map_err(fail)? {
            Some(row) => each(&Row::new(row, self.keys())),
            None => Ok(()),
        }
    }
}
