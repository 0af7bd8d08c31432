//! Versions, changes and answers as of any instant tell the same.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, BarVersion, Change, ChangesQuery, Interval, Source, Store, Why};
use proptest::prelude::*;

use super::past::{SOURCES, Step, any_steps, asked_of, october};
use super::{Fresh, run};
use crate::values::second;
use crate::{Backend, Taking as _};

async fn versions(store: &dyn Store, source: &str) -> Vec<BarVersion> {
    let (symbol, source) = ("AAPL".parse().unwrap(), Source::new(source));
    let found = store.bar_versions(&symbol, Interval::D1, Some(&source), None, october(31));
    found.await.unwrap()
}

/// The bars that versions say were in force.
fn then(versions: &[BarVersion], at: Timestamp) -> Vec<Bar> {
    let is_then =
        |it: &&BarVersion| it.known.from <= at && it.known.until.is_none_or(|until| at < until);
    versions.iter().filter(is_then).filter_map(|it| it.bar).collect()
}

type Dates = BTreeMap<(Timestamp, Why), BTreeSet<Date>>;

/// The dates that versions say have changed, by when and why.
fn changed(versions: &[BarVersion]) -> Dates {
    let mut found = Dates::new();
    let changes = |it: &&BarVersion| it.known.why.is_change() && it.known.why != Why::Rebased;
    for it in versions.iter().filter(changes) {
        found.entry((it.known.from, it.known.why)).or_default().insert(it.date);
    }
    found
}

async fn agree(backend: &dyn Backend, steps: &[Step]) {
    let store = backend.open();
    for (now, step) in (0_i64..).step_by(20).zip(steps) {
        let answer = step.answer(now);
        if step.rebases {
            store.take_anew(&answer).await.unwrap();
        } else {
            store.take(&answer).await.unwrap();
        }
    }
    let query = ChangesQuery { since: Timestamp::MIN, after: 0, symbol: None, most: usize::MAX };
    let changes = store.changes(&query).await.unwrap();
    for source in SOURCES {
        let versions = versions(&*store, source).await;
        for now in (0_i64..).zip(steps).map(|(step, _)| second(step * 20)) {
            let asked = asked_of(source);
            let told = store.overlapping(&asked, None, october(31), Some(now)).await.unwrap();
            // Where nothing is in force, bars of the old basis are the fallback.
            let told = told.filter(|told| !told.superseded);
            let told: Vec<Bar> = told.iter().flat_map(|told| told.series.bars()).collect();
            assert_eq!(then(&versions, now), told, "of {source} at {now}");
        }
        let is_of_bars = |it: &&Change| {
            it.interval.is_some() && it.source.as_str() == source && it.why != Why::Rebased
        };
        let noted: Vec<_> = changes.iter().filter(is_of_bars).collect();
        let noted: BTreeMap<_, _> =
            noted.iter().map(|it| ((it.at, it.why), (it.first, it.last))).collect();
        let ends = |(key, dates): (&(Timestamp, Why), &BTreeSet<Date>)| {
            (*key, (*dates.first().unwrap(), *dates.last().unwrap()))
        };
        assert_eq!(noted, changed(&versions).iter().map(ends).collect());
    }
}

pub(crate) fn versions_changes_and_answers_agree(fresh: Fresh<'_>) {
    proptest!(ProptestConfig::with_cases(48), |(steps in any_steps())| {
        run(agree(&*fresh(), &steps));
    });
}
