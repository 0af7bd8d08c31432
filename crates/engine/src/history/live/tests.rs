use market::{Basis, Catalog, Kept, Price, Series, SeriesHead, Span};

use super::*;

/// So many seconds after noon of Wednesday 29 October 2025.
fn at(second: i64) -> Timestamp {
    let noon: Timestamp = "2025-10-29T12:00:00Z".parse().unwrap();
    noon + SignedDuration::from_secs(second)
}

fn instrument() -> Instrument {
    Catalog::new().instrument(&"BTC/EUR".parse().unwrap())
}

fn tick(source: &str, second: i64, price: f64) -> Tick {
    Tick {
        symbol: instrument().symbol,
        price: Price::new(price).unwrap(),
        currency: None,
        previous: None,
        change: None,
        day_high: None,
        day_low: None,
        volume: None,
        state: None,
        as_of: Some(at(second)),
        received_at: at(second),
        source: Source::new(source),
    }
}

/// With the bar of noon, at 100.
fn official(second: i64) -> Arc<HistoryResult> {
    let price = Price::new(100.0).unwrap();
    let bar = Bar {
        open_time: at(0),
        date: jiff::civil::date(2025, 10, 29),
        open: Some(price),
        high: Some(price),
        low: Some(price),
        close: price,
        adj_close: None,
        volume: None,
        provisional: true,
    };
    let (instrument, interval) = (instrument(), Interval::M1);
    let symbol = instrument.symbol.clone();
    let span = Span::Period("1d".parse().unwrap());
    let question = HistoryQuery { symbol: symbol.clone(), interval, span, source: None };
    let source = Source::new("yahoo");
    let head = SeriesHead { symbol, interval, source, currency: None, basis: Basis::Unadjusted };
    Arc::new(HistoryResult {
        query: question,
        series: Series::new(head, vec![bar]),
        actions: vec![],
        instrument,
        session: None,
        received_at: at(second),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    })
}

fn streamed(ticks: &[(&str, i64, f64)]) -> Live {
    let live = Live::default();
    for (source, second, price) in ticks {
        live.take(&tick(source, *second, *price), &instrument());
    }
    live
}

fn closes(answer: &HistoryResult) -> Vec<f64> {
    answer.series.closes().iter().map(|close| close.get()).collect()
}

#[test]
fn an_answer_is_another_one_at_most_once_a_second_however_often_it_is_asked_for() {
    let live = streamed(&[("yahoo", -60, 99.0), ("yahoo", 30, 101.0)]);
    let official = official(10);
    let first = live.up_to_date(Arc::clone(&official), at(30));
    assert_eq!(closes(&first), [101.0]);
    live.take(&tick("yahoo", 30, 102.0), &instrument());
    for _ in 0..1_000 {
        assert!(Arc::ptr_eq(&first, &live.up_to_date(Arc::clone(&official), at(30))));
    }
    live.take(&tick("yahoo", 61, 103.0), &instrument());
    let second = live.up_to_date(Arc::clone(&official), at(61));
    assert_eq!(closes(&second), [102.0, 103.0]);
    assert!(second.received_at > first.received_at, "another version differs from the first");
    let quiet = live.up_to_date(Arc::clone(&official), at(62));
    assert_eq!(quiet, second, "where nothing came the version is the same");
}

#[test]
fn an_official_answer_replaces_what_was_streamed_at_once() {
    let live = streamed(&[("yahoo", -60, 99.0), ("yahoo", 30, 101.0)]);
    assert_eq!(closes(&live.up_to_date(official(10), at(40))), [101.0]);
    assert_eq!(closes(&live.up_to_date(official(40), at(40))), [100.0]);
}

#[test]
fn ticks_of_another_source_never_touch_a_series() {
    let live = streamed(&[("kraken", -60, 99.0), ("kraken", 30, 101.0)]);
    let official = official(10);
    assert!(Arc::ptr_eq(&official, &live.up_to_date(Arc::clone(&official), at(40))));
    live.take(&tick("yahoo", -60, 99.0), &instrument());
    live.take(&tick("yahoo", 50, 98.0), &instrument());
    assert_eq!(closes(&live.up_to_date(official, at(50))), [98.0]);
}

#[test]
fn bars_cut_by_an_assumed_zone_begin_anew_in_the_right_one() {
    let live = streamed(&[("yahoo", -60, 99.0), ("kraken", -60, 99.0)]);
    let sydney = Instrument { time_zone: "Australia/Sydney".to_owned(), ..instrument() };
    live.take(&tick("yahoo", 30, 101.0), &sydney);
    let bars = live.bars();
    let of_symbol = &bars[&instrument().symbol];
    let zones: Vec<_> =
        of_symbol.iter().map(|bars| (bars.source().as_str(), bars.zone().iana_name())).collect();
    assert_eq!(zones, [("kraken", Some("UTC")), ("yahoo", Some("Australia/Sydney"))]);
}

#[test]
fn what_follows_an_interruption_waits_for_the_source() {
    let live = streamed(&[("yahoo", -60, 99.0), ("yahoo", 30, 101.0)]);
    live.interrupted(&Source::new("kraken"), &[instrument().symbol]);
    live.interrupted(&Source::new("yahoo"), &[instrument().symbol, "AAPL".parse().unwrap()]);
    live.take(&tick("yahoo", 70, 102.0), &instrument());
    assert_eq!(closes(&live.up_to_date(official(10), at(70))), [101.0]);
    live.take(&tick("yahoo", 75, 103.0), &instrument());
    assert_eq!(closes(&live.up_to_date(official(72), at(75))), [100.0], "its minute began unseen");
}

#[test]
fn what_is_no_longer_streamed_is_forgotten() {
    let live = streamed(&[("yahoo", 0, 99.0)]);
    let later = 27 * 60 * 60;
    let other = Tick { symbol: "AAPL".parse().unwrap(), ..tick("yahoo", later, 1.0) };
    live.take(&other, &instrument());
    assert_eq!(live.bars().len(), 1);
}
