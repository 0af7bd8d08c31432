use proptest::prelude::*;
use testkit::recordings;

use super::*;

fn received_at() -> Timestamp {
    "2026-08-13T12:00:00Z".parse().unwrap()
}

fn read_one(message: &[u8]) -> Tick {
    tick(message, received_at()).unwrap().unwrap()
}

fn number(found: Option<impl ToString>) -> String {
    found.map_or("-".to_owned(), |found| found.to_string())
}

/// A tick on one line: symbol, price, currency, change, high, low, volume,
/// state, time.
fn line(tick: &Tick) -> String {
    assert_eq!((tick.received_at, tick.source.as_str()), (received_at(), "yahoo"));
    let state = tick.state.map(MarketState::as_str);
    [
        tick.symbol.to_string(),
        tick.price.to_string(),
        number(tick.currency.as_ref()),
        number(tick.change),
        number(tick.day_high),
        number(tick.day_low),
        number(tick.volume),
        number(state),
        number(tick.as_of),
    ]
    .join(" ")
}

/// Recorded messages, with what each says.
const RECORDED: [(&str, &str); 7] = [
    ("AAPL.2020-05-18.b64", "AAPL 314.765 - 7.055023 - - 17557274 open 2020-05-18T16:55:33Z"),
    ("AAPL.pre-market.2026-05-22.b64", "AAPL 305.76 - 0.77001953 - - - pre 2026-05-22T08:10:22Z"),
    (
        "AAPL.regular.2026-08-05.b64",
        "AAPL 307.2 - -2.1799927 - - 5422202 open 2026-08-05T13:43:15Z",
    ),
    (
        "BTC-USD.2025-01-10.b64",
        "BTC/USD 94745.08 USD 1431.8906 95227.555 92517.22 59712028672 open 2025-01-10T11:39:00Z",
    ),
    (
        "BTC-USD.2026-08-13.b64",
        "BTC/USD 63391.56 USD -674.8828 63889.555 63343.35 21288488960 open 2026-08-13T12:03:09Z",
    ),
    (
        "BTC-USD.with-shortName.2021-12-07.b64",
        "BTC/USD 51078.07 USD 2962.0508 51238.69 50452.633 37793116160 open 2021-12-07T07:38:02Z",
    ),
    ("EURUSD_X.2026-08-13.b64", "EUR/USD 1.15327 - 0.0010700226 - - - open 2026-08-13T12:03:09Z"),
];

#[test]
fn recorded_messages_say_what_they_said() {
    let bodies = recordings::all("yahoo/streamer", ".b64");
    assert!(bodies.is_empty() || bodies.len() == RECORDED.len());
    for ((name, body), (expected_name, expected)) in bodies.iter().zip(RECORDED) {
        assert_eq!(name, expected_name);
        assert_eq!(line(&read_one(body)), expected, "{name}");
    }
}

#[test]
fn the_recorded_envelope_holds_the_same_price() {
    let Some(body) = recordings::one("yahoo/streamer/envelope-version2.json") else { return };
    assert_eq!(line(&read_one(&body)), RECORDED[1].1);
}

/// A message of our own making.
fn pricing_of(change: impl FnOnce(&mut Pricing)) -> Pricing {
    let mut pricing = Pricing {
        id: "^FCHI".to_owned(),
        price: Some(8_200.88),
        time: Some(1_761_753_600_123),
        market_hours: 1,
        ..Pricing::default()
    };
    change(&mut pricing);
    pricing
}

fn encoded(pricing: &Pricing) -> String {
    STANDARD.encode(pricing.encode_to_vec())
}

#[test]
fn a_message_reads_the_same_bare_and_wrapped() {
    let bare = encoded(&pricing_of(|pricing| {
        pricing.currency = Some("EUR".to_owned());
        pricing.previous_close = Some(8_101.5);
    }));
    let found = read_one(bare.as_bytes());
    assert_eq!(line(&found), "CAC40 8200.88 EUR - - - - open 2025-10-29T16:00:00.123Z");
    assert_eq!(found.previous, Some(close(Price::new(8_101.5).unwrap())));
    for wrapped in [
        format!(r#"{{"type":"pricing","message":"{bare}"}}"#),
        format!(r#" {{"message":"{bare}","type":"pricing","more":[1]}}"#),
        format!(r#"{{"message":"{bare}"}}"#),
        format!("{bare}\n"),
    ] {
        assert_eq!(read_one(wrapped.as_bytes()), found, "{wrapped}");
    }
}

#[test]
fn other_messages_carry_no_price() {
    for other in [r#"{"type":"notice","message":"maintenance"}"#, r#"{"type":"pricing"}"#, "{}"] {
        assert_eq!(tick(other.as_bytes(), received_at()), Ok(None), "{other}");
    }
}

#[test]
fn all_of_yahoos_names_are_ours() {
    let symbol = |id: &str| {
        let message = encoded(&pricing_of(|pricing| pricing.id = id.to_owned()));
        read_one(message.as_bytes()).symbol.to_string()
    };
    assert_eq!(symbol("JPY=X"), "USD/JPY");
    assert_eq!(symbol("USDJPY=X"), "USD/JPY");
    assert_eq!(symbol("BTC-EUR"), "BTC/EUR");
    assert_eq!(symbol("GC=F"), "GC=F");
}

#[test]
fn sessions_are_distinguished_and_unknown_ones_left_out() {
    let state = |hours: i32| {
        let message = encoded(&pricing_of(|pricing| pricing.market_hours = hours));
        tick(message.as_bytes(), received_at()).unwrap().map(|tick| tick.state.unwrap())
    };
    assert_eq!(state(0), Some(MarketState::Pre));
    assert_eq!(state(1), Some(MarketState::Open));
    assert_eq!(state(2), Some(MarketState::Post));
    assert_eq!(state(3), None);
    assert_eq!(state(4), None);
    assert_eq!(state(-1), None);
}

#[test]
fn fields_yahoo_adds_are_skipped() {
    let mut bytes = pricing_of(|_| ()).encode_to_vec();
    // Field 46, a number; field 47, a text.
    bytes.extend([0xf0, 0x02, 0x07, 0xfa, 0x02, 0x02, b'h', b'i']);
    assert_eq!(read_one(STANDARD.encode(&bytes).as_bytes()).price.to_string(), "8200.88");
}

#[test]
fn what_is_no_price_is_refused_and_never_repeated() {
    let check = |message: &[u8], expected: &str| {
        let found = tick(message, received_at());
        assert_eq!(found, Err(SourceError::Unreadable(expected.to_owned())));
    };
    let refused = |change: fn(&mut Pricing), expected: &str| {
        check(encoded(&pricing_of(change)).as_bytes(), expected);
    };
    refused(|pricing| pricing.price = None, "price is missing or zero");
    refused(|pricing| pricing.price = Some(0.0), "price is missing or zero");
    refused(|pricing| pricing.price = Some(f32::NAN), "price is missing or zero");
    refused(|pricing| pricing.price = Some(f32::INFINITY), "price is missing or zero");
    refused(|pricing| pricing.id = String::new(), "id is no symbol");
    refused(|pricing| pricing.id = "<script>".to_owned(), "id is no symbol");
    refused(|pricing| pricing.currency = Some("<b>".to_owned()), "currency is no currency code");
    refused(|pricing| pricing.time = Some(i64::MAX), "time is no instant");
    check(b"secret!", "text that is not base64");
    check(b"\xff\xfe", "text that is not base64");
    check(br#"{"type":"pricing","message":"?"}"#, "text that is not base64");
    check(br#"{"type":"#, "JSON that ends too early, at line 1 column 8");
    let bytes = pricing_of(|_| ()).encode_to_vec();
    let cut = STANDARD.encode(&bytes[..bytes.len() - 1]);
    check(cut.as_bytes(), "bytes that are no pricing message");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = tick(&bytes, received_at());
        let _ = tick(STANDARD.encode(&bytes).as_bytes(), received_at());
    }

    #[test]
    fn no_changed_byte_makes_it_panic(at in 0_usize..40, byte in any::<u8>()) {
        let mut bytes = pricing_of(|pricing| pricing.change = Some(1.5)).encode_to_vec();
        let place = at % bytes.len();
        bytes[place] = byte;
        if let Ok(Some(found)) = tick(STANDARD.encode(&bytes).as_bytes(), received_at()) {
            prop_assert!(found.price.get().is_finite());
        }
    }

    #[test]
    fn the_digits_of_any_price_survive(digits in 1_u32..1_000_000, point in 0_i32..6) {
        let said: f64 = format!("{digits}e-{point}").parse().unwrap();
        let message = encoded(&pricing_of(|pricing| pricing.price = Some(said as f32)));
        let found = read_one(message.as_bytes()).price.get();
        prop_assert_eq!(found.to_bits(), said.to_bits());
    }
}
