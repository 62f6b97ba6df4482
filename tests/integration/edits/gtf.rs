//! One GTF record edited, whose keys are named by its type.

use super::{GTF, difference, edited};

#[test]
fn an_edited_gtf_record_stays_gtf() {
    let gene = "-sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tgene_id \"g0\"; level 2;\n";
    let transcript = "-sq0\tNOODLES\ttranscript\t8\t13\t.\t+\t.\tgene_id \"g0\"; transcript_id \"t0\"; tag \"a\"; tag \"b\";\n";
    let exon = "-sq0\tNOODLES\texon\t8\t13\t.\t+\t.\tgene_id \"g0\"; transcript_id \"t0\"; exon_number 1;\n";
    let region = "-sq0\tNOODLES\tregion\t1\t99\t.\t.\t.\t.\n";
    for (promote, set, of, column) in [
        (&[][..], "ID = 'x'", gene, r#"gene_id "x"; level 2;"#),
        (
            &[],
            r#"ID = 'a"; b'"#,
            gene,
            r#"gene_id "a\"; b"; level 2;"#,
        ),
        (&[], "attributes = NULL", gene, r#"gene_id "g0";"#),
        (
            &[],
            "attributes = 'level 3'",
            gene,
            r#"gene_id "g0"; level 3"#,
        ),
        (&[], "ID = NULL", gene, "level 2;"),
        (
            &[],
            "Parent = 'p'",
            gene,
            r#"gene_id "g0"; level 2; Parent "p";"#,
        ),
        (
            &[],
            "ID = 'e1'",
            exon,
            r#"gene_id "g0"; transcript_id "t0"; exon_number 1; ID "e1";"#,
        ),
        (
            &[],
            "Parent = NULL, attributes = 'exon_number 1;'",
            exon,
            r#"exon_number 1;"#,
        ),
        (
            &["exon_number"],
            "exon_number = 'a; b'",
            exon,
            r#"gene_id "g0"; transcript_id "t0"; exon_number "a; b";"#,
        ),
        (
            &["exon_number"],
            "exon_number = 2",
            exon,
            r#"gene_id "g0"; transcript_id "t0"; exon_number 2;"#,
        ),
        (
            &["tag"],
            "tag = 'c'",
            exon,
            r#"gene_id "g0"; transcript_id "t0"; exon_number 1; tag "c";"#,
        ),
        // A key that comes several times is one value with commas: what it is set to is all of it.
        (
            &["tag"],
            "tag = 'c'",
            transcript,
            r#"gene_id "g0"; transcript_id "t0"; tag "c";"#,
        ),
        // A key that is promoted as what it is and as what it means.
        (&["gene_id"], "start = 8", exon, ""),
        (
            &["gene_id"],
            "gene_id = 'x', ID = 'x'",
            gene,
            r#"gene_id "x"; level 2;"#,
        ),
        (
            &["gene_id"],
            "ID = 'x'",
            gene,
            r#"gene_id "g0"; level 2; ID "x";"#,
        ),
        (
            &["gene_id", "transcript_id"],
            "Parent = 'x'",
            exon,
            r#"gene_id "g0"; transcript_id "t0"; exon_number 1; Parent "x";"#,
        ),
        // A line that had nothing.
        (&[], "attributes = 'note \"a\";'", region, r#"note "a";"#),
        (
            &["note"],
            "note = 'a', Parent = 't0'",
            region,
            r#"transcript_id "t0"; note "a";"#,
        ),
    ] {
        let ty = of.split('\t').nth(2).expect("a type");
        let sql = format!("UPDATE gff SET {set} WHERE type = '{ty}'");
        let after = edited(GTF, promote, &sql);
        let expected = match column {
            "" => String::new(),
            column => {
                let eight = of.rfind('\t').map_or("", |at| &of[1..=at]);
                format!("{of}+{eight}{column}\n")
            }
        };
        assert_eq!(difference(GTF, &after), expected, "{sql}");
    }
}

/// Of attributes that no semicolon parts nothing is taken out; where one has another value now, all are written anew.
#[test]
fn an_edited_value_stands_before_the_one_of_the_rest() {
    let exon = "s\t.\texon\t8\t13\t.\t+\t.\tgene_id \"g0\" transcript_id \"t0\" tag \"a\"\n";
    for (promote, set, column) in [
        (
            &[][..],
            "Parent = 'x'",
            "gene_id \"g0\" transcript_id \"t0\" tag \"a\"; Parent \"x\";",
        ),
        (
            &["tag"],
            "tag = 'b'",
            "tag \"b\"; gene_id \"g0\"; transcript_id \"t0\";",
        ),
        (
            &["note"],
            "note = 'b'",
            "gene_id \"g0\" transcript_id \"t0\" tag \"a\"; note \"b\";",
        ),
        (
            &["tag"],
            "start = 8",
            "gene_id \"g0\" transcript_id \"t0\" tag \"a\"",
        ),
    ] {
        let after = edited(exon, promote, &format!("UPDATE gff SET {set}"));
        assert_eq!(
            after,
            format!("s\t.\texon\t8\t13\t.\t+\t.\t{column}\n"),
            "{set}"
        );
    }
}

#[test]
fn nothing_is_added_behind_a_quote_that_is_open() {
    let exon = "s\t.\texon\t8\t13\t.\t+\t.\tgene_id \"g0\"; note \"5' end";
    let after = edited(&format!("{exon}\n"), &[], "UPDATE gff SET ID = 'x'");
    assert_eq!(after, exon.replace("gene_id", "ID \"x\"; gene_id") + "\n");
}

/// Whatever most of its file has, and however its score is written.
#[test]
fn a_gtf_record_that_nothing_was_taken_from_stays_gtf() {
    let gff3 = "s\t.\tgene\t1\t2\t.\t+\t.\tID=a\n".repeat(3);
    for (score, before) in [
        (".", ""),
        ("0.90", ""),
        (".", gff3.as_str()),
        ("0.90", &gff3),
    ] {
        let text = format!("{before}s\t.\texon\t8\t13\t{score}\t+\t.\tlevel 2; note \"x\";\n");
        let sql = "UPDATE gff SET Parent = 't' WHERE type = 'exon'";
        assert_eq!(
            edited(&text, &[], sql),
            text.replace("level", "transcript_id \"t\"; level"),
        );
    }
}

/// `gene_id` and `transcript_id` name a record and its parent only where nothing else does.
#[test]
fn gtf_keys_in_gff3_keep_their_meaning() {
    for (set, column) in [
        ("ID = 'x'", "gene_id=g;transcript_id=t;ID=x;Parent=t"),
        ("Parent = 'x'", "gene_id=g;transcript_id=x"),
        ("ID = 'x', Parent = NULL", "gene_id=g;ID=x"),
    ] {
        let exon = "s\t.\texon\t8\t13\t.\t+\t.\t";
        let text = format!("{exon}gene_id=g;transcript_id=t\n");
        let after = edited(&text, &[], &format!("UPDATE gff SET {set}"));
        assert_eq!(after, format!("{exon}{column}\n"), "{set}");
    }
}
