mod guests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use market::{Freshness, Instrument, Quote, SourceError, Symbol, Tick, quote_freshness};
use tokio::sync::watch;
use tracing::warn;

use self::guests::Guests;
use crate::failures::SourceFailures;
use crate::plausibility::{self, Outcome, Quarantined};
use crate::schedule::later;
use crate::streams::{Completed, fill};

/// A stream may send implausible prices many times a second; the log is told of it
/// no more often.
const TELL_EVERY: Duration = Duration::from_mins(1);

/// The latest quote of every watched instrument, in the order of the watchlist,
/// and of guests: instruments that somebody asked for.
///
/// A snapshot: what a reader holds never changes under it.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Counts changes, so that what was made from a board can be recognised as current.
    pub version: u64,
    /// One entry for each watched instrument.
    pub entries: Vec<Arc<Entry>>,
    guests: Guests,
}

impl Board {
    /// What is held of an instrument, watched or not.
    pub fn entry(&self, symbol: &Symbol) -> Option<&Arc<Entry>> {
        let watched = || self.entries.iter().find(|entry| entry.instrument.symbol == *symbol);
        self.guests.get(symbol).or_else(watched)
    }

    /// Every entry, the watched ones first.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.iter().chain(self.guests.all())
    }

    fn changing(&mut self, symbol: &Symbol) -> Option<&mut Entry> {
        let watched = self.entries.iter_mut().find(|entry| entry.instrument.symbol == *symbol);
        self.guests.get_mut(symbol).or(watched).map(Arc::make_mut)
    }
}

/// What the board holds of one instrument.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The instrument as best known.
    pub instrument: Instrument,
    /// The latest quote, if there is one.
    pub quote: Option<Quote>,
    /// Why the last refresh brought none; empty where it did, or none was tried.
    pub failures: SourceFailures,
    /// A quote that is not believed, waiting to be confirmed or cleared.
    pub quarantined: Option<Quarantined>,
    /// How many quotes were not believed.
    pub rejected: u64,
    /// When the log was last told of one.
    rejection_logged_at: Option<Timestamp>,
    /// The latest quote of each other source that was asked.
    others: Vec<Quote>,
}

impl Entry {
    pub(crate) fn new(instrument: Instrument) -> Self {
        Self {
            instrument,
            quote: None,
            failures: SourceFailures::default(),
            quarantined: None,
            rejected: 0,
            rejection_logged_at: None,
            others: Vec::new(),
        }
    }

    /// A live price of another source that differs from the one shown by more
    /// than is usual for the kind: then the price is disputed. One of another time
    /// does not dispute it: over a weekend prices stay fresh for days.
    pub fn rival(&self, now: Timestamp) -> Option<&Quote> {
        let is_live = |quote: &Quote| quote_freshness(quote, now) == Freshness::Fresh;
        let shown = self.quote.as_ref().filter(|quote| is_live(quote))?;
        let rivals = self.others.iter().filter(|other| other.source != shown.source);
        rivals.filter(|other| is_live(other)).find(|other| plausibility::contradict(shown, other))
    }

    /// Whether it has been asked for in vain and has no real price.
    pub(crate) fn has_no_value(&self) -> bool {
        let missed = || self.failures.iter().next().is_some();
        self.quote.as_ref().map_or_else(missed, |quote| quote.simulated)
    }

    /// Judges a quote, and holds it if it is believed and news.
    fn take(&mut self, quote: Quote, now: Timestamp) -> Taken {
        match plausibility::consider(self.quote.as_ref(), self.quarantined.as_ref(), &quote, now) {
            Outcome::Rejected(seen) => Taken::Rejected(self.put_aside(*seen, now)),
            Outcome::Old => {
                self.believed(&quote);
                if let Some(held) = &mut self.quote {
                    fill(held, &quote);
                    self.instrument = held.instrument.clone();
                }
                self.remember(quote);
                Taken::Old
            }
            Outcome::News => {
                self.believed(&quote);
                self.instrument = quote.instrument.clone();
                if let Some(before) = self.quote.replace(quote.clone()) {
                    self.remember(before);
                }
                self.others.retain(|other| other.source != quote.source);
                Taken::News(Box::new(quote))
            }
        }
    }

    /// A real quote that is believed clears what was held against its source,
    /// and reasons why there was none. A simulated one leaves them in place.
    fn believed(&mut self, quote: &Quote) {
        if !quote.simulated {
            self.failures = SourceFailures::default();
            self.quarantined = None;
        }
    }

    /// Keeps what another source says beside what is shown.
    fn remember(&mut self, quote: Quote) {
        let shown = self.quote.as_ref().map(|shown| &shown.source);
        if !quote.simulated && shown != Some(&quote.source) {
            self.others.retain(|other| other.source != quote.source);
            self.others.push(quote);
        }
    }

    /// Logged when it is first seen, though not for each of many within a minute;
    /// counted each time.
    fn put_aside(&mut self, seen: Quarantined, now: Timestamp) -> SourceError {
        self.rejected += 1;
        let (symbol, source) = (&self.instrument.symbol, &seen.quote.source);
        let is_told = self.rejection_logged_at.is_some_and(|at| now < later(at, TELL_EVERY));
        if seen.sightings == 1 && !is_told {
            self.rejection_logged_at = Some(now);
            let price = seen.quote.price.get();
            warn!(%symbol, %source, price, doubt = %seen.reason, "a price is not believed and not shown");
        }
        let error = SourceError::Suspect(format!("{}: {}", seen.quote.price, seen.reason));
        self.quarantined = Some(seen);
        error
    }
}

/// What became of a quote.
enum Taken {
    News(Box<Quote>),
    Old,
    Rejected(SourceError),
}

/// What changed on the board.
#[derive(Default)]
pub(crate) struct Change {
    /// Quotes that are now shown.
    pub(crate) news: Vec<Quote>,
    /// Instruments whose quote was not believed, and why.
    pub(crate) rejected: Vec<(Symbol, SourceError)>,
}

/// The board that is shown, and the only way to change it.
#[derive(Debug)]
pub(crate) struct Shown {
    current: ArcSwap<Board>,
    /// One change at a time, so that none is lost.
    changing: Mutex<()>,
    changes: watch::Sender<u64>,
}

impl Shown {
    pub(crate) fn new(instruments: Vec<Instrument>) -> Self {
        let entries = instruments.into_iter().map(Entry::new).map(Arc::new).collect();
        Self {
            current: ArcSwap::from_pointee(Board { entries, ..Board::default() }),
            changing: Mutex::new(()),
            changes: watch::Sender::new(0),
        }
    }

    pub(crate) fn current(&self) -> Arc<Board> {
        self.current.load_full()
    }

    /// Has those who wait for changes look again.
    pub(crate) fn tell(&self) {
        self.changes.send_modify(|_| {});
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Puts up what a refresh brought, where it is believed and news.
    pub(crate) fn show(
        &self,
        results: Vec<(Symbol, Result<Quote, SourceFailures>)>,
        now: Timestamp,
    ) -> Change {
        let mut change = Change::default();
        self.change(|board| {
            for (symbol, result) in results {
                let Some(entry) = board.changing(&symbol) else { continue };
                match result.map(|quote| entry.take(quote, now)) {
                    Ok(Taken::News(quote)) => change.news.push(*quote),
                    Ok(Taken::Old) => {}
                    Ok(Taken::Rejected(error)) => change.rejected.push((symbol, error)),
                    Err(failures) => entry.failures = failures,
                }
            }
        });
        change
    }

    /// Puts up what a stream told, in the order it came, as one change, each price
    /// as `complete` makes it a quote beside the one held by then. `believed` is
    /// told of each before anybody can see it. Returns what is now shown.
    pub(crate) fn show_ticks(
        &self,
        ticks: &[Tick],
        complete: impl Fn(&Tick, Option<&Quote>) -> Option<Completed>,
        believed: impl Fn(&Tick, &Instrument),
        now: Timestamp,
    ) -> Vec<Completed> {
        let mut news = Vec::new();
        self.change(|board| {
            for tick in ticks {
                let Some(entry) = board.changing(&tick.symbol) else { continue };
                let Some(found) = complete(tick, entry.quote.as_ref()) else { continue };
                let is_whole = found.is_whole;
                match entry.take(found.quote, now) {
                    Taken::Rejected(_) => continue,
                    Taken::Old => {}
                    Taken::News(quote) => news.push(Completed { quote: *quote, is_whole }),
                }
                believed(tick, &entry.instrument);
            }
        });
        news
    }

    /// Makes room for instruments that are not on the board yet.
    pub(crate) fn welcome(&self, instruments: Vec<Instrument>) {
        self.change(|board| {
            for instrument in instruments {
                if board.entry(&instrument.symbol).is_none() {
                    board.guests.welcome(Entry::new(instrument));
                }
            }
        });
    }

    /// Notes what second sources say, for comparison only.
    pub(crate) fn compare(&self, quotes: Vec<Quote>) {
        self.change(|board| {
            for quote in quotes {
                if let Some(entry) = board.changing(&quote.instrument.symbol) {
                    entry.remember(quote);
                }
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Board)) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut board = Board::clone(&self.current());
        change(&mut board);
        board.version += 1;
        let version = board.version;
        self.current.store(Arc::new(board));
        self.changes.send_replace(version);
    }
}
