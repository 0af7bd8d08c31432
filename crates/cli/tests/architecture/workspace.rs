//! The crates of this workspace and who depends on whom.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate of ours.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// The crates of ours that it depends on, tests left out.
    pub(crate) needs: BTreeSet<String>,
}

/// Every crate of the workspace, by name.
pub(crate) fn packages() -> Vec<Package> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let asked = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    let metadata: Value = serde_json::from_slice(&asked.stdout).unwrap();
    let mut all: Vec<Package> =
        metadata["packages"].as_array().unwrap().iter().map(package).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

fn package(told: &Value) -> Package {
    let is_ours = |it: &&Value| it["path"].is_string() && it["kind"].is_null();
    let needs = told["dependencies"].as_array().unwrap().iter().filter(is_ours);
    let manifest = PathBuf::from(told["manifest_path"].as_str().unwrap());
    Package {
        name: told["name"].as_str().unwrap().to_owned(),
        folder: manifest.parent().unwrap().to_owned(),
        needs: needs.map(|it| it["name"].as_str().unwrap().to_owned()).collect(),
    }
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The table of ARCHITECTURE.md: a crate, and those it depends on.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rows = map
        .lines()
        .skip_while(|line| !line.starts_with("| crate | depends on |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let named = |cell: &str| -> Vec<String> {
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|');
        let name = named(cells.next().unwrap()).remove(0);
        (name, named(cells.next().unwrap()).into_iter().collect())
    })
    .collect()
}

#[test]
fn crates_depend_on_each_other_as_the_map_says() {
    let table = table();
    let real: BTreeMap<String, BTreeSet<String>> =
        packages().into_iter().map(|package| (package.name, package.needs)).collect();
    assert_eq!(table, real, "the table of ARCHITECTURE.md (left) and the manifests (right) differ");
}

#[test]
fn only_the_faces_know_http_and_neither_table_nor_query_knows_how_it_is_asked() {
    let needs = |name: &str| -> BTreeSet<String> {
        packages().into_iter().find(|it| it.name == name).unwrap().needs
    };
    for name in ["table", "query", "engine", "market", "providers", "store", "simulator"] {
        assert!(!needs(name).contains("http"), "{name} must not know HTTP");
    }
    assert!(!needs("marketpulse").contains("http"), "a command must not know HTTP");
    for name in ["market", "engine", "providers", "store"] {
        assert!(!needs("http").contains(name), "http must not know {name}");
        assert!(!needs("table").contains(name), "table must not know {name}");
    }
}

#[test]
fn no_crate_holds_over_a_fifth_of_the_lines() {
    let lines: Vec<(String, usize)> =
        packages().into_iter().map(|it| (it.name, lines_below(&it.folder.join("src")))).collect();
    let all: usize = lines.iter().map(|(_, lines)| lines).sum();
    for (name, lines) in &lines {
        assert!(lines * 5 <= all, "{name} has {lines} of {all} lines, over a fifth");
    }
}

fn lines_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.extension() {
            _ if path.is_dir() => lines_below(&path),
            Some(ending) if ending == "rs" => fs::read_to_string(&path).unwrap().lines().count(),
            _ => 0,
        })
        .sum()
}
