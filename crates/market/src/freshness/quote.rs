use jiff::{SignedDuration, Timestamp};

use super::hours::Hours;
use super::{Freshness, LONGEST_CLOSURE, earlier, open_limit};
use crate::{CLOCK_SLACK, Calendar, Kind, MarketState, Quote};

/// How long after a close a fund's value may take: it is there by the next morning.
const FUND_VALUED_WITHIN: SignedDuration = SignedDuration::from_hours(14);

fn hours(quote: &Quote, now: Timestamp) -> Hours<'_> {
    Hours::at(now, &quote.instrument, quote.session.as_ref(), quote.received_at)
}

/// Whether the quote's market trades at `now`; `None` where nothing tells.
///
/// Its calendar tells, and for the day that the source states, the source. A rest
/// at noon is closed.
pub fn market_state(quote: &Quote, now: Timestamp) -> Option<MarketState> {
    hours(quote, now).state(now)
}

/// When the quote's market trades again after an instant, by its calendar.
pub fn market_opens_after(quote: &Quote, now: Timestamp) -> Option<Timestamp> {
    hours(quote, now).calendar()?.opens_after(now)
}

/// The calendar that the day of trading contradicts which the quote's source states
/// as the current one. For that day the source is believed.
pub fn contradicted_calendar(quote: &Quote) -> Option<&'static Calendar> {
    hours(quote, quote.received_at).contradicted()
}

/// Whether something happened before, as far as clocks agree.
fn is_past(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now) <= CLOCK_SLACK
}

/// Whether a quote may be taken for the present price. One that was true or received
/// later than it is may not: a clock was wrong.
///
/// While its market is open it must be younger than its kind's limit; while
/// closed it must be from the trading that ended last. Where nothing tells
/// whether the market is open, the strict rule holds.
pub fn quote_freshness(quote: &Quote, now: Timestamp) -> Freshness {
    if quote.simulated {
        return Freshness::Simulated;
    }
    let Some(as_of) = quote.as_of.filter(|as_of| is_past(*as_of, now)) else {
        return Freshness::Stale;
    };
    if !is_past(quote.received_at, now) {
        return Freshness::Stale;
    }
    let hours = hours(quote, now);
    let is_fresh = match (fund_is_newest(quote, as_of, &hours, now), hours.state(now)) {
        (Some(is_newest), _) => is_newest,
        // Before and after hours the last regular price is the price.
        (None, Some(MarketState::Closed | MarketState::Pre | MarketState::Post)) => {
            is_of_last_trading(quote, as_of, &hours, now)
        }
        _ => is_young(quote, now) || has_just_opened(quote, as_of, &hours, now),
    };
    if is_fresh { Freshness::Fresh } else { Freshness::Stale }
}

fn is_young(quote: &Quote, now: Timestamp) -> bool {
    quote.age(now).is_some_and(|age| age <= open_limit(quote.instrument.kind))
}

/// Whether a fund's value is of the newest day that must have one; `None` for
/// what is no fund, and where no calendar tells.
fn fund_is_newest(
    quote: &Quote,
    as_of: Timestamp,
    hours: &Hours<'_>,
    now: Timestamp,
) -> Option<bool> {
    let calendar = hours.calendar().filter(|_| quote.instrument.kind == Kind::Fund)?;
    let due = calendar.over(earlier(now, FUND_VALUED_WITHIN))?;
    Some(calendar.date(as_of) >= due.date)
}

/// Trading goes on for less than the delay that public prices have, and the
/// source, asked since, has none but that of before.
fn has_just_opened(quote: &Quote, as_of: Timestamp, hours: &Hours<'_>, now: Timestamp) -> bool {
    hours.began(now).is_some_and(|began| {
        let before = earlier(began, SignedDuration::from_millis(1));
        let is_recent = now.duration_since(began) <= open_limit(quote.instrument.kind);
        is_recent && quote.received_at >= began && is_of_last_trading(quote, as_of, hours, before)
    })
}

/// Whether a price is from the trading that ended last: as good as new when it
/// ended, or still the newest when its source was asked since.
fn is_of_last_trading(quote: &Quote, as_of: Timestamp, hours: &Hours<'_>, now: Timestamp) -> bool {
    let is_near = || now.duration_since(as_of) <= LONGEST_CLOSURE;
    let Some(over) = hours.last_over(now) else { return is_near() };
    let is_within = match hours.calendar() {
        Some(_) => as_of >= over.start,
        None => is_near(),
    };
    let was_new = over.end.duration_since(as_of) <= open_limit(quote.instrument.kind);
    is_within && (quote.received_at >= over.end || was_new)
}

#[cfg(test)]
mod tests;
