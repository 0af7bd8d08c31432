//! An answer comes back as it was given, or is refused.

use jiff::civil::date;
use market::{Action, ActionKind, Bar, HistoryQuery, Interval, Payment, Saved, StoreError};

use crate::values::{answer, bar, daily, quote, second};
use crate::{Backend, Taking as _};

pub(crate) async fn simulated_values_are_refused(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "1mo");
    let mut quote = quote("AAPL", 1.0, second(0));
    let mut answer = answer(&question, vec![bar("2025-10-27", 1.0)], second(0));
    (quote.simulated, answer.simulated) = (true, true);
    assert!(matches!(store.take_quote(&quote).await, Err(StoreError::Refused(_))));
    assert!(matches!(store.take(&answer).await, Err(StoreError::Refused(_))));
    assert_eq!(store.quotes().await.unwrap(), []);
    assert_eq!(store.last(&question).await.unwrap(), None);
}

pub(crate) async fn an_answer_that_contradicts_itself_is_refused(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "1mo");
    let right = answer(&question, vec![bar("2025-10-27", 1.0)], second(0));
    let mut other_series = right.clone();
    other_series.series.head.symbol = "MSFT".parse().unwrap();
    let mut other_interval = right.clone();
    other_interval.series.head.interval = Interval::Wk1;
    let mut other_instrument = right;
    other_instrument.instrument.symbol = "MSFT".parse().unwrap();
    for wrong in [other_series, other_interval, other_instrument] {
        assert!(matches!(store.take(&wrong).await, Err(StoreError::Refused(_))));
    }
    assert_eq!(store.last(&question).await.unwrap(), None);
}

pub(crate) async fn an_answer_comes_back_whole(backend: &dyn Backend) {
    let store = backend.open();
    for span in ["max", "5d", "2025-10-27..2025-10-28"] {
        let question = daily("AAPL", span);
        let bare = Bar {
            open: None,
            high: None,
            low: None,
            adj_close: None,
            volume: None,
            provisional: true,
            ..bar("2025-10-28", 0.0)
        };
        let mut stored = answer(&question, vec![bar("2025-10-27", 268.81), bare], second(0));
        stored.actions =
            vec![Action { ex_date: date(2025, 10, 27), kind: ActionKind::Dividend(0.26.into()) }];
        store.take(&stored).await.unwrap();
        assert_eq!(store.last(&question).await.unwrap(), Some(stored));
    }
}

pub(crate) async fn an_empty_answer_is_remembered(backend: &dyn Backend) {
    let store = backend.open();
    let weekend = daily("AAPL", "2025-02-01..2025-02-02");
    let mut empty = answer(&weekend, vec![], second(0));
    empty.session = None;
    assert_eq!(store.take(&empty).await.unwrap(), Saved::default());
    assert_eq!(store.last(&weekend).await.unwrap(), Some(empty.clone()));
    empty.received_at = second(60);
    store.take(&empty).await.unwrap();
    assert_eq!(store.last(&weekend).await.unwrap(), Some(empty));
}

pub(crate) async fn what_was_never_asked_is_not_answered(backend: &dyn Backend) {
    let store = backend.open();
    let stored = answer(&daily("AAPL", "1mo"), vec![bar("2025-10-27", 1.0)], second(0));
    store.take(&stored).await.unwrap();
    let mut weekly = daily("AAPL", "1mo");
    weekly.interval = Interval::Wk1;
    for question in [daily("MSFT", "1mo"), daily("AAPL", "3mo"), weekly] {
        assert_eq!(store.last(&question).await.unwrap(), None, "{question}");
    }
}

pub(crate) async fn every_bit_of_a_number_comes_back(backend: &dyn Backend) {
    let store = backend.open();
    let numbers = [
        0.1 + 0.2,
        7_150.089_843_75,
        -37.63,
        0.0,
        5e-324,
        f64::MAX,
        f64::MIN_POSITIVE,
        9_007_199_254_740_993.0,
        1e15 + 0.5,
        281_474_976_710_656.0,
        -140_737_488_355_329.0,
        1.0 / 3.0,
    ];
    for (i, number) in (0_i64..).zip(numbers) {
        let question = daily("AAPL", "1d");
        let exact = Bar { volume: Some(number.abs()), ..bar("2025-10-27", number) };
        store.take(&answer(&question, vec![exact], second(i))).await.unwrap();
        let read = store.last(&question).await.unwrap().unwrap().series.get(0).unwrap();
        assert_eq!(read.close.get().to_bits(), number.to_bits(), "{number:e}");
        assert_eq!(read.volume.unwrap().to_bits(), number.abs().to_bits(), "{number:e}");
    }
}

pub(crate) async fn actions_come_back_corrected_and_once(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("6309.T", "max");
    let on = |day, kind| Action { ex_date: date(2025, 10, day), kind };
    let in_usd = |amount| Payment { amount, currency: Some("USD".parse().unwrap()) };
    let split = ActionKind::Split { numerator: 1.5, denominator: 1.0 };
    let mut stored =
        answer(&question, vec![bar("2025-10-27", 1.0), bar("2025-10-29", 1.0)], second(0));
    stored.actions = vec![
        on(27, ActionKind::Dividend(40.0.into())),
        on(27, split),
        on(28, ActionKind::CapitalGain(0.5.into())),
        on(29, ActionKind::Dividend(7.0.into())),
        on(29, ActionKind::Dividend(in_usd(7.0))),
    ];
    store.take(&stored).await.unwrap();
    store.take(&stored).await.unwrap();
    assert_eq!(store.last(&question).await.unwrap().as_ref(), Some(&stored));

    stored.received_at = second(60);
    stored.actions[0].kind = ActionKind::Dividend(26.67.into());
    stored.actions[2].kind = ActionKind::CapitalGain(in_usd(0.5));
    stored.actions[4].kind = ActionKind::Dividend(8.0.into());
    store.take(&stored).await.unwrap();
    assert_eq!(store.last(&question).await.unwrap(), Some(stored));
}

pub(crate) async fn an_action_beyond_the_last_bar_is_in_its_answer(backend: &dyn Backend) {
    let store = backend.open();
    let mut question = daily("AAPL", "1mo");
    question.interval = Interval::Wk1;
    let mut stored = answer(&question, vec![bar("2025-10-27", 1.0)], second(0));
    stored.actions =
        vec![Action { ex_date: date(2025, 10, 30), kind: ActionKind::Dividend(0.26.into()) }];
    store.take(&stored).await.unwrap();
    assert_eq!(store.last(&question).await.unwrap(), Some(stored));
}

/// The bar that a stretch begins within stands there whole, and so does what was paid in it.
pub(crate) async fn what_was_paid_in_the_first_long_bar_stays_with_it(backend: &dyn Backend) {
    let store = backend.open();
    let quarterly = |span| HistoryQuery { interval: Interval::Mo3, ..daily("AAPL", span) };
    let quarters = ["2025-04-01", "2025-07-01", "2025-10-01"].map(|first| bar(first, 1.0));
    let mut stored = answer(&quarterly("2025-04-01..2025-10-29"), quarters.to_vec(), second(0));
    let paid = |month, day| Action {
        ex_date: date(2025, month, day),
        kind: ActionKind::Dividend(0.25.into()),
    };
    stored.actions = vec![paid(6, 30), paid(7, 3), paid(10, 6)];
    store.take(&stored).await.unwrap();
    let part = quarterly("2025-09-01..2025-10-29");
    let (from, to) = (date(2025, 9, 1), date(2025, 10, 29));
    let covering = store.covering(&part, Some(from), to, second(0), None).await.unwrap();
    let overlapping = store.overlapping(&part, Some(from), to, None).await.unwrap();
    for found in [covering, overlapping] {
        let found = found.unwrap();
        assert_eq!((found.series.len(), found.actions), (2, stored.actions[1..].to_vec()));
    }
}
