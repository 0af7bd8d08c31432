//! What the service writes to its log.

use serde_json::Value;
use testkit::{Nobody, upstreams};

use crate::service::serve;

#[test]
fn every_request_has_its_line_when_the_service_has_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = Nobody::listens();
    let mut settings = upstreams::at(&format!("http://{}", nobody.address));
    settings.push(("MARKETPULSE_WATCHLIST".to_owned(), "AAPL".to_owned()));
    let service = serve(folder.path(), &settings);
    for n in 0..100 {
        service.get(&format!("/there%20is%20no/{n}?secret=1"));
    }
    let (status, log) = service.end();
    assert!(status.success());
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let asked = |line: &&Value| line["status"] == 404 && line["message"] == "request";
    let path = |line: &Value| line["path"].as_str().unwrap().to_owned();
    let paths: Vec<String> = lines.iter().filter(asked).map(path).collect();
    assert_eq!(paths, (0..100).map(|n| format!("/there%20is%20no/{n}")).collect::<Vec<_>>());
    assert!(lines[0]["message"].as_str().unwrap().starts_with("serving"), "{}", lines[0]);
    assert_eq!(lines.last().unwrap()["message"], "stopped");
    assert!(!log.contains("secret"));
}

#[test]
fn no_key_of_a_vendors_client_is_logged_or_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let service = crate::service::serve_demo(folder.path(), &[]);
    for address in [
        "/vendors/price?symbol=AAPL&apikey=secret",
        "/vendors/price?symbol=A%20B&apikey=secret",
        "/vendors/time_series?apikey=secret",
        "/vendors/nosuch?apikey=secret",
        "/vendors/api/v3/ping?x_cg_demo_api_key=secret",
        "/vendors/api/v3/simple/price?x_cg_pro_api_key=secret",
        "/udf/symbols?symbol=AAPL&token=secret",
    ] {
        assert!(!service.get(address).body.contains("secret"), "{address}");
    }
    let (status, log) = service.end();
    assert!(status.success());
    assert!(log.contains("/vendors/price") && !log.contains("secret"), "{log}");
}
