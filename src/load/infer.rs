//! Genes and transcripts that a file implies: added after its rows, only those that are missing.

use rusqlite::{Connection, Result};

use crate::{
    db::{functions, quote},
    load::{guard, layouts::Layouts},
};

mod wanted;

pub use self::wanted::WantedParents;

const ISSUE_PARENTS: &str = include_str!("../../schema/issue_parents.sql");
const INFER_PLACES: &str = include_str!("../../schema/infer_places.sql");
const INFER_NAMES: &str = include_str!("../../schema/infer_names.sql");
const INFER_TRANSCRIPTS: &str = include_str!("../../schema/infer_transcripts.sql");
const INFER_GENES: &str = include_str!("../../schema/infer_genes.sql");
const INFER_PARENTS: &str = include_str!("../../schema/infer_parents.sql");
const NOTE_INFERRED: &str = include_str!("../../schema/note_inferred.sql");

/// Where, in [`INFER_NAMES`], records begin to be changed.
const CHANGES: &str = "-- Changes follow.\n";

/// The most issues of one kind about the parents of a dataset.
const MOST_ISSUES: u32 = 1_000;

/// What is to be inferred.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Inference {
    /// Transcripts and genes of GTF.
    pub gtf: bool,
    /// Parents of GFF3.
    pub gff3: bool,
}

/// Looks for the parents that were noted, tells of those that are missing, and adds what is asked
/// for. Returns how many records were added, by type.
///
/// The rows must be in and indexed; records are added behind the last one.
pub fn run(
    connection: &Connection,
    wanted: WantedParents,
    inference: Inference,
    columns: &[String],
    layouts: &mut Layouts,
) -> Result<Vec<(String, u64)>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    functions::register(connection)?;
    // Where records are added to a database, a transaction is open already.
    let is_alone = connection.is_autocommit();
    if is_alone {
        connection.execute_batch("BEGIN")?;
    }
    let mut added = Vec::new();
    if wanted.into_table(connection)? > 0 {
        for statement in statements(ISSUE_PARENTS) {
            connection.execute(statement, [MOST_ISSUES])?;
        }
        let last: Option<i64> =
            connection.query_row("SELECT max(record_id) FROM gff", [], |row| row.get(0))?;
        let first = last.unwrap_or(0) + 1;
        connection.execute_batch(INFER_PLACES)?;
        let mut gtf = Gtf::new(connection, columns, layouts);
        gtf.names()?;
        if inference.gtf {
            gtf.transcripts()?;
            gtf.genes(first)?;
            gtf.promoted(first)?;
        }
        if inference.gff3 {
            connection.execute(INFER_PARENTS, [])?;
        }
        connection.execute(NOTE_INFERRED, [first])?;
        added = connection
            .prepare("SELECT type, count(*) FROM gff WHERE record_id >= ?1 GROUP BY type")?
            .query_map([first], |row| {
                Ok((row.get(0)?, row.get::<_, i64>(1)? as u64))
            })?
            .collect::<Result<_>>()?;
    }
    connection.execute_batch(
        "DROP VIEW IF EXISTS placed; DROP TABLE IF EXISTS named; DROP TABLE wanted_parent;",
    )?;
    if is_alone {
        connection.execute_batch("COMMIT")?;
    }
    Ok(added)
}

/// Returns the statements of a file; none of them has a semicolon within.
fn statements(sql: &str) -> impl Iterator<Item = &str> {
    sql.split_inclusive(";\n").filter(|s| !s.trim().is_empty())
}

/// What GTF implies, written as a GTF line would have been stored.
struct Gtf<'c> {
    connection: &'c Connection,
    layouts: &'c mut Layouts,
    gene_promoted: bool,
    transcript_promoted: bool,
}

impl<'c> Gtf<'c> {
    fn new(connection: &'c Connection, columns: &[String], layouts: &'c mut Layouts) -> Self {
        let has = |key: &str| columns.iter().any(|column| column == key);
        Self {
            connection,
            layouts,
            gene_promoted: has("gene_id"),
            transcript_promoted: has("transcript_id"),
        }
    }

    /// Names the records whose ninth column is nothing but a name; none of them is new.
    fn names(&self) -> Result<()> {
        let sql = self.by_column(INFER_NAMES, "c");
        let (named, changed) = sql.split_once(CHANGES).unwrap_or((&sql, ""));
        self.connection.execute_batch(named)?;
        guard::note(self.connection, "SELECT record_id FROM named")?;
        self.connection.execute_batch(changed)
    }

    /// Returns a statement that takes `gene_id` from its column, where it has one.
    fn by_column(&self, sql: &str, row: &str) -> String {
        match self.gene_promoted {
            true => sql.replace(
                &format!("attr({row}.attributes, 'gene_id')"),
                &format!("{row}.gene_id"),
            ),
            false => sql.to_owned(),
        }
    }

    fn transcripts(&mut self) -> Result<()> {
        let gene = if self.gene_promoted {
            "gene_id"
        } else {
            "Parent"
        };
        let id = match self.transcript_promoted {
            true => "transcript_id \"{transcript_id}\";",
            false => "transcript_id \"{ID}\";",
        };
        let with_gene = self.layout(&format!("gene_id \"{{{gene}}}\"; {id}"))?;
        let alone = self.layout(id)?;
        let sql = self.by_column(INFER_TRANSCRIPTS, "first");
        self.connection.execute(&sql, (with_gene, alone)).map(drop)
    }

    fn genes(&mut self, first: i64) -> Result<()> {
        let layout = self.layout(match self.gene_promoted {
            true => "gene_id \"{gene_id}\";",
            false => "gene_id \"{ID}\";",
        })?;
        self.connection
            .execute(INFER_GENES, (layout, first))
            .map(drop)
    }

    /// Fills the columns of the identifiers, where they have some of their own.
    fn promoted(&self, first: i64) -> Result<()> {
        for (promoted, key, value) in [
            (
                self.gene_promoted,
                "gene_id",
                "iif(type = 'gene', ID, Parent)",
            ),
            (
                self.transcript_promoted,
                "transcript_id",
                "iif(type = 'gene', NULL, ID)",
            ),
        ] {
            if promoted {
                let column = quote(key);
                let sql = format!("UPDATE gff SET {column} = {value} WHERE record_id >= ?1");
                self.connection.execute(&sql, [first])?;
            }
        }
        Ok(())
    }

    /// Returns the identifier of a layout of column 9.
    fn layout(&mut self, attributes: &str) -> Result<Option<i64>> {
        let mut new = Vec::new();
        let id = self.layouts.find_or_add(attributes, &mut new);
        for layout in new {
            self.connection.execute(
                "INSERT INTO _layout VALUES (?, NULL, ?)",
                (layout.id, layout.attributes),
            )?;
        }
        Ok(id)
    }
}
