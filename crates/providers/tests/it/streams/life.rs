//! What a stream does while all is well.

use market::{SourceError, StreamSource};
use tokio_tungstenite::tungstenite::Message;

use super::peer::{Act, Peer, say};
use super::{alpaca, kraken, open, ticker, yahoo};
use crate::upstream::asked;

const ONLINE: &str = r#"{"channel":"status","type":"update","data":[{"system":"online"}]}"#;
const HEARTBEAT: &str = r#"{"channel":"heartbeat"}"#;

/// 94745.08 for BTC-USD, as Yahoo would send it.
const PRICING: &str = "CgdCVEMtVVNEFYoMuUc4AQ==";

#[tokio::test]
async fn krakens_prices_arrive_after_subscribing() {
    let peer = Peer::start(|| {
        vec![
            say(ONLINE),
            Act::Hear,
            say(r#"{"method":"subscribe","success":true,"result":{"channel":"ticker"}}"#),
            say(HEARTBEAT),
            say(ticker("BTC/EUR", 58_123.5)),
            say(ticker("BTC/EUR", 58_124.0)),
        ]
    })
    .await;
    let mut stream = open(&kraken(&peer.url)).await;
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!((first.symbol.as_str(), first.price.to_string().as_str()), ("BTC/EUR", "58123.5"));
    assert_eq!(first.source.as_str(), "kraken");
    assert_eq!(first.as_of, "2025-10-29T20:04:59Z".parse().ok());
    assert_eq!(stream.next().await.unwrap().unwrap().price.to_string(), "58124");
    let request = r#"{"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/EUR"]}}"#;
    assert_eq!(peer.texts(), [request]);
    assert_eq!(peer.agents(), ["Mozilla/5.0 (compatible; MarketPulse/0.1)"]);
}

#[tokio::test]
async fn yahoos_prices_arrive_bare_and_wrapped() {
    let wrapped = format!(r#"{{"type":"pricing","message":"{PRICING}"}}"#);
    let peer = Peer::start(move || vec![Act::Hear, say(&wrapped), say(PRICING)]).await;
    let mut stream = yahoo(&peer.url).connect(&[asked("BTC/USD"), asked("CAC40")]).await.unwrap();
    for _ in 0..2 {
        let tick = stream.next().await.unwrap().unwrap();
        assert_eq!((tick.symbol.as_str(), tick.source.as_str()), ("BTC/USD", "yahoo"));
        assert_eq!(tick.price.to_string(), "94745.08");
    }
    assert_eq!(peer.texts(), [r#"{"subscribe":["BTC-USD","^FCHI"]}"#]);
}

#[tokio::test]
async fn subscriptions_change_while_the_stream_is_open() {
    let script = || vec![Act::Hear, Act::Hear, Act::Hear, say(PRICING)];
    let peer = Peer::start(script).await;
    let mut stream = open(&yahoo(&peer.url)).await;
    stream.subscribe(&[asked("USD/JPY")]).await.unwrap();
    stream.unsubscribe(&[asked("BTC/EUR")]).await.unwrap();
    stream.next().await.unwrap().unwrap();
    let expected = [
        r#"{"subscribe":["BTC-EUR"]}"#,
        r#"{"subscribe":["USDJPY=X"]}"#,
        r#"{"unsubscribe":["BTC-EUR"]}"#,
    ];
    assert_eq!(peer.texts(), expected);
}

#[tokio::test]
async fn many_instruments_are_subscribed_to_in_batches() {
    let script = || vec![Act::Hear, Act::Hear, Act::Hear, say(PRICING)];
    let peer = Peer::start(script).await;
    let many: Vec<_> = (0..250).map(|n| asked(&format!("SYM{n}"))).collect();
    let mut stream = yahoo(&peer.url).connect(&many).await.unwrap();
    stream.next().await.unwrap().unwrap();
    let named: Vec<usize> = peer.texts().iter().map(|text| text.matches("SYM").count()).collect();
    assert_eq!(named, [100, 100, 50]);
}

#[tokio::test]
async fn what_is_not_streamed_is_said_before_anybody_is_asked() {
    let peer = Peer::start(Vec::new).await;
    let source = kraken(&peer.url);
    for symbol in ["CAC40", "EUR/USD", "BTC/SEK"] {
        assert!(!source.streams(&asked(symbol)), "{symbol}");
        let refused = source.connect(&[asked("BTC/EUR"), asked(symbol)]).await.err().unwrap();
        assert_eq!(refused, SourceError::NotOffered(format!("{symbol} is not streamed")));
    }
    assert!(source.streams(&asked("BTC/EUR")) && yahoo(&peer.url).streams(&asked("CAC40")));
    assert!(peer.agents().is_empty());
}

#[tokio::test]
async fn a_pair_that_kraken_does_not_know_does_not_end_the_others() {
    let refusal = r#"{"method":"subscribe","success":false,"symbol":"BNB/CHF",
        "error":"Currency pair not supported BNB/CHF"}"#;
    let peer =
        Peer::start(move || vec![Act::Hear, say(refusal), say(ticker("BTC/EUR", 1.5))]).await;
    let instruments = [asked("BNB/CHF"), asked("BTC/EUR")];
    let mut stream = kraken(&peer.url).connect(&instruments).await.unwrap();
    let unknown = stream.next().await.unwrap().unwrap_err();
    assert_eq!(unknown, SourceError::UnknownSymbol("BNB/CHF".parse().unwrap()));
    assert_eq!(stream.next().await.unwrap().unwrap().price.to_string(), "1.5");
}

#[tokio::test]
async fn pings_are_answered() {
    let ping = || Act::Say(Message::Ping("are you there".into()));
    let script = move || vec![Act::Hear, ping(), Act::Hear, say(ticker("BTC/EUR", 1.5))];
    let peer = Peer::start(script).await;
    let mut stream = open(&kraken(&peer.url)).await;
    // It is sent after the answer alone.
    stream.next().await.unwrap().unwrap();
    assert_eq!(peer.count(|it| *it == Message::Pong("are you there".into())), 1);
}

#[tokio::test]
async fn leave_is_taken_and_the_stream_is_over() {
    let peer = Peer::start(Vec::new).await;
    let mut stream = open(&kraken(&peer.url)).await;
    stream.close().await;
    assert_eq!(peer.count(Message::is_close), 1);
    assert!(stream.next().await.is_none());
    let refused = stream.subscribe(&[asked("ETH/EUR")]).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "cannot be reached: the answer broke off (the stream has ended; connect anew)"
    );
}

/// A trade as Alpaca tells it.
fn trade(ticker: &str, price: f64) -> String {
    format!(
        r#"[{{"T":"t","i":1,"S":"{ticker}","x":"V","p":{price},"s":100,"t":"2025-10-29T19:04:59.5Z","c":["@"],"z":"C"}}]"#
    )
}

const CONNECTED: &str = r#"[{"T":"success","msg":"connected"}]"#;
const LET_IN: &str = r#"[{"T":"success","msg":"authenticated"}]"#;

#[tokio::test]
async fn alpaca_is_told_who_comes_before_anything_is_subscribed_to() {
    let peer = Peer::start(|| {
        vec![
            say(CONNECTED),
            Act::Hear,
            say(LET_IN),
            Act::Hear,
            say(r#"[{"T":"subscription","trades":["AAPL","BRK.B"],"quotes":[],"bars":[]}]"#),
            say(trade("BRK.B", 497.25)),
        ]
    })
    .await;
    let mut stream = alpaca(&peer.url).connect(&[asked("AAPL"), asked("BRK-B")]).await.unwrap();
    let tick = stream.next().await.unwrap().unwrap();
    assert_eq!((tick.symbol.as_str(), tick.source.as_str()), ("BRK-B", "alpaca"));
    assert_eq!(tick.price.to_string(), "497.25");
    let expected = [
        r#"{"action":"auth","key":"id","secret":"secret"}"#,
        r#"{"action":"subscribe","trades":["AAPL","BRK.B"]}"#,
    ];
    assert_eq!(peer.texts(), expected);
}

#[tokio::test]
async fn who_is_not_let_in_is_told_why_and_asks_for_nothing() {
    for (code, reason) in [(402, "unauthorised"), (406, "throttled"), (500, "upstream_failing")] {
        let refusal = format!(r#"[{{"T":"error","code":{code},"msg":"id secret"}}]"#);
        let peer = Peer::start(move || vec![say(CONNECTED), Act::Hear, say(&refusal)]).await;
        let error = alpaca(&peer.url).connect(&[asked("AAPL")]).await.err().unwrap();
        assert_eq!(error.reason(), reason, "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert_eq!(peer.texts().len(), 1, "{:?}", peer.texts());
    }
}
