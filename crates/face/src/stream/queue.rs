use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::frame::Frame;

/// Frames of which none takes another's place that may wait; then the oldest goes.
const MOST_OF_EACH: usize = 256;

/// What waits to be sent to one reader: at most one frame in each slot, the
/// newest, and a few of which each counts. It never grows with how slowly the
/// reader is.
#[derive(Debug, Default)]
pub(super) struct ConflatingQueue {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    slots: Vec<Option<Arc<Frame>>>,
    /// Frames of which each counts, oldest first.
    each: VecDeque<Arc<Frame>>,
    /// Slots with something in them.
    filled: Vec<usize>,
    /// Slots given back.
    free: Vec<usize>,
    reader: Option<Waker>,
    /// Frames that newer ones took the place of before they were sent.
    overtaken: u64,
    is_closed: bool,
}

/// A symbol's slots, one for its quotes and one for its states; or two more for
/// its bars. Those of the sources come before all of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slots(usize);

impl Slots {
    pub(super) fn quote(self) -> usize {
        self.0
    }

    pub(super) fn state(self) -> usize {
        self.0 + 1
    }

    /// Where these are for bars: the one that goes on.
    pub(super) fn running(self) -> usize {
        self.0
    }

    /// Likewise: the one that ended last.
    pub(super) fn ended(self) -> usize {
        self.0 + 1
    }
}

impl ConflatingQueue {
    /// With a slot for each source, numbered from 0.
    pub(super) fn new(sources: usize) -> Self {
        let waiting = Waiting { slots: vec![None; sources], ..Waiting::default() };
        Self { waiting: Mutex::new(waiting) }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Slots for one more symbol, or its bars.
    pub(super) fn allot(&self) -> Slots {
        let mut waiting = self.waiting();
        if let Some(first) = waiting.free.pop() {
            return Slots(first);
        }
        let first = waiting.slots.len();
        waiting.slots.resize(first + 2, None);
        Slots(first)
    }

    /// Throws away what waits in a symbol's slots, and gives them to the next.
    /// Nothing may be put into them any more.
    pub(super) fn give_back(&self, slots: Slots) {
        let mut waiting = self.waiting();
        let both = [slots.quote(), slots.state()];
        waiting.filled.retain(|slot| !both.contains(slot));
        for slot in both {
            waiting.slots[slot] = None;
        }
        waiting.free.push(slots.0);
    }

    /// Puts a frame in place of the one that may be waiting there.
    pub(super) fn put(&self, slot: usize, frame: &Arc<Frame>) {
        let mut waiting = self.waiting();
        if waiting.slots[slot].replace(Arc::clone(frame)).is_none() {
            waiting.filled.push(slot);
        } else {
            waiting.overtaken += 1;
        }
        waiting.wake();
    }

    /// Adds a frame that takes no other's place.
    pub(super) fn add(&self, frame: &Arc<Frame>) {
        let mut waiting = self.waiting();
        if waiting.each.len() == MOST_OF_EACH {
            waiting.each.pop_front();
            waiting.overtaken += 1;
        }
        waiting.each.push_back(Arc::clone(frame));
        waiting.wake();
    }

    /// How many frames were never sent, as newer ones took their places.
    pub(super) fn overtaken(&self) -> u64 {
        self.waiting().overtaken
    }

    /// What waits is still given, and then the end.
    pub(super) fn close(&self) {
        let mut waiting = self.waiting();
        waiting.is_closed = true;
        waiting.wake();
    }

    /// Takes all that waits, oldest first; nothing if nothing does.
    pub(super) fn take(&self) -> Vec<Arc<Frame>> {
        let mut frames = Vec::new();
        self.waiting().take(&mut frames);
        frames
    }

    /// Waits for frames and adds them, oldest first; `None` when there will be no
    /// more. For one task at a time.
    pub(super) fn poll_take(
        &self,
        cx: &mut Context<'_>,
        frames: &mut Vec<Arc<Frame>>,
    ) -> Poll<Option<()>> {
        let mut waiting = self.waiting();
        if !waiting.filled.is_empty() || !waiting.each.is_empty() {
            waiting.take(frames);
            return Poll::Ready(Some(()));
        }
        if waiting.is_closed {
            return Poll::Ready(None);
        }
        match &mut waiting.reader {
            Some(reader) => reader.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}

impl Waiting {
    /// A reader who is awake is woken for nothing, which costs less than
    /// to take its waker away and have it given back each time.
    fn wake(&self) {
        if let Some(reader) = &self.reader {
            reader.wake_by_ref();
        }
    }

    fn take(&mut self, frames: &mut Vec<Arc<Frame>>) {
        let Self { slots, filled, each, .. } = self;
        frames.extend(each.drain(..));
        frames.extend(filled.drain(..).filter_map(|slot| slots[slot].take()));
        // A frame that took another's place is newer than some behind it.
        frames.sort_unstable_by_key(|frame| frame.number);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use futures_util::FutureExt;
    use futures_util::future::poll_fn;
    use proptest::prelude::*;

    use super::*;
    use crate::stream::id::EventId;

    fn frame(number: u64) -> Arc<Frame> {
        Arc::new(Frame::numbered(EventId { epoch: 1, number }, "quote", b"{}"))
    }

    fn numbers(frames: &[Arc<Frame>]) -> Vec<u64> {
        frames.iter().map(|frame| frame.number).collect()
    }

    async fn next(queue: &ConflatingQueue) -> Option<Vec<u64>> {
        let mut frames = Vec::new();
        poll_fn(|cx| queue.poll_take(cx, &mut frames)).await.map(|()| numbers(&frames))
    }

    #[test]
    fn cells_given_back_hold_nothing_for_the_next() {
        let queue = ConflatingQueue::new(1);
        let (first, second) = (queue.allot(), queue.allot());
        queue.put(first.quote(), &frame(1));
        queue.put(first.state(), &frame(2));
        queue.put(second.quote(), &frame(3));
        queue.put(0, &frame(4));
        queue.give_back(first);
        assert_eq!(queue.allot(), first);
        assert_eq!(numbers(&queue.take()), [3, 4]);
        queue.put(first.quote(), &frame(5));
        assert_eq!(numbers(&queue.take()), [5]);
    }

    #[test]
    fn frames_of_which_each_counts_take_no_place_and_are_few() {
        let queue = ConflatingQueue::new(1);
        for number in 1..=300 {
            queue.add(&frame(number));
        }
        queue.put(0, &frame(301));
        assert_eq!(numbers(&queue.take()), (45..=301).collect::<Vec<_>>());
        assert_eq!(queue.overtaken(), 44);
        assert!(queue.take().is_empty());
    }

    #[tokio::test]
    async fn what_waits_is_given_before_the_end() {
        let queue = ConflatingQueue::new(1);
        assert!(next(&queue).now_or_never().is_none());
        queue.put(0, &frame(1));
        queue.close();
        assert_eq!(next(&queue).await, Some(vec![1]));
        assert_eq!(next(&queue).await, None);
    }

    #[tokio::test]
    async fn a_reader_who_waits_is_woken() {
        let queue = ConflatingQueue::new(1);
        let put = async { queue.put(0, &frame(1)) };
        let (taken, ()) = tokio::join!(next(&queue), put);
        assert_eq!(taken, Some(vec![1]));
    }

    proptest! {
        #[test]
        fn the_newest_of_each_cell_waits_and_nothing_else(
            rounds in prop::collection::vec(prop::collection::vec(0..6_usize, 0..20), 1..5),
        ) {
            let queue = ConflatingQueue::new(6);
            let mut number = 0;
            for puts in rounds {
                let mut newest = BTreeMap::new();
                let (put, overtaken) = (puts.len(), queue.overtaken());
                for slot in puts {
                    number += 1;
                    queue.put(slot, &frame(number));
                    newest.insert(slot, number);
                }
                let mut expected: Vec<u64> = newest.into_values().collect();
                expected.sort_unstable();
                let never_sent = (put - expected.len()) as u64;
                prop_assert_eq!(queue.overtaken() - overtaken, never_sent);
                prop_assert_eq!(numbers(&queue.take()), expected);
            }
        }
    }
}
