//! Records that begin below base 1, or end before they start: where they are found, and how each
//! format writes them.

use crate::workdir::Workdir;

const ODD: &str = "\
##gff-version 3
##sequence-region p 1 120
p\t.\tregion\t1\t120\t.\t.\t.\tID=p;Is_circular=true
p\t.\tgene\t110\t30\t.\t+\t.\tID=round
cut\t.\tgene\t-4\t20\t.\t+\t.\tID=g1
cut\t.\tmRNA\t-4\t20\t.\t+\t.\tID=t1;Parent=g1
cut\t.\texon\t-4\t3\t.\t+\t.\tID=e1;Parent=t1
cut\t.\texon\t10\t20\t.\t+\t.\tID=e2;Parent=t1
cut\t.\tCDS\t-2\t3\t.\t+\t0\tID=c1;Parent=t1
cut\t.\tCDS\t10\t18\t.\t+\t0\tID=c1;Parent=t1
cut\t.\tgene\t-9\t0\t.\t+\t.\tID=g2
back\t.\tmRNA\t60\t40\t.\t-\t.\tID=t2
back\t.\texon\t60\t50\t.\t-\t.\tID=e3;Parent=t2
back\t.\texon\t45\t40\t.\t-\t.\tID=e4;Parent=t2
back\t.\tCDS\t58\t50\t.\t-\t0\tID=c2;Parent=t2
";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("odd.gff3", ODD);
    dir.gffdb(["convert", "odd.gff3", "-o", "a.sqlite", "-q"])
        .stdout();
    dir
}

/// Asks, and returns what was written and what was said.
fn query(dir: &Workdir, args: &[&str]) -> (String, String) {
    let output = ["query", "a.sqlite", "-o", "out"];
    let said = dir.gffdb(output.iter().chain(args)).stderr(0);
    (dir.read("out"), said)
}

#[test]
fn a_region_finds_what_is_between_both_ends() {
    let dir = workdir();
    for (region, expected) in [
        ("cut:1", "g1 t1 e1 c1"),
        ("cut:4-9", "g1 t1"),
        ("cut", "g1 t1 e1 e2 c1 g2"),
        ("back:39", ""),
        ("back:40", "t2 e4"),
        ("back:46-49", "t2"),
        ("back:59-70", "t2 e3"),
        ("back:61", ""),
        ("p:31-109", "p"),
        ("p:30", "p round"),
        ("p:110-112", "p round"),
    ] {
        let (found, said) = query(&dir, &["--region", region, "-f", "ids"]);
        assert_eq!(
            (found.trim().replace('\n', " "), said.as_str()),
            (expected.into(), "")
        );
        let Some((seqid, range)) = region.split_once(':') else {
            continue;
        };
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let sql = format!(
            "SELECT group_concat(ID, ' ') FROM (
                SELECT DISTINCT ID FROM overlapping('{seqid}', {first}, {last}) ORDER BY record_id)"
        );
        let found = dir
            .gffdb(["sql", "a.sqlite", &sql, "--format", "csv"])
            .stdout();
        let found = found.lines().nth(1).unwrap_or_default();
        assert_eq!(found.trim_matches('"'), expected, "{region} in SQL");
    }
}

#[test]
fn bed_begins_at_base_1_and_ends_after_its_start() {
    let dir = workdir();
    let bed = "p\t0\t120\tp\t0\t.\n\
        p\t109\t150\tround\t0\t+\n\
        cut\t0\t20\tg1\t0\t+\n\
        cut\t0\t20\tt1\t0\t+\n\
        cut\t0\t3\te1\t0\t+\n\
        cut\t9\t20\te2\t0\t+\n\
        cut\t0\t3\tc1\t0\t+\n\
        cut\t9\t18\tc1\t0\t+\n\
        back\t39\t60\tt2\t0\t-\n\
        back\t49\t60\te3\t0\t-\n\
        back\t39\t45\te4\t0\t-\n\
        back\t49\t58\tc2\t0\t-\n";
    let bed12 = "cut\t0\t20\tt1\t0\t+\t0\t18\t0\t2\t3,11,\t0,9,\n\
        back\t39\t60\tt2\t0\t-\t49\t58\t0\t2\t6,11,\t0,10,\n";
    let clipped = |format: &str, count: u32| {
        format!(
            "gffdb: records clipped in {format}, which begins at base 1: {count}, which begin before it\n"
        )
    };
    for (args, expected, said) in [
        (&["-f", "bed"][..], bed, clipped("bed", 5)),
        (&["-f", "bed12"], bed12, clipped("bed12", 1)),
        (
            &["-f", "bed12", "--stop-codon", "in"],
            bed12,
            clipped("bed12", 1),
        ),
        (&["-f", "bed", "--id", "g2"], "", clipped("bed", 1)),
    ] {
        assert_eq!(query(&dir, args), (expected.to_owned(), said), "{args:?}");
    }
    // Without an end before its start, lines are made where the records are read.
    let dir = Workdir::new();
    let text: String = (0..3_000)
        .map(|n| format!("s\t.\tgene\t{}\t{}\t.\t+\t.\t.\n", n - 2, n))
        .collect();
    dir.file("a.gff3", text);
    dir.gffdb(["convert", "a.gff3", "-o", "a.sqlite", "-q"])
        .stdout();
    let (found, said) = query(&dir, &["-f", "bed"]);
    assert_eq!(said, clipped("bed", 3));
    assert_eq!(found.lines().count(), 2_999);
    assert!(found.starts_with("s\t0\t1\t.\t0\t+\ns\t0\t2\t.\t0\t+\ns\t0\t3\t"));
}

#[test]
fn the_other_formats_have_the_coordinates_of_the_file() {
    let dir = workdir();
    let line = "cut\t.\texon\t-4\t3\t.\t+\t.\t";
    for (format, expected) in [
        ("gff3", format!("##gff-version 3\n{line}ID=e1;Parent=t1\n")),
        (
            "gtf",
            format!("{line}gene_id \"g1\"; transcript_id \"t1\"; ID \"e1\";\n"),
        ),
        (
            "jsonl",
            String::from(
                "{\"seqid\":\"cut\",\"source\":null,\"type\":\"exon\",\"start\":-4,\"end\":3,\"score\":null,\
                 \"strand\":\"+\",\"phase\":null,\"ID\":\"e1\",\"Parent\":\"t1\",\"attributes\":null}\n",
            ),
        ),
    ] {
        let found = query(&dir, &["--id", "e1", "-f", format]);
        assert_eq!(found, (expected, String::new()));
    }
    let columns = ["--columns", "start,end", "-f", "tsv", "--id", "t2"];
    assert_eq!(query(&dir, &columns).0, "start\tend\n60\t40\n");
}
