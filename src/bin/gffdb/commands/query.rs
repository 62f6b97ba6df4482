//! `gffdb query`: records by region, name, type and place in the hierarchy.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use gffdb::{
    Error,
    output::{self, IndexKind, IndexedColumns},
    query::{Database, Query, Sequences, With},
    write::{Answered, NotShown, RecordFormat, StopCodon},
};
use indicatif::HumanCount;

use crate::{
    Outcome, Run,
    args::{Filters, Target},
    asked, messages,
};

mod explained;
mod format;
mod per_region;

/// Find records by region, name, type and place in the hierarchy.
///
/// All filters combine: a record must pass each. Values of one filter are alternatives. Regions are
/// 1-based, both ends inside, except in a BED file, which counts from 0 and is converted:
/// chr1:1,000-2,000 is bases 1000 to 2000, chr1:5000- is base 5000 and all after it, chr1 is the whole
/// sequence, chr1:5000 is that base alone (as in bcftools; samtools and tabix read it as chr1:5000-);
/// {NAME}:1-9 takes any name.
///
/// Filters say what is chosen; --with adds the relatives of that, whatever their type, and --show-type says
/// which types of all this are shown: --name BRCA2 --with descendants --show-type exon is the exons of a
/// gene. --type gene is that word in column 3; --type class:gene is every type that table type_class has in
/// that class, ncRNA_gene and pseudogene among them, as in view gene.
///
/// A format other than gff3 is asked for with --format, or by the ending of -o FILE. In bed and bed12, a feature
/// over the origin of a circle ends beyond the circle's length, as in GFF3: bases 190 to 10 of 200 are 189 to 210.
/// In bed, missing scores are 0; in bed12, a record without CDS has thickStart and thickEnd at its start. In gtf, lines of genes
/// have no transcript_id, unless --empty-transcript-id adds an empty one.
///
/// --stop-codon out ends each CDS before its stop codon and adds stop_codon records where there are none;
/// --stop-codon in is the reverse. Where the stop codon is, stop_codon records tell; in a GFF3 file without
/// any, it is the last three bases of each CDS that is not marked as partial.
#[derive(clap::Args)]
#[command(after_help = "\
Example:

    gffdb query genes.sqlite --region chr1:1,000-200,000 --type gene
    gffdb query genes.sqlite --id gene1 --with descendants --format gtf
    gffdb query genes.sqlite --name BRCA2 --type gene --with family -o brca2.gff3
    gffdb query genes.sqlite --name BRCA2 --with descendants --show-type exon --format bed
    gffdb query genes.sqlite --regions-file peaks.bed --type gene --with-query --format tsv
    gffdb query genes.sqlite --type exon --format bed -o exons.bed.gz
    gffdb query genes.sqlite -o genes.gff3.gz --index tbi
    gffdb query genes.sqlite --names-file symbols.txt --type gene --format bed --bed-name gene_name
    gffdb query genes.sqlite --type gene --attr biotype!=protein_coding --columns ID,biotype,length
    gffdb query genes.sqlite --attr biotype=protein_coding --where '\"end\" - start > 10000' --format count")]
pub struct Args {
    /// Database to ask.
    database: PathBuf,

    #[command(flatten)]
    filters: Filters,

    /// Show only these types of the selected records and their relatives, separated by commas; class:NAME as for --type.
    #[arg(long, value_name = "TYPES", value_delimiter = ',')]
    show_type: Vec<String>,

    /// Select at most N records, the first of the file.
    #[arg(long, value_name = "N")]
    limit: Option<u64>,

    /// Select N records at random; the same --seed selects the same records.
    #[arg(long, value_name = "N")]
    sample: Option<u64>,

    /// Seed of the random numbers for --sample.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "sample")]
    seed: u64,

    /// Also show relatives: one level up or down, all levels, or whole gene models (family).
    #[arg(short, long, value_name = "WHO", default_value = "self")]
    #[arg(value_parser = PossibleValuesParser::new(
        ["self", "parents", "ancestors", "children", "descendants", "family"]
    ))]
    with: String,

    /// Output format. The default is told by the extension of FILE, else gff3.
    #[arg(short, long, value_name = "FORMAT")]
    #[arg(value_parser = PossibleValuesParser::new(RecordFormat::NAMES))]
    format: Option<String>,

    /// Columns to show, separated by commas: columns of table gff, length, or attribute keys.
    #[arg(short, long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,

    /// Column or attribute for the name field of bed and bed12, '.' where it is missing. The default is the ID, else
    /// the Name.
    #[arg(long, value_name = "KEY")]
    bed_name: Option<String>,

    /// GTF: write transcript_id "" on lines that are of no transcript.
    ///
    /// GTF 2.2 wants it on every line; files of NCBI have it on genes, those of Ensembl and GENCODE do not, and gffread
    /// refuses it.
    #[arg(long, conflicts_with = "count")]
    empty_transcript_id: bool,

    /// Stop codons: within the CDS as in GFF3, out of it as in GTF, or as they are.
    #[arg(
        long,
        value_name = "PLACE",
        default_value = "keep",
        conflicts_with = "count"
    )]
    #[arg(value_parser = PossibleValuesParser::new(StopCodon::NAMES))]
    stop_codon: String,

    #[command(flatten)]
    target: Target,

    /// Sort by sequence and start, longer features first, so that parents come before their parts.
    #[arg(long)]
    sort: bool,

    /// Sort, and write an index for tabix beside FILE.gz (gff3, gtf, bed, bed12). Sequences longer than 2^29 bases
    /// get a csi.
    #[arg(long, value_name = "KIND", conflicts_with = "count")]
    #[arg(value_parser = PossibleValuesParser::new(IndexKind::NAMES))]
    index: Option<String>,

    /// Print one line per overlap: the input region, then the record, like bedtools intersect -wa -wb.
    #[arg(long, requires = "regions_file", conflicts_with_all = ["count", "limit", "sample", "region"])]
    with_query: bool,

    /// Print the number of records; with --regions-file, that of each region.
    #[arg(long, conflicts_with_all = ["format", "columns"])]
    count: bool,

    /// Show sequences by other names: a style known from `gffdb alias`, or a file of two columns.
    #[arg(long, value_name = "STYLE|FILE")]
    names: Option<String>,

    /// Exit with code 1 if an ID, name, sequence, type or source was not found, or a file has no regions.
    #[arg(long)]
    strict: bool,

    /// Print the SQL statement instead of running it.
    #[arg(long)]
    show_sql: bool,

    /// Print the query plan instead of running the statement.
    #[arg(long, conflicts_with = "show_sql")]
    explain: bool,
}

pub fn run(args: &Args) -> Run {
    let database = Database::open(&args.database)?;
    refuse(args)?;
    let mut found = asked::Found::default();
    let query = query(args, &database, &mut found)?;
    if args.show_sql || args.explain {
        let text = match args.explain {
            true => query.explain()?,
            false => query.to_sql()?,
        };
        let mut output = args.target.create()?;
        output.put(text.as_bytes())?;
        output.commit()?;
    } else if let Some(file) = args
        .filters
        .regions_file
        .as_ref()
        .filter(|_| args.with_query || args.count)
    {
        per_region::run(args, &database, &query, file, &mut found)?;
    } else {
        let answered = answer(args, &database, &query)?;
        if answered.is_empty {
            explained::empty(args, &database, &query, &mut found)?;
        }
        explained::rest_of_class(args, &query, &mut found)?;
    }
    if !args.show_sql && !args.explain {
        explained::always(args, &database, &mut found)?;
    }
    if args.with != "self" && !database.has_own_link() {
        messages::note(&format!(
            "view link of {} is not gffdb's; relatives were found by gffdb's own",
            args.database.display()
        ));
    }
    found.tell();
    Ok(match args.strict && !found.all() {
        true => Outcome::Bad,
        false => Outcome::Good,
    })
}

/// Refuses what cannot be meant.
fn refuse(args: &Args) -> Result<(), Error> {
    args.target.refuse_database(&args.database)?;
    let files = [
        ("--regions-file", &args.filters.regions_file),
        ("--ids-file", &args.filters.ids_file),
        ("--names-file", &args.filters.names_file),
    ];
    let from_stdin = |file: &Option<PathBuf>| file.as_deref() == Some(Path::new("-"));
    let mut options = files.iter().filter(|(_, file)| from_stdin(file));
    if let (Some((one, _)), Some((other, _))) = (options.next(), options.next()) {
        return Err(Error::usage(format!(
            "{one} and {other} cannot both be read from standard input; name a file"
        )));
    }
    let format = format::format(args)?;
    let stop_codon = format::stop_codon(args, format)?;
    index(args, format)?;
    if (args.sort || args.index.is_some()) && stop_codon != StopCodon::Keep {
        return Err(Error::usage(
            "--sort and --index cannot sort the lines that --stop-codon makes; leave one of them out",
        ));
    }
    let per_region = args.filters.regions_file.is_some() && (args.with_query || args.count);
    if per_region && (args.sort || args.index.is_some()) {
        return Err(Error::usage(
            "--with-query and --count of regions are in the order of the regions; leave out --sort and --index",
        ));
    }
    if per_region && args.with != "self" {
        return Err(Error::usage(
            "--with-query and --count of regions take no relatives; leave out --with",
        ));
    }
    Ok(())
}

fn query<'d>(
    args: &Args,
    database: &'d Database,
    found: &mut asked::Found,
) -> Result<Query<'d>, Error> {
    let mut query = database
        .query()
        .shown_types(&args.show_type)
        .sorted(args.sort || args.index.is_some())
        .with(match args.with.as_str() {
            "parents" => With::Parents,
            "ancestors" => With::Ancestors,
            "children" => With::Children,
            "descendants" => With::Descendants,
            "family" => With::Family,
            _ => With::Nothing,
        });
    if let Some(limit) = args.limit {
        query = query.limit(limit);
    }
    if let Some(count) = args.sample {
        query = query.sample(count, args.seed);
    }
    // Regions of a file may be answered one by one, and a statement that is only shown finds nothing.
    let how = asked::How {
        regions_later: args.with_query || args.count,
        only_shown: args.show_sql || args.explain,
    };
    found.filter(&args.filters, how, database, query)
}

fn answer(args: &Args, database: &Database, query: &Query<'_>) -> Result<Answered, Error> {
    let format = format::format(args)?;
    if format == RecordFormat::Count {
        let mut output = args.target.create()?;
        let count = query.count()?;
        output.put(format!("{count}\n").as_bytes())?;
        output.commit()?;
        return Ok(Answered {
            not_shown: NotShown::default(),
            is_empty: count == 0,
        });
    }
    let sequences = format::sequences(args, database)?;
    let options = format::options(args, database, format, &sequences, Vec::new())?;
    let mut output = args.target.create()?;
    let answered = gffdb::write::write_query(query, options, &mut output)?;
    output.commit()?;
    tell(format, answered.not_shown, &sequences);
    if let Some((kind, columns)) = index(args, format)? {
        output::write_index(&args.target.output, kind, columns)?;
    }
    Ok(answered)
}

/// Returns the index that is asked for, and where the lines have their places.
fn index(args: &Args, format: RecordFormat) -> Result<Option<(IndexKind, IndexedColumns)>, Error> {
    let Some(kind) = args.index.as_deref().and_then(IndexKind::named) else {
        return Ok(None);
    };
    let columns = match format {
        RecordFormat::Gff3 | RecordFormat::Gtf => IndexedColumns::Gff,
        RecordFormat::Bed | RecordFormat::Bed12 => IndexedColumns::Bed,
        _ => {
            return Err(Error::usage(format!(
                "--index works with gff3, gtf, bed and bed12, not with {format}"
            )));
        }
    };
    let is_compressed = args
        .target
        .output
        .extension()
        .is_some_and(|e| e == "gz" || e == "bgz");
    match is_compressed {
        true => Ok(Some((kind, columns))),
        false => Err(Error::usage(
            "--index is of a compressed file; name one that ends in .gz with -o",
        )),
    }
}

/// Says what the output does not show.
fn tell(format: RecordFormat, not_shown: NotShown, sequences: &Sequences) {
    let NotShown {
        left_out,
        clipped,
        renamed,
    } = not_shown;
    if renamed > 0 {
        messages::note(&format!(
            "genes with the ID of a transcript: {}, whose IDs are written with gene: in front",
            HumanCount(renamed)
        ));
    }
    if clipped > 0 {
        messages::note(&format!(
            "records clipped in {format}, which begins at base 1: {}, which begin before it",
            HumanCount(clipped)
        ));
    }
    if left_out > 0 {
        let why = match format {
            RecordFormat::Bed12 => {
                "no exons, CDS or UTRs of their own; --with descendants adds the transcripts of genes"
            }
            RecordFormat::Ids => "no ID",
            _ => "no coordinates",
        };
        messages::note(&format!(
            "records left out of {format}: {}, which have {why}",
            HumanCount(left_out)
        ));
    }
    let missing = sequences.missing();
    if !missing.is_empty() {
        messages::note(&format!(
            "sequences without a name of that style keep theirs: {}",
            asked::some(&missing)
        ));
    }
}
