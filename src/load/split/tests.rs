use super::*;

/// Splits a column with some keys promoted: the values, the rest, the layout's text.
fn split(column: &str, ty: &str, keys: &[&str]) -> (Vec<String>, Option<String>, Option<String>) {
    let keys: Vec<String> = keys.iter().map(|&k| k.to_owned()).collect();
    let mut promotion = Promotion::new(&[], &keys, false).expect("sound keys");
    let mut split = Split::default();
    let plain = split.read(column, ty, &mut promotion, &mut Vec::new());
    let names = promotion.names();
    let value = |(place, a): &(usize, Attribute)| {
        format!("{}:{}", names[*place], a.decoded().unwrap_or_default())
    };
    let rest = match split.rest {
        Rest::Nothing => None,
        Rest::Slice(rest) => Some(rest.to_owned()),
        Rest::Scattered => {
            let mut out = String::new();
            split.assemble(column, &mut out);
            Some(out)
        }
    };
    let layout = (!plain).then(|| {
        let mut out = String::new();
        split.describe(column, names, &mut out);
        out
    });
    let values = split.taken.iter().chain(&split.copies).map(value);
    (values.collect(), rest, layout)
}

#[test]
fn the_key_and_one_semicolon_leave_the_rest() {
    for (column, keys, values, rest, layout) in [
        (
            "a=b;ID=x",
            &[][..],
            &["ID:x"][..],
            Some("a=b"),
            Some("{1};ID={ID}"),
        ),
        (
            "a=b;ID=x",
            &["a"],
            &["a:b", "ID:x"],
            None,
            Some("a={a};ID={ID}"),
        ),
        ("ID=x;a=b", &[], &["ID:x"], Some("a=b"), None),
        (
            "ID=x;Parent=y;a=b;",
            &[],
            &["ID:x", "Parent:y"],
            Some("a=b;"),
            None,
        ),
        ("ID=x", &[], &["ID:x"], None, None),
        ("ID=x;", &[], &["ID:x"], None, Some("ID={ID};")),
        ("ID=x; ;", &[], &["ID:x"], None, Some("ID={ID}; ;")),
        (
            "Parent=y;ID=x;c",
            &[],
            &["Parent:y", "ID:x"],
            Some("c"),
            Some("Parent={Parent};ID={ID};{*}"),
        ),
        (
            "a=1;ID=x;b=2;Parent=y;c=3;d",
            &[],
            &["ID:x", "Parent:y"],
            Some("a=1;b=2;c=3;d"),
            Some("{1};ID={ID};{1};Parent={Parent};{*}"),
        ),
        (
            "ID=x; a=b; c=d",
            &[],
            &["ID:x"],
            Some("a=b; c=d"),
            Some("ID={ID}; {*}"),
        ),
        (
            "ID=a%2Cb;c",
            &[],
            &["ID:a,b"],
            Some("c"),
            Some("ID={ID%2C};{*}"),
        ),
        ("ID=;a=b", &[], &[], Some("ID=;a=b"), None),
        ("ID;a=b", &[], &[], Some("ID;a=b"), None),
        ("ID=x;ID=y", &[], &["ID:x"], Some("ID=y"), None),
        (
            ";ID=x;a",
            &[],
            &["ID:x"],
            Some(";a"),
            Some("{1};ID={ID};{*}"),
        ),
        (".", &[], &[], None, None),
        ("", &[], &[], None, Some("")),
        ("flag", &[], &[], Some("flag"), None),
        // Alone, the rest would be read as GTF.
        (
            "ID=x;Lack 3'-end;a=b",
            &[],
            &["ID:x"],
            Some("ID=x;Lack 3'-end;a=b"),
            Some("{*}"),
        ),
        (
            "b \"1;2\";ID=x;a=b",
            &[],
            &[],
            Some("b \"1;2\";ID=x;a=b"),
            None,
        ),
        (
            "Parent=y;ID=x;b \"1\";a=b",
            &["a"],
            &["Parent:y", "ID:x", "a:b"],
            Some("Parent=y;ID=x;b \"1\";a=b"),
            Some("{*}"),
        ),
    ] {
        let values: Vec<String> = values.iter().map(|&v| v.to_owned()).collect();
        let expected = (values, rest.map(str::to_owned), layout.map(str::to_owned));
        assert_eq!(split(column, "gene", keys), expected, "{column}");
    }
}

#[test]
fn gtf_gets_its_identifiers_by_type() {
    let both = r#"gene_id "g"; transcript_id "t"; n 1;"#;
    for (column, ty, keys, values, rest, layout) in [
        (
            both,
            "gene",
            &[][..],
            &["ID:g"][..],
            Some(r#"transcript_id "t"; n 1;"#),
            Some(r#"gene_id "{ID}"; {*}"#),
        ),
        (
            both,
            "transcript",
            &[],
            &["Parent:g", "ID:t"],
            Some("n 1;"),
            Some(r#"gene_id "{Parent}"; transcript_id "{ID}"; {*}"#),
        ),
        (
            both,
            "exon",
            &[],
            &["Parent:t"],
            Some(r#"gene_id "g"; n 1;"#),
            Some(r#"{1}; transcript_id "{Parent}";{*}"#),
        ),
        (
            both,
            "exon",
            &["gene_id"],
            &["gene_id:g", "Parent:t"],
            Some("n 1;"),
            Some(r#"gene_id "{gene_id}"; transcript_id "{Parent}"; {*}"#),
        ),
        (
            both,
            "gene",
            &["gene_id"],
            &["gene_id:g", "ID:g"],
            Some(r#"transcript_id "t"; n 1;"#),
            Some(r#"gene_id "{gene_id}"; {*}"#),
        ),
        (
            r#"gene_id "g"; transcript_id "";"#,
            "gene",
            &[],
            &["ID:g"],
            Some(r#"transcript_id "";"#),
            Some(r#"gene_id "{ID}"; {*}"#),
        ),
        (
            r#"gene_id "g";"#,
            "exon",
            &[],
            &["Parent:g"],
            None,
            Some(r#"gene_id "{Parent}";"#),
        ),
        (
            r#" gene_id "g" ; x 1"#,
            "gene",
            &[],
            &["ID:g"],
            Some("x 1"),
            Some(r#" gene_id "{ID}" ; {*}"#),
        ),
        (
            r#"Sequence "c" ; Note "a; b""#,
            "region",
            &[],
            &[],
            Some(r#"Sequence "c" ; Note "a; b""#),
            None,
        ),
    ] {
        let values: Vec<String> = values.iter().map(|&v| v.to_owned()).collect();
        let expected = (values, rest.map(str::to_owned), layout.map(str::to_owned));
        assert_eq!(split(column, ty, keys), expected, "{column} {ty}");
    }
}
