//! The codes of a plain check.

use super::*;

const G: &str = "##gff-version 3\nsq0|.|gene|1|100|.|+|.|ID=g0\n";

/// A code, the records after `##gff-version 3`, all that is found in them, records without it.
type Case = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

#[rustfmt::skip]
const RECORDS: &[Case] = &[
    ("column-count", "sq0|.|gene|1|9|.|+|.\n", &["2 [column-count] expected 9 tab-separated columns, found 8"], "sq0|.|gene|1|9|.|+|.|.\n"),
    ("column-count", "sq0 . gene 1 9 . + . .\n", &["2 [column-count] expected 9 tab-separated columns, found 1; columns are separated by tabs, not blanks"], ""),
    ("seqid-missing", ".|.|gene|1|9|.|+|.|.\n", &["2 [seqid-missing] expected the name of a sequence in column 1, found \".\""], "sq.0|.|gene|1|9|.|+|.|.\n"),
    ("seqid-character", "sq 0|.|gene|1|9|.|+|.|.\n", &["2 [seqid-character] column 1 has \" \"; write %20"], "sq%200|.|gene|1|9|.|+|.|.\n"),
    ("type-unknown", "sq0|.|Gene|1|9|.|+|.|.\n", &["2 [type-unknown] expected a feature type of the Sequence Ontology, found \"Gene\"; is it gene?"], "sq0|.|SO:0000704|1|9|.|+|.|.\n"),
    ("type-unknown", "sq0|.|noodle|1|9|.|+|.|.\n", &["2 [type-unknown] expected a feature type of the Sequence Ontology, found \"noodle\""], ""),
    ("coordinate-missing", "sq0|.|gene|.|9|.|+|.|.\n", &["2 [coordinate-missing] expected a whole number as start, found \".\""], "sq0|.|gene|9|9|.|+|.|.\n"),
    ("coordinate-not-a-number", "sq0|.|gene|1|9x|.|+|.|.\n", &["2 [coordinate-not-a-number] expected a whole number as end, found \"9x\""], "sq0|.|gene|1|4294967297|.|+|.|.\n"),
    ("coordinate-below-1", "sq0|.|gene|0|9|.|+|.|.\n", &["2 [coordinate-below-1] expected start to be 1 or more, found 0"], "sq0|.|gene|1|9|.|+|.|.\n"),
    ("end-before-start", "sq0|.|gene|120|98|.|+|.|.\n", &["2 [end-before-start] end 98 is before start 120"], "sq0|.|gene|98|98|.|+|.|.\n"),
    ("score", "sq0|.|gene|1|9|high|+|.|.\n", &["2 [score] expected a number or '.' as score, found \"high\""], "sq0|.|gene|1|9|1.5e-12|+|.|.\n"),
    ("strand", "sq0|.|gene|1|9|.|x|.|.\n", &["2 [strand] expected one of + - . ? as strand, found \"x\""], "sq0|.|gene|1|9|.|?|.|.\n"),
    ("phase", "sq0|.|CDS|1|9|.|+|3|.\n", &["2 [phase] expected one of 0 1 2 . as phase, found \"3\""], "sq0|.|CDS|1|9|.|+|2|.\n"),
    ("phase-missing", "sq0|.|CDS|1|9|.|+|.|.\n", &["2 [phase-missing] expected 0, 1 or 2 as phase of a CDS, found '.'"], "sq0|.|exon|1|9|.|+|.|.\n"),
    ("phase-unused", "sq0|.|exon|1|9|.|+|0|.\n", &["2 [phase-unused] exon has phase 0, which means something for a CDS only"], "sq0|.|start_codon|1|3|.|+|0|.\n"),
    ("attribute-no-equals", "sq0|.|gene|1|9|.|+|.|ID=g;flag\n", &["2 [attribute-no-equals] expected key=value, found \"flag\""], "sq0|.|gene|1|9|.|+|.|ID=g;;\n"),
    ("attribute-no-key", "sq0|.|gene|1|9|.|+|.|=other\n", &["2 [attribute-no-key] expected a key before '=', found \"=other\""], "sq0|.|gene|1|9|.|+|.|a=other\n"),
    ("attribute-no-value", "sq0|.|gene|1|9|.|+|.|Name=\n", &["2 [attribute-no-value] Name has no value; leave the attribute out"], "sq0|.|gene|1|9|.|+|.|Name=n\n"),
    ("attribute-repeated", "sq0|.|gene|1|9|.|+|.|Note=a;Note=b\n", &["2 [attribute-repeated] Note comes twice; write Note=VALUE,VALUE"], "sq0|.|gene|1|9|.|+|.|Note=a,b\n"),
    ("attribute-reserved", "sq0|.|gene|1|9|.|+|.|Kind=x\n", &["2 [attribute-reserved] Kind is not one of the keys that GFF3 defines; begin it with a small letter"], "sq0|.|gene|1|9|.|+|.|kind=x\n"),
    ("attribute-case", "sq0|.|gene|1|9|.|+|.|id=x\n", &["2 [attribute-case] expected ID, found id; programs that read ID pass it by"], "sq0|.|gene|1|9|.|+|.|ID=x\n"),
    ("target", "sq0|.|match|1|9|.|+|.|Target=est 1\n", &["2 [target] expected Target=NAME START END or NAME START END STRAND, found \"est 1\""], "sq0|.|match|1|9|.|+|.|Target=est 1 9 -\n"),
    ("target", "sq0|.|match|1|9|.|+|.|Target=est 9 1 +\n", &["2 [target] expected a Target to end after its start, found 9 1"], "sq0|.|match|1|9|.|+|.|Target=est 9 9 +\n"),
    ("gap", "sq0|.|match|1|9|.|+|.|Gap=M8D1\n", &["2 [gap] expected letters M, I, D, F or R, each with a length, and blanks between, found \"M8D1\""], "sq0|.|match|1|9|.|+|.|Gap=M8 D1%20R2\n"),
    ("gap", "sq0|.|match|1|9|.|+|.|Gap=M8 N1\n", &["2 [gap] expected letters M, I, D, F or R, each with a length, and blanks between, found \"M8 N1\""], ""),
    ("target", "sq0|.|match|1|9|.|+|.|Target=my est 1 9\n", &["2 [target] expected Target=NAME START END or NAME START END STRAND, found \"my est 1 9\""], "sq0|.|match|1|9|.|+|.|Target=my%20est 1 9\n"),
    ("circular-value", "sq0|.|region|1|9|.|+|.|Is_circular=yes\n", &["2 [circular-value] expected Is_circular=true or false, found \"yes\""], "sq0|.|region|1|9|.|+|.|Is_circular=true\n"),
    ("escape-invalid", "sq0|.|gene|1|9|.|+|.|Note=5%zz\n", &["2 [escape-invalid] expected two hexadecimal digits after '%', found \"%zz\"; write %25 for '%'"], "sq0|.|gene|1|9|.|+|.|Note=5%25\n"),
    ("control-character", "sq0|.|gene|1|9|.|+|.|Note=a\u{1}b\n", &["2 [control-character] expected no control characters, found \\x01; write %01"], "sq0|.|gene|1|9|.|+|.|Note=a%01b\n"),
    ("unescaped-equals", "sq0|.|gene|1|9|.|+|.|Note=a=b\n", &["2 [unescaped-equals] Note has an unescaped '=' in its value; write %3D"], "sq0|.|gene|1|9|.|+|.|Note=a%3Db\n"),
    ("unescaped-ampersand", "sq0|.|gene|1|9|.|+|.|Note=a&b\n", &["2 [unescaped-ampersand] Note has an unescaped '&' in its value; write %26"], "sq0|.|gene|1|9|.|+|.|Note=a%26b\n"),
    ("not-utf8", "sq0|.|gene|1|9|.|+|.|Note=caf\\xE9\n", &["2 [not-utf8] expected UTF-8, found the byte \\xE9; convert the file"], "sq0|.|gene|1|9|.|+|.|Note=café\n"),
    ("gff-version-repeated", "##gff-version 3\nsq0|.|gene|1|9|.|+|.|.\n", &["2 [gff-version-repeated] expected one ##gff-version, found the first on line 1"], "sq0|.|gene|1|9|.|+|.|.\n"),
    ("region-malformed", "##sequence-region sq0 1\nsq0|.|gene|1|9|.|+|.|.\n", &["2 [region-malformed] expected ##sequence-region SEQID START END, found \"##sequence-region sq0 1\""], "##sequence-region sq0 1 9\nsq0|.|gene|1|9|.|+|.|.\n"),
    ("region-start", "##sequence-region sq0 -1 9\nsq0|.|gene|1|9|.|+|.|.\n", &["2 [region-start] expected start to be 1 or more, found -1"], "##sequence-region sq0 1 9\nsq0|.|gene|1|9|.|+|.|.\n"),
    ("region-repeated", "##sequence-region sq0 1 9\n##sequence-region sq0 1 9\nsq0|.|gene|1|9|.|+|.|.\n", &["3 [region-repeated] \"sq0\" has a ##sequence-region on line 2 already"], "##sequence-region sq0 1 9\n##sequence-region sq1 1 9\nsq0|.|gene|1|9|.|+|.|.\n"),
    ("region-late", "sq0|.|gene|1|9|.|+|.|.\n##sequence-region sq0 1 9\n", &["3 [region-late] expected the ##sequence-region of \"sq0\" before its first record, found that on line 2"], "sq1|.|gene|1|9|.|+|.|.\n##sequence-region sq0 1 9\n"),
    ("outside-region", "##sequence-region sq0 1 100\nsq0|.|gene|90|110|.|+|.|.\n", &["3 [outside-region] 90-110 is not within the ##sequence-region of \"sq0\", 1-100 (line 2)"], "##sequence-region sq0 1 100\nsq0|.|region|1|100|.|+|.|Is_circular=true\nsq0|.|gene|90|110|.|+|.|.\n"),
    ("outside-landmark", "sq0|.|chromosome|1|100|.|.|.|ID=chromosome:sq0\nsq0|.|gene|90|110|.|+|.|.\n", &["3 [outside-landmark] 90-110 ends beyond \"sq0\", 100 (line 2)"], "sq0|.|region|1|100|.|.|.|ID=sq0:1..100;Is_circular=true\nsq0|.|gene|90|110|.|+|.|.\n"),
    ("circular-part", "##sequence-region sq0 1 100\nsq0|.|gene|1|10|.|+|.|Is_circular=true\n", &["3 [circular-part] 1-10 is called circular, and is not all of \"sq0\", 1-100 (line 2)"], "##sequence-region sq0 1 100\nsq0|.|region|1|100|.|+|.|Is_circular=true\n"),
    ("fasta-lookalike", "sq0|.|gene|1|9|.|+|.|.\n##FASTA of proteins\n", &["3 [fasta-lookalike] expected ##FASTA and nothing else, found \"##FASTA of proteins\"; taken for a comment"], "sq0|.|gene|1|9|.|+|.|.\n##FASTA\n>sq0\nACGT\n"),
    ("fasta-implied", "sq0|.|gene|1|9|.|+|.|.\n>sq0\nACGT\n", &["3 [fasta-implied] sequence begins here without a line ##FASTA before it"], "sq0|.|gene|1|9|.|+|.|.\n##FASTA\n>sq0\nACGT\n"),
    ("record-after-fasta", "##FASTA\n>sq0\nACGT\nsq0|.|gene|1|9|.|+|.|.\n", &["5 [record-after-fasta] expected sequence, found a record; move it before ##FASTA", "- [no-records] expected records, found none"], "sq0|.|gene|1|9|.|+|.|.\n##FASTA\n>sq0\nACGT\n"),
    ("line-ends-mixed", "sq0|.|gene|1|9|.|+|.|.\r\n", &["2 [line-ends-mixed] expected LF at the end, as on the first line, found CR LF"], "sq0|.|gene|1|9|.|+|.|."),
    ("dialect-mixed", "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|gene|11|19|.|+|.|gene_id \"h\";\n", &["3 [dialect-mixed] expected GFF3 (key=value) attributes, as on line 2, found GTF (key \"value\")"], "sq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|gene|11|19|.|+|.|.\n"),
    ("duplicate-line", "sq0|.|gene|1|9|.|+|.|.\nsq0|.|gene|1|9|.|+|.|.\n", &["3 [duplicate-line] the same as line 2; take one of them out"], "sq0|.|gene|1|9|.|+|.|.\nsq0|.|gene|1|9|.|-|.|.\n"),
    ("no-records", "", &["- [no-records] expected records, found none"], "sq0|.|gene|1|9|.|+|.|.\n"),
];

/// As [`RECORDS`], after a gene `g0` at 1-100 on the plus strand, which is line 2.
#[rustfmt::skip]
const AFTER_A_GENE: &[Case] = &[
    ("id-type", "sq0|.|region|1|100|.|+|.|ID=g0\n", &["3 [id-type] ID \"g0\" is a region here and a gene on line 2"], "sq0|.|region|1|100|.|+|.|ID=r0\n"),
    ("id-sequence", "sq1|.|gene|1|100|.|+|.|ID=g0\n", &["3 [id-sequence] ID \"g0\" is on \"sq1\" here and on \"sq0\" on line 2"], "sq1|.|gene|1|100|.|+|.|ID=g1\n"),
    ("id-parent", "sq0|.|gene|201|300|.|+|.|ID=g1\nsq0|.|gene|201|300|.|+|.|ID=h;Parent=g1\nsq0|.|gene|401|500|.|+|.|ID=h\n", &["5 [id-parent] ID \"h\" has another Parent here than on line 4"], "sq0|.|exon|1|10|.|+|.|ID=e;Parent=g0\nsq0|.|exon|21|30|.|+|.|ID=e;Parent=g0\n"),
    ("id-strand", "sq0|.|gene|201|300|.|-|.|ID=g0\n", &["3 [id-strand] ID \"g0\" is on strand - here and on strand + on line 2"], "sq0|.|gene|201|300|.|+|.|ID=g0\n"),
    ("id-overlap", "sq0|.|gene|50|150|.|+|.|ID=g0\n", &["3 [id-overlap] ID \"g0\" covers 50-150 here and 1-100 on line 2"], "sq0|.|gene|150|250|.|+|.|ID=g0\n"),
    ("trans-spliced", "sq0|.|mRNA|1|50|.|+|.|ID=t;Parent=g0;exception=trans-splicing\nsq0|.|mRNA|201|250|.|-|.|ID=t;Parent=g0;exception=trans-splicing\n", &["3 [trans-spliced] ID \"t\" is trans-spliced: its parts are on different strands or sequences"], "sq0|.|mRNA|1|50|.|+|.|ID=t;Parent=g0\n"),
    ("parent-missing", "sq0|.|mRNA|1|100|.|+|.|ID=t;Parent=g1\n", &["3 [parent-missing] no record has the ID \"g1\""], "sq0|.|mRNA|1|100|.|+|.|ID=t;Parent=g0\n"),
    ("parent-self", "sq0|.|mRNA|1|100|.|+|.|ID=t;Parent=t\n", &["3 [parent-self] \"t\" is its own Parent"], "sq0|.|mRNA|1|100|.|+|.|ID=t;Parent=g0\n"),
    ("parent-cycle", "sq0|.|mRNA|1|100|.|+|.|ID=a;Parent=b,g0\nsq0|.|mRNA|1|100|.|+|.|ID=b;Parent=a\nsq0|.|mRNA|1|100|.|+|.|ID=c;Parent=b\nsq0|.|exon|1|10|.|+|.|Parent=c\n", &["3 [parent-cycle] \"a\" is part of itself: its Parents lead back to it", "4 [parent-cycle] \"b\" is part of itself: its Parents lead back to it"], "sq0|.|mRNA|1|100|.|+|.|ID=a;Parent=g0\nsq0|.|mRNA|1|100|.|+|.|ID=b;Parent=a\nsq0|.|mRNA|1|100|.|+|.|ID=c;Parent=b,a\nsq0|.|exon|1|10|.|+|.|Parent=c\n"),
    ("parent-sequence", "sq1|.|mRNA|1|100|.|+|.|ID=t;Parent=g0\n", &["3 [parent-sequence] this is on \"sq1\", its Parent \"g0\" on \"sq0\" (line 2)"], "sq0|.|mRNA|1|100|.|+|.|ID=t;Parent=g0\n"),
    ("parent-closed", "###\nsq0|.|mRNA|1|100|.|+|.|ID=t;Parent=g0\n", &["4 [parent-closed] '###' stands between this and its Parent \"g0\" (line 2)"], "sq0|.|mRNA|1|100|.|+|.|ID=t;Parent=g0\n###\n"),
    ("parent-closed", "###\nsq0|.|gene|201|300|.|+|.|ID=g0\n", &["4 [parent-closed] '###' stands between this line of \"g0\" and line 2"], "sq0|.|gene|201|300|.|+|.|ID=g0\n"),
    ("parent-type", "sq0|.|mRNA|1|100|.|+|.|ID=t;Parent=g0\nsq0|.|gene|1|100|.|+|.|ID=h;Parent=t\n", &["4 [parent-type] expected a Parent that a gene is part of, found \"t\" of type mRNA (line 3)"], "sq0|.|mRNA|1|100|.|+|.|ID=t;Parent=g0\nsq0|.|miRNA|1|100|.|+|.|ID=h;Parent=t\n"),
    ("parent-type", "sq0|.|exon|1|100|.|+|.|ID=e;Parent=g0\nsq0|.|mRNA|1|100|.|+|.|ID=t;Parent=e\n", &["4 [parent-type] expected a Parent that a mRNA is part of, found \"e\" of type exon (line 3)"], "sq0|.|gene|1|100|.|+|.|ID=h;Parent=g0\nsq0|.|mRNA|1|100|.|+|.|ID=t;Parent=g0\n"),
    ("child-outside", "sq0|.|mRNA|1|101|.|+|.|ID=t;Parent=g0\n", &["3 [child-outside] 1-101 is not within its Parent \"g0\", 1-100 (line 2)"], "sq0|.|mRNA|2|99|.|+|.|ID=t;Parent=g0\n"),
    ("child-strand", "sq0|.|mRNA|1|100|.|-|.|ID=t;Parent=g0\n", &["3 [child-strand] this is on strand -, its Parent \"g0\" on strand + (line 2)"], "sq0|.|mRNA|1|100|.|.|.|ID=t;Parent=g0\n"),
    ("phase-sum", "sq0|.|CDS|1|10|.|+|0|Parent=g0\nsq0|.|CDS|21|30|.|+|0|Parent=g0\n", &["4 [phase-sum] expected phase 2 after 10 coding bases of \"g0\", found 0"], "sq0|.|CDS|1|10|.|+|0|Parent=g0\nsq0|.|CDS|21|30|.|+|2|Parent=g0\n"),
    ("phase-sum", "sq0|.|CDS|1|10|.|+|0|Parent=g0\nsq0|.|CDS|10|30|.|+|1|Parent=g0\n", &["4 [phase-sum] expected phase 2 after 10 coding bases of \"g0\", found 1"], "sq0|.|CDS|1|10|.|+|0|Parent=g0\nsq0|.|CDS|10|30|.|+|2|Parent=g0\n"),
    ("phase-frameshift", "sq0|.|CDS|1|10|.|+|0|ID=c;Parent=g0\nsq0|.|CDS|10|30|.|+|0|ID=c;Parent=g0\n", &["4 [phase-frameshift] phase 0, not 2, after 10 coding bases of \"g0\": taken for a frameshift, because the part before it ends a base or two away"], "sq0|.|CDS|1|9|.|+|0|ID=c;Parent=g0\nsq0|.|CDS|10|30|.|+|0|ID=c;Parent=g0\n"),
    // Parts with IDs of their own that overlap are alternatives: nothing is added up.
    ("phase-sum", "sq0|.|CDS|1|11|.|+|1|ID=c;Parent=g0\nsq0|.|CDS|21|30|.|+|1|ID=c;Parent=g0\n", &["4 [phase-sum] expected phase 2 after 11 coding bases of \"g0\", found 1"], "sq0|.|CDS|1|11|.|+|1|ID=c;Parent=g0\nsq0|.|CDS|5|30|.|+|1|ID=d;Parent=g0\n"),
];

/// Whole files.
#[rustfmt::skip]
const FILES: &[Case] = &[
    ("gff-version-missing", "sq0|.|gene|1|9|.|+|.|ID=g\n", &["1 [gff-version-missing] expected ##gff-version 3 as the first line, found none in the file"], "sq0|.|gene|1|9|.|+|.|gene_id \"g\";\n"),
    ("gff-version-late", "# noodles\n##gff-version 3\nsq0|.|gene|1|9|.|+|.|ID=g\n", &["2 [gff-version-late] expected ##gff-version on line 1, found it on line 2"], "##gff-version 3.1.26\nsq0|.|gene|1|9|.|+|.|ID=g\n"),
    ("gff-version-other", "##gff-version 2\nsq0|.|gene|1|9|.|+|.|ID=g\n", &["1 [gff-version-other] expected version 3, found \"2\""], "##gff-version\t3\nsq0|.|gene|1|9|.|+|.|ID=g\n"),
    ("gtf-gene-id", "sq0|.|exon|1|9|.|+|.|transcript_id \"t\";\n", &["1 [gtf-gene-id] expected gene_id among the attributes, found none"], "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\n"),
    ("gtf-transcript-id", "sq0|.|exon|1|9|.|+|.|gene_id \"g\";\n", &["1 [gtf-transcript-id] expected transcript_id among the attributes of exon, found none"], "sq0|.|gene|1|9|.|+|.|gene_id \"g\";\n"),
    ("gtf-semicolon", "sq0|.|gene|1|9|.|+|.|gene_id \"g\"\n", &["1 [gtf-semicolon] expected ';' after the last attribute, found the end of the line"], "sq0|.|gene|1|9|.|+|.|gene_id \"g\"; \n"),
    ("gtf-semicolon", "sq0|.|exon|1|9|.|+|.|gene_id \"g\" transcript_id \"t\";\n", &["1 [gtf-semicolon] expected ';' before transcript_id, found none"], "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\n"),
    ("gtf-quote", "sq0|.|gene|1|9|.|+|.|gene_id \"g\"; note \"open;\n", &["1 [gtf-quote] note has one quote around its value, not two: \"\\\"open\""], "sq0|.|gene|1|9|.|+|.|gene_id \"g\"; note \"a; b\"; n 1;\n"),
    ("gtf-quote", "sq0|.|exon|1|9|.|+|.|gene_id \"g; transcript_id \"t\";\n", &["1 [gtf-transcript-id] expected transcript_id among the attributes of exon, found none", "1 [gtf-quote] gene_id has no quote at its end: transcript_id is within its quotes"], "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\"; note \"a; the 5\" end\";\n"),
    ("gtf-repeated", "sq0|.|gene|1|9|.|+|.|gene_id \"g\"; gene_id \"h\";\n", &["1 [gtf-repeated] gene_id comes twice; programs take one or the other"], "sq0|.|gene|1|9|.|+|.|gene_id \"g\"; tag \"a\"; tag \"b\";\n"),
    ("codon-length", "sq0|.|stop_codon|1|4|.|+|0|gene_id \"g\"; transcript_id \"t\";\n", &["1 [codon-length] expected at most three bases of stop_codon, found 4"], "sq0|.|stop_codon|1|3|.|+|0|gene_id \"g\"; transcript_id \"t\";\n"),
    ("transcript-sequence", "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\nsq1|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\n", &["2 [transcript-sequence] transcript_id \"t\" is on \"sq1\" here and on \"sq0\" on line 1"], "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\nsq1|.|exon|1|9|.|+|.|gene_id \"h\"; transcript_id \"u\";\n"),
    ("transcript-strand", "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\nsq0|.|exon|11|19|.|-|.|gene_id \"g\"; transcript_id \"t\";\n", &["2 [transcript-strand] transcript_id \"t\" is on strand - here and on strand + on line 1"], "sq0|.|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\nsq0|.|exon|11|19|.|+|.|gene_id \"g\"; transcript_id \"t\";\n"),
];

#[test]
fn every_code_is_found_word_for_word_and_not_in_its_neighbour() {
    let checker = Checker::new();
    let with = |head: &str, cases: &[Case]| {
        let cases: Vec<_> = cases
            .iter()
            .map(|(code, bad, expected, good)| {
                (
                    *code,
                    format!("{head}{bad}"),
                    *expected,
                    format!("{head}{good}"),
                )
            })
            .collect();
        let cases: Vec<_> = cases
            .iter()
            .map(|(code, bad, expected, good)| (*code, bad.as_str(), *expected, good.as_str()))
            .collect();
        run(&checker, &cases)
    };
    let mut seen = with("##gff-version 3\n", RECORDS);
    seen.extend(with(G, AFTER_A_GENE));
    seen.extend(with("", FILES));
    for code in codes::GENERAL {
        assert!(seen.contains(code.name), "{} has no case", code.name);
    }
}

#[test]
fn a_deep_hierarchy_is_no_cycle_and_takes_no_time() {
    let mut text = String::from("##gff-version 3\nsq0|.|region|1|100|.|+|.|ID=n0\n");
    for n in 1..3_000 {
        let parent = n - 1;
        text += &format!("sq0|.|region|1|100|.|+|.|ID=n{n};Parent=n{parent}\n");
    }
    assert_eq!(found(&Checker::new(), &text), Vec::<String>::new());
}
