//! Where the annotation files are that tests read.

use std::path::{Path, PathBuf};

/// Returns a folder of `tests/data`, which every clone has.
pub fn own(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(folder)
}

/// Returns a folder of `../shared/data`, the large projects' own files, which are not copied into this
/// one. Where it is absent, the test says that it is skipped; with `CI=true` it fails.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    there(root.join("../shared/data").join(folder), is_ci())
}

fn there(folder: PathBuf, needed: bool) -> Option<PathBuf> {
    let is_there = folder.is_dir();
    assert!(is_there || !needed, "{} is absent", folder.display());
    if !is_there {
        eprintln!("skipped: {} is absent", folder.display());
    }
    is_there.then_some(folder)
}

/// Tells whether nothing may be skipped that `.ci/run` provides.
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|ci| ci == "true")
}

#[test]
fn a_test_without_its_files_is_skipped() {
    assert_eq!(there("no/such/folder".into(), false), None);
}

#[test]
#[should_panic(expected = "no/such/folder is absent")]
fn a_test_without_its_files_fails_where_nothing_may_be_skipped() {
    there("no/such/folder".into(), true);
}
