use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Demand, Entry};
use market::Interval;

use super::about::State;
use super::bars::Bars;
use super::followers::Followers;
use super::queue::ConflatingQueue;

/// A symbol that somebody follows, or did a moment ago.
pub(super) struct Topic {
    /// What the board held when it was last looked at.
    pub(super) entry: Arc<Entry>,
    /// The board's version then.
    pub(super) board: u64,
    /// The quote as it was last sent.
    pub(super) quote: Vec<u8>,
    /// The state as it was last sent.
    pub(super) state: State,
    /// Every event about it with a greater number is among the recent ones, or
    /// was.
    pub(super) since: u64,
    pub(super) followers: Followers,
    /// Its bars, for those among its followers who asked for them.
    pub(super) bars: Vec<Bars>,
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
        let (followers, bars) = (Followers::default(), Vec::new());
        Self { entry, board, quote, state, since, followers, bars, _demand: demand }
    }

    /// Its bars of an interval, where somebody follows them.
    pub(super) fn bars_of(&self, interval: Interval) -> Option<&Bars> {
        self.bars.iter().find(|bars| bars.interval == interval)
    }

    /// One follows it no longer, nor its bars.
    pub(super) fn remove(&mut self, queue: &Arc<ConflatingQueue>) {
        self.followers.remove(queue);
        self.bars.iter_mut().for_each(|bars| bars.followers.remove(queue));
    }

    /// Lets go of bars that nobody has followed for a while. Whether it is itself
    /// to be held on to.
    pub(super) fn is_wanted(&mut self, now: Instant, linger: Duration) -> bool {
        self.bars.retain(|bars| bars.followers.are_there(now, linger));
        self.followers.are_there(now, linger)
    }
}
