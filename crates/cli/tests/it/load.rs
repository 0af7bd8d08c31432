//! Many readers, many instruments, and what they cost upstreams.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Request;
use axum::routing::get;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use market::Clock;
use serde_json::{Value, json};
use server::{App, Config, router};
use simulator::Fault;
use testkit::{SettableClock, upstreams};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::world::World;

const READERS: usize = 1000;
const WATCHED: usize = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_readers_of_one_cold_symbol_cost_one_call() {
    let world = World::production().await;
    // Nobody is answered until all of them are waiting.
    world.upstream.fail("", Fault::Held, None);
    let router = router(Arc::clone(&world.app));
    let readers = (0..READERS).map(|_| {
        let request = Request::get("/marketpulse/history?symbol=MSFT&period=1mo");
        router.clone().oneshot(request.body(Body::empty()).unwrap())
    });
    let asked = async {
        while world.upstream.requests() == 0 {
            tokio::task::yield_now().await;
        }
        world.upstream.heal();
    };
    // All readers are polled before it is asked for the first time.
    let (answers, ()) = tokio::join!(join_all(readers), asked);
    let statuses: Vec<u16> = answers.into_iter().map(|it| it.unwrap().status().as_u16()).collect();
    assert_eq!(statuses, [200; READERS]);
    assert_eq!(world.upstream.requests(), 1, "{:?}", world.upstream.log());
    assert_eq!(world.upstream.requests_to("MSFT"), 1);
}

/// A trading day in Paris, whose clock the test moves.
struct Day {
    clock: Arc<SettableClock>,
    /// How many symbols each request asked for.
    asked: Mutex<Vec<usize>>,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Paris trades from nine to half past five.
const OPENS: &str = "2025-10-29T08:00:00Z";
const CLOSES: &str = "2025-10-29T16:30:00Z";

/// Yahoo's spark in its plainest form: the simulator computes a year of bars for
/// each symbol, which over a day of a thousand would take half an hour.
async fn spark(
    State(day): State<Arc<Day>>,
    Query(parameters): Query<HashMap<String, String>>,
) -> String {
    let symbols: Vec<&str> = parameters["symbols"].split(',').collect();
    day.asked.lock().unwrap().push(symbols.len());
    let (open, close) = (at(OPENS).as_second(), at(CLOSES).as_second());
    let told = |symbol: &&str| {
        json!({ "symbol": symbol, "response": [{
            "meta": {
                "symbol": symbol, "currency": "EUR", "instrumentType": "EQUITY",
                "exchangeTimezoneName": "Europe/Paris", "dataGranularity": "1d",
                "regularMarketPrice": 100, "regularMarketTime": day.clock.now().as_second().min(close),
                "currentTradingPeriod": { "regular": { "start": open, "end": close } },
            },
            "indicators": { "quote": [{}] },
        }] })
    };
    let result: Vec<Value> = symbols.iter().map(told).collect();
    json!({ "spark": { "result": result, "error": null } }).to_string()
}

async fn yahoo(day: &Arc<Day>) -> String {
    let routes = Router::new().route("/v7/finance/spark", get(spark)).with_state(Arc::clone(day));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, routes).await });
    format!("http://{address}")
}

/// The service, watching a thousand shares of Paris.
async fn watching(day: &Arc<Day>, folder: &tempfile::TempDir) -> Arc<App> {
    let watched: Vec<String> = (0..WATCHED).map(|n| format!("T{n:03}.PA")).collect();
    let upstream = yahoo(day).await;
    let mut settings = vec![
        ("MARKETPULSE_WATCHLIST".to_owned(), watched.join(",")),
        ("MARKETPULSE_DATA_DIR".to_owned(), folder.path().to_str().unwrap().to_owned()),
    ];
    settings.extend(upstreams::at(&upstream));
    App::start(Config::read(&settings).unwrap(), false, day.clock.clone()).await.unwrap()
}

/// From eight until half past five: by the minute around the opening and the
/// close, and every five minutes in between, which keeps the test short.
fn looks() -> Vec<i64> {
    [vec![1; 90], vec![5; 90], vec![1; 30]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_watched_symbols_stay_within_the_budget_all_day() {
    let begins = at(OPENS) - SignedDuration::from_hours(1);
    let day = Arc::new(Day { clock: SettableClock::new(begins), asked: Mutex::default() });
    let folder = tempfile::tempdir().unwrap();
    let app = watching(&day, &folder).await;
    let yahoo = || app.engine.upstreams().into_iter().find(|it| it.source.as_str() == "yahoo");
    let (burst, per_hour) = yahoo().map(|it| (it.burst, it.per_hour)).unwrap();
    let mut calls = 0;
    for minutes in looks() {
        app.engine.refresh_due().await;
        let asked = std::mem::take(&mut *day.asked.lock().unwrap());
        calls += asked.len();
        let now = day.clock.now();
        assert!(asked.len() as f64 <= burst, "{} calls at {now}, a burst is {burst}", asked.len());
        assert!(asked.iter().all(|symbols| *symbols == 20), "not in the fewest calls: {asked:?}");
        let allowed = burst + per_hour * now.duration_since(begins).as_secs_f64() / 3600.0;
        assert!(calls as f64 <= allowed, "{calls} calls by {now}, allowed are {allowed:.0}");
        day.clock.advance(SignedDuration::from_mins(minutes));
    }
    assert_eq!(day.clock.now(), at(CLOSES), "the day is over");
    let age = |quote: Option<&market::Quote>| quote.and_then(|quote| quote.age(day.clock.now()));
    let limit = SignedDuration::from_mins(10);
    for entry in &app.engine.board().entries {
        let age = age(entry.quote.as_ref());
        assert!(age.is_some_and(|age| age < limit), "{}: {age:?}", entry.instrument.symbol);
    }
    println!("{calls} calls for {WATCHED} symbols from {begins} to {}", day.clock.now());
}
