use market::Quote;
use proptest::prelude::*;
use testkit::recordings;

use super::*;
use crate::mutation;

const NOW: &str = "2025-10-29T20:05:00Z";
const TUESDAY: &str = "2025-10-28T13:30:00Z";
const WEDNESDAY: &str = "2025-10-29T13:30:00Z";

/// A spark: the chart of a symbol with closes alone.
fn spark(symbol: &str) -> Value {
    let mut chart = chart(&[TUESDAY, WEDNESDAY], &[Some(2.5), Some(3.5)]);
    set(&mut chart, "/meta/symbol", json!(symbol));
    set(&mut chart, "/indicators/quote", json!([{"close": [2.5, 3.5]}]));
    json!({"symbol": symbol, "response": [chart["chart"]["result"][0]]})
}

fn answered(sparks: &[Value]) -> String {
    json!({"spark": {"result": sparks, "error": null}}).to_string()
}

fn read(body: &str, symbols: &[&str]) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
    let asked: Vec<Instrument> = symbols.iter().map(|symbol| asked(symbol)).collect();
    quotes(&reply(200, body), &asked, at(NOW))
}

/// Prices, or the reasons why there are none.
fn prices(body: &str, symbols: &[&str]) -> Vec<String> {
    let word = |found: Result<Quote, SourceError>| {
        found.map_or_else(|error| error.reason().to_owned(), |quote| quote.price.to_string())
    };
    read(body, symbols).unwrap().into_iter().map(word).collect()
}

fn left_out(symbol: &str) -> Result<Quote, SourceError> {
    Err(SourceError::LeftOut(symbol.parse().unwrap()))
}

#[test]
fn a_spark_tells_what_a_chart_does_except_for_the_day() {
    let quote = read(&answered(&[spark("AAPL")]), &["AAPL"]).unwrap().remove(0).unwrap();
    assert_eq!(quote.price.to_string(), "269.7");
    assert_eq!(quote.previous.unwrap().price.to_string(), "2.5");
    assert_eq!(quote.as_of, Some(at("2025-10-29T20:00:01Z")));
    assert_eq!(quote.session.unwrap().regular.start, at(WEDNESDAY));
    assert_eq!(quote.instrument.name, "Apple Inc.");
    assert_eq!(quote.currency, "USD".parse().ok());
    assert_eq!((quote.day_high, quote.day_low, quote.volume), (None, None, None));
}

#[test]
fn what_is_missing_is_left_out_alone_and_what_was_not_asked_is_passed_over() {
    let body = answered(&[spark("MSFT"), spark("TSLA"), spark("AAPL")]);
    let found = read(&body, &["AAPL", "NOPE", "MSFT"]).unwrap();
    assert_eq!(found[0].as_ref().unwrap().instrument.symbol, "AAPL".parse().unwrap());
    assert_eq!(found[1], left_out("NOPE"));
    assert_eq!(found[2].as_ref().unwrap().instrument.symbol, "MSFT".parse().unwrap());
}

#[test]
fn names_are_matched_however_they_are_written() {
    let body = answered(&[spark("JPY=X"), spark("aapl"), spark("^FCHI"), spark("BTC-EUR")]);
    let symbols = ["AAPL", "CAC40", "USD/JPY", "BTC/EUR"];
    assert_eq!(prices(&body, &symbols), ["269.7"; 4]);
    for (found, symbol) in read(&body, &symbols).unwrap().iter().zip(symbols) {
        assert_eq!(found.as_ref().unwrap().instrument.symbol, symbol.parse().unwrap());
    }
}

#[test]
fn one_odd_spark_does_not_spoil_the_others() {
    let mut priceless = spark("A");
    priceless["response"][0]["meta"]["regularMarketPrice"] = Value::Null;
    let mut shapeless = spark("B");
    shapeless["response"][0]["indicators"] = json!(7);
    let mut other = spark("C");
    other["response"][0]["meta"]["symbol"] = json!("D");
    let mut delisted = spark("E");
    delisted["response"][0]["meta"]["exchangeName"] = json!("YHD");
    delisted["response"][0]["meta"]["regularMarketPrice"] = json!(0);
    let silent = json!({"symbol": "F"});
    let mut huge = spark("G");
    huge["response"][0]["meta"]["regularMarketPrice"] = json!("1e300");
    let nameless = json!({"response": []});
    let body = answered(&[
        priceless,
        shapeless,
        other,
        delisted,
        silent,
        huge,
        nameless,
        Value::Null,
        spark("AAPL"),
    ]);
    assert_eq!(
        prices(&body, &["A", "B", "C", "E", "F", "G", "AAPL"]),
        ["unreadable", "unreadable", "unreadable", "delisted", "unreadable", "unreadable", "269.7"]
    );
}

#[test]
fn closes_that_are_all_missing_leave_the_price_and_take_the_one_before() {
    let mut holes = spark("AAPL");
    holes["response"][0]["indicators"]["quote"][0]["close"] = json!([null, null]);
    let quote = read(&answered(&[holes]), &["AAPL"]).unwrap().remove(0).unwrap();
    assert_eq!((quote.price.to_string().as_str(), quote.previous), ("269.7", None));
}

#[test]
fn a_spark_of_nobody_leaves_each_out() {
    let refused = r#"{"spark":{"result":null,"error":{"code":"Not Found","description":"No data found for spark symbols"}}}"#;
    let asked = [asked("NOPE"), asked("NADA")];
    let nobody = Ok(vec![left_out("NOPE"), left_out("NADA")]);
    for (status, body) in [(200, answered(&[])), (200, refused.into()), (404, refused.into())] {
        assert_eq!(quotes(&reply(status, body), &asked, at(NOW)), nobody, "{status}");
    }
}

#[test]
fn a_refusal_concerns_the_whole_request() {
    let check = |status: u16, body: &str, expected: &str| {
        let found = quotes(&reply(status, body), &[asked("AAPL")], at(NOW)).unwrap_err();
        assert_eq!(found.reason(), expected, "{status} {body}");
    };
    let error = r#"{"finance":{"result":null,"error":{"code":"Unauthorized","description":""}}}"#;
    check(401, error, "unauthorised");
    check(400, error, "upstream_failing");
    check(404, "<html>Not Found</html>", "upstream_failing");
    check(200, error, "unauthorised");
    check(200, "Edge: Too Many Requests", "throttled");
    check(200, r#"{"spark":{"result":null,"error":{"code":"Too Many Requests"}}}"#, "throttled");
    check(200, r#"{"spark":{"result":null,"error":{"code":"Odd"}}}"#, "unreadable");
    check(200, r#"{"spark":{"result":null,"error":null}}"#, "unreadable");
    check(200, r#"{"spark":{"result":[{"response":[]}],"error":null}}"#, "unreadable");
}

#[test]
fn a_recorded_spark_reads_as_it_is_written() {
    let name = "yahoo/spark/AAPL.1d.5d.v7.rec2021-05-03.json";
    let Some(body) = recordings::one(name) else { return };
    let found = quotes(&reply(200, body), &[asked("AAPL"), asked("MSFT")], at(NOW)).unwrap();
    let quote = found[0].as_ref().unwrap();
    assert_eq!(quote.price.to_string(), "132.54");
    assert_eq!(quote.previous.unwrap().price.to_string(), "131.46");
    assert_eq!(quote.as_of, Some(at("2021-05-03T20:00:01Z")));
    assert_eq!(quote.session.unwrap().regular.start, at("2021-05-03T13:30:00Z"));
    assert_eq!(found[1], left_out("MSFT"));
}

proptest! {
    #[test]
    fn no_exchanged_value_makes_it_panic_or_spoils_the_other(
        which in 0_usize..200,
        odd in mutation::odd_value(),
    ) {
        let whole = json!({"result": [spark("AAPL"), spark("MSFT")], "error": null});
        let body = mutation::exchange(&json!({ "spark": whole }), which, &odd);
        if let Ok(found) = quotes(&reply(200, body), &[asked("AAPL"), asked("MSFT")], at(NOW)) {
            prop_assert_eq!(found.len(), 2);
            for quote in found.into_iter().flatten() {
                prop_assert!(quote.price.get().is_finite());
            }
        }
    }
}
