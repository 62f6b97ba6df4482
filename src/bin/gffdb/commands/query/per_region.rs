//! `--with-query` and `--count`: a file's regions one by one.

use std::{path::Path, rc::Rc};

use gffdb::{
    Error, Result,
    output::Output,
    query::{Database, EachRegion, Query, RegionLine, Row, Sequences},
    write::{NotShown, RecordFormat, RecordWriter},
};

use rusqlite::types::ValueRef;

use super::{Args, asked::Found, format, tell};

/// Columns of a region that are whole numbers, in JSON too.
const NUMBERS: [&str; 5] = [
    "region_chromStart",
    "region_chromEnd",
    "region_start",
    "region_end",
    "region_POS",
];

/// Answers a file of regions.
pub fn run(
    args: &Args,
    database: &Database,
    query: &Query<'_>,
    file: &Path,
    found: &mut Found,
) -> Result<()> {
    let named = if args.count {
        let mut counts = Counts {
            output: args.target.create()?,
        };
        let named = query.each_region(file, &mut counts)?;
        counts.output.commit()?;
        named
    } else {
        hits(args, database, query, file)?
    };
    found.regions_file(file, database, &named)
}

fn hits(
    args: &Args,
    database: &Database,
    query: &Query<'_>,
    file: &Path,
) -> Result<gffdb::query::ResolvedRegions> {
    let format = format::format(args)?;
    if matches!(
        format,
        RecordFormat::Bed12 | RecordFormat::Ids | RecordFormat::Gtf | RecordFormat::Count
    ) {
        return Err(Error::usage(format!(
            "--with-query works with gff3, bed and the formats of rows, not with {format}"
        )));
    }
    let sequences = format::sequences(args, database)?;
    let mut output = args.target.create()?;
    let mut hits = Hits {
        args,
        database,
        format,
        sequences: Rc::clone(&sequences),
        names: Vec::new(),
        output: Some(&mut output),
        writer: None,
    };
    let named = query.each_region(file, &mut hits)?;
    if hits.writer.is_none() {
        hits.begin()?;
    }
    let writer = hits.writer.take();
    drop(hits);
    let not_shown = writer.map_or(Ok(NotShown::default()), RecordWriter::finish)?;
    output.commit()?;
    tell(format, not_shown, &sequences);
    Ok(named)
}

/// Hits of each region behind the region's own columns.
struct Hits<'d> {
    args: &'d Args,
    database: &'d Database,
    format: RecordFormat,
    sequences: Rc<Sequences>,
    /// The names of the columns of a region, as the first one has them.
    names: Vec<String>,
    /// Where to write, until the writer has it.
    output: Option<&'d mut Output>,
    writer: Option<RecordWriter<'d>>,
}

impl Hits<'_> {
    fn begin(&mut self) -> Result<()> {
        // A row has its region's columns by name; a line has the region's line.
        let front = match self.format {
            RecordFormat::Rows(_) => self.names.clone(),
            _ => vec![String::from("region")],
        };
        let options = format::options(
            self.args,
            self.database,
            self.format,
            &self.sequences,
            front,
        )?;
        if let Some(output) = self.output.take() {
            self.writer = Some(RecordWriter::new(self.database, options, output)?);
        }
        Ok(())
    }
}

impl EachRegion for Hits<'_> {
    fn hit(&mut self, target: &RegionLine, row: &Row<'_>) -> Result<()> {
        if self.writer.is_none() {
            let names = target.column_names();
            self.names = names.iter().map(|name| format!("region_{name}")).collect();
            self.begin()?;
        }
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        if !matches!(self.format, RecordFormat::Rows(_)) {
            return writer.record(row, &[ValueRef::Text(target.line.as_bytes())]);
        }
        let columns = target.columns();
        if columns.len() > self.names.len() {
            return Err(Error::usage(format!(
                "{}: expected {} columns, as in the lines before, found {} in {:?}; --format bed takes it",
                self.args
                    .filters
                    .regions_file
                    .as_deref()
                    .unwrap_or(Path::new("-"))
                    .display(),
                self.names.len(),
                columns.len(),
                target.line
            )));
        }
        let mut front = vec![ValueRef::Null; self.names.len()];
        for ((value, text), name) in front.iter_mut().zip(&columns).zip(&self.names) {
            let is_number = NUMBERS.contains(&name.as_str());
            *value = match text.parse() {
                Ok(number) if is_number => ValueRef::Integer(number),
                _ => ValueRef::Text(text.as_bytes()),
            };
        }
        writer.record(row, &front)
    }

    fn done(&mut self, _: &RegionLine, _: u64) -> Result<()> {
        Ok(())
    }

    fn wants_records(&self) -> bool {
        true
    }
}

struct Counts {
    output: Output,
}

impl EachRegion for Counts {
    fn hit(&mut self, _: &RegionLine, _: &Row<'_>) -> Result<()> {
        Ok(())
    }

    fn done(&mut self, target: &RegionLine, count: u64) -> Result<()> {
        self.output
            .put(format!("{}\t{count}\n", target.line).as_bytes())
    }

    fn wants_records(&self) -> bool {
        false
    }
}
