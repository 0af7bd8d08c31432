use std::pin::pin;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{
    Answer, Interval, Period, Question, Series, Source, SourceError, Span, StoreError, Symbol,
    series_lifetime,
};
use tokio::time::timeout;
use tracing::{debug, warn};

use crate::engine::{Engine, Settings};
use crate::misses::{Miss, Misses};

/// The source of bars that somebody brought in by hand. Nobody is asked for
/// them, and upstreams' bars go before them.
pub(crate) const IMPORT: &str = "import";

fn is_import(source: &Source) -> bool {
    source.as_str() == IMPORT
}

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
        if let Some(finer) = question.interval.made_of() {
            let finer = Question { interval: finer, ..question.clone() };
            let answer = self.published(&finer).await?;
            return Ok(Arc::new(put_together(&answer, question)));
        }
        self.published(question).await
    }

    /// History in an interval that upstreams publish.
    async fn published(&self, question: &Question) -> Result<Arc<Answer>, Misses> {
        if question.source.as_ref().is_some_and(is_import) {
            return self.imported(question).await;
        }
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

    /// What was known of price history at an instant: the bars and actions, each
    /// in the version in force then, so that a study can be repeated to the last
    /// digit. Nobody is asked. A period counts back from that instant; the actions
    /// reach to it, whatever the dates asked for.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn history_as_known(
        &self,
        question: &Question,
        at: Timestamp,
    ) -> Result<Option<Answer>, StoreError> {
        let interval = question.interval.made_of().unwrap_or(question.interval);
        let finer = Question { interval, ..question.clone() };
        let day = at.to_zoned(self.instrument(&question.symbol).zone()).date();
        let (from, to) = question.span.days(day);
        let sources = match &question.source {
            Some(source) => vec![source.clone()],
            None => self.sources_of(&question.symbol),
        };
        let known = self.inner.store.as_known(&finer, (from, day), &sources, at).await?;
        Ok(known.map(|mut answer| {
            answer.series = answer.series.between(from, to);
            if let Span::Period(Period::Days(n)) = question.span {
                answer.series = answer.series.latest_days(n.into());
            }
            if interval == question.interval { answer } else { put_together(&answer, question) }
        }))
    }

    /// All actions of an instrument, in an answer of quarterly bars that reaches
    /// back to its first: the cheapest question that brings them all.
    ///
    /// # Errors
    ///
    /// As for [`Engine::history`].
    pub async fn actions(&self, symbol: &Symbol) -> Result<Arc<Answer>, Misses> {
        let (symbol, span) = (symbol.clone(), Span::Period(Period::Max));
        self.history(&Question { symbol, interval: Interval::Mo3, span, source: None }).await
    }

    /// Who may be asked about an instrument, first choice first, and what was
    /// imported.
    pub fn sources_of(&self, symbol: &Symbol) -> Vec<Source> {
        let upstreams = self.inner.catalog.sources(symbol).iter().copied();
        upstreams.chain([IMPORT]).map(Source::new).collect()
    }

    /// What somebody brought in by hand.
    async fn imported(&self, question: &Question) -> Result<Arc<Answer>, Misses> {
        let question = Question { source: Some(Source::new(IMPORT)), ..question.clone() };
        self.overlapping(&question).await.map(Arc::new).ok_or_else(|| {
            let mut misses = Misses::default();
            let nothing = SourceError::UnknownSymbol(question.symbol);
            misses.add(Source::new(IMPORT), nothing);
            misses
        })
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
        for source in self.asked_of(&question) {
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

    fn asked_of(&self, question: &Question) -> Vec<Source> {
        match &question.source {
            Some(source) => vec![source.clone()],
            None => self
                .inner
                .catalog
                .sources(&question.symbol)
                .iter()
                .copied()
                .map(Source::new)
                .collect(),
        }
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
        if question.source.is_none()
            && let Ok(imported) = self.imported(question).await
        {
            return Ok(imported);
        }
        self.simulated(question, misses).await
    }

    /// Bars from other questions that fall into this one's stretch.
    async fn overlapping(&self, question: &Question) -> Option<Answer> {
        let zone = TimeZone::get(&self.instrument(&question.symbol).time_zone).ok()?;
        let (from, to) = question.span.days(self.now().to_zoned(zone).date());
        let mut answer = self.overlapping_days(question, from, to).await?;
        if let Span::Period(Period::Days(n)) = question.span {
            answer.series = answer.series.latest_days(n.into());
        }
        Some(answer)
    }

    /// Those asked for without a source first, then those of each source that was
    /// insisted on, and what was imported last.
    async fn overlapping_days(
        &self,
        question: &Question,
        from: Option<Date>,
        to: Date,
    ) -> Option<Answer> {
        let found = self.inner.store.overlapping(question, from, to).await;
        if let Some(found) = readable(question, found) {
            return Some(found);
        }
        let others = self.sources_of(&question.symbol).into_iter();
        for source in others.filter(|_| question.source.is_none()) {
            let of_source = Question { source: Some(source), ..question.clone() };
            let found = self.inner.store.overlapping(&of_source, from, to).await;
            if let Some(found) = readable(question, found) {
                return Some(Answer { question: question.clone(), ..found });
            }
        }
        None
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

/// Bars that no upstream publishes, made of finer ones of each session.
fn put_together(finer: &Answer, question: &Question) -> Answer {
    let zone = finer.instrument.zone();
    let stated = finer.session.map(|it| it.regular.start.to_zoned(zone.clone()).time());
    let start = stated.or_else(|| earliest_open(&finer.series, &zone));
    let series = finer.series.aggregated(question.interval, &zone, start);
    let mut series = series.expect("the finer interval was chosen to divide this one");
    if is_running(&series, finer) {
        series.mark_last_provisional();
    }
    Answer { question: question.clone(), series, ..finer.clone() }
}

/// The time of day at which trading begins, where no session is stated.
fn earliest_open(series: &Series, zone: &TimeZone) -> Option<Time> {
    series.bars().map(|bar| bar.open_time.to_zoned(zone.clone()).time()).min()
}

/// Whether the last bar had not ended when its parts were received, even if each
/// of those had.
fn is_running(series: &Series, finer: &Answer) -> bool {
    let Some(last) = series.last() else { return false };
    let length = SignedDuration::from_secs(series.head.interval.seconds());
    let closes = finer.session.map(|session| session.regular.end);
    let is_open = closes.is_none_or(|closes| finer.received_at < closes);
    is_open && finer.received_at.duration_since(last.open_time) < length
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
