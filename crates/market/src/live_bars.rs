mod extend;
mod form;
mod places;
mod stretch;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{Currency, Instrument, Kind, MarketState, Source, Symbol, Tick};
use stretch::{Seen, Stretch};

/// Broken stretches are kept for what was received before they broke: the one
/// before the present one is enough.
const MOST_STRETCHES: usize = 2;

/// Bars of one instrument as the ticks of one source form them, minute by minute.
///
/// A minute opens with its first price and closes with its last, by the instants
/// at which they were true, in whatever order they arrive. A minute without a
/// price has no bar. Its volume is what the day's volume grew by since the last
/// price before it, where both said it.
///
/// Ticks come in stretches, unbroken from the first until
/// [`LiveBars::interrupted`]. The first minute of a stretch was running when it
/// began, and the last when it broke: neither is ever called whole.
///
/// Holds at most the minutes of 26 hours in each of two stretches, some 100 bytes
/// a minute.
#[derive(Debug)]
pub struct LiveBars {
    symbol: Symbol,
    source: Source,
    zone: TimeZone,
    currency: Option<Currency>,
    has_day_volume: bool,
    /// The present one last.
    stretches: VecDeque<Stretch>,
    is_interrupted: bool,
}

impl LiveBars {
    /// Of an instrument, as this source's ticks will form them.
    pub fn new(instrument: &Instrument, source: Source) -> Self {
        Self {
            symbol: instrument.symbol.clone(),
            source,
            zone: instrument.zone(),
            currency: None,
            // What never closes has no day: its volume is that of the last 24 hours.
            has_day_volume: instrument.kind != Kind::Crypto,
            stretches: VecDeque::new(),
            is_interrupted: false,
        }
    }

    /// Whose ticks these are.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whose days these bars are cut by.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// When the newest tick was received.
    pub fn received_at(&self) -> Option<Timestamp> {
        self.stretches.back().map(Stretch::received_at)
    }

    /// Takes a tick into its minute. One that is late corrects its minute, where
    /// that is held and not older than its stretch.
    ///
    /// Left out is a tick of another source, one that does not say when its price
    /// was true, and one from before the open or after the close, which is not
    /// the day's price. One in another currency than before begins anew.
    pub fn take(&mut self, tick: &Tick) {
        let is_the_days = !matches!(tick.state, Some(MarketState::Pre | MarketState::Post));
        let Some(as_of) = tick.as_of.filter(|_| is_the_days && tick.source == self.source) else {
            return;
        };
        if let Some(currency) = &tick.currency
            && self.currency.as_ref() != Some(currency)
        {
            self.stretches.clear();
            self.currency = Some(currency.clone());
        }
        let seen = Seen {
            as_of,
            received_at: tick.received_at,
            price: tick.price,
            day_volume: tick.volume.filter(|_| self.has_day_volume),
        };
        if self.is_interrupted || self.stretches.is_empty() {
            self.begin(seen);
        } else if let Some(present) = self.stretches.back_mut() {
            present.take(seen, &self.zone);
        }
    }

    fn begin(&mut self, first: Seen) {
        self.is_interrupted = false;
        self.stretches.push_back(Stretch::new(first, &self.zone));
        while self.stretches.len() > MOST_STRETCHES {
            self.stretches.pop_front();
        }
    }

    /// Ticks may be missing between the last one and the next.
    pub fn interrupted(&mut self) {
        self.is_interrupted = true;
    }
}
