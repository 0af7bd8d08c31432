use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use super::LiveBars;
use super::places::Hours;
use super::stretch::Stretch;
use crate::{Bar, Interval, Session};

/// How much longer than at best a price may be under way. A bar that ends by the
/// clock alone, because no later price ends it, waits for as long.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(2);

impl LiveBars {
    /// What bars of an interval have come to by `now`, ascending: those that opened
    /// at `since` or later, or the newest alone. Days are the longest that form.
    /// `session` is the trading day of the source's own bars, where it is known.
    ///
    /// A bar whose beginning nobody saw, or in which the stream broke, stays
    /// provisional for good: only the source's own bar tells what it was. One whose
    /// beginning nobody saw has no open, high, low or volume: its close is all that
    /// is known of it. Any other is provisional until a later bar has begun, or the
    /// source has reported all that happened in it, as far as its usual delay shows.
    pub fn formed(
        &self,
        interval: Interval,
        session: Option<Session>,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Vec<Bar> {
        let Some(stretch) = self.stretches.back().filter(|_| interval <= Interval::D1) else {
            return Vec::new();
        };
        let hours = Hours { zone: &self.zone, session };
        let minutes = minutes(stretch, interval, &hours, since);
        let mut placed = self.placed(stretch, &minutes, interval, hours.opens_at());
        let newest = placed.len().saturating_sub(1);
        if since.is_none() {
            placed.drain(..newest);
        }
        let last = placed.len().saturating_sub(1);
        let reported_until = stretch.reported_until(now.checked_sub(UNDER_WAY).unwrap_or(now));
        let bars = placed.into_iter().enumerate().map(|(i, (bar, minutes))| {
            let bar = hours.opened(bar, interval);
            let is_over = i < last || hours.end_of(&bar, interval) <= reported_until;
            self.as_seen(bar, &minutes, stretch, is_over)
        });
        bars.filter(|bar| since.is_none_or(|since| hours.end_of(bar, interval) > since)).collect()
    }

    fn as_seen(&self, bar: Bar, minutes: &Range<usize>, stretch: &Stretch, is_over: bool) -> Bar {
        if !Stretch::saw_beginning(minutes) {
            let unknown = Bar { open: None, high: None, low: None, volume: None, ..bar };
            return Bar { provisional: true, ..unknown };
        }
        let is_broken = self.is_interrupted && minutes.end == stretch.len();
        Bar { provisional: !is_over || is_broken, ..bar }
    }
}

/// The minutes that the bars asked for are made of.
fn minutes(
    stretch: &Stretch,
    interval: Interval,
    hours: &Hours<'_>,
    since: Option<Timestamp>,
) -> Vec<usize> {
    if !interval.is_intraday() {
        return (0..stretch.len()).collect();
    }
    let length = SignedDuration::from_secs(interval.seconds());
    let newest = || stretch.newest().start.checked_sub(length).unwrap_or(Timestamp::MIN);
    let first = stretch.first_from(since.unwrap_or_else(newest));
    let has_bar = |i: &usize| hours.has_bar(stretch.minute(*i));
    (first..stretch.len()).filter(has_bar).collect()
}
