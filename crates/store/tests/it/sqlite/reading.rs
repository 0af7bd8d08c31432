//! A store that may only be read.

use std::fs;
use std::path::Path;

use market::{Noted, Store, StoreError};
use store::SqliteStore;

use crate::Taking as _;
use crate::sqlite::Sqlite;
use crate::values::{answer, bar, closes, daily, quote, second};

/// What is in the store: a quote in the file, an answer in the file or its log.
async fn fill(store: &SqliteStore) {
    store.take_quote(&quote("MSFT", 1.0, second(0))).await.unwrap();
    let stored = answer(&daily("AAPL", "5d"), vec![bar("2025-10-27", 1.0)], second(0));
    store.take(&stored).await.unwrap();
}

async fn expect_reading_only(store: &SqliteStore) {
    let question = daily("AAPL", "5d");
    let stored = answer(&question, vec![bar("2025-10-27", 1.0)], second(0));
    assert_eq!(store.quotes().await.unwrap(), [quote("MSFT", 1.0, second(0))]);
    assert_eq!(store.last(&question).await.unwrap().as_ref(), Some(&stored));
    store.check().await.unwrap();
    let refused = [
        store.take_quote(&quote("MSFT", 2.0, second(1))).await.unwrap_err(),
        store.take(&stored).await.unwrap_err(),
        store.take_anew(&stored).await.unwrap_err(),
    ];
    for error in refused {
        assert!(
            matches!(&error, StoreError::Unusable { why, .. } if why.contains("read-only")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_store_opened_for_reading_is_never_written() {
    let sqlite = Sqlite::new();
    fill(&sqlite.store()).await;
    let before = fs::read(sqlite.path()).unwrap();
    let store = SqliteStore::open_for_reading(&sqlite.path()).unwrap();
    expect_reading_only(&store).await;
    store.close().unwrap();
    assert!(fs::read(sqlite.path()).unwrap() == before);
}

#[tokio::test]
async fn what_another_program_writes_meanwhile_is_read() {
    let sqlite = Sqlite::new();
    let writer = sqlite.store();
    let reader = SqliteStore::open_for_reading(&sqlite.path()).unwrap();
    assert_eq!(reader.quotes().await.unwrap(), []);
    fill(&writer).await;
    expect_reading_only(&reader).await;
}

#[tokio::test]
async fn what_the_clock_leapt_over_counts_also_where_it_cannot_be_stored() {
    let sqlite = Sqlite::new();
    let (before, ahead, right) = (second(0), second(3_600), second(10));
    let writer = sqlite.store();
    for (price, at) in [(1.0, before), (2.0, ahead), (3.0, right)] {
        let bars = vec![bar("2025-10-27", price)];
        writer.take(&answer(&daily("AAPL", "5d"), bars, at)).await.unwrap();
    }
    let store = SqliteStore::open_for_reading(&sqlite.path()).unwrap();
    let known = async || {
        let known = store.answer(&daily("AAPL", "5d"), Some(second(3_605))).await.unwrap();
        closes(&known.unwrap())
    };
    assert_eq!(known().await, [3.0]);
    for _ in 0..2 {
        let noted = store.note_skipped(right..second(7_200)).await.unwrap();
        assert!(matches!(noted, Noted::Held(_)), "{noted:?}");
        assert_eq!(known().await, [2.0]);
    }
}

#[test]
fn what_cannot_be_read_is_reported() {
    let open = |sqlite: &Sqlite| SqliteStore::open_for_reading(&sqlite.path()).unwrap_err();
    let missing = Sqlite::new();
    assert!(open(&missing).to_string().contains("cannot be opened"));
    assert!(!missing.path().exists());

    let older = Sqlite::new();
    drop(older.store());
    older.file().pragma_update(None, "user_version", 1).unwrap();
    let why = open(&older).to_string();
    assert!(why.contains("schema version 1") && why.contains("may write"), "{why}");

    let theirs = Sqlite::new();
    drop(theirs.store());
    theirs.file().pragma_update(None, "application_id", 1).unwrap();
    assert!(open(&theirs).to_string().contains("another program"));
}

#[cfg(unix)]
mod permissions {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    use super::*;
    use crate::sqlite::child;

    const NOBODY: u32 = 65_534;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs the test below as a user whom permissions keep from writing.
    fn expect_read_where_only_reading_is_allowed(sqlite: &Sqlite, folder_mode: u32) {
        let (path, folder) = (sqlite.path(), sqlite.path().parent().unwrap().to_owned());
        for file in fs::read_dir(&folder).unwrap() {
            set_mode(&file.unwrap().path(), 0o444);
        }
        set_mode(folder.parent().unwrap(), 0o755);
        set_mode(&folder, folder_mode);
        let mut child =
            child::command("sqlite::reading::permissions::reads_what_it_may_not_write", &path);
        if fs::OpenOptions::new().write(true).open(&path).is_ok() {
            // To the superuser permissions are nothing.
            child.uid(NOBODY).gid(NOBODY);
        }
        match child.output() {
            Err(error) => eprintln!("skipped: another user cannot run this test: {error}"),
            Ok(output) => child::expect_passed(&output),
        }
        set_mode(&folder, 0o755);
    }

    #[tokio::test]
    #[ignore = "run by the tests below, as another user"]
    async fn reads_what_it_may_not_write() {
        let Some(path) = child::store() else { return };
        assert!(matches!(SqliteStore::open(&path), Err(StoreError::Unusable { .. })));
        expect_reading_only(&SqliteStore::open_for_reading(&path).unwrap()).await;
    }

    #[tokio::test]
    async fn a_read_only_file_is_read() {
        let sqlite = Sqlite::new();
        fill(&sqlite.store()).await;
        expect_read_where_only_reading_is_allowed(&sqlite, 0o777);
    }

    #[tokio::test]
    async fn a_file_in_a_read_only_folder_is_read() {
        let sqlite = Sqlite::new();
        fill(&sqlite.store()).await;
        expect_read_where_only_reading_is_allowed(&sqlite, 0o555);
    }

    #[tokio::test]
    async fn a_file_that_a_killed_process_left_in_a_read_only_folder_is_read_with_its_log() {
        let (sqlite, left_behind) = (Sqlite::new(), Sqlite::new());
        let store = sqlite.store();
        fill(&store).await;
        fs::create_dir(left_behind.path().parent().unwrap()).unwrap();
        for extension in ["db", "db-wal", "db-shm"] {
            let (from, to) = (sqlite.path(), left_behind.path());
            fs::copy(from.with_extension(extension), to.with_extension(extension)).unwrap();
        }
        expect_read_where_only_reading_is_allowed(&left_behind, 0o555);
    }
}
