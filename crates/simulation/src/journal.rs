use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;

/// How often what happened.
pub type Tally = BTreeMap<&'static str, u64>;

/// Every way in which upstreams, and what the service runs on, misbehave: a
/// simulation in which one never did says nothing of it.
pub const MISBEHAVIOURS: [&str; 34] = [
    "holiday bar told",
    "session's bar withheld",
    "row without a price",
    "close corrected later",
    "close against its own range",
    "bar restamped",
    "split told late",
    "split withdrawn",
    "dividend moved",
    "dividend told late",
    "dividend withdrawn",
    "dividend in another currency",
    "first price false",
    "price against its own answer",
    "price in another unit",
    "Sunday market open",
    "half answer",
    "symbol left out",
    "months for max",
    "answer broken off",
    "call while unreachable",
    "call while its name is unresolved",
    "call without a secure connection",
    "call while failing",
    "call while throttled",
    "refusal",
    "refusal with status 200",
    "answer unreadable",
    "symbol called unknown",
    "call never answered",
    "stop",
    "kill while asking",
    "kill inside a write",
    "clock stepped",
];

/// What happened, in order. All that is written goes into one hash.
#[derive(Default)]
pub(crate) struct Journal(Mutex<State>);

#[derive(Default)]
struct State {
    hasher: DefaultHasher,
    lines: Vec<String>,
    tally: Tally,
    fault: Option<String>,
}

impl Journal {
    /// Writes a line.
    pub(crate) fn note(&self, line: String) {
        let mut state = self.0.lock().unwrap();
        line.hash(&mut state.hasher);
        state.lines.push(line);
    }

    /// Takes bytes into the hash that are too many to be shown.
    pub(crate) fn seal(&self, bytes: &[u8]) {
        bytes.hash(&mut self.0.lock().unwrap().hasher);
    }

    /// Counts that something happened.
    pub(crate) fn count(&self, what: &'static str) {
        *self.0.lock().unwrap().tally.entry(what).or_default() += 1;
    }

    /// Says that something is not as it must be. The first counts.
    pub(crate) fn fault(&self, what: String) {
        self.note(format!("FAULT {what}"));
        self.0.lock().unwrap().fault.get_or_insert(what);
    }

    /// What is not as it must be, if anything.
    pub(crate) fn found(&self) -> Option<String> {
        self.0.lock().unwrap().fault.clone()
    }

    /// The hash of all lines, the lines, and the counts.
    pub(crate) fn close(&self) -> (u64, Vec<String>, Tally) {
        let state = self.0.lock().unwrap();
        (state.hasher.finish(), state.lines.clone(), state.tally.clone())
    }
}
