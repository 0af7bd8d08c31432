//! What presses on the service rather than breaks it: a log that nobody reads, more
//! connections than there can be, answers too large to be read all at once.

use std::fs;
use std::io::{BufRead, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use axum::Router;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use testkit::{Service, upstreams};
use tokio::net::TcpListener;

use crate::Form;
use crate::process::{Scene, act};
use crate::readers::Tally;
use crate::table::Outcome;

/// Nobody reads the log: more lines than fit into a pipe and into memory. Then somebody
/// reads until he is told of it, and nobody again until the end.
pub(crate) async fn unread_log(form: Form) -> Outcome {
    let requests = if form == Form::Full { 10_000 } else { 1_000 };
    let mut outcome = act(move |scene| {
        let mut service = Service::begin_unread(&mut scene.command());
        service.until_ready();
        scene.ask_for_everything(&service, true);
        cause_lines(scene, &service, requests);
        scene.ask_for_everything(&service, true);
        let mut log = service.take_log().unwrap().lines().map(Result::unwrap);
        if form == Form::Full {
            let told = log.any(|line| line.contains("dropped: whoever reads the log"));
            scene.tally.expect(told, || "nothing is said of lines that were dropped".to_owned());
            cause_lines(scene, &service, requests);
        }
        let (status, _) = service.end();
        scene.tally.expect(status.success(), || format!("ended with {status}"));
    })
    .await;
    outcome.note = Some(format!("{requests} lines, and the stop"));
    outcome
}

/// Each request leaves a line in the log.
fn cause_lines(scene: &mut Scene, service: &Service, requests: u32) {
    for n in 0..requests {
        let answer = service.get(&format!("/there-is-nothing/{n}/{}", "x".repeat(100)));
        scene.tally.expect(answer.status == 404, || format!("answered {}", answer.status));
    }
}

/// So many files may be open.
const FILES: usize = 260;

/// More connections than files that do no more than begin a request, or have been
/// answered; readers are answered all the same.
pub(crate) async fn connections() -> Outcome {
    let mut outcome = act(|scene| {
        let service = Service::begin(&mut scene.limited(&format!("ulimit -n {FILES}")));
        service.until_ready();
        let begun = ["", "G", "GET /marketpulse/ws HTTP/1.1\r\nUpgrade: websocket\r\n"];
        let held: Vec<TcpStream> =
            begun.iter().cycle().take(2 * FILES).map(|begun| say(&service, begun)).collect();
        scene.ask_for_everything(&service, true);
        let answered: Vec<TcpStream> = (0..2 * FILES)
            .map(|_| {
                let mut asked = say(&service, "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n");
                let mut first = [0; 12];
                let read = asked.read_exact(&mut first);
                scene
                    .tally
                    .expect(read.is_ok() && first == *b"HTTP/1.1 200", || format!("{read:?}"));
                asked
            })
            .collect();
        scene.ask_for_everything(&service, true);
        drop((held, answered));
        let (status, log) = service.end();
        scene.tally.expect(status.success(), || format!("ended with {status}"));
        let said = log.contains("connections are short");
        scene.tally.expect(said, || "nothing is said of connections that were closed".to_owned());
    })
    .await;
    outcome.note = Some(format!("{} connections, {FILES} files", 4 * FILES));
    outcome
}

fn say(service: &Service, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(testkit::PATIENCE)).unwrap();
    // One that is closed for another already takes no more.
    let _ = stream.write_all(text.as_bytes());
    stream
}

/// Readers of four histories at once, each 8 MB at the upstream. All at once would take
/// twice the memory that there may be; and the last one, who waits for the others in real
/// time, does so for seconds where the service would wait for minutes.
const READERS: usize = 4;

/// In MiB: the usual memory for history, and what is beside it.
const MOST_MEMORY: u64 = 256 + 64;

/// Large answers that come at once are read one after another.
pub(crate) async fn big_answers() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("http://{}", listener.local_addr().unwrap());
    let rows = rows();
    let chart = move |Path(symbol): Path<String>| async move {
        ([(CONTENT_TYPE, "application/json")], format!("{}{rows}", head(&symbol)))
    };
    let routes = Router::new().route("/v8/finance/chart/{symbol}", get(chart));
    tokio::spawn(async { axum::serve(listener, routes).await });
    let asked = tokio::task::spawn_blocking(move || ask_for_big(&upstream));
    let (mut tally, peak) = asked.await.unwrap();
    tally.expect(peak <= MOST_MEMORY, || format!("{peak} MiB at most, where {MOST_MEMORY} may be"));
    Outcome { tally, note: Some(format!("{peak} MiB at most")), ..Outcome::default() }
}

fn ask_for_big(upstream: &str) -> (Tally, u64) {
    let home = tempfile::tempdir().unwrap();
    let mut command = crate::marketpulse();
    let settings = upstreams::at(upstream);
    command.arg("serve").envs(settings).env("MARKETPULSE_UPSTREAM_TIMEOUT", "5m");
    let service = Arc::new(Service::begin(command.env("MARKETPULSE_DATA_DIR", home.path())));
    let readers: Vec<_> = (0..READERS)
        .map(|n| {
            let service = Arc::clone(&service);
            thread::spawn(move || {
                service.get(&format!("/marketpulse/v1/bars/BIG{n}?period=max&limit=10"))
            })
        })
        .collect();
    let mut tally = Tally::default();
    while readers.iter().any(|reader| !reader.is_finished()) {
        tally.expect(service.get("/healthz").status == 200, || "it is not alive".to_owned());
        thread::sleep(std::time::Duration::from_millis(100));
    }
    for reader in readers {
        let answer = reader.join().unwrap();
        tally.requests += 1;
        let answered = answer.status == 200;
        *if answered { &mut tally.fresh } else { &mut tally.failed } += 1;
        tally.expect(answered, || format!("status {}: {}", answer.status, answer.body));
    }
    (tally, peak_of(service.pid()))
}

/// The most memory that a process ever had, in MiB.
fn peak_of(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

fn head(symbol: &str) -> String {
    format!(
        r#"{{"chart":{{"result":[{{"meta":{{"currency":"USD","symbol":"{symbol}","exchangeName":"NMS","instrumentType":"EQUITY","exchangeTimezoneName":"America/New_York","dataGranularity":"1d","regularMarketPrice":1,"regularMarketTime":1700000}}"#
    )
}

/// As many as make 8 MB.
fn rows() -> Arc<str> {
    const ROWS: u32 = 700_000;
    let of = |row: &dyn Fn(u32) -> String| (0..ROWS).map(row).collect::<Vec<_>>().join(",");
    let (times, closes) = (of(&|n| (1_000_000 + n).to_string()), of(&|_| "1".to_owned()));
    format!(
        r#","timestamp":[{times}],"indicators":{{"quote":[{{"close":[{closes}]}}]}}}}],"error":null}}}}"#
    )
    .into()
}
