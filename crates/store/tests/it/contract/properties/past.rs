//! What was shown at any time can be read again: a store against what it said
//! itself.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use market::{Action, ActionKind, Bar, HistoryQuery, HistoryResult, Source, Store};
use proptest::prelude::*;

use super::{Fresh, run};
use crate::Backend;
use crate::values::{answer, bar, daily, from, second};

const SOURCES: [&str; 2] = ["yahoo", "ecb"];

/// An answer with any bars, reported by any source to any question.
#[derive(Clone, Debug)]
struct Step {
    source: usize,
    question: usize,
    bars: BTreeMap<i8, (u8, bool)>,
    dividend: Option<(i8, u8)>,
    /// It is the first one of a new basis.
    rebases: bool,
}

impl Step {
    fn answer(&self, now: i64) -> HistoryResult {
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

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
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

fn october(day: i8) -> Date {
    date(2025, 10, day)
}

fn asked_of(source: &str) -> HistoryQuery {
    HistoryQuery { source: Some(Source::new(source)), ..daily("AAPL", "1y") }
}

/// What a store said of each source and stretch after so many seconds.
struct Said {
    seconds: i64,
    source: &'static str,
    stretch: (Option<Date>, Date),
    answer: Option<HistoryResult>,
}

async fn ask(store: &dyn Store, seconds: i64) -> Vec<Said> {
    let mut said = Vec::new();
    for source in SOURCES {
        for stretch @ (first, last) in
            [(None, october(31)), (Some(october(5)), october(8)), (Some(october(9)), october(9))]
        {
            let answer = store.overlapping(&asked_of(source), first, last).await.unwrap();
            said.push(Said { seconds, source, stretch, answer });
        }
    }
    said
}

async fn says_again_what_it_said(backend: &dyn Backend, steps: &[Step]) {
    let store = backend.open();
    let mut said = Vec::new();
    for (now, step) in (0_i64..).zip(steps) {
        let reported = step.answer(now);
        if step.rebases {
            store.rebase(&reported).await.unwrap();
        } else {
            store.persist_answer(&reported).await.unwrap();
        }
        said.extend(ask(&*store, now).await);
    }
    drop(store);
    let store = backend.open();
    for said in &said {
        check(&*store, said).await;
    }
}

/// A store that shows an old basis for want of the new one goes by its ledger
/// and may have forgotten a basis; those are compared by their mark alone.
async fn check(store: &dyn Store, said: &Said) {
    for later in [0, 999] {
        let at = second(said.seconds) + SignedDuration::from_millis(later);
        let question = asked_of(said.source);
        let source = [Source::new(said.source)];
        let known = store.as_known(&question, said.stretch, &source, at).await.unwrap();
        match said.answer.as_ref().filter(|answer| !answer.superseded) {
            Some(answer) => expect_same(known.as_ref().unwrap(), answer),
            None => assert!(known.as_ref().is_none_or(|known| known.superseded), "{known:?}"),
        }
        assert!(said.answer.is_none() || known.is_some());
        let Some(known) = known else { continue };
        assert!(known.received_at <= at);
        let since = store.as_known(&question, said.stretch, &source, known.received_at).await;
        let since = since.unwrap().unwrap();
        assert_eq!((since.series, since.actions), (known.series, known.actions));
    }
}

fn expect_same(known: &HistoryResult, shown: &HistoryResult) {
    assert_eq!(known.series, shown.series);
    assert_eq!(known.actions, shown.actions);
    assert_eq!(known.superseded, shown.superseded);
}

pub(crate) fn what_was_shown_can_be_read_again(fresh: Fresh<'_>) {
    proptest!(ProptestConfig::with_cases(32), |(steps in any_steps())| {
        run(says_again_what_it_said(&*fresh(), &steps));
    });
}
