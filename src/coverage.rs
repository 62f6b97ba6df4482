//! How much of each sequence features cover: their number, their bases, and these merged.
//!
//! Features are read sorted, and merged as they come, so that memory is that of one stretch for each group; those of a
//! circle are held until its end, because a feature over the origin goes on at base 1.
//!
//! # Examples
//!
//! ```
//! # fn main() -> gffdb::Result<()> {
//! # let dir = tempfile::tempdir().unwrap();
//! # let database = dir.path().join("demo.sqlite");
//! # gffdb::demo::Demo::new().write(dir.path())?;
//! # gffdb::Loader::new(&database).load(&[dir.path().join("demo.gff3")])?;
//! use gffdb::{coverage::{By, Coverage}, query::Database};
//!
//! let database = Database::open(&database)?;
//! let groups = Coverage::new(&database, By::Sequence, false)
//!     .groups(database.query().types(["class:exon"]))?;
//! assert_eq!(groups[0].seqid.as_deref(), Some("chr1"));
//! assert!(groups[0].merged_bp <= groups[0].summed_bp);
//! # Ok(())
//! # }
//! ```

use std::collections::{BTreeMap, HashMap};

use crate::{
    Result,
    coords::{Interval, merged},
    db::Extents,
    query::{Database, Query, Row, RowColumns},
};

/// What features are counted by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum By {
    /// The sequences of each dataset.
    Sequence,
    /// The datasets.
    Dataset,
    /// The feature types of each dataset.
    Type,
    /// The biotypes of each dataset: gene_biotype, gene_type, biotype, transcript_biotype or transcript_type.
    Biotype,
}

impl By {
    /// The names of all, in the order that help texts list them.
    pub const NAMES: [&str; 4] = ["sequence", "dataset", "type", "biotype"];

    /// Returns the one of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "sequence" => Some(Self::Sequence),
            "dataset" => Some(Self::Dataset),
            "type" => Some(Self::Type),
            "biotype" => Some(Self::Biotype),
            _ => None,
        }
    }

    /// Returns the column that tells the groups, beside the dataset.
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Sequence => Some("seqid"),
            Self::Dataset => None,
            Self::Type => Some("type"),
            Self::Biotype => Some("biotype"),
        }
    }
}

/// Keys that a biotype is looked for by, the best first.
const BIOTYPE: [&str; 5] = [
    "gene_biotype",
    "gene_type",
    "biotype",
    "transcript_biotype",
    "transcript_type",
];

/// Features that are counted together.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Group {
    /// Their dataset.
    pub dataset: String,
    /// Their sequence, where they are counted by that.
    pub seqid: Option<String>,
    /// Their type or biotype, where they are counted by that; `None` also where there is none.
    pub name: Option<String>,
    /// `+` or `-`, where strands are counted apart.
    pub strand: Option<char>,
    /// Bases of the sequence, or of all the dataset's, where all are known.
    pub length: Option<i64>,
    /// How many features there are.
    pub features: u64,
    /// The sum of their bases.
    pub summed_bp: i64,
    /// Their bases, each counted once.
    pub merged_bp: i64,
}

/// A stretch that features cover, or leave free.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stretch<'a> {
    /// The dataset.
    pub dataset: &'a str,
    /// The sequence.
    pub seqid: &'a str,
    /// `+` or `-`, where strands are counted apart.
    pub strand: Option<char>,
    /// Its bases, on a straight line: what lies over the origin of a circle is in two stretches.
    pub bases: Interval,
}

/// Measures coverage.
pub struct Coverage<'d> {
    database: &'d Database,
    by: By,
    stranded: bool,
}

/// Columns that features are measured by.
const COLUMNS: [&str; 7] = [
    "record_id",
    "dataset",
    "seqid",
    "type",
    "start",
    "end",
    "strand",
];

/// What tells a group: dataset, sequence, name, strand.
type Key = (String, Option<String>, Option<String>, Option<char>);

/// Bases of each sequence of each dataset, where they are known.
type Lengths = HashMap<(String, String), Option<i64>>;

/// Stretches of one group on the sequence at hand.
#[derive(Default)]
struct Open {
    last: Option<Interval>,
    /// Of a circle.
    held: Vec<Interval>,
}

impl<'d> Coverage<'d> {
    /// Takes what is counted together.
    pub fn new(database: &'d Database, by: By, stranded: bool) -> Self {
        Self {
            database,
            by,
            stranded,
        }
    }

    /// Returns the groups of the features that a query chooses, sorted.
    ///
    /// # Errors
    ///
    /// What was asked does not exist, or the database fails.
    pub fn groups(&self, query: Query<'_>) -> Result<Vec<Group>> {
        let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
        let mut counted: HashMap<Key, (u64, i64)> = HashMap::new();
        let mut last: Option<(Key, u64, i64)> = None;
        self.sweep(
            query,
            &|row| self.name(row),
            &mut |key, bases| {
                let is_same = last.as_ref().is_some_and(|(of, _, _)| of == key);
                if !is_same && let Some((key, features, all)) = last.replace((key.clone(), 0, 0)) {
                    add(&mut counted, self.group(&key), features, all);
                }
                if let Some((_, features, all)) = &mut last {
                    *features += 1;
                    *all = all.saturating_add(bases.len());
                }
                Ok(())
            },
            &mut |key, bases| {
                let group = groups.entry(self.group(key)).or_default();
                group.merged_bp = group.merged_bp.saturating_add(bases.len());
                Ok(())
            },
        )?;
        if let Some((key, features, all)) = last {
            add(&mut counted, self.group(&key), features, all);
        }
        let lengths = self.lengths()?;
        let of_datasets = self.dataset_lengths(&lengths);
        let finished = groups.into_iter().map(|(key, group)| {
            let (features, summed_bp) = counted.get(&key).copied().unwrap_or_default();
            let (dataset, seqid, name, strand) = key;
            let length = match &seqid {
                Some(seqid) => lengths
                    .get(&(dataset.clone(), seqid.clone()))
                    .copied()
                    .flatten(),
                None => of_datasets.get(&dataset).copied().flatten(),
            };
            Group {
                dataset,
                seqid,
                name,
                strand,
                length,
                features,
                summed_bp,
                ..group
            }
        });
        Ok(finished.collect())
    }

    /// Hands on the stretches that the features of a query cover, by sequence and start.
    ///
    /// # Errors
    ///
    /// What was asked does not exist, the database fails, or `each` does.
    pub fn merged(
        &self,
        query: Query<'_>,
        each: &mut dyn FnMut(Stretch<'_>) -> Result<()>,
    ) -> Result<()> {
        self.sweep(query, &|_| None, &mut |_, _| Ok(()), &mut |key, bases| {
            each(Stretch {
                dataset: &key.0,
                seqid: key.1.as_deref().unwrap_or_default(),
                strand: key.3,
                bases,
            })
        })
    }

    /// Hands on the stretches between these, and those to the ends of sequences whose length is known; all of a
    /// sequence without any feature.
    ///
    /// # Errors
    ///
    /// What was asked does not exist, the database fails, or `each` does.
    pub fn complement(
        &self,
        query: Query<'_>,
        each: &mut dyn FnMut(Stretch<'_>) -> Result<()>,
    ) -> Result<()> {
        let lengths = self.lengths()?;
        let mut before: HashMap<(String, String, Option<char>), i64> = HashMap::new();
        self.merged(query, &mut |stretch| {
            let place = (
                stretch.dataset.to_owned(),
                stretch.seqid.to_owned(),
                stretch.strand,
            );
            let is_known = lengths.get(&(place.0.clone(), place.1.clone()));
            let from_first = is_known.is_some_and(Option::is_some);
            let last = before.insert(place, stretch.bases.last);
            let first = match last {
                Some(last) => last.saturating_add(1),
                None if from_first => 1,
                None => return Ok(()),
            };
            match Interval::new(first, stretch.bases.first.saturating_sub(1)) {
                Some(bases) => each(Stretch { bases, ..stretch }),
                None => Ok(()),
            }
        })?;
        let strands: &[Option<char>] = match self.stranded {
            true => &[Some('+'), Some('-')],
            false => &[None],
        };
        let known: BTreeMap<_, _> = lengths.iter().collect();
        for ((dataset, seqid), length) in known {
            for &strand in strands {
                let last = before.get(&(dataset.clone(), seqid.clone(), strand));
                let first = last.map_or(1, |last| last.saturating_add(1)).max(1);
                let end = length.and_then(|end| Interval::new(first, end));
                if let Some(bases) = end {
                    each(Stretch {
                        dataset,
                        seqid,
                        strand,
                        bases,
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Returns the group that a stretch is counted in.
    fn group(&self, key: &Key) -> Key {
        let (dataset, seqid, name, strand) = key;
        let seqid = match self.by {
            By::Sequence => seqid.clone(),
            _ => None,
        };
        (dataset.clone(), seqid, name.clone(), *strand)
    }

    fn name(&self, row: &Row<'_>) -> Option<String> {
        match self.by {
            By::Sequence | By::Dataset => None,
            By::Type => row.ty().map(str::to_owned),
            By::Biotype => {
                let mut values = BIOTYPE.iter().filter_map(|key| row.attribute(key));
                values.find(|value| !value.is_empty())
            }
        }
    }

    /// Reads features in order: hands each on with its group, and each stretch that those of a group cover.
    fn sweep(
        &self,
        query: Query<'_>,
        name: &dyn Fn(&Row<'_>) -> Option<String>,
        each: &mut dyn FnMut(&Key, Interval) -> Result<()>,
        covered: &mut dyn FnMut(&Key, Interval) -> Result<()>,
    ) -> Result<()> {
        let extents =
            Extents::new(self.database.connection()).map_err(|e| self.database.failed(e))?;
        let mut open: BTreeMap<Key, Open> = BTreeMap::new();
        let mut at: Option<String> = None;
        // The columns are sorted with the rows.
        let columns = match self.by {
            By::Biotype => self.database.row_columns().clone(),
            _ => RowColumns::some(self.database.promoted(), false, |name| {
                COLUMNS.contains(&name)
            }),
        };
        let mut current: Option<(Key, Open)> = None;
        query.by_place().plan()?.run(&columns, &mut |row| {
            let (Some(seqid), Some(bases)) = (row.seqid(), row.bases(&extents)) else {
                return Ok(());
            };
            if at.as_deref() != Some(seqid) {
                open.extend(current.take());
                close(&mut open, covered)?;
                at = Some(seqid.to_owned());
            }
            let strand = row.strand().and_then(|strand| strand.chars().next());
            let strand = strand.filter(|strand| self.stranded && matches!(strand, '+' | '-'));
            let (dataset, name) = (row.dataset(), name(row));
            // Nearly always it is the group of the feature before.
            let is_current = current
                .as_ref()
                .is_some_and(|(key, _)| key.0 == dataset && key.2 == name && key.3 == strand);
            if !is_current {
                let key = (dataset.to_owned(), Some(seqid.to_owned()), name, strand);
                let other = open.remove(&key).unwrap_or_default();
                open.extend(current.replace((key, other)));
            }
            let Some((key, of_group)) = &mut current else {
                return Ok(());
            };
            each(key, bases)?;
            if let Some(length) = extents.length(Some(dataset), Some(seqid)) {
                let pieces = [
                    bases.within(i64::MIN, length),
                    bases.within(length.saturating_add(1), i64::MAX),
                ];
                let behind = pieces[1].map(|piece| piece.moved(length.saturating_neg()));
                of_group.held.extend(pieces[0].into_iter().chain(behind));
                return Ok(());
            }
            match of_group.last {
                Some(last) if last.touches(bases) => of_group.last = Some(last.hull(bases)),
                last => {
                    of_group.last = Some(bases);
                    if let Some(last) = last {
                        covered(key, last)?;
                    }
                }
            }
            Ok(())
        })?;
        open.extend(current);
        close(&mut open, covered)
    }

    /// Returns the sequences of all datasets; the length of one is `None` where only the last record tells it.
    fn lengths(&self) -> Result<Lengths> {
        let sql = include_str!("../schema/sequence_lengths.sql");
        let connection = self.database.connection();
        let read = || {
            connection
                .prepare(sql)?
                .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?
                .collect::<rusqlite::Result<_>>()
        };
        read().map_err(|e| self.database.failed(e))
    }

    /// Returns the bases of each dataset; `None` where the length of any of its sequences is not known.
    fn dataset_lengths(&self, lengths: &Lengths) -> HashMap<String, Option<i64>> {
        let mut of_datasets: HashMap<String, Option<i64>> = HashMap::new();
        for ((dataset, _), length) in lengths {
            let all = of_datasets.entry(dataset.clone()).or_insert(Some(0));
            *all = all.zip(*length).map(|(all, one)| all + one);
        }
        of_datasets
    }
}

/// Counts features.
fn add(counted: &mut HashMap<Key, (u64, i64)>, group: Key, features: u64, bases: i64) {
    let count = counted.entry(group).or_default();
    count.0 += features;
    count.1 = count.1.saturating_add(bases);
}

/// Hands on what is left of a sequence.
fn close(
    open: &mut BTreeMap<Key, Open>,
    covered: &mut dyn FnMut(&Key, Interval) -> Result<()>,
) -> Result<()> {
    for (key, group) in std::mem::take(open) {
        for stretch in group.last.into_iter().chain(merged(group.held)) {
            covered(&key, stretch)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coords::gaps;

    #[test]
    fn covered_and_free_stretches_make_up_a_sequence() -> Result<()> {
        let dir = tempfile::tempdir().expect("a directory");
        let target = dir.path().join("a.sqlite");
        crate::demo::Demo::new().write(dir.path())?;
        let file = dir.path().join("demo.gff3");
        crate::Loader::new(&target).load(&[file])?;
        let database = Database::open(&target)?;
        for stranded in [false, true] {
            let coverage = Coverage::new(&database, By::Sequence, stranded);
            let query = || database.query().types(["class:exon"]);
            let mut all: BTreeMap<(String, Option<char>), Vec<Interval>> = BTreeMap::new();
            let (mut covered, mut free) = (0, 0);
            coverage.merged(query(), &mut |stretch| {
                covered += stretch.bases.len();
                let place = (stretch.seqid.to_owned(), stretch.strand);
                all.entry(place).or_default().push(stretch.bases);
                Ok(())
            })?;
            coverage.complement(query(), &mut |stretch| {
                free += stretch.bases.len();
                let place = (stretch.seqid.to_owned(), stretch.strand);
                all.entry(place).or_default().push(stretch.bases);
                Ok(())
            })?;
            let groups = coverage.groups(query())?;
            assert_eq!(groups.iter().map(|g| g.merged_bp).sum::<i64>(), covered);
            let lengths = coverage.lengths()?;
            let bases: i64 = lengths.values().filter_map(|length| *length).sum();
            assert_eq!(covered + free, bases * if stranded { 2 } else { 1 });
            for ((seqid, _), mut stretches) in all {
                stretches.sort_unstable();
                assert_eq!(stretches.iter().map(|s| s.len()).sum::<i64>(), {
                    let whole = merged(stretches.clone());
                    assert_eq!(gaps(&whole).count(), 0, "{seqid}");
                    whole[0].len()
                });
            }
        }
        Ok(())
    }
}
