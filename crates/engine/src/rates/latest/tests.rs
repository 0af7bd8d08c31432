use std::sync::Arc;

use market::{Quote, Source, SourceError};
use proptest::prelude::*;
use testkit::bare_quote;

use super::*;
use crate::failures::SourceFailures;

const NOW: &str = "2025-10-29T12:00:00Z";
const CODES: [&str; 6] = ["EUR", "USD", "JPY", "GBP", "CHF", "BTC"];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A pair as the board holds it, with a price that was true at an instant.
fn entry(pair: &str, price: f64, as_of: &str) -> Entry {
    let instrument = Catalog::new().instrument(&pair.parse().unwrap());
    let quote = bare_quote(&instrument, price, "yahoo", at(as_of));
    let mut entry = Entry::new(instrument);
    entry.quote = Some(Quote { received_at: at(NOW), ..quote });
    entry
}

fn board(entries: impl IntoIterator<Item = Entry>) -> Board {
    let mut board = Board::default();
    board.entries.extend(entries.into_iter().map(Arc::new));
    board
}

fn rate(board: &Board, base: &str, quote: &str) -> Option<Rate> {
    Quoted { board, now: at(NOW) }.best(&currency(base), &currency(quote))
}

/// What was multiplied and divided by, such as `GBP/EUR USD/EUR⁻¹`.
fn path(rate: &Rate) -> String {
    let word = |step: &Step| format!("{}{}", step.symbol, if step.inverted { "⁻¹" } else { "" });
    rate.steps.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn check(board: &Board, pair: (&str, &str), expected: &str) {
    let rate = rate(board, pair.0, pair.1);
    assert_eq!(rate.as_ref().map_or("none".to_owned(), path), expected, "{pair:?}");
}

#[test]
fn the_euro_stands_between_before_the_dollar_and_the_dollar_before_others() {
    let fresh = |pair| entry(pair, 2.0, NOW);
    let through_yen = ["GBP/JPY", "CHF/JPY"].map(fresh);
    check(&board(through_yen.clone()), ("GBP", "CHF"), "GBP/JPY CHF/JPY⁻¹");
    let through_dollar = ["GBP/USD", "USD/CHF"].map(fresh);
    let both = through_yen.into_iter().chain(through_dollar).collect::<Vec<_>>();
    check(&board(both.clone()), ("GBP", "CHF"), "GBP/USD USD/CHF");
    let all = both.into_iter().chain(["EUR/GBP", "EUR/CHF"].map(fresh));
    check(&board(all), ("GBP", "CHF"), "EUR/GBP⁻¹ EUR/CHF");
}

#[test]
fn what_is_fresh_comes_before_what_is_direct_and_anything_before_nothing() {
    let stale = entry("GBP/CHF", 1.07, "2025-10-29T11:00:00Z");
    let cross = ["EUR/GBP", "EUR/CHF"].map(|pair| entry(pair, 0.9, NOW));
    check(&board([stale.clone()]), ("GBP", "CHF"), "GBP/CHF");
    check(&board(cross.into_iter().chain([stale])), ("GBP", "CHF"), "EUR/GBP⁻¹ EUR/CHF");
}

#[test]
fn a_pair_in_pence_or_without_a_positive_price_is_no_step() {
    let mut pence = entry("USD/GBP", 75.0, NOW);
    pence.quote.as_mut().unwrap().currency = "GBp".parse().ok();
    check(&board([pence]), ("USD", "GBP"), "none");
    check(&board([entry("USD/GBP", 0.0, NOW)]), ("USD", "GBP"), "none");
}

#[test]
fn bitcoin_does_not_stand_between_two_currencies() {
    let board = board(["BTC/EUR", "BTC/USD", "ETH/BTC"].map(|pair| entry(pair, 9.0, NOW)));
    check(&board, ("EUR", "USD"), "none");
    check(&board, ("ETH", "USD"), "ETH/BTC BTC/USD");
}

#[test]
fn what_nobody_knows_is_not_a_rate_because_the_simulator_prices_it() {
    let mut invented = entry("XXQ/USD", 9.0, NOW);
    invented.quote.as_mut().unwrap().simulated = true;
    check(&board([invented.clone()]), ("XXQ", "USD"), "XXQ/USD");
    let mut failures = SourceFailures::default();
    failures.add(Source::new("yahoo"), SourceError::UnknownSymbol("XXQ/USD".parse().unwrap()));
    invented.failures = failures;
    check(&board([invented]), ("XXQ", "USD"), "none");
}

proptest! {
    #[test]
    fn one_table_of_rates_contradicts_itself_nowhere(
        per_euro in prop::array::uniform5(1e-6_f64..1e6),
        (a, b, c) in (0_usize..6, 0_usize..6, 0_usize..6),
    ) {
        let entries = CODES[1..].iter().zip(per_euro);
        let board = board(entries.map(|(code, rate)| entry(&format!("EUR/{code}"), rate, NOW)));
        let rate = |from: usize, to: usize| {
            if from == to { 1.0 } else { rate(&board, CODES[from], CODES[to]).unwrap().rate }
        };
        let is_one = |number: f64| (number - 1.0).abs() < 1e-14;
        prop_assert!(is_one(rate(a, b) * rate(b, a)));
        prop_assert!(is_one(rate(a, b) * rate(b, c) / rate(a, c)));
    }
}
