//! Charts as a charting library asks for them.

use axum::body::Body;
use axum::http::Request;
use jiff::Timestamp;
use serde_json::{Value, json};
use simulator::Fault;

use crate::world::{Answer, World};

async fn get(world: &World, address: &str) -> Value {
    let answer = world.get(&format!("/udf{address}")).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    assert!(answer.header("content-type").starts_with("application/json"), "{address}");
    answer.json()
}

/// What is refused is refused as its clients read it.
fn refusal(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    assert_eq!(body["s"], "error", "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
    (answer.status, body["errmsg"].as_str().unwrap().to_owned())
}

fn seconds(instant: &str) -> i64 {
    instant.parse::<Timestamp>().unwrap().as_second()
}

fn stamps(history: &Value) -> Vec<i64> {
    let t = history["t"].as_array().unwrap_or_else(|| panic!("{history}"));
    t.iter().map(|stamp| stamp.as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_feed_says_what_it_can_do_and_what_time_it_is() {
    let world = World::production().await;
    let config = get(&world, "/config").await;
    assert_eq!(
        (&config["supports_search"], &config["supports_marks"]),
        (&json!(true), &json!(true))
    );
    assert!(config["supported_resolutions"].as_array().unwrap().contains(&json!("1D")));
    let time = world.get("/udf/time").await;
    assert_eq!(time.body, seconds("2025-10-29T12:00:00Z").to_string());
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn a_symbol_is_described_with_its_hours() {
    let world = World::production().await;
    let share = get(&world, "/symbols?symbol=aapl&key=passed-over").await;
    assert!(share.get("s").is_none(), "{share}");
    assert_eq!((&share["ticker"], &share["type"]), (&json!("AAPL"), &json!("stock")));
    assert_eq!(share["session"], "0930-1600:23456");
    assert_eq!(share["timezone"], "America/New_York");
    assert_eq!((&share["pricescale"], &share["minmov"]), (&json!(100), &json!(1)));
    assert_eq!(share["currency_code"], "USD");
    let coin = get(&world, "/symbols?symbol=BTC-EUR").await;
    assert_eq!((&coin["ticker"], &coin["session"]), (&json!("BTC/EUR"), &json!("24x7")));
    assert_eq!(coin["timezone"], "Etc/UTC");
    let place = share["exchange"].as_str().unwrap();
    assert_eq!(get(&world, &format!("/symbols?symbol={place}:AAPL")).await["ticker"], "AAPL");
    let elsewhere = world.get("/udf/symbols?symbol=XLON:AAPL").await;
    assert!(refusal(&elsewhere).1.contains("AAPL is not known to trade at"), "{}", elsewhere.body);
}

#[tokio::test]
async fn pages_by_count_meet_without_gap_or_overlap() {
    let world = World::production().await;
    let (mut to, mut walked) = (seconds("2025-10-29T12:00:00Z"), Vec::new());
    for _ in 0..6 {
        let from = to - 86_400;
        let address = format!("/history?symbol=AAPL&resolution=D&from={from}&to={to}&countback=50");
        let page = get(&world, &address).await;
        let stamps = stamps(&page);
        assert_eq!((stamps.len(), &page["s"]), (50, &json!("ok")));
        assert!(stamps.iter().all(|stamp| stamp % 86_400 == 0 && *stamp < to));
        to = stamps[0];
        walked.splice(0..0, stamps);
    }
    let address = format!("/history?symbol=AAPL&resolution=1D&from={to}&to={}", i64::MAX);
    assert_eq!(stamps(&get(&world, &address).await), walked);
    assert!(walked.is_sorted_by(|a, b| a < b));
}

#[tokio::test]
async fn bars_of_every_resolution_have_their_own_stamps() {
    let world = World::production().await;
    let to = seconds("2025-10-29T12:00:00Z");
    for (resolution, apart) in [("1", 60), ("10", 600), ("60", 3_600), ("240", 14_400)] {
        let address =
            format!("/history?symbol=BTC/EUR&resolution={resolution}&to={to}&countback=5");
        let stamps = stamps(&get(&world, &address).await);
        assert!(stamps.is_sorted() && stamps[4] < to, "{resolution}: {stamps:?}");
        assert_eq!(stamps[1] - stamps[0], apart, "{resolution}");
    }
    let months =
        get(&world, &format!("/history?symbol=AAPL&resolution=M&to={to}&countback=2")).await;
    let firsts = [seconds("2025-09-01T00:00:00Z"), seconds("2025-10-01T00:00:00Z")];
    assert_eq!(stamps(&months), firsts);
}

#[tokio::test]
async fn a_page_without_bars_says_where_the_nearest_earlier_one_is() {
    let world = World::production().await;
    // A weekend.
    let (from, to) = (seconds("2025-10-25T00:00:00Z"), seconds("2025-10-27T00:00:00Z"));
    let address = format!("/history?symbol=AAPL&resolution=1D&from={from}&to={to}");
    let friday = seconds("2025-10-24T00:00:00Z");
    assert_eq!(get(&world, &address).await, json!({ "s": "no_data", "nextTime": friday }));
    let before_all = "/history?symbol=AAPL&resolution=1D&from=0&to=86400&countback=10";
    assert_eq!(get(&world, before_all).await, json!({ "s": "no_data" }));
}

#[tokio::test]
async fn figures_are_numbers() {
    let world = World::production().await;
    let to = seconds("2025-10-29T12:00:00Z");
    let share =
        get(&world, &format!("/history?symbol=AAPL&resolution=1D&to={to}&countback=3")).await;
    for column in ["o", "h", "l", "c", "v"] {
        let figures = share[column].as_array().unwrap();
        assert!(figures.len() == 3 && figures.iter().all(Value::is_number), "{column}: {share}");
    }
}

#[tokio::test]
async fn bad_questions_are_errors_as_the_feeds_clients_read_them() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    let good = "symbol=AAPL&resolution=1D&to=1761739200";
    for (address, words) in [
        ("/symbols", "symbol: is needed"),
        ("/symbols?symbol=A%20B", "symbol: ' ' cannot be part of a symbol"),
        ("/symbols?symbol=NOSUCH", "no source knows NOSUCH"),
        (
            "/history?symbol=AAPL&resolution=7Q&to=1761739200",
            "resolution: \"7Q\" is not a resolution",
        ),
        (
            "/history?symbol=AAPL&resolution=1D&to=yesterday",
            "to: \"yesterday\" is no number of seconds",
        ),
        ("/history?symbol=AAPL&resolution=1D", "to: is needed"),
        ("/history?resolution=1D&to=1761739200", "symbol: is needed"),
        ("/history?symbol=NOSUCH&resolution=1D&to=1761739200", "no source knows NOSUCH"),
        (
            "/history?symbol=AAPL&resolution=1D&to=1761739200&countback=0",
            "countback: \"0\" is not a whole",
        ),
        (&format!("/history?{good}&currencyCode=EUR"), "currencyCode: prices of AAPL are in USD"),
        (&format!("/history?{good}&unitId=oz"), "unitId: there are no other units"),
        ("/quotes", "symbols: is needed"),
        ("/marks?symbol=NOSUCH", "no source knows NOSUCH"),
        ("/marks?symbol=AAPL&resolution=x", "resolution: \"x\" is not"),
        ("/timescale_marks?symbol=AAPL&from=x", "from: \"x\" is no number"),
        ("/search?query=a&limit=0", "limit: \"0\" is not a whole number"),
    ] {
        let (status, words_said) = refusal(&world.get(&format!("/udf{address}")).await);
        assert_eq!(status, 200, "{address}");
        assert!(words_said.contains(words), "{address}: {words_said}");
    }
    assert!(get(&world, &format!("/history?{good}&currencyCode=USD")).await["t"].is_array());
}

#[tokio::test]
async fn addresses_and_methods_that_it_does_not_have_are_refused_likewise() {
    let world = World::production().await;
    for address in ["/udf", "/udf/", "/udf/nosuch", "/udf/symbol_info?group=x"] {
        let request = Request::get(address).header("accept", "text/html");
        let answer = world.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(refusal(&answer).0, 404, "{address}");
    }
    let request = Request::post("/udf/config").body(Body::empty()).unwrap();
    assert_eq!(refusal(&world.ask(request).await).0, 405);
}

#[tokio::test]
async fn upstreams_that_are_away_are_an_error_until_something_is_held() {
    let world = World::production().await;
    world.upstream.fail("", Fault::Close, None);
    let to = seconds("2025-10-29T12:00:00Z");
    let address = format!("/udf/history?symbol=AAPL&resolution=1D&to={to}&countback=5");
    let answer = world.get(&address).await;
    assert_eq!((refusal(&answer).0, answer.header("retry-after")), (503, "30"));
    let quotes = get(&world, "/quotes?symbols=AAPL").await;
    assert_eq!((&quotes["s"], &quotes["d"][0]["s"]), (&json!("ok"), &json!("error")));
    assert!(quotes["d"][0]["v"].get("lp").is_none(), "{quotes}");
    world.upstream.heal();
    world.advance(jiff::SignedDuration::from_secs(61));
    let held = get(&world, &address.replace("/udf", "")).await;
    world.upstream.fail("", Fault::Close, None);
    world.advance(jiff::SignedDuration::from_hours(48));
    let stale = world.get(&address).await;
    assert_eq!(stamps(&stale.json()), stamps(&held), "the last good value");
    assert_eq!(stale.header("x-freshness"), "stale");
}

#[tokio::test]
async fn prices_say_in_words_when_they_are_not_fresh() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    let quotes = get(&world, "/quotes?symbols=AAPL,NOSUCH,A%20B,BTC/EUR").await;
    let rows = quotes["d"].as_array().unwrap();
    let states: Vec<&Value> = rows.iter().map(|row| &row["s"]).collect();
    assert_eq!(states, ["ok", "error", "error", "ok"]);
    assert_eq!((&rows[0]["n"], &rows[2]["n"]), (&json!("AAPL"), &json!("A B")));
    assert!(rows[0]["v"]["lp"].is_number() && rows[0]["v"]["prev_close_price"].is_number());
    assert_eq!(rows[0]["v"]["short_name"], "AAPL");
    let name = rows[3]["v"]["description"].as_str().unwrap().to_owned();
    world.upstream.fail("", Fault::Close, None);
    world.advance(jiff::SignedDuration::from_hours(3));
    let later = get(&world, "/quotes?symbols=BTC/EUR").await["d"][0]["v"]["description"].clone();
    let later = later.as_str().unwrap();
    assert!(later.starts_with(&format!("{name} (stale: ")), "{later}");
}

#[tokio::test]
async fn dividends_and_splits_are_marked_at_their_bars() {
    let world = World::production().await;
    let stretch =
        format!("from={}&to={}", seconds("2020-01-01T00:00:00Z"), seconds("2025-10-29T00:00:00Z"));
    let all = get(&world, &format!("/timescale_marks?symbol=AAPL&{stretch}&resolution=D")).await;
    let all = all.as_array().unwrap();
    assert!(all.iter().any(|mark| mark["label"] == "D"), "{all:?}");
    let dividend = all.iter().find(|mark| mark["label"] == "D").unwrap();
    let text = dividend["tooltip"][0].as_str().unwrap();
    assert!(text.starts_with("Dividend ") && text.ends_with(" USD"), "{text}");
    let marks = get(&world, &format!("/marks?symbol=AAPL&{stretch}&resolution=1M")).await;
    assert_eq!(marks["id"].as_array().unwrap().len(), all.len());
    let first = Timestamp::from_second(marks["time"][0].as_i64().unwrap()).unwrap();
    assert_eq!(first.to_zoned(jiff::tz::TimeZone::UTC).day(), 1, "the bar of its month");
    let none = get(&world, "/timescale_marks?symbol=AAPL&from=0&to=86400").await;
    assert_eq!(none, json!([]));
}

#[tokio::test]
async fn a_search_is_by_name_and_kind() {
    let world = World::production().await;
    let found = get(&world, "/search?query=APPLE&type=&exchange=&limit=3").await;
    let found = found.as_array().unwrap();
    assert!(found.len() <= 3 && found.iter().any(|row| row["symbol"] == "AAPL"), "{found:?}");
    assert!(found.iter().all(|row| row["description"].is_string()));
    let coins = get(&world, "/search?query=BIT&type=crypto").await;
    assert!(coins.as_array().unwrap().iter().all(|row| row["type"] == "crypto"), "{coins}");
    assert_eq!(get(&world, "/search?query=APPLE&exchange=NOWHERE").await, json!([]));
    assert_eq!(get(&world, "/search?query=nothinglikethis").await, json!([]), "all were asked");
}

#[tokio::test]
async fn a_part_is_never_the_end_of_all_there_is() {
    let world = World::production().await;
    let week = "/marketpulse/v1/bars/AAPL?from=2025-10-20&to=2025-10-24";
    assert_eq!(world.get(week).await.json()["bars"].as_array().unwrap().len(), 5);
    world.upstream.fail("", Fault::Close, None);
    let to = seconds("2025-10-25T00:00:00Z");
    let page = format!("/udf/history?symbol=AAPL&resolution=1D&to={to}&countback=5");
    let held = world.get(&page).await;
    assert_eq!(stamps(&held.json()).len(), 5, "what is held is given");
    assert!(held.header("x-lack").starts_with("a part"), "{}", held.header("x-lack"));
    assert_eq!(held.header("x-freshness"), "stale");
    let before = page.replace(&to.to_string(), &seconds("2025-10-20T00:00:00Z").to_string());
    let (status, why) = refusal(&world.get(&before).await);
    assert_eq!(status, 503);
    assert!(why.starts_with("a part"), "no chart takes it for the beginning of all: {why}");
}
