use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Fault;

use super::{SHARE, chart};
use crate::world::{Answer, World};

/// What the fake upstream answers to a question.
async fn upstream(world: &World, symbol: &str, query: &str) -> Value {
    let url = format!("{}/v8/finance/chart/{symbol}?{query}", world.upstream.url());
    let body = reqwest::get(url).await.unwrap().text().await.unwrap();
    serde_json::from_str::<Value>(&body).unwrap()["chart"]["result"][0].clone()
}

const EVENTS: &str = "events=div,splits,capitalGains&includePrePost=false";

#[tokio::test]
async fn every_figure_is_the_one_that_the_source_itself_answers() {
    let world = World::production().await;
    for query in [
        "range=5d&interval=1d",
        "range=1y&interval=1d",
        "range=5y&interval=1wk",
        "range=max&interval=3mo",
        "range=5d&interval=1m",
        "range=1mo&interval=15m",
        "range=1mo&interval=1h",
        // The second of January 2020, and the first of February, in New York.
        "period1=1577941200&period2=1580533200&interval=1d",
    ] {
        let query = format!("{query}&{EVENTS}");
        let (ours, theirs) =
            (chart(&world, SHARE, &query).await, upstream(&world, SHARE, &query).await);
        for member in ["timestamp", "indicators"] {
            assert_eq!(ours[member], theirs[member], "{query}: {member}");
        }
        assert_eq!(terms(&ours["events"]), terms(&theirs["events"]), "{query}");
        let tells = |member: &str| {
            assert_eq!(ours["meta"][member], theirs["meta"][member], "{query}: {member}");
        };
        for member in [
            "currency",
            "symbol",
            "exchangeName",
            "fullExchangeName",
            "instrumentType",
            "firstTradeDate",
            "gmtoffset",
            "timezone",
            "exchangeTimezoneName",
            "regularMarketPrice",
            "regularMarketTime",
            "priceHint",
            "currentTradingPeriod",
            "tradingPeriods",
            "dataGranularity",
            "validRanges",
        ] {
            tells(member);
        }
    }
}

/// Actions without the keys that they stand under, which are bars' and not theirs, and
/// without currencies, of which there is one.
fn terms(events: &Value) -> Vec<(String, Vec<Value>)> {
    let kinds = events.as_object().into_iter().flatten();
    let plain = |event: &Value| {
        let mut event = event.clone();
        event.as_object_mut().unwrap().remove("currency");
        let whole = |it: &Value| it.as_f64().map_or(it.clone(), Value::from);
        let members = event.as_object().unwrap();
        members.iter().map(|(name, it)| (name.clone(), whole(it))).collect::<Value>()
    };
    let each = kinds.map(|(kind, events)| {
        let mut events: Vec<Value> = events.as_object().unwrap().values().map(plain).collect();
        events.sort_by_key(|event| event["date"].as_f64().map(|date| date as i64));
        (kind.clone(), events)
    });
    each.collect()
}

#[tokio::test]
async fn a_chart_costs_its_upstream_one_request_and_a_second_one_none() {
    let world = World::production().await;
    let first = chart(&world, SHARE, "range=1mo&interval=1d").await;
    assert_eq!(world.upstream.requests_to(SHARE), 1);
    assert_eq!(chart(&world, SHARE, "interval=1d&range=1mo&crumb=x&lang=en-US").await, first);
    assert_eq!(world.upstream.requests_to(SHARE), 1);
}

/// Clients ask for the day of an instrument first, to learn where it trades.
#[tokio::test]
async fn the_day_that_is_asked_for_first_costs_no_request_of_its_own() {
    let world = World::production().await;
    let day = format!("range=1d&interval=1d&{EVENTS}");
    let years = "period1=1577941200&period2=1580533200&interval=1d";
    let wanted = ["range=1mo&interval=1d", "range=1mo&interval=1d", years, "range=1y&interval=1d"];
    let spent = ["AAPL", "MSFT", "IBM", "KO"].into_iter().zip(wanted);
    for ((symbol, wanted), requests) in spent.zip([1, 1, 3, 2]) {
        let ours = chart(&world, symbol, &day).await;
        chart(&world, symbol, wanted).await;
        // Years ago tell no latest price, which is one more request.
        assert_eq!(world.upstream.requests_to(symbol), requests, "{symbol} {wanted}");
        let theirs = upstream(&world, symbol, &day).await;
        for member in ["timestamp", "indicators", "events"] {
            assert_eq!(ours[member], theirs[member], "{symbol}: {member}");
        }
        let provenance = &ours["meta"]["marketpulse"];
        assert_eq!((&provenance["complete"], &provenance["missing"]), (&json!(true), &json!(0)));
        assert_eq!(ours["meta"]["range"], "1d");
        let previous = "chartPreviousClose";
        assert_eq!(ours["meta"][previous], theirs["meta"][previous], "{symbol}");
    }
    chart(&world, "GE", "range=1d&interval=1d").await;
    chart(&world, "GE", "range=1y&interval=1d").await;
    assert_eq!(world.upstream.requests_to("GE"), 1, "what was wanted of the one before");
}

#[tokio::test]
async fn what_came_before_our_time_is_all_there_is() {
    let world = World::production().await;
    let now = "2025-10-29T12:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    let ninety_nine_years = now - 3_122_064_000;
    let all = format!("period1={ninety_nine_years}&period2={now}&interval=1d");
    let bars = chart(&world, SHARE, &all).await["timestamp"].clone();
    assert_eq!(bars, chart(&world, SHARE, "range=max&interval=1d").await["timestamp"]);
    assert!(bars.as_array().unwrap().len() > 10_000);
}

#[tokio::test]
async fn a_price_of_long_ago_is_never_told_for_the_present_one() {
    let world = World::production().await;
    let old = chart(&world, SHARE, "period1=1577941200&period2=1580533200&interval=1d").await;
    let new = chart(&world, SHARE, "range=5d&interval=1d").await;
    for member in ["regularMarketPrice", "regularMarketTime"] {
        assert_eq!(old["meta"][member], new["meta"][member], "{member}");
    }
}

#[tokio::test]
async fn the_second_instant_is_not_asked_for() {
    let world = World::production().await;
    let bars = async |query: &str| chart(&world, SHARE, query).await["timestamp"].clone();
    // The twenty-eighth of October, from its open to an hour later.
    let (open, later) = (1_761_658_200, 1_761_661_800);
    let minutes = bars(&format!("period1={open}&period2={later}&interval=1m")).await;
    let minutes = minutes.as_array().unwrap();
    assert_eq!((minutes.len(), &minutes[0]), (60, &json!(open)));
    assert_eq!(
        bars(&format!("period1=1761264000&period2={open}&interval=1d")).await,
        json!([1_761_312_600, 1_761_571_800])
    );
}

#[tokio::test]
async fn every_spelling_is_answered_as_it_was_asked() {
    let world = World::production().await;
    for (asked, told, currency) in [
        ("%5EFCHI", "^FCHI", "EUR"),
        ("EURUSD=X", "EURUSD=X", "USD"),
        ("eurusd%3Dx", "EURUSD=X", "USD"),
        ("JPY=X", "JPY=X", "JPY"),
        ("BTC-EUR", "BTC-EUR", "EUR"),
    ] {
        let meta = chart(&world, asked, "range=5d&interval=1d").await["meta"].clone();
        assert_eq!((&meta["symbol"], &meta["currency"]), (&json!(told), &json!(currency)));
    }
}

#[tokio::test]
async fn coins_have_whole_bars_although_another_source_comes_first_here() {
    let world = World::production().await;
    let coin = chart(&world, "BTC-EUR", "range=5d&interval=1d").await;
    assert_eq!(coin["meta"]["marketpulse"]["source"], "yahoo");
    assert!(coin["indicators"]["quote"][0]["open"][0].is_number());
    // Nobody is kept waiting for the one source while another has closes.
    world.upstream.fail("/v8/", Fault::Close, None);
    let coin = chart(&world, "BTC-EUR", "range=3mo&interval=1d").await;
    assert_eq!(coin["meta"]["marketpulse"]["source"], "coingecko");
    assert!(coin["indicators"]["quote"][0]["close"][0].is_number());
}

#[tokio::test]
async fn actions_have_the_keys_that_clients_make_columns_of_and_no_other() {
    let world = World::production().await;
    let events =
        chart(&world, SHARE, &format!("range=max&interval=1d&{EVENTS}")).await["events"].clone();
    let keys = |kind: &str| {
        let (_, event) = events[kind].as_object().unwrap().iter().next().unwrap();
        event.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys("dividends"), ["amount", "date"]);
    assert_eq!(keys("splits"), ["date", "denominator", "numerator", "splitRatio"]);
    let none = chart(&world, SHARE, "range=max&interval=1d").await;
    assert_eq!(none.get("events"), None, "nobody asked for any");
    let splits = chart(&world, SHARE, "range=max&interval=1d&events=split").await;
    assert_eq!(splits["events"].as_object().unwrap().keys().collect::<Vec<_>>(), ["splits"]);
}

#[tokio::test]
async fn provenance_stands_in_meta_alone() {
    let world = World::production().await;
    let told = chart(&world, SHARE, "range=5d&interval=1d").await;
    let about = &told["meta"]["marketpulse"];
    assert_eq!((&about["source"], &about["freshness"]), (&json!("yahoo"), &json!("fresh")));
    assert_eq!((&about["complete"], &about["simulated"]), (&json!(true), &json!(false)));
    assert_eq!(about["receivedAt"], "2025-10-29T12:00:00Z");
    assert!(about["knownSince"].is_string());
    let members: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(members, ["indicators", "meta", "timestamp"]);
}

#[tokio::test]
async fn periods_around_hours_have_the_form_that_is_asked_for() {
    let world = World::production().await;
    let alone = chart(&world, SHARE, "range=2d&interval=1h&includePrePost=false").await;
    assert_eq!(alone["meta"]["tradingPeriods"].as_array().unwrap().len(), 2);
    let around = chart(&world, SHARE, "range=2d&interval=1h&includePrePost=True").await;
    for part in ["pre", "regular", "post"] {
        let days = &around["meta"]["tradingPeriods"][part];
        assert_eq!(days.as_array().unwrap().len(), 2, "{part}");
        assert!(days[0][0]["gmtoffset"].is_number() && days[0][0]["timezone"].is_string());
    }
    let daily = chart(&world, SHARE, "range=5d&interval=1d").await;
    assert_eq!(daily["meta"].get("tradingPeriods"), None);
}

#[tokio::test]
async fn a_stretch_without_bars_is_no_error() {
    let world = World::production().await;
    // A Saturday and a Sunday.
    let empty = chart(&world, SHARE, "period1=1761364800&period2=1761451200&interval=1d").await;
    assert_eq!(empty.get("timestamp"), None);
    assert_eq!(empty["indicators"], json!({ "quote": [{}], "adjclose": [{}] }));
}

#[tokio::test]
async fn what_is_held_is_told_while_the_upstream_refuses() {
    let world = World::production().await;
    let before = chart(&world, SHARE, "range=1mo&interval=1d").await;
    let refused = Fault::Status { code: 429, retry_after: Some("60".to_owned()) };
    world.upstream.fail("", refused, None);
    world.advance(SignedDuration::from_hours(12));
    let after = chart(&world, SHARE, "range=1mo&interval=1d").await;
    assert_eq!(after["indicators"], before["indicators"]);
    assert_eq!(after["meta"]["marketpulse"]["freshness"], "stale");
}

#[tokio::test]
async fn a_part_of_a_stretch_is_never_told_for_all_of_it() {
    let world = World::production().await;
    let held = world.get("/v8/finance/chart/AAPL?range=1mo&interval=1d").await;
    let rows = |answer: &Answer| {
        let answer = answer.json();
        answer["chart"]["result"][0]["timestamp"].as_array().map_or(0, Vec::len)
    };
    assert!(rows(&held) > 15, "{}", held.body);
    world.upstream.fail("", Fault::Close, None);
    let (from, to) = (1_577_836_800, 1_762_000_000);
    let dates = format!("period1={from}&period2={to}");
    for stretch in ["range=max", "range=5y", dates.as_str()] {
        let part = world.get(&format!("/v8/finance/chart/AAPL?{stretch}&interval=1d")).await;
        assert_eq!((part.status, rows(&part)), (503, 0), "{stretch}: {}", part.body);
        let spark =
            world.get(&format!("/v8/finance/spark?symbols=AAPL&{stretch}&interval=1d")).await;
        assert_eq!(spark.status, 503, "{stretch}: {}", spark.body);
    }
    let within = "period1=1760486400&period2=1761004800&interval=1d";
    let within = world.get(&format!("/v8/finance/chart/AAPL?{within}")).await;
    assert_eq!((within.status, rows(&within)), (200, 4), "all of that is held: {}", within.body);
    world.upstream.heal();
    world.advance(SignedDuration::from_mins(5));
    let whole = world.get("/v8/finance/chart/AAPL?range=5y&interval=1d").await;
    assert!(rows(&whole) > 1_200, "{}", whole.status);
}

#[tokio::test]
async fn short_bars_of_all_the_days_that_there_are_any_of_are_had_at_once() {
    let world = World::production().await;
    let now = "2025-10-29T12:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    for (interval, days) in [("1m", 8), ("5m", 60), ("1h", 730)] {
        let from = now - days * 86_400 + 5;
        let query = format!("period1={from}&period2={now}&interval={interval}");
        let told = chart(&world, SHARE, &query).await;
        let first = told["timestamp"][0].as_i64().unwrap();
        // Until the first trading within them, a weekend may pass.
        assert!((0..3 * 86_400).contains(&(first - from)), "{interval}: {}", first - from);
    }
    let past =
        world.get("/v8/finance/chart/AAPL?period1=1577941200&period2=1580533200&interval=5m");
    assert_eq!(super::error(&past.await, "chart").0, 422);
}

#[tokio::test]
async fn bars_that_are_held_do_not_wait_for_a_price_that_does_not_come() {
    let world = World::production().await;
    let query = "period1=1577941200&period2=1580533200&interval=1d";
    world.upstream.fail("range=5d", Fault::Status { code: 500, retry_after: None }, None);
    let told = chart(&world, SHARE, query).await;
    assert_eq!(told["meta"].get("regularMarketPrice"), None, "none is known");
    assert!(told["timestamp"].as_array().unwrap().len() > 15);
}

#[tokio::test]
async fn weeks_that_a_free_range_lies_in_are_told_whole() {
    let world = World::production().await;
    let weeks = chart(&world, SHARE, "range=7d&interval=1wk").await["timestamp"].clone();
    // The Mondays of the twentieth and of the twenty-seventh of October, in New York.
    assert_eq!(weeks, json!([1_760_932_800, 1_761_537_600]));
}

#[tokio::test]
async fn ninety_minutes_are_counted_from_the_open_of_each_day() {
    let world = World::production().await;
    let seconds = |chart: &Value| -> Vec<i64> {
        let stamps = chart["timestamp"].as_array().unwrap();
        stamps.iter().map(|stamp| stamp.as_i64().unwrap()).collect()
    };
    let halves = chart(&world, SHARE, "range=5d&interval=30m").await;
    let calls = world.upstream.requests();
    let bars = chart(&world, SHARE, "range=5d&interval=90m").await;
    assert_eq!(world.upstream.requests(), calls, "its parts are held");
    assert_eq!(bars["meta"]["dataGranularity"], "90m");
    let (halves_at, at) = (seconds(&halves), seconds(&bars));
    let opens = bars["meta"]["tradingPeriods"].as_array().unwrap();
    for (day, period) in opens.iter().enumerate() {
        let open = period[0]["start"].as_i64().unwrap();
        assert_eq!(at[day * 5..][..5], [0, 1, 2, 3, 4].map(|n| open + n * 5_400));
    }
    let quote = |chart: &Value, member: &str, place: usize| {
        chart["indicators"]["quote"][0][member][place].clone()
    };
    for (place, opened) in at.iter().enumerate() {
        let ends = at.get(place + 1).copied().unwrap_or(i64::MAX);
        let parts: Vec<usize> =
            (0..halves_at.len()).filter(|&i| (*opened..ends).contains(&halves_at[i])).collect();
        let (first, last) = (parts[0], *parts.last().unwrap());
        assert_eq!(quote(&bars, "open", place), quote(&halves, "open", first));
        assert_eq!(quote(&bars, "close", place), quote(&halves, "close", last));
        let highs = parts.iter().map(|&i| quote(&halves, "high", i).as_f64().unwrap());
        assert_eq!(quote(&bars, "high", place), json!(highs.fold(f64::MIN, f64::max)));
    }
}

/// New York closes early three times a year, which the fake upstream does not know of: it
/// trades on, and at times not one share in the last bar of such a day.
#[tokio::test]
async fn no_bar_lies_outside_of_its_day_where_trading_went_on_after_an_early_close() {
    let world = World::production().await;
    for symbol in ["AAPL", "MSFT", "KO", "BRK-B", "ABC", "XYZ"] {
        for query in ["range=1y&interval=60m", "range=1y&interval=1h"] {
            let bars = chart(&world, symbol, &format!("{query}&{EVENTS}")).await;
            let days = bars["meta"]["tradingPeriods"].as_array().unwrap();
            let is_within = |at: &Value| {
                let at = at.as_i64().unwrap();
                let of = |day: &Value, end: &str| day[0][end].as_i64().unwrap();
                days.iter().any(|day| of(day, "start") <= at && at < of(day, "end"))
            };
            let outside: Vec<_> =
                bars["timestamp"].as_array().unwrap().iter().filter(|at| !is_within(at)).collect();
            assert!(outside.is_empty(), "{symbol} {query}: {outside:?}");
        }
    }
}
