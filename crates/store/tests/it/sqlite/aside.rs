//! A damaged file is moved out of the way, and nothing of it is lost.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use market::{Store, StoreError, StoreTrouble};
use store::{SetAside, SqliteStore};

use crate::Taking as _;
use crate::sqlite::Sqlite;
use crate::sqlite::trouble::{file_with, where_begins};
use crate::values::{answer, at, bar, daily, quote, second};

fn now() -> Timestamp {
    at("2025-10-29T12:00:00.9Z")
}

fn open(sqlite: &Sqlite) -> (SqliteStore, Option<SetAside>) {
    SqliteStore::open_or_set_aside(&sqlite.path(), now()).unwrap()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let name = path.file_name().unwrap().to_str().unwrap();
    path.with_file_name(format!("{name}{suffix}"))
}

/// A file with something in each table, and how it would be read.
async fn filled() -> Sqlite {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    store.take_quote(&quote("AAPL", 1.0, second(0))).await.unwrap();
    let stored = answer(&daily("AAPL", "5d"), vec![bar("2025-10-27", 1.0)], second(0));
    store.take(&stored).await.unwrap();
    store.close().unwrap();
    sqlite
}

/// Enough bars for a file that is not looked through in whole.
fn add_many_bars(sqlite: &Sqlite) {
    sqlite
        .file()
        .execute_batch(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 200000)
             INSERT INTO bar SELECT 1, -n, n, 0, 0, x, x, x, x, x, x, 0
             FROM (SELECT n, n / 3.0 AS x FROM n)",
        )
        .unwrap();
    assert!(fs::metadata(sqlite.path()).unwrap().len() > 16 << 20);
}

/// Overwrites one page of the file.
fn tear(sqlite: &Sqlite, place: usize) {
    let mut content = fs::read(sqlite.path()).unwrap();
    content[place..place + 4096].fill(0xff);
    fs::write(sqlite.path(), content).unwrap();
}

/// Sets the file aside, and looks whether all of it is there as it was.
async fn expect_set_aside(sqlite: &Sqlite) -> SetAside {
    let before = fs::read(sqlite.path()).unwrap();
    let (store, aside) = open(sqlite);
    let aside = aside.expect("it was damaged");
    assert!(fs::read(&aside.path).unwrap() == before, "changed as it was moved");
    assert!(aside.why.contains(sqlite.path().to_str().unwrap()), "{}", aside.why);
    assert_eq!(store.quotes().await.unwrap(), [], "a new store is empty");
    store.take_quote(&quote("AAPL", 2.0, second(0))).await.unwrap();
    store.check().await.unwrap();
    aside
}

/// A store of ours, of which only the beginning is as it was.
async fn ruin(noise: &str) -> Vec<u8> {
    let sound = fs::read(filled().await.path()).unwrap();
    [&sound[..100], noise.repeat(1_000).as_bytes()].concat()
}

#[tokio::test]
async fn a_file_that_is_ours_by_its_beginning_alone_is_set_aside() {
    let sqlite = file_with(ruin("noise").await);
    let aside = expect_set_aside(&sqlite).await;
    assert_eq!(aside.path, beside(&sqlite.path(), ".damaged-20251029T120000Z"));
}

#[tokio::test]
async fn two_damaged_files_of_one_second_are_both_there() {
    let (one, other) = (ruin("no database").await, ruin("nor this").await);
    let sqlite = file_with(&one);
    let first = expect_set_aside(&sqlite).await;
    fs::write(sqlite.path(), other).unwrap();
    for suffix in ["-wal", "-shm"] {
        drop(fs::remove_file(beside(&sqlite.path(), suffix)));
    }
    let second = expect_set_aside(&sqlite).await;
    assert_eq!(second.path, beside(&first.path, "-2"));
    assert!(fs::read(first.path).unwrap() == one);
}

#[tokio::test]
async fn torn_pages_and_cut_off_ends_are_found_when_opening() {
    for table in ["quote", "instrument", "answer", "series", "bar"] {
        let sqlite = filled().await;
        tear(&sqlite, where_begins(table, &sqlite.file()));
        expect_set_aside(&sqlite).await;
    }
    let sqlite = filled().await;
    let half = fs::metadata(sqlite.path()).unwrap().len() / 2;
    fs::OpenOptions::new().write(true).open(sqlite.path()).unwrap().set_len(half).unwrap();
    expect_set_aside(&sqlite).await;
}

#[tokio::test]
async fn in_a_large_file_only_what_all_reads_need_is_looked_at() {
    let sqlite = filled().await;
    add_many_bars(&sqlite);
    let sound = fs::read(sqlite.path()).unwrap();
    // In the midst of the bars, as nearly all of the file is.
    tear(&sqlite, 2048 * 4096);
    let (store, aside) = open(&sqlite);
    assert_eq!(aside, None);
    assert_eq!(store.quotes().await.unwrap().len(), 1);
    assert!(matches!(store.check().await, Err(StoreError::Damaged { .. })));

    for table in ["quote", "bar"] {
        let sqlite = file_with(&sound);
        tear(&sqlite, where_begins(table, &sqlite.file()));
        expect_set_aside(&sqlite).await;
    }
}

#[tokio::test]
async fn the_log_of_a_damaged_file_goes_with_it() {
    let sqlite = filled().await;
    let store = sqlite.store();
    store.take_quote(&quote("MSFT", 1.0, second(0))).await.unwrap();
    let killed = Sqlite::new();
    fs::create_dir(killed.path().parent().unwrap()).unwrap();
    for suffix in ["", "-wal"] {
        fs::copy(beside(&sqlite.path(), suffix), beside(&killed.path(), suffix)).unwrap();
    }
    // Not the quotes, which are in the log, but the bars, which are not.
    tear(&killed, where_begins("bar", &sqlite.file()));
    let log = fs::read(beside(&killed.path(), "-wal")).unwrap();
    let aside = expect_set_aside(&killed).await;
    assert!(fs::read(beside(&aside.path, "-wal")).unwrap() == log);
}

#[tokio::test]
async fn a_sound_file_stays_where_it_is() {
    let new = Sqlite::new();
    assert_eq!(open(&new).1, None);
    let sqlite = filled().await;
    let (store, aside) = open(&sqlite);
    assert_eq!((store.quotes().await.unwrap().len(), aside), (1, None));
    store.close().unwrap();
    let files = fs::read_dir(sqlite.path().parent().unwrap()).unwrap().count();
    assert_eq!(files, 1, "nor is anything left beside it");
}

#[test]
fn a_file_that_is_none_of_ours_stays_where_it_is() {
    for theirs in ["date;close\n2025-10-27;268.81\n", "SQLite format 3\0", "x"] {
        let sqlite = file_with(theirs.repeat(100));
        let refused = SqliteStore::open_or_set_aside(&sqlite.path(), now()).unwrap_err();
        assert_eq!(refused.trouble(), Some(StoreTrouble::NotOurs), "{refused}");
        assert_eq!(fs::read_to_string(sqlite.path()).unwrap(), theirs.repeat(100));
        assert_eq!(fs::read_dir(sqlite.path().parent().unwrap()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn a_file_that_is_not_damaged_but_cannot_be_used_stays_where_it_is() {
    for trouble in ["PRAGMA user_version = 99", "PRAGMA application_id = 1"] {
        let sqlite = filled().await;
        sqlite.file().execute_batch(trouble).unwrap();
        let before = fs::read(sqlite.path()).unwrap();
        let refused = SqliteStore::open_or_set_aside(&sqlite.path(), now());
        assert!(matches!(refused, Err(StoreError::Unusable { .. })), "{trouble}");
        assert!(fs::read(sqlite.path()).unwrap() == before, "{trouble}");
    }
}
