//! Datasets: what a load recorded of each, and where their records are.

use std::path::Path;

use rusqlite::Connection;

use crate::{Error, Result};

const DATASETS: &str = include_str!("../../schema/datasets.sql");
const MOVED_RECORDS: &str = include_str!("../../schema/moved_records.sql");

/// How many names a message lists.
const MOST_NAMED: usize = 10;

/// What a load recorded of one file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dataset {
    /// Its name.
    pub name: String,
    /// The file's name as it was given; `-` for standard input.
    pub file: String,
    /// `gff3` or `gtf`: the syntax of most of its ninth columns.
    pub format: String,
    /// How the file was compressed: `plain`, `gzip`, `BGZF`, `zstd` or `bzip2`.
    pub compression: String,
    /// Bytes after decompression.
    pub bytes: u64,
    /// Of those bytes, hexadecimal.
    pub sha256: String,
    /// Lines, a last one without a line end included.
    pub lines: u64,
    /// Records.
    pub records: u64,
    /// The `record_id` of its first record.
    pub first_record: i64,
    /// What ends its lines.
    pub line_end: String,
    /// What ends its last line.
    pub last_line_end: String,
}

impl Dataset {
    /// Returns every dataset of a database, in the order in which they were loaded.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn all(connection: &Connection, path: &Path) -> Result<Vec<Self>> {
        let read = || {
            let mut statement = connection.prepare(DATASETS)?;
            let rows = statement.query_map([], |row| {
                Ok(Self {
                    name: row.get(0)?,
                    file: row.get(1)?,
                    format: row.get(2)?,
                    bytes: row.get::<_, i64>(3)? as u64,
                    sha256: row.get(4)?,
                    lines: row.get::<_, i64>(5)? as u64,
                    records: row.get::<_, i64>(6)? as u64,
                    first_record: row.get(7)?,
                    line_end: row.get(8)?,
                    last_line_end: row.get(9)?,
                    compression: row.get(10)?,
                })
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|e| Error::sqlite(path, e))
    }

    /// Returns the last `record_id` that the load gave out, or the one before the first.
    pub fn last_record(&self) -> i64 {
        self.first_record
            .saturating_add_unsigned(self.records)
            .saturating_sub(1)
    }
}

/// Returns the dataset of that name, or the only one where there is no name.
///
/// # Errors
///
/// There is none of that name; or there is no name, and not exactly one dataset.
pub fn choose<'d>(datasets: &'d [Dataset], name: Option<&str>, path: &Path) -> Result<&'d Dataset> {
    let names = || {
        let mut names: Vec<&str> = datasets.iter().map(|d| d.name.as_str()).collect();
        let more = names.len().saturating_sub(MOST_NAMED);
        names.truncate(MOST_NAMED);
        match more {
            0 => names.join(", "),
            more => format!("{} and {more} more", names.join(", ")),
        }
    };
    match (datasets, name) {
        ([], _) => Err(Error::database(
            path,
            "it has no dataset; `gffdb convert --append` adds one",
        )),
        (_, Some(name)) => datasets.iter().find(|d| d.name == name).ok_or_else(|| {
            Error::usage(format!(
                "{}: there is no dataset {name:?}; it has {}",
                path.display(),
                names()
            ))
        }),
        ([only], None) => Ok(only),
        (several, None) => Err(Error::usage(format!(
            "{}: it has {} datasets, {}; name one with --dataset",
            path.display(),
            several.len(),
            names()
        ))),
    }
}

/// Returns where records of a dataset can be, as first and last `record_id`, in order.
///
/// They are where the load put them, where no load put any: what was added by hand, and where the
/// records are that table `_moved_record` lists. So the records of other datasets are not read, but for a few
/// where numbers were given out again after the last records of a dataset were deleted.
///
/// # Errors
///
/// The database cannot be read.
pub fn ranges(
    connection: &Connection,
    path: &Path,
    datasets: &[Dataset],
    dataset: &Dataset,
) -> Result<Vec<(i64, i64)>> {
    let moved = || -> rusqlite::Result<Vec<i64>> {
        // Databases of earlier versions have no such table.
        if !connection.table_exists(Some("main"), "_moved_record")? {
            return Ok(Vec::new());
        }
        let mut statement = connection.prepare(MOVED_RECORDS)?;
        let records = statement.query_map([&dataset.name], |row| row.get(0))?;
        records.collect()
    };
    let moved = moved().map_err(|e| Error::sqlite(path, e))?;
    Ok(with_moved(unmoved(datasets, dataset), &moved))
}

/// Adds the stretches between ranges in which there are moved records, which are in order.
fn with_moved(unmoved: Vec<(i64, i64)>, moved: &[i64]) -> Vec<(i64, i64)> {
    let mut ranges = Vec::new();
    let mut moved = moved.iter().copied().peekable();
    for (first, last) in unmoved {
        if let Some(start) = moved.next_if(|record| *record < first) {
            let mut end = start;
            while let Some(record) = moved.next_if(|record| *record < first) {
                end = record;
            }
            ranges.push((start, end));
        }
        while moved.next_if(|record| *record <= last).is_some() {}
        ranges.push((first, last));
    }
    ranges
}

/// Returns where records of a dataset can be that no edit moved; the last of the ranges has no end.
fn unmoved(datasets: &[Dataset], dataset: &Dataset) -> Vec<(i64, i64)> {
    let (first, last) = (dataset.first_record, dataset.last_record());
    let mut others: Vec<(i64, i64)> = datasets
        .iter()
        .filter(|other| other.name != dataset.name)
        .map(|other| (other.first_record, other.last_record()))
        .flat_map(|(start, end)| match start <= last && first <= end {
            true => [
                (start, first.saturating_sub(1)),
                (last.saturating_add(1), end),
            ],
            false => [(start, end), (1, 0)],
        })
        .filter(|(start, end)| start <= end)
        .collect();
    others.sort_unstable();
    let mut ranges = Vec::new();
    let mut next = i64::MIN;
    for (start, end) in others {
        if next < start {
            ranges.push((next, start - 1));
        }
        next = next.max(end.saturating_add(1));
    }
    ranges.push((next, i64::MAX));
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(name: &str, first_record: i64, records: u64) -> Dataset {
        Dataset {
            name: name.to_owned(),
            file: format!("{name}.gff3"),
            format: String::from("gff3"),
            compression: String::from("plain"),
            bytes: 0,
            sha256: String::new(),
            lines: 0,
            records,
            first_record,
            line_end: String::from("\n"),
            last_line_end: String::from("\n"),
        }
    }

    #[test]
    fn records_of_other_datasets_are_not_read() {
        let (low, high) = (i64::MIN, i64::MAX);
        let a = dataset("a", 1, 10);
        let b = dataset("b", 11, 5);
        let c = dataset("c", 20, 5);
        let empty = dataset("e", 11, 0);
        let again = dataset("r", 9, 3); // after records 9 and 10 of `a` were deleted
        let two = [a.clone(), again.clone()];
        let four = [a.clone(), empty.clone(), b.clone(), c.clone()];
        for (datasets, of, expected) in [
            (&four[..1], &a, &[(low, high)][..]),
            (&four, &a, &[(low, 10), (16, 19), (25, high)]),
            (&four, &b, &[(low, 0), (11, 19), (25, high)]),
            (&four, &c, &[(low, 0), (16, high)]),
            (&two, &a, &[(low, 10), (12, high)]),
            (&two, &again, &[(low, 0), (9, high)]),
            (&four, &empty, &[(low, 0), (16, 19), (25, high)]),
        ] {
            assert_eq!(unmoved(datasets, of), expected, "{}", of.name);
        }
    }

    #[test]
    fn moved_records_are_read_where_they_are() {
        let (low, high) = (i64::MIN, i64::MAX);
        let unmoved = vec![(low, 10), (16, 19), (25, high)];
        for (moved, expected) in [
            (&[][..], &unmoved[..]),
            (&[3, 17, 30], &unmoved),
            (&[12], &[(low, 10), (12, 12), (16, 19), (25, high)]),
            (
                &[3, 11, 13, 14, 18, 24, 25],
                &[(low, 10), (11, 14), (16, 19), (24, 24), (25, high)],
            ),
        ] {
            assert_eq!(with_moved(unmoved.clone(), moved), expected, "{moved:?}");
        }
    }

    #[test]
    fn one_dataset_is_chosen_by_itself_and_several_are_named() -> Result<()> {
        let path = Path::new("genes.sqlite");
        let many: Vec<_> = (0..12).map(|n| dataset(&format!("d{n}"), 1, 0)).collect();
        assert_eq!(choose(&many[..1], None, path)?.name, "d0");
        assert_eq!(choose(&many, Some("d7"), path)?.name, "d7");
        for (datasets, name, expected) in [
            (
                &many[..0],
                None,
                "genes.sqlite: it has no dataset; `gffdb convert --append` adds one",
            ),
            (
                &many[..2],
                None,
                "genes.sqlite: it has 2 datasets, d0, d1; name one with --dataset",
            ),
            (
                &many[..],
                Some("x"),
                "genes.sqlite: there is no dataset \"x\"; it has d0, d1, d2, d3, d4, d5, d6, d7, \
                 d8, d9 and 2 more",
            ),
        ] {
            let error = choose(datasets, name, path).err().map(|e| e.to_string());
            assert_eq!(error.as_deref(), Some(expected));
        }
        Ok(())
    }
}
