use super::*;
use crate::freshness::later;
use crate::{Catalog, Price, Session, Source, TradingPeriod};

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
        witness: None,
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

fn state(quote: &Quote, now: &str) -> (Option<MarketState>, Freshness) {
    (market_state(quote, at(now)), quote_freshness(quote, at(now)))
}

const OPEN: Option<MarketState> = Some(MarketState::Open);
const CLOSED: Option<MarketState> = Some(MarketState::Closed);

#[test]
fn what_a_source_said_last_is_not_fresh_once_its_market_trades_again() {
    let mut cac = quote("CAC40", Some("2025-10-28T16:35:00Z"));
    cac.session = Some(day(None, "2025-10-28T08:00:00Z", "2025-10-28T16:30:00Z"));
    cac.received_at = at("2025-10-28T17:00:00Z");
    assert_eq!(state(&cac, "2025-10-28T23:00:00Z"), (CLOSED, Freshness::Fresh));
    assert_eq!(state(&cac, "2025-10-29T07:59:00Z"), (CLOSED, Freshness::Fresh));
    assert_eq!(state(&cac, "2025-10-29T08:00:00Z"), (OPEN, Freshness::Stale));
    // A night or a weekend later it is closed again, after trading that no source reported.
    assert_eq!(state(&cac, "2025-10-30T05:00:00Z"), (CLOSED, Freshness::Stale));
    assert_eq!(state(&cac, "2025-11-01T12:00:00Z"), (CLOSED, Freshness::Stale));
    // A source that goes on stating the old day and price in the new one is stuck.
    cac.received_at = at("2025-10-29T12:00:00Z");
    assert_eq!(state(&cac, "2025-10-29T12:00:00Z"), (OPEN, Freshness::Stale));
    cac.received_at = at("2025-10-29T20:00:00Z");
    assert_eq!(state(&cac, "2025-10-29T20:00:00Z"), (CLOSED, Freshness::Stale));
}

/// A share of a place, whose price of an instant was received at another.
fn share(mic: &str, zone: &str, as_of: &str, received_at: &str) -> Quote {
    let mut quote = quote("XX", Some(as_of));
    quote.instrument.time_zone = zone.to_owned();
    quote.instrument.mic = Some(mic.to_owned());
    quote.received_at = at(received_at);
    quote
}

#[test]
fn riyadh_trades_on_sunday_and_rests_from_friday() {
    let aramco = share("XSAU", "Asia/Riyadh", "2026-11-26T12:19:00Z", "2026-11-28T12:00:00Z");
    assert_eq!(state(&aramco, "2026-11-28T12:00:00Z"), (CLOSED, Freshness::Fresh));
    assert_eq!(state(&aramco, "2026-11-29T06:59:00Z"), (CLOSED, Freshness::Fresh));
    assert_eq!(state(&aramco, "2026-11-29T08:30:00Z"), (OPEN, Freshness::Stale));
}

#[test]
fn a_price_from_before_the_rest_at_noon_is_the_price() {
    let (noon, stated) =
        ("2026-11-25T03:00:00Z", day(None, "2026-11-25T00:00:00Z", "2026-11-25T06:30:00Z"));
    let mut toyota = share("XTKS", "Asia/Tokyo", "2026-11-25T02:30:00Z", noon);
    for session in [None, Some(stated)] {
        toyota.session = session;
        toyota.received_at = at(noon);
        assert_eq!(state(&toyota, noon), (CLOSED, Freshness::Fresh));
        assert_eq!(state(&toyota, "2026-11-25T03:25:00Z"), (CLOSED, Freshness::Fresh));
        assert_eq!(state(&toyota, "2026-11-25T03:40:00Z"), (OPEN, Freshness::Stale));
        // What its source, asked since, tells in the delay of public prices, is the newest.
        toyota.received_at = at("2026-11-25T03:40:00Z");
        assert_eq!(state(&toyota, "2026-11-25T03:40:00Z"), (OPEN, Freshness::Fresh));
        assert_eq!(state(&toyota, "2026-11-25T04:00:00Z"), (OPEN, Freshness::Stale));
    }
    let yesterday = share("XTKS", "Asia/Tokyo", "2026-11-24T06:30:00Z", noon);
    assert_eq!(state(&yesterday, noon), (CLOSED, Freshness::Stale), "stuck since yesterday");
}

#[test]
fn on_thanksgiving_the_close_before_is_the_price_and_the_day_after_it_is_not() {
    let answer = |received_at: &str| {
        let close = "2026-11-25T21:00:00Z";
        let mut apple = share("XNAS", "America/New_York", close, received_at);
        apple.session = Some(day(None, "2026-11-25T14:30:00Z", close));
        state(&apple, received_at)
    };
    assert_eq!(answer("2026-11-26T18:00:00Z"), (CLOSED, Freshness::Fresh));
    assert_eq!(answer("2026-11-26T22:00:00Z"), (CLOSED, Freshness::Fresh));
    assert_eq!(answer("2026-11-27T17:00:00Z"), (OPEN, Freshness::Stale));
    assert_eq!(answer("2026-11-27T19:00:00Z"), (CLOSED, Freshness::Stale), "a short day is over");
}

#[test]
fn for_the_day_that_a_source_states_its_word_counts() {
    // Trading on a Saturday, and a holiday that no calendar foresaw.
    let mut saturday =
        share("XBOM", "Asia/Kolkata", "2026-11-28T05:00:00Z", "2026-11-28T05:10:00Z");
    assert_eq!(state(&saturday, "2026-11-28T05:10:00Z").0, CLOSED);
    saturday.session = Some(day(None, "2026-11-28T03:45:00Z", "2026-11-28T10:00:00Z"));
    assert_eq!(state(&saturday, "2026-11-28T05:10:00Z"), (OPEN, Freshness::Fresh));
    assert_eq!(state(&saturday, "2026-11-28T12:00:00Z"), (CLOSED, Freshness::Stale));
    let mut mourning =
        share("XNYS", "America/New_York", "2026-11-23T21:00:00Z", "2026-11-24T16:00:00Z");
    assert_eq!(contradicted_calendar(&saturday).map(Calendar::mic), Some("XBOM"));
    mourning.session = Some(day(None, "2026-11-24T14:30:00Z", "2026-11-24T21:00:00Z"));
    assert_eq!(contradicted_calendar(&mourning).map(Calendar::mic), None);
    mourning.session = Some(day(None, "2026-11-25T14:30:00Z", "2026-11-25T21:00:00Z"));
    assert_eq!(state(&mourning, "2026-11-24T16:00:00Z"), (CLOSED, Freshness::Fresh));
    // Said before that day began, it only foretells the next.
    mourning.received_at = at("2026-11-24T13:00:00Z");
    assert_eq!(state(&mourning, "2026-11-24T16:00:00Z"), (OPEN, Freshness::Stale));
}

#[test]
fn a_floor_that_trades_on_is_open_as_its_source_states() {
    let mut bmw = share("XFRA", "Europe/Berlin", "2026-11-25T19:50:00Z", "2026-11-25T20:00:00Z");
    bmw.session = Some(day(None, "2026-11-25T07:00:00Z", "2026-11-25T21:00:00Z"));
    assert_eq!(state(&bmw, "2026-11-25T20:00:00Z"), (OPEN, Freshness::Fresh));
    assert_eq!(state(&bmw, "2026-11-26T06:00:00Z"), (CLOSED, Freshness::Stale));
    bmw.as_of = Some(at("2026-11-25T20:59:00Z"));
    assert_eq!(state(&bmw, "2026-11-26T06:00:00Z"), (CLOSED, Freshness::Fresh));
}

#[test]
fn a_fund_is_as_new_as_the_newest_close_of_which_it_can_have_a_value() {
    let mut fund = quote("VTSAX", Some("2026-11-27T23:05:00Z"));
    fund.instrument.kind = Kind::Fund;
    fund.instrument.time_zone = "America/New_York".to_owned();
    fund.received_at = at("2026-11-30T17:00:00Z");
    let mut fresh = |as_of: &str, now: &str| {
        fund.as_of = Some(at(as_of));
        quote_freshness(&fund, at(now))
    };
    assert_eq!(fresh("2026-11-27T23:05:00Z", "2026-11-30T17:00:00Z"), Freshness::Fresh);
    assert_eq!(fresh("2026-11-27T23:05:00Z", "2026-12-01T10:00:00Z"), Freshness::Fresh);
    assert_eq!(fresh("2026-11-27T23:05:00Z", "2026-12-01T12:00:00Z"), Freshness::Stale);
    assert_eq!(fresh("2026-11-25T23:05:00Z", "2026-11-30T17:00:00Z"), Freshness::Stale);
}

#[test]
fn a_future_trades_from_the_evening_before_whatever_round_clock_its_source_states() {
    let mut future =
        share("XCME", "America/New_York", "2026-11-29T23:20:00Z", "2026-11-29T23:30:00Z");
    future.instrument.kind = Kind::Future;
    future.session = Some(day(None, "2026-11-27T05:00:00Z", "2026-11-28T04:59:00Z"));
    assert_eq!(state(&future, "2026-11-29T23:30:00Z"), (OPEN, Freshness::Fresh));
    future.as_of = Some(at("2026-11-27T18:00:00Z"));
    future.received_at = at("2026-11-24T22:50:00Z");
    future.as_of = Some(at("2026-11-24T21:59:59Z"));
    assert_eq!(
        state(&future, "2026-11-24T22:50:00Z"),
        (CLOSED, Freshness::Fresh),
        "the daily halt"
    );
    future.as_of = Some(at("2026-11-27T18:00:00Z"));
    future.received_at = at("2026-11-28T12:00:00Z");
    assert_eq!(state(&future, "2026-11-28T12:00:00Z"), (CLOSED, Freshness::Fresh));
}

#[test]
fn currencies_rest_on_christmas() {
    check("EUR/USD", "2026-12-24T21:59:00Z", "2026-12-25T12:00:00Z", Freshness::Fresh);
    check("EUR/USD", "2026-12-22T21:59:00Z", "2026-12-25T12:00:00Z", Freshness::Stale);
}

#[test]
fn without_a_calendar_a_stated_day_tells_until_another_may_have_begun() {
    // Kuwait trades from Sunday to Thursday.
    let mut zain = share("XKUW", "Asia/Kuwait", "2026-11-26T09:40:00Z", "2026-11-28T12:00:00Z");
    assert_eq!(state(&zain, "2026-11-28T12:00:00Z"), (None, Freshness::Stale));
    zain.session = Some(day(None, "2026-11-26T06:00:00Z", "2026-11-26T09:40:00Z"));
    assert_eq!(state(&zain, "2026-11-28T12:00:00Z"), (CLOSED, Freshness::Fresh));
    assert_eq!(state(&zain, "2026-11-29T05:59:00Z"), (CLOSED, Freshness::Fresh));
    assert_eq!(state(&zain, "2026-11-29T06:00:00Z"), (None, Freshness::Stale));
    zain.received_at = at("2026-11-26T09:50:00Z");
    assert_eq!(state(&zain, "2026-11-28T12:00:00Z"), (None, Freshness::Stale));
    // A day that lies ahead: until then it is closed.
    zain.session = Some(day(None, "2026-11-29T06:00:00Z", "2026-11-29T09:40:00Z"));
    zain.received_at = at("2026-11-28T12:00:00Z");
    assert_eq!(state(&zain, "2026-11-28T12:00:00Z"), (CLOSED, Freshness::Fresh));
    assert_eq!(state(&zain, "2026-11-29T07:00:00Z"), (OPEN, Freshness::Stale));
}

#[test]
fn when_trading_goes_on_is_known_also_at_noon_and_on_holidays() {
    let opens = |quote: &Quote, now| market_opens_after(quote, at(now)).unwrap().to_string();
    let close = "2026-11-25T02:30:00Z";
    let toyota = share("XTKS", "Asia/Tokyo", close, close);
    assert_eq!(opens(&toyota, "2026-11-25T03:00:00Z"), "2026-11-25T03:30:00Z");
    let apple = share("XNAS", "America/New_York", close, close);
    assert_eq!(opens(&apple, "2026-11-26T12:00:00Z"), "2026-11-27T14:30:00Z");
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
