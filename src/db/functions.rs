//! SQL functions for what is left in column `attributes`, and those that SQLite lacks as it is built
//! here.

use std::{borrow::Cow, collections::HashSet};

use rusqlite::{
    Connection, Result,
    functions::{Context, FunctionFlags},
    types::ValueRef,
};

use crate::gff;

mod math;
mod percentile;
mod tables;

/// Makes the functions known to a connection.
///
/// | call | returns |
/// | --- | --- |
/// | `attr(attributes, 'Note')` | the value of `Note`, decoded; NULL where there is none |
/// | `attr_all(attributes, 'tag')` | every value of every `tag`, decoded, as a JSON array; `[]` where there is none |
/// | `attr_json(attributes)` | one JSON object: each key with its values, decoded, as an array; `{}` where there is none |
/// | `has_attr(attributes, 'tag', 'basic')` | 1 where one of the values of `tag` is `basic`, else 0 |
/// | `has_value(tag, 'basic', 'tag', exact, attributes, layout)` | the same of a promoted key |
/// | `has_one_of_values(tag, '["basic"]', 'tag', exact, attributes, layout)` | the same of a JSON array of values |
/// | `matches_value(tag, '^b', 'tag', exact, attributes, layout)` | 1 where one of its values matches, else 0 |
/// | `gtf_level(type)` | `gene`, `transcript` or `part`: which of GTF's identifiers name such a record |
/// | `has_name(attributes, 'BRCA1')` | 1 where a value of one of [`NAME_KEYS`] is this, else 0 |
/// | `has_one_of_names(attributes, '["BRCA1"]')` | 1 where one of them is in the JSON array, else 0 |
/// | `has_name_like(attributes, '^BRCA')` | 1 where one of them matches the regular expression, else 0 |
/// | `text REGEXP '^BRCA[12]$'` | 1 where the text matches anywhere, else 0; NULL for NULL |
///
/// | `median(x)`, `percentile(x, 90)`, `percentile_cont(x, 0.9)`, `percentile_disc(x, 0.9)` | SQLite's aggregates of these names |
/// | `overlapping(…)`, `descendants(…)`, `ancestors(…)`, `attributes(…)` | rows, as tables do |
/// | `sqrt(x)`, `pow(x, y)`, `log10(x)`, `floor(x)`, … | SQLite's mathematical functions |
///
/// `attributes` is a string as a GFF3 file has it (`tag=a,b;Note=x%2C y`) or as a GTF file has it
/// (`tag "a"; tag "b";`); which, is decided for each string. GFF3 values are percent-decoded and,
/// by `attr_all`, split at the commas that are not encoded. GTF values lose their quotes.
///
/// `attr` returns a list (`tag=a,b`) whole, `a,b`, and so a key that is repeated (`tag "a"; tag "b";`): the
/// same text that the column would hold, were the key promoted.
pub fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("attr", 2, flags, |context| {
        let (Some(attributes), Some(key)) = arguments(context) else {
            return Ok(None);
        };
        Ok(gff::joined(&attributes, &key).map(Cow::into_owned))
    })?;
    connection.create_scalar_function("attr_all", 2, flags, |context| {
        let (Some(attributes), Some(key)) = arguments(context) else {
            return Ok(String::from("[]"));
        };
        let values: Vec<_> = gff::find(&attributes, &key)
            .flat_map(|attribute| attribute.values())
            .map(Cow::into_owned)
            .collect();
        // An array of strings is always JSON.
        Ok(serde_json::Value::from(values).to_string())
    })?;
    connection.create_scalar_function("attr_json", 1, flags, |context| {
        let attributes = text(context, 0).unwrap_or_default();
        Ok(object(&attributes).to_string())
    })?;
    connection.create_scalar_function("has_attr", 3, flags, |context| {
        let (Some(attributes), Some(key)) = arguments(context) else {
            return Ok(false);
        };
        let ValueRef::Text(wanted) = context.get_raw(2) else {
            return Ok(false);
        };
        // Most records do not have the key at all, unless it is percent-encoded.
        let may_be = memchr::memmem::find(attributes.as_bytes(), key.as_bytes()).is_some()
            || memchr::memchr(b'%', attributes.as_bytes()).is_some();
        Ok(may_be
            && gff::find(&attributes, &key)
                .any(|attribute| attribute.values().any(|value| value.as_bytes() == wanted)))
    })?;
    connection.create_scalar_function("has_value", 6, flags, |context| {
        let ValueRef::Text(wanted) = context.get_raw(1) else {
            return Ok(false);
        };
        Ok(any_listed(context, |value| value.as_bytes() == wanted))
    })?;
    connection.create_scalar_function("matches_value", 6, flags, |context| {
        let regex = regex(context, 1)?;
        Ok(any_listed(context, |value| regex.is_match(value)))
    })?;
    connection.create_scalar_function("has_one_of_values", 6, flags, |context| {
        let wanted = set(context, 1)?;
        Ok(any_listed(context, |value| wanted.contains(value)))
    })?;
    connection.create_scalar_function("gtf_level", 1, flags, |context| {
        let ty = context.get_raw(0).as_str_or_null()?.unwrap_or_default();
        Ok(match gff::gtf::Level::of(ty) {
            gff::gtf::Level::Gene => "gene",
            gff::gtf::Level::Transcript => "transcript",
            gff::gtf::Level::Part => "part",
        })
    })?;
    connection.create_scalar_function("has_name", 2, flags, |context| {
        let (Some(attributes), Some(name)) = arguments(context) else {
            return Ok(false);
        };
        // Most records do not have the text at all, unless it is percent-encoded.
        let may_be = memchr::memmem::find(attributes.as_bytes(), name.as_bytes()).is_some()
            || memchr::memchr2(b'%', b'\\', attributes.as_bytes()).is_some();
        Ok(may_be && names(&attributes).any(|value| value == name))
    })?;
    connection.create_scalar_function("has_name_like", 2, flags, |context| {
        let (Some(attributes), Some(_)) = arguments(context) else {
            return Ok(false);
        };
        let regex = regex(context, 1)?;
        Ok(names(&attributes).any(|value| regex.is_match(&value)))
    })?;
    connection.create_scalar_function("has_one_of_names", 2, flags, |context| {
        let Some(attributes) = text(context, 0) else {
            return Ok(false);
        };
        let wanted = set(context, 1)?;
        Ok(names(&attributes).any(|value| wanted.contains(&*value)))
    })?;
    // `X REGEXP Y` calls regexp(Y, X).
    connection.create_scalar_function("regexp", 2, flags, |context| {
        let (Some(_), Some(text)) = arguments(context) else {
            return Ok(None);
        };
        Ok(Some(regex(context, 0)?.is_match(&text)))
    })?;
    math::register(connection, flags)?;
    percentile::register(connection, flags)?;
    tables::register(connection)
}

/// Returns the attributes as one JSON object, the keys in the order of their first appearance.
fn object(attributes: &str) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    for attribute in gff::attributes(attributes).filter(|a| !a.key.is_empty() || a.value.is_some())
    {
        let values = object
            .entry(gff::decode(attribute.key))
            .or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let serde_json::Value::Array(values) = values {
            values.extend(attribute.values().map(|value| value.into()));
        }
    }
    object.into()
}

/// Attribute keys whose value is a name of the feature itself.
pub const NAME_KEYS: [&str; 13] = [
    "ID",
    "Name",
    "gene_name",
    "gene",
    "locus_tag",
    "Alias",
    "transcript_name",
    "protein_id",
    "symbol",
    "gene_symbol",
    "gene_synonym",
    "standard_name",
    "old_locus_tag",
];

/// Returns the values of the keys that name a feature.
pub(crate) fn names<'a>(attributes: &'a str) -> impl Iterator<Item = Cow<'a, str>> {
    gff::Attributes::new(attributes)
        .flat_map(gff::Attribute::and_run_on)
        .filter(|attribute| NAME_KEYS.contains(&attribute.key))
        .flat_map(|attribute| attribute.values())
}

/// Tells whether any single value of a promoted key meets a condition. The arguments are the column, what
/// is looked for, the key, the exact bytes of the ninth column, `attributes`, and the layout's text.
fn any_listed(context: &Context<'_>, meets: impl Fn(&str) -> bool) -> bool {
    let text = |i| match context.get_raw(i) {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
        _ => None,
    };
    let (Some(value), Some(key)) = (text(0), text(2)) else {
        return false;
    };
    let (exact, rest, layout) = (text(3), text(4), text(5));
    let layout = layout.and_then(|text| gff::Layout::parse(None, Some(&text)).ok());
    gff::listed(
        &value,
        &key,
        exact.as_deref(),
        rest.as_deref(),
        layout.as_ref(),
    )
    .iter()
    .any(|value| meets(value))
}

/// Returns an argument as a regular expression, compiled once a statement where it is constant.
fn regex(context: &Context<'_>, argument: i32) -> Result<std::sync::Arc<regex::Regex>> {
    context.get_or_create_aux(argument, |value| {
        let pattern = value.as_str().map_err(|e| Box::new(e) as Box<_>)?;
        regex::Regex::new(pattern)
            .map_err(|e| Box::new(e) as Box<dyn std::error::Error + Send + Sync>)
    })
}

/// Returns the texts of a JSON array, read once a statement where it is constant.
fn set(context: &Context<'_>, argument: i32) -> Result<std::sync::Arc<HashSet<String>>> {
    context.get_or_create_aux(argument, |value| {
        let list = value.as_str().map_err(|e| Box::new(e) as Box<_>)?;
        serde_json::from_str(list)
            .map_err(|e| Box::new(e) as Box<dyn std::error::Error + Send + Sync>)
    })
}

/// Returns both arguments as text; NULL has none.
fn arguments<'a>(context: &'a Context<'_>) -> (Option<Cow<'a, str>>, Option<Cow<'a, str>>) {
    (text(context, 0), text(context, 1))
}

/// Returns an argument as text; NULL has none.
fn text<'a>(context: &'a Context<'_>, argument: usize) -> Option<Cow<'a, str>> {
    match context.get_raw(argument) {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
        ValueRef::Integer(n) => Some(Cow::Owned(n.to_string())),
        ValueRef::Real(_) | ValueRef::Null => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(function: &str, attributes: Option<&str>, key: &str) -> Option<String> {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        connection
            .query_row(
                &format!("SELECT {function}(?1, ?2)"),
                (attributes, key),
                |row| row.get(0),
            )
            .unwrap()
    }

    #[test]
    fn every_spelling_is_read() {
        let gtf = r#"gene_id "g;1"; level 2; tag "a,b"; note "say \"x\"; so"; tag "c"; empty "";"#;
        for (attributes, key, first, all) in [
            ("tag=a,b", "tag", Some("a,b"), r#"["a","b"]"#),
            ("tag=a%2Cb,c", "tag", Some("a,b,c"), r#"["a,b","c"]"#),
            ("a=1;tag=x;b=2", "tag", Some("x"), r#"["x"]"#),
            ("a=1; tag=x;", "tag", Some("x"), r#"["x"]"#),
            ("tag=x;tag=y,z", "tag", Some("x,y,z"), r#"["x","y","z"]"#),
            (
                "Note=5%25 of %E9%81%BA;k=v",
                "Note",
                Some("5% of 遺"),
                r#"["5% of 遺"]"#,
            ),
            ("Note=100%;k=%4", "Note", Some("100%"), r#"["100%"]"#),
            ("Note=\"a\";k=v", "Note", Some("\"a\""), r#"["\"a\""]"#),
            ("k=a=b", "k", Some("a=b"), r#"["a=b"]"#),
            ("my%20key=v", "my key", Some("v"), r#"["v"]"#),
            ("empty=;k=v", "empty", Some(""), r#"[""]"#),
            ("flag;k=v", "flag", Some(""), r#"[""]"#),
            ("tag=a", "ta", None, "[]"),
            ("tag=a", "Tag", None, "[]"),
            ("", "tag", None, "[]"),
            (gtf, "gene_id", Some("g;1"), r#"["g;1"]"#),
            (gtf, "level", Some("2"), r#"["2"]"#),
            (gtf, "tag", Some("a,b,c"), r#"["a,b","c"]"#),
            (gtf, "note", Some("say \"x\"; so"), r#"["say \"x\"; so"]"#),
            (gtf, "empty", Some(""), r#"[""]"#),
            (gtf, "so", None, "[]"),
            (
                "gene_id \"a=b\"; k \"5%25\"",
                "gene_id",
                Some("a=b"),
                r#"["a=b"]"#,
            ),
            (
                "gene_id \"a=b\"; k \"5%25\"",
                "k",
                Some("5%25"),
                r#"["5%25"]"#,
            ),
            (
                "gene_id  \"two\" ;k \"open; x",
                "k",
                Some("\"open"),
                r#"["\"open"]"#,
            ),
            ("level 2; k \"a=b\"", "k", Some("a=b"), r#"["a=b"]"#),
            ("Note=one two;k=\"q\"", "k", Some("\"q\""), r#"["\"q\""]"#),
        ] {
            assert_eq!(
                call("attr", Some(attributes), key).as_deref(),
                first,
                "{key} in {attributes}"
            );
            assert_eq!(
                call("attr_all", Some(attributes), key).as_deref(),
                Some(all),
                "{key} in {attributes}"
            );
        }
    }

    #[test]
    fn all_attributes_are_one_object() -> Result<()> {
        let connection = Connection::open_in_memory()?;
        register(&connection)?;
        for (attributes, expected) in [
            (
                Some("Name=abc1;tag=a%2Cb,c;Note=%E9%81%BA; flag;;tag=d"),
                r#"{"Name":["abc1"],"tag":["a,b","c","d"],"Note":["遺"],"flag":[""]}"#,
            ),
            (
                Some(r#"gene_id "g;1"; tag "a,b"; tag "say \"x\""; level 2; e "";"#),
                r#"{"gene_id":["g;1"],"tag":["a,b","say \"x\""],"level":["2"],"e":[""]}"#,
            ),
            (
                Some(r#"gene_id "g" n 1 tag "b""#),
                r#"{"gene_id":["g"],"n":["1"],"tag":["b"]}"#,
            ),
            (Some("my%20key=a%09b"), r#"{"my key":["a\tb"]}"#),
            (Some(""), "{}"),
            (None, "{}"),
        ] {
            let found: String =
                connection.query_row("SELECT attr_json(?1)", [attributes], |row| row.get(0))?;
            assert_eq!(found, expected, "{attributes:?}");
        }
        Ok(())
    }

    #[test]
    fn no_attributes_are_no_value() {
        assert_eq!(call("attr", None, "tag"), None);
        assert_eq!(call("attr_all", None, "tag").as_deref(), Some("[]"));
    }

    #[test]
    fn the_functions_may_stand_in_an_index_and_in_a_view() -> Result<()> {
        let connection = Connection::open_in_memory()?;
        register(&connection)?;
        // As the sqlite3 shell may be set: what is not marked innocuous is refused in a schema.
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.execute_batch(
            "CREATE TABLE t (attributes TEXT);
             INSERT INTO t VALUES ('Name=a'), ('Name=b');
             CREATE INDEX t_name ON t (attr(attributes, 'Name'));
             CREATE VIEW v AS SELECT attr(attributes, 'Name') AS name FROM t;",
        )?;
        let found: i64 =
            connection.query_row("SELECT COUNT(*) FROM v WHERE name = 'b'", [], |row| {
                row.get(0)
            })?;
        assert_eq!(found, 1);
        Ok(())
    }
}
