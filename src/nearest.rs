//! The features nearest to places, such as the genes nearest to peaks and variants.
//!
//! The features of a sequence are held while places on it come, in arrays sorted by start and by end; a place is looked up
//! in both, and the two walked outwards, so that each costs as much as it has answers. Distances are as in
//! `bedtools closest -D` (bedtools 2.30.0): 0 where the two overlap, else one more than the bases between.
//!
//! # Examples
//!
//! ```
//! # fn main() -> gffdb::Result<()> {
//! # let dir = tempfile::tempdir().unwrap();
//! # let database = dir.path().join("demo.sqlite");
//! # gffdb::demo::Demo::new().write(dir.path())?;
//! # gffdb::Loader::new(&database).load(&[dir.path().join("demo.gff3")])?;
//! use gffdb::{coords::Interval, nearest::{Nearest, Options, Place}, query::Database};
//!
//! let database = Database::open(&database)?;
//! let mut nearest = Nearest::new(database.query().types(["gene"]), Options::default());
//! let place = Place { seqid: "chr1", first: 4000, last: 4000, strand: None };
//! let hits = nearest.to(&place)?.to_vec();
//! assert_eq!(hits[0].distance, -93);
//! # Ok(())
//! # }
//! ```

use std::collections::HashMap;

use crate::{
    Result,
    db::Extents,
    query::{Query, Region, Row, Snapshot},
};

/// From where on a feature distances are measured.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum DistanceTo {
    /// Its nearer end; 0 within it.
    #[default]
    Boundary,
    /// Its first base in the order of transcription. Features without a strand have none.
    Tss,
    /// Its last base in the order of transcription. Features without a strand have none.
    Tes,
    /// Its first base.
    Start,
    /// Its last base.
    End,
}

/// What the sign of a distance says.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Sign {
    /// Negative: the feature has lower positions than the place.
    #[default]
    Reference,
    /// Negative: the feature is upstream of the place, by the place's strand.
    Place,
    /// Negative: the place is upstream of the feature, by the feature's strand; without one, as on the minus strand, which
    /// is what bedtools does.
    Feature,
}

/// Which strands are taken.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Strands {
    /// Any.
    #[default]
    Any,
    /// Those of the place.
    Same,
    /// The other than the place's.
    Opposite,
}

/// How near and of which side features are to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Options {
    /// How many; more where several are as far away as the last, and `ties` says so.
    pub count: usize,
    /// From where on the feature.
    pub distance_to: DistanceTo,
    /// What the sign says.
    pub sign: Sign,
    /// Which strands.
    pub strands: Strands,
    /// Whether features at negative distances are left out.
    pub no_negative: bool,
    /// Whether features at positive distances are left out.
    pub no_positive: bool,
    /// Whether features at distance 0 are left out.
    pub no_overlaps: bool,
    /// Whether all that are as far away as the last are taken, or the first of the file.
    pub ties: bool,
    /// The largest distance.
    pub max_distance: Option<i64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            count: 1,
            distance_to: DistanceTo::default(),
            sign: Sign::default(),
            strands: Strands::default(),
            no_negative: false,
            no_positive: false,
            no_overlaps: false,
            ties: true,
            max_distance: None,
        }
    }
}

/// A place that features are looked for near: 1-based, both ends inside. `last` is `first` less 1 between two bases.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place<'a> {
    /// Its sequence, by a name that the database has, or by an alias.
    pub seqid: &'a str,
    /// Its first base.
    pub first: i64,
    /// Its last base.
    pub last: i64,
    /// `+` or `-`.
    pub strand: Option<char>,
}

/// A feature near a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Hit {
    /// Its record: `gff.record_id`.
    pub record: i64,
    /// How far away it is.
    pub distance: i64,
}

/// A feature, as far as its place goes.
#[derive(Clone, Copy, Debug)]
struct Feature {
    first: i64,
    last: i64,
    record: i64,
    /// 1, -1, or 0 where there is none.
    strand: i8,
}

/// The features of a sequence.
#[derive(Debug, Default)]
struct Features {
    by_start: Vec<Feature>,
    /// The largest end of those up to each, by start.
    reach: Vec<i64>,
    by_end: Vec<Feature>,
}

/// So many features are held; then the sequences that they are on are forgotten.
const MOST_FEATURES: usize = 500_000;

/// Finds the nearest of the features that a query chooses.
pub struct Nearest<'d> {
    query: Query<'d>,
    options: Options,
    /// By the sequences' names as they are asked for; `None` of those that the database does not have.
    sequences: HashMap<String, Option<Features>>,
    held: usize,
    extents: Option<Extents>,
    /// While it is held, the file is one moment's, and is not locked anew for every record.
    snapshot: Option<Snapshot<'d>>,
    hits: Vec<Hit>,
    found: Vec<(i64, Feature, i64)>,
}

impl<'d> Nearest<'d> {
    /// Takes a query without regions.
    pub fn new(query: Query<'d>, options: Options) -> Self {
        Self {
            query,
            options,
            sequences: HashMap::new(),
            held: 0,
            extents: None,
            snapshot: None,
            hits: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Tells whether the database has a sequence.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn has_sequence(&mut self, seqid: &str) -> Result<bool> {
        self.read(seqid)?;
        Ok(self.sequences.get(seqid).is_some_and(Option::is_some))
    }

    /// Returns the features nearest to a place, the nearest first, those of one distance by start.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn to(&mut self, place: &Place<'_>) -> Result<&[Hit]> {
        self.read(place.seqid)?;
        self.hits.clear();
        self.found.clear();
        if let Some(Some(features)) = self.sequences.get(place.seqid) {
            features.search(place, &self.options, &mut self.found);
            self.found.sort_unstable_by_key(|(distance, feature, _)| {
                (*distance, feature.first, feature.record)
            });
            let count = self.options.count;
            if !self.options.ties {
                self.found.truncate(count);
            } else if let Some((last, ..)) = self.found.get(count.saturating_sub(1)) {
                let last = *last;
                self.found.retain(|(distance, ..)| *distance <= last);
            }
            let hits = self.found.iter().map(|(_, feature, distance)| Hit {
                record: feature.record,
                distance: *distance,
            });
            self.hits.extend(hits);
        }
        Ok(&self.hits)
    }

    /// Returns what [`to`](Self::to) returned last.
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// Reads the record of a hit.
    ///
    /// # Errors
    ///
    /// The database fails, or `each` does.
    pub fn feature(&self, record: i64, each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let sql = include_str!("../schema/record.sql");
        self.query.database().rows(sql, [record], each)
    }

    fn read(&mut self, seqid: &str) -> Result<()> {
        if self.sequences.contains_key(seqid) {
            return Ok(());
        }
        let database = self.query.database();
        if self.snapshot.is_none() {
            self.snapshot = Some(database.snapshot()?);
        }
        let names = database.resolve(seqid)?;
        if names.is_empty() {
            self.sequences.insert(seqid.to_owned(), None);
            return Ok(());
        }
        if self.held > MOST_FEATURES {
            self.sequences.clear();
            self.held = 0;
        }
        let extents = match self.extents.take() {
            Some(extents) => extents,
            None => Extents::new(database.connection()).map_err(|e| database.failed(e))?,
        };
        let regions = names.into_iter().map(|seqid| Region { seqid, range: None });
        let mut features = Features::default();
        let to = self.options.distance_to;
        self.query.clone().regions(regions).each(&mut |row| {
            let Some(bases) = row.bases(&extents) else {
                return Ok(());
            };
            let strand = match row.strand() {
                Some("+") => 1,
                Some("-") => -1,
                _ => 0,
            };
            let (first, last) = match (to, strand) {
                (DistanceTo::Boundary, _) => (bases.first, bases.last),
                (DistanceTo::Start, _) | (DistanceTo::Tss, 1) | (DistanceTo::Tes, -1) => {
                    (bases.first, bases.first)
                }
                (DistanceTo::End, _) | (DistanceTo::Tss, -1) | (DistanceTo::Tes, 1) => {
                    (bases.last, bases.last)
                }
                _ => return Ok(()),
            };
            features.by_start.push(Feature {
                first,
                last,
                record: row.record_id(),
                strand,
            });
            Ok(())
        })?;
        self.extents = Some(extents);
        features.sort();
        self.held += features.by_start.len();
        self.sequences.insert(seqid.to_owned(), Some(features));
        Ok(())
    }
}

impl Features {
    fn sort(&mut self) {
        self.by_end = self.by_start.clone();
        self.by_start.sort_unstable_by_key(|f| (f.first, f.record));
        self.by_end.sort_unstable_by_key(|f| (f.last, f.record));
        let mut reach = i64::MIN;
        self.reach = Vec::with_capacity(self.by_start.len());
        for feature in &self.by_start {
            reach = reach.max(feature.last);
            self.reach.push(reach);
        }
    }

    /// Adds features with how far away they are, and that with its sign: all that may be among the nearest.
    fn search(&self, place: &Place<'_>, options: &Options, found: &mut Vec<(i64, Feature, i64)>) {
        let of_place = match place.strand {
            Some('+') => 1,
            Some('-') => -1,
            _ => 0,
        };
        let is_taken = |feature: &Feature| {
            let product = feature.strand * of_place;
            match options.strands {
                Strands::Any => true,
                Strands::Same => product == 1,
                Strands::Opposite => product == -1,
            }
        };
        // What is on the right side of the place, at a distance; its sign as it is asked for.
        let signed = |feature: &Feature, distance: i64, is_right: bool| {
            let by_reference = if is_right { distance } else { -distance };
            let signed = match options.sign {
                Sign::Reference => by_reference,
                Sign::Place if of_place < 0 => -by_reference,
                Sign::Place => by_reference,
                Sign::Feature if feature.strand > 0 => -by_reference,
                Sign::Feature => by_reference,
            };
            let is_left_out =
                signed < 0 && options.no_negative || signed > 0 && options.no_positive;
            (!is_left_out).then_some(signed)
        };
        // Those that begin up to the place's last base; of these, those that reach its first.
        let behind = self.by_start.partition_point(|f| f.first <= place.last);
        if !options.no_overlaps {
            for at in (0..behind).rev() {
                if self.reach[at] < place.first {
                    break;
                }
                let feature = self.by_start[at];
                if feature.last >= place.first && is_taken(&feature) {
                    found.push((0, feature, 0));
                }
            }
        }
        let mut left = self.by_end.partition_point(|f| f.last < place.first);
        let mut right = behind;
        let mut limit = options.max_distance.unwrap_or(i64::MAX);
        let mut count = found.len();
        if count >= options.count {
            return;
        }
        loop {
            let to_left = left
                .checked_sub(1)
                .map(|at| (place.first.saturating_sub(self.by_end[at].last), at));
            let to_right = self
                .by_start
                .get(right)
                .map(|f| f.first.saturating_sub(place.last));
            let (distance, feature, is_right) = match (to_left, to_right) {
                (Some((distance, at)), other) if other.is_none_or(|other| distance <= other) => {
                    left = at;
                    (distance, self.by_end[at], false)
                }
                (_, Some(distance)) => {
                    let feature = self.by_start[right];
                    right += 1;
                    (distance, feature, true)
                }
                _ => return,
            };
            if distance > limit {
                return;
            }
            if !is_taken(&feature) {
                continue;
            }
            if let Some(signed) = signed(&feature, distance, is_right) {
                found.push((distance, feature, signed));
                count += 1;
                if count == options.count {
                    // What is as far away may come first in the file.
                    limit = distance;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Database;

    /// Numbers that look random, the same every time.
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: u64) -> i64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            ((self.0 >> 33) % end) as i64
        }
    }

    const STRANDS: [char; 3] = ['+', '-', '.'];

    /// Looks at every feature, and takes the nearest.
    fn slow(
        features: &[(i64, i64, char)],
        place: &Place<'_>,
        options: &Options,
    ) -> Vec<(i64, i64)> {
        let mut all = Vec::new();
        for (record, &(start, end, strand)) in (1..).zip(features) {
            let (first, last) = match (options.distance_to, strand) {
                (DistanceTo::Boundary, _) => (start, end),
                (DistanceTo::Start, _) => (start, start),
                (DistanceTo::End, _) => (end, end),
                (DistanceTo::Tss, '+') | (DistanceTo::Tes, '-') => (start, start),
                (DistanceTo::Tss, '-') | (DistanceTo::Tes, '+') => (end, end),
                _ => continue,
            };
            let is_same = place.strand.filter(|s| *s != '.') == Some(strand);
            let is_opposite = matches!((place.strand, strand), (Some('+'), '-') | (Some('-'), '+'));
            let is_of_strand = match options.strands {
                Strands::Any => true,
                Strands::Same => is_same,
                Strands::Opposite => is_opposite,
            };
            let distance = match () {
                () if last < place.first => last - place.first,
                () if first > place.last => first - place.last,
                () => 0,
            };
            let signed = match options.sign {
                Sign::Reference => distance,
                Sign::Place if place.strand == Some('-') => -distance,
                Sign::Place => distance,
                Sign::Feature if strand == '+' => -distance,
                Sign::Feature => distance,
            };
            let is_out = options.no_negative && signed < 0
                || options.no_positive && signed > 0
                || options.no_overlaps && signed == 0
                || options
                    .max_distance
                    .is_some_and(|most| distance.abs() > most);
            if is_of_strand && !is_out {
                all.push((distance.abs(), first, record, signed));
            }
        }
        all.sort();
        let last = all.get(options.count - 1).map(|hit| hit.0);
        if options.ties {
            all.retain(|hit| last.is_none_or(|last| hit.0 <= last));
        } else {
            all.truncate(options.count);
        }
        all.into_iter().map(|hit| (hit.2, hit.3)).collect()
    }

    #[test]
    fn the_nearest_are_those_of_looking_at_every_feature() -> Result<()> {
        let mut random = Random(7);
        let dir = tempfile::tempdir().expect("a directory");
        let (file, target) = (dir.path().join("a.gff3"), dir.path().join("a.sqlite"));
        let mut cases = 0;
        for round in 0..6 {
            let features: Vec<(i64, i64, char)> = (0..60)
                .map(|_| {
                    let start = 1 + random.below(400);
                    (
                        start,
                        start + random.below(60),
                        STRANDS[random.below(3) as usize],
                    )
                })
                .collect();
            let mut text = String::from("##gff-version 3\n");
            for (start, end, strand) in &features {
                text += &format!("s\t.\tgene\t{start}\t{end}\t.\t{strand}\t.\tNote=x\n");
            }
            std::fs::write(&file, text).expect("a file");
            let _ = std::fs::remove_file(&target);
            crate::Loader::new(&target).load(&[&file])?;
            let database = Database::open(&target)?;
            for _ in 0..150 {
                let pick = random.below(2) == 0;
                let options = Options {
                    count: 1 + random.below(4) as usize,
                    distance_to: [
                        DistanceTo::Boundary,
                        DistanceTo::Tss,
                        DistanceTo::Tes,
                        DistanceTo::Start,
                        DistanceTo::End,
                    ][random.below(5) as usize],
                    sign: [Sign::Reference, Sign::Place, Sign::Feature][random.below(3) as usize],
                    strands: [Strands::Any, Strands::Same, Strands::Opposite]
                        [random.below(3) as usize],
                    no_negative: random.below(4) == 0,
                    no_positive: random.below(4) == 0,
                    no_overlaps: random.below(3) == 0,
                    ties: pick,
                    max_distance: (random.below(3) == 0).then(|| random.below(50)),
                };
                let mut nearest = Nearest::new(database.query(), options.clone());
                for _ in 0..10 {
                    let first = 1 + random.below(480);
                    let place = Place {
                        seqid: "s",
                        first,
                        // Between two bases, too.
                        last: first - 1 + random.below(30),
                        strand: [Some('+'), Some('-'), None][random.below(3) as usize],
                    };
                    let found: Vec<_> = nearest
                        .to(&place)?
                        .iter()
                        .map(|h| (h.record, h.distance))
                        .collect();
                    assert_eq!(
                        found,
                        slow(&features, &place, &options),
                        "round {round}: {place:?} {options:?}"
                    );
                    cases += 1;
                }
                assert!(!nearest.has_sequence("t")?);
            }
        }
        assert_eq!(cases, 9000);
        Ok(())
    }
}
