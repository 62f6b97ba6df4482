//! A database as what is converted: its datasets are loaded anew, as if they were their files.

use crate::workdir::Workdir;

const GFF3: &str = "\
##gff-version 3
##sequence-region chr1 1 1000
chr1\t.\tgene\t100\t900\t.\t+\t.\tName=a%2Cb; ID=g1;biotype=coding;tag=x,y
chr1\t.\tmRNA\t100\t900\t0.50\t+\t.\tID=t1;Parent=g1;biotype=coding
# a comment\r
chr1\t.\texon\t100\t300\t.\t+\t.\tParent=t1
##FASTA
>chr1
ACGT";

const GTF: &str = "\
chr2\ta\texon\t1\t9\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\"; gene_biotype \"x\";
chr2\ta\texon\t20\t29\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\"; gene_biotype \"x\";\n";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("a.gff3", GFF3);
    dir.file("b.gtf", GTF);
    let convert = [
        "convert",
        "a.gff3",
        "b.gtf",
        "-o",
        "old.sqlite",
        "--index",
        "Name",
        "--values",
        "tag",
        "-q",
    ];
    dir.gffdb(convert).stdout();
    dir
}

fn dump(dir: &Workdir, database: &str) -> String {
    let sql = "SELECT record_id, dataset, type, ID, Parent, Name, attr(attributes, 'biotype') FROM gff;
        SELECT * FROM attribute_value; SELECT key FROM _promoted ORDER BY position;
        SELECT dataset, file, format, compression, bytes, sha256, lines, records, first_record FROM dataset;
        SELECT * FROM sequence; SELECT * FROM alias; SELECT * FROM _inferred; SELECT code, line FROM issue;
        SELECT name FROM sqlite_schema ORDER BY 1";
    dir.gffdb(["sql", database, sql]).stdout()
}

#[test]
fn its_datasets_are_loaded_as_their_files_were() {
    let dir = workdir();
    dir.gffdb(["convert", "old.sqlite", "-o", "new.sqlite", "-q"])
        .stdout();
    assert_eq!(dump(&dir, "new.sqlite"), dump(&dir, "old.sqlite"));
    for (dataset, text) in [("a", GFF3), ("b", GTF)] {
        let export = ["export", "new.sqlite", "--dataset", dataset];
        assert_eq!(dir.gffdb(export).stdout(), text);
    }
    dir.gffdb(["verify", "new.sqlite"]).stdout();
    // Further keys, beside those that there were.
    let convert = [
        "convert",
        "old.sqlite",
        "-o",
        "new.sqlite",
        "--force",
        "--promote",
        "biotype",
        "-q",
    ];
    dir.gffdb(convert).stdout();
    let sql = "SELECT ID, Name, biotype FROM gff WHERE type = 'gene' AND dataset = 'a'";
    let found = dir
        .gffdb(["sql", "--no-header", "new.sqlite", sql])
        .stdout();
    assert_eq!(found, "g1\ta,b\tcoding\n");
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'gff_Name'";
    let found = dir
        .gffdb(["sql", "--no-header", "new.sqlite", sql])
        .stdout();
    assert_eq!(found, "1\n");
}

#[test]
fn edits_come_as_they_are_and_what_was_inferred_is_inferred_anew() {
    let dir = workdir();
    let sql = "UPDATE gff SET biotype = 'x' WHERE 0; UPDATE gff SET start = 5 WHERE type = 'exon' AND start = 1;
        DELETE FROM gff WHERE type = 'mRNA'; UPDATE gff SET Name = 'new' WHERE ID = 'g1';
        INSERT INTO alias VALUES ('chr1', '1', 'mine')";
    let sql = sql.replace("UPDATE gff SET biotype = 'x' WHERE 0; ", "");
    dir.gffdb(["sql", "--write", "old.sqlite", &sql]).stdout();
    dir.gffdb(["convert", "old.sqlite", "-o", "new.sqlite", "-q"])
        .stdout();
    for dataset in ["a", "b"] {
        let export = |database| {
            dir.gffdb(["export", database, "--dataset", dataset])
                .stdout()
        };
        assert_eq!(export("new.sqlite"), export("old.sqlite"));
    }
    let sql = "SELECT type, start, ID FROM gff ORDER BY record_id; SELECT seqid, alias FROM alias";
    assert_eq!(
        dir.gffdb(["sql", "--no-header", "new.sqlite", sql])
            .stdout(),
        "gene\t100\tg1\nexon\t100\t\nexon\t5\t\nexon\t20\t\ntranscript\t5\tT\ngene\t5\tG\nchr1\t1\n"
    );
    dir.gffdb(["verify", "new.sqlite"]).stdout();
}

#[test]
fn datasets_are_taken_apart_and_together() {
    let dir = workdir();
    let convert = |args: &[&str]| {
        let all = ["convert", "-q"].iter().chain(args);
        dir.gffdb(all).stdout();
    };
    convert(&["old.sqlite", "--dataset", "b", "-o", "b.sqlite"]);
    convert(&["old.sqlite", "--dataset", "a", "-o", "a.sqlite"]);
    convert(&["b.sqlite", "--dataset", "other", "-o", "c.sqlite"]);
    convert(&["a.sqlite", "c.sqlite", "-o", "all.sqlite"]);
    convert(&["b.sqlite", "--append", "-o", "all.sqlite"]);
    let sql = "SELECT dataset, records FROM dataset ORDER BY first_record";
    let found = dir
        .gffdb(["sql", "--no-header", "all.sqlite", sql])
        .stdout();
    assert_eq!(found, "a\t3\nother\t2\nb\t2\n");
    for (args, expected) in [
        (
            &["old.sqlite", "--dataset", "none"][..],
            "there is no dataset \"none\"; it has a, b",
        ),
        (&["old.sqlite", "a.sqlite"], "would both be dataset \"a\""),
        (
            &["old.sqlite", "-o", "old.sqlite", "--force"],
            "cannot be both read and written",
        ),
    ] {
        let convert = ["convert", "-o", "d.sqlite"];
        let convert = match args.contains(&"-o") {
            true => &convert[..1],
            false => &convert,
        };
        let said = dir.gffdb(convert.iter().chain(args)).stderr(2);
        assert!(said.contains(expected), "{said}");
    }
}
