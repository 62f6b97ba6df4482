//! `gffdb nearest`: columns, formats of places, what is refused and what is said.

use crate::workdir::Workdir;

const GENES: &str = "\
##gff-version 3
c\t.\tgene\t51\t60\t.\t+\t.\tID=l;Name=left
c\t.\tgene\t151\t160\t.\t-\t.\tID=r
c\t.\tmRNA\t151\t160\t.\t-\t.\tID=t;Parent=r
d\t.\tgene\t1\t9\t.\t+\t.\tID=o
";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("a.gff3", GENES);
    dir.gffdb(["convert", "-q", "a.gff3", "-o", "a.sqlite"])
        .both();
    dir
}

#[test]
fn each_place_has_its_nearest_features() {
    let dir = workdir();
    let header = "dataset\ttype\tstart\tend\tstrand\tID\tName\tdistance\n";
    for (name, text, args, expected) in [
        (
            "a.bed",
            "c\t100\t110\tp\t0\t-\nd\t3\t4\tq\t0\t+\n",
            &[][..],
            format!(
                "place_chrom\tplace_chromStart\tplace_chromEnd\tplace_name\tplace_score\tplace_strand\t{header}\
                 c\t100\t110\tp\t0\t-\ta\tgene\t51\t60\t+\tl\tleft\t-41\n\
                 c\t100\t110\tp\t0\t-\ta\tgene\t151\t160\t-\tr\t\t41\n\
                 d\t3\t4\tq\t0\t+\ta\tgene\t1\t9\t+\to\t\t0\n"
            ),
        ),
        (
            "a.bed",
            "d\t100\t110\nc\t100\t110\n",
            &["--ties", "first", "--no-header"],
            String::from(
                "d\t100\t110\ta\tgene\t1\t9\t+\to\t\t-92\nc\t100\t110\ta\tgene\t51\t60\t+\tl\tleft\t-41\n",
            ),
        ),
        (
            "a.bed",
            "c\t100\t110\n",
            &[
                "--no-header",
                "--type",
                "mRNA",
                "--distance-to",
                "tss",
                "--sign",
                "feature",
            ],
            String::from("c\t100\t110\ta\tmRNA\t151\t160\t-\tt\t\t50\n"),
        ),
        (
            "a.vcf",
            "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nc\t61\t.\tAC\tA\t.\t.\tx\n",
            &["--format", "jsonl"],
            String::from(
                "{\"place_CHROM\":\"c\",\"place_POS\":61,\"place_ID\":\".\",\"place_REF\":\"AC\",\"place_ALT\":\"A\",\
                 \"place_QUAL\":\".\",\"place_FILTER\":\".\",\"place_INFO\":\"x\",\"dataset\":\"a\",\"type\":\"gene\",\
                 \"start\":51,\"end\":60,\"strand\":\"+\",\"ID\":\"l\",\"Name\":\"left\",\"distance\":-1}\n",
            ),
        ),
        (
            "a.bed",
            "c\t100\t110\nnosuch\t1\t2\n",
            &["--no-header", "--max-distance", "10"],
            String::from("c\t100\t110\t\t\t\t\t\t\t\t\nnosuch\t1\t2\t\t\t\t\t\t\t\t\n"),
        ),
    ] {
        dir.file(name, text);
        let command = ["nearest", "-q", "a.sqlite", name];
        let found = dir.gffdb(command.iter().chain(args)).stdout();
        assert_eq!(found, expected, "{args:?}");
    }
}

#[test]
fn what_is_not_there_is_said_and_what_cannot_be_meant_is_refused() {
    let dir = workdir();
    dir.file("a.bed", "c\t1\t2\nx\t1\t2\nx\t3\t4\n");
    dir.file("empty.bed", "# nothing\n");
    dir.file("bad.bed", "c\t5\t2\n");
    dir.file("more.bed", "c\t1\t2\nc\t1\t2\tname\n");
    for (file, expected) in [
        (
            "a.bed",
            "gffdb: 2 places are on sequences that the database does not have: x\n",
        ),
        ("empty.bed", "gffdb: no regions in empty.bed\n"),
    ] {
        let (_, said) = dir.gffdb(["nearest", "a.sqlite", file]).both();
        assert_eq!(said, expected);
    }
    for (args, expected) in [
        (&["bad.bed"][..], "bad.bed:1: end 2 is before start 5"),
        (
            &["more.bed"],
            "more.bed: expected 3 columns, as in the lines before, found 4",
        ),
        (
            &["a.bed", "--region", "c"],
            "leave out --region and --regions-file",
        ),
        (
            &["-", "--ids-file", "-"],
            "cannot both be read from standard input",
        ),
        (
            &["a.bed", "-o", "a.sqlite"],
            "a.sqlite is the database itself",
        ),
        (
            &["a.bed", "--upstream", "--downstream"],
            "cannot be used with",
        ),
        (&["a.bed", "-k", "0"], "invalid value '0'"),
    ] {
        let command = ["nearest", "a.sqlite"];
        let said = dir.gffdb(command.iter().chain(args)).stderr(2);
        assert!(said.contains(expected), "{args:?}: {said}");
    }
}
