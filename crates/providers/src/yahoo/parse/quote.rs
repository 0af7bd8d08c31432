use std::sync::Arc;

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use market::{
    Action, Bar, Calendar, Element, Impossible, Instrument, Interval, Previous, PreviousKind,
    Price, Quote, Sieve, Source, SourceError, Witness, is_off_last,
};

use super::market_day::MarketDay;
use super::meta::{self, Described};
use super::number::{price, price_unless_zero};
use super::{actions, market_day, refusal, result, rows, unreadable};
use crate::http::Reply;
use crate::json::Figure;
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
    let witness = witness(chart, &described, &bars, &mut sieve);
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
        witness: Some(Arc::new(witness)),
    })
}

/// The latest price beside bars.
pub(super) struct Latest {
    /// The price; where its own day's range contradicts it, the day's highest.
    pub(super) price: Option<Price>,
    /// Whether that range is stated and spans it.
    is_spanned: bool,
}

/// The latest price of a chart, as a witness of its bars.
pub(super) fn latest_in_range(meta: &Meta) -> Latest {
    let number = |figure: Figure| figure.number().and_then(price_unless_zero);
    let price = number(meta.regular_market_price);
    let range = number(meta.regular_market_day_low).zip(number(meta.regular_market_day_high));
    let is_within = |(low, high): (Price, Price)| price.is_some_and(|it| low <= it && it <= high);
    let is_spanned = range.is_some_and(is_within);
    let price = range.filter(|_| !is_spanned).map(|(_, high)| high).or(price);
    Latest { price, is_spanned }
}

impl Latest {
    /// Sets the price aside that is a hundredfold of all bars, or a hundredth.
    ///
    /// # Errors
    ///
    /// Where its day's range says that the bars are wrong.
    pub(super) fn compare(
        &self,
        bars: &[Bar],
        actions: &[Action],
        day: &MarketDay,
        sieve: &mut Sieve,
    ) -> Result<(), SourceError> {
        let of_day = day.traded_at.map(|at| at.to_zoned(day.zone.clone()).date());
        let Some((latest, date)) = self.price.zip(of_day) else { return Ok(()) };
        if !is_off_last(day.kind, bars, actions, latest, date) {
            return Ok(());
        }
        if self.is_spanned {
            let doubt = "its bars are a hundredfold of its latest price, or a hundredth";
            return Err(SourceError::Suspect(doubt.to_owned()));
        }
        sieve.keep(Element::Quote, Some(date), Impossible::OffNeighbours);
        Ok(())
    }
}

/// So many of the newest bars judge a price. Five days are asked for; what an upstream
/// sends beyond would be held as long as the quote is.
const MOST_BARS: usize = 32;

/// What the chart says by which its price can be judged.
fn witness(chart: &Chart, described: &Described, bars: &[Bar], sieve: &mut Sieve) -> Witness {
    let currency = described.currency.as_ref();
    let bars = bars.last_chunk::<MOST_BARS>().map_or(bars, |newest| newest);
    let mut actions = actions::read(chart.events.as_ref(), currency, &described.zone, sieve);
    actions.retain(|action| bars.first().is_none_or(|first| first.date <= action.ex_date));
    Witness {
        bars: bars.to_vec(),
        actions,
        year_low: chart.meta.fifty_two_week_low.number().and_then(price_unless_zero),
        year_high: chart.meta.fifty_two_week_high.number().and_then(price_unless_zero),
    }
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
