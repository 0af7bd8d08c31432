use std::sync::Arc;
use std::time::Duration;

use engine::{Client, Demand, Entry};
use market::{Interval, Moment};

use super::about::State;
use super::bars::Bars;
use super::followers::Followers;
use super::queue::{ConflatingQueue, Slots};

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
    /// Whether it was known to exist when it was first followed.
    was_known: bool,
    /// Those who have it followed, the one first to whom it counts.
    clients: Vec<Following>,
}

/// A client who follows a symbol, by so many readers; none, where it was the last one.
struct Following {
    client: Client,
    readers: usize,
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
        was_known: bool,
    ) -> Self {
        let (followers, bars, clients) = (Followers::default(), Vec::new(), Vec::new());
        Self { entry, board, quote, state, since, followers, bars, was_known, clients }
    }

    /// Whether it is known to exist.
    pub(super) fn is_known(&self) -> bool {
        self.was_known || self.entry.quote.is_some()
    }

    /// Whether it counts to a client.
    pub(super) fn is_there_for(&self, client: &Client) -> bool {
        self.clients.first().is_some_and(|first| first.client == *client)
    }

    /// One more follows it.
    pub(super) fn add(
        &mut self,
        client: &Client,
        (queue, slots): (&Arc<ConflatingQueue>, Slots),
        demand: impl FnOnce() -> Demand,
    ) {
        self.followers.add(queue, slots);
        if let Some(following) = self.clients.iter_mut().find(|it| it.client == *client) {
            following.readers += 1;
        } else {
            let following = Following { client: client.clone(), readers: 1, _demand: demand() };
            self.clients.push(following);
        }
        self.clients.retain(|it| it.readers > 0);
    }

    /// Its bars of an interval, where somebody follows them.
    pub(super) fn bars_of(&self, interval: Interval) -> Option<&Bars> {
        self.bars.iter().find(|bars| bars.interval == interval)
    }

    /// One follows it no longer, nor its bars. The last one's demand lives on, for one
    /// who returns.
    pub(super) fn remove(&mut self, client: &Client, queue: &Arc<ConflatingQueue>, now: Moment) {
        if let Some(following) = self.clients.iter_mut().find(|it| it.client == *client) {
            following.readers = following.readers.saturating_sub(1);
        }
        if self.clients.iter().any(|it| it.readers > 0) {
            self.clients.retain(|it| it.readers > 0);
        }
        self.followers.remove(queue, now);
        self.bars.iter_mut().for_each(|bars| bars.followers.remove(queue, now));
    }

    /// Lets go of bars that nobody has followed for a while. Whether it is itself
    /// to be held on to.
    pub(super) fn is_wanted(&mut self, now: Moment, linger: Duration) -> bool {
        self.bars.retain(|bars| bars.followers.are_there(now, linger));
        self.followers.are_there(now, linger)
    }
}
