//! What was shown is told again of any instant: a store against what it was given.

use std::collections::BTreeMap;

use market::{Quote, Showing, Shown, Source};
use proptest::prelude::*;

use super::{Fresh, run};
use crate::Backend;
use crate::contract::shown::persist;
use crate::values::{quote, second};

/// What is shown of an instrument: a price if there is one, and of how many others.
type Step = (usize, Option<u8>, u8);

const SYMBOLS: [&str; 2] = ["AAPL", "EUR/USD"];

fn shown(&(symbol, price, rivals): &Step, now: i64) -> Shown {
    let of = |price: u8, source: &str| Quote {
        source: Source::new(source),
        ..quote(SYMBOLS[symbol], f64::from(price) + 1.0, second(now))
    };
    Shown {
        symbol: SYMBOLS[symbol].parse().unwrap(),
        showing: price
            .map_or(Showing::Nothing, |price| Showing::Quote(Box::new(of(price, "yahoo")))),
        rivals: (0..rivals).map(|n| of(9, &format!("other-{n}"))).collect(),
        believed: (price == Some(3)).then(|| Box::new(of(7, "yahoo"))),
    }
}

async fn is_told_again(backend: &dyn Backend, steps: &[Vec<Step>]) {
    let store = backend.open();
    let symbols = SYMBOLS.map(|symbol| symbol.parse().unwrap());
    let (mut told, mut now_shown) = (Vec::new(), BTreeMap::new());
    for (now, steps) in (0_i64..).step_by(7).zip(steps) {
        let steps: BTreeMap<_, _> = steps.iter().map(|it| (it.0, shown(it, now))).collect();
        let all: Vec<Shown> = steps.values().cloned().collect();
        persist(&*store, &all, second(now)).await.unwrap();
        now_shown.extend(steps);
        told.push((now, now_shown.values().cloned().collect::<Vec<_>>()));
    }
    drop(store);
    let store = backend.open();
    for (now, told) in told {
        for later in [0, 6] {
            let again = store.shown_at(&symbols, second(now + later)).await.unwrap();
            assert_eq!(again, told, "{later} s after {now}");
        }
    }
}

pub(crate) fn what_was_shown_is_reported_again(fresh: Fresh<'_>) {
    let step = (0_usize..2, prop::option::of(0_u8..3), 0_u8..3);
    let steps = prop::collection::vec(prop::collection::vec(step, 0..3), 1..12);
    proptest!(ProptestConfig::with_cases(48), |(steps in steps)| {
        run(is_told_again(&*fresh(), &steps));
    });
}
