//! Whatever happens, no answer has bars of two bases: a store against a model
//! in which each split is a world of its own.

use std::collections::{BTreeMap, BTreeSet};

use market::{Bar, HistoryQuery, HistoryResult, Store};
use proptest::prelude::*;

use super::{Fresh, run};
use crate::Backend;
use crate::values::{answer, bar, closes, daily, second};

/// An answer with bars of these days is stored.
#[derive(Clone, Debug)]
struct Step {
    question: usize,
    days: BTreeSet<u8>,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// By the way, having been received so many steps ago.
    Persist { ago: i64 },
    /// As the first one after a split 2 for 1 on this day: bars before it are
    /// reported at half their price, others as before.
    Split { on: u8 },
}

fn questions() -> [HistoryQuery; 3] {
    [daily("AAPL", "max"), daily("AAPL", "5d"), daily("AAPL", "2025-10-03..2025-10-10")]
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let what = prop_oneof![
        3 => Just(What::Persist { ago: 0 }),
        1 => (1_i64..6).prop_map(|ago| What::Persist { ago }),
        1 => (1_u8..14).prop_map(|on| What::Split { on }),
    ];
    let days = proptest::collection::btree_set(1_u8..13, 0..8);
    let step =
        (0_usize..3, days, what).prop_map(|(question, days, what)| Step { question, days, what });
    proptest::collection::vec(step, 1..16)
}

/// What was reported between one split and the next.
#[derive(Default)]
struct Basis {
    since: i64,
    splits: Vec<u8>,
    days: BTreeSet<u8>,
}

impl Basis {
    fn close(&self, day: u8) -> f64 {
        let later = self.splits.iter().filter(|&&on| day < on).count();
        f64::from(1024 + u16::from(day)) / f64::from(1 << later)
    }

    fn bars(&self, days: &BTreeSet<u8>) -> Vec<Bar> {
        days.iter().map(|&day| bar(&format!("2025-10-{day:02}"), self.close(day))).collect()
    }

    fn closes(&self, days: std::ops::RangeInclusive<u8>) -> Vec<f64> {
        self.days.range(days).map(|&day| self.close(day)).collect()
    }
}

/// When an answer was received, on which basis, with which days first and last.
type Last = (i64, usize, Option<(u8, u8)>);

#[derive(Default)]
struct Model {
    bases: Vec<Basis>,
    /// Of each question the last answer.
    answers: BTreeMap<usize, Last>,
}

impl Model {
    /// When the step's answer was received, and on which basis.
    fn take(&mut self, now: i64, step: &Step) -> (i64, usize) {
        let received_at = match step.what {
            What::Persist { ago } => now - 2 * ago + i64::from(ago > 0),
            What::Split { on } => {
                let mut splits = self.bases.last().map_or(Vec::new(), |last| last.splits.clone());
                splits.push(on);
                self.bases.push(Basis { since: now, splits, days: BTreeSet::new() });
                now
            }
        };
        let basis = self.bases.iter().rposition(|basis| basis.since <= received_at).unwrap();
        self.bases[basis].days.extend(&step.days);
        let ends = step.days.first().copied().zip(step.days.last().copied());
        let last = self.answers.entry(step.question).or_insert((received_at, basis, ends));
        if last.0 <= received_at {
            *last = (received_at, basis, ends);
        }
        (received_at, basis)
    }

    fn answer(&self, question: usize) -> Option<(Vec<f64>, bool)> {
        let &(_, basis, ends) = self.answers.get(&question)?;
        let closes = ends.map(|(first, last)| self.bases[basis].closes(first..=last));
        Some((closes.unwrap_or_default(), basis + 1 < self.bases.len()))
    }

    fn is_of_one_basis(&self, closes: &[f64]) -> bool {
        self.bases.iter().any(|basis| {
            let of_basis: Vec<f64> = basis.closes(0..=31);
            closes.iter().all(|close| of_basis.contains(close))
        })
    }
}

async fn holds_bases_apart(backend: &dyn Backend, steps: &[Step]) {
    let mut model =
        Model { bases: vec![Basis { since: i64::MIN, ..Basis::default() }], ..Model::default() };
    let store = backend.open();
    for (now, step) in (0_i64..).step_by(2).zip(steps) {
        let (received_at, basis) = model.take(now, step);
        let bars = model.bases[basis].bars(&step.days);
        let received = answer(&questions()[step.question], bars, second(received_at));
        match step.what {
            What::Persist { .. } => store.persist_answer(&received).await.unwrap(),
            What::Split { .. } => store.rebase(&received).await.unwrap(),
        };
        check(&*store, &model).await;
    }
    store.check().await.unwrap();
}

async fn check(store: &dyn Store, model: &Model) {
    for (i, question) in questions().iter().enumerate() {
        let read = store.answer(question).await.unwrap();
        let read = read.map(|read| (closes(&read), read.superseded));
        assert_eq!(read, model.answer(i), "{question}");
    }
    let in_force = model.bases.last().unwrap();
    let asked = daily("AAPL", "1y");
    for (first, last) in [(1, 12), (1, 4), (5, 8)] {
        let (from, to) = (day(first), day(last));
        let found = store.overlapping(&asked, Some(from), to).await.unwrap();
        let expected = in_force.closes(first..=last);
        match &found {
            Some(found) if !found.superseded => assert_eq!(closes(found), expected),
            _ => assert!(expected.is_empty() || !has_entry(model), "{expected:?} would have done"),
        }
        let covering = store.covering(&asked, Some(from), to, second(-99)).await.unwrap();
        if let Some(covering) = &covering {
            assert!(!covering.superseded);
            assert!(closes(covering).iter().all(|close| expected.contains(close)));
        }
        let one_basis = |answer: &HistoryResult| model.is_of_one_basis(&closes(answer));
        assert!(found.iter().chain(&covering).all(one_basis));
    }
}

/// Whether the ledger still knows of the basis in force.
fn has_entry(model: &Model) -> bool {
    model.answers.values().any(|&(_, basis, _)| basis + 1 == model.bases.len())
}

fn day(day: u8) -> jiff::civil::Date {
    jiff::civil::date(2025, 10, day.cast_signed())
}

pub(crate) fn no_answer_mixes_bases(fresh: Fresh<'_>) {
    proptest!(ProptestConfig::with_cases(64), |(steps in any_steps())| {
        run(holds_bases_apart(&*fresh(), &steps));
    });
}
