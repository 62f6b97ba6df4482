//! What the answer is written as: the format, the columns, the names of sequences.

use std::rc::Rc;

use gffdb::{
    Error,
    query::{Database, Sequences},
    write::{BedName, Columns, RecordFormat, RecordOptions, RowFormat, StopCodon, unknown_ending},
};

use super::Args;

pub fn format(args: &Args) -> Result<RecordFormat, Error> {
    if args.count {
        return Ok(RecordFormat::Count);
    }
    match &args.format {
        Some(name) => name.parse(),
        None => match unknown_ending(&args.target.output, &RecordFormat::NAMES) {
            Some(error) => Err(error),
            None => Ok(RecordFormat::from_path(&args.target.output).unwrap_or(
                match args.columns.is_empty() {
                    true => RecordFormat::Gff3,
                    false => RecordFormat::Rows(RowFormat::Tsv),
                },
            )),
        },
    }
}

pub fn sequences(args: &Args, database: &Database) -> Result<Rc<Sequences>, Error> {
    let mut sequences = Sequences::default();
    if let Some(style) = &args.names {
        sequences.rename(database, style)?;
    }
    Ok(Rc::new(sequences))
}

pub fn options(
    args: &Args,
    database: &Database,
    format: RecordFormat,
    sequences: &Rc<Sequences>,
    front: Vec<String>,
) -> Result<RecordOptions, Error> {
    let is_rows = matches!(format, RecordFormat::Rows(_));
    if !args.columns.is_empty() && !is_rows {
        return Err(Error::usage(format!(
            "--columns works with tsv, csv, json, jsonl, table, vertical and markdown, not with {format}"
        )));
    }
    let names: Vec<&str> = args.columns.iter().map(String::as_str).collect();
    let columns = match names.is_empty() {
        true => Columns::all(database, Rc::clone(sequences))?,
        false => Columns::named(database, &names, Rc::clone(sequences))?,
    };
    Ok(RecordOptions {
        format,
        columns,
        sequences: Rc::clone(sequences),
        output: args.target.output.clone(),
        layout: args.target.layout(),
        front,
        stop_codon: stop_codon(args, format)?,
        bed_name: bed_name(args, database, format, sequences)?,
        empty_transcript_id: empty_transcript_id(args, format)?,
    })
}

/// Returns whether lines of GTF that are of no transcript have an empty `transcript_id`.
fn empty_transcript_id(args: &Args, format: RecordFormat) -> Result<bool, Error> {
    match format {
        RecordFormat::Gtf => Ok(args.empty_transcript_id),
        _ if args.empty_transcript_id => Err(Error::usage(format!(
            "--empty-transcript-id works with gtf, not with {format}"
        ))),
        _ => Ok(false),
    }
}

/// Returns what names a feature in BED.
fn bed_name(
    args: &Args,
    database: &Database,
    format: RecordFormat,
    sequences: &Rc<Sequences>,
) -> Result<BedName, Error> {
    let Some(key) = &args.bed_name else {
        return Ok(BedName::Id);
    };
    if !matches!(format, RecordFormat::Bed | RecordFormat::Bed12) {
        return Err(Error::usage(format!(
            "--bed-name works with bed and bed12, not with {format}"
        )));
    }
    let columns = Columns::named(database, &[key], Rc::clone(sequences))?;
    Ok(BedName::Column(columns))
}

/// Returns where stop codons are written.
pub fn stop_codon(args: &Args, format: RecordFormat) -> Result<StopCodon, Error> {
    let to: StopCodon = args.stop_codon.parse()?;
    if to != StopCodon::Keep && matches!(format, RecordFormat::Ids | RecordFormat::Count) {
        return Err(Error::usage(format!(
            "--stop-codon {} is of formats that show coordinates, not of {format}; leave it out",
            args.stop_codon
        )));
    }
    // Who asks for CDS alone gets no other type.
    let is_codon = |ty: &String| matches!(ty.as_str(), "stop_codon" | "codon" | "class:codon");
    let shown = match args.show_type.is_empty() {
        true if args.with != "self" => &[],
        true => args.filters.types.as_slice(),
        false => args.show_type.as_slice(),
    };
    let add = shown.is_empty() || shown.iter().any(is_codon);
    Ok(match to {
        StopCodon::Out { .. } => StopCodon::Out { add },
        to => to,
    })
}
