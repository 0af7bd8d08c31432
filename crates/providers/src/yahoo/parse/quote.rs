use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use market::{
    Bar, Calendar, Instrument, Interval, Previous, PreviousKind, Price, Quote, Sieve, Source,
    SourceError,
};

use super::meta::{self, Described};
use super::number::{price, price_unless_zero};
use super::{market_day, refusal, result, rows, unreadable};
use crate::http::Reply;
use crate::yahoo::facts;
use crate::yahoo::wire::{Chart, Meta};

/// Reads the answer to a request for one daily chart.
///
/// # Errors
///
/// What is wrong with the answer as a whole; what concerns the instrument alone
/// is inside.
pub(in crate::yahoo) fn quote(
    reply: &Reply,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<Result<Quote, SourceError>, SourceError> {
    let chart = if reply.is_success() {
        result(&reply.body, asked, Interval::D1)
    } else {
        Err(refusal(reply, asked, Interval::D1))
    };
    match chart {
        Ok(chart) => Ok(of_chart(&chart, asked, received_at)),
        Err(unknown @ SourceError::UnknownSymbol(_)) => Ok(Err(unknown)),
        Err(error) => Err(error),
    }
}

/// The latest price out of a daily chart's `meta`, and the close before it out
/// of the rows.
pub(super) fn of_chart(
    chart: &Chart,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let described = meta::describe(&chart.meta, asked)?;
    // What is odd among the days before does not concern the price.
    let mut sieve = Sieve::new(described.instrument.kind, received_at);
    let bars = rows::bars(chart, &market_day(&described, Interval::D1), &mut sieve)?.bars;
    let meta = &chart.meta;
    Ok(Quote {
        price: latest(meta, &described.instrument)?,
        previous: previous(chart, &described, &bars),
        day_high: meta.regular_market_day_high.number().and_then(price_unless_zero),
        day_low: meta.regular_market_day_low.number().and_then(price_unless_zero),
        volume: meta.regular_market_volume.number(),
        currency: described.currency,
        session: described.session,
        as_of: described.traded_at,
        instrument: described.instrument,
        received_at,
        source: Source::new(facts::NAME),
        simulated: false,
    })
}

/// What is delisted has no price, and a price of zero is none. Futures
/// and rates alone have ever been at nothing.
fn latest(meta: &Meta, instrument: &Instrument) -> Result<Price, SourceError> {
    let found = meta.regular_market_price.number().and_then(price);
    let may_be_zero = instrument.kind.may_be_below_zero();
    let worth = found.filter(|price| price.get() != 0.0 || may_be_zero);
    worth.ok_or_else(|| {
        if meta::is_delisted(meta) {
            SourceError::Delisted(instrument.symbol.clone())
        } else {
            unreadable("meta.regularMarketPrice is missing or zero")
        }
    })
}

/// The close of the trading day before the quote's own; `None` where it is
/// missing: a change since the one before that would look like a day's.
///
/// `previousClose` where it is given; else the row of that day. Never
/// `chartPreviousClose`, which is the close before the range asked for.
fn previous(chart: &Chart, described: &Described, bars: &[Bar]) -> Option<Previous> {
    let given = chart.meta.previous_close.number().and_then(price_unless_zero);
    let before = || {
        let day = described.traded_at?.to_zoned(described.zone.clone()).date();
        let bar = bars.iter().rev().find(|bar| bar.date < day)?;
        is_of_session_before(bar.date, day, described).then_some(bar.close)
    };
    Some(Previous { price: given.or_else(before)?, kind: PreviousKind::Close })
}

/// Whether no day of trading lies between two dates: by the calendar, or where
/// none is known, if only days lie there on which some exchanges rest each week.
fn is_of_session_before(earlier: Date, day: Date, described: &Described) -> bool {
    let calendar = Calendar::for_instrument(&described.instrument);
    if let Some(before) = calendar.and_then(|calendar| calendar.previous_session(day)) {
        return earlier >= before;
    }
    let rests = [Weekday::Friday, Weekday::Saturday, Weekday::Sunday];
    let mut between = earlier.series(1.day()).skip(1).take_while(|date| *date < day);
    between.all(|date| rests.contains(&date.weekday()))
}
