//! The binary's commands, exit statuses and signals.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use market::Clock;
use serde_json::Value;
use server::SystemClock;
use simulator::{Fault, Market, Upstream};
use testkit::{Nobody, until, upstreams};

use crate::service::{marketpulse, serve_demo};

mod stopped;

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
fn bad_settings_end_with_status_2_and_are_all_reported() {
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
    let service = serve_demo(data.path(), &[]);
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
    let nobody = Nobody::listens();
    let upstreams = upstreams::at(&format!("http://{}", nobody.address));
    let mut settings = vec![("MARKETPULSE_DATA_DIR", data.path().to_str().unwrap())];
    settings.extend(upstreams.iter().map(|(name, url)| (name.as_str(), url.as_str())));
    let latest = run(&["latest"], &settings);
    assert_eq!(latest.status.code(), Some(1), "there is no price at all");
    assert!(text(&latest.stdout).contains("missing"));
    assert!(text(&latest.stderr).contains("CAC40 has no price: "), "{}", text(&latest.stderr));
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
        vec!["history", "AAPL", "--interval", "3h"],
        vec!["history", "AAPL", "--period", "1mo", "--from", "2024-01-01"],
        vec!["history", "AAPL", "--from", "2024-02-01", "--to", "2024-01-01"],
        vec!["history", "AAPL", "--plot", "--csv"],
        vec!["backfill"],
        vec!["backfill", "AAPL", "--watchlist"],
        vec!["backfill", "AAPL", "--period", "fortnight"],
        vec!["search"],
        vec!["latest", "A?range=10y"],
        vec!["serve", "--listen", "5000"],
        vec!["completions", "tea"],
        vec!["no-such-command"],
    ] {
        let output = run(&arguments, &[("MARKETPULSE_DATA_DIR", "/nonexistent/never-made")]);
        assert_ne!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn completions_and_the_manual_are_made_of_the_definition() {
    for shell in ["bash", "zsh", "fish"] {
        let script = text(&run(&["completions", shell], &[]).stdout);
        assert!(script.contains("backfill") && script.contains("period"), "{shell}: {script}");
    }
    let page = text(&run(&["man"], &[]).stdout);
    for part in [".TH marketpulse 1", "COMMAND EXPORT", "\\-\\-known\\-at", "MARKETPULSE_LISTEN"] {
        assert!(page.contains(part), "{part} is missing from:\n{page}");
    }
}

#[test]
fn helps_name_every_interval_that_is_taken() {
    for command in ["history", "export", "backfill"] {
        let help = text(&run(&[command, "--help"], &[]).stdout);
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("10m 15m 30m 1h 90m 2h 4h 1d"), "{command}: {help}");
    }
}

#[test]
fn compose_passes_every_setting_on() {
    let fixed = ["APP_ENV", "MARKETPULSE_LISTEN", "MARKETPULSE_DATA_DIR", "MARKETPULSE_CONFIG"];
    for file in ["docker-compose.yml", "docker-compose.prod.yml"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
        let compose = std::fs::read_to_string(&file).unwrap();
        let passed: Vec<&str> =
            compose.lines().filter_map(|it| it.strip_prefix("      - ")).collect();
        let is_passed = |name: &str| passed.iter().any(|it| it.split('=').next() == Some(name));
        let settings = server::SETTINGS.iter().map(|it| it.name).filter(|it| !fixed.contains(it));
        let missing: Vec<&str> = settings.filter(|it| !is_passed(it)).collect();
        assert!(missing.is_empty(), "{} passes on no {missing:?}", file.display());
    }
}

/// Fake upstreams, and a data folder for the commands that ask them.
struct Stage {
    upstream: Upstream,
    data: tempfile::TempDir,
}

impl Stage {
    async fn start() -> Self {
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        let upstream = Upstream::start(Market::new(7), now).await;
        Self { upstream, data: tempfile::tempdir().unwrap() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = marketpulse();
        command.args(arguments).env("MARKETPULSE_DATA_DIR", self.data.path());
        command.envs(upstreams::simulated(&self.upstream));
        command
    }

    /// Status, standard output and standard error.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        told(&self.command(arguments).output().unwrap())
    }

    fn spawn(&self, arguments: &[&str]) -> Child {
        let piped = || Stdio::piped();
        self.command(arguments).stdout(piped()).stderr(piped()).spawn().unwrap()
    }
}

fn told(output: &Output) -> (Option<i32>, String, String) {
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Ctrl-C, which has reached the command when this is done.
fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    until("the signal is taken", || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let pending = status.lines().filter(|line| line.contains("Pnd:"));
        pending.into_iter().all(|line| line.ends_with("\t0000000000000000")).then_some(())
    });
}

/// The line of a table that begins with a symbol.
fn line<'a>(table: &'a str, symbol: &str) -> &'a str {
    let begins = |line: &&str| line.split_whitespace().next() == Some(symbol);
    table.lines().find(begins).unwrap_or_else(|| panic!("no {symbol} in:\n{table}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_of_named_symbols_stand_with_their_points_below_each_other() {
    let stage = Stage::start().await;
    stage.upstream.unknown("AAPPL");
    let (status, table, said) = stage.run(&["latest", "EUR/USD", "AAPL", "AAPPL", "BTC/EUR"]);
    assert_eq!(status, Some(0), "{table}{said}");
    let point = |symbol| line(&table, symbol).find('.').unwrap();
    assert_eq!(point("EUR/USD"), point("AAPL"), "{table}");
    assert!(line(&table, "AAPPL").ends_with("missing    -"), "{table}");
    assert!(said.contains("AAPPL has no price: yahoo: AAPPL is not known there"), "{said}");
    assert!(!table.contains("CAC40"), "only what is named:\n{table}");

    let (_, bars, _) = stage.run(&["history", "AAPL", "--period", "1mo"]);
    let points = |line: &str| line.match_indices('.').map(|(at, _)| at).collect::<Vec<_>>();
    let rows: Vec<_> = bars.lines().skip(2).map(points).filter(|it| it.len() == 4).collect();
    assert!(rows.len() > 5 && rows.windows(2).all(|pair| pair[0] == pair[1]), "{bars}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_is_stored_and_current_is_not_asked_for_again() {
    let stage = Stage::start().await;
    stage.upstream.set_now(SystemClock.now());
    let arguments = ["latest", "AAPL", "CAC40", "BTC/EUR", "--json"];
    let (status, first, _) = stage.run(&arguments);
    let asked = stage.upstream.requests();
    let (_, second, _) = stage.run(&arguments);
    assert_eq!(stage.upstream.requests(), asked, "{:?}", stage.upstream.log());
    let price = |body: &str| serde_json::from_str::<Value>(body).unwrap()["data"].clone();
    assert_eq!((status, price(&first)), (Some(0), price(&second)));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_is_had_as_json_too() {
    let stage = Stage::start().await;
    stage.upstream.unknown("AAPPL");
    let json = |arguments: &[&str]| -> Value {
        let (_, body, said) = stage.run(arguments);
        serde_json::from_str(&body).unwrap_or_else(|_| panic!("{arguments:?}: {body}{said}"))
    };
    let rows = json(&["backfill", "AAPL", "AAPPL", "--period", "1mo", "--json"]);
    assert_eq!(rows[0]["outcome"], "fetched");
    assert!(rows[0]["bars"].as_u64() > Some(15) && rows[0]["source"] == "yahoo", "{rows}");
    assert!(rows[1]["outcome"] == "failed" && rows[1]["bars"].is_null(), "{rows}");

    let out = stage.data.path().join("out");
    let out = out.to_str().unwrap();
    let files = json(&["export", "AAPL", "--period", "1mo", "--out", out, "--json"]);
    assert_eq!(files[0]["rows"], rows[0]["bars"]);
    let file = files[0]["file"].as_str().unwrap();
    let bars = json(&["import", file, "--json"]);
    assert!(bars[0]["new"] == rows[0]["bars"] && bars[0]["stored"] == true, "{bars}");

    let found = json(&["search", "air", "--json"]);
    assert!(found.to_string().contains("AIR.PA"), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_drawn_with_what_the_terminal_knows() {
    let stage = Stage::start().await;
    let arguments = ["history", "AAPL", "--period", "1mo", "--plot"];
    let (status, plain, _) = stage.run(&arguments);
    assert_eq!(status, Some(0));
    let title = plain.lines().next().unwrap();
    for part in ["Apple", "(AAPL)", " USD", " %) since 2025-09-29", "yahoo, stale"] {
        assert!(title.contains(part), "{part} is missing from: {title}");
    }
    assert!(plain.is_ascii() && plain.contains('*'), "{plain}");
    let widest = plain.lines().skip(1).map(str::len).max();
    assert_eq!(widest, Some(80), "as wide as a pipe is taken for:\n{plain}");

    let drawn = stage.command(&arguments).env("LANG", "C.UTF-8").output().unwrap();
    let drawn = text(&drawn.stdout);
    assert!(drawn.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c)), "{drawn}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_is_reported_symbol_by_symbol_and_summed_up() {
    let stage = Stage::start().await;
    stage.upstream.unknown("AAPPL");
    let (status, table, steps) =
        stage.run(&["backfill", "AAPL", "BTC-EUR", "aapl", "AAPPL", "--period", "1mo"]);
    assert_eq!(status, Some(1), "{table}{steps}");
    assert!(line(&table, "AAPL").contains("2025-10-28  yahoo"), "{table}");
    assert!(line(&table, "BTC/EUR").contains(" 31  2025-09-29"), "{table}");
    assert!(line(&table, "AAPPL").contains("no source knows AAPPL; did you mean AAPL?"), "{table}");
    assert!(table.ends_with("2 fetched, 0 already there, 1 failed\n"), "{table}");
    let steps: Vec<&str> = steps.lines().collect();
    assert!(steps[0].starts_with("1/3") && steps[0].contains("AAPL"), "{steps:?}");
    assert!(steps[1].starts_with("2/3") && steps[1].contains(" a minute, "), "{steps:?}");

    let asked = stage.upstream.requests();
    let (status, table, _) = stage.run(&["backfill", "AAPL", "BTC/EUR", "--period", "1mo"]);
    assert_eq!(status, Some(0), "{table}");
    assert!(line(&table, "AAPL").ends_with("yahoo, already there"), "{table}");
    assert!(table.ends_with("0 fetched, 2 already there, 0 failed\n"), "{table}");
    assert_eq!(stage.upstream.requests(), asked, "what is there is not asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_takes_the_watchlist_and_the_finer_bars_that_others_are_made_of() {
    let stage = Stage::start().await;
    let arguments = ["backfill", "--watchlist", "--period", "5d", "--interval", "4h"];
    let watched = stage.command(&arguments).env("MARKETPULSE_WATCHLIST", "CAC40,AAPL").output();
    let (status, table, steps) = told(&watched.unwrap());
    assert_eq!(status, Some(0), "{table}{steps}");
    assert!(line(&table, "CAC40").contains("yahoo") && line(&table, "AAPL").contains("yahoo"));
    assert_eq!(stage.upstream.requests_to("interval=1h"), 2, "{:?}", stage.upstream.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_a_backfill_after_the_symbol_under_way() {
    let stage = Stage::start().await;
    stage.upstream.fail("MSFT", Fault::Held, None);
    let arguments = ["backfill", "AAPL", "MSFT", "AIR.PA", "--period", "1mo"];
    let child = stage.spawn(&arguments);
    until("the second symbol is under way", || {
        (stage.upstream.requests_to("MSFT") == 1).then_some(())
    });
    interrupt(&child);
    stage.upstream.heal();
    let (status, table, said) = told(&child.wait_with_output().unwrap());
    assert_eq!(status, Some(130), "{said}");
    assert!(table.ends_with("2 fetched, 0 already there, 0 failed\n"), "{table}");
    assert!(said.contains("2 of 3 symbols") && said.contains("goes on with AIR.PA"), "{said}");
    assert_eq!(stage.upstream.requests_to("AIR.PA"), 0);

    let (status, table, _) = stage.run(&arguments);
    assert_eq!(status, Some(0), "{table}");
    assert!(table.ends_with("1 fetched, 2 already there, 0 failed\n"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_a_backfill_that_waits() {
    let stage = Stage::start().await;
    stage.upstream.fail("", Fault::Status { code: 429, retry_after: Some("1800".into()) }, None);
    let child = stage.spawn(&["backfill", "AAPL", "MSFT"]);
    until("it is told to wait", || (stage.upstream.requests() == 1).then_some(()));
    interrupt(&child);
    let (status, _, said) = told(&child.wait_with_output().unwrap());
    assert_eq!(status, Some(130), "{said}");
    assert!(said.contains("0 of 2 symbols") && said.contains("goes on with AAPL"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_ends_once_an_upstream_is_down() {
    let stage = Stage::start().await;
    stage.upstream.fail("", Fault::Status { code: 501, retry_after: None }, None);
    let (status, table, said) = stage.run(&["backfill", "AAPL", "MSFT", "AIR.PA", "SAP", "TSLA"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(table.ends_with("0 fetched, 0 already there, 3 failed\n"), "{table}");
    assert!(said.contains("3 of 5 symbols, because yahoo failed for 3 in a row"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_tells_what_is_wrong_with_the_store() {
    let stage = Stage::start().await;
    std::fs::write(stage.data.path().join("marketpulse.db"), "no database").unwrap();
    let (status, _, said) = stage.run(&["backfill", "AAPL", "--period", "1mo"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("is not an SQLite database"), "{said}");
}

#[test]
fn a_backfill_that_may_ask_nobody_says_so() {
    let output = run(&["backfill", "AAPL"], &[("MARKETPULSE_OFFLINE", "True")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("MARKETPULSE_OFFLINE"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_is_known_here_and_upstream() {
    let stage = Stage::start().await;
    let (status, found, _) = stage.run(&["search", "air"]);
    assert_eq!(status, Some(0));
    assert!(line(&found, "AIR.PA").contains("equity"), "{found}");

    stage.upstream.fail("search", Fault::Status { code: 503, retry_after: None }, None);
    let (status, found, said) = stage.run(&["search", "cac"]);
    assert_eq!(status, Some(0));
    assert!(line(&found, "CAC40").contains("index"), "{found}");
    assert!(said.contains("yahoo fails with status 503"), "{said}");

    let (status, found, said) = stage.run(&["search", "no", "such", "thing"]);
    assert_eq!((status, found.as_str()), (Some(1), ""));
    assert!(said.contains("nothing is like \"no such thing\""), "{said}");
}
