use std::sync::Arc;

use jiff::civil::Date;
use market::{HistoryQuery, HistoryResult, Instrument, Period, Source, SourceError, Span};
use tracing::debug;

use super::{Given, History};
use crate::failures::SourceFailures;

impl History {
    /// Asks behind the reader, or joins who is asking already. `None` only if the
    /// asking panicked.
    pub(super) fn refresh(
        self: &Arc<Self>,
        query: &HistoryQuery,
    ) -> impl Future<Output = Option<Given>> + use<> {
        let (history, asked) = (Arc::clone(self), query.clone());
        self.flights.join(query.clone(), || async move { history.ask(asked).await })
    }

    /// Asks; if nobody answers, says what to give instead.
    async fn ask(&self, query: HistoryQuery) -> Given {
        let mut sources = self.sources_for(&query);
        sources.retain(|source| self.resting.may_ask(&query, source, self.context.now()));
        let failures = match self.ask_sources(&query, sources).await {
            Ok(result) => return Ok(result),
            Err(failures) => failures,
        };
        debug!(question = %query, %failures, "no source answered");
        let given = self.fallback(&query, failures.clone()).await;
        // With nothing to give, the budget alone decides who is asked again.
        if given.is_ok() {
            self.resting.note(&query, &failures, self.context.now());
        }
        given
    }

    /// Asks one source after another until one gives a plausible result, and
    /// stores it.
    pub(super) async fn ask_sources(
        &self,
        query: &HistoryQuery,
        sources: Vec<Source>,
    ) -> Result<Arc<HistoryResult>, SourceFailures> {
        let instrument = self.context.instrument(&query.symbol);
        let mut failures = SourceFailures::default();
        for source in sources {
            let checked = match self.ask_source(&source, query, &instrument).await {
                Ok(result) => self.persist(result).await,
                Err(error) => Err(error),
            };
            match checked {
                Ok(result) => return Ok(result),
                Err(error) => failures.add(source, error),
            }
        }
        Err(failures)
    }

    /// Asks one source. Where it answers a period that is asked for by name with
    /// bars of another length, as for all days of an old instrument, it is asked by
    /// dates, once.
    async fn ask_source(
        &self,
        source: &Source,
        query: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        let by_name = self.context.upstreams().bars(source, query, instrument).await;
        let (Err(SourceError::OtherInterval { first, .. }), Span::Period(period)) =
            (&by_name, query.span)
        else {
            return by_name;
        };
        let today = self.context.now().to_zoned(instrument.zone()).date();
        let by_dates = in_dates(query, period, first.or(instrument.first_trade), today);
        match self.context.upstreams().bars(source, &by_dates, instrument).await {
            Ok(result) => Ok(as_period(result, query, period)),
            // What only its dates are too many for is no better reason.
            Err(SourceError::OutsideWindow { .. }) => by_name,
            Err(error) => Err(error),
        }
    }

    /// Whether there is a source that is not to be left alone for now. However
    /// many readers ask for what is held and old, none is asked each time.
    pub(super) fn may_ask_any(&self, query: &HistoryQuery) -> bool {
        let now = self.context.now();
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

/// What was asked for by dates as the answer to the period.
fn as_period(result: HistoryResult, query: &HistoryQuery, period: Period) -> HistoryResult {
    let series = match period {
        Period::Days(n) => result.series.latest_days(n.into()),
        _ => result.series,
    };
    HistoryResult { question: query.clone(), series, ..result }
}
