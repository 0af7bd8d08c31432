//! Streams beside polling, on clocks that stand still until a test moves them.

mod fake;
mod loss;
mod panics;

use engine::{Client, Simulator};
use jiff::SignedDuration;
use market::{Previous, PreviousKind, Price, SourceError, Store, Tick};
use tokio::sync::watch;

use self::fake::{FakeStream, Running};
use crate::fakes::{Does, World, failing, symbol};

#[tokio::test(start_paused = true)]
async fn each_stream_is_asked_for_what_it_is_the_first_to_tell_of() {
    let running = Running::start().await;
    assert_eq!(running.yahoo.told(), ["open CAC40,EUR/USD"]);
    assert_eq!(running.kraken.told(), ["open BTC/EUR"]);
    let status = running.status("yahoo");
    assert_eq!(status.upstream.as_str(), "yahoo_stream");
    assert_eq!(status.symbols, [symbol("CAC40"), symbol("EUR/USD")]);
}

#[tokio::test(start_paused = true)]
async fn subscriptions_follow_demand_and_linger() {
    let running = Running::start().await;
    running.yahoo.told();
    let follower = running.engine.demand(&[symbol("USD/JPY")]);
    running.pass(1).await;
    assert_eq!(running.yahoo.told(), ["+USD/JPY"]);
    drop(follower);
    running.pass(30).await;
    let again = running.engine.demand(&[symbol("JPY=X")]);
    running.pass(30).await;
    drop(again);
    running.pass(59).await;
    assert!(running.yahoo.told().is_empty(), "one who returns costs no message");
    running.pass(3).await;
    assert_eq!(running.yahoo.told(), ["-USD/JPY"]);
    assert_eq!(running.status("yahoo").symbols.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn of_more_than_a_stream_serves_it_follows_the_watchlist_and_what_most_want() {
    let running = Running::start().await;
    running.yahoo.follows_only(3);
    let _one = running.engine.demand(&[symbol("USD/JPY"), symbol("AAPL")]);
    let other = Client::at([10, 0, 0, 7].into());
    let _other = running.engine.asked_by(other).demand(&[symbol("USD/JPY")]);
    running.pass(2).await;
    let expected = ["CAC40", "EUR/USD", "USD/JPY"].map(symbol);
    assert_eq!(running.status("yahoo").symbols, expected);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_nobody_needs_is_closed_and_opened_again_on_demand() {
    let running = Running::watching(&["EUR/USD"]).await;
    running.pass(2).await;
    assert!(running.kraken.told().is_empty(), "nothing is wanted of it");
    let follower = running.engine.demand(&[symbol("BTC/EUR")]);
    running.pass(1).await;
    drop(follower);
    running.pass(63).await;
    assert_eq!(running.kraken.told(), ["open BTC/EUR", "close"]);
    assert!(!running.is_live("kraken"));
    assert_eq!(running.upstream("kraken").state, engine::UpstreamState::Ok, "it is well");
    let _follower = running.engine.demand(&[symbol("BTC/EUR")]);
    running.pass(1).await;
    assert_eq!(running.kraken.told(), ["open BTC/EUR"]);
}

#[tokio::test(start_paused = true)]
async fn a_tick_is_on_the_board_at_once_and_says_whose_it_is() {
    let running = Running::start().await;
    running.check("BTC/EUR", 60_000.0, "coingecko");
    let before = running.engine.board().version;
    for price in [60_100.0, 60_101.0, 60_102.0] {
        running.kraken.tick("BTC/EUR", price);
    }
    running.settle().await;
    running.check("BTC/EUR", 60_102.0, "kraken");
    let board = running.engine.board();
    assert_eq!(board.version, before + 1, "what is there together is one change");
    assert!(board.entry(&symbol("BTC/EUR")).unwrap().rival(running.now()).is_none());
}

/// A price with that of the day before, as Kraken's come, so that no poll is wanted.
fn whole_tick(running: &Running, price: f64) -> Tick {
    let previous = Price::new(price).map(|price| Previous { price, kind: PreviousKind::DayAgo });
    Tick { previous, ..running.kraken.tick_at("BTC/EUR", price, running.now()) }
}

fn rival(running: &Running) -> Option<String> {
    let board = running.engine.board();
    let rival = board.entry(&symbol("BTC/EUR")).unwrap().rival(running.now()).cloned();
    rival.map(|rival| rival.source.as_str().to_owned())
}

#[tokio::test(start_paused = true)]
async fn the_polled_price_before_disputes_a_streamed_one_no_longer_than_it_is_fresh() {
    let running = Running::start().await;
    // The second source is asked for comparison, and agrees with the stream.
    running.world.yahoo.does(Does::Price(61_500.0, None));
    running.kraken.say(Ok(whole_tick(&running, 61_500.0)));
    running.settle().await;
    running.check("BTC/EUR", 61_500.0, "kraken");
    let mut disputed = Vec::new();
    for second in 0..700 {
        if rival(&running).as_deref() == Some("coingecko") {
            disputed.push(second);
        }
        running.pass(1).await;
        running.kraken.say(Ok(whole_tick(&running, 61_500.0)));
        running.settle().await;
    }
    assert!(disputed.len() > 590, "{disputed:?}");
    assert!(disputed.last().is_some_and(|last| *last <= 600), "{disputed:?}");
}

#[tokio::test(start_paused = true)]
async fn nonsense_is_put_aside_however_often_a_stream_says_it() {
    let running = Running::start().await;
    running.kraken.tick("BTC/EUR", 60_000.0);
    for _ in 0..10 {
        for nonsense in [6_000_000.0, -1.0, 90_000.0] {
            running.kraken.tick("BTC/EUR", nonsense);
        }
        for _ in 0..5 {
            running.kraken.tick("BTC/EUR", 90_000.0);
        }
        running.pass(1).await;
    }
    // Whoever said it last, the stream or the poll beside it.
    assert_eq!(running.shown("BTC/EUR").price.get() as u32, 60_000);
    let board = running.engine.board();
    assert_eq!(board.entry(&symbol("BTC/EUR")).unwrap().rejected, 80);
}

#[tokio::test(start_paused = true)]
async fn nothing_newer_is_replaced_by_something_older() {
    let running = Running::start().await;
    let earlier = running.now() - SignedDuration::from_secs(60);
    running.kraken.say(Ok(running.kraken.tick_at("BTC/EUR", 59_999.0, earlier)));
    running.settle().await;
    running.check("BTC/EUR", 60_000.0, "coingecko");
    running.kraken.tick("BTC/EUR", 60_001.0);
    running.kraken.say(Ok(running.kraken.tick_at("BTC/EUR", 59_999.0, earlier)));
    running.settle().await;
    running.check("BTC/EUR", 60_001.0, "kraken");
}

#[tokio::test(start_paused = true)]
async fn polling_is_put_off_while_a_stream_tells_and_resumes_when_it_falls_silent() {
    let running = Running::start().await;
    let polled = || running.world.yahoo.calls();
    // The first prices of a source and day are completed by a poll.
    for _ in 0..120 {
        running.yahoo.tick("EUR/USD", 1.1);
        running.yahoo.tick("CAC40", 1.1);
        running.pass(1).await;
    }
    let before = polled();
    for _ in 0..300 {
        running.yahoo.tick("EUR/USD", 1.1);
        running.yahoo.tick("CAC40", 1.1);
        running.pass(1).await;
    }
    assert_eq!(polled(), before, "streaming wins");
    running.pass(95).await;
    assert!(running.is_live("yahoo"), "the connection stays open");
    assert_eq!(polled(), before + 1, "polled together, within half an interval");
    running.pass(120).await;
    assert!((3..=4).contains(&(polled() - before)), "as before: {}", polled() - before);
}

#[tokio::test(start_paused = true)]
async fn what_one_stream_does_not_know_is_asked_of_the_next() {
    let running = Running::start().await;
    running.yahoo.told();
    running.kraken.say(Err(SourceError::UnknownSymbol(symbol("BTC/EUR"))));
    running.pass(2).await;
    assert_eq!(running.yahoo.told(), ["+BTC/EUR"]);
    running.yahoo.tick("BTC/EUR", 60_001.0);
    running.settle().await;
    running.check("BTC/EUR", 60_001.0, "yahoo");
}

#[tokio::test(start_paused = true)]
async fn prices_are_stored_once_a_second_and_at_the_end() {
    let running = Running::start().await;
    let stored = async |world: &World| {
        let quotes = world.store.quotes().await.unwrap();
        let quote = quotes.into_iter().find(|it| it.instrument.symbol == symbol("BTC/EUR"));
        quote.unwrap().price.get() as u32
    };
    let mut seen = Vec::new();
    for second in 0..12 {
        for part in 1..=3 {
            running.kraken.tick("BTC/EUR", f64::from(60_000 + 3 * second + part));
        }
        running.pass(1).await;
        seen.push(stored(&running.world).await);
    }
    seen.dedup();
    let of_a_second = |price: &u32| price.is_multiple_of(3);
    assert!(seen.len() >= 5 && seen[1..].iter().all(of_a_second), "of each the last: {seen:?}");
    running.kraken.tick("BTC/EUR", 60_050.0);
    running.settle().await;
    let world = running.stop().await;
    assert_eq!(stored(&world).await, 60_050);
}

#[tokio::test(start_paused = true)]
async fn leave_is_taken_when_the_service_stops() {
    let running = Running::start().await;
    let (yahoo, kraken) = (running.yahoo.clone(), running.kraken.clone());
    running.stop().await;
    assert_eq!(yahoo.told(), ["open CAC40,EUR/USD", "close"]);
    assert_eq!(kraken.told(), ["open BTC/EUR", "close"]);
}

#[tokio::test(start_paused = true)]
async fn offline_no_stream_is_opened() {
    let world = World::new();
    let stream = FakeStream::yahoo(&world);
    let sources = world.sources().with_stream(stream.clone()).offline(true);
    let engine = world.start(sources).await;
    let (stop, stopping) = watch::channel(false);
    let running = tokio::spawn({
        let engine = engine.clone();
        async move { engine.run(stopping).await }
    });
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    assert!(stream.told().is_empty() && engine.streams().is_empty());
    stop.send_replace(true);
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_simulator_streams_what_has_no_real_price_and_nothing_of_it_is_stored() {
    let world = World::new();
    let stream = FakeStream::demo(&world);
    world.yahoo.does(failing());
    world.er_api.does(failing());
    let (quotes, bars) = (world.demo.clone(), world.demo.clone());
    let simulator = Simulator { quotes, bars, stream: Some(stream.clone()), documents: None };
    let running =
        Running::over(world.sources().with_simulator(simulator), world, &["EUR/USD", "BTC/EUR"])
            .await;
    running.pass(3).await;
    assert_eq!(stream.told(), ["open EUR/USD"], "the coin has a price");
    stream.tick("EUR/USD", 9.01);
    running.settle().await;
    running.check("EUR/USD", 9.01, "demo");
    assert!(running.shown("EUR/USD").simulated);
    running.pass(12).await;
    let stored = running.world.store.quotes().await.unwrap();
    assert!(stored.iter().all(|it| it.source.as_str() != "demo"));
    running.world.yahoo.does(Does::Price(1.1, None));
    running.pass(90).await;
    running.check("EUR/USD", 1.1, "yahoo");
    assert_eq!(stream.told(), ["close"]);
}
