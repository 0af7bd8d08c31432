//! What goes wrong between an upstream and us, and what we make of it.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use market::{QuoteSource, SourceError, Unreach};
use providers::Client;
use providers::yahoo::Yahoo;
use testkit::Nobody;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use crate::upstream::{Act, Upstream, asked, client, client_with, quote, response};

async fn ask_with(client: Client, base: Url) -> SourceError {
    let yahoo = Yahoo::new(client, base);
    yahoo.quotes(&[asked("CAC40")]).await.unwrap_err()
}

async fn ask(answer: impl Fn(&str) -> Act + Send + Sync + 'static) -> SourceError {
    let upstream = Upstream::start(answer).await;
    ask_with(client(), upstream.base.clone()).await
}

fn why(error: &SourceError) -> Unreach {
    match error {
        SourceError::Unreachable { why, detail } => {
            assert!(!detail.is_empty());
            *why
        }
        other => panic!("{other}"),
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_pause_is_asked_for_in_seconds_or_by_date() {
    let check = async |status: u16, wish: Option<&'static str>, seconds: Option<u64>| {
        let headers: Vec<_> = wish.map(|wish| ("retry-after", wish)).into_iter().collect();
        let found = ask(move |_| response(status, &headers, "Edge: Too Many Requests")).await;
        let retry_after = seconds.map(Duration::from_secs);
        assert_eq!(found, SourceError::Throttled { retry_after }, "{status} {wish:?}");
    };
    check(429, None, None).await;
    check(429, Some("119"), Some(119)).await;
    check(429, Some("Wed, 29 Oct 2025 20:06:30 GMT"), Some(90)).await;
    check(503, Some("5"), Some(5)).await;
}

#[tokio::test]
async fn statuses_are_distinguished() {
    let check = async |status: u16, expected: SourceError| {
        assert_eq!(ask(move |_| response(status, &[], "<html>")).await, expected, "{status}");
    };
    check(401, SourceError::Unauthorised { status: 401 }).await;
    check(403, SourceError::Unauthorised { status: 403 }).await;
    check(400, SourceError::Failing { status: 400 }).await;
    check(404, SourceError::Failing { status: 404 }).await;
    check(422, SourceError::Failing { status: 422 }).await;
    check(500, SourceError::Failing { status: 500 }).await;
    check(502, SourceError::Failing { status: 502 }).await;
    check(503, SourceError::Failing { status: 503 }).await;
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_reported() {
    let found = ask_with(client(), "http://nowhere.invalid".parse().unwrap()).await;
    assert_eq!(why(&found), Unreach::Dns);
}

#[tokio::test]
async fn a_refused_connection_is_reported() {
    let nobody = Nobody::listens();
    let base = format!("http://{}", nobody.address).parse().unwrap();
    let found = ask_with(client(), base).await;
    assert_eq!(why(&found), Unreach::Connect);
}

#[tokio::test]
async fn a_connection_that_cannot_be_secured_is_reported() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        // Stays until the client leaves, so that its reading is not cut short.
        drop(stream.read_to_end(&mut Vec::new()).await);
    });
    let found = ask_with(client(), base.parse().unwrap()).await;
    assert_eq!(why(&found), Unreach::Tls);
}

#[tokio::test]
async fn silence_ends_at_the_timeout_before_an_answer_and_inside_it() {
    for begun in ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"] {
        let upstream = Upstream::start(|_| Act::Hold(begun.into())).await;
        let client = client_with(Duration::from_millis(150));
        let found = ask_with(client, upstream.base.clone()).await;
        assert_eq!(why(&found), Unreach::Timeout, "{begun}");
    }
}

#[tokio::test]
async fn an_answer_that_trickles_in_is_not_waited_for_for_ever() {
    // Each byte comes well within the time; the time is that of the whole.
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{";
    let upstream = Upstream::start(|_| Act::Drip(begun.to_vec(), Duration::from_millis(1))).await;
    let found = ask_with(client_with(Duration::from_millis(400)), upstream.base.clone()).await;
    assert_eq!(why(&found), Unreach::Timeout);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_reported() {
    let whole = br#"{"chart":{"result":[{"meta":{"currency":"EUR"}}]}}"#;
    let stated = |body: &[u8], extra: &str| {
        let head = format!("HTTP/1.1 200 OK\r\n{extra}content-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), &body[..body.len() / 2]].concat()
    };
    let (plain, packed) = (stated(whole, ""), stated(&gzip(whole), "content-encoding: gzip\r\n"));
    for bytes in [plain, packed, b"HTTP/1.1 200 O".to_vec(), Vec::new()] {
        let said = String::from_utf8_lossy(&bytes).into_owned();
        let found = ask(move |_| Act::Send(bytes.clone())).await;
        assert_eq!(why(&found), Unreach::BrokenOff, "{said}");
    }
}

#[tokio::test]
async fn a_wrong_content_with_status_200_is_described_and_not_repeated() {
    let check = async |body: &'static str, expected: &str| {
        let found = ask(move |_| response(200, &[], body)).await;
        assert_eq!(found, SourceError::Unreadable(expected.to_owned()));
    };
    check("", "an empty body in place of JSON").await;
    check("<!doctype html><b>secret</b>", "a page of HTML or XML in place of JSON").await;
    check("secret", "text that is not JSON at line 1 column 1").await;
    check(r#"{"chart":{"result":[{"meta":"#, "JSON that ends too early, at line 1 column 28").await;
    check(r#"{"secret":1}"#, "JSON of an unexpected shape at line 1 column 12").await;
}

#[tokio::test]
async fn a_body_that_cannot_be_unpacked_is_unreadable() {
    let found = ask(|_| response(200, &[("content-encoding", "gzip")], "not gzip at all")).await;
    assert_eq!(found, SourceError::Unreadable("a body that cannot be unpacked".to_owned()));
}

#[tokio::test]
async fn a_body_past_the_limit_is_refused_packed_or_not() {
    let large = vec![b' '; 9 << 20];
    let packed = gzip(&large);
    assert!(packed.len() < 100_000, "a bomb is small until it is unpacked");
    let expected = SourceError::Unreadable("a body of more than 8388608 bytes".to_owned());
    let bomb = ask(move |_| response(200, &[("content-encoding", "gzip")], &packed)).await;
    assert_eq!(bomb, expected);
    assert_eq!(ask(move |_| response(200, &[], &large)).await, expected);
}

#[tokio::test]
async fn no_more_than_the_limit_is_taken_of_a_body_without_end() {
    for head in ["", "content-length: 314572800\r\n"] {
        let sent = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&sent);
        let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n");
        let found = ask(move |_| Act::Flood(head.clone().into(), Arc::clone(&counted))).await;
        let said = "a body of more than 8388608 bytes";
        assert_eq!(found, SourceError::Unreadable(said.to_owned()));
        // What the system holds in between comes on top.
        let sent = sent.load(Ordering::Relaxed);
        assert!(sent < 40 << 20, "{sent} bytes were taken of 300 MB");
    }
}

#[tokio::test]
async fn an_answer_is_read_by_what_it_is_and_not_by_what_it_is_called() {
    let body = r#"{"chart":{"error":null,"result":[{"indicators":{},
        "meta":{"symbol":"^FCHI","regularMarketPrice":8200.88}}]}}"#;
    for name in ["text/html", "application/octet-stream", "image/png", "nonsense"] {
        let upstream =
            Upstream::start(move |_| response(200, &[("content-type", name)], body)).await;
        let yahoo = Yahoo::new(client(), upstream.base.clone());
        assert_eq!(quote(&yahoo, "CAC40").await.unwrap().price.to_string(), "8200.88", "{name}");
    }
    let named = [("content-type", "application/json")];
    let page = ask(move |_| response(200, &named, "<!doctype html>")).await;
    let said = "a page of HTML or XML in place of JSON";
    assert_eq!(page, SourceError::Unreadable(said.to_owned()));
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let private = Upstream::start(|_| response(200, &[], "secret")).await;
    let port = private.base.port().unwrap();
    let targets = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("//127.0.0.1:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "file:///etc/passwd".to_owned(),
    ];
    for target in targets {
        let location = target.clone();
        let public = Upstream::start(move |_| response(302, &[("location", &location)], "")).await;
        let mut base = public.base.clone();
        base.set_host(Some("localhost")).unwrap();
        let found = ask_with(client(), base).await;
        assert!(found.to_string().ends_with("which is not followed"), "{target}: {found}");
        assert_eq!(public.targets().len(), 1, "{target}");
    }
    assert!(private.targets().is_empty());
}

#[tokio::test]
async fn a_redirect_elsewhere_is_refused_by_name() {
    let consent = "https://consent.example/collect?sessionId=secret";
    let found = ask(move |_| response(302, &[("location", consent)], "")).await;
    let said = "a redirect to https://consent.example/collect, which is not followed";
    assert_eq!(found, SourceError::Unreadable(said.to_owned()));
    // Another port is another place.
    let other = Upstream::start(|_| response(500, &[], "")).await;
    let to = other.base.to_string();
    let found = ask(move |_| response(301, &[("location", &to)], "")).await;
    assert!(matches!(found, SourceError::Unreadable(_)), "{found}");
    assert!(other.targets().is_empty());
}

#[tokio::test]
async fn a_redirect_within_the_host_costs_no_further_request() {
    let endless = Upstream::start(|_| response(302, &[("location", "/again")], "")).await;
    let found = ask_with(client(), endless.base.clone()).await;
    assert!(matches!(found, SourceError::Unreadable(_)), "{found}");
    assert_eq!(endless.targets().len(), 1);
}
