//! Names of temporary files: nobody else has them, and this program knows its own.

use std::{
    ffi::{OsStr, OsString},
    hash::{BuildHasher, RandomState},
};

use sha2::{Digest, Sha256};

/// What stands between a target's name and the digits of a temporary file's.
const MARK: &str = ".gffdb-";

/// Hexadecimal digits that are drawn, and as many that prove that they were drawn here.
const DIGITS: usize = 8;

/// The most bytes of the target's name that are taken over: 255 is the longest name that file systems take.
const LONGEST: usize = 255 - MARK.len() - 2 * DIGITS;

/// Returns a new name for a temporary file beside the target of name `target`.
///
/// It is the target's name, `.gffdb-`, eight random hexadecimal digits, and eight that are computed from
/// those and the target's name. So a file that somebody else made is not taken for one of these.
pub(super) fn draw(target: &OsStr) -> OsString {
    let random = RandomState::new().hash_one(std::process::id()) as u32;
    let drawn = format!("{random:08x}");
    let mut name = beginning(target);
    name.push(&drawn);
    name.push(check_digits(target, &drawn));
    name
}

/// Tells whether `name` is one that [`draw`] gave for `target`.
pub(super) fn is_ours(name: &OsStr, target: &OsStr) -> bool {
    let (name, beginning) = (name.as_encoded_bytes(), beginning(target));
    let Some(digits) = name.strip_prefix(beginning.as_encoded_bytes()) else {
        return false;
    };
    match std::str::from_utf8(digits) {
        Ok(digits) if digits.len() == 2 * DIGITS && digits.is_char_boundary(DIGITS) => {
            let (drawn, check) = digits.split_at(DIGITS);
            check == check_digits(target, drawn)
        }
        _ => false,
    }
}

/// Returns a temporary file's name up to its digits.
fn beginning(target: &OsStr) -> OsString {
    let mut name = match target.len() > LONGEST {
        false => target.to_os_string(),
        // The digits are computed from the whole name, so files of one beginning are told apart.
        true => {
            let text = target.to_string_lossy();
            let mut end = LONGEST.min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            OsString::from(&text[..end])
        }
    };
    name.push(MARK);
    name
}

fn check_digits(target: &OsStr, drawn: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(drawn);
    hasher.update(target.as_encoded_bytes());
    hasher.finalize()[..DIGITS / 2]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_for_its_own_target_only() {
        let long = "ä".repeat(127);
        for target in ["genes.sqlite", "a", ".b", long.as_str()] {
            let target = OsStr::new(target);
            let name = draw(target);
            assert!(name.len() <= 255, "{name:?}");
            assert!(is_ours(&name, target), "{name:?}");
            assert!(!is_ours(&name, OsStr::new("other.sqlite")));
            assert_ne!(draw(target), name);
            // What people might call their files.
            let mut other = name.into_encoded_bytes();
            let last = other.len() - 1;
            other[last] = if other[last] == b'0' { b'1' } else { b'0' };
            let other = String::from_utf8(other).expect("UTF-8");
            assert!(!is_ours(OsStr::new(&other), target), "{other}");
        }
        for name in [
            "a",
            "a.building",
            "a.gffdb-",
            "a.gffdb-0123456789abcdef",
            "a.gffdb-0123456789abcdef0",
            "a.gffdb-\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}",
        ] {
            assert!(!is_ours(OsStr::new(name), OsStr::new("a")), "{name}");
        }
    }
}
