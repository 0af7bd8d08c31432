use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use market::Moment;

use super::frame::{Frame, Subject};

/// Who was away for longer is better served by how things are now.
const LONGEST: Duration = Duration::from_mins(5);

/// Memory that an event takes beside its text, in bytes, about.
const BESIDE: usize = 256;

/// The latest events of all, without a hole between them.
#[derive(Debug)]
pub(super) struct Recent {
    events: VecDeque<(Subject, Arc<Frame>)>,
    bytes: usize,
    room: usize,
    /// At moments that have passed, the number of the last event there was.
    passed: VecDeque<(Moment, u64)>,
}

impl Recent {
    /// Of at most so many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self { events: VecDeque::new(), bytes: 0, room, passed: VecDeque::new() }
    }

    /// Adds the next event, whose number is one more than the last one's.
    pub(super) fn add(&mut self, subject: Subject, frame: Arc<Frame>) {
        self.bytes += weight(&frame);
        self.events.push_back((subject, frame));
        while self.bytes > self.room && self.forget_oldest() {}
    }

    /// Time has come so far: forgets what is too old. To be called again and again.
    pub(super) fn let_go(&mut self, now: Moment) {
        while let Some((_, number)) = self.passed.pop_front_if(|(at, _)| now.since(*at) > LONGEST) {
            while self.events.front().is_some_and(|(_, oldest)| oldest.number <= number) {
                self.forget_oldest();
            }
        }
        if let Some((_, newest)) = self.events.back() {
            self.passed.push_back((now, newest.number));
        }
    }

    /// Whether there was one.
    fn forget_oldest(&mut self) -> bool {
        let oldest = self.events.pop_front();
        self.bytes -= oldest.as_ref().map_or(0, |(_, oldest)| weight(oldest));
        oldest.is_some()
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

fn weight(frame: &Frame) -> usize {
    frame.sse.len() + BESIDE
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
        let one = Frame::numbered(EventId { epoch: 1, number: 1 }, "source", b"{}");
        let recent = recent(9, weight(&one) * 4);
        assert_eq!(numbers(&recent, 9), Some(vec![]));
        assert_eq!(numbers(&recent, 7), Some(vec![8, 9]));
        assert_eq!(numbers(&recent, 5), Some(vec![6, 7, 8, 9]));
        assert_eq!(numbers(&recent, 4), None, "the fifth is no longer held");
        assert_eq!(numbers(&recent, 10), None, "there was no tenth");
        assert_eq!(numbers(&Recent::new(1), 0), None);
    }

    #[test]
    fn what_is_too_old_is_let_go() {
        let at = |seconds| Moment::after_beginning(Duration::from_secs(seconds));
        let mut recent = recent(4, 1 << 20);
        recent.let_go(at(0));
        recent.add(
            Subject::Sources,
            Arc::new(Frame::numbered(EventId { epoch: 1, number: 5 }, "source", b"{}")),
        );
        recent.let_go(at(300));
        assert_eq!(numbers(&recent, 0), Some(vec![1, 2, 3, 4, 5]));
        recent.let_go(at(301));
        assert_eq!(numbers(&recent, 4), Some(vec![5]));
        assert_eq!(numbers(&recent, 3), None);
        recent.let_go(at(700));
        assert_eq!((numbers(&recent, 5), recent.bytes), (None, 0));
    }
}
