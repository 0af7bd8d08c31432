//! Programs of keyed vendors, pointed here.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use simulator::Fault;

use crate::world::{Answer, World};

async fn get(world: &World, address: &str) -> Value {
    let answer = world.get(&format!("/vendors{address}")).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json", "{address}");
    answer.json()
}

/// What Twelve Data's clients read of an error.
fn twelve_data_refusal(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    assert_eq!((&body["status"], &body["code"]), (&json!("error"), &json!(answer.status)));
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(body.as_object().unwrap().len(), 3, "{body}");
    (answer.status, body["message"].as_str().unwrap().to_owned())
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).parse().unwrap()
}

mod twelve_data {
    use super::*;

    #[tokio::test]
    async fn a_series_has_its_numbers_as_texts_and_the_newest_first() {
        let world = World::production().await;
        let address = "/time_series?symbol=aapl&interval=1day&outputsize=5&apikey=k&source=python";
        let series = get(&world, address).await;
        assert_eq!((&series["status"], &series["meta"]["symbol"]), (&json!("ok"), &json!("AAPL")));
        assert_eq!(series["meta"]["interval"], "1day");
        assert_eq!(series["meta"]["exchange_timezone"], "America/New_York");
        assert_eq!(series["meta"]["currency"], "USD");
        let values = series["values"].as_array().unwrap();
        assert_eq!((values.len(), &values[0]["datetime"]), (5, &json!("2025-10-28")));
        assert!(number(&values[0]["low"]) <= number(&values[0]["close"]), "{values:?}");
        let address = "/time_series?symbol=AAPL&interval=1day&order=asc&dp=2&start_date=2024-01-02&end_date=2024-01-05";
        let days = get(&world, address).await["values"].clone();
        let dates: Vec<&Value> =
            days.as_array().unwrap().iter().map(|it| &it["datetime"]).collect();
        assert_eq!(dates, ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"]);
        let year =
            get(&world, "/time_series?symbol=AAPL&interval=1day&start_date=2024-01-01").await;
        assert!(year["values"].as_array().unwrap().len() > 400, "all of a stretch that is named");
        let (_, decimals) = days[0]["close"].as_str().unwrap().split_once('.').unwrap();
        assert_eq!(decimals.len(), 2);
    }

    #[tokio::test]
    async fn minutes_are_told_where_the_instrument_trades() {
        let world = World::production().await;
        let address = "/time_series?symbol=AAPL&interval=1min&order=asc&start_date=2025-10-28%2009:30:00&end_date=2025-10-28%2009:32:00";
        let values = get(&world, address).await["values"].clone();
        let times: Vec<&Value> =
            values.as_array().unwrap().iter().map(|it| &it["datetime"]).collect();
        assert_eq!(times, ["2025-10-28 09:30:00", "2025-10-28 09:31:00", "2025-10-28 09:32:00"]);
        let in_utc =
            get(&world, "/time_series?symbol=AAPL&interval=1min&outputsize=1&timezone=UTC").await;
        assert_eq!(in_utc["values"][0]["datetime"], "2025-10-28 19:59:00");
        let before =
            get(&world, "/time_series?symbol=AAPL&interval=1day&outputsize=2&end_date=2025-10-25")
                .await;
        assert_eq!(before["values"][0]["datetime"], "2025-10-24");
        let day = get(&world, "/time_series?symbol=AAPL&interval=1day&date=2025-10-24").await;
        assert_eq!(day["values"].as_array().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn several_are_answered_by_name_and_one_may_be_an_error() {
        let world = World::production().await;
        world.upstream.unknown("NOSUCH");
        for route in ["time_series", "price", "quote"] {
            let address = format!("/vendors/{route}?symbol=AAPL,NOSUCH,A%20B&interval=1day");
            let answer = world.get(&address).await;
            assert_eq!(
                (answer.status, answer.header("is_batch")),
                (200, "true"),
                "{}",
                answer.body
            );
            let batch = answer.json();
            assert!(batch["AAPL"].get("code").is_none(), "{route}: {batch}");
            let codes = (&batch["NOSUCH"]["code"], &batch["A B"]["code"]);
            assert_eq!(codes, (&json!(404), &json!(400)), "{route}: {batch}");
        }
    }

    #[tokio::test]
    async fn csv_is_had_for_series_and_rates() {
        let world = World::production().await;
        let answer = world
            .get("/vendors/time_series?symbol=AAPL&interval=1day&outputsize=2&format=CSV")
            .await;
        assert_eq!(answer.header("content-type"), "text/csv");
        let lines: Vec<&str> = answer.body.lines().collect();
        assert_eq!((lines.len(), lines[0]), (3, "datetime;open;high;low;close;volume"));
        let commas =
            world.get("/vendors/exchange_rate?symbol=EUR/USD&format=csv&delimiter=,").await;
        assert!(commas.body.starts_with("symbol,rate,timestamp\nEUR/USD,"), "{}", commas.body);
    }

    #[tokio::test]
    async fn prices_and_rates_are_those_of_the_data_api() {
        let world = World::production().await;
        let shown = world.get("/marketpulse/v1/quotes/AAPL").await.json()["quotes"][0].clone();
        let price = get(&world, "/price?symbol=AAPL").await;
        assert_eq!(number(&price["price"]).to_bits(), shown["price"].as_f64().unwrap().to_bits());
        let quote = get(&world, "/quote?symbol=AAPL&dp=-1").await;
        assert_eq!(number(&quote["close"]).to_bits(), shown["price"].as_f64().unwrap().to_bits());
        assert_eq!(number(&quote["change"]).to_bits(), shown["change"].as_f64().unwrap().to_bits());
        assert_eq!((&quote["name"], &quote["is_market_open"]), (&shown["name"], &json!(false)));
        assert_eq!(quote["datetime"], "2025-10-28");
        let rate = get(&world, "/exchange_rate?symbol=eur/usd").await;
        let known = world.get("/marketpulse/v1/fx/EUR/USD").await.json();
        assert_eq!((&rate["rate"], &rate["symbol"]), (&known["rate"], &json!("EUR/USD")));
        let saturday = get(&world, "/exchange_rate?symbol=EUR/USD&date=2024-01-06").await;
        assert_eq!(saturday["timestamp"], 1_704_412_800, "midnight of Friday");
    }

    #[tokio::test]
    async fn where_it_trades_may_stand_beside_a_ticker() {
        let world = World::production().await;
        let london = get(&world, "/quote?symbol=BP&mic_code=XLON").await;
        assert_eq!((&london["symbol"], &london["currency"]), (&json!("BP.L"), &json!("GBp")));
        let answer = world.get("/vendors/quote?symbol=AAPL&exchange=LSE").await;
        assert!(twelve_data_refusal(&answer).1.contains("AAPL is not known to trade at \"LSE\""));
        let found = get(&world, "/symbol_search?symbol=apple&outputsize=3").await;
        let rows = found["data"].as_array().unwrap();
        assert!(rows.len() <= 3 && rows.iter().any(|row| row["symbol"] == "AAPL"), "{found}");
        assert_eq!(get(&world, "/technical_indicators").await["status"], "ok");
    }

    #[tokio::test]
    async fn bad_questions_are_errors_as_its_clients_read_them() {
        let world = World::production().await;
        world.upstream.unknown("NOSUCH");
        for (address, status, words) in [
            ("/time_series?interval=1day", 400, "symbol: is needed"),
            ("/time_series?symbol=AAPL", 400, "interval: is needed"),
            ("/time_series?symbol=AAPL&interval=45min", 400, "is not an interval that is had here"),
            ("/time_series?symbol=AAPL&interval=1day&outputsize=0", 400, "outputsize: \"0\""),
            (
                "/time_series?symbol=AAPL&interval=1day&start_date=x",
                400,
                "start_date: \"x\" is no time",
            ),
            (
                "/time_series?symbol=AAPL&interval=1day&start_date=2024-02-01&end_date=2024-01-01",
                400,
                "from must not be later",
            ),
            ("/time_series?symbol=AAPL&interval=1day&order=up", 400, "order: \"up\""),
            ("/time_series?symbol=AAPL&interval=1day&timezone=Mars", 400, "timezone: \"Mars\""),
            ("/time_series?symbol=AAPL&interval=1day&format=XML", 400, "format: \"XML\""),
            (
                "/time_series?symbol=AAPL&interval=1day&adjust=dividends",
                400,
                "adjust: \"dividends\"",
            ),
            ("/time_series?symbol=AAPL&interval=1min&start_date=2020-01-01", 400, "days at most"),
            ("/time_series?symbol=NOSUCH&interval=1day", 404, "no source knows NOSUCH"),
            ("/price", 400, "symbol: is needed"),
            ("/price?symbol=NOSUCH", 404, "no source knows NOSUCH"),
            ("/price?symbol=AAPL&dp=12", 400, "dp: \"12\""),
            ("/quote?symbol=BP&country=UK", 400, "country: is not known"),
            ("/exchange_rate?symbol=EUR", 400, "symbol: \"EUR\" is no pair"),
            ("/exchange_rate?symbol=EUR/XYZ", 400, "symbol: \"XYZ\" is no currency"),
            ("/exchange_rate?symbol=EUR/USD&date=2024-02-30", 400, "date: \"2024-02-30\""),
            ("/exchange_rate?symbol=EUR/USD&date=2030-01-01", 400, "is in the future"),
            ("/symbol_search", 400, "symbol: is needed"),
            ("/price?symbol=AAPL&format=CSV", 400, "format: this is had as JSON alone"),
            ("/quote?symbol=AAPL&format=csv", 400, "JSON alone"),
            ("/time_series?symbol=AAPL,MSFT&interval=1day&format=CSV", 400, "JSON alone"),
            ("/symbol_search?symbol=a&format=CSV", 400, "JSON alone"),
            ("/nosuch", 404, "there is nothing at this address"),
            ("/", 404, "there is nothing at this address"),
        ] {
            let (found, said) =
                twelve_data_refusal(&world.get(&format!("/vendors{address}")).await);
            assert_eq!(found, status, "{address}: {said}");
            assert!(said.contains(words), "{address}: {said}");
        }
        let request = Request::post("/vendors/price").body(Body::empty()).unwrap();
        assert_eq!(twelve_data_refusal(&world.ask(request).await).0, 405);
    }

    #[tokio::test]
    async fn upstreams_that_are_away_are_an_error_with_a_pause() {
        let world = World::production().await;
        world.upstream.fail("", Fault::Close, None);
        for address in ["/time_series?symbol=AAPL&interval=1day", "/price?symbol=MSFT"] {
            let answer = world.get(&format!("/vendors{address}")).await;
            assert_eq!(twelve_data_refusal(&answer).0, 503, "{address}");
            assert!(!answer.header("retry-after").is_empty(), "{address}");
        }
    }
}

mod coingecko {
    use super::*;

    const V3: &str = "/vendors/api/v3";

    /// What its clients read of an error about a question.
    fn refusal(answer: &Answer) -> (u16, String) {
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        let body = answer.json();
        let error = body["error"].as_str().unwrap_or_else(|| panic!("{body}"));
        (answer.status, error.to_owned())
    }

    #[tokio::test]
    async fn prices_are_of_coins_by_their_ids() {
        let world = World::production().await;
        world.refresh().await;
        let address = "/api/v3/simple/price?ids=bitcoin,%20ethereum,no-such&vs_currencies=eur,USD,xyz&x_cg_demo_api_key=k";
        let prices = get(&world, address).await;
        let shown = world.get("/marketpulse/latest").await.json()["data"]["BTC/EUR"].clone();
        assert_eq!(prices["bitcoin"]["eur"], shown);
        assert_eq!(prices.as_object().unwrap().len(), 2, "of others nothing is said: {prices}");
        assert_eq!(prices["ethereum"].as_object().unwrap().len(), 2, "{prices}");
        let address = "/api/v3/simple/price?ids=bitcoin&vs_currencies=eur&include_24hr_change=true&include_market_cap=true&include_last_updated_at=true&precision=0";
        let more = get(&world, address).await["bitcoin"].clone();
        assert!(more["eur_24h_change"].is_number() && more["last_updated_at"].is_u64(), "{more}");
        assert_eq!(more["eur_market_cap"], Value::Null, "asked for and not known");
        assert!(more["eur"].as_f64().unwrap().fract().abs() < f64::EPSILON);
    }

    #[tokio::test]
    async fn a_chart_is_of_prices_and_when_they_were_true() {
        let world = World::production().await;
        for (days, apart) in [("1", 300_000), ("30", 3_600_000), ("365", 86_400_000)] {
            let address = format!("/api/v3/coins/bitcoin/market_chart?vs_currency=eur&days={days}");
            let chart = get(&world, &address).await;
            let points = chart["prices"].as_array().unwrap();
            let at = |i: usize| points[i][0].as_i64().unwrap();
            assert_eq!(at(1) - at(0), apart, "{days}");
            let now = 1_761_739_200_000;
            assert!(at(points.len() - 1) <= now, "{days}: none from the future");
            assert!(at(0) >= now - days.parse::<i64>().unwrap() * 86_400_000, "{days}");
            assert_eq!((&chart["market_caps"], &chart["total_volumes"]), (&json!([]), &json!([])));
        }
        let daily = "/api/v3/coins/bitcoin/market_chart?vs_currency=eur&days=7&interval=daily";
        let points = get(&world, daily).await["prices"].as_array().unwrap().len();
        assert!((7..=8).contains(&points), "{points}");
    }

    #[tokio::test]
    async fn lists_are_of_what_is_known_here() {
        let world = World::production().await;
        let coins = get(&world, "/api/v3/coins/list").await;
        assert_eq!(coins[0], json!({ "id": "bitcoin", "symbol": "btc", "name": "Bitcoin" }));
        let currencies = get(&world, "/api/v3/simple/supported_vs_currencies").await;
        let currencies = currencies.as_array().unwrap();
        assert!(["eur", "usd", "btc"].iter().all(|code| currencies.contains(&json!(code))));
        assert!(get(&world, "/api/v3/ping").await["gecko_says"].is_string());
        assert_eq!(world.upstream.requests(), 0);
    }

    #[tokio::test]
    async fn bad_questions_are_errors_as_its_clients_read_them() {
        let world = World::production().await;
        for (address, status, words) in [
            ("/simple/price?vs_currencies=eur", 422, "ids: is needed"),
            ("/simple/price?ids=bitcoin", 422, "vs_currencies: is needed"),
            ("/simple/price?ids=bitcoin&vs_currencies=eur&precision=x", 422, "precision: \"x\""),
            (
                "/simple/price?ids=bitcoin&vs_currencies=eur&include_24hr_change=1",
                422,
                "not one of true",
            ),
            ("/coins/nosuch/market_chart?vs_currency=eur&days=1", 404, "coin not found"),
            ("/coins/bitcoin/market_chart?days=1", 422, "vs_currency: is needed"),
            ("/coins/bitcoin/market_chart?vs_currency=xyz&days=1", 422, "is no currency"),
            ("/coins/bitcoin/market_chart?vs_currency=eur", 422, "days: is needed"),
            ("/coins/bitcoin/market_chart?vs_currency=eur&days=0", 422, "days: \"0\""),
            (
                "/coins/bitcoin/market_chart?vs_currency=eur&days=1&interval=1m",
                422,
                "interval: \"1m\"",
            ),
            ("/coins/bitcoin/market_chart?vs_currency=bitcoin&days=1", 422, "vs_currency"),
            ("/coins/bitcoin", 404, "there is nothing at this address"),
            ("/", 404, "there is nothing at this address"),
        ] {
            let (found, said) = refusal(&world.get(&format!("{V3}{address}")).await);
            assert_eq!(found, status, "{address}: {said}");
            assert!(said.contains(words), "{address}: {said}");
        }
        let many =
            format!("{V3}/simple/price?ids={}&vs_currencies=eur", ["bitcoin"; 251].join(","));
        assert!(refusal(&world.get(&many).await).1.contains("at most 250"));
        let request = Request::post(format!("{V3}/ping")).body(Body::empty()).unwrap();
        assert_eq!(refusal(&world.ask(request).await).0, 405);
    }

    #[tokio::test]
    async fn upstreams_that_are_away_are_said_to_be() {
        for address in [
            "/simple/price?ids=solana&vs_currencies=eur",
            "/coins/solana/market_chart?vs_currency=eur&days=365",
        ] {
            let world = World::production().await;
            world.upstream.fail("", Fault::Close, None);
            let answer = world.get(&format!("{V3}{address}")).await;
            assert_eq!(
                (answer.status, answer.header("retry-after")),
                (503, "30"),
                "{}",
                answer.body
            );
            assert_eq!(answer.json()["status"]["error_code"], 503);
        }
    }
}

#[tokio::test]
async fn what_reaches_no_route_is_refused_in_the_words_of_its_protocol() {
    let world = World::production().await;
    let long = "y".repeat(20_000);
    for (address, place) in [
        ("/udf/config", "errmsg"),
        ("/vendors/api/v3/ping", "error"),
        ("/vendors/price", "message"),
        ("/frankfurter/v1/latest", "message"),
        ("/frankfurter/v2/rates", "message"),
    ] {
        let answer = world.get(&format!("{address}?x={long}")).await;
        assert_eq!(answer.status, 414, "{address}");
        let said = answer.json()[place].as_str().unwrap_or_default().to_owned();
        assert!(said.contains("bytes"), "{address}: {}", answer.json());
    }
    let elsewhere = world.get(&format!("/udfx?x={long}")).await;
    assert_eq!(elsewhere.problem().0, 414, "ours are problem documents");
}
