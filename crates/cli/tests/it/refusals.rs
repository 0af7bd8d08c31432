//! Each kind of bad input at every address that takes it.

use std::fmt::Write;

use axum::body::Body;
use axum::http::Request;
use simulator::Fault;

use crate::world::World;

/// Addresses that take a symbol; `{}` stands for it.
const SYMBOL: [&str; 8] = [
    "/marketpulse/history?symbol={}",
    "/marketpulse/v1/bars/{}",
    "/marketpulse/v1/bars?symbols={}",
    "/marketpulse/v1/bars?symbols=AAPL,{}",
    "/marketpulse/v1/quotes/{}",
    "/marketpulse/v1/quotes?symbols={}",
    "/marketpulse/v1/actions/{}",
    "/marketpulse/v1/instruments/{}",
];

/// Addresses that give one instrument's values, and those that give its history.
const ONE: [&str; 5] = [
    "/marketpulse/history?symbol={}",
    "/marketpulse/v1/bars/{}",
    "/marketpulse/v1/actions/{}",
    "/marketpulse/v1/quotes/{}",
    "/marketpulse/v1/instruments/{}",
];

/// Addresses that take a stretch of days.
const DAYS: [&str; 4] = [
    "/marketpulse/history?symbol=AAPL",
    "/marketpulse/v1/bars/AAPL?adjust=splits",
    "/marketpulse/v1/bars?symbols=AAPL,MSFT",
    "/marketpulse/v1/actions/AAPL?format=json",
];

/// Asks; adds what is not as expected to `wrong`, all of which a test tells at once.
async fn check(world: &World, wrong: &mut String, target: &str, status: u16, words: &[&str]) {
    let answer = world.get(target).await;
    let shown: String = target.chars().take(80).collect();
    if answer.status != status {
        let _ = writeln!(wrong, "{shown}: {} {}", answer.status, answer.body);
        return;
    }
    let (_, detail) = answer.problem();
    for missing in words.iter().filter(|word| !detail.contains(**word)) {
        let _ = writeln!(wrong, "{shown}: no {missing:?} in: {detail}");
    }
    if detail.len() > 400 {
        let _ = writeln!(wrong, "{shown}: it repeats {} bytes", detail.len());
    }
}

#[tokio::test]
async fn what_cannot_be_a_symbol_is_refused_everywhere_and_reaches_nobody() {
    let world = World::production().await;
    let mut wrong = String::new();
    let long = "A".repeat(10_240);
    for symbol in [
        "..%2F..",
        "..%252F..",
        "%2E%2E%2F%2E%2E",
        "A%3Frange%3D10y",
        "A%23B",
        "A%0AB",
        "A%0D%0AHost:x",
        "A%00",
        "A%20B",
        "%C3%A9",
        "A%27%3BDROP%20TABLE%20bar",
        &long,
    ] {
        for address in SYMBOL {
            let target = address.replace("{}", symbol);
            check(&world, &mut wrong, &target, 400, &["symbol"]).await;
        }
    }
    assert_eq!(wrong, "");
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn an_unknown_symbol_is_404_with_near_misses_wherever_one_is_asked_for() {
    let world = World::production().await;
    world.upstream.unknown("CAC4O");
    let mut wrong = String::new();
    for address in ONE {
        let target = address.replace("{}", "CAC4O");
        let words = ["no source knows CAC4O", "did you mean CAC40?"];
        check(&world, &mut wrong, &target, 404, &words).await;
    }
    assert_eq!(wrong, "");
}

#[tokio::test]
async fn days_that_cannot_be_are_refused_wherever_days_are_asked_for() {
    let world = World::production().await;
    let mut wrong = String::new();
    for address in DAYS {
        for (days, words) in [
            ("from=2024-02-30", ["from: ", "use YYYY-MM-DD"]),
            ("from=2024-01-01&to=20240131", ["to: ", "use YYYY-MM-DD"]),
            ("from=2024-01-31&to=2024-01-01", ["from: ", "is after 2024-01-01"]),
            ("from=2024-01-01&from=2024-01-02", ["from: ", "give it once"]),
            ("form=2024-01-01", ["form: no such parameter", "from"]),
        ] {
            check(&world, &mut wrong, &format!("{address}&{days}"), 400, &words).await;
        }
    }
    assert_eq!(wrong, "");
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn periods_and_intervals_that_cannot_be_are_refused_with_what_can() {
    let world = World::production().await;
    let mut wrong = String::new();
    for address in &DAYS[..3] {
        for (question, words) in [
            ("period=fortnight", ["period: ", "use 7d, 1mo"]),
            ("period=0d", ["period: ", "use 7d, 1mo"]),
            ("period=-1y", ["period: ", "use 7d, 1mo"]),
            ("period=999999999999y", ["period: ", "up to 100 years"]),
            ("interval=3h", ["interval: ", "use one of 1m"]),
            ("interval=1m&period=1y", ["interval: ", "ask for period=7d"]),
            ("interval=1h&from=2010-01-01&to=2010-02-01", ["interval: ", "730 days"]),
        ] {
            check(&world, &mut wrong, &format!("{address}&{question}"), 400, &words).await;
        }
    }
    assert_eq!(wrong, "");
    assert_eq!(world.upstream.requests(), 0);
}

/// Addresses that ask upstreams about what nobody knows yet, each with a part that
/// cannot be used.
const UNUSABLE: [(&str, &str); 22] = [
    ("/marketpulse/history?symbol=MSFT&from=2025-10-28T12:00:00Z&to=2025-10-27T12:00:00Z", "later"),
    ("/marketpulse/v1/quotes?symbols=MSFT&fields=prise", "did you mean price?"),
    ("/marketpulse/v1/quotes?symbols=MSFT&fields=price,price", "named twice"),
    ("/marketpulse/v1/quotes?symbols=MSFT&fields=prise&format=value", "did you mean price?"),
    ("/marketpulse/v1/quotes/MSFT?fields=prise", "did you mean price?"),
    ("/marketpulse/v1/quotes/MSFT?fields=prise&format=value", "did you mean price?"),
    ("/marketpulse/v1/quotes/MSFT.csv?fields=prise", "did you mean price?"),
    ("/marketpulse/v1/quotes/MSFT.csv?format=parquet", "contradicts the ending"),
    ("/marketpulse/v1/value/MSFT?field=prise", "did you mean price?"),
    ("/marketpulse/v1/bars/MSFT?fields=clsoe", "did you mean close?"),
    ("/marketpulse/v1/bars/MSFT?indicators=sma:5&fields=close,sma_6", "did you mean sma_5?"),
    ("/marketpulse/v1/bars/MSFT?from=2025-10-28T12:00:00Z&to=2025-10-27T12:00:00Z", "later"),
    ("/marketpulse/v1/bars/MSFT?from=2025-10-28T12:00:00Z&period=5d", "not both"),
    ("/marketpulse/v1/bars/MSFT?from=2025-10-28T12:00:00Z&source=coingecko", "is not a source"),
    ("/marketpulse/v1/bars?symbols=MSFT&from=2025-10-28&source=coingecko", "is not a source"),
    ("/marketpulse/v1/bars?symbols=MSFT&from=2025-10-28&period=5d", "not both"),
    ("/marketpulse/v1/actions/MSFT?fields=knid", "did you mean kind?"),
    ("/marketpulse/v1/actions/MSFT?from=2025-10-28T12:00:00Z&to=2025-10-27T12:00:00Z", "later"),
    ("/marketpulse/v1/bars/MSFT/versions?from=2025-10-28T12:00:00Z&fields=clsoe", "close?"),
    ("/marketpulse/v1/actions/MSFT/versions?from=2025-10-28T12:00:00Z&fields=knid", "kind?"),
    ("/marketpulse/v1/quotes/MSFT/versions?from=2025-10-28T12:00:00Z&fields=prise", "price?"),
    ("/marketpulse/v1/search?q=micro&fields=nmae", "did you mean name?"),
];

#[tokio::test]
async fn what_cannot_be_answered_is_refused_before_anybody_is_asked() {
    let world = World::production().await;
    let mut wrong = String::new();
    for (target, words) in UNUSABLE {
        check(&world, &mut wrong, target, 400, &[words]).await;
        let asked = world.upstream.requests();
        if asked > 0 {
            let _ = writeln!(wrong, "{target}: {:?}", world.upstream.log());
            break;
        }
    }
    assert_eq!(wrong, "");
}

#[tokio::test]
async fn a_form_that_nobody_can_write_is_refused_before_anybody_is_asked() {
    let world = World::production().await;
    for target in ["quotes?symbols=MSFT", "quotes/MSFT", "bars/MSFT", "bars?symbols=MSFT"] {
        let address = format!("/marketpulse/v1/{target}");
        let request = Request::get(&address).header("accept", "image/png");
        let (status, detail) = world.ask(request.body(Body::empty()).unwrap()).await.problem();
        assert_eq!((status, world.upstream.requests()), (406, 0), "{target}: {detail}");
    }
}

#[tokio::test]
async fn an_empty_history_is_given_only_of_an_instrument_that_exists() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    let weekend = "from=2025-10-25&to=2025-10-26";
    for (address, list) in
        [("/marketpulse/history?symbol={}&", "history"), ("/marketpulse/v1/bars/{}?", "bars")]
    {
        let target = |symbol: &str| format!("{}{weekend}", address.replace("{}", symbol));
        let empty = world.get(&target("AAPL")).await;
        assert_eq!((empty.status, &empty.json()[list]), (200, &serde_json::json!([])));
        let (status, detail) = world.get(&target("NOSUCH")).await.problem();
        assert_eq!((status, detail.as_str()), (404, "no source knows NOSUCH"));
    }
}

#[tokio::test]
async fn nobody_there_and_nothing_held_is_503_with_when_to_come_back_everywhere() {
    for (fault, reason) in [
        (Fault::Close, "cannot be reached"),
        (Fault::Status { code: 501, retry_after: None }, "fails with status 501"),
        (Fault::Status { code: 429, retry_after: Some("40".to_owned()) }, "a pause of 40 s"),
        (Fault::Html, "cannot be read"),
    ] {
        // Each time anew: who has been asked in vain is left alone for a while.
        for address in &ONE[..4] {
            let world = World::production().await;
            world.upstream.fail("", fault.clone(), None);
            let answer = world.get(&address.replace("{}", "MSFT")).await;
            let (status, detail) = answer.problem();
            assert_eq!(status, 503, "{address}: {detail}");
            assert!(detail.contains(reason), "{address}: {detail}");
            let wait: u32 = answer.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&wait), "{address}: {wait}");
        }
    }
}
