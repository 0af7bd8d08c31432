//! EODHD beside Yahoo: both tell the same market.

use std::time::Duration;

use jiff::civil::date;
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Interval, QuoteSource, SourceError, Span,
};
use providers::Key;
use providers::eodhd::Eodhd;
use providers::yahoo::Yahoo;
use simulator::{Market, Upstream};

use crate::upstream::{self, NOW, asked, client, quote, rounded, told};

async fn market() -> Upstream {
    Upstream::start(Market::new(7), NOW.parse().unwrap()).await
}

fn eodhd(upstream: &Upstream, key: &str) -> Eodhd {
    let base = format!("{}/api", upstream.url());
    Eodhd::new(client(), base.parse().unwrap(), Key::new(key.to_owned()))
}

fn yahoo(upstream: &Upstream) -> Yahoo {
    Yahoo::new(client(), upstream.url().parse().unwrap())
}

async fn bars(
    source: &dyn BarSource,
    instrument: &Instrument,
    (interval, span): (Interval, Span),
) -> Result<HistoryResult, SourceError> {
    let question = HistoryQuery { symbol: instrument.symbol.clone(), interval, span, source: None };
    upstream::whole(source, &question, instrument).await
}

fn period(text: &str) -> Span {
    Span::Period(text.parse().unwrap())
}

#[tokio::test]
async fn both_tell_the_same_days_and_actions_across_a_split() {
    let upstream = market().await;
    let (one, other) = (yahoo(&upstream), eodhd(&upstream, "key"));
    for symbol in ["AAPL", "AIR.PA"] {
        // As Yahoo describes it, which knows where it trades and in what.
        let instrument = quote(&one, symbol).await.unwrap().instrument;
        for span in [
            period("1mo"),
            period("max"),
            Span::dates(date(2019, 1, 2), date(2019, 12, 31)).unwrap(),
            Span::dates(date(2020, 8, 1), date(2020, 9, 30)).unwrap(),
        ] {
            let one = bars(&one, &instrument, (Interval::D1, span)).await.unwrap();
            let other = bars(&other, &instrument, (Interval::D1, span)).await.unwrap();
            assert!(!one.series.is_empty());
            assert_eq!(rounded(&one), rounded(&other), "{symbol} {span}");
            let volumes =
                |of: &HistoryResult| -> Vec<_> { of.series.bars().map(|it| it.volume).collect() };
            assert_eq!(volumes(&one), volumes(&other), "{symbol} {span}");
            assert_eq!(one.series.head.basis, other.series.head.basis);
            assert_eq!(one.series.head.currency, other.series.head.currency);
            assert_eq!(told(&one), told(&other), "{symbol} {span}");
        }
    }
}

#[tokio::test]
async fn both_tell_the_same_minutes() {
    let upstream = market().await;
    let (one, other) = (yahoo(&upstream), eodhd(&upstream, "key"));
    for asked_for in [(Interval::M1, period("1d")), (Interval::M5, period("5d"))] {
        let one = bars(&one, &asked("MSFT"), asked_for).await.unwrap();
        let other = bars(&other, &asked("MSFT"), asked_for).await.unwrap();
        assert!(!one.series.is_empty());
        assert_eq!(rounded(&one), rounded(&other));
    }
}

#[tokio::test]
async fn both_tell_the_same_price() {
    let upstream = market().await;
    let (one, other) = (yahoo(&upstream), eodhd(&upstream, "key"));
    let (one, other) = (quote(&one, "MSFT").await.unwrap(), quote(&other, "MSFT").await.unwrap());
    assert_eq!((one.price, one.as_of, one.currency), (other.price, other.as_of, other.currency));
}

#[tokio::test]
async fn what_it_does_not_have_is_not_asked_for() {
    let upstream = market().await;
    let eodhd = eodhd(&upstream, "key");
    upstream.unknown("NOPE");
    assert_eq!(quote(&eodhd, "NOPE").await.unwrap_err().reason(), "unknown_symbol");
    let unknown = bars(&eodhd, &asked("NOPE"), (Interval::D1, period("1mo"))).await.unwrap_err();
    assert_eq!(unknown.reason(), "unknown_symbol");
    assert_eq!(upstream.requests(), 2);
    for symbol in ["^GSPC", "EUR/USD", "VOD.L", "AIR.PA"] {
        let none = QuoteSource::at_hand(&eodhd, &asked(symbol)).unwrap().unwrap_err();
        assert_eq!(none.reason(), "not_offered", "{symbol}");
    }
    for interval in [Interval::M1, Interval::M15] {
        let (symbol, span) = (asked("AAPL").symbol, period("1y"));
        let question = HistoryQuery { symbol, interval, span, source: None };
        let none = BarSource::at_hand(&eodhd, &question, &asked("AAPL")).unwrap().unwrap_err();
        assert_eq!(none.reason(), "not_offered", "{interval}");
    }
    assert_eq!(upstream.requests(), 2);
}

#[tokio::test]
async fn a_plan_that_has_the_last_year_alone_does_not_tell_more() {
    let upstream = market().await;
    let eodhd = eodhd(&upstream, "free");
    let of = async |text: &str| bars(&eodhd, &asked("AAPL"), (Interval::D1, period(text))).await;
    assert!(of("6mo").await.is_ok());
    assert_eq!(of("5y").await.unwrap_err().reason(), "not_offered");
    assert_eq!(of("max").await.unwrap_err().reason(), "not_offered");
}

#[tokio::test]
async fn a_wrong_key_and_one_that_is_used_up_are_told_apart() {
    let upstream = market().await;
    let refused = eodhd(&upstream, "wrong").quotes(&[asked("AAPL")]).await.unwrap_err();
    assert_eq!(refused, SourceError::Unauthorised { status: 401 });
    let spent = eodhd(&upstream, "usedup").quotes(&[asked("AAPL")]).await.unwrap_err();
    let until_midnight = Duration::from_mins(3 * 60 + 55);
    assert_eq!(spent, SourceError::Throttled { retry_after: Some(until_midnight) });
}
