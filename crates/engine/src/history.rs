use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use market::{Answer, Period, Question, SourceError, Span, series_lifetime};
use tracing::{debug, warn};

use crate::engine::Engine;
use crate::misses::Misses;

impl Engine {
    /// Price history: from memory, else the store, else the sources in the
    /// instrument's order, with one request in flight per question.
    ///
    /// Expects the canonical symbol in the question. An answer past its
    /// lifetime is given at once while a refresh runs behind it; only a reader
    /// for whom nothing is held waits.
    ///
    /// # Errors
    ///
    /// The [`Misses`] of every source asked, where nothing is held either.
    pub async fn history(&self, question: &Question) -> Result<Arc<Answer>, Misses> {
        match self.held(question).await {
            Some(answer) if is_current(&answer, self.now()) => Ok(answer),
            Some(answer) => {
                drop(self.refresh_history(question));
                Ok(answer)
            }
            None => self.refresh_history(question).await.unwrap_or_else(|| Err(Misses::default())),
        }
    }

    /// The last answer to exactly this question, from memory or the store.
    async fn held(&self, question: &Question) -> Option<Arc<Answer>> {
        if let Some(answer) = self.inner.answers.get(question) {
            return Some(answer);
        }
        match self.inner.store.answer(question).await {
            Ok(found) => found.map(|answer| self.remember(answer)),
            Err(error) => {
                warn!(%error, %question, "stored bars cannot be read");
                None
            }
        }
    }

    fn remember(&self, answer: Answer) -> Arc<Answer> {
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

    /// Asks for an answer, keeps it, and says what to show: if nobody answers,
    /// bars that other questions brought, or the simulator's.
    async fn ask_history(&self, question: Question) -> Result<Arc<Answer>, Misses> {
        match self.ask_bar_sources(&question).await {
            Ok(answer) => Ok(self.keep(answer).await),
            Err(misses) => {
                debug!(%question, %misses, "no source answered");
                self.stand_in(&question, misses).await
            }
        }
    }

    async fn ask_bar_sources(&self, question: &Question) -> Result<Answer, Misses> {
        let instrument = self.instrument(&question.symbol);
        let mut misses = Misses::default();
        for name in self.inner.catalog.sources(&question.symbol) {
            let asked = match self.inner.sources.bars(name) {
                Ok(source) => source.bars(question, &instrument).await,
                Err(error) => Err(error),
            };
            match asked {
                Ok(answer) => return Ok(answer),
                Err(error) => misses.add(market::Source::new(name), error),
            }
        }
        Err(misses)
    }

    /// Keeps an answer, and reads it back so that what is shown today is what
    /// will be shown after a restart. A store that fails costs only the keeping.
    async fn keep(&self, answer: Answer) -> Arc<Answer> {
        self.describe(&answer.instrument);
        let kept = match self.inner.store.keep_answer(&answer).await {
            Ok(_) => self.inner.store.answer(&answer.question).await,
            Err(error) => Err(error),
        };
        let shown = kept.unwrap_or_else(|error| {
            warn!(%error, question = %answer.question, "bars cannot be kept; serving them from memory");
            None
        });
        self.remember(shown.unwrap_or(answer))
    }

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
        let mut answer = found.unwrap_or_else(|error| {
            warn!(%error, %question, "stored bars cannot be read");
            None
        })?;
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

/// Whether an answer may be given without asking anew. The simulated market
/// moves every second.
fn is_current(answer: &Answer, now: Timestamp) -> bool {
    let lifetime = if answer.simulated {
        jiff::SignedDuration::from_secs(1)
    } else {
        series_lifetime(answer.question.interval)
    };
    now.duration_since(answer.received_at) < lifetime
}
