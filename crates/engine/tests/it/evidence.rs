//! Doubts lead to a look at once, and the truth comes back within one interval.

use engine::Engine;
use jiff::SignedDuration;
use market::{Freshness, HistoryQuery, series_freshness};

use crate::fakes::{Does, World, daily, symbol};

#[tokio::test(start_paused = true)]
async fn what_is_doubted_among_many_is_asked_for_by_name_at_once() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    let before = world.yahoo.calls();
    world.yahoo.does(Does::Price(110.0, None));
    world.clock.advance(SignedDuration::from_mins(2));
    engine.refresh_due().await;
    // Both at once, then each by itself.
    assert_eq!(world.yahoo.calls() - before, 3);
}

#[tokio::test(start_paused = true)]
async fn a_doubt_ends_within_one_interval_whatever_was_believed_before() {
    let world = World::new();
    world.yahoo.does(Does::Price(1.6, None));
    let engine = world.engine().await;
    engine.refresh_due().await;
    world.yahoo.does(Does::Price(1.1, None));
    let told = || {
        let board = engine.board();
        let entry = board.entry(&symbol("CAC40")).unwrap();
        let price = entry.quote.as_ref().map(|quote| (quote.price.get() * 10.0).round() as u32);
        (price, entry.freshness(engine.now()))
    };
    world.clock.advance(SignedDuration::from_mins(1));
    engine.refresh_due().await;
    assert_eq!(told(), (Some(11), Freshness::Stale));
    world.clock.advance(SignedDuration::from_mins(1));
    engine.refresh_due().await;
    assert_eq!(told(), (Some(11), Freshness::Fresh));
}

/// The closes that are given of a question once its source has been asked again, and
/// whether they are fresh.
async fn told_after(engine: &Engine, query: &HistoryQuery) -> (u32, Freshness) {
    for _ in 0..20 {
        engine.history(query).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let found = engine.history(query).await.unwrap();
    let first = (found.series.closes()[0].get() * 10.0).round() as u32;
    (first, series_freshness(&found, engine.now()))
}

#[tokio::test(start_paused = true)]
async fn a_history_that_is_a_lie_lets_the_truth_in_at_once() {
    let (world, query) = (World::new(), daily("AAPL", "1mo"));
    let engine = world.engine().await;
    let tells = async |price: f64| {
        world.clock.advance(SignedDuration::from_mins(15));
        world.yahoo.does(Does::Closes([price; 3]));
        told_after(&engine, &query).await
    };
    assert_eq!(tells(1.1).await, (11, Freshness::Fresh));
    assert_eq!(tells(110.0).await, (1_100, Freshness::Stale), "shown, and never fresh");
    assert_eq!(engine.rejected_histories().len(), 1);
    assert_eq!(tells(110.0).await, (1_100, Freshness::Stale));
    assert_eq!(tells(1.1).await, (11, Freshness::Fresh), "back at what was believed");
    assert_eq!(engine.rejected_histories(), []);
}
