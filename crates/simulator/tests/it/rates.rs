use std::io::{Cursor, Read};

use jiff::civil::date;
use serde_json::json;

use crate::client::{get, json, text, upstream, utc};

const NOW: &str = "2026-11-20T16:30:00Z";

#[tokio::test]
async fn er_api_moves_once_a_day() {
    let upstream = upstream("2026-11-20T00:02:31Z").await;
    let (status, today) = json(&upstream, "/v6/latest/EUR").await;
    assert_eq!((status, &today["result"]), (200, &json!("success")));
    assert_eq!(today["time_last_update_utc"], "Fri, 20 Nov 2026 00:02:31 +0000");
    assert_eq!(today["rates"]["EUR"], json!(1.0));
    upstream.set_now(utc("2026-11-20T23:59:59Z"));
    assert_eq!(json(&upstream, "/v6/latest/EUR").await.1, today);
    upstream.set_now(utc("2026-11-20T00:02:30Z"));
    let (_, before) = json(&upstream, "/v6/latest/EUR").await;
    assert_eq!(before["time_last_update_unix"], utc("2026-11-19T00:02:31Z").as_second());
    assert_ne!(before["rates"], today["rates"]);
}

#[tokio::test]
async fn er_api_turns_any_base_over() {
    let upstream = upstream(NOW).await;
    upstream.price("EURUSD=X", 1.25);
    let (_, body) = json(&upstream, "/v6/latest/USD").await;
    assert_eq!((&body["base_code"], &body["rates"]["EUR"]), (&json!("USD"), &json!(0.8)));
    let (status, body) = json(&upstream, "/v6/latest/ZZZ").await;
    assert_eq!(status, 404);
    assert_eq!(body, json!({"result": "error", "error-type": "unsupported-code"}));
}

#[tokio::test]
async fn the_ecb_publishes_at_four_in_frankfurt() {
    let upstream = upstream("2026-11-20T14:59:59Z").await;
    let (status, before) = text(&upstream, "/stats/eurofxref/eurofxref-daily.xml").await;
    assert_eq!(status, 200);
    assert!(before.contains("<Cube time=\"2026-11-19\">"), "{before}");
    upstream.set_now(utc("2026-11-20T15:00:00Z"));
    let (_, after) = text(&upstream, "/stats/eurofxref/eurofxref-daily.xml").await;
    assert!(after.contains("<Cube time=\"2026-11-20\">"));
    assert!(after.contains("<Cube currency=\"USD\" rate=\"1.") && !after.contains("HRK"));
    assert_eq!(after.matches("<Cube currency=").count(), 29);
}

#[tokio::test]
async fn ninety_days_of_rates_leave_weekends_out() {
    let upstream = upstream(NOW).await;
    let (_, body) = text(&upstream, "/stats/eurofxref/eurofxref-hist-90d.xml").await;
    assert_eq!(body.matches("<Cube time=").count(), 65);
    assert!(body.find("2026-11-20").unwrap() < body.find("2026-11-19").unwrap());
    assert!(!body.contains("2026-11-15"));
}

#[tokio::test]
async fn the_whole_history_is_one_csv_in_a_zip() {
    let upstream = upstream(NOW).await;
    let response = get(&upstream, "/stats/eurofxref/eurofxref-hist.zip").await.unwrap();
    let packed = response.bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
    assert_eq!(archive.len(), 1);
    let mut csv = String::new();
    archive.by_name("eurofxref-hist.csv").unwrap().read_to_string(&mut csv).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("Date,USD,JPY,BGN,CYP,") && lines[0].ends_with(",ZAR,"));
    assert!(lines[1].starts_with("2026-11-20,") && lines[1].ends_with(','));
    assert!(lines[lines.len() - 1].starts_with("1999-01-04,"));
    let columns = |line: &str| line.split(',').count();
    assert!(lines.iter().all(|line| columns(line) == columns(lines[0])));
    let bgn = |line: &str| line.split(',').nth(3).unwrap().to_owned();
    let line_of = |date: &str| *lines.iter().find(|line| line.starts_with(date)).unwrap();
    assert_eq!((bgn(line_of("2025-12-31")).as_str(), bgn(lines[1]).as_str()), ("1.9558", "N/A"));
    let dollars: f64 = line_of("2020-06-03").split(',').nth(1).unwrap().parse().unwrap();
    let fixed = upstream.market().reference_rates("USD", &[date(2020, 6, 3)])[0];
    assert!((dollars - fixed).abs() <= 0.000_05);
}
