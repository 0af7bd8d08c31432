use std::sync::Arc;
use std::time::Instant;

use engine::{Demand, Entry};

use super::about::State;
use super::frame::Frame;
use super::mailbox::{Cells, Mailbox};

/// A symbol that somebody follows, or did a moment ago.
pub(super) struct Topic {
    /// What the board held when it was last looked at.
    pub(super) entry: Arc<Entry>,
    /// The board's version then.
    pub(super) board: u64,
    /// The quote as it was last told.
    pub(super) quote: Vec<u8>,
    /// The state as it was last told.
    pub(super) state: State,
    /// Every event about it with a greater number is among the recent ones, or
    /// was.
    pub(super) since: u64,
    /// When its last reader left; `None` while it has one.
    pub(super) left_at: Option<Instant>,
    readers: Vec<(Arc<Mailbox>, Cells)>,
    /// Keeps it refreshed.
    _demand: Demand,
}

impl Topic {
    pub(super) fn new(
        entry: Arc<Entry>,
        board: u64,
        quote: Vec<u8>,
        state: State,
        since: u64,
        demand: Demand,
    ) -> Self {
        let readers = Vec::new();
        Self { entry, board, quote, state, since, left_at: None, readers, _demand: demand }
    }

    pub(super) fn add(&mut self, mailbox: &Arc<Mailbox>, cells: Cells) {
        self.left_at = None;
        self.readers.push((Arc::clone(mailbox), cells));
    }

    pub(super) fn remove(&mut self, mailbox: &Arc<Mailbox>) {
        let place = self.readers.iter().position(|(known, _)| Arc::ptr_eq(known, mailbox));
        place.map(|place| self.readers.swap_remove(place));
        if self.readers.is_empty() {
            self.left_at = Some(Instant::now());
        }
    }

    /// Gives a frame to all who follow it.
    pub(super) fn tell(&self, frame: &Arc<Frame>, cell: fn(Cells) -> usize) {
        for (mailbox, cells) in &self.readers {
            mailbox.put(cell(*cells), frame);
        }
    }
}
