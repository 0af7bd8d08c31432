use fastrand::Rng;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use market::{Calendar, Instrument, Kind, Trading};

/// Symbol, currency, market, zone, and about what a share costs.
const LISTED: [(&str, &str, &str, &str, f64); 3] = [
    ("LOW", "USD", "XNYS", "America/New_York", 3.0),
    ("HIGH", "USD", "XNYS", "America/New_York", 260.0),
    ("LONDON.L", "GBp", "XLON", "Europe/London", 45.0),
];

/// Days of trading before the year.
pub(super) const BEFORE: usize = 70;

/// A share, and what was traded of it.
pub(super) struct Share {
    pub(super) instrument: Instrument,
    /// Its days of trading, oldest first, to the end of the year and beyond.
    pub(super) days: Vec<Trading>,
    /// What the closing auction of each day gave.
    auctions: Vec<f64>,
    /// By the place of the ex-date among the days: new shares for one old.
    pub(super) splits: Vec<(usize, f64)>,
    /// Likewise: the part of the price before it that was paid.
    pub(super) dividends: Vec<(usize, f64)>,
    seed: u64,
}

impl Share {
    /// All there are, from days before a year begins. Each has a split on the days named.
    pub(super) fn all(
        seed: u64,
        begins: Timestamp,
        split_on: impl Fn(usize) -> Vec<usize>,
    ) -> Vec<Self> {
        let drawn = LISTED.iter().enumerate();
        drawn
            .map(|(n, it)| Self::drawn(seed ^ (n as u64) << 20, it, begins, &split_on(n)))
            .collect()
    }

    /// How many there are.
    pub(super) const COUNT: usize = LISTED.len();

    fn drawn(
        seed: u64,
        &(symbol, currency, mic, zone, level): &(&str, &str, &str, &str, f64),
        begins: Timestamp,
        split_on: &[usize],
    ) -> Self {
        let mut chance = Rng::with_seed(seed);
        let mut instrument = Instrument {
            symbol: symbol.parse().unwrap(),
            name: symbol.into(),
            kind: Kind::Equity,
            currency: currency.parse().ok(),
            exchange: None,
            mic: Some(mic.to_owned()),
            first_trade: None,
            time_zone: zone.to_owned(),
            price_decimals: 2,
        };
        let calendar = Calendar::for_instrument(&instrument).unwrap();
        let first = calendar.date(begins);
        let sessions = |from: Date, to: Date| {
            calendar.sessions(from, to).filter_map(|it| calendar.session(it))
        };
        let before: Vec<Trading> =
            sessions(first - 200.days(), first.yesterday().unwrap()).collect();
        let mut days = before[before.len() - BEFORE..].to_vec();
        days.extend(sessions(first, first + 400.days()));
        instrument.first_trade = days.first().map(|day| day.date);
        let ratios = [2.0, 3.0, 4.0, 10.0, 1.5, 0.1];
        let splits = split_on.iter().map(|day| (*day, *chance.choice(&ratios).unwrap()));
        let splits: Vec<_> = splits.collect();
        let quarters = (chance.usize(5..60)..days.len()).step_by(63);
        let dividends = quarters.map(|day| (day, chance.f64() * 0.01 + 0.002)).collect();
        let auctions = auctions(&mut chance, level, days.len(), &splits);
        Self { instrument, days, auctions, splits, dividends, seed }
    }

    /// What the closing auction of a day gave, on that day.
    pub(super) fn auction(&self, day: usize) -> f64 {
        self.auctions[day]
    }

    /// The price in the middle of a day, when a part of it has passed.
    pub(super) fn price(&self, day: usize, part: f64) -> f64 {
        let before = self.auctions[day.saturating_sub(1)] / split_on(&self.splits, day);
        in_ticks(before + (self.auctions[day] - before) * part)
    }

    /// Between -1 and 1, the same whenever it is asked.
    pub(super) fn noise(&self, n: u64) -> f64 {
        Rng::with_seed(self.seed ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).f64() * 2.0 - 1.0
    }
}

/// New shares for one old on a day.
fn split_on(splits: &[(usize, f64)], day: usize) -> f64 {
    splits.iter().find(|(ex, _)| *ex == day).map_or(1.0, |(_, ratio)| *ratio)
}

/// A walk by up to three per cent a day, in ticks.
fn auctions(chance: &mut Rng, level: f64, days: usize, splits: &[(usize, f64)]) -> Vec<f64> {
    let mut price = level;
    let close = |day| {
        let by = 1.0 + (chance.f64() - 0.5) * 0.06;
        price = (price / split_on(splits, day) * by).max(0.05);
        in_ticks(price)
    };
    (0..days).map(close).collect()
}

/// The least by which a price changes.
pub(super) fn tick(price: f64) -> f64 {
    if price < 1.0 { 0.000_1 } else { 0.01 }
}

/// As it can be traded.
pub(super) fn in_ticks(price: f64) -> f64 {
    to_whole(price, tick(price))
}

/// The nearest multiple of a step that divides one.
pub(super) fn to_whole(price: f64, step: f64) -> f64 {
    let steps = (1.0 / step).round();
    (price * steps).round() / steps
}
