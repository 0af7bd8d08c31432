//! A store against a model of it that fits on a page.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use market::{Bar, HistoryQuery};
use proptest::prelude::*;

use crate::Backend;
use crate::sqlite::Sqlite;
use crate::values::{answer, bar, daily, second};

/// One answer kept: to which question, on which days which closes, when.
#[derive(Clone, Debug)]
struct Kept {
    question: usize,
    bars: BTreeMap<u8, (u8, bool)>,
    received_at: i64,
}

impl Kept {
    fn bars(&self) -> Vec<Bar> {
        let of = |(day, (close, provisional)): (&u8, &(u8, bool))| {
            let date = format!("2025-10-{day:02}");
            Bar { provisional: *provisional, ..bar(&date, f64::from(*close) / 4.0) }
        };
        self.bars.iter().map(of).collect()
    }
}

fn questions() -> [HistoryQuery; 3] {
    [daily("AAPL", "max"), daily("AAPL", "5d"), daily("AAPL", "2025-10-01..2025-10-12")]
}

/// Any answers with any bars, each received a second after the one before.
fn any_answers() -> impl Strategy<Value = Vec<Kept>> {
    received_in_turn(proptest::collection::btree_map(1_u8..13, (0_u8..4, any::<bool>()), 0..8))
}

fn received_in_turn(
    bars: impl Strategy<Value = BTreeMap<u8, (u8, bool)>>,
) -> impl Strategy<Value = Vec<Kept>> {
    proptest::collection::vec((0_usize..3, bars), 1..12).prop_map(|answers| {
        let kept = (0_i64..).zip(answers);
        kept.map(|(received_at, (question, bars))| Kept { question, bars, received_at }).collect()
    })
}

/// Answers that arrive in any order. Each tells the same days, so that every
/// bar of a late one has been told later too.
fn late_answers() -> impl Strategy<Value = Vec<Kept>> {
    let bars = proptest::collection::vec((0_u8..2, Just(false)), 4);
    let days = bars.prop_map(|bars| (1_u8..).zip(bars).collect());
    received_in_turn(days).prop_flat_map(|answers| Just(answers).prop_shuffle())
}

/// What is known in the end: of each bar what was received last, and of each
/// question the last answer.
#[derive(Default)]
struct Model {
    bars: BTreeMap<Timestamp, (i64, Bar)>,
    answers: HashMap<usize, Kept>,
}

impl Model {
    fn keep(&mut self, kept: &Kept) {
        for bar in kept.bars() {
            let known = self.bars.entry(bar.open_time).or_insert((kept.received_at, bar));
            if known.0 <= kept.received_at {
                *known = (kept.received_at, bar);
            }
        }
        let last = self.answers.entry(kept.question).or_insert_with(|| kept.clone());
        if last.received_at <= kept.received_at {
            *last = kept.clone();
        }
    }

    fn answer(&self, question: usize) -> Option<(i64, Vec<Bar>)> {
        let last = self.answers.get(&question)?;
        let own = last.bars();
        let within = match (own.first(), own.last()) {
            (Some(first), Some(end)) => self.bars.range(first.open_time..=end.open_time).collect(),
            _ => Vec::new(),
        };
        Some((last.received_at, within.into_iter().map(|(_, (_, bar))| *bar).collect()))
    }
}

async fn agrees_with_the_model(backend: &dyn Backend, answers: &[Kept]) {
    let mut model = Model::default();
    let store = backend.open();
    for kept in answers {
        let question = &questions()[kept.question];
        let received = answer(question, kept.bars(), second(kept.received_at));
        store.keep_answer(&received).await.unwrap();
        model.keep(kept);
    }
    check(&*store, &model).await;
    drop(store);
    let store = backend.open();
    check(&*store, &model).await;
    store.check().await.unwrap();
}

async fn check(store: &dyn market::Store, model: &Model) {
    for (i, question) in questions().iter().enumerate() {
        let read = store.answer(question).await.unwrap();
        let read = read.map(|read| (read.received_at, read.series.bars().collect()));
        let expected = model.answer(i).map(|(received_at, bars)| (second(received_at), bars));
        assert_eq!(read, expected, "{question}");
    }
}

fn check_all(answers: &[Kept]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(agrees_with_the_model(&Sqlite::new(), answers));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_answers_are_read_as_last_received(answers in any_answers()) {
        check_all(&answers);
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(answers in late_answers()) {
        check_all(&answers);
    }
}
