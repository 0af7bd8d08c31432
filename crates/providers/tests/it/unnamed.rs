//! That no source is named where none may be known: a new one is its folder and its
//! line in the registry, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use providers::registry;

/// Crates that know no source; another one does not either, unless it is listed below.
const CRATES: [&str; 8] = ["cli", "engine", "face", "http", "market", "query", "server", "table"];

/// Crates that may name sources: they are about them. A facade may bear the name of the
/// protocol that it speaks.
const ABOUT_SOURCES: [&str; 5] = ["facades", "providers", "simulator", "store", "testkit"];

/// A text as its words in lower case. A word ends with any other character than a
/// letter or digit, and before the capital that begins another: `ErApi`, `er_api`
/// and `er-api` are the same two.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in text.chars() {
        let begins = before.is_lowercase() && c.is_uppercase();
        if (begins || !c.is_alphanumeric()) && !words.last().unwrap().is_empty() {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().unwrap().extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// All that sources and upstreams are called, each as its words.
fn names() -> BTreeSet<Vec<String>> {
    let facts = || registry().iter().map(|provider| provider.facts);
    let upstreams = || providers::upstreams();
    let spelt = facts().map(|it| it.name).chain(facts().map(|it| it.credit.text));
    let spelt = spelt.chain(upstreams().flat_map(|it| [it.name, it.label]));
    let spelt: Vec<_> = spelt.map(|name| name.trim_start_matches("the ")).collect();
    let joined = spelt.iter().map(|name| vec![words(name).concat()]);
    joined.chain(spelt.iter().map(|name| words(name))).collect()
}

fn named_in(text: &str, names: &BTreeSet<Vec<String>>) -> Vec<String> {
    let words = words(text);
    let is_named = |name: &&Vec<String>| words.windows(name.len()).any(|part| part == *name);
    names.iter().filter(is_named).map(|name| name.join(" ")).collect()
}

/// What is not a test: files are divided by a line of their own.
fn without_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let ending = path.extension().and_then(|it| it.to_str());
        match name {
            "tests" | "tests.rs" | "snapshots" => {}
            _ if path.is_dir() => files(&path, found),
            _ if matches!(ending, Some("rs" | "html" | "md")) => found.push(path),
            _ => {}
        }
    }
}

#[test]
fn no_source_is_named_outside_of_providers() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let all = fs::read_dir(&crates).unwrap().map(|entry| entry.unwrap());
    let all = all.map(|entry| entry.file_name().into_string().unwrap());
    let all: BTreeSet<String> =
        all.filter(|name| crates.join(name).join("Cargo.toml").is_file()).collect();
    assert!(CRATES.iter().all(|name| all.contains(*name)), "{all:?}");
    let mut found = Vec::new();
    for name in all.iter().filter(|name| !ABOUT_SOURCES.contains(&name.as_str())) {
        for part in ["src", "templates"].map(|part| crates.join(name).join(part)) {
            if part.is_dir() {
                files(&part, &mut found);
            }
        }
    }
    let names = names();
    let named = found.iter().filter_map(|path| {
        let text = fs::read_to_string(path).unwrap();
        let named = named_in(without_tests(&text), &names);
        (!named.is_empty()).then(|| format!("{}: {}", path.display(), named.join(", ")))
    });
    let named: Vec<_> = named.collect();
    assert!(named.is_empty(), "sources are named in\n{}", named.join("\n"));
}

#[test]
fn a_name_is_found_however_it_is_written() {
    let names = names();
    for facts in registry().iter().map(|provider| provider.facts) {
        let name = facts.name;
        let (upper, joined) = (name.to_uppercase(), name.replace('_', ""));
        for text in [
            format!("\"{name}\""),
            format!("with_{name}("),
            format!("MARKETPULSE_{upper}_URL"),
            format!("{joined}: Url"),
        ] {
            assert!(!named_in(&text, &names).is_empty(), "{text}");
        }
        assert!(!named_in(facts.credit.text, &names).is_empty());
    }
    assert_eq!(named_in("let rates = ErApi::new();", &names), ["er api"]);
    assert_eq!(named_in("sources, feeds and rates of exchange", &names), Vec::<String>::new());
}
