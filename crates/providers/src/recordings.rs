//! Recorded answers of real upstreams, which tests read where the folder is
//! present. They are other people's and not part of this repository.

use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/upstream"))
}

/// The bodies in a folder whose names end so, by name. Empty, with a visible
/// line, where there are no recordings.
pub(crate) fn all(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let path = root().join(folder);
    let Ok(entries) = std::fs::read_dir(&path) else {
        eprintln!("skipped: no recordings at {}", path.display());
        return Vec::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    assert!(!names.is_empty(), "nothing ends in {ending} at {}", path.display());
    let read = |name: String| {
        let body = std::fs::read(path.join(&name)).unwrap();
        (name, body)
    };
    names.into_iter().map(read).collect()
}

/// One body, or `None` with a visible line.
pub(crate) fn one(path: &str) -> Option<Vec<u8>> {
    let path = root().join(path);
    let body = std::fs::read(&path).ok();
    if body.is_none() {
        assert!(!root().is_dir(), "{} is gone", path.display());
        eprintln!("skipped: no recordings at {}", path.display());
    }
    body
}
