//! Bars beside bars, and beside the price of the same answer.

use market::{Element, Impossible};

use super::*;

const DAYS: [&str; 4] = [
    "2025-10-24T13:30:00Z",
    "2025-10-27T13:30:00Z",
    "2025-10-28T13:30:00Z",
    "2025-10-29T13:30:00Z",
];

fn told(closes: [f64; 4], price: f64, range: Option<(f64, f64)>) -> Value {
    let mut chart = chart(&DAYS, &closes.map(Some));
    set(&mut chart, "/meta/regularMarketPrice", json!(price));
    if let Some((low, high)) = range {
        set(&mut chart, "/meta/regularMarketDayLow", json!(low));
        set(&mut chart, "/meta/regularMarketDayHigh", json!(high));
    }
    chart
}

fn aside(answer: &HistoryResult) -> Vec<(Element, String)> {
    let off = answer.set_aside.iter().filter(|it| it.reason == Impossible::OffNeighbours);
    off.map(|it| (it.element, it.date.map(|date| date.to_string()).unwrap())).collect()
}

fn bar(date: &str) -> Vec<(Element, String)> {
    vec![(Element::Bar, date.to_owned())]
}

#[test]
fn one_bar_a_hundredfold_between_neighbours_is_a_hole() {
    let answer = read(&told([50.0, 5_100.0, 52.0, 53.0], 53.0, None), Interval::D1);
    assert_eq!(closes(&answer), ["2025-10-24 50", "2025-10-28 52", "2025-10-29 53"]);
    assert_eq!(aside(&answer), bar("2025-10-27"));
}

#[test]
fn the_last_bar_a_hundredfold_is_a_hole_where_the_price_or_its_range_contradicts_it() {
    let closes = [50.0, 51.0, 52.0, 5_300.0];
    for (price, range) in [(53.0, None), (53.0, Some((52.0, 54.0))), (5_300.0, Some((52.0, 54.0)))]
    {
        let answer = read(&told(closes, price, range), Interval::D1);
        assert_eq!(aside(&answer), bar("2025-10-29"), "{price} {range:?}");
    }
    let answer = read(&told(closes, 5_300.0, Some((5_200.0, 5_400.0))), Interval::D1);
    assert_eq!(aside(&answer), [], "nothing contradicts it");
}

#[test]
fn a_whole_history_a_hundredfold_its_quote_is_not_believed() {
    let hundredfold = [5_000.0, 5_100.0, 5_200.0, 5_300.0];
    let whole = told(hundredfold, 53.0, Some((52.0, 54.0)));
    let refused = read_at(&whole, Interval::D1, "2026-10-29T20:00:00Z");
    assert!(matches!(refused, Err(SourceError::Suspect(_))), "{refused:?}");
    // Without a range either of the two may be off: what is held decides.
    let answer = read(&told(hundredfold, 53.0, None), Interval::D1);
    assert_eq!(aside(&answer), [(Element::Quote, "2025-10-29".to_owned())]);
    assert_eq!(closes(&answer).len(), 4);
}

#[test]
fn a_price_a_hundredfold_its_range_leaves_the_bars_alone() {
    let answer = read(&told([50.0, 51.0, 52.0, 53.0], 5_300.0, Some((52.0, 54.0))), Interval::D1);
    assert_eq!((closes(&answer).len(), aside(&answer)), (4, vec![]));
}
