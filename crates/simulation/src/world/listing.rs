use fastrand::Rng;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use market::{Calendar, Currency, Instrument, Kind, Trading};

/// Symbol, kind, currency, market, zone.
const MARKETS: [(&str, Kind, &str, &str, &str); 9] = [
    ("NYSE1", Kind::Equity, "USD", "XNYS", "America/New_York"),
    ("PARIS.PA", Kind::Equity, "EUR", "XPAR", "Europe/Paris"),
    ("TOKYO.T", Kind::Equity, "JPY", "XTKS", "Asia/Tokyo"),
    ("RIYADH.SR", Kind::Equity, "SAR", "XSAU", "Asia/Riyadh"),
    ("LONDON.L", Kind::Equity, "GBp", "XLON", "Europe/London"),
    ("HONG.HK", Kind::Equity, "HKD", "XHKG", "Asia/Hong_Kong"),
    ("SYDNEY.AX", Kind::Equity, "AUD", "XASX", "Australia/Sydney"),
    ("EUR/USD", Kind::Currency, "USD", "", "Europe/London"),
    ("BTC/EUR", Kind::Crypto, "EUR", "", "UTC"),
];

/// With fewer days nothing can be asked.
const ENOUGH_DAYS: usize = 15;

/// An instrument, and all that is true of it.
pub(crate) struct Listing {
    pub(crate) instrument: Instrument,
    /// Its days of trading, oldest first, to the end of the simulation and beyond.
    pub(crate) days: Vec<Trading>,
    /// Ex-date and new shares for one old.
    pub(crate) splits: Vec<(Date, f64)>,
    /// Ex-date and the part of the price before it.
    pub(crate) dividends: Vec<(Date, f64)>,
    /// What dividends are paid in, where that is not what it is priced in.
    pub(crate) pays: Option<Currency>,
    seed: u64,
    level: f64,
}

impl Listing {
    /// One to five instruments of different markets.
    pub(crate) fn some(chance: &mut Rng, start: Timestamp, healed: Timestamp) -> Vec<Self> {
        let mut markets = MARKETS.to_vec();
        chance.shuffle(&mut markets);
        let count = chance.usize(1..=5);
        let drawn = markets.iter().map(|it| Self::drawn(chance, *it, start, healed));
        // Some calendars begin later than the days that are simulated.
        drawn.filter(|it| it.days.len() > ENOUGH_DAYS).take(count).collect()
    }

    fn drawn(
        chance: &mut Rng,
        (symbol, kind, currency, mic, zone): (&str, Kind, &str, &str, &str),
        start: Timestamp,
        healed: Timestamp,
    ) -> Self {
        let mut instrument = Instrument {
            symbol: symbol.parse().unwrap(),
            name: symbol.into(),
            kind,
            currency: currency.parse().ok(),
            exchange: None,
            mic: (!mic.is_empty()).then(|| mic.to_owned()),
            first_trade: None,
            time_zone: zone.to_owned(),
            price_decimals: 2,
        };
        let calendar = Calendar::for_instrument(&instrument).unwrap();
        let (first, last) = (calendar.date(start), calendar.date(healed));
        let listed = first - i64::from(chance.u32(20..500)).days();
        let dates = calendar.sessions(listed, last + 14.days());
        let days: Vec<Trading> = dates.filter_map(|date| calendar.session(date)).collect();
        instrument.first_trade = days.first().map(|day| day.date);
        let is_share = kind == Kind::Equity;
        let acted = |chance: &mut Rng, every: usize| -> Vec<Date> {
            let days = days.iter().skip(5).filter(|_| is_share && chance.usize(0..every) == 0);
            days.map(|day| day.date).collect()
        };
        let ratios = [2.0, 3.0, 4.0, 1.5, 0.5, 0.1];
        let splits = acted(chance, 60).into_iter();
        let splits = splits.map(|date| (date, *chance.choice(&ratios).unwrap())).collect();
        let dividends = acted(chance, 30).into_iter();
        let dividends = dividends.map(|date| (date, chance.f64() * 0.02 + 0.001)).collect();
        let (seed, level) = (chance.u64(..), chance.f64() * 100.0 + 20.0);
        let pays = (is_share && chance.u8(0..4) == 0).then(|| "CHF".parse().unwrap());
        Self { instrument, days, splits, dividends, pays, seed, level }
    }

    /// The price on a day, adjusted for every split there ever will be; `at` is the
    /// part of the day that has passed.
    pub(crate) fn price(&self, day: usize, at: f64) -> f64 {
        let close = |day: usize| {
            let wave = (day as f64 / 40.0 + (self.seed % 7) as f64).sin() * 0.1;
            self.level * (1.0 + wave + self.noise(day as u64) * 0.01)
        };
        let before = close(day.saturating_sub(1));
        before + (close(day) - before) * at
    }

    /// Units traded on a day.
    pub(crate) fn volume(&self, day: usize, at: f64) -> f64 {
        ((self.noise(day as u64 ^ 0x5151) + 1.5) * 1e6 * at).round()
    }

    /// Between -1 and 1.
    fn noise(&self, n: u64) -> f64 {
        Rng::with_seed(self.seed ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).f64() * 2.0 - 1.0
    }
}
