//! Copies of a store, and the way back from them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use market::StoreError;
use rusqlite::Connection;
use rusqlite::types::Value;
use store::{Address, Opening};

use crate::Taking as _;
use crate::sqlite::{Sqlite, older};
use crate::values::{answer, at, bar, daily, quote, second};

/// All rows of all tables in some order, and what the file says of itself.
fn rows(path: &Path) -> Vec<(String, Vec<String>)> {
    let file = Connection::open(path).unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let names: Vec<String> = file
        .prepare(names)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let pragmas = ["application_id", "user_version"].map(|it| format!("PRAGMA {it}"));
    let selects = names.iter().map(|it| format!("SELECT * FROM {it}"));
    pragmas.into_iter().chain(selects).map(|it| (it.clone(), all(&file, &it))).collect()
}

fn all(file: &Connection, select: &str) -> Vec<String> {
    let mut statement = file.prepare(select).unwrap();
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Vec<Value>> {
        (0..columns).map(|it| row.get(it)).collect()
    };
    let rows = statement.query_map([], row).unwrap();
    let mut rows: Vec<String> = rows.map(|it| format!("{:?}", it.unwrap())).collect();
    rows.sort();
    rows
}

async fn filled() -> Sqlite {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    let bars = vec![bar("2025-10-28", 1.0), bar("2025-10-29", 2.0)];
    store.take(&answer(&daily("AAPL", "1mo"), bars, second(0))).await.unwrap();
    store
        .take(&answer(&daily("AAPL", "1mo"), vec![bar("2025-10-29", 3.0)], second(9)))
        .await
        .unwrap();
    for n in 0..50 {
        store.take_quote(&quote("BTC/EUR", f64::from(n), second(i64::from(n)))).await.unwrap();
    }
    sqlite
}

fn said(error: &StoreError) -> String {
    error.in_full()
}

#[tokio::test]
async fn what_comes_back_from_a_copy_is_what_was_copied() {
    let sqlite = filled().await;
    let copy = sqlite.path().with_file_name("copy.db");
    let store = Address::sqlite(sqlite.path());
    let copied = store.back_up(&copy).unwrap();
    assert!(copied.bars >= 3 && copied.prices >= 1, "{copied:?}");
    assert_eq!(copied.bytes, copy.metadata().unwrap().len());
    assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let before = rows(&sqlite.path());
    assert_eq!(rows(&copy), before);
    let written = fs::read(&copy).unwrap();

    sqlite.store().take_quote(&quote("BTC/EUR", 999.0, second(99))).await.unwrap();
    let later = rows(&sqlite.path());
    let restored = store.restore(&copy, at("2025-11-01T00:00:00Z")).unwrap();
    assert_eq!(rows(&sqlite.path()), before);
    assert_eq!((restored.copied.bars, restored.copied.prices), (copied.bars, copied.prices));
    let replaced = restored.replaced.unwrap();
    assert!(replaced.ends_with("prices.db.replaced-20251101T000000Z"), "{replaced:?}");
    assert_eq!(rows(&replaced), later, "what was there is not lost");
    assert_eq!(fs::read(&copy).unwrap(), written, "the copy is as it was");

    let elsewhere = Sqlite::new();
    let anew = Address::sqlite(elsewhere.path());
    assert_eq!(anew.restore(&copy, at("2025-11-01T00:00:00Z")).unwrap().replaced, None);
    assert_eq!(rows(&elsewhere.path()), before);
    let names = fs::read_dir(elsewhere.path().parent().unwrap()).unwrap();
    let names: Vec<_> = names.map(|it| it.unwrap().file_name()).collect();
    assert!(!names.iter().any(|it| it.to_string_lossy().ends_with(".part")), "{names:?}");
}

#[tokio::test]
async fn a_copy_of_an_older_version_is_made_as_it_is_and_comes_back_up_to_date() {
    let older = older::of_the_first_version();
    let copy = older.path().with_file_name("copy.db");
    let store = Address::sqlite(older.path());
    let (before, copied) = (rows(&older.path()), store.back_up(&copy).unwrap());
    assert_eq!((rows(&copy), copied.bars), (before, 1));
    store.restore(&copy, at("2025-11-01T00:00:00Z")).unwrap();
    let told = older.store().last(&daily("AAPL", "max")).await.unwrap().unwrap();
    assert_eq!(told.series.len(), 1);
}

#[tokio::test]
async fn nothing_is_written_over_and_nothing_unsound_comes_back() {
    let sqlite = filled().await;
    let store = Address::sqlite(sqlite.path());
    let before = rows(&sqlite.path());
    let now = at("2025-11-01T00:00:00Z");
    let other = sqlite.path().with_file_name("notes.csv");
    fs::write(&other, "theirs").unwrap();
    let error = said(&store.back_up(&other).unwrap_err());
    assert!(error.contains("notes.csv is there already; name a new file"), "{error}");
    let error = said(&store.restore(&other, now).unwrap_err());
    assert!(error.contains("notes.csv is not an SQLite database"), "{error}");
    let missing = sqlite.path().with_file_name("missing.db");
    let error = said(&store.restore(&missing, now).unwrap_err());
    assert!(error.contains("missing.db cannot be opened: it is not there"), "{error}");
    let nowhere = sqlite.path().with_file_name("no folder").join("copy.db");
    let error = said(&store.back_up(&nowhere).unwrap_err());
    assert!(error.contains("copy.db cannot be written"), "{error}");

    let copy = sqlite.path().with_file_name("copy.db");
    store.back_up(&copy).unwrap();
    let mut torn = fs::read(&copy).unwrap();
    let middle = torn.len() / 2;
    torn[middle..middle + 4096].fill(7);
    let torn_file = sqlite.path().with_file_name("torn.db");
    fs::write(&torn_file, torn).unwrap();
    assert!(matches!(store.restore(&torn_file, now), Err(StoreError::Damaged { .. })));

    let serving = Opening::ToServe { at: "127.0.0.1:5000".to_owned() };
    let running = store.open(&serving, now).await.unwrap();
    let error = said(&store.restore(&copy, now).unwrap_err());
    assert!(error.contains("127.0.0.1:5000"), "{error}");
    drop(running);
    assert_eq!(fs::read(&other).unwrap(), b"theirs");
    let strip = |rows: Vec<(String, Vec<String>)>| -> Vec<_> {
        rows.into_iter().filter(|it| !it.0.contains("FROM start")).collect()
    };
    assert_eq!(strip(rows(&sqlite.path())), strip(before));
}
