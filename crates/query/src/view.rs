use std::sync::Arc;

use engine::{Engine, Entry};
use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Action, Adjust, Basis, HistoryQuery, HistoryResult, Interval, Period, Series, Span, Symbol,
};

use crate::history::{Bounds, answer, answer_with_actions, date, span};
use crate::opened::Opened;
use crate::refusal::Refusal;

/// How the prices of bars are to be seen, and which of those that a question has an
/// answer of, however they are written.
#[derive(Clone, Copy, Debug)]
pub struct PriceView {
    /// What prices are to be adjusted for.
    pub adjust: Adjust,
    /// The instant at which they were known; `None` for what is known now.
    pub known_at: Option<Timestamp>,
    /// Which bars of the days asked for.
    pub opened: Opened,
    /// Whether bars are wanted as their source published them, though others know better.
    pub as_published: bool,
}

impl PriceView {
    /// Of all bars that are asked for.
    pub fn of_all(adjust: Adjust, known_at: Option<Timestamp>) -> Self {
        Self { adjust, known_at, opened: Opened::default(), as_published: false }
    }

    /// The same of those bars alone that two instants ask for.
    #[must_use]
    pub fn between(self, bounds: Bounds, interval: Interval) -> Self {
        Self { opened: Opened::between(bounds, interval), ..self }
    }

    /// The same with bars as their source published them, where that is wanted.
    #[must_use]
    pub fn as_published(self, as_published: bool) -> Self {
        Self { as_published, ..self }
    }

    /// The present instant, or the one that is asked about.
    pub fn now(self, engine: &Engine) -> Timestamp {
        self.known_at.unwrap_or_else(|| engine.now())
    }

    /// The date where the instrument trades, now or at the instant asked about.
    fn today(self, engine: &Engine, symbol: &Symbol) -> Date {
        date(engine, symbol, self.now(engine))
    }

    /// The trading dates of an instrument that a period or two bounds ask for, as seen
    /// at that instant.
    ///
    /// # Errors
    ///
    /// Parts that contradict each other, or need one that is missing.
    pub fn span(
        self,
        engine: &Engine,
        symbol: &Symbol,
        (period, bounds): (Option<Period>, Bounds),
        default: Period,
    ) -> Result<Span, Refusal> {
        let date_of = |at| date(engine, symbol, at);
        span(period, bounds, default, self.now(engine), date_of)
    }

    /// What was shown of instruments at the instant asked about, or is now.
    ///
    /// # Errors
    ///
    /// Why nothing is known of any of them.
    pub async fn quotes(
        self,
        engine: &Engine,
        symbols: &[Symbol],
    ) -> Result<Vec<Arc<Entry>>, Refusal> {
        let Some(at) = self.known_at else { return Ok(engine.quotes(symbols).await) };
        let known = engine.quotes_as_known(symbols, at).await.map_err(Refusal::from)?;
        let symbol = || symbols.first().map(|symbol| engine.canonical(symbol));
        match (known, symbol()) {
            (None, Some(symbol)) => Err(Refusal::NothingKnown { symbol, at }),
            (known, _) => Ok(known.unwrap_or_default()),
        }
    }

    /// What is held of one instrument whose price is asked for. Expects a canonical
    /// symbol.
    ///
    /// # Errors
    ///
    /// Where there is no price at all, as for history: a client that asks for one
    /// thing has not been given it by an empty row.
    pub async fn quote(self, engine: &Engine, symbol: &Symbol) -> Result<Arc<Entry>, Refusal> {
        let entry = self.quotes(engine, std::slice::from_ref(symbol)).await?.into_iter().next();
        let is_absent = |entry: &Entry| entry.quote.is_none() && !entry.was_made_up;
        match entry {
            Some(entry) if !is_absent(&entry) => Ok(entry),
            entry => {
                let failures = entry.map(|entry| entry.failures.clone()).unwrap_or_default();
                Err(Refusal::no_history(symbol.clone(), failures, engine.near(symbol)))
            }
        }
    }

    /// All actions of an instrument, as they are known or were.
    ///
    /// # Errors
    ///
    /// Why none are.
    pub async fn actions(
        self,
        engine: &Engine,
        symbol: &Symbol,
    ) -> Result<Arc<HistoryResult>, Refusal> {
        let Some(at) = self.known_at else {
            return match actions_now(engine, symbol).await {
                Err(Refusal::Unknown { .. }) if symbol.pair().is_some() => {
                    none_of_pair(engine, symbol).await
                }
                told => told,
            };
        };
        let known = engine.all_actions_as_known(symbol, at).await.map_err(Refusal::from)?;
        known.map(Arc::new).ok_or_else(|| Refusal::NothingKnown { symbol: symbol.clone(), at })
    }

    /// What is wrong with the instant asked about, if anything.
    pub fn fault(self, engine: &Engine) -> Option<&'static str> {
        let is_future = self.known_at.is_some_and(|at| at > engine.now());
        is_future.then_some("is in the future; what will be known then is not known")
    }

    /// What is known, or was known at the instant asked about.
    ///
    /// # Errors
    ///
    /// Why nothing is.
    pub async fn answer(
        self,
        engine: &Engine,
        question: &HistoryQuery,
    ) -> Result<Arc<HistoryResult>, Refusal> {
        let found = match self.known_at {
            None => self.answer_now(engine, question).await?,
            Some(at) => Arc::new(self.answer_then(engine, question, at).await?),
        };
        let is_other = self.as_published && !found.repaired.is_empty();
        Ok(if is_other { Arc::new(found.as_published()) } else { found })
    }

    /// What was known at an instant.
    async fn answer_then(
        self,
        engine: &Engine,
        question: &HistoryQuery,
        at: Timestamp,
    ) -> Result<HistoryResult, Refusal> {
        if let Some(fault) = self.fault(engine) {
            return Err(Refusal::invalid("as_of", fault));
        }
        let known = engine.history_as_known(question, at).await.map_err(Refusal::from)?;
        known.ok_or_else(|| Refusal::NothingKnown { symbol: question.symbol.clone(), at })
    }

    /// What is known now, with actions where it cannot be seen so without.
    async fn answer_now(
        self,
        engine: &Engine,
        question: &HistoryQuery,
    ) -> Result<Arc<HistoryResult>, Refusal> {
        let found = answer(engine, question).await?;
        if question.source.is_some() || self.check_actions(engine, &found).is_ok() {
            return Ok(found);
        }
        answer_with_actions(engine, question).await
    }

    /// The bars that are requested, adjusted as asked.
    ///
    /// # Errors
    ///
    /// Why they cannot be.
    pub async fn adjusted(
        self,
        engine: &Engine,
        answer: &HistoryResult,
    ) -> Result<Series, Refusal> {
        self.check_actions(engine, answer)?;
        let all = self.all_actions(engine, answer).await?;
        let actions = all.as_ref().unwrap_or(&answer.actions);
        // A split since the bars were received is not in their prices yet.
        let received = answer.received_at.to_zoned(answer.instrument.zone()).date();
        let actions: Vec<Action> =
            actions.iter().filter(|action| action.ex_date <= received).cloned().collect();
        answer
            .series
            .adjusted(self.adjust, &actions)
            .map(|series| self.opened.of(series))
            .map_err(|error| Refusal::invalid("adjust", error))
    }

    /// All actions, where adjusting needs those after the stretch as well.
    async fn all_actions(
        self,
        engine: &Engine,
        answer: &HistoryResult,
    ) -> Result<Option<Vec<Action>>, Refusal> {
        let symbol = &answer.query.symbol;
        let Span::Dates { to, .. } = answer.query.span else { return Ok(None) };
        if to >= self.today(engine, symbol) || !self.needs_later_actions(answer) {
            return Ok(None);
        }
        let source = &answer.series.head.source;
        let mut since = None;
        if self.known_at.is_none() {
            let all = engine.actions_since(symbol, answer.received_at).await;
            let all =
                all.map_err(|failures| Refusal::no_history(symbol.clone(), failures, Vec::new()))?;
            // Another source's actions need not be in these prices.
            since = Some(all).filter(|all| all.series.head.source == *source);
        }
        // Other answers may have brought more.
        match (engine.actions_as_known(symbol, source, self.known_at).await, since) {
            // What is made up is not stored, nor is anything while the store is away.
            (Ok(known), Some(since)) if known.is_empty() => Ok(Some(since.actions.clone())),
            (Ok(known), _) => Ok(Some(known)),
            (Err(_), Some(since)) => Ok(Some(since.actions.clone())),
            (Err(error), None) => Err(Refusal::from(error)),
        }
    }

    /// Without its actions a share cannot be put on another basis.
    fn check_actions(self, engine: &Engine, answer: &HistoryResult) -> Result<(), Refusal> {
        let source = &answer.series.head.source;
        if !self.needs_later_actions(answer) || engine.tells_actions(source) {
            return Ok(());
        }
        let fault = format!("{source} tells neither splits nor payments; use splits");
        Err(Refusal::invalid("adjust", fault))
    }

    fn needs_later_actions(self, answer: &HistoryResult) -> bool {
        match self.adjust {
            Adjust::None => answer.series.head.basis == Basis::Splits,
            Adjust::Splits => false,
            Adjust::All => answer.series.bars().all(|bar| bar.adj_close.is_none()),
        }
    }
}

async fn actions_now(engine: &Engine, symbol: &Symbol) -> Result<Arc<HistoryResult>, Refusal> {
    let near = || engine.near(symbol);
    let found = engine.actions(symbol).await;
    found.map_err(|failed| Refusal::no_history(symbol.clone(), failed, near()))
}

/// Nothing is paid on a pair and nothing split: whoever knows its bars knows of no
/// actions, though the sources of actions do not know the pair.
async fn none_of_pair(engine: &Engine, symbol: &Symbol) -> Result<Arc<HistoryResult>, Refusal> {
    let span = Span::Period(Period::Months(1));
    let interval = Interval::D1;
    answer(engine, &HistoryQuery { symbol: symbol.clone(), interval, span, source: None }).await
}
