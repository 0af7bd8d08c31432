mod derived;
mod known;
mod place;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub(crate) use known::SYMBOLS;

use crate::money::Worth;

/// What sort of thing a made-up instrument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number computed from other prices, such as `^FCHI`.
    Index,
    /// A currency priced in another, such as `EURUSD=X`.
    Currency,
    /// A coin priced in a currency, such as `BTC-EUR`.
    Crypto,
    /// A share, such as `AAPL`.
    Equity,
    /// A future, such as `GC=F`.
    Future,
}

/// A made-up instrument: what it is, where it trades and when.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Its symbol in Yahoo's spelling, upper case.
    pub symbol: String,
    /// Its name for people.
    pub name: String,
    /// What sort of thing it is.
    pub kind: Kind,
    /// What it is priced in, as Yahoo writes it: `EUR`, `USD`, `GBp` for pence.
    pub currency: String,
    /// The exchange's short code at Yahoo: `PAR`, `NMS`, `CCY`.
    pub exchange: &'static str,
    /// The exchange's name: `Paris`, `NasdaqGS`, `CCY`.
    pub exchange_name: &'static str,
    /// The exchange's zone in the tz database.
    pub time_zone: &'static str,
    /// Digits after the point; every price is a multiple of that unit.
    pub price_decimals: u8,
    /// The first date on which it could trade.
    pub first_trade: Date,
    /// When the regular session opens, in the exchange's zone.
    pub opens: Time,
    /// How long the regular session lasts; a whole day for what never closes.
    pub session_minutes: u32,
    pub(crate) course: Course,
    /// Hundreds of units traded on an ordinary day.
    pub(crate) usual_lots: u64,
    pub(crate) splits: &'static [(Date, u32)],
}

/// Where the daily closes come from.
#[derive(Clone, Debug)]
pub(crate) enum Course {
    /// A walk of its own around a growing level.
    Own { log_level: f64, yearly_growth: f64, volatility: f64 },
    /// The ratio of two worths, so that crosses agree with each other.
    Pair { base: Worth, quote: Worth },
}

/// A trading day's regular session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The trading date in the exchange's zone.
    pub date: Date,
    /// First instant of trading.
    pub open: Timestamp,
    /// First instant after it.
    pub close: Timestamp,
}

/// `JPY=X` is what a dollar costs, as Yahoo has it: `USDJPY=X`.
fn in_full(symbol: String) -> String {
    match symbol.strip_suffix("=X") {
        Some(code) if code.len() == 3 => format!("USD{code}=X"),
        _ => symbol,
    }
}

impl Listing {
    pub(crate) fn of(symbol: &str) -> Self {
        let symbol = in_full(symbol.trim().to_uppercase());
        known::listing(&symbol).unwrap_or_else(|| derived::listing(&symbol))
    }

    /// What its dividends are counted in, where not in its own currency.
    pub(crate) fn pays_in(&self) -> Option<&'static str> {
        known::pays_in(&self.symbol)
    }

    /// The session of that date; `None` on days without trading.
    ///
    /// Monday to Friday but 1 January and 25 December; for coins every day.
    /// Currencies trade round the clock and stop on Friday at 22:00 London time.
    pub fn session(&self, date: Date) -> Option<Session> {
        self.session_in(&self.zone(), date)
    }

    pub(crate) fn session_in(&self, zone: &TimeZone, date: Date) -> Option<Session> {
        if !self.trades_on(date) {
            return None;
        }
        let open = zone.to_timestamp(date.to_datetime(self.opens)).ok()?;
        let close = open + SignedDuration::from_mins(i64::from(self.minutes_on(date)));
        Some(Session { date, open, close })
    }

    /// The session of today, or of the last trading day where today, in the
    /// exchange's zone, has none: what Yahoo calls the current trading period.
    pub fn current_session(&self, now: Timestamp) -> Session {
        let zone = self.zone();
        let today = now.to_zoned(zone.clone()).date();
        self.session_in(&zone, today).unwrap_or_else(|| self.last_session_in(&zone, now))
    }

    /// The session that runs at `instant` or was the last to begin before it;
    /// the first of all where none had begun.
    pub fn last_session(&self, instant: Timestamp) -> Session {
        self.last_session_in(&self.zone(), instant)
    }

    pub(crate) fn last_session_in(&self, zone: &TimeZone, instant: Timestamp) -> Session {
        let mut date = instant.to_zoned(zone.clone()).date();
        while date >= self.first_trade {
            match self.session_in(zone, date) {
                Some(session) if session.open <= instant => return session,
                _ => date = before(date),
            }
        }
        self.session_in(zone, self.first_session_date())
            .expect("the first session date is one with a session")
    }

    /// Whether the regular session runs at that instant.
    pub fn is_open(&self, instant: Timestamp) -> bool {
        let session = self.last_session(instant);
        session.open <= instant && instant < session.close
    }

    pub(crate) fn trades_on(&self, date: Date) -> bool {
        let holiday = matches!((date.month(), date.day()), (1, 1) | (12, 25));
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        date >= self.first_trade && (self.kind == Kind::Crypto || !holiday && !weekend)
    }

    pub(crate) fn minutes_on(&self, date: Date) -> u32 {
        let short = self.kind == Kind::Currency && date.weekday() == Weekday::Friday;
        if short { 22 * 60 } else { self.session_minutes }
    }

    /// The trading date before `date`, which may lie before the first one of all.
    pub(crate) fn date_before(&self, date: Date) -> Date {
        let mut earlier = before(date);
        while earlier > self.first_trade && !self.trades_on(earlier) {
            earlier = before(earlier);
        }
        earlier
    }

    pub(crate) fn first_session_date(&self) -> Date {
        let mut date = self.first_trade;
        while !self.trades_on(date) {
            date = after(date);
        }
        date
    }

    pub(crate) fn zone(&self) -> TimeZone {
        TimeZone::get(self.time_zone).expect("listings name zones of the bundled database")
    }
}

pub(crate) fn before(date: Date) -> Date {
    date.yesterday().unwrap_or(Date::MIN)
}

pub(crate) fn after(date: Date) -> Date {
    date.tomorrow().unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn utc(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn sessions_follow_the_zone_of_the_exchange() {
        let paris = Listing::of("^FCHI");
        let summer = paris.session(date(2026, 7, 1)).unwrap();
        assert_eq!(
            (summer.open, summer.close),
            (utc("2026-07-01T07:00Z"), utc("2026-07-01T15:30Z"))
        );
        let winter = paris.session(date(2026, 12, 1)).unwrap();
        assert_eq!(winter.open, utc("2026-12-01T08:00Z"));
        assert_eq!(paris.session(date(2026, 7, 4)), None);
        assert_eq!(paris.session(date(2026, 12, 25)), None);
    }

    #[test]
    fn currencies_stop_on_friday_evening_and_coins_never() {
        let euro = Listing::of("EURUSD=X");
        assert_eq!(euro.session(date(2026, 11, 20)).unwrap().close, utc("2026-11-20T22:00Z"));
        assert!(!euro.is_open(utc("2026-11-21T12:00Z")) && !euro.is_open(utc("2026-11-20T22:00Z")));
        assert!(Listing::of("BTC-EUR").is_open(utc("2026-12-25T23:59:59Z")));
    }

    #[test]
    fn the_current_session_is_the_last_one_at_weekends_and_the_first_one_before_it() {
        let paris = Listing::of("^FCHI");
        assert_eq!(paris.current_session(utc("2026-11-22T12:00Z")).date, date(2026, 11, 20));
        assert_eq!(paris.current_session(utc("2026-11-23T02:00Z")).date, date(2026, 11, 23));
        let first = paris.current_session(utc("1950-01-01T00:00Z"));
        assert_eq!(first.date, date(1990, 3, 1));
    }

    #[test]
    fn every_place_is_in_the_time_zone_database() {
        for symbol in place::PLACES.iter().map(|place| format!("ABC.{}", place.suffix)) {
            assert_eq!(
                Listing::of(&symbol).zone().iana_name(),
                Some(Listing::of(&symbol).time_zone)
            );
        }
    }
}
