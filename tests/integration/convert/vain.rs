//! What `gffdb convert` is asked for in vain: files without records, keys that no record has.

use crate::{reread, workdir::Workdir};

#[test]
fn a_file_without_records_is_refused_unless_it_is_wanted() {
    let dir = Workdir::new();
    dir.file("good.gff3", "s\t.\tgene\t1\t9\t.\t+\t.\tID=g\n");
    for (name, text, found) in [
        (
            "a.fa",
            ">s\nACGT\n>t\nAC\n",
            "sequences in FASTA alone in 4 lines",
        ),
        (
            "header.gff3",
            "##gff-version 3\n# nothing\n\n",
            "none but comments, directives and blank lines in 3 lines",
        ),
        (
            "implied.gff3",
            "##gff-version 3\n##FASTA\n>s\nAC\n",
            "sequences in FASTA alone in 4 lines",
        ),
    ] {
        dir.file(name, text);
        let expected = format!(
            "gffdb: {name}: 0 records: expected lines of GFF3 or GTF, found {found}; is it the right file? \
             --allow-empty loads it all the same\n"
        );
        let target = format!("{name}.sqlite");
        let convert = ["convert", name, "-o", &target, "-q"];
        assert_eq!(dir.gffdb(convert).stderr(2), expected);
        assert!(!dir.path(&target).exists());
        let both = ["convert", "good.gff3", name, "-o", &target, "-q"];
        assert_eq!(dir.gffdb(both).stderr(2), expected);
        assert!(!dir.path(&target).exists());
        dir.gffdb([&convert[..], &["--allow-empty"]].concat())
            .stdout();
        assert_eq!(dir.gffdb(["export", &target]).stdout(), text);
    }
    dir.file("empty.gff3", "");
    let convert = ["convert", "empty.gff3", "-o", "empty.sqlite", "-q"];
    assert_eq!(
        dir.gffdb(convert).stderr(2),
        "gffdb: empty.gff3: no lines; was the input empty?\n"
    );
    dir.gffdb([&convert[..], &["--allow-empty"]].concat())
        .stdout();
    assert_eq!(dir.gffdb(["export", "empty.sqlite"]).stdout(), "");
    // An old database is as it was.
    dir.gffdb(["convert", "good.gff3", "-o", "old.sqlite", "-q"])
        .stdout();
    let before = std::fs::read(dir.path("old.sqlite")).expect("a database");
    dir.gffdb(["convert", "a.fa", "-o", "old.sqlite", "--append"])
        .stderr(2);
    assert_eq!(
        std::fs::read(dir.path("old.sqlite")).expect("a database"),
        before
    );
}

#[test]
fn keys_that_no_record_has_are_told() {
    let dir = Workdir::new();
    dir.file(
        "a.gff3",
        "s\t.\tgene\t1\t9\t.\t+\t.\tID=g;Name=n;biotype=x;tag=\n",
    );
    for (args, expected) in [
        (&["--promote", "Name,biotype"][..], ""),
        (
            &["--promote", "Nmae,biotype"],
            "no record has the key Nmae; did you mean Name?",
        ),
        (
            &["--values", "Biotype"],
            "no record has the key Biotype; did you mean biotype?",
        ),
        (&["--index", "locus_tag"], "no record has the key locus_tag"),
        (
            &["--promote", "zzz", "--values", "zzz,Name"],
            "no record has the key zzz",
        ),
        (&["--promote", "tag"], "no record has the key tag"),
    ] {
        let convert = [&["convert", "a.gff3", "--force", "-o", "a.sqlite"], args].concat();
        let said = dir.gffdb(convert).stderr(0);
        let told: Vec<&str> = said.lines().skip(1).collect();
        let expected = match expected {
            "" => String::new(),
            text => format!("gffdb: {text}"),
        };
        assert_eq!(told.join("\n"), expected, "{args:?}");
        let quiet = [
            &["convert", "a.gff3", "--force", "-q", "-o", "a.sqlite"],
            args,
        ]
        .concat();
        dir.gffdb(quiet).stdout();
    }
}

/// A sequence, a directive or a whole sequence as a feature says its length; a feature may be but a part.
#[test]
fn a_sequence_is_as_long_as_its_records_reach() {
    let record = |seqid: &str, ty: &str, start: i64, end: i64, ninth: &str| {
        format!("{seqid}\t.\t{ty}\t{start}\t{end}\t.\t+\t.\t{ninth}\n")
    };
    let region = |seqid: &str, end: i64| format!("##sequence-region {seqid} 1 {end}\n");
    for (text, expected) in [
        (
            record("s", "supercontig", 1, 53, "ID=a")
                + &record("s", "supercontig", 54, 648, "ID=b"),
            "648|0|extent",
        ),
        (
            record("s", "chromosome", 1, 900, "ID=s") + &record("s", "supercontig", 1, 53, "ID=a"),
            "900|0|landmark",
        ),
        (
            record("s", "linkage_group", 1, 900, "Name=s") + &record("s", "gene", 5, 90, "ID=a"),
            "900|0|landmark",
        ),
        (
            record("s", "contig", 1, 900, "ID=a") + &record("s", "contig", 1, 800, "Alias=x,s"),
            "900|0|extent",
        ),
        (
            record("s", "region", 1, 150, "ID=a")
                + &record("s", "region", 1, 100, "ID=s;Is_circular=true")
                + &record("s", "region", 1, 120, "ID=b"),
            "100|1|landmark",
        ),
        (
            record("s", "chromosome", 1, 900, "ID=s") + &region("s", 1000),
            "1000|0|directive",
        ),
        (
            region("s", 1000) + &record("s", "gene", 5, 900, "ID=a"),
            "1000|0|directive",
        ),
        (
            region("s", 1000) + &record("s", "gene", 5, 1200, "ID=a"),
            "1000|0|directive",
        ),
        (
            record("s", "gene", 5, 1200, "ID=a") + &region("s", 1000),
            "1000|0|directive",
        ),
        (record("s", "gene", 5, 1200, "ID=a"), "|0|"),
        (
            record("s", "gene", 1, 3, "ID=a") + "##FASTA\n>s\nACGT\n",
            "4|0|fasta",
        ),
        (
            record("s", "gene", 1, 6, "ID=a") + "##FASTA\n>s\nACGT\n",
            "4|0|fasta",
        ),
        (
            record("s", "region", 1, 100, "ID=s;Is_circular=true")
                + &record("s", "gene", 90, 110, "ID=a"),
            "100|1|landmark",
        ),
        (
            record("s", "gene", 90, 110, "ID=a")
                + &record("s", "region", 1, 100, "ID=s;Is_circular=true"),
            "100|1|landmark",
        ),
    ] {
        let dir = Workdir::new();
        dir.file("a.gff3", &text);
        dir.gffdb(["convert", "a.gff3", "-o", "a.sqlite", "-q"])
            .stdout();
        let database = reread::open(&dir.path("a.sqlite"));
        let lengths = "SELECT length, circular, known_by FROM sequence";
        assert_eq!(reread::rows(&database, lengths), [expected], "{text}");
    }
}
