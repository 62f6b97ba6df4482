//! Regions from a file: BED, GFF3 (or GTF), VCF, told apart by their first line that is data.
//!
//! | file | first base | last base |
//! | --- | --- | --- |
//! | BED | column 2, which counts from 0, and 1 | column 3 |
//! | GFF3, GTF | column 4 | column 5 |
//! | VCF | POS | `END` of INFO, else POS and the length of REF, less 1 |

use std::path::{Path, PathBuf};

use crate::{
    Error, Result,
    gff::FIELDS,
    input::{BLOCK_SIZE, Blocks, Input, Options},
};

/// One line of a file of regions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RegionLine {
    /// The sequence's name, as the file has it.
    pub name: String,
    /// The first base, 1-based.
    pub first: i64,
    /// The last base, inside.
    pub last: i64,
    /// The whole line, without its line end.
    pub line: String,
    kind: Kind,
}

impl RegionLine {
    /// Returns the columns of the line, as they are.
    pub fn columns(&self) -> Vec<&str> {
        self.kind.columns(&self.line)
    }

    /// Returns the strand: `+` or `-`, of column 6 of BED and column 7 of GFF3.
    pub fn strand(&self) -> Option<char> {
        let column = match self.kind {
            Kind::Bed => 5,
            Kind::Gff => 6,
            Kind::Vcf => return None,
        };
        let text = match self.line.contains('\t') {
            true => self.line.split('\t').nth(column),
            false => self.columns().get(column).copied(),
        };
        match text {
            Some("+") => Some('+'),
            Some("-") => Some('-'),
            _ => None,
        }
    }

    /// Returns the names of the columns, by the format of the file: `chrom`, `chromStart`; a number where
    /// the format has no name.
    pub fn column_names(&self) -> Vec<String> {
        let names: &[&str] = match self.kind {
            // What follows the sixth column is of many kinds.
            Kind::Bed => &["chrom", "chromStart", "chromEnd", "name", "score", "strand"],
            Kind::Gff => &FIELDS,
            Kind::Vcf => &[
                "CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT",
            ],
        };
        let name = |i: usize| match names.get(i) {
            Some(name) => String::from(*name),
            None => (i + 1).to_string(),
        };
        (0..self.columns().len()).map(name).collect()
    }
}

/// What a file of regions is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Bed,
    Gff,
    Vcf,
}

impl Kind {
    fn columns(self, line: &str) -> Vec<&str> {
        match self {
            // BED may have blanks between its columns.
            Self::Bed if !line.contains('\t') => line.split_whitespace().collect(),
            _ => line.split('\t').collect(),
        }
    }
}

/// Reads a file of regions, or standard input for `-`, of any compression, and hands each on.
///
/// # Errors
///
/// The file cannot be read, a line is no region (its number is named), or `each` fails.
pub fn read(path: &Path, each: &mut dyn FnMut(RegionLine) -> Result<()>) -> Result<()> {
    let mut blocks =
        Blocks::new(Input::open(path, &Options::default())?, BLOCK_SIZE).may_be_empty();
    let (mut block, mut number, mut kind) = (Vec::new(), 0, None);
    while blocks.read_into(&mut block)? {
        for line in block.split_inclusive(|&b| b == b'\n') {
            number += 1;
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let text = String::from_utf8_lossy(line);
            if text.starts_with("##FASTA") {
                return Ok(());
            }
            if text.starts_with("##fileformat=VCF") {
                kind = Some(Kind::Vcf);
            }
            if text.trim().is_empty()
                || text.starts_with('#')
                || (kind != Some(Kind::Vcf) && ["track", "browser"].contains(&first_word(&text)))
            {
                continue;
            }
            let place = || PathBuf::from(format!("{}:{number}", path.display()));
            let kind = *kind.get_or_insert_with(|| guess(&text));
            match target(&text, kind) {
                Ok(target) => each(target)?,
                Err(reason) => return Err(Error::input(place(), reason)),
            }
        }
    }
    Ok(())
}

fn first_word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

fn guess(line: &str) -> Kind {
    let columns: Vec<_> = line.split('\t').collect();
    let is_number = |i: usize| columns.get(i).is_some_and(|c| c.parse::<u64>().is_ok());
    match () {
        () if is_number(1) && is_number(2) => Kind::Bed,
        () if is_number(3) && is_number(4) && columns.len() >= 8 => Kind::Gff,
        () if is_number(1) && columns.len() >= 5 => Kind::Vcf,
        () => Kind::Bed,
    }
}

fn target(line: &str, kind: Kind) -> std::result::Result<RegionLine, String> {
    let columns = kind.columns(line);
    let (needed, what) = match kind {
        Kind::Bed => (3, "BED"),
        Kind::Gff => (5, "GFF"),
        Kind::Vcf => (4, "VCF"),
    };
    if columns.len() < needed {
        let found = columns.len();
        return Err(format!(
            "expected a {what} line of at least {needed} columns, found {found}"
        ));
    }
    let number = |i: usize, name: &str| {
        columns[i]
            .trim()
            .parse::<i64>()
            .ok()
            .filter(|n| *n >= 0)
            .ok_or_else(|| format!("expected a whole number as {name}, found {:?}", columns[i]))
    };
    let (first, last) = match kind {
        Kind::Bed => (number(1, "chromStart")?, number(2, "chromEnd")?),
        Kind::Gff => (number(3, "start")?, number(4, "end")?),
        Kind::Vcf => {
            let pos = number(1, "POS")?;
            let end = columns.get(7).and_then(|info| {
                info.split(';')
                    .find_map(|field| field.strip_prefix("END=")?.parse().ok())
            });
            let length = columns[3].len().max(1) as i64;
            (
                pos,
                end.filter(|&end| end >= pos).unwrap_or(pos + length - 1),
            )
        }
    };
    // A BED interval of no bases is the place between two: nothing overlaps it.
    let (start, is_bed) = match kind {
        Kind::Bed => (first + 1, true),
        _ => (first, false),
    };
    if last < first || (!is_bed && last < start) {
        return Err(format!("end {last} is before start {first}"));
    }
    Ok(RegionLine {
        name: columns[0].to_owned(),
        first: start,
        last,
        line: line.to_owned(),
        kind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<(String, i64, i64)>> {
        let file = tempfile::NamedTempFile::new().map_err(|e| Error::io("-", "make", e))?;
        std::fs::write(file.path(), text).map_err(|e| Error::io("-", "write", e))?;
        let mut found = Vec::new();
        read(file.path(), &mut |t| {
            found.push((t.name, t.first, t.last));
            Ok(())
        })
        .map_err(|e| {
            let text = e.to_string();
            let at = text
                .find(file.path().to_str().unwrap_or_default())
                .unwrap_or(0);
            Error::usage(text[at + file.path().as_os_str().len()..].to_owned())
        })?;
        Ok(found)
    }

    #[test]
    fn each_format_counts_in_its_own_way() -> Result<()> {
        for (text, expected) in [
            (
                "track name=x\n#c\nchr1\t0\t10\tx\r\nchr1 9 10\n",
                vec![("chr1", 1, 10), ("chr1", 10, 10)],
            ),
            (
                "##gff-version 3\nc\t.\tgene\t5\t9\t.\t+\t.\tID=x\n##FASTA\n>a\nAC\n",
                vec![("c", 5, 9)],
            ),
            ("c\t.\tgene\t5\t9\t.\t+\t.\tID=x\n", vec![("c", 5, 9)]),
            (
                "##fileformat=VCFv4.2\n#CHROM\nc\t7\t.\tACG\tA\t.\t.\t.\nc\t7\t.\tA\t<DEL>\t.\t.\tX=1;END=20\n",
                vec![("c", 7, 9), ("c", 7, 20)],
            ),
        ] {
            let found = all(text)?;
            let found: Vec<_> = found.iter().map(|(n, a, b)| (n.as_str(), *a, *b)).collect();
            assert_eq!(found, expected, "{text}");
        }
        Ok(())
    }

    #[test]
    fn a_file_may_have_no_regions() -> Result<()> {
        for text in ["", "\n", "#chrom\n", "track name=x\n", "##gff-version 3\n"] {
            assert_eq!(all(text)?, [], "{text:?}");
        }
        Ok(())
    }

    #[test]
    fn a_bad_line_is_named() {
        for (text, expected) in [
            (
                "c\t1\n",
                ":1: expected a BED line of at least 3 columns, found 2",
            ),
            ("c\t1\t5\nc\t9\t8\n", ":2: end 8 is before start 9"),
            (
                "c\t1\t5\n\nc\tx\t8\n",
                ":3: expected a whole number as chromStart, found \"x\"",
            ),
            (
                "c\t1\t5\nc\t-1\t8\n",
                ":2: expected a whole number as chromStart, found \"-1\"",
            ),
            (
                "c\t.\tgene\t5\t9\t.\t+\t.\tID=x\nc\t.\tgene\t5\n",
                ":2: expected a GFF line of at least 5 columns, found 4",
            ),
        ] {
            assert_eq!(all(text).expect_err(text).to_string(), expected);
        }
    }
}
