//! What a reader has to know before a value is used, in sentences. A value that is fresh,
//! whole and undisputed needs none.

use engine::{Entry, Rate};
use jiff::Timestamp;
use market::{Freshness, HistoryResult};
use query::Bars;
use query::explain::explain;

/// What is to be known of a price.
pub(crate) fn of_price(entry: &Entry, now: Timestamp) -> Option<String> {
    let symbol = &entry.instrument.symbol;
    let why = explain(entry, now).map_or_else(String::new, |reason| format!(": {}", reason.detail));
    let is = match entry.freshness(now) {
        Freshness::Fresh if why.is_empty() => return None,
        Freshness::Fresh => "a newer price is not believed",
        Freshness::Stale if entry.doubt().is_some() => "the price is disputed",
        Freshness::Stale => "the price is stale",
        Freshness::Simulated => "the price is simulated and no real one",
        Freshness::Missing => "there is no price",
    };
    Some(format!("{symbol}: {is}{why}."))
}

/// What is to be known of bars.
pub(crate) fn of_bars(bars: &Bars) -> Vec<String> {
    let symbol = &bars.answer.instrument.symbol;
    let said = [bars.lack(), bars.disputed(), bars.repaired()].into_iter().flatten();
    let said = said.map(|said| format!("{symbol}: {said}."));
    of_history(&bars.answer, bars.freshness).into_iter().chain(said).collect()
}

/// What is to be known of an answer about the past.
pub(crate) fn of_history(answer: &HistoryResult, freshness: Freshness) -> Option<String> {
    let (symbol, received_at) = (&answer.instrument.symbol, answer.received_at);
    let is = match freshness {
        Freshness::Fresh => return None,
        Freshness::Simulated => "what follows is simulated and not real".to_owned(),
        Freshness::Stale | Freshness::Missing => {
            let newest = answer.series.dates().last();
            let newest = newest.map_or_else(String::new, |date| format!("ends on {date} and "));
            format!("what follows is stale: it {newest}was received at {received_at}")
        }
    };
    Some(format!("{symbol}: {is}."))
}

/// What is to be known of a rate.
pub(crate) fn of_rate(rate: &Rate) -> Option<String> {
    let is = match rate.freshness() {
        Freshness::Fresh => return None,
        Freshness::Simulated => "simulated and no real one",
        Freshness::Stale | Freshness::Missing => "stale",
    };
    Some(format!("{}/{}: the rate is {is}.", rate.base, rate.quote))
}
