//! What a reader has to know before a value is used, in sentences. A value that is fresh,
//! whole and undisputed needs none.

use engine::{Entry, Rate};
use jiff::Timestamp;
use market::Freshness;
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
    let (symbol, received_at) = (&bars.answer.instrument.symbol, bars.answer.received_at);
    let age = match bars.freshness {
        Freshness::Fresh => None,
        Freshness::Simulated => Some("the bars are simulated and no real ones".to_owned()),
        Freshness::Stale | Freshness::Missing => {
            Some(format!("the bars are stale: they were received at {received_at}"))
        }
    };
    age.into_iter().chain(bars.lack()).map(|what| format!("{symbol}: {what}.")).collect()
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
