use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::HeaderValue;
use axum::http::header::{AGE, CONTENT_ENCODING, CONTENT_RANGE, ETAG};
use axum::routing::get;
use bytes::Bytes;
use jiff::Timestamp;
use tokio::time::advance;
use tower::ServiceExt;

use super::*;
use crate::front::{Answers, Front};
use crate::reply::Encoded;
use crate::{CachePolicy, Routes};

/// A file that is another one each time it is made, and long enough to compress.
fn moving() -> Front {
    let times = Arc::new(AtomicUsize::new(0));
    let file = async move |headers: HeaderMap| {
        let line = format!("{},7150.09\n", times.fetch_add(1, Ordering::Relaxed));
        let body = line.repeat(200).into_bytes();
        let encoded = Encoded::new("text/csv", body, Timestamp::UNIX_EPOCH);
        encoded.respond(CachePolicy::OneSecond, &headers)
    };
    let endless = async || {
        (
            [(ETAG, "\"x\"")],
            Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>()),
        )
    };
    let alive = async || ([(CONTENT_LENGTH, "5")], "alive");
    Front::new(
        Routes::new()
            .route("/file", get(file.clone()))
            .route("/other", get(file))
            .route("/endless", get(endless))
            .route("/alive", get(alive)),
        Answers::default(),
    )
}

struct Told {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Told {
    fn tag(&self) -> &str {
        self.headers[ETAG].to_str().unwrap()
    }

    fn length(&self) -> usize {
        self.headers[CONTENT_LENGTH].to_str().unwrap().parse().unwrap()
    }
}

async fn ask(front: &Front, method: &str, path: &str, headers: &[(&str, &str)]) -> Told {
    let request = Request::builder().method(method).uri(path);
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = front.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body =
        if path == "/endless" { Bytes::new() } else { to_bytes(body, 1 << 20).await.unwrap() };
    Told { status: parts.status, headers: parts.headers, body }
}

async fn head(front: &Front) -> Told {
    ask(front, "HEAD", "/file", &[]).await
}

async fn part(front: &Front, range: &str) -> Told {
    ask(front, "GET", "/file", &[("range", range)]).await
}

async fn whole(front: &Front) -> Told {
    ask(front, "GET", "/file", &[]).await
}

async fn seconds(n: u64) {
    advance(std::time::Duration::from_secs(n)).await;
}

#[tokio::test(start_paused = true)]
async fn what_head_told_can_be_read_part_by_part_for_ten_seconds() {
    let front = moving();
    let told = head(&front).await;
    assert_eq!((told.status, told.body.len()), (StatusCode::OK, 0));
    let len = told.length();
    seconds(4).await;
    let first = part(&front, "bytes=0-15").await;
    seconds(5).await;
    let rest = part(&front, "bytes=16-").await;
    let all = part(&front, &format!("bytes=0-{}", len - 1)).await;
    let end = part(&front, "bytes=-8").await;
    for one in [&first, &rest, &all, &end] {
        assert_eq!((one.status, one.tag()), (StatusCode::PARTIAL_CONTENT, told.tag()));
        let length = one.headers.get(CONTENT_LENGTH);
        assert!(length.is_none_or(|it| *it == HeaderValue::from(one.body.len())), "{length:?}");
    }
    assert_eq!(all.body, [&first.body[..], &rest.body].concat());
    assert_eq!((all.body.len(), &end.body[..]), (len, &all.body[len - 8..]));
    assert_eq!(rest.headers[CONTENT_RANGE], format!("bytes 16-{}/{len}", len - 1));
    assert_eq!(rest.headers[AGE], "9");
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_for_the_whole_is_given_the_newest() {
    let front = moving();
    let told = head(&front).await;
    assert_ne!(whole(&front).await.tag(), told.tag());
    assert_eq!(head(&front).await.tag(), told.tag());
    let other = ask(&front, "HEAD", "/other", &[]).await;
    assert_ne!(other.tag(), told.tag(), "another address");
    let accepting = ask(&front, "HEAD", "/file", &[("accept", "text/csv")]).await;
    assert_ne!(accepting.tag(), told.tag(), "another form");
}

#[tokio::test(start_paused = true)]
async fn a_range_alone_is_told_a_version_too() {
    let front = moving();
    let end = part(&front, "bytes=-16").await;
    seconds(9).await;
    assert_eq!(part(&front, "bytes=0-3").await.tag(), end.tag());
    seconds(11).await;
    assert_ne!(part(&front, "bytes=0-3").await.tag(), end.tag());
}

#[tokio::test(start_paused = true)]
async fn readers_who_come_all_the_time_are_told_what_is_new() {
    let front = moving();
    let first = head(&front).await.tag().to_owned();
    let mut told = first.clone();
    for _ in 0..7 {
        seconds(3).await;
        told = head(&front).await.tag().to_owned();
    }
    assert_ne!(told, first, "after 21 seconds");
}

/// Whoever got a version at the end of its time can still read it.
#[tokio::test(start_paused = true)]
async fn a_version_can_be_read_for_ten_seconds_by_the_last_who_was_told() {
    let front = moving();
    let first = head(&front).await;
    seconds(9).await;
    assert_eq!(part(&front, "bytes=0-3").await.tag(), first.tag());
    seconds(9).await;
    let last = head(&front).await;
    assert_eq!(last.tag(), first.tag());
    seconds(9).await;
    assert_eq!(part(&front, "bytes=0-3").await.tag(), last.tag());
    seconds(2).await;
    assert_ne!(part(&front, "bytes=0-3").await.tag(), last.tag());
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_named_is_given_or_refused() {
    let front = moving();
    let old = head(&front).await.tag().to_owned();
    seconds(15).await;
    let new = head(&front).await.tag().to_owned();
    assert_ne!(old, new);
    let ask_range = async |header, tag: &str| {
        ask(&front, "GET", "/file", &[("range", "bytes=0-3"), (header, tag)]).await
    };
    assert_eq!(ask_range("if-match", &new).await.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(ask_range("if-match", "*").await.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(ask_range("if-match", &old).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(ask_range("if-range", &new).await.status, StatusCode::PARTIAL_CONTENT);
    let other = ask_range("if-range", &old).await;
    assert_eq!((other.status, other.tag()), (StatusCode::OK, &*new));
    assert_eq!(ask_range("if-none-match", &new).await.status, StatusCode::NOT_MODIFIED);
}

/// Of two that can be read at once, an old reader gets its own where it says so.
#[tokio::test(start_paused = true)]
async fn two_versions_can_be_read_at_once() {
    let front = moving();
    let old = head(&front).await.tag().to_owned();
    for _ in 0..2 {
        seconds(9).await;
        head(&front).await;
    }
    seconds(3).await;
    let new = head(&front).await.tag().to_owned();
    assert_ne!(old, new);
    assert_eq!(part(&front, "bytes=0-3").await.tag(), new);
    let named = [("range", "bytes=0-3"), ("if-range", &*old)];
    let named = ask(&front, "GET", "/file", &named).await;
    assert_eq!((named.status, named.tag()), (StatusCode::PARTIAL_CONTENT, &*old));
}

/// A part is one of the plain bytes, and so `HEAD` tells of them.
#[tokio::test(start_paused = true)]
async fn compression_changes_neither_length_nor_tag_of_what_is_read_in_parts() {
    let front = moving();
    let packed = [("accept-encoding", "gzip, br")];
    let told = ask(&front, "HEAD", "/file", &packed).await;
    assert!(!told.headers.contains_key(CONTENT_ENCODING));
    let range = [packed[0], ("range", "bytes=0-")];
    let all = ask(&front, "GET", "/file", &range).await;
    assert_eq!((all.tag(), all.body.len()), (told.tag(), told.length()));
    assert_eq!(ask(&front, "GET", "/file", &packed).await.headers[CONTENT_ENCODING], "br");
}

#[tokio::test(start_paused = true)]
async fn what_offers_no_parts_says_no_length_and_is_given_whole() {
    let front = moving();
    for path in ["/endless", "/alive"] {
        let told = ask(&front, "HEAD", path, &[]).await;
        assert_eq!(told.status, StatusCode::OK);
        assert!(!told.headers.contains_key(CONTENT_LENGTH), "{path}");
        assert!(!told.headers.contains_key(ACCEPT_RANGES), "{path}");
        let told = ask(&front, "GET", path, &[("range", "bytes=0-1")]).await;
        assert_eq!(told.status, StatusCode::OK, "{path}");
    }
    assert_eq!(ask(&front, "HEAD", "/nothing", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn where_there_is_no_room_no_parts_are_promised() {
    let front = moving();
    let room = 32 << 20;
    let each = head(&front).await.length() + 1_024;
    for n in 0..room / each {
        ask(&front, "HEAD", &format!("/file?{n}"), &[]).await;
    }
    let told = ask(&front, "HEAD", "/other", &[]).await;
    assert!(!told.headers.contains_key(ACCEPT_RANGES), "{:?}", told.headers);
    let whole = ask(&front, "GET", "/other", &[("range", "bytes=0-3")]).await;
    assert_eq!(whole.status, StatusCode::OK);
    assert!(whole.body.len() > 4);
    seconds(11).await;
    let told = ask(&front, "HEAD", "/other", &[]).await;
    assert!(told.headers.contains_key(ACCEPT_RANGES), "{:?}", told.headers);
}
