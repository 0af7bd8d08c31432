use std::sync::Arc;
use std::time::Duration;

use market::Moment;

use super::frame::Frame;
use super::queue::{ConflatingQueue, Slots};

/// Those who follow one thing.
#[derive(Debug, Default)]
pub(super) struct Followers {
    /// When the last one left; `None` while there is one.
    left_at: Option<Moment>,
    readers: Vec<(Arc<ConflatingQueue>, Slots)>,
}

impl Followers {
    pub(super) fn add(&mut self, queue: &Arc<ConflatingQueue>, slots: Slots) {
        self.left_at = None;
        self.readers.push((Arc::clone(queue), slots));
    }

    pub(super) fn remove(&mut self, queue: &Arc<ConflatingQueue>, now: Moment) {
        let place = self.readers.iter().position(|(known, _)| Arc::ptr_eq(known, queue));
        let removed = place.map(|place| self.readers.swap_remove(place));
        if removed.is_some() && self.readers.is_empty() {
            self.left_at = Some(now);
        }
    }

    /// Whether there is one, or was one so shortly ago.
    pub(super) fn are_there(&self, now: Moment, linger: Duration) -> bool {
        self.left_at.is_none_or(|at| now.since(at) < linger)
    }

    /// Gives a frame to all of them.
    pub(super) fn send(&self, frame: &Arc<Frame>, slot: fn(Slots) -> usize) {
        for (queue, slots) in &self.readers {
            queue.put(slot(*slots), frame);
        }
    }

    /// Gives all of them a frame that takes no other's place.
    pub(super) fn add_for_each(&self, frame: &Arc<Frame>) {
        self.readers.iter().for_each(|(queue, _)| queue.add(frame));
    }
}
