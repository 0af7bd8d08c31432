use std::time::{Duration, Instant};

use serde_json::Value;
use simulator::{Fault, Odd, Upstream};

use crate::client::{client, get, json, text, upstream};

const CHART: &str = "/v8/finance/chart/%5EFCHI?range=5d&interval=1d";

async fn spoilt(fault: Fault) -> Upstream {
    let upstream = upstream("2026-11-20T10:30:17Z").await;
    upstream.fail("", fault, None);
    upstream
}

#[tokio::test]
async fn a_status_comes_with_its_retry_after() {
    let retry_after = Some("120".to_owned());
    let upstream = spoilt(Fault::Status { code: 429, retry_after }).await;
    let response = get(&upstream, CHART).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"120".parse().unwrap())
    );
    assert_eq!(response.text().await.unwrap(), "Edge: Too Many Requests");
    let upstream = spoilt(Fault::Status { code: 503, retry_after: None }).await;
    let response = get(&upstream, CHART).await.unwrap();
    assert_eq!(response.status().as_u16(), 503);
    assert!(!response.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn bodies_that_are_no_answer_come_with_status_200() {
    let body = async |fault| text(&spoilt(fault).await, CHART).await;
    let (status, html) = body(Fault::Html).await;
    assert!(status == 200 && html.contains("<h1>"));
    assert_eq!(body(Fault::Empty).await, (200, String::new()));
    let (status, garbage) = body(Fault::Garbage).await;
    assert!(status == 200 && serde_json::from_str::<Value>(&garbage).is_err());
    let (status, other) = body(Fault::WrongShape).await;
    let other: Value = serde_json::from_str(&other).unwrap();
    assert!(status == 200 && other["chart"]["result"].is_null());
}

#[tokio::test]
async fn a_search_is_spoilt_like_any_other_answer() {
    let search = "/v1/finance/search?q=cac";
    let upstream = upstream("2026-11-20T10:30:17Z").await;
    upstream.fail("/v1/finance", Fault::Status { code: 429, retry_after: None }, None);
    assert_eq!(text(&upstream, search).await, (429, "Edge: Too Many Requests".to_owned()));
    assert_eq!(text(&upstream, CHART).await.0, 200);
    upstream.heal();
    upstream.fail("/v1/finance", Fault::WrongShape, Some(1));
    let (status, other) = json(&upstream, search).await;
    assert!(status == 200 && other["quotes"].is_null());
    assert_eq!(json(&upstream, search).await.1["count"], 1);
}

#[tokio::test]
async fn one_who_has_answered_enough_refuses_the_rest() {
    let upstream = upstream("2026-11-20T10:30:17Z").await;
    upstream.fail_after(2, "/finance/", Fault::Status { code: 429, retry_after: None });
    for status in [200, 200, 429, 429] {
        assert_eq!(text(&upstream, CHART).await.0, status);
    }
    assert_eq!(text(&upstream, "/v6/latest/EUR").await.0, 200, "others go on");
}

#[tokio::test]
async fn a_truncated_body_breaks_off_half_way() {
    let upstream = spoilt(Fault::Truncate).await;
    let mut response = get(&upstream, CHART).await.unwrap();
    let announced = response.content_length().unwrap();
    let mut received = 0;
    let error = loop {
        match response.chunk().await {
            Ok(Some(piece)) => received += piece.len() as u64,
            Ok(None) => panic!("the body ended as if it were whole"),
            Err(error) => break error,
        }
    };
    assert!(!error.is_timeout());
    assert_eq!(received, announced / 2);
}

#[tokio::test]
async fn a_slow_answer_is_right_in_the_end() {
    let upstream = spoilt(Fault::Slow(Duration::from_millis(200))).await;
    #[expect(clippy::disallowed_methods, reason = "a slow answer is measured")]
    let begun = Instant::now();
    let (status, body) = json(&upstream, CHART).await;
    assert!(begun.elapsed() >= Duration::from_millis(200));
    assert!(status == 200 && body["chart"]["result"][0]["timestamp"].is_array());
}

#[tokio::test]
async fn a_held_answer_is_right_once_all_is_well() {
    let upstream = spoilt(Fault::Held).await;
    let held = tokio::spawn(client().get(upstream.url() + CHART).send());
    while upstream.requests() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!held.is_finished());
    upstream.heal();
    assert_eq!(held.await.unwrap().unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn a_hanging_request_never_gets_an_answer() {
    let upstream = spoilt(Fault::Hang).await;
    let caught = tokio::spawn(client().get(upstream.url() + CHART).send());
    while upstream.requests() == 0 {
        tokio::task::yield_now().await;
    }
    upstream.heal();
    assert_eq!(text(&upstream, CHART).await.0, 200, "the next one is answered");
    assert!(!caught.is_finished(), "and the one before it never");
}

#[tokio::test]
async fn a_dripping_body_comes_byte_by_byte() {
    let upstream = spoilt(Fault::Drip).await;
    #[expect(clippy::disallowed_methods, reason = "a slow answer is measured")]
    let begun = Instant::now();
    let mut response = get(&upstream, CHART).await.unwrap();
    assert!(response.content_length().unwrap() > 1_000);
    assert_eq!(response.chunk().await.unwrap().unwrap().len(), 1);
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_closed_connection_gives_no_answer_at_all() {
    let upstream = spoilt(Fault::Close).await;
    let error = get(&upstream, CHART).await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout() && !error.is_connect(), "{error:?}");
}

#[tokio::test]
async fn a_redirect_names_its_target() {
    let upstream = spoilt(Fault::Redirect("https://consent.example/".to_owned())).await;
    let response = get(&upstream, CHART).await.unwrap();
    assert_eq!(response.status().as_u16(), 302);
    assert_eq!(response.headers()["location"], "https://consent.example/");
}

#[tokio::test]
async fn a_huge_body_has_no_announced_length() {
    let upstream = spoilt(Fault::Huge(10_000_000)).await;
    let response = get(&upstream, CHART).await.unwrap();
    assert_eq!(response.content_length(), None);
    assert_eq!(response.bytes().await.unwrap().len(), 10_000_000);
}

#[tokio::test]
async fn a_gzip_bomb_is_small_on_the_wire() {
    let upstream = spoilt(Fault::GzipBomb).await;
    let client = client();
    let packed = reqwest::Client::builder().no_gzip().build().unwrap();
    let packed = packed.get(upstream.url()).send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert!(packed.bytes().await.unwrap().len() < 1_000_000);
    let mut unpacked = client.get(upstream.url()).send().await.unwrap();
    let mut bytes = 0;
    while let Some(piece) = unpacked.chunk().await.unwrap() {
        bytes += piece.len();
    }
    assert_eq!(bytes, 40 << 20);
}

#[tokio::test]
async fn rows_can_be_null_in_every_answer() {
    let closes = async |fault| {
        let (_, body) = json(&spoilt(fault).await, CHART).await;
        let closes = &body["chart"]["result"][0]["indicators"]["quote"][0]["close"];
        closes.as_array().unwrap().iter().map(Value::is_null).collect::<Vec<_>>()
    };
    assert_eq!(closes(Fault::NullRows).await, [false, true, false, false, true]);
    assert_eq!(closes(Fault::AllNull).await, [true; 5]);
    let upstream = spoilt(Fault::AllNull).await;
    let (_, coin) = json(&upstream, "/api/v3/simple/price?ids=bitcoin&vs_currencies=eur").await;
    assert!(coin["bitcoin"]["eur"].is_null());
    let (_, day) = text(&upstream, "/stats/eurofxref/eurofxref-daily.xml").await;
    assert!(!day.contains("rate="));
}

#[tokio::test]
async fn faults_match_count_and_heal() {
    let upstream = upstream("2026-11-20T10:30:17Z").await;
    let status = async |target| text(&upstream, target).await.0;
    upstream.fail("/v8/", Fault::Status { code: 500, retry_after: None }, None);
    upstream.fail("^FCHI", Fault::Status { code: 502, retry_after: None }, Some(2));
    assert_eq!(status(CHART).await, 502);
    assert_eq!(status("/v6/latest/EUR").await, 200);
    assert_eq!(status(CHART).await, 502);
    assert_eq!(status(CHART).await, 500);
    upstream.heal();
    assert_eq!(status(CHART).await, 200);
    assert_eq!(upstream.requests(), 5);
    assert_eq!(upstream.requests_to("^FCHI"), 4);
    assert_eq!(upstream.requests_to("/v6/"), 1);
    assert_eq!(upstream.log()[0], CHART);
}

#[tokio::test]
async fn a_dropped_upstream_stops() {
    let upstream = upstream("2026-11-20T10:30:17Z").await;
    upstream.fail("", Fault::Hang, None);
    let url = upstream.url();
    let caught = tokio::spawn(client().get(&url).send());
    while upstream.requests() == 0 {
        tokio::task::yield_now().await;
    }
    drop(upstream);
    assert!(!caught.await.unwrap().unwrap_err().is_timeout());
    assert!(client().get(&url).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn all_days_by_name_come_in_months_and_by_dates_in_days() {
    let upstream = spoilt(Fault::Months).await;
    let granularity = async |query: &str| {
        let body = json(&upstream, &format!("/v8/finance/chart/%5EFCHI?{query}")).await.1;
        body["chart"]["result"][0]["meta"]["dataGranularity"].clone()
    };
    assert_eq!(granularity("range=max&interval=1d").await, "1mo");
    assert_eq!(granularity("range=1mo&interval=1d").await, "1d");
    assert_eq!(granularity("range=max&interval=1wk").await, "1wk");
    assert_eq!(granularity("period1=1700000000&interval=1d").await, "1d");
}

#[tokio::test]
async fn one_of_several_is_left_out() {
    let upstream = spoilt(Fault::LeftOut).await;
    let spark = "/v7/finance/spark?symbols=AAPL,MSFT&range=5d&interval=1d";
    let found = json(&upstream, spark).await.1;
    let names: Vec<_> = found["spark"]["result"].as_array().unwrap().iter().collect();
    assert_eq!((names.len(), &names[0]["symbol"]), (1, &"MSFT".into()));
    let coins = "/api/v3/simple/price?ids=bitcoin,ethereum&vs_currencies=eur";
    assert_eq!(json(&upstream, coins).await.1.as_object().unwrap().len(), 1);
    assert_eq!(text(&upstream, CHART).await.0, 200, "one alone is not left out");
}

#[tokio::test]
async fn a_refusal_may_come_with_status_200() {
    let upstream = spoilt(Fault::Refused).await;
    assert_eq!(text(&upstream, CHART).await, (200, "Edge: Too Many Requests".to_owned()));
}

#[tokio::test]
async fn one_element_cannot_be_and_the_others_are_right() {
    let result = async |odd: Odd| {
        let body = json(&spoilt(Fault::Odd(odd)).await, CHART).await.1;
        body["chart"]["result"][0].clone()
    };
    let bars = result(Odd::Bar).await;
    let closes = bars["indicators"]["quote"][0]["close"].as_array().unwrap();
    assert_eq!(closes.iter().filter(|close| close.as_f64() == Some(0.0)).count(), 1);
    assert!(closes.len() > 3);
    let split = &result(Odd::Split).await["events"]["splits"]["odd"];
    assert_eq!((&split["numerator"], &split["denominator"]), (&1.into(), &0.into()));
    let dividend = &result(Odd::Dividend).await["events"]["dividends"]["odd"];
    assert!(dividend["amount"].is_null() && dividend["date"].is_i64());
}
