//! What the benches read: made once a run in a directory of its own, counted in the plainest way.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use gffdb::demo::Demo;

/// Genes of the made-up genome; about 6 MB of GFF3.
const GENES: u64 = 4000;

/// Real lines, where this repository's data lie beside it.
const GENCODE: &str = "../shared/data/whole/gencode.v41.head.gff3";

/// How often they are repeated; about 8 MB.
const COPIES: usize = 20;

/// One file, and what every route must find in it.
#[allow(dead_code, reason = "no bench uses all of it")]
pub struct Data {
    pub name: &'static str,
    pub path: PathBuf,
    pub bytes: u64,
    pub lines: u64,
    pub records: u64,
    pub attributes: u64,
}

/// Returns the made-up file, and the real one where there is one.
pub fn make(directory: &Path) -> Vec<Data> {
    let written = Demo::new().genes(GENES).write(directory).expect("a genome");
    let mut all = vec![Data::count("demo", written[0].path.clone()).expect("the demo")];
    let gencode = Path::new(env!("CARGO_MANIFEST_DIR")).join(GENCODE);
    match fs::read_to_string(gencode) {
        Ok(text) => {
            let path = directory.join("gencode.gff3");
            fs::write(&path, repeat(&text)).expect("a file written");
            all.push(Data::count("gencode", path).expect("the file just written"));
        }
        Err(_) => println!("no {GENCODE}: the made-up genome alone is measured"),
    }
    all
}

/// The lines once, and then the records again and again.
fn repeat(text: &str) -> String {
    let records: String = text
        .split_inclusive('\n')
        .filter(|line| !line.starts_with('#'))
        .collect();
    text.to_owned() + &records.repeat(COPIES - 1)
}

impl Data {
    /// Counts with the standard library's `lines` and `split` alone.
    fn count(name: &'static str, path: PathBuf) -> io::Result<Self> {
        let text = fs::read_to_string(&path)?;
        let records = text.lines().filter(|line| !line.starts_with('#'));
        let attributes = records.clone().map(|line| {
            let column = line.split('\t').nth(8).unwrap_or_default();
            // A lone '.' is no attribute.
            let some = |a: &&str| !a.is_empty() && *a != ".";
            column.split(';').filter(some).count() as u64
        });
        Ok(Self {
            name,
            bytes: text.len() as u64,
            lines: text.lines().count() as u64,
            attributes: attributes.sum(),
            records: records.count() as u64,
            path,
        })
    }
}
