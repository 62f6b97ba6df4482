//! Attributes asked for: the same question has the same answer, whatever column holds the value.

use crate::{reread, workdir::Workdir};

const GFF3: &str = "\
chr1\t.\tgene\t1\t9\t.\t+\t.\tID=g1;tag=basic,CCDS;Name=a%2Cb
chr1\t.\tgene\t2\t9\t.\t+\t.\tID=g2;tag=CCDS
chr1\t.\tgene\t3\t9\t.\t+\t.\tID=g3;tag=CCDS%2Cbasic
chr1\t.\tgene\t4\t9\t.\t+\t.\tID=g4;tag=a%2Cb,CCDS
chr1\t.\tgene\t5\t9\t.\t+\t.\tID=g5;tag=basic;x=1;tag=CCDS
chr1\t.\tgene\t6\t9\t.\t+\t.\tID=g6;tag=
chr1\t.\tgene\t7\t9\t.\t+\t.\tID=g7;tag=a,%20b;Alias=one,two
chr1\t.\tgene\t8\t9\t.\t+\t.\tID=g8;note=CCDS
chr1\t.\tgene\t9\t9\t.\t+\t.\tID=g9;tag=caf%E9,x%2Cy
";

const GTF: &str = "\
chr1\t.\tgene\t1\t9\t.\t+\t.\tgene_id \"g1\"; tag \"basic\"; tag \"CCDS\"; gene_name \"a,b\";
chr1\t.\ttranscript\t1\t9\t.\t+\t.\tgene_id \"g1\"; transcript_id \"t1\"; tag \"basic,CCDS\";
chr1\t.\texon\t1\t9\t.\t+\t.\tgene_id \"g1\"; transcript_id \"t1\"; tag \"CCDS\";
chr1\t.\texon\t2\t9\t.\t+\t.\tgene_id \"g1\"; transcript_id \"t1\"; tag \"x;CCDS\";
";

/// Returns what was loaded with `--promote tag` and the like, and without.
fn databases(dir: &Workdir, file: &str) -> Vec<String> {
    let ways: [&[&str]; 5] = [
        &[],
        &["--promote", "tag"],
        &["--promote", "all"],
        &["--promote", "Name,gene_id,gene_name"],
        &["--index", "tag,transcript_id"],
    ];
    let mut names = Vec::new();
    for (number, way) in ways.iter().enumerate() {
        let name = format!("{number}.sqlite");
        dir.gffdb([&["convert", file, "-o", &name, "-q"], *way].concat())
            .stdout();
        names.push(name);
    }
    // Promoted after it was loaded.
    dir.gffdb(["convert", file, "-o", "later.sqlite", "-q"])
        .stdout();
    dir.file(
        "more.gff3",
        "chr9\t.\tgap\t1\t2\t.\t.\t.\tID=z;tag=nothing\n",
    );
    let more = ["convert", "more.gff3", "-o", "later.sqlite", "--append"];
    dir.gffdb([&more[..], &["--promote", "tag", "-q"]].concat())
        .stdout();
    names.push(String::from("later.sqlite"));
    names
}

/// Returns where the records start that a query gives.
fn starts(dir: &Workdir, query: &[&str]) -> String {
    let columns = ["--dataset", "a", "-c", "start", "--format", "csv"];
    let answer = dir.gffdb([&["query"], query, &columns].concat());
    let (answer, _) = answer.both();
    let starts: Vec<&str> = answer.lines().skip(1).collect();
    starts.join(" ")
}

#[test]
fn the_same_question_has_the_same_answer() {
    for (file, text, questions) in [
        (
            "a.gff3",
            GFF3,
            &[
                ("tag=CCDS", "1 2 4 5"),
                ("tag=basic", "1 5"),
                ("tag=CCDS,basic", "3"),
                ("tag=basic,CCDS", ""),
                ("tag=a,b", "4"),
                ("tag=a", "7"),
                ("tag= b", "7"),
                ("tag=b", ""),
                ("tag=x,y", "9"),
                ("tag=", "6"),
                ("tag", "1 2 3 4 5 6 7 9"),
                ("tag~^CCDS$", "1 2 4 5"),
                ("tag~^basic", "1 5"),
                ("Name=a,b", "1"),
                ("Name=a", ""),
                ("Alias=two", "7"),
            ][..],
        ),
        (
            "a.gtf",
            GTF,
            &[
                ("tag=CCDS", "1 1"),
                ("tag=basic,CCDS", "1"),
                ("tag=basic", "1"),
                ("tag~^x;", "2"),
                ("gene_name=a,b", "1"),
                ("gene_name=b", ""),
                ("gene_id=g1", "1 1 1 2"),
                ("gene_id=t1", ""),
                ("transcript_id=t1", "1 1 2"),
                ("transcript_id", "1 1 2"),
                ("transcript_id~^t", "1 1 2"),
                ("gene_id~^t", ""),
            ],
        ),
    ] {
        let dir = Workdir::new();
        dir.file(file, text);
        for database in databases(&dir, file) {
            for (question, expected) in questions {
                let query = [&database, "--attr", question];
                let answer = starts(&dir, &query);
                assert_eq!(answer, *expected, "{file} {database} {question}");
            }
            for (name, expected) in [("a,b", "1"), ("b", ""), ("two", "7")] {
                dir.file("name.txt", name);
                let query = [&database, "--names-file", "name.txt"];
                let answer = starts(&dir, &query);
                let expected = if file == "a.gtf" && name == "two" {
                    ""
                } else {
                    expected
                };
                assert_eq!(answer, expected, "{file} {database} {name}");
            }
            let export = ["export", &database, "--dataset", "a"];
            assert_eq!(dir.gffdb(export).stdout(), text, "{database}");
        }
    }
}

#[test]
fn all_values_of_a_key_are_shown() {
    for (file, text, columns, expected) in [
        (
            "a.gff3",
            GFF3,
            "tag",
            "basic,CCDS|CCDS|CCDS,basic|a,b,CCDS|basic,CCDS|||||caf%E9,x%2Cy",
        ),
        ("a.gtf", GTF, "tag", "basic,CCDS|basic,CCDS|CCDS|x;CCDS"),
        ("a.gtf", GTF, "gene_id", "g1|g1|g1|g1"),
        ("a.gtf", GTF, "transcript_id", "|t1|t1|t1"),
    ] {
        let dir = Workdir::new();
        dir.file(file, text);
        for database in databases(&dir, file) {
            let query = ["query", &database, "--dataset", "a", "-c", columns];
            let answer = dir.gffdb([&query[..], &["--format", "jsonl"]].concat());
            let mut values = Vec::new();
            for line in answer.stdout().lines() {
                let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
                values.push(row[columns].as_str().unwrap_or_default().to_owned());
            }
            let expected = expected.replace("|||||", "||a, b||");
            assert_eq!(values.join("|"), expected, "{file} {database} {columns}");
        }
    }
}

#[test]
fn the_keys_of_gtf_are_there_in_expressions() {
    let dir = Workdir::new();
    dir.file("a.gtf", GTF);
    for database in databases(&dir, "a.gtf") {
        for (expression, expected) in [
            ("gene_id = 'g1'", "4\n"),
            ("transcript_id = 't1' AND type = 'exon'", "2\n"),
            ("Transcript_ID IS NULL AND gene_id IS NOT NULL", "1\n"),
            ("gff.transcript_id LIKE 't%' AND gff.start = 1", "2\n"),
            (
                "attr(attributes, 'transcript_id') = 't1' OR transcript_id = 't1'",
                "3\n",
            ),
        ] {
            let query = ["query", &database, "--dataset", "a", "--where", expression];
            let answer = dir.gffdb([&query[..], &["--count"]].concat());
            assert_eq!(answer.stdout(), expected, "{database} {expression}");
        }
    }
    let query = ["query", "0.sqlite", "--where"];
    for expression in [
        "attr(attributes, 'gene_id') = 'g1'",
        "has_attr(attributes, 'gene_id', 'g1')",
    ] {
        let answer = dir.gffdb([&query[..], &[expression, "--count"]].concat());
        assert_eq!(answer.stdout(), "4\n", "{expression}");
    }
}

/// GFF3 1.26: "Multiple attributes of the same type are indicated by separating the values with the
/// comma". What has the key twice means the same, and comes back as it was.
#[test]
fn a_parent_that_is_said_twice_is_two_parents() {
    for (file, text) in [
        (
            "a.gff3",
            "s\t.\tmRNA\t1\t9\t.\t+\t.\tID=a\ns\t.\tmRNA\t1\t9\t.\t+\t.\tID=b\n\
             s\t.\texon\t1\t9\t.\t+\t.\tParent=a;x=1;Parent=b\n\
             s\t.\texon\t2\t9\t.\t+\t.\tID=e;Parent=a;Parent=b,a\n",
        ),
        (
            "a.gtf",
            "s\t.\ttranscript\t1\t9\t.\t+\t.\ttranscript_id \"a\";\ns\t.\ttranscript\t1\t9\t.\t+\t.\ttranscript_id \"b\";\n\
             s\t.\texon\t1\t9\t.\t+\t.\tParent \"a\"; x 1; Parent \"b\";\n\
             s\t.\texon\t2\t9\t.\t+\t.\tID \"e\"; Parent \"a\"; Parent \"b\";\n",
        ),
    ] {
        for way in [&[][..], &["--promote", "x"], &["--promote", "all"]] {
            let dir = Workdir::new();
            dir.file(file, text);
            dir.gffdb([&["convert", file, "-o", "a.sqlite", "-q"], way].concat())
                .stdout();
            let database = reread::open(&dir.path("a.sqlite"));
            let links = "SELECT child, parent FROM link ORDER BY 1, 2";
            assert_eq!(
                reread::rows(&database, links),
                ["3|1", "3|2", "4|1", "4|2"],
                "{file}"
            );
            let issues = "SELECT line, code FROM issue ORDER BY 1";
            let expected: &[&str] = match file {
                "a.gff3" => &["3|parent-repeated", "4|parent-repeated"],
                _ => &[],
            };
            assert_eq!(reread::rows(&database, issues), expected, "{file}");
            assert_eq!(dir.gffdb(["export", "a.sqlite"]).stdout(), text, "{file}");
            for (id, with, count) in [("a", "children", "3\n"), ("e", "ancestors", "3\n")] {
                let query = ["query", "a.sqlite", "--id", id, "--with", with, "--count"];
                assert_eq!(dir.gffdb(query).stdout(), count, "{file} {id}");
            }
        }
    }
}

/// An ID may hold a comma; that of several parents with commas between is another.
#[test]
fn who_is_whose_child_is_the_same_in_both_views() {
    let dir = Workdir::new();
    dir.file(
        "a.gff3",
        "s\t.\tmRNA\t1\t9\t.\t+\t.\tID=a\ns\t.\tmRNA\t2\t9\t.\t+\t.\tID=b\ns\t.\tmRNA\t3\t9\t.\t+\t.\tID=a%2Cb\n\
         s\t.\texon\t4\t9\t.\t+\t.\tID=four;Parent=a,b\ns\t.\texon\t5\t9\t.\t+\t.\tID=five;Parent=a%2Cb\n\
         s\t.\texon\t6\t9\t.\t+\t.\tID=six;Parent=a%2Cb,a\n",
    );
    dir.gffdb(["convert", "a.gff3", "-o", "a.sqlite", "-q"])
        .stdout();
    let database = reread::open(&dir.path("a.sqlite"));
    let expected = ["4|1", "4|2", "5|3", "6|1", "6|3"];
    let links = "SELECT child, parent FROM link ORDER BY 1, 2";
    assert_eq!(reread::rows(&database, links), expected);
    let children = "SELECT c.record_id, p.record_id FROM child_of AS c
        JOIN gff AS p ON p.ID = c.Parent AND p.dataset = c.dataset ORDER BY 1, 2";
    assert_eq!(reread::rows(&database, children), expected);
    for (id, expected) in [("a", "1 4 6"), ("b", "2 4"), ("a,b", "3 5 6")] {
        dir.file("ids", format!("{id}\n"));
        let query = ["a.sqlite", "--ids-file", "ids", "--with", "descendants"];
        let answer = starts(&dir, &query);
        assert_eq!(answer, expected, "{id}");
    }
}

/// In SQL, too; and a column is called what was asked for.
#[test]
fn attr_finds_a_key_in_the_column_that_holds_it() {
    for (file, text) in [("a.gff3", GFF3), ("a.gtf", GTF)] {
        let dir = Workdir::new();
        dir.file(file, text);
        let mut expected: Option<Vec<String>> = None;
        for database in databases(&dir, file) {
            let ask = |sql: &str| {
                let sql = ["sql", &database, "--format", "csv", sql];
                dir.gffdb(sql).stdout()
            };
            let answers = vec![
                ask(
                    "SELECT start, attr(attributes, 'tag') FROM gff WHERE dataset = 'a' ORDER BY record_id",
                ),
                ask(
                    "SELECT attr(g.attributes, 'gene_id') AS gene, ATTR( \"g\".attributes , 'transcript_id' ) AS t \
                     FROM gff AS g WHERE g.dataset = 'a' AND attr(g.attributes, 'gene_id') = 'g1'",
                ),
                ask(
                    "SELECT count(*) FROM gene WHERE dataset = 'a' AND attr(attributes, 'gene_name') = 'a,b'",
                ),
            ];
            // Where the columns are not there, it is what is left in `attributes`.
            ask(
                "WITH c AS (SELECT attributes FROM gff) SELECT count(attr(attributes, 'note')) FROM c",
            );
            assert!(
                answers[0].starts_with("start,\"attr(attributes, 'tag')\"\n"),
                "{}",
                answers[0]
            );
            match &expected {
                None => expected = Some(answers),
                Some(expected) => assert_eq!(&answers, expected, "{database}"),
            }
        }
        let gtf = "gene,t\ng1,\ng1,t1\ng1,t1\ng1,t1\n";
        let found = &expected.expect("databases")[1];
        assert_eq!(found, if file == "a.gtf" { gtf } else { "gene,t\n" });
    }
}
