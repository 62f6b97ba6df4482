//! A case: files, how each is loaded, and how the database is edited in the end.

use std::{fmt, io::Write as _};

use gffdb::{Existing, Loader, load::Memory};
use noodles_bgzf as bgzf;

use super::{edits::Edit, files, numbers::Numbers, words};

/// Loads into one database, and then edits of it.
#[derive(Clone, Debug)]
pub struct Case {
    pub seed: u64,
    pub loads: Vec<Load>,
    /// Edits, made after so many loads.
    pub edited_after: usize,
    pub edits: Vec<Edit>,
    /// Chooses regions and names that are asked for.
    pub questions: u64,
}

/// One run of the loader.
#[derive(Clone, Debug)]
pub struct Load {
    pub existing: Existing,
    pub files: Vec<Source>,
    pub options: Options,
}

/// A file: its dataset, its bytes, and how they lie on the disk.
#[derive(Clone, Debug)]
pub struct Source {
    pub dataset: String,
    pub text: Vec<u8>,
    pub packed: Packed,
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Packed {
    Plain,
    Gzip,
    /// Two members, which gzip takes for one file.
    GzipTwice,
    /// With a block border after so many bytes, and after each as many again.
    Bgzf(usize),
    Zstd,
    Bzip2,
}

/// How a file is loaded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Options {
    pub promote: Vec<String>,
    pub all: bool,
    pub index: Vec<String>,
    pub values: Vec<String>,
    pub batch_rows: usize,
    pub threads: usize,
    /// In MiB.
    pub memory: u64,
    pub skip_bad_lines: bool,
    pub infer_gtf: bool,
    pub infer_gff3: bool,
}

impl Default for Options {
    /// As the loader has them, but for one thread.
    fn default() -> Self {
        Self {
            promote: Vec::new(),
            all: false,
            index: Vec::new(),
            values: Vec::new(),
            batch_rows: gffdb::load::BATCH_ROWS,
            threads: 1,
            memory: 64,
            skip_bad_lines: false,
            infer_gtf: true,
            infer_gff3: false,
        }
    }
}

impl Case {
    /// Draws the case of a seed.
    pub fn draw(seed: u64) -> Self {
        let n = &mut Numbers::new(seed);
        let mut loads = vec![Load {
            existing: Existing::Refuse,
            files: (0..n.pick(&[1, 1, 1, 2]))
                .map(|number| Source::draw(n, ["a", "b"][number]))
                .collect(),
            options: Options::default(),
        }];
        loads[0].options = Options::draw(n, &loads[0].files);
        for number in 1..n.pick(&[1, 1, 2, 2, 3]) {
            let (existing, dataset) = match n.below(6) {
                0 => (Existing::Overwrite, "a"),
                1 | 2 => (Existing::Replace, "a"),
                3 => (Existing::Replace, "it's new"),
                _ => (Existing::Append, ["c", "d"][number - 1]),
            };
            let files = vec![Source::draw(n, dataset)];
            // People add files with the options of the first one, mostly.
            let options = match n.one_in(2) {
                true => loads[0].options.clone(),
                false => Options::draw(n, &files),
            };
            loads.push(Load {
                existing,
                files,
                options,
            });
        }
        let edits = match n.one_in(2) {
            true => Vec::new(),
            false => (0..1 + n.below(6)).map(|_| Edit::draw(n)).collect(),
        };
        Self {
            seed,
            edited_after: match n.one_in(4) {
                true => 1 + n.below(loads.len()),
                false => loads.len(),
            },
            loads,
            edits,
            questions: n.below(1 << 30) as u64,
        }
    }
}

impl Source {
    fn draw(n: &mut Numbers, dataset: &str) -> Self {
        let mut text = files::file(n);
        // What looks like a compressed file is taken for one.
        if text.starts_with(b"\x1f\x8b") {
            text.remove(0);
        }
        let packed = match n.below(16) {
            0 => Packed::Gzip,
            1 => Packed::GzipTwice,
            2 => Packed::Bgzf(1 + n.below(text.len() + 1)),
            3 => Packed::Zstd,
            4 => Packed::Bzip2,
            _ => Packed::Plain,
        };
        Self {
            dataset: dataset.to_owned(),
            text,
            packed,
        }
    }

    /// Returns the bytes on the disk.
    pub fn bytes(&self) -> Vec<u8> {
        // Writing to memory cannot fail.
        let gzip = |text: &[u8]| {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gz.write_all(text).expect("memory");
            gz.finish().expect("memory")
        };
        match self.packed {
            Packed::Plain => self.text.clone(),
            Packed::Gzip => gzip(&self.text),
            Packed::GzipTwice => {
                let (first, second) = self.text.split_at(self.text.len() / 2);
                [gzip(first), gzip(second)].concat()
            }
            Packed::Bgzf(block) => {
                let mut writer = bgzf::io::Writer::new(Vec::new());
                for block in self.text.chunks(block) {
                    writer.write_all(block).expect("memory");
                    writer.flush().expect("memory");
                }
                writer.finish().expect("memory")
            }
            Packed::Zstd => zstd::encode_all(self.text.as_slice(), 1).expect("memory"),
            Packed::Bzip2 => {
                let level = bzip2::Compression::fast();
                let mut writer = bzip2::write::BzEncoder::new(Vec::new(), level);
                writer.write_all(&self.text).expect("memory");
                writer.finish().expect("memory")
            }
        }
    }

    /// Returns the file's name: the loader is to tell the compression by the bytes.
    pub fn file_name(&self) -> String {
        format!("{}.gff3", self.dataset)
    }
}

impl Options {
    /// Draws options that suit files: half of the keys are theirs.
    fn draw(n: &mut Numbers, files: &[Source]) -> Self {
        let mut keys: Vec<String> = Vec::new();
        for file in files {
            keys.extend(keys_of(&file.text));
        }
        keys.extend((0..4).map(|_| words::key(n)));
        keys.extend(["Name", "gene_id", "transcript_id"].map(String::from));
        let mut promote = match n.below(3) {
            0 => Vec::new(),
            _ => n.some(&keys, 5),
        };
        let mut index = match n.below(3) {
            0 => n.some(&keys, 2),
            _ => Vec::new(),
        };
        let mut taken = vec![String::from("id"), String::from("parent")];
        let mut can_be_column = |key: &String| {
            let lower = key.to_ascii_lowercase();
            let fixed = FIXED.contains(&lower.as_str());
            let fixed = fixed || ["rowid", "oid", "_rowid_"].contains(&lower.as_str());
            let odd = |c: char| c.is_control() || c.is_whitespace() || "{}%;=\"".contains(c);
            let good = !key.is_empty() && !fixed && !key.contains(odd) && !taken.contains(&lower);
            taken.push(lower);
            good
        };
        promote.retain(&mut can_be_column);
        index.retain(&mut can_be_column);
        let mut values = match n.below(3) {
            0 => n.some(&keys, 4),
            _ => Vec::new(),
        };
        if n.one_in(8) {
            values.extend(["Parent", "ID", "gene_id"].map(String::from));
        }
        values.sort();
        values.dedup();
        Self {
            promote,
            all: n.one_in(4),
            index,
            values,
            batch_rows: n.pick(&[10_000, 10_000, 1, 2, 3, 7]),
            threads: n.pick(&[1, 1, 2, 4]),
            memory: n.pick(&[16, 64, 64, 300]),
            skip_bad_lines: n.one_in(3),
            infer_gtf: !n.one_in(4),
            infer_gff3: n.one_in(2),
        }
    }

    /// Returns a loader with these options.
    pub fn loader(&self, target: &std::path::Path) -> Loader {
        let mut loader = Loader::new(target);
        loader
            .promote(self.promote.iter().cloned())
            .promote_all(self.all)
            .index(self.index.iter().cloned())
            .values(self.values.iter().cloned())
            .batch_rows(self.batch_rows)
            .threads(self.threads)
            .memory(Memory::new(self.memory << 20).expect("more than the least"))
            .skip_bad_lines(self.skip_bad_lines)
            .infer_gtf(self.infer_gtf)
            .infer_gff3(self.infer_gff3);
        loader
    }
}

/// The columns of table `gff` that no key can have.
pub const FIXED: [&str; 12] = [
    "record_id",
    "dataset",
    "seqid",
    "source",
    "type",
    "start",
    "end",
    "score",
    "strand",
    "phase",
    "layout",
    "attributes",
];

/// Returns some texts of a file that are keys, or look like keys.
fn keys_of(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(&text[..text.len().min(20_000)]);
    let mut keys = Vec::new();
    for ninth in text.lines().filter_map(|line| line.split('\t').nth(8)) {
        for attribute in gffdb::gff::Attributes::new(ninth) {
            if !keys.iter().any(|key| key == attribute.key) {
                keys.push(attribute.key.to_owned());
            }
        }
    }
    keys.truncate(40);
    keys
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, questions {}", self.seed, self.questions)?;
        for (number, load) in self.loads.iter().enumerate() {
            if number == self.edited_after {
                self.write_edits(f)?;
            }
            load.fmt(f)?;
        }
        if self.edited_after >= self.loads.len() {
            self.write_edits(f)?;
        }
        Ok(())
    }
}

impl Case {
    fn write_edits(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.edits
            .iter()
            .try_for_each(|edit| writeln!(f, "edit {edit:?}"))
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            writeln!(f, "file {:?}, {:?}:", file.file_name(), file.packed)?;
            for line in file.text.split_inclusive(|&b| b == b'\n') {
                let shown = &line[..line.len().min(4_000)];
                let cut = line.len() - shown.len();
                write!(f, "    b\"{}\"", shown.escape_ascii())?;
                match cut {
                    0 => writeln!(f)?,
                    cut => writeln!(f, " and {cut} bytes more")?,
                }
            }
        }
        write!(f, "load Existing::{:?}", self.existing)?;
        let (o, d) = (&self.options, Options::default());
        for (differs, text) in [
            (o.promote != d.promote, format!("promote({:?})", o.promote)),
            (o.all != d.all, format!("promote_all({})", o.all)),
            (o.index != d.index, format!("index({:?})", o.index)),
            (o.values != d.values, format!("values({:?})", o.values)),
            (
                o.batch_rows != d.batch_rows,
                format!("batch_rows({})", o.batch_rows),
            ),
            (o.threads != d.threads, format!("threads({})", o.threads)),
            (o.memory != d.memory, format!("memory({} MiB)", o.memory)),
            (o.skip_bad_lines, String::from("skip_bad_lines(true)")),
            (!o.infer_gtf, String::from("infer_gtf(false)")),
            (o.infer_gff3, String::from("infer_gff3(true)")),
        ] {
            if differs {
                write!(f, " .{text}")?;
            }
        }
        writeln!(f)
    }
}
