use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan};

use super::Parameters;
use super::refusal::Refusal;
use crate::{Interval, Listing};

const DAY: i64 = 86_400;

/// What a chart request asks for.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) interval: Interval,
    /// As asked, or empty where instants were given.
    pub(super) range: String,
    pub(super) from: Timestamp,
    /// One second after the last instant wanted.
    pub(super) to: Timestamp,
    pub(super) dividends: bool,
    pub(super) splits: bool,
}

impl Question {
    pub(super) fn read(
        parameters: &Parameters,
        listing: &Listing,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let asked = |name: &str| parameters.get(name).map(String::as_str);
        let period = match (asked("range"), asked("period1"), asked("period2")) {
            (None, Some(from), to) => Some((epoch(from)?, to.map_or(Ok(now), epoch)?)),
            _ => None,
        };
        let range = asked("range").unwrap_or(if period.is_some() { "" } else { "1d" });
        let by_default = if matches!(range, "1d" | "5d") { "1m" } else { "1d" };
        let interval = interval(asked("interval").unwrap_or(by_default))?;
        let (from, to) = match period {
            Some((from, to)) => (from, to),
            None => (first_instant(range, interval, listing, now)?, now),
        };
        let question = Self {
            interval,
            range: range.to_owned(),
            from: bar_start(from, interval, listing),
            to: to.saturating_add(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX),
            dividends: asked("events").is_some_and(|events| events.contains("div")),
            splits: asked("events").is_some_and(|events| events.contains("split")),
        };
        question.check(from, to, now)?;
        Ok(question)
    }

    /// Fine bars reach back only so far, and a week of minutes is all at once.
    fn check(&self, from: Timestamp, to: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        let (from, to) = (from.as_second(), to.as_second());
        if from > to {
            return Err(Refusal::bad_request(format!(
                "Invalid input - start date cannot be after end date. \
                 startDate = {from}, endDate = {to}"
            )));
        }
        let name = self.interval.as_str();
        let refuse = |why: String| {
            Err(Refusal::unprocessable(format!(
                "{name} data not available for startTime={from} and endTime={to}. {why}"
            )))
        };
        // Trading days of a range may span more calendar days than it names.
        let in_days = self.range.ends_with('d');
        if self.interval == Interval::M1 && to - from > 8 * DAY && !in_days {
            return refuse(
                "Only 8 days worth of 1m granularity data are allowed to be fetched per request."
                    .to_owned(),
            );
        }
        match reach(self.interval) {
            Some(days) if from < now.as_second() - days * DAY => {
                refuse(format!("The requested range must be within the last {days} days."))
            }
            _ => Ok(()),
        }
    }
}

/// How many days back bars of that length go.
fn reach(interval: Interval) -> Option<i64> {
    match interval {
        Interval::M1 => Some(30),
        Interval::M2 | Interval::M5 | Interval::M15 | Interval::M30 => Some(60),
        Interval::H1 => Some(730),
        _ => None,
    }
}

fn interval(name: &str) -> Result<Interval, Refusal> {
    Interval::from_name(name).ok_or_else(|| {
        Refusal::unprocessable(format!(
            "Invalid input - interval={name} is not supported. Valid intervals: \
             [1m, 2m, 5m, 15m, 30m, 60m, 90m, 1h, 4h, 1d, 5d, 1wk, 1mo, 3mo]"
        ))
    })
}

fn epoch(text: &str) -> Result<Timestamp, Refusal> {
    let second = text.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    second.ok_or_else(|| Refusal::bad_request(format!("Invalid input - {text} is no instant")))
}

/// Where a range begins: days are trading days, the rest counts by the calendar.
fn first_instant(
    range: &str,
    interval: Interval,
    listing: &Listing,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let zone = listing.zone();
    let today = now.to_zoned(zone.clone()).date();
    let digits = range.chars().take_while(char::is_ascii_digit).count();
    let count: i32 = range[..digits].parse().unwrap_or(0);
    let back = |span: Span| today.checked_sub(span).ok();
    let date = match (&range[digits..], count) {
        ("ytd", 0) => Some(today.first_of_year()),
        ("max", 0) => return Ok(all_there_is(interval, listing, now)),
        ("d", 1..=9_999) => return Ok(sessions_back(listing, count, now)),
        ("wk", 1..=999) => back(count.weeks()),
        ("mo", 1..=999) => back(count.months()),
        ("y", 1..=99) => back(count.years()),
        _ => None,
    };
    date.and_then(|date| midnight(date, &zone)).ok_or_else(|| {
        Refusal::unprocessable(format!(
            "Invalid input - range={range} is not supported. Valid ranges: \
             [1d, 5d, 1mo, 3mo, 6mo, 1y, 2y, 5y, 10y, ytd, max]"
        ))
    })
}

/// Everything, or as much of it as the interval reaches back.
fn all_there_is(interval: Interval, listing: &Listing, now: Timestamp) -> Timestamp {
    let first = listing.last_session(Timestamp::MIN).open;
    let earliest = reach(interval).map(|days| now - SignedDuration::from_hours(24 * days));
    earliest.map_or(first, |earliest| earliest.max(first))
}

fn sessions_back(listing: &Listing, count: i32, now: Timestamp) -> Timestamp {
    let mut session = listing.last_session(now);
    for _ in 1..count {
        session = listing.last_session(session.open - SignedDuration::from_secs(1));
    }
    session.open
}

/// Weeks and months are given whole, from the one that holds the first instant.
fn bar_start(from: Timestamp, interval: Interval, listing: &Listing) -> Timestamp {
    if interval <= Interval::D1 {
        return from;
    }
    let zone = listing.zone();
    let first_day = interval.first_day(from.to_zoned(zone.clone()).date());
    midnight(first_day, &zone).unwrap_or(from)
}

fn midnight(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(date.to_datetime(Time::midnight())).ok()
}
