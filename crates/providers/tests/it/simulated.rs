//! The faults every upstream may have, and what becomes of them at each.

use std::time::Duration;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Interval, QuoteSource, SourceError, Span,
    Unreach,
};
use providers::Exchange;
use providers::alpaca::Alpaca;

use providers::coingecko::CoinGecko;
use providers::ecb::Ecb;
use providers::eodhd::Eodhd;
use providers::er_api::ErApi;
use providers::tiingo::Tiingo;
use providers::twelvedata::TwelveData;
use providers::yahoo::Yahoo;
use providers::{Client, Key};
use simulator::{Fault, Market, Odd, Upstream};

use crate::upstream::{NOW, asked, client, client_with, quote};

async fn upstream() -> Upstream {
    Upstream::start(Market::new(7), NOW.parse().unwrap()).await
}

/// Every source, with what to ask it for.
struct Sources {
    yahoo: Yahoo,
    coingecko: CoinGecko,
    er_api: ErApi,
    ecb: Ecb,
    tiingo: Tiingo,
    twelvedata: TwelveData,
    alpaca: Alpaca,
    eodhd: Eodhd,
    coinbase: Exchange,
    binance: Exchange,
}

impl Sources {
    fn at(upstream: &Upstream, client: &Client) -> Self {
        let base = || upstream.url().parse().unwrap();
        let key = || Key::new("key".to_owned());
        Self {
            yahoo: Yahoo::new(client.clone(), base()),
            coingecko: CoinGecko::new(client.clone(), base()),
            er_api: ErApi::new(client.clone(), base()),
            ecb: Ecb::new(client.clone(), base()),
            tiingo: Tiingo::new(client.clone(), base(), key()),
            twelvedata: TwelveData::new(client.clone(), base(), key()),
            alpaca: Alpaca::new(client.clone(), base(), key().with_secret("secret".to_owned())),
            eodhd: Eodhd::new(
                client.clone(),
                format!("{}/api", upstream.url()).parse().unwrap(),
                key(),
            ),
            coinbase: providers::coinbase::at(client.clone(), base()),
            binance: providers::binance::at(client.clone(), base()),
        }
    }

    fn quotes(&self) -> [(&dyn QuoteSource, Vec<Instrument>); 12] {
        [
            (&self.yahoo, vec![asked("CAC40")]),
            (&self.yahoo, ["A", "B", "C", "D", "E"].map(asked).to_vec()),
            (&self.coingecko, vec![asked("BTC/EUR")]),
            (&self.er_api, vec![asked("EUR/USD")]),
            (&self.ecb, vec![asked("EUR/USD")]),
            (&self.tiingo, vec![asked("AAPL")]),
            (&self.twelvedata, vec![asked("AAPL")]),
            (&self.twelvedata, vec![asked("EUR/USD")]),
            (&self.alpaca, vec![asked("AAPL")]),
            (&self.eodhd, vec![asked("AAPL")]),
            (&self.coinbase, vec![asked("BTC/USD")]),
            (&self.binance, vec![asked("BTC/EUR")]),
        ]
    }

    fn bars(&self) -> [(&dyn BarSource, &'static str, &'static str); 10] {
        [
            (&self.yahoo, "CAC40", "1mo"),
            (&self.coingecko, "BTC/EUR", "1mo"),
            (&self.ecb, "EUR/USD", "1mo"),
            (&self.ecb, "EUR/USD", "1y"),
            (&self.tiingo, "AAPL", "1mo"),
            (&self.twelvedata, "AAPL", "1mo"),
            (&self.alpaca, "AAPL", "1mo"),
            (&self.eodhd, "AAPL", "1mo"),
            (&self.coinbase, "BTC/USD", "1mo"),
            (&self.binance, "BTC/EUR", "1mo"),
        ]
    }
}

async fn bars(
    source: &dyn BarSource,
    symbol: &str,
    span: Span,
) -> Result<HistoryResult, SourceError> {
    let instrument = asked(symbol);
    let question = HistoryQuery {
        symbol: instrument.symbol.clone(),
        interval: Interval::D1,
        span,
        source: None,
    };
    source.bars(&question, &instrument).await
}

fn period(text: &str) -> Span {
    Span::Period(text.parse().unwrap())
}

/// Puts every kind of question to every source while that fault lasts, and
/// again afterwards.
async fn check_with(client: Client, fault: Fault, expected: impl Fn(&SourceError) -> bool) {
    let upstream = upstream().await;
    let sources = Sources::at(&upstream, &client);
    upstream.fail("", fault.clone(), None);
    for (source, batch) in sources.quotes() {
        let error = source.quotes(&batch).await.unwrap_err();
        assert!(expected(&error), "{} with {fault:?}: {error:?}", source.source());
    }
    for (source, symbol, span) in sources.bars() {
        let error = bars(source, symbol, period(span)).await.unwrap_err();
        assert!(expected(&error), "bars of {} with {fault:?}: {error:?}", source.source());
    }
    let questions = sources.quotes().len() + sources.bars().len();
    assert_eq!(upstream.requests(), questions, "one request for each question, {fault:?}");
    upstream.heal();
    for (source, batch) in Sources::at(&upstream, &crate::upstream::client()).quotes() {
        let found = source.quotes(&batch).await.unwrap();
        assert!(found.iter().all(Result::is_ok), "{} after {fault:?}", source.source());
    }
}

async fn check(fault: Fault, expected: SourceError) {
    check_with(client(), fault, |error| *error == expected).await;
}

fn status(code: u16, retry_after: Option<&str>) -> Fault {
    Fault::Status { code, retry_after: retry_after.map(str::to_owned) }
}

fn is_unreachable(expected: Unreach) -> impl Fn(&SourceError) -> bool {
    move |error| matches!(error, SourceError::Unreachable { why, .. } if *why == expected)
}

fn is_unreadable(error: &SourceError) -> bool {
    matches!(error, SourceError::Unreadable(_))
}

#[tokio::test]
async fn a_pause_is_reported_with_its_length() {
    let pause =
        |seconds| SourceError::Throttled { retry_after: Some(Duration::from_secs(seconds)) };
    check(status(429, None), SourceError::Throttled { retry_after: None }).await;
    check(status(429, Some("120")), pause(120)).await;
    check(status(429, Some("Wed, 29 Oct 2025 20:06:30 GMT")), pause(90)).await;
    check(status(503, Some("30")), pause(30)).await;
}

#[tokio::test]
async fn a_refusal_is_distinguished_from_a_failure() {
    for code in [401, 403] {
        check(status(code, None), SourceError::Unauthorised { status: code }).await;
    }
    for code in [404, 422, 500, 502, 503] {
        check(status(code, None), SourceError::Failing { status: code }).await;
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_whole_ends_in_time() {
    let in_a_hurry = || client_with(Duration::from_millis(100));
    check_with(in_a_hurry(), Fault::Hang, is_unreachable(Unreach::Timeout)).await;
    check_with(in_a_hurry(), Fault::Drip, is_unreachable(Unreach::Timeout)).await;
    check_with(client(), Fault::Truncate, is_unreachable(Unreach::BrokenOff)).await;
    check_with(client(), Fault::Close, is_unreachable(Unreach::BrokenOff)).await;
}

#[tokio::test]
async fn what_is_no_answer_is_unreadable() {
    for fault in [Fault::Html, Fault::Garbage, Fault::Empty, Fault::WrongShape] {
        check_with(client(), fault, is_unreadable).await;
    }
    for target in ["http://169.254.169.254/latest/meta-data/", "/again"] {
        check_with_redirect(target).await;
    }
}

async fn check_with_redirect(target: &str) {
    let upstream = upstream().await;
    let sources = Sources::at(&upstream, &client());
    upstream.fail("", Fault::Redirect(target.to_owned()), None);
    for (source, batch) in sources.quotes() {
        let error = source.quotes(&batch).await.unwrap_err();
        assert!(error.to_string().ends_with("which is not followed"), "{error}");
    }
    assert!(upstream.requests() <= sources.quotes().len(), "{} requests", upstream.requests());
}

#[tokio::test]
async fn a_body_too_large_is_refused_however_it_is_packed() {
    let is_too_large = |error: &SourceError| error.to_string().contains("a body of more than");
    check_with(client(), Fault::Huge(300 << 20), is_too_large).await;
    check_with(client(), Fault::GzipBomb, is_too_large).await;
}

#[tokio::test]
async fn some_missing_prices_are_holes() {
    let upstream = upstream().await;
    let sources = Sources::at(&upstream, &client());
    let whole = bars(&sources.yahoo, "CAC40", period("1mo")).await.unwrap().series.len();
    upstream.fail("", Fault::NullRows, None);
    let holed = bars(&sources.yahoo, "CAC40", period("1mo")).await.unwrap().series;
    assert!(holed.len() < whole && !holed.is_empty());
    assert!(holed.bars().all(|bar| bar.close.get() > 1000.0));
    for (source, batch) in sources.quotes().into_iter().take(2) {
        let found = source.quotes(&batch).await.unwrap();
        assert!(found.iter().all(Result::is_ok), "{}", source.source());
    }
}

#[tokio::test]
async fn prices_that_are_all_missing_are_never_an_empty_stretch() {
    let upstream = upstream().await;
    let sources = Sources::at(&upstream, &client());
    upstream.fail("", Fault::AllNull, None);
    for (source, symbol, span) in sources.bars() {
        let error = bars(source, symbol, period(span)).await.unwrap_err();
        assert!(error.to_string().ends_with("is missing"), "{}: {error}", source.source());
    }
    let coin = quote(&sources.coingecko, "BTC/EUR").await.unwrap_err();
    assert!(is_unreadable(&coin), "{coin}");
    let rates = sources.ecb.quotes(&[asked("EUR/USD")]).await.unwrap_err();
    assert!(is_unreadable(&rates), "{rates}");
    // On dates that were named there may be holes alone.
    let one = Span::dates(date(2025, 10, 28), date(2025, 10, 28)).unwrap();
    assert!(bars(&sources.yahoo, "CAC40", one).await.unwrap().series.is_empty());
}

#[tokio::test]
async fn a_clock_that_is_wrong_by_a_day_is_passed_on_as_it_is() {
    let ours: Timestamp = NOW.parse().unwrap();
    for days in [-1, 1] {
        let upstream = upstream().await;
        upstream.set_now(ours + SignedDuration::from_hours(24 * days));
        let sources = Sources::at(&upstream, &client());
        let coin = quote(&sources.coingecko, "BTC/EUR").await.unwrap();
        let index = quote(&sources.yahoo, "CAC40").await.unwrap();
        let many = ["CAC40", "A", "B", "C", "D"].map(asked);
        let spark = sources.yahoo.quotes(&many).await.unwrap().remove(0).unwrap();
        for quote in [coin, index, spark] {
            let off = quote.as_of.unwrap().duration_since(ours).as_hours() - 24 * days;
            assert!((-5..=0).contains(&off), "{} {days}: {off} h", quote.source);
            assert_eq!(quote.received_at, ours, "our own clock is another matter");
        }
    }
}

#[tokio::test]
async fn a_refusal_in_words_is_a_pause_whatever_its_status() {
    check(Fault::Refused, SourceError::Throttled { retry_after: None }).await;
}

#[tokio::test]
async fn all_days_that_come_in_months_are_of_another_length_and_by_dates_they_come() {
    let upstream = upstream().await;
    let sources = Sources::at(&upstream, &client());
    upstream.fail("", Fault::Months, None);
    let error = bars(&sources.yahoo, "CAC40", period("max")).await.unwrap_err();
    let SourceError::OtherInterval { given, first } = error else { panic!("{error}") };
    let first = first.unwrap();
    assert_eq!(given, Some(Interval::Mo1));
    let by_dates = Span::dates(first, date(2025, 10, 30)).unwrap();
    let days = bars(&sources.yahoo, "CAC40", by_dates).await.unwrap().series;
    upstream.heal();
    assert_eq!(bars(&sources.yahoo, "CAC40", period("max")).await.unwrap().series, days);
}

#[tokio::test]
async fn one_of_several_left_out_is_not_unknown_and_the_others_are_there() {
    let upstream = upstream().await;
    let sources = Sources::at(&upstream, &client());
    upstream.fail("", Fault::LeftOut, None);
    let many = ["CAC40", "A", "B", "C", "D"].map(asked);
    let coins = ["BTC/EUR", "ETH/EUR"].map(asked);
    for (source, batch) in
        [(&sources.yahoo as &dyn QuoteSource, &many[..]), (&sources.coingecko, &coins)]
    {
        let found = source.quotes(batch).await.unwrap();
        let left_out = |it: &Result<_, SourceError>| matches!(it, Err(SourceError::LeftOut(_)));
        assert_eq!(found.iter().filter(|it| left_out(it)).count(), 1, "{}", source.source());
        assert_eq!(found.iter().filter(|it| it.is_ok()).count(), batch.len() - 1);
    }
}

#[tokio::test]
async fn one_element_that_cannot_be_is_set_aside_and_the_rest_is_read() {
    for odd in [Odd::Bar, Odd::Split, Odd::Dividend] {
        let upstream = upstream().await;
        let sources = Sources::at(&upstream, &client());
        let whole = bars(&sources.yahoo, "CAC40", period("1mo")).await.unwrap();
        upstream.fail("", Fault::Odd(odd), None);
        let found = bars(&sources.yahoo, "CAC40", period("1mo")).await.unwrap();
        let holes = usize::from(odd == Odd::Bar);
        assert_eq!(found.series.len(), whole.series.len() - holes, "{odd:?}");
        assert_eq!(found.actions, whole.actions);
        assert_eq!(found.set_aside.len(), 1);
        let coins = bars(&sources.coingecko, "BTC/EUR", period("1mo")).await.unwrap();
        assert_eq!(coins.set_aside.len(), holes);
        assert!(quote(&sources.yahoo, "CAC40").await.is_ok());
    }
}
