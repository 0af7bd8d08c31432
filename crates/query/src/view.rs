use std::sync::Arc;

use engine::{Engine, Entry};
use jiff::Timestamp;
use jiff::civil::Date;
use market::{Action, Adjust, Basis, HistoryQuery, HistoryResult, Series, Span, Symbol};

use crate::history::{answer, date};
use crate::refusal::Refusal;

/// How the prices of bars are to be seen, whichever they are and however they are
/// written.
#[derive(Clone, Copy, Debug)]
pub struct PriceView {
    /// What prices are to be adjusted for.
    pub adjust: Adjust,
    /// The instant at which they were known; `None` for what is known now.
    pub known_at: Option<Timestamp>,
}

impl PriceView {
    /// The present instant, or the one that is asked about.
    pub fn now(self, engine: &Engine) -> Timestamp {
        self.known_at.unwrap_or_else(|| engine.now())
    }

    /// The date where the instrument trades, now or at the instant asked about.
    pub fn today(self, engine: &Engine, symbol: &Symbol) -> Date {
        date(engine, symbol, self.now(engine))
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
        let told = engine.quotes_as_known(symbols, at).await.map_err(Refusal::Store)?;
        let symbol = || symbols.first().map(|symbol| engine.canonical(symbol));
        match (told, symbol()) {
            (None, Some(symbol)) => Err(Refusal::NothingKnown { symbol, at }),
            (told, _) => Ok(told.unwrap_or_default()),
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
            let found = engine.actions(symbol).await;
            let near = || engine.near(symbol);
            return found.map_err(|failed| Refusal::no_history(symbol.clone(), failed, near()));
        };
        let told = engine.all_actions_as_known(symbol, at).await.map_err(Refusal::Store)?;
        told.map(Arc::new).ok_or_else(|| Refusal::NothingKnown { symbol: symbol.clone(), at })
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
        let Some(at) = self.known_at else { return answer(engine, question).await };
        if let Some(fault) = self.fault(engine) {
            return Err(Refusal::invalid("as_of", fault));
        }
        let known = engine.history_as_known(question, at).await;
        let known = known.map_err(Refusal::Store)?;
        known
            .map(Arc::new)
            .ok_or_else(|| Refusal::NothingKnown { symbol: question.symbol.clone(), at })
    }

    /// The bars, adjusted as asked.
    ///
    /// # Errors
    ///
    /// Why they cannot be.
    pub async fn adjusted(
        self,
        engine: &Engine,
        answer: &HistoryResult,
    ) -> Result<Series, Refusal> {
        let all = self.all_actions(engine, answer).await?;
        let actions = all.as_ref().unwrap_or(&answer.actions);
        // A split since the bars were received is not in their prices yet.
        let received = answer.received_at.to_zoned(answer.instrument.zone()).date();
        let actions: Vec<Action> =
            actions.iter().filter(|action| action.ex_date <= received).cloned().collect();
        answer
            .series
            .adjusted(self.adjust, &actions)
            .map_err(|error| Refusal::invalid("adjust", error))
    }

    /// All actions, where adjusting needs those after the stretch as well.
    async fn all_actions(
        self,
        engine: &Engine,
        answer: &HistoryResult,
    ) -> Result<Option<Vec<Action>>, Refusal> {
        let symbol = &answer.question.symbol;
        let Span::Dates { to, .. } = answer.question.span else { return Ok(None) };
        if to >= self.today(engine, symbol) || !self.needs_later_actions(answer) {
            return Ok(None);
        }
        let source = &answer.series.head.source;
        if self.known_at.is_none() {
            let all = engine.actions_since(symbol, answer.received_at).await;
            let all =
                all.map_err(|failures| Refusal::no_history(symbol.clone(), failures, Vec::new()))?;
            if all.series.head.source == *source {
                return Ok(Some(all.actions.clone()));
            }
        }
        // Another source's actions need not be in these prices.
        let told = engine.actions_as_known(symbol, source, self.now(engine)).await;
        told.map(Some).map_err(Refusal::Store)
    }

    fn needs_later_actions(self, answer: &HistoryResult) -> bool {
        match self.adjust {
            Adjust::None => answer.series.head.basis == Basis::Splits,
            Adjust::Splits => false,
            Adjust::All => answer.series.bars().all(|bar| bar.adj_close.is_none()),
        }
    }
}
