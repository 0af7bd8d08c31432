use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use tokio::net::TcpListener;

use crate::case::FILE;

/// Any value will do: a bare server has one version of each answer.
const TAG: HeaderValue = HeaderValue::from_static("\"1\"");
const JSON: (HeaderName, HeaderValue) =
    (CONTENT_TYPE, HeaderValue::from_static("application/json"));

/// The least an axum server can do: one route, bytes held in memory, no
/// layers. Serves `answer.json`, and `answer.json.gz` where there is one to
/// those who accept gzip, until it is killed.
pub(crate) fn serve(listen: SocketAddr, folder: &Path) -> Result<(), String> {
    let file = folder.join("answer.json");
    let plain = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let gzip = fs::read(file.with_extension("json.gz")).ok();
    let served = serve_bytes(listen, plain.into(), gzip.map(Bytes::from));
    served.map_err(|error| format!("the bare server on {listen}: {error}"))
}

#[tokio::main]
async fn serve_bytes(listen: SocketAddr, plain: Bytes, gzip: Option<Bytes>) -> io::Result<()> {
    let handler = async move |headers: HeaderMap| answer(&headers, &plain, gzip.as_ref());
    let router = Router::new().route(FILE, get(handler));
    axum::serve(TcpListener::bind(listen).await?, router).await
}

fn answer(headers: &HeaderMap, plain: &Bytes, gzip: Option<&Bytes>) -> Response {
    if headers.get(IF_NONE_MATCH) == Some(&TAG) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, TAG)]).into_response();
    }
    match gzip.filter(|_| headers.contains_key(ACCEPT_ENCODING)) {
        Some(gzip) => {
            let encoding = (CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            ([JSON, (ETAG, TAG), encoding], gzip.clone()).into_response()
        }
        None => ([JSON, (ETAG, TAG)], plain.clone()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_answered_as_asked() {
        let (plain, gzip) = (Bytes::from("plain"), Bytes::from("gzip"));
        let encoding = |header, value: &'static str| {
            let headers = HeaderMap::from_iter([(header, HeaderValue::from_static(value))]);
            let answer = answer(&headers, &plain, Some(&gzip));
            (answer.status().as_u16(), answer.headers().contains_key(CONTENT_ENCODING))
        };
        assert_eq!(encoding(ACCEPT_ENCODING, "gzip"), (200, true));
        assert_eq!(encoding(IF_NONE_MATCH, "\"1\""), (304, false));
        assert_eq!(encoding(IF_NONE_MATCH, "\"2\""), (200, false));
    }
}
