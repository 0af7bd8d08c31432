//! What a search finds, in our words.

use proptest::prelude::*;
use testkit::recordings;

use super::*;
use crate::mutation;

/// A hit as Yahoo sends it.
fn hit(symbol: &str, kind: &str, exchange: &str) -> Value {
    json!({
        "exchange": exchange, "shortname": "short", "quoteType": kind, "symbol": symbol,
        "index": "quotes", "score": 39_332.0, "longname": "long", "exchDisp": "Somewhere",
        "isYahooFinance": true,
    })
}

fn without_listing() -> Value {
    json!({
        "index": "78ddc076", "name": "A company", "permalink": "a-company", "isYahooFinance": false,
    })
}

fn body(hits: &[Value]) -> Value {
    json!({"explains": [], "count": hits.len(), "quotes": hits, "news": [], "totalTime": 20})
}

fn search(hits: &[Value]) -> Result<Vec<Instrument>, SourceError> {
    instruments(&reply(200, body(hits).to_string()))
}

fn symbols(hits: &[Value]) -> Vec<String> {
    search(hits).unwrap().iter().map(|found| found.symbol.to_string()).collect()
}

fn one(hit: Value) -> Instrument {
    search(&[hit]).unwrap().remove(0)
}

#[test]
fn a_share_comes_with_its_market_and_zone_and_without_a_currency() {
    let expected = Instrument {
        symbol: "AIR.PA".parse().unwrap(),
        name: "long".into(),
        kind: Kind::Equity,
        currency: None,
        exchange: Some("Somewhere".into()),
        mic: Some("XPAR".to_owned()),
        first_trade: None,
        time_zone: "Europe/Paris".to_owned(),
        price_decimals: 2,
    };
    assert_eq!(one(hit("AIR.PA", "EQUITY", "PAR")), expected);
}

#[test]
fn symbols_are_ours_and_each_comes_once_in_the_order_found() {
    let hits = [
        hit("^FCHI", "INDEX", "PAR"),
        hit("JPY=X", "CURRENCY", "CCY"),
        hit("BTC-EUR", "CRYPTOCURRENCY", "CCC"),
        hit("USDJPY=X", "CURRENCY", "CCY"),
    ];
    assert_eq!(symbols(&hits), ["CAC40", "USD/JPY", "BTC/EUR"]);
    // The very letters of these name their currencies.
    let currencies = search(&hits).unwrap().into_iter().map(|found| found.currency.unwrap());
    assert_eq!(currencies.map(|code| code.to_string()).collect::<Vec<_>>(), ["EUR", "JPY", "EUR"]);
}

#[test]
fn every_kind_is_reported_by_its_own_word() {
    for (word, kind) in [
        ("EQUITY", Kind::Equity),
        ("ETF", Kind::Etf),
        ("MUTUALFUND", Kind::Fund),
        ("MONEYMARKET", Kind::Fund),
        ("INDEX", Kind::Index),
        ("CURRENCY", Kind::Currency),
        ("CRYPTOCURRENCY", Kind::Crypto),
        ("FUTURE", Kind::Future),
        ("OPTION", Kind::Option),
    ] {
        assert_eq!(one(hit("ABC", word, "NMS")).kind, kind, "{word}");
    }
}

#[test]
fn what_is_no_instrument_or_of_no_known_kind_is_left_out() {
    let mut no_kind = hit("NOKIND", "", "NMS");
    no_kind["quoteType"] = Value::Null;
    let hits = [
        without_listing(),
        hit("AAPL", "EQUITY", "NMS"),
        hit("PRIVATE", "PRIVATE_COMPANY", "NAS"),
        no_kind,
        // Yahoo says mutual fund of whatever is delisted.
        hit("ADH", "MUTUALFUND", "YHD"),
        hit("A SYMBOL OF NO KNOWN FORM", "EQUITY", "NMS"),
    ];
    assert_eq!(symbols(&hits), ["AAPL"]);
    assert!(symbols(&[without_listing()]).is_empty());
    assert!(symbols(&[]).is_empty());
}

#[test]
fn names_that_would_run_or_turn_round_come_out_as_text() {
    let mut hit = hit("ABC", "EQUITY", "NMS");
    hit["longname"] = json!("\u{1b}]0;\u{7}\u{202e}");
    hit["shortname"] = json!("Good\u{1b}[31m\u{202e}Inc\n");
    hit["exchDisp"] = json!("Nas\u{9b}2Jdaq");
    let found = one(hit);
    assert_eq!((found.name.as_str(), found.exchange.as_deref()), ("]0;", Some("Nas 2Jdaq")));
}

#[test]
fn fields_that_are_missing_or_empty_are_made_up_for_by_others() {
    let without = |missing: &[&str], value: Value| {
        let mut hit = hit("ABC.XY", "EQUITY", "XYZ");
        for field in missing {
            hit[field] = value.clone();
        }
        let found = one(hit);
        (found.name, found.exchange.unwrap_or_default(), found.time_zone)
    };
    let found = |name: &str, exchange: &str| (name.into(), exchange.into(), "UTC".to_owned());
    for nothing in [Value::Null, json!("")] {
        let some = ["longname", "exchDisp"];
        assert_eq!(without(&some, nothing.clone()), found("short", "XYZ"));
        let all = ["longname", "shortname", "exchDisp", "exchange"];
        assert_eq!(without(&all, nothing), found("ABC.XY", ""));
    }
}

#[test]
fn an_odd_hit_does_not_spoil_the_others_and_odd_hits_alone_are_refused() {
    let odd = [json!(null), json!("AAPL"), json!({"symbol": 7}), json!({"isYahooFinance": true})];
    let mut hits = odd.to_vec();
    hits.push(hit("AAPL", "EQUITY", "NMS"));
    assert_eq!(symbols(&hits), ["AAPL"]);
    let refusal = search(&odd).unwrap_err();
    assert_eq!(refusal, SourceError::Unreadable("no search hit has the expected shape".to_owned()));
}

#[test]
fn an_answer_without_hits_is_not_taken_for_one_that_found_nothing() {
    for body in ["", "{}", "[]", r#"{"quotes":null}"#, r#"{"finance":{"result":null}}"#, "<html>"] {
        let refusal = instruments(&reply(200, body)).unwrap_err();
        assert_eq!(refusal.reason(), "unreadable", "{body}");
    }
}

#[test]
fn a_recorded_refusal_is_one() {
    let path = "yahoo/errors/search-400-missing-q.rec2021-01-23.json";
    let Some(body) = recordings::one(path) else { return };
    assert_eq!(instruments(&reply(400, body)), Err(SourceError::Failing { status: 400 }));
}

#[test]
fn every_recorded_search_reads_as_it_is_written() {
    for (name, body) in recordings::all("yahoo/search", ".json") {
        let document: Value = serde_json::from_slice(&body).unwrap();
        let hits = document["quotes"].as_array().unwrap();
        let listed: Vec<&Value> = hits.iter().filter(|hit| hit["symbol"].is_string()).collect();
        let found = instruments(&reply(200, body)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(found.len(), listed.len(), "{name}");
        for (found, hit) in found.iter().zip(listed) {
            same_instrument(&name, found, hit);
        }
    }
}

fn same_instrument(name: &str, found: &Instrument, hit: &Value) {
    let symbol: market::Symbol = hit["symbol"].as_str().unwrap().parse().unwrap();
    assert_eq!(found.symbol, crate::yahoo::spelling::canonical(&symbol), "{name}");
    let said = |first: &str, second: &str| hit[first].as_str().or(hit[second].as_str());
    let expected = said("longname", "shortname").unwrap_or(found.symbol.as_str());
    assert_eq!(found.name, expected.trim(), "{name}: {symbol}");
    assert_eq!(found.exchange.as_deref(), said("exchDisp", "exchange"), "{name}: {symbol}");
    let kind = found.kind.as_str().to_uppercase();
    assert!(hit["typeDisp"].as_str().unwrap().to_uppercase().starts_with(&kind), "{name}");
    // Everything recorded is from a place whose zone we know.
    assert!(found.time_zone != "UTC" || found.kind == Kind::Crypto, "{name}: {symbol}");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(instruments(&reply(200, body)).is_err());
    }

    #[test]
    fn no_exchanged_value_makes_it_panic(which in 0_usize..40, odd in mutation::odd_value()) {
        let hits = [hit("AAPL", "EQUITY", "NMS"), without_listing(), hit("^FCHI", "INDEX", "PAR")];
        let body = mutation::exchange(&body(&hits), which, &odd);
        if let Ok(found) = instruments(&reply(200, body)) {
            prop_assert!(found.len() <= 2);
        }
    }
}
