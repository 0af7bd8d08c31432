use jiff::civil::{Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use crate::{HistoryResult, Interval, Kind, MarketState, Quote, Session, Span};

/// Whether a value may be taken for the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As new as its market allows.
    Fresh,
    /// Older than its rule allows, or of an age that no source states.
    Stale,
    /// There is no value.
    Missing,
    /// Made up by the simulator.
    Simulated,
}

impl Freshness {
    /// The name used in JSON and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Missing => "missing",
            Self::Simulated => "simulated",
        }
    }
}

/// How old a price of this kind may be while its market is open.
///
/// Exchanges publish to the public with a delay of up to 15 minutes; funds are
/// priced once a day.
pub fn open_limit(kind: Kind) -> SignedDuration {
    match kind {
        Kind::Crypto => SignedDuration::from_mins(10),
        Kind::Currency => SignedDuration::from_mins(15),
        Kind::Fund => SignedDuration::from_hours(36),
        Kind::Index | Kind::Equity | Kind::Etf | Kind::Future | Kind::Option | Kind::Rate => {
            SignedDuration::from_mins(25)
        }
    }
}

/// The longest a market stays closed for a weekend with holidays on both sides.
const LONGEST_CLOSURE: SignedDuration = SignedDuration::from_hours(5 * 24);

/// When the foreign exchange market's week begins on Sundays and ends on Fridays,
/// in New York.
const FX_TURN: Time = time(17, 0, 0, 0);

fn fx_zone() -> TimeZone {
    // Only a broken tz database lacks New York; UTC is then off by hours, no more.
    TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC)
}

/// Whether the foreign exchange market is open.
fn fx_is_open(now: Timestamp) -> bool {
    let there = now.to_zoned(fx_zone());
    match there.weekday() {
        Weekday::Saturday => false,
        Weekday::Sunday => there.time() >= FX_TURN,
        Weekday::Friday => there.time() < FX_TURN,
        _ => true,
    }
}

/// Whether the quote's market trades at `now`; `None` where nothing tells.
///
/// Crypto and currencies follow the clock; the rest what the source said of
/// its own trading day, and weekends in the exchange's zone.
pub fn market_state(quote: &Quote, now: Timestamp) -> Option<MarketState> {
    let clockwork = |open| if open { MarketState::Open } else { MarketState::Closed };
    match quote.instrument.kind {
        Kind::Crypto => Some(MarketState::Open),
        Kind::Currency => Some(clockwork(fx_is_open(now))),
        _ => {
            let session = quote.session.as_ref();
            let telling = session.filter(|session| tells_of(session, quote, now));
            telling.and_then(|session| session.state(now)).or_else(|| {
                let zone = TimeZone::get(&quote.instrument.time_zone).ok()?;
                let here = now.to_zoned(zone);
                let is_early = session.is_some_and(|session| is_before_opening(session, &here));
                (is_early || is_weekend(&here)).then_some(MarketState::Closed)
            })
        }
    }
}

/// Whether a day of trading tells what the market does at `now`: a day later the
/// next may have begun, unless its source still stated this one by then.
fn tells_of(session: &Session, quote: &Quote, now: Timestamp) -> bool {
    let next = later(session.begins(), SignedDuration::from_hours(24));
    now < next || quote.received_at >= next
}

fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn is_weekend(here: &Zoned) -> bool {
    matches!(here.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Whether it is earlier in the day than when an earlier day of trading began: a
/// Monday night belongs to the weekend, although Friday's day is long over. Days
/// that go on past midnight tell nothing of the sort.
fn is_before_opening(earlier: &Session, here: &Zoned) -> bool {
    let local = |at: Timestamp| at.to_zoned(here.time_zone().clone());
    let (opens, ends) = (local(earlier.begins()), local(earlier.regular.end));
    opens.date() == ends.date() && opens.date() < here.date() && here.time() < opens.time()
}

/// Whether a quote may be taken for the present price.
///
/// While its market is open it must be younger than its kind's limit; while
/// closed it must be from the trading that ended last. Where nothing tells
/// whether the market is open, the strict rule holds.
pub fn quote_freshness(quote: &Quote, now: Timestamp) -> Freshness {
    if quote.simulated {
        return Freshness::Simulated;
    }
    let Some(age) = quote.age(now) else { return Freshness::Stale };
    let limit = match market_state(quote, now) {
        // Before and after hours the last regular price is the price.
        Some(MarketState::Closed | MarketState::Pre | MarketState::Post)
            if is_of_last_trading(quote, now) =>
        {
            LONGEST_CLOSURE
        }
        _ => open_limit(quote.instrument.kind),
    };
    if age <= limit { Freshness::Fresh } else { Freshness::Stale }
}

/// Whether a price is from the trading that ended last: as good as new when it
/// ended, or still the newest when its source was asked since.
fn is_of_last_trading(quote: &Quote, now: Timestamp) -> bool {
    let Some(end) = last_end(quote, now) else { return true };
    let was_new = |as_of| end.duration_since(as_of) <= open_limit(quote.instrument.kind);
    quote.received_at >= end || quote.as_of.is_some_and(was_new)
}

/// When trading ended last before `now`, holidays apart: on the newest weekday,
/// at the hour at which the source's own day ends.
fn last_end(quote: &Quote, now: Timestamp) -> Option<Timestamp> {
    let (zone, ends_at) = if quote.instrument.kind == Kind::Currency {
        (fx_zone(), FX_TURN)
    } else {
        let zone = quote.instrument.zone();
        let end = |session: &Session| session.regular.end.to_zoned(zone.clone()).time();
        let ends_at = quote.session.as_ref().map_or(Time::MAX, end);
        (zone, ends_at)
    };
    let here = now.to_zoned(zone.clone());
    let dates = (0..=4).filter_map(|days| here.date().checked_sub(days.days()).ok());
    let mut ends = dates.filter_map(|date| date.to_datetime(ends_at).to_zoned(zone.clone()).ok());
    ends.find(|end| !is_weekend(end) && *end <= here).map(|end| end.timestamp())
}

/// How long an answer about history may be given again without asking anew,
/// counted from when it was received, as seen at `now`.
///
/// What lies in the past changes only when somebody corrects it, or when a split
/// since then puts it on another basis: that must not go unseen for longer than a
/// day. A day that was running when it was received is over as soon as its
/// session is.
pub fn series_lifetime(answer: &HistoryResult, now: Timestamp) -> SignedDuration {
    if answer.simulated {
        return SignedDuration::from_secs(1);
    }
    if answer.superseded || has_ended_since(answer, now) {
        return SignedDuration::ZERO;
    }
    if lies_in_the_past(answer) {
        return SignedDuration::from_hours(24);
    }
    let while_open = interval_lifetime(answer.question.interval);
    if was_closed_and_is(answer, now) {
        while_open.max(SignedDuration::from_hours(1))
    } else {
        while_open
    }
}

/// While the market is open: how often its newest bar is worth asking for.
fn interval_lifetime(interval: Interval) -> SignedDuration {
    match interval {
        Interval::M1 | Interval::M2 => SignedDuration::from_secs(60),
        Interval::M5 | Interval::M10 | Interval::M15 | Interval::M30 => {
            SignedDuration::from_mins(3)
        }
        Interval::H1 | Interval::H2 | Interval::H4 => SignedDuration::from_mins(5),
        Interval::D1 => SignedDuration::from_mins(10),
        Interval::Wk1 | Interval::Mo1 | Interval::Mo3 => SignedDuration::from_hours(1),
    }
}

/// The day's last bar was running when received, and its session is over now.
fn has_ended_since(answer: &HistoryResult, now: Timestamp) -> bool {
    let was_running = answer.series.last().is_some_and(|last| last.provisional);
    let end = answer.session.map(|session| session.regular.end);
    was_running && end.is_some_and(|end| answer.received_at < end && end <= now)
}

/// The last day asked for was over, and a day more for late corrections, when
/// the answer was received.
fn lies_in_the_past(answer: &HistoryResult) -> bool {
    let Span::Dates { to, .. } = answer.question.span else { return false };
    let day = answer.received_at.to_zoned(zone_of(answer)).date();
    (day - to).get_days() >= 2
}

/// The market was closed when the answer was received and still is.
fn was_closed_and_is(answer: &HistoryResult, now: Timestamp) -> bool {
    let closed = |at| {
        let state = answer.session.and_then(|session| session.state(at));
        state == Some(MarketState::Closed)
    };
    closed(answer.received_at) && closed(now)
}

fn zone_of(answer: &HistoryResult) -> TimeZone {
    answer.instrument.zone()
}

/// Whether an answer about history may be taken for the present state of it.
///
/// It must be within its lifetime. A series that ought to reach to the present
/// must also do so: its last bar may lie back no further than one interval and
/// the longest closure.
pub fn series_freshness(answer: &HistoryResult, now: Timestamp) -> Freshness {
    if answer.simulated {
        return Freshness::Simulated;
    }
    let age = now.duration_since(answer.received_at);
    let is_current = age <= series_lifetime(answer, now) && !answer.superseded;
    if is_current && reaches_far_enough(answer, now) { Freshness::Fresh } else { Freshness::Stale }
}

fn reaches_far_enough(answer: &HistoryResult, now: Timestamp) -> bool {
    let Some(last) = answer.series.last() else { return true };
    let today = now.to_zoned(zone_of(answer)).date();
    let (_, until) = answer.question.span.days(today);
    if until < today {
        return true;
    }
    let interval = SignedDuration::from_secs(answer.question.interval.seconds());
    now.duration_since(last.open_time) <= interval + LONGEST_CLOSURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Bar, Basis, Catalog, HistoryQuery, Price, Series, SeriesHead, Source, TradingPeriod,
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn quote(symbol: &str, as_of: Option<&str>) -> Quote {
        Quote {
            instrument: Catalog::new().instrument(&symbol.parse().unwrap()),
            price: Price::new(1.0).unwrap(),
            currency: None,
            previous: None,
            day_high: None,
            day_low: None,
            volume: None,
            session: None,
            as_of: as_of.map(at),
            received_at: at("2025-10-29T12:00:00Z"),
            source: Source::new("yahoo"),
            simulated: false,
        }
    }

    /// A day of trading without late trading, and without early where `pre` is none.
    fn day(pre: Option<&str>, start: &str, end: &str) -> Session {
        let period = |start, end| TradingPeriod { start: at(start), end: at(end) };
        let pre = pre.map(|begins| period(begins, start));
        Session { pre, regular: period(start, end), post: None }
    }

    /// Of a source that answered a minute after its price was true, and no more.
    fn check(symbol: &str, as_of: &str, now: &str, expected: Freshness) {
        let mut quote = quote(symbol, Some(as_of));
        quote.received_at = later(at(as_of), SignedDuration::from_mins(1));
        let found = quote_freshness(&quote, at(now));
        assert_eq!(found, expected, "{symbol} of {as_of} at {now}");
    }

    #[test]
    fn currencies_sleep_from_friday_to_sunday_evening() {
        use Freshness::{Fresh, Stale};
        let friday_close = "2025-10-31T20:59:00Z";
        check("EUR/USD", friday_close, "2025-11-01T12:00:00Z", Fresh);
        check("EUR/USD", friday_close, "2025-11-02T21:59:00Z", Fresh);
        check("EUR/USD", friday_close, "2025-11-02T22:30:00Z", Stale);
        check("EUR/USD", "2025-10-30T00:02:00Z", "2025-10-30T12:00:00Z", Stale);
        check("EUR/USD", "2025-10-30T00:02:00Z", "2025-11-01T12:00:00Z", Stale);
        check("EUR/USD", "2025-10-30T11:50:00Z", "2025-10-30T12:00:00Z", Fresh);
        check("EUR/USD", "2021-11-12T22:29:56Z", "2025-11-01T12:00:00Z", Stale);
    }

    #[test]
    fn crypto_never_sleeps() {
        check("BTC/EUR", "2025-11-01T12:00:00Z", "2025-11-01T12:09:00Z", Freshness::Fresh);
        check("BTC/EUR", "2025-11-01T12:00:00Z", "2025-11-01T12:11:00Z", Freshness::Stale);
    }

    #[test]
    fn an_index_follows_the_day_its_source_states() {
        let mut cac = quote("CAC40", Some("2025-10-29T12:00:00Z"));
        cac.session = Some(day(None, "2025-10-29T08:00:00Z", "2025-10-29T16:30:00Z"));
        assert_eq!(quote_freshness(&cac, at("2025-10-29T12:20:00Z")), Freshness::Fresh);
        assert_eq!(quote_freshness(&cac, at("2025-10-29T13:00:00Z")), Freshness::Stale);
        assert_eq!(quote_freshness(&cac, at("2025-10-29T18:00:00Z")), Freshness::Stale);
        // The price that was the newest after the close is the price until the next open.
        cac.received_at = at("2025-10-29T16:40:00Z");
        assert_eq!(quote_freshness(&cac, at("2025-10-29T18:00:00Z")), Freshness::Fresh);
        assert_eq!(quote_freshness(&cac, at("2025-10-30T07:59:00Z")), Freshness::Fresh);
    }

    #[test]
    fn what_a_source_said_last_is_not_fresh_once_its_market_may_trade_again() {
        let mut cac = quote("CAC40", Some("2025-10-28T16:35:00Z"));
        cac.session = Some(day(None, "2025-10-28T08:00:00Z", "2025-10-28T16:30:00Z"));
        cac.received_at = at("2025-10-28T17:00:00Z");
        let state = |quote: &Quote, now: &str| {
            (market_state(quote, at(now)), quote_freshness(quote, at(now)))
        };
        let closed = Some(MarketState::Closed);
        assert_eq!(state(&cac, "2025-10-28T23:00:00Z"), (closed, Freshness::Fresh));
        assert_eq!(state(&cac, "2025-10-29T07:59:00Z"), (closed, Freshness::Fresh));
        assert_eq!(state(&cac, "2025-10-29T09:00:00Z"), (None, Freshness::Stale));
        assert_eq!(state(&cac, "2025-10-29T20:00:00Z"), (None, Freshness::Stale));
        // A night or a weekend later it is closed again, after trading that no source reported.
        assert_eq!(state(&cac, "2025-10-30T05:00:00Z"), (closed, Freshness::Stale));
        assert_eq!(state(&cac, "2025-11-01T12:00:00Z"), (closed, Freshness::Stale));
        // A source that stated the same day after another might have begun knows of a holiday.
        cac.received_at = at("2025-10-29T08:59:00Z");
        assert_eq!(state(&cac, "2025-10-29T09:00:00Z"), (closed, Freshness::Fresh));
    }

    #[test]
    fn the_night_after_a_weekend_belongs_to_it() {
        let state = |quote: &Quote, now| market_state(quote, at(now));
        let closed = Some(MarketState::Closed);
        let mut cac = quote("CAC40", Some("2025-10-31T16:35:00Z"));
        cac.received_at = at("2025-10-31T17:00:00Z");
        cac.session = Some(day(None, "2025-10-31T08:00:00Z", "2025-10-31T16:30:00Z"));
        assert_eq!(state(&cac, "2025-11-02T23:30:00Z"), closed, "half past twelve on Monday");
        assert_eq!(state(&cac, "2025-11-03T07:59:00Z"), closed);
        assert_eq!(state(&cac, "2025-11-03T08:00:00Z"), None, "it may trade, or have a holiday");
        assert_eq!(quote_freshness(&cac, at("2025-11-03T07:59:00Z")), Freshness::Fresh);
        assert_eq!(quote_freshness(&cac, at("2025-11-03T08:01:00Z")), Freshness::Stale);
        cac.session =
            Some(day(Some("2025-10-31T06:00:00Z"), "2025-10-31T08:00:00Z", "2025-10-31T16:30:00Z"));
        assert_eq!(state(&cac, "2025-11-03T06:30:00Z"), None, "early trading may have begun");
        // From Thursday evening to Friday evening: another began on Sunday.
        cac.session = Some(day(None, "2025-10-30T22:00:00Z", "2025-10-31T21:00:00Z"));
        assert_eq!(state(&cac, "2025-11-03T12:00:00Z"), None);
    }

    #[test]
    fn a_price_of_unknown_age_is_never_fresh() {
        let quote = quote("BTC/EUR", None);
        assert_eq!(quote_freshness(&quote, quote.received_at), Freshness::Stale);
    }

    #[test]
    fn on_a_holiday_the_day_its_source_states_decides() {
        // Good Friday: the source still states Thursday's day, or already Tuesday's.
        let mut cac = quote("CAC40", Some("2025-04-17T15:35:00Z"));
        cac.received_at = at("2025-04-18T07:59:00Z");
        cac.session = Some(day(None, "2025-04-22T07:00:00Z", "2025-04-22T15:30:00Z"));
        assert_eq!(quote_freshness(&cac, at("2025-04-18T10:00:00Z")), Freshness::Fresh);
        cac.session = Some(day(None, "2025-04-17T07:00:00Z", "2025-04-17T15:30:00Z"));
        assert_eq!(quote_freshness(&cac, at("2025-04-18T08:00:00Z")), Freshness::Fresh);
        // If it states a day that is running, a price that stands still is frozen.
        cac.session = Some(day(None, "2025-04-18T07:00:00Z", "2025-04-18T15:30:00Z"));
        assert_eq!(quote_freshness(&cac, at("2025-04-18T10:00:00Z")), Freshness::Stale);
    }

    /// Daily bars of the CAC 40, the last one that of Wednesday 29 October.
    fn history(received_at: &str, provisional: bool, span: Span) -> HistoryResult {
        let instrument = Catalog::new().instrument(&"CAC40".parse().unwrap());
        let bar = Bar {
            open_time: at("2025-10-29T08:00:00Z"),
            date: jiff::civil::date(2025, 10, 29),
            open: None,
            high: None,
            low: None,
            close: Price::new(8000.0).unwrap(),
            adj_close: None,
            volume: None,
            provisional,
        };
        let head = SeriesHead {
            symbol: instrument.symbol.clone(),
            interval: Interval::D1,
            source: Source::new("yahoo"),
            currency: None,
            basis: Basis::Splits,
        };
        HistoryResult {
            question: HistoryQuery {
                symbol: head.symbol.clone(),
                interval: Interval::D1,
                span,
                source: None,
            },
            series: Series::new(head, vec![bar]),
            actions: vec![],
            instrument,
            session: Some(day(None, "2025-10-29T08:00:00Z", "2025-10-29T16:30:00Z")),
            received_at: at(received_at),
            simulated: false,
            superseded: false,
            set_aside: Vec::new(),
        }
    }

    fn check_history(answer: &HistoryResult, now: &str, expected: Freshness) {
        assert_eq!(series_freshness(answer, at(now)), expected, "at {now}");
    }

    #[test]
    fn a_day_that_was_running_is_over_with_its_session() {
        let month = Span::Period("1mo".parse().unwrap());
        let running = history("2025-10-29T16:25:00Z", true, month);
        check_history(&running, "2025-10-29T16:29:00Z", Freshness::Fresh);
        check_history(&running, "2025-10-29T16:30:00Z", Freshness::Stale);
        let finished = history("2025-10-29T16:40:00Z", false, month);
        check_history(&finished, "2025-10-29T17:30:00Z", Freshness::Fresh);
        check_history(&finished, "2025-10-29T18:00:00Z", Freshness::Stale);
    }

    #[test]
    fn what_lies_in_the_past_is_looked_at_once_a_day() {
        let day = jiff::civil::date(2025, 10, 29);
        let span = Span::dates(day, day).unwrap();
        let same_evening = history("2025-10-29T18:00:00Z", false, span);
        check_history(&same_evening, "2025-10-31T18:00:00Z", Freshness::Stale);
        let two_days_on = history("2025-10-31T18:00:00Z", false, span);
        check_history(&two_days_on, "2025-11-01T17:00:00Z", Freshness::Fresh);
        check_history(&two_days_on, "2025-11-01T19:00:00Z", Freshness::Stale);
    }

    #[test]
    fn an_answer_on_an_old_basis_is_never_fresh() {
        let mut answer =
            history("2025-10-29T12:00:00Z", true, Span::Period("1mo".parse().unwrap()));
        check_history(&answer, "2025-10-29T12:00:01Z", Freshness::Fresh);
        answer.superseded = true;
        check_history(&answer, "2025-10-29T12:00:01Z", Freshness::Stale);
    }
}
