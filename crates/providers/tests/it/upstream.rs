use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use market::{
    Action, Bar, BarSource, Catalog, HistoryQuery, HistoryResult, Instrument, Price, Quote,
    QuoteSource, SourceError,
};
use providers::Client;
use testkit::{PATIENCE, SettableClock};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// The instant all tests run at: a Wednesday, after New York closed.
pub(crate) const NOW: &str = "2025-10-29T20:05:00Z";

/// A client that waits for a busy machine.
pub(crate) fn client() -> Client {
    client_with(PATIENCE)
}

pub(crate) fn client_with(whole: Duration) -> Client {
    Client::new(SettableClock::at(NOW), whole, &egress::Egress::default()).unwrap()
}

pub(crate) fn asked(symbol: &str) -> Instrument {
    Catalog::new().instrument(&symbol.parse().unwrap())
}

/// What one source has to say of one symbol, the request having succeeded.
pub(crate) async fn quote(source: &dyn QuoteSource, symbol: &str) -> Result<Quote, SourceError> {
    source.quotes(&[asked(symbol)]).await.unwrap().remove(0)
}

/// As the engine asks: what an answer lacks is asked for too.
pub(crate) async fn whole(
    source: &dyn BarSource,
    question: &HistoryQuery,
    instrument: &Instrument,
) -> Result<HistoryResult, SourceError> {
    let (mut answer, mut requests) = (source.bars(question, instrument).await?, 1);
    while source.lacks_more(&answer, requests) {
        answer = source.more(answer, requests).await?;
        requests += 1;
    }
    Ok(answer)
}

/// Closes of bars and what they are about, to single precision, in which Yahoo keeps prices.
pub(crate) fn rounded(found: &HistoryResult) -> Vec<(String, f32, Option<f32>)> {
    let single = |price: Price| price.get() as f32;
    let is_intraday = found.query.interval.is_intraday();
    let told = |bar: Bar| {
        // The made-up market trades on holidays, when a day has no opening.
        let about = if is_intraday { bar.open_time.to_string() } else { bar.date.to_string() };
        (about, single(bar.close), bar.adj_close.map(single))
    };
    found.series.bars().map(told).collect()
}

/// What happened meanwhile, and what was paid, to single precision too.
pub(crate) fn told(found: &HistoryResult) -> Vec<(String, &'static str, Option<f32>)> {
    let amount = |it: &Action| it.kind.payment().map(|paid| paid.amount as f32);
    let actions = found.actions.iter();
    actions.map(|it| (it.ex_date.to_string(), it.kind.name(), amount(it))).collect()
}

/// What is sent back over the wire.
pub(crate) enum Act {
    /// These bytes, then the connection ends.
    Send(Vec<u8>),
    /// These bytes, then nothing for as long as the client cares to wait.
    Hold(Vec<u8>),
    /// These bytes and then blanks without end, with a pause after each.
    Drip(Vec<u8>, Duration),
    /// These bytes, then blanks without end, counted.
    Flood(Vec<u8>, Arc<AtomicUsize>),
}

/// A whole response, with its length stated.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Act {
    let body = body.as_ref();
    let length = ("content-length", &*body.len().to_string());
    let lines = headers.iter().chain([&length]).map(|(name, value)| format!("{name}: {value}\r\n"));
    let lines: String = lines.collect();
    let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n{lines}\r\n");
    Act::Send([head.as_bytes(), body].concat())
}

/// An upstream on loopback that remembers what it was asked.
pub(crate) struct Upstream {
    pub(crate) base: Url,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Upstream {
    /// Answers each request by its target (path and query).
    pub(crate) async fn start(answer: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&answer)));
            }
        });
        Self { base, requests }
    }

    /// The heads of all requests so far, in order.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The targets of all requests so far, in order.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.heads().iter().map(|head| target(head)).collect()
    }
}

fn target(head: &str) -> String {
    head.split(' ').nth(1).unwrap_or_default().to_owned()
}

async fn serve(
    mut stream: TcpStream,
    seen: Arc<Mutex<Vec<String>>>,
    answer: Arc<impl Fn(&str) -> Act>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let act = answer(&target(&head));
    seen.lock().unwrap().push(head);
    match act {
        // The client may have had enough before the end.
        Act::Send(bytes) => drop(stream.write_all(&bytes).await),
        Act::Hold(bytes) => {
            stream.write_all(&bytes).await.unwrap();
            drop(stream.read_u8().await);
        }
        Act::Drip(bytes, pause) => drip(stream, bytes, pause).await,
        Act::Flood(head, sent) => flood(stream, head, &sent).await,
    }
}

async fn drip(mut stream: TcpStream, bytes: Vec<u8>, pause: Duration) {
    for byte in bytes.into_iter().chain(std::iter::repeat(b' ')) {
        if stream.write_u8(byte).await.is_err() {
            return;
        }
        tokio::time::sleep(pause).await;
    }
}

async fn flood(mut stream: TcpStream, head: Vec<u8>, sent: &AtomicUsize) {
    let mut piece = head;
    while stream.write_all(&piece).await.is_ok() {
        sent.fetch_add(piece.len(), Ordering::Relaxed);
        piece = vec![b' '; 64 << 10];
    }
}
