//! Whatever happens, no answer has bars of two bases: a store against a model
//! in which each split is a world of its own.

use std::collections::{BTreeMap, BTreeSet};

use market::{Bar, HistoryQuery, HistoryResult, Store};
use proptest::prelude::*;

use super::{Fresh, run};
use crate::values::{answer, bar, closes, daily, second};
use crate::{Backend, Taking as _};

/// An answer with bars of these days is stored.
#[derive(Clone, Debug)]
struct Step {
    question: usize,
    days: BTreeSet<u8>,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// By the way.
    Persist,
    /// As the first one after a split 2 for 1 on this day: bars before it are
    /// reported at half their price, others as before.
    Split { on: u8 },
}

fn questions() -> [HistoryQuery; 3] {
    [daily("AAPL", "max"), daily("AAPL", "5d"), daily("AAPL", "2025-10-03..2025-10-10")]
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let what = prop_oneof![
        4 => Just(What::Persist),
        1 => (1_u8..14).prop_map(|on| What::Split { on }),
    ];
    let days = proptest::collection::btree_set(1_u8..13, 0..8);
    let step =
        (0_usize..3, days, what).prop_map(|(question, days, what)| Step { question, days, what });
    proptest::collection::vec(step, 1..16)
}

/// The splits of which prices were divided when they were reported.
#[derive(Clone, Default)]
struct Basis(Vec<u8>);

impl Basis {
    fn close(&self, day: u8) -> f64 {
        let later = self.0.iter().filter(|&&on| day < on).count();
        f64::from(1024 + u16::from(day)) / f64::from(1 << later)
    }

    fn bars(&self, days: &BTreeSet<u8>) -> Vec<Bar> {
        days.iter().map(|&day| bar(&format!("2025-10-{day:02}"), self.close(day))).collect()
    }

    fn has(&self, closes: &[f64]) -> bool {
        let all: Vec<f64> = (0..=31).map(|day| self.close(day)).collect();
        closes.iter().all(|close| all.contains(close))
    }
}

#[derive(Default)]
struct Model {
    bases: Vec<Basis>,
    /// On which basis the last answer to each question was.
    answers: BTreeMap<usize, usize>,
}

impl Model {
    fn take(&mut self, step: &Step) -> &Basis {
        if let What::Split { on } = step.what {
            let mut next = self.bases.last().cloned().unwrap_or_default();
            next.0.push(on);
            self.bases.push(next);
        }
        self.answers.insert(step.question, self.bases.len() - 1);
        &self.bases[self.bases.len() - 1]
    }

    fn is_of_one_basis(&self, answer: &HistoryResult) -> bool {
        let (newest, old) = self.bases.split_last().unwrap();
        let closes = closes(answer);
        if answer.superseded { old.iter().any(|it| it.has(&closes)) } else { newest.has(&closes) }
    }
}

async fn holds_bases_apart(backend: &dyn Backend, steps: &[Step]) {
    let mut model = Model { bases: vec![Basis::default()], ..Model::default() };
    let store = backend.open();
    for (now, step) in (0_i64..).step_by(40).zip(steps) {
        let bars = model.take(step).bars(&step.days);
        let received = answer(&questions()[step.question], bars, second(now));
        match step.what {
            What::Persist => store.take(&received).await.unwrap(),
            What::Split { .. } => store.take_anew(&received).await.unwrap(),
        };
        check(&*store, &model).await;
    }
    store.check().await.unwrap();
}

async fn check(store: &dyn Store, model: &Model) {
    for (i, question) in questions().iter().enumerate() {
        let read = store.last(question).await.unwrap();
        let superseded = model.answers.get(&i).map(|basis| basis + 1 < model.bases.len());
        assert_eq!(read.as_ref().map(|read| read.superseded), superseded, "{question}");
        assert!(read.iter().all(|read| model.is_of_one_basis(read)), "{question}");
    }
    let asked = daily("AAPL", "1y");
    for (first, last) in [(1, 12), (1, 4), (5, 8)] {
        let (from, to) = (day(first), day(last));
        let found = store.overlapping(&asked, Some(from), to, None).await.unwrap();
        let covering = store.covering(&asked, Some(from), to, second(-99), None).await.unwrap();
        assert!(covering.as_ref().is_none_or(|covering| !covering.superseded));
        assert!(found.iter().chain(&covering).all(|answer| model.is_of_one_basis(answer)));
    }
}

fn day(day: u8) -> jiff::civil::Date {
    jiff::civil::date(2025, 10, day.cast_signed())
}

pub(crate) fn no_answer_mixes_bases(fresh: Fresh<'_>) {
    proptest!(ProptestConfig::with_cases(64), |(steps in any_steps())| {
        run(holds_bases_apart(&*fresh(), &steps));
    });
}
