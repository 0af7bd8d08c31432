use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use market::{Bar, Calendar, Saved, Series, Slot};

use crate::rules::stretch::{Dates, Slots};

/// More finished bars than this, and more than one in a hundred of those held,
/// are not withdrawn by one answer alone: it may be half of one.
const FEW: usize = 2;
const ONE_IN: usize = 100;

/// The slots that an answer speaks for: a bar there that is not in it is one that
/// its source no longer has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Spoken {
    /// From its first bar to its last, or wider where the edges were asked for.
    pub(crate) stretch: Option<Slots>,
    /// After its last bar, up to when it was received. A running bar there was
    /// taken back, and so was one of a day without trading. A finished one may be
    /// missing because the answer is old.
    pub(crate) after: Option<Slots>,
    /// The calendar that tells which days are without trading, where one does.
    pub(crate) calendar: Option<&'static str>,
    /// But for these dates: the answer lists them without a price, or with one that
    /// cannot be.
    pub(crate) unsaid: Vec<Date>,
}

/// What an answer does to the bars in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Changes {
    /// Bars that are new or differ.
    pub(crate) reported: Vec<(Slot, Bar)>,
    /// Slots that have a bar no more.
    pub(crate) withdrawn: Vec<Slot>,
    /// Finished bars that stay until another answer lacks them too.
    pub(crate) missed: Vec<Slot>,
    /// Of which the answer says nothing, because of those that are missed.
    pub(crate) thin: Option<Dates>,
    pub(crate) saved: Saved,
}

/// What an answer does to the bars in force of its series. `missed` are those
/// that an earlier answer lacked, some time ago.
pub(crate) fn changes(
    held: &BTreeMap<Slot, Bar>,
    answer: &Series,
    spoken: &Spoken,
    missed: &BTreeSet<Slot>,
) -> Changes {
    let slot = |bar: &Bar| Slot::of(answer.head.interval, bar);
    let said: BTreeMap<Slot, Date> = answer.bars().map(|bar| (slot(&bar), bar.date)).collect();
    let bars = answer.bars().map(|bar| (slot(&bar), bar));
    let reported: Vec<_> =
        bars.filter(|(slot, bar)| held.get(slot).is_none_or(|held| !says(held, bar))).collect();
    let revised = reported.iter().filter(|(slot, _)| held.contains_key(slot)).count();
    let (withdrawn, missed) = lacking(held, &said, spoken, missed);
    let saved = Saved {
        new: reported.len() - revised,
        revised,
        withdrawn: withdrawn.len(),
        ..Saved::default()
    };
    let thin = thin(held, &said, &missed);
    Changes { reported, withdrawn, missed, thin, saved }
}

/// The open times are the same to the millisecond, which is what is stored.
fn says(held: &Bar, reported: &Bar) -> bool {
    let same_stamp = held.open_time.as_millisecond() == reported.open_time.as_millisecond();
    same_stamp && held.says_the_same(&Bar { open_time: held.open_time, ..*reported })
}

/// The held bars that an answer ought to have and has not: those withdrawn by it,
/// and those that are only missed.
fn lacking(
    held: &BTreeMap<Slot, Bar>,
    said: &BTreeMap<Slot, Date>,
    spoken: &Spoken,
    missed: &BTreeSet<Slot>,
) -> (Vec<Slot>, Vec<Slot>) {
    let within = |slots: Option<Slots>, slot: &Slot| slots.is_some_and(|it| it.contains(*slot));
    let calendar = spoken.calendar.and_then(Calendar::of);
    let is_idle = |date| calendar.is_some_and(|it| it.is_session(date) == Some(false));
    let lacks = |(slot, bar): &(&Slot, &Bar)| {
        let is_loose = bar.provisional || is_idle(bar.date);
        !said.contains_key(slot)
            && !spoken.unsaid.contains(&bar.date)
            && ((is_loose && within(spoken.after, slot)) || within(spoken.stretch, slot))
    };
    let (running, finished): (Vec<_>, Vec<_>) =
        held.iter().filter(lacks).partition(|(_, bar)| bar.provisional);
    let of_stretch = held.keys().filter(|slot| within(spoken.stretch, slot)).count();
    let may_be_half = finished.len() > FEW && finished.len() * ONE_IN > of_stretch;
    let slots = finished.into_iter().map(|(slot, _)| *slot);
    let (gone, doubted): (Vec<_>, Vec<_>) =
        slots.partition(|slot| !may_be_half || missed.contains(slot));
    (running.into_iter().map(|(slot, _)| *slot).chain(gone).collect(), doubted)
}

/// The dates between the bars of an answer that are next to those that it missed. What
/// else it has no bar of there may be missing for the same reason.
fn thin(held: &BTreeMap<Slot, Bar>, said: &BTreeMap<Slot, Date>, missed: &[Slot]) -> Option<Dates> {
    let (first, last) = missed.iter().min().zip(missed.iter().max())?;
    let (from, to) = (held.get(first)?.date, held.get(last)?.date);
    let before = said.range(..first).next_back().and_then(|(_, date)| date.tomorrow().ok());
    let after = said.range(last..).next().and_then(|(_, date)| date.yesterday().ok());
    // Bars shorter than a day may be missing on a date that has others.
    let to = after.map_or(Date::MAX, |it| it.max(to));
    Some(Dates::new(before.map(|it| it.min(from)), to))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use market::{Interval, Price};
    use proptest::prelude::*;

    use super::*;
    use crate::rules::samples::{answer, bars};

    fn held(days: &[i8]) -> BTreeMap<Slot, Bar> {
        bars(days).into_iter().map(|bar| (Slot::of(Interval::D1, &bar), bar)).collect()
    }

    fn slots(days: &[i8]) -> Vec<Slot> {
        held(days).into_keys().collect()
    }

    fn series(days: &[i8]) -> Series {
        answer("1mo", bars(days)).series
    }

    fn spoken(series: &Series) -> Spoken {
        Spoken { stretch: Slots::of(series), ..Spoken::default() }
    }

    fn of(held: &BTreeMap<Slot, Bar>, answer: &Series, missed: &[i8]) -> Changes {
        changes(held, answer, &spoken(answer), &slots(missed).into_iter().collect())
    }

    #[test]
    fn a_bar_between_two_that_are_reported_is_withdrawn() {
        let found = of(&held(&[20, 21, 22]), &series(&[20, 22]), &[]);
        assert_eq!(found.withdrawn, slots(&[21]));
        assert!(found.reported.is_empty() && found.missed.is_empty());
    }

    #[test]
    fn what_lies_outside_the_stretch_stays() {
        let found = of(&held(&[20, 21, 22, 23]), &series(&[21, 22]), &[]);
        assert_eq!(found, Changes::default());
    }

    #[test]
    fn a_half_answer_withdraws_nothing_until_another_says_the_same() {
        let half = series(&[20, 27]);
        let first = of(&held(&[20, 21, 22, 23, 24, 27]), &half, &[]);
        assert_eq!((first.withdrawn, first.missed), (vec![], slots(&[21, 22, 23, 24])));
        let until = |day| Some(Dates::new(Some(date(2025, 10, 21)), day));
        assert_eq!(first.thin, until(date(2025, 10, 26)), "to its neighbours");
        let second = of(&held(&[20, 21, 22, 23, 24, 27]), &half, &[21, 22, 23, 24]);
        assert_eq!((second.withdrawn, second.missed), (slots(&[21, 22, 23, 24]), vec![]));
        assert_eq!(second.thin, None, "now it is believed");
    }

    #[test]
    fn half_an_answer_may_end_before_the_days_that_it_was_asked_for_do() {
        let half = series(&[20]);
        let asked = Slots::of(&series(&[14, 24]));
        let spoken = Spoken { stretch: asked, ..Spoken::default() };
        let thin =
            |held: BTreeMap<Slot, Bar>| changes(&held, &half, &spoken, &BTreeSet::new()).thin;
        assert_eq!(
            thin(held(&[20, 21, 22, 23])),
            Some(Dates::new(Some(date(2025, 10, 21)), Date::MAX))
        );
        assert_eq!(thin(held(&[15, 16, 17, 20])), Some(Dates::new(None, date(2025, 10, 19))));
    }

    #[test]
    fn a_running_bar_after_the_last_one_reported_is_taken_back_and_a_finished_one_stays() {
        let mut held = held(&[20, 21]);
        let new = series(&[20]);
        let until = Slots::of(&series(&[21, 22]));
        let after = Spoken { after: until, ..spoken(&new) };
        assert_eq!(changes(&held, &new, &after, &BTreeSet::new()).withdrawn, vec![]);
        for bar in held.values_mut() {
            bar.provisional = true;
        }
        assert_eq!(changes(&held, &new, &after, &BTreeSet::new()).withdrawn, slots(&[21]));
    }

    #[test]
    fn a_finished_bar_of_a_day_without_trading_after_the_last_one_reported_is_taken_back() {
        let new = series(&[24]);
        let after = Slots::of(&series(&[24, 26]));
        let of = |calendar| Spoken { after, calendar, ..spoken(&new) };
        let withdrawn =
            |calendar| changes(&held(&[24, 25]), &new, &of(calendar), &BTreeSet::new()).withdrawn;
        assert_eq!(withdrawn(Some("XPAR")), slots(&[25]), "a Saturday");
        assert_eq!(withdrawn(Some("CRYPTO")), vec![]);
        assert_eq!(withdrawn(None), vec![]);
    }

    #[test]
    fn a_date_that_is_listed_without_a_price_takes_nothing_back() {
        let new = series(&[20, 22]);
        let unsaid = vec![date(2025, 10, 21)];
        let spoken = Spoken { unsaid, ..spoken(&new) };
        assert_eq!(
            changes(&held(&[20, 21, 22]), &new, &spoken, &BTreeSet::new()),
            Changes::default()
        );
    }

    #[test]
    fn a_restamped_bar_is_revised_and_still_one() {
        let mut stamped = bars(&[21]);
        stamped[0].open_time = Timestamp::UNIX_EPOCH;
        let found = of(&held(&[21]), &answer("1mo", stamped).series, &[]);
        assert_eq!(found.saved, Saved { revised: 1, ..Saved::default() });
    }

    #[test]
    fn what_is_lost_in_computing_an_adjusted_close_is_no_change() {
        let adjusted = |n: f64| {
            let mut bars = bars(&[21]);
            bars[0].adj_close = Price::new(n);
            bars
        };
        let held = adjusted(0.9).into_iter().map(|bar| (Slot::of(Interval::D1, &bar), bar));
        let found = of(&held.collect(), &answer("1mo", adjusted(0.900_000_5)).series, &[]);
        assert_eq!(found, Changes::default());
    }

    proptest! {
        #[test]
        fn applied_twice_an_answer_leaves_its_own_bars_in_its_stretch(
            before in proptest::collection::btree_set(1_i8..28, 0..20),
            told in proptest::collection::btree_set(1_i8..28, 1..20),
        ) {
            let before = Vec::from_iter(before);
            let told = Vec::from_iter(told);
            let new = series(&told);
            let mut held = held(&before);
            let mut missed = BTreeSet::new();
            for _ in 0..2 {
                let changes = changes(&held, &new, &spoken(&new), &missed);
                held.extend(changes.reported.iter().copied());
                held.retain(|slot, _| !changes.withdrawn.contains(slot));
                missed = changes.missed.into_iter().collect();
            }
            let stretch = Slots::of(&new).unwrap();
            let left: Vec<_> = held.into_keys().filter(|slot| stretch.contains(*slot)).collect();
            prop_assert_eq!(left, slots(&told));
        }
    }
}
