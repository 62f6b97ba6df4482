//! The same question has the same answer whichever keys are columns.

use gffdb::Loader;

use crate::workdir::Workdir;

const LINES: &str = "\
s\tx\tgene\t1\t9\t.\t+\t.\tgene_id \"g1\"; tag \"a\"; tag \"b\"; note \"\"; level 2;
s\tx\tgene\t1\t9\t.\t+\t.\tgene_id \"g2\" tag \"b\" tag \"c\" gene_name \"n2\"
s\tx\tgene\t1\t9\t.\t+\t.\tID=g3;tag=a,c;note=;gene_name=n3
s\tx\tgene\t1\t9\t.\t+\t.\tID=g4;Lack 3'-end;tag=b;note=x;tag=
";

#[test]
fn an_attribute_is_found_in_its_column_and_in_the_rest() {
    let work = Workdir::new();
    let file = work.file("a.gff", LINES);
    for promote in [&[][..], &["tag", "note", "gene_name"], &["level"]] {
        let goal = work.path(format!("{}.sqlite", promote.len()));
        let mut loader = Loader::new(&goal);
        loader.promote(promote.iter().copied());
        loader.load(&[&file]).expect("it loads");
        let database = gffdb::query::Database::open(&goal).expect("a database");
        let found = |question: &str| {
            let query = database.query();
            let query = match question.strip_prefix("name:") {
                Some(name) => query.names([name]),
                None => query.attr(gffdb::query::Attr::parse(question).expect(question)),
            };
            let records = query.records().expect(question);
            let ids = records.map(|r| r.expect("a record").id().unwrap_or_default().to_owned());
            ids.collect::<Vec<_>>().join(" ")
        };
        for (question, expected) in [
            ("tag=a", "g1 g3"),
            ("tag=b", "g1 g2 g4"),
            ("tag=c", "g2 g3"),
            ("tag~^[bd]$", "g1 g2 g4"),
            ("tag", "g1 g2 g3 g4"),
            ("note", "g1 g3 g4"),
            ("note=x", "g4"),
            ("level=2", "g1"),
            ("name:n2", "g2"),
            ("name:n3", "g3"),
        ] {
            assert_eq!(found(question), expected, "{question} of {promote:?}");
        }
    }
}

#[test]
fn every_value_is_listed_also_where_no_semicolon_parts_attributes() {
    let work = Workdir::new();
    let goal = work.path("a.sqlite");
    Loader::new(&goal)
        .values(["tag"])
        .load(&[work.file("a.gff", LINES)])
        .expect("it loads");
    let database = crate::reread::open(&goal);
    assert_eq!(
        crate::reread::rows(&database, "SELECT record_id, value FROM attribute_value"),
        ["1|a", "1|b", "2|b", "2|c", "3|a", "3|c", "4|b"]
    );
}
