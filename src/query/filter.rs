//! Filters as SQL: each a condition on table `gff` with its values, joined by AND.

use rusqlite::types::Value;

use super::{Database, nearest::nearest};
use crate::{Error, Result, db::quote};

/// Conditions with their values, in the order of the `?`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    pub terms: Vec<String>,
    pub values: Vec<Value>,
    /// Whether an index leads to the records.
    pub indexed: bool,
}

impl Conditions {
    pub(crate) fn add(&mut self, term: impl Into<String>, values: impl IntoIterator<Item = Value>) {
        self.terms.push(term.into());
        self.values.extend(values);
    }

    /// `column IN (…)`, the values as a JSON array, so that thousands are one value.
    pub(crate) fn any_of(&mut self, column: &str, values: &[String]) {
        match values {
            [one] => self.add(format!("{column} = ?"), [Value::Text(one.clone())]),
            many => {
                let list = serde_json::Value::from(many).to_string();
                let term = format!("{column} IN (SELECT value FROM json_each(?))");
                self.add(term, [Value::Text(list)]);
            }
        }
    }
}

/// What tells which commas of a promoted key part its values.
pub(super) const TOLD_BY: &str = "(SELECT bytes FROM _verbatim WHERE record_id = gff.record_id AND field = 'attributes'), \
     gff.attributes, (SELECT attributes FROM _layout WHERE layout_id = gff.layout)";

/// Returns the condition that a promoted key has a value, alone or among others.
pub(super) fn is_value(key: &str, value: &str) -> (String, Vec<Value>) {
    let column = quote(key);
    // A value that cannot be decoded whole has its escapes.
    let listed = format!(
        "(instr({column}, ?) > 0 OR instr({column}, '%') > 0) AND has_value({column}, ?, ?, {TOLD_BY})"
    );
    let text = |text: &str| Value::Text(text.to_owned());
    let mut values = vec![text(value), text(value), text(key)];
    match value.contains(',') {
        true => (format!("({listed})"), values),
        // What has no comma is one value.
        false => {
            values.insert(0, text(value));
            let term = format!("({column} = ? OR instr({column}, ',') > 0 AND {listed})");
            (term, values)
        }
    }
}

/// Returns the condition that a value of a promoted key matches a regular expression.
pub(super) fn matches_value(key: &str, regex: &str) -> (String, Vec<Value>) {
    let column = quote(key);
    let text = |text: &str| Value::Text(text.to_owned());
    (
        format!(
            "(instr({column}, ',') = 0 AND {column} REGEXP ? \
             OR instr({column}, ',') > 0 AND matches_value({column}, ?, ?, {TOLD_BY}))"
        ),
        vec![text(regex), text(regex), text(key)],
    )
}

/// A condition on an attribute.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attr {
    key: String,
    /// Whether records are chosen that do not meet it.
    not: bool,
    value: AttrValue,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum AttrValue {
    Any,
    Is(String),
    Matches(String),
}

impl Attr {
    /// Reads `KEY`, `KEY=VALUE` or `KEY~REGEX`; or `KEY!=VALUE` or `KEY!~REGEX`, which chooses all other records:
    /// those without the key, too.
    ///
    /// # Errors
    ///
    /// There is no key, or the regular expression is none.
    pub fn parse(text: &str) -> Result<Self> {
        let (mut key, value) = match text.find(['=', '~']) {
            None => (text, AttrValue::Any),
            Some(at) => {
                let value = text[at + 1..].to_owned();
                let value = match text.as_bytes()[at] {
                    b'=' => AttrValue::Is(value),
                    _ => {
                        regex::Regex::new(&value).map_err(|e| {
                            let said = e.to_string();
                            let last = said.lines().last().unwrap_or_default();
                            let reason = last.strip_prefix("error: ").unwrap_or(last);
                            Error::usage(format!(
                                "--attr {text:?}: {value:?} is no regular expression: {reason}"
                            ))
                        })?;
                        AttrValue::Matches(value)
                    }
                };
                (&text[..at], value)
            }
        };
        let not = value != AttrValue::Any && key.ends_with('!');
        if not {
            key = &key[..key.len() - 1];
        }
        if key.is_empty() {
            return Err(Error::usage(format!(
                "--attr {text:?}: expected KEY, KEY=VALUE, KEY!=VALUE, KEY~REGEX or KEY!~REGEX, found no key"
            )));
        }
        let key = key.to_owned();
        Ok(Self { key, not, value })
    }

    /// Returns the condition with the value that a record has, where that is this one in other letters,
    /// upper or lower.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn in_other_case(&self, database: &Database) -> Result<Option<String>> {
        let (AttrValue::Is(value), false) = (&self.value, self.not) else {
            return Ok(None);
        };
        let pattern = format!("(?is)^{}$", regex::escape(value));
        let other = Self {
            key: self.key.clone(),
            not: false,
            value: AttrValue::Matches(pattern),
        };
        let first = database.query().attr(other).limit(1).records()?.next();
        Ok(first.transpose()?.and_then(|feature| {
            let values = feature.attribute(&self.key).unwrap_or_default();
            let is_same = |other: &&str| other.to_lowercase() == value.to_lowercase();
            let whole = Some(values.as_str()).filter(is_same);
            let found = whole.or_else(|| values.split(',').find(is_same));
            found.map(|found| format!("{}={found}", self.key))
        }))
    }

    /// Adds the condition.
    pub(crate) fn add(&self, database: &Database, conditions: &mut Conditions) -> Result<()> {
        if !database.has_key(&self.key)? {
            return Err(unknown("attribute", &self.key, &database.known_keys()?));
        }
        let key = self.key.as_str();
        let text = |text: &str| Value::Text(text.to_owned());
        let mut terms = Vec::new();
        let mut values = Vec::new();
        let mut or = |term: String, more: Vec<Value>| {
            terms.push(term);
            values.extend(more);
        };
        if database.promoted().iter().any(|promoted| promoted == key) {
            match &self.value {
                AttrValue::Any => or(format!("{} IS NOT NULL", quote(key)), Vec::new()),
                AttrValue::Is(value) => {
                    let (term, more) = is_value(key, value);
                    or(term, more);
                }
                AttrValue::Matches(regex) => {
                    let (term, more) = matches_value(key, regex);
                    or(term, more);
                }
            }
        }
        if let Some(held) = database.keys().held_sql(key) {
            match &self.value {
                AttrValue::Any => or(format!("{held} IS NOT NULL"), Vec::new()),
                AttrValue::Is(value) => or(format!("{held} = ?"), vec![text(value)]),
                AttrValue::Matches(regex) => or(format!("{held} REGEXP ?"), vec![text(regex)]),
            }
        }
        // Also of a promoted key: where it is empty, or the record was loaded before.
        match &self.value {
            AttrValue::Any => or(
                String::from("attr(gff.attributes, ?) IS NOT NULL"),
                vec![text(key)],
            ),
            AttrValue::Is(value) => or(
                String::from("has_attr(gff.attributes, ?, ?)"),
                vec![text(key), text(value)],
            ),
            AttrValue::Matches(regex) => or(
                String::from(
                    "EXISTS (SELECT 1 FROM json_each(attr_all(gff.attributes, ?)) WHERE value REGEXP ?)",
                ),
                vec![text(key), text(regex)],
            ),
        }
        let any = terms.join(" OR ");
        let condition = match self.not {
            true => format!("coalesce({any}, 0) = 0"),
            false => format!("({any})"),
        };
        conditions.add(condition, values);
        Ok(())
    }
}

/// Returns the types that words mean, each once.
///
/// # Errors
///
/// As [`types`].
pub(crate) fn types_of(database: &Database, words: &[String]) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for word in words {
        all.extend(types(database, word)?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Returns the types that a word means: itself where a record has it, else those of the class.
///
/// # Errors
///
/// No record has it, and it is neither a class nor a type of one.
pub(crate) fn types(database: &Database, word: &str) -> Result<Vec<String>> {
    let class = word.strip_prefix("class:");
    if class.is_none() && database.exists("SELECT 1 FROM gff WHERE type = ?1 LIMIT 1", [word])? {
        return Ok(vec![word.to_owned()]);
    }
    let members: Vec<String> = database.list(
        "SELECT type FROM type_class WHERE class = ?1 ORDER BY type",
        [class.unwrap_or(word)],
    )?;
    if !members.is_empty() {
        return Ok(members);
    }
    if class.is_none() && database.exists("SELECT 1 FROM type_class WHERE type = ?1", [word])? {
        return Ok(vec![word.to_owned()]);
    }
    let mut known = database.types()?;
    known.extend(database.list::<String>("SELECT DISTINCT class FROM type_class", [])?);
    Err(unknown("type", word, &known))
}

/// Returns the error for a name that does not exist, with the nearest that does.
pub(crate) fn unknown(what: &str, name: &str, known: &[String]) -> Error {
    const FEW: usize = 20;
    let next = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near:?}?"),
        None if known.is_empty() => String::from("the database has none"),
        None => {
            let shown = known[..known.len().min(FEW)].join(", ");
            match known.len().checked_sub(FEW + 1) {
                Some(more) => format!("there are {shown}, and {} more", more + 1),
                None => format!("there are {shown}"),
            }
        }
    };
    Error::usage(format!("no {what} {name:?}; {next}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_asked_for_in_five_ways() -> Result<()> {
        for (text, key, value) in [
            ("biotype", "biotype", AttrValue::Any),
            ("biotype!", "biotype!", AttrValue::Any),
            ("a=b=c~d", "a", AttrValue::Is("b=c~d".to_owned())),
            ("a=!b", "a", AttrValue::Is("!b".to_owned())),
            ("a=", "a", AttrValue::Is(String::new())),
            ("a~^b=.$", "a", AttrValue::Matches("^b=.$".to_owned())),
        ] {
            let attr = Attr::parse(text)?;
            assert_eq!(
                (attr.key.as_str(), attr.not, attr.value),
                (key, false, value.clone()),
                "{text}"
            );
            if let Some(at) = text.find(['=', '~']) {
                let (key_text, rest) = text.split_at(at);
                let attr = Attr::parse(&format!("{key_text}!{rest}"))?;
                assert_eq!(
                    (attr.key.as_str(), attr.not, attr.value),
                    (key, true, value)
                );
            }
        }
        for (text, expected) in [
            (
                "=b",
                "--attr \"=b\": expected KEY, KEY=VALUE, KEY!=VALUE, KEY~REGEX or KEY!~REGEX, found no key",
            ),
            (
                "!=b",
                "--attr \"!=b\": expected KEY, KEY=VALUE, KEY!=VALUE, KEY~REGEX or KEY!~REGEX, found no key",
            ),
            (
                "a~(",
                "--attr \"a~(\": \"(\" is no regular expression: unclosed group",
            ),
        ] {
            assert_eq!(Attr::parse(text).expect_err(text).to_string(), expected);
        }
        Ok(())
    }
}
