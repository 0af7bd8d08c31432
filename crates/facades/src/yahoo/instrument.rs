use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use market::{Calendar, Instrument, Kind, MarketState, Session};

use super::places;

/// What the protocol calls a kind of instrument: for programs, and for people. What is
/// no longer listed anywhere is a fund there, whatever it was.
pub(super) fn kind(instrument: &Instrument) -> (&'static str, &'static str) {
    match instrument.kind {
        _ if places::of(instrument).0 == places::DELISTED => ("MUTUALFUND", "Fund"),
        Kind::Index | Kind::Rate => ("INDEX", "Index"),
        Kind::Currency => ("CURRENCY", "Currency"),
        Kind::Crypto => ("CRYPTOCURRENCY", "Cryptocurrency"),
        Kind::Equity => ("EQUITY", "Equity"),
        Kind::Etf => ("ETF", "ETF"),
        Kind::Fund => ("MUTUALFUND", "Fund"),
        Kind::Future => ("FUTURE", "Futures"),
        Kind::Option => ("OPTION", "Option"),
    }
}

/// What the protocol calls what a market is doing.
pub(super) fn state(state: Option<MarketState>) -> &'static str {
    match state {
        Some(MarketState::Open) => "REGULAR",
        Some(MarketState::Pre) => "PRE",
        Some(MarketState::Post) => "POST",
        Some(MarketState::Closed) | None => "CLOSED",
    }
}

/// The protocol's word for the market of a country, as its zone tells it.
pub(super) fn market(instrument: &Instrument) -> String {
    let country = match (instrument.kind, instrument.time_zone.as_str()) {
        (Kind::Currency, _) => "ccy",
        (Kind::Crypto, _) => "ccc",
        (_, "America/Toronto") => "ca",
        (_, "Europe/London") => "gb",
        (_, "Europe/Paris") => "fr",
        (_, "Europe/Berlin") => "de",
        (_, "Asia/Tokyo") => "jp",
        (_, "Asia/Hong_Kong") => "hk",
        (_, zone) if zone.starts_with("America/") => "us",
        _ => "global",
    };
    format!("{country}_market")
}

/// How far a zone is from UTC at an instant, in seconds, and what it is called then.
pub(super) fn offset(zone: &TimeZone, at: Timestamp) -> (i32, String) {
    let there = zone.to_offset_info(at);
    (there.offset().seconds(), there.abbreviation().to_owned())
}

/// When a day of an instrument begins. What trades round the clock is dated from
/// midnight where it is at home.
pub(super) fn opens(instrument: &Instrument, session: Option<&Session>, date: Date) -> Timestamp {
    let zone = instrument.zone();
    if is_round_the_clock(instrument.kind) {
        return at(date, Time::midnight(), &zone);
    }
    let usual = || {
        let usual = session.map(|it| it.regular.start.to_zoned(zone.clone()).time());
        at(date, usual.unwrap_or(Time::midnight()), &zone)
    };
    let trading = Calendar::for_instrument(instrument).and_then(|it| it.session(date));
    trading.map_or_else(usual, |trading| trading.open)
}

/// When a day of an instrument ends: a minute early, where it goes on round the clock.
pub(super) fn closes(instrument: &Instrument, session: Option<&Session>, date: Date) -> Timestamp {
    let zone = instrument.zone();
    let last_minute = Time::constant(23, 59, 0, 0);
    if is_round_the_clock(instrument.kind) {
        return at(date, last_minute, &zone);
    }
    let usual = || {
        let usual = session.map(|it| it.regular.end.to_zoned(zone.clone()).time());
        at(date, usual.unwrap_or(last_minute), &zone)
    };
    let trading = Calendar::for_instrument(instrument).and_then(|it| it.session(date));
    trading.map_or_else(usual, |trading| trading.close)
}

fn is_round_the_clock(kind: Kind) -> bool {
    matches!(kind, Kind::Currency | Kind::Crypto | Kind::Future)
}

/// A time of day on a date somewhere.
fn at(date: Date, time: Time, zone: &TimeZone) -> Timestamp {
    let there = zone.to_timestamp(date.to_datetime(time));
    // Only dates at the very ends of the calendar have no instant.
    there.unwrap_or(if date.year() < 1970 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::{Catalog, TradingPeriod};

    use super::*;

    fn instrument(symbol: &str, zone: &str) -> Instrument {
        let it = Catalog::new().instrument(&symbol.parse().unwrap());
        Instrument { time_zone: zone.to_owned(), ..it }
    }

    #[test]
    fn a_day_begins_with_its_session_and_round_the_clock_at_midnight() {
        let check = |symbol: &str, zone: &str, expected: [&str; 2]| {
            let (it, day) = (instrument(symbol, zone), date(2025, 11, 28));
            let found = [opens(&it, None, day), closes(&it, None, day)];
            assert_eq!(found.map(|at| at.to_string()), expected, "{symbol}");
        };
        // The day after Thanksgiving is a short one.
        check("AAPL", "America/New_York", ["2025-11-28T14:30:00Z", "2025-11-28T18:00:00Z"]);
        check("EUR/USD", "Europe/London", ["2025-11-28T00:00:00Z", "2025-11-28T23:59:00Z"]);
        check("GC=F", "America/New_York", ["2025-11-28T05:00:00Z", "2025-11-29T04:59:00Z"]);
    }

    #[test]
    fn where_no_calendar_tells_a_day_is_as_the_stated_one() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let regular =
            TradingPeriod { start: at("2025-10-29T06:00:00Z"), end: at("2025-10-29T09:00:00Z") };
        let session = Session { pre: None, regular, post: None };
        let it = instrument("A.KW", "Asia/Dubai");
        let day = date(2025, 10, 22);
        assert_eq!(opens(&it, Some(&session), day), at("2025-10-22T06:00:00Z"));
        assert_eq!(closes(&it, Some(&session), day), at("2025-10-22T09:00:00Z"));
    }
}
