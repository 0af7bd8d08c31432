use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Engine;
use http::CachePolicy;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{Bar, Interval, Period, Series};
use query::Bars;
use query::newest::{over, widest};

use super::question::ChartParams;
use super::refusal::Refused;
use super::shape::{Chart, Point, rounded};
use crate::Served;
use crate::asked::{Asked, view};
use crate::beside::Beside;
use crate::lacking::{refuse_lack, refuse_part};
use crate::reply;

/// Up to so many days the vendor's prices are five minutes, or an hour, apart.
const IN_MINUTES: u32 = 1;
const IN_HOURS: u32 = 90;

/// Stretches of hours and of days that are asked for, each with how many days of a chart
/// it serves: few, so that many charts share them.
const OF_HOURS: [(u32, Period); 3] =
    [(7, Period::Days(8)), (30, Period::Days(31)), (90, Period::Days(91))];
const OF_DAYS: [(u32, Period); 3] =
    [(85, Period::Months(3)), (365, Period::Years(1)), (1_825, Period::Years(5))];

/// `GET /coins/{id}/market_chart?vs_currency=&days=`
pub(super) async fn market_chart(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let params: ChartParams = asked.read()?;
    let engine = asked.engine(&served);
    let (bars, series) = bars(&engine, &params).await?;
    let since = params.days.and_then(|days| {
        engine.now().checked_sub(SignedDuration::from_hours(24 * i64::from(days))).ok()
    });
    let point = |bar: Bar| point(&bar, &bars, params.decimals.flatten());
    let points = series.bars().map(point);
    let is_within = |point: &Point| since.is_none_or(|since| point.at >= since);
    let chart = Chart::of(points.filter(is_within));
    match (chart.is_empty(), series.dates().first()) {
        (false, Some(first)) => {
            let since = since.map_or(*first, |at| at.to_zoned(TimeZone::UTC).date());
            refuse_part(&bars, since, Date::MAX)?;
        }
        _ => refuse_lack(bars.lack())?,
    }
    let (headers, beside) = (&asked.headers, Beside::of_bars(&bars));
    Ok(reply::json(&served, headers, CachePolicy::Revalidate, &chart, &beside))
}

async fn bars(engine: &Engine, params: &ChartParams) -> Result<(Bars, Arc<Series>), Refused> {
    let symbol = engine.canonical(&params.coin.symbol(&params.currency));
    let interval = interval(params);
    Ok(over(engine, (&symbol, interval), view(), stretch(interval, params.days)).await?)
}

fn interval(params: &ChartParams) -> Interval {
    match (params.every, params.days) {
        (Some("5m"), _) => Interval::M5,
        (Some("hourly"), _) => Interval::H1,
        (None, Some(days)) if days <= IN_MINUTES => Interval::M5,
        (None, Some(days)) if days <= IN_HOURS => Interval::H1,
        _ => Interval::D1,
    }
}

/// The stretch that a chart is cut out of.
fn stretch(interval: Interval, days: Option<u32>) -> Period {
    let served = |stretches: &[(u32, Period)]| {
        let fits = |(serves, _): &&(u32, Period)| days.is_some_and(|days| days <= *serves);
        stretches.iter().find(fits).map(|(_, period)| *period)
    };
    let period = match interval {
        Interval::M5 => served(&[(IN_MINUTES, Period::Days(2))]),
        Interval::H1 => served(&OF_HOURS),
        _ => served(&OF_DAYS),
    };
    period.unwrap_or_else(|| widest(interval))
}

/// The price at the end of a bar, or when the answer came while it was still running.
fn point(bar: &Bar, bars: &Bars, decimals: Option<usize>) -> Point {
    let interval = bars.answer.query.interval;
    let length = SignedDuration::from_secs(interval.seconds());
    let end: Timestamp = bar.open_time.checked_add(length).unwrap_or(Timestamp::MAX);
    let price = rounded(bar.close.get(), decimals);
    Point { at: end.min(bars.answer.received_at), price }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_of_nearly_the_same_length_share_a_stretch() {
        assert_eq!(stretch(Interval::M5, Some(1)), Period::Days(2));
        assert_eq!(stretch(Interval::H1, Some(2)), Period::Days(8));
        assert_eq!(stretch(Interval::H1, Some(30)), Period::Days(31));
        assert_eq!(stretch(Interval::H1, Some(31)), Period::Days(91));
        assert_eq!(stretch(Interval::D1, Some(365)), Period::Years(1));
        assert_eq!(stretch(Interval::H1, Some(365)), widest(Interval::H1));
        assert_eq!(stretch(Interval::D1, None), Period::Max);
    }
}
