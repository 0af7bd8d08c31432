use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{HistoryQuery, HistoryResult, Instrument, Period, Source, SourceError, Span};
use tracing::debug;

use super::{Given, History};
use crate::asker::Asker;
use crate::failures::SourceFailures;
use crate::upstream::OnBehalf;

/// What asking brought.
#[derive(Clone)]
pub(super) struct Brought {
    given: Given,
    /// Why it is not what a source says; none where it is.
    failures: SourceFailures,
}

impl Brought {
    /// Whether a source that might have had it could not be asked yet.
    pub(super) fn is_put_off(&self) -> bool {
        self.failures.iter().any(|it| matches!(it.error, SourceError::NotAsked { .. }))
    }

    fn is_whole(&self) -> bool {
        self.given.as_ref().is_ok_and(|result| !result.is_part())
    }

    /// What whoever asked is given of it.
    pub(super) fn given_to(self, asker: &Asker) -> Given {
        match self.given {
            Ok(part) if !asker.takes(&part) => Err(self.failures.into()),
            given => given,
        }
    }
}

impl History {
    /// Asks behind the reader, or joins who is asking already. `None` only if the
    /// asking panicked.
    pub(super) fn refresh(
        self: &Arc<Self>,
        query: &HistoryQuery,
    ) -> impl Future<Output = Option<Brought>> + use<> {
        let (history, asked) = (Arc::clone(self), query.clone());
        self.flights.join(query.clone(), || async move { history.ask(asked, None).await })
    }

    /// As [`History::refresh`], for somebody who is not to be refused for what another
    /// has had.
    pub(super) async fn refresh_as_if_alone(
        self: &Arc<Self>,
        query: &HistoryQuery,
        since: Option<Timestamp>,
    ) -> Option<Brought> {
        let begin = || {
            let (history, asked) = (Arc::clone(self), query.clone());
            async move { history.ask(asked, since).await }
        };
        let is_of_another =
            |brought: &Brought| !brought.is_whole() && brought.failures.is_share_spent();
        self.flights.join_or_begin(query, begin, is_of_another).await
    }

    /// Asks; if nobody answers, says what to give instead.
    async fn ask(&self, query: HistoryQuery, since: Option<Timestamp>) -> Brought {
        // Who looked before another's answer came, and asks after it, need not ask again.
        let come = self.results.get(&query, self.context.now());
        let will_do = |come: &Arc<HistoryResult>| {
            self.is_current(come) && since.is_none_or(|since| come.received_at >= since)
        };
        if let Some(come) = come.filter(will_do) {
            return Brought { given: Ok(come), failures: SourceFailures::default() };
        }
        let mut sources = self.sources_for(&query);
        sources.retain(|source| self.resting.may_ask(&query, source, self.context.moment()));
        let failures = match self.ask_sources(&query, sources).await {
            Ok(result) => {
                return Brought { given: Ok(result), failures: SourceFailures::default() };
            }
            Err(failures) => failures,
        };
        debug!(question = %query, %failures, "no source answered");
        let given = self.fallback(&query, failures.clone()).await;
        // With nothing to give, the budget alone decides who is asked again.
        if given.is_ok() {
            self.resting.note(&query, &failures, self.context.moment());
        }
        Brought { given, failures }
    }

    /// Asks one source after another until one gives a plausible result, and
    /// stores it.
    pub(super) async fn ask_sources(
        &self,
        query: &HistoryQuery,
        sources: Vec<Source>,
    ) -> Result<Arc<HistoryResult>, SourceFailures> {
        let instrument = self.context.instrument(&query.symbol);
        let on_behalf = self.on_behalf(query);
        let mut failures = SourceFailures::default();
        for source in sources {
            let checked = match self.ask_source(&source, query, &instrument, &on_behalf).await {
                Ok(result) => self.persist(result).await,
                Err(error) => Err(error),
            };
            match checked {
                Ok(result) => {
                    self.answered.insert(query.clone(), self.context.moment());
                    return Ok(result);
                }
                Err(error) => {
                    if let Some(held) = self.held_of(&source, query, &error).await {
                        return Ok(Arc::new(held));
                    }
                    failures.add(source, error);
                }
            }
        }
        Err(failures)
    }

    /// Asks one source. Where it answers a period that is asked for by name with
    /// bars of another length, as for all days of an old instrument, it is asked by
    /// dates, once; and from then on by dates at once.
    async fn ask_source(
        &self,
        source: &Source,
        query: &HistoryQuery,
        instrument: &Instrument,
        on_behalf: &OnBehalf,
    ) -> Result<HistoryResult, SourceError> {
        let upstreams = self.context.upstreams();
        let Span::Period(period) = query.span else {
            return upstreams.bars(source, query, instrument, on_behalf).await;
        };
        let key = (source.clone(), query.clone());
        let said = match self.only_by_dates.get(&key) {
            Some(said) => said,
            None => match upstreams.bars(source, query, instrument, on_behalf).await {
                Err(said @ SourceError::OtherInterval { .. }) => said,
                by_name => return by_name,
            },
        };
        let today = self.context.now().to_zoned(instrument.zone()).date();
        let first = first_of(&said).or(instrument.first_trade);
        let by_dates = in_dates(query, period, first, today);
        match upstreams.bars(source, &by_dates, instrument, on_behalf).await {
            Ok(result) => {
                self.only_by_dates.insert(key, said);
                Ok(as_answer(result, query))
            }
            Err(error) => {
                self.only_by_dates.invalidate(&key);
                // What only its dates are too many for is no better reason.
                let is_too_long = matches!(error, SourceError::OutsideWindow { .. });
                Err(if is_too_long { said } else { error })
            }
        }
    }

    /// Whether there is a source that is not to be left alone for now. However
    /// many readers ask for what is held and old, none is asked each time.
    pub(super) fn may_ask_any(&self, query: &HistoryQuery) -> bool {
        let now = self.context.moment();
        self.sources_for(query).iter().any(|source| self.resting.may_ask(query, source, now))
    }

    /// The sources that a query may be put to, in their order.
    pub(super) fn sources_for(&self, query: &HistoryQuery) -> Vec<Source> {
        if let Some(source) = &query.source {
            return vec![source.clone()];
        }
        let names = self.context.catalog().sources(&query.symbol);
        names.iter().copied().map(Source::new).collect()
    }
}

/// The first date that an answer in another interval names.
fn first_of(said: &SourceError) -> Option<Date> {
    match said {
        SourceError::OtherInterval { first, .. } => *first,
        _ => None,
    }
}

/// Nothing that is asked for traded earlier, as far as any source knows.
const EARLIEST: Date = jiff::civil::date(1850, 1, 1);

/// The same question by dates: from where the period begins by our count, to the
/// day that has begun somewhere.
fn in_dates(
    query: &HistoryQuery,
    period: Period,
    first: Option<Date>,
    today: Date,
) -> HistoryQuery {
    let to = today.tomorrow().unwrap_or(today);
    let from = period.first_day(today).or(first).unwrap_or(EARLIEST).min(to);
    HistoryQuery { span: Span::Dates { from, to }, ..query.clone() }
}

/// What is known of a stretch as the answer to a query: of a period of days, the latest.
pub(super) fn as_answer(result: HistoryResult, query: &HistoryQuery) -> HistoryResult {
    let result = HistoryResult { query: query.clone(), ..result };
    match query.span {
        Span::Period(Period::Days(n)) => result.in_latest_days(n.into()),
        Span::Period(_) | Span::Dates { .. } => result,
    }
}
