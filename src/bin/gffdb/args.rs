//! Flags that several commands share, each declared once and meaning the same everywhere.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use clap::builder::PossibleValuesParser;
use gffdb::{
    Error,
    output::{self, Output},
    write::RowLayout,
};

use crate::commands;

/// Filters that choose records. All combine; values of one are alternatives.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("named").multiple(true))]
pub struct Filters {
    /// Region: chr1, chr1:1,000-2,000, chr1:5000-. May be given several times.
    #[arg(short, long, value_name = "REGION")]
    pub region: Vec<String>,

    /// BED, GFF3 or VCF file of regions; '-' is standard input.
    #[arg(short = 'R', long, value_name = "FILE")]
    pub regions_file: Option<PathBuf>,

    /// Records that overlap a region, lie within it, or contain it.
    #[arg(long, value_name = "MODE", default_value = "overlap")]
    #[arg(value_parser = PossibleValuesParser::new(["overlap", "within", "contains"]))]
    pub mode: String,

    /// IDs, separated by commas.
    #[arg(short, long, value_name = "IDS", value_delimiter = ',')]
    pub id: Vec<String>,

    /// File of IDs, one per line. Lines that begin with '#' are comments; '-' is standard input.
    #[arg(long, value_name = "FILE")]
    pub ids_file: Option<PathBuf>,

    /// Also find IDs that differ in a prefix such as gene: or transcript:, or in a .version.
    #[arg(long)]
    pub loose_ids: bool,

    /// Names, separated by commas: ID, Name, gene_name, gene, locus_tag, Alias or a key like them.
    #[arg(
        short,
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        group = "named"
    )]
    pub name: Vec<String>,

    /// File of names, one per line, as for --ids-file; names may contain commas.
    #[arg(long, value_name = "FILE", group = "named")]
    pub names_file: Option<PathBuf>,

    /// With --name or --names-file: ignore case.
    #[arg(long, requires = "named")]
    pub ignore_case: bool,

    /// With --name or --names-file: '*' is any text, '?' any character, '[ab]' one of these.
    #[arg(long, requires = "named")]
    pub glob: bool,

    /// Feature types (column 3), separated by commas; class:NAME selects all types of a class in table type_class.
    #[arg(short, long = "type", value_name = "TYPES", value_delimiter = ',')]
    pub types: Vec<String>,

    /// Sources (column 2), separated by commas.
    #[arg(long, value_name = "SOURCES", value_delimiter = ',')]
    pub source: Vec<String>,

    /// Strands, separated by commas: +, -, ? or '.'.
    #[arg(
        long,
        value_name = "STRANDS",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    pub strand: Vec<String>,

    /// Datasets, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub dataset: Vec<String>,

    /// Attribute: KEY=VALUE, KEY~REGEX, or KEY alone for presence; KEY!=VALUE and KEY!~REGEX are all other
    /// records, those without KEY too. May be given several times.
    #[arg(short, long, value_name = "ATTRIBUTE")]
    pub attr: Vec<String>,

    /// SQL expression over the columns of table gff, such as 'score > 0.5', and length, the bases of a record;
    /// may be given several times.
    #[arg(long = "where", value_name = "SQL")]
    pub expressions: Vec<String>,
}

impl Filters {
    /// Tells whether nothing is asked for by name.
    pub fn has_no_names(&self) -> bool {
        self.name.is_empty() && self.names_file.is_none()
    }

    /// Tells whether there is no filter at all.
    pub fn is_empty(&self) -> bool {
        let lists = [
            &self.region,
            &self.id,
            &self.types,
            &self.source,
            &self.strand,
            &self.dataset,
            &self.attr,
            &self.expressions,
        ];
        self.has_no_names()
            && self.regions_file.is_none()
            && self.ids_file.is_none()
            && lists.into_iter().all(Vec::is_empty)
    }
}

/// Where an answer goes, and whether its columns are named.
#[derive(clap::Args)]
pub struct Target {
    /// Do not print a header, in table, csv, tsv and markdown.
    #[arg(long)]
    pub no_header: bool,

    /// Output file; .gz is compressed as BGZF; '-' is standard output.
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "-",
        hide_default_value = true
    )]
    pub output: PathBuf,
}

impl Target {
    /// Refuses to write an answer over the database that it is of.
    pub fn refuse_database(&self, database: &Path) -> Result<(), Error> {
        match output::is_same_file(database, &self.output) {
            true => Err(Error::usage(format!(
                "{} is the database itself; write the records to another file with -o",
                self.output.display()
            ))),
            false => Ok(()),
        }
    }

    /// Opens the output.
    pub fn create(&self) -> Result<Output, Error> {
        let output = Output::create(&self.output)?;
        commands::clean_up_when_interrupted(&output)?;
        Ok(output)
    }

    /// Returns how rows are laid out: a terminal has a width.
    pub fn layout(&self) -> RowLayout {
        let stdout = io::stdout();
        let is_terminal = self.output == Path::new("-") && stdout.is_terminal();
        RowLayout {
            terminal: terminal_size::terminal_size_of(&stdout)
                .filter(|_| is_terminal)
                .map(|(width, _)| usize::from(width.0)),
            header: !self.no_header,
        }
    }

    /// Returns the error of a write.
    pub fn failed(&self, error: io::Error) -> Error {
        Error::io(&self.output, "write", error)
    }
}
