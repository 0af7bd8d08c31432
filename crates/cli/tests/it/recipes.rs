//! Every address that the recipes and the README name is answered.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::World;

/// Where the service is, as they write it.
const HERE: &str = "localhost:5000";

/// What a program puts in place of its variables.
const VARIABLES: [(&str, &str); 4] = [
    ("{TICKER}", "AAPL"),
    ("${symbol:percentencode}", "AAPL"),
    ("${__from:date:YYYY-MM-DD}", "2025-01-02"),
    ("${__to:date:YYYY-MM-DD}", "2025-06-30"),
];

/// What ends an address in a sentence, a table or a program.
const ENDS: &[char] = &[' ', '\n', '"', '\'', '`', ')', '>', '|', ','];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The texts that a reader follows, each with its name.
fn texts() -> Vec<(String, String)> {
    let root = repository();
    let folder = fs::read_dir(root.join("docs/recipes")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let mut files: Vec<PathBuf> = files.chain([root.join("README.md")]).collect();
    files.sort();
    let named = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (named(path), fs::read_to_string(path).unwrap())).collect()
}

/// The addresses of a text, without the place. A comma may stand in one: it ends it only
/// before a blank.
fn addresses(text: &str) -> Vec<String> {
    let filled =
        VARIABLES.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    let mut found = Vec::new();
    for rest in filled.split(HERE).skip(1) {
        let ends = |(i, c): (usize, char)| {
            let next = rest[i + c.len_utf8()..].chars().next();
            ENDS.contains(&c) && (c != ',' || next.is_none_or(char::is_whitespace))
        };
        let end = rest.char_indices().find(|&it| ends(it)).map_or(rest.len(), |(i, _)| i);
        let address = rest[..end].trim_end_matches(['.', ';']);
        if address.starts_with('/') {
            found.push(address.to_owned());
        }
    }
    found
}

#[test]
fn an_address_ends_where_a_reader_sees_it_end() {
    let text = "See `http://localhost:5000/a?b={TICKER}` or http://localhost:5000/c,d, and \
                (http://localhost:5000/e.csv). At localhost:5000 it is: 'localhost:5000/f'.";
    assert_eq!(addresses(text), ["/a?b=AAPL", "/c,d", "/e.csv", "/f"]);
}

#[tokio::test]
async fn every_address_that_a_reader_follows_is_answered() {
    let world = World::production().await;
    world.refresh().await;
    let mut asked = 0;
    for (name, text) in texts() {
        for address in addresses(&text) {
            assert!(!address.contains(['{', '…']), "{name}: {address} is no address as it stands");
            let answer = world.get(&address).await;
            assert_eq!(answer.status, 200, "{name}: {address}: {}", answer.body);
            asked += 1;
        }
    }
    assert!(asked > 30, "the texts no longer name addresses as they did: {asked}");
}
