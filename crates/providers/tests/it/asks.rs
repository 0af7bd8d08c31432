//! What each upstream is asked, and that its answer arrives in our words.

use jiff::civil::date;
use market::{
    BarSource, HistoryQuery, HistoryResult, Interval, PreviousKind, QuoteSource, SourceError, Span,
};
use providers::coingecko::CoinGecko;
use providers::ecb::Ecb;
use providers::er_api::ErApi;
use providers::yahoo::Yahoo;
use serde_json::json;

use crate::upstream::{Act, Upstream, asked, client, quote, response};

fn period(text: &str) -> Span {
    Span::Period(text.parse().unwrap())
}

async fn bars(
    source: &impl BarSource,
    symbol: &str,
    interval: Interval,
    span: Span,
) -> Result<HistoryResult, SourceError> {
    let instrument = asked(symbol);
    let question = HistoryQuery { symbol: instrument.symbol.clone(), interval, span, source: None };
    source.bars(&question, &instrument).await
}

fn dates(answer: &HistoryResult) -> Vec<String> {
    answer.series.dates().iter().map(ToString::to_string).collect()
}

/// Three days of Paris, and a quote of the third.
fn paris(_: &str) -> Act {
    let body = json!({"chart": {"error": null, "result": [{
        "meta": {
            "currency": "EUR", "symbol": "^FCHI", "instrumentType": "INDEX",
            "exchangeTimezoneName": "Europe/Paris", "shortName": "CAC 40",
            "regularMarketPrice": 8200.88, "regularMarketTime": 1_761_753_600,
        },
        // 27, 28 and 29 October 2025, 9:00 there.
        "timestamp": [1_761_552_000, 1_761_638_400, 1_761_724_800],
        "indicators": {"quote": [{"close": [8239.18, 8216.58, 8200.88]}]},
    }]}});
    response(200, &[("content-type", "application/json")], body.to_string())
}

#[tokio::test]
async fn yahoo_is_asked_for_a_quote_by_its_own_name_and_ours_stays() {
    let upstream = Upstream::start(paris).await;
    let yahoo = Yahoo::new(client(), upstream.base.clone());
    let quote = quote(&yahoo, "CAC40").await.unwrap();
    assert_eq!(quote.instrument.symbol, "CAC40".parse().unwrap());
    assert_eq!(quote.price.to_string(), "8200.88");
    assert_eq!(quote.previous.unwrap().price.to_string(), "8216.58");
    assert_eq!(quote.source.as_str(), "yahoo");
    assert_eq!(
        upstream.targets(),
        ["/v8/finance/chart/%5EFCHI?range=5d&interval=1d\
          &events=div%2Csplits%2CcapitalGains&includePrePost=false"]
    );
    let head = upstream.heads().remove(0).to_ascii_lowercase();
    assert!(head.contains("user-agent: mozilla/5.0 (compatible; marketpulse/0.1)\r\n"), "{head}");
    assert!(head.contains("accept-encoding: gzip,br\r\n"), "{head}");
    assert!(head.contains("accept: application/json"), "{head}");
    assert!(!head.contains("cookie"), "{head}");
}

#[tokio::test]
async fn yahoos_own_range_comes_through_whole_however_old() {
    let upstream = Upstream::start(paris).await;
    let yahoo = Yahoo::new(client(), upstream.base.clone());
    for range in ["1d", "5d", "6mo", "ytd", "max"] {
        let answer = bars(&yahoo, "CAC40", Interval::D1, period(range)).await.unwrap();
        assert_eq!(dates(&answer), ["2025-10-27", "2025-10-28", "2025-10-29"], "{range}");
    }
    assert!(upstream.targets()[0].contains("?range=1d&"));
}

#[tokio::test]
async fn other_stretches_are_cut_by_trading_date() {
    let upstream = Upstream::start(paris).await;
    let yahoo = Yahoo::new(client(), upstream.base.clone());
    let days = bars(&yahoo, "CAC40", Interval::D1, period("2d")).await.unwrap();
    assert_eq!(dates(&days), ["2025-10-28", "2025-10-29"]);
    let one = Span::dates(date(2025, 10, 28), date(2025, 10, 28)).unwrap();
    let day = bars(&yahoo, "CAC40", Interval::D1, one).await.unwrap();
    assert_eq!(dates(&day), ["2025-10-28"]);
    // From midnight to midnight in Paris.
    let asked = &upstream.targets()[1];
    assert!(asked.contains("?period1=1761606000&period2=1761692400&interval=1d&"), "{asked}");
}

#[tokio::test]
async fn what_cannot_be_had_is_not_asked_for() {
    let upstream = Upstream::start(paris).await;
    let yahoo = Yahoo::new(client(), upstream.base.clone());
    let refusal = bars(&yahoo, "CAC40", Interval::M1, period("1mo")).await.unwrap_err();
    assert_eq!(refusal.reason(), "outside_window");
    assert!(upstream.targets().is_empty());
}

#[tokio::test]
async fn a_stretch_before_the_first_trade_is_empty() {
    let said = "Data doesn't exist for startDate = 1577836800, endDate = 1578009600";
    let error = json!({"code": "Bad Request", "description": said});
    let body = json!({"chart": {"result": null, "error": error}}).to_string();
    let upstream = Upstream::start(move |_| response(400, &[], &body)).await;
    let yahoo = Yahoo::new(client(), upstream.base.clone());
    let span = Span::dates(date(2020, 1, 1), date(2020, 1, 2)).unwrap();
    let answer = bars(&yahoo, "BEKE", Interval::D1, span).await.unwrap();
    assert!(answer.series.is_empty() && !answer.simulated);
}

#[tokio::test]
async fn a_few_quotes_are_asked_one_by_one() {
    let upstream = Upstream::start(paris).await;
    let yahoo = Yahoo::new(client(), upstream.base.clone());
    let names = ["M&M.NS", "CAC40", "A/B", "EURUSD=X"];
    let batches = yahoo.batches(names.map(asked).to_vec());
    assert!(batches.iter().all(|batch| batch.len() == 1));
    let mut good = Vec::new();
    for batch in &batches {
        good.push(yahoo.quotes(batch).await.unwrap()[0].is_ok());
    }
    assert_eq!(good, [false, true, false, false], "an answer about Paris is one about Paris");
    let paths = upstream.targets();
    let paths: Vec<&str> = paths.iter().map(|target| target.split('?').next().unwrap()).collect();
    let expected = ["M&M.NS", "%5EFCHI", "A-B", "EURUSD=X"];
    assert_eq!(paths, expected.map(|name| format!("/v8/finance/chart/{name}")));
}

#[tokio::test]
async fn nobody_is_asked_for_what_cannot_be_had() {
    let upstream = Upstream::start(|_| response(500, &[], "")).await;
    let base = || upstream.base.clone();
    let sources: [Box<dyn QuoteSource>; 4] = [
        Box::new(Yahoo::new(client(), base())),
        Box::new(CoinGecko::new(client(), base())),
        Box::new(ErApi::new(client(), base())),
        Box::new(Ecb::new(client(), base())),
    ];
    for source in sources {
        assert_eq!(source.quotes(&[]).await, Ok(Vec::new()), "{}", source.source());
        if source.source().as_str() == "yahoo" {
            continue; // Any symbol may be one of Yahoo's.
        }
        let found = source.quotes(&["AAPL", "EURO/USDT"].map(asked)).await.unwrap();
        let reasons: Vec<_> = found.iter().map(|e| e.as_ref().unwrap_err().reason()).collect();
        assert_eq!(reasons, ["not_offered"; 2], "{}", source.source());
    }
    assert!(upstream.targets().is_empty());
}

#[tokio::test]
async fn er_api_is_asked_once_for_each_base() {
    let upstream = Upstream::start(|target| {
        let base = target.rsplit('/').next().unwrap();
        let rates = json!({"EUR": 1, "USD": 1.165_618, "GBP": 0.864_384});
        let body = json!({"result": "success", "time_last_update_unix": 1_761_696_151,
            "base_code": base, "rates": rates});
        response(200, &[], body.to_string())
    })
    .await;
    let source = ErApi::new(client(), upstream.base.clone());
    let names = ["EUR/USD", "GBP/USD", "EUR/GBP", "EUR/HRK"];
    let mut found = Vec::new();
    for batch in source.batches(names.map(asked).to_vec()) {
        for (asked, quote) in batch.iter().zip(source.quotes(&batch).await.unwrap()) {
            let said = quote.map_or_else(|e| e.reason().to_owned(), |q| q.price.to_string());
            found.push(format!("{} {said}", asked.symbol));
        }
    }
    found.sort();
    assert_eq!(
        found,
        ["EUR/GBP 0.864384", "EUR/HRK not_offered", "EUR/USD 1.165618", "GBP/USD 1.165618"]
    );
    assert_eq!(upstream.targets(), ["/v6/latest/EUR", "/v6/latest/GBP"]);
    // What came for one pair is at hand for every other of its base.
    let at_hand = |symbol: &str| source.at_hand(&asked(symbol)).map(|it| it.map(|it| it.price));
    assert_eq!(at_hand("GBP/EUR").unwrap().unwrap().to_string(), "1");
    assert!(at_hand("GBP/JPY").unwrap().is_err() && at_hand("AAPL").unwrap().is_err());
    assert_eq!(at_hand("USD/EUR"), None, "another base is another request");
}

#[tokio::test]
async fn what_is_never_offered_is_refused_without_a_request() {
    let upstream = Upstream::start(|_| response(200, &[], String::new())).await;
    let yahoo = Yahoo::new(client(), upstream.base.clone());
    let coingecko = CoinGecko::new(client(), upstream.base.clone());
    let refusal = |source: &dyn BarSource, symbol: &str, interval, span| {
        let instrument = asked(symbol);
        let symbol = instrument.symbol.clone();
        let question = HistoryQuery { symbol, interval, span: period(span), source: None };
        let answer = source.at_hand(&question, &instrument)?;
        Some(answer.unwrap_err().reason())
    };
    let outside =
        SourceError::OutsideWindow { interval: Interval::M1, days: 7, hint: String::new() };
    let outside = Some(outside.reason());
    assert_eq!(refusal(&yahoo, "AAPL", Interval::M1, "1y"), outside);
    assert_eq!(refusal(&yahoo, "AAPL", Interval::M1, "5d"), None);
    assert_eq!(refusal(&coingecko, "BTC/EUR", Interval::D1, "max"), outside);
    assert_eq!(refusal(&coingecko, "BTC/EUR", Interval::M1, "5d"), Some("not_offered"));
    assert_eq!(refusal(&coingecko, "AAPL", Interval::D1, "5d"), Some("not_offered"));
    assert_eq!(refusal(&coingecko, "BTC/EUR", Interval::D1, "1mo"), None);
    assert!(upstream.targets().is_empty());
}

#[tokio::test]
async fn coingecko_is_asked_once_for_all() {
    let upstream = Upstream::start(|_| {
        let bitcoin =
            json!({"eur": 53953, "eur_24h_change": 1.5, "last_updated_at": 1_761_768_000});
        response(200, &[], json!({"bitcoin": bitcoin, "ethereum": {}}).to_string())
    })
    .await;
    let source = CoinGecko::new(client(), upstream.base.clone());
    let found = source.quotes(&["ETH/USD", "BTC/EUR", "AAPL"].map(asked)).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap_err().reason(), "not_offered");
    let quote = found[1].as_ref().unwrap();
    assert_eq!(quote.price.to_string(), "53953");
    assert_eq!(quote.previous.unwrap().kind, PreviousKind::DayAgo);
    assert_eq!(found[2].as_ref().unwrap_err().reason(), "not_offered");
    assert_eq!(
        upstream.targets(),
        ["/api/v3/simple/price?ids=bitcoin%2Cethereum&vs_currencies=eur%2Cusd\
          &include_last_updated_at=true&include_24hr_change=true"]
    );
}

#[tokio::test]
async fn coingecko_gives_daily_closes() {
    let upstream = Upstream::start(|_| {
        // Midnight after the 27th, then noon of the 28th and 29th.
        let points = json!([
            [1_761_609_600_000_i64, 1.5],
            [1_761_652_800_000_i64, 2.5],
            [1_761_739_200_000_i64, 3.5]
        ]);
        response(200, &[], json!({ "prices": points }).to_string())
    })
    .await;
    let source = CoinGecko::new(client(), upstream.base.clone());
    let answer = bars(&source, "BTC/EUR", Interval::D1, period("2d")).await.unwrap();
    assert_eq!(dates(&answer), ["2025-10-28", "2025-10-29"]);
    assert!(answer.series.last().unwrap().provisional);
    assert_eq!(answer.series.head.currency, "EUR".parse().ok());
    let path = "/api/v3/coins/bitcoin/market_chart?vs_currency=eur&days=2&interval=daily";
    assert_eq!(upstream.targets(), [path]);
    let refusal = bars(&source, "BTC/EUR", Interval::H1, period("2d")).await.unwrap_err();
    assert_eq!(refusal.reason(), "not_offered");
    assert_eq!(upstream.targets().len(), 1);
}

fn ecb(target: &str) -> Act {
    match target {
        "/stats/eurofxref/eurofxref-hist.zip" => {
            response(200, &[], "Date,USD,\n2025-10-29,1.1640,\n1999-01-04,1.1789,\n")
        }
        _ => response(
            200,
            &[],
            "<E><Cube><Cube time='2025-10-29'><Cube currency='USD' rate='1.1640'/>\
             <Cube currency='GBP' rate='0.8817'/></Cube></Cube></E>",
        ),
    }
}

#[tokio::test]
async fn one_file_of_the_ecb_serves_all_currencies() {
    let upstream = Upstream::start(ecb).await;
    let source = Ecb::new(client(), upstream.base.clone());
    let found = source.quotes(&["EUR/USD", "EUR/GBP", "GBP/USD"].map(asked)).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().price.to_string(), "1.164");
    assert_eq!(found[1].as_ref().unwrap().price.to_string(), "0.8817");
    assert_eq!(found[2].as_ref().unwrap_err().reason(), "not_offered");
    assert_eq!(upstream.targets(), ["/stats/eurofxref/eurofxref-daily.xml"]);
}

#[tokio::test]
async fn the_ecb_is_asked_for_the_smallest_file_that_reaches_back_far_enough() {
    let check = async |span: Span, file: &str, expected: &[&str]| {
        let upstream = Upstream::start(ecb).await;
        let source = Ecb::new(client(), upstream.base.clone());
        let answer = bars(&source, "EUR/USD", Interval::D1, span).await.unwrap();
        assert_eq!(dates(&answer), expected, "{span}");
        assert_eq!(upstream.targets(), [format!("/stats/eurofxref/{file}")], "{span}");
    };
    check(period("1mo"), "eurofxref-hist-90d.xml", &["2025-10-29"]).await;
    check(period("1y"), "eurofxref-hist.zip", &["2025-10-29"]).await;
    check(period("max"), "eurofxref-hist.zip", &["1999-01-04", "2025-10-29"]).await;
    let weekend = Span::dates(date(2025, 10, 25), date(2025, 10, 26)).unwrap();
    check(weekend, "eurofxref-hist-90d.xml", &[]).await;
}

#[tokio::test]
async fn the_ecb_has_days_and_nothing_finer() {
    let upstream = Upstream::start(ecb).await;
    let source = Ecb::new(client(), upstream.base.clone());
    for interval in [Interval::H1, Interval::Wk1] {
        let refusal = bars(&source, "EUR/USD", interval, period("1mo")).await.unwrap_err();
        assert_eq!(refusal.reason(), "not_offered");
    }
    assert!(upstream.targets().is_empty());
}
