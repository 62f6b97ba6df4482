//! `gffdb nearest`: the features nearest to places.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    rc::Rc,
};

use clap::builder::PossibleValuesParser;
use gffdb::{
    Error,
    nearest::{DistanceTo, Nearest, Options, Place, Sign, Strands},
    query::{Database, RegionLine, read_targets},
    write::{self, RowFormat, RowWriter, unknown_ending},
};
use indicatif::HumanCount;
use rusqlite::types::ValueRef;

use crate::{
    Outcome, Run,
    args::{Filters, Target},
    asked,
};

/// Find the features nearest to each place of a file.
///
/// FILE is BED, VCF or GFF3, plain or compressed; its sequences may come in any order, and '-' is standard input. One row
/// for each place and feature: the columns of the place's line, then dataset, type, start, end, strand, ID and Name of the
/// feature, 1-based with both ends inside, and the distance. A place without any feature has one row, empty but for its own
/// columns.
///
/// Distances are those of bedtools closest -D: 0 where place and feature overlap, else one more than the bases between them.
/// The sign is told by --sign: ref, negative where the feature has lower positions; place, negative where the feature is
/// upstream of the place, by the place's strand; feature, negative where the place is upstream of the feature, by the
/// feature's strand, as of a peak before a gene. Circles are taken as straight.
///
/// Features are genes, class:gene, unless --type says otherwise.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb nearest genes.sqlite peaks.bed
    gffdb nearest genes.sqlite peaks.bed --type class:transcript --distance-to tss --sign feature -o near.tsv
    gffdb nearest genes.sqlite variants.vcf.gz -k 3 --max-distance 50000 --ties first
    gffdb nearest genes.sqlite peaks.bed --ignore-overlaps --same-strand --upstream")]
pub struct Args {
    /// Database to ask.
    database: PathBuf,

    /// File of places: BED, VCF or GFF3.
    file: PathBuf,

    #[command(flatten)]
    filters: Filters,

    /// Number of features for each place.
    #[arg(short, long = "count", value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    k: u32,

    /// Measure from a feature's boundary, its first or last base in the order of transcription (tss, tes), or its start or end.
    #[arg(long, value_name = "BASE", default_value = "boundary")]
    #[arg(value_parser = PossibleValuesParser::new(["boundary", "tss", "tes", "start", "end"]))]
    distance_to: String,

    /// What a negative distance says: by positions (ref), by the strand of the place, or of the feature.
    #[arg(long, value_name = "BY", default_value = "ref")]
    #[arg(value_parser = PossibleValuesParser::new(["ref", "place", "feature"]))]
    sign: String,

    /// Only features at distances of 0 or less.
    #[arg(long, conflicts_with = "downstream")]
    upstream: bool,

    /// Only features at distances of 0 or more.
    #[arg(long)]
    downstream: bool,

    /// Only features on the strand of the place.
    #[arg(long, conflicts_with = "opposite_strand")]
    same_strand: bool,

    /// Only features on the other strand.
    #[arg(long)]
    opposite_strand: bool,

    /// Only features that do not overlap the place.
    #[arg(long)]
    ignore_overlaps: bool,

    /// Only features at most N bases away.
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(i64).range(0..))]
    max_distance: Option<i64>,

    /// Where several features are as far away as the last one: all of them, or the first by start.
    #[arg(long, value_name = "WHICH", default_value = "all")]
    #[arg(value_parser = PossibleValuesParser::new(["all", "first"]))]
    ties: String,

    /// Output format. The default is told by the extension of the output file, else tsv.
    #[arg(short, long, value_name = "FORMAT")]
    #[arg(value_parser = PossibleValuesParser::new(RowFormat::ALL.map(RowFormat::name)))]
    format: Option<String>,

    #[command(flatten)]
    target: Target,
}

/// Columns of a feature, behind those of the place.
const FEATURE: [&str; 8] = [
    "dataset", "type", "start", "end", "strand", "ID", "Name", "distance",
];

/// Columns of a place that are whole numbers, in JSON too.
const NUMBERS: [&str; 5] = ["chromStart", "chromEnd", "start", "end", "POS"];

pub fn run(args: &Args) -> Run {
    let database = Database::open(&args.database)?;
    refuse(args)?;
    let format = format(args)?;
    let mut found = asked::Found::default();
    let mut query = database.query();
    if args.filters.types.is_empty() {
        query = query.types(["class:gene"]);
    }
    let query = found.filter(&args.filters, asked::How::default(), &database, query)?;
    let mut out = args.target.create()?;
    let layout = args.target.layout();
    let mut rows = Rows {
        args,
        writer: write::rows(format, &mut out, layout),
        columns: Vec::new(),
        features: HashMap::new(),
        last: (i64::MIN, Rc::default()),
        places: 0,
        unknown: HashMap::new(),
    };
    let mut nearest = Nearest::new(query, options(args));
    read_targets(&args.file, &mut |line| rows.place(&line, &mut nearest))?;
    let (places, unknown) = rows.finish()?;
    out.commit()?;
    if places == 0 {
        found.not_there(format!("no regions in {}", args.file.display()));
    }
    if !unknown.is_empty() {
        let lines = unknown.values().sum();
        let mut names: Vec<String> = unknown.into_keys().collect();
        names.sort_unstable();
        found.not_there(format!(
            "{} places are on sequences that the database does not have: {}",
            HumanCount(lines),
            asked::some(&names)
        ));
    }
    found.tell();
    Ok(Outcome::Good)
}

fn refuse(args: &Args) -> Result<(), Error> {
    args.target.refuse_database(&args.database)?;
    if !args.filters.region.is_empty() || args.filters.regions_file.is_some() {
        return Err(Error::usage(
            "the features near a place are wherever it is; leave out --region and --regions-file",
        ));
    }
    let files = [&args.filters.ids_file, &args.filters.names_file];
    let is_stdin = |file: &Path| file == Path::new("-");
    if is_stdin(&args.file)
        && files
            .iter()
            .any(|file| file.as_deref().is_some_and(is_stdin))
    {
        return Err(Error::usage(
            "the places and a list of names cannot both be read from standard input; name a file",
        ));
    }
    Ok(())
}

fn format(args: &Args) -> Result<RowFormat, Error> {
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

fn options(args: &Args) -> Options {
    Options {
        count: args.k as usize,
        distance_to: match args.distance_to.as_str() {
            "tss" => DistanceTo::Tss,
            "tes" => DistanceTo::Tes,
            "start" => DistanceTo::Start,
            "end" => DistanceTo::End,
            _ => DistanceTo::Boundary,
        },
        sign: match args.sign.as_str() {
            "place" => Sign::Place,
            "feature" => Sign::Feature,
            _ => Sign::Reference,
        },
        strands: match (args.same_strand, args.opposite_strand) {
            (true, _) => Strands::Same,
            (_, true) => Strands::Opposite,
            _ => Strands::Any,
        },
        no_negative: args.downstream,
        no_positive: args.upstream,
        no_overlaps: args.ignore_overlaps,
        ties: args.ties == "all",
        max_distance: args.max_distance,
    }
}

/// What is shown of a feature.
#[derive(Default)]
struct Shown {
    dataset: String,
    ty: Option<String>,
    start: Option<i64>,
    end: Option<i64>,
    strand: Option<String>,
    id: Option<String>,
    name: Option<String>,
}

/// So many features are remembered; then all are forgotten.
const MOST_REMEMBERED: usize = 10_000;

fn text(text: &Option<String>) -> ValueRef<'_> {
    text.as_ref()
        .map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
}

/// Writes a row for each place and feature.
struct Rows<'o> {
    args: &'o Args,
    writer: Box<dyn RowWriter + 'o>,
    /// The columns of a place, as the first one has them.
    columns: Vec<String>,
    features: HashMap<i64, Rc<Shown>>,
    /// The feature of the row before: of places that are sorted, often that of the next.
    last: (i64, Rc<Shown>),
    places: u64,
    /// Sequences that the database does not have, each with how many places are on it.
    unknown: HashMap<String, u64>,
}

impl Rows<'_> {
    fn place(&mut self, line: &RegionLine, nearest: &mut Nearest<'_>) -> Result<(), Error> {
        if self.places == 0 {
            self.columns = line.column_names();
            self.header()?;
        }
        self.places += 1;
        let columns = line.columns();
        if columns.len() > self.columns.len() {
            return Err(Error::usage(format!(
                "{}: expected {} columns, as in the lines before, found {} in {:?}; give all lines as many columns",
                self.args.file.display(),
                self.columns.len(),
                columns.len(),
                line.line
            )));
        }
        let place = Place {
            seqid: &line.name,
            first: line.first,
            last: line.last,
            strand: line.strand(),
        };
        nearest.to(&place)?;
        let hits = nearest.hits();
        if hits.is_empty() {
            if !nearest.has_sequence(&line.name)? {
                *self.unknown.entry(line.name.clone()).or_default() += 1;
            }
            return self.row(&columns, None);
        }
        for hit in hits {
            self.remember(hit.record, nearest)?;
            self.row(&columns, Some(hit.distance))?;
        }
        Ok(())
    }

    fn header(&mut self) -> Result<(), Error> {
        let names: Vec<String> = self
            .columns
            .iter()
            .map(|name| format!("place_{name}"))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).chain(FEATURE).collect();
        self.writer
            .header(&names)
            .map_err(|e| self.args.target.failed(e))
    }

    /// Reads what is shown of a feature.
    fn remember(&mut self, record: i64, nearest: &Nearest<'_>) -> Result<(), Error> {
        if self.last.0 == record {
            return Ok(());
        }
        if let Some(shown) = self.features.get(&record) {
            self.last = (record, Rc::clone(shown));
            return Ok(());
        }
        if self.features.len() >= MOST_REMEMBERED {
            self.features.clear();
        }
        let mut shown = Shown::default();
        nearest.feature(record, &mut |row| {
            shown = Shown {
                dataset: row.dataset().to_owned(),
                ty: row.ty().map(str::to_owned),
                start: row.start(),
                end: row.end(),
                strand: row.strand().map(str::to_owned),
                id: row.id().map(str::to_owned),
                name: row.attribute("Name").or_else(|| row.attribute("gene_name")),
            };
            Ok(())
        })?;
        self.last = (record, Rc::new(shown));
        self.features.insert(record, Rc::clone(&self.last.1));
        Ok(())
    }

    /// Writes a row; what is near is the feature that was read last, at a distance.
    fn row(&mut self, place: &[&str], distance: Option<i64>) -> Result<(), Error> {
        let mut values = vec![ValueRef::Null; self.columns.len()];
        for ((value, text), name) in values.iter_mut().zip(place).zip(&self.columns) {
            let is_number = NUMBERS.contains(&name.as_str());
            *value = match is_number.then(|| text.parse()) {
                Some(Ok(number)) => ValueRef::Integer(number),
                _ => ValueRef::Text(text.as_bytes()),
            };
        }
        match distance {
            None => values.extend([ValueRef::Null; FEATURE.len()]),
            Some(distance) => {
                let shown = &self.last.1;
                values.extend([
                    ValueRef::Text(shown.dataset.as_bytes()),
                    text(&shown.ty),
                    shown.start.map_or(ValueRef::Null, ValueRef::Integer),
                    shown.end.map_or(ValueRef::Null, ValueRef::Integer),
                    text(&shown.strand),
                    text(&shown.id),
                    text(&shown.name),
                    ValueRef::Integer(distance),
                ]);
            }
        }
        let done = self.writer.row(&values);
        done.map_err(|e| self.args.target.failed(e))
    }

    /// Ends the output; returns how many places there were, and the sequences that are not there.
    fn finish(mut self) -> Result<(u64, HashMap<String, u64>), Error> {
        if self.places == 0 {
            self.header()?;
        }
        let done = self.writer.finish().and_then(|()| self.writer.flush());
        done.map_err(|e| self.args.target.failed(e))?;
        Ok((self.places, self.unknown))
    }
}
