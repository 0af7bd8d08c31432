//! What can happen to a stream, and what is said of it.

use std::time::Duration;

use futures_util::StreamExt;
use market::{SourceError, StreamSource, Unreach};
use providers::StreamLimits;
use providers::kraken::Kraken;
use testkit::{Nobody, SettableClock};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{Instant, pause};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use url::Url;

use super::peer::{Act, Peer, say};
use super::{LIMITS, dialer, end_of, kraken, open, ticker, why, yahoo};
use crate::upstream::{Act as Answer, NOW, Upstream, asked, response};

/// Timers are no finer than that.
const A_TICK: Duration = Duration::from_millis(2);

async fn refused(url: &Url) -> SourceError {
    kraken(url).connect(&[asked("BTC/EUR")]).await.err().unwrap()
}

/// The address of an HTTP server, for a stream.
fn as_stream(base: &Url, scheme: &str) -> Url {
    base.as_str().replacen("http", scheme, 1).parse().unwrap()
}

/// The present by the runtime's clock.
#[expect(clippy::disallowed_methods, reason = "the runtime's waits are measured")]
fn timer() -> Instant {
    Instant::now()
}

#[tokio::test]
async fn silence_ends_the_stream_at_the_idle_limit() {
    let peer = Peer::start(|| vec![Act::Hear, say(ticker("BTC/EUR", 1.5))]).await;
    let mut stream = open(&kraken(&peer.url)).await;
    let asked = timer();
    stream.next().await.unwrap().unwrap();
    let heard = timer();
    pause();
    let found = end_of(&mut *stream).await;
    assert_eq!(why(&found), Unreach::Timeout);
    assert!(found.to_string().contains("it took longer than 30s to send anything"), "{found}");
    // The last frame came at some moment between the two.
    assert!(asked.elapsed() >= LIMITS.idle, "{:?}", asked.elapsed());
    assert!(heard.elapsed() <= LIMITS.idle + A_TICK, "{:?}", heard.elapsed());
    assert_eq!(peer.count(Message::is_ping), 0, "a proxy's answer would hide the silence");
}

#[tokio::test]
async fn a_reader_who_gives_up_waiting_does_not_put_the_idle_limit_off() {
    let peer = Peer::start(|| vec![Act::Hear, say(ticker("BTC/EUR", 1.5))]).await;
    let mut stream = open(&kraken(&peer.url)).await;
    stream.next().await.unwrap().unwrap();
    let heard = timer();
    pause();
    for _ in 0..5 {
        let waited = tokio::time::timeout(Duration::from_secs(5), stream.next()).await;
        assert!(waited.is_err());
    }
    assert_eq!(why(&end_of(&mut *stream).await), Unreach::Timeout);
    assert!(heard.elapsed() <= LIMITS.idle + A_TICK, "{:?}", heard.elapsed());
}

#[tokio::test]
async fn a_quiet_yahoo_is_asked_for_a_sign_of_life() {
    // One who hears nothing before it is over, and so answers nothing either.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap()).parse().unwrap();
    let deaf = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        tokio_tungstenite::accept_async(stream).await.unwrap()
    });
    let begun = timer();
    let mut stream = open(&yahoo(&url)).await;
    let mut heard = deaf.await.unwrap();
    pause();
    assert_eq!(why(&end_of(&mut *stream).await), Unreach::Timeout);
    assert!(begun.elapsed() >= LIMITS.idle, "{:?}", begun.elapsed());
    drop(stream);
    assert!(heard.next().await.unwrap().unwrap().is_text(), "what is subscribed to");
    assert!(heard.next().await.unwrap().unwrap().is_ping());
}

#[tokio::test]
async fn a_stream_that_is_closed_says_so() {
    let frame = CloseFrame { code: CloseCode::Restart, reason: "secret".into() };
    let peer = Peer::start(move || {
        vec![Act::Hear, say(ticker("BTC/EUR", 1.5)), Act::Say(Message::Close(Some(frame.clone())))]
    })
    .await;
    let mut stream = open(&kraken(&peer.url)).await;
    stream.next().await.unwrap().unwrap();
    let found = end_of(&mut *stream).await;
    assert_eq!(why(&found), Unreach::BrokenOff);
    assert!(found.to_string().ends_with("(the stream was closed with code 1012)"), "{found}");
}

#[tokio::test]
async fn a_stream_that_breaks_off_says_so() {
    let peer = Peer::start(|| vec![Act::Hear, Act::Drop]).await;
    let found = end_of(&mut *open(&kraken(&peer.url)).await).await;
    assert_eq!(why(&found), Unreach::BrokenOff);
}

#[tokio::test]
async fn garbage_is_reported_and_the_stream_goes_on() {
    let script = || {
        let bytes = Act::Say(Message::binary(vec![0xff, 0xfe, 0x00]));
        vec![Act::Hear, say("<html>secret"), bytes, say(""), say(ticker("BTC/EUR", 1.5))]
    };
    let peer = Peer::start(script).await;
    let mut stream = open(&kraken(&peer.url)).await;
    for expected in [
        "a page of HTML or XML in place of JSON",
        "text that is not JSON at line 1 column 1",
        "an empty body in place of JSON",
    ] {
        let found = stream.next().await.unwrap();
        assert_eq!(found, Err(SourceError::Unreadable(expected.to_owned())));
    }
    assert_eq!(stream.next().await.unwrap().unwrap().price.to_string(), "1.5");
}

#[tokio::test]
async fn a_message_past_the_limit_ends_the_stream() {
    let large = |bytes: usize| say(" ".repeat(bytes - 2) + "{}");
    let peer =
        Peer::start(move || vec![Act::Hear, large(1 << 20), say(ticker("BTC/EUR", 1.5))]).await;
    let mut stream = open(&kraken(&peer.url)).await;
    assert!(stream.next().await.unwrap().is_ok(), "a message of just the limit is read");

    let peer = Peer::start(move || vec![Act::Hear, large((1 << 20) + 1)]).await;
    let found = end_of(&mut *open(&kraken(&peer.url)).await).await;
    let said = "a message of more than 1048576 bytes";
    assert_eq!(found, SourceError::Unreadable(said.to_owned()));
}

#[tokio::test]
async fn an_answer_that_opens_no_stream_is_understood() {
    let check = async |answer: fn() -> Answer, expected: SourceError| {
        let upstream = Upstream::start(move |_| answer()).await;
        assert_eq!(refused(&as_stream(&upstream.base, "ws")).await, expected);
    };
    let unreadable = |what: &str| SourceError::Unreadable(what.to_owned());
    let pause = Some(Duration::from_secs(119));
    check(|| response(429, &[], ""), SourceError::Throttled { retry_after: None }).await;
    check(
        || response(429, &[("retry-after", "119")], ""),
        SourceError::Throttled { retry_after: pause },
    )
    .await;
    check(
        || response(503, &[("retry-after", "119")], ""),
        SourceError::Throttled { retry_after: pause },
    )
    .await;
    check(|| response(503, &[], "secret"), SourceError::Failing { status: 503 }).await;
    check(|| response(403, &[], ""), SourceError::Unauthorised { status: 403 }).await;
    check(
        || response(302, &[("location", "http://10.0.0.1/")], ""),
        unreadable("a redirect, which is not followed"),
    )
    .await;
    check(|| response(200, &[], "<html>"), unreadable("an answer that opens no stream")).await;
    check(
        || Answer::Send(b"SSH-2.0 secret\r\n\r\n".to_vec()),
        unreadable("bytes that are no WebSocket"),
    )
    .await;
}

#[tokio::test]
async fn what_keeps_a_stream_from_opening_is_reported_by_its_step() {
    let nowhere: Url = "ws://nowhere.invalid/".parse().unwrap();
    assert_eq!(why(&refused(&nowhere).await), Unreach::Dns);
    let nobody = Nobody::listens();
    let closed: Url = format!("ws://{}", nobody.address).parse().unwrap();
    assert_eq!(why(&refused(&closed).await), Unreach::Connect);
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = plain.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        // Stays until the client leaves, so that its reading is not cut short.
        drop(stream.read_to_end(&mut Vec::new()).await);
    });
    assert_eq!(why(&refused(&format!("wss://{address}").parse().unwrap()).await), Unreach::Tls);
    let wrong = refused(&format!("http://{address}").parse().unwrap()).await.to_string();
    assert!(wrong.ends_with("(http: is no scheme of a stream; use ws: or wss:)"), "{wrong}");
}

#[tokio::test]
async fn an_upstream_that_does_not_answer_is_not_waited_for_for_ever() {
    let upstream = Upstream::start(|_| Answer::Hold(Vec::new())).await;
    let limits = StreamLimits { connect: Duration::from_millis(150), ..LIMITS };
    let source =
        Kraken::new(SettableClock::at(NOW), as_stream(&upstream.base, "ws"), dialer(limits));
    let found = source.connect(&[asked("BTC/EUR")]).await.err().unwrap();
    assert_eq!(why(&found), Unreach::Timeout);
}
