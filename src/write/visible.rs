//! Text for people, from files that anybody may have written: nothing in it commands the terminal.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

/// Returns the text with control characters spelled out (`\n`, `\t`, `\u{1b}`), so that a value can
/// neither break a layout nor command the terminal. So are those that turn the direction of what
/// follows, which would show one name as another.
///
/// # Examples
///
/// ```
/// assert_eq!(gffdb::write::visible(b"naive\x1b[2J\n"), r"naive\u{1b}[2J\n");
/// ```
pub fn visible(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    if !text.contains(is_command) {
        return text.into_owned();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_command(c) {
            // Writing to a string does not fail.
            let _ = write!(shown, "{}", c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Returns the text as [`visible`] does, but for its line ends and tabs.
///
/// # Examples
///
/// ```
/// assert_eq!(gffdb::write::visible_lines("two\nli\x07nes"), "two\nli\\u{7}nes");
/// ```
pub fn visible_lines(text: &str) -> String {
    let stays = ['\n', '\t'];
    let mut shown = String::with_capacity(text.len());
    for piece in text.split_inclusive(stays) {
        let end = piece.len() - usize::from(piece.ends_with(stays));
        shown.push_str(&visible(&piece.as_bytes()[..end]));
        shown.push_str(&piece[end..]);
    }
    shown
}

/// Tells whether a character does something else than to show.
fn is_command(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes all text as [`visible_lines`] shows it. What is written at once must be whole characters, as
/// what `write!` writes is.
pub struct Visible<W>(pub W);

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(visible_lines(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_is_spelled_out_and_all_else_stays() {
        for (text, all, lines) in [
            (
                "naïve 遺伝子 %1B \\x",
                "naïve 遺伝子 %1B \\x",
                "naïve 遺伝子 %1B \\x",
            ),
            ("a\tb\r\nc", r"a\tb\r\nc", "a\tb\\r\nc"),
            ("\x1b]0;x\x07", r"\u{1b}]0;x\u{7}", r"\u{1b}]0;x\u{7}"),
            ("\u{9b}2J\x7f\0", r"\u{9b}2J\u{7f}\0", r"\u{9b}2J\u{7f}\0"),
            ("gene\u{202e}cba", r"gene\u{202e}cba", r"gene\u{202e}cba"),
        ] {
            assert_eq!(visible(text.as_bytes()), all);
            assert_eq!(visible_lines(text), lines);
            let mut out = Visible(Vec::new());
            out.write_all(text.as_bytes()).expect("it is memory");
            assert_eq!(String::from_utf8(out.0).expect("text"), lines);
        }
        assert_eq!(visible(b"\xff"), "\u{fffd}");
    }
}
