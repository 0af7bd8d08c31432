use std::collections::HashMap;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use market::{Instrument, MarketState, Quote, Source, SourceError, Symbol, market_state};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{debug, warn};

use crate::engine::Engine;
use crate::judge::is_news;
use crate::misses::Misses;
use crate::schedule::later;

/// How much less often a closed market is asked.
const CLOSED_FACTOR: u32 = 10;

/// How long a refresh under way may go on when the service stops.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// A quote, or why there is none, for each instrument asked about.
type Results = Vec<(Symbol, Result<Quote, Misses>)>;

/// Instruments without a quote yet, each with those asked in vain so far.
type Open = Vec<(Instrument, Misses)>;

impl Engine {
    /// Keeps watched instruments fresh until `stop` turns true: polls them, and
    /// follows the streams that tell of them.
    ///
    /// A slow refresh holds up no other: each runs in a task of its own.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut every_second = tokio::time::interval(Duration::from_secs(1));
        every_second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut under_way = JoinSet::new();
        let streams = self.follow_streams(&stop);
        loop {
            // An error means that the sender is gone, which also means: stop.
            tokio::select! {
                _ = every_second.tick() => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
            while under_way.try_join_next().is_some() {}
            let (engine, due) = (self.clone(), self.inner.schedule.take_due(self.now()));
            if !due.is_empty() {
                under_way.spawn(async move {
                    engine.refresh(&due).await;
                    engine.show_simulated().await;
                });
            }
            self.show_simulated().await;
        }
        // What has arrived is still kept; what has not can be asked for again.
        let all = async { tokio::join!(under_way.join_all(), streams.join_all()) };
        let _ = tokio::time::timeout(LAST_WORDS, all).await;
    }

    /// Refreshes every watched instrument that is due, and moves those that
    /// only the simulator prices.
    pub async fn refresh_due(&self) {
        self.refresh(&self.inner.schedule.take_due(self.now())).await;
        self.show_simulated().await;
    }

    pub(crate) async fn refresh(&self, due: &[Symbol]) {
        // The board may have let go of one that is followed, for newer guests.
        self.welcome(due);
        let due = self.longest_waiting_first(due);
        let polled = self.put_off_streamed(&due).into_iter();
        let open = polled.map(|symbol| (self.instrument(&symbol), Misses::default())).collect();
        self.refresh_from(open, 0).await;
        self.cross_check(&due).await;
    }

    /// Leaves out what a stream has told of within an interval, and looks at it
    /// again after half of one: where the stream falls silent, it is polled as
    /// before. A price that is not believed is, so that it may be confirmed.
    fn put_off_streamed(&self, due: &[Symbol]) -> Vec<Symbol> {
        let (board, now, every) = (self.board(), self.now(), self.inner.settings.refresh_every);
        let is_doubted =
            |symbol: &Symbol| board.entry(symbol).is_some_and(|it| it.quarantined.is_some());
        let is_streamed = |symbol: &Symbol| self.inner.streams.heard.spares(symbol, now, every);
        let (streamed, polled): (Vec<_>, Vec<_>) =
            due.iter().cloned().partition(|symbol| is_streamed(symbol) && !is_doubted(symbol));
        for symbol in &streamed {
            self.inner.schedule.set(symbol, later(now, every / 2));
        }
        if !streamed.is_empty() {
            self.inner.shown.tell();
        }
        polled
    }

    /// So that a budget which does not suffice for all is shared by all in turn.
    fn longest_waiting_first(&self, due: &[Symbol]) -> Vec<Symbol> {
        let board = self.board();
        let received = |symbol: &Symbol| Some(board.entry(symbol)?.quote.as_ref()?.received_at);
        let mut due = due.to_vec();
        due.sort_by_cached_key(received);
        due
    }

    /// Asks each instrument's sources in its order, from a place in it onwards:
    /// all instruments that share a source together, and all sources at once.
    /// What one source answers is shown while others are still asked; what is
    /// not believed is asked of the next source, which may confirm it.
    fn refresh_from(&self, open: Open, choice: usize) -> BoxFuture<'_, ()> {
        async move {
            let (asking, given_up) = self.by_source(open, choice);
            self.take(given_up).await;
            let ask = |(name, batch)| async move {
                let still_open = self.ask_and_take(Source::new(name), batch).await;
                if !still_open.is_empty() {
                    self.refresh_from(still_open, choice + 1).await;
                }
            };
            join_all(asking.into_iter().map(ask)).await;
        }
        .boxed()
    }

    /// Groups instruments by their next source; those without one are given up.
    fn by_source(&self, open: Open, choice: usize) -> (HashMap<&'static str, Open>, Results) {
        let mut groups: HashMap<_, Vec<_>> = HashMap::new();
        let mut given_up = Vec::new();
        for (instrument, misses) in open {
            match self.inner.catalog.sources(&instrument.symbol).get(choice) {
                Some(name) => groups.entry(*name).or_default().push((instrument, misses)),
                None => given_up.push((instrument.symbol, Err(misses))),
            }
        }
        (groups, given_up)
    }

    /// Asks one source, shows what is believed, and returns what is still open.
    async fn ask_and_take(&self, source: Source, batch: Open) -> Open {
        let mut misses: HashMap<Symbol, Misses> = HashMap::new();
        let mut instruments = Vec::new();
        for (instrument, so_far) in batch {
            misses.insert(instrument.symbol.clone(), so_far);
            instruments.push(instrument);
        }
        let (mut found, mut missed) = (Vec::new(), Vec::new());
        for (instrument, result) in self.ask_for_quotes(&source, instruments).await {
            match result {
                Ok(quote) => found.push((instrument.symbol, Ok(quote))),
                Err(error) => missed.push((instrument.symbol, error)),
            }
        }
        missed.extend(self.take(found).await);
        let still_open = missed.into_iter().map(|(symbol, error)| {
            let mut misses = misses.remove(&symbol).unwrap_or_default();
            misses.add(source.clone(), error);
            (self.instrument(&symbol), misses)
        });
        still_open.collect()
    }

    /// Shows and keeps what a refresh brought, and plans the next one. Returns
    /// what was not believed.
    async fn take(&self, results: Results) -> Vec<(Symbol, SourceError)> {
        if results.is_empty() {
            return Vec::new();
        }
        // One chance for all: those asked together stay together.
        let chance = fastrand::f64();
        let next = |(symbol, result): &(Symbol, Result<Quote, Misses>)| {
            (symbol.clone(), later(self.now(), self.wait(result, chance)), result.is_ok())
        };
        let next: Vec<_> = results.iter().map(next).collect();
        let change = self.inner.shown.show(results, self.now());
        // Only now is it over: a reader who sees no refresh under way must see
        // what it brought.
        for (symbol, at, is_answered) in next {
            self.inner.schedule.set(&symbol, at);
            if is_answered {
                self.inner.streams.heard.polled(&symbol);
            }
        }
        self.inner.shown.tell();
        self.persist_quotes(&change.news).await;
        change.doubted
    }

    /// Asks second sources that are as live as the first, now and then, so that
    /// a price on which they disagree is seen to be disputed.
    async fn cross_check(&self, refreshed: &[Symbol]) {
        let now = self.now();
        let mut by_source: HashMap<&str, Vec<Instrument>> = HashMap::new();
        for symbol in refreshed {
            if let Some(name) = self.inner.catalog.second_live_source(symbol)
                && self.inner.schedule.take_cross_check(symbol, now)
            {
                by_source.entry(name).or_default().push(self.instrument(symbol));
            }
        }
        for (name, instruments) in by_source {
            let asked = self.ask_for_quotes(&Source::new(name), instruments).await;
            let quotes = asked.into_iter().filter_map(|(_, result)| result.ok()).collect();
            self.inner.shown.compare(quotes);
        }
    }

    pub(crate) async fn persist_quotes(&self, quotes: &[Quote]) {
        for quote in quotes {
            self.describe(&quote.instrument);
            if let Err(error) = self.inner.store.persist_quote(quote).await {
                warn!(%error, symbol = %quote.instrument.symbol, "a quote cannot be kept; it lives in memory only");
            }
        }
    }

    /// How long until the next refresh: the usual time, or a little less so that
    /// not all come at once; longer while the market is closed. Half of it
    /// after a failure, or where another source stood in or time went back: then
    /// the best value is there again within the usual time once its source is,
    /// and nobody is asked more than twice in that time. Where nobody was asked,
    /// because all are spared, as soon as one may be: that costs nobody a call.
    fn wait(&self, result: &Result<Quote, Misses>, chance: f64) -> Duration {
        let usual = self.inner.settings.refresh_every.mul_f64(0.9 + 0.1 * chance);
        match result {
            Ok(quote) if self.is_the_best_there_is(quote) => {
                let closed = market_state(quote, self.now()) == Some(MarketState::Closed);
                if closed { usual * CLOSED_FACTOR } else { usual }
            }
            Ok(_) => usual / 2,
            Err(misses) => {
                let spared = misses.again_in().filter(|_| misses.nobody_was_asked());
                spared.map_or(usual / 2, |again_in| again_in.min(usual / 2))
            }
        }
    }

    /// Whether a quote is from the first source in the order and no older than
    /// what is shown.
    fn is_the_best_there_is(&self, quote: &Quote) -> bool {
        let symbol = &quote.instrument.symbol;
        let first = self.inner.catalog.sources(symbol).first();
        let board = self.board();
        let shown = board.entry(symbol).and_then(|entry| entry.quote.as_ref());
        first.is_some_and(|first| *first == quote.source.as_str())
            && shown.is_none_or(|shown| is_news(shown, quote))
    }

    /// Lets the simulator price what has been asked for in vain and has no real
    /// value. Nothing it says is kept.
    pub(crate) async fn show_simulated(&self) {
        let Some(simulator) = self.inner.sources.simulator() else { return };
        let board = self.board();
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
        // That of a closed market stands still, and nobody is to be told of it again.
        let says_more = |quote: &Quote| {
            let held = board.entry(&quote.instrument.symbol).and_then(|it| it.quote.as_ref());
            held.is_none_or(|held| (held.price, held.as_of) != (quote.price, quote.as_of))
        };
        let simulated = simulated.filter(says_more);
        let simulated = simulated.map(|quote| (quote.instrument.symbol.clone(), Ok(quote)));
        self.inner.shown.show(simulated.collect(), self.now());
    }

    /// Asks each source of quotes once for an instrument it must know, to see
    /// whether it can be reached. Nothing is kept.
    pub async fn check_sources(&self) -> Vec<(Source, Result<Quote, SourceError>)> {
        let upstreams = self.upstreams().into_iter();
        let of_quotes = upstreams.filter(|it| self.inner.sources.has_quotes(&it.source));
        let known = of_quotes.filter_map(|it| {
            Some((it.source.clone(), self.inner.catalog.upstream(it.source.as_str())?))
        });
        let asked = known.map(|(source, facts)| async move {
            let symbol = facts.probe.parse().expect("every probe is a symbol");
            let instrument = self.inner.catalog.instrument(&symbol);
            let mut results = self.ask_for_quotes(&source, vec![instrument]).await;
            let result = results.pop().map(|(_, result)| result);
            let nothing = || Err(SourceError::Unreadable("it answered for no instrument".into()));
            (source, result.unwrap_or_else(nothing))
        });
        join_all(asked).await
    }
}
