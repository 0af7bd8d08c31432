//! Recorded answers of real upstreams. They are other people's and not part of
//! this repository.
//!
//! `MARKETPULSE_RECORDINGS` names their folder, and then it has to be there. Where
//! that is not set, `shared/upstream` beside the repository is read, or the test is
//! skipped.

use std::env;
use std::path::PathBuf;

use crate::skipped;

const BESIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/upstream");

/// Where, seen from that folder, the recordings of further upstreams are.
pub const FURTHER: &str = "../upstream2";

/// The folder of recordings. Where there is none, the test counts as skipped.
///
/// # Panics
///
/// Where a folder is named that does not exist.
pub fn folder() -> Option<PathBuf> {
    if let Some(named) = env::var_os("MARKETPULSE_RECORDINGS").filter(|name| !name.is_empty()) {
        let folder = PathBuf::from(named);
        assert!(folder.is_dir(), "MARKETPULSE_RECORDINGS: no folder at {}", folder.display());
        return Some(folder);
    }
    let beside = PathBuf::from(BESIDE);
    if !beside.is_dir() {
        skipped("no recordings (MARKETPULSE_RECORDINGS names their folder)");
        return None;
    }
    Some(beside)
}

/// Names and bodies of what is in a folder and ends so, by name. Empty where there are
/// no recordings.
///
/// # Panics
///
/// Where there are recordings, and none such.
pub fn all(inside: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let Some(root) = folder() else { return Vec::new() };
    let path = root.join(inside);
    let named =
        std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let names = named.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    assert!(!names.is_empty(), "nothing ends in {ending} at {}", path.display());
    let read = |name: String| {
        let body = std::fs::read(path.join(&name)).unwrap();
        (name, body)
    };
    names.into_iter().map(read).collect()
}

/// One body; `None` where there are no recordings.
///
/// # Panics
///
/// Where there are recordings, but not this one.
pub fn one(path: &str) -> Option<Vec<u8>> {
    let path = folder()?.join(path);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
