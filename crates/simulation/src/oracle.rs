mod due;

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::Date;
use market::{Bar, CLOCK_SLACK, Freshness, HistoryResult, Slot, series_lifetime};

use crate::journal::Journal;
use crate::reader::Told;
use crate::recorder::{Applied, Record};
use crate::upstream::asked_for;
use crate::world::{SOURCES, World};
use due::due;

/// Longer than a call may last, in seconds.
const CALL_S: i64 = 14;

/// So many finished bars may be missed at once without being withdrawn.
const FEW: usize = 2;

/// What holds for everything that is told.
pub(crate) struct Oracle<'a> {
    pub(crate) world: &'a World,
    pub(crate) record: &'a Record,
    pub(crate) journal: &'a Journal,
}

impl Oracle<'_> {
    /// Holds what was told against what is known.
    pub(crate) fn judge(&self, told: &Told) {
        self.journal.count("tellings judged");
        let (applied, just) = self.applied(told);
        let all = [
            is_ordered(told),
            is_said(told, &applied, &just),
            is_fresh(told, &applied),
            is_consistent(told),
            self.is_complete(told, &applied),
        ];
        for fault in all.into_iter().flatten() {
            self.journal.fault(format!("{fault}, at {} told of {}", told.at, told.asked.name()));
        }
    }

    /// Answers about the series that were there, the oldest first, and those that came
    /// in the moment of the telling: of these only the one that it gives is sure to be
    /// in it.
    fn applied(&self, told: &Told) -> (Vec<Arc<Applied>>, Vec<Arc<Applied>>) {
        let head = &told.answer.series.head;
        let key = (head.symbol.clone(), head.interval, head.source.clone());
        let mut all = self.record.applied(&key);
        all.retain(|it| it.commit < told.seen);
        all.into_iter()
            .partition(|it| it.truly < told.truly || it.received_at == told.answer.received_at)
    }

    /// (d) What is complete has every bar that its source had.
    fn is_complete(&self, told: &Told, applied: &[Arc<Applied>]) -> Option<String> {
        let answer = &told.answer;
        // Few that are missing are taken for days without trading.
        let is_judged = answer.coverage().missing > FEW;
        if answer.coverage().complete != Some(true) || answer.kept.is_part || !is_judged {
            return None;
        }
        let from = applied.iter().rev().find(|it| {
            it.query.span == answer.query.span && it.received_at == answer.received_at
        })?;
        self.journal.count("complete, and held against the belief");
        let later = applied.iter().filter(|it| it.truly > from.truly);
        let is_gone = |slot: Slot| later.clone().any(|it| it.lacks(slot));
        let lacking = self.lacking(told, from, is_gone)?;
        let (told, holes) = (answer.series.len(), &answer.coverage().holes);
        Some(format!(
            "(d) complete without {lacking}: {told} of {} bars, holes {holes:?}, askings {:?}",
            from.bars.len(),
            answer.kept.askings
        ))
    }

    /// The date of a bar that the source believed in and that is not told.
    fn lacking(&self, told: &Told, from: &Applied, is_gone: impl Fn(Slot) -> bool) -> Option<Date> {
        let answer = &told.answer;
        let (source, listing) = self.places(answer)?;
        let belief = self.world.belief(source, listing, from.truly);
        let today = from.truly.to_zoned(answer.instrument.zone()).date();
        let bars = asked_for(&belief, &answer.query, today);
        let dates = answer.series.dates();
        // Days that opened within the time that a price may take to be published.
        let is_due =
            |bar: &&Bar| from.truly.duration_since(bar.open_time) > SignedDuration::from_mins(60);
        let is_told = |bar: &&Bar| {
            let slot = Slot::of(answer.series.head.interval, bar);
            dates.contains(&bar.date) || from.unsaid.contains(&bar.date) || is_gone(slot)
        };
        bars.iter().filter(is_due).find(|bar| !is_told(bar)).map(|bar| bar.date)
    }

    fn places(&self, answer: &HistoryResult) -> Option<(usize, usize)> {
        let head = &answer.series.head;
        let source = SOURCES.iter().position(|it| *it == head.source.as_str())?;
        let listings = &self.world.listings;
        let listing = listings.iter().position(|it| it.instrument.symbol == head.symbol)?;
        Some((source, listing))
    }

    /// What must be told once all is well: what its source believes now, fresh.
    pub(crate) fn judge_healed(&self, told: &Told) {
        let answer = &told.answer;
        let (source, listing) = self.places(answer).unwrap();
        let (applied, _) = self.applied(told);
        let from = applied.iter().rev().find(|it| it.received_at == answer.received_at);
        let truly = from.map_or(told.truly, |from| from.truly);
        let belief = self.world.belief(source, listing, truly);
        let today = truly.to_zoned(answer.instrument.zone()).date();
        let due = due(&belief, &answer.query, (truly, today), &applied);
        let finished = |bar: &Bar| !bar.provisional;
        let is = answer.series.bars().filter(finished).map(said);
        let ought = due.into_iter().filter(finished).map(said);
        let (is, ought): (Vec<_>, Vec<_>) = (is.collect(), ought.collect());
        let name = told.asked.name();
        if is != ought {
            let odd = is.iter().find(|it| !ought.contains(it));
            let lacks = ought.iter().find(|it| !is.contains(it));
            self.journal.fault(format!(
                "(h) healed, and {name} is not the truth: {} bars for {}, {odd:?} for {lacks:?}",
                is.len(),
                ought.len()
            ));
        }
        let complete = answer.coverage().complete;
        if told.freshness != Freshness::Fresh || complete == Some(false) {
            let (fresh, received) = (told.freshness, answer.received_at);
            let holes = &answer.coverage().holes;
            self.journal.fault(format!(
                "(h) healed, and {name} is {fresh:?}, complete {complete:?} {holes:?}, received {received}, told {}, superseded {}, part {}",
                told.at, answer.superseded, answer.kept.is_part
            ));
        }
        self.journal.count("healed, fresh and true");
    }
}

/// What of a bar is the same in each answer: adjusted closes wobble.
fn said(bar: Bar) -> (Date, String) {
    (
        bar.date,
        format!(
            "{:?} {:?} {} {:?} {:?}",
            bar.open,
            bar.high,
            bar.close.get(),
            bar.low,
            bar.open_time
        ),
    )
}

/// (b) One bar a slot, ascending.
fn is_ordered(told: &Told) -> Option<String> {
    let series = &told.answer.series;
    let slots: Vec<Slot> = series.bars().map(|bar| Slot::of(series.head.interval, &bar)).collect();
    (!slots.is_sorted_by(|one, other| one < other)).then(|| "(b) bars out of order".to_owned())
}

/// (b) Each bar is in the last applied answer that speaks for it, or in one that came
/// in the moment of the telling.
fn is_said(told: &Told, applied: &[Arc<Applied>], just: &[Arc<Applied>]) -> Option<String> {
    let series = &told.answer.series;
    if told.answer.superseded {
        return None;
    }
    series.bars().find_map(|bar| {
        let slot = Slot::of(series.head.interval, &bar);
        let says = |it: &Arc<Applied>| it.bars.get(&slot).is_some_and(|it| it.says_the_same(&bar));
        if just.iter().any(says) {
            return None;
        }
        for answer in applied.iter().rev() {
            if !answer.spans(slot) || answer.unsaid.contains(&bar.date) {
                continue;
            }
            match answer.bars.get(&slot) {
                Some(it) if it.says_the_same(&bar) => return None,
                Some(it) => {
                    let question = &answer.query;
                    return Some(format!("(b) {bar:?} is told, and {question} said {it:?}"));
                }
                None if lacks_many(answer, applied) => {}
                None => {
                    let question = &answer.query;
                    return Some(format!(
                        "(b) {} is told, and {question} of {} lacks it",
                        bar.date, answer.received_at
                    ));
                }
            }
        }
        None
    })
}

/// Whether so many are missing from an answer that it may be half of one.
fn lacks_many(answer: &Applied, applied: &[Arc<Applied>]) -> bool {
    let Some((first, last)) = answer.bars.keys().next().zip(answer.bars.keys().next_back()) else {
        return true;
    };
    let mut known: Vec<Slot> = applied
        .iter()
        .flat_map(|it| it.bars.range(*first..=*last).map(|(slot, _)| *slot))
        .collect();
    known.sort_unstable();
    known.dedup();
    known.iter().filter(|slot| !answer.bars.contains_key(slot)).count() > FEW
}

/// (c) What is fresh was received within its lifetime, by the true time.
fn is_fresh(told: &Told, applied: &[Arc<Applied>]) -> Option<String> {
    if told.freshness != Freshness::Fresh {
        return None;
    }
    let answer = &told.answer;
    let lifetime = series_lifetime(answer, told.at);
    let by_clock = told.at.duration_since(answer.received_at);
    if by_clock < -CLOCK_SLACK {
        return Some(format!("(c) fresh, and received in the future, at {}", answer.received_at));
    }
    // While the clock was wrong, or in between, nobody can know better than it.
    let was_right = |it: &Applied| it.truly == it.received_at && told.truly == told.at;
    let age =
        |it: &Applied| if was_right(it) { told.truly.duration_since(it.truly) } else { by_clock };
    let of_answer = applied.iter().rev().find(|it| it.received_at == answer.received_at);
    let Some(from) = of_answer else {
        let received = answer.received_at;
        return Some(format!("(c) fresh, and no answer was received at {received}"));
    };
    let slack = SignedDuration::from_secs(CALL_S);
    (age(from) > lifetime + slack)
        .then(|| format!("(c) fresh, and its answer of {} is {} old", from.received_at, age(from)))
}

/// (d) What is incomplete is not fresh.
fn is_consistent(told: &Told) -> Option<String> {
    let complete = told.answer.coverage().complete;
    let is_both = complete == Some(false) && told.freshness == Freshness::Fresh;
    is_both.then(|| "(d) fresh and incomplete".to_owned())
}
