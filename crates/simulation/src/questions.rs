//! Questions whose answers are made of bars and prices: actions, series side by side,
//! rates.

use engine::{Day, Engine, NoRate, Rate};
use fastrand::Rng;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use market::{Adjust, Currency, HistoryQuery, Interval, Span, Symbol, series_freshness};
use query::aligned::Aligned;
use query::{PriceView, Refusal};

use crate::recorder::Record;
use crate::world::World;

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    Actions(Symbol),
    Aligned(Vec<HistoryQuery>, Adjust),
    Rate { base: Currency, quote: Currency, date: Option<Date> },
}

/// What a reader was told.
pub(crate) struct Answered {
    /// By the machine's clock.
    pub(crate) at: Timestamp,
    pub(crate) body: String,
    /// How many commits there were then; `None` where it was put together of more than
    /// one moment.
    pub(crate) commits: Option<usize>,
}

impl Question {
    pub(crate) fn drawn(chance: &mut Rng, world: &World, today: Date) -> Self {
        let symbols: Vec<Symbol> =
            world.listings.iter().map(|it| it.instrument.symbol.clone()).collect();
        match chance.u8(0..3) {
            0 => Self::Actions(chance.choice(symbols).unwrap()),
            1 => Self::aligned(chance, symbols),
            _ => Self::rate(chance, today),
        }
    }

    fn aligned(chance: &mut Rng, mut symbols: Vec<Symbol>) -> Self {
        chance.shuffle(&mut symbols);
        symbols.truncate(3);
        let span = Span::Period(chance.choice(["1mo", "3mo", "1y"]).unwrap().parse().unwrap());
        let interval = chance.choice([Interval::D1, Interval::Wk1]).unwrap();
        let query = |symbol| HistoryQuery { symbol, interval, span, source: None };
        let adjust = chance.choice([Adjust::None, Adjust::Splits, Adjust::All]).unwrap();
        Self::Aligned(symbols.into_iter().map(query).collect(), adjust)
    }

    fn rate(chance: &mut Rng, today: Date) -> Self {
        let pairs = [("EUR", "USD"), ("USD", "EUR"), ("BTC", "EUR"), ("BTC", "USD")];
        let (base, quote) = chance.choice(pairs).unwrap();
        let [base, quote] = [base, quote].map(|code| code.parse().unwrap());
        let back = i64::from(chance.u32(0..40));
        let date = chance.bool().then(|| today - back.days());
        Self::Rate { base, quote, date }
    }

    /// Puts it, at once or as of an instant.
    pub(crate) async fn put(
        &self,
        engine: &Engine,
        record: &Record,
        known_at: Option<Timestamp>,
    ) -> Result<Answered, Refusal> {
        let view = PriceView::of_all(Adjust::Splits, known_at);
        let before = (record.commits(), view.now(engine));
        let body = match self {
            Self::Actions(symbol) => actions(engine, symbol, view).await?,
            Self::Aligned(queries, adjust) => {
                aligned(engine, queries, PriceView { adjust: *adjust, ..view }).await?
            }
            Self::Rate { base, quote, date } => {
                rate(engine, base, quote, (*date, known_at)).await?
            }
        };
        let after = (record.commits(), view.now(engine));
        let commits = (before == after).then_some(after.0);
        Ok(Answered { at: after.1, body, commits })
    }
}

/// Where nothing is known, as it is told.
const NOTHING: &str = "nothing";

/// What is told where there is no answer; a fault of the store is one of ours.
fn refused(refusal: Refusal) -> Result<String, Refusal> {
    if matches!(refusal, Refusal::Store(_)) { Err(refusal) } else { Ok(NOTHING.to_owned()) }
}

async fn actions(engine: &Engine, symbol: &Symbol, view: PriceView) -> Result<String, Refusal> {
    let found = match view.actions(engine, symbol).await {
        Ok(found) => found,
        Err(refusal) => return refused(refusal),
    };
    let (source, received) = (&found.series.head.source, found.received_at);
    let freshness = series_freshness(&found, view.now(engine)).as_str();
    Ok(format!("{:?} by {source}, received {received}, {freshness}", found.actions))
}

async fn aligned(
    engine: &Engine,
    queries: &[HistoryQuery],
    view: PriceView,
) -> Result<String, Refusal> {
    let mut lines = Vec::new();
    for query in queries {
        let one = Aligned::ask(engine, query.clone(), view).await;
        lines.push(match one.found {
            Ok((bars, series)) => {
                let freshness = bars.freshness.as_str();
                format!("{} {freshness} {series:?}", bars.answer.received_at)
            }
            Err(refusal) => refused(refusal)?,
        });
    }
    Ok(lines.join("\n"))
}

async fn rate(
    engine: &Engine,
    base: &Currency,
    quote: &Currency,
    (date, at): (Option<Date>, Option<Timestamp>),
) -> Result<String, Refusal> {
    let found: Result<Rate, NoRate> = match (date, at) {
        (Some(date), at) => engine.rate_on(base, quote, Day { date, at }, None).await,
        (None, Some(at)) => engine.rate_as_known(base, quote, at).await,
        (None, None) => engine.rate(base, quote).await,
    };
    match found {
        Ok(rate) => Ok(format!("{rate:?}")),
        Err(NoRate::Store { error, .. }) => Err(Refusal::Store(error)),
        Err(_) => Ok(NOTHING.to_owned()),
    }
}
