//! Files that older versions wrote.

use std::ops::RangeInclusive;
use std::process::Stdio;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::date;
use market::{ChangesQuery, DisputesQuery, HistoryResult, Interval, Matter, Source, Store, Why};
use rusqlite::Connection;

use crate::Taking as _;
use crate::sqlite::trouble::file_with;
use crate::sqlite::{Sqlite, child};
use crate::values::{answer, bar, closes, daily, second};

/// What took the schema from one version to the next.
const MIGRATIONS: [&str; 13] = [
    include_str!("../../../src/sqlite/migrations/0001_prices.sql"),
    include_str!("../../../src/sqlite/migrations/0002_bases.sql"),
    include_str!("../../../src/sqlite/migrations/0003_listings.sql"),
    include_str!("../../../src/sqlite/migrations/0004_payments.sql"),
    include_str!("../../../src/sqlite/migrations/0005_two_times.sql"),
    include_str!("../../../src/sqlite/migrations/0006_changes.sql"),
    include_str!("../../../src/sqlite/migrations/0007_quotes.sql"),
    include_str!("../../../src/sqlite/migrations/0008_spending.sql"),
    include_str!("../../../src/sqlite/migrations/0009_set_back.sql"),
    include_str!("../../../src/sqlite/migrations/0010_kept.sql"),
    include_str!("../../../src/sqlite/migrations/0011_skipped.sql"),
    include_str!("../../../src/sqlite/migrations/0012_described.sql"),
    include_str!("../../../src/sqlite/migrations/0013_thin.sql"),
];

/// The steps of some versions, on a file that has those before.
fn migrate(file: &Connection, versions: RangeInclusive<usize>) {
    for version in versions {
        file.execute_batch(MIGRATIONS[version - 1]).unwrap();
    }
}

/// A file as the first version left it, with one answer in it.
pub(super) fn of_the_first_version() -> Sqlite {
    let sqlite = file_with("");
    let file = sqlite.file();
    migrate(&file, 1..=1);
    let received_at = second(0).as_millisecond();
    file.execute_batch(&format!(
        "PRAGMA application_id = 0x4d507374; PRAGMA user_version = 1;
         INSERT INTO instrument VALUES
             ('AAPL', 'yahoo', 'Apple Inc.', 'equity', 'USD', NULL, 'America/New_York', 2, 0);
         INSERT INTO series VALUES (7, 'AAPL', '1d', 'yahoo', 'USD', 'splits');
         INSERT INTO bar VALUES
             (7, 1761571800000, {received_at}, 20388, 1, 2, 0.5, 100, 90, 5, 0);
         INSERT INTO answer VALUES
             ('AAPL', '1d', 'max', 'yahoo', 7, {received_at}, 1, 1761571800000, 1761571800000,
              20388, 20388, NULL, NULL, NULL, NULL, NULL, NULL);"
    ))
    .unwrap();
    sqlite
}

/// As the second version left it, with a quote besides.
fn of_the_second_version() -> Sqlite {
    let sqlite = of_the_first_version();
    let file = sqlite.file();
    migrate(&file, 2..=2);
    let received_at = second(0).as_millisecond();
    file.execute_batch(&format!(
        "PRAGMA user_version = 2;
         INSERT INTO quote (symbol, source, price, received_at)
         VALUES ('AAPL', 'yahoo', 268.81, {received_at});"
    ))
    .unwrap();
    sqlite
}

#[tokio::test]
async fn what_an_older_version_stored_is_read_and_added_to() {
    let sqlite = of_the_first_version();
    let store = sqlite.store();
    let question = daily("AAPL", "max");
    let read = store.last(&question).await.unwrap().unwrap();
    assert_eq!((closes(&read), read.superseded), (vec![100.0], false));
    let same = answer(&daily("AAPL", "1d"), read.series.bars().collect(), second(60));
    assert_eq!(store.take(&same).await.unwrap().new, 0, "it is the same series");

    let halved = answer(&daily("AAPL", "5d"), vec![bar("2025-10-27", 50.0)], second(90));
    store.take_anew(&halved).await.unwrap();
    let read = store.last(&question).await.unwrap().unwrap();
    assert_eq!((closes(&read), read.superseded), (vec![100.0], true));
    store.check().await.unwrap();
}

#[tokio::test]
async fn for_what_stretch_an_older_answer_was_asked_is_not_known() {
    let sqlite = of_the_first_version();
    let store = sqlite.store();
    let (asked, day) = (daily("AAPL", "1y"), date(2025, 10, 27));
    let covering =
        async || store.covering(&asked, Some(day), day, second(-99), None).await.unwrap();
    assert_eq!(covering().await, None);
    let again = store.last(&daily("AAPL", "max")).await.unwrap().unwrap();
    store.take(&again).await.unwrap();
    assert_eq!(covering().await.as_ref().map(closes), Some(vec![100.0]));
}

#[tokio::test]
async fn where_an_older_instrument_is_listed_is_not_known_until_reported() {
    let sqlite = of_the_second_version();
    let store = sqlite.store();
    let quotes = store.quotes().await.unwrap();
    assert_eq!(quotes.len(), 1);
    let mut described = quotes[0].instrument.clone();
    assert_eq!((described.mic.as_deref(), described.first_trade), (None, None));
    assert_eq!(store.instruments().await.unwrap(), [described.clone()]);
    let read = store.last(&daily("AAPL", "max")).await.unwrap().unwrap();
    assert_eq!((closes(&read), &read.instrument), (vec![100.0], &described));

    described.mic = Some("XNAS".into());
    described.first_trade = Some(date(1980, 12, 12));
    store.take(&HistoryResult { instrument: described.clone(), ..read }).await.unwrap();
    assert_eq!(store.instruments().await.unwrap(), [described]);
    store.check().await.unwrap();
    drop(store);
    let version = sqlite.file().pragma_query_value(None, "user_version", |row| row.get(0));
    assert_eq!(version, Ok(17_i64));
}

#[tokio::test]
async fn what_an_older_version_stored_is_known_since_then() {
    let sqlite = of_the_second_version();
    let store = sqlite.store();
    let known = async |seconds| {
        let known = store.answer(&daily("AAPL", "max"), Some(second(seconds))).await;
        known.unwrap().as_ref().map(closes)
    };
    assert_eq!(known(-1).await, None);
    assert_eq!(known(0).await, Some(vec![100.0]));
}

/// As the fourth version left it: two stamps of one date, both told, the first of
/// them earlier, and many bars besides.
fn of_the_fourth_version(bars: i64) -> Sqlite {
    let sqlite = of_the_second_version();
    let file = sqlite.file();
    migrate(&file, 3..=4);
    let later = second(3_600).as_millisecond();
    file.execute_batch(&format!(
        "PRAGMA user_version = 4;
         INSERT INTO bar VALUES (7, 1761567300000, {later}, 20388, 1, 2, 0.5, 101, 90, 6, 0);
         INSERT INTO action (symbol, source, ex_date, kind, known_at, ordinal, amount, currency)
         VALUES ('AAPL', 'yahoo', 20388, 'dividend', {later}, 0, 0.26, 'USD');
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {bars})
         INSERT INTO bar SELECT 7, 1761571800000 - n * 86400000, {later} + n % 50, 20388 - n,
                                1, 2, 0.5, n, NULL, NULL, 0 FROM n;"
    ))
    .unwrap();
    sqlite
}

#[tokio::test]
async fn two_stamps_of_a_date_become_versions_of_one_bar() {
    let sqlite = of_the_fourth_version(3);
    let store = sqlite.store();
    let at = |seconds| Some(second(seconds));
    let told = async |seconds| {
        let ever = date(2025, 12, 31);
        let asked = daily("AAPL", "1y");
        let told = store.overlapping(&asked, Some(date(2025, 10, 27)), ever, at(seconds)).await;
        told.unwrap().as_ref().map(closes)
    };
    assert_eq!(told(-1).await, None);
    assert_eq!(told(0).await, Some(vec![100.0]));
    assert_eq!(told(3_599).await, Some(vec![100.0]));
    assert_eq!(told(3_600).await, Some(vec![101.0]), "the later of the two, and no second bar");
    let paid = store.actions(&"AAPL".parse().unwrap(), &Source::new("yahoo"), None).await.unwrap();
    assert_eq!(paid[0].kind.payment().unwrap().currency, "USD".parse().ok());
    store.check().await.unwrap();
}

#[test]
#[ignore = "run by the test below, to be killed"]
fn migrates_until_it_is_killed() {
    if let Some(path) = child::store() {
        drop(store::SqliteStore::open(&path).unwrap());
    }
}

#[tokio::test]
async fn a_migration_that_is_killed_loses_nothing() {
    const BARS: i64 = 4_000;
    let sqlite = of_the_fourth_version(BARS);
    for kills in 0..24_u64 {
        let test = "sqlite::older::migrates_until_it_is_killed";
        let mut process =
            child::command(test, &sqlite.path()).stdout(Stdio::null()).spawn().unwrap();
        // Not to wait for anything, but to kill at any point of its work.
        std::thread::sleep(Duration::from_micros(500 * kills * kills));
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let store = sqlite.store();
    let all = store.overlapping(&daily("AAPL", "1y"), None, date(2025, 12, 31), None).await;
    assert_eq!(all.unwrap().unwrap().series.len(), usize::try_from(BARS).unwrap() + 1);
    store.check().await.unwrap();
    assert_eq!(closes(&store.last(&daily("AAPL", "max")).await.unwrap().unwrap()), [101.0]);
}

#[tokio::test]
async fn what_had_changed_in_an_older_file_is_reported() {
    let sqlite = file_with("");
    let file = sqlite.file();
    migrate(&file, 1..=5);
    file.execute_batch(
        "PRAGMA application_id = 0x4d507374; PRAGMA user_version = 5;
         INSERT INTO revision VALUES (1, 1000), (2, 2000), (3, 3000), (4, 4000);
         INSERT INTO run VALUES (1, 1000);
         INSERT INTO series (id, symbol, interval, source, basis, rebased_at, since)
         VALUES (7, 'AAPL', '1d', 'yahoo', 'splits', NULL, 1),
                (8, 'AAPL', '1d', 'yahoo', 'splits', 4000, 4);
         INSERT INTO bar VALUES
             (7, 20388, 1, 5, 20388, 1, 2, 0.5, 1, NULL, 9, 0),
             (7, 20388, 2, 6, 20388, 1, 2, 0.5, 1, NULL, 9, 0),
             (7, 20388, 3, 6, 20388, NULL, NULL, NULL, NULL, NULL, NULL, 0),
             (7, 20389, 2, 5, 20389, 1, 2, 0.5, 1, NULL, 9, 1),
             (7, 20389, 3, 5, 20389, 1, 2, 0.5, 1.5, NULL, 9, 0),
             (8, 20389, 4, 5, 20389, 1, 2, 0.5, 1.5, NULL, 9, 0);
         INSERT INTO action VALUES
             ('AAPL', 'yahoo', 20388, 'dividend', 1, 0, 0.5, NULL, NULL, NULL),
             ('AAPL', 'yahoo', 20388, 'dividend', 2, -1, NULL, NULL, NULL, NULL);",
    )
    .unwrap();
    let store = sqlite.store();
    let query = ChangesQuery { since: Timestamp::MIN, after: 0, symbol: None, most: 99 };
    let changes = store.changes(&query).await.unwrap();
    let mut outline: Vec<_> = changes
        .iter()
        .map(|it| (it.at.as_second(), it.interval, it.why, it.first.day(), it.last.day()))
        .collect();
    outline.sort_unstable_by_key(|it| (it.0, it.2));
    let daily = Some(Interval::D1);
    let expected = [
        (2, daily, Why::Restamped, 27, 27),
        (2, None, Why::Withdrawn, 27, 27),
        (3, daily, Why::Withdrawn, 27, 27),
        (4, daily, Why::Rebased, 27, 28),
    ];
    assert_eq!(outline, expected);
    store.check().await.unwrap();
}

#[tokio::test]
async fn what_was_disputed_in_an_older_file_is_listed() {
    let sqlite = file_with("");
    let file = sqlite.file();
    migrate(&file, 1..=13);
    let version =
        "INSERT INTO quote_version (symbol, since, place, source, price, received_at, made_up)";
    file.execute_batch(&format!(
        "PRAGMA application_id = 0x4d507374; PRAGMA user_version = 13;
         INSERT INTO instrument (symbol, source, name, kind, time_zone, price_decimals, described_at)
         VALUES ('AAPL', 'yahoo', 'Apple', 'equity', 'UTC', 2, 0),
                ('AAPL', 'ecb', 'Apple', 'equity', 'UTC', 2, 0);
         INSERT INTO revision VALUES (1, 1000), (2, 2000), (3, 3000), (4, 4000), (5, 5000), (6, 6000);
         INSERT INTO run VALUES (1, 1000);
         {version} VALUES
             ('AAPL', 1, 0, 'yahoo', 100.0, 1000, 0),
             ('AAPL', 2, 0, 'yahoo', 101.0, 2000, 0), ('AAPL', 2, 1, 'ecb', 200.0, 2000, 0),
             ('AAPL', 3, 0, 'yahoo', 102.0, 3000, 0), ('AAPL', 3, 1, 'ecb', 200.0, 2000, 0),
             ('AAPL', 4, 0, 'yahoo', 103.0, 4000, 0),
             ('AAPL', 6, 0, 'yahoo', 104.0, 6000, 0), ('AAPL', 6, 1000, 'yahoo', 1.0, 4000, 0);
         INSERT INTO dispute VALUES
             ('AAPL', '1d', 'yahoo', 1, 100.0), ('AAPL', '1d', 'yahoo', 5, NULL),
             ('AAPL', '1wk', 'yahoo', 3, 0.01);"
    ))
    .unwrap();
    let store = sqlite.store();
    let query = DisputesQuery {
        symbol: None,
        since: None,
        is_open: false,
        before: u64::MAX,
        most: usize::MAX,
    };
    let told = store.disputed(&query).await.unwrap();
    let outline: Vec<_> = told
        .iter()
        .map(|it| {
            let by = match &it.matter {
                Matter::Price { against, .. } => against.price.get(),
                Matter::History { differs, .. } => differs.factor().unwrap_or_default(),
            };
            (it.since.as_second(), it.until.map(Timestamp::as_second), by, it.outcome)
        })
        .collect();
    let expected = [
        (6, None, 1.0, None),
        (3, None, 0.01, None),
        (2, Some(4), 200.0, None),
        (1, Some(5), 100.0, None),
    ];
    assert_eq!(outline, expected);
    let open = store.disputes(None, None).await.unwrap();
    assert_eq!(open.iter().map(|it| it.interval).collect::<Vec<_>>(), [Interval::Wk1]);
    store.check().await.unwrap();
}
