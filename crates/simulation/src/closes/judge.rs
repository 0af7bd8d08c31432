//! Holds what is told of a share against what was traded.

use jiff::civil::Date;
use market::{Bar, HistoryResult, Price, Repairing};

use super::mistake::Mistake;
use super::share::tick;
use super::teller::{NAMES, Slip};
use super::year::{Errors, Passing};

/// What is told of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// What is right, in the place of what is wrong, and marked.
    Righted,
    /// That it is disputed, or that there is nothing to tell.
    Doubted,
    /// What is right.
    Right,
    /// What is wrong.
    Wrong,
}

impl Passing {
    /// What became of a mistake after two refreshes.
    pub(super) fn judge(&mut self, slip: Slip, answer: &HistoryResult) {
        let told = self.told(slip, answer);
        let (is_small, is_early) = (self.is_small(slip), self.is_early(slip));
        let is_of_first = self.year.errors == Errors::OfFirst;
        let count = self.outcome.counts.0.entry(slip.mistake).or_default();
        match told {
            _ if is_small => count.small += 1,
            Told::Righted => count.righted += 1,
            Told::Doubted => count.told += 1,
            Told::Right if is_of_first => count.righted += 1,
            Told::Right => count.unharmed += 1,
            Told::Wrong if is_early => count.early += 1,
            Told::Wrong => count.missed += 1,
        }
        if told == Told::Wrong && !is_small && !is_early {
            let date = self.date_of(slip);
            let (shown, own) = (answer.series.bar_on(date), answer.coverage());
            self.alarm(format!("{slip:?}: {date} is {shown:?}, {own:?}, {:?}", answer.series.head));
        }
    }

    /// A day before it ends, all is done about a mistake that can be.
    pub(super) fn judge_end(&mut self, slip: Slip, answer: &HistoryResult) {
        let told = self.told(slip, answer);
        let is_whole = slip.mistake.is_of_split() || slip.mistake == Mistake::OtherCurrency;
        let is_decided = self.year.sources == 3 && !is_whole && !self.is_small(slip);
        let is_on = self.year.repairing == Repairing::On;
        let is_wanted = match self.year.errors {
            Errors::OfFirst => is_decided && is_on && told != Told::Righted && told != Told::Right,
            Errors::OfSecond => {
                is_decided && self.year.repairing != Repairing::Off && told != Told::Right
            }
            Errors::None => false,
        };
        if is_wanted {
            let date = self.date_of(slip);
            let (bar, of) = (answer.series.bar_on(date), &answer.series.head.source);
            let (disputed, repaired) = (&answer.disputed, &answer.repaired);
            self.alarm(format!("{slip:?} is not righted: {of} {bar:?} {disputed:?} {repaired:?}"));
        }
    }

    /// The day that is wrong by it: of splits the one before.
    pub(super) fn date_of(&self, slip: Slip) -> Date {
        let day = if slip.mistake.is_of_split() { slip.day - 1 } else { slip.day };
        self.shares[slip.share].days[day].date
    }

    fn told(&self, slip: Slip, answer: &HistoryResult) -> Told {
        let date = self.date_of(slip);
        if answer.repaired.iter().any(|it| it.repair.date == date) && self.is_right(slip, answer) {
            return Told::Righted;
        }
        let is_disputed = answer.disputed.iter().any(|it| it.date == date);
        let hole = answer.coverage().holes.iter().any(|it| it.from <= date && date <= it.to);
        if is_disputed || (hole && answer.series.bar_on(date).is_none()) {
            return Told::Doubted;
        }
        if self.is_right(slip, answer) { Told::Right } else { Told::Wrong }
    }

    /// Whether what is shown of the day is what its source would say without the mistake.
    fn is_right(&self, slip: Slip, answer: &HistoryResult) -> bool {
        let source = NAMES.iter().position(|it| *it == answer.series.head.source.as_str()).unwrap();
        let right = self.said(source, slip, false);
        let shown = answer.series.bar_on(self.date_of(slip));
        let is_as = |shown: Bar, right: Bar| {
            is_near(shown.close, right.close)
                && shown.high.zip(right.high).is_none_or(|(a, b)| is_near(a, b))
        };
        let currency = self.shares[slip.share].instrument.currency.as_ref();
        answer.series.head.currency.as_ref() == currency
            && shown.zip(right).is_some_and(|(shown, right)| is_as(shown, right))
    }

    /// Whether it is as small as the difference of two right sources may be.
    fn is_small(&self, slip: Slip) -> bool {
        let said = |with_slips| self.said(slip.source, slip, with_slips);
        let is_as =
            |(one, other): (Bar, Bar)| is_near(one.close, other.close) && one.high == other.high;
        slip.mistake != Mistake::OtherCurrency && said(true).zip(said(false)).is_some_and(is_as)
    }

    /// Whether it is about a split that the source which it is compared with does not know
    /// yet. The first is compared with the second, and that with the first.
    fn is_early(&self, slip: Slip) -> bool {
        let other = &self.tellers[usize::from(slip.source == 0)];
        let known = self.shares[slip.share].days[slip.day].open + other.manner.learns_after;
        slip.mistake.is_of_split() && other.clock.truly() <= known
    }

    /// What a source says of the day, with or without its mistake.
    fn said(&self, source: usize, slip: Slip, with_slips: bool) -> Option<Bar> {
        let (teller, date) = (&self.tellers[source], self.date_of(slip));
        let told = teller.told(slip.share, teller.clock.truly(), with_slips);
        told.bars.into_iter().find(|bar| bar.date == date)
    }
}

/// Whether two right sources may differ by as much.
fn is_near(one: Price, other: Price) -> bool {
    let (one, other) = (one.get(), other.get());
    (one - other).abs() <= 0.001 * other + 2.0 * tick(other)
}
