//! Killed at any moment, a store has all it said it had stored, and is sound.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{ChildStdout, Stdio};
use std::time::Duration;

use market::{HistoryResult, Store};
use store::SqliteStore;

use crate::Taking as _;
use crate::sqlite::Sqlite;
use crate::sqlite::child;
use crate::values::{answer, bar, closes, daily, quote, second};

const KILLS: u32 = 200;

/// Kills in the life of one file.
const KILLS_A_FILE: u32 = 25;

/// Answers go round among so many symbols.
const SYMBOLS: u32 = 8;

/// Bars in an answer.
const BARS: usize = 20;

/// The `n`th answer. Its time tells it from all others, and so does each close.
fn nth(n: u32) -> HistoryResult {
    let bars = (1..=BARS).map(|day| bar(&format!("2025-10-{day:02}"), f64::from(n)));
    answer(&daily(&symbol(n), "1mo"), bars.collect(), second(i64::from(n)))
}

fn symbol(n: u32) -> String {
    format!("S{}", n % SYMBOLS)
}

/// Which answer to its question a store has, whole.
async fn stored(store: &SqliteStore, question: u32) -> Option<u32> {
    let read = store.last(&nth(question).query).await.unwrap()?;
    let n = (read.received_at.as_second() - second(0).as_second()) as u32;
    assert_eq!(closes(&read), [f64::from(n); BARS], "of {n} something is missing");
    assert!(!read.superseded);
    Some(n)
}

/// Persists answers and says so, one after the other.
#[tokio::test]
#[ignore = "run by the test below, to be killed"]
async fn persists_answers_until_it_is_killed() {
    let Some(path) = child::store() else { return };
    let store = SqliteStore::open(&path).unwrap();
    let mut next = 0;
    for question in 0..SYMBOLS {
        next = next.max(stored(&store, question).await.map_or(0, |n| n + 1));
    }
    for n in next.. {
        let (answer, quote) = (nth(n), quote(&symbol(n), f64::from(n), second(i64::from(n))));
        let stored = async {
            if n % 5 == 0 { store.take_anew(&answer).await } else { store.take(&answer).await }
        };
        stored.await.unwrap();
        store.take_quote(&quote).await.unwrap();
        writeln!(std::io::stdout(), "stored {n}").unwrap();
    }
}

/// Lets a process store answers for a moment, kills it, and returns what it said
/// it had stored: of each question the last.
fn kill_one(path: &Path, round: u32) -> BTreeMap<u32, u32> {
    let mut command = child::command("sqlite::killed::persists_answers_until_it_is_killed", path);
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut said = BTreeMap::new();
    let mut moment = moment(round);
    if round.is_multiple_of(4) {
        // One in four may be killed while it opens the store.
        moment *= 4;
    } else {
        said.extend(next_stored(&mut lines));
    }
    // Not to wait for anything, but to kill at any point of its work.
    std::thread::sleep(moment);
    process.kill().unwrap();
    process.wait().unwrap();
    said.extend(std::iter::from_fn(|| next_stored(&mut lines)));
    said
}

/// Up to eight milliseconds.
fn moment(round: u32) -> Duration {
    let mut hasher = DefaultHasher::new();
    hasher.write_u32(round);
    Duration::from_micros(hasher.finish() % 8_000)
}

/// The next answer it says it has stored, by its question.
fn next_stored(lines: &mut Lines<BufReader<ChildStdout>>) -> Option<(u32, u32)> {
    let n = lines.find_map(|line| line.unwrap().split_once("stored ")?.1.parse::<u32>().ok())?;
    Some((n % SYMBOLS, n))
}

#[tokio::test]
async fn a_killed_process_loses_nothing_it_said_it_had_stored() {
    let (mut sqlite, mut last) = (Sqlite::new(), BTreeMap::new());
    let mut in_all = 0;
    for round in 0..KILLS {
        if round % KILLS_A_FILE == 0 {
            (sqlite, last) = (Sqlite::new(), BTreeMap::new());
        }
        let said = kill_one(&sqlite.path(), round);
        in_all += said.len();
        last.extend(said);
        let store = sqlite.store();
        store.check().await.unwrap();
        let mut unsaid = 0;
        for question in 0..SYMBOLS {
            let (said, stored) = (last.get(&question).copied(), stored(&store, question).await);
            assert!(stored >= said, "of {question} it stored {said:?}, and {stored:?} is there");
            if stored > said {
                unsaid += 1;
            }
            last.extend(stored.map(|n| (question, n)));
        }
        assert!(unsaid <= 1, "it can only have been about to say so once, not {unsaid} times");
    }
    assert!(in_all > KILLS as usize / 2, "killed too early to tell: {in_all} answers");
}
