//! What must hold of any bytes: the fuzz targets run it, and `cargo test` runs it on the corpus.

use std::{borrow::Cow, path::Path};

use gffdb::{
    Error, ErrorKind, Existing, Loader, Problem,
    check::{Checker, Consumer},
    db,
    export::{Compared, Dataset, Exporter, Found, choose, integrity},
    gff::{
        Attribute, Attributes, Columns, Compare, Directive, Layout, Line, LineEnd, Number, Record,
        ScoreFormat, Spelling, Syntax, decode, find, render_field, render_line,
    },
    input::{BLOCK_SIZE, Blocks, Compression, Input, Options},
};

/// Lines: each is refused for its number of columns, or its columns come back.
///
/// Text is cut into lines that make it again. A record that is rendered from what was read of it
/// reads as the same record; a column that does not come back as the same bytes is spelled in a way
/// that no layout describes, and with those columns kept verbatim the whole line is the same.
pub fn line(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut again = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, end, left) = LineEnd::split(rest);
        assert!(left.len() < rest.len());
        again.push_str(line);
        again.push_str(end.as_str());
        rest = left;
        let kind = Line::of(line);
        let _ = Directive::parse(line);
        match (kind, Record::parse(line)) {
            (Line::Record(_), Ok(record)) => comes_back(line, &record),
            (Line::Record(_), Err(problem)) => {
                let found = 1 + line.bytes().filter(|&b| b == b'\t').count();
                assert_eq!(problem, Problem::ColumnCount { found });
                assert!(found < 8);
            }
            (_, _) => assert!(kind.kind().is_some()),
        }
    }
    assert_eq!(again, text);
}

fn comes_back(line: &str, record: &Record<'_>) {
    let raw: Vec<&str> = (0..9).map(|column| record.column(column)).collect();
    let rest = record.rest();
    let nine = &raw[..record.columns().min(9)];
    let all: Vec<&str> = nine.iter().copied().chain(rest).collect();
    assert_eq!(all.join("\t"), line);
    // Columns after the ninth that are not all empty are kept verbatim.
    let rest = rest.filter(|rest| record.columns() > 255 || rest.bytes().any(|b| b != b'\t'));
    let columns = if rest.is_some() {
        9
    } else {
        record.columns() as u8
    };
    let known = |number| match number {
        Number::Known(number) => Some(number),
        Number::Missing | Number::Bad => None,
    };
    let (seqid, source, ty) = (record.seqid(), record.source(), record.ty());
    let score = Some(raw[5])
        .filter(|raw| *raw != ".")
        .and_then(ScoreFormat::read);
    let layout = Layout {
        text: [
            Spelling::of(raw[0]),
            Spelling::of(raw[1]),
            Spelling::of(raw[2]),
        ],
        score: score.map(|(_, format)| format).unwrap_or_default(),
        columns,
        parts: None,
    };
    let columns = Columns {
        seqid: seqid.as_deref(),
        source: source.as_deref(),
        ty: ty.as_deref(),
        start: known(record.start()),
        end: known(record.end()),
        score: score.map(|(score, _)| score),
        strand: Some(raw[6]).filter(|strand| *strand != "."),
        phase: known(record.phase()),
        promoted: |_| None,
        attributes: Some(raw[8]).filter(|column| *column != "."),
    };
    let mut rendered = Vec::new();
    render_line(&columns, &[], Some(&layout), |_| None, &mut rendered);

    // It reads as what it was made of.
    let rendered = String::from_utf8(rendered).expect("text made of text");
    let second = Record::parse(&rendered).expect("a record again");
    assert!(
        matches!(Line::of(&rendered), Line::Record(_)),
        "{rendered:?}"
    );
    for (second, first) in [
        (second.seqid(), &seqid),
        (second.source(), &source),
        (second.ty(), &ty),
    ] {
        // A lone CR must be escaped, and is not read back beside an escape that is no UTF-8.
        if !first.as_deref().is_some_and(|text| text.contains('\r')) {
            assert_eq!(&second, first, "{rendered:?}");
        }
    }
    for (second, first) in [
        (second.start(), record.start()),
        (second.end(), record.end()),
        (second.phase(), record.phase()),
    ] {
        assert_eq!(known(second), known(first), "{rendered:?}");
    }
    if let Some((score, _)) = score {
        let second = ScoreFormat::read(second.column(5)).map(|(score, _)| score);
        assert_eq!(second, Some(score), "{rendered:?}");
    }

    // It has the same bytes, but for columns that are spelled in a way of their own.
    let exact: Vec<bool> = (0..9)
        .map(|column| {
            let mut same = Compare::with(raw[column].as_bytes());
            render_field(&columns, &[], Some(&layout), column, &mut same);
            assert_eq!(same.is_same(), second.column(column) == raw[column]);
            !same.is_same()
        })
        .collect();
    for (column, exact) in exact.iter().enumerate() {
        let odd = match column {
            0..3 => is_mixed(raw[column]) || (column == 0 && raw[0].starts_with(['#', '>'])),
            3 | 4 => !is_canonical_number(raw[column]),
            5 => !is_usual_score(raw[column]),
            6 => raw[6].contains('\r'),
            7 => !matches!(raw[7], "0" | "1" | "2" | "."),
            // An empty column has the layout of nothing, and the loader finds that.
            _ => raw[8].is_empty() || raw[8].contains('\r'),
        };
        assert!(!exact || odd, "column {}: {:?}", column + 1, raw[column]);
    }
    let mut whole = Compare::with(line.as_bytes());
    let verbatim = |column: usize| match column {
        9 => rest.map(str::as_bytes),
        _ => exact[column].then(|| raw[column].as_bytes()),
    };
    render_line(&columns, &[], Some(&layout), verbatim, &mut whole);
    assert!(whole.is_same(), "{line:?}");
}

/// Tells whether one byte is spelled in two ways, or stands raw where a value must escape it.
fn is_mixed(raw: &str) -> bool {
    let mut out = Vec::new();
    Spelling::of(raw).encode(&decode(raw), false, &mut out);
    raw.contains('\r') || (raw.contains('%') && out != raw.as_bytes())
}

fn is_canonical_number(raw: &str) -> bool {
    raw == "."
        || raw
            .parse::<i64>()
            .is_ok_and(|number| number.to_string() == raw)
}

/// Tells a score that a layout can describe: `.`, or digits as most programs print them.
fn is_usual_score(raw: &str) -> bool {
    raw == "."
        || raw.len() <= 12
            && raw.split_once('.').is_some_and(|(whole, decimals)| {
                let digits =
                    |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                digits(whole) && digits(decimals) && (whole == "0" || !whole.starts_with('0'))
            })
}

/// A ninth column: its attributes make it again, in either syntax, and each is found by its key.
pub fn attributes(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for column in text.split(['\t', '\n', '\r']) {
        spelling(column);
        score(column);
        layout(column);
        for syntax in [Syntax::of(column), Syntax::Gff3, Syntax::Gtf] {
            let all: Vec<_> = Attributes::with_syntax(column, syntax).collect();
            let segments: Vec<_> = all.iter().map(|attribute| attribute.segment).collect();
            assert_eq!(segments.join(";"), column);
            for attribute in &all {
                assert!(column[attribute.offset..].starts_with(attribute.segment));
                one(attribute, syntax);
            }
        }
        for attribute in Attributes::new(column) {
            let found = find(column, attribute.key).any(|found| found == attribute);
            assert!(found, "{:?} in {column:?}", attribute.key);
        }
    }
}

fn one(attribute: &Attribute<'_>, syntax: Syntax) {
    let segment = attribute.segment;
    assert!(segment.contains(attribute.key));
    assert_eq!(attribute.key.trim_matches(' '), attribute.key);
    assert_eq!(attribute.around().is_some(), attribute.value.is_some());
    if let (Some((before, after)), Some(value)) = (attribute.around(), attribute.value) {
        assert_eq!(format!("{before}{value}{after}"), segment);
    }
    let value = attribute.value.unwrap_or_default();
    assert_eq!(attribute.decoded().is_some(), !value.is_empty());
    let values: Vec<Cow<'_, str>> = attribute.values().collect();
    match syntax {
        Syntax::Gtf => assert_eq!(values.len(), 1),
        Syntax::Gff3 => {
            assert_eq!(values.len(), 1 + value.matches(',').count());
            // Split, then decoded; a value that is not UTF-8 when decoded stays as it is.
            if !value.contains('%') {
                let trimmed = value.split(',').map(|value| value.trim_matches(' '));
                assert!(values.iter().eq(trimmed), "{values:?} of {value:?}");
                assert_eq!(attribute.decoded().unwrap_or_default(), value);
            }
        }
    }
}

/// A value's spelling writes it so that it reads as the same value, and is read back from its text.
fn spelling(raw: &str) {
    let decoded = decode(raw);
    let spelling = Spelling::of(raw);
    assert_eq!(spelling.is_plain(), !raw.contains('%'));
    for in_attributes in [false, true] {
        let mut out = Vec::new();
        spelling.encode(&decoded, in_attributes, &mut out);
        let out = String::from_utf8(out).expect("text made of text");
        // In an attribute a semicolon is escaped, unless escapes are kept as they are.
        let breaks = in_attributes && (raw.contains(';') || raw.trim_matches(' ') != raw);
        if !breaks {
            assert_eq!(decode(&out), decoded, "{raw:?} as {out:?}");
        }
        assert!(!in_attributes || !out.contains(';'), "{out:?}");
        if !raw.contains('%') && !breaks {
            assert_eq!(out, raw);
        }
    }
    assert_eq!(spelling.to_string().parse().as_ref(), Ok(&spelling));
}

fn score(raw: &str) {
    let Some((score, format)) = ScoreFormat::read(raw) else {
        return;
    };
    let mut out = Vec::new();
    format.write(score, &mut out);
    let out = String::from_utf8(out).expect("digits");
    assert_eq!(ScoreFormat::read(&out).map(|(score, _)| score), Some(score));
    assert_eq!(format.to_string().parse(), Ok(format));
}

/// The text of a layout, where it is one, is read back from the text that it is written as.
fn layout(text: &str) {
    for (columns, attributes) in [(None, Some(text)), (Some(text), None)] {
        let Ok(layout) = Layout::parse(columns, attributes) else {
            continue;
        };
        let (columns, attributes) = (layout.columns_text(), layout.attributes_text());
        let again = Layout::parse(Some(&columns), attributes.as_deref());
        assert_eq!(again, Ok(layout));
    }
}

/// A file: it is refused with one line that says why, or it loads, comes back byte for byte, and is
/// a sound database. The first byte says with which options.
pub fn load(bytes: &[u8]) {
    let Some((&options, bytes)) = bytes.split_first() else {
        return;
    };
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("in.gff3");
    std::fs::write(&file, bytes).expect("a file written");
    let goal = directory.path().join("a.sqlite");
    let skip = options & 4 != 0;
    let mut loader = loader(&goal, options);
    match loader.load(&[&file]) {
        Err(error) => {
            match error.kind() {
                ErrorKind::Input { .. } => {}
                ErrorKind::Io { .. } => assert!(is_compressed(&file), "{error}"),
                ErrorKind::Truncated { .. } => assert!(is_compressed(&file) && !skip, "{error}"),
                ErrorKind::Line { at, .. } => {
                    assert!(!skip, "{error}");
                    assert!(at.line > 0, "{error}");
                }
                other => panic!("{other:?}"),
            }
            let message = error.to_string();
            assert!(!message.chars().any(char::is_control), "{message:?}");
            let left: Vec<_> = std::fs::read_dir(&directory)
                .expect("it is there")
                .collect();
            assert_eq!(left.len(), 1, "{left:?}");
        }
        Ok(report) => {
            same(&goal, &file, bytes);
            let records = report.datasets[0].records;
            loader.existing(Existing::Append).dataset("again");
            let report = loader.load(&[&file]).expect("it loaded before");
            assert_eq!(report.datasets[0].records, records);
            same(&goal, &file, bytes);
        }
    }
    check(&file, options);
}

/// What the first byte chooses: two bits for the keys that are promoted, and one each for what else
/// there is.
fn loader(goal: &Path, options: u8) -> Loader {
    let mut loader = Loader::new(goal);
    match options & 3 {
        0 => {}
        1 => drop(loader.promote(["Name"])),
        2 => drop(loader.promote_all(true)),
        _ => drop(loader.promote(["transcript_id", "7", "Note", "gene_id"])),
    }
    loader
        .skip_bad_lines(options & 4 != 0)
        .threads(if options & 8 != 0 { 2 } else { 1 })
        .infer_gff3(options & 16 != 0)
        .infer_gtf(options & 32 == 0);
    if options & 64 != 0 {
        loader.values(["Parent", "tag"]).index(["Alias"]);
    }
    if options & 128 != 0 {
        loader.batch_rows(1);
    }
    loader
}

fn is_compressed(file: &Path) -> bool {
    let input = Input::open(file, &Options::default()).expect("a file that is there");
    input.compression() != Compression::None
}

/// Each dataset of the database is the file, says the export, and says the verification.
fn same(database: &Path, file: &Path, bytes: &[u8]) {
    let expected = match is_compressed(file) {
        false => bytes.to_vec(),
        true => decompressed(file),
    };
    let connection = db::open(database).expect("a database");
    let datasets = Dataset::all(&connection, database).expect("datasets");
    let exporter = Exporter::new(&connection, database, &datasets);
    for dataset in &datasets {
        let dataset = choose(&datasets, Some(&dataset.name), database).expect("it is there");
        let mut text = Vec::new();
        let records = exporter.export(dataset, |chunk| {
            text.extend_from_slice(chunk);
            Ok(())
        });
        assert_eq!(records.expect("an export"), dataset.records);
        assert!(
            text == expected,
            "found    {}\nexpected {}",
            text.escape_ascii(),
            expected.escape_ascii()
        );
        let found = Found::of(&exporter, dataset).expect("a verification");
        assert!(found.is_same(dataset), "{found:?} of {dataset:?}");
        assert_eq!(found.lines, dataset.lines);
        match Compared::with(file, &exporter, dataset) {
            Ok(compared) => assert!(matches!(compared, Compared::Same { .. }), "{compared:?}"),
            // What is there of it was loaded.
            Err(error) => assert!(is_truncated(&error), "{error}"),
        }
    }
    let problems = integrity(&connection, database).expect("a check");
    assert!(problems.is_empty(), "{problems:?}");
}

fn decompressed(file: &Path) -> Vec<u8> {
    let options = Options {
        allow_truncated: true,
    };
    let input = Input::open(file, &options).expect("a file that is there");
    let mut blocks = Blocks::new(input, BLOCK_SIZE);
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while blocks.read_into(&mut block).expect("it loaded") {
        all.extend_from_slice(&block);
    }
    all
}

fn is_truncated(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Truncated { .. })
}

/// Whatever the file, a check ends and says what it found, against the specification or for a
/// program that is to read it.
fn check(file: &Path, options: u8) {
    let mut checker = Checker::new();
    if options & 3 == 3 {
        checker.consumer(Consumer::ALL.get(usize::from(options >> 3) % 8).copied());
    }
    match checker.all(options & 16 != 0).check(file) {
        Err(error) => match error.kind() {
            ErrorKind::Input { .. } => {}
            ErrorKind::Io { .. } | ErrorKind::Truncated { .. } => {
                assert!(is_compressed(file), "{error}");
            }
            other => panic!("{other:?}"),
        },
        Ok(report) => {
            let each = report.each(&mut |finding| {
                let text = &finding.text;
                assert!(!text.chars().any(char::is_control), "{text:?}");
                assert!(finding.line.is_none_or(|line| line <= report.lines()));
                Ok(())
            });
            each.expect("findings");
        }
    }
}
