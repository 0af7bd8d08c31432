//! What a second source is asked, and when. A share has one once somebody sets its key.

use jiff::SignedDuration;
use jiff::civil::date;
use serde_json::Value;
use simulator::{Fault, Market, Tale, Upstream};
use testkit::soon;

use crate::world::World;

const KEY: &str = "k3y-that-nobody-sees";

async fn with_key(key: &str) -> World {
    let settings = [("MARKETPULSE_TIINGO_KEY", key), ("MARKETPULSE_WATCHLIST", "AAPL,CAC40")];
    World::start("production", &settings).await
}

fn yahoo_is_dead(world: &World) {
    for part in ["/v7/", "/v8/"] {
        world.upstream.fail(part, Fault::Status { code: 500, retry_after: None }, None);
    }
}

async fn quote(world: &World) -> Value {
    let answer = world.get("/marketpulse/v1/quotes?symbols=AAPL").await.json();
    answer["quotes"][0].clone()
}

async fn sources(world: &World) -> Vec<Value> {
    let answer = world.get("/marketpulse/v1/sources").await.json();
    answer["sources"].as_array().unwrap().clone()
}

#[tokio::test]
async fn without_its_key_a_source_is_in_no_list_and_is_never_asked() {
    let world = World::start("production", &[("MARKETPULSE_WATCHLIST", "AAPL")]).await;
    yahoo_is_dead(&world);
    world.refresh().await;
    assert!(sources(&world).await.iter().all(|it| it["source"] != "tiingo"));
    assert_eq!(world.upstream.requests_to("/iex") + world.upstream.requests_to("/tiingo"), 0);
    assert!(!world.get("/marketpulse/status").await.body.contains("Tiingo"));
}

#[tokio::test]
async fn a_share_has_its_price_and_its_days_from_the_second_source_while_the_first_is_dead() {
    let world = with_key(KEY).await;
    yahoo_is_dead(&world);
    world.refresh().await;
    let found = quote(&world).await;
    assert_eq!(
        (&found["source"], &found["currency"]),
        (&"tiingo".into(), &"USD".into()),
        "{found}"
    );
    let history = world.get("/marketpulse/v1/bars/AAPL?period=1mo").await.json();
    assert_eq!(history["source"], "tiingo", "{history}");
    assert!(history["bars"].as_array().unwrap().len() > 15, "{history}");
    let other = world.get("/marketpulse/v1/bars/CAC40?period=1mo").await;
    assert_eq!(other.status, 503, "an index has no second source: {}", other.body);
}

/// With Twelve Data alone beside Yahoo, which tells neither payments nor splits.
async fn with_a_source_without_actions() -> World {
    World::start("production", &[("MARKETPULSE_TWELVEDATA_KEY", KEY)]).await
}

#[tokio::test]
async fn what_a_source_does_not_tell_is_not_taken_for_nothing() {
    let world = with_a_source_without_actions().await;
    yahoo_is_dead(&world);
    let bars = async |adjust: &str| {
        world.get(&format!("/marketpulse/v1/bars/AAPL?period=1y&adjust={adjust}")).await
    };
    let [splits, all] = [bars("splits").await.json(), bars("all").await.json()];
    assert_eq!((&splits["source"], &all["source"]), (&"twelvedata".into(), &"twelvedata".into()));
    let closes = |answer: &Value| -> Vec<f64> {
        let bars = answer["bars"].as_array().unwrap();
        bars.iter().map(|bar| bar["close"].as_f64().unwrap()).collect()
    };
    let (splits, all) = (closes(&splits), closes(&all));
    assert!(splits.len() > 200 && splits.len() == all.len());
    assert!(all[0] < splits[0], "what was paid since is taken out: {} {}", all[0], splits[0]);
    let unavailable = bars("none").await;
    assert_eq!(unavailable.status, 503, "who would know is away: {}", unavailable.body);
    let refused = bars("none&source=twelvedata").await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(refused.body.contains("tells neither splits nor payments"), "{}", refused.body);
    let actions = world.get("/marketpulse/v1/actions/AAPL").await;
    assert_eq!(actions.status, 503, "nobody could be asked: {}", actions.body);
}

#[tokio::test]
async fn a_client_of_yahoo_s_protocol_is_told_payments_or_nothing() {
    let world = with_a_source_without_actions().await;
    let chart = async |symbol: &str, events: &str| {
        let asked = format!("range=1y&interval=1d&events={events}");
        world.get(&format!("/v8/finance/chart/{symbol}?{asked}")).await
    };
    let before = chart("AAPL", "div,split").await.json()["chart"]["result"][0].clone();
    yahoo_is_dead(&world);
    world.advance(SignedDuration::from_hours(5));
    // What is held is old: the other source is asked behind whoever reads it.
    soon(async {
        while world.upstream.requests_to("/time_series") < 2 {
            assert_eq!(chart("AAPL", "").await.status, 200);
            tokio::task::yield_now().await;
        }
    })
    .await;
    let held = chart("AAPL", "div,split").await.json()["chart"]["result"][0].clone();
    let days = |of: &Value| of["events"]["dividends"].as_object().map_or(0, serde_json::Map::len);
    assert!((3..=5).contains(&days(&held)), "{held}");
    assert_eq!(days(&held), days(&before));
    assert_eq!(held["timestamp"], before["timestamp"], "of the source that tells them, though old");
    let nothing = chart("MSFT", "div,split").await;
    assert_eq!(nothing.status, 503, "nobody knows what was paid: {}", nothing.body);
    // As much as all of these may ask at once was asked.
    world.advance(SignedDuration::from_hours(1));
    let prices = chart("MSFT", "").await;
    assert_eq!(prices.status, 200, "{}", prices.body);
}

#[tokio::test]
async fn what_takes_three_requests_is_had_whole_and_as_traded() {
    for (settings, source, asked) in [
        (
            vec![("MARKETPULSE_ALPACA_KEY", "id"), ("MARKETPULSE_ALPACA_SECRET", KEY)],
            "alpaca",
            ["/v2/stocks/bars", "/v1/corporate-actions"],
        ),
        (vec![("MARKETPULSE_EODHD_KEY", KEY)], "eodhd", ["/api/eod", "/api/splits"]),
    ] {
        let world = World::start("production", &settings).await;
        yahoo_is_dead(&world);
        let target = "/marketpulse/v1/bars/AAPL?from=2020-08-03&adjust=none";
        let answer = world.get(target).await;
        assert_eq!(answer.status, 200, "{source}: {}", answer.body);
        let answer = answer.json();
        assert_eq!(answer["source"], source);
        let bars = answer["bars"].as_array().unwrap();
        let close = |date: &str| {
            let bar = bars.iter().find(|bar| bar["date"] == date).unwrap();
            bar["close"].as_f64().unwrap()
        };
        let (before, after) = (close("2020-08-28"), close("2020-08-31"));
        assert!(before > 3.0 * after, "four shares for one were given: {before} {after}");
        let requests = asked.map(|part| world.upstream.requests_to(part));
        assert_eq!(requests.iter().sum::<usize>(), if source == "alpaca" { 3 } else { 2 });
    }
}

#[tokio::test]
async fn what_was_brought_is_gone_on_with_once_the_rest_may_be_asked_for() {
    let key = ("MARKETPULSE_TWELVEDATA_KEY", KEY);
    let allowance = ("MARKETPULSE_TWELVEDATA_ALLOWANCE", "60/hour");
    let settings = [key, allowance, ("MARKETPULSE_WATCHLIST", "CAC40")];
    let world = World::start("production", &settings).await;
    yahoo_is_dead(&world);
    let mut told = 0;
    // Each is to be had after two requests at the latest, however few may be made at once.
    for minute in 0..30 {
        let symbol = ["AAPL", "MSFT", "NVDA", "TSLA", "KO", "IBM", "GE", "F"][told.min(7)];
        let answer = world.get(&format!("/marketpulse/v1/bars/{symbol}?period=1mo")).await;
        told += usize::from(answer.status == 200);
        if told == 8 {
            break;
        }
        assert!(minute < 29, "{told} told: {}", answer.body);
        world.advance(SignedDuration::from_mins(2));
    }
    assert_eq!(world.upstream.requests_to("/time_series"), 16, "two for each, none in vain");
}

#[tokio::test]
async fn what_a_plan_lacks_is_not_asked_for_again_that_day() {
    let world = World::start("production", &[("MARKETPULSE_TWELVEDATA_KEY", "small")]).await;
    yahoo_is_dead(&world);
    let ask = async || world.get("/marketpulse/v1/bars/AAPL?period=1mo").await;
    assert!(ask().await.body.contains("plan does not have it"));
    world.advance(SignedDuration::from_hours(23));
    ask().await;
    assert_eq!(world.upstream.requests_to("/time_series"), 1);
    world.advance(SignedDuration::from_hours(2));
    ask().await;
    assert_eq!(world.upstream.requests_to("/time_series"), 2);
}

#[tokio::test]
async fn a_stretch_that_is_held_of_the_first_source_is_not_told_by_the_second() {
    let world = World::production().await;
    let told = async |period: &str| {
        let target = format!("/marketpulse/v1/bars/EUR_USD?period={period}");
        world.get(&target).await.json()
    };
    let month = told("1mo").await;
    assert_eq!(month["source"], "yahoo");
    yahoo_is_dead(&world);
    let week = told("7d").await;
    let (month, days) = (month["bars"].as_array().unwrap(), week["bars"].as_array().unwrap());
    assert_eq!((&week["source"], days.len()), (&"yahoo".into(), 7));
    assert_eq!(days, &month[month.len() - 7..], "the same bars, in the same numbers");
    assert_eq!(told("1y").await["source"], "ecb", "of which nobody holds all");
}

#[tokio::test]
async fn a_price_on_which_two_sources_disagree_is_disputed() {
    // In the evening: nothing is traded any more, and both tell the close.
    let other = Upstream::start(Market::new(7), "2025-10-29T12:00:00Z".parse().unwrap()).await;
    let url = other.url();
    let settings = [
        ("MARKETPULSE_TIINGO_KEY", KEY),
        ("MARKETPULSE_TIINGO_URL", url.as_str()),
        ("MARKETPULSE_WATCHLIST", "AAPL"),
    ];
    let world = World::start("production", &settings).await;
    let evening = SignedDuration::from_hours(9);
    world.advance(evening);
    other.set_now("2025-10-29T21:00:00Z".parse().unwrap());
    world.refresh().await;
    let before = quote(&world).await;
    assert_eq!((&before["source"], &before["disputed_by"]), (&"yahoo".into(), &Value::Null));
    let wrong = (before["price"].as_f64().unwrap() * 105.0).round() / 100.0;
    other.price("AAPL", wrong);
    world.advance(SignedDuration::from_mins(20));
    world.refresh().await;
    let found = quote(&world).await;
    assert_eq!(found["price"], before["price"], "{found}");
    assert_eq!(found["disputed_by"], "tiingo", "{found}");
    assert_eq!(found["disputed_price"], wrong, "{found}");
}

/// Has all closes compared that may be, as hours pass.
async fn compare(world: &World, hours: i64) {
    // What a source says of an instrument names its exchange, and so when trading is over.
    world.refresh().await;
    for _ in 0..hours {
        world.advance(SignedDuration::from_hours(1));
        world.app.engine.compare_closes().await;
    }
}

async fn month(world: &World) -> Value {
    world.get("/marketpulse/v1/bars/AAPL?period=1mo").await.json()
}

#[tokio::test]
async fn a_close_on_which_two_sources_disagree_is_disputed_until_they_agree() {
    let world = with_key(KEY).await;
    let wrong = date(2025, 10, 27);
    world.upstream.fail("/v8/", Fault::Tale(Tale::OffBy(wrong, 7)), None);
    // The first trading day that is over is known in the morning, and both agree on it.
    compare(&world, 3).await;
    let told = month(&world).await;
    let [one] = told["disputed"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!((&one["date"], &one["against"]), (&"2025-10-27".into(), &"tiingo".into()));
    let (close, against) = (one["close"].as_f64().unwrap(), one["against_close"].as_f64().unwrap());
    assert!((close / against - 1.007).abs() < 1e-4, "{one}");
    assert_eq!(told["freshness"], "stale");
    let seen_from_there =
        world.get("/marketpulse/v1/bars/AAPL?from=2025-10-20&source=tiingo").await.json();
    assert_eq!(seen_from_there["disputed"][0]["close"], one["against_close"], "{seen_from_there}");
    let csv = world.get("/marketpulse/v1/bars/AAPL?period=1mo&format=csv").await.body;
    assert!(csv.contains(",stale,"), "{csv}");
    let page = world.page("/marketpulse/history/view?symbol=AAPL&period=1mo").await.body;
    assert!(page.contains("sources disagree on the close of 2025-10-27"), "{page}");
    let disputes =
        async || world.get("/marketpulse/v1/disputes").await.json()["disputes"][0].clone();
    let open = disputes().await;
    assert_eq!((&open["kind"], &open["date"]), (&"close".into(), &"2025-10-27".into()), "{open}");
    assert_eq!((&open["price"], &open["until"]), (&one["close"], &Value::Null));
    assert!(world.get("/marketpulse/disputes").await.body.contains("the close of 27 Oct 2025"));
    world.upstream.heal();
    let when = world.app.engine.now();
    compare(&world, 3).await;
    // What is held is some minutes old, and is asked for behind whoever reads it.
    soon(async {
        while month(&world).await["freshness"] != "fresh" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let told = month(&world).await;
    assert_eq!(told["disputed"], Value::Null, "{told}");
    let ended = disputes().await;
    assert_eq!(
        (&ended["outcome"], &ended["number"]),
        (&"gave_way".into(), &open["number"]),
        "{ended}"
    );
    let then =
        world.get(&format!("/marketpulse/v1/bars/AAPL?period=1mo&as_of={when}")).await.json();
    assert_eq!(then["disputed"][0], *one, "as it was told then: {then}");
}

#[tokio::test]
async fn two_right_sources_dispute_nothing_and_a_quarter_of_a_budget_is_enough() {
    let world = with_key(KEY).await;
    compare(&world, 48).await;
    let asked = world.upstream.requests_to("/tiingo/daily");
    // It has the day two hours after its end, or a few hours later.
    let days = world.upstream.log();
    assert!((3..=6).contains(&asked), "once or twice for each day of trading: {days:#?}");
    let disputes = world.get("/marketpulse/v1/disputes").await.json();
    assert_eq!(disputes["disputes"].as_array().unwrap().len(), 0, "{disputes}");
}

#[tokio::test]
async fn a_restart_forgets_no_disputed_close_and_asks_nobody_at_once() {
    let mut world = with_key(KEY).await;
    world.upstream.fail("/v8/", Fault::Tale(Tale::OffBy(date(2025, 10, 27), -50)), None);
    compare(&world, 3).await;
    let before = month(&world).await["disputed"].clone();
    assert_eq!(before.as_array().unwrap().len(), 1, "{before}");
    let asked = world.upstream.requests();
    world.restart().await;
    world.app.engine.compare_closes().await;
    assert_eq!(world.upstream.requests(), asked);
    assert_eq!(month(&world).await["disputed"], before);
}

#[tokio::test]
async fn who_is_asked_first_is_a_setting_by_symbol_or_pattern() {
    let settings = [
        ("MARKETPULSE_TIINGO_KEY", KEY),
        ("MARKETPULSE_ORDER", "MS*=tiingo; *=ecb"),
        ("MARKETPULSE_WATCHLIST", "AAPL,MSFT,CAC40"),
    ];
    let world = World::start("production", &settings).await;
    world.refresh().await;
    let quotes = world.get("/marketpulse/v1/quotes?symbols=AAPL,MSFT,CAC40").await.json();
    let sources = [0, 1, 2].map(|at| quotes["quotes"][at]["source"].clone());
    assert_eq!(sources, ["yahoo", "tiingo", "yahoo"], "which has no index, and the bank no share");
    let days = async |symbol: &str| {
        let target = format!("/marketpulse/v1/bars/{symbol}?period=1mo");
        world.get(&target).await.json()["source"].clone()
    };
    assert_eq!([days("AAPL").await, days("MSFT").await], ["yahoo", "tiingo"]);
    assert_eq!(days("EUR_USD").await, "ecb");
}

/// What is said of a second source of a symbol's days: the state, who was compared, and to when.
async fn seconded(world: &World, symbol: &str) -> (String, Value, String) {
    let told = world.get(&format!("/marketpulse/v1/bars/{symbol}?period=1mo")).await.json();
    let second = &told["second_source"];
    let text = |name: &str| second[name].as_str().unwrap_or_default().to_owned();
    (text("state"), second["sources"].clone(), text("detail"))
}

#[tokio::test]
async fn a_series_says_who_agrees_with_it_and_where_nobody_can() {
    let settings =
        [("MARKETPULSE_TIINGO_KEY", KEY), ("MARKETPULSE_WATCHLIST", "AAPL,CAC40,7203.T,EUR/USD")];
    let world = World::start("production", &settings).await;
    world.refresh().await;
    let state = async |symbol: &str| seconded(&world, symbol).await;
    let (before, _, why) = state("AAPL").await;
    assert_eq!(
        (before.as_str(), why.contains("not compared yet")),
        ("not_compared", true),
        "{why}"
    );
    let (_, _, why) = state("MSFT").await;
    assert!(why.contains("not watched"), "{why}");
    for alone in ["CAC40", "7203.T"] {
        let (state, sources, why) = state(alone).await;
        assert_eq!((state.as_str(), &sources), ("none", &serde_json::json!([])), "{alone}");
        assert!(why.starts_with("no second source"), "{why}");
    }
    let (_, _, why) = state("EUR_USD").await;
    assert!(
        why.contains("another at each source"),
        "a day of a currency ends at no set hour: {why}"
    );
    compare(&world, 3).await;
    let agreed = serde_json::json!([{ "source": "tiingo", "to": "2025-10-28", "agrees": true }]);
    assert_eq!(seconded(&world, "AAPL").await.1, agreed);
    let target = "/marketpulse/v1/bars/AAPL?period=1mo&source=tiingo";
    let from_there = world.get(target).await.json()["second_source"].clone();
    assert_eq!(from_there["sources"][0]["source"], "yahoo", "{from_there}");
    let page = world.page("/marketpulse/history/view?symbol=AAPL&period=1mo").await.body;
    assert!(page.contains("tiingo says the same, compared to 2025-10-28"), "{page}");
    assert_eq!(month(&world).await["interval"], "1d");
    let hours = world.get("/marketpulse/v1/bars/AAPL?period=5d&interval=1h").await.json();
    assert_eq!(hours["second_source"], Value::Null, "hours are not compared");
}

#[tokio::test]
async fn who_disputes_a_close_is_said_before_and_after_a_restart_and_what_a_plan_lacks_is_no_source()
 {
    let mut world = with_key(KEY).await;
    world.upstream.fail("/v8/", Fault::Tale(Tale::OffBy(date(2025, 10, 27), 7)), None);
    compare(&world, 3).await;
    let (state, sources, _) = seconded(&world, "AAPL").await;
    assert_eq!((state.as_str(), &sources[0]["agrees"]), ("disagrees", &false.into()), "{sources}");
    world.restart().await;
    assert_eq!(seconded(&world, "AAPL").await.0, "disagrees");
    let settings = [("MARKETPULSE_TWELVEDATA_KEY", "small"), ("MARKETPULSE_WATCHLIST", "AAPL")];
    let world = World::start("production", &settings).await;
    compare(&world, 3).await;
    let (state, _, why) = seconded(&world, "AAPL").await;
    assert_eq!(state, "none", "{why}");
}

/// With two more sources, one of which decides where the others differ.
async fn with_three(repair: &str) -> World {
    let settings = [
        ("MARKETPULSE_TIINGO_KEY", KEY),
        ("MARKETPULSE_TWELVEDATA_KEY", KEY),
        ("MARKETPULSE_WATCHLIST", "AAPL"),
        ("MARKETPULSE_REPAIR", repair),
    ];
    World::start("production", &settings).await
}

async fn repairs(world: &World) -> Vec<Value> {
    let answer = world.get("/marketpulse/v1/repairs").await.json();
    answer["repairs"].as_array().unwrap().clone()
}

/// The close of a day in an answer, in the digits of a list of repairs.
fn close_of(answer: &Value, date: &str) -> Option<f64> {
    let bars = answer["bars"].as_array().unwrap();
    let close = bars.iter().find(|bar| bar["date"] == date)?["close"].as_f64()?;
    Some(table::in_fifteen_digits(close))
}

#[tokio::test]
async fn a_close_that_two_others_contradict_is_listed_and_stays_disputed() {
    let world = with_three("suggest").await;
    world.upstream.fail("/v8/", Fault::Tale(Tale::OffBy(date(2025, 10, 27), 7)), None);
    compare(&world, 6).await;
    let found = repairs(&world).await;
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&one["kind"], &one["date"]), (&"close".into(), &"2025-10-27".into()), "{one}");
    assert_eq!((&one["source"], &one["served"]), (&"yahoo".into(), &false.into()), "{one}");
    let told = month(&world).await;
    assert_eq!(close_of(&told, "2025-10-27"), one["published_close"].as_f64());
    assert_eq!(told["disputed"][0]["against_close"], one["close"], "{told}");
    assert_eq!(told["freshness"], "stale");
    assert_eq!(told["repaired"], Value::Null);
    let disputes = world.get("/marketpulse/v1/disputes?state=open").await.json();
    assert_eq!(disputes["disputes"].as_array().unwrap().len(), 0, "it is decided: {disputes}");
}

#[tokio::test]
async fn a_close_that_two_others_contradict_is_served_right_and_marked_where_that_is_wanted() {
    let mut world = with_three("on").await;
    world.upstream.fail("/v8/", Fault::Tale(Tale::OffBy(date(2025, 10, 27), 7)), None);
    compare(&world, 6).await;
    let one = repairs(&world).await[0].clone();
    assert_eq!(one["served"], true, "{one}");
    let told = month(&world).await;
    assert_eq!(close_of(&told, "2025-10-27"), one["close"].as_f64());
    assert_eq!(told["disputed"], Value::Null, "{told}");
    assert_eq!(
        (&told["repaired"][0]["date"], &told["repaired"][0]["by"]),
        (&one["date"], &one["by"])
    );
    let marked: Vec<_> = told["bars"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|bar| bar["repaired_by"] == one["by"])
        .collect();
    assert_eq!(marked.len(), 1, "{told}");
    let csv = world.get("/marketpulse/v1/bars/AAPL?period=1mo&format=csv").await.body;
    assert!(csv.contains(&format!(",{},", one["by"].as_str().unwrap())), "{csv}");
    let original = world.get("/marketpulse/history?symbol=AAPL&period=1mo").await.json();
    let row = original["history"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["date"] == "2025-10-27")
        .unwrap()
        .clone();
    assert_eq!((&row["close"], &row["repaired_by"]), (&one["close"], &one["by"]), "{row}");
    let published = world.get("/marketpulse/v1/bars/AAPL?period=1mo&repair=off").await.json();
    assert_eq!(close_of(&published, "2025-10-27"), one["published_close"].as_f64());
    assert_eq!(published["disputed"].as_array().unwrap().len(), 1, "{published}");
    let page = world.page("/marketpulse/history/view?symbol=AAPL&period=1mo").await.body;
    assert!(page.contains("In these prices the bar of 2025-10-27 is that of"), "{page}");
    let when = world.app.engine.now();
    world.restart().await;
    assert_eq!(close_of(&month(&world).await, "2025-10-27"), one["close"].as_f64());
    world.advance(SignedDuration::from_mins(1));
    // Taken back, it is not found again.
    let number = one["number"].as_u64().unwrap();
    world.app.engine.undo_repair(number).await.unwrap();
    assert!(world.app.engine.undo_repair(number).await.is_err());
    compare(&world, 8).await;
    assert_eq!(close_of(&month(&world).await, "2025-10-27"), one["published_close"].as_f64());
    assert_eq!(repairs(&world).await[0]["ended"], "undone");
    let then =
        world.get(&format!("/marketpulse/v1/bars/AAPL?period=1mo&as_of={when}")).await.json();
    assert_eq!(close_of(&then, "2025-10-27"), one["close"].as_f64(), "as it was told then");
}

#[tokio::test]
async fn a_wrong_second_source_is_found_out_and_the_first_is_fresh() {
    let other = Upstream::start(Market::new(8), "2025-10-29T12:00:00Z".parse().unwrap()).await;
    let url = other.url();
    let settings = [
        ("MARKETPULSE_TIINGO_KEY", KEY),
        ("MARKETPULSE_TIINGO_URL", url.as_str()),
        ("MARKETPULSE_TWELVEDATA_KEY", KEY),
        ("MARKETPULSE_WATCHLIST", "AAPL"),
        ("MARKETPULSE_REPAIR", "on"),
    ];
    let world = World::start("production", &settings).await;
    compare(&world, 6).await;
    let found = repairs(&world).await;
    assert!(found.len() > 5, "all of it is of another market: {found:?}");
    for one in &found {
        assert_eq!((&one["source"], &one["by"]), (&"tiingo".into(), &"yahoo".into()), "{one}");
        assert_eq!(one["served"], false, "nothing shows that it is adjusted alike: {one}");
    }
    let told = month(&world).await;
    assert_eq!((&told["disputed"], &told["repaired"]), (&Value::Null, &Value::Null), "{told}");
    let from_there =
        world.get("/marketpulse/v1/bars/AAPL?from=2025-10-20&source=tiingo").await.json();
    assert_eq!(from_there["disputed"][0]["against"], "yahoo", "{from_there}");
}

#[tokio::test]
async fn nothing_is_repaired_where_nobody_decides_and_nothing_looked_for_where_that_is_off() {
    for (repair, key) in [("on", None), ("off", Some(("MARKETPULSE_TWELVEDATA_KEY", KEY)))] {
        let settings = [
            ("MARKETPULSE_TIINGO_KEY", KEY),
            ("MARKETPULSE_WATCHLIST", "AAPL"),
            ("MARKETPULSE_REPAIR", repair),
        ];
        let settings: Vec<_> = settings.into_iter().chain(key).collect();
        let world = World::start("production", &settings).await;
        world.upstream.fail("/v8/", Fault::Tale(Tale::OffBy(date(2025, 10, 27), 7)), None);
        compare(&world, 12).await;
        assert!(repairs(&world).await.is_empty());
        let told = month(&world).await;
        assert_eq!(told["disputed"].as_array().unwrap().len(), 1, "{told}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_said_and_others_go_on() {
    let world = with_key("wrong").await;
    yahoo_is_dead(&world);
    world.refresh().await;
    let found = sources(&world).await.into_iter().find(|it| it["source"] == "tiingo").unwrap();
    assert_eq!(found["last_error"]["reason"], "unauthorised", "{found}");
    assert_eq!((&found["state"], found["refused_since"].is_string()), (&"refused".into(), true));
    let status = world.get("/marketpulse/status").await.body;
    assert!(status.contains("data-state=\"refused\""), "{status}");
    world.upstream.heal();
    world.advance(SignedDuration::from_mins(2));
    world.refresh().await;
    assert_eq!(quote(&world).await["source"], "yahoo");
}

#[tokio::test]
async fn a_larger_plan_is_used_as_far_as_its_limits_go_and_terms_are_told() {
    let of = async |settings: &[(&str, &str)]| {
        let world = World::start("production", settings).await;
        sources(&world).await.into_iter().find(|it| it["source"] == "tiingo").unwrap()
    };
    let key = ("MARKETPULSE_TIINGO_KEY", KEY);
    let free = of(&[key]).await;
    assert_eq!(
        (&free["budget"]["per_hour"], &free["redistribution"]),
        (&40.into(), &"private".into())
    );
    let paid = of(&[key, ("MARKETPULSE_TIINGO_ALLOWANCE", "10000/hour,100000/day")]).await;
    assert_eq!(paid["budget"]["burst"], 2_500, "{paid}");
    let per_day = paid["budget"]["per_hour"].as_f64().unwrap() * 24.0 + 2_500.0;
    assert!((99_999.0..=100_001.0).contains(&per_day), "{paid}");
}

#[tokio::test]
async fn a_key_is_in_nothing_that_is_told() {
    let world = with_key(KEY).await;
    yahoo_is_dead(&world);
    world.refresh().await;
    for target in
        ["/marketpulse/v1/sources", "/marketpulse/status", "/marketpulse/v1/quotes?symbols=AAPL"]
    {
        assert!(!world.get(target).await.body.contains(KEY), "{target}");
    }
    assert!(world.upstream.log().iter().all(|asked| !asked.contains(KEY)));
    assert!(!format!("{:?}", world.app.config).contains(KEY));
}

#[tokio::test]
async fn the_last_close_is_there_before_anybody_asks_though_the_first_source_is_away() {
    let world = with_key(KEY).await;
    let last = async || {
        let told = world.get("/marketpulse/v1/bars/AAPL?period=1mo").await.json();
        let last = told["bars"].as_array().unwrap().last().unwrap()["date"].clone();
        [told["source"].clone(), told["freshness"].clone(), last]
    };
    let asked = || world.upstream.requests_to("/v8/") + world.upstream.requests_to("/tiingo/");
    world.app.engine.have_last_closes().await;
    assert_eq!(asked(), 0, "nobody has looked at it");
    assert_eq!(last().await, ["yahoo", "fresh", "2025-10-28"]);
    yahoo_is_dead(&world);
    // Trading ends at 20:00.
    world.advance(SignedDuration::from_mins(8 * 60 + 50));
    let before = asked();
    world.app.engine.have_last_closes().await;
    assert_eq!(asked(), before, "sources may not have it yet");
    world.advance(SignedDuration::from_mins(15));
    world.app.engine.have_last_closes().await;
    let had = asked();
    assert!(had > before);
    assert_eq!(last().await, ["tiingo", "fresh", "2025-10-29"]);
    world.advance(SignedDuration::from_hours(1));
    world.app.engine.have_last_closes().await;
    assert_eq!(asked(), had, "it is had");
}
