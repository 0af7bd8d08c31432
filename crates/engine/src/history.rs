use std::pin::pin;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{Answer, Period, Question, Source, SourceError, Span, StoreError, series_lifetime};
use tokio::time::timeout;
use tracing::{debug, warn};

use crate::engine::{Engine, Settings};
use crate::misses::{Miss, Misses};

/// How long a question that nobody could answer is not asked again while an
/// older answer is held.
const TRY_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);

impl Engine {
    /// Price history: from memory, else the store, else the sources in the
    /// instrument's order, with one request in flight per question.
    ///
    /// Expects the canonical symbol in the question. An answer past its
    /// lifetime is given at once while a refresh runs behind it; only a reader
    /// for whom nothing is held waits, and not for ever.
    ///
    /// # Errors
    ///
    /// The [`Misses`] of every source asked, where nothing is held either;
    /// empty where they are still being asked.
    pub async fn history(&self, question: &Question) -> Result<Arc<Answer>, Misses> {
        match self.held(question).await {
            Some(answer) if is_current(&answer, self.now()) => Ok(answer),
            Some(answer) => {
                if self.may_try_again(question) {
                    drop(self.refresh_history(question));
                }
                Ok(answer)
            }
            None => self.first_answer(question).await,
        }
    }

    /// Whether enough time has passed since the question was asked in vain.
    /// However many readers ask for what is held and old, its sources are not
    /// asked each time.
    fn may_try_again(&self, question: &Question) -> bool {
        let failed_at = self.inner.failed.get(question);
        failed_at.is_none_or(|at| self.now().duration_since(at).abs() >= TRY_AGAIN_AFTER)
    }

    /// Waits for a first answer; where bars that other questions brought could
    /// stand in, only for the deadline of a read.
    async fn first_answer(&self, question: &Question) -> Result<Arc<Answer>, Misses> {
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
    async fn held(&self, question: &Question) -> Option<Arc<Answer>> {
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
    async fn covering(&self, question: &Question) -> Option<Answer> {
        let Span::Dates { from, to } = question.span else { return None };
        let found = self.inner.store.covering(question, Some(from), to, Timestamp::MIN).await;
        let covering = readable(question, found)?;
        is_current(&covering, self.now()).then_some(covering)
    }

    pub(crate) fn remember(&self, answer: Answer) -> Arc<Answer> {
        let answer = Arc::new(answer);
        self.inner.answers.insert(answer.question.clone(), Arc::clone(&answer));
        answer
    }

    fn refresh_history(
        &self,
        question: &Question,
    ) -> impl Future<Output = Option<Result<Arc<Answer>, Misses>>> + use<> {
        let (engine, asked) = (self.clone(), question.clone());
        self.inner.flights.join(question.clone(), || async move { engine.ask_history(asked).await })
    }

    /// Asks each source in the instrument's order until one gives an answer that
    /// is believed; if none does, says what to show instead.
    async fn ask_history(&self, question: Question) -> Result<Arc<Answer>, Misses> {
        let instrument = self.instrument(&question.symbol);
        let mut misses = Misses::default();
        for name in self.inner.catalog.sources(&question.symbol) {
            let source = Source::new(name);
            let judged = match self.ask_for_bars(&source, &question, &instrument).await {
                Ok(answer) => self.keep(answer).await,
                Err(error) => Err(error),
            };
            match judged {
                Ok(answer) => return Ok(answer),
                Err(error) => misses.add(source, error),
            }
        }
        debug!(%question, %misses, "no source answered");
        let was_asked = |miss: &Miss| !matches!(miss.error, SourceError::Withheld { .. });
        if misses.iter().any(was_asked) {
            self.inner.failed.insert(question.clone(), self.now());
        }
        self.stand_in(&question, misses).await
    }

    /// What is shown where no source answers: what memory holds, bars that other
    /// questions brought, or the simulator's.
    async fn stand_in(&self, question: &Question, misses: Misses) -> Result<Arc<Answer>, Misses> {
        if let Some(held) = self.inner.answers.get(question).filter(|held| !held.simulated) {
            return Ok(held);
        }
        if misses.is_passing()
            && let Some(answer) = self.overlapping(question).await
        {
            return Ok(Arc::new(answer));
        }
        self.simulated(question, misses).await
    }

    /// Bars from other questions that fall into this one's stretch.
    async fn overlapping(&self, question: &Question) -> Option<Answer> {
        let zone = TimeZone::get(&self.instrument(&question.symbol).time_zone).ok()?;
        let (from, to) = question.span.days(self.now().to_zoned(zone).date());
        let found = self.inner.store.overlapping(question, from, to).await;
        let mut answer = readable(question, found)?;
        if let Span::Period(Period::Days(n)) = question.span {
            answer.series = answer.series.latest_days(n.into());
        }
        Some(answer)
    }

    /// The simulator's bars, where it may stand in: nothing real is held, and
    /// upstreams are away or the instrument is one we vouch for.
    async fn simulated(
        &self,
        question: &Question,
        mut misses: Misses,
    ) -> Result<Arc<Answer>, Misses> {
        let Some(demo) = self.inner.sources.demo() else { return Err(misses) };
        let refused = misses.iter().any(|m| matches!(m.error, SourceError::OutsideWindow { .. }));
        if refused || (misses.is_unknown() && !self.is_vouched_for(&question.symbol)) {
            return Err(misses);
        }
        match demo.bars.bars(question, &self.instrument(&question.symbol)).await {
            Ok(answer) => Ok(self.remember(answer)),
            Err(error) => {
                misses.add(demo.bars.source(), error);
                Err(misses)
            }
        }
    }
}

/// What the store has, or nothing where it cannot be read, which is logged.
fn readable(question: &Question, found: Result<Option<Answer>, StoreError>) -> Option<Answer> {
    found.unwrap_or_else(|error| {
        warn!(%error, %question, "stored bars cannot be read");
        None
    })
}

/// Whether an answer may be given without asking anew.
fn is_current(answer: &Answer, now: Timestamp) -> bool {
    now.duration_since(answer.received_at) < series_lifetime(answer, now)
}
