//! The codes of each consumer.

use super::*;

/// A code, a text, all that is found in it, a text without it.
type Case = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

const GFF3: &str = "sq0|.|gene|1|100|.|+|.|ID=gene:g\nsq0|.|mRNA|1|100|.|+|.|ID=transcript:t;Parent=gene:g;biotype=protein_coding\nsq0|.|exon|1|40|.|+|.|Parent=transcript:t\nsq0|.|CDS|1|30|.|+|0|Parent=transcript:t\nsq0|.|exon|51|100|.|+|.|Parent=transcript:t\nsq0|.|CDS|51|60|.|+|0|Parent=transcript:t\n";
const GTF: &str = "sq0|.|gene|1|40|.|+|.|gene_id \"g\";\nsq0|.|transcript|1|40|.|+|.|gene_id \"g\"; transcript_id \"t\";\nsq0|.|exon|1|40|.|+|.|gene_id \"g\"; transcript_id \"t\";\n";

#[rustfmt::skip]
const VEP: &[Case] = &[
    ("vep-not-sorted", "sq0|.|gene|11|20|.|+|.|ID=g\nsq0|.|gene|1|9|.|+|.|ID=h\n", &["2 [vep-not-sorted] start 1 comes after start 11; sort by sequence and start"], GFF3),
    ("vep-not-sorted", "sq0|.|gene|1|9|.|+|.|ID=g\nsq1|.|gene|1|9|.|+|.|ID=h\nsq0|.|gene|11|19|.|+|.|ID=i\n", &["3 [vep-not-sorted] \"sq0\" comes again after other sequences; sort by sequence and start"], GFF3),
    ("vep-child-type", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|mRNA|1|9|.|+|.|ID=t;Parent=g\nsq0|.|exon|1|9|.|+|.|Parent=t\nsq0|.|tRNA|1|9|.|+|.|Parent=t\n", &["4 [vep-child-type] tRNA is a child of transcript \"t\" (line 2); VEP stops there"], GFF3),
    ("vep-type", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|SRP_RNA|1|9|.|+|.|ID=t;Parent=g\nsq0|.|exon|1|9|.|+|.|Parent=t\n", &["2 [vep-type] type SRP_RNA is passed by, and the exons and CDS of \"t\" with it"], GFF3),
    ("vep-parent", "sq0|.|exon|1|9|.|+|.|Parent=t\n", &["1 [vep-parent] no record has the ID \"t\""], GFF3),
    ("vep-biotype", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|transcript|1|9|.|+|.|ID=t;Parent=g\nsq0|.|exon|1|9|.|+|.|Parent=t\n", &["2 [vep-biotype] transcript \"t\" has no biotype; add biotype="], "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|transcript|1|9|.|+|.|ID=t;Parent=g;gbkey=mRNA\nsq0|.|exon|1|9|.|+|.|Parent=t\n"),
    ("vep-no-exon", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|mRNA|1|9|.|+|.|ID=t;Parent=g\nsq0|.|CDS|1|9|.|+|0|Parent=t\n", &["2 [vep-no-exon] protein_coding transcript \"t\" has no exon"], GFF3),
];

#[rustfmt::skip]
const CSQ: &[Case] = &[
    ("csq-gtf", "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\n", &["1 [csq-gtf] expected ID= and Parent=, found GTF; make GFF3 of it first"], GFF3),
    ("csq-transcript-id", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|mRNA|1|9|.|+|.|Parent=g\n", &["2 [csq-transcript-id] mRNA has a Parent and no ID"], GFF3),
    ("csq-strand", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|mRNA|1|9|.|+|.|ID=t;Parent=g\nsq0|.|CDS|1|9|.|-|0|Parent=t\n", &["3 [csq-strand] CDS is on strand -, its transcript \"t\" on strand + (line 2)"], GFF3),
    ("csq-phase", "sq0|.|gene|1|99|.|-|.|ID=g\nsq0|.|mRNA|1|99|.|-|.|ID=t;Parent=g\nsq0|.|CDS|1|9|.|-|0|Parent=t\nsq0|.|CDS|21|30|.|-|0|Parent=t\n", &["3 [csq-phase] phase 0 after 10 coding bases of \"t\""], GFF3),
    ("csq-overlap", "sq0|.|gene|1|99|.|+|.|ID=g\nsq0|.|mRNA|1|99|.|+|.|ID=t;Parent=g\nsq0|.|CDS|1|9|.|+|0|Parent=t\nsq0|.|CDS|7|30|.|+|0|Parent=t\n", &["4 [csq-overlap] CDS 7-30 of \"t\" overlaps 1-9 (line 3)"], GFF3),
    ("csq-biotype", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|transcript|1|9|.|+|.|ID=t;Parent=g;biotype=noodle\nsq0|.|exon|1|9|.|+|.|Parent=t\n", &["2 [csq-biotype] transcript \"t\" has biotype \"noodle\", which csq does not know"], GFF3),
    ("csq-biotype", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|transcript|1|9|.|+|.|ID=t;Parent=g\nsq0|.|exon|1|9|.|+|.|Parent=t\n", &["2 [csq-biotype] transcript \"t\" has no biotype=, and csq does not know the type"], GFF3),
    ("csq-several-parents", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|mRNA|1|9|.|+|.|ID=t;Parent=g\nsq0|.|mRNA|1|9|.|+|.|ID=u;Parent=g\nsq0|.|exon|1|9|.|+|.|Parent=t,u\n", &["4 [csq-several-parents] expected one Parent, found \"t,u\"; write the record once for each"], GFF3),
    ("csq-no-parent", "sq0|.|exon|1|9|.|+|.|ID=e\n", &["1 [csq-no-parent] exon has no Parent"], GFF3),
    ("csq-gene-repeated", "sq0|.|gene|1|9|.|+|.|ID=g\nsq1|.|gene|1|9|.|+|.|ID=g\n", &["2 [csq-gene-repeated] gene \"g\" is on line 1 already"], GFF3),
    ("csq-phase-missing", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|mRNA|1|9|.|+|.|ID=t;Parent=g\nsq0|.|CDS|1|9|.|+|.|Parent=t\n", &["3 [csq-phase-missing] CDS has no phase"], GFF3),
];

#[rustfmt::skip]
const TXDB: &[Case] = &[
    ("txdb-gene-id", "sq0|.|gene|1|9|.|+|.|Name=g\n", &["1 [txdb-gene-id] gene has no ID; makeTxDbFromGFF stops there"], GFF3),
    ("txdb-parent-twice", "sq0|.|mRNA|1|9|.|+|.|ID=t\nsq0|.|exon|1|9|.|+|.|Parent=t,t\n", &["2 [txdb-parent-twice] exon has the Parent \"t\" twice"], GFF3),
    ("txdb-orphan", "sq0|.|exon|1|9|.|+|.|Parent=t\n", &["1 [txdb-orphan] exon: no record has the ID \"t\""], GFF3),
    ("txdb-orphan", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|circular_ncRNA|1|9|.|+|.|ID=t;Parent=g\nsq0|.|exon|1|9|.|+|.|Parent=t\n", &["3 [txdb-orphan] exon: its Parent \"t\" is a circular_ncRNA (line 2), which is no transcript"], GTF),
    ("txdb-cds-outside", "sq0|.|mRNA|1|99|.|+|.|ID=t\nsq0|.|exon|1|9|.|+|.|Parent=t\nsq0|.|CDS|5|12|.|+|0|Parent=t\n", &["3 [txdb-cds-outside] CDS 5-12 is within no exon of \"t\""], GFF3),
    ("txdb-parts", "sq0|.|mRNA|1|99|.|+|.|ID=t\nsq1|.|mRNA|1|99|.|+|.|ID=t\n", &["1 [txdb-parts] \"t\" has 2 lines that differ in sequence, strand or type"], GFF3),
    ("txdb-phase", "sq0|.|mRNA|1|99|.|+|.|ID=t\nsq0|.|CDS|5|12|.|+|.|Parent=t\n", &["2 [txdb-phase] CDS has no phase"], GFF3),
];

#[rustfmt::skip]
const CELLRANGER: &[Case] = &[
    ("column-count", "sq0|.|exon|1|9\nsq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\n", &["1 [column-count] expected 9 tab-separated columns, found 5"], GTF),
    ("cellranger-gff3", "sq0|.|exon|1|9|.|+|.|ID=e\n", &["1 [cellranger-gff3] expected key \"value\" attributes, found GFF3; make GTF of it first"], GTF),
    ("cellranger-coordinates", "sq0|.|exon|9|1|.|+|.|gene_id \"g\"; transcript_id \"t\";\n", &["1 [cellranger-coordinates] end 1 is before start 9"], GTF),
    ("cellranger-strand", "sq0|.|exon|1|9|.|.|.|gene_id \"g\"; transcript_id \"t\";\n", &["1 [cellranger-strand] expected + or - as strand, found \".\""], GTF),
    ("cellranger-transcript-id", "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t 1\";\n", &["1 [cellranger-transcript-id] expected a transcript_id without blanks and ';', found \"t 1\""], GTF),
    ("cellranger-transcript-id", "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"\";\n", &["1 [cellranger-transcript-id] exon has no transcript_id"], GTF),
    ("cellranger-gene-id", "sq0|.|exon|1|9|.|+|.|transcript_id \"t\"; gene_id \"a;b\";\n", &["1 [cellranger-gene-id] expected a gene_id without ';', found \"a;b\""], GTF),
    ("cellranger-transcript-genes", "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\nsq0|.|exon|11|19|.|+|.|gene_id \"h\"; transcript_id \"t\";\n", &["2 [cellranger-transcript-genes] transcript_id \"t\" has gene_id \"h\" here and \"g\" on line 1"], GTF),
    ("cellranger-no-exon", "sq0|.|gene|1|9|.|+|.|gene_id \"g\";\n", &["- [cellranger-no-exon] expected exons, found none"], GTF),
    ("cellranger-transcript-sequences", "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\nsq1|.|exon|11|19|.|+|.|gene_id \"g\"; transcript_id \"t\";\n", &["2 [cellranger-transcript-sequences] transcript_id \"t\" is on \"sq1\" here and on \"sq0\" on line 1"], GTF),
];

#[rustfmt::skip]
const JBROWSE: &[Case] = &[
    ("jbrowse-not-sorted", "sq0|.|gene|11|20|.|+|.|ID=g\nsq0|.|gene|1|9|.|+|.|ID=h\n", &["2 [jbrowse-not-sorted] start 1 comes after start 11; sort by sequence and start"], "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|gene|1|9|.|+|.|ID=h\n"),
    ("jbrowse-gtf", "sq0|.|gene|1|9|.|+|.|gene_id \"g\";\n", &["1 [jbrowse-gtf] expected key=value attributes, found GTF; make GFF3 of it first"], GFF3),
    ("jbrowse-parent", "sq0|.|exon|1|9|.|+|.|Parent=t\n", &["1 [jbrowse-parent] no record has the ID \"t\""], GFF3),
    ("jbrowse-outside-parent", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|mRNA|1|10|.|+|.|ID=t;Parent=g\n", &["2 [jbrowse-outside-parent] 1-10 is not within its Parent \"g\", 1-9 (line 1)"], GFF3),
    ("jbrowse-tbi", "sq0|.|gene|1|536870913|.|+|.|ID=g\n", &["1 [jbrowse-tbi] end 536870913 is beyond 536870912; index with tabix --csi"], "sq0|.|gene|1|536870912|.|+|.|ID=g\n"),
];

/// The finding about compression, which every plain file has, is left to the last test.
fn cases(consumer: Consumer, cases: &[Case]) {
    let mut checker = Checker::new();
    checker.consumer(Some(consumer));
    let mut seen = HashSet::new();
    for (code, bad, expected, good) in cases {
        let without = |text: &str| {
            let mut found = found(&checker, text);
            found.retain(|finding| !finding.contains("-not-indexed]"));
            found
        };
        assert_eq!(without(bad), *expected, "{code}");
        let marked = format!("[{code}]");
        assert!(without(good).iter().all(|text| !text.contains(&marked)));
        seen.insert(*code);
    }
    for code in consumer.codes() {
        let told = seen.contains(code.name) || code.name.ends_with("-not-indexed");
        assert!(told, "{} has no case", code.name);
        assert!(code.name.starts_with(consumer.name()) || code.name == "column-count");
    }
}

#[test]
fn each_consumer_says_what_it_refuses_and_drops() {
    cases(Consumer::Vep, VEP);
    cases(Consumer::Csq, CSQ);
    cases(Consumer::TxDb, TXDB);
    cases(Consumer::CellRanger, CELLRANGER);
    cases(Consumer::JBrowse, JBROWSE);
}

#[test]
fn a_file_that_fits_is_clean() {
    for (consumer, text) in [
        (Consumer::Csq, GFF3),
        (Consumer::TxDb, GFF3),
        (Consumer::TxDb, GTF),
        (Consumer::CellRanger, GTF),
    ] {
        let mut checker = Checker::new();
        checker.consumer(Some(consumer));
        assert_eq!(found(&checker, text), Vec::<String>::new(), "{consumer}");
    }
    for consumer in [Consumer::Vep, Consumer::JBrowse] {
        let mut checker = Checker::new();
        checker.consumer(Some(consumer));
        let expected = format!(
            "- [{consumer}-not-indexed] expected a file compressed with bgzip and indexed with \
             tabix; sort, compress and index it first"
        );
        assert_eq!(found(&checker, GFF3), [expected]);
    }
}

#[test]
fn a_consumer_is_known_by_its_name() {
    for consumer in Consumer::ALL {
        assert_eq!(consumer.name().parse::<Consumer>().ok(), Some(consumer));
    }
    let error = "igv".parse::<Consumer>().expect_err("there is none");
    assert_eq!(
        error.to_string(),
        "no consumer \"igv\"; the consumers are vep, csq, txdb, cellranger, jbrowse"
    );
}

#[test]
fn every_select_is_of_a_code_of_its_consumer() {
    for (consumer, file) in [
        (Consumer::Vep, include_str!("../../../schema/check/vep.sql")),
        (Consumer::Csq, include_str!("../../../schema/check/csq.sql")),
        (
            Consumer::TxDb,
            include_str!("../../../schema/check/txdb.sql"),
        ),
        (
            Consumer::CellRanger,
            include_str!("../../../schema/check/cellranger.sql"),
        ),
        (
            Consumer::JBrowse,
            include_str!("../../../schema/check/jbrowse.sql"),
        ),
    ] {
        for section in sections::of(file) {
            if let Section::Check(name, _) = section {
                let known = consumer.codes().iter().any(|code| code.name == name);
                assert!(known, "{consumer}: {name}");
            }
        }
    }
}
