//! Everything an upstream, a disk, a kernel or a greedy reader may do to the service,
//! one after another, while readers go on asking: the table that `make chaos` prints.
//!
//! Most faults are met by the whole service inside this process, over fake
//! upstreams on loopback, on a clock that the test moves. Damage to files and
//! sudden death are met by the binary itself.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]
#![expect(clippy::print_stdout, reason = "what is shown is the table")]

mod clock;
mod crowd;
mod disk;
mod known;
mod ordeal;
mod pressure;
mod process;
mod readers;
mod recovery;
mod restarts;
mod stage;
mod table;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use table::Row;

/// The service as a program.
fn marketpulse() -> Command {
    testkit::program(env!("CARGO_BIN_EXE_marketpulse"))
}

/// How thorough to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A part of every test run.
    Short,
    /// `make chaos`.
    Full,
}

impl Form {
    fn asked_for() -> Self {
        let full = std::env::var("MARKETPULSE_CHAOS").is_ok_and(|form| form == "full");
        if full { Self::Full } else { Self::Short }
    }
}

/// So many services under fire at once: most of the time each waits for a timeout.
const AT_ONCE: usize = 16;

#[test]
fn every_fault_is_survived_and_recovered_from() {
    let panics = count_panics();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let rows = runtime.block_on(all_rows(Form::asked_for()));
    println!("\n{}", table::of(&rows));
    let wrong = table::faults_found(&rows);
    assert!(wrong.is_empty(), "{} of {} rows failed:\n{}", wrong.len(), rows.len(), wrong.join(""));
    assert_eq!(*panics.lock().unwrap(), Vec::<String>::new(), "panics inside the service");
}

/// A panic in a task of the service is seen here even where nobody waits for it.
fn count_panics() -> Arc<Mutex<Vec<String>>> {
    let panics = Arc::<Mutex<Vec<String>>>::default();
    let (noted, usual) = (Arc::clone(&panics), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        noted.lock().unwrap().push(panic.to_string());
        usual(panic);
    }));
    panics
}

async fn all_rows(form: Form) -> Vec<Row> {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut under_way = JoinSet::new();
    // MARKETPULSE_CHAOS_ROWS is a part of the names of those that are wanted alone.
    let wanted = std::env::var("MARKETPULSE_CHAOS_ROWS").unwrap_or_default();
    let all = ordeal::all(form).into_iter().filter(|(name, _)| name.contains(&wanted));
    let (names, ordeals): (Vec<_>, Vec<_>) = all.unzip();
    // The last ones take longest, so they begin first.
    for (i, ordeal) in ordeals.into_iter().enumerate().rev() {
        let room = Arc::clone(&room);
        under_way.spawn(async move {
            let _place = room.acquire_owned().await.unwrap();
            // In a task of its own, so that a row that panics is still a row.
            (i, tokio::spawn(ordeal).await.map_err(|panic| panic.to_string()))
        });
    }
    let mut rows = BTreeMap::new();
    while let Some(done) = under_way.join_next().await {
        let (i, outcome) = done.unwrap();
        let row = Row::new(names[i], outcome);
        // Whoever ends a long run early knows what has been tried.
        println!("{row}");
        rows.insert(i, row);
    }
    rows.into_values().collect()
}
