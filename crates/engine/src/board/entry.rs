use std::time::Duration;

use jiff::Timestamp;
use market::{Freshness, Instrument, Quote, Showing, Shown, SourceError, quote_freshness};
use tracing::warn;

use super::completed::fill;
use crate::failures::SourceFailures;
use crate::plausibility::{self, Outcome, Quarantined};
use crate::schedule::later;

/// A stream may send implausible prices many times a second; they are logged no
/// more often than this.
const LOG_EVERY: Duration = Duration::from_mins(1);

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
    /// At the instant told of, one was shown that the simulator had made up. It is not
    /// stored.
    pub was_made_up: bool,
    /// How many quotes were not believed.
    pub rejected: u64,
    /// When one was last written to the log.
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
            was_made_up: false,
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

    /// What is shown of it, with what could dispute that.
    pub(super) fn shown(&self) -> Shown {
        let showing = match &self.quote {
            None => Showing::Nothing,
            Some(quote) if quote.simulated => Showing::MadeUp,
            Some(quote) => Showing::Quote(Box::new(quote.clone())),
        };
        let shown = self.quote.as_ref();
        let contradicts = |other: &&Quote| {
            shown.is_some_and(|it| it.source != other.source && plausibility::contradict(it, other))
        };
        let rivals = self.others.iter().filter(contradicts).cloned().collect();
        Shown { symbol: self.instrument.symbol.clone(), showing, rivals }
    }

    /// As it was shown once.
    pub(crate) fn told(instrument: Instrument, shown: Shown) -> Self {
        let entry = Self::new(instrument);
        match shown.showing {
            Showing::Nothing => entry,
            Showing::MadeUp => Self { was_made_up: true, ..entry },
            Showing::Quote(quote) => Self {
                instrument: quote.instrument.clone(),
                quote: Some(*quote),
                others: shown.rivals,
                ..entry
            },
        }
    }

    /// Whether it has been asked for in vain and has no real price.
    pub(crate) fn has_no_value(&self) -> bool {
        let has_failed = || self.failures.iter().next().is_some();
        self.quote.as_ref().map_or_else(has_failed, |quote| quote.simulated)
    }

    /// Takes a quote in if it is plausible and news.
    pub(super) fn take(&mut self, quote: Quote, now: Timestamp) -> Taken {
        let quote = quote.without_odd_parts();
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

    /// Remembers what another source says beside what is shown.
    pub(super) fn remember(&mut self, quote: Quote) {
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
        let is_logged = self.rejection_logged_at.is_some_and(|at| now < later(at, LOG_EVERY));
        if seen.sightings == 1 && !is_logged {
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
pub(super) enum Taken {
    News(Box<Quote>),
    Old,
    Rejected(SourceError),
}
