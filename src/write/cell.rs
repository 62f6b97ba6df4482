//! One value as text: what the text formats have in common.

use std::borrow::Cow;

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
    fn every_byte_has_two_digits() {
        assert_eq!(hex(b""), "X''");
        assert_eq!(hex(b"\x00\x0f\xa0\xff"), "X'000FA0FF'");
    }
}
