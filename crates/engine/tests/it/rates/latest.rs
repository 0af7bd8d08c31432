//! What one currency costs in another now.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_pair_is_asked_once_and_its_inverse_read_from_it() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("EUR/USD", 1.16)]);
    let engine = exchange.engine().await;
    let rate = latest(&engine, "EUR", "USD").await.unwrap();
    assert_eq!((rate.rate.to_string().as_str(), rate.freshness()), ("1.16", Freshness::Fresh));
    assert_eq!(steps(&rate), ["yahoo EUR/USD"]);
    assert_eq!(rate.steps[0].as_of, Some(engine.now()));

    let inverse = latest(&engine, "USD", "EUR").await.unwrap();
    assert_eq!(steps(&inverse), ["÷ yahoo EUR/USD"]);
    assert_close(inverse.rate, 1.0 / 1.16);
    assert_eq!(exchange.yahoo.asked(), ["EUR/USD"]);
}

#[tokio::test(start_paused = true)]
async fn a_currency_in_itself_is_one_and_nobody_is_asked() {
    let exchange = Exchange::new();
    let engine = exchange.engine().await;
    let rate = latest(&engine, "CHF", "CHF").await.unwrap();
    assert_eq!((rate.rate.to_string().as_str(), rate.steps.len()), ("1", 0));
    let rate = on(&engine, "CHF", "CHF", "2024-01-06").await.unwrap();
    assert_eq!((rate.rate.to_string().as_str(), rate.date()), ("1", None));
    assert!(exchange.yahoo.asked().is_empty() && exchange.ecb.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_inverse_is_asked_where_the_pair_is_unknown() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("USD/JPY", 152.0)]);
    let engine = exchange.engine().await;
    let rate = latest(&engine, "JPY", "USD").await.unwrap();
    assert_eq!(steps(&rate), ["÷ yahoo USD/JPY"]);
    assert_eq!(exchange.yahoo.asked(), ["JPY/USD", "USD/JPY"]);
}

#[tokio::test(start_paused = true)]
async fn crypto_assets_are_asked_for_the_way_round_they_are_quoted() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("BTC/EUR", 60_000.0)]);
    let engine = exchange.engine().await;
    let rate = latest(&engine, "EUR", "BTC").await.unwrap();
    assert_eq!(steps(&rate), ["÷ yahoo BTC/EUR"]);
    assert_eq!(exchange.yahoo.asked(), ["BTC/EUR"]);
}

#[tokio::test(start_paused = true)]
async fn a_cross_names_both_its_sources() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("SOL/EUR", 150.0)]);
    exchange.ecb.has(&[("EUR/ISK", 145.0)]);
    let engine = exchange.engine().await;
    let rate = latest(&engine, "SOL", "ISK").await.unwrap();
    assert_eq!(steps(&rate), ["yahoo SOL/EUR", "ecb EUR/ISK"]);
    assert_close(rate.rate, 150.0 * 145.0);
    exchange.yahoo.asked();
    assert_eq!(steps(&latest(&engine, "ISK", "SOL").await.unwrap()).len(), 2);
    let asked_again = exchange.yahoo.asked().iter().any(|pair| pair == "SOL/EUR");
    assert!(!asked_again, "both pairs are held and fresh");
}

#[tokio::test(start_paused = true)]
async fn a_currency_that_has_ended_has_no_rate_and_nobody_is_asked() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("EUR/HRK", 7.5345), ("EUR/DEM", 1.95583)]);
    exchange.yahoo.has_days(&["2025-10-27", "2025-10-28"]);
    let engine = exchange.engine().await;
    for (base, quote) in [("EUR", "HRK"), ("HRK", "USD")] {
        let refusal = latest(&engine, base, quote).await.unwrap_err().to_string();
        assert_eq!(refusal, "HRK ended on 2022-12-31: 7.5345 of it are 1 EUR");
    }
    let refusal = on(&engine, "EUR", "DEM", "2025-10-28").await.unwrap_err().to_string();
    assert_eq!(refusal, "DEM ended on 1998-12-31: 1.95583 of it are 1 EUR");
    let history = engine.history(&crate::fakes::daily("EUR/HRK", "1mo")).await;
    assert!(history.unwrap_err().to_string().contains("HRK ended on 2022-12-31"));
    let quotes = engine.quotes(&[symbol("EUR/HRK")]).await;
    assert!(quotes[0].quote.is_none(), "{quotes:?}");
    assert!(exchange.yahoo.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_a_source_quotes_after_a_currency_has_ended_is_left_out() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("EUR/HRK", 7.5345)]);
    exchange.yahoo.has_days(&["2022-12-29", "2022-12-30", "2023-01-02", "2025-10-28"]);
    let engine = exchange.engine().await;
    let history = engine.history(&crate::fakes::daily("EUR/HRK", "5y")).await.unwrap();
    let dates: Vec<_> = history.series.dates().iter().map(ToString::to_string).collect();
    assert_eq!(dates, ["2022-12-29", "2022-12-30"]);
}

#[tokio::test(start_paused = true)]
async fn a_stale_rate_is_given_marked_when_upstreams_are_away() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("EUR/USD", 1.16)]);
    let engine = exchange.engine().await;
    latest(&engine, "EUR", "USD").await.unwrap();
    exchange.yahoo.goes_away();
    exchange.ecb.goes_away();
    exchange.advance(20);
    let rate = latest(&engine, "USD", "EUR").await.unwrap();
    assert_eq!(
        (rate.freshness(), steps(&rate)),
        (Freshness::Stale, vec!["÷ yahoo EUR/USD".into()])
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_away_is_unknown_and_somebody_away_is_not() {
    let exchange = Exchange::new();
    let engine = exchange.engine().await;
    let unknown = latest(&engine, "XXQ", "USD").await.unwrap_err();
    assert!(
        matches!(&unknown, NoRate::Unknown { pair } if *pair == symbol("XXQ/USD")),
        "{unknown}"
    );
    exchange.yahoo.goes_away();
    let away = latest(&engine, "XXR", "USD").await.unwrap_err();
    assert!(matches!(away, NoRate::Away { .. }), "{away}");
}

#[tokio::test(start_paused = true)]
async fn what_is_simulated_says_so_and_comes_after_what_is_stale() {
    let exchange = Exchange::new();
    exchange.yahoo.goes_away();
    exchange.ecb.goes_away();
    exchange.demo.has(&[("EUR/USD", 9.0)]);
    exchange.demo.has_days(&["2025-10-27"]);
    let engine = exchange.start(true).await;
    let rate = latest(&engine, "EUR", "USD").await.unwrap();
    assert_eq!((rate.simulated, rate.freshness()), (true, Freshness::Simulated));
    let rate = on(&engine, "EUR", "USD", "2025-10-28").await.unwrap();
    assert_eq!((rate.simulated, rate.freshness()), (true, Freshness::Simulated));
}

#[tokio::test(start_paused = true)]
async fn pence_are_refused_and_not_read_as_pounds() {
    let engine = Exchange::new().engine().await;
    let refusal = latest(&engine, "GBp", "USD").await.unwrap_err();
    assert_eq!(refusal.to_string(), "GBp is a hundredth of GBP; use GBP and divide by 100");
    let refusal = latest(&engine, "USD", "KWF").await.unwrap_err();
    assert_eq!(refusal.to_string(), "KWF is a thousandth of KWD; use KWD and divide by 1000");
    assert!(on(&engine, "USD", "GBX", "2025-10-28").await.is_err());
}
