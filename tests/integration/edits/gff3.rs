//! One GFF3 record edited, column by column.

use super::{GFF3, difference, edited};

#[test]
fn an_edited_record_comes_out_edited() {
    let gene = "-sq0\tNOODLES\tgene\t8\t13\t0.90\t+\t.\tID=g0;Name=n%2C1;tag=a,b\n";
    let mrna = "-sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tParent=g0;ID=t0;\n";
    let cds = "-sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tNote=x;ID=c0;Alias=y;Parent=t0;z=1\n";
    for (promote, set, of, expected) in [
        // Columns 1 to 8.
        (
            &[][..],
            "score = 0.5",
            gene,
            "sq0\tNOODLES\tgene\t8\t13\t0.50\t+\t.\tID=g0;Name=n%2C1;tag=a,b",
        ),
        (
            &[],
            "score = 0.123",
            gene,
            "sq0\tNOODLES\tgene\t8\t13\t0.123\t+\t.\tID=g0;Name=n%2C1;tag=a,b",
        ),
        (
            &[],
            "score = NULL, strand = NULL",
            gene,
            "sq0\tNOODLES\tgene\t8\t13\t.\t.\t.\tID=g0;Name=n%2C1;tag=a,b",
        ),
        (
            &[],
            "seqid = 'a b', start = 9",
            cds,
            "a%20b\tNOODLES\tCDS\t9\t13\t.\t+\t0\tNote=x;ID=c0;Alias=y;Parent=t0;z=1",
        ),
        (
            &[],
            "\"end\" = 14, phase = 2",
            cds,
            "sq%200\tNOODLES\tCDS\t08\t14\t.\t+\t2\tNote=x;ID=c0;Alias=y;Parent=t0;z=1",
        ),
        (
            &[],
            "seqid = '>a', source = 'a\tb\nc', type = NULL",
            gene,
            "%3Ea\ta%09b%0Ac\t.\t8\t13\t0.90\t+\t.\tID=g0;Name=n%2C1;tag=a,b",
        ),
        (
            &[],
            "seqid = '#a'",
            gene,
            "%23a\tNOODLES\tgene\t8\t13\t0.90\t+\t.\tID=g0;Name=n%2C1;tag=a,b",
        ),
        // Column 9: changed, taken out, put in.
        (
            &[],
            "ID = 'x'",
            cds,
            "sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tNote=x;ID=x;Alias=y;Parent=t0;z=1",
        ),
        (
            &[],
            "ID = 'a;b\tc'",
            gene,
            "sq0\tNOODLES\tgene\t8\t13\t0.90\t+\t.\tID=a%3Bb%09c;Name=n%2C1;tag=a,b",
        ),
        (
            &[],
            "Parent = 'p,q'",
            mrna,
            "sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tParent=p,q;ID=t0;",
        ),
        (
            &[],
            "Parent = NULL",
            mrna,
            "sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tID=t0;",
        ),
        (
            &[],
            "ID = NULL",
            cds,
            "sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tNote=x;Alias=y;Parent=t0;z=1",
        ),
        (
            &[],
            "ID = NULL, Parent = NULL",
            mrna,
            "sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\t.",
        ),
        (
            &[],
            "Parent = 'p'",
            gene,
            "sq0\tNOODLES\tgene\t8\t13\t0.90\t+\t.\tID=g0;Parent=p;Name=n%2C1;tag=a,b",
        ),
        (
            &["Name"],
            "Name = 'm,1'",
            gene,
            "sq0\tNOODLES\tgene\t8\t13\t0.90\t+\t.\tID=g0;Name=m%2C1;tag=a,b",
        ),
        (
            &["Name"],
            "Name = 'm', attributes = NULL",
            gene,
            "sq0\tNOODLES\tgene\t8\t13\t0.90\t+\t.\tID=g0;Name=m",
        ),
        (
            &["Name"],
            "Name = 'm'",
            mrna,
            "sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tParent=g0;ID=t0;Name=m;",
        ),
        (
            &["Name"],
            "Name = 'm;o'",
            cds,
            "sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tNote=x;ID=c0;Alias=y;Parent=t0;z=1;Name=m%3Bo",
        ),
        // The rest: more and fewer attributes than the layout knows.
        (
            &[],
            "attributes = NULL",
            cds,
            "sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tID=c0;Parent=t0",
        ),
        (
            &[],
            "attributes = ''",
            cds,
            "sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tID=c0;Parent=t0",
        ),
        (
            &[],
            "attributes = 'a=1'",
            cds,
            "sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\ta=1;ID=c0;Parent=t0",
        ),
        (
            &[],
            "attributes = 'a=1;b=2;c=3;d=4'",
            cds,
            "sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\ta=1;ID=c0;b=2;Parent=t0;c=3;d=4",
        ),
        (
            &[],
            "attributes = 'a=1'",
            mrna,
            "sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tParent=g0;ID=t0;a=1;",
        ),
        (
            &[],
            "attributes = 'a=1\t2' || char(10) || '3'",
            gene,
            "sq0\tNOODLES\tgene\t8\t13\t0.90\t+\t.\tID=g0;a=1%092%0A3",
        ),
    ] {
        let ty = of.split('\t').nth(2).expect("a type");
        let sql = format!("UPDATE gff SET {set} WHERE type = '{ty}'");
        let after = edited(GFF3, promote, &sql);
        assert_eq!(
            difference(GFF3, &after),
            format!("{of}+{expected}\n"),
            "{sql}"
        );
    }
}

#[test]
fn what_is_left_of_a_line_is_read_in_the_syntax_of_the_line() {
    let line = |ty: &str, ninth: &str| format!("sq0\t.\t{ty}\t8\t13\t.\t+\t.\t{ninth}\n");
    for (ninth, set, expected) in [
        // Without its ID, the rest alone looks like GTF, and the other way round.
        ("ID=.;. \"", "ID = 'e'", "ID=e;. \""),
        (". .;ID=x;;", "ID = 'e'", "ID=e;. .;;"),
        ("Parent=x;\"a\" b", "Parent = 'e'", "Parent=e;\"a\" b"),
        // What stood as it was because it was no escape, where the new value has one.
        ("ID=%E9,", "ID = 'a%2C'", "ID=a%252C"),
        ("ID=%E9", "ID = 'caf%E9'", "ID=caf%E9"),
        // A rest of GTF in front of what GFF3 has.
        (
            "a=1;Parent=x",
            "attributes = 'gene_id \"g\"; level 1;'",
            "Parent=x;gene_id=g;level=1",
        ),
        // A list beside an escaped comma.
        ("Parent=t%2C1", "Parent = 'a,b'", "Parent=a,b"),
    ] {
        let after = edited(&line("exon", ninth), &[], &format!("UPDATE gff SET {set}"));
        assert_eq!(after, line("exon", expected), "{ninth}, {set}");
    }
    // The name of a type may have escapes; in GTF it tells which key is the ID.
    let gene = line("ge%6Ee", "gene_id \"g\"; level 1;");
    assert_eq!(
        edited(&gene, &[], "UPDATE gff SET ID = 'h'"),
        line("ge%6Ee", "gene_id \"h\"; level 1;")
    );
    // A line of GFF3 among those of GTF has no layout.
    let text = format!(
        "{}{}{0}",
        line("exon", "gene_id \"g\""),
        line("gene", "ID=g")
    );
    assert_eq!(
        edited(&text, &[], "UPDATE gff SET ID = 'h' WHERE ID = 'g'"),
        text.replace("ID=g", "ID=h")
    );
}
