//! The whole text of a small database.

use gffdb::{Loader, demo::Demo};

use super::*;

type Test = Result<(), Box<dyn std::error::Error>>;

/// Loads the demo with 3 genes; names and times that differ from run to run are made the same.
fn demo() -> Result<Info, Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let written = Demo::new().genes(3).write(dir.path())?;
    let goal = dir.path().join("demo.sqlite");
    Loader::new(&goal)
        .promote(["Name"])
        .load(&[&written[0].path])?;
    let mut info = gffdb::query::info::info(&gffdb::db::open(&goal)?, &goal)?;
    info.bytes = 98_304;
    info.datasets[0].file = String::from("demo.gff3");
    info.datasets[0].loaded_at = String::from("2026-11-21T08:00:00Z");
    info.datasets[0].gffdb_version = String::from("0.1.0");
    Ok(info)
}

fn written(info: &Info, most: usize) -> String {
    let mut out = Vec::new();
    write(&mut out, info, Path::new("demo.sqlite"), most).expect("a buffer takes all");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn a_database_is_told_of_on_one_screen() -> Test {
    let expected = "\
demo.sqlite: 40 records, 96.00 KiB (98,304 bytes), schema version 2

Dataset demo
  file     demo.gff3 (gff3, plain)
  content  40 records, 53 lines, 4,251 bytes
  SHA-256  66101da371f36dd553954f7e2b5e86e64fece51731ac7a297177003c98a7b1f2
  loaded   2026-11-21T08:00:00Z by gffdb 0.1.0 --promote Name

Types: 11
type             records  class
---------------  -------  ----------
CDS                   13  cds
exon                  11  exon
five_prime_UTR         4  utr
mRNA                   3  transcript
gene                   2  gene
three_prime_UTR        2  utr
chromosome             1  chromosome
lnc_RNA                1  transcript
ncRNA_gene             1  gene
region                 1  chromosome
repeat_region          1

Sequences: 2, the longest first
seqid   length (bases)  known by   form      dataset
------  --------------  ---------  --------  -------
pDemo1            6000  directive  circular  demo
chr1              5278  directive            demo

Promoted keys: ID, Parent, Name

Indexes: 8
index                   table            columns
----------------------  ---------------  -------------------------------------
gff_type_region         gff              type, <expression>, seqid, start, end
gff_ID                  gff              ID
gff_Parent              gff              Parent
_multi_parent_Parent    _multi_parent    Parent
sequence_circular       sequence         seqid
attribute_value_key     attribute_value  key, value
attribute_value_record  attribute_value  record_id
_outdated_value_record  _outdated_value  record_id

Issues: 0
";
    assert_eq!(written(&demo()?, MOST), expected);
    Ok(())
}

#[test]
fn a_long_list_says_how_much_it_leaves_out() -> Test {
    let mut info = demo()?;
    info.datasets.push(info.datasets[0].clone());
    let text = written(&info, 1);
    for list in [
        "--promote Name\n\nand 1 more; --all lists them\n\nTypes: 11\n",
        "CDS        13  cds\nand 10 more; --all lists them\n",
        "pDemo1            6000  directive  circular  demo\nand 3 more; --all lists them\n",
        "gff_type_region  gff    type, <expression>, seqid, start, end\nand 7 more; --all lists them\n",
    ] {
        assert!(text.contains(list), "{list}\n{text}");
    }
    let whole = written(&info, usize::MAX);
    assert!(!whole.contains("more"), "{whole}");
    assert_eq!(whole.matches("pDemo1").count(), 2);
    Ok(())
}

#[test]
fn what_is_unusual_has_its_place() -> Test {
    let mut info = demo()?;
    info.inferred = 5;
    let dataset = &mut info.datasets[0];
    dataset.name = String::from("de\x1bmo");
    dataset.compression = String::from("BGZF");
    dataset.source = Source::Resized { bytes: 1234 };
    assert_eq!(
        written(&info, MOST).lines().take(7).collect::<Vec<_>>(),
        [
            "demo.sqlite: 40 records (5 of them inferred), 96.00 KiB (98,304 bytes), schema version 2",
            "",
            "Dataset de\\u{1b}mo",
            "  file     demo.gff3 (gff3, BGZF)",
            "  content  40 records, 53 lines, 4,251 bytes decompressed",
            "  SHA-256  66101da371f36dd553954f7e2b5e86e64fece51731ac7a297177003c98a7b1f2",
            "  loaded   2026-11-21T08:00:00Z by gffdb 0.1.0 --promote Name",
        ]
    );
    let changed = "\n  warning  demo.gff3 has changed since: it has 1,234 bytes now\n";
    assert!(written(&info, MOST).contains(changed));
    info.datasets[0].source = Source::Modified {
        at: String::from("2026-11-22T08:00:00Z"),
    };
    let changed = "\n  warning  demo.gff3 has changed since: modified 2026-11-22T08:00:00Z\n";
    assert!(written(&info, MOST).contains(changed));
    Ok(())
}

#[test]
fn options_look_as_they_were_typed() {
    for (json, expected) in [
        ("{}", ""),
        (r#"{"promote":[],"skip_bad_lines":false,"x":null}"#, ""),
        (
            r#"{"promote":["Name","biotype"],"values":["tag"]}"#,
            " --promote Name,biotype --values tag",
        ),
        (
            r#"{"promote":"all","skip_bad_lines":true,"batch":5}"#,
            " --promote all --skip-bad-lines --batch 5",
        ),
        ("no JSON", " no JSON"),
    ] {
        assert_eq!(options(json), expected, "{json}");
    }
}
