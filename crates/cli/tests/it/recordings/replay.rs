//! Recorded answers of all upstreams, served again on loopback.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use testkit::recordings;
use testkit::upstreams::{self, Setting};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use url::Url;

/// What was asked in a query, each value without its spaces and in lower case.
type Query = BTreeSet<(String, String)>;

/// One answer, and the query that it was given to.
struct Recorded {
    query: Query,
    status: u16,
    body: Vec<u8>,
    /// Of a chart: its interval, and how many bars it has.
    chart: Option<(String, usize)>,
}

#[derive(Default)]
struct Answers {
    by_path: HashMap<String, Vec<Recorded>>,
    asked: Mutex<Vec<String>>,
}

/// Ends with the test.
pub(super) struct Replay {
    base: String,
    answers: Arc<Answers>,
    _runtime: Runtime,
}

impl Replay {
    /// `None` where there are no recordings.
    pub(super) fn start() -> Option<Self> {
        let answers =
            Arc::new(Answers { by_path: read(&recordings::folder()?), ..Answers::default() });
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().fallback(answer).with_state(Arc::clone(&answers));
        runtime.spawn(async { axum::serve(listener, routes).await });
        Some(Self { base, answers, _runtime: runtime })
    }

    /// Every upstream is here.
    pub(super) fn settings(&self) -> Vec<Setting> {
        upstreams::at(&self.base)
    }

    /// How many requests had that in their path.
    pub(super) fn calls_for(&self, part: &str) -> usize {
        self.answers.asked.lock().unwrap().iter().filter(|path| path.contains(part)).count()
    }
}

/// Every recording whose request is known, by its path.
fn read(root: &Path) -> HashMap<String, Vec<Recorded>> {
    let manifest = fs::read_to_string(root.join("MANIFEST.tsv")).unwrap();
    let mut by_path: HashMap<String, Vec<Recorded>> = HashMap::new();
    for line in manifest.lines().skip(1) {
        let [file, _, endpoint, url, status, ..] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("no row of the manifest: {line}");
        };
        let (Ok(url), Ok(body)) = (url.parse::<Url>(), fs::read(root.join(file))) else { continue };
        if endpoint == "errors" {
            continue;
        }
        let (chart, status) = (chart(&body), status.parse().unwrap_or(200));
        let query = query(url.query().unwrap_or_default());
        by_path.entry(path(url.path())).or_default().push(Recorded { query, status, body, chart });
    }
    by_path
}

fn chart(body: &[u8]) -> Option<(String, usize)> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let result = body["chart"]["result"].get(0)?;
    let interval = result["meta"]["dataGranularity"].as_str().unwrap_or("1d").to_owned();
    Some((interval, result["timestamp"].as_array().map_or(0, Vec::len)))
}

fn path(path: &str) -> String {
    percent_decode_str(path.trim_end_matches('/')).decode_utf8_lossy().to_uppercase()
}

fn query(query: &str) -> Query {
    let plain = |text: &str| text.replace(' ', "").to_lowercase();
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.map(|(name, value)| (plain(&name), plain(&value))).collect()
}

/// As Yahoo says that it has no such chart, and the others that something is missing.
const UNKNOWN: &[u8] =
    br#"{"chart":{"result":null,"error":{"code":"Not Found","description":"none"}}}"#;

async fn answer(State(answers): State<Arc<Answers>>, uri: Uri) -> (StatusCode, Vec<u8>) {
    answers.asked.lock().unwrap().push(uri.path().to_owned());
    let asked = query(uri.query().unwrap_or_default());
    // Of those that fit as well the first.
    let known = answers.by_path.get(&path(uri.path())).into_iter().flatten().rev();
    match known.max_by_key(|recorded| fit(recorded, &asked)) {
        Some(found) => (StatusCode::from_u16(found.status).unwrap(), found.body.clone()),
        None => (StatusCode::NOT_FOUND, UNKNOWN.to_vec()),
    }
}

/// How well a recording answers what is asked. Of charts the interval counts most, then
/// the very stretch, then how long they are: what is asked may differ from all of them.
fn fit(recorded: &Recorded, asked: &Query) -> (bool, bool, i32) {
    let Some((interval, bars)) = &recorded.chart else {
        let shared = number(recorded.query.intersection(asked).count());
        let other = number(recorded.query.symmetric_difference(asked).count());
        return (recorded.status == 200, false, shared - other);
    };
    let is_stretch =
        |(name, _): &&(String, String)| ["range", "period1", "period2"].contains(&name.as_str());
    let mut stretch = asked.iter().filter(is_stretch).peekable();
    let is_asked = asked.contains(&("interval".to_owned(), interval.clone()));
    let is_same = stretch.peek().is_some() && stretch.all(|it| recorded.query.contains(it));
    (is_asked, is_same, number(*bars))
}

fn number(count: usize) -> i32 {
    count.try_into().unwrap()
}
