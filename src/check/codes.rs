//! The codes of findings: what each stands for, how grave it is, and what it rests on.
//!
//! The table below is the documentation: `gffdb check --codes` prints it. A code keeps its name and
//! its meaning from version to version. "GFF3" is version 1.26 of the specification (2020-08-18),
//! "GTF" is GTF 2.2; what is quoted is theirs, what is not quoted is a habit of the field.
//!
//! | severity | meaning |
//! | --- | --- |
//! | error | the specification forbids it |
//! | warning | allowed or common, and likely to be a mistake or to be misread |
//! | info | worth knowing, nothing to fix |

use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Worth knowing, nothing to mend.
    Info,
    /// Likely to be a mistake, or to be misread.
    Warning,
    /// Forbidden by the specification; or, for a consumer, refused.
    Error,
}

impl Severity {
    /// Every severity, the gravest first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// Returns the word: `error`, `warning` or `info`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a finding can be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Code {
    /// The stable name: lower case, words joined by `-`.
    pub name: &'static str,
    /// How grave every finding of this code is.
    pub severity: Severity,
    /// What is found, in one line.
    pub rule: &'static str,
    /// The sentence of the specification, or the source file of the consumer, that it rests on.
    pub basis: &'static str,
}

/// Returns an entry of a table of codes.
pub(super) const fn code(
    name: &'static str,
    severity: Severity,
    rule: &'static str,
    basis: &'static str,
) -> Code {
    Code {
        name,
        severity,
        rule,
        basis,
    }
}

const NINE: &str = "GFF3, Description of the Format: \"GFF3 files are nine-column, tab-delimited, plain text files.\"";
const COORDINATES: &str = "GFF3, columns 4 & 5: \"The start and end coordinates of the feature are given in positive 1-based integer coordinates\"";
const START_END: &str = "GFF3, columns 4 & 5: \"Start is always less than or equal to end.\"";
const SCORE: &str = "GFF3, column 6: \"The score of the feature, a floating point number.\"";
const STRAND: &str = "GFF3, column 7: \"+ for positive strand (relative to the landmark), - for minus strand, and . for features that are not stranded. In addition, ? can be used\"";
const PHASE: &str = "GFF3, column 8: \"The phase is one of the integers 0, 1, or 2\"";
const PHASE_REQUIRED: &str = "GFF3, column 8: \"The phase is REQUIRED for all CDS features.\"";
const PHASE_MEANING: &str = "GFF3, column 8: \"the phase indicates where the next codon begins relative to the 5' end […] of the current CDS feature\"";
const TAG_VALUE: &str = "GFF3, column 9: \"A list of feature attributes in the format tag=value.\"";
const SEVERAL: &str = "GFF3, column 9: \"Multiple attributes of the same type are indicated by separating the values with the comma\"";
const RESERVED: &str = "GFF3, column 9: \"All attributes that begin with an uppercase letter are reserved for later use.\"";
const CASE: &str = "GFF3, column 9: \"Note that attribute names are case sensitive. 'Parent' is not the same as 'parent'.\"";
const ONE_FEATURE: &str = "GFF3, column 9, ID: \"All lines that share an ID must collectively represent a single feature.\"";
const UNIQUE: &str =
    "GFF3, column 9, ID: \"IDs for each feature must be unique within the scope of the GFF file.\"";
const PARENT: &str = "GFF3, column 9, Parent: \"Indicates the parent of the feature.\"";
const CYCLE: &str = "GFF3, Parent (part_of) Relationships: \"a set of Parent relationships that would cause a cycle should also trigger an exception\"";
const CONTAINED: &str = "GFF3, Parent (part_of) Relationships: \"The GFF3 format does not enforce a rule in which features must be wholly contained within the location of their parents\"";
const CIRCULAR: &str = "GFF3, Circular Genomes: \"For a circular genome, the landmark feature should include Is_circular=true in column 9.\"";
const TARGET: &str = "GFF3, column 9, Target: \"The format of the value is 'target_id start end [strand]', where strand is optional and may be '+' or '-'.\"";
const GAP: &str = "GFF3, The Gap Attribute: \"a series of (operation,length) pairs separated by space characters\"; the operations are M, I, D, F and R";
const PART_OF: &str = "GFF3, Parent (part_of) Relationships: \"A feature that has the Parent attribute set is interpreted as asserting that it is a part of the specified Parent feature.\"";
const ENCODED: &str = "GFF3, Description of the Format: \"Literal use of tab, newline, carriage return, the percent (%) sign, and control characters must be encoded\"";
const COLUMN_9: &str = "GFF3, Description of the Format: \"the following characters have reserved meanings in column 9 and must be escaped when used in other contexts\"";
const SEQID: &str = "GFF3, column 1: \"IDs may contain any characters, but must escape any characters not in the set [a-zA-Z0-9.:^*$@!+_?-|].\"";
const TYPE: &str = "GFF3, column 3: \"This is constrained to be either a term from the Sequence Ontology or an SO accession number. […] it must be sequence_feature (SO:0000110) or an is_a child of it.\"";
const VERSION: &str = "GFF3, Other Syntax, ##gff-version: it must be present, be the topmost line of the file, and appear once";
const REGION: &str = "GFF3, Other Syntax, ##sequence-region: seqid start end; one for a seqid, and all features on that landmark lie within it unless it is circular";
const CLOSED: &str = "GFF3, Other Syntax, ###: \"all forward references to feature IDs that have been seen to this point have been resolved\"";
const FASTA: &str = "GFF3, Other Syntax, ##FASTA: \"Once a ##FASTA section is encountered no other content beyond valid FASTA sequence is allowed.\"";
const IMPLIED: &str = "GFF3, Other Syntax, ##FASTA: \"a GFF line that begins with the character > creates an implied ##FASTA directive\"";
const UNICODE: &str = "GFF3, Description of the Format: \"for portability with other systems, use of Latin-1 or Unicode are recommended\"";
const TRANS: &str = "GFF3, Pathological Cases, Trans-spliced transcript: \"the mRNA as being split across two discontinuous genomic locations\"";
const FRAMESHIFT: &str = "GFF3, Pathological Cases, Programmed frameshift: \"The CDS segment that represent the new reading frame will always has a phase of 0\"";
const GTF_ATTRIBUTES: &str = "GTF, attributes: \"Attributes must end in a semicolon which must then be separated from the start of any subsequent attribute by exactly one space character\"";
const GTF_MANDATORY: &str = "GTF, attributes: \"All nine features have the same two mandatory attributes\", gene_id and transcript_id";
const GTF_UNIQUE: &str = "GTF, attributes, transcript_id: \"A globally unique identifier for the predicted transcript.\"";
const GTF_CODONS: &str = "GTF, features: start_codon and stop_codon have three bases at most, in all their parts together";
const GTF_QUOTES: &str =
    "GTF, attributes: \"Textual attributes should be surrounded by doublequotes.\"";
const HABIT: &str = "no specification says it; programs that read only one form misread the other";

use Severity::{Error, Info, Warning};

/// The codes of a plain check, column by column, then the whole file.
#[rustfmt::skip]
pub const GENERAL: &[Code] = &[
    code("column-count", Error, "a record does not have nine columns", NINE),
    code("seqid-missing", Error, "column 1 is '.' or empty", SEQID),
    code("seqid-character", Warning, "column 1 has a character that must be escaped", SEQID),
    code("type-unknown", Warning, "column 3 is no sequence feature of the Sequence Ontology", TYPE),
    code("coordinate-missing", Error, "start or end is '.' or empty", COORDINATES),
    code("coordinate-not-a-number", Error, "start or end is not a whole number", COORDINATES),
    code("coordinate-below-1", Error, "start or end is 0 or negative", COORDINATES),
    code("end-before-start", Error, "end is smaller than start", START_END),
    code("score", Error, "column 6 is neither a number nor '.'", SCORE),
    code("strand", Error, "column 7 is not one of + - . ?", STRAND),
    code("phase", Error, "column 8 is not one of 0 1 2 .", PHASE),
    code("phase-missing", Error, "a CDS has no phase", PHASE_REQUIRED),
    code("phase-unused", Info, "a record other than a CDS has a phase", PHASE_MEANING),
    code("attribute-no-equals", Error, "an attribute has no '='", TAG_VALUE),
    code("attribute-no-key", Error, "an attribute has nothing before '='", TAG_VALUE),
    code("attribute-no-value", Error, "an attribute has nothing after '='", TAG_VALUE),
    code("attribute-repeated", Error, "a key comes twice on one line", SEVERAL),
    code("attribute-reserved", Error, "a key begins with an uppercase letter and is not one of the specification's", RESERVED),
    code("attribute-case", Warning, "a key is ID or Parent but for its case", CASE),
    code("target", Error, "Target is not 'target_id start end [strand]', or its start is after its end", TARGET),
    code("gap", Warning, "Gap is not operations with their lengths, such as M8 D3 M6", GAP),
    code("circular-value", Error, "Is_circular is neither true nor false", CIRCULAR),
    code("escape-invalid", Warning, "a '%' is not followed by two hexadecimal digits", ENCODED),
    code("control-character", Error, "a control character stands unescaped", ENCODED),
    code("unescaped-equals", Error, "a value has an unescaped '='", COLUMN_9),
    code("unescaped-ampersand", Info, "a value has an unescaped '&'", COLUMN_9),
    code("not-utf8", Warning, "a line is not UTF-8; it is read as Latin-1", UNICODE),
    code("gtf-gene-id", Error, "a GTF record has no gene_id", GTF_MANDATORY),
    code("gtf-transcript-id", Error, "a GTF record other than a gene has no transcript_id", GTF_MANDATORY),
    code("gtf-semicolon", Warning, "the last attribute of a GTF record does not end in a semicolon", GTF_ATTRIBUTES),
    code("gtf-quote", Error, "a GTF value begins or ends with a quote, not both, or has another attribute in its quotes", GTF_QUOTES),
    code("gtf-repeated", Error, "a GTF record has gene_id or transcript_id twice", GTF_MANDATORY),
    code("codon-length", Warning, "a start_codon or stop_codon has more than three bases", GTF_CODONS),
    code("gff-version-missing", Error, "a GFF3 file has no ##gff-version", VERSION),
    code("gff-version-late", Error, "##gff-version is not the first line", VERSION),
    code("gff-version-repeated", Error, "##gff-version comes again", VERSION),
    code("gff-version-other", Error, "##gff-version of a GFF3 file names no version 3", VERSION),
    code("region-malformed", Error, "##sequence-region is not 'seqid start end'", REGION),
    code("region-start", Error, "##sequence-region starts below 1", REGION),
    code("region-repeated", Error, "a sequence has a second ##sequence-region", REGION),
    code("region-late", Warning, "##sequence-region comes after the first record of its sequence", REGION),
    code("outside-region", Error, "a record lies outside its ##sequence-region", REGION),
    code("outside-landmark", Error, "a record ends beyond the chromosome or region feature of its sequence", REGION),
    code("circular-part", Warning, "Is_circular=true on a feature that does not span its ##sequence-region", CIRCULAR),
    code("fasta-lookalike", Warning, "a line looks like ##FASTA and is not, so what follows is no sequence", FASTA),
    code("fasta-implied", Info, "sequence begins without ##FASTA", IMPLIED),
    code("record-after-fasta", Error, "a record stands among the sequence at the end", FASTA),
    code("line-ends-mixed", Warning, "some lines end in LF, others in CR LF", HABIT),
    code("dialect-mixed", Warning, "some records have GFF3 attributes, others GTF attributes", HABIT),
    code("duplicate-line", Warning, "a record is byte for byte an earlier one", UNIQUE),
    code("id-type", Error, "lines of one ID have different types", ONE_FEATURE),
    code("id-sequence", Error, "lines of one ID are on different sequences", ONE_FEATURE),
    code("id-parent", Error, "lines of one ID have different Parents", ONE_FEATURE),
    code("id-strand", Warning, "lines of one ID are on different strands", ONE_FEATURE),
    code("id-overlap", Warning, "lines of one ID overlap, so they may be two features", UNIQUE),
    code("transcript-sequence", Error, "parts of one GTF transcript are on different sequences", GTF_UNIQUE),
    code("transcript-strand", Warning, "parts of one GTF transcript are on different strands", GTF_UNIQUE),
    code("trans-spliced", Info, "parts of a trans-spliced feature are on different strands or sequences", TRANS),
    code("parent-missing", Error, "no record has the ID that Parent names", PARENT),
    code("parent-self", Error, "a record is its own Parent", CYCLE),
    code("parent-cycle", Error, "Parents lead round in a circle", CYCLE),
    code("parent-sequence", Error, "the Parent is on another sequence", PARENT),
    code("parent-closed", Error, "'###' stands between a record and its Parent, or between the lines of one ID", CLOSED),
    code("parent-type", Warning, "the Parent of a gene is a transcript, or that of a gene or transcript an exon, CDS or other part", PART_OF),
    code("child-outside", Warning, "a record is not within its Parent", CONTAINED),
    code("child-strand", Warning, "a record is on the other strand than its Parent", PARENT),
    code("phase-sum", Error, "phases do not add up along a CDS", PHASE_MEANING),
    code("phase-frameshift", Info, "a CDS goes on with phase 0 a base or two off, as after a programmed frameshift", FRAMESHIFT),
    code("no-records", Info, "the file has no records", NINE),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_plain() {
        let mut seen = HashSet::new();
        for code in GENERAL {
            assert!(seen.insert(code.name), "{} is there twice", code.name);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(code.name.chars().all(plain), "{}", code.name);
            assert!(!code.rule.is_empty() && !code.basis.is_empty());
        }
    }

    #[test]
    fn an_error_is_graver_than_a_warning() {
        assert!(Severity::Error > Severity::Warning);
        assert!(Severity::Warning > Severity::Info);
    }
}
