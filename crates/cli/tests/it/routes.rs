//! Every route, over fake upstreams in good health.

use axum::body::Body;
use axum::http::Request;
use jiff::SignedDuration;
use serde_json::Value;

use crate::world::World;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_root_leads_to_the_home_page() {
    let world = World::production().await;
    let answer = world.get("/").await;
    assert_eq!((answer.status, answer.header("location")), (307, "/marketpulse"));
}

#[tokio::test]
async fn latest_has_the_original_keys_and_provenance_beside_them() {
    let world = World::production().await;
    world.refresh().await;
    let answer = world.get("/marketpulse/latest").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let latest = answer.json();
    assert_eq!(latest["timestamp"], "2025-10-29T12:00:00Z");
    for (label, source) in [("EUR/USD", "yahoo"), ("CAC40", "yahoo"), ("BTC/EUR", "coingecko")] {
        assert!(latest["data"][label].is_number(), "{latest}");
        let quote = &latest["quotes"][label];
        assert_eq!(quote["price"], latest["data"][label]);
        assert_eq!((&quote["source"], &quote["freshness"]), (&source.into(), &"fresh".into()));
        assert_eq!(quote["simulated"], false);
        assert!(
            quote["as_of"].is_string()
                && quote["age_s"].is_number()
                && quote["currency"].is_string()
        );
        let change = quote["price"].as_f64().unwrap() - quote["previous"].as_f64().unwrap();
        assert!((quote["change"].as_f64().unwrap() - change).abs() < 1e-9, "{quote}");
    }
    assert!(answer.body.find("EUR/USD") < answer.body.find("CAC40"), "in the watchlist's order");
}

#[tokio::test]
async fn latest_never_waits_and_says_what_is_not_there_yet() {
    let world = World::production().await;
    let latest = world.get("/marketpulse/latest").await.json();
    assert_eq!(latest["data"]["CAC40"], Value::Null);
    assert_eq!(latest["quotes"]["CAC40"]["freshness"], "missing");
    assert_eq!(latest["quotes"]["CAC40"]["reason"], "pending");
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn the_age_in_latest_is_never_more_than_a_second_behind() {
    let world = World::production().await;
    world.refresh().await;
    let first = world.get("/marketpulse/latest").await;
    world.advance(SignedDuration::from_millis(900));
    assert_eq!(world.get("/marketpulse/latest").await.body, first.body, "the same bytes");
    world.advance(SignedDuration::from_millis(100));
    let later = world.get("/marketpulse/latest").await.json();
    assert_eq!(later["timestamp"], "2025-10-29T12:00:01Z");
}

#[tokio::test]
async fn history_has_the_original_keys_and_defaults() {
    let world = World::production().await;
    let history = world.get("/marketpulse/history").await.json();
    assert_eq!((&history["symbol"], &history["period"]), (&"CAC40".into(), &"1mo".into()));
    assert_eq!(history["timestamp"], "2025-10-29T12:00:00Z");
    let rows = history["history"].as_array().unwrap();
    assert!(rows.len() > 18, "{} trading days", rows.len());
    assert!(rows.iter().all(|row| row["close"].is_number() && row["open"].is_number()));
    let dates: Vec<&str> = rows.iter().map(|row| row["date"].as_str().unwrap()).collect();
    assert!(dates.is_sorted_by(|a, b| a < b));
    let last = rows.last().unwrap();
    assert_eq!((&last["date"], &last["provisional"]), (&"2025-10-29".into(), &true.into()));
    for (key, value) in
        [("source", "yahoo"), ("currency", "EUR"), ("interval", "1d"), ("freshness", "fresh")]
    {
        assert_eq!(history[key], value);
    }
}

#[tokio::test]
async fn every_spelling_of_a_symbol_is_one_question() {
    let world = World::production().await;
    for spelling in ["EUR/USD", "EUR_USD", "EURUSD=X", "eur%2Fusd"] {
        let history = world.get(&format!("/marketpulse/history?symbol={spelling}")).await.json();
        assert_eq!(history["symbol"], "EUR/USD");
    }
    assert_eq!(world.upstream.requests_to("EURUSD=X"), 1);
}

#[tokio::test]
async fn history_takes_dates_and_intervals() {
    let world = World::production().await;
    let days =
        world.get("/marketpulse/history?symbol=AAPL&from=2025-10-20&to=2025-10-24").await.json();
    let dates: Vec<_> =
        days["history"].as_array().unwrap().iter().map(|row| row["date"].clone()).collect();
    assert_eq!(dates, ["2025-10-20", "2025-10-21", "2025-10-22", "2025-10-23", "2025-10-24"]);
    assert_eq!((&days["from"], &days["period"]), (&"2025-10-20".into(), &Value::Null));
    let hours = world.get("/marketpulse/history?symbol=AAPL&period=2d&interval=1h").await.json();
    let first = &hours["history"][0];
    assert_eq!(first["open_time"], "2025-10-27T13:30:00Z", "the session's open in New York");
    assert_eq!(first["date"], "2025-10-27");
}

#[tokio::test]
async fn every_period_and_interval_that_upstream_offers_has_an_answer() {
    let world = World::production().await;
    for (period, interval) in [
        ("1d", "1m"),
        ("5d", "2m"),
        ("1mo", "5m"),
        ("1mo", "15m"),
        ("1mo", "30m"),
        ("1y", "1h"),
        ("7d", "1d"),
        ("3wk", "1d"),
        ("ytd", "1d"),
        ("3y", "1d"),
        ("5y", "1wk"),
        ("10y", "1mo"),
        ("max", "3mo"),
    ] {
        let target =
            format!("/marketpulse/history?symbol=AAPL&period={period}&interval={interval}");
        let history = world.get(&target).await;
        assert_eq!(history.status, 200, "{target}: {}", history.body);
        let json = history.json();
        assert_eq!((&json["period"], &json["interval"]), (&period.into(), &interval.into()));
        assert!(!json["history"].as_array().unwrap().is_empty(), "{target}");
    }
    let week = world.get("/marketpulse/history?symbol=AAPL&period=7d").await.json();
    assert_eq!(week["history"].as_array().unwrap().len(), 7, "seven trading days");
}

#[tokio::test]
async fn a_second_question_makes_no_call_and_a_restart_without_network_knows_the_answer() {
    let mut world = World::production().await;
    world.refresh().await;
    let target = "/marketpulse/history?symbol=AAPL&period=6mo";
    let first = world.get(target).await.json();
    let calls = world.upstream.requests();
    assert_eq!(world.get(target).await.json(), first);
    assert_eq!(world.upstream.requests(), calls);

    world.upstream.fail("", simulator::Fault::Close, None);
    world.advance(SignedDuration::from_hours(3));
    world.restart().await;
    let after = world.get(target).await.json();
    assert_eq!(after["history"], first["history"]);
    assert_eq!((&after["freshness"], &after["age_s"]), (&"stale".into(), &(3 * 3600).into()));
    let latest = world.get("/marketpulse/latest").await.json();
    assert!(latest["data"]["CAC40"].is_number());
    assert_eq!(latest["quotes"]["CAC40"]["freshness"], "stale");
}

#[tokio::test]
async fn config_tells_the_settings_in_force() {
    let world = World::start("development", &[("DEBUG", "True"), ("DEFAULT_PERIOD", "3mo")]).await;
    let config = world.get("/marketpulse/config").await.json();
    for key in ["service", "version", "environment", "default_period", "debug", "timestamp"] {
        assert!(keys(&config).contains(&key), "{config}");
    }
    assert_eq!((&config["environment"], &config["debug"]), (&"development".into(), &true.into()));
    assert_eq!(config["default_period"], "3mo");
    let history = world.get("/marketpulse/history").await.json();
    assert_eq!(history["period"], "3mo");
}

#[tokio::test]
async fn health_does_not_depend_on_upstreams_and_readiness_waits_for_them() {
    let world = World::production().await;
    assert_eq!(world.get("/healthz").await.status, 200);
    assert_eq!(world.get("/readyz").await.status, 503);
    world.upstream.fail("", simulator::Fault::Close, None);
    world.refresh().await;
    assert_eq!(world.get("/readyz").await.status, 200, "each has been asked for");
    assert_eq!(world.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn pages_hold_the_numbers_before_any_script_runs() {
    let world = World::production().await;
    world.refresh().await;
    let price = world.get("/marketpulse/latest").await.json()["data"]["CAC40"].to_string();
    for page in ["/marketpulse", "/marketpulse/", "/marketpulse/dashboard"] {
        let answer = world.get(page).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "text/html; charset=utf-8")
        );
        assert!(answer.body.contains("CAC 40"), "{page}");
        let banner = r#"<p id="simulated" class="banner" hidden>"#;
        assert!(answer.body.contains(banner), "nothing is simulated in production");
    }
    assert!(world.get("/marketpulse/dashboard").await.body.contains(&price));
    let view = world.page("/marketpulse/history/view?symbol=AAPL&period=1mo").await;
    assert!(view.status == 200 && view.body.contains("<table"));
}

#[tokio::test]
async fn assets_never_change_under_their_name() {
    let world = World::production().await;
    let home = world.get("/marketpulse").await.body;
    let start = home.find("/marketpulse/assets/").unwrap();
    let path = home[start..].split('"').next().unwrap();
    let asset = world.get(path).await;
    assert_eq!(asset.status, 200);
    assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(world.get("/marketpulse/assets/..%2FCargo.toml").await.status, 404);
}

#[tokio::test]
async fn what_can_be_compressed_is_and_headers_guard_every_answer() {
    let world = World::production().await;
    let request = Request::get("/marketpulse/history").header("accept-encoding", "gzip");
    let answer = world.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.header("vary").contains("accept-encoding"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let page = world.get("/marketpulse").await;
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    let request = Request::get("/healthz").header("x-request-id", "abc-1").body(Body::empty());
    assert_eq!(world.ask(request.unwrap()).await.header("x-request-id"), "abc-1");
}

#[tokio::test]
async fn head_is_answered_and_other_methods_are_not() {
    let world = World::production().await;
    let head = world.ask(Request::head("/marketpulse/latest").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let post = world.ask(Request::post("/marketpulse/latest").body(Body::empty()).unwrap()).await;
    assert_eq!((post.problem().0, post.header("allow")), (405, "GET, HEAD"));
}

#[tokio::test]
async fn a_page_waits_for_no_slow_source_and_shows_what_that_says_once_it_comes() {
    let world = World::production().await;
    world.upstream.fail("", simulator::Fault::Held, None);
    let pages = [
        ("/marketpulse/history/view?symbol=AAPL&period=1mo", "data-slot=\"last\""),
        ("/marketpulse/dashboard?symbols=AAPL", "data-slot=\"price\" value="),
    ];
    for (page, figure) in pages {
        let answer = world.get(page).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.body.contains("<form id=\"choice\""), "{page}");
        assert!(!answer.body.contains(figure), "{page}");
        assert!(answer.body.contains("http-equiv=\"refresh\""), "{page}: nothing asks again");
    }
    world.upstream.heal();
    for (page, figure) in pages {
        assert!(world.page(page).await.body.contains(figure), "{page}");
    }
}
