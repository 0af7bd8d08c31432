use std::collections::hash_map;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use engine::{Board, Client, Engine, Entry};
use jiff::Timestamp;
use market::{Interval, Source, Symbol};

use super::about::{self, State};
use super::frame::{Frame, Subject};
use super::hub::{Hub, Inner, NoPlace};
use super::id::EventId;
use super::queue::{ConflatingQueue, Slots};
use super::room::Full;
use super::topic::Topic;
use crate::terms::Terms;

/// A reader who has missed more is better off with a snapshot.
const MOST_MISSED: usize = 1_000;

/// Somebody who follows symbols. Dropped, it follows none and its place is free.
pub struct Reader {
    hub: Arc<Hub>,
    client: Client,
    /// As this client asks it.
    engine: Engine,
    number: usize,
    queue: Arc<ConflatingQueue>,
    followed: HashMap<Symbol, Slots>,
    bars: HashMap<(Symbol, Interval), Slots>,
    /// By which figures go to it; `None` where it may have all.
    terms: Option<Terms>,
    /// Of which symbols it was told that it may not have their figures.
    refused: Mutex<HashSet<Symbol>>,
}

/// More symbols than one connection may follow.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{asked} symbols on one connection; at most {most}, or use several connections")]
pub struct TooManySymbols {
    asked: usize,
    most: usize,
}

impl Reader {
    /// A place at the hub for a client.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn join(hub: &Arc<Hub>, client: Client) -> Result<Self, NoPlace> {
        let (number, queue) = hub.enter(&client)?;
        let (engine, hub) = (hub.engine.asked_by(client.clone()), Arc::clone(hub));
        let (followed, bars) = (HashMap::new(), HashMap::new());
        let (terms, refused) = (None, Mutex::default());
        Ok(Self { hub, client, engine, number, queue, followed, bars, terms, refused })
    }

    /// The same, which may have what these terms let it.
    #[must_use]
    pub fn by(mut self, terms: Option<Terms>) -> Self {
        self.terms = terms;
        self
    }

    /// As its client asks it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Why it may not be told what is held of an instrument; `None` where it may.
    pub fn refusal(&self, entry: &Entry) -> Option<String> {
        self.refusal_of(&entry.instrument.symbol, entry.sources())
    }

    fn refusal_of<'a>(
        &self,
        symbol: &Symbol,
        of: impl IntoIterator<Item = &'a Source>,
    ) -> Option<String> {
        let terms = self.terms.as_ref()?;
        of.into_iter().find_map(|source| terms.refusal(source, Some(symbol)))
    }

    /// The same, for as long as it may stay; it is looked once a second.
    #[must_use]
    pub fn while_it_may(self, may_stay: Option<impl Fn() -> bool + Send + Sync + 'static>) -> Self {
        if let Some(may_stay) = may_stay {
            self.hub.keep_while(self.number, Box::new(may_stay));
        }
        self
    }

    pub(super) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Follows these symbols as well, and their bars where an interval is given.
    /// Returns what is to be sent first: events missed since `after`, or a snapshot
    /// where there is none or they are not held; and what is wrong with a symbol.
    pub fn follow(
        &mut self,
        symbols: &[Symbol],
        bars: Option<Interval>,
        after: Option<EventId>,
    ) -> Result<Vec<Arc<Frame>>, TooManySymbols> {
        let hub = Arc::clone(&self.hub);
        let symbols = distinct(symbols.iter().map(|symbol| hub.engine.canonical(symbol)));
        let new: Vec<&Symbol> =
            symbols.iter().filter(|symbol| !self.followed.contains_key(symbol)).collect();
        let (asked, most) = (self.followed.len() + new.len(), hub.limits.symbols);
        if asked > most {
            return Err(TooManySymbols { asked, most });
        }
        let (admitted, refused) = hub.admit(&self.client, &new);
        // All in one, so that they are asked for in as few requests as can be.
        let _together = self.engine.demand(&admitted);
        let (board, now) = (hub.engine.board(), hub.engine.now());
        let mut inner = hub.inner();
        let mut first = self.queue.take();
        let missed = after.and_then(|after| missed(&inner, &symbols, bars, after));
        let lost = admitted.iter().filter(|symbol| !self.add(&mut inner, symbol, &board, now));
        let lost = lost.map(|symbol| refusal(symbol, Full::Of(hub.limits.together)));
        let refused = refused.iter().map(|(symbol, full)| refusal(symbol, *full));
        let refused: Vec<_> = lost.chain(refused).collect();
        if let Some(interval) = bars {
            self.add_bars(&mut inner, &symbols, interval);
        }
        match missed {
            Some(missed) => first.extend(missed),
            None => first.extend(self.state_of_things(&inner, &symbols, bars, now)),
        }
        self.keep_back(&mut first);
        first.extend(refused);
        Ok(first)
    }

    /// Whether it is followed now.
    fn add(&mut self, inner: &mut Inner, symbol: &Symbol, board: &Board, now: Timestamp) -> bool {
        if !inner.topics.contains_key(symbol)
            && inner.topics.len() < self.hub.limits.together
            && let Some(topic) = topic(&self.hub, symbol, board, inner.last().number, now)
        {
            inner.topics.insert(symbol.clone(), topic);
        }
        let Some(topic) = inner.topics.get_mut(symbol) else { return false };
        let slots = self.queue.allot();
        let demand = || self.engine.demand(std::slice::from_ref(symbol));
        topic.add(&self.client, (&self.queue, slots), demand);
        self.followed.insert(symbol.clone(), slots);
        true
    }

    fn add_bars(&mut self, inner: &mut Inner, symbols: &[Symbol], interval: Interval) {
        for symbol in symbols {
            if let hash_map::Entry::Vacant(place) = self.bars.entry((symbol.clone(), interval))
                && let Some(slots) =
                    inner.follow_bars(&self.hub.engine, symbol, interval, &self.queue)
            {
                place.insert(slots);
            }
        }
    }

    fn state_of_things(
        &self,
        inner: &Inner,
        symbols: &[Symbol],
        bars: Option<Interval>,
        now: Timestamp,
    ) -> Vec<Arc<Frame>> {
        let topics: Vec<&Topic> = symbols.iter().filter_map(|it| inner.topics.get(it)).collect();
        let kept_back = topics.iter().filter_map(|topic| {
            let (symbol, why) = (&topic.entry.instrument.symbol, self.refusal(&topic.entry)?);
            self.not_allowed(symbol, &why)
        });
        let kept_back: Vec<_> = kept_back.collect();
        let allowed = topics.iter().filter(|topic| self.refusal(&topic.entry).is_none());
        let quotes = allowed.map(|topic| topic.quote.as_slice());
        let bars = bars.map(|interval| {
            topics.iter().filter_map(move |topic| {
                let newest = topic.bars_of(interval)?.newest.as_ref()?;
                let symbol = &topic.entry.instrument.symbol;
                let is_allowed = self.refusal_of(symbol, [&newest.of]).is_none();
                is_allowed.then_some(newest.sent.as_slice())
            })
        });
        let sources = inner.sources.iter().map(Vec::as_slice);
        let snapshot = about::snapshot(now, quotes, sources, bars);
        let snapshot = Frame::numbered(inner.last(), "snapshot", &snapshot);
        let unknown =
            topics.iter().filter_map(|it| about::unknown(&self.hub.engine, &it.entry, now));
        let unknown = unknown.map(|error| Frame::unnumbered("error", &error));
        let all = std::iter::once(snapshot).chain(unknown).map(Arc::new);
        all.chain(kept_back).collect()
    }

    /// Takes out what it may not have. Of each symbol it is told once why.
    fn keep_back(&self, frames: &mut Vec<Arc<Frame>>) {
        if self.terms.is_none() {
            return;
        }
        let allowed = |frame: Arc<Frame>| {
            let Some((symbol, of)) = &frame.figures else { return Some(frame) };
            match self.refusal_of(symbol, of) {
                Some(why) => self.not_allowed(symbol, &why),
                None => Some(frame),
            }
        };
        *frames = std::mem::take(frames).into_iter().filter_map(allowed).collect();
    }

    /// The event that says so, where it was not sent before.
    fn not_allowed(&self, symbol: &Symbol, why: &str) -> Option<Arc<Frame>> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert(symbol.clone()).then(|| {
            let error = about::error(Some(symbol.as_str()), "not_allowed", why);
            Arc::new(Frame::unnumbered("error", &error))
        })
    }

    /// Follows these no longer.
    pub fn unfollow(&mut self, symbols: &[Symbol]) {
        let (mut inner, now) = (self.hub.inner(), self.hub.engine.moment());
        for symbol in symbols.iter().map(|symbol| self.hub.engine.canonical(symbol)) {
            if let Some(slots) = self.followed.remove(&symbol) {
                if let Some(topic) = inner.topics.get_mut(&symbol) {
                    topic.remove(&self.client, &self.queue, now);
                }
                self.queue.give_back(slots);
            }
            for (_, slots) in self.bars.extract_if(|(of, _), _| *of == symbol) {
                self.queue.give_back(slots);
            }
        }
    }

    /// Waits until prices have changed; of which instruments, or `None` when the service
    /// stops. For whoever tells them in another form.
    pub async fn priced(&self) -> Option<Vec<Symbol>> {
        let frames = self.next().await?;
        Some(frames.iter().filter_map(|frame| frame.priced.clone()).collect())
    }

    /// How often its connection is to be shown to be alive where nothing changes.
    pub fn heartbeat(&self) -> Duration {
        self.hub.limits.heartbeat
    }

    /// Waits for events and adds them, oldest first; `None` when the service stops.
    pub(super) fn poll_next(
        &self,
        cx: &mut Context<'_>,
        frames: &mut Vec<Arc<Frame>>,
    ) -> Poll<Option<()>> {
        loop {
            let taken = self.queue.poll_take(cx, frames);
            self.keep_back(frames);
            if taken != Poll::Ready(Some(())) || !frames.is_empty() {
                return taken;
            }
        }
    }

    /// As [`Reader::poll_next`].
    pub(super) async fn next(&self) -> Option<Vec<Arc<Frame>>> {
        let mut frames = Vec::new();
        std::future::poll_fn(|cx| self.poll_next(cx, &mut frames)).await.map(|()| frames)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let followed: Vec<Symbol> = self.followed.keys().cloned().collect();
        self.unfollow(&followed);
        self.hub.leave(self.number);
    }
}

fn refusal(symbol: &Symbol, full: Full) -> Arc<Frame> {
    let why = match full {
        Full::Of(_) => "all readers together follow as many symbols as they may",
        Full::OfClient(_) => "this client follows as many as are left to all others",
    };
    let detail =
        format!("{symbol} is not followed: {why}; try again later, or ask /marketpulse/v1/quotes");
    let error = about::error(Some(symbol.as_str()), "not_followed", &detail);
    Arc::new(Frame::unnumbered("error", &error))
}

fn topic(hub: &Hub, symbol: &Symbol, board: &Board, since: u64, now: Timestamp) -> Option<Topic> {
    // `Engine::demand` saw to it that there is one; others may have taken its place.
    let entry = Arc::clone(board.entry(symbol)?);
    let (quote, state) = (about::quote(&entry, now), State::of(&entry, now));
    let is_known = hub.engine.is_known(symbol);
    Some(Topic::new(entry, board.version, quote, state, since, is_known))
}

/// Every event about these symbols, and about sources, since `after`; `None`
/// where it cannot be known that none is missing.
fn missed(
    inner: &Inner,
    symbols: &[Symbol],
    bars: Option<Interval>,
    after: EventId,
) -> Option<Vec<Arc<Frame>>> {
    let were_followed = |symbol: &Symbol| {
        inner.topics.get(symbol).is_some_and(|topic| {
            let were = |interval| topic.bars_of(interval).map(|bars| bars.since);
            let since = bars.map_or(Some(topic.since), were);
            topic.since <= after.number && since.is_some_and(|since| since <= after.number)
        })
    };
    if after.epoch != inner.last().epoch || !symbols.iter().all(were_followed) {
        return None;
    }
    if after == inner.last() {
        return Some(Vec::new());
    }
    let symbols: HashSet<&Symbol> = symbols.iter().collect();
    let is_wanted = |(subject, _): &&(Subject, Arc<Frame>)| match subject {
        Subject::Symbol(symbol) => symbols.contains(symbol),
        Subject::Bars(symbol, interval) => bars == Some(*interval) && symbols.contains(symbol),
        Subject::Sources => true,
    };
    let missed = inner.recent.after(after.number)?.filter(is_wanted);
    let missed: Vec<_> = missed.take(MOST_MISSED + 1).map(|(_, frame)| Arc::clone(frame)).collect();
    (missed.len() <= MOST_MISSED).then_some(missed)
}

fn distinct(symbols: impl Iterator<Item = Symbol>) -> Vec<Symbol> {
    let mut seen = HashSet::new();
    symbols.filter(|symbol| seen.insert(symbol.clone())).collect()
}

/// Reads symbols; an error event for each that is none.
pub fn read_symbols<'a>(
    texts: impl IntoIterator<Item = &'a str>,
) -> (Vec<Symbol>, Vec<Arc<Frame>>) {
    let (mut symbols, mut errors) = (Vec::new(), Vec::new());
    for text in texts {
        match text.parse::<Symbol>() {
            Ok(symbol) => symbols.push(symbol),
            Err(error) => {
                let text = table::text::short(text);
                let error = about::error(Some(&text), "not_a_symbol", &error.to_string());
                errors.push(Arc::new(Frame::unnumbered("error", &error)));
            }
        }
    }
    (symbols, errors)
}
