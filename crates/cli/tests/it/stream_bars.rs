//! Bars as they form from streamed prices, beside the history served afterwards.

use axum::body::Body;
use axum::http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use server::router;
use simulator::{Market, Upstream};
use testkit::{Events, soon, upstreams};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::world::World;

/// A service that follows streamed prices of euros in dollars.
struct Stage {
    world: World,
    streams: Upstream,
    now: Timestamp,
    stop: watch::Sender<bool>,
}

impl Stage {
    async fn start() -> Self {
        let now: Timestamp = "2025-10-29T12:00:00Z".parse().unwrap();
        let streams = Upstream::start(Market::new(7), now).await;
        let streamed = upstreams::streamed_at(&streams.url());
        let streamed = streamed.iter().map(|(name, url)| (name.as_str(), url.as_str()));
        let settings: Vec<_> = streamed.chain([("MARKETPULSE_WATCHLIST", "EUR/USD")]).collect();
        let world = World::start("production", &settings).await;
        let (stop, stopped) = watch::channel(false);
        let engine = world.app.engine.clone();
        tokio::spawn(async move { engine.run(stopped).await });
        soon(
            streams.until_streams(|open| open.iter().any(|stream| stream.symbols == ["EURUSD=X"])),
        )
        .await;
        Self { world, streams, now, stop }
    }

    /// Lets seconds pass, each with its price, and waits until a reader has heard
    /// of the last.
    async fn pass(&mut self, seconds: i64, reader: &mut Events) -> Vec<Value> {
        let by = SignedDuration::from_secs(seconds);
        self.now += by;
        self.world.advance(by);
        self.streams.set_now(self.now);
        let mut heard = Vec::new();
        loop {
            let event = reader.next().await.unwrap();
            let is_last = event["type"] == "quote" && event["as_of"] == json!(self.now.to_string());
            heard.push(event);
            if is_last {
                // Its bar is told in the same breath.
                heard.extend(reader.at_hand());
                return heard;
            }
        }
    }
}

/// Opens a stream of events.
async fn open(stage: &Stage, query: &str, last: Option<&str>) -> Events {
    let mut request = Request::get(format!("/marketpulse/stream?{query}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let request = request.body(Body::empty()).unwrap();
    let answer = router(stage.world.app.clone()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    Events::of(answer.into_body().into_data_stream())
}

fn bars_at_hand(events: &mut Events) -> Vec<Value> {
    let all = events.at_hand().into_iter();
    all.filter(|event| event["type"] == "bar").collect()
}

fn bars(events: &[Value]) -> Vec<&Value> {
    events.iter().filter(|event| event["type"] == "bar").collect()
}

/// A bar without what a source's own does not say.
fn figures(bar: &Value) -> [&Value; 5] {
    ["open_time", "open", "high", "low", "close"].map(|name| &bar[name])
}

#[tokio::test]
async fn the_bars_of_a_stream_are_the_history_served_afterwards_and_none_is_missing() {
    let mut stage = Stage::start().await;
    let mut reader = open(&stage, "symbols=EUR/USD&bars=1m", None).await;
    let snapshot = reader.next().await.unwrap();
    assert!(snapshot["bars"].is_array(), "{snapshot}");
    let mut events = Vec::new();
    for _ in 0..62 {
        events.extend(stage.pass(10, &mut reader).await);
    }
    let ended: Vec<&Value> =
        bars(&events).into_iter().filter(|bar| bar["provisional"] == false).collect();
    let history = "/marketpulse/v1/bars/EUR_USD?interval=1m&period=1d";
    let history = stage.world.get(history).await.json();
    let official = history["bars"].as_array().unwrap();
    let is_told = |bar: &&Value| bar["open_time"].as_str() >= Some("2025-10-29T12:01:00Z");
    let official: Vec<&Value> = official.iter().filter(is_told).take(9).collect();
    assert_eq!(ended.len(), 9);
    for (ours, official) in ended.iter().zip(official) {
        assert_eq!(figures(ours), figures(official));
        assert_eq!((&ours["symbol"], &ours["interval"]), (&json!("EUR/USD"), &json!("1m")));
        assert_eq!((&ours["source"], &ours["date"]), (&json!("yahoo"), &json!("2025-10-29")));
    }
    let first = bars(&events)[0];
    assert_eq!((&first["open"], &first["provisional"]), (&Value::Null, &json!(true)));
    stage.stop.send_replace(true);
}

#[tokio::test]
async fn the_last_bar_of_an_answer_moves_with_the_stream() {
    let mut stage = Stage::start().await;
    let mut reader = open(&stage, "symbols=EUR/USD", None).await;
    stage.pass(70, &mut reader).await;
    let history = "/marketpulse/v1/bars/EUR_USD?interval=1m&period=1d";
    let asked = |stage: &Stage| stage.world.upstream.requests_to("chart/EURUSD=X?");
    let before = stage.world.get(history).await.json();
    let calls = asked(&stage);
    stage.pass(55, &mut reader).await;
    let after = stage.world.get(history).await.json();
    assert_eq!(asked(&stage), calls, "it is not asked for again within a minute");
    let [before, after] = [&before, &after].map(|answer| answer["bars"].as_array().unwrap());
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(after[..before.len() - 1], before[..before.len() - 1]);
    // Another service, which asks only now.
    let fresh = Stage::start().await;
    fresh.world.advance(stage.now.duration_since(fresh.now));
    let official = fresh.world.get(history).await.json();
    let official = official["bars"].as_array().unwrap();
    for (ours, official) in after.iter().rev().zip(official.iter().rev()).take(3) {
        assert_eq!(figures(ours), figures(official));
    }
    stage.stop.send_replace(true);
    fresh.stop.send_replace(true);
}

#[tokio::test]
async fn a_slow_reader_gets_the_bar_that_ended_last_and_the_one_that_goes_on() {
    let mut stage = Stage::start().await;
    let mut quick = open(&stage, "symbols=EUR/USD&bars=1m", None).await;
    let mut slow = open(&stage, "symbols=EUR/USD&bars=1m", None).await;
    let mut unasked = open(&stage, "symbols=EUR/USD", None).await;
    let mut heard = Vec::new();
    for _ in 0..20 {
        heard.extend(stage.pass(10, &mut quick).await);
    }
    let newest = |provisional: bool| {
        let mut all = bars(&heard).into_iter();
        all.rfind(|bar| bar["provisional"] == provisional).unwrap().clone()
    };
    assert_eq!(bars_at_hand(&mut slow), [newest(false), newest(true)]);
    assert!(unasked.next().await.unwrap()["bars"].is_null());
    assert_eq!(bars_at_hand(&mut unasked), Vec::<Value>::new(), "who does not ask is not told");
    stage.stop.send_replace(true);
}

#[tokio::test]
async fn one_who_returns_gets_the_bars_he_missed() {
    let mut stage = Stage::start().await;
    let mut stays = open(&stage, "symbols=EUR/USD&bars=1m", None).await;
    let heard = stage.pass(70, &mut stays).await;
    let last = heard.last().unwrap()["id"].as_str().unwrap().to_owned();
    let mut missed = Vec::new();
    for _ in 0..7 {
        missed.extend(stage.pass(10, &mut stays).await);
    }
    let bars = bars(&missed).into_iter().cloned().collect::<Vec<_>>();
    let mut back = open(&stage, "symbols=EUR/USD&bars=1m", Some(&last)).await;
    assert_eq!(bars_at_hand(&mut back), bars);
    let mut other = open(&stage, "symbols=EUR/USD&bars=5m", Some(&last)).await;
    let snapshot = other.next().await.unwrap();
    assert_eq!(snapshot["type"], "snapshot", "bars of five minutes were not followed then");
    assert_eq!(snapshot["bars"][0]["interval"], "5m");
    stage.stop.send_replace(true);
}

#[tokio::test]
async fn an_interval_in_which_no_bars_form_is_refused() {
    let world = World::production().await;
    let (status, detail) = world.get("/marketpulse/stream?symbols=AAPL&bars=1wk").await.problem();
    assert_eq!(status, 400);
    assert!(detail.contains("1m") && detail.contains("1d"), "{detail}");
}
