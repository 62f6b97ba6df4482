//! What a page says against what a command prints.
//!
//! `[..]` stands for anything within a line, `...` alone for any lines. Times, rates, memory, sizes
//! on disk and points in time are those of one run, and no two runs agree.

/// Tells whether the page says what was printed.
pub fn same(said: &[&str], printed: &[String]) -> bool {
    match said.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => (0..=printed.len()).any(|skip| same(rest, &printed[skip..])),
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| same_line(line, first) && same(rest, others)),
    }
}

fn same_line(said: &str, printed: &str) -> bool {
    let (said, printed) = (steady(said.trim_end()), steady(printed.trim_end()));
    let mut parts = said.split("[..]");
    let Some(mut rest) = parts.next().and_then(|part| printed.strip_prefix(part)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

/// Returns the line with `#` for each figure that differs from run to run.
fn steady(line: &str) -> String {
    let words: Vec<_> = line.split(' ').collect();
    let word = |i: usize| words.get(i).copied().unwrap_or_default();
    let mut out = Vec::with_capacity(words.len());
    let mut i = 0;
    while i < words.len() {
        let figure = word(i)
            .trim_start_matches('(')
            .starts_with(|c: char| c.is_ascii_digit());
        let memory = word(i + 1).ends_with("iB") || matches!(word(i + 1), "B" | "MB" | "bytes");
        let of_this_run = matches!(word(i + 2), "peak" | "on")
            || (word(i + 2) == "in" && word(i + 3).starts_with("memory"));
        if figure && memory && of_this_run {
            out.push("#");
            i += 2;
        } else if figure && memory && word(i + 3) == "bytes)," {
            out.push("#");
            i += 4;
        } else if figure && i > 0 && word(i - 1) == "(kbytes):" {
            // The peak memory that `/usr/bin/time -v` tells.
            out.push("#");
            i += 1;
        } else if figure && matches!(word(i + 1), "s" | "records/s),") || is_time(word(i)) {
            out.push("#");
            i += 1;
        } else {
            out.push(word(i));
            i += 1;
        }
    }
    out.join(" ")
}

/// Tells whether a word is like `2026-01-31T12:00:00Z`.
fn is_time(word: &str) -> bool {
    let shape: String = word
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "0000-00-00T00:00:00Z"
}

#[test]
fn only_what_differs_from_run_to_run_is_passed_over() {
    for (said, printed, expected) in [
        ("a", "a", true),
        ("a", "a  ", true),
        ("a", "b", false),
        ("a", "a\n\n", false),
        ("a[..]d", "abcd", true),
        ("a[..]c[..]", "abcd", true),
        ("a[..]d", "abce", false),
        ("a[..]", "a", true),
        ("...", "a\nb\n", true),
        ("a\n...\nd", "a\nb\nc\nd", true),
        ("a\n...\nd", "a\nb\nc", false),
        ("", "", true),
        (
            "9 records in 0.02 s (1,000 records/s), 9.5 MiB peak memory, 1 KiB on disk",
            "9 records in 1.5 s (3 records/s), 10 MiB peak memory, 2.50 MiB on disk",
            true,
        ),
        ("9 records in 0.02 s", "8 records in 0.02 s", false),
        ("9 KiB in 0.02 s", "8 KiB in 0.02 s", false),
        (
            "9 records, 1.00 KiB (1,024 bytes), schema",
            "9 records, 3.00 MiB (3,145,728 bytes), schema",
            true,
        ),
        (
            "9 MB of text, 9.5 MB in memory",
            "9 MB of text, 8 MB in memory",
            true,
        ),
        (
            "9 MB of text, 9.5 MB in memory",
            "8 MB of text, 8 MB in memory",
            false,
        ),
        ("a: set size (kbytes): 9", "a: set size (kbytes): 10", true),
        ("a: set size (kbytes): 9", "b: set size (kbytes): 9", false),
        ("a: set size (kbytes): 9", "a: set size (kbytes): ", false),
        ("at 2026-01-31T12:00:00Z", "at 2027-01-31T12:00:00Z", true),
        ("at 2026-01-31", "at 2027-01-31", false),
    ] {
        let said: Vec<_> = said.lines().collect();
        let printed: Vec<_> = printed.split_terminator('\n').map(String::from).collect();
        assert_eq!(same(&said, &printed), expected, "{said:?} {printed:?}");
    }
}
