mod composed;
mod stand_in;

use std::pin::pin;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use market::{
    HistoryQuery, HistoryResult, Interval, Period, Source, SourceError, Span, StoreError, Symbol,
    series_lifetime,
};
use tokio::time::timeout;
use tracing::{debug, warn};

use crate::engine::{Engine, Settings};
use crate::misses::{Miss, Misses};
use composed::put_together;

/// The source of bars that somebody brought in by hand. Nobody is asked for
/// them, and upstreams' bars go before them.
pub const IMPORT: &str = "import";

fn is_import(source: &Source) -> bool {
    source.as_str() == IMPORT
}

/// How long a source that was asked a question in vain is not asked it again
/// while an older answer is held.
const TRY_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);

impl Engine {
    /// Price history: from memory, else the store, else the sources in the
    /// instrument's order, with one request in flight per question.
    ///
    /// Expects the canonical symbol in the question. An answer past its
    /// lifetime is given at once while a refresh runs behind it; only a reader
    /// for whom nothing is held waits, and not for ever.
    ///
    /// Bars of today go on with prices that were streamed since the answer was
    /// received ([`market::LiveBars::extend`]), until the source's own replace them.
    ///
    /// # Errors
    ///
    /// The [`Misses`] of every source asked, where nothing is held either;
    /// empty where they are still being asked.
    pub async fn history(&self, question: &HistoryQuery) -> Result<Arc<HistoryResult>, Misses> {
        if let Some(finer) = question.interval.made_of() {
            let finer = HistoryQuery { interval: finer, ..question.clone() };
            let answer = self.published(&finer).await?;
            return Ok(Arc::new(put_together(&answer, question)));
        }
        self.published(question).await
    }

    /// History in an interval that upstreams publish.
    async fn published(&self, question: &HistoryQuery) -> Result<Arc<HistoryResult>, Misses> {
        if question.source.as_ref().is_some_and(is_import) {
            return self.imported(question).await;
        }
        match self.held(question).await {
            Some(answer) => {
                // What its source said decides, not what was streamed since.
                if !is_current(&answer, self.now()) && self.may_try_again(question) {
                    drop(self.refresh_history(question));
                }
                Ok(self.inner.live.up_to_date(answer, self.now()))
            }
            None => self.first_answer(question).await,
        }
    }

    /// All actions of an instrument, in an answer of quarterly bars that reaches
    /// back to its first.
    ///
    /// # Errors
    ///
    /// As for [`Engine::history`].
    pub async fn actions(&self, symbol: &Symbol) -> Result<Arc<HistoryResult>, Misses> {
        self.history(&all_actions(symbol)).await
    }

    /// As [`Engine::actions`], in an answer received no earlier than an instant:
    /// prices are already divided by every split up to when they were received.
    ///
    /// # Errors
    ///
    /// As for [`Engine::history`]; empty where only an older answer can be had.
    pub async fn actions_since(
        &self,
        symbol: &Symbol,
        since: Timestamp,
    ) -> Result<Arc<HistoryResult>, Misses> {
        let question = all_actions(symbol);
        let is_new = |answer: &Arc<HistoryResult>| answer.received_at >= since;
        if let Some(held) = self.held(&question).await.filter(is_new) {
            return Ok(held);
        }
        let told = self.first_answer(&question).await?;
        if is_new(&told) { Ok(told) } else { Err(Misses::default()) }
    }

    /// Who may be asked about an instrument, first choice first, and what was
    /// imported.
    pub fn sources_of(&self, symbol: &Symbol) -> Vec<Source> {
        let upstreams = self.inner.catalog.sources(symbol).iter().copied();
        upstreams.chain([IMPORT]).map(Source::new).collect()
    }

    /// Whether there is a source that is not to be left alone for now. However
    /// many readers ask for what is held and old, none is asked each time.
    fn may_try_again(&self, question: &HistoryQuery) -> bool {
        self.asked_of(question).iter().any(|source| self.may_ask_again(question, source))
    }

    /// Each source rests by itself: while one that answers in vain is left alone,
    /// a better one that was merely spared is asked as soon as it may be.
    fn may_ask_again(&self, question: &HistoryQuery, source: &Source) -> bool {
        let rests_until = self.inner.resting.get(&(question.clone(), source.clone()));
        let left = rests_until.map(|until| until.duration_since(self.now()));
        // A clock that was set back must not prolong it.
        !left.is_some_and(|left| left.is_positive() && left <= TRY_AGAIN_AFTER)
    }

    fn let_rest(&self, question: &HistoryQuery, misses: &Misses) {
        for Miss { source, error } in misses.iter() {
            let spared_for = match error {
                SourceError::Withheld { again_in, .. } => SignedDuration::try_from(*again_in).ok(),
                _ => None,
            };
            let rest = spared_for.map_or(TRY_AGAIN_AFTER, |spared| spared.min(TRY_AGAIN_AFTER));
            self.inner.resting.insert((question.clone(), source.clone()), self.now() + rest);
        }
    }

    /// Whether history is being asked of upstreams, for one who wants to look
    /// when all that is under way has come.
    pub fn is_asking(&self) -> bool {
        !self.inner.flights.is_empty()
    }

    /// Waits for a first answer; where bars that other questions brought could
    /// stand in, only for the deadline of a read.
    async fn first_answer(&self, question: &HistoryQuery) -> Result<Arc<HistoryResult>, Misses> {
        let mut asking = pin!(self.refresh_history(question));
        let Settings { read_deadline, longest_wait, .. } = self.inner.settings;
        if let Ok(found) = timeout(read_deadline, &mut asking).await {
            return found.unwrap_or_else(|| Err(Misses::default()));
        }
        if let Some(held) = self.overlapping(question).await {
            return Ok(Arc::new(held));
        }
        let found = timeout(longest_wait, asking).await.ok().flatten();
        found.unwrap_or_else(|| Err(Misses::default()))
    }

    /// The last answer to this question, from memory or the store; or, where
    /// dates were asked for that another answer covers, that part of it.
    async fn held(&self, question: &HistoryQuery) -> Option<Arc<HistoryResult>> {
        if let Some(answer) = self.inner.answers.get(question) {
            return Some(answer);
        }
        let stored = readable(question, self.inner.store.answer(question).await);
        let found = match stored {
            None => self.covering(question).await,
            found => found,
        };
        found.map(|answer| self.remember(answer))
    }

    /// Dates that an answer to another question covers need not be asked for: a
    /// hole in it is a hole. A period is always asked for, because its source
    /// decides what it means.
    async fn covering(&self, question: &HistoryQuery) -> Option<HistoryResult> {
        let Span::Dates { from, to } = question.span else { return None };
        let found = self.inner.store.covering(question, Some(from), to, Timestamp::MIN).await;
        let covering = readable(question, found)?;
        is_current(&covering, self.now()).then_some(covering)
    }

    pub(crate) fn remember(&self, answer: HistoryResult) -> Arc<HistoryResult> {
        let answer = Arc::new(answer);
        self.inner.answers.insert(answer.question.clone(), Arc::clone(&answer));
        answer
    }

    fn refresh_history(
        &self,
        question: &HistoryQuery,
    ) -> impl Future<Output = Option<Result<Arc<HistoryResult>, Misses>>> + use<> {
        let (engine, asked) = (self.clone(), question.clone());
        self.inner.flights.join(question.clone(), || async move { engine.ask_history(asked).await })
    }

    /// History as its sources tell it now, for one who fetches it to keep it: what
    /// is current is given as it is, anything older is asked for anew, and nothing
    /// stands in for what does not come. Expects an interval that upstreams
    /// publish.
    ///
    /// # Errors
    ///
    /// The [`Misses`] of every source asked.
    pub async fn history_anew(
        &self,
        question: &HistoryQuery,
    ) -> Result<Arc<HistoryResult>, Misses> {
        match self.held(question).await {
            Some(answer) if is_current(&answer, self.now()) => Ok(answer),
            _ => self.ask_sources(question, self.asked_of(question)).await,
        }
    }

    /// Whether the store holds an answer, and so a restart would.
    pub async fn is_kept(&self, answer: &HistoryResult) -> bool {
        let stored = readable(&answer.question, self.inner.store.answer(&answer.question).await);
        // The store keeps instants to the millisecond.
        stored.is_some_and(|stored| {
            stored.received_at.as_millisecond() >= answer.received_at.as_millisecond()
        })
    }

    /// Asks; if nobody answers, says what to show instead.
    async fn ask_history(&self, question: HistoryQuery) -> Result<Arc<HistoryResult>, Misses> {
        let mut sources = self.asked_of(&question);
        sources.retain(|source| self.may_ask_again(&question, source));
        let misses = match self.ask_sources(&question, sources).await {
            Ok(answer) => return Ok(answer),
            Err(misses) => misses,
        };
        debug!(%question, %misses, "no source answered");
        let shown = self.stand_in(&question, misses.clone()).await;
        // With nothing to show, the budget alone decides who is asked again.
        if shown.is_ok() {
            self.let_rest(&question, &misses);
        }
        shown
    }

    /// Asks one source after another until one gives an answer that is believed,
    /// and keeps it.
    async fn ask_sources(
        &self,
        question: &HistoryQuery,
        sources: Vec<Source>,
    ) -> Result<Arc<HistoryResult>, Misses> {
        let instrument = self.instrument(&question.symbol);
        let mut misses = Misses::default();
        for source in sources {
            let judged = match self.ask_for_bars(&source, question, &instrument).await {
                Ok(answer) => self.keep(answer).await,
                Err(error) => Err(error),
            };
            match judged {
                Ok(answer) => return Ok(answer),
                Err(error) => misses.add(source, error),
            }
        }
        Err(misses)
    }

    fn asked_of(&self, question: &HistoryQuery) -> Vec<Source> {
        if let Some(source) = &question.source {
            return vec![source.clone()];
        }
        let names = self.inner.catalog.sources(&question.symbol);
        names.iter().copied().map(Source::new).collect()
    }
}

/// What the store has, or nothing where it cannot be read, which is logged.
fn readable(
    question: &HistoryQuery,
    found: Result<Option<HistoryResult>, StoreError>,
) -> Option<HistoryResult> {
    found.unwrap_or_else(|error| {
        warn!(%error, %question, "stored bars cannot be read");
        None
    })
}

/// The cheapest question that brings all actions of an instrument.
fn all_actions(symbol: &Symbol) -> HistoryQuery {
    let span = Span::Period(Period::Max);
    HistoryQuery { symbol: symbol.clone(), interval: Interval::Mo3, span, source: None }
}

/// Whether an answer may be given without asking anew.
fn is_current(answer: &HistoryResult, now: Timestamp) -> bool {
    now.duration_since(answer.received_at) < series_lifetime(answer, now)
}
