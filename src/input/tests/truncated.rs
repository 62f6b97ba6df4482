//! Files that are cut off: an error, or what is there.

use super::*;

/// Reads what is there of a file that is cut off; returns that, and what is said of it.
fn what_is_there(given: &Given, block_size: usize) -> Result<(Vec<u8>, Option<String>)> {
    let mut blocks = Blocks::new(given.open_with(true)?, block_size);
    let (mut block, mut joined) = (Vec::new(), Vec::new());
    while blocks.read_into(&mut block)? {
        joined.extend_from_slice(&block);
        assert!(
            blocks.end() == BlockEnd::Whole || !blocks.read_into(&mut Vec::new())?,
            "only the last block is cut off"
        );
    }
    let truncated = blocks.input().truncated().map(str::to_owned);
    Ok((joined, truncated))
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_an_error_unless_its_parts_are_whole() -> Result<()> {
    let text = text();
    let (a, b) = text.split_at(3000);
    let (b, _) = b.split_at(2000);
    let both = [a, b].concat();
    for (name, encode) in [
        ("gzip", gzip as fn(&[u8]) -> Vec<u8>),
        ("BGZF", bgzf),
        ("zstd", zstd),
        ("bzip2", bzip2),
    ] {
        let first = match name {
            "BGZF" => bgzf_without_eof(a),
            _ => encode(a),
        };
        let whole = [&first[..], &encode(b)].concat();
        let start = match name {
            "bzip2" => 10,
            "BGZF" => 18,
            _ => 4,
        };
        for len in start..whole.len() {
            let given = Given::new("x", &whole[..len]);
            let at_border = len == first.len() || len == whole.len() - BGZF_EOF_LEN;
            let expected = match (name, at_border) {
                ("BGZF", true) => "the end-of-file block of BGZF",
                // Members, frames and streams may be all that there is.
                _ if len == first.len() => {
                    assert!(given.read(1000)? == a);
                    continue;
                }
                _ => &format!("more {name} data"),
            };
            let message = given.error();
            let expected = format!("expected {expected}, found the end of the file after ");
            assert!(
                message.starts_with(&format!("x: {expected}"))
                    && message.ends_with("; the file is cut off, so download or copy it again"),
                "{len}: {message}"
            );
            // Nothing at all is no text.
            if let Ok((read, truncated)) = what_is_there(&given, 1000) {
                let truncated = truncated.expect("it is cut off");
                assert!(both.starts_with(&read), "{name} {len}");
                assert!(len < first.len() || read.len() >= a.len(), "{name} {len}");
                assert!(truncated.starts_with(&expected), "{len}: {truncated}");
                let bytes = format!(" {} decompressed bytes", read.len());
                assert!(truncated.ends_with(&bytes), "{len}: {truncated}");
            }
        }
        let given = Given::new("x", &whole);
        assert!(what_is_there(&given, 1000)? == (both.clone(), None));
    }
    Ok(())
}

#[test]
fn bgzf_that_is_cut_between_two_blocks_is_an_error_wherever_that_is() -> Result<()> {
    let text = text();
    let whole = bgzf(&text);
    let mut cuts = Vec::new();
    let mut at = 0;
    while let Some([low, high]) = whole.get(at + 16..at + 18) {
        at += usize::from(u16::from_le_bytes([*low, *high])) + 1;
        cuts.push(at);
    }
    assert_eq!(cuts.pop(), Some(whole.len()));
    assert!(cuts.len() > 2, "{cuts:?}");
    for cut in cuts {
        let given = Given::new("x", &whole[..cut]);
        let (read, truncated) = what_is_there(&given, BLOCK_SIZE)?;
        let reason = format!(
            "expected the end-of-file block of BGZF, found the end of the file after {} \
             decompressed bytes",
            read.len()
        );
        assert!(!read.is_empty() && text.starts_with(&read), "{cut}");
        assert_eq!(truncated.as_deref(), Some(reason.as_str()));
        let expected = format!("x: {reason}; the file is cut off, so download or copy it again");
        assert_eq!(given.error(), expected);
    }
    Ok(())
}
