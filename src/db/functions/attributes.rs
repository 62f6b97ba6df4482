//! Stands in for the attribute reader of room `gff`; goes when that one is there.

use std::borrow::Cow;

use bstr::ByteSlice;

/// One value of an attribute string.
pub(super) enum Value<'a> {
    /// As in `tag=a,b`.
    Gff3(&'a str),
    /// As in `tag "a";`, without the quotes.
    Gtf(&'a str),
}

impl<'a> Value<'a> {
    /// Returns the value, decoded and in one piece.
    pub(super) fn decoded(&self) -> Cow<'a, str> {
        match *self {
            Self::Gff3(raw) => decode(raw),
            Self::Gtf(raw) if raw.contains('\\') => {
                Cow::Owned(raw.replace("\\\"", "\"").replace("\\\\", "\\"))
            }
            Self::Gtf(raw) => Cow::Borrowed(raw),
        }
    }

    /// Returns the values of a list, each decoded; a GTF value is never a list.
    pub(super) fn split(self) -> impl Iterator<Item = Cow<'a, str>> {
        let (list, single) = match self {
            Self::Gff3(raw) => (Some(raw.split(',').map(decode)), None),
            Self::Gtf(_) => (None, Some(self.decoded())),
        };
        list.into_iter().flatten().chain(single)
    }
}

/// Returns the values of a key, in the order of the string.
pub(super) fn find<'a>(attributes: &'a str, key: &str) -> impl Iterator<Item = Value<'a>> {
    let gtf = is_gtf(attributes);
    pairs(attributes, gtf).filter_map(move |pair| {
        if gtf {
            let (name, value) = pair.split_once(char::is_whitespace).unwrap_or((pair, ""));
            let value = value.trim();
            let value = match value.strip_prefix('"') {
                Some(open) => open.strip_suffix('"').unwrap_or(open),
                None => value,
            };
            (name == key).then_some(Value::Gtf(value))
        } else {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name) == key).then_some(Value::Gff3(value))
        }
    })
}

/// `key "value"` and `key value` are GTF; `key=value` is not, whatever the value holds.
fn is_gtf(attributes: &str) -> bool {
    let first = attributes.trim_start().split(';').next().unwrap_or("");
    match first.split_once(char::is_whitespace) {
        Some((_, value)) if value.trim_start().starts_with('"') => !first
            .split_once('"')
            .is_some_and(|(name, _)| name.contains('=')),
        Some(_) => !first.contains('='),
        None => false,
    }
}

/// Returns the parts between semicolons; in GTF, those inside quotes do not count.
fn pairs(attributes: &str, gtf: bool) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    attributes
        .split(move |c| {
            let end = c == ';' && !(gtf && quoted);
            if c == '"' && !escaped {
                quoted = !quoted;
            }
            escaped = c == '\\' && !escaped;
            end
        })
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
}

/// Undoes percent-encoding; a `%` that starts no code stays.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some(i) = rest.find_byte(b'%') {
        bytes.extend_from_slice(&rest[..i]);
        let code = rest
            .get(i + 1..i + 3)
            .filter(|code| code.iter().all(u8::is_ascii_hexdigit))
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(code.unwrap_or(b'%'));
        rest = &rest[i + if code.is_some() { 3 } else { 1 }..];
    }
    bytes.extend_from_slice(rest);
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}
