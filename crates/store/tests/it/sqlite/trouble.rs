use std::fs;

use market::{Store, StoreError};
use rusqlite::Connection;
use store::SqliteStore;

use crate::Taking as _;
use crate::sqlite::Sqlite;
use crate::values::{answer, bar, daily, quote, second};

/// What opening or checking says, which must name the file.
fn damage(sqlite: &Sqlite, error: StoreError) -> String {
    match error {
        StoreError::Damaged { why, .. } if why.contains(sqlite.path().to_str().unwrap()) => why,
        other => panic!("not damage that names the file: {other}"),
    }
}

fn trouble(sqlite: &Sqlite, error: StoreError) -> String {
    match error {
        StoreError::Unusable { why, .. } if why.contains(sqlite.path().to_str().unwrap()) => why,
        other => panic!("not trouble that names the file: {other}"),
    }
}

fn refusal(sqlite: &Sqlite) -> StoreError {
    SqliteStore::open(&sqlite.path()).expect_err("this cannot be opened")
}

pub(crate) fn file_with(content: impl AsRef<[u8]>) -> Sqlite {
    let sqlite = Sqlite::new();
    fs::create_dir(sqlite.path().parent().unwrap()).unwrap();
    fs::write(sqlite.path(), content).unwrap();
    sqlite
}

#[test]
fn a_file_that_is_no_database_is_reported_and_left_alone() {
    let garbage = "date;close\n2025-10-27;268.81\n".repeat(100);
    let sqlite = file_with(&garbage);
    assert!(trouble(&sqlite, refusal(&sqlite)).contains("is not an SQLite database"));
    assert_eq!(fs::read_to_string(sqlite.path()).unwrap(), garbage);
}

#[test]
fn an_empty_file_becomes_a_store() {
    drop(file_with("").store());
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let sqlite = Sqlite::new();
    drop(sqlite.store());
    sqlite.file().pragma_update(None, "user_version", 99).unwrap();
    let why = trouble(&sqlite, refusal(&sqlite));
    assert!(why.contains("schema version 99") && why.contains("use the newer"), "{why}");
    let version: i64 =
        sqlite.file().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    for theirs in ["PRAGMA application_id = 1", "CREATE TABLE bookmarks (url TEXT)"] {
        let sqlite = file_with("");
        sqlite.file().execute_batch(theirs).unwrap();
        let before = fs::read(sqlite.path()).unwrap();
        let why = trouble(&sqlite, refusal(&sqlite));
        assert!(why.contains("another program"), "{why}");
        assert_eq!(fs::read(sqlite.path()).unwrap(), before);
    }
}

#[test]
fn a_place_where_no_file_can_be_is_reported() {
    let sqlite = Sqlite::new();
    fs::create_dir_all(sqlite.path()).unwrap();
    assert!(trouble(&sqlite, refusal(&sqlite)).contains("cannot be opened"));

    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("data/prices.db");
    let error = SqliteStore::open(&below).expect_err("a file holds no folder").to_string();
    assert!(error.contains("cannot be created") && error.contains("data"), "{error}");
}

#[tokio::test]
async fn a_write_that_fails_half_way_leaves_nothing_behind() {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    sqlite
        .file()
        .execute_batch(
            "CREATE TRIGGER refusal BEFORE INSERT ON bar WHEN new.close > 1
             BEGIN SELECT RAISE(ABORT, 'refused on purpose'); END",
        )
        .unwrap();
    let question = daily("AAPL", "5d");
    let bars = vec![bar("2025-10-27", 1.0), bar("2025-10-28", 2.0)];
    let refused = answer(&question, bars, second(60));
    let why = trouble(&sqlite, store.take(&refused).await.unwrap_err());
    assert!(why.contains("refused on purpose"), "{why}");
    assert_eq!(store.last(&question).await.unwrap(), None, "half an answer is none");
    let rows: i64 =
        sqlite.file().query_row("SELECT count(*) FROM bar", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
    let accepted = answer(&question, vec![bar("2025-10-27", 1.0)], second(90));
    assert_eq!(store.take(&accepted).await.unwrap().new, 1, "and the writer goes on");
}

#[tokio::test]
async fn rows_without_sense_are_damage() {
    for nonsense in [
        "UPDATE instrument SET kind = 'lottery'",
        "UPDATE instrument SET symbol = 'A B'; UPDATE quote SET symbol = 'A B'",
        "UPDATE quote SET received_at = 9223372036854775807",
        "UPDATE quote SET price = 9e999",
        "UPDATE quote SET previous_kind = 'last year'",
    ] {
        let sqlite = Sqlite::new();
        let store = sqlite.store();
        store.take_quote(&quote("AAPL", 1.0, second(0))).await.unwrap();
        sqlite.file().execute_batch(&format!("PRAGMA foreign_keys = OFF; {nonsense};")).unwrap();
        assert!(!damage(&sqlite, store.quotes().await.unwrap_err()).is_empty(), "{nonsense}");
        assert!(matches!(store.check().await, Err(StoreError::Damaged { .. })), "{nonsense}");
    }
}

#[tokio::test]
async fn the_check_finds_what_is_missing() {
    for (loss, reported) in [
        ("DELETE FROM bar", "bars are missing from the answer to AAPL 1d 5d of yahoo"),
        ("DELETE FROM instrument", "rows of question belong to no instrument"),
        ("DELETE FROM series", "rows of bar belong to no series"),
    ] {
        let sqlite = Sqlite::new();
        let store = sqlite.store();
        let stored = answer(&daily("AAPL", "5d"), vec![bar("2025-10-27", 1.0)], second(0));
        store.take(&stored).await.unwrap();
        sqlite.file().execute_batch(&format!("PRAGMA foreign_keys = OFF; {loss};")).unwrap();
        let found = store.check().await.unwrap_err().to_string();
        assert!(found.contains("the store is damaged") && found.contains(reported), "{found}");
    }
}

#[tokio::test]
async fn the_check_finds_torn_pages() {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    for symbol in ["AAPL", "MSFT", "CAC40"] {
        store.take_quote(&quote(symbol, 1.0, second(0))).await.unwrap();
    }
    store.close().unwrap();
    let mut content = fs::read(sqlite.path()).unwrap();
    let quotes = where_begins("quote", &sqlite.file());
    content[quotes..quotes + 4096].fill(0xff);
    fs::write(sqlite.path(), content).unwrap();
    let store = sqlite.store();
    assert!(matches!(store.check().await, Err(StoreError::Damaged { .. })));
    assert!(matches!(store.quotes().await, Err(StoreError::Damaged { .. })));
}

/// The place in the file of the first page of a table.
pub(crate) fn where_begins(table: &str, file: &Connection) -> usize {
    let page: i64 = file
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))
        .unwrap();
    (page as usize - 1) * 4096
}
