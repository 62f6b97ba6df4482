//! Whatever the file, it comes back: lines and whole files made at random, of everything odd that
//! real files have.

use std::{borrow::Cow, fs};

use gffdb::Loader;
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{corpus::assert_same, reread, workdir::Workdir};

/// A run of as many cases, the same every time; what fails is made smaller and shown.
fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, seed)
}

/// How a load goes that must give every byte back.
#[derive(Clone, Debug)]
struct Options {
    promote: Vec<&'static str>,
    all: bool,
    threads: usize,
}

fn options() -> impl Strategy<Value = Options> {
    let promote = select(vec![
        vec![],
        vec!["Name"],
        vec!["Note", "gene_id", "Name"],
        vec!["7", "a", "transcript_id"],
    ]);
    (promote, any::<bool>(), 1..5_usize).prop_map(|(promote, all, threads)| Options {
        promote,
        all,
        threads,
    })
}

/// Loads a file and writes it again.
fn there_and_back(bytes: &[u8], options: &Options) -> Vec<u8> {
    let dir = Workdir::new();
    let path = dir.file("in.gff3", bytes);
    let goal = dir.path("a.sqlite");
    let mut loader = Loader::new(&goal);
    loader.dataset("d").skip_bad_lines(true);
    loader.promote(options.promote.iter().copied());
    loader.promote_all(options.all).threads(options.threads);
    loader.load(&[path]).unwrap_or_else(|e| panic!("{e}"));
    let again = reread::file(&reread::open(&goal), "d");
    fs::remove_file(goal).expect("the database");
    again
}

#[track_caller]
fn comes_back(cases: u32, files: impl Strategy<Value = Vec<u8>>) {
    let result = runner(cases).run(&(files, options()), |(bytes, options)| {
        assert_same(
            &there_and_back(&bytes, &options),
            &bytes,
            &format!("{options:?}"),
        );
        Ok(())
    });
    result.unwrap_or_else(|e| panic!("{e}"));
}

/// Texts that a value, a key or a column may be.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "a",
        "b",
        "g0",
        "ID",
        "Name",
        "7",
        "gene",
        "",
        " ",
        "  ",
        ".",
        "%",
        "%%",
        "%25",
        "%2C",
        "%2c",
        "%zz",
        "%E9",
        "%C3%AF",
        "\u{ef}",
        "\u{1f9ec}",
        "%09",
        "%3B",
        "%3D",
        ",",
        ",,",
        "=",
        "\"",
        "\\\"",
        "\\",
        "'",
        "{",
        "}",
        "{ID}",
        "{*}",
        "{1}",
        "a b",
        " a",
        "a ",
        "\u{a0}",
        "\r",
        "#",
        ">",
        "&",
        "+",
        "\u{1}",
        "%00",
        "\u{feff}",
    ];
    vec(select(words.to_vec()), 0..4).prop_map(|parts| parts.concat())
}

fn key() -> impl Strategy<Value = String> {
    let keys = [
        "ID",
        "Parent",
        "Name",
        "name",
        "Note",
        "a",
        "7",
        "start",
        "gene_id",
        "transcript_id",
        "a%20b",
        "Id",
        "Is_circular",
    ];
    prop_oneof![6 => select(keys.to_vec()).prop_map(String::from), 1 => word()]
}

/// One attribute in either syntax, or in neither.
fn attribute(gtf: bool) -> impl Strategy<Value = String> {
    let gff3 = (
        select(vec!["", "", "", " ", "  "]),
        key(),
        select(vec!["=", "=", "=", "= ", " =", "", "=="]),
        word(),
    );
    let blank = select(vec!["", " ", " ", "  "]);
    let quoted = (
        blank,
        key(),
        select(vec![" \"", " \"", " ", "  \"", "\"", " 7 \""]),
        word(),
        select(vec!["\"", "\"", "\" ", "", "\" 1 2"]),
    );
    let gff3 = gff3.prop_map(|(b, k, e, w)| format!("{b}{k}{e}{w}"));
    let quoted = quoted.prop_map(|(b, k, o, w, c)| format!("{b}{k}{o}{w}{c}"));
    match gtf {
        true => prop_oneof![6 => quoted, 1 => gff3].boxed(),
        false => prop_oneof![6 => gff3, 1 => quoted].boxed(),
    }
}

/// A ninth column.
fn ninth() -> impl Strategy<Value = String> {
    let of = |gtf| {
        (
            vec(attribute(gtf), 0..6),
            select(vec![";", ";", "; ", " ; ", ";;"]),
            select(vec!["", "", ";", "; ", ";;", " "]),
        )
    };
    let of = move |gtf| of(gtf).prop_map(|(all, between, end)| all.join(between) + end);
    prop_oneof![4 => of(false), 3 => of(true), 1 => Just(String::from(".")), 1 => word()]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (1..2_000_u64).prop_map(|n| n.to_string()),
        2 => any::<i64>().prop_map(|n| n.to_string()),
        4 => select(vec![".", "0", "007", "+8", " 8", "8 ", "", "-1", "1e3", "8.0", "4294967297", "x"]).prop_map(String::from),
    ]
}

fn score() -> impl Strategy<Value = String> {
    let odd = [
        ".",
        ".",
        "0",
        "-0",
        "0.0",
        "0.90",
        "1e5",
        "1E5",
        "1.3e-05",
        "1e+05",
        "+3",
        ".5",
        "5.",
        " 7",
        "7 ",
        "nan",
        "inf",
        "1e999",
        "x",
        "",
        "0.1000000000000000055511151231257827",
        "123456789012345678901234567890",
        "1e-400",
        "-1.50e+300",
        "1_0",
    ];
    prop_oneof![
        2 => select(odd.to_vec()).prop_map(String::from),
        1 => any::<f64>().prop_map(|n| n.to_string()),
        1 => (any::<f32>(), 0..9_usize).prop_map(|(n, d)| format!("{n:.d$}")),
        1 => (any::<f64>(), 0..9_usize).prop_map(|(n, d)| format!("{n:.d$e}")),
    ]
}

fn column(usual: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![5 => select(usual).prop_map(String::from), 1 => word()]
}

/// A record line, or nearly one.
fn record() -> impl Strategy<Value = String> {
    let columns = (
        column(&["sq0", "sq1", "chr%201", ".", "a%2Cb", "%41%42"]),
        column(&["NOODLES", ".", "a b"]),
        column(&["gene", "mRNA", "exon", "CDS", "transcript", "region", "."]),
        (number(), number()),
        score(),
        column(&["+", "-", ".", "?", " +", "*"]),
        column(&[".", "0", "1", "2", " 0", "3", "-"]),
        ninth(),
    );
    columns.prop_map(
        |(seqid, source, ty, (start, end), score, strand, phase, ninth)| {
            [seqid, source, ty, start, end, score, strand, phase, ninth].join("\t")
        },
    )
}

/// Any line: most of them records.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let other = [
        "",
        "  ",
        "#",
        "# a comment",
        "#!x",
        "###",
        "##gff-version 3",
        "##sequence-region sq0 1 2000",
        "##sequence-region sq0 x",
        "##fasta",
        "no record",
        "\t",
        "a\tb",
        "\r",
    ];
    let latin = (record(), any::<Index>(), 0x80..=0xff_u8).prop_map(|(line, at, byte)| {
        let mut line = line.into_bytes();
        let at = at.index(line.len());
        line.insert(at, byte);
        line
    });
    prop_oneof![
        12 => record().prop_map(String::into_bytes),
        3 => select(other.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => latin,
        1 => (record(), word()).prop_map(|(line, more)| format!("{line}\t{more}").into_bytes()),
    ]
}

/// A whole file, its line ends and its end included.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let end = select(vec!["\n", "\n", "\n", "\r\n"]);
    let ends = prop_oneof![3 => Just(None), 1 => Just(Some("\n")), 1 => Just(Some("\r\n"))];
    let last = select(vec!["", "\n", "\r\n", "\r"]);
    let fasta = select(vec![
        "",
        "",
        "",
        "##FASTA\n>sq0\nACGT\n",
        "##FASTA\r\n>sq0 x\r\nAC\nGT",
        ">sq0\nAC\n\n# x\n>",
        "##FASTA",
        "##FASTA\n\n\n",
    ]);
    let mark = select(vec!["", "", "", "\u{feff}"]);
    (mark, vec((line(), end), 1..12), ends, last, fasta).prop_map(
        |(mark, lines, ends, last, fasta)| {
            let mut out = mark.as_bytes().to_vec();
            let count = lines.len();
            for (index, (line, own)) in lines.into_iter().enumerate() {
                out.extend(line);
                let is_last = index + 1 == count && fasta.is_empty();
                let end = if is_last { last } else { ends.unwrap_or(own) };
                out.extend(end.as_bytes());
            }
            out.extend(fasta.as_bytes());
            // Nothing at all is no file of annotation.
            if out.is_empty() { b"\n".to_vec() } else { out }
        },
    )
}

#[test]
fn a_ninth_column_comes_back() {
    let lines = vec(ninth(), 1..30).prop_map(|columns| {
        let line = |ninth: String| format!("sq0\t.\tmRNA\t8\t13\t.\t+\t.\t{ninth}\n");
        columns
            .into_iter()
            .map(line)
            .collect::<String>()
            .into_bytes()
    });
    comes_back(100, lines);
}

#[test]
fn a_record_comes_back() {
    let lines = vec(record(), 1..30).prop_map(|lines| (lines.join("\n") + "\n").into_bytes());
    comes_back(100, lines);
}

#[test]
fn a_file_comes_back() {
    comes_back(150, file());
}

/// Bytes of which most are what the format is made of.
#[test]
fn bytes_come_back() {
    let some = b"\t\t\t\t\n\r;=% \".#>ag08,{}*\xe9\xc3\xaf";
    let bytes = vec(select(some.to_vec()), 1..200);
    comes_back(100, bytes);
}

/// What the writer makes of any values, the reader takes for the same values.
#[test]
fn what_is_written_of_any_values_reads_back() {
    use gffdb::gff::{Attributes, Columns, Record, render_line};
    let text = || {
        prop_oneof![word(), any::<String>()].prop_filter("a value", |t| !t.is_empty() && t != ".")
    };
    let values = (text(), text(), text(), any::<i64>(), text());
    let result = runner(2_000).run(&values, |(seqid, source, ty, start, id)| {
        let columns = Columns {
            seqid: Some(&seqid),
            source: Some(&source),
            ty: Some(&ty),
            start: Some(start),
            end: None,
            score: None,
            strand: None,
            phase: None,
            promoted: |place| (place == 0).then_some(id.as_str()),
            attributes: None,
        };
        let mut line = Vec::new();
        let names = [String::from("ID")];
        render_line(&columns, &names, None, |_| None, &mut line);
        let line = String::from_utf8(line).expect("text");
        let record = Record::parse(&line).expect("nine columns");
        prop_assert_eq!(record.seqid(), Some(Cow::from(seqid.as_str())));
        prop_assert_eq!(record.source(), Some(Cow::from(source.as_str())));
        prop_assert_eq!(record.ty(), Some(Cow::from(ty.as_str())));
        let all: Vec<_> = Attributes::new(record.attributes()).collect();
        prop_assert_eq!(all.len(), 1, "{}", line);
        prop_assert_eq!(all[0].key, "ID");
        prop_assert_eq!(all[0].decoded(), Some(Cow::from(id.as_str())));
        Ok(())
    });
    result.unwrap_or_else(|e| panic!("{e}"));
}
