use engine::Engine;
use market::{Freshness, HistoryQuery, Period, Price, Span};
use query::{Bars, PriceView, Refusal, history};

use crate::yahoo::question::Question;
use crate::yahoo::symbols::own_source;

/// The stretch out of which the last day is told to whoever wanted no other before.
const USUAL: Span = Span::Period(Period::Months(1));

/// The bars that a chart is told of, and the close before the first of them, where it is
/// known too.
pub(super) struct Found {
    pub(super) bars: Bars,
    pub(super) before: Option<Price>,
}

/// Asks for the bars that a chart is told of.
///
/// # Errors
///
/// Why there are none.
pub(super) async fn find(
    engine: &Engine,
    question: &Question,
    about: HistoryQuery,
    view: PriceView,
) -> Result<Found, Refusal> {
    if question.is_of_last_day()
        && let Some(found) = of_last_day(engine, &about, view).await?
        && tells_all(engine, question, &found.bars)
    {
        return Ok(found);
    }
    let bars = between(engine, question, about, view).await?;
    if tells_all(engine, question, &bars) {
        return Ok(Found { bars, before: None });
    }
    // Without actions it would look as if nothing had been paid.
    Ok(Found { bars: bars.with_actions(engine).await?, before: None })
}

/// Whether what is to be told beside bars is known with them.
fn tells_all(engine: &Engine, question: &Question, bars: &Bars) -> bool {
    !question.events.any() || engine.tells_actions(&bars.answer.series.head.source)
}

/// The last day, out of the answer about a longer stretch: the one that whoever asks
/// wanted last.
///
/// Clients ask for the day of each instrument to learn where it trades, and then for
/// what they want of it. So they cost its source one request, and not two. `None` where
/// the longer answer is not surely of the day that is the last now.
///
/// # Errors
///
/// That no source knows the instrument, or that its prices cannot be adjusted.
async fn of_last_day(
    engine: &Engine,
    about: &HistoryQuery,
    view: PriceView,
) -> Result<Option<Found>, Refusal> {
    let today = history::date(engine, &about.symbol, engine.now());
    let reaches_now = |span: &Span| !matches!(span, Span::Dates { to, .. } if *to < today);
    let span = engine.days_wanted_last().filter(reaches_now).unwrap_or(USUAL);
    match own_bars(engine, HistoryQuery { span, ..about.clone() }, view).await {
        Ok(longer) if is_of_now(&longer) => {
            let before = longer.series(engine).await?.bars().rev().nth(1).map(|bar| bar.close);
            let bars = Bars { answer: longer.answer.of_last_day().into(), ..longer };
            Ok(Some(Found { bars, before }))
        }
        Err(unknown @ Refusal::Unknown { .. }) => Err(unknown),
        Ok(_) | Err(_) => Ok(None),
    }
}

fn is_of_now(bars: &Bars) -> bool {
    matches!(bars.freshness, Freshness::Fresh | Freshness::Simulated)
        && !bars.answer.series.is_empty()
}

/// The bars between two instants are asked for by their days. Where those are more than
/// any source gives at once, fewer are.
async fn between(
    engine: &Engine,
    question: &Question,
    about: HistoryQuery,
    view: PriceView,
) -> Result<Bars, Refusal> {
    let outside = match own_bars(engine, about.clone(), view).await {
        Err(outside @ Refusal::Invalid { parameter: "interval", .. }) => outside,
        found => return found,
    };
    for narrower in question.narrower(engine, &about) {
        if let Ok(found) = own_bars(engine, narrower, view).await {
            return Ok(found);
        }
    }
    Err(outside)
}

/// Clients of this protocol expect the bars of its own source, as far as it has the
/// instrument: another that comes first here may have closes alone. Where it is away,
/// those of any other will do; where it may merely not be asked yet, whoever asks is to come
/// back. A day that it has left out itself is no reason to ask another.
async fn own_bars(
    engine: &Engine,
    question: HistoryQuery,
    view: PriceView,
) -> Result<Bars, Refusal> {
    let sources = engine.sources_of(&question.symbol);
    let own = own_source();
    if sources.first() == Some(&own) || !sources.contains(&own) {
        return Bars::ask(engine, &question, view).await;
    }
    let of_own = HistoryQuery { source: Some(own), ..question.clone() };
    let found = Bars::ask(engine, &of_own, view).await;
    let is_away = match &found {
        Err(Refusal::Unavailable { failures, .. }) => !failures.tells_of_spent_budget(),
        Err(Refusal::Unknown { .. } | Refusal::Store(_)) => true,
        _ => false,
    };
    if is_away { Bars::ask(engine, &question, view).await } else { found }
}
