//! The streamer: prices as they change, over a WebSocket at the root. A reader sends
//! `{"subscribe":["AAPL"]}` or `{"unsubscribe":["AAPL"]}` and gets messages in protocol
//! buffers, in base64, with `version=2` inside a JSON object.
//!
//! It follows the same hub as the streams of this service do, within the same limits.

mod conversation;
mod pricing;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Caller, Problem};

use super::cookie;
use super::refusal::Refused;
use super::words::Words;
use crate::Served;
use conversation::Conversation;
use face::join;
use face::stream::LONGEST_MESSAGE;

/// Whose root it is to clients that reach this service in place of the original.
const HOSTS: &str = "yahoo.com";

/// `GET /`: the streamer to whoever speaks WebSocket, a cookie to whoever takes this for
/// a host of the protocol's own, the home page to all others.
pub(super) async fn root(
    State(served): State<Served>,
    words: Words,
    caller: Caller,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match upgrade {
        Ok(upgrade) => streamed(&served, &caller, upgrade, words.get("version") == Some("2")),
        Err(_) if is_own_host(&headers) => cookie::given(served.engine.now()),
        Err(_) => Redirect::temporary("/marketpulse").into_response(),
    }
}

/// The host that a client meant: who led it here says that, as `Host` is our own then.
const MEANT: HeaderName = HeaderName::from_static("x-forwarded-host");

fn is_own_host(headers: &HeaderMap) -> bool {
    let host = headers.get(MEANT).or_else(|| headers.get(HOST));
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    name.strip_suffix(HOSTS).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn streamed(
    served: &Served,
    caller: &Caller,
    upgrade: WebSocketUpgrade,
    is_wrapped: bool,
) -> Response {
    const BUFFER: usize = 4 << 10;
    let reader = match join(&served.streams, caller) {
        Ok(reader) => reader,
        Err(no_place) => {
            return Refused::from(Problem::too_many(no_place.to_string())).answer("finance");
        }
    };
    let conversation = Conversation::new(reader, served.engine.clone(), is_wrapped);
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(LONGEST_MESSAGE)
        .max_frame_size(LONGEST_MESSAGE);
    upgrade.on_upgrade(move |socket| conversation.go_on(socket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hosts_of_the_protocol_are_its_own() {
        let check = |host: &'static str, expected: bool| {
            let headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
            assert_eq!(is_own_host(&headers), expected, "{host}");
        };
        check("fc.yahoo.com", true);
        check("query1.finance.Yahoo.com:443", true);
        check("yahoo.com", true);
        check("notyahoo.com", false);
        check("localhost:5000", false);
        check("yahoo.com.example.org", false);
    }

    #[test]
    fn a_client_that_was_led_here_meant_another_host_than_this() {
        let local = "localhost:5000".parse().unwrap();
        let headers =
            HeaderMap::from_iter([(HOST, local), (MEANT, "fc.yahoo.com".parse().unwrap())]);
        assert!(is_own_host(&headers));
    }
}
