use std::io::{self, Write};
use std::sync::OnceLock;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt, stream};

const JSON: &str = "application/json;charset=utf-8";
const BOMB_BYTES: usize = 40 << 20;

pub(super) fn status(code: u16, retry_after: Option<String>) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = match status {
        StatusCode::TOO_MANY_REQUESTS => "Edge: Too Many Requests",
        _ => status.canonical_reason().unwrap_or("Unknown Error"),
    };
    let mut response = (status, body).into_response();
    if let Some(Ok(value)) = retry_after.map(HeaderValue::try_from) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

pub(super) fn html() -> Response {
    let page = "<!doctype html><html><head><title>Will be right back</title></head>\
        <body><h1>Will be right back...</h1></body></html>";
    ([(CONTENT_TYPE, "text/html;charset=utf-8")], page).into_response()
}

pub(super) fn garbage() -> Response {
    ([(CONTENT_TYPE, JSON)], "{\"chart\":{\"result\":[{\"meta\":{\"currency\":\"E\u{fffd}")
        .into_response()
}

pub(super) fn empty() -> Response {
    ([(CONTENT_TYPE, JSON)], "").into_response()
}

pub(super) fn wrong_shape() -> Response {
    let body = r#"{"message":"hello","prices":"closed","rates":[1,2,3],"chart":7,"bitcoin":[]}"#;
    ([(CONTENT_TYPE, JSON)], body).into_response()
}

pub(super) fn redirect(location: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, location)], "").into_response()
}

pub(super) fn huge(bytes: u64) -> Response {
    const PIECE: u64 = 64 << 10;
    static BLANKS: [u8; PIECE as usize] = [b' '; PIECE as usize];
    let pieces = stream::unfold(bytes, |left| async move {
        let piece = left.min(PIECE) as usize;
        let bytes = Bytes::from_static(&BLANKS).slice(..piece);
        (left > 0).then(|| (io::Result::Ok(bytes), left - piece as u64))
    });
    ([(CONTENT_TYPE, JSON)], Body::from_stream(pieces)).into_response()
}

pub(super) fn gzip_bomb() -> Response {
    static BOMB: OnceLock<Bytes> = OnceLock::new();
    let bomb = BOMB.get_or_init(|| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        let blanks = vec![b' '; 1 << 20];
        for _ in 0..BOMB_BYTES / blanks.len() {
            packed.write_all(&blanks).expect("memory takes what is written to it");
        }
        packed.finish().expect("memory takes what is written to it").into()
    });
    ([(CONTENT_TYPE, JSON), (CONTENT_ENCODING, "gzip")], Body::from(bomb.clone())).into_response()
}

/// Announces the whole body, sends half of it and breaks off.
pub(super) async fn truncated(response: Response) -> io::Result<Response> {
    let (response, body) = taken_apart(response).await?;
    let half = body.slice(..body.len() / 2);
    let broken = async {
        // Without a pause the server would give up before sending what it has.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    };
    let pieces = stream::iter([Ok(half)]).chain(stream::once(broken));
    Ok(response.map(|()| Body::from_stream(pieces)))
}

pub(super) async fn dripping(response: Response) -> io::Result<Response> {
    let (response, body) = taken_apart(response).await?;
    let drops = stream::unfold(body, |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((io::Result::Ok(left.split_to(1)), left))
    });
    Ok(response.map(|()| Body::from_stream(drops)))
}

/// The answer without its body, whose length is announced, and the body.
async fn taken_apart(response: Response) -> io::Result<(axum::http::Response<()>, Bytes)> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(io::Error::other)?;
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    Ok((axum::http::Response::from_parts(parts, ()), body))
}
