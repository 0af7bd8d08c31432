use market::{Catalog, Previous, PreviousKind, Source, Symbol, TradingPeriod};
use proptest::prelude::*;
use testkit::bare_quote;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn price(number: f64) -> Price {
    Price::new(number).unwrap()
}

fn close(number: f64) -> Previous {
    Previous { price: price(number), kind: PreviousKind::Close }
}

fn cac40() -> Instrument {
    let symbol: Symbol = "CAC40".parse().unwrap();
    Instrument { name: "CAC 40 of Paris".into(), ..Catalog::new().instrument(&symbol) }
}

/// Paris, by UTC.
fn session(date: &str) -> Session {
    let start = at(&format!("{date}T08:00:00Z"));
    let regular = TradingPeriod { start, end: at(&format!("{date}T16:30:00Z")) };
    Session { pre: None, regular, post: None }
}

fn held(as_of: &str) -> Quote {
    Quote {
        previous: Some(close(8_050.0)),
        day_high: Price::new(8_120.0),
        day_low: Price::new(8_040.0),
        volume: Some(1_000.0),
        session: Some(session("2025-10-29")),
        ..bare_quote(&cac40(), 8_100.0, "yahoo", at(as_of))
    }
}

fn tick(as_of: &str) -> Tick {
    Tick {
        symbol: "CAC40".parse().unwrap(),
        price: price(8_110.0),
        currency: None,
        previous: None,
        change: None,
        day_high: None,
        day_low: None,
        volume: None,
        state: Some(MarketState::Open),
        as_of: Some(at(as_of)),
        received_at: at(as_of),
        source: Source::new("yahoo"),
    }
}

fn complete(tick: &Tick, held: Option<&Quote>) -> Option<Completed> {
    let nothing = || Catalog::new().instrument(&tick.symbol);
    completed(tick, held, false, nothing)
}

const NOON: &str = "2025-10-29T12:00:00Z";
const LATER: &str = "2025-10-29T12:00:05Z";

#[test]
fn what_the_same_source_said_on_the_same_day_still_holds() {
    let found = complete(&tick(LATER), Some(&held(NOON))).unwrap();
    assert!(found.is_whole);
    let expected = Quote { price: price(8_110.0), ..held(LATER) };
    assert_eq!(found.quote, Quote { as_of: Some(at(LATER)), ..expected });
}

#[test]
fn what_a_tick_says_itself_counts() {
    let said = Tick {
        currency: "EUR".parse().ok(),
        previous: Some(close(8_060.0)),
        day_high: Price::new(8_200.0),
        day_low: Price::new(8_000.0),
        volume: Some(2_000.0),
        ..tick(LATER)
    };
    let quote = complete(&said, Some(&held(NOON))).unwrap().quote;
    assert_eq!((quote.previous, quote.volume), (Some(close(8_060.0)), Some(2_000.0)));
    assert_eq!((quote.day_low, quote.day_high), (Price::new(8_000.0), Price::new(8_200.0)));
}

#[test]
fn a_days_range_is_widened_by_a_price_outside_it() {
    for (now, low, high) in [(8_130.0, 8_040.0, 8_130.0), (8_030.0, 8_030.0, 8_120.0)] {
        let newer = Tick { price: price(now), ..tick(LATER) };
        let quote = complete(&newer, Some(&held(NOON))).unwrap().quote;
        assert_eq!((quote.day_low, quote.day_high), (Price::new(low), Price::new(high)));
    }
}

#[test]
fn figures_of_another_source_are_not_mixed_in_but_its_description_is() {
    let other = Quote { source: Source::new("er_api"), ..held(NOON) };
    let found = complete(&tick(LATER), Some(&other)).unwrap();
    let quote = found.quote;
    assert_eq!((quote.previous, quote.volume, quote.day_high), (None, None, None));
    assert_eq!((quote.instrument.name.as_str(), quote.session), ("CAC 40 of Paris", other.session));
    assert_eq!(quote.currency, "EUR".parse().ok(), "the instrument's");
    assert!(!found.is_whole, "a poll would tell more");
}

#[test]
fn a_new_day_begins_without_the_figures_of_the_day_before() {
    // Before the open a source tells the new hours with yesterday's price.
    let overnight = Quote { session: Some(session("2025-10-30")), ..held("2025-10-29T16:35:00Z") };
    let found = complete(&tick("2025-10-30T08:00:01Z"), Some(&overnight)).unwrap();
    assert_eq!((found.quote.previous, found.quote.day_high), (None, None));
    assert_eq!(found.quote.session, Some(session("2025-10-30")));
    assert!(!found.is_whole);
    let yesterday = held("2025-10-29T16:35:00Z");
    let found = complete(&tick("2025-10-30T08:00:01Z"), Some(&yesterday)).unwrap();
    assert_eq!(found.quote.session, None, "yesterday's hours say nothing of today");
}

#[test]
fn the_closing_auction_belongs_to_the_day() {
    let found = complete(&tick("2025-10-29T16:35:20Z"), Some(&held("2025-10-29T16:29:59Z")));
    let found = found.unwrap();
    assert_eq!(
        (found.quote.previous, found.quote.session),
        (Some(close(8_050.0)), Some(session("2025-10-29")))
    );
}

#[test]
fn prices_from_outside_the_day_or_of_no_known_time_are_left_out() {
    for state in [MarketState::Pre, MarketState::Post] {
        let outside = Tick { state: Some(state), ..tick(LATER) };
        assert_eq!(complete(&outside, Some(&held(NOON))), None);
        assert_eq!(complete(&outside, None), None);
    }
    let timeless = Tick { as_of: None, ..tick(LATER) };
    assert_eq!(complete(&timeless, Some(&held(NOON))), None);
    assert!(complete(&timeless, None).is_some(), "better than nothing");
}

#[test]
fn nothing_is_taken_from_a_simulated_quote() {
    let made_up = Quote { simulated: true, ..held(NOON) };
    let found = complete(&tick(LATER), Some(&made_up)).unwrap();
    assert_eq!((found.quote.simulated, found.quote.previous), (false, None));
    assert_ne!(found.quote.instrument.name, "CAC 40 of Paris");
    let simulated = completed(&tick(LATER), Some(&made_up), true, cac40).unwrap();
    assert!(simulated.quote.simulated && simulated.quote.previous.is_some());
}

#[test]
fn an_older_poll_fills_what_a_stream_left_open() {
    let mut streamed = complete(&tick(LATER), None).unwrap().quote;
    fill(&mut streamed, &held(NOON));
    let expected = Quote { price: price(8_110.0), ..held(LATER) };
    assert_eq!(streamed, expected);
    let mut streamed = complete(&tick("2025-10-30T08:00:01Z"), None).unwrap().quote;
    fill(&mut streamed, &held(NOON));
    assert_eq!((streamed.previous, streamed.session), (None, None), "that was another day");
    let mut streamed = complete(&tick(LATER), None).unwrap().quote;
    fill(&mut streamed, &Quote { source: Source::new("er_api"), ..held(NOON) });
    assert_eq!(streamed.previous, None, "another source's");
}

proptest! {
    /// Whatever comes in whatever order, a change is never counted from another
    /// source's close or another day's.
    #[test]
    fn figures_of_two_days_or_sources_never_meet(
        steps in proptest::collection::vec((0_i64..40, any::<bool>(), any::<bool>()), 1..60),
    ) {
        let mut now = at(NOON);
        let previous = Some(close(close_of(&Source::new("yahoo"), now)));
        let mut shown = Quote { previous, ..held(NOON) };
        for (hours, polls, elsewhere) in steps {
            now += jiff::SignedDuration::from_hours(hours);
            let source = Source::new(if elsewhere { "kraken" } else { "yahoo" });
            if polls {
                // Each source and day has a close of its own.
                let previous = Some(close(close_of(&source, now)));
                shown = Quote { as_of: Some(now), source, previous, ..held(NOON) };
            } else {
                let newer = Tick { as_of: Some(now), source, ..tick(NOON) };
                shown = complete(&newer, Some(&shown)).unwrap().quote;
            }
            if let Some(previous) = shown.previous {
                prop_assert_eq!(previous.price, price(close_of(&shown.source, now)));
            }
        }
    }
}

fn close_of(source: &Source, at: Timestamp) -> f64 {
    let day = at.to_zoned(cac40().zone()).date();
    f64::from(day.day()) * 100.0 + f64::from(day.month()) + source.as_str().len() as f64 / 100.0
}
