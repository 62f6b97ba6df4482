//! `--with-query` and `--count`: a file's regions one by one.

use std::{io::Write, path::Path};

use gffdb::{
    Error, Result,
    query::{Database, EachRegion, Query, Row, Target},
    write::{RecordFormat, RecordWriter},
};

use super::{Args, asked::Found, finish, format, output};

/// Answers a file of regions.
pub fn run(
    args: &Args,
    database: &Database,
    query: &Query<'_>,
    file: &Path,
    found: &mut Found,
) -> Result<()> {
    let named = if args.count {
        let out = output::open(&args.output)?;
        let mut counts = Counts { out, args };
        let named = query.each_region(file, &mut counts)?;
        let flushed = counts.out.flush();
        flushed.map_err(|e| Error::io(&args.output, "write", e))?;
        named
    } else {
        hits(args, database, query, file)?
    };
    found.regions_file(database, &named)
}

fn hits(
    args: &Args,
    database: &Database,
    query: &Query<'_>,
    file: &Path,
) -> Result<gffdb::query::Named> {
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
    // A row has its region in one column; a line has the region's own columns.
    let is_rows = matches!(format, RecordFormat::Rows(_));
    let front = vec![String::from("region")];
    let options = format::options(args, database, format, &sequences, front)?;
    let writer = RecordWriter::new(database, options, output::open(&args.output)?)?;
    let mut hits = Hits { writer, is_rows };
    let named = query.each_region(file, &mut hits)?;
    finish(format, hits.writer, &sequences)?;
    Ok(named)
}

struct Hits<'d> {
    writer: RecordWriter<'d>,
    is_rows: bool,
}

impl EachRegion for Hits<'_> {
    fn hit(&mut self, target: &Target, row: &Row<'_>) -> Result<()> {
        match self.is_rows {
            true => {
                let region = format!("{}:{}-{}", target.name, target.first, target.last);
                self.writer.record(row, &[&region])
            }
            false => self.writer.record(row, &[&target.line]),
        }
    }

    fn done(&mut self, _: &Target, _: u64) -> Result<()> {
        Ok(())
    }

    fn wants_records(&self) -> bool {
        true
    }
}

struct Counts<'a> {
    out: Box<dyn Write>,
    args: &'a Args,
}

impl EachRegion for Counts<'_> {
    fn hit(&mut self, _: &Target, _: &Row<'_>) -> Result<()> {
        Ok(())
    }

    fn done(&mut self, target: &Target, count: u64) -> Result<()> {
        writeln!(self.out, "{}\t{count}", target.line)
            .map_err(|e| Error::io(&self.args.output, "write", e))
    }

    fn wants_records(&self) -> bool {
        false
    }
}
