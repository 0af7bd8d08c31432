//! The binary's commands, exit statuses and signals.

use std::process::Output;

use serde_json::Value;

use crate::service::{Service, free_address, marketpulse, until};

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    marketpulse().args(arguments).envs(settings.iter().copied()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn help_documents_every_setting() {
    let help = text(&run(&["--help"], &[]).stdout);
    for name in ["APP_ENV", "DEBUG", "DEFAULT_PERIOD", "MARKETPULSE_LISTEN", "MARKETPULSE_ECB_URL"]
    {
        assert!(help.contains(name), "{name} is missing from:\n{help}");
    }
}

#[test]
fn bad_settings_end_with_status_2_and_are_all_told() {
    let settings =
        [("APP_ENV", "staging"), ("MARKETPULSE_LISTEN", "here"), ("DEFAULT_PERIOD", "x")];
    let output = run(&["serve"], &settings);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    for (name, value) in settings {
        assert!(said.contains(name) && said.contains(value), "{name} is missing from:\n{said}");
    }
}

#[test]
fn the_simulator_does_not_exist_in_production() {
    let output = run(&["serve", "--demo"], &[("APP_ENV", "production")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("APP_ENV=development"));
}

#[test]
fn an_address_in_use_is_said_plainly() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let settings = [
        ("MARKETPULSE_LISTEN", address.as_str()),
        ("MARKETPULSE_DATA_DIR", data.path().to_str().unwrap()),
    ];
    let output = run(&["serve"], &settings);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains(&address) && said.contains("MARKETPULSE_LISTEN"), "{said}");
}

#[test]
fn a_service_runs_on_the_simulator_alone_and_stops_when_told() {
    let data = tempfile::tempdir().unwrap();
    let service =
        Service::start_with(&["serve", "--demo"], data.path(), &[("APP_ENV", "development")]);
    let address = service.address.to_string();
    assert!(run(&["healthcheck"], &[("MARKETPULSE_LISTEN", &address)]).status.success());
    let latest = until("the simulator has priced everything", || {
        let latest = service.get("/marketpulse/latest").json();
        latest["data"].as_object()?.values().all(Value::is_number).then_some(latest)
    });
    for label in ["EUR/USD", "CAC40", "BTC/EUR"] {
        assert_eq!(latest["quotes"][label]["simulated"], true);
    }
    assert!(service.stop().success());
    let stored = std::fs::read_dir(data.path()).unwrap().count();
    assert_eq!(stored, 0, "nothing made up is stored");
    assert!(!run(&["healthcheck"], &[("MARKETPULSE_LISTEN", &address)]).status.success());
}

#[test]
fn commands_without_network_say_what_is_missing() {
    let data = tempfile::tempdir().unwrap();
    let nobody = format!("http://{}", free_address());
    let settings = [
        ("MARKETPULSE_DATA_DIR", data.path().to_str().unwrap()),
        ("MARKETPULSE_YAHOO_URL", &nobody),
        ("MARKETPULSE_COINGECKO_URL", &nobody),
        ("MARKETPULSE_ERAPI_URL", &nobody),
        ("MARKETPULSE_ECB_URL", &nobody),
    ];
    let latest = run(&["latest"], &settings);
    assert!(latest.status.success());
    assert!(text(&latest.stdout).contains("missing"));
    let history = run(&["history", "AAPL", "--period", "1mo"], &settings);
    assert_eq!(history.status.code(), Some(1));
    assert!(text(&history.stderr).contains("cannot be reached"), "{}", text(&history.stderr));
    let check = run(&["check"], &settings);
    assert_eq!(check.status.code(), Some(1));
    let report = text(&check.stdout);
    assert!(report.contains("store      ok") && report.contains("ecb"), "{report}");
}

#[test]
fn nonsense_on_the_command_line_is_refused_with_what_is_accepted() {
    for arguments in [
        vec!["history", "A?range=10y"],
        vec!["history", "AAPL", "--period", "fortnight"],
        vec!["history", "AAPL", "--interval", "4h"],
        vec!["history", "AAPL", "--period", "1mo", "--from", "2024-01-01"],
        vec!["history", "AAPL", "--from", "2024-02-01", "--to", "2024-01-01"],
        vec!["no-such-command"],
    ] {
        let output = run(&arguments, &[("MARKETPULSE_DATA_DIR", "/nonexistent/never-made")]);
        assert_ne!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}
