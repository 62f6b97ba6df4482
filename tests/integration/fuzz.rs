//! What the fuzz targets ask, asked of their corpus and of files that are changed at random: the same
//! files every time.

use std::{fs, path::Path, time::Duration};

mod cases;
// What must hold of any bytes.
mod properties;

#[test]
fn cases_drawn_from_seeds_hold() {
    let number = |name: &str, default: u64| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let (first, cases) = (number("FUZZ_SEED", 1), number("FUZZ_CASES", 200));
    let outcome = cases::run(first, cases, Duration::from_secs(3_600), 2);
    println!("{outcome}");
    assert_eq!(outcome.seeds(), [0; 0], "{outcome}");
}

/// Asks of every file of a target's corpus what the target asks.
fn corpus(target: &str, property: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    // A published package has no directories that are packages of their own.
    if !root.exists() && std::env::var_os("CI").is_none() {
        return println!("skipped: no {}", root.display());
    }
    let entries = fs::read_dir(root.join(target)).expect("a corpus");
    let mut files: Vec<_> = entries.map(|e| e.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() > 20, "{target} has {} files", files.len());
    for file in files {
        // Shown where a property does not hold.
        println!("{}", file.display());
        property(&fs::read(&file).expect("a file"));
    }
}

#[test]
fn the_corpus_of_lines_comes_back() {
    corpus("line", properties::line);
}

#[test]
fn the_corpus_of_attributes_comes_back() {
    corpus("attributes", properties::attributes);
}

#[test]
fn the_corpus_of_files_loads_and_comes_back_or_is_refused() {
    corpus("load", properties::load);
}

/// Small files of every kind, to be changed.
const FILES: [&str; 8] = [
    "##gff-version 3\n##sequence-region sq0 1 2000\n\
     sq0\t.\tgene\t8\t1300\t.\t+\t.\tID=g0;Name=a%2Cb;Alias=x,y\n\
     sq0\t.\tmRNA\t8\t1300\t.\t+\t.\tID=t0;Parent=g0\n\
     sq0\t.\tCDS\t8\t130\t0.50\t+\t0\tID=c0;Parent=t0\n\
     sq0\t.\tCDS\t208\t230\t1e-05\t+\t2\tParent=t0,t1;ID=c0\n###\n",
    "sq0\tx\tgene\t8\t1300\t.\t+\t.\tgene_id \"g0\"; gene_name \"a;b\";\n\
     sq0\tx\ttranscript\t8\t1300\t.\t+\t.\tgene_id \"g0\"; transcript_id \"t0\"; level 2;\n\
     sq0\tx\texon\t8\t130\t.\t-\t.\ttranscript_id \"t1\"; gene_id \"g0\"; tag \"a\"; tag \"b\"\n",
    "sq0\tAUGUSTUS\tgene\t8\t130\t0.9\t+\t.\tg1\n\
     sq0\tAUGUSTUS\ttranscript\t8\t130\t.\t+\t.\tg1.t1\n\
     sq0\tAUGUSTUS\tCDS\t8\t130\t1\t+\t0\ttranscript_id \"g1.t1\" gene_id \"g1\";\n",
    "\u{feff}sq%200\ta%2Cb\tge%6ee\t8\t13\t.\t+\t.\tID = a%3Bb ; Note=c%2Cd;Parent=%zz\r\n\r\n\
     sq0\tcurated\tSequence\t008\t+13\t1E2\t*\t3\tSequence \"B1\" ; Note \"a; b\" ; Target \"x\" 10 21\r\n",
    "sq0\t.\tregion\t1\t120\t.\t+\t.\tID=sq0;Is_circular=true\n\
     sq0\t.\tgene\t110\t30\t.\t?\t.\tID=g\n##FASTA\n>sq0 x\nACGTAC\nGT\n",
    "# caf\u{e9}\n##fasta\nsq0\t.\tgene\t4294967297\t9223372036854775807\t-0\t.\t-1\t.\n>sq0\nAC\n\n>sq1",
    "sq0\t.\tmRNA\t8\t13\t.\t+\t.\tLack 3'-end;ID=x;;y=;=v; \nsq0\t.\texon\t8\t13\t.\t+\t.\tParent=x; ID= e\n",
    "sq0\t.\texon\t8\t13\t.\t+\t.\tgene_id \"\"; transcript_id \"t\\\"1\"; note \"the 5\" end\"; x \"open\n\
     sq0\t.\texon\t8\t13\t.\t+\t.\tgene_id=g; transcript_id=t\n",
];

/// Bytes that the formats give a meaning, and some that they do not.
const BYTES: &[u8] = b"\t\n\r ;=,\"\\%#>.+-0279aGI{}*\0\x1b\x7f\xc3\xe9\xff";

/// Numbers that are the same every time: splitmix64.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((n ^ (n >> 31)) % limit as u64) as usize
    }

    /// Changes bytes once: one, a stretch, or everything behind a place.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len() + 1);
        let end = at + self.below(bytes.len() - at + 1).min(24);
        let byte = BYTES[self.below(BYTES.len())];
        match self.below(8) {
            0 | 1 => bytes.insert(at, byte),
            2 | 3 if at < bytes.len() => bytes[at] = byte,
            4 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            5 => drop(bytes.drain(at..end)),
            6 => {
                let stretch = bytes[at..end].to_vec();
                let place = self.below(bytes.len() + 1);
                drop(bytes.splice(place..place, stretch));
            }
            _ => {
                let other = FILES[self.below(FILES.len())].as_bytes();
                bytes.truncate(at);
                bytes.extend_from_slice(&other[self.below(other.len())..]);
            }
        }
    }
}

#[test]
fn a_file_that_was_changed_anywhere_loads_and_comes_back_or_is_refused() {
    let mut numbers = Numbers(3);
    for round in 0..300 {
        let mut bytes = vec![numbers.below(256) as u8];
        bytes.extend_from_slice(FILES[round % FILES.len()].as_bytes());
        for _ in 0..=numbers.below(4) {
            numbers.change(&mut bytes);
        }
        println!("round {round}: {}", bytes.escape_ascii());
        properties::load(&bytes);
        if let Some((_, file)) = bytes.split_first() {
            properties::line(file);
            properties::attributes(file);
        }
    }
}
