use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use market::Clock;
use server::SystemClock;

/// Of so many questions the first failure is kept whole.
const WHOLE: usize = 10;

/// What readers were given.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    reads: AtomicU64,
    greedy: AtomicU64,
    events: AtomicU64,
    failed: AtomicU64,
    /// By what was asked.
    first: Mutex<BTreeMap<String, String>>,
}

impl Tally {
    /// A question was answered as it must be.
    pub(crate) fn read(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    /// A question about nothing was answered.
    pub(crate) fn greedy_read(&self) {
        self.greedy.fetch_add(1, Ordering::Relaxed);
    }

    /// A piece of a stream, or a message.
    pub(crate) fn heard(&self) {
        self.events.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, what: &str, why: &str) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        let mut first = self.first.lock().unwrap();
        if first.len() < WHOLE && !first.contains_key(what) {
            first.insert(what.to_owned(), format!("at {}, {what}: {why}", SystemClock.now()));
        }
    }

    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    pub(crate) fn greedy_reads(&self) -> u64 {
        self.greedy.load(Ordering::Relaxed)
    }

    pub(crate) fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    pub(crate) fn failures(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// What failed first, whole.
    pub(crate) fn first_failures(&self) -> Vec<String> {
        self.first.lock().unwrap().values().cloned().collect()
    }
}
