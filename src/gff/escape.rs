//! Percent-encoding, read and written back exactly as it was.
//!
//! GFF3 1.26 ("Description of the Format", 2020-08-18): tab, newline, carriage return, `%` and
//! control characters must be escaped, and in column 9 also `;`, `=`, `&` and `,`. Real files
//! escape more, less, and in either case of the hexadecimal digits. A decoded value comes back to
//! its own spelling because [`Spelling`] keeps, for each byte, how that value wrote it.

use std::{borrow::Cow, fmt, str::FromStr};

use super::Sink;

/// How one value was escaped: for each byte value, its escape as written, if it was escaped.
///
/// As text, the escapes side by side: `%2C%3b` says that commas stood as `%2C` and semicolons as
/// `%3b`. The empty text is a value in which nothing was escaped, and `%%` a value that stands in
/// its column as it stood in the file, escapes and all.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Spelling {
    escapes: Vec<[u8; 3]>,
    raw: bool,
}

const RAW: &str = "%%";

/// Decodes `%XX` escapes.
///
/// An escape that is none (`%zz`, `100%`) stays as it is. A value whose decoded bytes are not
/// UTF-8 (`caf%E9`) stays wholly as it is, because a column holds text.
///
/// # Examples
///
/// ```
/// assert_eq!(gffdb::gff::decode("a%2Cb 100%"), "a,b 100%");
/// assert_eq!(gffdb::gff::decode("caf%E9"), "caf%E9");
/// ```
pub fn decode(raw: &str) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let Some(first) = memchr::memchr(b'%', bytes) else {
        return Cow::Borrowed(raw);
    };
    let mut decoded = Vec::with_capacity(raw.len());
    decoded.extend_from_slice(&bytes[..first]);
    let mut at = first;
    while at < bytes.len() {
        match escape_at(bytes, at) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).map_or(Cow::Borrowed(raw), Cow::Owned)
}

/// Returns the byte that the escape at `at` stands for, if there is an escape.
fn escape_at(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16);
    match bytes.get(at..at + 3)? {
        [b'%', high, low] => Some((digit(*high)? * 16 + digit(*low)?) as u8),
        _ => None,
    }
}

impl Spelling {
    /// Returns the spelling of a raw value.
    ///
    /// Where one byte is spelled in two ways in one value, the first is kept: encoding then gives
    /// another text than the raw one, and the caller's proof finds that.
    pub fn of(raw: &str) -> Self {
        let bytes = raw.as_bytes();
        let mut spelling = Self::default();
        if memchr::memchr(b'%', bytes).is_none() {
            return spelling;
        }
        if decode(raw) == raw {
            spelling.raw = true;
            return spelling;
        }
        for at in memchr::memchr_iter(b'%', bytes) {
            if let Some(byte) = escape_at(bytes, at)
                && spelling.escape(byte).is_none()
            {
                spelling
                    .escapes
                    .push([bytes[at], bytes[at + 1], bytes[at + 2]]);
            }
        }
        spelling
    }

    /// Tells whether nothing was escaped.
    pub fn is_plain(&self) -> bool {
        self.escapes.is_empty() && !self.raw
    }

    /// Tells whether the value stands as in the file, escapes and all.
    pub(super) fn is_raw(&self) -> bool {
        self.raw
    }

    /// Tells whether a byte was escaped.
    pub(super) fn has(&self, byte: u8) -> bool {
        self.escape(byte).is_some()
    }

    fn escape(&self, byte: u8) -> Option<&[u8; 3]> {
        self.escapes.iter().find(|e| escape_at(*e, 0) == Some(byte))
    }

    /// Writes a decoded value as it was spelled.
    ///
    /// Bytes that would end the value or the line (`;` and a first or last blank where
    /// `in_attributes`, tab, line ends, a `%` that would read as an escape) are escaped whatever the spelling says, so that an edited
    /// value cannot break its line.
    pub fn encode<S: Sink>(&self, value: &str, in_attributes: bool, out: &mut S) {
        // A value that came later may hold what would be read as an escape now.
        if self.raw && decode(value) != value {
            return Self::default().encode(value, in_attributes, out);
        }
        let bytes = value.as_bytes();
        let mut done = 0;
        // Whether all bytes of the character at hand were escaped: half of one is no text.
        let mut is_whole = true;
        for (at, &byte) in bytes.iter().enumerate() {
            if !byte.is_ascii() && value.is_char_boundary(at) {
                let len = value[at..].chars().next().map_or(1, char::len_utf8);
                let character = &bytes[at..at + len];
                is_whole = character.iter().all(|&b| self.escape(b).is_some());
            }
            let escape = match self.escape(byte) {
                Some(escape) if byte.is_ascii() || is_whole => *escape,
                _ if self.must_escape(bytes, at, in_attributes) => {
                    let digit = |n: u8| b"0123456789ABCDEF"[usize::from(n)];
                    [b'%', digit(byte >> 4), digit(byte & 15)]
                }
                _ => continue,
            };
            out.put(&bytes[done..at]);
            out.put(&escape);
            done = at + 1;
        }
        out.put(&bytes[done..]);
    }

    fn must_escape(&self, bytes: &[u8], at: usize, in_attributes: bool) -> bool {
        match bytes[at] {
            b'\t' | b'\n' | b'\r' => true,
            b';' => in_attributes,
            // Blanks around a value are none of it.
            b' ' => in_attributes && (at == 0 || at + 1 == bytes.len()),
            b'%' => !self.raw && escape_at(bytes, at).is_some(),
            _ => false,
        }
    }
}

/// Writes a value in which nothing was escaped; the quick way of [`Spelling::encode`].
pub(crate) fn encode_plain<S: Sink>(value: &str, in_attributes: bool, out: &mut S) {
    let breaks = |&byte: &u8| byte < b' ' || byte == b'%' || (byte == b';' && in_attributes);
    let bytes = value.as_bytes();
    let has_edge = in_attributes && matches!(bytes, [b' ', ..] | [.., b' ']);
    if has_edge || bytes.iter().any(breaks) {
        Spelling::default().encode(value, in_attributes, out);
    } else {
        out.put(value.as_bytes());
    }
}

impl fmt::Display for Spelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.raw {
            return f.write_str(RAW);
        }
        self.escapes
            .iter()
            .try_for_each(|e| f.write_str(&String::from_utf8_lossy(e)))
    }
}

impl FromStr for Spelling {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == RAW {
            return Ok(Self {
                escapes: Vec::new(),
                raw: true,
            });
        }
        let (escapes, rest) = text.as_bytes().as_chunks::<3>();
        let sound = rest.is_empty() && escapes.iter().all(|e| escape_at(e, 0).is_some());
        sound
            .then(|| Self {
                escapes: escapes.to_vec(),
                raw: false,
            })
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_keeps_what_is_no_escape() {
        for (raw, expected) in [
            ("plain", "plain"),
            ("a%2Cb%3Bc", "a,b;c"),
            ("%41%62", "Ab"),
            ("100%", "100%"),
            ("100%2", "100%2"),
            ("%zz%3B", "%zz;"),
            ("100%25", "100%"),
            ("%2525", "%25"),
            ("na%C3%AFve", "naïve"),
            ("caf%E9", "caf%E9"),
            ("", ""),
        ] {
            assert_eq!(decode(raw), expected, "{raw}");
        }
    }

    #[test]
    fn a_decoded_value_comes_back_to_its_own_spelling() {
        for raw in [
            "plain",
            "a%2Cb%3Bc",
            "a%2cb",
            "100%25",
            "%zz%3B",
            "%20lead",
            "na%C3%AFve",
            "naïve",
            "caf%E9",
            "a=b&c,d",
            "tab%09here",
        ] {
            let decoded = decode(raw);
            let spelling = Spelling::of(raw);
            let mut out = Vec::new();
            spelling.encode(&decoded, true, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), raw);
            let text = spelling.to_string();
            assert_eq!(text.parse(), Ok(spelling), "{text}");
        }
    }

    #[test]
    fn a_character_is_escaped_whole_or_not_at_all() {
        // The last byte of both is AF.
        let raw = "%C4%AF\u{16f}";
        let mut out = Vec::new();
        Spelling::of(raw).encode(&decode(raw), true, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), raw);
    }

    #[test]
    fn what_would_break_the_line_is_escaped_always() {
        for (value, in_attributes, expected) in [
            ("a;b", true, "a%3Bb"),
            ("a;b", false, "a;b"),
            ("a\tb\n", false, "a%09b%0A"),
            ("50%25", true, "50%2525"),
            ("50%", true, "50%"),
            (" a b ", true, "%20a b%20"),
            (" a b ", false, " a b "),
        ] {
            let mut out = Vec::new();
            encode_plain(value, in_attributes, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn a_spelling_that_is_none_is_refused() {
        for text in ["%2", "2C%", "%zz"] {
            assert_eq!(text.parse::<Spelling>(), Err(()));
        }
    }
}
