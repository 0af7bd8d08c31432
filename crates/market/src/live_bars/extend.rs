use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;

use super::LiveBars;
use super::places::Hours;
use super::stretch::Stretch;
use crate::{Bar, HistoryResult, Interval, Price, Series};

impl LiveBars {
    /// An answer about history, brought up to date by what was traded since it was
    /// received; `None` where nothing is known to have been.
    ///
    /// What the source's own bars cover stays as they say. The last of them goes on
    /// with the minutes whose close came after the answer did: the outer of both
    /// highs and lows, the newer close, the greater volume. Bars after it are
    /// appended for as long as their beginnings were seen. All of these are
    /// provisional. `received_at` becomes that of the newest price.
    ///
    /// Nothing is added across a gap: the answer must have been received while the
    /// stretch of ticks ran, and what came after the stretch broke is left to the
    /// source's next answer. Nor from one trading date to the next, between which a
    /// split may lie. Nor from another source, or in another currency.
    pub fn extend(&self, answer: &HistoryResult) -> Option<HistoryResult> {
        let hours = Hours { zone: &self.zone, session: answer.session };
        let date = hours.date_of(answer.received_at);
        if !self.fits(answer, date) {
            return None;
        }
        let is_before = |stretch: &&Stretch| stretch.began <= answer.received_at;
        let stretch = self.stretches.iter().rev().find(is_before)?;
        let last = answer.series.last()?;
        let since = Since { stretch, hours, date, at: answer.received_at };
        let interval = answer.series.head.interval;
        let newer = if interval.is_intraday() {
            self.intraday(&since, &last, interval)?
        } else {
            self.daily(&since, &last, interval)?
        };
        if newer.received_at <= answer.received_at {
            return None;
        }
        let mut bars: Vec<Bar> = answer.series.bars().collect();
        bars.extend(newer.bars.into_iter().map(|bar| Bar { provisional: true, ..bar }));
        // Of two bars with one open time the later in the list stays.
        let series = Series::new(answer.series.head.clone(), bars);
        Some(HistoryResult { series, received_at: newer.received_at, ..answer.clone() })
    }

    fn fits(&self, answer: &HistoryResult, date: Date) -> bool {
        let head = &answer.series.head;
        let same_currency = self.currency.is_none() || self.currency == head.currency;
        let reaches_to_date = answer.query.span.days(date).1 >= date;
        let is_real = !answer.simulated && !answer.superseded;
        is_real && head.source == self.source && same_currency && reaches_to_date
    }

    /// The last bar as it went on, and those after it.
    fn intraday(&self, since: &Since<'_>, last: &Bar, interval: Interval) -> Option<Newer> {
        let Since { stretch, hours, date, .. } = since;
        // Counted from the last bar, whatever its grid; else from the day's open.
        let starts_at = match last.date == *date {
            true if last.open_time.as_second() % 60 != 0 => return None,
            true => hours.time_of(last.open_time),
            false => hours.open_on(*date).and(hours.opens_at())?,
        };
        let is_wanted = |i: &usize| {
            let minute = stretch.minute(*i);
            minute.date == *date && hours.has_bar(minute)
        };
        let after = stretch.first_from(last.open_time)..stretch.len();
        let minutes: Vec<usize> = after.filter(is_wanted).collect();
        let mut newer = Newer { bars: Vec::new(), received_at: since.at };
        for (bar, its) in self.placed(stretch, &minutes, interval, Some(starts_at)) {
            let is_last = bar.open_time == last.open_time;
            if is_last && since.is_known(&its) {
                continue;
            }
            if is_last {
                newer.bars.push(since.went_on(last, &its, stretch.volume(&its)));
            } else if Stretch::saw_beginning(&its) {
                newer.bars.push(Bar { adj_close: last.adj_close.and(Some(bar.close)), ..bar });
            } else {
                break;
            }
            newer.received_at = newer.received_at.max(stretch.received(&its));
        }
        Some(newer)
    }

    /// The day, or the longer bar that it is part of. A day that the source has not
    /// begun is appended where it is known when it began.
    fn daily(&self, since: &Since<'_>, last: &Bar, interval: Interval) -> Option<Newer> {
        let Since { stretch, hours, date, .. } = since;
        let minutes: Vec<usize> =
            (0..stretch.len()).filter(|i| stretch.minute(*i).date == *date).collect();
        let (day, its) = self.placed(stretch, &minutes, Interval::D1, None).pop()?;
        let is_of_day = last.date == *date;
        let holds_day = interval > Interval::D1 && last.provisional && last.date <= *date;
        let bar = if is_of_day || holds_day {
            let said = stretch.day_volume(&its).filter(|_| interval == Interval::D1);
            since.went_on(last, &its, said)
        } else {
            let begins = interval == Interval::D1 && last.date < *date;
            let open_time = hours.open_on(*date).filter(|_| begins)?;
            let day = Stretch::saw_beginning(&its).then_some(day)?;
            Bar { open_time, adj_close: last.adj_close.and(Some(day.close)), ..day }
        };
        let received_at = if since.is_known(&its) { since.at } else { stretch.received(&its) };
        Some(Newer { bars: vec![bar], received_at })
    }
}

/// What came after an answer.
struct Newer {
    bars: Vec<Bar>,
    /// When the newest of it was received.
    received_at: Timestamp,
}

/// What an answer does not know.
struct Since<'a> {
    stretch: &'a Stretch,
    hours: Hours<'a>,
    /// The trading date on which the answer was received.
    date: Date,
    /// When it was.
    at: Timestamp,
}

impl Since<'_> {
    /// Whether these minutes had come to their close when the answer was received.
    fn is_known(&self, minutes: &Range<usize>) -> bool {
        self.stretch.received(minutes) <= self.at
    }

    /// A bar that ran when the answer was received, with what these minutes have to
    /// add. `volume` is what was traded in it as far as the ticks say.
    fn went_on(&self, last: &Bar, minutes: &Range<usize>, volume: Option<f64>) -> Bar {
        let newer = minutes.clone().filter(|i| !self.is_known(&(*i..i + 1)));
        let newer: Vec<Bar> = newer.map(|i| self.stretch.bar(i)).collect();
        let outer =
            |known: Option<Price>, of: fn(&Bar) -> Option<Price>, outer: fn(f64, f64) -> f64| {
                let seen = newer.iter().filter_map(of).map(Price::get);
                known.and_then(|known| Price::new(seen.fold(known.get(), outer)))
            };
        let close = newer.last().map_or(last.close, |newest| newest.close);
        Bar {
            high: outer(last.high, |bar| bar.high, f64::max),
            low: outer(last.low, |bar| bar.low, f64::min),
            close,
            adj_close: last.adj_close.and(Some(close)),
            volume: last.volume.map(|known| volume.map_or(known, |seen| known.max(seen))),
            ..*last
        }
    }
}
