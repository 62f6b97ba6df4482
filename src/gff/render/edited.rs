//! Column 9 of a record whose values are not those that its layout was made for, or that no file
//! ever had.
//!
//! Holes whose value is gone are left out with all around them. Values without a hole follow at the
//! end, in the syntax of the line. What is not touched stays as it was.

use std::{
    borrow::Cow,
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

use memchr::memmem;

use super::{next_of_rest, plain, put_safe};
use crate::gff::{
    Attributes, Columns, Part, Sink, Syntax, attributes, attributes_with, decode, encode_plain,
    find, gtf, layout::put_in_quotes,
};

/// A record with a layout whose parts do not fit its values.
pub struct Edited<'e, 'a, P> {
    pub columns: &'e Columns<'a, P>,
    pub names: &'e [String],
    pub parts: &'e [Part],
    /// The syntax of the line, where the rest does not tell it any more.
    of_line: Option<Syntax>,
    /// The values in the rest of the keys that are promoted and of GTF's, with commas between, once they are asked for.
    in_rest: OnceCell<HashMap<Cow<'a, str>, Cow<'a, str>>>,
}

impl<'e, 'a, P> Edited<'e, 'a, P>
where
    P: Fn(usize) -> Option<&'a str>,
{
    /// Takes a record and its layout.
    pub fn new(columns: &'e Columns<'a, P>, names: &'e [String], parts: &'e [Part]) -> Self {
        Self {
            columns,
            names,
            parts,
            of_line: None,
            in_rest: OnceCell::new(),
        }
    }

    /// Tells whether every value has its place in the layout, and every place its value: as it is
    /// for a record that nobody changed.
    pub fn fits(&self) -> bool {
        let mut takes_rest = false;
        for part in self.parts {
            match part {
                Part::Hole { column, .. } if self.value(column).is_none() => return false,
                Part::Hole { .. } | Part::Literal(_) => {}
                Part::Rest { .. } => takes_rest = true,
                Part::Gtf => return false,
            }
        }
        takes_rest == self.columns.rest().is_some()
            && self.begins_in_its_syntax()
            && (0..self.names.len()).all(|place| !self.is_left(place))
    }

    /// Tells whether a rest that stands first, and so tells the syntax of the line, has that of the holes.
    fn begins_in_its_syntax(&self) -> bool {
        let mut parts = self.parts.iter();
        let first = parts.find(|part| !matches!(part, Part::Literal(_)));
        let (Some(Part::Rest { .. }), Some(rest)) = (first, self.columns.rest()) else {
            return true;
        };
        Syntax::of(rest) == self.syntax()
    }

    /// Writes the column.
    pub fn write<S: Sink>(&self, out: &mut S) {
        if let Some(rest) = self.without_changed() {
            let promoted: Shown<'_> = &|place| (self.columns.promoted)(place);
            let columns = Columns {
                seqid: None,
                source: None,
                ty: self.columns.ty,
                start: None,
                end: None,
                score: None,
                strand: None,
                phase: None,
                promoted,
                attributes: Some(rest.as_str()),
            };
            let mut left = Edited::new(&columns, self.names, self.parts);
            left.of_line = Some(self.syntax());
            return left.write(out);
        }
        let mut text = Vec::new();
        let is_gff3 = |rest: &str| rest.contains('=') && Syntax::of(rest) == Syntax::Gff3;
        match self.parts {
            [Part::Gtf] if self.columns.rest().is_some_and(is_gff3) => {
                plain(self.columns, self.names, &mut text);
            }
            [Part::Gtf] => {
                self.write_new(&mut text);
                self.write_anew_unless_same(&mut text);
            }
            _ => {
                self.write_laid_out(&mut text);
                self.write_anew_unless_same(&mut text);
            }
        }
        match text.is_empty() {
            true => out.put(b"."),
            false => out.put(&text),
        }
    }

    /// Returns the rest without the keys whose column has another value now; `None` where it has none of
    /// them.
    fn without_changed(&self) -> Option<String> {
        let rest = self.columns.rest()?;
        let left: Vec<&str> = (0..self.names.len())
            .filter(|place| self.is_left(*place))
            .map(|place| self.names[place].as_str())
            .collect();
        let all = || Attributes::new(rest);
        let is_left = |key: &str| left.iter().any(|left| *left == key || decode(key) == *left);
        // What is not parted by a semicolon cannot be taken out.
        if !all().any(|a| is_left(a.key)) || all().any(|a| a.run_on().is_some()) {
            return None;
        }
        let kept = all().filter(|a| !is_left(a.key)).map(|a| a.segment);
        Some(kept.collect::<Vec<_>>().join(";"))
    }

    /// Writes what the layout has a place for, then what it has none for.
    fn write_laid_out(&self, text: &mut Vec<u8>) {
        let mut rest = self.columns.rest();
        let mut began = false; // whether a value was written
        let mut first = true;
        for (index, part) in self.parts.iter().enumerate() {
            let mut open = |text: &mut Vec<u8>, before: &mut &str| {
                if !std::mem::take(&mut first) {
                    text.push(b';');
                } else if index > 0 {
                    // What stood before it is gone, and so is the blank that kept them apart.
                    *before = before.trim_start_matches(' ');
                }
            };
            match part {
                Part::Literal(literal) => {
                    let mut literal = literal.as_str();
                    open(text, &mut literal);
                    text.extend_from_slice(literal.as_bytes());
                }
                Part::Hole {
                    before,
                    column,
                    spelling,
                    after,
                    place: _,
                } => {
                    let Some(value) = self.value(column) else {
                        continue;
                    };
                    let mut before = before.as_str();
                    open(text, &mut before);
                    Part::fill(before, spelling, after, value, text);
                    began = true;
                }
                Part::Rest { before, count } => {
                    let later = &self.parts[index + 1..];
                    let Some(now) = next_of_rest(&mut rest, *count, later) else {
                        continue;
                    };
                    let mut before = before.as_str();
                    open(text, &mut before);
                    text.extend_from_slice(before.as_bytes());
                    put_safe(now, text);
                    began = true;
                }
                Part::Gtf => {}
            }
        }
        let had_values = self.parts.iter().any(|p| !matches!(p, Part::Literal(_)));
        if had_values && !began {
            text.clear();
        }
        let syntax = self.syntax();
        let was_closed = text.trim_ascii_end().ends_with(b";");
        let mut begin = Vec::new();
        for (key, value) in self.left(syntax) {
            let len = text.len();
            append(key, value, syntax, text);
            // A column has the first value of its key; one of the rest is another. And a quote that
            // nothing closes would be closed by what follows.
            if self.in_rest(key).is_some() || !goes_on(text, len) {
                text.truncate(len);
                append(key, value, syntax, &mut begin);
            }
        }
        if !begin.is_empty() {
            separate(syntax, &mut begin);
            text.splice(0..0, begin);
        }
        if let Some(rest) = rest {
            separate(syntax, text);
            put_safe(rest, text);
        }
        // GTF 2.2: "Attributes must end in a semicolon"; here, one that went with what was taken out.
        let open = !text.is_empty() && !text.trim_ascii_end().ends_with(b";");
        let must_close = match syntax {
            Syntax::Gtf => self.columns.rest().is_none(),
            Syntax::Gff3 => was_closed,
        };
        if open && must_close {
            text.push(b';');
        }
    }

    /// Writes a record that has no line yet in GTF: `gene_id` and `transcript_id` first.
    fn write_new(&self, text: &mut Vec<u8>) {
        let mut rest = self.columns.rest();
        let mut left = self.left(Syntax::Gtf);
        left.sort_by_key(|(key, _)| match *key {
            "gene_id" => 0,
            "transcript_id" => 1,
            _ => 2,
        });
        if let (false, Some(attributes)) = (left.is_empty(), rest) {
            let mut all = Attributes::with_syntax(attributes, Syntax::Gtf);
            if let Some(first) = all.next().filter(|first| first.key == "gene_id") {
                put_safe(first.segment, text);
                rest = all.next().map(|second| &attributes[second.offset..]);
            }
        }
        for (key, value) in left {
            append(key, value, Syntax::Gtf, text);
        }
        let rest = rest.unwrap_or_default();
        let rest = if text.is_empty() {
            rest
        } else {
            rest.trim_start()
        };
        if !rest.is_empty() {
            separate(Syntax::Gtf, text);
            put_safe(rest, text);
        }
    }

    /// Writes all attributes one by one where `text`, which keeps as much as it can of how they were
    /// written, would be read as others: a quote that nothing closes, attributes of GTF in a line of GFF3.
    fn write_anew_unless_same(&self, text: &mut Vec<u8>) {
        let mut anew = Vec::new();
        self.write_anew(&mut anew);
        if pairs(text) != pairs(&anew) {
            *text = anew;
        }
    }

    /// Writes each attribute by itself, in the syntax of the line.
    fn write_anew(&self, text: &mut Vec<u8>) {
        let syntax = self.syntax();
        for part in self.parts {
            let Part::Hole {
                before,
                column,
                spelling,
                ..
            } = part
            else {
                continue;
            };
            let Some(value) = self.value(column) else {
                continue;
            };
            let key = before.trim_matches([' ', '=', '"']);
            match syntax {
                Syntax::Gff3 => {
                    separate(syntax, text);
                    Part::fill(&format!("{key}="), spelling, "", value, text);
                }
                Syntax::Gtf => append(key, value, syntax, text),
            }
        }
        for (key, value) in self.left(syntax) {
            append(key, value, syntax, text);
        }
        let rest = self.columns.rest().unwrap_or_default();
        let is_same_syntax = self.syntax_of_rest(rest) == syntax;
        let is_left = |key: &str| {
            let place = self.names.iter().position(|name| name == key);
            place.is_some_and(|place| self.is_left(place))
        };
        let mut flags = Vec::new();
        for attribute in attributes_with(rest, self.syntax_of_rest(rest)) {
            // What a column has now is not what the rest had.
            if attribute.key.is_empty() || is_left(attribute.key) {
                continue;
            }
            let key = match is_same_syntax {
                true => attribute.key.to_owned(),
                false => decode(attribute.key).into_owned(),
            };
            match (attribute.value, syntax) {
                (None, _) => flags.push(key),
                (Some(value), Syntax::Gff3) if is_same_syntax => {
                    separate(syntax, text);
                    put_safe(&key, text);
                    text.push(b'=');
                    put_safe(value, text);
                }
                _ => {
                    for value in attribute.values() {
                        append(&key, &value, syntax, text);
                    }
                }
            }
        }
        for flag in flags {
            separate(syntax, text);
            put_safe(&flag, text);
        }
    }

    /// Returns the syntax of the line, by what it has.
    fn syntax(&self) -> Syntax {
        if let Some(syntax) = self.of_line {
            return syntax;
        }
        if let [Part::Gtf] = self.parts {
            return Syntax::Gtf;
        }
        let by_hole = self.parts.iter().find_map(|part| match part {
            Part::Hole { before, .. } if before.trim_end_matches(' ').ends_with('=') => {
                Some(Syntax::Gff3)
            }
            Part::Hole { .. } => Some(Syntax::Gtf),
            _ => None,
        });
        by_hole.unwrap_or_else(|| Syntax::of(self.columns.rest().unwrap_or_default()))
    }

    /// Returns the syntax of the rest: that of the line it was taken from, where this is known.
    fn syntax_of_rest(&self, rest: &str) -> Syntax {
        self.of_line.unwrap_or_else(|| Syntax::of(rest))
    }

    /// Returns the values that the layout has no place for, with the keys to write them under.
    fn left(&self, syntax: Syntax) -> Vec<(&str, &'a str)> {
        // GFF3 with `gene_id=g;transcript_id=t` has these for its ID and its parent as long as it has no
        // attribute of these names; with one of them, the other is needed, too.
        let is_named = syntax == Syntax::Gff3
            && (0..self.names.len()).any(|place| {
                ["ID", "Parent"].contains(&self.names[place].as_str()) && self.is_left(place)
            });
        let is_implied = |place: usize| {
            let name = self.names[place].as_str();
            let holes = self.parts.iter().filter_map(|part| match part {
                Part::Hole { before, column, .. } if column == name => Some(before),
                _ => None,
            });
            let mut keys = holes.map(|before| before.trim_matches([' ', '=']));
            is_named && ["ID", "Parent"].contains(&name) && keys.any(|key| key != name)
        };
        let places =
            (0..self.names.len()).filter(|place| self.is_left(*place) || is_implied(*place));
        places
            .filter_map(|place| {
                let key = match syntax {
                    Syntax::Gff3 => &self.names[place],
                    Syntax::Gtf => self.gtf_key(&self.names[place]),
                };
                Some((key, (self.columns.promoted)(place)?))
            })
            .collect()
    }

    /// Tells whether a promoted value is there that the line would not have.
    fn is_left(&self, place: usize) -> bool {
        let name = self.names[place].as_str();
        let Some(value) = (self.columns.promoted)(place) else {
            return false;
        };
        !self.has_hole(name) && self.implied(name).as_deref() != Some(value)
    }

    fn has_hole(&self, name: &str) -> bool {
        let is_hole = |part: &Part| matches!(part, Part::Hole { column, .. } if column == name);
        self.parts.iter().any(is_hole)
    }

    /// Returns what a loader would take for the value of a promoted key that has no hole: that of
    /// the rest or, in GTF, of the key that names the record or its parent at its level.
    fn implied(&self, name: &str) -> Option<Cow<'a, str>> {
        let get = |key: &str| match self.value(key) {
            Some(value) => Some(value.into()),
            None => self.in_rest(key),
        };
        self.in_rest(name).or_else(|| match (name, self.level()) {
            _ if self.syntax() == Syntax::Gff3 => None,
            ("ID", gtf::Level::Gene) | ("Parent", gtf::Level::Transcript) => get("gene_id"),
            ("ID", gtf::Level::Transcript) => get("transcript_id"),
            ("Parent", gtf::Level::Part) => get("transcript_id").or_else(|| get("gene_id")),
            _ => None,
        })
    }

    /// Returns the key under which GTF has a promoted value that the line lacks.
    fn gtf_key<'n>(&self, name: &'n str) -> &'n str {
        let key = match (name, self.level()) {
            ("ID", gtf::Level::Gene) | ("Parent", gtf::Level::Transcript) => "gene_id",
            ("ID", gtf::Level::Transcript) | ("Parent", gtf::Level::Part) => "transcript_id",
            _ => return name,
        };
        let has_key = |part: &Part| match part {
            Part::Hole { before, .. } => before.split([' ', '"']).any(|word| word == key),
            _ => false,
        };
        let rest = self.columns.rest().unwrap_or_default();
        let taken = self.value(key).is_some()
            || self.parts.iter().any(has_key)
            || find(rest, key).next().is_some();
        match taken {
            true => name,
            false => key,
        }
    }

    /// Returns the values that a promoted key, or one of GTF's, has in the rest; of several IDs the first.
    fn in_rest(&self, name: &str) -> Option<Cow<'a, str>> {
        let rest = self.columns.rest()?;
        // Nearly always it is not there, and then nothing has to be split.
        if memmem::find(rest.as_bytes(), name.as_bytes()).is_none() && !rest.contains('%') {
            return None;
        }
        let all = self.in_rest.get_or_init(|| {
            // In one pass: a line may have very many attributes, and copies of very many of them.
            let mut names: HashSet<&str> = self.names.iter().map(String::as_str).collect();
            // Those that name a record and its parent in GTF.
            names.extend(["gene_id", "transcript_id"]);
            let mut all: HashMap<Cow<'a, str>, Cow<'a, str>> = HashMap::new();
            for attribute in attributes_with(rest, self.syntax_of_rest(rest)) {
                let key = decode(attribute.key);
                let Some(value) = attribute.decoded().filter(|_| names.contains(&*key)) else {
                    continue;
                };
                match all.get_mut(&key) {
                    Some(_) if key == "ID" => {}
                    Some(values) => {
                        let values = values.to_mut();
                        values.push(',');
                        values.push_str(&value);
                    }
                    None => drop(all.insert(key, value)),
                }
            }
            all
        });
        all.get(name).cloned()
    }

    fn level(&self) -> gtf::Level {
        gtf::Level::of(self.columns.ty.unwrap_or_default())
    }

    /// Returns the value of a promoted key.
    fn value(&self, name: &str) -> Option<&'a str> {
        let place = self.names.iter().position(|other| other == name)?;
        (self.columns.promoted)(place)
    }
}

/// Tells whether the first `len` bytes of a column have the same attributes with what follows them.
fn goes_on(text: &[u8], len: usize) -> bool {
    let read = |text| String::from_utf8_lossy(text).into_owned();
    let (first, whole) = (read(&text[..len]), read(text));
    let pairs = |text| {
        let all = Attributes::new(text).filter(|a| !a.key.is_empty());
        all.map(|a| (a.key, a.value))
    };
    pairs(&first).zip(pairs(&whole)).all(|(a, b)| a == b)
}

/// Returns the attributes that a column is read as, in the order of their keys and values: those that have a value.
fn pairs(text: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(text);
    let mut pairs: Vec<(String, String)> = attributes(&text)
        .filter(|attribute| !attribute.key.is_empty())
        .flat_map(|attribute| {
            let key = decode(attribute.key).into_owned();
            let values = attribute.values();
            values.map(move |value| (key.clone(), value.into_owned()))
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    pairs.sort();
    pairs
}

/// Promoted values, by place.
type Shown<'s> = &'s dyn Fn(usize) -> Option<&'s str>;

/// Appends an attribute that the line did not have.
fn append(key: &str, value: &str, syntax: Syntax, text: &mut Vec<u8>) {
    separate(syntax, text);
    text.extend_from_slice(key.as_bytes());
    match syntax {
        Syntax::Gff3 => {
            text.push(b'=');
            encode_plain(value, true, text);
        }
        Syntax::Gtf => {
            text.extend_from_slice(b" \"");
            put_in_quotes(value, text);
            text.extend_from_slice(b"\";");
        }
    }
}

/// Ends the attribute before, if there is one and it has no end.
fn separate(syntax: Syntax, text: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    if !text.trim_ascii_end().ends_with(b";") {
        text.push(b';');
    }
    if syntax == Syntax::Gtf && !text.ends_with(b" ") {
        text.push(b' ');
    }
}
