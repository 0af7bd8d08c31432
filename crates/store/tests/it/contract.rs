//! What every store promises. Each function is one promise, kept or not by the
//! backend it is given; a backend lists them with `keeps_the_contract!`.

mod bases;
mod coverage;
mod past;
mod sources;

use jiff::civil::date;
use market::{Action, ActionKind, Bar, Basis, Interval, Saved, StoreError};

use crate::Backend;
use crate::values::{answer, at, bar, bare_quote, closes, daily, from, price, quote, second};

pub(crate) use bases::{
    a_bar_like_one_of_the_old_basis_is_known_of_the_new_one, a_basis_concerns_its_own_series_only,
    a_late_answer_stays_with_the_basis_it_was_received_in,
    bars_of_two_bases_are_never_read_together, each_split_begins_another_basis,
    of_two_sources_the_one_whose_basis_is_in_force_answers,
    the_old_basis_stands_in_only_for_want_of_the_new, the_same_rebase_twice_adds_nothing,
    what_is_never_kept_is_no_new_basis_either,
};
pub(crate) use coverage::{
    a_period_covers_back_from_the_day_it_was_received, actions_of_a_covered_stretch_are_in_it,
    an_answer_covers_every_stretch_within_its_own, an_answer_without_bars_covers_too,
    bars_told_later_are_no_part_of_what_covers, only_a_whole_answer_of_the_same_bars_covers,
    the_day_is_that_of_the_instruments_zone, the_last_answer_since_then_covers,
    trading_days_cover_back_to_their_first_bar, what_is_of_an_old_basis_covers_nothing,
};
pub(crate) use past::{
    a_bar_that_was_provisional_then_is_given_so, actions_are_given_as_they_were_known,
    bars_are_given_as_they_were_known, before_a_new_basis_the_old_one_was_known,
    instants_between_two_milliseconds_are_cut_off, of_two_currencies_the_one_told_then_is_known,
    only_these_dates_are_given_as_known, the_first_source_that_had_any_then_is_given,
    what_is_handed_over_late_is_known_since_it_was_received,
    where_the_new_basis_had_no_bar_the_old_one_is_known_as_such,
};
pub(crate) use sources::{
    a_question_to_one_source_is_answered_by_it_alone, another_source_than_the_one_asked_is_refused,
    whether_its_source_was_named_makes_no_other_answer,
};

/// Makes a test of every promise, for a backend made anew for each.
macro_rules! keeps_the_contract {
    ($backend:expr) => {
        $crate::contract::keeps_the_contract! { $backend;
            a_quote_comes_back_whole
            a_quote_of_a_source_that_says_little_stays_so
            a_quote_gives_way_to_a_newer_one_only
            of_several_sources_the_quote_received_last_counts
            simulated_values_are_refused
            an_answer_that_contradicts_itself_is_refused
            an_answer_comes_back_whole
            an_empty_answer_is_remembered
            what_was_never_asked_is_not_answered
            every_bit_of_a_number_comes_back
            the_same_answer_twice_adds_nothing
            a_correction_counts_and_the_latest_version_is_read
            bars_of_many_versions_are_each_read_once
            a_wobble_of_the_adjusted_close_is_no_correction
            a_bar_that_becomes_final_is_a_new_version
            a_late_answer_leaves_newer_versions_in_force
            a_late_answer_leaves_confirmed_versions_in_force
            two_answers_of_one_millisecond_are_both_kept
            bars_of_other_questions_fill_the_stretch
            a_source_that_changes_currency_or_basis_begins_another_series
            of_several_sources_the_one_asked_last_answers
            actions_come_back_corrected_and_once
            an_action_beyond_the_last_bar_is_in_its_answer
            other_questions_bars_stand_in
            other_questions_bars_stand_in_from_the_source_that_has_them
            instruments_are_told_once_as_described_last
            where_an_instrument_is_listed_comes_back
            a_restart_forgets_nothing
            a_sound_store_passes_the_check

            bars_of_two_bases_are_never_read_together
            a_bar_like_one_of_the_old_basis_is_known_of_the_new_one
            the_same_rebase_twice_adds_nothing
            each_split_begins_another_basis
            a_late_answer_stays_with_the_basis_it_was_received_in
            a_basis_concerns_its_own_series_only
            the_old_basis_stands_in_only_for_want_of_the_new
            of_two_sources_the_one_whose_basis_is_in_force_answers
            what_is_never_kept_is_no_new_basis_either

            an_answer_covers_every_stretch_within_its_own
            an_answer_without_bars_covers_too
            a_period_covers_back_from_the_day_it_was_received
            the_day_is_that_of_the_instruments_zone
            trading_days_cover_back_to_their_first_bar
            the_last_answer_since_then_covers
            bars_told_later_are_no_part_of_what_covers
            only_a_whole_answer_of_the_same_bars_covers
            actions_of_a_covered_stretch_are_in_it
            what_is_of_an_old_basis_covers_nothing

            bars_are_given_as_they_were_known
            a_bar_that_was_provisional_then_is_given_so
            only_these_dates_are_given_as_known
            before_a_new_basis_the_old_one_was_known
            where_the_new_basis_had_no_bar_the_old_one_is_known_as_such
            actions_are_given_as_they_were_known
            the_first_source_that_had_any_then_is_given
            of_two_currencies_the_one_told_then_is_known
            what_is_handed_over_late_is_known_since_it_was_received
            instants_between_two_milliseconds_are_cut_off

            a_question_to_one_source_is_answered_by_it_alone
            whether_its_source_was_named_makes_no_other_answer
            another_source_than_the_one_asked_is_refused
        }
    };
    ($backend:expr; $($promise:ident)*) => {$(
        #[tokio::test]
        async fn $promise() {
            $crate::contract::$promise(&$backend).await;
        }
    )*};
}
pub(crate) use keeps_the_contract;

pub(crate) async fn a_quote_comes_back_whole(backend: &dyn Backend) {
    let store = backend.open();
    let (one, other) = (quote("AAPL", 269.7, second(0)), quote("EUR/USD", 1.1446, second(1)));
    store.keep_quote(&other).await.unwrap();
    store.keep_quote(&one).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), [one, other]);
}

pub(crate) async fn a_quote_of_a_source_that_says_little_stays_so(backend: &dyn Backend) {
    let store = backend.open();
    let bare = bare_quote("CAPIO.ST", second(0));
    store.keep_quote(&quote("CAPIO.ST", 58.0, second(-9))).await.unwrap();
    store.keep_quote(&bare).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), [bare], "nothing of the older one shines through");
}

pub(crate) async fn a_quote_gives_way_to_a_newer_one_only(backend: &dyn Backend) {
    let store = backend.open();
    let (old, new) = (quote("AAPL", 268.0, second(0)), quote("AAPL", 269.0, second(60)));
    for quote in [&old, &new, &old] {
        store.keep_quote(quote).await.unwrap();
    }
    assert_eq!(store.quotes().await.unwrap(), [new]);
}

pub(crate) async fn of_several_sources_the_quote_received_last_counts(backend: &dyn Backend) {
    let store = backend.open();
    let mut ecb = quote("EUR/USD", 1.1446, second(30));
    ecb.source = market::Source::new("ecb");
    ecb.instrument.name = "US dollar per euro".into();
    store.keep_quote(&ecb).await.unwrap();
    store.keep_quote(&quote("EUR/USD", 1.1450, second(0))).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), [ecb]);
    let newest = quote("EUR/USD", 1.1460, second(60));
    store.keep_quote(&newest).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), [newest]);
}

pub(crate) async fn simulated_values_are_refused(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "1mo");
    let mut quote = quote("AAPL", 1.0, second(0));
    let mut answer = answer(&question, vec![bar("2025-10-27", 1.0)], second(0));
    (quote.simulated, answer.simulated) = (true, true);
    assert!(matches!(store.keep_quote(&quote).await, Err(StoreError::Unusable(_))));
    assert!(matches!(store.keep_answer(&answer).await, Err(StoreError::Unusable(_))));
    assert_eq!(store.quotes().await.unwrap(), []);
    assert_eq!(store.answer(&question).await.unwrap(), None);
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
        assert!(matches!(store.keep_answer(&wrong).await, Err(StoreError::Unusable(_))));
    }
    assert_eq!(store.answer(&question).await.unwrap(), None);
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
        let mut kept = answer(&question, vec![bar("2025-10-27", 268.81), bare], second(0));
        kept.actions =
            vec![Action { ex_date: date(2025, 10, 27), kind: ActionKind::Dividend(0.26) }];
        store.keep_answer(&kept).await.unwrap();
        assert_eq!(store.answer(&question).await.unwrap(), Some(kept));
    }
}

pub(crate) async fn an_empty_answer_is_remembered(backend: &dyn Backend) {
    let store = backend.open();
    let weekend = daily("AAPL", "2025-02-01..2025-02-02");
    let mut empty = answer(&weekend, vec![], second(0));
    empty.session = None;
    assert_eq!(store.keep_answer(&empty).await.unwrap(), Saved::default());
    assert_eq!(store.answer(&weekend).await.unwrap(), Some(empty.clone()));
    empty.received_at = second(60);
    store.keep_answer(&empty).await.unwrap();
    assert_eq!(store.answer(&weekend).await.unwrap(), Some(empty));
}

pub(crate) async fn what_was_never_asked_is_not_answered(backend: &dyn Backend) {
    let store = backend.open();
    let kept = answer(&daily("AAPL", "1mo"), vec![bar("2025-10-27", 1.0)], second(0));
    store.keep_answer(&kept).await.unwrap();
    let mut weekly = daily("AAPL", "1mo");
    weekly.interval = Interval::Wk1;
    for question in [daily("MSFT", "1mo"), daily("AAPL", "3mo"), weekly] {
        assert_eq!(store.answer(&question).await.unwrap(), None, "{question}");
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
        let exact = Bar { volume: Some(number), ..bar("2025-10-27", number) };
        store.keep_answer(&answer(&question, vec![exact], second(i))).await.unwrap();
        let read = store.answer(&question).await.unwrap().unwrap().series.get(0).unwrap();
        assert_eq!(read.close.get().to_bits(), number.to_bits(), "{number:e}");
        assert_eq!(read.volume.unwrap().to_bits(), number.to_bits(), "{number:e}");
    }
}

pub(crate) async fn the_same_answer_twice_adds_nothing(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let mut kept =
        answer(&question, vec![bar("2025-10-27", 1.0), bar("2025-10-28", 2.0)], second(0));
    assert_eq!(store.keep_answer(&kept).await.unwrap(), Saved { new: 2, revised: 0 });
    assert_eq!(store.keep_answer(&kept).await.unwrap(), Saved::default());
    kept.received_at = second(600);
    assert_eq!(store.keep_answer(&kept).await.unwrap(), Saved::default());
    assert_eq!(store.answer(&question).await.unwrap(), Some(kept), "with the later time");
}

pub(crate) async fn a_correction_counts_and_the_latest_version_is_read(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    for (i, close) in (0_i64..).zip([2.0, 2.5, 2.0]) {
        let bars = vec![bar("2025-10-27", 1.0), bar("2025-10-28", close)];
        let saved = store.keep_answer(&answer(&question, bars, second(i))).await.unwrap();
        let expected =
            if i == 0 { Saved { new: 2, revised: 0 } } else { Saved { new: 0, revised: 1 } };
        assert_eq!(saved, expected);
        let read = store.answer(&question).await.unwrap().unwrap();
        assert_eq!(closes(&read), [1.0, close], "each open time once");
    }
}

pub(crate) async fn bars_of_many_versions_are_each_read_once(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    for i in 0..25_i32 {
        let close = |every: i32| f64::from(i / every);
        let bars = vec![
            bar("2025-10-24", -1.0),
            bar("2025-10-27", close(1)),
            bar("2025-10-28", close(3)),
            bar("2025-10-29", close(2)),
            bar("2025-10-30", close(1)),
        ];
        store.keep_answer(&answer(&question, bars, second(i64::from(i)))).await.unwrap();
        let read = store.answer(&question).await.unwrap().unwrap();
        assert_eq!(closes(&read), [-1.0, close(1), close(3), close(2), close(1)]);
    }
}

pub(crate) async fn a_wobble_of_the_adjusted_close_is_no_correction(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let first = bar("2025-10-27", 100.0);
    let keep = async |received_at: i64, adj_close: Option<f64>| {
        let bar = Bar { adj_close: adj_close.map(price), ..first };
        store.keep_answer(&answer(&question, vec![bar], second(received_at))).await.unwrap().revised
    };
    keep(0, Some(90.0)).await;
    assert_eq!(keep(1, Some(90.000_08)).await, 0);
    assert_eq!(keep(2, Some(90.000_1)).await, 1, "a wobble is counted from what is stored");
    assert_eq!(keep(3, None).await, 1, "and none at all is no wobble");
}

pub(crate) async fn a_bar_that_becomes_final_is_a_new_version(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "1d");
    let last = bar("2025-10-28", 269.0);
    let provisional = Bar { provisional: true, ..last };
    store.keep_answer(&answer(&question, vec![provisional], second(0))).await.unwrap();
    let saved = store.keep_answer(&answer(&question, vec![last], second(1))).await.unwrap();
    assert_eq!(saved, Saved { new: 0, revised: 1 });
    let read = store.answer(&question).await.unwrap().unwrap();
    assert_eq!(read.series.bars().collect::<Vec<_>>(), [last]);
}

pub(crate) async fn a_late_answer_leaves_newer_versions_in_force(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let keep = async |received_at: i64, close: f64| {
        let bars = vec![bar("2025-10-27", close)];
        store.keep_answer(&answer(&question, bars, second(received_at))).await.unwrap()
    };
    keep(10, 1.0).await;
    keep(30, 3.0).await;
    assert_eq!(keep(20, 2.0).await, Saved { new: 0, revised: 1 }, "it differed from what we knew");
    assert_eq!(keep(20, 2.0).await, Saved::default());
    assert_eq!(keep(5, 0.5).await, Saved::default(), "nothing was known before, nor is it new");
    let read = store.answer(&question).await.unwrap().unwrap();
    assert_eq!((closes(&read), read.received_at), (vec![3.0], second(30)));
    assert_eq!(
        keep(40, 3.0).await,
        Saved::default(),
        "the newest is still the one to compare with"
    );
}

pub(crate) async fn a_late_answer_leaves_confirmed_versions_in_force(backend: &dyn Backend) {
    let store = backend.open();
    let (question, other) = (daily("AAPL", "5d"), daily("AAPL", "1d"));
    let keep = async |question, received_at: i64, close: f64| {
        let bars = vec![bar("2025-10-27", close)];
        store.keep_answer(&answer(question, bars, second(received_at))).await.unwrap()
    };
    keep(&question, 10, 1.0).await;
    assert_eq!(keep(&question, 30, 1.0).await, Saved::default(), "told again, and nothing added");
    keep(&other, 20, 2.0).await;
    assert_eq!(closes(&store.answer(&question).await.unwrap().unwrap()), [1.0]);
    assert_eq!(keep(&question, 40, 2.0).await, Saved { new: 0, revised: 1 });
    assert_eq!(closes(&store.answer(&question).await.unwrap().unwrap()), [2.0]);
}

pub(crate) async fn two_answers_of_one_millisecond_are_both_kept(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let keep = async |received_at, close: f64| {
        let mut kept = answer(&question, vec![bar("2025-10-27", close)], received_at);
        kept.actions =
            vec![Action { ex_date: date(2025, 10, 27), kind: ActionKind::Dividend(close) }];
        store.keep_answer(&kept).await.unwrap().revised
    };
    let read = async || {
        let read = store.answer(&question).await.unwrap().unwrap();
        (closes(&read), read.actions.iter().map(|action| action.kind).collect::<Vec<_>>())
    };
    let instant = at("2025-10-29T12:00:00.500Z");
    keep(instant, 1.0).await;
    assert_eq!(keep(instant, 2.0).await, 1);
    assert_eq!(read().await, (vec![2.0], vec![ActionKind::Dividend(2.0)]));
    assert_eq!(keep(instant, 2.0).await, 0, "the same again adds nothing");
    assert_eq!(keep(at("2025-10-29T12:00:00.501Z"), 3.0).await, 1);
    assert_eq!(read().await, (vec![3.0], vec![ActionKind::Dividend(3.0)]));
}

pub(crate) async fn bars_of_other_questions_fill_the_stretch(backend: &dyn Backend) {
    let store = backend.open();
    let (long, short) = (daily("AAPL", "max"), daily("AAPL", "2025-10-28..2025-10-28"));
    let hole = vec![bar("2025-10-27", 1.0), bar("2025-10-29", 3.0)];
    store.keep_answer(&answer(&long, hole, second(0))).await.unwrap();
    let filling = vec![bar("2025-10-28", 2.0), bar("2025-10-29", 3.5), bar("2025-10-30", 4.0)];
    store.keep_answer(&answer(&short, filling, second(60))).await.unwrap();
    let read = store.answer(&long).await.unwrap().unwrap();
    assert_eq!(closes(&read), [1.0, 2.0, 3.5], "nothing beyond the stretch it answered");
    assert_eq!(read.received_at, second(0));
}

pub(crate) async fn a_source_that_changes_currency_or_basis_begins_another_series(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let (question, other) = (daily("OCDO.L", "max"), daily("OCDO.L", "1d"));
    let mut pence =
        answer(&question, vec![bar("2025-10-27", 230.0), bar("2025-10-28", 231.0)], second(0));
    pence.series.head.currency = "GBp".parse().ok();
    let mut pounds = answer(&other, vec![bar("2025-10-28", 2.31)], second(60));
    pounds.series.head.currency = None;
    let mut traded = answer(&daily("OCDO.L", "5d"), vec![bar("2025-10-28", 462.0)], second(90));
    traded.series.head =
        market::SeriesHead { basis: Basis::Unadjusted, ..pence.series.head.clone() };
    for kept in [&pence, &pounds, &traded] {
        store.keep_answer(kept).await.unwrap();
    }
    for kept in [pence, pounds, traded] {
        assert_eq!(store.answer(&kept.question).await.unwrap(), Some(kept));
    }
}

pub(crate) async fn of_several_sources_the_one_asked_last_answers(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("EUR/USD", "5d");
    let yahoo = answer(&question, vec![bar("2025-10-27", 1.1)], second(0));
    let ecb = from("ecb", answer(&question, vec![bar("2025-10-27", 1.2)], second(60)));
    store.keep_answer(&ecb).await.unwrap();
    store.keep_answer(&yahoo).await.unwrap();
    assert_eq!(store.answer(&question).await.unwrap(), Some(ecb));
}

pub(crate) async fn actions_come_back_corrected_and_once(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("6309.T", "max");
    let on = |day, kind| Action { ex_date: date(2025, 10, day), kind };
    let split = ActionKind::Split { numerator: 1.5, denominator: 1.0 };
    let mut kept =
        answer(&question, vec![bar("2025-10-27", 1.0), bar("2025-10-29", 1.0)], second(0));
    kept.actions = vec![
        on(27, ActionKind::Dividend(40.0)),
        on(27, split),
        on(28, ActionKind::CapitalGain(0.5)),
        on(29, ActionKind::Dividend(7.0)),
        on(29, ActionKind::Dividend(7.0)),
    ];
    store.keep_answer(&kept).await.unwrap();
    store.keep_answer(&kept).await.unwrap();
    assert_eq!(store.answer(&question).await.unwrap().as_ref(), Some(&kept));

    kept.received_at = second(60);
    kept.actions[0].kind = ActionKind::Dividend(26.67);
    kept.actions[4].kind = ActionKind::Dividend(8.0);
    store.keep_answer(&kept).await.unwrap();
    assert_eq!(store.answer(&question).await.unwrap(), Some(kept));
}

pub(crate) async fn an_action_beyond_the_last_bar_is_in_its_answer(backend: &dyn Backend) {
    let store = backend.open();
    let mut question = daily("AAPL", "1mo");
    question.interval = Interval::Wk1;
    let mut kept = answer(&question, vec![bar("2025-10-27", 1.0)], second(0));
    kept.actions = vec![Action { ex_date: date(2025, 10, 30), kind: ActionKind::Dividend(0.26) }];
    store.keep_answer(&kept).await.unwrap();
    assert_eq!(store.answer(&question).await.unwrap(), Some(kept));
}

pub(crate) async fn other_questions_bars_stand_in(backend: &dyn Backend) {
    let store = backend.open();
    let asked = daily("AAPL", "3mo");
    let overlapping = async |from, to| store.overlapping(&asked, from, to).await.unwrap();
    assert_eq!(overlapping(None, date(2025, 12, 31)).await, None);

    let early = vec![bar("2025-10-27", 1.0), bar("2025-10-28", 2.0)];
    let mut kept = answer(&daily("AAPL", "5d"), early, second(0));
    kept.actions = vec![Action { ex_date: date(2025, 10, 28), kind: ActionKind::Dividend(0.26) }];
    store.keep_answer(&kept).await.unwrap();
    let late = vec![bar("2025-10-29", 3.0)];
    store.keep_answer(&answer(&daily("AAPL", "1d"), late, second(60))).await.unwrap();

    let all = overlapping(None, date(2025, 12, 31)).await.unwrap();
    assert_eq!((closes(&all), all.received_at), (vec![1.0, 2.0, 3.0], second(60)));
    assert_eq!((&all.question, &all.actions), (&asked, &kept.actions));
    let some = overlapping(Some(date(2025, 10, 28)), date(2025, 10, 28)).await.unwrap();
    assert_eq!((closes(&some), some.received_at), (vec![2.0], second(0)), "as old as its last bar");
    assert_eq!(overlapping(Some(date(2025, 10, 30)), date(2025, 12, 31)).await, None);

    // The question that brought the first bars now has another answer.
    let moved = vec![bar("2025-11-05", 9.0)];
    store.keep_answer(&answer(&daily("AAPL", "5d"), moved, second(900))).await.unwrap();
    let some = overlapping(None, date(2025, 10, 28)).await.unwrap();
    assert_eq!((closes(&some), some.received_at), (vec![1.0, 2.0], second(0)));
}

pub(crate) async fn other_questions_bars_stand_in_from_the_source_that_has_them(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let yahoo = vec![bar("2025-10-27", 1.1), bar("2025-10-28", 1.1)];
    let ecb = vec![bar("2025-10-28", 1.2)];
    store.keep_answer(&answer(&daily("EUR/USD", "5d"), yahoo, second(0))).await.unwrap();
    let last = from("ecb", answer(&daily("EUR/USD", "1d"), ecb, second(60)));
    store.keep_answer(&last).await.unwrap();
    let asked = daily("EUR/USD", "3mo");
    let both = store.overlapping(&asked, None, date(2025, 12, 31)).await.unwrap().unwrap();
    assert_eq!(closes(&both), [1.2], "sources are not mixed, and the one asked last comes first");
    let first = store.overlapping(&asked, None, date(2025, 10, 27)).await.unwrap().unwrap();
    assert_eq!(closes(&first), [1.1]);
}

pub(crate) async fn instruments_are_told_once_as_described_last(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let mut described = answer(&question, vec![], second(60));
    described.instrument.name = "Apple Inc.".into();
    store.keep_answer(&described).await.unwrap();
    store.keep_quote(&quote("AAPL", 1.0, second(0))).await.unwrap();
    let euro = quote("EUR/USD", 1.1, second(0));
    store.keep_quote(&euro).await.unwrap();
    assert_eq!(store.instruments().await.unwrap(), [described.instrument, euro.instrument]);
}

pub(crate) async fn where_an_instrument_is_listed_comes_back(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    for (seconds, mic, first_trade) in [
        (0, Some("XNAS"), Some(date(1980, 12, 12))),
        (60, Some("XNYS"), Some(date(1898, 5, 26))),
        (120, None, None),
    ] {
        let mut quote = quote("AAPL", 1.0, second(seconds));
        quote.instrument.mic = mic.map(str::to_owned);
        quote.instrument.first_trade = first_trade;
        let mut kept = answer(&question, vec![bar("2025-10-27", 1.0)], second(seconds));
        kept.instrument = quote.instrument.clone();
        store.keep_quote(&quote).await.unwrap();
        store.keep_answer(&kept).await.unwrap();
        assert_eq!(store.instruments().await.unwrap(), [quote.instrument.clone()]);
        assert_eq!(store.quotes().await.unwrap(), [quote]);
        assert_eq!(store.answer(&question).await.unwrap(), Some(kept));
    }
}

pub(crate) async fn a_restart_forgets_nothing(backend: &dyn Backend) {
    let question = daily("AAPL", "5d");
    let mut kept = answer(&question, vec![bar("2025-10-27", 1.0)], second(0));
    kept.actions = vec![Action { ex_date: date(2025, 10, 27), kind: ActionKind::Dividend(0.26) }];
    let quote = quote("EUR/USD", 1.1446, second(0));
    let store = backend.open();
    store.keep_answer(&kept).await.unwrap();
    store.keep_quote(&quote).await.unwrap();
    let instruments = store.instruments().await.unwrap();
    drop(store);

    let store = backend.open();
    assert_eq!(store.answer(&question).await.unwrap().as_ref(), Some(&kept));
    assert_eq!(store.quotes().await.unwrap(), [quote]);
    assert_eq!(store.instruments().await.unwrap(), instruments);
    assert_eq!(store.keep_answer(&kept).await.unwrap(), Saved::default());
}

pub(crate) async fn a_sound_store_passes_the_check(backend: &dyn Backend) {
    let store = backend.open();
    store.check().await.unwrap();
    for i in 0..3 {
        let bars = vec![bar("2025-10-27", 1.0), bar("2025-10-28", f64::from(i))];
        let received_at = second(i64::from(i));
        store.keep_answer(&answer(&daily("AAPL", "5d"), bars, received_at)).await.unwrap();
    }
    store.keep_quote(&bare_quote("AAPL", second(0))).await.unwrap();
    store.check().await.unwrap();
}
