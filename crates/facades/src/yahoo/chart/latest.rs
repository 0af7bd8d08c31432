use std::time::Duration;

use engine::Engine;
use jiff::{SignedDuration, Timestamp};
use market::{Bar, Calendar, HistoryResult, Interval, MarketState, Quote, Symbol};
use tokio::time::timeout;

use crate::yahoo::instrument::closes;
use crate::yahoo::question::Question;
use crate::yahoo::stretch::Stretch;

/// How long bars of long ago wait for the latest price.
const PATIENCE: Duration = Duration::from_secs(2);

/// The latest price of an instrument beside its bars.
pub(super) struct Latest {
    /// The price.
    pub(super) price: f64,
    /// When it was true, as far as is known.
    pub(super) at: Timestamp,
    /// The quote that it is of, where it is not a bar's.
    pub(super) quote: Option<Quote>,
}

impl Latest {
    /// The quote that is held or, where the bars reach to now, the last of them. Only
    /// where neither is there a quote is asked for: a chart of now costs its upstream one
    /// request, and one of long ago must not tell a price of then for the present one.
    pub(super) async fn of(
        engine: &Engine,
        question: &Question,
        answer: &HistoryResult,
    ) -> Option<Self> {
        let symbol = &answer.query.symbol;
        let source = &answer.series.head.source;
        let quote = held(engine, symbol);
        let of_bar = of_last_bar(answer).filter(|_| reaches_now(question, answer));
        match (quote, of_bar) {
            (Some(quote), Some(_)) if quote.source == *source => Self::of_quote(quote),
            (_, Some(of_bar)) => Some(of_bar),
            (Some(quote), None) => Self::of_quote(quote),
            (None, None) => {
                // Whoever has bars is not kept waiting for a price that does not come.
                let _ = timeout(PATIENCE, engine.quotes(std::slice::from_ref(symbol))).await;
                held(engine, symbol).and_then(Self::of_quote)
            }
        }
    }

    fn of_quote(quote: Quote) -> Option<Self> {
        Some(Self { price: quote.price.get(), at: quote.as_of?, quote: Some(quote) })
    }
}

/// The quote of an instrument, if it says when it was true.
fn held(engine: &Engine, symbol: &Symbol) -> Option<Quote> {
    let quote = engine.held(symbol).and_then(|entry| entry.quote.clone());
    quote.filter(|quote| quote.as_of.is_some())
}

fn reaches_now(question: &Question, answer: &HistoryResult) -> bool {
    match question.stretch {
        Stretch::Range(_) => true,
        Stretch::Between(_, to) => to >= answer.received_at,
    }
}

fn of_last_bar(answer: &HistoryResult) -> Option<Latest> {
    let bar = answer.series.last()?;
    Some(Latest { price: bar.close.get(), at: ended(answer, &bar), quote: None })
}

/// When the last price of a bar was true: when it ended or, while it is going on, when
/// it was received. While the market rests it is no later than when that began.
fn ended(answer: &HistoryResult, bar: &Bar) -> Timestamp {
    let interval = answer.series.head.interval;
    let length = SignedDuration::from_secs(interval.seconds());
    let end = if interval == Interval::D1 {
        closes(&answer.instrument, answer.session.as_ref(), bar.date)
    } else {
        bar.open_time.checked_add(length).unwrap_or(bar.open_time)
    };
    let is_past = !bar.provisional && end >= bar.open_time;
    let end = if is_past { end.min(answer.received_at) } else { answer.received_at };
    end.min(last_traded(answer).max(bar.open_time))
}

/// The last instant at which there was trading when an answer was received, as far as
/// a calendar tells.
fn last_traded(answer: &HistoryResult) -> Timestamp {
    let at = answer.received_at;
    let calendar = Calendar::for_instrument(&answer.instrument);
    let rests = calendar.filter(|calendar| calendar.state(at) == Some(MarketState::Closed));
    rests.and_then(|calendar| calendar.over(at)).map_or(at, |trading| trading.close)
}
