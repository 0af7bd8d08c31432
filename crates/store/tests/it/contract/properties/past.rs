//! What was shown at any time can be read again: a store against what it said
//! itself.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use market::{Action, ActionKind, Bar, HistoryQuery, HistoryResult, Source, Store};
use proptest::prelude::*;

use super::{Fresh, run};
use crate::values::{answer, bar, daily, from, second};
use crate::{Backend, Taking as _};

pub(super) const SOURCES: [&str; 2] = ["yahoo", "ecb"];

/// An answer with any bars, reported by any source to any question.
#[derive(Clone, Debug)]
pub(super) struct Step {
    source: usize,
    question: usize,
    bars: BTreeMap<i8, (u8, bool)>,
    dividend: Option<(i8, u8)>,
    /// It is the first one of a new basis.
    pub(super) rebases: bool,
}

impl Step {
    pub(super) fn answer(&self, now: i64) -> HistoryResult {
        let questions =
            [daily("AAPL", "max"), daily("AAPL", "5d"), daily("AAPL", "2025-10-03..2025-10-10")];
        let of = |(day, (close, provisional)): (&i8, &(u8, bool))| {
            let bar = bar(&october(*day).to_string(), f64::from(*close) / 3.0);
            Bar { provisional: *provisional, ..bar }
        };
        let bars = self.bars.iter().map(of).collect();
        let mut reported = answer(&questions[self.question], bars, second(now));
        let paid = |(day, amount): (i8, u8)| Action {
            ex_date: october(day),
            kind: ActionKind::Dividend((f64::from(amount) / 7.0).into()),
        };
        reported.actions = self.dividend.map(paid).into_iter().collect();
        from(SOURCES[self.source], reported)
    }
}

pub(super) fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let bars = proptest::collection::btree_map(1_i8..13, (0_u8..4, any::<bool>()), 0..8);
    let dividend = proptest::option::of((1_i8..13, 1_u8..4));
    let step = (0_usize..2, 0_usize..3, bars, dividend, proptest::bool::weighted(0.2));
    let step = step.prop_map(|(source, question, bars, dividend, rebases)| Step {
        source,
        question,
        bars,
        dividend,
        rebases,
    });
    proptest::collection::vec(step, 1..12)
}

pub(super) fn october(day: i8) -> Date {
    date(2025, 10, day)
}

pub(super) fn asked_of(source: &str) -> HistoryQuery {
    HistoryQuery { source: Some(Source::new(source)), ..daily("AAPL", "1y") }
}

/// What a store said of each question, asked of anybody and of each source, after so
/// many seconds.
struct Said {
    seconds: i64,
    question: HistoryQuery,
    stretch: (Option<Date>, Date),
    answers: [Option<HistoryResult>; 3],
}

async fn ask(store: &dyn Store, seconds: i64, at: Option<Timestamp>) -> Vec<Said> {
    let mut said = Vec::new();
    let of_sources = SOURCES.map(asked_of).into_iter();
    for question in of_sources.chain([daily("AAPL", "max"), daily("AAPL", "5d")]) {
        for stretch @ (first, last) in
            [(None, october(31)), (Some(october(5)), october(8)), (Some(october(9)), october(9))]
        {
            let answers = [
                store.answer(&question, at).await.unwrap(),
                store.overlapping(&question, first, last, at).await.unwrap(),
                store.covering(&question, first, last, second(-99), at).await.unwrap(),
            ];
            said.push(Said { seconds, question: question.clone(), stretch, answers });
        }
    }
    said
}

async fn says_again_what_it_said(backend: &dyn Backend, steps: &[Step]) {
    let store = backend.open();
    let mut said = ask(&*store, -20, None).await;
    for (now, step) in (0_i64..).step_by(20).zip(steps) {
        let answer = step.answer(now);
        if step.rebases {
            store.take_anew(&answer).await.unwrap();
        } else {
            store.take(&answer).await.unwrap();
        }
        said.extend(ask(&*store, now, None).await);
    }
    drop(store);
    let store = backend.open();
    for said in said.chunk_by(|one, other| one.seconds == other.seconds) {
        for later in [0, 999, 19_999] {
            let at = second(said[0].seconds) + SignedDuration::from_millis(later);
            let again = ask(&*store, said[0].seconds, Some(at)).await;
            for (again, said) in again.iter().zip(said) {
                assert_eq!(again.answers, said.answers, "{} {:?}", said.question, said.stretch);
            }
        }
    }
}

pub(crate) fn what_was_shown_can_be_read_again(fresh: Fresh<'_>) {
    proptest!(ProptestConfig::with_cases(32), |(steps in any_steps())| {
        run(says_again_what_it_said(&*fresh(), &steps));
    });
}
