//! `gffdb convert`: what each option does to the database.

use crate::{reread, workdir::Workdir};

mod attributes;
mod bad;
mod columns;
mod database;
mod dialects;
mod long_lines;
mod memory;
mod odd;
mod plans;
mod several;
mod truncated;
mod vain;

/// A small file with most of what the options are about.
const GENES: &str = "\
##gff-version 3
##sequence-region sq0 1 5000
sq0\tNOODLES\tgene\t8\t1300\t.\t+\t.\tID=g0;Name=ndls;biotype=coding;tag=basic,CCDS;Dbxref=x:1
sq0\tNOODLES\tmRNA\t8\t1300\t.\t+\t.\tID=t0;Parent=g0;Name=ndls-1;tag=basic
sq0\tNOODLES\texon\t8\t130\t.\t+\t.\tID=e0;Parent=t0,t1;note=a%2Cb
sq0\tNOODLES\tCDS\t8\t130\t0.50\t+\t0\tID=c0;Parent=t0;start=early;name=small
";

/// Converts `genes.gff3` into `genes.sqlite`, quietly and well.
#[track_caller]
fn convert(dir: &Workdir, options: &[&str]) -> rusqlite::Connection {
    let args = ["convert", "genes.gff3", "-o", "genes.sqlite", "--quiet"];
    let run = dir.gffdb(args.iter().chain(options));
    assert_eq!(run.stdout(), "");
    reread::open(&dir.path("genes.sqlite"))
}

fn genes() -> Workdir {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    dir
}

/// Returns what is said after the first line, which has times in it.
#[track_caller]
fn summary(said: &str, first: &str) -> String {
    let (head, rest) = said.split_once('\n').expect("a line");
    assert!(head.starts_with(first), "{said}");
    rest.to_owned()
}

#[test]
fn id_and_parent_become_columns_always() {
    let dir = genes();
    let database = convert(&dir, &[]);
    let columns =
        "SELECT type, start, \"end\", score, strand, phase, ID, Parent, attributes FROM gff";
    assert_eq!(
        reread::rows(&database, columns),
        [
            "gene|8|1300||+||g0||Name=ndls;biotype=coding;tag=basic,CCDS;Dbxref=x:1",
            "mRNA|8|1300||+||t0|g0|Name=ndls-1;tag=basic",
            "exon|8|130||+||e0|t0,t1|note=a%2Cb",
            "CDS|8|130|0.5|+|0|c0|t0|start=early;name=small",
        ]
    );
    assert_eq!(reread::file(&database, "genes"), GENES.as_bytes());
}

#[test]
fn named_keys_become_columns_in_the_order_named() {
    let dir = genes();
    let database = convert(&dir, &["--promote", "note,Name", "--promote", "biotype"]);
    let columns = "SELECT key FROM _promoted ORDER BY position";
    assert_eq!(
        reread::rows(&database, columns),
        ["ID", "Parent", "note", "Name", "biotype"]
    );
    let values = "SELECT Name, biotype, note, attributes FROM gff";
    assert_eq!(
        reread::rows(&database, values),
        [
            "ndls|coding||tag=basic,CCDS;Dbxref=x:1",
            "ndls-1|||tag=basic",
            "||a,b|",
            "|||start=early;name=small",
        ]
    );
    assert_eq!(reread::file(&database, "genes"), GENES.as_bytes());
}

#[test]
fn all_keys_become_columns_but_for_those_whose_name_is_taken() {
    let dir = genes();
    let args = [
        "convert",
        "genes.gff3",
        "-o",
        "genes.sqlite",
        "--promote",
        "all",
    ];
    let said = dir.gffdb(args).stderr(0);
    assert_eq!(
        summary(&said, "genes.sqlite: 4 records, "),
        "2 keys stay in column attributes: at most 200 become columns, and none whose name is \
         taken\nwarning parent-missing: 1\n"
    );
    let database = reread::open(&dir.path("genes.sqlite"));
    let columns = "SELECT key FROM _promoted ORDER BY position";
    assert_eq!(
        reread::rows(&database, columns),
        ["ID", "Parent", "Name", "biotype", "tag", "Dbxref", "note"]
    );
    let left = "SELECT tag, attributes FROM gff";
    assert_eq!(
        reread::rows(&database, left),
        ["basic,CCDS|", "basic|", "|", "|start=early;name=small"]
    );
    assert_eq!(reread::file(&database, "genes"), GENES.as_bytes());
}

#[test]
fn at_most_200_keys_become_columns() {
    let dir = Workdir::new();
    let line = |keys: std::ops::Range<u32>| {
        let attributes: Vec<_> = keys.map(|n| format!("k{n}=v{n}")).collect();
        format!("sq0\t.\tgene\t8\t13\t.\t+\t.\t{}\n", attributes.join(";"))
    };
    // The first line alone stays within, the second goes beyond.
    let text = line(0..150) + &line(140..260);
    dir.file("genes.gff3", &text);
    let args = [
        "convert",
        "genes.gff3",
        "-o",
        "genes.sqlite",
        "--promote",
        "all",
    ];
    let said = dir.gffdb(args).stderr(0);
    assert_eq!(
        summary(&said, "genes.sqlite: 2 records, "),
        "62 keys stay in column attributes: at most 200 become columns, and none whose name is \
         taken\n"
    );
    let database = reread::open(&dir.path("genes.sqlite"));
    let count: i64 = reread::one(&database, "SELECT COUNT(*) FROM _promoted");
    assert_eq!(count, 200);
    let left: String = reread::one(&database, "SELECT attributes FROM gff WHERE record_id = 2");
    assert!(
        left.starts_with("k198=v198;") && left.ends_with(";k259=v259"),
        "{left}"
    );
    assert_eq!(reread::file(&database, "genes"), text.as_bytes());
}

#[test]
fn a_key_that_cannot_be_a_column_is_refused_whole() {
    let free = "table gff has a column of that name; its values can be asked for with \
                attr(attributes, 'key')";
    let none = "it is no attribute key that can name a column";
    for (options, expected) in [
        (&["--promote", "start"][..], format!("\"start\": {free}")),
        (&["--promote", "Seqid"], format!("\"Seqid\": {free}")),
        (&["--index", "end"], format!("\"end\": {free}")),
        (
            &["--promote", "Name,name"],
            String::from(
                "\"name\": it is \"Name\" but for case, and SQLite takes the two for one column",
            ),
        ),
        (
            &["--promote", "Name", "--index", "NAME"],
            String::from(
                "\"NAME\": it is \"Name\" but for case, and SQLite takes the two for one column",
            ),
        ),
        (
            &["--promote", "parent"],
            String::from(
                "\"parent\": it is \"Parent\" but for case, and SQLite takes the two for one column",
            ),
        ),
        (&["--promote", "a=b"], format!("\"a=b\": {none}")),
        (&["--promote", "Name,"], format!("\"\": {none}")),
    ] {
        let dir = genes();
        let args = ["convert", "genes.gff3", "-o", "genes.sqlite"];
        let said = dir.gffdb(args.iter().chain(options)).stderr(2);
        assert_eq!(said, format!("gffdb: cannot promote {expected}\n"));
        assert_eq!(dir.names(), ["genes.gff3"]);
    }
}

#[test]
fn an_indexed_key_is_a_column_with_an_index() {
    let dir = genes();
    let database = convert(&dir, &["--index", "Name,biotype"]);
    let indexes = reread::names(&database, "index");
    for name in [
        "gff_Name",
        "gff_biotype",
        "gff_ID",
        "gff_Parent",
        "gff_type_region",
    ] {
        assert!(
            indexes.iter().any(|index| index == name),
            "{name}: {indexes:?}"
        );
    }
    let found: i64 = reread::one(&database, "SELECT record_id FROM gff WHERE Name = 'ndls-1'");
    assert_eq!(found, 2);
}

#[test]
fn single_values_go_to_their_table() {
    let dir = genes();
    let database = convert(&dir, &["--values", "tag,Dbxref", "--values", "Parent,note"]);
    let values = "SELECT record_id, key, value FROM attribute_value ORDER BY rowid";
    assert_eq!(
        reread::rows(&database, values),
        [
            "1|tag|basic",
            "1|tag|CCDS",
            "1|Dbxref|x:1",
            "2|Parent|g0",
            "2|tag|basic",
            "3|Parent|t0",
            "3|Parent|t1",
            "3|note|a,b",
            "4|Parent|t0",
        ]
    );
    // The column keeps what the file has.
    let tags = "SELECT attributes FROM gff WHERE record_id = 2";
    assert_eq!(reread::rows(&database, tags), ["Name=ndls-1;tag=basic"]);
    assert_eq!(reread::file(&database, "genes"), GENES.as_bytes());
}

#[test]
fn each_class_of_types_is_a_view() {
    let dir = Workdir::new();
    let types = [
        "gene",
        "pseudogene",
        "mRNA",
        "tRNA",
        "exon",
        "CDS",
        "five_prime_UTR",
        "region",
    ];
    let line = |ty: &str| format!("sq0\t.\t{ty}\t1\t13\t.\t+\t.\tID={ty}\n");
    dir.file("genes.gff3", types.map(line).concat());
    let database = convert(&dir, &[]);
    for (view, count) in [
        ("gene", 2),
        ("transcript", 2),
        ("exon", 1),
        ("cds", 1),
        ("utr", 1),
        ("chromosome", 1),
    ] {
        let found: i64 = reread::one(&database, &format!("SELECT COUNT(*) FROM {view}"));
        assert_eq!(found, count, "{view}");
    }
}

#[test]
fn several_parents_are_rows_of_their_own() {
    let dir = genes();
    let database = convert(&dir, &[]);
    let parents = reread::rows(&database, "SELECT record_id, Parent FROM _multi_parent");
    assert_eq!(parents, ["3|t0", "3|t1"]);
    let children = "SELECT record_id FROM child_of WHERE Parent = 't0' ORDER BY 1";
    assert_eq!(reread::rows(&database, children), ["3", "4"]);
}

#[test]
fn quiet_says_nothing_and_else_one_line_sums_up() {
    let dir = genes();
    convert(&dir, &[]);
    let args = ["convert", "genes.gff3", "-o", "again.sqlite"];
    let said = dir.gffdb(args).stderr(0);
    assert_eq!(
        summary(&said, "again.sqlite: 4 records, 329 B in "),
        "warning parent-missing: 1\n"
    );
    for word in ["records/s)", "peak memory", "on disk\n"] {
        assert!(said.contains(word), "{said}");
    }
    assert_eq!(dir.names(), ["again.sqlite", "genes.gff3", "genes.sqlite"]);
}
