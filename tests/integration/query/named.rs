//! What is asked for by name, by the absence of a value, by length; what features are called in BED.

use crate::workdir::Workdir;

const GENES: &str = "\
##sequence-region 20 1 9000
20\tx\tchromosome\t1\t9000\t.\t.\t.\tID=chromosome:20;Alias=CM000682.2,chr20,NC_000020.11
20\tx\tgene\t100\t199\t.\t+\t.\tID=G1;Name=one;biotype=protein_coding;tag=a,b
20\tx\tgene\t300\t409\t.\t+\t.\tID=G2;Name=two%2Ctoo;biotype=lncRNA;tag=b
20\tx\tgene\t500\t504\t.\t-\t.\tID=G3;Alias=three,drei;gene_name=Three
20\tx\tsupercontig\t1\t90\t.\t.\t.\tID=s1;Alias=SC1
21\tx\tgene\t5\t9\t.\t-\t.\tID=G4;Name=four;biotype=
";

fn workdir(promote: &str) -> Workdir {
    let dir = Workdir::new();
    dir.file("g.gff3", GENES);
    let convert = ["convert", "g.gff3", "-o", "g.sqlite", "-q"];
    let promote = ["--promote", promote];
    let promote = if promote[1].is_empty() {
        &[]
    } else {
        &promote[..]
    };
    dir.gffdb(convert.iter().chain(promote)).stdout();
    dir
}

#[test]
fn many_names_values_that_are_not_and_lengths_choose() {
    for promote in ["", "Name,Alias,tag", "gene_name,biotype", "all"] {
        let dir = workdir(promote);
        dir.file(
            "names.txt",
            "\u{feff}# of interest\r\none\r\n\n  drei \ntwo,too\nG4\nfive\nsix\n",
        );
        dir.file("ids.txt", "\u{feff}G1\n#G2\nG3\n");
        for (args, expected) in [
            (&["--name", "one,three"][..], "G1 G3"),
            (&["--name", "one", "--name", "four"], "G1 G4"),
            (&["--names-file", "names.txt"], "G1 G2 G3 G4"),
            (
                &["--names-file", "names.txt", "--name", "two"],
                "G1 G2 G3 G4",
            ),
            (&["--name", "ONE,DREI,x,y,z", "--ignore-case"], "G1 G3"),
            (&["--name", "t*,f?ur", "--glob"], "G2 G3 G4"),
            (&["--name", "two,too"], ""),
            (&["--ids-file", "ids.txt"], "G1 G3"),
            (
                &["--type", "gene", "--attr", "biotype!=protein_coding"],
                "G2 G3 G4",
            ),
            (
                &[
                    "--type",
                    "gene",
                    "--attr",
                    "biotype!=protein_coding",
                    "--attr",
                    "biotype~.",
                ],
                "G2",
            ),
            (&["--type", "gene", "--attr", "tag!=a"], "G2 G3 G4"),
            (&["--type", "gene", "--attr", "tag!~^[ab]$"], "G3 G4"),
            (&["--where", "length > 5 and type = 'gene'"], "G1 G2"),
            (
                &["--where", "length(ID) = 2 AND LENGTH BETWEEN 5 AND 100"],
                "G1 G3 G4 s1",
            ),
        ] {
            let query = ["query", "g.sqlite", "--format", "ids"];
            let ids = dir.gffdb(query.iter().chain(args)).both().0;
            let mut ids: Vec<&str> = ids.lines().collect();
            ids.sort_unstable();
            assert_eq!(ids.join(" "), expected, "{args:?} of {promote}");
        }
    }
}

#[test]
fn names_that_no_record_has_are_told() {
    for promote in ["", "all"] {
        let dir = workdir(promote);
        for (names, options, expected) in [
            (
                "one,five",
                &[][..],
                "names: 2 asked, 1 found; not found: five",
            ),
            (
                "one,five,four,three,drei,six,G2,ONE",
                &[],
                "names: 8 asked, 5 found; not found: five, six, ONE",
            ),
            (
                "ONE,f*,dre?,six*,seven,G2",
                &["--ignore-case", "--glob"],
                "names: 6 asked, 4 found; not found: six*, seven",
            ),
        ] {
            let query = ["query", "g.sqlite", "--count", "--name", names];
            let said = dir.gffdb(query.iter().chain(options)).both().1;
            assert_eq!(said, format!("gffdb: {expected}\n"), "{names}");
        }
    }
}

#[test]
fn features_are_called_in_bed_what_is_asked_for() {
    let dir = workdir("tag");
    for (key, expected) in [
        (None, "G1 G2 G3 G4"),
        (Some("Name"), "one two,too . four"),
        (Some("tag"), "a,b b . ."),
        (Some("gene_name"), ". . Three ."),
        (Some("length"), "100 110 5 5"),
        (Some("type"), "gene gene gene gene"),
    ] {
        for format in ["bed", "bed12"] {
            let query = ["query", "g.sqlite", "--type", "gene", "--format", format];
            let option = key.map(|key| ["--bed-name", key]);
            let bed = dir
                .gffdb(query.iter().chain(option.iter().flatten()))
                .both()
                .0;
            if format == "bed12" {
                // A gene without parts has no line.
                assert_eq!(bed, "");
                continue;
            }
            let names: Vec<&str> = bed.lines().filter_map(|l| l.split('\t').nth(3)).collect();
            assert_eq!(names.join(" "), expected, "{key:?}");
        }
    }
    let query = ["query", "g.sqlite", "--bed-name", "Name"];
    assert_eq!(
        dir.gffdb(query).stderr(2),
        "gffdb: --bed-name works with bed and bed12, not with gff3\n"
    );
}

#[test]
fn length_is_a_column_that_counts_bases() {
    let dir = workdir("");
    let query = [
        "query",
        "g.sqlite",
        "--type",
        "gene",
        "--columns",
        "ID,length",
    ];
    assert_eq!(
        dir.gffdb(query).stdout(),
        "ID\tlength\nG1\t100\nG2\t110\nG3\t5\nG4\t5\n"
    );
    dir.file(
        "c.gff3",
        "p\t.\tregion\t1\t200\t.\t.\t.\tID=p;Is_circular=true\n\
         p\t.\tgene\t190\t10\t.\t+\t.\tID=a\n\
         p\t.\tgene\t190\t210\t.\t+\t.\tID=b\n\
         q\t.\tgene\t19\t10\t.\t+\t.\tID=c;length=x\n",
    );
    dir.gffdb(["convert", "c.gff3", "-o", "c.sqlite", "-q"])
        .both();
    let query = [
        "query",
        "c.sqlite",
        "--type",
        "gene",
        "--columns",
        "ID,length",
    ];
    let expected = "ID\tlength\na\t21\nb\t21\nc\t10\n";
    assert_eq!(dir.gffdb(query).stdout(), expected);
    let query = [
        "query",
        "c.sqlite",
        "--where",
        "length = 21",
        "--format",
        "ids",
    ];
    assert_eq!(dir.gffdb(query).stdout(), "a\nb\n");
}

/// Ensembl's own files say 20 and call it chr20.
#[test]
fn an_alias_of_a_whole_sequence_names_the_sequence() {
    for promote in ["", "Alias"] {
        let dir = workdir(promote);
        for name in ["20", "chr20", "NC_000020.11", "CM000682.2"] {
            let region = format!("{name}:100-199");
            let query = ["query", "g.sqlite", "--region", &region, "--type", "gene"];
            let ids = dir.gffdb(query.iter().chain(&["--format", "ids"])).stdout();
            assert_eq!(ids, "G1\n", "{name}");
        }
        // A part of the sequence has names of its own.
        let query = ["query", "g.sqlite", "--region", "SC1", "--count"];
        let (count, said) = dir.gffdb(query).both();
        assert_eq!(count, "0\n");
        assert!(said.contains("does not have the sequence SC1"), "{said}");
    }
}

#[test]
fn a_dataset_is_dropped_and_nothing_else() {
    let dir = workdir("");
    let other = GENES
        .replace("20\t", "22\t")
        .replace("20 1", "22 1")
        .replace("G", "H");
    dir.file("h.gff3", &other);
    dir.gffdb(["convert", "h.gff3", "--append", "-o", "g.sqlite", "-q"])
        .stdout();
    let both = dir.gffdb(["drop", "g.sqlite", "x"]).stderr(2);
    assert_eq!(
        both,
        "gffdb: g.sqlite has no dataset \"x\"; there are g, h\n"
    );
    assert_eq!(
        dir.gffdb(["drop", "g.sqlite", "g"]).stderr(0),
        "gffdb: dataset g is gone, with 6 records\n"
    );
    let sql = "SELECT (SELECT count(*) FROM gff), (SELECT count(*) FROM gff WHERE dataset = 'g'), \
               (SELECT group_concat(DISTINCT seqid) FROM alias), (SELECT group_concat(dataset) FROM dataset)";
    assert_eq!(
        dir.gffdb(["sql", "g.sqlite", "--format", "csv", sql])
            .stdout()
            .lines()
            .nth(1),
        Some("6,0,22,h")
    );
    let exported = dir.gffdb(["export", "g.sqlite"]).stdout();
    assert_eq!(exported, other);
    dir.gffdb(["convert", "g.gff3", "--append", "-o", "g.sqlite", "-q"])
        .stdout();
    let region = [
        "query",
        "g.sqlite",
        "--region",
        "20:150-151",
        "--format",
        "ids",
    ];
    assert_eq!(dir.gffdb(region).stdout(), "chromosome:20\nG1\n");
}
