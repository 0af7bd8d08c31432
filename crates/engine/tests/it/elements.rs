//! A fault is as large as the element it is in, and what is left out is not unknown.

use jiff::SignedDuration;
use jiff::civil::date;
use market::{Element, Impossible, Interval, SourceError, Span};

use crate::fakes::{Does, World, daily, failing, symbol, unknown};

#[tokio::test(start_paused = true)]
async fn one_bar_that_cannot_be_is_a_hole_counted_and_listed() {
    let world = World::new();
    world.yahoo.does(Does::Closes([7000.0, 0.0, 7100.0]));
    let engine = world.engine().await;
    let question = daily("CAC40", "1mo");
    let given = engine.history(&question).await.unwrap();
    let closes: Vec<f64> = given.series.closes().iter().map(|close| close.get()).collect();
    assert_eq!(closes, [7000.0, 7100.0]);
    world.clock.advance(SignedDuration::from_hours(1));
    engine.history_anew(&question).await.unwrap();
    let listed = engine.set_aside();
    let [found] = &listed[..] else { panic!("{listed:?}") };
    assert_eq!((found.symbol.clone(), found.interval), (symbol("CAC40"), Some(Interval::D1)));
    let what = &found.what;
    assert_eq!((what.element, what.reason), (Element::Bar, Impossible::Sign));
    assert_eq!(what.date, Some(date(2025, 10, 28)));
    assert_eq!(found.sightings, 2);
    let yahoo = engine.upstreams().into_iter().find(|it| it.source.as_str() == "yahoo").unwrap();
    assert_eq!((yahoo.set_aside, yahoo.errors), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_newest_bar_that_cannot_be_does_not_make_history_look_shorter() {
    let world = World::new();
    let engine = world.engine().await;
    let question = daily("CAC40", "1mo");
    world.yahoo.does(Does::Closes([7000.0, 7050.0, 7100.0]));
    engine.history(&question).await.unwrap();
    world.yahoo.does(Does::Closes([7000.0, 7051.0, 1e300]));
    world.clock.advance(SignedDuration::from_hours(1));
    let given = engine.history_anew(&question).await.unwrap();
    assert_eq!(given.series.closes()[1].get().to_bits(), 7051.0_f64.to_bits());
    assert_eq!(engine.rejected_histories(), []);
}

#[tokio::test(start_paused = true)]
async fn a_period_of_which_no_bar_can_be_is_no_empty_stretch() {
    let world = World::new();
    world.yahoo.does(Does::Closes([0.0; 3]));
    let engine = world.engine().await;
    let error = engine.history(&daily("CAC40", "1mo")).await.unwrap_err();
    assert_eq!(error.failures().reason(), "suspect");
}

#[tokio::test(start_paused = true)]
async fn one_price_that_cannot_be_is_listed_and_the_others_are_shown() {
    let world = World::new();
    world.yahoo.does(Does::Price(1e300, None));
    let engine = world.engine().await;
    engine.refresh_due().await;
    let board = engine.board();
    let shown = |name: &str| board.entry(&symbol(name)).and_then(|it| it.quote.clone());
    assert_eq!(shown("CAC40"), None);
    assert_eq!(
        shown("EUR/USD").map(|quote| quote.source.as_str().to_owned()).as_deref(),
        Some("er_api")
    );
    let listed = engine.set_aside();
    assert!(listed.iter().all(|it| it.what.element == Element::Quote));
    assert!(listed.iter().any(|it| it.what.reason == Impossible::Magnitude));
}

#[tokio::test(start_paused = true)]
async fn what_an_answer_about_many_leaves_out_is_asked_for_by_itself() {
    let world = World::new();
    world.yahoo.does(Does::LeavesOut(symbol("CAC40")));
    let engine = world.engine().await;
    engine.refresh_due().await;
    let board = engine.board();
    let held = board.entry(&symbol("CAC40")).unwrap();
    assert!(held.quote.is_some(), "{:?}", held.failures);
    assert_eq!(world.yahoo.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_left_out_is_not_remembered_as_unknown() {
    let world = World::new();
    let engine = world.engine().await;
    world.yahoo.does(Does::Fails(SourceError::LeftOut(symbol("AAPL"))));
    let asked = [symbol("AAPL")];
    assert_eq!(engine.quotes(&asked).await[0].failures.reason(), "left_out");
    world.yahoo.does(Does::Price(231.0, None));
    world.clock.advance(SignedDuration::from_mins(1));
    assert!(engine.quotes(&asked).await[0].quote.is_some(), "asked again in the next interval");
    world.yahoo.does(unknown("NOPE"));
    let asked = [symbol("NOPE")];
    assert_eq!(engine.quotes(&asked).await[0].failures.reason(), "unknown_symbol");
}

#[tokio::test(start_paused = true)]
async fn a_period_that_comes_in_another_interval_is_asked_for_by_dates() {
    let world = World::new();
    let engine = world.engine().await;
    world.yahoo.does(Does::OnlyByDates(650.0));
    let question = daily("SPY", "max");
    let given = engine.history(&question).await.unwrap();
    assert_eq!((given.query.clone(), given.series.len()), (question.clone(), 3));
    assert_eq!(world.yahoo.calls(), 2, "by name, and once more");
    let asked = world.yahoo.asked_for();
    let (from, to) = (date(1993, 1, 29), date(2025, 10, 30));
    assert_eq!(asked[1].span, Span::Dates { from, to });
    let upstream = engine.upstreams().into_iter().find(|it| it.source.as_str() == "yahoo").unwrap();
    assert_eq!(upstream.errors, 0, "an upstream that gives other bars is well");
    // The answer is that of the period: it is held, also over a restart.
    assert_eq!(world.engine().await.history(&question).await.unwrap().series.len(), 3);
    assert_eq!(world.yahoo.calls(), 2);
    let days = engine.history(&daily("SPY", "2d")).await.unwrap();
    assert_eq!(days.series.len(), 2, "trading days stay trading days");
    // Once is known, it is asked for by dates alone.
    let before = world.yahoo.calls();
    world.clock.advance(SignedDuration::from_hours(25));
    engine.history(&question).await.unwrap();
    while engine.is_asking() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.yahoo.calls(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn other_bars_by_dates_too_are_not_given() {
    let world = World::new();
    let engine = world.engine().await;
    let first = Some(date(1993, 1, 29));
    world.yahoo.does(Does::Fails(SourceError::OtherInterval { given: Some(Interval::Mo1), first }));
    let error = engine.history(&daily("SPY", "max")).await.unwrap_err();
    assert_eq!(error.failures().reason(), "other_interval");
    assert_eq!(world.yahoo.calls(), 2);
    world.yahoo.does(failing());
    let error = engine.history(&daily("SPY", "10y")).await.unwrap_err();
    assert_eq!(error.failures().reason(), "upstream_failing");
}
