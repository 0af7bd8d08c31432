use std::sync::atomic::Ordering;
use std::time::Duration;

use engine::{Engine, HistoryError, SourceFailures};
use futures_util::future::join_all;
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use market::{Freshness, HistoryQuery, Interval, Source, SourceError, Span, series_freshness};
use testkit::soon;
use tokio::time::sleep;

use crate::fakes::{Does, World, daily, failing, symbol, unknown};

/// Time for all that is ready to be done.
const A_MOMENT: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn a_thousand_readers_of_one_cold_series_cause_one_call() {
    let world = World::new();
    let engine = world.engine().await;
    let (question, yahoo) = (daily("AAPL", "1mo"), world.yahoo.clone());
    yahoo.gate(false);
    let readers = (0..1000).map(|_| engine.history(&question));
    let open_later = async {
        tokio::task::yield_now().await;
        yahoo.gate(true);
    };
    let (answers, ()) = tokio::join!(join_all(readers), open_later);
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().series.len() == 3));
    assert_eq!(yahoo.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_same_question_again_makes_no_call_nor_does_a_restart() {
    let world = World::new();
    let question = daily("AAPL", "1mo");
    let engine = world.engine().await;
    let first = engine.history(&question).await.unwrap();
    assert_eq!(engine.history(&question).await.unwrap(), first);
    assert_eq!(world.engine().await.history(&question).await.unwrap(), first);
    assert_eq!(world.yahoo.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_old_answer_is_given_at_once_and_refreshed_behind() {
    let world = World::new();
    let question = daily("AAPL", "1mo");
    let engine = world.engine().await;
    engine.history(&question).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(1));
    world.yahoo.does(Does::Price(2.0, None));
    world.yahoo.gate(false);
    let old = engine.history(&question).await.unwrap();
    assert_eq!(old.series.closes()[0].get().to_bits(), 1.1_f64.to_bits());
    assert_eq!(series_freshness(&old, engine.now()), Freshness::Stale);
    world.yahoo.gate(true);
    let renewed = async {
        while world.engine().await.history(&question).await.unwrap().series.closes()[0].get() < 2.0
        {
            sleep(A_MOMENT).await;
        }
    };
    soon(renewed).await;
}

#[tokio::test(start_paused = true)]
async fn upstreams_that_are_away_leave_the_stored_bars_in_place() {
    let world = World::new();
    let engine = world.engine().await;
    engine.history(&daily("AAPL", "1mo")).await.unwrap();
    world.yahoo.does(failing());
    world.clock.advance(SignedDuration::from_hours(25));
    let held = engine.history(&daily("AAPL", "1mo")).await.unwrap();
    assert_eq!(series_freshness(&held, engine.now()), Freshness::Stale);
    let other = engine.history(&daily("AAPL", "2d")).await.unwrap();
    assert_eq!(other.series.len(), 2, "another question is answered from the same bars");
}

#[tokio::test(start_paused = true)]
async fn nothing_held_and_nobody_there_is_said_with_the_reason() {
    let world = World::new();
    let engine = world.engine().await;
    world.yahoo.does(failing());
    let failures = failures_of(&engine, &daily("AAPL", "1mo")).await;
    assert_eq!(failures.reason(), "upstream_failing");
    assert!(!failures.is_unknown());
    world.yahoo.does(unknown("AAPL"));
    assert!(failures_of(&engine, &daily("AAPL", "1mo")).await.is_unknown());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_costs_only_the_keeping() {
    let world = World::new();
    world.store.broken.store(true, Ordering::SeqCst);
    let engine = world.engine().await;
    // It begins with nothing to spend.
    world.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(engine.history(&daily("AAPL", "1mo")).await.unwrap().series.len(), 3);
    engine.history(&daily("AAPL", "1mo")).await.unwrap();
    assert_eq!(world.yahoo.calls(), 1, "memory still holds the answer");
}

#[tokio::test(start_paused = true)]
async fn the_simulator_answers_for_what_is_away_but_not_for_what_does_not_exist() {
    let world = World::new();
    let engine = world.engine_with_demo().await;
    world.yahoo.does(unknown("QQQQ"));
    assert!(engine.history(&daily("QQQQ", "1mo")).await.is_err());
    let vouched_for = engine.history(&daily("CAC40", "1mo")).await.unwrap();
    assert!(vouched_for.simulated);
    world.yahoo.does(failing());
    assert!(engine.history(&daily("QQQQ", "1mo")).await.is_err(), "its word is remembered");
    world.clock.advance(SignedDuration::from_mins(11));
    assert!(engine.history(&daily("QQQQ", "1mo")).await.unwrap().simulated);
}

#[tokio::test(start_paused = true)]
async fn the_simulator_does_not_answer_a_question_that_no_upstream_could() {
    let world = World::new();
    let engine = world.engine_with_demo().await;
    let hint = "ask for period=7d".to_owned();
    world.yahoo.does(Does::Fails(SourceError::OutsideWindow {
        interval: Interval::M1,
        days: 7,
        hint,
    }));
    assert_eq!(failures_of(&engine, &daily("CAC40", "1y")).await.reason(), "outside_window");
}

#[tokio::test(start_paused = true)]
async fn a_real_answer_takes_the_place_of_a_simulated_one() {
    let world = World::new();
    let engine = world.engine_with_demo().await;
    world.yahoo.does(failing());
    assert!(engine.history(&daily("CAC40", "1mo")).await.unwrap().simulated);
    world.yahoo.does(Does::Price(7150.0, None));
    world.clock.advance(SignedDuration::from_secs(31));
    let renewed = async {
        while engine.history(&daily("CAC40", "1mo")).await.unwrap().simulated {
            sleep(A_MOMENT).await;
        }
    };
    soon(renewed).await;
}

#[tokio::test(start_paused = true)]
async fn a_read_waits_no_longer_than_its_deadline_where_older_bars_can_stand_in() {
    let world = World::new();
    let engine = world.engine().await;
    engine.history(&daily("AAPL", "1mo")).await.unwrap();
    world.yahoo.gate(false);
    let answer = engine.history(&daily("AAPL", "3mo")).await.unwrap();
    assert_eq!(answer.series.len(), 3);
    assert_eq!(world.yahoo.calls(), 2, "the question is still being asked");
}

#[tokio::test(start_paused = true)]
async fn many_reads_of_an_old_answer_do_not_ask_a_failing_source_each_time() {
    let world = World::new();
    let engine = world.engine().await;
    let question = daily("AAPL", "1mo");
    engine.history(&question).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(1));
    world.yahoo.does(failing());
    for _ in 0..100 {
        engine.history(&question).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(world.yahoo.calls(), 2);
    world.clock.advance(SignedDuration::from_secs(30));
    engine.history(&question).await.unwrap();
    tokio::task::yield_now().await;
    assert_eq!(world.yahoo.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_was_spared_is_asked_as_soon_as_it_may_be_and_no_other() {
    let world = World::new();
    let engine = world.engine_with_two_histories().await;
    let question = daily("BTC/EUR", "1mo");
    engine.history(&question).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(1));
    let retry_after = Some(Duration::from_secs(10));
    world.coingecko.does(Does::Fails(SourceError::Throttled { retry_after }));
    world.yahoo.does(failing());
    engine.history(&daily("BTC/EUR", "3mo")).await.unwrap();
    assert_eq!((world.coingecko.calls(), world.yahoo.calls()), (2, 1));
    read_often(&engine, &question).await;
    assert_eq!((world.coingecko.calls(), world.yahoo.calls()), (2, 2), "the one is spared");
    world.coingecko.does(Does::Price(61_000.0, None));
    world.clock.advance(SignedDuration::from_secs(10));
    read_often(&engine, &question).await;
    assert_eq!((world.coingecko.calls(), world.yahoo.calls()), (3, 2), "its pause is over");
    assert_eq!(engine.history(&question).await.unwrap().received_at, engine.now());
}

async fn read_often(engine: &Engine, question: &HistoryQuery) {
    for _ in 0..100 {
        engine.history(question).await.unwrap();
        tokio::task::yield_now().await;
    }
}

async fn failures_of(engine: &Engine, query: &HistoryQuery) -> SourceFailures {
    match engine.history(query).await.unwrap_err() {
        HistoryError::Sources(failures) => failures,
        other @ HistoryError::Store { .. } => panic!("the store works: {other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    let world = World::new();
    let engine = world.engine().await;
    world.store.broken.store(true, Ordering::SeqCst);
    world.yahoo.does(failing());
    let import = Some(Source::new("import"));
    let week = Span::dates(date(2025, 10, 20), date(2025, 10, 24)).unwrap();
    for (query, asked_in_vain) in [
        (daily("AAPL", "1mo"), 1),
        (HistoryQuery { span: week, ..daily("AAPL", "1mo") }, 1),
        (HistoryQuery { source: import, ..daily("AAPL", "1mo") }, 0),
    ] {
        let error = engine.history(&query).await.unwrap_err();
        let HistoryError::Store { error: cause, failures } = &error else { panic!("{error}") };
        assert_eq!(cause.to_string(), "the store cannot be used: as this test wants", "{query}");
        assert_eq!(failures.iter().count(), asked_in_vain, "{query}");
        assert!(error.to_string().starts_with("the store cannot be used"), "{error}");
    }
    world.yahoo.does(unknown("AAPL"));
    let error = engine.history(&daily("AAPL", "1y")).await.unwrap_err();
    assert!(matches!(error, HistoryError::Store { .. }), "bars may have been imported: {error}");
    assert!(matches!(
        engine.actions_since(&symbol("AAPL"), engine.now()).await,
        Err(HistoryError::Store { .. })
    ));
    world.store.broken.store(false, Ordering::SeqCst);
    assert!(failures_of(&engine, &daily("AAPL", "1y")).await.is_unknown());
}

#[tokio::test(start_paused = true)]
async fn a_result_is_compared_with_its_own_stretch_and_not_with_all_that_is_stored() {
    let world = World::new();
    let engine = world.engine().await;
    engine.history_anew(&daily("AAPL", "max")).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(24));
    world.store.stretches.lock().unwrap().clear();
    let result = engine.history_anew(&daily("AAPL", "1mo")).await.unwrap();
    let dates = result.series.dates();
    let own = (Some(dates[0]), dates[dates.len() - 1]);
    let newest = (Some(date(2025, 10, 23)), Date::MAX);
    assert_eq!(*world.store.stretches.lock().unwrap(), [newest, own]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_compared_with_what_is_stored_is_not_stored_beside_it() {
    let world = World::new();
    let engine = world.engine().await;
    world.store.unreadable.store(true, Ordering::SeqCst);
    let given = engine.history(&daily("AAPL", "1mo")).await.unwrap();
    assert_eq!(given.series.len(), 3);
    world.store.unreadable.store(false, Ordering::SeqCst);
    assert!(!engine.is_stored(&given).await.unwrap());
}
