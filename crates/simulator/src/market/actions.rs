use jiff::Timestamp;
use jiff::civil::Date;

use super::{Instrument, Market};
use crate::draw::{Draw, key_of, mix};
use crate::listing::{Kind, Listing, after, before};
use crate::money::worth;

/// Cash paid per share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dividend {
    /// First trading date without it, in the exchange's zone.
    pub ex_date: Date,
    /// When that date's session opens.
    pub time: Timestamp,
    /// For the shares as they are at the time of asking.
    pub amount: f64,
    /// What the amount is counted in, where not in the listing's currency.
    pub currency: Option<&'static str>,
}

/// New shares for old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// First trading date with the new shares, in the exchange's zone.
    pub ex_date: Date,
    /// When that date's session opens.
    pub time: Timestamp,
    /// New shares for one old share.
    pub numerator: u32,
}

impl Dividend {
    /// The same worth in another currency, to four digits, as such are published.
    fn paid_in(self, currency: &'static str, listing: &Listing) -> Self {
        let unit = if listing.currency == "GBp" { 0.01 } else { 1.0 };
        let priced_in = worth(&listing.currency.to_uppercase()).log_euros;
        let rate = unit * (priced_in - worth(currency).log_euros).exp();
        let amount = (self.amount * rate * 10_000.0).round() / 10_000.0;
        Self { amount, currency: Some(currency), ..self }
    }
}

impl Market {
    /// Dividends that have gone ex by `now`, ascending. Shares alone pay them,
    /// four times a year.
    pub fn dividends(&self, symbol: &str, now: Timestamp) -> Vec<Dividend> {
        let listing = self.listing(symbol);
        let dividends = Instrument::new(self.seed, &listing).dividends(now);
        match listing.pays_in() {
            Some(currency) => {
                dividends.into_iter().map(|it| it.paid_in(currency, &listing)).collect()
            }
            None => dividends,
        }
    }

    /// Splits that have happened by `now`, ascending.
    pub fn splits(&self, symbol: &str, now: Timestamp) -> Vec<Split> {
        let listing = self.listing(symbol);
        let instrument = Instrument::new(self.seed, &listing);
        instrument.splits().filter(|split| split.time <= now).collect()
    }
}

impl Instrument<'_> {
    fn splits(&self) -> impl Iterator<Item = Split> {
        self.listing.splits.iter().filter_map(|&(ex_date, numerator)| {
            let session = self.listing.session_in(&self.zone, ex_date)?;
            Some(Split { ex_date, time: session.open, numerator })
        })
    }

    /// By how much prices must be multiplied to be those seen at `now`: all
    /// prices are kept as after the last split, wherever that lies.
    pub(super) fn restated(&self, now: Timestamp) -> u32 {
        self.splits().filter(|split| split.time > now).map(|split| split.numerator).product()
    }

    pub(super) fn dividends(&self, now: Timestamp) -> Vec<Dividend> {
        if self.listing.kind != Kind::Equity {
            return Vec::new();
        }
        let today = now.to_zoned(self.zone.clone()).date();
        let restated = f64::from(self.restated(now));
        let years = self.listing.first_trade.year()..=today.year();
        let dividends = years.flat_map(|year| self.dividends_of(year));
        dividends
            .filter(|dividend| dividend.time <= now)
            .map(|dividend| Dividend { amount: dividend.amount * restated, ..dividend })
            .collect()
    }

    /// The same amount four times, about a quarter of the yield on last year's close.
    fn dividends_of(&self, year: i16) -> Vec<Dividend> {
        let mut draw = Draw::new(mix(key_of(&self.listing.symbol), 4));
        let (yearly_yield, first_month) = (0.005 + 0.03 * draw.unit(), 1 + draw.below(3) as i8);
        let day = 5 + draw.below(15) as i8;
        let Ok(last_year) = Date::new(year - 1, 12, 31) else { return Vec::new() };
        let amount = (self.close(last_year) as f64 * yearly_yield / 4.0).round().max(1.0);
        let months = (0..4).map(|quarter| first_month + 3 * quarter);
        months
            .filter_map(|month| {
                let ex_date = first_trading_day(self.listing, Date::new(year, month, day).ok()?);
                let session = self.listing.session_in(&self.zone, ex_date)?;
                Some(Dividend {
                    ex_date,
                    time: session.open,
                    amount: amount / self.unit,
                    currency: None,
                })
            })
            .filter(|dividend| dividend.ex_date > self.listing.first_session_date())
            .collect()
    }

    /// For each dividend, ascending, its date and what a close before it is
    /// worth after it and all later ones, as a part of one.
    pub(super) fn payouts(&self, now: Timestamp) -> Vec<(Date, f64)> {
        let mut kept = 1.0;
        let restated = self.restated(now);
        let mut payouts: Vec<(Date, f64)> = self
            .dividends(now)
            .into_iter()
            .rev()
            .map(|dividend| {
                let previous = self.close(self.listing.date_before(dividend.ex_date));
                kept *= 1.0 - dividend.amount / self.price(previous, restated);
                (dividend.ex_date, kept)
            })
            .collect();
        payouts.reverse();
        payouts
    }
}

fn first_trading_day(listing: &Listing, mut date: Date) -> Date {
    // Before the first date of all nothing trades, and the search would not end.
    while before(date) >= listing.first_trade && !listing.trades_on(date) {
        date = after(date);
    }
    date
}
