//! Tiingo beside Yahoo: both tell the same market.

use jiff::civil::date;
use market::{BarSource, HistoryQuery, HistoryResult, Interval, QuoteSource, SourceError, Span};
use providers::Key;
use providers::tiingo::Tiingo;
use providers::yahoo::Yahoo;
use simulator::{Market, Upstream};

use crate::upstream::{NOW, asked, client, quote};

async fn upstream() -> Upstream {
    Upstream::start(Market::new(7), NOW.parse().unwrap()).await
}

fn tiingo(upstream: &Upstream, key: &str) -> Tiingo {
    Tiingo::new(client(), upstream.url().parse().unwrap(), Key::new(key.to_owned()))
}

async fn bars(
    source: &dyn BarSource,
    symbol: &str,
    span: Span,
) -> Result<HistoryResult, SourceError> {
    let (instrument, interval) = (asked(symbol), Interval::D1);
    let question = HistoryQuery { symbol: instrument.symbol.clone(), interval, span, source: None };
    source.bars(&question, &instrument).await
}

/// To single precision, in which Yahoo keeps prices.
fn rounded(found: &HistoryResult) -> Vec<(String, f32, f32)> {
    let bars = found.series.bars();
    let adjusted = |bar: &market::Bar| bar.adj_close.unwrap().get() as f32;
    bars.map(|bar| (bar.date.to_string(), bar.close.get() as f32, adjusted(&bar))).collect()
}

#[tokio::test]
async fn both_tell_the_same_days_and_actions_across_a_split() {
    let upstream = upstream().await;
    let yahoo = Yahoo::new(client(), upstream.url().parse().unwrap());
    let tiingo = tiingo(&upstream, "key");
    for span in [
        Span::Period("1mo".parse().unwrap()),
        Span::Period("max".parse().unwrap()),
        // Before the split, and around it.
        Span::dates(date(2019, 1, 2), date(2019, 12, 31)).unwrap(),
        Span::dates(date(2020, 8, 1), date(2020, 9, 30)).unwrap(),
    ] {
        let one = bars(&yahoo, "AAPL", span).await.unwrap();
        let other = bars(&tiingo, "AAPL", span).await.unwrap();
        assert!(!one.series.is_empty());
        assert_eq!(rounded(&one), rounded(&other), "{span}");
        assert_eq!(one.series.head.basis, other.series.head.basis);
        assert_eq!(one.series.head.currency, other.series.head.currency);
        let told = |found: &HistoryResult| -> Vec<_> {
            found.actions.iter().map(|it| (it.ex_date, it.kind.name())).collect()
        };
        assert_eq!(told(&one), told(&other), "{span}");
    }
}

#[tokio::test]
async fn both_tell_the_same_price() {
    let upstream = upstream().await;
    let yahoo = Yahoo::new(client(), upstream.url().parse().unwrap());
    let (one, other) = (
        quote(&yahoo, "MSFT").await.unwrap(),
        quote(&tiingo(&upstream, "key"), "MSFT").await.unwrap(),
    );
    assert_eq!((one.price, one.as_of, one.currency), (other.price, other.as_of, other.currency));
    assert_eq!(
        one.previous.map(|it| it.price.get() as f32),
        other.previous.map(|it| it.price.get() as f32)
    );
}

#[tokio::test]
async fn many_are_asked_for_together_and_what_it_does_not_have_is_not_asked_for() {
    let upstream = upstream().await;
    let tiingo = tiingo(&upstream, "key");
    let batch = ["AAPL", "VOD.L", "SPG-PJ", "NOPE"].map(asked);
    upstream.unknown("NOPE");
    let found = tiingo.quotes(&batch).await.unwrap();
    let reasons = found.iter().map(|it| it.as_ref().err().map(SourceError::reason));
    assert_eq!(reasons.collect::<Vec<_>>(), [None, Some("not_offered"), None, Some("left_out")]);
    assert_eq!(upstream.log(), ["/iex/?tickers=AAPL%2CSPG-P-J%2CNOPE"]);
    assert!(bars(&tiingo, "VOD.L", Span::Period("1mo".parse().unwrap())).await.is_err());
    assert_eq!(upstream.requests(), 1);
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_in_no_address() {
    let upstream = upstream().await;
    let refused = tiingo(&upstream, "wrong").quotes(&[asked("AAPL")]).await.unwrap_err();
    assert_eq!(refused, SourceError::Unauthorised { status: 401 });
    assert!(upstream.log().iter().all(|target| !target.contains("wrong")), "{:?}", upstream.log());
}
