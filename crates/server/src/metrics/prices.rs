//! How the watched instruments are: of each as many figures, and no other instrument's.

use engine::{Board, Entry};
use jiff::Timestamp;
use market::{Freshness, HistoryResult, MarketState, market_state};
use prometheus::GaugeVec;

use super::figures::{Figures, yes};
use crate::app::App;

pub(super) fn tell(figures: &Figures, app: &App) {
    let (board, now) = (app.engine.board(), app.engine.now());
    quotes(figures, &board, now);
    open(figures, &board, now);
    completeness(figures, app, &board);
    figures.gauge(
        "marketpulse_histories_disputed",
        "Histories that are not believed, watched or not.",
        app.engine.rejected_histories().len() as f64,
    );
}

fn of_each(figures: &Figures, name: &str, about: &str) -> GaugeVec {
    figures.gauges(name, about, &["symbol"])
}

fn quotes(figures: &Figures, board: &Board, now: Timestamp) {
    let fresh = of_each(
        figures,
        "marketpulse_quote_fresh",
        "Whether the price of a watched instrument may be taken for the present one.",
    );
    let held = of_each(figures, "marketpulse_quote_held", "Whether there is a price, however old.");
    let age = of_each(
        figures,
        "marketpulse_quote_age_seconds",
        "How long ago the price was true, where its source says when.",
    );
    let disputed = of_each(
        figures,
        "marketpulse_quote_disputed",
        "Whether another price speaks against the one shown.",
    );
    for entry in &board.entries {
        let symbol = [entry.instrument.symbol.as_str()];
        fresh.with_label_values(&symbol).set(yes(entry.freshness(now) == Freshness::Fresh));
        held.with_label_values(&symbol).set(yes(is_held(entry, now)));
        disputed.with_label_values(&symbol).set(yes(entry.rival(now).is_some()));
        if let Some(seconds) = entry.age(now) {
            age.with_label_values(&symbol).set(seconds.as_secs_f64());
        }
    }
}

/// A made-up price is none.
fn is_held(entry: &Entry, now: Timestamp) -> bool {
    !matches!(entry.freshness(now), Freshness::Missing | Freshness::Simulated)
}

fn open(figures: &Figures, board: &Board, now: Timestamp) {
    let open = of_each(
        figures,
        "marketpulse_market_open",
        "Whether the market of a watched instrument trades; left out where nobody says.",
    );
    for entry in &board.entries {
        if let Some(state) = entry.quote.as_ref().and_then(|quote| market_state(quote, now)) {
            let symbol = [entry.instrument.symbol.as_str()];
            open.with_label_values(&symbol).set(yes(state == MarketState::Open));
        }
    }
}

fn completeness(figures: &Figures, app: &App, board: &Board) {
    let part = of_each(
        figures,
        "marketpulse_history_completeness_ratio",
        "How much of the usual history of a watched instrument is there, of what its calendar expects; left out where none is in memory.",
    );
    for entry in &board.entries {
        let symbol = &entry.instrument.symbol;
        let held = app.engine.usual_history(symbol);
        if let Some(ratio) = held.as_deref().and_then(ratio) {
            part.with_label_values(&[symbol.as_str()]).set(ratio);
        }
    }
}

fn ratio(held: &HistoryResult) -> Option<f64> {
    let coverage = held.coverage();
    let expected = coverage.expected.filter(|expected| *expected > 0)?;
    Some(expected.saturating_sub(coverage.missing) as f64 / expected as f64)
}
