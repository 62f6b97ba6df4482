//! `gffdb query` and `gffdb alias`: every format, every filter, what is not found, what is refused.

use crate::workdir::Workdir;

mod attributes;
mod coordinates;
mod explained;
mod gtf;
mod named;
mod promoted;
mod refused;
mod sorted;
mod stop_codon;

const GENES: &str = "\
##gff-version 3
##sequence-region chr1 1 1000
chr1\tx\tgene\t100\t500\t.\t+\t.\tID=gene:g1.2;Name=abc1;Note=a%2Cb
chr1\tx\tmRNA\t100\t500\t5.0\t+\t.\tID=t1;Parent=gene:g1.2
chr1\tx\texon\t100\t200\t.\t+\t.\tParent=t1
chr1\tx\texon\t301\t500\t.\t+\t.\tParent=t1
chr1\tx\tCDS\t150\t200\t.\t+\t0\tID=c1;Parent=t1
chr1\tx\tCDS\t301\t400\t.\t+\t0\tID=c1;Parent=t1
chr2|a:b#c\ty\tncRNA_gene\t10\t20\t.\t-\t.\tID=g2;Alias=two,zwei
chr2|a:b#c\ty\tncRNA\t10\t20\t.\t-\t.\tID=t2;Parent=g2
";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    dir.gffdb(["convert", "genes.gff3", "-o", "g.sqlite", "-q"])
        .stdout();
    dir
}

fn query(dir: &Workdir, args: &[&str]) -> String {
    dir.gffdb([&["query", "g.sqlite"], args].concat()).stdout()
}

#[test]
fn every_format_is_written() {
    let dir = workdir();
    let first = "gene:g1.2";
    for (format, expected) in [
        (
            "gff3",
            "##gff-version 3\n##sequence-region chr1 1 1000\n\
             chr1\tx\tgene\t100\t500\t.\t+\t.\tID=gene:g1.2;Name=abc1;Note=a%2Cb\n\
             chr1\tx\tmRNA\t100\t500\t5.0\t+\t.\tID=t1;Parent=gene:g1.2\n",
        ),
        (
            "gtf",
            "chr1\tx\tgene\t100\t500\t.\t+\t.\tgene_id \"gene:g1.2\"; Name \"abc1\"; \
             Note \"a,b\";\n\
             chr1\tx\ttranscript\t100\t500\t5.0\t+\t.\tgene_id \"gene:g1.2\"; transcript_id \"t1\"; \
             so_type \"mRNA\";\n",
        ),
        (
            "bed",
            "chr1\t99\t500\tgene:g1.2\t0\t+\nchr1\t99\t500\tt1\t5\t+\n",
        ),
        (
            "bed12",
            "chr1\t99\t500\tt1\t5\t+\t149\t400\t0\t2\t101,200,\t0,201,\n",
        ),
        (
            "tsv",
            "seqid\tsource\ttype\tstart\tend\tscore\tstrand\tphase\tID\tParent\tattributes\n\
             chr1\tx\tgene\t100\t500\t\t+\t\tgene:g1.2\t\tName=abc1;Note=a%2Cb\n\
             chr1\tx\tmRNA\t100\t500\t5.0\t+\t\tt1\tgene:g1.2\t\n",
        ),
        ("ids", "gene:g1.2\nt1\n"),
        ("count", "2\n"),
    ] {
        assert_eq!(
            query(
                &dir,
                &["--id", first, "--with", "children", "--format", format]
            ),
            expected
        );
    }
    let columns = ["--id", first, "--columns", "end,Name,ID,Note"];
    for (format, expected) in [
        ("csv", "end,Name,ID,Note\n500,abc1,gene:g1.2,\"a,b\"\n"),
        (
            "json",
            "[{\"end\":500,\"Name\":\"abc1\",\"ID\":\"gene:g1.2\",\"Note\":\"a,b\"}]\n",
        ),
        (
            "jsonl",
            "{\"end\":500,\"Name\":\"abc1\",\"ID\":\"gene:g1.2\",\"Note\":\"a,b\"}\n",
        ),
        (
            "table",
            "end  Name  ID         Note\n---  ----  ---------  ----\n500  abc1  gene:g1.2  a,b\n",
        ),
        (
            "vertical",
            "end   500\nName  abc1\nID    gene:g1.2\nNote  a,b\n",
        ),
        (
            "markdown",
            "| end | Name | ID | Note |\n| --- | --- | --- | --- |\n| 500 | abc1 | gene:g1.2 | a,b |\n",
        ),
    ] {
        assert_eq!(
            query(&dir, &[&columns[..], &["--format", format]].concat()),
            expected
        );
    }
}

#[test]
fn a_thin_transcript_is_thin_at_its_start() {
    let dir = workdir();
    assert_eq!(
        query(&dir, &["--id", "t2", "--format", "bed12"]),
        "chr2|a:b#c\t9\t20\tt2\t0\t-\t9\t9\t0\t1\t11,\t0,\n"
    );
}

#[test]
fn every_filter_narrows() {
    let dir = workdir();
    for (args, expected) in [
        (&["--region", "chr1:1-99"][..], ""),
        (
            &["--region", "chr1:1-100", "--type", "gene,mRNA"],
            "gene:g1.2\nt1\n",
        ),
        (
            &["--region", "chr1:201-300", "--mode", "contains"],
            "gene:g1.2\nt1\n",
        ),
        (&["--region", "chr1:301-", "--mode", "within"], "c1\n"),
        (&["--region", "chr2|a:b#c:15"], "g2\nt2\n"),
        (
            &[
                "--region",
                "chr1",
                "--region",
                "{chr2|a:b#c}:1-10",
                "--type",
                "class:gene",
            ],
            "gene:g1.2\ng2\n",
        ),
        (&["--type", "transcript"], "t1\nt2\n"),
        (&["--source", "y", "--strand", "-"], "g2\nt2\n"),
        (&["--strand", "."], ""),
        (&["--dataset", "genes", "--type", "CDS"], "c1\n"),
        (&["--attr", "Note=a,b"], "gene:g1.2\n"),
        (&["--attr", "Alias=zwei"], "g2\n"),
        (&["--attr", "Alias~^z", "--attr", "ID"], "g2\n"),
        (&["--attr", "Parent=t1", "--type", "CDS"], "c1\n"),
        (&["--name", "abc1"], "gene:g1.2\n"),
        (&["--name", "zwei", "--name", "t1"], "t1\ng2\n"),
        (&["--name", "ABC1", "--ignore-case"], "gene:g1.2\n"),
        (&["--name", "ab?[0-9]", "--glob"], "gene:g1.2\n"),
        (&["--where", "\"end\" - start > 150 AND score = 5"], "t1\n"),
        (&["--limit", "2"], "gene:g1.2\nt1\n"),
        (&["--id", "g1,g2.7", "--loose-ids"], "gene:g1.2\ng2\n"),
        (&["--id", "c1", "--with", "family"], "gene:g1.2\nt1\nc1\n"),
        (
            &["--region", "chr1:150", "--type", "CDS", "--with", "parents"],
            "t1\nc1\n",
        ),
    ] {
        let text = query(&dir, &[args, &["--columns", "ID", "-f", "csv"]].concat());
        let mut ids: Vec<&str> = text.lines().skip(1).filter(|id| *id != "\"\"").collect();
        ids.dedup();
        let ids: String = ids.iter().map(|id| format!("{id}\n")).collect();
        assert_eq!(ids, expected, "{args:?}");
    }
    let drawn = query(&dir, &["--sample", "3", "--seed", "5", "--format", "tsv"]);
    assert_eq!(drawn.lines().count(), 4);
    assert_eq!(
        drawn,
        query(&dir, &["--sample", "3", "--seed", "5", "--format", "tsv"])
    );
}

#[test]
fn regions_come_from_files_and_can_be_told_apart() {
    let dir = workdir();
    dir.file(
        "r.bed",
        "chr1\t0\t100\tfirst\nchr1\t600\t700\tnone\nchr2|a:b#c\t19\t30\tlast\n",
    );
    let args = ["--regions-file", "r.bed", "--type", "class:gene"];
    let run = |more: &[&str]| query(&dir, &[&args[..], more].concat());
    assert_eq!(run(&["--format", "ids"]), "gene:g1.2\ng2\n");
    assert_eq!(
        run(&["--count"]),
        "chr1\t0\t100\tfirst\t1\nchr1\t600\t700\tnone\t0\nchr2|a:b#c\t19\t30\tlast\t1\n"
    );
    assert_eq!(
        run(&["--with-query", "--format", "bed"]),
        "chr1\t0\t100\tfirst\tchr1\t99\t500\tgene:g1.2\t0\t+\n\
         chr2|a:b#c\t19\t30\tlast\tchr2|a:b#c\t9\t20\tg2\t0\t-\n"
    );
    assert_eq!(
        run(&["--with-query", "--format", "tsv", "--columns", "ID"]),
        "region_chrom\tregion_chromStart\tregion_chromEnd\tregion_name\tID\n\
         chr1\t0\t100\tfirst\tgene:g1.2\nchr2|a:b#c\t19\t30\tlast\tg2\n"
    );
    assert_eq!(
        run(&["--with-query", "--format", "gff3", "--type", "gene"]),
        "chr1\t0\t100\tfirst\tchr1\tx\tgene\t100\t500\t.\t+\t.\tID=gene:g1.2;Name=abc1;Note=a%2Cb\n\
         chr2|a:b#c\t19\t30\tlast\tchr2|a:b#c\ty\tncRNA_gene\t10\t20\t.\t-\t.\tID=g2;Alias=two,zwei\n"
    );
    dir.file("r.gff3", "chr1\t.\tpeak\t90\t100\t.\t.\t.\tID=p\n");
    dir.file("r.vcf", "##fileformat=VCFv4.2\nchr1\t99\trs1\tAC\tG\n");
    for (file, expected) in [
        (
            "r.gff3",
            "region_seqid,region_source,region_type,region_start,region_end,region_score,region_strand,\
             region_phase,region_attributes,ID\nchr1,.,peak,90,100,.,.,.,ID=p,gene:g1.2\n",
        ),
        (
            "r.vcf",
            "region_CHROM,region_POS,region_ID,region_REF,region_ALT,ID\nchr1,99,rs1,AC,G,gene:g1.2\n",
        ),
    ] {
        let args = [
            "-R",
            file,
            "--with-query",
            "--type",
            "gene",
            "--columns",
            "ID",
        ];
        assert_eq!(query(&dir, &[&args[..], &["-f", "csv"]].concat()), expected);
        let bed = [
            "query", "g.sqlite", "-R", "-", "--type", "gene", "-f", "ids",
        ];
        assert_eq!(dir.gffdb(bed).stdin(dir.read(file)).stdout(), "gene:g1.2\n");
    }
    dir.file("r.bed", "chr1 0 100\nchr1\t0\t101\tx\n");
    let ragged = [
        "query",
        "g.sqlite",
        "-R",
        "r.bed",
        "--type",
        "gene",
        "--with-query",
        "-f",
    ];
    assert_eq!(
        dir.gffdb([&ragged[..], &["jsonl"]].concat()).stderr(2),
        "gffdb: r.bed: expected 3 columns, as in the lines before, found 4 in \"chr1\\t0\\t101\\tx\"; \
         --format bed takes it\n"
    );
    dir.file("r.bed", "chr1 0 100\n");
    assert_eq!(
        dir.gffdb([&ragged[..], &["jsonl", "--columns", "ID"]].concat())
            .stdout(),
        "{\"region_chrom\":\"chr1\",\"region_chromStart\":0,\"region_chromEnd\":100,\"ID\":\"gene:g1.2\"}\n"
    );
}

#[test]
fn a_sequence_is_known_by_its_name_and_as_its_lines_have_it() {
    let dir = Workdir::new();
    dir.file(
        "a.gff3",
        "##gff-version 3\nchr%201\tx\tgene\t1\t9\t.\t+\t.\tID=g\n",
    );
    dir.file("r.bed", "chr%201\t0\t5\nchr 1\t0\t5\n");
    dir.gffdb(["convert", "a.gff3", "-o", "g.sqlite", "-q"])
        .stdout();
    for region in ["chr%201:1-5", "chr 1", "chr 1:9"] {
        assert_eq!(query(&dir, &["--region", region, "-f", "ids"]), "g\n");
    }
    assert_eq!(
        query(&dir, &["-R", "r.bed", "--count"]),
        "chr%201\t0\t5\t1\nchr 1\t0\t5\t1\n"
    );
}

#[test]
fn files_are_written_by_their_ending() {
    let dir = workdir();
    query(&dir, &["--id", "gene:g1.2", "-o", "a.bed"]);
    assert_eq!(dir.read("a.bed"), "chr1\t99\t500\tgene:g1.2\t0\t+\n");
    query(&dir, &["-o", "all.gff3.gz"]);
    dir.gffdb(["convert", "all.gff3.gz", "-o", "again.sqlite", "-q"])
        .stdout();
    let all = dir.gffdb(["query", "again.sqlite"]).stdout();
    assert_eq!(all, query(&dir, &[]));
    let record = |text: &str| {
        text.lines()
            .filter(|l| !l.starts_with('#'))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(record(&all), record(GENES));
}

#[test]
fn other_names_are_known_once_they_are_filled_in() {
    let dir = workdir();
    dir.file("names.txt", "# ucsc\tensembl\trefseq\nchr1\t1\tNC_1.1\n");
    assert_eq!(
        dir.gffdb(["alias", "g.sqlite", "names.txt"]).stderr(0),
        "gffdb: 1 of 2 sequences have other names now, 3 names in all\n\
         gffdb: not in the table: chr2|a:b#c\n"
    );
    dir.file("r.bed", "NC_1.1\t0\t100\n");
    for args in [
        &["--region", "1:100-110"][..],
        &["-R", "r.bed"],
        &["--region", "NC_1.1"],
    ] {
        let args = [
            args,
            &["--type", "gene", "--names", "ensembl", "--format", "bed"],
        ]
        .concat();
        assert_eq!(query(&dir, &args), "1\t99\t500\tgene:g1.2\t0\t+\n");
    }
    dir.file("mine.tsv", "1\tI\n");
    assert_eq!(
        query(&dir, &["--id", "t1", "--names", "mine.tsv"]),
        "##gff-version 3\n##sequence-region I 1 1000\nI\tx\tmRNA\t100\t500\t5.0\t+\t.\tID=t1;Parent=gene:g1.2\n"
    );
}
