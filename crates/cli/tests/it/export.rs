//! Files of history, written by the binary from fake upstreams.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use simulator::{Market, Upstream};
use testkit::{Service, upstreams};

use crate::service::{marketpulse, serve};

/// Fake upstreams, a data folder for the commands that ask them, and a folder
/// for files.
pub(crate) struct Desk {
    pub(crate) upstream: Upstream,
    pub(crate) data: tempfile::TempDir,
    pub(crate) files: tempfile::TempDir,
}

impl Desk {
    pub(crate) async fn start() -> Self {
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        let upstream = Upstream::start(Market::new(7), now).await;
        let [data, files] = [(), ()].map(|()| tempfile::tempdir().unwrap());
        Self { upstream, data, files }
    }

    /// A service beside the commands.
    pub(crate) fn service(&self) -> Service {
        let mut settings = upstreams::simulated(&self.upstream);
        settings.push(("MARKETPULSE_REFRESH_EVERY".to_owned(), "1h".to_owned()));
        serve(self.data.path(), &settings)
    }

    /// Status, standard output and standard error of a command.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        self.run_with(&[], arguments)
    }

    /// The same with further settings.
    fn run_with(
        &self,
        settings: &[(&str, &str)],
        arguments: &[&str],
    ) -> (Option<i32>, String, String) {
        let output = self.command(arguments).envs(settings.iter().copied()).output().unwrap();
        let [out, err] = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.code(), out, err)
    }

    /// A command that asks the fake upstreams.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = marketpulse();
        command.args(arguments).env("MARKETPULSE_DATA_DIR", self.data.path());
        command.envs(upstreams::simulated(&self.upstream));
        command
    }

    /// Runs `export` into the folder for files.
    pub(crate) fn export(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let folder = self.files.path().to_str().unwrap();
        self.run(&[&["export", "--out", folder], arguments].concat())
    }

    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.files.path().join(name)).unwrap()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn each_symbol_has_a_file_and_what_cannot_be_had_is_said() {
    let desk = Desk::start().await;
    desk.upstream.unknown("AAPPL");
    std::fs::write(desk.files.path().join("AAPL.1d.csv"), "from before").unwrap();
    let (status, out, said) =
        desk.export(&["AAPPL", "aapl", "EURUSD=X", "AAPL", "--period", "1mo"]);
    assert_eq!((status, out.as_str()), (Some(1), ""), "{said}");
    assert_eq!(names(desk.files.path()), ["AAPL.1d.csv", "EUR_USD.1d.csv"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].contains("AAPPL: no source knows AAPPL; did you mean AAPL?"), "{said}");
    assert!(lines[1].contains("AAPL.1d.csv: "), "{said}");
    assert!(lines[1].contains(" rows, 2025-09-29 to 2025-10-28, yahoo, stale"), "{said}");
    let csv = desk.file("AAPL.1d.csv");
    let head = "date,open_time,open,high,low,close,adj_close,volume,provisional,repaired_by,symbol,currency,";
    assert!(csv.starts_with(head), "{csv}");
    assert!(csv.lines().skip(1).all(|line| line.contains(",AAPL,USD,yahoo,splits,")), "{csv}");

    let (status, out, said) = desk.run(&["export", "AAPL", "--period", "1mo"]);
    assert_eq!((status, out), (Some(0), csv), "{said}");
    assert!(said.starts_with("AAPL: "), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_says_what_the_service_says() {
    let desk = Desk::start().await;
    let service = desk.service();
    let bars = |answer: &str| serde_json::from_str::<Value>(answer).unwrap();
    for (arguments, query) in [
        (
            "--adjust none --from 2019-01-02 --to 2019-12-31",
            "adjust=none&from=2019-01-02&to=2019-12-31",
        ),
        ("--adjust all --interval 1wk", "adjust=all&interval=1wk&period=max"),
        ("--interval 4h --period 5d", "interval=4h&period=5d"),
    ] {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let (status, out, said) =
            desk.run(&[&["export", "AAPL", "--format", "json"], &arguments[..]].concat());
        assert_eq!(status, Some(0), "{said}");
        let (file, told) =
            (bars(&out), service.get(&format!("/marketpulse/v1/bars/AAPL?{query}")).json());
        assert!(told["bars"].as_array().is_some_and(|bars| bars.len() > 5), "{query}: {told}");
        for key in ["bars", "symbol", "interval", "adjust", "currency", "source", "as_of"] {
            assert_eq!(file[key], told[key], "{query}: {key}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_has_its_ending() {
    let desk = Desk::start().await;
    for (format, name) in [
        ("ndjson", "^GSPC.1h.ndjson"),
        ("columns", "^GSPC.1h.columns.json"),
        ("json", "^GSPC.1h.json"),
    ] {
        let (status, _, said) =
            desk.export(&["^GSPC", "--interval", "1h", "--period", "5d", "--format", format]);
        assert_eq!(status, Some(0), "{said}");
        assert!(desk.file(name).starts_with('{'), "{name}");
    }
    let (status, _, said) = desk.export(&["^GSPC", "--format", "parquet", "--period", "5d"]);
    assert_eq!(status, Some(0), "{said}");
    let bytes = std::fs::read(desk.files.path().join("^GSPC.1d.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_then_can_be_written_again_without_asking() {
    let desk = Desk::start().await;
    let (_, first, _) = desk.run(&["export", "AAPL", "--period", "1mo"]);
    let asked = desk.upstream.requests();
    for name in ["--as-of", "--known-at"] {
        let (status, again, said) = desk.run(&["export", "AAPL", name, "2999-01-01T00:00:00Z"]);
        assert_eq!((status, again.as_str()), (Some(2), ""), "{said}");
        assert!(said.contains(&format!("{name} is in the future")), "{said}");
    }
    let retained = [("MARKETPULSE_RETAIN_BARS_DAYS", "30")];
    let before = ["export", "AAPL", "--known-at", "2020-01-01T00:00:00Z"];
    let (status, again, said) = desk.run_with(&retained, &before);
    assert_eq!((status, again.as_str()), (Some(2), ""), "{said}");
    assert!(
        said.contains("--known-at: what was answered about price history is retained since"),
        "{said}"
    );
    let range = ["--from", "2025-09-29", "--to", "2025-10-28", "--known-at"];
    let (status, _, said) =
        desk.run(&[&["export", "AAPL"], &range[..], &["2020-01-01T00:00:00Z"]].concat());
    assert_eq!(status, Some(1));
    assert!(said.contains("nothing was known here of AAPL at 2020-01-01"), "{said}");
    // The instant of the last answer, as the store tells it.
    let service = desk.service();
    let told = service.get("/marketpulse/v1/bars/AAPL?period=1mo").json();
    let at = told["received_at"].as_str().unwrap();
    let (status, again, said) = desk.run(&[&["export", "AAPL"], &range[..], &[at]].concat());
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(again.lines().count(), first.lines().count());
    assert_eq!(desk.upstream.requests_to("AAPL"), asked, "{:?}", desk.upstream.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_folder_is_left_where_nothing_is_written() {
    let desk = Desk::start().await;
    desk.upstream.unknown("ZZZZZZ");
    let folder = desk.files.path().join("a/b");
    let export = |symbol| desk.run(&["export", symbol, "--out", folder.to_str().unwrap()]);
    let (status, _, said) = export("ZZZZZZ");
    assert_eq!((status, folder.exists()), (Some(1), false), "{said}");
    let (status, _, said) = export("AAPL");
    assert_eq!((status, folder.join("AAPL.1d.csv").exists()), (Some(0), true), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_said_before_anybody_is_asked() {
    let desk = Desk::start().await;
    let taken = desk.files.path().join("taken");
    std::fs::write(&taken, "a file").unwrap();
    for (arguments, words) in [
        (vec!["AAPL", "MSFT"], "2 symbols need a file each; name a folder with --out"),
        (vec!["AAPL", "--out", taken.to_str().unwrap()], "cannot be used"),
        (vec!["AAPL", "--format", "xlsx"], "no such format \"xlsx\"; there are json"),
        (vec!["AAPL", "--period", "1y", "--from", "2024-01-01"], "cannot be used with"),
        (vec!["AAPL", "--adjust", "some"], "use one of none splits all"),
        (
            vec!["AAPL", "--known-at", "2025-10-29T12:00:00Z", "--as-of", "2025-10-29T12:00:00Z"],
            "cannot be used with",
        ),
    ] {
        let (status, _, said) = desk.run(&[&["export"], &arguments[..]].concat());
        assert_eq!(status, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert_eq!(desk.upstream.requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn instants_ask_for_the_bars_that_opened_between_them() {
    let desk = Desk::start().await;
    let of = |command: &[&str], from: &str, to: &str| {
        let bounds = ["AAPL", "--interval", "1h", "--from", from, "--to", to];
        let (status, out, said) = desk.run(&[command, &bounds].concat());
        assert_eq!(status, Some(0), "{said}");
        out
    };
    let (from, to) = ("2025-10-28T14:30:00Z", "2025-10-28T16:30:00Z");
    let hours = of(&["export", "--partial"], from, to);
    let opened: Vec<&str> = hours.lines().skip(1).filter_map(|row| row.split(',').nth(1)).collect();
    assert_eq!(opened, [from, "2025-10-28T15:30:00Z", to]);
    assert_eq!(of(&["export", "--partial"], "1761661800", "1761669000000"), hours);
    assert_eq!(of(&["history", "--csv"], from, to), hours);
    assert_eq!(of(&["history", "--json"], from, to).matches("open_time").count(), 3);
    assert_eq!(of(&["history"], from, to).lines().count(), 2 + 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_for_a_ledger_are_as_traded_and_named_as_it_takes_them() {
    let desk = Desk::start().await;
    let week = ["--from", "2025-10-20", "--to", "2025-10-24"];
    let lines = |name: &str| -> Vec<String> {
        desk.file(name).lines().filter(|line| !line.starts_with(';')).map(str::to_owned).collect()
    };
    let export = |arguments: &[&str]| {
        let (status, _, said) = desk.export(&[arguments, &week].concat());
        assert_eq!(status, Some(0), "{said}");
    };
    export(&["AAPL", "EUR/USD", "--format", "beancount"]);
    let (apple, euro) = (lines("AAPL.1d.beancount"), lines("EUR_USD.1d.beancount"));
    assert_eq!(apple.len(), 5, "{apple:?}");
    assert!(apple[0].starts_with("2025-10-20 price AAPL ") && apple[0].ends_with(" USD"));
    assert!(euro[0].starts_with("2025-10-20 price EUR 1.") && euro[0].ends_with(" USD"));
    let head = desk.file("AAPL.1d.beancount");
    assert!(head.starts_with("; Closes of AAPL, as traded; source yahoo, received "), "{head}");
    export(&["^FCHI", "--format", "ledger"]);
    let index = lines("CAC40.1d.ledger");
    assert!(index[0].starts_with("P 2025-10-20 \"CAC40\" "), "{index:?}");
    export(&["^GSPC", "--format", "beancount", "--commodity", "^GSPC=SP500"]);
    assert!(lines("^GSPC.1d.beancount")[0].starts_with("2025-10-20 price SP500 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn pence_are_pounds_in_a_ledger_and_say_so() {
    let desk = Desk::start().await;
    let arguments = ["HSBA.L", "--from", "2025-10-20", "--to", "2025-10-24", "--format"];
    let (_, csv, said) = desk.run(&[&["export"][..], &arguments, &["csv"]].concat());
    assert!(csv.contains(",GBp,"), "{csv}{said}");
    let (status, prices, said) = desk.run(&[&["export"][..], &arguments, &["ledger"]].concat());
    assert_eq!(status, Some(0), "{said}");
    assert!(prices.contains("; published in GBp, 100 of which are one GBP\n"), "{prices}");
    let column = csv.lines().next().unwrap().split(',').position(|name| name == "close").unwrap();
    let closes = csv.lines().skip(1).map(|line| line.split(',').nth(column).unwrap());
    let priced = prices.lines().filter(|line| line.starts_with("P "));
    for (pence, line) in closes.zip(priced) {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(words[4], "GBP", "{line}");
        let pounds: f64 = words[3].parse().unwrap();
        assert!((pounds * 100.0 - pence.parse::<f64>().unwrap()).abs() < 1e-9, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_ledger_would_take_for_something_else_is_not_written() {
    let desk = Desk::start().await;
    for (arguments, words) in [
        ("AAPL --format ledger --interval 1wk", "--interval 1wk: a ledger's prices are of days"),
        ("AAPL --format ledger --adjust all", "--adjust all: nobody paid such prices"),
        ("^GSPC --format beancount", "^GSPC cannot be called \"^GSPC\" in a ledger"),
        ("USD --format ledger", "that is a currency there; --commodity 'USD=NAME' names it"),
        ("AAPL --format ledger --commodity AAPPL=X", "AAPPL, which is not exported"),
        ("AAPL --format csv --commodity AAPL=X", "--commodity names what a ledger calls"),
    ] {
        let (status, _, said) = desk.export(&arguments.split(' ').collect::<Vec<_>>());
        assert_eq!(status, Some(2), "{arguments}: {said}");
        assert!(said.contains(words), "{arguments}: {said}");
    }
    assert!(names(desk.files.path()).is_empty());
    desk.upstream.fail("", simulator::Fault::Close, None);
    let arguments = ["export", "AAPL", "--period", "1mo", "--format", "ledger"];
    let (status, out, said) = desk.run_with(&[("APP_ENV", "development")], &arguments);
    assert_eq!((status, out.as_str()), (Some(1), ""), "{said}");
    assert!(said.contains("its prices are simulated"), "{said}");
}
