//! Bars brought in from files, by the binary.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::export::Desk;

impl Desk {
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn import(&self, file: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
        self.run(&[&["import", file], arguments].concat())
    }

    /// The same fake upstreams and files, and a store in which nothing is.
    fn emptied(self) -> Self {
        Self { data: tempfile::tempdir().unwrap(), ..self }
    }
}

fn imported(symbol: &str) -> String {
    format!("/marketpulse/v1/bars/{symbol}?source=import&period=max")
}

async fn round_trip(format: &str) {
    let desk = Desk::start().await;
    let symbols = ["AAPL", "EUR/USD", "BTC/EUR"];
    for format in [format, "json"] {
        let wanted = ["--period", "1y", "--format", format];
        let (status, _, said) = desk.export(&[&symbols[..], &wanted[..]].concat());
        assert_eq!(status, Some(0), "{said}");
    }
    let asked = desk.upstream.requests();
    let desk = desk.emptied();
    for name in ["AAPL", "EUR_USD", "BTC_EUR"] {
        let file = desk.files.path().join(format!("{name}.1d.{format}"));
        let (status, out, said) = desk.import(file.to_str().unwrap(), &[]);
        assert_eq!((status, said.as_str()), (Some(0), ""), "{out}");
        assert!(out.contains(" new, 0 revised, 0 unchanged"), "{out}");
        let (_, again, _) = desk.import(file.to_str().unwrap(), &[]);
        assert!(again.contains(": nothing new, "), "{again}");
        assert!(again.ends_with("nothing new was stored\n"), "{again}");
    }
    assert_eq!(desk.upstream.requests(), asked, "nobody is asked");
    let service = desk.service();
    for (symbol, name) in symbols.iter().zip(["AAPL", "EUR_USD", "BTC_EUR"]) {
        let told = service.get(&imported(&symbol.replace('/', "_"))).json();
        let exported: Value = serde_json::from_str(&desk.file(&format!("{name}.1d.json"))).unwrap();
        assert!(exported["bars"].as_array().unwrap().len() > 200);
        for key in ["bars", "symbol", "interval", "adjust", "currency", "as_of"] {
            assert_eq!(told[key], exported[key], "{symbol}: {key}");
        }
        assert_eq!(told["source"], "import");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_exported_as_csv_comes_in_to_the_last_digit() {
    round_trip("csv").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_exported_as_parquet_comes_in_to_the_last_digit() {
    round_trip("parquet").await;
}

/// The service that uses the store is sent what is written to standard input.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_to_standard_input_comes_in_as_a_file_does() {
    let desk = Desk::start().await;
    let rows = "date,close\n2024-01-02,10\n2024-01-03,11\n";
    let bring = |rows: &[u8], arguments: &[&str]| {
        let mut command = desk.command(&[&["import", "-"], arguments].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().unwrap();
        running.stdin.take().unwrap().write_all(rows).unwrap();
        let ended = running.wait_with_output().unwrap();
        let texts = [ended.stdout, ended.stderr].map(|it| String::from_utf8(it).unwrap());
        (ended.status.code(), texts.concat())
    };
    let (status, said) = bring(rows.as_bytes(), &["--symbol", "AIR.PA", "--currency", "EUR"]);
    assert!(status == Some(0) && said.contains("2 new"), "{said}");
    let (status, said) = bring(b"date,close\nsoon,1\n", &["--symbol", "AIR.PA"]);
    assert!(status == Some(1) && said.contains("line 2: date: "), "{said}");
    let (status, _, said) = desk.export(&["AAPL", "--period", "1mo", "--format", "parquet"]);
    assert_eq!(status, Some(0), "{said}");
    let parquet = std::fs::read(desk.files.path().join("AAPL.1d.parquet")).unwrap();
    let service = desk.service();
    let (status, said) = bring(&parquet, &[]);
    assert_eq!(status, Some(0), "{said}");
    let told = service.get(&imported("AAPL")).json();
    assert!(told["bars"].as_array().unwrap().len() > 20, "{told}");
}

const BAD: &str = "\
Date,Open,High,Low,Close,Adj Close,Volume,Currency,Symbol,Dividends
2024-01-02,10,12,9,11,10.5,100,EUR,AIR.PA,0
2024-01-03,10,8,9,11,10.5,100,EUR,AIR.PA,0
2999-01-04,10,12,9,11,10.5,100,EUR,AIR.PA,0
2024-01-05,10,12,9,,10.5,100,EUR,AIR.PA,0
2024-01-02,10,12,9,11.5,10.5,100,EUR,AIR.PA,0
2024-01-08,10,12,9,11,10.5,100,USD,AIR.PA,0
2024-01-09,10,12,9,11
2024-01-10,10,12,9,11,10.5,100,EUR,A?range=10y,0
2024-01-11,10,12,9,12,11.5,100,EUR,AIR.PA,0
2024-01-12,10,12,9,12,11.5,100,EUR,,0
";

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_is_named_and_nothing_is_stored_unless_told_to_skip_it() {
    let desk = Desk::start().await;
    let file = desk.write("bad.csv", BAD);
    let (status, out, said) = desk.import(&file, &[]);
    assert_eq!((status, out.as_str()), (Some(1), ""), "{said}");
    for words in [
        "columns not read: Dividends\n",
        "line 3: high: 8 is below low, 9\n",
        "line 4: date: 2999-01-04 is in the future\n",
        "line 5: close: is empty",
        "line 6: AIR.PA has a bar of 2024-01-02 on line 2 already\n",
        "line 7: currency: USD where EUR was said before\n",
        "line 8: has 5 cells where the first line names 10 columns\n",
        "line 9: symbol: '?' cannot be part of a symbol",
        "line 11: symbol: is empty\n",
        "rows that cannot be used: 8; mend them or leave them out with --skip-bad",
        "nothing was stored",
    ] {
        assert!(said.contains(words), "{words:?} is missing from:\n{said}");
    }
    assert!(!said.contains("line 2:") && !said.contains("line 10:"), "{said}");
    let service = desk.service();
    assert_eq!(service.get(&imported("AIR.PA")).status, 404);

    let (status, out, said) = desk.import(&file, &["--skip-bad"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("line 3: ") && said.contains("8 rows are left out"), "{said}");
    let counts =
        "AIR.PA 1d in EUR (splits): 2 new, 0 revised, 0 unchanged, 2024-01-02 to 2024-01-11";
    assert!(out.contains(counts), "{out}");
    assert_eq!(service.get(&imported("AIR.PA")).json()["bars"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_what_would_change_and_changes_nothing() {
    let desk = Desk::start().await;
    let first = desk
        .write("a.csv", "date,close,volume\n2024-01-02,10,100\n2024-01-03,11,\n2024-01-04,12,\n");
    let next = desk
        .write("b.csv", "date,close\n2024-01-02,10\n2024-01-03,11\n2024-01-04,12\n2024-01-05,13\n");
    let of_aapl = |more: &'static str| ["--symbol", "aapl", "--currency", "USD", more];
    let (_, told, _) = desk.import(&first, &of_aapl("--dry-run"));
    assert!(told.contains("AAPL 1d in USD (splits): 3 new"), "{told}");
    let service = desk.service();
    let now = || service.get(&imported("AAPL"));
    assert_eq!(now().status, 404);
    assert_eq!(desk.import(&first, &of_aapl("--skip-bad")).0, Some(0));
    let before = now().body;
    assert!(before.contains("\"close\":12"), "{before}");

    let (status, told, _) = desk.import(&next, &of_aapl("--dry-run"));
    assert_eq!(status, Some(0));
    assert!(told.contains("1 new, 1 revised, 2 unchanged"), "{told}");
    assert!(told.contains("  2024-01-02: volume 100 -> none\n"), "{told}");
    assert!(told.ends_with("nothing was stored, as this was a dry run\n"), "{told}");
    assert_eq!(now().body, before);

    let cac = ["--symbol", "CAC40", "--currency", "USD", "--dry-run"];
    let (_, told, _) = desk.import(&next, &cac);
    assert!(told.contains("  note: it is priced in EUR elsewhere\n"), "{told}");

    let (_, told, _) = desk.import(&next, &["--symbol", "AAPL"]);
    assert!(told.contains("AAPL 1d in USD (splits): 1 new, 1 revised, 2 unchanged"), "{told}");
    let after = now().json();
    assert_eq!(after["bars"][0]["volume"], Value::Null);
    assert_eq!((&after["bars"][3]["close"], &after["currency"]), (&13.into(), &"USD".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn bars_on_another_basis_take_the_place_of_all_or_are_refused() {
    let desk = Desk::start().await;
    let of_air = |file: &str, more: &[&str]| {
        desk.import(file, &[&["--symbol", "AIR.PA", "--currency", "EUR"], more].concat())
    };
    let days = |closes: &[f64], first: u32| {
        let lines = (first..).zip(closes).map(|(day, close)| format!("2024-01-{day:02},{close}\n"));
        lines.fold("date,close\n".to_owned(), |text, line| text + &line)
    };
    of_air(&desk.write("a.csv", &days(&[10.0, 11.0, 12.0], 2)), &[]);
    let halved = desk.write("b.csv", &days(&[5.5, 6.0, 6.5], 3));
    let (status, out, said) = of_air(&halved, &[]);
    assert_eq!((status, out.as_str()), (Some(1), ""));
    assert!(said.contains("bring in bars for all of those dates; nothing was stored"), "{said}");
    let (status, _, said) = desk.import(&halved, &["--symbol", "AIR.PA", "--currency", "GBp"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("these bars are in GBp (splits)"), "{said}");

    let whole = desk.write("c.csv", &days(&[5.0, 5.5, 6.0, 6.5], 2));
    let (status, told, said) = of_air(&whole, &[]);
    assert_eq!(status, Some(0), "{said}");
    assert!(told.contains("in place of all 3 bars from earlier imports"), "{told}");
    let (_, told, _) = of_air(&whole, &[]);
    assert!(told.contains("nothing new, 4 bars unchanged"), "{told}");
    let shown = desk.service().get(&imported("AIR.PA")).json();
    let closes: Vec<&Value> =
        shown["bars"].as_array().unwrap().iter().map(|bar| &bar["close"]).collect();
    assert_eq!(closes, [&5.into(), &5.5.into(), &6.into(), &6.5.into()] as [&Value; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_used_as_a_whole_say_what_would_work() {
    let desk = Desk::start().await;
    for (text, arguments, words) in [
        (
            "date,close\n2024-01-02,1\n",
            vec![],
            "no column symbol; name the instrument with --symbol",
        ),
        (
            "date;close\n2024-01-02;1\n",
            vec!["--symbol", "A"],
            "no column date; the first line names date;close",
        ),
        (
            "date,close\n2024-01-02,1\n",
            vec!["--symbol", "A", "--interval", "1h"],
            "no column open_time",
        ),
        (
            "date,close\n2024-01-02,1\n",
            vec!["--symbol", "A", "--interval", "4h"],
            "4h bars are put together from 1h bars",
        ),
        ("date,close\n", vec!["--symbol", "A"], "no row that can be used"),
        ("", vec!["--symbol", "A"], "no column date"),
        (
            "date,close,freshness\n2024-01-02,1,simulated\n",
            vec!["--symbol", "A"],
            "line 2: is simulated",
        ),
        (
            "date,close,symbol\n2024-01-02,1,B\n",
            vec!["--symbol", "A"],
            "line 2: symbol: B is not A",
        ),
    ] {
        let (status, out, said) = desk.import(&desk.write("a.csv", text), &arguments);
        assert_eq!((status, out.as_str()), (Some(1), ""), "{text}");
        assert!(said.contains(words) && said.contains("nothing was stored"), "{text}: {said}");
    }
    let (status, _, said) = desk.import("/nonexistent/a.csv", &[]);
    assert_eq!(status, Some(1));
    assert!(said.contains("/nonexistent/a.csv"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_does_not_hold_up_the_service_that_would_read_it() {
    let desk = Desk::start().await;
    let pipe = desk.files.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let service = desk.service();
    let (status, _, said) = desk.import(pipe.to_str().unwrap(), &["--symbol", "AAPL"]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("name one that it can open"), "{said}");
    assert_eq!(service.get("/healthz").status, 200);
}
