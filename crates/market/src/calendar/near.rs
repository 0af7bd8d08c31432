use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Trading;

/// A date, and the days of trading that may touch it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    /// When the date begins at the exchange, and when the next one does.
    stretch: (Timestamp, Timestamp),
    pub(super) date: Date,
    /// Of the date after it, of its own and of the one before.
    days: [Option<Trading>; 3],
}

/// What was looked up last. Nearly all questions are about now, and every answer about
/// prices has some: where a day begins in a zone costs more than the rest of it.
#[derive(Debug, Default)]
pub(super) struct LastNear(ArcSwapOption<Near>);

impl Near {
    fn of(at: Timestamp, zone: &TimeZone, day: impl Fn(Date) -> Option<Trading>) -> Self {
        let there = at.to_zoned(zone.clone());
        let date = there.date();
        let begins = |date: Option<Date>| Some(date?.to_zoned(zone.clone()).ok()?.timestamp());
        let (before, after) = (date.yesterday().ok(), date.tomorrow().ok());
        let from = begins(Some(date)).unwrap_or(at);
        let until = begins(after).unwrap_or(at);
        let days = [after, Some(date), before].map(|date| date.and_then(&day));
        Self { stretch: (from, until), date, days }
    }

    fn holds(&self, at: Timestamp) -> bool {
        let (from, until) = self.stretch;
        from <= at && at < until
    }

    /// The days of trading, the latest first.
    pub(super) fn days(self) -> impl Iterator<Item = Trading> {
        self.days.into_iter().flatten()
    }
}

impl LastNear {
    /// What was looked up last, where it is near this instant too.
    pub(super) fn held(&self, at: Timestamp) -> Option<Near> {
        self.0.load().as_deref().copied().filter(|last| last.holds(at))
    }

    /// What is near an instant. `day` looks up a date's day of trading.
    pub(super) fn at(
        &self,
        at: Timestamp,
        zone: &TimeZone,
        day: impl Fn(Date) -> Option<Trading>,
    ) -> Near {
        if let Some(last) = self.held(at) {
            return last;
        }
        let near = Near::of(at, zone, day);
        self.0.store(Some(near.into()));
        near
    }
}
