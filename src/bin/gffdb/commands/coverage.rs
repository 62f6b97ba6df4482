//! `gffdb coverage`: how much of each sequence features cover.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use gffdb::{
    Error,
    coverage::{By, Coverage, Group, Stretch},
    output::Output,
    query::{Database, Query},
    write::{self, RowFormat, unknown_ending},
};
use rusqlite::types::ValueRef;

use crate::{
    Outcome, Run,
    args::{Filters, Target},
    asked, messages,
};

/// Measure how much of each sequence features cover.
///
/// One row for each sequence, or for each dataset, type or biotype with --by: the number of features, the sum of their
/// bases, these bases counted once (merged_bp), and the share of the sequence that they are (fraction). The length of a
/// sequence is known from ##sequence-region, FASTA, or a record that is all of it; where it is not, length and fraction are
/// empty.
///
/// Features are exons, class:exon, unless --type says otherwise. A feature over the origin of a circle goes on at base 1.
///
/// --merged writes the covered stretches as BED, --complement those between and around them, to the ends of sequences
/// whose length is known, and sequences without any feature whole; with --stranded in six columns, each strand by itself.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb coverage genes.sqlite
    gffdb coverage genes.sqlite --type class:cds --by dataset
    gffdb coverage genes.sqlite --type class:gene --by biotype --format table
    gffdb coverage genes.sqlite --type exon --merged -o exons.bed
    gffdb coverage genes.sqlite --type class:gene --complement -o between.bed")]
pub struct Args {
    /// Database to ask.
    database: PathBuf,

    #[command(flatten)]
    filters: Filters,

    /// Group features by sequence, dataset, type or biotype.
    #[arg(long, value_name = "WHAT", default_value = "sequence")]
    #[arg(value_parser = PossibleValuesParser::new(By::NAMES))]
    by: String,

    /// Count each strand by itself; features without a strand are a third group.
    #[arg(long)]
    stranded: bool,

    /// Write the stretches that features cover, as BED.
    #[arg(long, conflicts_with_all = ["complement", "format", "by"])]
    merged: bool,

    /// Write the stretches that no feature covers, as BED.
    #[arg(long, conflicts_with_all = ["format", "by"])]
    complement: bool,

    /// Output format. The default is told by the extension of FILE, else tsv.
    #[arg(short, long, value_name = "FORMAT")]
    #[arg(value_parser = PossibleValuesParser::new(RowFormat::ALL.map(RowFormat::name)))]
    format: Option<String>,

    #[command(flatten)]
    target: Target,
}

pub fn run(args: &Args) -> Run {
    let database = Database::open(&args.database)?;
    args.target.refuse_database(&args.database)?;
    let format = format(args)?;
    let mut found = asked::Found::default();
    let mut query = database.query();
    if args.filters.types.is_empty() {
        query = query.types(["class:exon"]);
    }
    let query = found.filter(&args.filters, asked::How::default(), &database, query)?;
    let mut out = args.target.create()?;
    // The parser takes no other name.
    let by = By::named(&args.by).unwrap_or(By::Sequence);
    let coverage = Coverage::new(&database, by, args.stranded);
    let is_empty = match args.merged || args.complement {
        true => stretches(args, &coverage, query, &mut out)?,
        false => {
            let groups = coverage.groups(query)?;
            rows(args, by, format, &groups, &mut out)?;
            groups.is_empty()
        }
    };
    out.commit()?;
    if is_empty && found.all() {
        messages::note(
            "no features with coordinates were chosen; the default is --type class:exon",
        );
    }
    found.tell();
    Ok(Outcome::Good)
}

fn format(args: &Args) -> Result<RowFormat, Error> {
    if args.merged || args.complement {
        return match unknown_ending(&args.target.output, &["bed"]) {
            Some(error) => Err(error),
            None => Ok(RowFormat::Tsv),
        };
    }
    match &args.format {
        Some(name) => name.parse(),
        None => {
            let names = RowFormat::ALL.map(RowFormat::name);
            match unknown_ending(&args.target.output, &names) {
                Some(error) => Err(error),
                None => Ok(RowFormat::from_path(&args.target.output).unwrap_or(RowFormat::Tsv)),
            }
        }
    }
}

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

/// Writes stretches as BED; returns whether there are none.
fn stretches(
    args: &Args,
    coverage: &Coverage<'_>,
    query: Query<'_>,
    out: &mut Output,
) -> Result<bool, Error> {
    let (mut is_empty, mut buffer) = (true, String::new());
    let mut put = |stretch: Stretch<'_>| {
        is_empty = false;
        // BED has no bases below base 1.
        let (start, end) = stretch.bases.half_open();
        if end < 1 {
            return Ok(());
        }
        let seqid = stretch.seqid.replace(['\t', '\n', '\r'], " ");
        let line = match args.stranded {
            true => {
                let strand = stretch.strand.unwrap_or('.');
                format!("{seqid}\t{}\t{end}\t.\t0\t{strand}\n", start.max(0))
            }
            false => format!("{seqid}\t{}\t{end}\n", start.max(0)),
        };
        buffer.push_str(&line);
        if buffer.len() >= BUFFER {
            out.put(buffer.as_bytes())?;
            buffer.clear();
        }
        Ok(())
    };
    match args.merged {
        true => coverage.merged(query, &mut put)?,
        false => coverage.complement(query, &mut put)?,
    }
    out.put(buffer.as_bytes())?;
    Ok(is_empty)
}

fn rows(
    args: &Args,
    by: By,
    format: RowFormat,
    groups: &[Group],
    out: &mut Output,
) -> Result<(), Error> {
    let layout = args.target.layout();
    let failed = |e| args.target.failed(e);
    let mut columns = vec!["dataset"];
    columns.extend(by.column());
    columns.extend(args.stranded.then_some("strand"));
    columns.extend(["length", "features", "summed_bp", "merged_bp", "fraction"]);
    let mut writer = write::rows(format, out, layout);
    writer.header(&columns).map_err(failed)?;
    for group in groups {
        let text = |text: &'static str| ValueRef::Text(text.as_bytes());
        let mut values = vec![ValueRef::Text(group.dataset.as_bytes())];
        if by.column().is_some() {
            let name = group.seqid.as_ref().or(group.name.as_ref());
            values.push(name.map_or(ValueRef::Null, |name| ValueRef::Text(name.as_bytes())));
        }
        if args.stranded {
            values.push(match group.strand {
                Some('+') => text("+"),
                Some(_) => text("-"),
                None => ValueRef::Null,
            });
        }
        let fraction = group.length.map(|length| {
            // Six digits tell single bases of a megabase.
            let share = group.merged_bp as f64 / length.max(1) as f64;
            (share * 1e6).round() / 1e6
        });
        values.extend([
            group.length.map_or(ValueRef::Null, ValueRef::Integer),
            ValueRef::Integer(i64::try_from(group.features).unwrap_or(i64::MAX)),
            ValueRef::Integer(group.summed_bp),
            ValueRef::Integer(group.merged_bp),
            fraction.map_or(ValueRef::Null, ValueRef::Real),
        ]);
        writer.row(&values).map_err(failed)?;
    }
    writer
        .finish()
        .and_then(|()| writer.flush())
        .map_err(failed)
}
