//! Records of an answer, in the format that the next tool wants, written as they come.

use std::{
    fmt,
    io::Write,
    path::{Path, PathBuf},
    rc::Rc,
    str::FromStr,
};

use rusqlite::{CachedStatement, types::ValueRef};

use super::{
    Bed, Bed12, BedName, Gff3, Gtf, LineRenderer, RowFormat, RowLayout, RowWriter, StopCodon,
    columns::Columns, rows, stop_codon::StopCodons,
};
use crate::{
    Error, Result,
    db::Extents,
    query::{Database, RecordSet, Row, Sequences},
};

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

/// How records are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RecordFormat {
    /// GFF3 that is valid on its own.
    Gff3,
    /// GTF, `gene_id` and `transcript_id` first.
    Gtf,
    /// BED of six columns.
    Bed,
    /// BED of twelve columns: transcripts with their exons.
    Bed12,
    /// Columns and attributes as rows.
    Rows(RowFormat),
    /// IDs, one a line, each once.
    Ids,
    /// How many there are.
    Count,
}

/// How many records a format could not show as they are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct NotShown {
    /// They have nothing that the format could show.
    pub left_out: u64,
    /// They begin below base 1, the first that BED has, and were clipped there; those that end below it
    /// have no line.
    pub clipped: u64,
    /// Genes that had the ID of a transcript, and were given another.
    pub renamed: u64,
}

impl NotShown {
    /// Adds those of another part of the answer.
    pub(super) fn add(&mut self, more: Self) {
        self.left_out += more.left_out;
        self.clipped += more.clipped;
        self.renamed += more.renamed;
    }
}

impl RecordFormat {
    /// The names of all formats, in the order that help texts list them.
    pub const NAMES: [&str; 13] = [
        "gff3", "gtf", "bed", "bed12", "tsv", "csv", "json", "jsonl", "table", "vertical",
        "markdown", "ids", "count",
    ];

    /// Returns the format that a file's ending asks for, `.gz` and `.bgz` aside.
    pub fn from_path(path: &Path) -> Option<Self> {
        match super::ending(path)?.as_str() {
            "gff3" | "gff" => Some(Self::Gff3),
            "gtf" => Some(Self::Gtf),
            "bed" => Some(Self::Bed),
            "bed12" => Some(Self::Bed12),
            _ => RowFormat::from_path(path).map(Self::Rows),
        }
    }
}

impl FromStr for RecordFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "gff3" => Ok(Self::Gff3),
            "gtf" => Ok(Self::Gtf),
            "bed" => Ok(Self::Bed),
            "bed12" => Ok(Self::Bed12),
            "ids" => Ok(Self::Ids),
            "count" => Ok(Self::Count),
            other if Self::NAMES.contains(&other) => Ok(Self::Rows(other.parse()?)),
            other => Err(Error::usage(format!(
                "no format {other:?}; the formats are {}",
                Self::NAMES.join(", ")
            ))),
        }
    }
}

impl fmt::Display for RecordFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gff3 => "gff3",
            Self::Gtf => "gtf",
            Self::Bed => "bed",
            Self::Bed12 => "bed12",
            Self::Rows(rows) => rows.name(),
            Self::Ids => "ids",
            Self::Count => "count",
        })
    }
}

/// Writes records in one format.
pub struct RecordWriter<'d> {
    kind: Kind<'d>,
    out: Option<Box<dyn Write + 'd>>,
    buffer: Vec<u8>,
    database: &'d Database,
    output: PathBuf,
    count: u64,
    stop_codons: Option<StopCodons<'d>>,
}

enum Kind<'d> {
    Gff3(Gff3<'d>),
    Gtf(Gtf<'d>),
    Bed(Bed<'d>),
    Bed12(Box<Bed12<'d>>),
    Rows(Box<dyn RowWriter + 'd>, Columns),
    Ids(Ids<'d>),
    Count,
}

/// What a writer is made with.
pub struct RecordOptions {
    /// The format.
    pub format: RecordFormat,
    /// Columns of row formats.
    pub columns: Columns,
    /// Names of sequences to show.
    pub sequences: Rc<Sequences>,
    /// Where the bytes go, as errors name it.
    pub output: PathBuf,
    /// How row formats are laid out.
    pub layout: RowLayout,
    /// Names of columns that are put in front of each line, by [`RecordWriter::record`].
    pub front: Vec<String>,
    /// Where stop codons are written.
    pub stop_codon: StopCodon,
    /// What is in the fourth column of BED.
    pub bed_name: BedName,
    /// Whether lines of GTF that are of no transcript have an empty `transcript_id`, as GTF 2.2 wants it.
    pub empty_transcript_id: bool,
}

impl<'d> RecordWriter<'d> {
    /// Starts an output.
    pub fn new(
        database: &'d Database,
        options: RecordOptions,
        out: impl Write + 'd,
    ) -> Result<Self> {
        let fail = |e| database.failed(e);
        let connection = database.connection();
        let spelled = || LineRenderer::new(connection, Rc::clone(&options.sequences)).map_err(fail);
        let mut out: Option<Box<dyn Write + 'd>> = Some(Box::new(out));
        let kind = match options.format {
            RecordFormat::Gff3 => Kind::Gff3(Gff3::new(connection, spelled()?).map_err(fail)?),
            RecordFormat::Gtf => Kind::Gtf(
                Gtf::new(database, spelled()?, options.empty_transcript_id).map_err(fail)?,
            ),
            RecordFormat::Bed => Kind::Bed(Bed::new(
                spelled()?,
                Extents::new(connection).map_err(fail)?,
                options.bed_name,
            )),
            RecordFormat::Bed12 => Kind::Bed12(Box::new(Bed12::new(
                database,
                spelled()?,
                options.bed_name,
                options.stop_codon,
            )?)),
            RecordFormat::Ids => Kind::Ids(Ids::new(database)?),
            RecordFormat::Count => Kind::Count,
            RecordFormat::Rows(format) => {
                let sink: Box<dyn Write + 'd> = match out.take() {
                    Some(out) => out,
                    None => Box::new(std::io::sink()),
                };
                let mut writer = rows(format, sink, options.layout);
                let mut names: Vec<&str> = options.front.iter().map(String::as_str).collect();
                names.extend(options.columns.names());
                writer
                    .header(&names)
                    .map_err(|e| Error::io(&options.output, "write", e))?;
                Kind::Rows(writer, options.columns)
            }
        };
        let mut writer = Self {
            kind,
            out,
            buffer: Vec::with_capacity(BUFFER * 2),
            database,
            output: options.output,
            count: 0,
            stop_codons: match options.format {
                // A line is a transcript, and its CDS.
                RecordFormat::Bed12 => None,
                _ => StopCodons::new(database, options.stop_codon)?,
            },
        };
        if let (Kind::Gff3(gff3), true) = (&mut writer.kind, options.front.is_empty()) {
            gff3.begin(&mut writer.buffer);
        }
        Ok(writer)
    }

    /// Writes a record; `front` are the columns in front of it, in formats other than rows one text.
    pub fn record(&mut self, row: &Row<'_>, front: &[ValueRef<'_>]) -> Result<()> {
        let Some(mut stop_codons) = self.stop_codons.take() else {
            return self.write(row, front);
        };
        let done = stop_codons.each(row, &mut |row| self.write(row, front));
        self.stop_codons = Some(stop_codons);
        done
    }

    fn write(&mut self, row: &Row<'_>, front: &[ValueRef<'_>]) -> Result<()> {
        self.count += 1;
        let out = &mut self.buffer;
        if !matches!(self.kind, Kind::Rows(..) | Kind::Count) {
            for column in front {
                if let ValueRef::Text(text) = column {
                    out.extend_from_slice(text);
                }
                out.push(b'\t');
            }
        }
        let done = match &mut self.kind {
            Kind::Gff3(gff3) if front.is_empty() => gff3.record(row, out),
            Kind::Gff3(gff3) => gff3.line(row, out),
            Kind::Gtf(gtf) => {
                gtf.record(row, out)?;
                Ok(())
            }
            Kind::Bed(bed) => {
                bed.record(row, out);
                Ok(())
            }
            Kind::Bed12(bed) => {
                bed.record(row, out)?;
                Ok(())
            }
            Kind::Ids(ids) => ids.record(row, out),
            Kind::Count => Ok(()),
            Kind::Rows(writer, columns) => {
                let values = columns.values(row);
                let all: Vec<ValueRef<'_>> = front
                    .iter()
                    .copied()
                    .chain(values.iter().map(|value| value.as_ref()))
                    .collect();
                return writer
                    .row(&all)
                    .map_err(|e| Error::io(&self.output, "write", e));
            }
        };
        done.map_err(|e| self.database.failed(e))?;
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if let Some(out) = &mut self.out {
            out.write_all(&self.buffer)
                .map_err(|e| Error::io(&self.output, "write", e))?;
        }
        self.buffer.clear();
        Ok(())
    }

    /// Ends the output; returns how many records the format could not show.
    pub fn finish(mut self) -> Result<NotShown> {
        let unwritten = |output: &Path, e| Error::io(output, "write", e);
        if let Kind::Rows(writer, _) = &mut self.kind {
            writer
                .finish()
                .and_then(|()| writer.flush())
                .map_err(|e| unwritten(&self.output, e))?;
        }
        if let Kind::Count = self.kind {
            self.buffer
                .extend_from_slice(format!("{}\n", self.count).as_bytes());
        }
        self.flush()?;
        if let Some(out) = &mut self.out {
            out.flush().map_err(|e| unwritten(&self.output, e))?;
        }
        Ok(match &self.kind {
            Kind::Bed(bed) => bed.not_shown,
            Kind::Ids(ids) => NotShown {
                left_out: ids.left_out,
                ..NotShown::default()
            },
            Kind::Gff3(gff3) => NotShown {
                renamed: gff3.renamed,
                ..NotShown::default()
            },
            // Genes have no line beside their transcripts, and nobody misses it.
            Kind::Bed12(bed) => NotShown {
                left_out: if bed.lines == 0 {
                    bed.not_shown.left_out
                } else {
                    0
                },
                clipped: bed.not_shown.clipped,
                ..NotShown::default()
            },
            _ => NotShown::default(),
        })
    }
}

/// IDs, each once, at its first record.
struct Ids<'d> {
    earlier: CachedStatement<'d>,
    shown: RecordSet,
    /// Records that have no ID.
    left_out: u64,
}

impl<'d> Ids<'d> {
    fn new(database: &'d Database) -> Result<Self> {
        let earlier = database
            .connection()
            .prepare_cached("SELECT record_id FROM gff WHERE ID = ?1 AND record_id < ?2")
            .map_err(|e| database.failed(e))?;
        Ok(Self {
            earlier,
            shown: RecordSet::default(),
            left_out: 0,
        })
    }

    fn record(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> rusqlite::Result<()> {
        let Some(id) = row.id() else {
            self.left_out += 1;
            return Ok(());
        };
        let record = row.record_id();
        let mut rows = self.earlier.query((id, record))?;
        let mut is_new = true;
        while let Some(row) = rows.next()? {
            is_new &= !self.shown.contains(row.get(0)?);
        }
        self.shown.insert(record);
        if is_new {
            out.extend_from_slice(id.as_bytes());
            out.push(b'\n');
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_read_from_a_name_and_from_an_ending() -> Result<()> {
        for name in RecordFormat::NAMES {
            assert_eq!(name.parse::<RecordFormat>()?.to_string(), name);
        }
        for (path, format) in [
            ("a.gff3.gz", Some(RecordFormat::Gff3)),
            ("a.GFF", Some(RecordFormat::Gff3)),
            ("a.bed", Some(RecordFormat::Bed)),
            ("a.tsv.gz", Some(RecordFormat::Rows(RowFormat::Tsv))),
            ("a.txt", None),
            ("gff3", None),
        ] {
            assert_eq!(RecordFormat::from_path(Path::new(path)), format, "{path}");
        }
        assert_eq!(
            "xml"
                .parse::<RecordFormat>()
                .expect_err("no format")
                .to_string(),
            "no format \"xml\"; the formats are gff3, gtf, bed, bed12, tsv, csv, json, jsonl, table, \
             vertical, markdown, ids, count"
        );
        Ok(())
    }
}
