//! The threat model names tests, and they are there.

use std::path::Path;

/// The last cells of the table's rows.
fn last_cells(text: &str) -> impl Iterator<Item = &str> {
    let rows = text.lines().filter(|line| line.starts_with("| "));
    rows.filter_map(|row| row.trim_end_matches([' ', '|']).rsplit('|').next())
}

/// What stands in a text as code.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_test_that_the_threat_model_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let named = last_cells(&text).flat_map(code).filter(|name| !name.starts_with("make "));
    let named: Vec<&str> = named.collect();
    assert!(named.len() > 20, "{named:?}");
    let is_there = |name: &str| ["crates", ""].iter().any(|it| root.join(it).join(name).exists());
    let missing: Vec<_> = named.into_iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let without: Vec<_> =
        last_cells(&text).skip(2).filter(|it| code(it).next().is_none()).collect();
    assert!(without.is_empty(), "{without:?}");
}
