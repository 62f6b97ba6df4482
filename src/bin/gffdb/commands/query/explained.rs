//! Why an answer is as small as it is: what was asked for that no record has, or that the other filters
//! left out.

use gffdb::{
    Error,
    query::{Attr, Database, Query},
};
use indicatif::HumanCount;

use super::{
    Args,
    asked::{Found, some},
};

/// Notes what no record has, however the answer came out.
pub fn always(args: &Args, database: &Database, found: &mut Found) -> Result<(), Error> {
    // Stop codons that no record has may be written all the same.
    let is_there = |word: &&String| args.stop_codon != "out" || !word.contains("codon");
    let types = args
        .filters
        .types
        .iter()
        .chain(&args.show_type)
        .filter(is_there);
    for (word, near) in database.types_missing(types)? {
        let what = match word.strip_prefix("class:") {
            Some(class) => format!("no record is of class {class}"),
            None => format!("no record has the type {word}"),
        };
        found.not_there(match near {
            Some(near) => format!("{what}; did you mean {near}?"),
            None => what,
        });
    }
    for text in &args.filters.region {
        let Ok(regions) = database.regions(text)? else {
            continue;
        };
        for region in regions {
            if let Some(length) = database.ends_before(&region)? {
                found.hint(format!(
                    "{text} begins beyond the end of {}, whose last base is {length}",
                    region.seqid
                ));
            }
        }
    }
    Ok(())
}

/// Notes what a type leaves out that has the name of a class.
pub fn rest_of_class(args: &Args, query: &Query<'_>, found: &mut Found) -> Result<(), Error> {
    // Where names are asked for, that is no surprise, and where there are other filters, it costs a search.
    let is_plain = args.filters.has_no_names()
        && args.filters.id.is_empty()
        && args.filters.ids_file.is_none()
        && args.filters.regions_file.is_none()
        && args.filters.attr.is_empty()
        && args.filters.expressions.is_empty();
    if !is_plain {
        return Ok(());
    }
    for word in &args.filters.types {
        let rest = query.rest_of_class(word, &args.filters.types)?;
        let count: u64 = rest.iter().map(|(_, count)| count).sum();
        if count > 0 {
            let types: Vec<&str> = rest.iter().map(|(ty, _)| ty.as_str()).collect();
            found.hint(format!(
                "{} of class {word} ({}): --type class:{word}",
                match count {
                    1 => String::from("there is 1 more"),
                    count => format!("there are {} more", HumanCount(count)),
                },
                types.join(", ")
            ));
        }
    }
    Ok(())
}

/// Notes why there is no record at all.
pub fn empty(
    args: &Args,
    database: &Database,
    query: &Query<'_>,
    found: &mut Found,
) -> Result<(), Error> {
    found.sources(&args.filters.source, database)?;
    for text in &args.filters.attr {
        value(text, database, found)?;
    }
    if !args.filters.has_no_names()
        || !args.filters.id.is_empty()
        || args.filters.ids_file.is_some()
    {
        chosen(args, query, found)?;
    }
    Ok(())
}

/// Notes a value that no record has.
fn value(text: &str, database: &Database, found: &mut Found) -> Result<(), Error> {
    let attr = Attr::parse(text)?;
    if database.query().attr(attr.clone()).limit(1).count()? > 0 {
        return Ok(());
    }
    found.hint(match attr.in_other_case(database)? {
        Some(near) => format!("no record has {text}; did you mean {near}?"),
        None => format!("no record has {text}"),
    });
    Ok(())
}

/// Notes what has the names and IDs, and passed no other filter.
fn chosen(args: &Args, query: &Query<'_>, found: &mut Found) -> Result<(), Error> {
    let types = query.named_types()?;
    let others = filters(args);
    if types.is_empty() || others.is_empty() && args.show_type.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = types
        .iter()
        .map(|(ty, count)| format!("{} {ty}", HumanCount(*count)))
        .collect();
    let mut text = format!("chosen: {}", some(&shown));
    if others.is_empty() {
        let shown = args.show_type.join(",");
        text += &format!("; none of what is shown has --show-type {shown}");
        if args.with == "self" {
            text += &format!("; did you mean --with descendants --show-type {shown}?");
        }
    } else {
        text += &format!("; none of them passed {}", others.join(" "));
        let types_asked = args.filters.types.join(",");
        if !args.filters.types.is_empty() {
            let with = match args.with.as_str() {
                "self" => "--with descendants ",
                _ => "",
            };
            text += &format!("; did you mean {with}--show-type {types_asked}?");
        }
    }
    found.hint(text);
    Ok(())
}

/// Returns the filters beside names and IDs, as they were typed.
fn filters(args: &Args) -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |flag: &str, values: &[String]| {
        if !values.is_empty() {
            all.push(format!("{flag} {}", values.join(",")));
        }
    };
    add("--type", &args.filters.types);
    add("--source", &args.filters.source);
    add("--strand", &args.filters.strand);
    add("--dataset", &args.filters.dataset);
    for (flag, values) in [
        ("--region", &args.filters.region),
        ("--attr", &args.filters.attr),
        ("--where", &args.filters.expressions),
    ] {
        values
            .iter()
            .for_each(|value| add(flag, std::slice::from_ref(value)));
    }
    if let Some(file) = &args.filters.regions_file {
        add("--regions-file", &[file.display().to_string()]);
    }
    if !args.filters.has_no_names()
        && (!args.filters.id.is_empty() || args.filters.ids_file.is_some())
    {
        all.push(String::from("both the names and the IDs"));
    }
    all
}
