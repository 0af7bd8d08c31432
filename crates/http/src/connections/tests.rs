use std::sync::Mutex;
use std::time::Duration;

use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::*;
use crate::{Answers, Routes};

const NOW: &str = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n";
const HELD: &str = "GET /held HTTP/1.1\r\nHost: x\r\n\r\n";

/// The limit is never reached where all is well.
async fn soon<T>(come: impl Future<Output = T>) -> T {
    timeout(Duration::from_mins(5), come).await.expect("it comes")
}

/// A service with so many places, whose answer at `/held` waits for a permit.
struct Served {
    address: SocketAddr,
    now: Arc<Mutex<Timestamp>>,
    release: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    ended: tokio::task::JoinHandle<()>,
}

impl Served {
    async fn with(places: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let release = Arc::new(Semaphore::new(0));
        let held = Arc::clone(&release);
        let answer = async move || {
            held.acquire().await.unwrap().forget();
            "held"
        };
        let routes = Routes::new().route("/now", get(async || "now")).route("/held", get(answer));
        let (stop, stopping) = watch::channel(false);
        let now = Arc::new(Mutex::new(Timestamp::UNIX_EPOCH));
        let shown = Arc::clone(&now);
        let clock = Arc::new(move || *shown.lock().unwrap());
        let front = Front::new(routes, Answers::default());
        let ended = tokio::spawn(serve(listener, front, places, clock, stopping));
        Self { address, now, release, stop, ended }
    }

    async fn say(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }
}

/// What comes first, up to these words.
async fn hear(stream: &mut TcpStream, words: &str) -> String {
    let mut heard = Vec::new();
    soon(async {
        while !String::from_utf8_lossy(&heard).contains(words) {
            assert_ne!(stream.read_buf(&mut heard).await.unwrap(), 0, "{heard:?}");
        }
    })
    .await;
    String::from_utf8(heard).unwrap()
}

async fn has_ended(mut stream: TcpStream) -> bool {
    // A reset is an end as well.
    soon(stream.read(&mut [0])).await.unwrap_or(0) == 0
}

#[tokio::test]
async fn who_sent_no_whole_request_gives_place_to_who_asks() {
    let served = Served::with(2).await;
    let (silent, slow) = (served.say("").await, served.say("GET /now HTT").await);
    let mut asked = served.say(NOW).await;
    assert!(hear(&mut asked, "now").await.starts_with("HTTP/1.1 200"));
    assert!(has_ended(silent).await, "the longest silent goes");
    let mut other = served.say(NOW).await;
    hear(&mut other, "now").await;
    assert!(has_ended(slow).await, "and who has not finished asking before who was answered");
    let mut third = served.say(NOW).await;
    hear(&mut third, "now").await;
    assert!(has_ended(asked).await, "then who was answered longest ago");
}

#[tokio::test]
async fn who_finds_no_place_is_told_when_to_come_again() {
    let served = Served::with(2).await;
    let (mut one, mut other) = (served.say(HELD).await, served.say(HELD).await);
    // Both have asked before the third comes, whenever that is.
    let refused = soon(async {
        loop {
            let mut third = served.say(NOW).await;
            let heard = hear(&mut third, "\r\n\r\n").await;
            if heard.starts_with("HTTP/1.1 503") {
                return heard;
            }
        }
    });
    let refused = refused.await;
    assert!(refused.contains("retry-after: 5\r\n"), "{refused}");
    assert!(refused.contains("connection: close\r\n"), "{refused}");
    served.release.add_permits(2);
    for asked in [&mut one, &mut other] {
        assert!(hear(asked, "held").await.starts_with("HTTP/1.1 200"));
    }
}

/// What is logged on this thread while it is held.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn who_was_closed_for_another_is_told_of_before_a_stop() {
    let log = Log::default();
    let writer = log.clone();
    let written = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
    let _logging = tracing::subscriber::set_default(written.finish());
    let served = Served::with(1).await;
    let silent = served.say("").await;
    assert!(hear(&mut served.say(NOW).await, "now").await.contains("200 OK"));
    assert!(has_ended(silent).await);
    served.stop.send(true).unwrap();
    soon(served.ended).await.unwrap();
    let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(said.contains("connections are short") && said.contains("closed=1"), "{said}");
}

#[tokio::test]
async fn a_request_that_does_not_say_to_whom_it_is_is_refused_like_any_other() {
    let served = Served::with(2).await;
    for wrong in ["GET /now HTTP/1.1\r\n\r\n", "GET /now HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"] {
        let mut asked = served.say(wrong).await;
        let heard = hear(&mut asked, "Host not accepted").await;
        assert!(heard.starts_with("HTTP/1.1 400"), "{heard}");
        assert!(heard.contains("x-request-id: "), "{heard}");
    }
    let mut old = served.say("GET /now HTTP/1.0\r\n\r\n").await;
    assert!(hear(&mut old, "now").await.contains(" 200 OK"));
}

#[tokio::test]
async fn an_answer_has_the_date_of_a_clock_that_was_set_back() {
    let served = Served::with(2).await;
    let mut reader = served.say(NOW).await;
    let heard = hear(&mut reader, "now").await;
    assert!(heard.contains("date: Thu, 01 Jan 1970 00:00:00 GMT"), "{heard}");
    *served.now.lock().unwrap() -= SignedDuration::from_hours(1);
    reader.write_all(NOW.as_bytes()).await.unwrap();
    let heard = hear(&mut reader, "now").await;
    assert!(heard.contains("date: Wed, 31 Dec 1969 23:00:00 GMT"), "{heard}");
}
