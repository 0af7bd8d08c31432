mod clock;
mod differing;
mod look;
mod pace;
mod reads;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use market::{Instrument, Quote, Source, SourceError, Symbol};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::debug;

use self::differing::Differing;
use crate::board::{Entry, QuoteBoard, Results};
use crate::context::Context;
use crate::failures::SourceFailures;
use crate::schedule::Schedule;
use crate::streams::Streams;

/// How long a refresh under way may go on when the service stops.
const STOPS_WITHIN: Duration = Duration::from_secs(3);

/// How often it is looked for what was asked for in vain.
const LET_GO_EVERY: Duration = Duration::from_mins(1);

/// Instruments without a quote yet, each with the sources that failed so far.
type Unanswered = Vec<(Instrument, SourceFailures)>;

/// Instruments whose quote is not believed, and why.
type Doubted = Vec<(Symbol, SourceError)>;

/// Gets latest quotes from sources: of what is watched when it is due, of the rest
/// when somebody asks.
pub(crate) struct Refresher {
    context: Context,
    board: Arc<QuoteBoard>,
    schedule: Arc<Schedule>,
    streams: Arc<Streams>,
    differing: Differing,
}

impl Refresher {
    pub(crate) fn new(
        context: Context,
        board: Arc<QuoteBoard>,
        schedule: Arc<Schedule>,
        streams: Arc<Streams>,
    ) -> Self {
        Self { context, board, schedule, streams, differing: Differing::default() }
    }

    /// Keeps watched instruments fresh until `stop` turns true. A slow refresh holds
    /// up no other: each runs in a task of its own.
    pub(crate) async fn run(self: &Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut every_second = tokio::time::interval(Duration::from_secs(1));
        every_second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut to_let_go = tokio::time::interval(LET_GO_EVERY);
        let mut under_way = JoinSet::new();
        let streams = self.streams.follow(&stop);
        loop {
            // An error means that the sender is gone, which also means: stop.
            tokio::select! {
                _ = every_second.tick() => {}
                _ = to_let_go.tick() => self.let_go(),
                _ = stop.wait_for(|stop| *stop) => break,
            }
            while under_way.try_join_next().is_some() {}
            self.look_at_clock();
            self.remember(&mut under_way);
            let (refresher, due) =
                (Arc::clone(self), self.schedule.take_due(self.context.moment()));
            if !due.is_empty() {
                under_way.spawn(async move {
                    refresher.refresh(&due).await;
                    refresher.show_simulated().await;
                });
            }
            self.show_simulated().await;
        }
        // What has arrived is still stored; what has not can be asked for again.
        // Readers' own refreshes are tasks of theirs: what they brought waits on the board.
        let all = async {
            tokio::join!(under_way.join_all(), streams.join_all());
            self.board.persist().await;
        };
        let _ = tokio::time::timeout(STOPS_WITHIN, all).await;
    }

    /// What was asked for in vain, and nobody wants any more, takes no memory. It would be
    /// asked for anew.
    fn let_go(&self) {
        let (interest, now) = (self.context.interest(), self.context.moment());
        self.schedule.forget_due(now);
        let is_at_rest = |symbol: &Symbol| !self.schedule.is_due(symbol, now);
        self.board.forget_empty(|it| interest.is_price_wanted(it) || is_at_rest(it));
    }

    /// Sees to it that the store knows what was asked, also where nobody waited for that.
    fn remember(&self, under_way: &mut JoinSet<()>) {
        let context = self.context.clone();
        under_way.spawn(async move { context.upstreams().remember().await });
    }

    /// Refreshes every watched instrument that is due, and moves those that
    /// only the simulator prices.
    pub(crate) async fn refresh_due(&self) {
        self.look_at_clock();
        self.refresh(&self.schedule.take_due(self.context.moment())).await;
        self.show_simulated().await;
    }

    /// The watchlist apart from what only clients want: it has a part of the budgets.
    async fn refresh(&self, due: &[Symbol]) {
        // The board may have dropped one that is followed, for newer ones.
        self.board.add_on_demand(due);
        let is_watched = |symbol: &Symbol| self.context.interest().is_watched(symbol);
        let (watched, others): (Vec<_>, Vec<_>) = due.iter().cloned().partition(is_watched);
        tokio::join!(self.refresh_together(watched), self.refresh_together(others));
    }

    async fn refresh_together(&self, due: Vec<Symbol>) {
        if due.is_empty() {
            return;
        }
        let due = self.most_wanted_first(due);
        let polled = self.put_off_streamed(&due).into_iter();
        let unanswered = polled
            .map(|symbol| (self.context.instrument(&symbol), SourceFailures::default()))
            .collect();
        self.refresh_from(unanswered, 0).await;
        self.cross_check(&due).await;
    }

    /// Leaves out what a stream covers, and looks at it again after half an
    /// interval: where the stream falls silent, it is polled as before. One whose
    /// price is doubted is polled: a poll says more.
    fn put_off_streamed(&self, due: &[Symbol]) -> Vec<Symbol> {
        let (board, now) = (self.board.current(), self.context.moment());
        let every = self.context.settings().refresh_every;
        let is_doubted =
            |entry: &Arc<Entry>| entry.quarantined.is_some() || entry.doubt().is_some();
        let is_rejected = |symbol: &Symbol| board.entry(symbol).is_some_and(is_doubted);
        let is_streamed = |symbol: &Symbol| self.streams.covers(symbol, now);
        let (streamed, polled): (Vec<_>, Vec<_>) =
            due.iter().cloned().partition(|symbol| is_streamed(symbol) && !is_rejected(symbol));
        for symbol in &streamed {
            self.schedule.set(symbol, now + every / 2);
        }
        if !streamed.is_empty() {
            self.board.notify();
        }
        polled
    }

    /// What many follow goes before what one does; of those, what has waited longest,
    /// so that a budget which does not suffice for all is shared by all in turn.
    fn most_wanted_first(&self, mut due: Vec<Symbol>) -> Vec<Symbol> {
        let (board, interest) = (self.board.current(), self.context.interest());
        let received = |symbol: &Symbol| Some(board.entry(symbol)?.quote.as_ref()?.received_at);
        due.sort_by_cached_key(|symbol| (Reverse(interest.followers(symbol)), received(symbol)));
        due
    }

    /// Asks each instrument's sources in its order, from a place in it onwards:
    /// all instruments that share a source together, and all sources at once.
    /// What one source answers is shown while others are still asked; what is
    /// rejected is asked of the next source.
    fn refresh_from(&self, unanswered: Unanswered, choice: usize) -> BoxFuture<'_, ()> {
        async move {
            let (asking, given_up) = self.by_source(unanswered, choice);
            self.take(given_up).await;
            let ask = |(name, batch)| async move {
                let unanswered = self.ask_and_take(Source::new(name), batch).await;
                if !unanswered.is_empty() {
                    self.refresh_from(unanswered, choice + 1).await;
                }
            };
            join_all(asking.into_iter().map(ask)).await;
        }
        .boxed()
    }

    /// Groups instruments by their next source; those without one are given up.
    fn by_source(
        &self,
        unanswered: Unanswered,
        choice: usize,
    ) -> (BTreeMap<&'static str, Unanswered>, Results) {
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut given_up = Vec::new();
        for (instrument, failures) in unanswered {
            match self.context.catalog().sources(&instrument.symbol).get(choice) {
                Some(name) => groups.entry(*name).or_default().push((instrument, failures)),
                None => given_up.push((instrument.symbol, Err(failures))),
            }
        }
        (groups, given_up)
    }

    /// Asks one source, shows what is plausible, and returns what is still
    /// unanswered.
    async fn ask_and_take(&self, source: Source, batch: Unanswered) -> Unanswered {
        let mut failures: HashMap<Symbol, SourceFailures> = HashMap::new();
        let mut instruments = Vec::new();
        for (instrument, so_far) in batch {
            failures.insert(instrument.symbol.clone(), so_far);
            instruments.push(instrument);
        }
        let upstreams = self.context.upstreams();
        let were_together = upstreams.asks_together(&source, &instruments);
        let (mut found, mut failed) = (Vec::new(), Vec::new());
        for (instrument, result) in upstreams.quotes(&source, instruments).await {
            match result {
                Ok(quote) => found.push((instrument.symbol, Ok(quote))),
                Err(error) => failed.push((instrument.symbol, error)),
            }
        }
        let doubted = self.take(found).await;
        failed.extend(if were_together { self.look(&source, doubted).await } else { doubted });
        let unanswered = failed.into_iter().map(|(symbol, error)| {
            let mut failures = failures.remove(&symbol).unwrap_or_default();
            failures.add(source.clone(), error);
            (self.context.instrument(&symbol), failures)
        });
        unanswered.collect()
    }

    /// Shows and stores what a refresh brought, and plans the next one. Returns
    /// what was rejected, of which others are asked still.
    async fn take(&self, results: Results) -> Doubted {
        if results.is_empty() {
            return Vec::new();
        }
        for quote in results.iter().filter_map(|(_, result)| result.as_ref().ok()) {
            self.differing.note(quote);
        }
        // One chance for all: those asked together stay together.
        let chance = fastrand::f64();
        let next = |(symbol, result): &(Symbol, Result<Quote, SourceFailures>)| {
            (symbol.clone(), self.context.moment() + self.wait(result, chance), result.is_ok())
        };
        let next: Vec<_> = results.iter().map(next).collect();
        let rejected = self.board.show(results);
        // Only now is it over: a reader who sees no refresh under way must see
        // what it brought.
        let is_over = |symbol: &Symbol| rejected.iter().all(|(it, _)| it != symbol);
        for (symbol, at, is_answered) in next.into_iter().filter(|(it, ..)| is_over(it)) {
            self.schedule.set(&symbol, at);
            if is_answered {
                self.streams.polled(&symbol);
            }
        }
        self.board.notify();
        self.board.persist().await;
        rejected
    }

    /// Lets the simulator price what has been asked for in vain and has no real
    /// value. Nothing it says is stored.
    async fn show_simulated(&self) {
        let Some(simulator) = self.context.upstreams().simulator() else { return };
        let board = self.board.current();
        let without_value: Vec<Instrument> = board
            .all()
            .filter(|entry| entry.has_no_value())
            .map(|entry| entry.instrument.clone())
            .collect();
        if without_value.is_empty() {
            return;
        }
        let quotes = simulator.quotes.quotes(&without_value).await.unwrap_or_default();
        let simulated = quotes.into_iter().filter_map(|result| {
            result.inspect_err(|error| debug!(%error, "the simulator has no price")).ok()
        });
        // That of a closed market stands still, and is no change to anybody.
        let says_more = |quote: &Quote| {
            let held = board.entry(&quote.instrument.symbol).and_then(|it| it.quote.as_ref());
            held.is_none_or(|held| (held.price, held.as_of) != (quote.price, quote.as_of))
        };
        let simulated = simulated.filter(says_more);
        let simulated = simulated.map(|quote| (quote.instrument.symbol.clone(), Ok(quote)));
        self.board.show(simulated.collect());
    }

    /// Asks each source of quotes once for an instrument it must know, to see
    /// whether it can be reached. Nothing is stored.
    pub(crate) async fn check_sources(&self) -> Vec<(Source, Result<Quote, SourceError>)> {
        let (upstreams, catalog) = (self.context.upstreams(), self.context.catalog());
        let mut statuses = upstreams.statuses();
        statuses.sort_by(|a, b| a.source.cmp(&b.source));
        let of_quotes = statuses.into_iter().filter(|it| upstreams.has_quotes(&it.source));
        let known = of_quotes.filter_map(|it| {
            let facts = catalog.upstream(it.source.as_str())?;
            Some((it.source, facts))
        });
        let asked = known.map(|(source, facts)| async move {
            let symbol = facts.probe.parse().expect("every probe is a symbol");
            let instrument = catalog.instrument(&symbol);
            let mut results = upstreams.quotes(&source, vec![instrument]).await;
            let result = results.pop().map(|(_, result)| result);
            let nothing = || Err(SourceError::Unreadable("it answered for no instrument".into()));
            (source, result.unwrap_or_else(nothing))
        });
        join_all(asked).await
    }
}
