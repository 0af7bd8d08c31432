//! What the service writes to its log.

use std::fs::{self, File};
use std::process::Command;

use serde_json::Value;

use crate::service::{free_address, get, marketpulse, until};

#[test]
fn every_request_has_its_line_when_the_service_has_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let (address, log) = (free_address(), folder.path().join("log"));
    let mut child = marketpulse()
        .env("MARKETPULSE_LISTEN", address.to_string())
        .env("MARKETPULSE_DATA_DIR", folder.path())
        .env("MARKETPULSE_YAHOO_URL", "http://127.0.0.1:1")
        .env("MARKETPULSE_WATCHLIST", "AAPL")
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    until("the service listens", || get(address, "/healthz"));
    for n in 0..100 {
        get(address, &format!("/there%20is%20no/{n}?secret=1")).unwrap();
    }
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    until("the service stops", || child.try_wait().unwrap());

    let log = fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let asked = |line: &&Value| line["status"] == 404 && line["message"] == "request";
    let path = |line: &Value| line["path"].as_str().unwrap().to_owned();
    let paths: Vec<String> = lines.iter().filter(asked).map(path).collect();
    assert_eq!(paths, (0..100).map(|n| format!("/there%20is%20no/{n}")).collect::<Vec<_>>());
    assert!(lines[0]["message"].as_str().unwrap().starts_with("serving"), "{}", lines[0]);
    assert_eq!(lines.last().unwrap()["message"], "stopped");
    assert!(!log.contains("secret"));
}
