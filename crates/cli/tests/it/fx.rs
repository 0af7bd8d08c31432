//! Currency rates and conversions, over fake upstreams and over recorded ones.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get as get_route;
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Fault;
use testkit::{Service, recordings, upstreams};
use tokio::net::TcpListener;

use crate::service::serve;
use crate::world::World;

const FX: &str = "/marketpulse/v1/fx";

async fn get(world: &World, path: &str) -> Value {
    let answer = world.get(&format!("{FX}/{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

async fn refused(world: &World, path: &str) -> (u16, String) {
    world.get(&format!("{FX}/{path}")).await.problem()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn assert_close(number: f64, expected: f64) {
    assert!((number / expected - 1.0).abs() < 1e-14, "{number} for {expected}");
}

#[tokio::test]
async fn the_latest_rate_is_that_of_the_pair_with_its_source() {
    let world = World::production().await;
    world.refresh().await;
    let shown = world.get("/marketpulse/latest").await.json()["data"]["EUR/USD"].clone();
    let answer = world.get(&format!("{FX}/eur/usd")).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=1");
    let rate = answer.json();
    assert_eq!((&rate["base"], &rate["quote"]), (&json!("EUR"), &json!("USD")));
    assert_eq!(rate["rate"], shown);
    assert_eq!((&rate["date"], &rate["rate_date"]), (&Value::Null, &Value::Null));
    assert_eq!((&rate["freshness"], &rate["simulated"]), (&json!("fresh"), &json!(false)));
    assert_eq!(rate["timestamp"], "2025-10-29T12:00:00Z");
    let step = &rate["path"][0];
    assert_eq!((&step["symbol"], &step["source"]), (&json!("EUR/USD"), &json!("yahoo")));
    assert_eq!((&step["price"], &step["inverted"]), (&shown, &json!(false)));
    assert!(step["as_of"].is_string() && step["date"].is_null(), "{step}");

    let inverse = get(&world, "USD/EUR").await;
    assert_eq!(inverse["path"][0]["inverted"], true);
    assert_close(number(&inverse["rate"]), 1.0 / number(&shown));
}

#[tokio::test]
async fn an_amount_is_converted_at_the_rate_that_stands_beside_it() {
    let world = World::production().await;
    let converted = get(&world, "convert?from=USD&to=CHF&amount=250").await;
    assert_eq!((&converted["from"], &converted["to"]), (&json!("USD"), &json!("CHF")));
    assert_eq!((&converted["base"], &converted["amount"]), (&json!("USD"), &json!(250)));
    assert_close(number(&converted["result"]), 250.0 * number(&converted["rate"]));
    assert!(!converted["path"].as_array().unwrap().is_empty());
    let one = get(&world, "convert?from=CHF&to=CHF").await;
    assert_eq!((&one["amount"], &one["result"], &one["path"]), (&json!(1), &json!(1), &json!([])));
}

#[tokio::test]
async fn bitcoin_is_converted_both_ways() {
    let world = World::production().await;
    world.refresh().await;
    let sold = get(&world, "BTC/EUR").await;
    let bought = get(&world, "EUR/BTC").await;
    assert_eq!(bought["path"][0]["symbol"], "BTC/EUR");
    assert_close(number(&sold["rate"]) * number(&bought["rate"]), 1.0);
}

#[tokio::test]
async fn a_weekend_has_the_reference_rate_of_friday() {
    let world = World::production().await;
    let answer = world.get(&format!("{FX}/USD/JPY?date=2025-10-26")).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    let sunday = answer.json();
    assert_eq!(sunday["date"], "2025-10-26");
    assert_eq!(
        (&sunday["rate_date"], &sunday["freshness"]),
        (&json!("2025-10-24"), &json!("fresh"))
    );
    let path = sunday["path"].as_array().unwrap();
    assert_eq!((&path[0]["symbol"], &path[0]["inverted"]), (&json!("EUR/USD"), &json!(true)));
    assert_eq!((&path[1]["symbol"], &path[1]["source"]), (&json!("EUR/JPY"), &json!("ecb")));
    assert_eq!(path[1]["date"], "2025-10-24");
    assert_eq!(path[1]["as_of"], Value::Null);
    assert_close(number(&sunday["rate"]), number(&path[1]["price"]) / number(&path[0]["price"]));
    let friday = get(&world, "USD/JPY?date=2025-10-24").await;
    assert_eq!(friday["rate"], sunday["rate"]);
    assert_eq!(world.upstream.requests_to("/stats/eurofxref/"), 1, "one file serves all");
}

#[tokio::test]
async fn the_rate_of_a_day_by_a_pair_quoted_the_other_way_round_is_answered_again_as_of_then() {
    let world = World::production().await;
    world.upstream.unknown("AEDKWD=X");
    let then = get(&world, "AED/KWD?date=2025-10-24").await;
    assert_eq!(
        (&then["path"][0]["symbol"], &then["path"][0]["inverted"]),
        (&json!("KWD/AED"), &json!(true))
    );
    world.advance(SignedDuration::from_hours(1));
    let at = then["timestamp"].as_str().unwrap();
    let again = get(&world, &format!("AED/KWD?date=2025-10-24&as_of={at}")).await;
    assert_eq!((&again["rate"], &again["path"]), (&then["rate"], &then["path"]));
}

#[tokio::test]
async fn reference_rates_without_a_day_are_the_last_ones_set() {
    let world = World::production().await;
    let rate = get(&world, "EUR/GBP?source=ecb").await;
    assert_eq!((&rate["date"], &rate["rate_date"]), (&Value::Null, &json!("2025-10-28")));
    world.advance(SignedDuration::from_hours(4));
    // What is held is given at once and replaced behind the reader.
    get(&world, "EUR/GBP?source=ecb").await;
    let rate = until_refreshed(&world, "EUR/GBP?source=ecb", "2025-10-29").await;
    assert_eq!(rate["freshness"], "fresh");
}

async fn until_refreshed(world: &World, path: &str, rate_date: &str) -> Value {
    for _ in 0..100_000 {
        let rate = get(world, path).await;
        if rate["rate_date"] == rate_date {
            return rate;
        }
        tokio::task::yield_now().await;
    }
    panic!("{path} never becomes of {rate_date}");
}

/// A bank that has a file with all days and nothing else.
struct Bank {
    url: String,
    downloads: Arc<AtomicUsize>,
}

impl Bank {
    async fn start(table: Vec<u8>) -> Self {
        let downloads = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&downloads);
        let file = get_route(async move || {
            counted.fetch_add(1, Ordering::SeqCst);
            table.clone()
        });
        let bank = Router::new().route("/stats/eurofxref/eurofxref-hist.zip", file);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, bank).await });
        Self { url, downloads }
    }

    /// The service over this bank; nobody else is there to answer.
    fn service(&self, data: &Path) -> Service {
        let mut settings = upstreams::at(&self.url);
        settings.push(("MARKETPULSE_WATCHLIST".to_owned(), "CAC40".to_owned()));
        serve(data, &settings)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn years_of_days_and_currencies_cost_one_file() {
    const TABLE: &str = "Date,USD,GBP,RUB,\n2024-06-14,1.0686,0.8430,N/A,\n\
                         2022-03-01,1.1162,0.8329,117.201,\n1999-01-04,1.1789,0.7111,N/A,\n";
    let bank = Bank::start(TABLE.into()).await;
    let data = tempfile::tempdir().unwrap();
    let service = bank.service(data.path());
    let ask = |path: &str| service.get(&format!("{FX}/{path}&source=ecb"));
    for (date, rate) in [
        ("1999-01-04", 1.1789 / 0.7111),
        ("2022-03-08", 1.1162 / 0.8329),
        ("2024-06-16", 1.0686 / 0.8430),
    ] {
        assert_close(number(&ask(&format!("GBP/USD?date={date}")).json()["rate"]), rate);
    }
    assert_close(number(&ask("RUB/EUR?date=2022-03-08").json()["rate"]), 1.0 / 117.201);
    let refusal = ask("EUR/RUB?date=2022-03-09");
    let expected = "date: EUR/RUB has no rate in the week up to 2022-03-09; \
                    the last before it is of 2022-03-01";
    assert_eq!((refusal.status, &refusal.json()["detail"]), (400, &json!(expected)));
    assert_eq!(bank.downloads.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_currencies_take_one_request_from_the_budget() {
    const CODES: &str = "USD,JPY,CZK,DKK,GBP,HUF,PLN,RON,SEK,CHF,ISK,NOK,TRY,AUD,BRL,CAD,CNY,HKD,\
                         IDR,ILS,INR,KRW,MXN,MYR,NZD,PHP,SGD,THB,ZAR,BGN";
    let rates = vec!["2.5"; 30].join(",");
    let bank = Bank::start(format!("Date,{CODES},\n2024-06-14,{rates},\n").into()).await;
    let data = tempfile::tempdir().unwrap();
    let service = bank.service(data.path());
    for code in CODES.split(',') {
        let answer = service.get(&format!("{FX}/EUR/{code}?date=2024-06-14&source=ecb"));
        assert_eq!(answer.json()["rate"], 2.5, "{code}: {}", answer.body);
    }
    let sources = service.get("/marketpulse/v1/sources").json();
    let ecb = sources["sources"].as_array().unwrap().iter().find(|it| it["source"] == "ecb");
    assert_eq!(ecb.unwrap()["calls_last_hour"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rates_of_the_banks_own_file_are_given_as_published() {
    let path = "ecb/eurofxref-hist-csv/eurofxref-hist.to-2026-04-13.csv";
    let Some(table) = recordings::one(path) else { return };
    let bank = Bank::start(table).await;
    let data = tempfile::tempdir().unwrap();
    let service = bank.service(data.path());
    let ask = |path: &str| service.get(&format!("{FX}/{path}&source=ecb"));
    for (path, rate, day) in [
        ("EUR/USD?date=1999-01-04", 1.1789, "1999-01-04"),
        ("GBP/USD?date=2016-06-26", 1.1066 / 0.8075, "2016-06-24"),
        ("EUR/HRK?date=2023-01-06", 7.5365, "2022-12-30"),
        ("EUR/RUB?date=2022-03-08", 117.201, "2022-03-01"),
    ] {
        let answer = ask(path).json();
        assert_close(number(&answer["rate"]), rate);
        assert_eq!(answer["rate_date"], day, "{path}");
    }
    for (path, days) in [
        ("EUR/RUB?date=2022-03-09", "the last before it is of 2022-03-01"),
        ("EUR/CNY?date=2001-06-01", "the next after it is of 2005-04-01"),
    ] {
        let refusal = ask(path);
        assert_eq!(refusal.status, 400, "{path}");
        let detail = refusal.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.ends_with(&format!("; {days}")), "{detail}");
    }
}

#[tokio::test]
async fn a_stale_rate_is_served_and_marked() {
    let world = World::production().await;
    get(&world, "EUR/SEK").await;
    world.upstream.fail("", Fault::Close, None);
    world.advance(SignedDuration::from_mins(40));
    let rate = get(&world, "SEK/EUR").await;
    assert_eq!(
        (&rate["freshness"], &rate["path"][0]["freshness"]),
        (&json!("stale"), &json!("stale"))
    );
}

#[tokio::test]
async fn an_unknown_currency_is_not_found_and_one_that_cannot_be_asked_for_is_unavailable() {
    let world = World::production().await;
    for name in ["EURUSF=X", "USF-EUR", "USDUSF=X"] {
        world.upstream.unknown(name);
    }
    let (status, detail) = refused(&world, "EUR/USF").await;
    assert_eq!(status, 404, "{detail}");
    assert!(detail.starts_with("no source knows EUR/USF; did you mean EUR/USD"), "{detail}");
    // Of a world that holds no table yet, out of which it could be had.
    let world = World::production().await;
    world.upstream.fail("", Fault::Close, None);
    let answer = world.get(&format!("{FX}/NOK/SEK")).await;
    assert_eq!((answer.status, answer.header("retry-after").is_empty()), (503, false));
    let (status, detail) = refused(&world, "NOK/SEK?date=2025-10-24").await;
    assert_eq!(status, 503, "{detail}");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_what_can() {
    let world = World::production().await;
    let check = async |path: &str, expected: &str| {
        assert_eq!(refused(&world, path).await, (400, expected.to_owned()), "{path}");
    };
    check("GBp/USD", "base: GBp is a hundredth of GBP; use GBP and divide by 100").await;
    check("convert?from=USD&to=GBX", "to: GBX is a hundredth of GBP; use GBP and divide by 100")
        .await;
    check(
        "EUR/USD?date=2025-10-30",
        "date: 2025-10-30 is in the future; the last day with rates is today, 2025-10-29",
    )
    .await;
    check(
        "EUR/USD?date=1998-12-31",
        "date: 1998-12-31 is before the first day with rates; use 1999-01-04 or later",
    )
    .await;
    check(
        "USD/AED?source=ecb",
        "source: the ECB sets no reference rates of AED; ask without source=ecb for those of others",
    )
    .await;
    check("EUR/USD?source=yahoo", "source: \"yahoo\" is not one of ecb").await;
    check("E/USD", "base: \"E\" is not a currency; use a code such as EUR or BTC").await;
    check(
        "EUR/USD?amount=3",
        "amount: no such parameter; this address takes date, source, as_of, known_at, format",
    )
    .await;
    check("convert?to=USD", "from: is needed, such as from=USD").await;
    check(
        "convert?from=EUR&to=USD&amount=-1",
        "amount: \"-1\" is not a positive number, such as 250 or 99.90",
    )
    .await;
    let (status, detail) = refused(&world, "convert?from=EUR&to=JPY&amount=1e308").await;
    assert_eq!(status, 400);
    assert!(detail.starts_with("amount: 1e308 at "), "{detail}");
    assert!(detail.contains("too large"), "{detail}");
}
