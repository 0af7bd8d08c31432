use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use market::{Calendar, Instrument, Kind, Trading};

/// When an instrument trades, as the feed writes it.
#[derive(Debug, PartialEq)]
pub(super) struct Hours {
    /// `0930-1600:23456`: times at the exchange, and weekdays, Sunday the first.
    pub(super) session: String,
    /// Where those times are told.
    pub(super) zone: String,
}

/// Without hours a chart leaves no bar out.
const ALWAYS: &str = "24x7";

/// Longer than any week with holidays.
const DAYS_LOOKED_AT: i32 = 28;

/// The usual hours of an instrument by its market's calendar, as they are at an instant.
pub(super) fn hours(instrument: &Instrument, now: Timestamp) -> Hours {
    let calendar = Calendar::for_instrument(instrument).filter(|_| instrument.kind != Kind::Crypto);
    let session = calendar.and_then(|calendar| session(calendar, now));
    let zone = match calendar.and_then(|calendar| calendar.zone().iana_name()) {
        Some(zone) if session.is_some() => zone,
        _ => instrument.time_zone.as_str(),
    };
    let zone = if zone == "UTC" { "Etc/UTC" } else { zone };
    Hours { session: session.unwrap_or_else(|| ALWAYS.to_owned()), zone: zone.to_owned() }
}

fn session(calendar: &Calendar, now: Timestamp) -> Option<String> {
    let today = calendar.date(now);
    let until = today.checked_add(jiff::Span::new().days(DAYS_LOOKED_AT)).ok()?;
    let days: Vec<_> = calendar.sessions(today, until).collect();
    let usual = days.iter().find(|date| !calendar.closes_early(**date))?;
    let trading = calendar.session(*usual)?;
    let mut weekdays: Vec<i8> = days.iter().map(|date| number(date.weekday())).collect();
    weekdays.sort_unstable();
    weekdays.dedup();
    let weekdays: String = weekdays.iter().map(ToString::to_string).collect();
    Some(format!("{}:{weekdays}", stretches(&trading, calendar.zone())))
}

/// Sunday is the first.
fn number(day: Weekday) -> i8 {
    day.to_sunday_one_offset()
}

/// From open to close, without the rest at noon.
fn stretches(trading: &Trading, zone: &TimeZone) -> String {
    let time = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%H%M").to_string();
    let (open, close) = (time(trading.open), time(trading.close));
    match trading.pause {
        Some(rest) => format!("{open}-{},{}-{close}", time(rest.start), time(rest.end)),
        None => format!("{open}-{close}"),
    }
}

#[cfg(test)]
mod tests {
    use market::Catalog;

    use super::*;

    fn check(symbol: &str, mic: Option<&str>, session: &str, zone: &str) {
        let assumed = Catalog::new().instrument(&symbol.parse().unwrap());
        let instrument = Instrument { mic: mic.map(str::to_owned), ..assumed };
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        let expected = Hours { session: session.to_owned(), zone: zone.to_owned() };
        assert_eq!(hours(&instrument, now), expected, "{symbol}");
    }

    #[test]
    fn hours_are_those_of_the_calendar() {
        check("AAPL", Some("XNAS"), "0930-1600:23456", "America/New_York");
        check("7203.T", Some("XTKS"), "0900-1130,1230-1530:23456", "Asia/Tokyo");
        check("BTC/EUR", None, "24x7", "Etc/UTC");
        check("EUR/USD", None, "1700-1700:23456", "America/New_York");
        check("CL=F", None, "24x7", "Etc/UTC");
    }
}
