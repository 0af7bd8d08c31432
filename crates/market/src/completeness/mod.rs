//! What of an answer is there, and what is not.
//!
//! A [`Coverage`] is a function of an answer and of its market's calendar, as it was
//! when the answer was received: what has passed since is a matter of freshness.

mod asked;
mod expected;
mod published;
mod within;

use std::sync::Arc;

use jiff::civil::Date;

use crate::{Absence, Asking, Coverage, Element, HistoryResult, Hole, Slot};
use asked::asked;
use expected::{Expected, expected};

/// More holes than this are counted and not listed.
const HOLES_LISTED: usize = 50;

/// Holes of so few slots are settled by one answer that came later: a share was
/// not traded on that day, or its source has lost it.
const FEW: usize = 2;

impl HistoryResult {
    /// How much of what was asked for is here. Worked out once.
    pub fn coverage(&self) -> &Coverage {
        self.kept.coverage.0.get_or_init(|| Arc::new(Coverage::of(self)))
    }

    /// Whether this is a part of what was asked for: bars that other questions brought,
    /// which nobody may take for the whole.
    pub fn is_part(&self) -> bool {
        let was_asked_for = || {
            let asked = self.coverage().asked;
            asked.is_some_and(|(from, to)| self.kept.covers(from, to))
        };
        self.kept.is_part && !self.may_be_whole() && !was_asked_for()
    }

    /// Whether there may be bars of these days that are not here because their source was
    /// not asked for them.
    pub fn may_lack(&self, from: Date, to: Date) -> bool {
        if !self.is_part() || self.kept.covers(from, to) {
            return false;
        }
        let Coverage { complete, holes, more_holes, .. } = self.coverage();
        let is_meant = |it: &Hole| it.why == Absence::NotHeld && it.from <= to && from <= it.to;
        complete.is_none() || *more_holes > 0 || holes.iter().any(is_meant)
    }

    /// Whether this may be taken for all that was asked for. A part of which nobody
    /// can say whether it is the whole may not.
    pub fn may_be_whole(&self) -> bool {
        self.coverage().complete.unwrap_or(!self.kept.is_part)
    }
}

impl Coverage {
    /// Of an answer, when it was received.
    fn of(answer: &HistoryResult) -> Self {
        if let Some(parts) = &answer.kept.parts {
            return Self { bars: answer.series.len(), ..Self::clone(parts) };
        }
        let dates = answer.series.dates();
        let held = dates.first().copied().zip(dates.last().copied());
        let stretch = asked(answer);
        let known = stretch.and_then(|stretch| expected(answer, stretch));
        let none = Self {
            asked: stretch,
            held,
            bars: answer.series.len(),
            expected: None,
            missing: 0,
            extra: 0,
            calendar: None,
            holes: Vec::new(),
            more_holes: 0,
            complete: None,
        };
        known.map_or_else(|| none.clone(), |known| none.clone().compared(answer, &known))
    }

    fn compared(mut self, answer: &HistoryResult, known: &Expected) -> Self {
        let slots = known.slots_of(answer);
        let is_held = |slot: &Slot| slots.binary_search(slot).is_ok();
        let lacking = known.days.iter().filter(|(slot, _)| !is_held(slot)).count();
        let holes = holes(answer, known, &slots);
        let settled = holes.iter().all(|hole| is_settled(answer, known, hole));
        self.expected = Some(known.days.len());
        self.missing = lacking;
        self.extra = slots.iter().filter(|slot| known.is_extra(**slot)).count();
        self.calendar = Some(known.calendar);
        self.more_holes = holes.len().saturating_sub(HOLES_LISTED);
        self.complete =
            (settled && known.is_partial).then_some(()).map_or(Some(settled), |()| None);
        self.holes = holes.into_iter().take(HOLES_LISTED).collect();
        self
    }
}

/// Runs of expected days that have no bar, oldest first.
fn holes(answer: &HistoryResult, known: &Expected, held: &[Slot]) -> Vec<Hole> {
    let mut holes: Vec<Hole> = Vec::new();
    let mut is_open = false;
    for (slot, date) in &known.days {
        if held.binary_search(slot).is_ok() {
            is_open = false;
            continue;
        }
        let why = absence(answer, known, *date);
        let is_alike = |hole: &Hole| {
            hole.why == why && known.gap(hole.to).is_some() == known.gap(*date).is_some()
        };
        match holes.last_mut().filter(|hole| is_open && is_alike(hole)) {
            Some(hole) => (hole.to, hole.slots) = (*date, hole.slots + 1),
            None => holes.push(Hole { from: *date, to: *date, slots: 1, why }),
        }
        is_open = true;
    }
    holes
}

fn absence(answer: &HistoryResult, known: &Expected, date: Date) -> Absence {
    if let Some(gap) = known.gap(date) {
        return if gap.was_asked { Absence::NoneAtSource } else { Absence::NotHeld };
    }
    let (set_aside, interval) = (&answer.set_aside, answer.series.head.interval);
    if set_aside.iter().any(|it| it.element == Element::Bar && it.date == Some(date)) {
        Absence::SetAside
    } else if answer.kept.is_thin_on(date) {
        Absence::NotHeld
    } else if answer.kept.withdrawn.contains(&Slot::of_date(interval, date)) {
        Absence::Withdrawn
    } else if !answer.kept.is_part || answer.kept.askings.iter().any(|it| it.covers(date, date)) {
        Absence::NoneAtSource
    } else {
        Absence::NotHeld
    }
}

/// Whether a hole will stay: its source was asked for it after it could have been
/// filled, and, where it is a large one, twice. Of a large one that was taken back no
/// earlier look tells, as it had the bars.
fn is_settled(answer: &HistoryResult, known: &Expected, hole: &Hole) -> bool {
    if known.gap(hole.from).is_some() {
        let mut days = known.days.iter().filter(|(_, date)| hole.from <= *date && *date <= hole.to);
        return days.all(|(_, date)| known.gap(*date).is_some_and(|gap| gap.is_settled));
    }
    let since = known.days.iter().filter(|(_, date)| *date > hole.to).count();
    match hole.why {
        Absence::NoneAtSource => {}
        Absence::Withdrawn => return since > 0 && hole.slots <= FEW,
        Absence::NotHeld | Absence::SetAside => return false,
    }
    let asked_before = answer.kept.askings.iter().any(|it| {
        it.covers(hole.from, hole.to)
            && answer.received_at.duration_since(it.at) >= Asking::APART_IN_DAYS
    });
    since > 0 && (hole.slots <= FEW || asked_before)
}

#[cfg(test)]
mod tests;
