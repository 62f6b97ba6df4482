//! Answers written by several threads, compared with those that one writes.

use super::*;
use crate::{
    Loader,
    query::{Sequences, With},
    write::{Columns, RowLayout},
};

fn options(database: &Database, format: RecordFormat) -> Result<RecordOptions> {
    let sequences = Rc::new(Sequences::default());
    Ok(RecordOptions {
        format,
        columns: Columns::named(database, &["ID", "start", "Note"], Rc::clone(&sequences))?,
        sequences,
        output: "-".into(),
        layout: RowLayout::default(),
        front: Vec::new(),
        stop_codon: StopCodon::Keep,
        bed_name: BedName::Id,
        empty_transcript_id: false,
    })
}

/// Writes record by record, all columns read.
fn slowly(query: &Query<'_>, options: RecordOptions) -> Result<(Vec<u8>, Answered)> {
    let mut out = Vec::new();
    let mut is_empty = true;
    let mut writer = RecordWriter::new(query.database(), options, &mut out)?;
    for feature in query.records()? {
        let record = feature?.record_id;
        is_empty = false;
        query
            .database()
            .row(record, &mut |row| writer.record(row, &[]))?;
    }
    let not_shown = writer.finish()?;
    Ok((
        out,
        Answered {
            not_shown,
            is_empty,
        },
    ))
}

#[test]
fn threads_write_what_one_writes() -> Result<()> {
    let fail = |e| Error::io("-", "make", e);
    let dir = tempfile::tempdir().map_err(fail)?;
    let mut demo = crate::demo::Demo::new();
    let path = demo.genes(2_600).write(dir.path())?[0].path.clone();
    let mut text = std::fs::read_to_string(&path).map_err(fail)?;
    // No coordinates, no ID, a name in their place, an ID with a tab, a spelling of its own.
    text.push_str(
        "chr1\t.\texon\t.\t.\t.\t+\t.\tID=nowhere\n\
         chr1\t.\texon\t5\t9\t1e1\t?\t.\tName=n%09ame\n\
         chr1\t.\texon\t5\t9\t.\t.\t.\tNote=x\n\
         chr9\t.\texon\t5\t9\t.\t-\t.\tNote=y; ID=late\n\
         chr1\t.\texon\t05\t9\t.\t-\t.\tID=a%09b\n",
    );
    std::fs::write(&path, text).map_err(fail)?;
    let all = [
        "gff3", "bed", "bed12", "gtf", "ids", "tsv", "count", "jsonl",
    ];
    for (promoted, formats) in [(None, &all[..]), (Some("Name"), &all[1..4])] {
        let goal = dir.path().join(format!("{promoted:?}.sqlite"));
        Loader::new(&goal).promote(promoted).load(&[&path])?;
        let database = Database::open(&goal)?;
        let parts = ParallelScan::of(&database, &database.query().plan()?, database.row_columns())?;
        assert!(parts.is_some());
        same(&database, formats)?;
    }
    Ok(())
}

/// Compares what is written with what is written slowly.
fn same(database: &Database, formats: &[&str]) -> Result<()> {
    for query in [
        database.query(),
        database.query().types(["exon"]),
        database.query().types(["exon"]).with(With::Family),
        database.query().sources(["nobody"]),
        database.query().types(["exon"]).limit(5),
        database.query().region("chr1:1-20000")?,
    ] {
        for name in formats {
            let format: RecordFormat = name.parse()?;
            let expected = slowly(&query, options(database, format)?)?;
            let mut out = Vec::new();
            let answered = write_query(&query, options(database, format)?, &mut out)?;
            assert!((out, answered) == expected, "{name} of {query:?}");
        }
    }
    Ok(())
}

#[test]
fn a_database_in_the_place_of_another_is_seen() -> Result<()> {
    let dir = tempfile::tempdir().map_err(|e| Error::io("-", "make", e))?;
    let goal = dir.path().join("a.sqlite");
    let load = |genes| -> Result<()> {
        let mut demo = crate::demo::Demo::new();
        let path = demo
            .genes(genes)
            .write(dir.path().join(genes.to_string()))?[0]
            .path
            .clone();
        Loader::new(&goal)
            .existing(crate::Existing::Overwrite)
            .load(&[path])?;
        Ok(())
    };
    load(2_600)?;
    let database = Database::open(&goal)?;
    let plan = database.query().plan()?;
    let Some(parts) = ParallelScan::of(&database, &plan, database.row_columns())? else {
        return Err(Error::usage("a large table has parts"));
    };
    assert!(parts.pass().open()?.is_some());
    load(10)?;
    assert!(parts.pass().open()?.is_none());
    Ok(())
}
