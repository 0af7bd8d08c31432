//! A disk that is full, and has room again.

use std::path::Path;
use std::process::Command;

use market::{Store, StoreError, StoreTrouble};
use store::{Address, Opening, SqliteStore};

use crate::Taking as _;
use crate::sqlite::child;
use crate::values::{answer, bar, closes, daily, quote, second};

/// Gives a process a disk of one megabyte that nobody else sees, and which is
/// gone with the process.
fn on_a_small_disk(folder: &Path, command: &Command) -> Command {
    let mut outer = Command::new("unshare");
    outer.args(["--mount", "--map-root-user", "sh", "-c"]);
    outer.arg(r#"mount -t tmpfs -o size=1m none "$0" && exec "$@""#).arg(folder);
    outer.arg(command.get_program()).args(command.get_args());
    outer.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    outer
}

#[test]
fn a_full_disk_costs_only_what_it_has_no_room_for() {
    let folder = tempfile::tempdir().unwrap();
    let probe = on_a_small_disk(folder.path(), &Command::new("true")).output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        eprintln!("skipped: this user cannot mount a small disk");
        return;
    }
    let path = folder.path().join("prices.db");
    let child = child::command("sqlite::full::fills_the_disk", &path);
    child::expect_passed(&on_a_small_disk(folder.path(), &child).output().unwrap());
}

#[test]
fn a_service_goes_on_without_a_store_until_the_disk_has_room() {
    let folder = tempfile::tempdir().unwrap();
    let probe = on_a_small_disk(folder.path(), &Command::new("true")).output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        eprintln!("skipped: this user cannot mount a small disk");
        return;
    }
    let child =
        child::command("sqlite::full::begins_on_a_full_disk", &folder.path().join("a/b.db"));
    child::expect_passed(&on_a_small_disk(folder.path(), &child).output().unwrap());
}

#[tokio::test]
#[ignore = "run by the test above, on a small disk"]
async fn begins_on_a_full_disk() {
    let Some(path) = child::store() else { return };
    let ballast = path.parent().unwrap().with_file_name("ballast");
    let mut file = std::fs::File::create(&ballast).unwrap();
    while std::io::Write::write_all(&mut file, &[0; 1024]).is_ok() {}
    drop(file);
    let opening = Opening::ToServe { at: "here".to_owned() };
    let store = Address::sqlite(&path).open(&opening, second(0)).await.unwrap();
    for n in 0..2 {
        let full = store.tend(second(n)).await.unwrap_err();
        assert_eq!(full.trouble(), Some(StoreTrouble::Full), "{full}");
        let full = store.take(&nth(n)).await.unwrap_err();
        assert_eq!(full.trouble(), Some(StoreTrouble::Full), "{full}");
        store.quotes().await.unwrap_err();
    }
    std::fs::remove_file(&ballast).unwrap();
    assert_eq!(store.tend(second(3)).await.unwrap(), 1);
    store.take(&nth(3)).await.unwrap();
    drop(store);
    let store = Address::sqlite(&path).open(&opening, second(4)).await.unwrap();
    assert!(store.last(&daily("AAPL", "max")).await.unwrap().is_some());
}

#[tokio::test]
#[ignore = "run by the test above, on a small disk"]
async fn fills_the_disk() {
    let Some(path) = child::store() else { return };
    let ballast = path.with_extension("ballast");
    std::fs::write(&ballast, vec![0; 200_000]).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    store.take_quote(&quote("AAPL", 1.0, second(0))).await.unwrap();
    let (mut n, why) = fill(&store).await;
    assert!(why.contains("make room") && why.contains("prices.db"), "{why}");

    let question = daily("AAPL", "max");
    let is_whole = async |n: i64| {
        let read = store.last(&question).await.unwrap().unwrap();
        assert_eq!((closes(&read), read.received_at), (vec![n as f64; 28], second(n)));
        assert_eq!(store.quotes().await.unwrap().len(), 1);
        store.check().await.unwrap();
    };
    is_whole(n - 1).await;

    std::fs::remove_file(&ballast).unwrap();
    for _ in 0..3 {
        store.take(&nth(n)).await.unwrap();
        is_whole(n).await;
        n += 1;
    }
}

/// Persists answers until there is no room for one.
async fn fill(store: &SqliteStore) -> (i64, String) {
    for n in 0..10_000 {
        match store.take(&nth(n)).await {
            Ok(_) => {}
            Err(StoreError::Unusable { why, .. }) => return (n, why),
            Err(other) => panic!("no room is no damage: {other}"),
        }
    }
    panic!("the disk is never full");
}

fn nth(n: i64) -> market::HistoryResult {
    let bars = (1..=28).map(|day| bar(&format!("2025-10-{day:02}"), n as f64));
    answer(&daily("AAPL", "max"), bars.collect(), second(n))
}
