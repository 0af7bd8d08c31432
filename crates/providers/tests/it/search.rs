//! Instruments looked up at Yahoo.

use market::{Instrument, Kind, SearchSource, SourceError};
use providers::yahoo::Yahoo;
use simulator::{Fault, Market, Upstream};

use crate::upstream::{NOW, client};

async fn yahoo() -> (Upstream, Yahoo) {
    let upstream = Upstream::start(Market::new(7), NOW.parse().unwrap()).await;
    let yahoo = Yahoo::new(client(), upstream.url().parse().unwrap());
    (upstream, yahoo)
}

fn symbols(found: &[Instrument]) -> Vec<&str> {
    found.iter().map(|found| found.symbol.as_str()).collect()
}

#[tokio::test]
async fn instruments_are_found_by_name_and_by_symbol_in_any_case() {
    let (_upstream, yahoo) = yahoo().await;
    assert_eq!(SearchSource::source(&yahoo).as_str(), "yahoo");
    let check = async |text: &str, expected: &[&str]| {
        assert_eq!(symbols(&yahoo.search(text).await.unwrap()), expected, "{text}");
    };
    check("cac", &["CAC40"]).await;
    check("airbus", &["AIR.PA"]).await;
    check("msft", &["MSFT"]).await;
    check("eurusd", &["EUR/USD"]).await;
    check("no such thing", &[]).await;
    check("FR0000131104", &[]).await;
}

#[tokio::test]
async fn a_hit_is_what_the_chart_says_it_is() {
    let (_upstream, yahoo) = yahoo().await;
    for text in ["^GSPC", "AAPL", "AIR.PA", "VOD.L", "GBPUSD", "ETH-EUR"] {
        let found = yahoo.search(text).await.unwrap().remove(0);
        let quoted =
            crate::upstream::quote(&yahoo, found.symbol.as_str()).await.unwrap().instrument;
        assert!(quoted.first_trade.is_some(), "{text}");
        let traded = matches!(quoted.kind, Kind::Equity);
        assert_eq!(quoted.mic.is_some(), traded, "{text}");
        // Search says less, and nothing else.
        let currency = quoted.currency.clone();
        let same = Instrument {
            currency,
            first_trade: quoted.first_trade,
            price_decimals: quoted.price_decimals,
            ..found
        };
        assert_eq!(same, quoted, "{text}");
    }
}

#[tokio::test]
async fn the_text_is_data_and_an_empty_one_is_not_asked() {
    let (upstream, yahoo) = yahoo().await;
    assert_eq!(yahoo.search("  ").await, Ok(Vec::new()));
    assert_eq!(upstream.requests(), 0);
    assert_eq!(yahoo.search(" s&p=500? ").await, Ok(Vec::new()));
    let expected = "/v1/finance/search?q=s%26p%3D500%3F&quotesCount=20&newsCount=0";
    assert_eq!(upstream.log(), [expected]);
    assert_eq!(symbols(&yahoo.search("S&P").await.unwrap()), ["^GSPC"]);
}

#[tokio::test]
async fn no_fault_looks_like_nothing_found() {
    let (upstream, yahoo) = yahoo().await;
    let check = async |fault: Fault, reason: &str| {
        upstream.heal();
        upstream.fail("/v1/finance/search", fault.clone(), None);
        let refusal: SourceError = yahoo.search("cac").await.unwrap_err();
        assert_eq!(refusal.reason(), reason, "{fault:?}");
    };
    let status = |code| Fault::Status { code, retry_after: None };
    check(status(400), "upstream_failing").await;
    check(status(401), "unauthorised").await;
    check(status(404), "upstream_failing").await;
    check(status(429), "throttled").await;
    check(status(500), "upstream_failing").await;
    for fault in [Fault::Html, Fault::Garbage, Fault::Empty, Fault::WrongShape, Fault::GzipBomb] {
        check(fault, "unreadable").await;
    }
    check(Fault::Truncate, "unreachable").await;
    check(Fault::Close, "unreachable").await;
    upstream.heal();
    assert!(yahoo.search("cac").await.is_ok());
}
