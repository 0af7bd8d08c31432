//! Alpaca beside Yahoo: both tell the same market, Alpaca a quarter of an hour later.

use jiff::civil::date;
use market::{
    BarSource, HistoryQuery, HistoryResult, Interval, Quote, QuoteSource, SourceError, Span,
};
use providers::Key;
use providers::alpaca::Alpaca;
use providers::yahoo::Yahoo;
use simulator::{Market, Upstream};

use crate::upstream::{self, NOW, asked, client, quote, rounded, told};

async fn market() -> Upstream {
    Upstream::start(Market::new(7), NOW.parse().unwrap()).await
}

fn alpaca(upstream: &Upstream, id: &str) -> Alpaca {
    let key = Key::new(id.to_owned()).with_secret("s3cret".to_owned());
    Alpaca::new(client(), upstream.url().parse().unwrap(), key)
}

fn yahoo(upstream: &Upstream) -> Yahoo {
    Yahoo::new(client(), upstream.url().parse().unwrap())
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

#[tokio::test]
async fn both_tell_the_same_days_and_actions_across_a_split() {
    let upstream = market().await;
    let (one, other) = (yahoo(&upstream), alpaca(&upstream, "id"));
    for span in [
        period("1mo"),
        Span::dates(date(2019, 1, 2), date(2019, 12, 31)).unwrap(),
        Span::dates(date(2020, 8, 1), date(2020, 9, 30)).unwrap(),
    ] {
        let one = bars(&one, "AAPL", (Interval::D1, span)).await.unwrap();
        let other = bars(&other, "AAPL", (Interval::D1, span)).await.unwrap();
        assert!(!one.series.is_empty());
        assert_eq!(rounded(&one), rounded(&other), "{span}");
        assert_eq!(one.series.head.basis, other.series.head.basis);
        assert_eq!(one.series.head.currency, other.series.head.currency);
        assert_eq!(told(&one), told(&other), "{span}");
    }
}

#[tokio::test]
async fn both_tell_the_same_minutes_as_far_as_it_tells_them() {
    let upstream = market().await;
    // Trading goes on until the hour.
    upstream.set_now("2025-10-29T19:40:00Z".parse().unwrap());
    let clock = testkit::SettableClock::at("2025-10-29T19:40:00Z");
    let client =
        providers::Client::new(clock, testkit::PATIENCE, &egress::Egress::default()).unwrap();
    let base = || upstream.url().parse().unwrap();
    let key = Key::new("id".to_owned()).with_secret("s3cret".to_owned());
    let (one, other) = (Yahoo::new(client.clone(), base()), Alpaca::new(client, base(), key));
    for (interval, told_by) in [
        (Interval::M1, "2025-10-29T19:23:00Z"),
        (Interval::M5, "2025-10-29T19:15:00Z"),
        (Interval::M30, "2025-10-29T18:30:00Z"),
    ] {
        let one = bars(&one, "AAPL", (interval, period("1d"))).await.unwrap();
        let other = bars(&other, "AAPL", (interval, period("1d"))).await.unwrap();
        let (one, other) = (rounded(&one), rounded(&other));
        assert!(one.len() > other.len());
        assert_eq!(other.last().unwrap().0, told_by, "and nothing that is not over");
        assert_eq!(one[..other.len()], other[..], "{interval}");
    }
}

#[tokio::test]
async fn both_tell_the_same_price() {
    let upstream = market().await;
    let (one, other) = (yahoo(&upstream), alpaca(&upstream, "id"));
    let (one, other) = (quote(&one, "MSFT").await.unwrap(), quote(&other, "MSFT").await.unwrap());
    let told = |it: &Quote| (it.price, it.as_of, it.currency.clone());
    assert_eq!(told(&one), told(&other));
    assert_eq!((other.previous, other.volume), (None, None), "one exchange does not know them");
}

#[tokio::test]
async fn many_are_asked_for_together_and_what_it_does_not_have_is_not_asked_for() {
    let upstream = market().await;
    let alpaca = alpaca(&upstream, "id");
    let batch = ["AAPL", "VOD.L", "BRK-B", "NOPE"].map(asked);
    upstream.unknown("NOPE");
    let found = alpaca.quotes(&batch).await.unwrap();
    let reasons = found.iter().map(|it| it.as_ref().err().map(SourceError::reason));
    assert_eq!(reasons.collect::<Vec<_>>(), [None, Some("not_offered"), None, Some("left_out")]);
    assert_eq!(upstream.log(), ["/v2/stocks/snapshots?symbols=AAPL%2CBRK.B%2CNOPE&feed=iex"]);
    for (symbol, asked) in [
        ("VOD.L", (Interval::D1, period("1mo"))),
        ("AAPL", (Interval::D1, period("max"))),
        ("AAPL", (Interval::M1, period("1mo"))),
    ] {
        let none = bars(&alpaca, symbol, asked).await.unwrap_err();
        assert_eq!(none.reason(), "not_offered", "{symbol}");
    }
    assert_eq!(upstream.requests(), 1);
    let unknown = bars(&alpaca, "NOPE", (Interval::D1, period("1mo"))).await.unwrap_err();
    assert_eq!(unknown.reason(), "left_out", "that nothing is told is not that there was nothing");
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_in_no_address() {
    let upstream = market().await;
    let alpaca = alpaca(&upstream, "wrong");
    let refused = alpaca.quotes(&[asked("AAPL")]).await.unwrap_err();
    assert_eq!(refused, SourceError::Unauthorised { status: 403 });
    let log = upstream.log();
    assert!(log.iter().all(|it| !it.contains("wrong") && !it.contains("s3cret")), "{log:?}");
}
