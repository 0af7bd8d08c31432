use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use market::{HistoryQuery, HistoryResult, Series};

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
    let kept = finer.kept.clone().made_of(finer.coverage());
    HistoryResult { query: query.clone(), series, kept, ..finer.clone() }
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
