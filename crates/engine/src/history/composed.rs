use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{HistoryQuery, HistoryResult, Period, Series, Span, StoreError};

use super::History;

impl History {
    /// What was known of price history at an instant. Nobody is asked.
    pub(crate) async fn as_known(
        &self,
        query: &HistoryQuery,
        at: Timestamp,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let interval = query.interval.made_of().unwrap_or(query.interval);
        let finer = HistoryQuery { interval, ..query.clone() };
        let day = at.to_zoned(self.context.instrument(&query.symbol).zone()).date();
        let (from, to) = query.span.days(day);
        let sources = match &query.source {
            Some(source) => vec![source.clone()],
            None => self.sources_of(&query.symbol),
        };
        let known = self.context.store().as_known(&finer, (from, day), &sources, at).await?;
        Ok(known.map(|mut result| {
            result.series = result.series.between(from, to);
            if let Span::Period(Period::Days(n)) = query.span {
                result.series = result.series.latest_days(n.into());
            }
            if interval == query.interval { result } else { put_together(&result, query) }
        }))
    }
}

/// Bars that no upstream publishes, made of finer ones of each session.
pub(super) fn put_together(finer: &HistoryResult, query: &HistoryQuery) -> HistoryResult {
    let zone = finer.instrument.zone();
    let stated = finer.session.map(|it| it.regular.start.to_zoned(zone.clone()).time());
    let start = stated.or_else(|| earliest_open(&finer.series, &zone));
    let series = finer.series.aggregated(query.interval, &zone, start);
    let mut series = series.expect("the finer interval was chosen to divide this one");
    if is_running(&series, finer) {
        series.mark_last_provisional();
    }
    HistoryResult { question: query.clone(), series, ..finer.clone() }
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
