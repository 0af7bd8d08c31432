use std::sync::Arc;

use engine::Engine;
use jiff::Timestamp;
use market::{Action, Adjust, Basis, HistoryQuery, HistoryResult, Series, Span};

use crate::error::ApiError;
use crate::routes::history::{answer, today};

/// How bars are wanted, whichever they are and however they are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// What prices are to be adjusted for.
    pub(crate) adjust: Adjust,
    /// The instant at which they were known; `None` for what is known now.
    pub(crate) as_of: Option<Timestamp>,
}

impl Wanted {
    /// The present instant, or the one that is asked about.
    pub(crate) fn now(self, engine: &Engine) -> Timestamp {
        self.as_of.unwrap_or_else(|| engine.now())
    }

    /// What is wrong with the instant asked about, if anything.
    pub(crate) fn fault(self, engine: &Engine) -> Option<&'static str> {
        let is_future = self.as_of.is_some_and(|at| at > engine.now());
        is_future.then_some("is in the future; what will be known then is not known")
    }

    /// What is known, or was known at the instant asked about.
    pub(crate) async fn told(
        self,
        engine: &Engine,
        question: &HistoryQuery,
    ) -> Result<Arc<HistoryResult>, ApiError> {
        let Some(at) = self.as_of else { return answer(engine, question).await };
        if let Some(fault) = self.fault(engine) {
            return Err(ApiError::parameter("as_of", fault));
        }
        let known = engine.history_as_known(question, at).await;
        let known =
            known.map_err(|source| ApiError::Store { symbol: question.symbol.clone(), source })?;
        known
            .map(Arc::new)
            .ok_or_else(|| ApiError::NothingKnown { symbol: question.symbol.clone(), at })
    }

    /// The bars, adjusted as wanted.
    pub(crate) async fn adjusted(
        self,
        engine: &Engine,
        told: &HistoryResult,
    ) -> Result<Series, ApiError> {
        let all = self.all_actions(engine, told).await?;
        let actions = all.as_ref().map_or(&told.actions, |all| &all.actions);
        // A split since the bars were received is not in their prices yet.
        let received = told.received_at.to_zoned(told.instrument.zone()).date();
        let actions: Vec<Action> =
            actions.iter().filter(|action| action.ex_date <= received).cloned().collect();
        told.series
            .adjusted(self.adjust, &actions)
            .map_err(|error| ApiError::parameter("adjust", error.to_string()))
    }

    /// All actions, where adjusting needs those after the stretch as well. An
    /// answer as of an instant holds all that were known then.
    async fn all_actions(
        self,
        engine: &Engine,
        told: &HistoryResult,
    ) -> Result<Option<Arc<HistoryResult>>, ApiError> {
        let symbol = &told.question.symbol;
        let Span::Dates { to, .. } = told.question.span else { return Ok(None) };
        if self.as_of.is_some() || to >= today(engine, symbol) || !self.needs_later_actions(told) {
            return Ok(None);
        }
        let all = engine.actions_since(symbol, told.received_at).await;
        all.map(Some).map_err(|failures| ApiError::no_history(symbol.clone(), failures, Vec::new()))
    }

    fn needs_later_actions(self, told: &HistoryResult) -> bool {
        match self.adjust {
            Adjust::None => told.series.head.basis == Basis::Splits,
            Adjust::Splits => false,
            Adjust::All => told.series.bars().all(|bar| bar.adj_close.is_none()),
        }
    }
}
