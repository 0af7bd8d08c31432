use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{Bar, Calendar, HistoryResult, TradingPeriod};
use serde::Serialize;

use super::answered::Answered;
use crate::yahoo::instrument::{closes, offset, opens};

/// A stretch of trading. Clients need each of its members.
#[derive(Clone, Serialize)]
pub(super) struct Period {
    timezone: String,
    start: i64,
    end: i64,
    gmtoffset: i32,
}

/// The parts of one day.
#[derive(Serialize)]
pub(super) struct Day {
    pre: Period,
    regular: Period,
    post: Period,
}

/// The days of shorter bars than a day: alone or, where trading around them is asked
/// for, with that.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Days {
    Regular(Vec<[Period; 1]>),
    Around { pre: Vec<[Period; 1]>, regular: Vec<[Period; 1]>, post: Vec<[Period; 1]> },
}

impl Period {
    fn of(period: TradingPeriod, zone: &TimeZone) -> Self {
        let (gmtoffset, timezone) = offset(zone, period.start);
        let (start, end) = (period.start.as_second(), period.end.as_second());
        Self { timezone, start, end, gmtoffset }
    }
}

impl Day {
    /// The day that is current at an instant: the one that its source stated or, where
    /// that is over, the one of the date.
    pub(super) fn current(answer: &HistoryResult, now: Timestamp) -> Self {
        let zone = answer.instrument.zone();
        let today = now.to_zoned(zone.clone()).date();
        let stated = answer.session.map(|it| it.regular.start.to_zoned(zone).date());
        Self::on(answer, stated.map_or(today, |stated| stated))
    }

    /// A day without early or late trading has parts of no length there.
    fn on(answer: &HistoryResult, date: Date) -> Self {
        let (instrument, session) = (&answer.instrument, answer.session.as_ref());
        let zone = instrument.zone();
        let stated = session.filter(|it| it.regular.start.to_zoned(zone.clone()).date() == date);
        let (start, end) = (opens(instrument, session, date), closes(instrument, session, date));
        let regular = stated.map_or(TradingPeriod { start, end }, |stated| stated.regular);
        let none = |at| TradingPeriod { start: at, end: at };
        let pre = stated.and_then(|stated| stated.pre).unwrap_or(none(regular.start));
        let post = stated.and_then(|stated| stated.post).unwrap_or(none(regular.end));
        let [pre, regular, post] = [pre, regular, post].map(|period| Period::of(period, &zone));
        Self { pre, regular, post }
    }
}

impl Day {
    /// The same, ending no earlier than there was trading. Clients drop what lies after
    /// the end of a day.
    fn gone_on(mut self, until: Option<Timestamp>) -> Self {
        let until = until.map_or(i64::MIN, Timestamp::as_second);
        if until > self.regular.end {
            (self.regular.end, self.post.start) = (until, until);
            self.post.end = self.post.end.max(until);
        }
        self
    }
}

/// Until when there was trading on a day that the calendar has for a short one and its
/// source does not. Bars after hours tell of no volume; where one after the close does, the
/// calendar is wrong about the day, and a bar without volume is as good as any.
fn traded_until(answered: &Answered, date: Date) -> Option<Timestamp> {
    let calendar = Calendar::for_instrument(&answered.bars.answer.instrument)?;
    let close = calendar.session(date).filter(|_| calendar.closes_early(date))?.close;
    let of_day = answered.series.bars().rev().skip_while(|bar| bar.date > date);
    let of_day: Vec<Bar> = of_day.take_while(|bar| bar.date == date).collect();
    let is_traded = |bar: &&Bar| bar.volume.is_some_and(|volume| volume > 0.0);
    let goes_on = of_day.iter().filter(is_traded).any(|bar| bar.open_time >= close);
    let last = of_day.iter().find(|bar| goes_on || is_traded(bar))?;
    let length = SignedDuration::from_secs(answered.question.interval.seconds());
    last.open_time.checked_add(length).ok()
}

impl Days {
    /// Those on which there is a bar; `None` for bars of a day and longer.
    pub(super) fn of(answered: &Answered) -> Option<Self> {
        if !answered.question.interval.is_intraday() {
            return None;
        }
        let mut dates = answered.series.dates().to_vec();
        dates.dedup();
        let answer = &*answered.bars.answer;
        let day = |date| Day::on(answer, date).gone_on(traded_until(answered, date));
        let days: Vec<Day> = dates.into_iter().map(day).collect();
        let each = |part: fn(&Day) -> &Period| days.iter().map(|day| [part(day).clone()]).collect();
        let regular = each(|day| &day.regular);
        if !answered.question.around_hours {
            return Some(Self::Regular(regular));
        }
        Some(Self::Around { pre: each(|day| &day.pre), regular, post: each(|day| &day.post) })
    }
}
