//! Functions that are used like tables: `overlapping`, `descendants`, `ancestors`, `attributes`.

use crate::workdir::Workdir;

const GENES: &str = "\
##gff-version 3
chr1\t.\tgene\t100\t900\t.\t+\t.\tID=g1;Name=a%2Cb;tag=x,y
chr1\t.\tmRNA\t100\t900\t.\t+\t.\tID=t1;Parent=g1
chr1\t.\texon\t100\t300\t.\t+\t.\tID=e1;Parent=t1
chr1\t.\texon\t600\t900\t.\t+\t.\tID=e2;Parent=t1
chr1\t.\tgene\t2000\t2500\t.\t-\t.\tID=g2;Note=it's
s:last\t.\tgene\t1\t9\t.\t-\t.\tID=g3
ring\t.\tregion\t1\t120\t.\t.\t.\tID=ring;Is_circular=true
ring\t.\tgene\t110\t130\t.\t+\t.\tID=over
";

/// Peaks, as a user has them in a table of their own.
const PEAKS: &str = "\
CREATE TABLE peaks (name, seqid, start, \"end\", mode, dataset);
INSERT INTO peaks VALUES
    ('p1', 'chr1', 50, 150, 'overlap', 'a'),
    ('p2', 'chr1', 550, 2100, 'within', 'a'),
    ('p3', 'chr1', 1000, 1900, NULL, NULL),
    ('p4', 'ring', 5, 8, 'overlap', 'b'),
    ('p5', NULL, 5, 8, NULL, NULL),
    ('p6', 'chr1', '120', '130', 'contains', 'b');
CREATE VIEW hit AS
    SELECT p.name AS peak, o.ID AS ID FROM peaks AS p JOIN overlapping(p.seqid, p.start, p.\"end\") AS o;
";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("a.gff3", GENES);
    dir.file("b.gff3", GENES.replace("ID=g2", "ID=other"));
    let convert = ["convert", "a.gff3", "b.gff3", "-o", "g.sqlite", "-q"];
    dir.gffdb(convert).stdout();
    dir.gffdb(["sql", "--write", "g.sqlite", PEAKS]).stdout();
    dir
}

#[test]
fn they_are_for_plain_sql() {
    let dir = workdir();
    for (sql, expected) in [
        // A join with a table of one's own; what each asks for is in its columns.
        (
            "SELECT p.name, o.dataset, o.ID FROM peaks p JOIN overlapping(p.seqid, p.start, p.end) o
             WHERE o.type = 'gene' ORDER BY 1, 2, 3",
            "p1 a g1, p1 b g1, p2 a g1, p2 a g2, p2 b g1, p2 b other, p4 a over, p4 b over, p6 a g1, p6 b g1",
        ),
        (
            "SELECT p.name, o.dataset, o.ID FROM peaks p
             JOIN overlapping(p.seqid, p.start, p.end, p.mode, p.dataset) o
             WHERE o.type <> 'region' ORDER BY 1, 2, 3",
            "p1 a e1, p1 a g1, p1 a t1, p2 a e2, p4 b over, p6 b e1, p6 b g1, p6 b t1",
        ),
        (
            "SELECT p.name, count(o.ID) FROM peaks p
             LEFT JOIN overlapping(p.seqid, p.start, p.end, 'overlap', 'a') o GROUP BY 1",
            "p1 3, p2 4, p3 0, p4 2, p5 0, p6 3",
        ),
        // In a view, a common table expression, a subquery, and beside itself.
        ("SELECT * FROM hit WHERE ID = 'e2'", "p2 e2, p2 e2"),
        (
            "WITH o AS (SELECT * FROM overlapping('chr1', 1, 150)) SELECT count(*) FROM o",
            "6",
        ),
        (
            "SELECT name, (SELECT count(*) FROM overlapping(p.seqid, p.start, p.end)) FROM peaks p",
            "p1 6, p2 8, p3 0, p4 4, p5 0, p6 6",
        ),
        (
            "SELECT name FROM peaks AS p WHERE EXISTS (
                SELECT 1 FROM overlapping(p.seqid, p.start, p.end, 'contains') WHERE type = 'exon')",
            "p6",
        ),
        (
            "SELECT count(*) FROM overlapping('chr1', 1, 150) a JOIN overlapping('chr1', 250, 310) b
             ON a.record_id = b.record_id",
            "6",
        ),
        // One within the arguments of another.
        (
            "SELECT DISTINCT a.ID FROM overlapping('chr1', 700, 700) o JOIN ancestors(o.ID, o.dataset) a
             WHERE o.type = 'exon' AND a.type = 'gene'",
            "g1",
        ),
        (
            "SELECT g.ID, count(*) FROM gff g JOIN descendants(g.ID, g.dataset) d
             WHERE g.type = 'gene' AND g.dataset = 'b' GROUP BY g.record_id",
            "g1 4, other 1, g3 1, over 1",
        ),
        ("SELECT ID FROM descendants('t1', 'b')", "t1, e1, e2"),
        ("SELECT ID, dataset FROM ancestors('e2')", "g1 a, t1 a, e2 a, g1 b, t1 b, e2 b"),
        // Any text may be an argument, also one that looks like a parameter of ours.
        ("SELECT ID FROM overlapping('s:last', 1, 9, 'overlap', 'a')", "g3"),
        ("SELECT count(*) FROM descendants(':id')", "0"),
        ("SELECT count(*) FROM overlapping(NULL, 1, 9)", "0"),
        ("SELECT count(*) FROM overlapping('chr1', NULL, 9)", "0"),
        ("SELECT count(*) FROM descendants(NULL)", "0"),
        ("SELECT count(*) FROM overlapping('chr1', 1, 150, NULL, NULL)", "6"),
        ("SELECT count(*) FROM overlapping('chr1', 100.0, '150')", "6"),
        ("SELECT count(*) FROM overlapping('chr1', 1, 150) WHERE type IN ('gene', 'mRNA')", "4"),
        ("SELECT count(*) FROM overlapping('chr1', 1, 150) WHERE type = NULL", "0"),
        // The names are free for others.
        (
            "WITH RECURSIVE descendants(id) AS (
                VALUES ('g1') UNION SELECT c.ID FROM descendants d JOIN gff c ON c.Parent = d.id
             ) SELECT id FROM descendants ORDER BY id",
            "e1, e2, g1, t1",
        ),
        ("WITH overlapping(a) AS (VALUES (7)) SELECT a FROM overlapping", "7"),
        // Attributes, one row a value.
        (
            "SELECT g.ID, a.key, a.value FROM gff g JOIN attributes(g.attributes) a
             WHERE g.dataset = 'a' ORDER BY g.record_id",
            "g1 Name a,b, g1 tag x, g1 tag y, g2 Note it's, ring Is_circular true",
        ),
        (
            "SELECT key, value FROM attributes('gene_id \"g;1\"; tag \"a\"; tag \"b\"')",
            "gene_id g;1, tag a, tag b",
        ),
        ("SELECT count(*) FROM attributes(NULL)", "0"),
    ] {
        let found = dir.gffdb(["sql", "--no-header", "g.sqlite", sql]).stdout();
        let found = found.trim_end().replace('\t', " ").replace('\n', ", ");
        assert_eq!(found, expected, "{sql}");
    }
}

#[test]
fn what_is_wrong_is_told_with_how_they_are_written() {
    let dir = workdir();
    const OVERLAPPING: &str = "expected overlapping(seqid, start, end [, mode [, dataset]]), where mode is 'overlap', \
         'within' or 'contains'";
    for (call, expected) in [
        ("overlapping", OVERLAPPING),
        ("overlapping('chr1', 1)", OVERLAPPING),
        ("overlapping('chr1', 1, 2, 'inside')", OVERLAPPING),
        (
            "overlapping('chr1', 'a', 2)",
            "start and end are whole numbers, found 'a'",
        ),
        (
            "overlapping('chr1', 1, 2.5)",
            "start and end are whole numbers, found 2.5",
        ),
        ("descendants", "expected descendants(ID [, dataset])"),
        ("ancestors", "expected ancestors(ID [, dataset])"),
        ("attributes", "expected attributes(text)"),
        ("descendants('a', 'b', 'c')", "too many arguments"),
    ] {
        let sql = format!("SELECT * FROM {call}");
        let said = dir.gffdb(["sql", "g.sqlite", &sql]).stderr(2);
        assert!(said.contains(expected), "{call}: {said}");
    }
}

#[test]
fn each_row_of_the_other_table_is_looked_up() {
    let dir = workdir();
    for (sql, plan) in [
        (
            "SELECT count(*) FROM peaks p JOIN overlapping(p.seqid, p.start, p.end) o WHERE o.type = 'gene'",
            ["SCAN p", "SCAN o VIRTUAL TABLE INDEX 263:"],
        ),
        (
            "SELECT count(*) FROM overlapping(p.seqid, p.start, p.end) o JOIN peaks p",
            ["SCAN p", "SCAN o VIRTUAL TABLE INDEX 7:"],
        ),
        (
            "SELECT count(*) FROM gff g JOIN descendants(g.ID, g.dataset) d WHERE g.ID = 'g1'",
            [
                "SEARCH g USING INDEX gff_ID (ID=?)",
                "SCAN d VIRTUAL TABLE INDEX 3:",
            ],
        ),
    ] {
        let explain = format!("EXPLAIN QUERY PLAN {sql}");
        let found = dir.gffdb(["sql", "g.sqlite", &explain]).stdout();
        let steps: Vec<&str> = found
            .lines()
            .skip(1)
            .filter_map(|line| line.rsplit('\t').next())
            .collect();
        assert_eq!(steps, plan, "{sql}");
    }
}
