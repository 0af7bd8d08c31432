//! Many quotes of Yahoo in few requests.

use market::{Instrument, Quote, QuoteSource, SourceError};
use providers::yahoo::Yahoo;
use simulator::{Market, Upstream};

use crate::upstream::{NOW, asked, client, quote};

async fn yahoo() -> (Upstream, Yahoo) {
    let upstream = Upstream::start(Market::new(7), NOW.parse().unwrap()).await;
    let yahoo = Yahoo::new(client(), upstream.url().parse().unwrap());
    (upstream, yahoo)
}

async fn all(
    yahoo: &Yahoo,
    instruments: Vec<Instrument>,
) -> Vec<(Instrument, Result<Quote, SourceError>)> {
    let mut all = Vec::new();
    for batch in yahoo.batches(instruments) {
        let found = yahoo.quotes(&batch).await.unwrap();
        assert_eq!(found.len(), batch.len());
        all.extend(batch.into_iter().zip(found));
    }
    all
}

#[tokio::test]
async fn forty_five_symbols_take_three_requests() {
    let (upstream, yahoo) = yahoo().await;
    let names =
        (0..42).map(|n| format!("S{n}")).chain(["CAC40", "USD/JPY", "BTC/EUR"].map(Into::into));
    let found = all(&yahoo, names.map(|name| asked(&name)).collect()).await;
    assert_eq!(upstream.requests(), 3);
    assert_eq!(upstream.requests_to("/v7/finance/spark?symbols="), 3);
    assert_eq!(found.len(), 45);
    for (asked, quote) in &found {
        assert_eq!(quote.as_ref().unwrap().instrument.symbol, asked.symbol);
    }
    let last = upstream.log().pop().unwrap();
    let expected = "/v7/finance/spark?symbols=S40%2CS41%2C%5EFCHI%2CUSDJPY%3DX%2CBTC-EUR\
                    &range=5d&interval=1d";
    assert_eq!(last, expected);
}

#[tokio::test]
async fn batches_are_as_few_as_they_can_be() {
    let (_, yahoo) = yahoo().await;
    let check = |count: usize, expected: &[usize]| {
        let instruments = (0..count).map(|n| asked(&format!("S{n}"))).collect();
        let sizes: Vec<usize> = yahoo.batches(instruments).iter().map(Vec::len).collect();
        assert_eq!(sizes, expected, "{count}");
    };
    check(0, &[]);
    check(1, &[1]);
    check(4, &[1; 4]);
    check(5, &[5]);
    check(20, &[20]);
    check(21, &[20, 1]);
    check(45, &[20, 20, 5]);
}

#[tokio::test]
async fn a_spark_and_a_chart_tell_the_same_price() {
    let (_upstream, yahoo) = yahoo().await;
    let symbols = ["AAPL", "CAC40", "EUR/USD", "BTC/EUR", "7203.T"];
    for (asked, spark) in all(&yahoo, symbols.map(asked).to_vec()).await {
        let chart = quote(&yahoo, asked.symbol.as_str()).await.unwrap();
        // What the chart says beside the price is more: whole bars, and actions.
        let alone = |quote: Quote| Quote { witness: None, ..quote };
        assert_eq!(spark.map(alone), Ok(alone(chart)));
    }
}

#[tokio::test]
async fn an_unknown_symbol_is_left_out_and_said_to_be_unknown_alone() {
    let (upstream, yahoo) = yahoo().await;
    upstream.unknown("NOPE");
    for (asked, found) in all(&yahoo, ["A", "B", "NOPE", "C", "D"].map(asked).to_vec()).await {
        if asked.symbol.as_str() == "NOPE" {
            assert_eq!(found, Err(SourceError::LeftOut(asked.symbol)));
        } else {
            assert!(found.is_ok(), "{}", asked.symbol);
        }
    }
    assert_eq!(upstream.requests(), 1);
    let alone = yahoo.quotes(&[asked("NOPE")]).await;
    assert_eq!(alone, Ok(vec![Err(SourceError::UnknownSymbol("NOPE".parse().unwrap()))]));
}
