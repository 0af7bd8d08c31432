//! Twelve Data beside Yahoo: both tell the same market.

use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Interval, QuoteSource, SourceError, Span,
};
use providers::Key;
use providers::twelvedata::TwelveData;
use providers::yahoo::Yahoo;
use simulator::{Market, Upstream};

use crate::upstream::{self, NOW, asked, client, quote, rounded};

async fn market() -> Upstream {
    Upstream::start(Market::new(7), NOW.parse().unwrap()).await
}

fn twelvedata(upstream: &Upstream, key: &str) -> TwelveData {
    TwelveData::new(client(), upstream.url().parse().unwrap(), Key::new(key.to_owned()))
}

fn yahoo(upstream: &Upstream) -> Yahoo {
    Yahoo::new(client(), upstream.url().parse().unwrap())
}

async fn bars(
    source: &dyn BarSource,
    instrument: &Instrument,
    (interval, period): (Interval, &str),
) -> Result<HistoryResult, SourceError> {
    let span = Span::Period(period.parse().unwrap());
    let symbol = instrument.symbol.clone();
    let question = HistoryQuery { symbol, interval, span, source: None };
    upstream::whole(source, &question, instrument).await
}

/// As Yahoo describes it, which knows where it trades.
async fn described(upstream: &Upstream, symbol: &str) -> Instrument {
    quote(&yahoo(upstream), symbol).await.unwrap().instrument
}

#[tokio::test]
async fn both_tell_the_same_days_and_minutes() {
    let upstream = market().await;
    let (one, other) = (yahoo(&upstream), twelvedata(&upstream, "key"));
    for symbol in ["AAPL", "VOD.L", "AIR.PA"] {
        let instrument = described(&upstream, symbol).await;
        for asked in [
            (Interval::D1, "1mo"),
            (Interval::D1, "5y"),
            (Interval::M1, "1d"),
            (Interval::M5, "5d"),
            (Interval::M30, "5d"),
        ] {
            let one = bars(&one, &instrument, asked).await.unwrap();
            let other = bars(&other, &instrument, asked).await.unwrap();
            assert!(!one.series.is_empty());
            assert_eq!(one.series.head.currency, other.series.head.currency, "{symbol}");
            let (one, other) = (rounded(&one), rounded(&other));
            assert_eq!(one.len(), other.len(), "{symbol} {asked:?}");
            for (one, other) in one.iter().zip(&other) {
                assert_eq!((&one.0, one.1), (&other.0, other.1), "{symbol} {asked:?}");
                assert_eq!(one.2.is_some(), other.2.is_some(), "{symbol} {asked:?}");
                // To five digits after the point, as they are written, and in single precision.
                let differ = one.2.zip(other.2).map(|(one, other)| (one - other).abs());
                assert!(
                    differ.is_none_or(|by| by <= 0.000_05),
                    "{symbol} {asked:?} {one:?} {other:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn both_tell_the_same_prices_and_rates() {
    let upstream = market().await;
    let (one, other) = (yahoo(&upstream), twelvedata(&upstream, "key"));
    for symbol in ["MSFT", "EUR/USD", "BTC/EUR"] {
        let (one, other) =
            (quote(&one, symbol).await.unwrap(), quote(&other, symbol).await.unwrap());
        let single = |quote: &market::Quote| (quote.price.get() as f32).to_string();
        assert_eq!(single(&one), single(&other), "{symbol}");
        assert_eq!((one.as_of, one.currency), (other.as_of, other.currency), "{symbol}");
    }
}

#[tokio::test]
async fn each_costs_a_request_and_what_it_does_not_have_costs_none() {
    let upstream = market().await;
    let twelvedata = twelvedata(&upstream, "key");
    upstream.unknown("NOPE");
    assert_eq!(quote(&twelvedata, "NOPE").await.unwrap_err().reason(), "unknown_symbol");
    let batches = twelvedata.batches(vec![asked("AAPL"), asked("EUR/USD")]);
    assert_eq!(batches.len(), 2);
    assert_eq!(upstream.requests(), 1);
    for symbol in ["^GSPC", "GC=F", "VOD.L"] {
        let none = QuoteSource::at_hand(&twelvedata, &asked(symbol)).unwrap().unwrap_err();
        assert_eq!(none.reason(), "not_offered", "{symbol}");
    }
    assert!(bars(&twelvedata, &asked("EUR/USD"), (Interval::D1, "1mo")).await.is_err());
    assert!(bars(&twelvedata, &asked("AAPL"), (Interval::Wk1, "1y")).await.is_err());
    assert_eq!(upstream.requests(), 1);
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_in_no_address() {
    let upstream = market().await;
    let refused = twelvedata(&upstream, "wrong").quotes(&[asked("AAPL")]).await.unwrap_err();
    assert_eq!(refused, SourceError::Unauthorised { status: 401 });
    assert!(upstream.log().iter().all(|target| !target.contains("wrong")), "{:?}", upstream.log());
}
