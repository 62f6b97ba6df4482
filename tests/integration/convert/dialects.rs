//! Ninth columns as programs write them, whatever the specification says: the hierarchy that is read
//! from them, and every byte back.

use super::summary;
use crate::{reread, workdir::Workdir};

/// What a dialect is called, lines of it with blanks for tabs, and the records: type, `ID`, `Parent`,
/// the rest; `+` before one that was added.
type Dialect = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const DIALECTS: &[Dialect] = &[
    (
        "AUGUSTUS: a name alone for a gene and a transcript",
        &[
            "sq0 AUGUSTUS gene 1 90 . + . g1",
            "sq0 AUGUSTUS transcript 1 90 . + . g1.t1",
            r#"sq0 AUGUSTUS CDS 1 60 . + 0 transcript_id "g1.t1"; gene_id "g1";"#,
            r#"sq0 AUGUSTUS exon 1 90 . + . transcript_id "g1.t1"; gene_id "g1";"#,
        ],
        &[
            "gene|g1||",
            "transcript|g1.t1|g1|",
            r#"CDS||g1.t1|gene_id "g1";"#,
            r#"exon||g1.t1|gene_id "g1";"#,
        ],
    ),
    (
        "TSEBRA: a name with a semicolon, and no line for the gene",
        &[
            "sq0 AUGUSTUS transcript 1 90 . + . anno1;g1.t1",
            r#"sq0 AUGUSTUS exon 1 90 . + . transcript_id "anno1;g1.t1"; gene_id "g_1";"#,
        ],
        &[
            "transcript|anno1;g1.t1|g_1|",
            r#"exon||anno1;g1.t1|gene_id "g_1";"#,
            "+gene|g_1||",
        ],
    ),
    (
        "a name alone that nothing names",
        &[
            "sq0 x gene 1 90 . + . pseudo",
            "sq0 x gene 101 190 . + . pseudo",
            r#"sq0 x exon 1 90 . + . transcript_id "t"; gene_id "g";"#,
        ],
        &[
            "gene|||pseudo",
            "gene|||pseudo",
            r#"exon||t|gene_id "g";"#,
            "+transcript|t|g|",
            "+gene|g||",
        ],
    ),
    (
        "GTF without a last semicolon",
        &[
            r#"sq0 x transcript 1 90 . + . gene_id "g"; transcript_id "t""#,
            r#"sq0 x exon 1 90 . + . transcript_id "t"; gene_id "g""#,
        ],
        &["transcript|t|g|", r#"exon||t|gene_id "g""#, "+gene|g||"],
    ),
    (
        "GTF without semicolons",
        &[
            r#"sq0 x transcript 1 90 . + . gene_id "g" transcript_id "t""#,
            r#"sq0 x exon 1 90 . + . gene_id "g" transcript_id "t" exon_number 1 tag "a""#,
        ],
        &[
            r#"transcript|t|g|gene_id "g" transcript_id "t""#,
            r#"exon||t|gene_id "g" transcript_id "t" exon_number 1 tag "a""#,
            "+gene|g||",
        ],
    ),
    (
        "GTF without blanks",
        &[
            r#"sq0 x transcript 1 90 . + . gene_id"g";transcript_id"t";note"a;b";"#,
            r#"sq0 x exon 1 90 . + . gene_id "g";transcript_id "t";"#,
        ],
        &[
            r#"transcript|t|g|note"a;b";"#,
            r#"exon||t|gene_id "g";"#,
            "+gene|g||",
        ],
    ),
    (
        "GTF without quotes",
        &["sq0 x exon 1 90 . + . gene_id g; transcript_id t; exon_number 1"],
        &[
            "exon||t|gene_id g; exon_number 1",
            "+transcript|t|g|",
            "+gene|g||",
        ],
    ),
    (
        "GTF with a comment behind",
        &[r#"sq0 x exon 1 90 . + . gene_id "g"; transcript_id "t"; # by hand"#],
        &[
            r#"exon||t|gene_id "g"; # by hand"#,
            "+transcript|t|g|",
            "+gene|g||",
        ],
    ),
    (
        "GTF's keys in GFF3's syntax",
        &[
            "sq0 x gene 1 90 . + . gene_id=g;Name=n",
            "sq0 x exon 1 90 . + . gene_id=g; transcript_id=t;",
        ],
        &["gene|g||Name=n", "exon||t|gene_id=g;", "+transcript|t|g|"],
    ),
    (
        "GENCODE's GFF3 has both, and ID and Parent are meant",
        &[
            "sq0 x gene 1 90 . + . ID=G;gene_id=g",
            "sq0 x exon 1 90 . + . Parent=G;transcript_id=t",
            "sq0 x region 1 90 . + . transcript_id=t;ID=r",
        ],
        &[
            "gene|G||gene_id=g",
            "exon||G|transcript_id=t",
            "region|r||transcript_id=t",
        ],
    ),
    (
        "JGI: keys of its own, and no hierarchy",
        &[
            r#"sq0 JGI exon 1 90 . + . name "fg.1"; transcriptId 11"#,
            r#"sq0 JGI CDS 1 90 . + 0 name "fg.1"; proteinId 11; exonNumber 1"#,
        ],
        &[
            r#"exon|||name "fg.1"; transcriptId 11"#,
            r#"CDS|||name "fg.1"; proteinId 11; exonNumber 1"#,
        ],
    ),
    (
        "GFF2",
        &[r#"sq0 curated exon 1 90 . + . Transcript "B.1" ; Note "a; b""#],
        &[r#"exon|||Transcript "B.1" ; Note "a; b""#],
    ),
    (
        "blanks around keys, values and parents",
        &[
            "sq0 x gene 1 90 . + . ID = g ; Name = n",
            "sq0 x mRNA 1 90 . + . ID=t; Parent=g  ",
            "sq0 x mRNA 1 90 . + .  ID=u ; Parent=g ;",
            "sq0 x exon 1 90 . + . Parent = t, u",
            "sq0 x exon 1 90 . + . Parent=t; ID=%20e",
        ],
        &[
            "gene|g||Name = n",
            "mRNA|t|g|",
            "mRNA|u|g|",
            "exon||t, u|",
            "exon| e|t|",
        ],
    ),
    (
        "flags with blanks in them",
        &[
            "sq0 x mRNA 1 90 . + . Lack 3'-end;ID=t",
            "sq0 x mRNA 1 90 . + . ID=u; Lack 3'-end;",
        ],
        &["mRNA|t||Lack 3'-end", "mRNA|u||Lack 3'-end;"],
    ),
];

fn lines(lines: &[&str]) -> String {
    let tabs = |line: &&str| line.splitn(9, ' ').collect::<Vec<_>>().join("\t") + "\n";
    lines.iter().map(tabs).collect()
}

#[test]
fn every_dialect_has_its_hierarchy_and_comes_back() {
    let columns = "SELECT iif(record_id IN (SELECT record_id FROM _inferred), '+', '') || type, ID, Parent, attributes FROM gff";
    for (name, text, expected) in DIALECTS {
        let dir = Workdir::new();
        let text = lines(text);
        dir.file("genes.gff", &text);
        for promote in [
            &[][..],
            &["--promote", "gene_id,Name"],
            &["--promote", "all"],
        ] {
            let args = ["convert", "genes.gff", "-o", "a.sqlite", "--force"];
            let said = dir.gffdb(args.iter().chain(promote)).stderr(0);
            let said = summary(&said, "a.sqlite: ");
            assert!(!said.contains("parent-missing"), "{name}: {said}");
            let database = reread::open(&dir.path("a.sqlite"));
            let again = reread::file(&database, "genes");
            assert_eq!(String::from_utf8_lossy(&again), text, "{name}");
            let verified = dir.gffdb(["verify", "a.sqlite", "genes.gff"]).stdout();
            assert!(verified.starts_with("genes: identical, "), "{name}");
            if promote.is_empty() {
                assert_eq!(reread::rows(&database, columns), *expected, "{name}");
            } else {
                let hierarchy = "SELECT type, ID, Parent FROM gff";
                let of = |row: &&str| row.rsplitn(2, '|').last().map(str::to_owned);
                let expected: Vec<_> = expected.iter().filter_map(of).collect();
                let expected: Vec<_> = expected.iter().map(|r| r.trim_start_matches('+')).collect();
                assert_eq!(
                    reread::rows(&database, hierarchy),
                    expected,
                    "{name}, {promote:?}"
                );
            }
        }
    }
}

#[test]
fn attributes_of_every_dialect_are_found() {
    let dir = Workdir::new();
    let text = lines(&[
        r#"sq0 x exon 1 90 . + . gene_id "g" transcript_id "t" exon_number 1 tag "a""#,
        r#"sq0 x exon 1 90 . + . gene_id"g";transcript_id "t";tag"a;b";exon_number 1"#,
        "sq0 x exon 1 90 . + . Parent=t; tag = a , b ;exon_number=1",
        "sq0 x mRNA 1 90 . + . Lack 3'-end;ID=t",
    ]);
    dir.file("genes.gff", text);
    dir.gffdb(["convert", "genes.gff", "-o", "a.sqlite", "-q"])
        .stdout();
    let sql = "SELECT attr(attributes, 'tag') AS tag, attr_all(attributes, 'tag') AS tags, \
               attr(attributes, 'exon_number') AS n, attr(attributes, 'Lack') AS lack FROM gff \
               WHERE record_id <= 4";
    let args = ["sql", "a.sqlite", "--format", "csv", sql];
    assert_eq!(
        dir.gffdb(args).stdout(),
        "tag,tags,n,lack\n\
         a,\"[\"\"a\"\"]\",1,\n\
         a;b,\"[\"\"a;b\"\"]\",1,\n\
         \"a , b\",\"[\"\"a\"\",\"\"b\"\"]\",1,\n\
         ,[],,\n"
    );
}

#[test]
fn lines_that_end_in_cr_alone_are_refused_with_what_to_do() {
    let dir = Workdir::new();
    let text = lines(&["sq0 x gene 1 90 . + . ID=a", "sq0 x gene 1 90 . + . ID=b"]);
    dir.file("genes.gff", text.replace('\n', "\r"));
    for args in [
        &["convert", "genes.gff", "-o", "a.sqlite"][..],
        &["convert", "genes.gff", "-o", "a.sqlite", "--skip-bad-lines"],
        &["check", "genes.gff"],
    ] {
        assert_eq!(
            dir.gffdb(args).stderr(2),
            "gffdb: genes.gff: expected GFF3 or GTF text, found lines that end in CR alone; convert it \
             first: `tr '\\r' '\\n' < genes.gff`\n"
        );
    }
    assert_eq!(dir.names(), ["genes.gff"]);
}
