//! The store in one SQLite file: it keeps the contract, and what holds for it in
//! particular.

mod aside;
mod backup;
mod child;
mod full;
mod killed;
mod older;
mod reading;
mod trouble;
mod upkeep;

use std::path::PathBuf;

use market::{Bar, Store};
use rusqlite::Connection;
use store::SqliteStore;
use tempfile::TempDir;

use crate::values::{answer, bar, daily, quote, second};
use crate::{Backend, Taking as _};

/// A file in a folder of its own, gone when this is dropped.
pub(crate) struct Sqlite(TempDir);

impl Sqlite {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("data/prices.db")
    }

    pub(crate) fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.path()).unwrap()
    }

    /// The file itself, past the store.
    pub(crate) fn file(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }
}

impl Backend for Sqlite {
    fn open(&self) -> Box<dyn Store> {
        Box::new(self.store())
    }
}

/// The same, with everything done on the thread that asks.
struct Inline(Sqlite);

impl Backend for Inline {
    fn open(&self) -> Box<dyn Store> {
        Box::new(SqliteStore::open_inline(&self.0.path()).unwrap())
    }
}

mod inline {
    crate::contract::keeps_the_contract!(crate::sqlite::Inline(crate::sqlite::Sqlite::new()));
}

mod contract {
    crate::contract::keeps_the_contract!(crate::sqlite::Sqlite::new());
}

#[tokio::test]
async fn every_version_stays_in_the_file() {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    let question = daily("AAPL", "1d");
    for (i, close) in (0_i64..).zip([1.0, 2.0, 2.0, 1.0]) {
        let received = answer(&question, vec![bar("2025-10-27", close)], second(i));
        store.take(&received).await.unwrap();
    }
    store.close().unwrap();
    let file = sqlite.file();
    let mut select = file
        .prepare("SELECT close, at FROM bar JOIN revision ON revision.id = since ORDER BY since")
        .unwrap();
    let versions: Vec<(f64, i64)> = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let at = |i| second(i).as_millisecond();
    assert_eq!(versions, [(1.0, at(0)), (2.0, at(1)), (1.0, at(3))]);
}

#[tokio::test]
async fn closing_folds_the_log_into_the_file() {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    store.take_quote(&quote("AAPL", 1.0, second(0))).await.unwrap();
    assert_eq!(store.quotes().await.unwrap().len(), 1);
    assert!(sqlite.path().with_extension("db-wal").exists());
    store.close().unwrap();
    assert!(!sqlite.path().with_extension("db-wal").exists());
    assert_eq!(sqlite.store().quotes().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_process_that_was_killed_loses_nothing_it_had_stored() {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    store.take_quote(&quote("AAPL", 1.0, second(0))).await.unwrap();
    // What a kill leaves behind: the file and its log as they are just now.
    let copy = Sqlite::new();
    std::fs::create_dir(copy.path().parent().unwrap()).unwrap();
    for extension in ["db", "db-wal"] {
        let (from, to) = (sqlite.path(), copy.path());
        std::fs::copy(from.with_extension(extension), to.with_extension(extension)).unwrap();
    }
    let left_behind = copy.store();
    assert_eq!(left_behind.quotes().await.unwrap(), store.quotes().await.unwrap());
    left_behind.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_whole_answers_while_others_are_written() {
    let sqlite = Sqlite::new();
    let store = std::sync::Arc::new(sqlite.store());
    let question = daily("AAPL", "5d");
    let received = |i: i32| {
        let close = f64::from(i);
        let bars =
            vec![bar("2025-10-27", close), bar("2025-10-28", close), bar("2025-10-29", close)];
        answer(&question, bars, second(i64::from(i)))
    };
    store.take(&received(0)).await.unwrap();
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let (store, question) = (std::sync::Arc::clone(&store), question.clone());
            tokio::spawn(async move {
                for _ in 0..40 {
                    let read = store.last(&question).await.unwrap().unwrap();
                    let close = read.series.get(0).unwrap().close;
                    assert_eq!(read.series.closes(), [close; 3], "a torn answer");
                    assert_eq!(read.received_at, second(close.get() as i64));
                }
            })
        })
        .collect();
    for i in 1..60 {
        store.take(&received(i)).await.unwrap();
    }
    for reader in readers {
        reader.await.unwrap();
    }
}

#[tokio::test]
async fn reading_does_not_wait_for_a_write_under_way() {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    let stored = quote("AAPL", 1.0, second(0));
    store.take_quote(&stored).await.unwrap();
    let other = sqlite.file();
    other.execute_batch("BEGIN IMMEDIATE; DELETE FROM quote;").unwrap();
    assert_eq!(store.quotes().await.unwrap(), [stored]);
}

#[tokio::test]
async fn two_programs_can_use_one_file() {
    let sqlite = Sqlite::new();
    let (one, other) = (sqlite.store(), sqlite.store());
    one.take_quote(&quote("AAPL", 1.0, second(0))).await.unwrap();
    other.take_quote(&quote("AAPL", 2.0, second(1))).await.unwrap();
    assert_eq!(one.quotes().await.unwrap(), other.quotes().await.unwrap());
    one.close().unwrap();
    other.check().await.unwrap();
}

#[tokio::test]
async fn a_long_history_comes_back_whole() {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    let first = bar("1998-01-02", 1.0);
    let bars: Vec<Bar> = (0..10_000)
        .map(|i| {
            let open_time = first.open_time + jiff::SignedDuration::from_hours(24 * i64::from(i));
            let date = open_time.to_zoned(jiff::tz::TimeZone::UTC).date();
            Bar { open_time, date, ..bar("1998-01-02", 1.0 + f64::from(i) / 8.0) }
        })
        .collect();
    let stored = answer(&daily("AAPL", "max"), bars, second(0));
    assert_eq!(store.take(&stored).await.unwrap().new, 10_000);
    assert_eq!(store.last(&stored.query).await.unwrap(), Some(stored));
}
