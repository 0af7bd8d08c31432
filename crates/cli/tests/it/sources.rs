//! How each source is doing, as programs and people are told.

use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Fault;

use crate::world::World;

const SOURCES: &str = "/marketpulse/v1/sources";
const STATUS: &str = "/marketpulse/status";

async fn source(world: &World, name: &str) -> Value {
    entry(world, "sources", "source", name).await
}

async fn instrument(world: &World, symbol: &str) -> Value {
    entry(world, "instruments", "symbol", symbol).await
}

async fn entry(world: &World, list: &str, key: &str, name: &str) -> Value {
    let answer = world.get(SOURCES).await.json();
    let found = answer[list].as_array().unwrap().iter().find(|it| it[key] == name);
    found.unwrap_or_else(|| panic!("no {name} in {answer}")).clone()
}

async fn quote(world: &World, label: &str) -> Value {
    world.get("/marketpulse/latest").await.json()["quotes"][label].clone()
}

/// Lets a refresh interval pass, and refreshes.
async fn refresh_later(world: &World) {
    world.advance(SignedDuration::from_mins(2));
    world.refresh().await;
}

fn throttled() -> Fault {
    Fault::Status { code: 429, retry_after: Some("1800".into()) }
}

#[tokio::test]
async fn sources_in_good_health_are_ok_with_their_budget() {
    let world = World::production().await;
    world.refresh().await;
    let answer = world.get(SOURCES).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=1");
    let answer = answer.json();
    assert_eq!(answer["timestamp"], "2025-10-29T12:00:00Z");
    let names: Vec<_> =
        answer["sources"].as_array().unwrap().iter().map(|it| it["source"].clone()).collect();
    assert_eq!(
        names,
        ["binance", "coinbase", "coingecko", "ecb", "er_api", "kraken", "yahoo", "yahoo_stream"]
    );

    let yahoo = source(&world, "yahoo").await;
    assert_eq!(yahoo["state"], "ok");
    assert_eq!(yahoo["last_success"], "2025-10-29T12:00:00Z");
    assert_eq!((&yahoo["quiet_for_s"], &yahoo["last_error"]), (&0.into(), &Value::Null));
    let calls = world.upstream.requests_to("/v7/") + world.upstream.requests_to("/v8/");
    assert_eq!((&yahoo["calls_last_hour"], &yahoo["errors_last_hour"]), (&calls.into(), &0.into()));
    let budget = &yahoo["budget"];
    let left = budget["burst"].as_u64().unwrap() - u64::try_from(calls).unwrap();
    assert_eq!(budget["left"], left);
    assert!(budget["per_hour"].as_u64() > budget["burst"].as_u64(), "{budget}");
    assert!(yahoo["terms"].as_str().unwrap().len() > 10 && yahoo["terms_url"].is_string());

    let ecb = source(&world, "ecb").await;
    assert_eq!((&ecb["quiet_for_s"], &ecb["last_success"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_watched_instrument_names_its_source_and_age_and_nothing_against_it() {
    let world = World::production().await;
    world.refresh().await;
    let bitcoin = instrument(&world, "BTC/EUR").await;
    assert_eq!((&bitcoin["source"], &bitcoin["freshness"]), (&"coingecko".into(), &"fresh".into()));
    assert!(bitcoin["as_of"].is_string() && bitcoin["age_s"].is_number());
    for key in ["reason", "detail", "disputed", "quarantined"] {
        assert_eq!(bitcoin[key], Value::Null, "{key}");
    }
    assert_eq!(bitcoin["doubted_total"], 0);
    let page = world.get(STATUS).await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-cache"));
    assert!(page.body.contains("All three watched prices are fresh."), "{}", page.body);
}

#[tokio::test]
async fn parameters_are_refused() {
    let world = World::production().await;
    let (status, detail) = world.get("/marketpulse/v1/sources?source=yahoo").await.problem();
    assert_eq!(status, 400);
    assert_eq!(detail, "source: no such parameter; this address takes none");
}

#[tokio::test]
async fn a_source_that_asks_for_a_pause_is_paused_until_then() {
    let world = World::production().await;
    world.upstream.fail("/v7/", throttled(), None);
    world.upstream.fail("/v8/", throttled(), None);
    world.refresh().await;
    let yahoo = source(&world, "yahoo").await;
    assert_eq!((&yahoo["state"], &yahoo["failing_since"]), (&"paused".into(), &Value::Null));
    assert_eq!(yahoo["paused_until"], "2025-10-29T12:30:00Z");
    assert_eq!(yahoo["last_error"]["reason"], "throttled");
    assert_eq!(yahoo["last_error"]["detail"], "asks for a pause of 30 min");
    let cac = instrument(&world, "CAC40").await;
    assert_eq!(cac["freshness"], "missing");
    assert!(cac["detail"].as_str().unwrap().contains("pause"), "{cac}");
    let page = world.get(STATUS).await.body;
    assert!(
        page.contains(
            r#">paused</span> <span class="faint">asks for a pause of 30 min, until <time"#
        ),
        "{page}"
    );
    assert!(page.contains("CAC 40 has no price because Yahoo asked for a pause"), "{page}");

    world.upstream.heal();
    world.advance(SignedDuration::from_mins(31));
    world.refresh().await;
    assert_eq!(source(&world, "yahoo").await["state"], "ok");
    assert_eq!(instrument(&world, "CAC40").await["reason"], Value::Null);
}

#[tokio::test]
async fn a_source_that_fails_again_and_again_is_failing_and_the_price_grows_old() {
    let world = World::production().await;
    world.refresh().await;
    world.upstream.fail("", Fault::Close, None);
    for _ in 0..3 {
        refresh_later(&world).await;
    }
    world.advance(SignedDuration::from_mins(34));
    world.refresh().await;
    let yahoo = source(&world, "yahoo").await;
    assert_eq!((&yahoo["state"], &yahoo["paused_until"]), (&"failing".into(), &Value::Null));
    assert!(yahoo["failing_since"].is_string());
    assert_eq!(yahoo["quiet_for_s"], 2400);
    assert!(yahoo["errors_last_hour"].as_u64().unwrap() >= 5, "{yahoo}");
    assert_eq!(yahoo["last_error"]["reason"], "unreachable");
    let cac = instrument(&world, "CAC40").await;
    assert_eq!((&cac["freshness"], &cac["age_s"]), (&"stale".into(), &2400.into()));
    let page = world.get(STATUS).await.body;
    assert!(page.contains("data-state=\"failing\""), "{page}");
    assert!(page.contains("is 40\u{a0}min old"), "{page}");
}

#[tokio::test]
async fn what_the_system_says_of_an_error_is_for_the_log_alone() {
    let mut world = World::production().await;
    // Nobody listens any more where the service looks for its upstreams.
    world.upstream = World::production().await.upstream;
    tokio::task::yield_now().await;
    world.refresh().await;
    let pages = [STATUS, "/marketpulse", "/marketpulse/dashboard", "/marketpulse/latest", SOURCES];
    for page in pages {
        let body = world.get(page).await.body;
        assert!(body.contains("cannot be reached: no connection"), "{page}: {body}");
        assert!(!body.contains("os error"), "{page}: {body}");
    }
}

#[tokio::test]
async fn a_fresh_price_needs_no_reason_because_one_refresh_failed() {
    let world = World::production().await;
    world.refresh().await;
    world.upstream.fail("", Fault::Close, None);
    refresh_later(&world).await;
    let cac = quote(&world, "CAC40").await;
    assert_eq!((&cac["freshness"], &cac["reason"]), (&"fresh".into(), &Value::Null));
    assert_eq!(source(&world, "yahoo").await["last_error"]["reason"], "unreachable");
}

#[tokio::test]
async fn a_price_that_is_not_believed_is_reported_and_the_last_good_one_stays() {
    let world = World::production().await;
    world.refresh().await;
    let good = quote(&world, "CAC40").await["price"].clone();
    let hundredth = good.as_f64().unwrap() / 100.0;
    world.upstream.price("^FCHI", hundredth);
    refresh_later(&world).await;

    let cac = quote(&world, "CAC40").await;
    assert_eq!((&cac["price"], &cac["freshness"]), (&good, &"fresh".into()));
    assert_eq!(cac["quarantined"]["price"].as_f64().map(f64::round), Some(hundredth.round()));
    assert_eq!(cac["quarantined"]["source"], "yahoo");
    assert!(cac["quarantined"]["why"].as_str().unwrap().contains("its own answer"));
    assert_eq!((&cac["reason"], &cac["delay_s"]), (&"suspect".into(), &Value::Null));

    refresh_later(&world).await;
    let told = instrument(&world, "CAC40").await;
    assert_eq!((&told["doubted_total"], &told["reason"]), (&2.into(), &"suspect".into()));
    assert_eq!(told["quarantined"]["since"], "2025-10-29T12:02:00Z");
    assert_eq!(told["quarantined"]["as_of"], "2025-10-29T12:04:00Z");
    assert_eq!(
        (&told["quarantined"]["currency"], &told["quarantined"]["sightings"]),
        (&"EUR".into(), &2.into())
    );
    let page = world.get(STATUS).await.body;
    assert!(page.contains("but a newer price of CAC 40 is not believed."), "{page}");
    let since = r#"<time data-instant datetime="2025-10-29T12:02:00Z">12:02:00 UTC</time>"#;
    assert!(page.contains(&format!("; seen 2 times since {since}")), "{page}");
}

#[tokio::test]
async fn sources_that_disagree_make_a_price_disputed_with_both_values() {
    let world = World::production().await;
    world.refresh().await;
    let shown = quote(&world, "BTC/EUR").await;
    assert_eq!((&shown["source"], &shown["disputed"]), (&"coingecko".into(), &Value::Null));
    // CoinGecko falls silent and Yahoo, asked in its place, says something else.
    world.upstream.price("BTC-EUR", shown["price"].as_f64().unwrap() * 1.1);
    world.upstream.fail("simple/price", Fault::Close, None);
    refresh_later(&world).await;

    let bitcoin = quote(&world, "BTC/EUR").await;
    assert_eq!((&bitcoin["source"], &bitcoin["freshness"]), (&"yahoo".into(), &"fresh".into()));
    let disputed = &bitcoin["disputed"];
    assert_eq!((&disputed["source"], &disputed["price"]), (&"coingecko".into(), &shown["price"]));
    assert_eq!(disputed["as_of"], shown["as_of"]);
    assert_eq!(instrument(&world, "BTC/EUR").await["disputed"], *disputed);
    let page = world.get(STATUS).await.body;
    assert!(page.contains("but sources disagree on Bitcoin EUR."), "{page}");
    assert!(page.contains("disputed: coingecko says "), "{page}");
}

#[tokio::test]
async fn a_dispute_is_listed_from_its_beginning_to_its_end() {
    const DISPUTES: &str = "/marketpulse/v1/disputes";
    let world = World::production().await;
    world.refresh().await;
    let listed = async |query: &str| {
        let answer = world.get(&format!("{DISPUTES}{query}")).await.json();
        answer["disputes"].as_array().unwrap().clone()
    };
    assert_eq!(listed("").await, <[Value; 0]>::default());
    let shown = quote(&world, "BTC/EUR").await;
    let price = shown["price"].as_f64().unwrap();
    world.upstream.price("BTC-EUR", price * 1.1);
    world.upstream.fail("simple/price", Fault::Close, None);
    refresh_later(&world).await;

    let open = listed("?state=open&symbol=BTC-EUR").await;
    let told = |row: &Value, key: &str| row[key].clone();
    assert_eq!(open.len(), 1, "{open:?}");
    for (key, expected) in [
        ("symbol", json!("BTC/EUR")),
        ("kind", json!("sources")),
        ("source", json!("yahoo")),
        ("against", json!("coingecko")),
        ("against_price", shown["price"].clone()),
        ("against_as_of", shown["as_of"].clone()),
        ("until", Value::Null),
        ("outcome", Value::Null),
    ] {
        assert_eq!(told(&open[0], key), expected, "{key}");
    }
    let page = world.get("/marketpulse/disputes").await.body;
    assert!(page.contains("1 dispute is open.") && page.contains("coingecko said "), "{page}");

    // Yahoo comes to say what CoinGecko had said.
    world.upstream.price("BTC-EUR", price);
    refresh_later(&world).await;
    assert_eq!(listed("?state=open").await, <[Value; 0]>::default());
    let ended = listed("").await;
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!(
        (told(&ended[0], "outcome"), told(&ended[0], "since")),
        (json!("gave_way"), told(&open[0], "since"),)
    );
    assert!(ended[0]["until"].is_string());
    let page = world.get("/marketpulse/disputes").await.body;
    assert!(
        page.contains("Nothing is disputed.") && page.contains("what spoke against it"),
        "{page}"
    );
}

#[tokio::test]
async fn a_history_that_is_not_believed_is_reported_until_a_better_one_comes() {
    const HISTORY: &str = "/marketpulse/history?symbol=CAC40&period=1mo";
    let world = World::production().await;
    let histories = async || world.get(SOURCES).await.json()["histories"].clone();
    assert_eq!(histories().await, json!([]));
    let tomorrow = world.app.engine.now() + SignedDuration::from_hours(24);
    world.upstream.set_now(tomorrow);
    assert_eq!(world.get(HISTORY).await.status, 503);

    let told = json!([{
        "symbol": "CAC40",
        "source": "yahoo",
        "why": "it is from the future",
        "since": "2025-10-29T12:00:00Z",
        "sightings": 1
    }]);
    assert_eq!(histories().await, told);
    let page = world.get(STATUS).await.body;
    let at = r#"<time data-instant datetime="2025-10-29T12:00:00Z">12:00:00"#;
    let said = format!("not believed: it is from the future; seen once, at {at}");
    assert!(page.contains(&said), "{page}");

    world.advance(SignedDuration::from_mins(2));
    assert_eq!(world.get(HISTORY).await.status, 200);
    assert_eq!(histories().await, json!([]));
}
