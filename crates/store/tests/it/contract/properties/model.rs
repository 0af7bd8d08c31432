//! A store against a model of it that fits on a page.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::date;
use market::{Bar, HistoryQuery};
use proptest::prelude::*;

use super::{Fresh, run};
use crate::values::{answer, bar, daily, second};
use crate::{Backend, Taking as _};

/// One answer received: to which question, on which days which closes, when.
#[derive(Clone, Debug)]
struct Report {
    question: usize,
    bars: BTreeMap<u8, (u8, bool)>,
    received_at: i64,
}

impl Report {
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
fn any_answers() -> impl Strategy<Value = Vec<Report>> {
    received_in_turn(proptest::collection::btree_map(1_u8..13, (0_u8..4, any::<bool>()), 0..8))
}

fn received_in_turn(
    bars: impl Strategy<Value = BTreeMap<u8, (u8, bool)>>,
) -> impl Strategy<Value = Vec<Report>> {
    proptest::collection::vec((0_usize..3, bars), 1..12).prop_map(|answers| {
        let report = (0_i64..).zip(answers);
        report
            .map(|(received_at, (question, bars))| Report { question, bars, received_at })
            .collect()
    })
}

/// Answers that arrive in any order. Each reports the same days, so that every
/// bar of a late one has been reported later too.
fn late_answers() -> impl Strategy<Value = Vec<Report>> {
    let bars = proptest::collection::vec((0_u8..2, Just(false)), 4);
    let days = bars.prop_map(|bars| (1_u8..).zip(bars).collect());
    received_in_turn(days).prop_flat_map(|answers| Just(answers).prop_shuffle())
}

/// What is known in the end: of each bar what was received last, and of each
/// question the last answer.
#[derive(Default)]
struct Model {
    bars: BTreeMap<Timestamp, (i64, Bar)>,
    answers: HashMap<usize, Report>,
}

impl Model {
    fn receive(&mut self, report: &Report) {
        self.withdraw(report);
        for bar in report.bars() {
            let known = self.bars.entry(bar.open_time).or_insert((report.received_at, bar));
            if known.0 <= report.received_at {
                *known = (report.received_at, bar);
            }
        }
        let last = self.answers.entry(report.question).or_insert_with(|| report.clone());
        if last.received_at <= report.received_at {
            *last = report.clone();
        }
    }

    /// Takes out what a report speaks for and does not have: running bars, and
    /// finished ones if they are few.
    fn withdraw(&mut self, report: &Report) {
        let told = report.bars();
        let ends = told.first().zip(told.last()).map(|(first, last)| (first.date, last.date));
        // The third question is about dates, which are past.
        let whole = (date(2025, 10, 1), date(2025, 10, 12));
        let stretch = if report.question == 2 { Some(whole) } else { ends };
        let is_said = |bar: &Bar| told.iter().any(|it| it.date == bar.date);
        let within = |bar: &Bar| stretch.is_some_and(|it| it.0 <= bar.date && bar.date <= it.1);
        let after = |bar: &Bar| ends.is_some_and(|it| bar.date > it.1);
        let held = || self.bars.values().map(|(_, bar)| bar);
        let lacks = held().filter(|bar| within(bar) && !is_said(bar) && !bar.provisional).count();
        let few = lacks <= 2 || lacks * 100 <= held().filter(|bar| within(bar)).count();
        self.bars.retain(|_, (_, bar)| {
            let running = bar.provisional && (within(bar) || after(bar));
            is_said(bar) || !(running || (few && within(bar)))
        });
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

async fn agrees_with_the_model(backend: &dyn Backend, answers: &[Report]) {
    let mut model = Model::default();
    let store = backend.open();
    for report in answers {
        let question = &questions()[report.question];
        let received = answer(question, report.bars(), second(report.received_at));
        store.take(&received).await.unwrap();
        model.receive(report);
    }
    check(&*store, &model).await;
    drop(store);
    let store = backend.open();
    check(&*store, &model).await;
    store.check().await.unwrap();
}

async fn check(store: &dyn market::Store, model: &Model) {
    for (i, question) in questions().iter().enumerate() {
        let read = store.last(question).await.unwrap();
        let read = read.map(|read| (read.received_at, read.series.bars().collect()));
        let expected = model.answer(i).map(|(received_at, bars)| (second(received_at), bars));
        assert_eq!(read, expected, "{question}");
    }
}

pub(crate) fn any_answers_are_read_as_last_received(fresh: Fresh<'_>) {
    proptest!(ProptestConfig::with_cases(64), |(answers in any_answers())| {
        run(agrees_with_the_model(&*fresh(), &answers));
    });
}

pub(crate) fn the_order_of_arrival_does_not_matter(fresh: Fresh<'_>) {
    proptest!(ProptestConfig::with_cases(64), |(answers in late_answers())| {
        run(agrees_with_the_model(&*fresh(), &answers));
    });
}
