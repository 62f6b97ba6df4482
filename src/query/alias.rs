//! Other names of sequences: `chr1`, `1`, `NC_000001.11`, from the tables that archives publish.
//!
//! | file | its styles |
//! | --- | --- |
//! | NCBI `assembly_report.txt` | `assembly`, `genbank`, `refseq`, `ucsc`, `ensembl` (Sequence-Name of assembled molecules, else GenBank-Accn) |
//! | UCSC `chromAlias.txt` with a header `# ucsc  assembly  …` | the header's words |
//! | UCSC `chromAlias.txt` of three columns, alias, chrom and source | `ucsc`, and the sources |
//! | any table with tabs | the words of its first line; without such a line, `column1`, `column2`, … |

use std::{collections::BTreeSet, io::Read, path::Path};

use rusqlite::TransactionBehavior;

use super::Database;
use crate::{
    Error, Result, db,
    input::{Input, Options},
};

/// A table of names: each row is one sequence, its names by style.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Aliases {
    rows: Vec<Vec<(String, String)>>,
}

/// What came of filling names in.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Filled {
    /// Sequences of the database that have names now.
    pub found: usize,
    /// Sequences of the database that are in no row of the table.
    pub missing: Vec<String>,
    /// Names by style that were put in.
    pub names: usize,
}

/// Sources of a headerless chromAlias.txt.
const SOURCES: [&str; 7] = [
    "ensembl", "refseq", "genbank", "assembly", "ncbi", "insdc", "ucsc",
];

impl Aliases {
    /// Reads a table, of any compression.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or has no row of two names.
    pub fn read(path: &Path) -> Result<Self> {
        let mut bytes = Vec::new();
        Input::open(path, &Options::default())?
            .read_to_end(&mut bytes)
            .map_err(|e| Error::io(path, "read", e))?;
        let text = String::from_utf8_lossy(&bytes);
        let aliases = Self::parse(&text);
        match aliases.rows.iter().any(|row| row.len() > 1) {
            true => Ok(aliases),
            false => Err(Error::input(
                path,
                "expected a table of names with tabs between them, such as an NCBI assembly report \
                 or UCSC's chromAlias.txt, found no row of two names",
            )),
        }
    }

    fn parse(text: &str) -> Self {
        let mut header: Option<Vec<&str>> = None;
        let mut rows: Vec<Vec<(String, String)>> = Vec::new();
        let mut by_chrom: std::collections::HashMap<String, usize> =
            std::collections::HashMap::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if let Some(comment) = line.strip_prefix('#') {
                // The last comment that has tabs names the columns.
                if comment.contains('\t') {
                    header = Some(
                        comment
                            .trim_start_matches('#')
                            .split('\t')
                            .map(str::trim)
                            .collect(),
                    );
                }
                continue;
            }
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            let sources = cells
                .get(2)
                .map(|c| c.split(',').collect::<Vec<_>>())
                .unwrap_or_default();
            let is_old = |word: &&str| SOURCES.contains(&word.to_ascii_lowercase().as_str());
            if cells.len() == 3 && !sources.is_empty() && sources.iter().all(is_old) {
                let at = *by_chrom.entry(cells[1].to_owned()).or_insert_with(|| {
                    rows.push(vec![("ucsc".to_owned(), cells[1].to_owned())]);
                    rows.len() - 1
                });
                let names = sources
                    .iter()
                    .map(|s| (s.to_ascii_lowercase(), cells[0].to_owned()));
                rows[at].extend(names);
                continue;
            }
            match &header {
                Some(names) => rows.push(row(names, &cells)),
                None if is_header(&cells) => header = Some(cells),
                None => rows.push(
                    cells
                        .iter()
                        .enumerate()
                        .filter(|(_, cell)| is_name(cell))
                        .map(|(i, cell)| (format!("column{}", i + 1), (*cell).to_owned()))
                        .collect(),
                ),
            }
        }
        Self { rows }
    }

    /// Puts the names of the database's sequences into its table `alias`; names that are there of
    /// other tables stay.
    ///
    /// # Errors
    ///
    /// The database cannot be written, or no row names one of its sequences.
    pub fn fill(&self, path: &Path) -> Result<Filled> {
        let sequences: BTreeSet<String> = Database::open(path)?.sequences()?.into_iter().collect();
        let mut found = BTreeSet::new();
        let mut names = BTreeSet::new();
        for row in &self.rows {
            let known = row
                .iter()
                .map(|(_, name)| name)
                .filter(|name| sequences.contains(*name));
            for seqid in known.collect::<BTreeSet<_>>() {
                found.insert(seqid.clone());
                names.extend(row.iter().map(|(style, name)| (seqid, name, style)));
            }
        }
        if found.is_empty() {
            let first = sequences.iter().next().cloned().unwrap_or_default();
            return Err(Error::usage(format!(
                "no row of the table names a sequence of {}, such as {first:?}; is it of another assembly?",
                path.display()
            )));
        }
        let mut connection = db::open_to_write(path)?;
        let mut write = || -> rusqlite::Result<()> {
            // At once, so that it waits for another writer.
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(include_str!("../../schema/alias.sql"))?;
            let mut insert =
                transaction.prepare("INSERT OR IGNORE INTO alias VALUES (?1, ?2, ?3)")?;
            for (seqid, alias, style) in &names {
                insert.execute((seqid, alias, style))?;
            }
            drop(insert);
            transaction.commit()
        };
        write().map_err(|e| Error::sqlite(path, e))?;
        Ok(Filled {
            names: names.len(),
            missing: sequences.difference(&found).cloned().collect(),
            found: found.len(),
        })
    }
}

fn is_name(cell: &str) -> bool {
    !cell.is_empty() && cell != "na" && cell != "." && cell != "-"
}

/// Tells a header by its words: at least one is a style that everybody knows.
fn is_header(cells: &[&str]) -> bool {
    cells
        .iter()
        .any(|cell| SOURCES.contains(&cell.to_ascii_lowercase().as_str()))
}

fn row(header: &[&str], cells: &[&str]) -> Vec<(String, String)> {
    let cell = |name: &str| {
        let at = header.iter().position(|h| *h == name)?;
        cells.get(at).copied().filter(|cell| is_name(cell))
    };
    if header.contains(&"GenBank-Accn") {
        let molecule = cell("Sequence-Role") == Some("assembled-molecule");
        let ensembl = if molecule {
            cell("Sequence-Name")
        } else {
            cell("GenBank-Accn")
        };
        return [
            ("assembly", cell("Sequence-Name")),
            ("genbank", cell("GenBank-Accn")),
            ("refseq", cell("RefSeq-Accn")),
            ("ucsc", cell("UCSC-style-name")),
            ("ensembl", ensembl),
        ]
        .into_iter()
        .filter_map(|(style, name)| Some((style.to_owned(), name?.to_owned())))
        .collect();
    }
    header
        .iter()
        .zip(cells)
        .filter(|(style, cell)| !style.is_empty() && is_name(cell))
        .map(|(style, cell)| (style.to_ascii_lowercase(), (*cell).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_table_is_read() {
        let report = "# Assembly name:  GRCh38\n# Sequence-Name\tSequence-Role\tAssigned-Molecule\t\
            Assigned-Molecule-Location/Type\tGenBank-Accn\tRelationship\tRefSeq-Accn\tAssembly-Unit\t\
            Sequence-Length\tUCSC-style-name\r\n1\tassembled-molecule\t1\tChromosome\tCM000663.2\t=\t\
            NC_000001.11\tPrimary\t248956422\tchr1\r\nHSCHR1_CTG1\tunlocalized-scaffold\t1\tChromosome\t\
            KI270706.1\t=\tNT_187361.1\tPrimary\t175055\tna\r\n";
        for (text, expected) in [
            (
                report,
                "assembly=1 genbank=CM000663.2 refseq=NC_000001.11 ucsc=chr1 ensembl=1; \
                 assembly=HSCHR1_CTG1 genbank=KI270706.1 refseq=NT_187361.1 ensembl=KI270706.1",
            ),
            (
                "# ucsc\tassembly\trefseq\nchr1\t1\tNC_1.1\nchrM\t\tNC_2.1\n",
                "ucsc=chr1 assembly=1 refseq=NC_1.1; ucsc=chrM refseq=NC_2.1",
            ),
            (
                "1\tchr1\tensembl,assembly\nNC_1.1\tchr1\trefseq\n",
                "ucsc=chr1 ensembl=1 assembly=1 refseq=NC_1.1",
            ),
            ("UCSC\tEnsembl\nchr1\t1\n", "ucsc=chr1 ensembl=1"),
            (
                "chr1\t1\nchr2\t2\n",
                "column1=chr1 column2=1; column1=chr2 column2=2",
            ),
        ] {
            let rows = Aliases::parse(text).rows;
            let shown: Vec<String> = rows
                .iter()
                .map(|row| {
                    let names: Vec<_> = row.iter().map(|(s, n)| format!("{s}={n}")).collect();
                    names.join(" ")
                })
                .collect();
            assert_eq!(shown.join("; "), expected);
        }
    }
}
