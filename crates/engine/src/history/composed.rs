use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{HistoryQuery, HistoryResult, Period, Series, Span, StoreError};

use crate::engine::Engine;

impl Engine {
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
        question: &HistoryQuery,
        at: Timestamp,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let interval = question.interval.made_of().unwrap_or(question.interval);
        let finer = HistoryQuery { interval, ..question.clone() };
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
}

/// Bars that no upstream publishes, made of finer ones of each session.
pub(super) fn put_together(finer: &HistoryResult, question: &HistoryQuery) -> HistoryResult {
    let zone = finer.instrument.zone();
    let stated = finer.session.map(|it| it.regular.start.to_zoned(zone.clone()).time());
    let start = stated.or_else(|| earliest_open(&finer.series, &zone));
    let series = finer.series.aggregated(question.interval, &zone, start);
    let mut series = series.expect("the finer interval was chosen to divide this one");
    if is_running(&series, finer) {
        series.mark_last_provisional();
    }
    HistoryResult { question: question.clone(), series, ..finer.clone() }
}

/// The time of day at which trading begins, where no session is stated.
fn earliest_open(series: &Series, zone: &TimeZone) -> Option<Time> {
    series.bars().map(|bar| bar.open_time.to_zoned(zone.clone()).time()).min()
}

/// Whether the last bar had not ended when its parts were received, even if each
/// of those had.
fn is_running(series: &Series, finer: &HistoryResult) -> bool {
    let Some(last) = series.last() else { return false };
    let length = SignedDuration::from_secs(series.head.interval.seconds());
    let closes = finer.session.map(|session| session.regular.end);
    let is_open = closes.is_none_or(|closes| finer.received_at < closes);
    is_open && finer.received_at.duration_since(last.open_time) < length
}
