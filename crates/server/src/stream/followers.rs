use std::sync::Arc;
use std::time::{Duration, Instant};

use super::frame::Frame;
use super::mailbox::{Cells, Mailbox};

/// Those who follow one thing.
#[derive(Debug, Default)]
pub(super) struct Followers {
    /// When the last one left; `None` while there is one.
    left_at: Option<Instant>,
    readers: Vec<(Arc<Mailbox>, Cells)>,
}

impl Followers {
    pub(super) fn add(&mut self, mailbox: &Arc<Mailbox>, cells: Cells) {
        self.left_at = None;
        self.readers.push((Arc::clone(mailbox), cells));
    }

    pub(super) fn remove(&mut self, mailbox: &Arc<Mailbox>) {
        let place = self.readers.iter().position(|(known, _)| Arc::ptr_eq(known, mailbox));
        let removed = place.map(|place| self.readers.swap_remove(place));
        if removed.is_some() && self.readers.is_empty() {
            self.left_at = Some(Instant::now());
        }
    }

    /// Whether there is one, or was one so shortly ago.
    pub(super) fn are_there(&self, now: Instant, linger: Duration) -> bool {
        self.left_at.is_none_or(|at| now.duration_since(at) < linger)
    }

    /// Gives a frame to all of them.
    pub(super) fn tell(&self, frame: &Arc<Frame>, cell: fn(Cells) -> usize) {
        for (mailbox, cells) in &self.readers {
            mailbox.put(cell(*cells), frame);
        }
    }
}
