use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::recordings;

use super::*;
use crate::mutation::{exchange, odd_value};

fn received_at() -> Timestamp {
    "2026-06-24T14:57:20Z".parse().unwrap()
}

fn read_value(message: &Value) -> Message {
    read(message.to_string().as_bytes(), received_at()).unwrap()
}

fn one_tick(message: &str) -> Result<Tick, SourceError> {
    match read(message.as_bytes(), received_at()).unwrap() {
        Message::Ticks(mut ticks) if ticks.len() == 1 => ticks.remove(0),
        other => panic!("{other:?}"),
    }
}

fn price(number: f64) -> Option<Price> {
    Price::new(number)
}

/// A snapshot in the present shape, of our own making.
const SNAPSHOT: &str = r#"{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/EUR",
    "bid":58123.4,"bid_qty":0.41,"ask":58123.5,"ask_qty":2.0,"last":58123.5,
    "volume":512.34567891,"vwap":57990.1,"low":57001.0,"high":58500.9,
    "change":-321.7,"change_pct":-0.55,"timestamp":"2026-06-24T14:57:19.123456Z"}]}"#;

#[test]
fn a_snapshot_gives_the_price_and_what_comes_with_it() {
    let expected = Tick {
        symbol: "BTC/EUR".parse().unwrap(),
        price: price(58_123.5).unwrap(),
        currency: "EUR".parse().ok(),
        previous: price(58_123.5 + 321.7)
            .map(|price| market::Previous { price, kind: market::PreviousKind::DayAgo }),
        change: Some(-321.7),
        day_high: price(58_500.9),
        day_low: price(57_001.0),
        volume: Some(512.345_678_91),
        state: None,
        as_of: "2026-06-24T14:57:19.123456Z".parse().ok(),
        received_at: received_at(),
        source: Source::new("kraken"),
    };
    assert_eq!(one_tick(SNAPSHOT), Ok(expected.clone()));
    assert_eq!(one_tick(&SNAPSHOT.replace("snapshot", "update")), Ok(expected));
}

#[test]
fn digits_come_out_as_published() {
    for digits in ["0.00000123", "58123.5", "51.248178375505404", "1", "104170.7"] {
        let tick = one_tick(&SNAPSHOT.replace(r#""last":58123.5"#, &format!(r#""last":{digits}"#)));
        assert_eq!(tick.unwrap().price.to_string(), digits);
    }
}

#[test]
fn several_pairs_in_one_message_are_distinguished() {
    let pair = |symbol: &str, last: Value| json!({ "symbol": symbol, "last": last });
    let data = [pair("BTC/EUR", json!(1.5)), pair("ETH/EUR", json!(0)), pair("SOL", json!(2))];
    let message = json!({ "channel": "ticker", "type": "update", "data": data });
    let Message::Ticks(ticks) = read_value(&message) else { panic!() };
    assert_eq!(ticks[0].as_ref().unwrap().price.to_string(), "1.5");
    assert_eq!(ticks[0].as_ref().unwrap().as_of, None);
    let said = |text: &str| Err(SourceError::Unreadable(text.to_owned()));
    assert_eq!(ticks[1], said("last of ETH/EUR is not a positive number"));
    assert_eq!(ticks[2], said("symbol is no pair"));
}

#[test]
fn heartbeats_and_acknowledgements_say_nothing_of_prices() {
    for message in [
        r#"{"channel":"heartbeat"}"#,
        r#"{"method":"pong","time_in":"2026-06-24T14:57:19Z","time_out":"2026-06-24T14:57:19Z"}"#,
        r#"{"method":"subscribe","result":{"channel":"ticker","snapshot":true,"symbol":"BTC/EUR"},
            "success":true,"time_in":"2026-06-24T14:57:19Z","time_out":"2026-06-24T14:57:19Z"}"#,
        r#"{"channel":"book","type":"update","data":[{"symbol":"BTC/EUR","bids":[]}]}"#,
        r#"{"channel":"ohlc","type":"update","data":[{"symbol":"BTC/EUR","close":58123.5}]}"#,
        r"{}",
    ] {
        assert_eq!(read(message.as_bytes(), received_at()), Ok(Message::Nothing), "{message}");
    }
}

#[test]
fn a_status_tells_whether_they_trade() {
    let status = |system: &str| {
        let data = json!([{ "system": system, "api_version": "v2", "connection_id": 1, "version": "2.0.10" }]);
        read_value(&json!({ "channel": "status", "type": "update", "data": data }))
    };
    assert_eq!(status("online"), Message::Status { online: true });
    assert_eq!(status("maintenance"), Message::Status { online: false });
}

#[test]
fn refusals_are_reported_in_our_words() {
    let refused = |error: &str, symbol: Option<&str>| {
        let message = json!({ "method": "subscribe", "success": false, "error": error,
            "symbol": symbol, "time_in": "2026-06-24T14:57:19Z" });
        match read_value(&message) {
            Message::Refused(reason) => reason,
            other => panic!("{other:?}"),
        }
    };
    let unknown = refused("Currency pair not supported FOO/BAR", Some("FOO/BAR"));
    assert_eq!(unknown, SourceError::UnknownSymbol("FOO/BAR".parse().unwrap()));
    let other = refused("secret", Some("BTC/EUR"));
    assert_eq!(other, SourceError::Unreadable("a refusal of a request about BTC/EUR".to_owned()));
    let nameless = refused("Event(s) not found", None);
    assert_eq!(nameless, SourceError::Unreadable("a refusal of a request".to_owned()));
    let paused = SourceError::Throttled { retry_after: None };
    assert_eq!(refused("EAPI:Rate limit exceeded", None), paused);
    assert_eq!(refused("EGeneral:Too many requests", Some("BTC/EUR")), paused);
    for words in ["EGeneral:Permission denied", "EAPI:Invalid key"] {
        assert_eq!(refused(words, None), SourceError::Unauthorised { status: 403 });
    }
    for words in ["EService:Unavailable", "EService:Busy"] {
        assert_eq!(refused(words, Some("BTC/EUR")), SourceError::Failing { status: 503 });
    }
    assert_eq!(read_value(&json!({ "Error": "Exceeded msg rate" })), Message::Refused(paused));
}

#[test]
fn what_is_no_message_is_described_and_not_repeated() {
    let check = |message: &[u8], expected: &str| {
        let found = read(message, received_at());
        assert_eq!(found, Err(SourceError::Unreadable(expected.to_owned())));
    };
    check(b"", "an empty body in place of JSON");
    check(b"<html>", "a page of HTML or XML in place of JSON");
    check(br#"{"channel":"ticker""#, "JSON that ends too early, at line 1 column 19");
    check(br#"{"channel":"ticker"}"#, "JSON of an unexpected shape at line 1 column 20");
    check(br#"{"channel":7}"#, "JSON of an unexpected shape at line 1 column 12");
}

/// The message in one of the recorded files: what follows the line of `=`.
fn recorded(name: &str) -> Option<String> {
    let text = String::from_utf8(recordings::one(&format!("kraken/ws-v2/{name}"))?).unwrap();
    let (_, message) = text.split_once("\n=").unwrap();
    Some(message.to_owned())
}

#[test]
fn the_recorded_ticker_is_read() {
    let Some(message) = recorded("Ticker.v2.jkorf.txt") else { return };
    let tick = one_tick(&message).unwrap();
    assert_eq!((tick.symbol.as_str(), tick.price.to_string().as_str()), ("ETH/USDT", "0.10035"));
    assert_eq!(tick.currency, "USDT".parse().ok());
    assert_eq!((tick.day_low, tick.day_high), (price(0.09979), price(0.10285)));
    assert_eq!((tick.change, tick.volume), (Some(-0.00017), Some(997_038.983_831_85)));
    assert_eq!(tick.as_of, None, "recorded before tickers had a time");
}

/// Version 1 says the same in other shapes; we do not speak it, and must not take
/// one of its prices for what it is not.
#[test]
fn recorded_messages_of_version_1_are_never_prices() {
    let one = |path: &str| recordings::one(path).map(|it| String::from_utf8(it).unwrap());
    let messages = ["connectionDetails", "subscriptionConfirmation", "ticker"]
        .iter()
        .filter_map(|name| one(&format!("kraken/ws-v1/{name}.XBTEUR.xchange.json")));
    // `SECONDS: MESSAGE` a line, where it is one of theirs.
    let spoken = ["kraken.ws48.txt", "kraken.ws50.txt"]
        .iter()
        .filter_map(|name| one(&format!("kraken/ws-recording/{name}")))
        .flat_map(|text| {
            let message = |line: &str| Some(line.split_once(": ")?.1.to_owned());
            text.lines().filter_map(message).collect::<Vec<_>>()
        });
    let mut read = 0;
    for message in messages.chain(spoken) {
        read += 1;
        let said = super::read(message.as_bytes(), received_at());
        let is_price = matches!(said, Ok(Message::Ticks(_)));
        assert!(!is_price, "{message}: {said:?}");
    }
    assert!(read == 0 || read > 80, "{read} messages were looked at");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, received_at());
    }

    #[test]
    fn no_exchanged_value_makes_it_panic(at in 0_usize..40, odd in odd_value()) {
        let message: Value = serde_json::from_str(SNAPSHOT).unwrap();
        if let Ok(Message::Ticks(ticks)) = read(&exchange(&message, at, &odd), received_at()) {
            for tick in ticks.iter().flatten() {
                prop_assert!(tick.price.get() > 0.0 && tick.price.get().is_finite());
            }
        }
    }
}
