//! `gffdb derive`: introns, splice sites, UTRs and the like, which follow from gene models.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use gffdb::{
    Error,
    derive::{self, LineFormat, Lines, Selected, Unique, Values, What},
    output::Output,
    query::Database,
    write::{self, RecordFormat, RowFormat, RowWriter, unknown_ending},
};
use indicatif::HumanCount;

use crate::{
    Outcome, Run,
    args::{Filters, Target},
    asked, messages,
};

/// Derive introns, splice sites, UTRs and other parts of gene models.
///
/// WHAT is one of these; each is a view of the database, too, for any program that reads SQLite:
///
/// introns (view intron): gaps between consecutive exons of a transcript; splice-sites (splice_site): the first two
/// bases of an intron in the order of transcription, and the last two; utrs (utr_part): untranslated regions, those
/// of the file or exons less CDS; parts (transcript_part): exons, CDS and UTRs, numbered in the order of
/// transcription; tss and tes: the first and the last base of a transcript; intergenic: stretches between genes;
/// transcripts (transcript_summary) and genes (gene_summary): how many parts they have and how long these are, biotype and
/// name; representative: the transcript that stands for a gene, and the rule that chose it, the first of mane_select,
/// mane_plus_clinical, ensembl_canonical, appris, tsl, ccds, longest_cds, longest and first that one of them meets.
///
/// Positions are 1-based, both ends inside, but in bed. Column origin says 'annotated' of what the file has, and 'derived'
/// of what follows from other records.
///
/// Filters choose genes and transcripts; a gene stands for all its transcripts. Without a filter, all are taken.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb derive genes.sqlite introns --name BRCA2
    gffdb derive genes.sqlite introns -o introns.gff3
    gffdb derive genes.sqlite splice-sites --unique --format bed
    gffdb derive genes.sqlite utrs --region chr1:1-200000 --format count
    gffdb derive genes.sqlite tss --attr biotype=protein_coding -o tss.bed
    gffdb derive genes.sqlite transcripts --name BRCA2 --format vertical
    gffdb derive genes.sqlite representative -o representative.tsv")]
pub struct Args {
    /// Database to ask.
    database: PathBuf,

    /// What to derive: introns, splice-sites, utrs, parts, tss, tes, intergenic, transcripts, genes or representative.
    #[arg(hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(What::ALL.map(What::name)))]
    what: String,

    #[command(flatten)]
    filters: Filters,

    /// Print each place once, sorted, with the number of transcripts that have it.
    #[arg(long)]
    unique: bool,

    /// Output format. The default is told by the extension of FILE, else tsv.
    #[arg(short, long, value_name = "FORMAT")]
    #[arg(value_parser = PossibleValuesParser::new(FORMATS))]
    format: Option<String>,

    #[command(flatten)]
    target: Target,
}

/// The formats, those of rows last but one.
const FORMATS: [&str; 11] = [
    "gff3", "gtf", "bed", "tsv", "csv", "json", "jsonl", "table", "vertical", "markdown", "count",
];

pub fn run(args: &Args) -> Run {
    let database = Database::open(&args.database)?;
    args.target.refuse_database(&args.database)?;
    let format = format(args)?;
    // The parser takes no other name.
    let what = What::named(&args.what).unwrap_or(What::Introns);
    refuse(args, what, format)?;
    let mut found = asked::Found::default();
    let selected = match args.filters.is_empty() {
        true => None,
        false => {
            let how = asked::How::default();
            let query = found.filter(&args.filters, how, &database, database.query())?;
            Some(Selected::of(&query)?)
        }
    };
    let mut out = args.target.create()?;
    let count = match args.unique {
        true => {
            let mut unique = Unique::new(what)?;
            derive::each_row(&database, what, selected.as_ref(), &mut |row| {
                unique.add(row)
            })?;
            let mut rows = Writer::new(args, what, format, unique.columns(), &mut out)?;
            unique.each_row(&mut |row| rows.row(row))?;
            rows.finish()?
        }
        false => {
            let mut rows = Writer::new(args, what, format, what.columns(), &mut out)?;
            derive::each_row(&database, what, selected.as_ref(), &mut |row| rows.row(row))?;
            rows.finish()?
        }
    };
    out.commit()?;
    if count == 0 && found.all() {
        nothing(what, &database, selected.as_ref())?;
    }
    found.tell();
    Ok(Outcome::Good)
}

fn format(args: &Args) -> Result<RecordFormat, Error> {
    if let Some(name) = &args.format {
        return name.parse();
    }
    if let Some(error) = unknown_ending(&args.target.output, &FORMATS) {
        return Err(error);
    }
    match RecordFormat::from_path(&args.target.output) {
        Some(RecordFormat::Bed12) => Err(Error::usage(
            "bed12 is of whole transcripts: gffdb query --type class:transcript --format bed12",
        )),
        Some(format) => Ok(format),
        None => Ok(RecordFormat::Rows(RowFormat::Tsv)),
    }
}

/// Refuses what cannot be meant.
fn refuse(args: &Args, what: What, format: RecordFormat) -> Result<(), Error> {
    let name = what.name();
    if args.unique && !what.is_of_transcript() {
        return Err(Error::usage(format!(
            "--unique is of what several transcripts may share, not of {name}"
        )));
    }
    if what == What::Intergenic && !args.filters.is_empty() {
        return Err(Error::usage(
            "intergenic takes no filters, because it lies between all genes; filter the view: \
             gffdb sql DATABASE \"SELECT * FROM intergenic WHERE seqid = 'chr1'\"",
        ));
    }
    let is_whole = !what.is_of_transcript() && what != What::Intergenic;
    if is_whole && matches!(format, RecordFormat::Gff3 | RecordFormat::Gtf) {
        return Err(Error::usage(format!(
            "{name} are records of the file, which gffdb query writes in {format}"
        )));
    }
    if what == What::Intergenic && format == RecordFormat::Gtf {
        return Err(Error::usage(
            "gtf has no lines of what is of no gene; the formats for intergenic are gff3, bed and those of rows",
        ));
    }
    Ok(())
}

/// Says why there is nothing.
fn nothing(what: What, database: &Database, selected: Option<&Selected>) -> Result<(), Error> {
    if selected.is_some_and(|selected| !selected.is_empty()) {
        messages::note(&format!(
            "no {} of the genes and transcripts that were chosen",
            what.name()
        ));
        return Ok(());
    }
    let types = database.query().count_types()?;
    let types: Vec<String> = types
        .iter()
        .map(|(ty, count)| format!("{} {ty}", HumanCount(*count)))
        .collect();
    let of = match selected {
        Some(_) => "no gene or transcript was chosen",
        None => "no transcripts with such parts",
    };
    messages::note(&format!(
        "no {}: {of}; the database has {}. Table type_class says which types are genes, transcripts, exons and CDS",
        what.name(),
        asked::some(&types)
    ));
    Ok(())
}

/// Writes rows in one format.
struct Writer<'o> {
    kind: Kind<'o>,
    target: &'o Target,
    count: u64,
}

enum Kind<'o> {
    Rows(Box<dyn RowWriter + 'o>),
    Lines(Lines, Vec<u8>, &'o mut Output),
    Count(&'o mut Output),
}

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

impl<'o> Writer<'o> {
    fn new(
        args: &'o Args,
        what: What,
        format: RecordFormat,
        columns: Vec<&'static str>,
        out: &'o mut Output,
    ) -> Result<Self, Error> {
        let lines = |format| Lines::new(what, format, columns.clone());
        let of_lines = |lines: Lines, out| {
            let header = lines.header().as_bytes().to_vec();
            Kind::Lines(lines, header, out)
        };
        let kind = match format {
            RecordFormat::Gff3 => of_lines(lines(LineFormat::Gff3), out),
            RecordFormat::Gtf => of_lines(lines(LineFormat::Gtf), out),
            RecordFormat::Bed => of_lines(lines(LineFormat::Bed), out),
            RecordFormat::Count => Kind::Count(out),
            RecordFormat::Rows(format) => {
                let layout = args.target.layout();
                let mut rows = write::rows(format, out, layout);
                rows.header(&columns).map_err(|e| args.target.failed(e))?;
                Kind::Rows(rows)
            }
            RecordFormat::Bed12 | RecordFormat::Ids => {
                return Err(Error::usage(format!("no format {format} of derived rows")));
            }
        };
        Ok(Self {
            kind,
            target: &args.target,
            count: 0,
        })
    }

    fn row(&mut self, row: &Values<'_>) -> Result<(), Error> {
        self.count += 1;
        match &mut self.kind {
            Kind::Rows(rows) => rows.row(row).map_err(|e| self.target.failed(e)),
            Kind::Lines(lines, buffer, out) => {
                lines.write(row, buffer);
                if buffer.len() >= BUFFER {
                    out.put(buffer)?;
                    buffer.clear();
                }
                Ok(())
            }
            Kind::Count(_) => Ok(()),
        }
    }

    /// Ends the output; returns how many rows there were.
    fn finish(self) -> Result<u64, Error> {
        match self.kind {
            Kind::Rows(mut rows) => {
                let done = rows.finish().and_then(|()| rows.flush());
                done.map_err(|e| self.target.failed(e))?;
            }
            Kind::Lines(_, buffer, out) => out.put(&buffer)?,
            Kind::Count(out) => out.put(format!("{}\n", self.count).as_bytes())?,
        }
        Ok(self.count)
    }
}
