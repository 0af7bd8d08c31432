use std::collections::VecDeque;
use std::sync::Arc;

use super::frame::{Frame, Subject};

/// The latest events of all, without a hole between them.
#[derive(Debug)]
pub(super) struct Recent {
    events: VecDeque<(Subject, Arc<Frame>)>,
    bytes: usize,
    room: usize,
}

impl Recent {
    /// Of at most so many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self { events: VecDeque::new(), bytes: 0, room }
    }

    /// Adds the next event, whose number is one more than the last one's.
    pub(super) fn add(&mut self, subject: Subject, frame: Arc<Frame>) {
        self.bytes += frame.sse.len();
        self.events.push_back((subject, frame));
        while self.bytes > self.room
            && let Some((_, oldest)) = self.events.pop_front()
        {
            self.bytes -= oldest.sse.len();
        }
    }

    /// All events after this number; `None` where some are no longer held.
    pub(super) fn after(
        &self,
        number: u64,
    ) -> Option<impl Iterator<Item = &(Subject, Arc<Frame>)>> {
        let first = self.events.front()?.1.number;
        let skip = usize::try_from((number + 1).checked_sub(first)?).ok()?;
        (skip <= self.events.len()).then(|| self.events.range(skip..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::id::EventId;

    fn recent(last: u64, room: usize) -> Recent {
        let mut recent = Recent::new(room);
        for number in 1..=last {
            let id = EventId { epoch: 1, number };
            recent.add(Subject::Sources, Arc::new(Frame::numbered(id, "source", b"{}")));
        }
        recent
    }

    fn numbers(recent: &Recent, after: u64) -> Option<Vec<u64>> {
        Some(recent.after(after)?.map(|(_, frame)| frame.number).collect())
    }

    #[test]
    fn what_was_missed_is_given_whole_or_not_at_all() {
        let one = Frame::numbered(EventId { epoch: 1, number: 1 }, "source", b"{}").sse.len();
        let recent = recent(9, one * 4);
        assert_eq!(numbers(&recent, 9), Some(vec![]));
        assert_eq!(numbers(&recent, 7), Some(vec![8, 9]));
        assert_eq!(numbers(&recent, 5), Some(vec![6, 7, 8, 9]));
        assert_eq!(numbers(&recent, 4), None, "the fifth is no longer held");
        assert_eq!(numbers(&recent, 10), None, "there was no tenth");
        assert_eq!(numbers(&Recent::new(1), 0), None);
    }
}
