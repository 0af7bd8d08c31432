use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use crate::clock::VirtualClock;

/// What SQLite keeps beside its file while it is open, and reads after a kill.
const LOG: &str = "-wal";

/// A kill in the middle of a write: what the files were at that instant is all that
/// is left.
pub(crate) struct Cut {
    file: PathBuf,
    clock: Arc<VirtualClock>,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is not to be.
    Idle,
    /// After so many more steps of writing.
    In(u32),
    /// It was then.
    Done(Timestamp),
}

impl Cut {
    pub(crate) fn new(file: &Path, clock: &Arc<VirtualClock>) -> Self {
        Self { file: file.to_owned(), clock: Arc::clone(clock), state: Mutex::new(State::Idle) }
    }

    /// Lets it be after so many more steps of writing.
    pub(crate) fn arm(&self, steps: u32) {
        *self.state.lock().unwrap() = State::In(steps);
    }

    /// Nothing is cut off any more.
    pub(crate) fn disarm(&self) {
        let mut state = self.state.lock().unwrap();
        if matches!(*state, State::In(_)) {
            *state = State::Idle;
        }
    }

    /// When the service was killed, if it was.
    pub(crate) fn done(&self) -> Option<Timestamp> {
        match *self.state.lock().unwrap() {
            State::Done(at) => Some(at),
            State::Idle | State::In(_) => None,
        }
    }

    /// Counts a step of writing. Whether the write breaks off.
    pub(crate) fn breaks(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        match *state {
            State::In(0) => {
                self.keep();
                *state = State::Done(self.clock.truly());
                true
            }
            State::In(steps) => {
                *state = State::In(steps - 1);
                false
            }
            State::Idle | State::Done(_) => false,
        }
    }

    /// Keeps the files as they are.
    fn keep(&self) {
        for end in ["", LOG] {
            fs::copy(beside(&self.file, end), beside(&kept(&self.file), end)).unwrap();
        }
    }

    /// Brings back what was left, once nobody has the files open any more.
    pub(crate) fn restore(&self) {
        for end in ["", LOG] {
            fs::rename(beside(&kept(&self.file), end), beside(&self.file, end)).unwrap();
        }
        *self.state.lock().unwrap() = State::Idle;
    }
}

fn kept(file: &Path) -> PathBuf {
    beside(file, ".cut")
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}
