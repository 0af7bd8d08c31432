use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::{
    CLOCK_SLACK, Freshness, Instrument, MarketState, Moment, Quote, Showing, Shown, Source,
    SourceError, Symbol, market_state, quote_freshness,
};
use tracing::warn;

use super::completed::fill;
use crate::failures::SourceFailures;
use crate::figures::Figures;
use crate::now::Now;
use crate::plausibility::{
    self, Doubt, Evidence, Own, Quarantined, Rejection, Verdict, is_like, is_news, judge,
    own_answer,
};

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
    /// At the instant asked about, one was shown that the simulator had made up. It is not
    /// stored.
    pub was_made_up: bool,
    /// How many quotes were not believed.
    pub rejected: u64,
    /// What speaks against the quote shown, where nothing decides.
    doubt: Option<Doubt>,
    /// Whether others are being asked about the quote set aside.
    is_looked_into: bool,
    /// When one was last written to the log.
    rejection_logged_at: Option<Moment>,
    /// The latest quote of each other source that was asked.
    others: Vec<Quote>,
    /// How far the wall clock was set since the quote shown came. Its age is counted by
    /// the clock as it was then.
    set_since: SignedDuration,
}

/// A quote as it is kept: without what it was judged by.
fn logged(quote: &Quote) -> Quote {
    Quote { witness: None, ..quote.clone() }
}

/// A doubt as it was shown once: long ago. How the two differ is seen from the two.
fn doubt(rival: Quote, shown: &Quote) -> Doubt {
    let since_moment = Moment::default();
    Doubt { rival, reason: Rejection::Jump, since: shown.received_at, since_moment }
}

impl Figures for Entry {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        self.sources().for_each(|source| name(source, Some(&self.instrument.symbol)));
    }
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
            doubt: None,
            is_looked_into: false,
            rejection_logged_at: None,
            others: Vec::new(),
            set_since: SignedDuration::ZERO,
        }
    }

    /// Whether nothing was ever told of it but why it cannot be had.
    pub(super) fn has_nothing(&self) -> bool {
        self.quote.is_none() && self.quarantined.is_none() && self.others.is_empty()
    }

    /// Whether the quote shown may be taken for the present price. One that differs
    /// by a leap from what was believed before is not, until evidence clears it.
    /// Nor is one dated later than it is: the clock was set back since; nor one for
    /// which no newer could be asked, as the budget is spent.
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        let Some(quote) = &self.quote else { return Freshness::Missing };
        let is_doubtful = self.doubt.is_some()
            || quote.received_at.duration_since(now) > CLOCK_SLACK
            || self.is_put_off(now);
        let then = self.as_when_it_came(now);
        // A clock that leapt ahead may be right now: the machine slept.
        let is_late = || then < now && quote_freshness(quote, now) == Freshness::Stale;
        match quote_freshness(quote, then) {
            Freshness::Fresh if is_doubtful || is_late() => Freshness::Stale,
            freshness => freshness,
        }
    }

    /// How old the price shown is, never negative and never less than it may be, whatever
    /// was done to the clock since it came; `None` where its source does not say when it
    /// was true, or says that it will be.
    pub fn age(&self, now: Timestamp) -> Option<SignedDuration> {
        let quote = self.quote.as_ref()?;
        quote.age(self.as_when_it_came(now).max(now))
    }

    /// What the clock would show, had nobody set it since the quote shown came.
    fn as_when_it_came(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.set_since).unwrap_or(now)
    }

    /// Somebody set the clock.
    pub(super) fn clock_was_set(&mut self, by: SignedDuration) {
        self.set_since = self.set_since.saturating_add(by);
    }

    /// Whether it was to be refreshed and nobody could be asked, as the budget is spent,
    /// while its market may move. The last price before a close stays what it is.
    fn is_put_off(&self, now: Timestamp) -> bool {
        use MarketState::{Closed, Post, Pre};
        let state = self.quote.as_ref().and_then(|quote| market_state(quote, now));
        self.failures.is_budget_spent() && !matches!(state, Some(Closed | Pre | Post))
    }

    /// Whose prices are told of it: the one shown, those that speak against it, and one
    /// that is not believed. What the simulator made up is nobody's.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        let aside = self.quarantined.as_ref().map(|aside| &aside.quote);
        let believed = self.doubt.as_ref().map(|doubt| &doubt.rival);
        let rivals = self.others.iter().filter(|other| {
            self.quote.as_ref().is_some_and(|shown| plausibility::contradict(shown, other))
        });
        let told = self.quote.iter().chain(aside).chain(believed).chain(rivals);
        told.filter(|quote| !quote.simulated).map(|quote| &quote.source)
    }

    /// What speaks against the quote shown: it differs from what was believed before.
    pub fn doubt(&self) -> Option<&Doubt> {
        self.doubt.as_ref()
    }

    /// What makes the price shown disputed: the one believed before, while nothing
    /// decides between the two; else a live price of another source that differs by
    /// more than is usual for the kind. One of another time does not dispute it: over
    /// a weekend prices stay fresh for days.
    pub fn rival(&self, now: Timestamp) -> Option<&Quote> {
        let is_live = |quote: &Quote| quote_freshness(quote, now) == Freshness::Fresh;
        let believed = self.doubt.as_ref().map(|doubt| &doubt.rival);
        believed.or_else(|| {
            let shown = self.quote.as_ref().filter(|quote| is_live(quote))?;
            let rivals = self.others.iter().filter(|other| other.source != shown.source);
            rivals
                .filter(|other| is_live(other))
                .find(|other| plausibility::contradict(shown, other))
        })
    }

    /// What is shown of it, with what could dispute that.
    pub(super) fn shown(&self) -> Shown {
        let showing = match &self.quote {
            None => Showing::Nothing,
            Some(quote) if quote.simulated => Showing::MadeUp,
            Some(quote) => Showing::Quote(Box::new(logged(quote))),
        };
        let shown = self.quote.as_ref();
        let contradicts = |other: &&Quote| {
            shown.is_some_and(|it| it.source != other.source && plausibility::contradict(it, other))
        };
        let rivals = self.others.iter().filter(contradicts).map(logged).collect();
        let believed = self.doubt.as_ref().map(|doubt| Box::new(logged(&doubt.rival)));
        Shown { symbol: self.instrument.symbol.clone(), showing, rivals, believed }
    }

    /// As it was shown once.
    pub(crate) fn as_shown(instrument: Instrument, shown: Shown) -> Self {
        let entry = Self::new(instrument);
        match shown.showing {
            Showing::Nothing => entry,
            Showing::MadeUp => Self { was_made_up: true, ..entry },
            Showing::Quote(quote) => Self {
                instrument: quote.instrument.clone(),
                doubt: shown.believed.map(|rival| doubt(*rival, &quote)),
                quote: Some(*quote),
                others: shown.rivals,
                ..entry
            },
        }
    }

    /// Whether it has been asked for in vain and has no real price.
    pub(crate) fn has_no_value(&self) -> bool {
        let has_failed = || !self.failures.is_empty();
        self.quote.as_ref().map_or_else(has_failed, |quote| quote.simulated)
    }

    /// Takes in what a source answered. What is doubted waits until others have been
    /// asked: see [`Entry::settle`].
    pub(super) fn take(&mut self, quote: Quote, now: Now) -> Taken {
        let quote = quote.without_odd_parts();
        match judge(&self.evidence(), &quote, own_answer(&quote), now) {
            Verdict::Believed => self.believe(quote, now),
            Verdict::Doubted(reason) => self.put_aside(&quote, reason, true, now),
            Verdict::Suspect(reason) => {
                self.contradicted(&quote, &reason);
                self.put_aside(&quote, reason, false, now)
            }
        }
    }

    /// Takes in a price out of a stream; `own` is what its message says of it. A
    /// single price says too little to be shown while it is doubted, unless it goes
    /// on from one that is shown so.
    pub(super) fn take_streamed(&mut self, quote: Quote, own: Own, now: Now) -> Taken {
        let quote = quote.without_odd_parts();
        match judge(&self.evidence(), &quote, own, now) {
            Verdict::Believed => self.believe(quote, now),
            Verdict::Doubted(reason) if self.goes_on(&quote) => self.dispute(quote, reason, now),
            Verdict::Doubted(reason) | Verdict::Suspect(reason) => {
                self.put_aside(&quote, reason, false, now)
            }
        }
    }

    /// Decides about a doubted quote once those who could be asked have been. Where
    /// nothing decides, the newest statement is shown, and what was believed beside
    /// it.
    pub(super) fn settle(&mut self, now: Now) -> Option<Taken> {
        if !std::mem::take(&mut self.is_looked_into) {
            return None;
        }
        let quote = self.quarantined.as_ref()?.quote.clone();
        match judge(&self.evidence(), &quote, own_answer(&quote), now) {
            Verdict::Believed => Some(self.believe(quote, now)),
            Verdict::Doubted(reason) => Some(self.dispute(quote, reason, now)),
            Verdict::Suspect(reason) => {
                self.contradicted(&quote, &reason);
                None
            }
        }
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            shown: self.quote.as_ref(),
            doubt: self.doubt.as_ref(),
            aside: self.quarantined.as_ref(),
            others: &self.others,
        }
    }

    fn goes_on(&self, quote: &Quote) -> bool {
        self.doubt.is_some() && self.quote.as_ref().is_some_and(|shown| is_like(shown, quote))
    }

    fn believe(&mut self, quote: Quote, now: Now) -> Taken {
        if !quote.simulated {
            self.failures = SourceFailures::default();
            self.clear(&quote);
        }
        if self.quote.as_ref().is_none_or(|held| is_news(held, &quote, now.wall)) {
            self.doubt = None;
            return self.replace(quote);
        }
        if let Some(held) = &mut self.quote {
            fill(held, &quote);
            self.instrument = held.instrument.clone();
        }
        self.remember(quote);
        Taken::Old
    }

    /// A quote that is believed clears what was held against its source, or against
    /// another that said the same.
    fn clear(&mut self, quote: &Quote) {
        let is_cleared = |aside: &Quarantined| {
            aside.quote.source == quote.source || is_like(&aside.quote, quote)
        };
        self.quarantined.take_if(|aside| is_cleared(aside));
    }

    fn replace(&mut self, quote: Quote) -> Taken {
        self.instrument = quote.instrument.clone();
        let source = quote.source.clone();
        self.set_since = SignedDuration::ZERO;
        if let Some(before) = self.quote.replace(quote) {
            self.remember(before);
        }
        self.others.retain(|other| other.source != source);
        Taken::News
    }

    /// Shows a quote beside the one believed before.
    fn dispute(&mut self, quote: Quote, reason: Rejection, now: Now) -> Taken {
        if self.quote.as_ref().is_some_and(|shown| !is_news(shown, &quote, now.wall)) {
            return Taken::Old;
        }
        let (since, since_moment) = match (&self.doubt, &self.quarantined) {
            (Some(doubt), _) if self.goes_on(&quote) => (doubt.since, doubt.since_moment),
            (_, Some(it)) if is_like(&it.quote, &quote) => (it.since, it.since_moment),
            _ => (now.wall, now.moment),
        };
        let rival = self.doubt.take().map(|doubt| doubt.rival).or_else(|| self.quote.clone());
        self.doubt = rival.map(|rival| Doubt { rival, reason, since, since_moment });
        self.quarantined = None;
        self.replace(quote);
        Taken::Disputed
    }

    /// What was shown beside another price, and is contradicted by now, gives way to
    /// what was believed before. What an answer says against itself is said of no other
    /// source's.
    fn contradicted(&mut self, quote: &Quote, reason: &Rejection) {
        let is_own = self.quote.as_ref().is_some_and(|shown| shown.source == quote.source);
        if self.goes_on(quote) && (is_own || !reason.is_of_itself()) {
            self.quote = self.doubt.take().map(|doubt| doubt.rival);
        }
    }

    /// Remembers what another source says beside what is shown. What its own answer
    /// speaks against is no witness.
    pub(super) fn remember(&mut self, quote: Quote) {
        let shown = self.quote.as_ref().map(|shown| &shown.source);
        let is_witness = !quote.simulated && own_answer(&quote) != Own::Against;
        if is_witness && shown != Some(&quote.source) {
            self.others.retain(|other| other.source != quote.source);
            self.others.push(quote);
        }
    }

    /// Whether it is what another source says while it is asked about a doubted quote:
    /// that speaks for the one or against it, and does not take its place.
    fn is_asked_about(&self, quote: &Quote) -> bool {
        let aside = self.quarantined.as_ref().filter(|_| self.is_looked_into);
        aside.is_some_and(|aside| aside.quote.source != quote.source)
    }

    /// Logged when it is first seen, though not for each of many within a minute;
    /// counted each time.
    fn put_aside(
        &mut self,
        quote: &Quote,
        reason: Rejection,
        is_looked_into: bool,
        now: Now,
    ) -> Taken {
        self.rejected += 1;
        if self.is_asked_about(quote) {
            if is_looked_into {
                self.remember(quote.clone());
            }
            return Taken::Rejected(SourceError::Suspect(format!("{}: {reason}", quote.price)));
        }
        self.is_looked_into = is_looked_into;
        let seen = Quarantined::seen(self.quarantined.as_ref(), quote, reason, now);
        let (symbol, source) = (&self.instrument.symbol, &quote.source);
        let is_logged = self.rejection_logged_at.is_some_and(|at| now.moment.since(at) < LOG_EVERY);
        if seen.sightings == 1 && !is_logged {
            self.rejection_logged_at = Some(now.moment);
            let price = quote.price.get();
            warn!(%symbol, %source, price, doubt = %seen.reason, "a price is not believed and not shown");
        }
        let error = SourceError::Suspect(format!("{}: {}", quote.price, seen.reason));
        self.quarantined = Some(seen);
        Taken::Rejected(error)
    }
}

/// What became of a quote.
#[derive(Debug)]
pub(super) enum Taken {
    /// It is believed, and shown from now on.
    News,
    /// It is shown from now on, with what was believed before beside it.
    Disputed,
    /// It is believed and no newer.
    Old,
    /// It is not shown.
    Rejected(SourceError),
}

#[cfg(test)]
mod tests;
