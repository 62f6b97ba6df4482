//! Records added, deleted and numbered anew, and how the lines around them end.

use gffdb::{Existing, Loader};
use rusqlite::Connection;

use super::{GFF3, GTF, difference, edited, export};
use crate::workdir::Workdir;

#[test]
fn records_are_deleted_and_added() {
    let added = "INSERT INTO gff (dataset, seqid, source, type, start, \"end\", strand, ID, Parent, attributes)";
    for (text, sql, expected) in [
        (
            GFF3,
            String::from("DELETE FROM gff WHERE type = 'mRNA'"),
            "-sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tParent=g0;ID=t0;\n",
        ),
        // With the last record, what was kept of its fields goes, and its number is given out again.
        (
            GFF3,
            format!(
                "DELETE FROM gff WHERE type = 'CDS'; {added} VALUES ('a', 's', NULL, 'exon', 1, 2, '-', 'e', 't0,t1', NULL)"
            ),
            "-sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tNote=x;ID=c0;Alias=y;Parent=t0;z=1\n+s\t.\texon\t1\t2\t.\t-\t.\tID=e;Parent=t0,t1\n",
        ),
        (
            GFF3,
            format!(
                "{added} VALUES ('a', 's', NULL, 'gene', 1, 2, '-', 'a;b', NULL, 'Note=n'), ('a', 's', NULL, 'gene', 3, 4, '-', NULL, NULL, NULL)"
            ),
            "+s\t.\tgene\t1\t2\t.\t-\t.\tID=a%3Bb;Note=n\n+s\t.\tgene\t3\t4\t.\t-\t.\t.\n",
        ),
        (
            GTF,
            format!("{added} VALUES ('a', 's', 'me', 'gene', 1, 9, '-', 'g1', NULL, 'level 1;')"),
            "+s\tme\tgene\t1\t9\t.\t-\t.\tgene_id \"g1\"; level 1;\n",
        ),
        (
            GTF,
            format!("{added} VALUES ('a', 's', 'me', 'mRNA', 1, 9, '-', 't\"1', 'g1', NULL)"),
            "+s\tme\tmRNA\t1\t9\t.\t-\t.\tgene_id \"g1\"; transcript_id \"t\\\"1\";\n",
        ),
        (
            GTF,
            format!(
                "{added} VALUES ('a', 's', 'me', 'exon', 1, 9, '-', NULL, 't1', 'gene_id \"g1\"; exon_number 1;')"
            ),
            "+s\tme\texon\t1\t9\t.\t-\t.\tgene_id \"g1\"; transcript_id \"t1\"; exon_number 1;\n",
        ),
        (
            GTF,
            format!(
                "{added} VALUES ('a', 's', 'me', 'exon', 1, 9, '-', NULL, 't1', 'gene_id \"g1\"; transcript_id \"t1\";')"
            ),
            "+s\tme\texon\t1\t9\t.\t-\t.\tgene_id \"g1\"; transcript_id \"t1\";\n",
        ),
        // The number of the last record, in the syntax of the dataset all the same.
        (
            GTF,
            format!(
                "DELETE FROM gff WHERE type = 'region'; {added} VALUES ('a', 's', 'me', 'gene', 1, 9, '-', 'g1', NULL, NULL)"
            ),
            "-sq0\tNOODLES\tregion\t1\t99\t.\t.\t.\t.\n+s\tme\tgene\t1\t9\t.\t-\t.\tgene_id \"g1\";\n",
        ),
        (
            GFF3,
            String::from("DELETE FROM _other_line WHERE kind = 'comment'"),
            "-# a comment\n",
        ),
        (
            GFF3,
            String::from(
                "INSERT INTO _other_line (dataset, line, kind, text) VALUES ('a', 0, 'comment', '# first')",
            ),
            "+# first\n",
        ),
    ] {
        assert_eq!(
            difference(text, &edited(text, &[], &sql)),
            expected,
            "{sql}"
        );
    }
}

/// Not even where it is written otherwise than most of its file.
#[test]
fn a_record_with_another_number_is_written_as_it_was() {
    let gff3 = "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g9;Name=n\n";
    let sql = "UPDATE gff SET record_id = 100 WHERE ID = 'g9'";
    let before = format!("{GTF}{gff3}");
    assert_eq!(edited(&before, &[], sql), before);
}

#[test]
fn the_last_line_ends_as_it_did() {
    let (first, last) = (
        "s\t.\tgene\t1\t2\t.\t+\t.\tID=a",
        "s\t.\tgene\t3\t4\t.\t+\t.\tID=b",
    );
    let add = "INSERT INTO gff (dataset, seqid, type, start, \"end\", strand, ID)
               VALUES ('a', 's', 'gene', 5, 6, '+', 'c')";
    let added = "s\t.\tgene\t5\t6\t.\t+\t.\tID=c";
    for (text, sql, expected) in [
        (
            format!("{first}\n{last}"),
            "DELETE FROM gff WHERE ID = 'b'",
            first.to_owned(),
        ),
        (
            format!("{first}\n{last}"),
            add,
            format!("{first}\n{last}\n{added}"),
        ),
        (
            format!("{first}\r\n{last}\r\n"),
            add,
            format!("{first}\r\n{last}\r\n{added}\r\n"),
        ),
        // Line ends that are not the file's usual one stay with their lines.
        (
            format!("{first}\n{last}\r\n"),
            add,
            format!("{first}\n{last}\r\n{added}\r\n"),
        ),
        (
            format!("{first}\n>s\nACGT"),
            add,
            format!("{first}\n{added}\n>s\nACGT"),
        ),
        (
            format!("{first}\n>s\nACGT"),
            "DELETE FROM gff; DELETE FROM _other_line",
            String::new(),
        ),
    ] {
        let work = Workdir::new();
        let goal = work.path("a.sqlite");
        Loader::new(&goal)
            .load(&[work.file("a.gff3", &text)])
            .expect("it loads");
        Connection::open(&goal)
            .and_then(|c| c.execute_batch(sql))
            .expect(sql);
        assert_eq!(export(&goal), expected, "{text:?} {sql}");
    }
}

#[test]
fn values_of_any_type_never_break_a_line() {
    for (text, set, expected) in [
        (
            GFF3,
            "phase = 1.5, score = 'x' || char(9) || 'y'",
            "sq0\tNOODLES\tgene\t8\t13\tx%09y\t+\t1.5\tID=g0;Name=n%2C1;tag=a,b",
        ),
        (
            GFF3,
            "ID = x'6162', seqid = x'ff'",
            "\u{fffd}\tNOODLES\tgene\t8\t13\t0.90\t+\t.\tID=ab;Name=n%2C1;tag=a,b",
        ),
        (
            GFF3,
            "strand = '+' || char(10)",
            "sq0\tNOODLES\tgene\t8\t13\t0.90\t+%0A\t.\tID=g0;Name=n%2C1;tag=a,b",
        ),
        (
            GTF,
            r#"ID = 'a"; b' || char(9, 10) || 'c\'"#,
            "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tgene_id \"a\\\"; b%09%0Ac%5C\"; level 2;",
        ),
    ] {
        let work = Workdir::new();
        let goal = work.path("a.sqlite");
        Loader::new(&goal)
            .load(&[work.file("a.gff", text)])
            .expect("it loads");
        let sql = format!("UPDATE gff SET {set} WHERE type = 'gene'");
        Connection::open(&goal)
            .and_then(|c| c.execute_batch(&sql))
            .expect("an edit");
        let (found, gene) = (export(&goal), usize::from(text == GFF3));
        assert_eq!(found.lines().nth(gene), Some(expected), "{sql}");
        assert_eq!(found.lines().count(), text.lines().count(), "{sql}");
    }
}

#[test]
fn a_record_takes_what_is_known_of_it_to_another_number() {
    let work = Workdir::new();
    let goal = work.path("a.sqlite");
    Loader::new(&goal)
        .load(&[work.file("a.gff3", GFF3)])
        .expect("it loads");
    let sql = "UPDATE gff SET record_id = 0 WHERE type = 'CDS'";
    Connection::open(&goal)
        .and_then(|c| c.execute_batch(sql))
        .expect("an edit");
    let lines: Vec<_> = GFF3.split_inclusive('\n').collect();
    // The lines before a record stay before it.
    let expected = [lines[4], lines[0], lines[1], lines[2], lines[3], lines[5]].concat();
    assert_eq!(export(&goal), expected);
}

#[test]
fn an_edit_in_one_dataset_leaves_the_others_as_they_are() {
    let work = Workdir::new();
    let goal = work.path("a.sqlite");
    let files = [
        work.file("a.gff3", GFF3),
        work.file("b.gtf", GTF),
        work.file("c.gff3", GFF3),
    ];
    Loader::new(&goal).load(&files[..2]).expect("it loads");
    let edit = "UPDATE gff SET Parent = 'p,q' WHERE dataset = 'a' AND type = 'mRNA';
                INSERT INTO gff (dataset, seqid, type, ID) VALUES ('a', 's', 'gene', 'new'), ('b', 's', 'gene', 'new');";
    Connection::open(&goal)
        .and_then(|c| c.execute_batch(edit))
        .expect("an edit");
    Loader::new(&goal)
        .existing(Existing::Append)
        .load(&files[2..])
        .expect("it loads");
    let export = |dataset| {
        work.gffdb(["export", "a.sqlite", "--dataset", dataset])
            .stdout()
    };
    assert_eq!(
        difference(GFF3, &export("a")),
        "-sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tParent=g0;ID=t0;\n\
         -sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tNote=x;ID=c0;Alias=y;Parent=t0;z=1\n\
         +sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tParent=p,q;ID=t0;\n\
         +sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tNote=x;ID=c0;Alias=y;Parent=t0;z=1\n\
         +s\t.\tgene\t.\t.\t.\t.\t.\tID=new\n"
    );
    assert_eq!(
        difference(GTF, &export("b")),
        "+s\t.\tgene\t.\t.\t.\t.\t.\tgene_id \"new\";\n"
    );
    assert_eq!(export("c"), GFF3);
    // The triggers are back after the append.
    Connection::open(&goal)
        .and_then(|c| {
            c.execute_batch("UPDATE gff SET start = 9 WHERE dataset = 'c' AND type = 'CDS'")
        })
        .expect("an edit");
    assert_eq!(export("c"), GFF3.replace("\t08\t", "\t9\t"));
}

#[test]
fn a_dataset_after_one_whose_last_records_were_deleted_is_whole() {
    let work = Workdir::new();
    let goal = work.path("a.sqlite");
    let files = [work.file("a.gff3", GFF3), work.file("b.gtf", GTF)];
    Loader::new(&goal).load(&files[..1]).expect("it loads");
    Connection::open(&goal)
        .and_then(|c| c.execute_batch("DELETE FROM gff WHERE type = 'CDS'"))
        .expect("an edit");
    Loader::new(&goal)
        .existing(Existing::Append)
        .load(&files[1..])
        .expect("it loads");
    let export = |dataset| {
        work.gffdb(["export", "a.sqlite", "--dataset", dataset])
            .stdout()
    };
    assert_eq!(export("b"), GTF);
    assert_eq!(export("a").lines().count(), GFF3.lines().count() - 1);
}

/// However its number came to be among those of another dataset, a record stays in its own.
#[test]
fn a_record_among_the_numbers_of_another_dataset_is_written() {
    let last = "x\t.\tgene\t1\t2\t.\t+\t.\tID=x\n";
    let add =
        "INSERT INTO gff (record_id, dataset, seqid, type, start, \"end\", strand, ID) VALUES";
    for (sql, in_a, in_b) in [
        (
            format!(
                "DELETE FROM gff WHERE record_id > 5; {add} (NULL, 'a', 'x', 'gene', 1, 2, '+', 'x')"
            ),
            Some(last),
            2,
        ),
        (
            String::from("UPDATE gff SET dataset = 'a', layout = NULL WHERE record_id = 7"),
            None,
            3,
        ),
        (
            String::from(
                "DELETE FROM gff WHERE record_id = 5; UPDATE gff SET record_id = 5 WHERE record_id = 3",
            ),
            None,
            3,
        ),
        (
            format!(
                "INSERT OR REPLACE {} (5, 'a', 'x', 'gene', 1, 2, '+', 'x')",
                &add[7..]
            ),
            Some(last),
            3,
        ),
        // And back again.
        (
            String::from(
                "UPDATE gff SET dataset = 'a' WHERE record_id = 5; UPDATE gff SET dataset = 'b' WHERE record_id = 5",
            ),
            None,
            4,
        ),
    ] {
        let work = Workdir::new();
        let target = work.path("a.sqlite");
        let mut loader = Loader::new(&target);
        loader.infer_gtf(false);
        loader
            .load(&[work.file("a.gff3", GFF3), work.file("b.gtf", GTF)])
            .expect("it loads");
        let database = Connection::open(&target).expect("a database");
        database.execute_batch(&sql).expect(&sql);
        let export = |dataset| {
            let args = ["export", "a.sqlite", "--dataset", dataset];
            let text = work.gffdb(args).stdout();
            let records: i64 = database
                .query_row(
                    "SELECT count(*) FROM gff WHERE dataset = ?1",
                    [dataset],
                    |row| row.get(0),
                )
                .expect("a count");
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            assert_eq!(lines.count() as i64, records, "{sql}: {text}");
            text
        };
        let (a, b) = (export("a"), export("b"));
        assert!(a.contains(in_a.unwrap_or_default()), "{sql}: {a}");
        assert_eq!(b.lines().count(), in_b, "{sql}: {b}");
    }
}

#[test]
fn a_byte_order_mark_stays_in_front() {
    let text = format!("\u{feff}{GFF3}");
    let work = Workdir::new();
    let target = work.path("a.sqlite");
    Loader::new(&target)
        .load(&[work.file("a.gff3", &text)])
        .expect("it loads");
    Connection::open(&target)
        .and_then(|c| c.execute_batch("UPDATE gff SET record_id = 9 WHERE record_id = 1"))
        .expect("an edit");
    let exported = export(&target);
    assert!(exported.starts_with('\u{feff}'), "{exported}");
    assert_eq!(exported.matches('\u{feff}').count(), 1, "{exported}");
    assert_eq!(exported.lines().count(), text.lines().count());
}

/// Column Parent has the parents with commas between, as link reads it, however the line was spelled before.
#[test]
fn several_parents_come_out_as_several() {
    let escaped = "s\t.\texon\t1\t2\t.\t+\t.\tParent=t%2C1;ID=e\n";
    let mixed = "s\t.\texon\t1\t2\t.\t+\t.\tParent=t%2C1,;ID=e\n";
    let two = "s\t.\texon\t1\t2\t.\t+\t.\tParent=t%2C1,u;ID=e\n";
    let gtf = "s\t.\texon\t1\t2\t.\t+\t.\tgene_id \"g\"; transcript_id \"t\";\n";
    let plain = "s\t.\tgene\t1\t2\t.\t+\t.\tID=g\n";
    let in_gff3 = format!("{plain}{plain}{gtf}");
    let in_gtf = format!("{gtf}{gtf}{escaped}");
    for (text, set, expected) in [
        (escaped, "Parent = 'a,b,c'", "Parent=a,b,c;ID=e"),
        (escaped, "Parent = 'a, b'", "Parent=a, b;ID=e"),
        (escaped, "ID = 'x'", "Parent=t%2C1;ID=x"),
        (mixed, "ID = 'x'", "Parent=t%2C1,;ID=x"),
        (two, "ID = 'x'", "Parent=t%2C1,u;ID=x"),
        (two, "Parent = 'p,q'", "Parent=p,q;ID=e"),
        (
            GFF3,
            "Parent = 'a,b'",
            "Note=x;ID=c0;Alias=y;Parent=a,b;z=1",
        ),
        (
            &in_gff3,
            "Parent = 'p,q'",
            "gene_id \"g\"; transcript_id \"p,q\";",
        ),
        (&in_gtf, "Parent = 'p,q'", "Parent=p,q;ID=e"),
        (
            gtf,
            "Parent = 'p,q'",
            "gene_id \"g\"; transcript_id \"p,q\";",
        ),
    ] {
        let sql =
            format!("UPDATE gff SET {set} WHERE record_id = (SELECT max(record_id) FROM gff)");
        // What links say is compared with a load of the export.
        let after = edited(text, &[], &sql);
        let last = after
            .lines()
            .rfind(|line| !line.starts_with('#'))
            .unwrap_or_default();
        assert_eq!(last.split('\t').nth(8), Some(expected), "{text}{sql}");
    }
}
