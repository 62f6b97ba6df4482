//! One value as text: what the text formats have in common.

use std::{borrow::Cow, fmt::Write};

use rusqlite::types::ValueRef;

/// Returns the value's text, before the escapes of any format; NULL has none.
///
/// Text that is not UTF-8 keeps its bytes.
pub(super) fn text(value: ValueRef<'_>) -> Cow<'_, [u8]> {
    match value {
        ValueRef::Null => Cow::Borrowed(b""),
        ValueRef::Integer(n) => Cow::Owned(n.to_string().into_bytes()),
        ValueRef::Real(x) => Cow::Owned(real(x).into_bytes()),
        ValueRef::Text(bytes) => Cow::Borrowed(bytes),
        ValueRef::Blob(bytes) => Cow::Owned(hex(bytes).into_bytes()),
    }
}

/// Returns the fewest digits that read back as the same number: `0.1`, `2.0`, `1e300`.
pub(super) fn real(x: f64) -> String {
    if x.is_infinite() {
        // Python, R, Julia and JavaScript all read this spelling as a number.
        return String::from(if x > 0.0 { "Infinity" } else { "-Infinity" });
    }
    format!("{x:?}")
}

/// Returns the bytes as SQL spells a BLOB: `X'00FF'`.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = String::with_capacity(2 * bytes.len() + 3);
    text.push_str("X'");
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text.push('\'');
    text
}

/// Returns the text with control characters spelled out (`\n`, `\t`, `\u{1b}`), so that a value
/// can neither break a layout nor command the terminal.
pub(super) fn visible(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    if !text.contains(char::is_control) {
        return text.into_owned();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() {
            // Writing to a string does not fail.
            let _ = write!(shown, "{}", c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_number_reads_back_as_itself() {
        for (x, expected) in [
            (0.1, "0.1"),
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
            (1e15, "1000000000000000.0"),
            (1.0 / 3.0, "0.3333333333333333"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(real(x), expected);
            assert_eq!(real(x).parse::<f64>().ok(), Some(x));
        }
        assert_eq!(real(f64::NAN), "NaN");
    }

    #[test]
    fn a_control_character_cannot_command_the_terminal() {
        assert_eq!(visible(b"\x1b[31mred\x07\0"), r"\u{1b}[31mred\u{7}\0");
        assert_eq!(visible("\u{9b}1A".as_bytes()), r"\u{9b}1A");
    }

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hex(b""), "X''");
        assert_eq!(hex(b"\x00\x0f\xa0\xff"), "X'000FA0FF'");
    }
}
