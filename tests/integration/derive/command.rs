//! `gffdb derive`: formats, filters, what is refused, and what is said where there is nothing.

use super::GENE;
use crate::workdir::Workdir;

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("a.gff3", GENE);
    dir.gffdb(["convert", "-q", "a.gff3", "-o", "a.sqlite"])
        .both();
    dir
}

#[test]
fn rows_are_written_in_every_format() {
    let dir = workdir();
    for (args, expected) in [
        (
            &["introns", "--format", "tsv"][..],
            "dataset\tseqid\tstart\tend\tstrand\ttranscript\tgene\ttranscript_record\tgene_record\tnumber\tlength\tin_cds\torigin\n\
             a\ts\t311\t380\t-\tt\tg\t2\t1\t1\t70\t1\tderived\n\
             a\ts\t151\t300\t-\tt\tg\t2\t1\t2\t150\t1\tderived\n",
        ),
        (
            &["introns", "--format", "gff3"],
            "##gff-version 3\n\
             s\tgffdb\tintron\t311\t380\t.\t-\t.\tParent=t;number=1;origin=derived\n\
             s\tgffdb\tintron\t151\t300\t.\t-\t.\tParent=t;number=2;origin=derived\n",
        ),
        (
            &["parts", "--format", "gtf", "--id", "u"],
            "s\tgffdb\texon\t381\t400\t.\t-\t.\tgene_id \"g\"; transcript_id \"u\"; number \"1\"; origin \"annotated\";\n",
        ),
        (
            &[
                "parts",
                "--format",
                "gff3",
                "--where",
                "type = 'mRNA' AND \"end\" - start > 100",
            ],
            "##gff-version 3\n\
             s\tgffdb\texon\t381\t400\t.\t-\t.\tParent=t;number=1;origin=annotated\n\
             s\tgffdb\texon\t301\t310\t.\t-\t.\tParent=t;number=2;origin=annotated\n\
             s\tgffdb\texon\t101\t150\t.\t-\t.\tParent=t;number=3;origin=annotated\n\
             s\tgffdb\tCDS\t381\t390\t.\t-\t0\tParent=t;number=1;origin=annotated\n\
             s\tgffdb\tCDS\t301\t310\t.\t-\t2\tParent=t;number=2;origin=annotated\n\
             s\tgffdb\tCDS\t150\t150\t.\t-\t1\tParent=t;number=3;origin=annotated\n\
             s\tgffdb\tfive_prime_UTR\t391\t400\t.\t-\t.\tParent=t;number=1;origin=derived\n\
             s\tgffdb\tthree_prime_UTR\t101\t149\t.\t-\t.\tParent=t;number=1;origin=derived\n",
        ),
        (
            &["splice-sites", "--format", "bed", "--region", "s:1-300"],
            "s\t378\t380\tt:donor1\t0\t-\n\
             s\t310\t312\tt:acceptor1\t0\t-\n\
             s\t298\t300\tt:donor2\t0\t-\n\
             s\t150\t152\tt:acceptor2\t0\t-\n",
        ),
        (
            &["tss", "--unique", "--format", "csv"],
            "dataset,seqid,start,end,strand,transcripts\na,s,400,400,-,2\n",
        ),
        (
            &["splice-sites", "--unique", "--format", "bed"],
            "s\t150\t152\t.\t1\t-\ns\t298\t300\t.\t1\t-\ns\t310\t312\t.\t1\t-\ns\t378\t380\t.\t1\t-\n",
        ),
        (
            &["parts", "--unique", "--format", "csv", "--no-header"],
            "a,s,101,149,-,three_prime_utr,1\n\
             a,s,101,150,-,exon,1\n\
             a,s,150,150,-,cds,1\n\
             a,s,301,310,-,cds,1\n\
             a,s,301,310,-,exon,1\n\
             a,s,381,390,-,cds,1\n\
             a,s,381,400,-,exon,2\n\
             a,s,391,400,-,five_prime_utr,1\n",
        ),
        (&["utrs", "--format", "count"], "2\n"),
        (
            &["introns", "--format", "count", "--name", "abc1-201"],
            "2\n",
        ),
        (&["introns", "--format", "count", "--id", "u"], "0\n"),
        (
            &["genes", "--format", "bed"],
            "s\t100\t400\tg\t0\t-\ns\t900\t950\th\t0\t+\n",
        ),
        (
            &["representative", "--format", "bed"],
            "s\t100\t400\tt\t0\t-\n",
        ),
        (&["genes", "--format", "count", "--id", "t"], "1\n"),
        (&["representative", "--format", "count", "--id", "u"], "1\n"),
        (
            &["intergenic", "--format", "gff3"],
            "##gff-version 3\n\
             s\tgffdb\tintergenic_region\t1\t100\t.\t.\t.\torigin=derived\n\
             s\tgffdb\tintergenic_region\t401\t900\t.\t.\t.\torigin=derived\n\
             s\tgffdb\tintergenic_region\t951\t1000\t.\t.\t.\torigin=derived\n",
        ),
    ] {
        let (what, options) = args.split_first().expect("what");
        let command = ["derive", "-q", "a.sqlite", what];
        let found = dir.gffdb(command.iter().chain(options)).stdout();
        assert_eq!(found, expected, "{args:?}");
    }
    dir.gffdb(["derive", "-q", "a.sqlite", "tes", "-o", "tes.bed"])
        .both();
    assert_eq!(
        dir.read("tes.bed"),
        "s\t100\t101\tt:tes\t0\t-\ns\t380\t381\tu:tes\t0\t-\n"
    );
}

#[test]
fn what_is_not_there_is_said() {
    let dir = workdir();
    for (args, expected) in [
        (
            &["introns", "--id", "nosuch"][..],
            "gffdb: IDs: 1 asked, 0 found; not found: nosuch\n",
        ),
        (
            &["introns", "--type", "exon"],
            "gffdb: no introns: no gene or transcript was chosen; the database has 3 CDS, 3 exon, 2 gene, 2 mRNA. \
             Table type_class says which types are genes, transcripts, exons and CDS\n",
        ),
        (
            &["introns", "--id", "u"],
            "gffdb: no introns of the genes and transcripts that were chosen\n",
        ),
    ] {
        let (what, options) = args.split_first().expect("what");
        let command = ["derive", "a.sqlite", what, "--format", "count"];
        let (_, said) = dir.gffdb(command.iter().chain(options)).both();
        assert_eq!(said, expected, "{args:?}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let dir = workdir();
    for (args, expected) in [
        (
            &["genes", "--unique"][..],
            "--unique is of what several transcripts may share, not of genes",
        ),
        (
            &["intergenic", "--type", "gene"],
            "intergenic takes no filters",
        ),
        (
            &["genes", "--format", "gff3"],
            "genes are records of the file, which gffdb query writes in gff3",
        ),
        (
            &["intergenic", "--format", "gtf"],
            "gtf has no lines of what is of no gene",
        ),
        (
            &["introns", "-o", "a.sqlite"],
            "a.sqlite is the database itself",
        ),
        (&["introns", "-o", "x.odd"], "no format has the ending .odd"),
        (&["exons"], "invalid value 'exons'"),
    ] {
        let (what, options) = args.split_first().expect("what");
        let command = ["derive", "a.sqlite", what];
        let said = dir.gffdb(command.iter().chain(options)).stderr(2);
        assert!(said.contains(expected), "{args:?}: {said}");
    }
}

#[test]
fn a_database_of_an_earlier_version_has_the_same_rows() {
    let dir = workdir();
    let all = |what: &str| dir.gffdb(["derive", "-q", "a.sqlite", what]).stdout();
    let before = gffdb::derive::What::ALL.map(|what| all(what.name()));
    let connection = rusqlite::Connection::open(dir.path("a.sqlite")).expect("a database");
    let drop = "SELECT group_concat('DROP VIEW ' || name, ';') FROM sqlite_schema
        WHERE type = 'view' AND (instr(sql, 'gene_record') > 0 OR name IN ('_feature_line', '_lone_transcript', 'intergenic'))";
    let drop: String = connection
        .query_row(drop, [], |row| row.get(0))
        .expect("views");
    connection.execute_batch(&drop).expect("they go");
    assert_eq!(
        gffdb::derive::What::ALL.map(|what| all(what.name())),
        before
    );
    // What is added to it has them.
    dir.file("b.gff3", GENE.replace("\ts\t", "\tz\t"));
    dir.gffdb(["convert", "-q", "--append", "b.gff3", "-o", "a.sqlite"])
        .both();
    let count: i64 = connection
        .query_row("SELECT COUNT(*) FROM intron", [], |row| row.get(0))
        .expect("the view is there again");
    assert_eq!(count, 4);
}
