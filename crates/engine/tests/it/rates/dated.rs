//! What one currency cost in another on a day.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_weekend_has_the_rate_of_its_friday() {
    let exchange = Exchange::with_reference_rates();
    let engine = exchange.engine().await;
    let check = async |asked: &str, day: &str| {
        let rate = on(&engine, "USD", "JPY", asked).await.unwrap();
        assert_eq!(rate.date(), day.parse().ok(), "{asked}");
        assert_eq!(steps(&rate), ["÷ ecb EUR/USD", "ecb EUR/JPY"]);
        assert_eq!(rate.freshness(), Freshness::Fresh, "{asked}");
        assert_close(rate.rate, 177.0 / 1.16);
    };
    for (asked, day) in [
        ("2025-10-24", "2025-10-24"),
        ("2025-10-25", "2025-10-24"),
        ("2025-10-26", "2025-10-24"),
        ("2025-10-28", "2025-10-27"),
        ("2025-10-29", "2025-10-27"),
    ] {
        check(asked, day).await;
    }
    assert_eq!(exchange.ecb.asked(), ["EUR/USD", "EUR/JPY"], "one question serves many days");
    assert!(exchange.yahoo.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_made_of_one_day() {
    let exchange = Exchange::with_reference_rates();
    let engine = exchange.engine().await;
    on(&engine, "EUR", "USD", "2025-10-28").await.unwrap();
    exchange.ecb.has_days(&["2025-10-22", "2025-10-23"]);
    let rate = on(&engine, "USD", "JPY", "2025-10-28").await.unwrap();
    assert_eq!(rate.steps.iter().filter(|it| it.date == rate.date()).count(), 2);
    assert_eq!(rate.date(), "2025-10-23".parse().ok());
}

#[tokio::test(start_paused = true)]
async fn a_currency_that_ended_stands_for_a_week_and_no_longer() {
    let exchange = Exchange::with_reference_rates();
    exchange.ecb.has_days(&["2022-12-29", "2022-12-30"]);
    let engine = exchange.engine().await;
    let rate = on(&engine, "EUR", "HRK", "2023-01-06").await.unwrap();
    assert_eq!(rate.date(), "2022-12-30".parse().ok());
    for date in ["2023-01-07", "2025-10-29"] {
        let refusal = reference(&engine, "EUR", "HRK", date).await.unwrap_err();
        let expected = format!(
            "EUR/HRK has no rate in the week up to {date}; the last before it is of 2022-12-30"
        );
        assert_eq!(refusal.to_string(), expected);
    }
    assert_eq!(exchange.ecb.asked(), ["EUR/HRK"]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_years_is_not_bridged() {
    let exchange = Exchange::with_reference_rates();
    exchange.ecb.has_days(&["2008-12-09", "2018-02-01"]);
    let engine = exchange.engine().await;
    let refusal = reference(&engine, "ISK", "EUR", "2012-06-01").await.unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "EUR/ISK has no rate in the week up to 2012-06-01; the last before it is of 2008-12-09; \
         the next after it is of 2018-02-01"
    );
}

#[tokio::test(start_paused = true)]
async fn currencies_without_reference_rates_have_the_close_of_their_pair() {
    let exchange = Exchange::with_reference_rates();
    exchange.yahoo.has(&[("USD/AED", 3.67), ("BTC/EUR", 60_000.0), ("EUR/HRK", 7.5)]);
    exchange.yahoo.has_days(&["2025-10-24", "2025-10-25"]);
    let engine = exchange.engine().await;
    let check = async |base: &str, quote: &str, expected: &str| {
        let rate = on(&engine, base, quote, "2025-10-26").await.unwrap();
        assert_eq!(steps(&rate), [expected]);
        assert_eq!(rate.date(), "2025-10-25".parse().ok());
    };
    check("USD", "AED", "yahoo USD/AED").await;
    check("AED", "USD", "÷ yahoo USD/AED").await;
    check("EUR", "BTC", "÷ yahoo BTC/EUR").await;
    let asked = exchange.ecb.asked();
    assert!(!asked.iter().any(|pair| pair.starts_with("EUR/")), "it sets no such rates: {asked:?}");

    let refusal = reference(&engine, "USD", "AED", "2025-10-26").await.unwrap_err();
    assert!(
        matches!(&refusal, NoRate::Unpublished { currency, .. } if *currency == code("AED")),
        "{refusal}"
    );
    let expected =
        "the ECB sets no reference rates of AED; ask without source=ecb for those of others";
    assert_eq!(refusal.to_string(), expected);
    let unknown = on(&engine, "XXQ", "AED", "2025-10-26").await.unwrap_err();
    assert!(
        matches!(&unknown, NoRate::Unknown { pair } if *pair == symbol("XXQ/AED")),
        "{unknown}"
    );
}

#[tokio::test(start_paused = true)]
async fn two_that_nobody_quotes_in_each_other_are_crossed_through_a_third_of_one_day() {
    let exchange = Exchange::with_reference_rates();
    exchange.yahoo.has(&[("USD/KWD", 0.3), ("USD/THB", 33.0)]);
    exchange.yahoo.has_days(&["2025-10-24", "2025-10-25"]);
    let engine = exchange.engine().await;
    let rate = on(&engine, "KWD", "THB", "2025-10-26").await.unwrap();
    assert_eq!(steps(&rate), ["÷ yahoo USD/KWD", "yahoo USD/THB"]);
    assert_eq!(rate.date(), "2025-10-25".parse().ok());
    assert_close(rate.rate, 110.0);
    let unknown = on(&engine, "KWD", "XXQ", "2025-10-26").await.unwrap_err();
    assert!(
        matches!(&unknown, NoRate::Unknown { pair } if *pair == symbol("KWD/XXQ")),
        "{unknown}"
    );
}

#[tokio::test(start_paused = true)]
async fn where_the_bank_is_away_another_source_serves_unless_it_was_insisted_on() {
    let exchange = Exchange::with_reference_rates();
    exchange.ecb.goes_away();
    exchange.yahoo.has(&[("EUR/USD", 1.17)]);
    exchange.yahoo.has_days(&["2025-10-27"]);
    let engine = exchange.engine().await;
    let away = reference(&engine, "EUR", "USD", "2025-10-27").await.unwrap_err();
    assert!(matches!(away, NoRate::Away { .. }), "{away}");
    let rate = on(&engine, "EUR", "USD", "2025-10-27").await.unwrap();
    assert_eq!(steps(&rate), ["yahoo EUR/USD"]);
}

#[tokio::test(start_paused = true)]
async fn the_last_reference_rate_is_given_stale_while_the_bank_is_away() {
    let exchange = Exchange::with_reference_rates();
    let engine = exchange.engine().await;
    reference(&engine, "EUR", "USD", "2025-10-29").await.unwrap();
    exchange.ecb.goes_away();
    exchange.advance(10 * 24 * 60);
    let rate = reference(&engine, "EUR", "USD", "2025-11-08").await.unwrap();
    assert_eq!(rate.date(), "2025-10-27".parse().ok());
    assert_eq!(rate.freshness(), Freshness::Stale);
}

#[tokio::test(start_paused = true)]
async fn days_without_rates_are_refused_with_what_works() {
    let engine = Exchange::with_reference_rates().engine().await;
    let refused = async |date: &str| on(&engine, "EUR", "USD", date).await.unwrap_err().to_string();
    assert_eq!(
        refused("2025-10-30").await,
        "2025-10-30 is in the future; the last day with rates is today, 2025-10-29"
    );
    assert_eq!(
        refused("1999-01-03").await,
        "1999-01-03 is before the first day with rates; use 1999-01-04 or later"
    );
}

#[tokio::test(start_paused = true)]
async fn today_is_what_it_is_in_frankfurt() {
    let exchange = Exchange::new();
    let engine = exchange.engine().await;
    exchange.advance(11 * 60 - 1);
    assert_eq!(engine.reference_day(), "2025-10-29".parse::<Date>().unwrap());
    exchange.advance(1);
    let midnight: Timestamp = "2025-10-29T23:00:00Z".parse().unwrap();
    assert_eq!((engine.now(), engine.reference_day().day()), (midnight, 30));
}

#[tokio::test(start_paused = true)]
async fn where_nobody_can_be_asked_what_is_held_leads_to_the_rate_another_way() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("USD/THB", 33.0), ("USD/KWD", 0.3)]);
    exchange.yahoo.has_days(&["2025-10-24", "2025-10-27"]);
    let engine = exchange.engine().await;
    for quote in ["THB", "KWD"] {
        on(&engine, "USD", quote, "2025-10-27").await.unwrap();
    }
    exchange.yahoo.goes_away();
    exchange.yahoo.asked();
    let check = async |base: &str, quote: &str, expected: &[&str]| {
        let rate = on(&engine, base, quote, "2025-10-27").await.unwrap();
        assert_eq!(steps(&rate), expected);
        let (base, quote) = (code(base), code(quote));
        let now = engine::Day { at: Some(exchange.world.clock.now()), ..day("2025-10-27") };
        let as_of = engine.rate_on(&base, &quote, now, None).await.unwrap();
        assert_eq!(format!("{as_of:?}"), format!("{rate:?}"), "as it is told later");
    };
    check("THB", "USD", &["÷ yahoo USD/THB"]).await;
    check("KWD", "THB", &["÷ yahoo USD/KWD", "yahoo USD/THB"]).await;
    assert!(matches!(on(&engine, "AED", "USD", "2025-10-27").await, Err(NoRate::Away { .. })));
}
