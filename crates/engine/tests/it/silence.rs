//! An upstream that takes every question and never answers: on paused time, where the
//! deadline of a call passes as soon as nothing else is left to do.

use jiff::SignedDuration;
use market::{Freshness, quote_freshness};

use crate::fakes::{World, daily, symbol};

#[tokio::test(start_paused = true)]
async fn one_that_never_answers_costs_no_value_and_is_asked_again_within_a_minute_of_its_return() {
    let world = World::new();
    let sources = [&world.yahoo, &world.er_api, &world.coingecko];
    let engine = world.engine().await;
    engine.refresh_due().await;
    let before = engine.history(&daily("CAC40", "1mo")).await.unwrap();
    let calls = || sources.map(|source| source.calls()).iter().sum::<usize>();
    let asked = calls();
    for source in sources {
        source.gate(false);
    }
    for _ in 0..60 {
        world.clock.advance(SignedDuration::from_mins(1));
        engine.refresh_due().await;
        let held = engine.history(&daily("CAC40", "1mo")).await.unwrap();
        assert_eq!(held.series, before.series);
        assert!(engine.board().entries.iter().all(|entry| entry.quote.is_some()));
    }
    let asked = calls() - asked;
    assert!(asked <= 60 * 5, "each question at most twice a minute and source: {asked}");
    for source in sources {
        source.gate(true);
    }
    for _ in 0..=61 {
        engine.refresh_due().await;
        world.clock.advance(SignedDuration::from_secs(1));
    }
    let now = engine.now();
    for name in ["EUR/USD", "CAC40", "BTC/EUR"] {
        let board = engine.board();
        let quote = board.entry(&symbol(name)).unwrap().quote.as_ref().unwrap();
        assert_eq!(quote_freshness(quote, now), Freshness::Fresh, "{name}");
    }
}
