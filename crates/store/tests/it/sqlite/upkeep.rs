//! Whatever becomes of the file while a service runs on it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use market::{Quote, Store, StoreError, StoreTrouble};
use rusqlite::Connection;
use store::{Address, Opening, SqliteStore};

use crate::Taking as _;
use crate::sqlite::Sqlite;
use crate::sqlite::trouble::file_with;
use crate::values::{answer, bar, daily, quote, second};

async fn try_to_serve(path: &Path) -> Result<Arc<dyn Store>, StoreError> {
    let opening = Opening::ToServe { at: "127.0.0.1:5000".to_owned() };
    Address::sqlite(path).open(&opening, second(0)).await
}

async fn serve(sqlite: &Sqlite) -> Arc<dyn Store> {
    try_to_serve(&sqlite.path()).await.unwrap()
}

fn apple(n: i64) -> Quote {
    quote("AAPL", n as f64, second(n))
}

/// A store that is served, with something in the file and something in its log.
async fn served() -> (Sqlite, Arc<dyn Store>) {
    let sqlite = Sqlite::new();
    let store = sqlite.store();
    let stored = answer(&daily("AAPL", "5d"), vec![bar("2025-10-27", 1.0)], second(0));
    store.take(&stored).await.unwrap();
    store.close().unwrap();
    let store = serve(&sqlite).await;
    store.take_quote(&apple(1)).await.unwrap();
    (sqlite, store)
}

fn folder(sqlite: &Sqlite) -> PathBuf {
    sqlite.path().parent().unwrap().to_owned()
}

fn log(sqlite: &Sqlite) -> PathBuf {
    sqlite.path().with_extension("db-wal")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// All that was stored is there, what is stored now is kept, and a restart has both.
async fn expect_whole(sqlite: &Sqlite, store: Arc<dyn Store>) {
    assert_eq!(store.tend(second(2)).await.unwrap(), 0, "it is the same store");
    store.take_quote(&apple(3)).await.unwrap();
    store.check().await.unwrap();
    drop(store);
    let store = serve(sqlite).await;
    assert_eq!(store.quotes().await.unwrap(), [apple(3)]);
    assert!(store.last(&daily("AAPL", "5d")).await.unwrap().is_some());
    store.check().await.unwrap();
}

#[tokio::test]
async fn what_was_deleted_is_put_back() {
    let losses: [fn(&Sqlite); 4] = [
        |it| fs::remove_dir_all(folder(it)).unwrap(),
        |it| fs::remove_file(it.path()).unwrap(),
        |it| fs::remove_file(log(it)).unwrap(),
        |it| fs::remove_file(it.path().with_extension("db-shm")).unwrap(),
    ];
    for loss in losses {
        let (sqlite, store) = served().await;
        loss(&sqlite);
        expect_whole(&sqlite, store).await;
    }
}

#[tokio::test]
async fn what_is_stored_before_the_loss_is_noticed_is_kept() {
    let (sqlite, store) = served().await;
    assert_eq!(store.tend(second(0)).await.unwrap(), 0);
    fs::remove_dir_all(folder(&sqlite)).unwrap();
    store.take_quote(&apple(2)).await.unwrap();
    store.tend(second(2)).await.unwrap();
    drop(store);
    assert_eq!(serve(&sqlite).await.quotes().await.unwrap(), [apple(2)]);
}

#[tokio::test]
async fn a_folder_that_was_renamed_keeps_a_whole_copy() {
    let (sqlite, store) = served().await;
    let elsewhere = folder(&sqlite).with_file_name("elsewhere");
    fs::rename(folder(&sqlite), &elsewhere).unwrap();
    expect_whole(&sqlite, store).await;
    let moved = SqliteStore::open(&elsewhere.join("prices.db")).unwrap();
    moved.check().await.unwrap();
    assert_eq!(moved.quotes().await.unwrap(), [apple(1)]);
}

#[tokio::test]
async fn somebody_elses_file_in_its_place_is_left_alone_until_it_is_gone() {
    let replacements: [fn(&Path); 3] = [
        |path| fs::rename(path, path.with_extension("aside")).unwrap(),
        |path| fs::remove_file(path).unwrap(),
        // The same file with another content: what was in it is lost.
        |_| {},
    ];
    for (i, replace) in replacements.into_iter().enumerate() {
        let (sqlite, store) = served().await;
        store.tend(second(0)).await.unwrap();
        replace(&sqlite.path());
        let theirs = "date;close\n".repeat(1_000);
        fs::write(sqlite.path(), &theirs).unwrap();
        for n in 2..50 {
            let _ = store.take_quote(&apple(n)).await;
            let failed = store.tend(second(n)).await.unwrap_err();
            assert_eq!(failed.trouble(), Some(StoreTrouble::NotOurs), "{failed}");
        }
        assert_eq!(fs::read_to_string(sqlite.path()).unwrap(), theirs);
        fs::remove_file(sqlite.path()).unwrap();
        let is_new = u32::from(i == 2);
        assert_eq!(store.tend(second(50)).await.unwrap(), is_new);
        store.take_quote(&apple(51)).await.unwrap();
        drop(store);
        let store = serve(&sqlite).await;
        assert_eq!(store.quotes().await.unwrap(), [apple(51)]);
        assert_eq!(store.last(&daily("AAPL", "5d")).await.unwrap().is_some(), i != 2);
        store.check().await.unwrap();
    }
}

#[tokio::test]
async fn a_service_that_ends_writes_nothing_into_somebody_elses_file() {
    let (sqlite, store) = served().await;
    fs::write(sqlite.path(), "theirs").unwrap();
    store.take_quote(&apple(2)).await.unwrap_err();
    drop(store);
    assert_eq!(fs::read_to_string(sqlite.path()).unwrap(), "theirs");
}

#[tokio::test]
async fn another_store_of_ours_in_its_place_is_used() {
    let (sqlite, store) = served().await;
    let other = Sqlite::new();
    let theirs = other.store();
    theirs.take_quote(&quote("MSFT", 1.0, second(0))).await.unwrap();
    theirs.close().unwrap();
    fs::rename(other.path(), sqlite.path()).unwrap();
    assert_eq!(store.tend(second(2)).await.unwrap(), 1, "what was stored is not in it");
    assert_eq!(store.quotes().await.unwrap(), [quote("MSFT", 1.0, second(0))]);
    store.take_quote(&apple(3)).await.unwrap();
    store.check().await.unwrap();
}

#[tokio::test]
async fn who_locks_it_for_long_keeps_nobody_waiting_twice() {
    let (sqlite, store) = served().await;
    let other = Connection::open(sqlite.path()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let failed = store.take_quote(&apple(2)).await.unwrap_err();
    assert_eq!(failed.trouble(), Some(StoreTrouble::Locked), "{failed}");
    for n in 3..1_000 {
        store.take_quote(&apple(n)).await.unwrap_err();
    }
    assert_eq!(store.tend(second(2)).await.unwrap_err().trouble(), Some(StoreTrouble::Locked));
    assert_eq!(store.quotes().await.unwrap(), [apple(1)], "it is read meanwhile");
    other.execute_batch("COMMIT").unwrap();
    store.tend(second(3)).await.unwrap();
    store.take_quote(&apple(4)).await.unwrap();
}

#[tokio::test]
async fn a_store_that_turns_out_to_be_damaged_is_moved_aside() {
    let (sqlite, store) = served().await;
    drop(store);
    // More than memory holds of it, so that it is read again.
    sqlite.file().execute_batch(MANY_INSTRUMENTS).unwrap();
    let store = serve(&sqlite).await;
    let mut content = fs::read(sqlite.path()).unwrap();
    content[4096..].fill(0xff);
    fs::write(sqlite.path(), &content).unwrap();
    let failed = store.take_quote(&apple(2)).await.unwrap_err();
    assert!(matches!(failed, StoreError::Damaged { .. }), "{failed}");
    assert_eq!(store.tend(second(2)).await.unwrap(), 1);
    store.take_quote(&apple(3)).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), [apple(3)]);
    let aside = fs::read_dir(folder(&sqlite)).unwrap().map(|it| it.unwrap().path());
    let aside = aside.filter(|it| it.to_str().unwrap().contains(".damaged-"));
    assert!(aside.into_iter().any(|it| fs::read(it).is_ok_and(|found| found == content)));
}

const MANY_INSTRUMENTS: &str = "
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
    INSERT INTO series (symbol, interval, source, basis) SELECT 'X' || n, '1d', 'x', 'splits' FROM n";

#[tokio::test]
async fn files_are_made_for_their_user_alone() {
    let sqlite = Sqlite::new();
    let _store = serve(&sqlite).await;
    assert_eq!(mode(&folder(&sqlite)), 0o700);
    let files = fs::read_dir(folder(&sqlite)).unwrap().map(|it| it.unwrap().path());
    let files: Vec<_> = files.collect();
    assert_eq!(files.len(), 4, "the file, its log and index, and the lock: {files:?}");
    assert!(files.iter().all(|it| mode(it) == 0o600));
}

#[tokio::test]
async fn a_second_service_is_kept_out() {
    let sqlite = Sqlite::new();
    let store = serve(&sqlite).await;
    let refused = try_to_serve(&sqlite.path()).await.err().unwrap();
    assert_eq!(refused.trouble(), Some(StoreTrouble::InUse));
    let said = refused.to_string();
    let pid = format!("pid {}", std::process::id());
    assert!(said.contains(&pid) && said.contains("127.0.0.1:5000"), "{said}");
    let holder = Address::sqlite(sqlite.path()).holder().unwrap();
    assert_eq!(holder.address.as_deref(), Some("127.0.0.1:5000"));
    drop(store);
    assert_eq!(Address::sqlite(sqlite.path()).holder(), None);
    serve(&sqlite).await;
}

/// With a single thread for both, on which the first can only end while the second waits.
#[tokio::test]
async fn a_service_that_is_ending_is_waited_for() {
    let sqlite = Sqlite::new();
    let first = serve(&sqlite).await;
    tokio::spawn(async move { drop(first) });
    serve(&sqlite).await;
}

/// Refused, with a reason, by a service and by a command; and nothing is left there.
async fn expect_refused(path: &Path, trouble: StoreTrouble) {
    let files = || fs::read_dir(path.parent().unwrap()).unwrap().count();
    let before = files();
    let once = Address::sqlite(path).open(&Opening::Once, second(0)).await.err();
    for refused in [try_to_serve(path).await.err(), once] {
        let refused = refused.unwrap();
        assert_eq!(refused.trouble(), Some(trouble), "{}: {refused}", path.display());
        assert!(refused.to_string().contains(path.to_str().unwrap()), "{refused}");
    }
    assert_eq!(files(), before, "something is left beside {}", path.display());
}

#[tokio::test]
async fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder")).unwrap();
    symlink("nothing", at("dangling")).unwrap();
    drop(SqliteStore::open(&at("store.db")).unwrap());
    symlink("store.db", at("link")).unwrap();
    let _listening = UnixListener::bind(at("socket")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
    for name in ["folder", "dangling", "link", "socket", "pipe"] {
        expect_refused(&at(name), StoreTrouble::NotOurs).await;
    }
    assert_eq!(mode(&at("pipe")) & 0o400, 0o400, "it is still there");
}

#[tokio::test]
async fn a_device_is_refused_and_so_is_a_path_below_a_file() {
    let below = tempfile::NamedTempFile::new().unwrap();
    for path in [Path::new("/dev/null"), &below.path().join("prices.db")] {
        let refused = try_to_serve(path).await.err().unwrap();
        assert_eq!(refused.trouble(), Some(StoreTrouble::NotOurs), "{refused}");
    }
}

#[tokio::test]
async fn somebody_elses_file_is_refused() {
    for theirs in ["date;close\n", "x", "SQLite format 3\0"] {
        let sqlite = file_with(theirs.repeat(500));
        expect_refused(&sqlite.path(), StoreTrouble::NotOurs).await;
        assert_eq!(fs::read_to_string(sqlite.path()).unwrap(), theirs.repeat(500));
    }
    for (theirs, trouble) in [
        ("PRAGMA application_id = 1", StoreTrouble::NotOurs),
        ("CREATE TABLE bookmarks (url TEXT)", StoreTrouble::NotOurs),
    ] {
        let sqlite = file_with("");
        sqlite.file().execute_batch(theirs).unwrap();
        let before = fs::read(sqlite.path()).unwrap();
        expect_refused(&sqlite.path(), trouble).await;
        assert!(fs::read(sqlite.path()).unwrap() == before);
    }
    let newer = Sqlite::new();
    drop(newer.store());
    newer.file().pragma_update(None, "user_version", 99).unwrap();
    expect_refused(&newer.path(), StoreTrouble::Newer).await;
}
