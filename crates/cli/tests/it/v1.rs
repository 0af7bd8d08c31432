//! The data API as its users call it.

use axum::body::Body;
use axum::http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Fault;

use crate::world::{Answer, World};

const V1: &str = "/marketpulse/v1";

async fn get(world: &World, target: &str) -> Answer {
    world.get(&format!("{V1}/{target}")).await
}

async fn rows(world: &World, target: &str, name: &str) -> Vec<Value> {
    let answer = get(world, target).await;
    assert_eq!(answer.status, 200, "{target}: {}", answer.body);
    answer.json()[name].as_array().unwrap().clone()
}

async fn refused(world: &World, target: &str, status: u16, words: &str) {
    let (found, detail) = get(world, target).await.problem();
    assert_eq!(found, status, "{target}: {detail}");
    assert!(detail.contains(words), "{target}: {detail}");
}

#[tokio::test]
async fn quotes_come_in_the_order_asked_and_one_bad_symbol_fails_nothing() {
    let world = World::production().await;
    world.upstream.unknown("ZZZZ");
    let quotes = rows(&world, "quotes?symbols=AAPL,ZZZZ,EUR_USD", "quotes").await;
    let told: Vec<&Value> = quotes.iter().map(|quote| &quote["symbol"]).collect();
    assert_eq!(told, ["AAPL", "ZZZZ", "EUR/USD"]);
    assert!(quotes[0]["price"].is_number() && quotes[2]["price"].is_number(), "{quotes:?}");
    assert_eq!(quotes[1]["price"], Value::Null);
    assert_eq!(quotes[1]["reason"], "unknown_symbol");
    for key in ["source", "as_of", "received_at", "age_s", "freshness", "currency"] {
        assert_ne!(quotes[0][key], Value::Null, "{key}");
    }
    refused(&world, "quotes/ZZZZ", 404, "no source knows ZZZZ").await;
    refused(&world, "quotes?symbols=,", 400, "names no symbol").await;
    refused(&world, "quotes", 400, "symbols: is needed, such as symbols=AAPL,EUR/USD").await;
    let many = vec!["A"; 501].join(",");
    refused(&world, &format!("quotes?symbols={many}"), 400, "501 symbols; at most 500").await;
}

#[tokio::test]
async fn five_hundred_symbols_are_asked_of_upstreams_in_batches() {
    let world = World::production().await;
    let names: Vec<String> = (0..500).map(|i| format!("SYM{i}")).collect();
    let target = format!("quotes?symbols={}", names.join(","));
    let quotes = rows(&world, &target, "quotes").await;
    assert_eq!(quotes.len(), 500);
    assert!(quotes.iter().all(|quote| quote["price"].is_number()), "{:?}", quotes[499]);
    assert_eq!(world.upstream.requests(), 25);
    rows(&world, &target, "quotes").await;
    assert_eq!(world.upstream.requests(), 25, "and not again within the interval");
}

#[tokio::test]
async fn fields_are_given_in_the_order_asked_and_unknown_ones_are_named() {
    let world = World::production().await;
    let bars = get(&world, "bars/AAPL?period=5d&fields=close,date").await;
    assert!(bars.body.contains("\"bars\":[{\"close\":"), "{}", bars.body);
    refused(&world, "bars/AAPL?fields=clsoe", 400, "did you mean close?").await;
    refused(&world, "quotes/AAPL?fields=price,price", 400, "named twice").await;
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repetition() {
    let world = World::production().await;
    let all = rows(&world, "bars/AAPL?period=1mo", "bars").await;
    for order in ["asc", "desc"] {
        let mut paged = Vec::new();
        let mut next = format!("{V1}/bars/AAPL?period=1mo&limit=5&order={order}");
        while !next.is_empty() {
            let answer = world.get(&next).await;
            let told = answer.json();
            paged.extend(told["bars"].as_array().unwrap().clone());
            next = told["next"].as_str().unwrap_or_default().to_owned();
            let link =
                if next.is_empty() { String::new() } else { format!("<{next}>; rel=\"next\"") };
            assert_eq!(answer.header("link"), link);
        }
        if order == "desc" {
            paged.reverse();
        }
        assert_eq!(paged, all, "{order}");
    }
    refused(&world, "bars/AAPL?cursor=here", 400, "cursor: \"here\" is not an instant").await;
    refused(&world, "bars/AAPL?limit=0", 400, "not a whole number from 1").await;
}

#[tokio::test]
async fn what_an_interval_lacks_is_put_together_within_sessions() {
    let world = World::production().await;
    let total =
        |bars: &[Value]| bars.iter().map(|bar| bar["volume"].as_f64().unwrap_or(0.0)).sum::<f64>();
    for (finer, interval, parts) in [("1h", "4h", 4), ("30m", "90m", 3)] {
        let address = |interval| format!("bars/CAC40?period=5d&interval={interval}");
        let made_of = rows(&world, &address(finer), "bars").await;
        let calls = world.upstream.requests();
        let bars = rows(&world, &address(interval), "bars").await;
        assert_eq!(world.upstream.requests(), calls, "the parts are held already");
        assert!((total(&made_of) - total(&bars)).abs() < 1.0);
        for day in made_of.chunk_by(|a, b| a["date"] == b["date"]) {
            let is_of_day = |bar: &&Value| bar["date"] == day[0]["date"];
            let of_day: Vec<&Value> = bars.iter().filter(is_of_day).collect();
            assert_eq!(of_day.len(), day.len().div_ceil(parts), "{interval}");
            assert_eq!(of_day[0]["open"], day[0]["open"]);
            assert_eq!(of_day.last().unwrap()["close"], day.last().unwrap()["close"]);
        }
    }
    refused(&world, "bars/CAC40?interval=3h", 400, "2h 4h 1d").await;
}

#[tokio::test]
async fn a_study_can_be_repeated_as_of_any_instant() {
    let world = World::production().await;
    let before = rows(&world, "bars/AAPL?period=1mo", "bars").await;
    world.advance(SignedDuration::from_hours(24));
    // What is held is given while it is asked for anew behind the answer.
    let mut after = before.clone();
    while after == before {
        after = rows(&world, "bars/AAPL?period=1mo", "bars").await;
        tokio::task::yield_now().await;
    }
    // The first question held a bar that was running; time passed, and it is another now.
    let then = "bars/AAPL?period=1mo&as_of=2025-10-29T12:00:00Z";
    assert_eq!(rows(&world, then, "bars").await, before);
    assert_eq!(rows(&world, &then.replace("as_of", "known_at"), "bars").await, before);
    let told = get(&world, then).await;
    assert_eq!(told.json()["known_at"], "2025-10-29T12:00:00Z");
    assert_eq!(told.header("cache-control"), "public, max-age=31536000, immutable");
    refused(&world, "bars/AAPL?as_of=2025-10-28T12:00:00Z", 404, "nothing was known here of AAPL")
        .await;
    refused(&world, "bars/AAPL?as_of=2035-10-28T12:00:00Z", 400, "is in the future").await;
    let future = "bars?symbols=AAPL&known_at=2035-10-28T12:00:00Z";
    refused(&world, future, 400, "known_at: is in the future").await;
    refused(&world, "bars/AAPL?as_of=yesterday", 400, "use RFC 3339").await;
    let both = "bars/AAPL?as_of=2025-10-29T12:00:00Z&known_at=2025-10-29T12:00:00Z";
    refused(&world, both, 400, "known_at: is another name of as_of; give one of the two").await;
}

/// The same but for what is exempt: when the answer was made.
fn told_again(now: &str, then: &str) -> (Value, Value) {
    let without = |text: &str| {
        let mut value: Value = serde_json::from_str(text).unwrap();
        for key in ["timestamp", "known_at"] {
            value.as_object_mut().unwrap().remove(key);
        }
        value
    };
    (without(now), without(then))
}

#[tokio::test]
async fn what_was_shown_is_reported_again_of_any_instant() {
    let mut world = World::production().await;
    let questions = [
        "quotes?symbols=AAPL,EUR_USD,BTC_EUR",
        "quotes/AAPL",
        "fx/EUR/USD",
        "fx/USD/JPY",
        "fx/convert?from=GBP&to=CHF&amount=9",
        "fx/EUR/USD?date=2025-10-28",
        "actions/AAPL",
    ];
    let mut told = Vec::new();
    for minutes in 0..3 {
        let instant = format!("2025-10-29T12:{:02}:00Z", 11 * minutes);
        for question in questions {
            get(&world, question).await;
        }
        world.refresh().await;
        while world.app.engine.is_asking() {
            tokio::task::yield_now().await;
        }
        for question in questions {
            told.push((instant.clone(), question, get(&world, question).await.body));
        }
        world.advance(SignedDuration::from_mins(11));
    }
    world.restart().await;
    for (instant, question, body) in told {
        let joint = if question.contains('?') { '&' } else { '?' };
        let again = get(&world, &format!("{question}{joint}as_of={instant}")).await;
        let (now, then) = told_again(&body, &again.body);
        assert_eq!(now, then, "{question} as of {instant}");
        assert_eq!(again.header("cache-control"), "public, max-age=31536000, immutable");
    }
    for question in questions {
        let joint = if question.contains('?') { '&' } else { '?' };
        let before = format!("{question}{joint}as_of=2025-10-28T12:00:00Z");
        refused(&world, &before, 404, "nothing was known here").await;
        let future = format!("{question}{joint}known_at=2035-10-28T12:00:00Z");
        refused(&world, &future, 400, "known_at: is in the future").await;
    }
}

#[tokio::test]
async fn before_the_horizon_nothing_is_promised() {
    let settings =
        [("MARKETPULSE_RETAIN_BARS_DAYS", "30"), ("MARKETPULSE_RETAIN_QUOTES_DAYS", "2")];
    let world = World::start("production", &settings).await;
    for question in ["quotes/AAPL", "bars/AAPL", "actions/AAPL"] {
        get(&world, question).await;
    }
    world.advance(SignedDuration::from_hours(3 * 24));
    let then = "as_of=2025-10-29T12:00:00Z";
    assert_eq!(get(&world, &format!("bars/AAPL?{then}")).await.status, 200);
    let kept = get(&world, &format!("actions/AAPL?{then}")).await;
    assert_eq!(kept.header("cache-control"), "public, max-age=2332800, immutable", "27 days");
    for question in ["quotes/AAPL", "quotes?symbols=AAPL", "fx/EUR/USD"] {
        let joint = if question.contains('?') { '&' } else { '?' };
        let words = "quotes is retained since 2025-10-30T12:00:00Z";
        refused(&world, &format!("{question}{joint}{then}"), 410, words).await;
    }
    let day = "fx/EUR/USD?date=2025-09-01&as_of=2025-09-30T12:00:00Z";
    refused(&world, day, 410, "price history is retained since 2025-10-02T12:00:00Z").await;
}

#[tokio::test]
async fn what_changed_since_is_reported_with_every_version_of_it() {
    let world = World::production().await;
    let before = rows(&world, "bars/AAPL?period=1mo", "bars").await;
    let day = before[before.len() / 2]["date"].as_str().unwrap();
    world.advance(SignedDuration::from_mins(5));
    // What was brought in is corrected by what is brought in after it.
    for close in [100.0, 101.0] {
        import(&world, day, close).await;
        world.advance(SignedDuration::from_mins(5));
    }
    let changes = rows(&world, "changes?since=2025-10-29T12:00:00Z", "changes").await;
    assert_eq!(changes.len(), 1, "{changes:?}");
    for (key, value) in [
        ("symbol", "AAPL"),
        ("interval", "1d"),
        ("source", "import"),
        ("first", day),
        ("last", day),
        ("why", "corrected"),
        ("at", "2025-10-29T12:10:00Z"),
    ] {
        assert_eq!(changes[0][key], value, "{key}");
    }
    assert!(rows(&world, "changes?since=2025-10-29T12:11:00Z", "changes").await.is_empty());
    assert!(
        rows(&world, "changes?since=2025-10-29T12:00:00Z&symbol=MSFT", "changes").await.is_empty()
    );
    let versions = format!("bars/AAPL/versions?date={day}&source=import");
    let versions = rows(&world, &versions, "versions").await;
    let told = |key: &str| versions.iter().map(|it| it[key].clone()).collect::<Vec<_>>();
    assert_eq!(told("close"), [100, 101]);
    assert_eq!(told("why"), ["imported", "corrected"]);
    assert_eq!(told("known_from"), ["2025-10-29T12:05:00Z", "2025-10-29T12:10:00Z"]);
    assert_eq!(told("known_until"), [json!("2025-10-29T12:10:00Z"), Value::Null]);
    let all = rows(&world, &format!("bars/AAPL/versions?from={day}&to={day}"), "versions").await;
    assert_eq!(all.len(), 3, "and what the upstream says");
    let none = "actions/AAPL/versions?to=1980-01-01&format=csv&fields=ex_date";
    assert_eq!(get(&world, none).await.body, "ex_date,symbol\n");
    assert_eq!(rows(&world, "changes", "changes").await, changes, "since ever");
    refused(&world, "bars/AAPL/versions?date=2025-10-28&from=2025-10-28", 400, "date: ").await;
}

/// Brings bars in by hand, one of them with another close.
async fn import(world: &World, day: &str, close: f64) {
    let question = market::HistoryQuery {
        symbol: "AAPL".parse().unwrap(),
        interval: market::Interval::D1,
        span: market::Span::Period("1mo".parse().unwrap()),
        source: None,
    };
    let held = world.app.engine.history(&question).await.unwrap();
    let price = market::Price::new(close).unwrap();
    let corrected =
        |bar: market::Bar| market::Bar { close: price, open: None, high: None, low: None, ..bar };
    let is_it = |bar: &market::Bar| bar.date.to_string() == day;
    let other = |bar: market::Bar| if is_it(&bar) { corrected(bar) } else { bar };
    let bars = held.series.bars().map(other).collect();
    let series = market::Series::new(held.series.head.clone(), bars);
    let received_at = world.app.engine.now();
    let bars = market::HistoryResult { series, received_at, ..(*held).clone() };
    world.app.engine.import(&bars, false).await.unwrap();
}

#[tokio::test]
async fn several_series_stand_side_by_side_and_holes_stay_holes() {
    let world = World::production().await;
    world.upstream.unknown("ZZZZ");
    let answer = get(&world, "bars?symbols=AAPL,BTC_EUR,ZZZZ&period=1mo").await.json();
    let bars = answer["bars"].as_array().unwrap();
    let saturday = bars.iter().find(|bar| bar["date"] == "2025-10-25").unwrap();
    assert_eq!(saturday["AAPL"], Value::Null);
    assert!(saturday["BTC/EUR"].is_number());
    assert!(bars.iter().all(|bar| bar["ZZZZ"].is_null()));
    assert_eq!(answer["problems"][0]["symbol"], "ZZZZ");
    assert_eq!(answer["series"].as_array().unwrap().len(), 2);
    let alone = rows(&world, "bars/AAPL?period=1mo", "bars").await;
    let closes = |bars: &[Value], key: &str| -> Vec<Value> {
        bars.iter().map(|bar| bar[key].clone()).filter(|close| !close.is_null()).collect()
    };
    assert_eq!(closes(bars, "AAPL"), closes(&alone, "close"));
}

#[tokio::test]
async fn every_form_tells_the_same_and_says_what_it_is() {
    let world = World::production().await;
    let json = rows(&world, "bars/AAPL?period=5d", "bars").await;
    for (asked, accept, kind) in [
        ("", "text/csv", "text/csv; charset=utf-8"),
        ("&format=csv", "application/json", "text/csv; charset=utf-8"),
        ("&format=ndjson", "*/*", "application/x-ndjson"),
        ("&format=columns", "*/*", "application/json"),
    ] {
        let target = format!("{V1}/bars/AAPL?period=5d{asked}");
        let request = Request::get(target).header("accept", accept).body(Body::empty()).unwrap();
        let answer = world.ask(request).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{asked}");
        let close = json[0]["close"].to_string();
        assert!(answer.body.contains(&close), "{asked}: {}", answer.body);
        assert_eq!(answer.header("vary"), "accept, accept-encoding");
    }
    let request = Request::get(format!("{V1}/bars/AAPL")).header("accept", "text/html");
    let answer = world.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.problem().0, 406);
    refused(&world, "bars/AAPL?format=xml", 400, "not one of json, columns, csv").await;
}

#[tokio::test]
async fn a_copy_is_recognised_and_kept_as_long_as_it_is_good() {
    let world = World::production().await;
    let first = get(&world, "bars/AAPL?from=2025-01-02&to=2025-03-31").await;
    assert_eq!(first.header("cache-control"), "public, max-age=86400");
    let tag = first.header("etag").to_owned();
    let ask = |name: &'static str, value: String| {
        let target = format!("{V1}/bars/AAPL?from=2025-01-02&to=2025-03-31");
        world.ask(Request::get(target).header(name, value).body(Body::empty()).unwrap())
    };
    let again = ask("if-none-match", tag.clone()).await;
    assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", tag.as_str()));
    let modified = first.header("last-modified").to_owned();
    assert_eq!(ask("if-modified-since", modified).await.status, 304);
    assert_eq!(ask("if-none-match", "\"other\"".to_owned()).await.status, 200);
    for coding in ["gzip", "br", "zstd"] {
        let packed = ask("accept-encoding", coding.to_owned()).await;
        assert_eq!(packed.header("content-encoding"), coding);
        assert_eq!(packed.header("etag"), format!("{}-{coding}\"", tag.trim_end_matches('"')));
    }
    let today = get(&world, "bars/AAPL?period=5d").await;
    assert_eq!(today.header("cache-control"), "public, max-age=600");
    let head = Request::head(format!("{V1}/bars/AAPL?period=5d")).body(Body::empty()).unwrap();
    let head = world.ask(head).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("etag"), today.header("etag"));
}

#[tokio::test]
async fn a_part_of_a_file_can_be_had() {
    let world = World::production().await;
    let target = format!("{V1}/bars/AAPL?period=5d&format=csv");
    let whole = world.get(&target).await;
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let ask = |range: &'static str| {
        let request = Request::get(target.as_str()).header("range", range);
        world.ask(request.header("accept-encoding", "gzip").body(Body::empty()).unwrap())
    };
    let part = ask("bytes=5-14").await;
    assert_eq!((part.status, part.body.as_str()), (206, &whole.body[5..15]));
    assert_eq!(part.header("content-range"), format!("bytes 5-14/{}", whole.body.len()));
    let beyond = ask("bytes=100000-").await;
    assert_eq!((beyond.status, beyond.body.as_str()), (416, ""));
}

/// Tables, answers in JSON alone, and those of the classic routes.
const MOVING: [&str; 12] = [
    "/marketpulse/latest",
    "/marketpulse/history?symbol=AAPL&period=5d",
    "/marketpulse/v1/quotes?symbols=AAPL,EUR_USD",
    "/marketpulse/v1/quotes?symbols=AAPL,EUR_USD&format=csv",
    "/marketpulse/v1/quotes/AAPL.parquet",
    "/marketpulse/v1/bars?symbols=AAPL,MSFT&period=5d&format=ndjson",
    "/marketpulse/v1/bars/AAPL.arrow?period=5d",
    "/marketpulse/v1/instruments/AAPL",
    "/marketpulse/v1/value/AAPL",
    "/marketpulse/v1/value/AAPL?field=as_of",
    "/marketpulse/v1/fx/EUR/USD",
    "/marketpulse/v1/fx/convert?from=USD&to=CHF&amount=250",
];

/// `DuckDB` and Polars ask so. Prices and ages move between two questions.
#[tokio::test]
async fn what_head_told_of_is_what_its_parts_are_of() {
    let world = World::production().await;
    world.refresh().await;
    for target in MOVING {
        let head = Request::head(target).header("accept-encoding", "gzip");
        let head = world.ask(head.body(Body::empty()).unwrap()).await;
        let len: usize = head.header("content-length").parse().unwrap();
        // What was told is kept by tokio's clock, which this test must not outrun.
        tokio::time::pause();
        world.advance(SignedDuration::from_mins(1));
        let mut parts = String::new();
        for range in ["bytes=0-4".to_owned(), format!("bytes=5-{}", len - 1)] {
            let part = Request::get(target).header("range", range).body(Body::empty()).unwrap();
            let part = world.ask(part).await;
            assert_eq!((part.status, part.header("etag")), (206, head.header("etag")), "{target}");
            parts += &part.body;
        }
        let text = !target.contains("parquet") && !target.contains(".arrow");
        assert!(!text || parts.len() == len, "{target}: {parts}");
        tokio::time::resume();
        let whole = world.get(target).await;
        assert_eq!(whole.header("age"), "", "{target}: the whole is the newest");
    }
}

#[tokio::test]
async fn an_address_may_end_as_a_file_does() {
    let world = World::production().await;
    for (ending, kind) in [
        ("csv", "text/csv; charset=utf-8"),
        ("ndjson", "application/x-ndjson"),
        ("parquet", "application/vnd.apache.parquet"),
        ("arrow", "application/vnd.apache.arrow.file"),
        ("arrows", "application/vnd.apache.arrow.stream"),
        ("json", "application/json"),
        ("columns.json", "application/json"),
    ] {
        for target in [
            format!("bars/AAPL.{ending}?period=5d"),
            format!("bars/EUR%2FUSD.{ending}?period=5d"),
            format!("bars.{ending}?symbols=AAPL&symbols=MSFT&period=5d"),
            format!("quotes.{ending}?symbols=AAPL"),
            format!("quotes/AAPL.{ending}"),
            format!("actions/AAPL.{ending}"),
            format!("bars/AAPL/versions.{ending}"),
            format!("actions/AAPL/versions.{ending}"),
            format!("changes.{ending}?since=2025-10-29T12:00:00Z"),
            format!("instruments.{ending}"),
            format!("search.{ending}?q=apple"),
            format!("calendars.{ending}"),
            format!("calendars/XNYS.{ending}"),
        ] {
            let answer = get(&world, &target).await;
            let told = (answer.status, answer.header("content-type"));
            assert_eq!(told, (200, kind), "{target}: {}", answer.body);
        }
    }
    let both = get(&world, "bars/AAPL.csv?period=5d&format=csv").await;
    assert_eq!(both.body, get(&world, "bars/AAPL?period=5d&format=csv").await.body);
    refused(&world, "bars/AAPL.csv?format=parquet", 400, "parquet contradicts the ending .csv")
        .await;
    refused(&world, "bars/AAPL.arrow?format=arrow", 400, "contradicts the ending .arrow").await;
    refused(&world, "instruments/AAPL.csv", 406, "there is no .csv of this").await;
    assert_eq!(get(&world, "instruments/AAPL.json").await.status, 200);
    // A page leads on to the next in the same form.
    let page = get(&world, "bars/AAPL.csv?period=5d&limit=2").await;
    assert!(page.header("link").starts_with("</marketpulse/v1/bars/AAPL.csv?"));
}

#[tokio::test]
async fn a_symbol_keeps_its_own_dots() {
    let world = World::production().await;
    for (path, symbol) in [
        ("BRK.B", "BRK.B"),
        ("AIR.PA.csv", "AIR.PA"),
        ("AIR.PA", "AIR.PA"),
        ("aapl.CSV", "AAPL.CSV"),
        ("0700.HK.json", "0700.HK"),
        ("A.xlsx", "A.XLSX"),
    ] {
        let answer = get(&world, &format!("quotes/{path}?fields=symbol")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(answer.body.contains(symbol), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn lists_are_read_from_one_key_or_from_many() {
    let world = World::production().await;
    let same = async |one: &str, many: &str| {
        let (one, many) = (get(&world, one).await, get(&world, many).await);
        assert_eq!((one.status, &one.body), (200, &many.body));
    };
    same("quotes?symbols=MSFT,AAPL,EUR_USD", "quotes?symbols=MSFT&symbols=AAPL,EUR_USD").await;
    same("quotes?symbols=MSFT,AAPL", "quotes?symbols[]=MSFT&symbols%5B%5D=AAPL").await;
    same("bars?symbols=MSFT,AAPL&period=5d", "bars?symbols=MSFT&period=5d&symbols=AAPL").await;
    same("bars/AAPL?fields=date,close", "bars/AAPL?fields=date&fields=close").await;
    same(
        "bars/AAPL?indicators=sma:3,roc:2&period=5d",
        "bars/AAPL?indicators=sma:3&indicators=roc:2&period=5d",
    )
    .await;
    refused(&world, "bars/AAPL?period=5d&period=5d", 400, "period: given more than once").await;
}

#[tokio::test]
async fn one_figure_is_bare() {
    let world = World::production().await;
    let quote = get(&world, "quotes/AAPL").await.json()["quotes"][0].clone();
    for target in [
        "value/AAPL",
        "value/aapl?field=price",
        "quotes/AAPL?format=value",
        "quotes?symbols=AAPL&format=value",
    ] {
        let answer = get(&world, target).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!((answer.status, answer.body), (200, quote["price"].to_string()), "{target}");
    }
    let value = get(&world, "value/AAPL").await;
    for (name, field) in [
        ("x-freshness", "freshness"),
        ("x-source", "source"),
        ("x-currency", "currency"),
        ("x-as-of", "as_of"),
    ] {
        assert_eq!(value.header(name), quote[field].as_str().unwrap(), "{name}");
    }
    assert_eq!(value.header("x-simulated"), "false");
    for (target, field) in [
        ("value/AAPL?field=change_percent", "change_percent"),
        ("quotes/AAPL?format=value&fields=day_high", "day_high"),
    ] {
        assert_eq!(get(&world, target).await.body, quote[field].to_string(), "{target}");
    }
    assert_eq!(get(&world, "value/AAPL?field=currency").await.body, "USD");
    let rate = get(&world, "fx/EUR/USD").await.json()["rate"].to_string();
    assert_eq!(get(&world, "fx/EUR/USD?format=value").await.body, rate);
    let amount = "fx/convert?from=USD&to=CHF&amount=250";
    let result = get(&world, amount).await.json()["result"].to_string();
    assert_eq!(get(&world, &format!("{amount}&format=value")).await.body, result);
}

/// A cell must show an error, and never nothing or 0.
#[tokio::test]
async fn where_there_is_no_figure_there_is_an_error() {
    let world = World::production().await;
    world.upstream.unknown("ZZZZ");
    refused(&world, "value/ZZZZ", 404, "no source knows ZZZZ").await;
    refused(&world, "quotes?symbols=ZZZZ&format=value", 404, "no source knows ZZZZ").await;
    refused(&world, "value/EUR_USD?field=reason", 404, "reason of EUR/USD is not known").await;
    refused(&world, "value/AAPL?field=prize", 400, "did you mean price?").await;
    refused(&world, "quotes/AAPL?format=value&fields=price,currency", 400, "no column").await;
    refused(&world, "quotes?symbols=AAPL,MSFT&format=value", 400, "one figure, not 2").await;
    refused(&world, "bars/AAPL?format=value", 400, "not one of json, columns, csv").await;
    world.upstream.fail("", Fault::Close, None);
    refused(&world, "value/MSFT", 503, "no value is held for MSFT").await;
    get(&world, "value/AAPL").await;
}

#[tokio::test]
async fn a_figure_that_has_grown_old_says_so() {
    let world = World::production().await;
    let fresh = get(&world, "value/EUR_USD").await;
    world.upstream.fail("", Fault::Close, None);
    world.advance(SignedDuration::from_hours(2));
    let stale = get(&world, "value/EUR_USD").await;
    assert_eq!((stale.status, &stale.body), (200, &fresh.body));
    assert_eq!((fresh.header("x-freshness"), stale.header("x-freshness")), ("fresh", "stale"));
    assert_ne!(stale.header("x-reason"), "");
}

/// The days of a market in New York, on its own days.
#[tokio::test]
async fn an_instant_is_a_bar_s_open_time_or_the_day_it_is_where_it_trades() {
    let world = World::production().await;
    let times = async |bounds: &str| -> Vec<String> {
        let target = format!("bars/AAPL?interval=5m&{bounds}&fields=open_time");
        let bars = rows(&world, &target, "bars").await;
        bars.iter().map(|bar| bar["open_time"].as_str().unwrap().to_owned()).collect()
    };
    let day = times("from=2025-10-28&to=2025-10-28").await;
    assert_eq!(day.len(), 78);
    let (from, to) = ("2025-10-28T14:00:00Z", "2025-10-28T15:00:00Z");
    let hour = times(&format!("from={from}&to={to}")).await;
    assert_eq!((hour.len(), &*hour[0], &*hour[12]), (13, from, to));
    for (from, to) in [
        ("1761660000", "1761663600"),
        ("1761660000000", "1761663600000"),
        ("2025-10-28T10:00:00-04:00", "2025-10-28T16:00:00%2B01:00"),
        ("2025-10-28T10:00:00-04:00", "2025-10-28T16:00:00+01:00"),
    ] {
        assert_eq!(times(&format!("from={from}&to={to}")).await, hour, "{from}");
    }
    let from_noon = times("from=2025-10-28T16:00:00Z&to=2025-10-28").await;
    assert_eq!(from_noon[..], day[day.len() - from_noon.len()..], "the whole of the last day");
    let days =
        rows(&world, "bars/AAPL?from=2025-10-27T02:00:00Z&to=1761660000&fields=date", "bars");
    let days: Vec<Value> = days.await.iter().map(|bar| bar["date"].clone()).collect();
    assert_eq!(days, ["2025-10-27", "2025-10-28"], "the first instant is Sunday there");
    let history = "/marketpulse/history?symbol=AAPL&interval=5m&from=1761660000&to=1761663600";
    let history = world.get(history).await.json();
    assert_eq!(history["history"].as_array().unwrap().len(), 13);
    let aligned = "bars?symbols=AAPL,MSFT&interval=5m&from=1761660000&to=1761663600";
    assert_eq!(rows(&world, aligned, "bars").await.len(), 13);
    for (target, status) in [
        ("bars/AAPL?interval=5m&from=1761663600&to=1761660000", 400),
        ("bars/AAPL?from=176166000", 400),
        ("actions/AAPL?from=1704067200&to=2025-10-28T00:00:00Z", 200),
        ("bars/AAPL/versions?interval=5m&from=1761660000&to=1761663600", 200),
        ("actions/AAPL/versions?from=1704067200", 200),
        ("calendars/XNYS?from=1761660000&to=2025-11-04", 200),
    ] {
        assert_eq!(get(&world, target).await.status, status, "{target}");
    }
}

#[tokio::test]
async fn instruments_are_described_listed_and_found() {
    let world = World::production().await;
    let apple = get(&world, "instruments/AAPL").await.json();
    assert_eq!(apple["kind"], "equity");
    assert_eq!(apple["currency"], "USD");
    assert_eq!(apple["time_zone"], "America/New_York");
    assert_eq!(apple["sources"], json!(["yahoo", "import"]));
    assert!(apple["session"]["regular"]["start"].is_string());
    let euro = get(&world, "instruments/EUR_USD").await.json();
    assert_eq!(euro["aliases"], json!(["EURUSD=X", "EUR_USD"]));
    let all = rows(&world, "instruments?fields=symbol", "instruments").await;
    assert!(all.contains(&json!({ "symbol": "AAPL" })), "{all:?}");
    let found = get(&world, "search?q=apple").await.json();
    assert_eq!(found["instruments"][0]["symbol"], "AAPL");
    assert_eq!(found["instruments"][0]["known"], true);
    let calls = world.upstream.requests();
    get(&world, "search?q=APPLE").await;
    assert_eq!(world.upstream.requests(), calls, "an answer is remembered");
    world.upstream.fail("", simulator::Fault::Close, None);
    let offline = get(&world, "search?q=appl").await.json();
    assert_eq!(offline["instruments"][0]["symbol"], "AAPL");
    assert_ne!(offline["upstream"], "ok");
}

#[tokio::test]
async fn actions_are_listed_by_ex_date() {
    let world = World::production().await;
    let actions = rows(&world, "actions/AAPL?from=2024-01-01", "actions").await;
    assert!(actions.iter().all(|action| action["kind"] == "dividend" && action["amount"].is_f64()));
    assert!(actions.len() > 4);
    let splits = rows(&world, "actions/AAPL?to=2023-01-01&fields=kind,numerator", "actions").await;
    assert!(splits.contains(&json!({ "kind": "split", "numerator": 4 })), "{splits:?}");
}

#[tokio::test]
async fn prices_before_a_split_can_be_had_as_they_were_traded() {
    let world = World::production().await;
    let stretch = "bars/AAPL?from=2014-01-02&to=2014-01-10";
    let splits = rows(&world, &format!("{stretch}&adjust=splits"), "bars").await;
    let none = rows(&world, &format!("{stretch}&adjust=none"), "bars").await;
    let all = rows(&world, &format!("{stretch}&adjust=all"), "bars").await;
    let actions = rows(&world, "actions/AAPL?from=2014-01-11", "actions").await;
    let factor: f64 = actions
        .iter()
        .filter(|action| action["kind"] == "split")
        .map(|it| it["numerator"].as_f64().unwrap() / it["denominator"].as_f64().unwrap())
        .product();
    assert!(factor > 1.0);
    for ((none, splits), all) in none.iter().zip(&splits).zip(&all) {
        let (traded, divided) =
            (none["close"].as_f64().unwrap(), splits["close"].as_f64().unwrap());
        assert!((traded / divided / factor - 1.0).abs() < 1e-9, "{traded} {divided}");
        assert_eq!(all["close"], splits["adj_close"]);
    }
}

#[tokio::test]
async fn prices_are_not_made_whole_again_by_actions_known_before_they_came() {
    let world = World::production().await;
    rows(&world, "actions/AAPL", "actions").await;
    world.advance(SignedDuration::from_secs(60));
    let stretch = "bars/AAPL?from=2014-01-02&to=2014-01-10";
    rows(&world, stretch, "bars").await;
    world.upstream.fail("/v8/finance/chart", Fault::Empty, None);
    let as_traded = format!("{stretch}&adjust=none");
    assert_eq!(get(&world, &as_traded).await.problem().0, 503);
    world.upstream.heal();
    world.advance(SignedDuration::from_mins(10));
    rows(&world, &as_traded, "bars").await;
    let asked = world.upstream.requests();
    rows(&world, &as_traded, "bars").await;
    assert_eq!(world.upstream.requests(), asked, "they are known well enough from then on");
}

#[tokio::test]
async fn a_source_can_be_insisted_on() {
    let world = World::production().await;
    let told = get(&world, "bars/EUR_USD?period=1mo&source=ecb").await.json();
    assert_eq!(told["source"], "ecb");
    let told = get(&world, "bars/EUR_USD?period=1mo").await.json();
    assert_eq!(told["source"], "yahoo");
    refused(&world, "bars/AAPL?source=ecb", 400, "its sources are yahoo, import").await;
    refused(&world, "bars/AAPL?source=import", 404, "no source knows AAPL").await;
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let world = World::production().await;
    let long = "A".repeat(20_000);
    assert_eq!(get(&world, &format!("search?q={long}")).await.problem().0, 414);
    refused(&world, "search?q=%20%09", 400, "q: nothing but blanks").await;
    refused(&world, &format!("search?q={}", "a".repeat(81)), 400, "81 characters; at most 80")
        .await;
    let request = Request::get(format!("{V1}/sources")).body(Body::from("x")).unwrap();
    assert_eq!(world.ask(request).await.problem().0, 413);
}

#[tokio::test]
async fn any_page_may_read_prices() {
    let world = World::production().await;
    let target = format!("{V1}/quotes/AAPL");
    let request = Request::get(target).header("origin", "https://notebook.example");
    let answer = world.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-expose-headers"), "*");
}

#[tokio::test]
async fn calendars_are_listed_and_described_in_any_form() {
    let world = World::production().await;
    let all = rows(&world, "calendars", "calendars").await;
    assert!(all.len() >= 62, "{}", all.len());
    let tokyo = all.iter().find(|it| it["mic"] == "XTKS").unwrap();
    assert_eq!(tokyo["time_zone"], "Asia/Tokyo");
    let days = get(&world, "calendars/xnas?from=2026-11-25&to=2026-11-30").await.json();
    assert_eq!(days["mic"], "XNYS", "a segment keeps the days of its exchange");
    let told: Vec<_> = days["sessions"].as_array().unwrap().iter().map(|it| &it["date"]).collect();
    assert_eq!(told, ["2026-11-25", "2026-11-27", "2026-11-30"]);
    let friday = &days["sessions"][1];
    assert_eq!(
        (&friday["close"], &friday["early_close"]),
        (&json!("2026-11-27T18:00:00Z"), &json!(true))
    );
    assert_eq!(friday["break_start"], Value::Null);
    let lunch = rows(&world, "calendars/XTKS?from=2026-11-25&to=2026-11-25", "sessions").await;
    assert_eq!(lunch[0]["break_start"], "2026-11-25T02:30:00Z");
    let csv =
        get(&world, "calendars/XSAU?from=2026-11-27&to=2026-11-29&format=csv&fields=date").await;
    assert_eq!(csv.body.lines().next_back(), Some("2026-11-29,XSAU"));
    let today = get(&world, "calendars/FX").await.json();
    assert_eq!((&today["from"], &today["to"]), (&json!("2025-10-29"), &json!("2025-11-29")));
    refused(&world, "calendars/XKUW", 404, "no calendar of XKUW is known").await;
    refused(&world, "calendars/-", 400, "mic: ").await;
    refused(&world, "calendars/XNYS?from=2026-02-01&to=2026-01-01", 400, "from: ").await;
}

#[tokio::test]
async fn dates_without_an_end_reach_to_today_where_the_instrument_trades() {
    let world = World::production().await;
    world.advance(SignedDuration::from_mins(10 * 60 + 31));
    let answer = get(&world, "bars/7203.T?from=2025-10-20").await.json();
    assert_eq!(answer["to"], "2025-10-30", "{answer}");
}

/// Nothing is paid on a pair and nothing split, whoever prices it.
#[tokio::test]
async fn a_pair_that_the_source_of_actions_does_not_know_has_none() {
    let world = World::production().await;
    world.upstream.unknown("BTC-EUR");
    let bars = world.get("/marketpulse/v1/bars/BTC_EUR?period=1mo").await;
    assert_eq!(bars.status, 200, "another source knows it: {}", bars.body);
    let answer = world.get("/marketpulse/v1/actions/BTC_EUR").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    assert_eq!((&body["actions"], &body["source"]), (&json!([]), &bars.json()["source"]));
    world.upstream.unknown("ZZZZZZ");
    assert_eq!(world.get("/marketpulse/v1/actions/ZZZZZZ").await.problem().0, 404);
}
