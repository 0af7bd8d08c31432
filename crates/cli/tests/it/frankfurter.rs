//! Reference rates as Frankfurter's clients ask for them.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use simulator::Fault;

use crate::world::{Answer, World};

const ROOT: &str = "/frankfurter";

async fn get(world: &World, address: &str) -> Value {
    let answer = world.get(&format!("{ROOT}{address}")).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json", "{address}");
    answer.json()
}

/// What is refused, as clients of either version read it.
fn refusal(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.header("content-type"), "application/json", "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert!(body.get("status").is_none_or(|status| *status == answer.status), "{body}");
    (answer.status, body["message"].as_str().unwrap().to_owned())
}

async fn data_api(world: &World, path: &str) -> f64 {
    let rate = world.get(&format!("/marketpulse/v1/fx/{path}")).await.json()["rate"].clone();
    rate.as_f64().unwrap_or_else(|| panic!("{path}: {rate}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[tokio::test]
async fn a_day_is_answered_by_the_rates_that_stood_on_it() {
    let world = World::production().await;
    let answer = world.get("/frankfurter/v1/2024-01-06?symbols=USD,BGN,HRK,EUR").await;
    assert_eq!(answer.header("cache-control"), "public, max-age=86400");
    assert_eq!((answer.header("x-source"), answer.header("x-freshness")), ("ecb", "fresh"));
    let saturday = answer.json();
    assert_eq!((&saturday["base"], &saturday["date"]), (&json!("EUR"), &json!("2024-01-05")));
    assert!(answer.body.starts_with(r#"{"amount":1.0,"#), "{}", answer.body);
    let rate = data_api(&world, "EUR/USD?date=2024-01-06&source=ecb").await;
    assert_eq!(number(&saturday["rates"]["USD"]).to_bits(), rate.to_bits());
    assert!(saturday["rates"].get("EUR").is_none() && saturday["rates"].get("HRK").is_none());
    assert!(saturday["rates"]["BGN"].is_number(), "not ended yet");
    let earlier = get(&world, "/v1/2022-12-30?to=HRK").await;
    assert!(earlier["rates"]["HRK"].is_number(), "{earlier}");
}

#[tokio::test]
async fn an_amount_is_given_in_others_and_rounded_as_is_custom() {
    let world = World::production().await;
    let latest = get(&world, "/v1/latest?base=USD&symbols=JPY,EUR&amount=10&unknown=x").await;
    assert_eq!((&latest["amount"], &latest["base"]), (&json!(10.0), &json!("USD")));
    let date = latest["date"].as_str().unwrap();
    let yen = 10.0 * data_api(&world, &format!("USD/JPY?date={date}&source=ecb")).await;
    assert!((number(&latest["rates"]["JPY"]) - yen).abs() <= 0.005, "{latest} for {yen}");
    assert_eq!(latest["rates"].as_object().unwrap().len(), 2);
    assert_eq!(get(&world, "/v1/current").await, get(&world, "/v1/latest").await);
    assert_eq!(get(&world, "/v1/2030-01-01").await["date"], date, "what is to come is not known");
}

#[tokio::test]
async fn a_stretch_has_the_days_on_which_rates_were_set() {
    let world = World::production().await;
    let days = get(&world, "/v1/2023-12-30..2024-01-08?symbols=USD").await;
    assert_eq!(
        (&days["start_date"], &days["end_date"]),
        (&json!("2024-01-02"), &json!("2024-01-08"))
    );
    let dates: Vec<&String> = days["rates"].as_object().unwrap().keys().collect();
    assert_eq!(dates, ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08"]);
    let open = get(&world, "/v1/2025-10-27..?symbols=USD").await;
    assert_eq!(open["start_date"], "2025-10-27");
}

#[tokio::test]
async fn rows_have_the_day_on_which_each_rate_was_set() {
    let world = World::production().await;
    let rows = get(&world, "/v2/rates?date=2024-01-07&quotes=USD,eur").await;
    let rate = data_api(&world, "EUR/USD?date=2024-01-05&source=ecb").await;
    assert_eq!(
        rows,
        json!([
            { "date": "2024-01-05", "base": "EUR", "quote": "EUR", "rate": 1 },
            { "date": "2024-01-05", "base": "EUR", "quote": "USD", "rate": rate },
        ])
    );
    let stretch = get(&world, "/v2/rates?from=2024-01-06&to=2024-01-09&quotes=USD&base=gbp").await;
    let dates: Vec<&Value> = stretch.as_array().unwrap().iter().map(|row| &row["date"]).collect();
    assert_eq!(dates, ["2024-01-05", "2024-01-08", "2024-01-09"], "opened by what stood before");
    let whose =
        get(&world, "/v2/rates?date=2024-01-05&quotes=USD&expand=providers&providers=ecb").await;
    assert_eq!(whose[0]["providers"][0]["key"], "ECB");
    assert_eq!(get(&world, "/v2/rates?date=1998-01-01").await, json!([]));
    assert_eq!(get(&world, "/v2/rates?from=2024-01-09&to=2024-01-01").await, json!([]));
}

#[tokio::test]
async fn what_its_bank_never_set_is_not_missing_here() {
    let world = World::production().await;
    for (address, expected) in [
        ("/frankfurter/v2/rate/EUR/BRL?date=2000-01-03", (404, "not found")),
        ("/frankfurter/v1/2000-01-03?symbols=BRL", (404, "not found")),
        ("/frankfurter/v1/2000-01-01..2000-01-01", (404, "not found")),
    ] {
        let (status, message) = refusal(&world.get(address).await);
        assert_eq!((status, &*message), expected, "{address}");
    }
    let rows = world.get("/frankfurter/v2/rates?date=2000-01-03&quotes=BRL").await;
    assert_eq!((rows.status, &*rows.body), (200, "[]"), "as it says of a currency then");
}

#[tokio::test]
async fn averages_are_of_weeks_and_months() {
    let world = World::production().await;
    let days = get(&world, "/v1/2024-01-01..2024-01-31?symbols=USD").await;
    let rates = days["rates"].as_object().unwrap();
    let mean = rates.values().map(|it| number(&it["USD"])).sum::<f64>() / rates.len() as f64;
    let months =
        get(&world, "/v2/rates?from=2024-01-01&to=2024-02-29&quotes=USD&group=month").await;
    let dates: Vec<&Value> = months.as_array().unwrap().iter().map(|row| &row["date"]).collect();
    assert_eq!(dates, ["2024-01-01", "2024-02-01"]);
    assert!((number(&months[0]["rate"]) - mean).abs() < 1e-4, "{months} for {mean}");
    let weeks = get(&world, "/v2/rates?from=2024-01-01&to=2024-01-31&quotes=USD&group=week").await;
    assert_eq!(weeks[1]["date"], "2024-01-08");
}

#[tokio::test]
async fn one_rate_is_one_object_and_files_have_a_heading() {
    let world = World::production().await;
    let rate = get(&world, "/v2/rate/usd/Jpy?date=2024-01-06").await;
    assert_eq!((&rate["base"], &rate["quote"]), (&json!("USD"), &json!("JPY")));
    assert_eq!(rate["date"], "2024-01-05");
    for same in ["usd/usd", "eur/eur"] {
        assert_eq!(get(&world, &format!("/v2/rate/{same}")).await["rate"], 1, "{same}");
    }
    let file = world.get("/frankfurter/v2/rates.csv?date=2024-01-05&quotes=USD").await;
    assert_eq!(file.header("content-type"), "text/csv");
    assert!(file.body.starts_with("date,base,quote,rate\n2024-01-05,EUR,USD,"), "{}", file.body);
    let request = Request::get("/frankfurter/v2/rates?date=2024-01-05&quotes=USD,JPY");
    let request = request.header("accept", "application/x-ndjson").body(Body::empty()).unwrap();
    let lines = world.ask(request).await;
    assert_eq!(lines.header("content-type"), "application/x-ndjson");
    assert!(lines.header("vary").contains("accept"));
    assert!(lines.body.lines().all(|line| line.starts_with(r#"{"date":"2024-01-05","#)));
}

#[tokio::test]
async fn currencies_and_the_provider_are_listed() {
    let world = World::production().await;
    let names = get(&world, "/v1/currencies").await;
    assert_eq!((&names["USD"], &names["EUR"]), (&json!("US Dollar"), &json!("Euro")));
    assert!(names.get("HRK").is_none());
    let now = get(&world, "/v2/currencies").await.as_array().unwrap().len();
    let all = get(&world, "/v2/currencies?scope=all").await;
    assert!(all.as_array().unwrap().len() > now);
    assert_eq!(get(&world, "/v2/currencies?providers=ECB,FED").await, all);
    assert_eq!(get(&world, "/v2/currencies?providers=FED").await, json!([]));
    let kuna = get(&world, "/v2/currency/hrk").await;
    assert_eq!((&kuna["end_date"], &kuna["providers"]), (&json!("2022-12-31"), &json!(["ECB"])));
    let providers = get(&world, "/v2/providers").await;
    assert_eq!(
        (&providers[0]["key"], &providers[0]["start_date"]),
        (&json!("ECB"), &json!("1999-01-04"))
    );
    for root in ["", "/", "/v1", "/v1/", "/v2", "/v2/"] {
        get(&world, root).await;
    }
}

#[tokio::test]
async fn bad_questions_are_errors_as_its_clients_read_them() {
    let world = World::production().await;
    for (address, status, words) in [
        ("/v1/latest?from=USD&to=USD", 422, "bad currency pair"),
        ("/v1/latest?amount=0", 422, "amount: \"0\" is not a positive number"),
        ("/v1/latest?amount=NaN", 422, "amount"),
        ("/v1/latest?base=USD&from=EUR", 422, "is another name of"),
        ("/v1/latest?base=XYZ", 404, "not found"),
        ("/v1/latest?symbols=XYZ", 404, "not found"),
        ("/v1/1998-01-01", 404, "not found"),
        ("/v1/2024-13-45", 404, "not found"),
        ("/v1/2024-01-31..2024-01-01", 404, "not found"),
        ("/v1/1990-01-01..1990-02-01", 404, "not found"),
        ("/v1/nosuch", 404, "not found"),
        ("/v1/%FF", 404, "not found"),
        ("/v2/rate/%FF/usd", 422, "base: is needed"),
        ("/v1/nosuch/nosuch", 404, "not found"),
        ("/v2/rates?colour=red", 422, "unknown parameter: colour"),
        ("/v2/rates?date=2024-02-30", 422, "date: \"2024-02-30\" is not a date"),
        ("/v2/rates?date=2024-01-01&from=2024-01-01", 422, "conflicting params"),
        ("/v2/rates?to=2024-01-01", 422, "to: needs from"),
        ("/v2/rates?base=XYZ", 422, "invalid currency: XYZ"),
        ("/v2/rates?quotes=USD,XYZ", 422, "invalid currency: XYZ"),
        ("/v2/rates?group=day&from=2024-01-01", 422, "invalid group"),
        ("/v2/rates?expand=all", 422, "expand: \"all\""),
        ("/v2/rates?providers=ECB,TCMB", 422, "\"TCMB\" is none of the providers here; use ECB"),
        ("/v2/rates?from=2001-01-01", 422, "exceeds 5 years"),
        ("/v2/rate/eur/usd?from=2024-01-01", 422, "unknown parameter: from"),
        ("/v2/rate/eur/xyz", 422, "invalid currency: xyz"),
        ("/v2/rate/eur/usd?date=1998-01-01", 404, "not found"),
        ("/v2/rate/eur/hrk?date=2024-01-05", 404, "not found"),
        ("/v1/latest?symbols=HRK", 404, "not found"),
        ("/v2/rate/eur/usd?providers=FED", 422, "none of the providers"),
        ("/v2/currency/xyz", 404, "not found"),
        ("/v2/currencies.csv", 406, "only rates are had as CSV"),
        ("/v2/nosuch", 404, "not found"),
        ("/nosuch", 404, "not found"),
    ] {
        let (found, said) = refusal(&world.get(&format!("{ROOT}{address}")).await);
        assert_eq!(found, status, "{address}: {said}");
        assert!(said.contains(words), "{address}: {said}");
    }
    for address in ["/v1/latest", "/v2/rates", "/"] {
        let request = Request::post(format!("{ROOT}{address}")).body(Body::empty()).unwrap();
        assert_eq!(refusal(&world.ask(request).await).0, 405, "{address}");
    }
}

#[tokio::test]
async fn a_bank_that_is_away_is_an_error_until_something_is_held() {
    let world = World::production().await;
    world.upstream.fail("", Fault::Close, None);
    for address in ["/v1/latest", "/v2/rates", "/v2/currencies"] {
        let answer = world.get(&format!("{ROOT}{address}")).await;
        assert_eq!(refusal(&answer).0, 503, "{address}");
        assert!(!answer.header("retry-after").is_empty(), "{address}");
    }
    world.upstream.heal();
    world.advance(jiff::SignedDuration::from_mins(30));
    let held = get(&world, "/v1/latest?symbols=USD").await;
    world.upstream.fail("", Fault::Close, None);
    world.advance(jiff::SignedDuration::from_hours(72));
    let stale = world.get("/frankfurter/v1/latest?symbols=USD").await;
    assert_eq!(stale.json(), held, "with the day that it is of");
    assert_eq!((stale.header("x-freshness"), stale.header("cache-control")), ("stale", "no-cache"));
}
