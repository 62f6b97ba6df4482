//! Odd, and stored all the same.

use super::summary;
use crate::{reread, workdir::Workdir};

/// Converts bytes; returns the database and what was said after the first line.
#[track_caller]
fn convert(bytes: impl AsRef<[u8]>) -> (Workdir, rusqlite::Connection, String) {
    let dir = Workdir::new();
    dir.file("genes.gff3", &bytes);
    let said = dir
        .gffdb(["convert", "genes.gff3", "-o", "genes.sqlite"])
        .stderr(0);
    let issues = summary(&said, "genes.sqlite: ");
    let database = reread::open(&dir.path("genes.sqlite"));
    assert!(
        reread::file(&database, "genes") == bytes.as_ref(),
        "{}",
        bytes.as_ref().escape_ascii()
    );
    assert_eq!(dir.names(), ["genes.gff3", "genes.sqlite"]);
    (dir, database, issues)
}

#[test]
fn a_small_file_from_a_pipe_makes_a_small_database() {
    let dir = Workdir::new();
    let end = ["-o", "a.sqlite", "--force", "-q"];
    for lines in [1, 2_000, 20_000] {
        let text = line("8\t13\t.\t+\t.\tID=g0").repeat(lines);
        dir.file("a.gff3", &text);
        let from_file = dir.gffdb(["convert", "a.gff3"].iter().chain(&end));
        let from_pipe = dir.gffdb(["convert", "-", "--dataset", "a"].iter().chain(&end));
        let [file, pipe] = [from_file, from_pipe.stdin(text.clone())].map(|run| {
            assert_eq!(run.stdout(), "");
            let metadata = std::fs::metadata(dir.path("a.sqlite"));
            metadata.expect("a database").len()
        });
        // Of a long one, pages are as large as those of a large database.
        match text.len() < 256 * 1024 {
            true => assert_eq!(pipe, file),
            false => assert!(pipe > file + 300_000, "{pipe} {file}"),
        }
    }
}

/// A line with these columns 4 to 9.
fn line(columns: &str) -> String {
    format!("sq0\tNOODLES\tgene\t{columns}\n")
}

#[test]
fn what_can_be_stored_is_an_issue_and_no_error() {
    let columns = "start, \"end\", score, strand, phase, ID";
    for (text, expected, issue) in [
        (
            line(".\t13\t.\t+\t.\tID=g"),
            "|13||+||g",
            "warning coordinate-missing: 1\n",
        ),
        (
            line(".\t.\t.\t+\t.\tID=g"),
            "|||+||g",
            "warning coordinate-missing: 2\n",
        ),
        (
            line("0\t13\t.\t+\t.\tID=g"),
            "0|13||+||g",
            "warning coordinate-zero: 1\n",
        ),
        (
            line("8\t0\t.\t+\t.\tID=g"),
            "8|0||+||g",
            "warning coordinate-zero: 1\nwarning end-before-start: 1\n",
        ),
        (
            line("13\t8\t.\t+\t.\tID=g"),
            "13|8||+||g",
            "warning end-before-start: 1\n",
        ),
        (
            line("-8\t13\t.\t+\t.\tID=g"),
            "-8|13||+||g",
            "warning coordinate-negative: 1\n",
        ),
        (
            line("-8\t-13\t.\t+\t.\tID=g"),
            "-8|-13||+||g",
            "warning coordinate-negative: 2\nwarning end-before-start: 1\n",
        ),
        (
            line("8\t13\tx\t+\t.\tID=g"),
            "8|13||+||g",
            "warning score-not-a-number: 1\n",
        ),
        (
            line("8\t13\t1e999\t+\t.\tID=g"),
            "8|13||+||g",
            "warning score-not-a-number: 1\n",
        ),
        (
            line("8\t13\tnan\t+\t.\tID=g"),
            "8|13||+||g",
            "warning score-not-a-number: 1\n",
        ),
        (
            line("8\t13\t.\t*\t.\tID=g"),
            "8|13||*||g",
            "warning strand-unknown: 1\n",
        ),
        (
            line("8\t13\t.\t+\t3\tID=g"),
            "8|13||+||g",
            "warning phase-unknown: 1\n",
        ),
        (
            line("8\t13\t.\t+\t-1\tID=g"),
            "8|13||+||g",
            "warning phase-unknown: 1\n",
        ),
        (line(" 8\t13 \t.\t+\t 0\tID=g"), "8|13||+|0|g", ""),
        (line("008\t+13\t1E2\t.\t.\tID=g"), "8|13|100|||g", ""),
    ] {
        let (_dir, database, issues) = convert(&text);
        let found = reread::rows(&database, &format!("SELECT {columns} FROM gff"));
        assert_eq!(found, [expected], "{text}");
        assert_eq!(issues, issue, "{text}");
    }
}

#[test]
fn coordinates_of_any_size_are_exact() {
    let edges = [
        1_i64 << 24,
        1 << 29,
        1 << 31,
        1 << 32,
        1 << 53,
        i64::MAX - 1,
    ];
    let around: Vec<i64> = edges
        .iter()
        .flat_map(|edge| [edge - 1, *edge, edge + 1])
        .collect();
    let text: String = around
        .iter()
        .map(|n| line(&format!("{n}\t{n}\t.\t+\t.\t.")))
        .collect();
    let (_dir, database, issues) = convert(text);
    assert_eq!(issues, "");
    let expected: Vec<_> = around.iter().map(|n| format!("{n}|{n}")).collect();
    assert_eq!(
        reread::rows(&database, "SELECT start, \"end\" FROM gff"),
        expected
    );
    for n in around {
        let sql = format!(
            "SELECT COUNT(*) FROM gff WHERE seqid = 'sq0' AND start <= {n} AND \"end\" >= {n}"
        );
        assert_eq!(reread::one::<i64>(&database, &sql), 1, "{n}");
    }
}

#[test]
fn a_circle_may_end_before_it_starts() {
    let circle = "##sequence-region sq0 1 120\n\
                  sq0\t.\tregion\t1\t120\t.\t+\t.\tID=sq0;Is_circular=true\n";
    let (_dir, database, issues) = convert(format!("{circle}{}", line("110\t30\t.\t+\t.\tID=g")));
    assert_eq!(issues, "");
    assert_eq!(
        reread::rows(&database, "SELECT start, \"end\" FROM gff WHERE ID = 'g'"),
        ["110|30"]
    );
    let sequence = "SELECT seqid, length, circular FROM sequence";
    assert_eq!(reread::rows(&database, sequence), ["sq0|120|1"]);
    // And beyond its length, as the specification has it.
    let (_dir, database, _) = convert(format!("{circle}{}", line("110\t130\t.\t+\t.\tID=g")));
    assert_eq!(
        reread::rows(&database, "SELECT \"end\" FROM gff WHERE ID = 'g'"),
        ["130"]
    );
}

#[test]
fn line_ends_and_marks_come_back() {
    let good = "sq0\t.\tgene\t8\t13\t.\t+\t.\tID=g";
    for (text, line_end) in [
        (format!("{good}\r\n{good}\r\n"), "\r\n"),
        (format!("{good}\r\n{good}"), "\r\n"),
        (format!("{good}\n{good}\r\n{good}\n"), "\n"),
        (format!("# x\r\n{good}\n# y\n{good}\r\n"), "\r\n"),
        (format!("\u{feff}{good}\n"), "\n"),
        (format!("\u{feff}##gff-version 3\r\n{good}\r\n"), "\r\n"),
        (String::from(good), "\n"),
        (format!("\n\n{good}\n  \n\r\n"), "\n"),
    ] {
        let (_dir, database, issues) = convert(&text);
        assert_eq!(issues, "", "{text:?}");
        let found: String = reread::one(&database, "SELECT line_end FROM dataset");
        assert_eq!(found, line_end, "{text:?}");
        let ids = reread::rows(&database, "SELECT DISTINCT seqid || ID FROM gff");
        assert_eq!(ids, ["sq0g"], "{text:?}");
    }
}

#[test]
fn a_mark_before_latin_1_is_no_part_of_the_first_line() {
    let text = b"\xef\xbb\xbf##caf\xe9\nsq0\t.\tgene\t8\t13\t.\t+\t.\tID=g0\n";
    let (_dir, database, _) = convert(text);
    assert_eq!(
        reread::rows(&database, "SELECT kind FROM _other_line ORDER BY line"),
        ["mark", "directive"]
    );
}

#[test]
fn latin_1_is_readable_kept_exactly_and_told_once() {
    let text = b"sq0\t.\tgene\t8\t13\t.\t+\t.\tID=caf\xe9;Note=a\n\
                 sq0\t.\tg\xe8ne\t8\t13\t.\t+\t.\tID=g\n\
                 # \xfc\n\
                 sq0\t.\tgene\t8\t13\t.\t+\t.\tID=na\xc3\xafve\n";
    let (_dir, database, issues) = convert(text);
    assert_eq!(issues, "warning not-utf8: 1\n");
    assert_eq!(
        reread::rows(&database, "SELECT type, ID FROM gff"),
        ["gene|caf\u{e9}", "g\u{e8}ne|g", "gene|na\u{ef}ve"]
    );
    assert_eq!(
        reread::rows(
            &database,
            "SELECT record_id, field, bytes FROM _verbatim ORDER BY 1"
        ),
        [r"1|attributes|x'ID=caf\xe9;Note=a'", r"2|type|x'g\xe8ne'"]
    );
    assert_eq!(reread::rows(&database, "SELECT line FROM issue"), ["1"]);
}

#[test]
fn escapes_are_decoded_in_columns_and_kept_in_the_rest() {
    let text = "sq%200\ta%2Cb\tge%6ee\t8\t13\t.\t+\t.\tID=a%3Bb;Note=c%2Cd;Parent=%zz\n";
    let (_dir, database, issues) = convert(text);
    assert_eq!(issues, "warning parent-missing: 1\n");
    assert_eq!(
        reread::rows(
            &database,
            "SELECT seqid, source, type, ID, Parent, attributes FROM gff"
        ),
        ["sq 0|a,b|gene|a;b|%zz|Note=c%2Cd"]
    );
}

#[test]
fn fasta_is_kept_and_measured() {
    let good = "sq0\t.\tgene\t8\t13\t.\t+\t.\tID=g\n";
    for (text, kinds) in [
        (
            format!("{good}##FASTA\n>sq0 x\nACGTAC\nGTACGT\n>sq1\nAC\n"),
            &["fasta"][..],
        ),
        (format!("{good}>sq0\nACGTACGTACGT\n>sq1\nAC"), &["fasta"]),
        (
            format!("##FASTA of proteins\n##fasta\n{good}##FASTA\n>sq0\nACGTACGTACGT\n>sq1\nAC"),
            &["directive", "directive", "fasta"],
        ),
    ] {
        let (_dir, database, issues) = convert(&text);
        assert_eq!(issues, "", "{text}");
        assert_eq!(
            reread::rows(&database, "SELECT kind FROM _other_line ORDER BY line"),
            kinds
        );
        assert_eq!(
            reread::rows(&database, "SELECT seqid, length, known_by FROM sequence"),
            ["sq0|12|fasta", "sq1|2|fasta"]
        );
    }
}

/// `cat a.gff3 b.gff3`, the first of which ends in sequence.
#[test]
fn records_after_sequence_are_loaded_and_told_of() {
    let record = |id: &str| line(&format!("8\t13\t.\t+\t.\tID={id}"));
    let text = format!(
        "##gff-version 3\n{}##FASTA\n>sq0\nACGTACGTACGTACGT\n##gff-version 3\n{}{}# end\n##FASTA\n>sq9\nAC\n",
        record("a"),
        record("b"),
        record("c"),
    );
    let (dir, database, issues) = convert(&text);
    assert_eq!(issues, "warning record-after-fasta: 1\n");
    assert_eq!(
        reread::rows(&database, "SELECT ID FROM gff"),
        ["a", "b", "c"]
    );
    assert_eq!(
        reread::rows(
            &database,
            "SELECT line, before_record, kind FROM _other_line ORDER BY line"
        ),
        ["1|1|directive", "3|2|fasta", "9||comment", "10||fasta",]
    );
    assert_eq!(
        reread::rows(
            &database,
            "SELECT seqid, length FROM sequence WHERE known_by = 'fasta'"
        ),
        ["sq0|16", "sq9|2"]
    );
    drop(database);
    assert_eq!(dir.gffdb(["export", "genes.sqlite"]).stdout(), text);
}

#[test]
fn a_line_of_a_megabyte_is_a_line() {
    for length in [1 << 20, 5 << 20] {
        let note = "abcdefg;x=".repeat(length / 10);
        let text = format!(
            "{}{}",
            line("8\t13\t.\t+\t.\tID=before"),
            line(&format!(
                "8\t13\t.\t+\t.\tID=long;Note={note};Parent=before"
            ))
        );
        let (_dir, database, issues) = convert(&text);
        assert_eq!(issues, "");
        let found: i64 = reread::one(
            &database,
            "SELECT length(attributes) FROM gff WHERE Parent = 'before'",
        );
        assert_eq!(found as usize, note.len() + "Note=".len());
    }
}

#[test]
fn gtf_gets_its_identifiers() {
    let text = "\
sq0\t.\tgene\t8\t1300\t.\t+\t.\tgene_id \"g0\"; gene_name \"a;b\";
sq0\t.\ttranscript\t8\t1300\t.\t+\t.\tgene_id \"g0\"; transcript_id \"t0\"; level 2;
sq0\t.\texon\t8\t130\t.\t+\t.\tgene_id \"g0\"; transcript_id \"t0\"; exon_number \"1\"; tag \"a\"; tag \"b\";
";
    let (dir, database, issues) = convert(text);
    assert_eq!(issues, "");
    assert_eq!(
        reread::rows(&database, "SELECT type, ID, Parent, attributes FROM gff"),
        [
            "gene|g0||gene_name \"a;b\";",
            "transcript|t0|g0|level 2;",
            "exon||t0|gene_id \"g0\"; exon_number \"1\"; tag \"a\"; tag \"b\";",
        ]
    );
    assert_eq!(
        reread::one::<String>(&database, "SELECT format FROM dataset"),
        "gtf"
    );
    let tags = [
        "sql",
        "genes.sqlite",
        "SELECT attr_all(attributes, 'tag') AS tags FROM exon",
    ];
    assert_eq!(dir.gffdb(tags).stdout(), "tags\n[\"a\",\"b\"]\n");
}

/// ID and Parent among attributes that no semicolon parts, with letters of more than one byte.
#[test]
fn attributes_run_on_over_letters_of_two_bytes() {
    for column in [
        r#"gene_id "g" ID ""q"" Parent "café" note "café" ID "";"#,
        r#"ID "é" Parent "é" Parent "è" note "éé""#,
    ] {
        let (_dir, database, _) = convert(line(&format!("8\t13\t.\t+\t.\t{column}")));
        let parents = reread::rows(&database, "SELECT Parent FROM gff LIMIT 1");
        let expected = if column.starts_with("ID") {
            "é,è"
        } else {
            "café"
        };
        assert_eq!(parents, [expected], "{column}");
    }
}
