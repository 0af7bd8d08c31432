//! Coinbase and Binance beside Yahoo: all tell the same market.

use jiff::civil::date;
use market::{BarSource, HistoryQuery, HistoryResult, Interval, QuoteSource, SourceError, Span};
use providers::Exchange;

use providers::yahoo::Yahoo;
use simulator::{Market, Upstream};

use crate::upstream::{self, NOW, asked, client, quote};

async fn market() -> Upstream {
    Upstream::start(Market::new(7), NOW.parse().unwrap()).await
}

fn coinbase(upstream: &Upstream) -> Exchange {
    providers::coinbase::at(client(), upstream.url().parse().unwrap())
}

fn binance(upstream: &Upstream) -> Exchange {
    providers::binance::at(client(), upstream.url().parse().unwrap())
}

async fn bars(
    source: &dyn BarSource,
    symbol: &str,
    (interval, span): (Interval, Span),
) -> Result<HistoryResult, SourceError> {
    let instrument = asked(symbol);
    let question = HistoryQuery { symbol: instrument.symbol.clone(), interval, span, source: None };
    upstream::whole(source, &question, &instrument).await
}

fn period(text: &str) -> Span {
    Span::Period(text.parse().unwrap())
}

/// When each bar that is over began, and its close.
fn closes(found: &HistoryResult) -> Vec<(String, f32)> {
    let over = found.series.bars().filter(|bar| !bar.provisional);
    over.map(|bar| (bar.open_time.to_string(), bar.close.get() as f32)).collect()
}

#[tokio::test]
async fn all_tell_the_same_days_and_minutes() {
    let upstream = market().await;
    let yahoo = Yahoo::new(client(), upstream.url().parse().unwrap());
    let (coinbase, binance) = (coinbase(&upstream), binance(&upstream));
    for asked in [
        (Interval::D1, period("1mo")),
        (Interval::D1, Span::dates(date(2024, 3, 1), date(2024, 5, 2)).unwrap()),
        (Interval::M5, period("1d")),
    ] {
        let told = closes(&bars(&yahoo, "BTC/EUR", asked).await.unwrap());
        assert!(!told.is_empty());
        for other in [&coinbase as &dyn BarSource, &binance] {
            let other = bars(other, "BTC/EUR", asked).await.unwrap();
            assert_eq!(closes(&other), told, "{} {asked:?}", other.series.head.source);
            assert_eq!(other.series.head.currency.as_ref().unwrap().as_str(), "EUR");
        }
    }
}

#[tokio::test]
async fn a_longer_history_comes_in_pieces_without_a_gap() {
    let upstream = market().await;
    let (coinbase, binance) = (coinbase(&upstream), binance(&upstream));
    let five_years = (Interval::D1, period("5y"));
    let one = bars(&coinbase, "BTC/EUR", five_years).await.unwrap();
    assert_eq!(upstream.requests_to("/candles"), 7, "of 300 days each");
    let other = bars(&binance, "BTC/EUR", five_years).await.unwrap();
    assert_eq!(upstream.requests_to("/klines"), 2, "of 1000 days each");
    assert_eq!(closes(&one), closes(&other));
    let dates = one.series.dates();
    assert!(
        dates.windows(2).all(|pair| pair[0].tomorrow().unwrap() == pair[1]),
        "each day is there"
    );
    assert_eq!(dates.first(), Some(&date(2020, 10, 29)));
}

#[tokio::test]
async fn all_there_is_ends_where_there_is_no_more() {
    let upstream = market().await;
    let first = |found: HistoryResult| found.series.dates().first().copied();
    let all = (Interval::D1, period("max"));
    let told = bars(&coinbase(&upstream), "BTC/EUR", all).await.unwrap();
    let requests = upstream.requests();
    assert!(requests < 20, "{requests}");
    assert!(first(told) >= Some(date(2015, 1, 26)), "nothing before trading began there");
}

#[tokio::test]
async fn all_tell_the_same_price() {
    let upstream = market().await;
    let one = quote(&coinbase(&upstream), "ETH/EUR").await.unwrap();
    let other = quote(&binance(&upstream), "ETH/EUR").await.unwrap();
    assert_eq!((one.price, one.as_of, one.currency), (other.price, other.as_of, other.currency));
}

#[tokio::test]
async fn dollars_are_not_coins_that_mean_to_be_worth_one() {
    let upstream = market().await;
    let (coinbase, binance) = (coinbase(&upstream), binance(&upstream));
    let none = quote(&binance, "BTC/USD").await.unwrap_err();
    assert_eq!(none.reason(), "not_offered");
    assert!(QuoteSource::at_hand(&binance, &asked("BTC/USD")).is_some(), "nobody is asked");
    for source in [&coinbase as &dyn BarSource, &binance] {
        for (symbol, question) in [
            ("AAPL", (Interval::D1, period("1mo"))),
            ("EUR/USD", (Interval::D1, period("1mo"))),
            ("BTC/EUR", (Interval::M1, period("3mo"))),
        ] {
            let refused = bars(source, symbol, question).await.unwrap_err();
            assert_eq!(refused.reason(), "not_offered", "{symbol}");
        }
    }
    assert_eq!(upstream.requests(), 0);
}

#[tokio::test]
async fn what_is_not_traded_there_is_unknown() {
    let upstream = market().await;
    upstream.unknown("DOT-EUR");
    for source in [&coinbase(&upstream) as &dyn QuoteSource, &binance(&upstream)] {
        let unknown = quote(source, "DOT/EUR").await.unwrap_err();
        assert_eq!(unknown.reason(), "unknown_symbol", "{}", source.source());
    }
}
