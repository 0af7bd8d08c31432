use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use engine::Engine;
use http::{Problem, Routes};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::time::timeout;

use crate::tools::Tools;
use crate::{Asking, LONGEST_MESSAGE};

/// Where it is served.
pub const AT: &str = "/mcp";

/// Within this time a message is here as a whole.
const SLOWEST_MESSAGE: Duration = Duration::from_secs(30);

/// The pages that may ask, beside programs: those of this machine itself.
const LOCAL_PAGES: [&str; 6] = [
    "http://localhost:*",
    "http://127.0.0.1:*",
    "http://[::1]:*",
    "https://localhost:*",
    "https://127.0.0.1:*",
    "https://[::1]:*",
];

/// The route of this face.
///
/// No page of another machine may ask. Under which names this is reached the front of
/// the service looks at, for all its routes.
pub fn routes<S: Clone + Send + Sync + 'static>(engine: Engine, asking: &Asking) -> Routes<S> {
    let config = StreamableHttpServerConfig::default()
        .disable_allowed_hosts()
        .with_json_response(true)
        .with_legacy_session_mode(false)
        .with_max_request_body_bytes(LONGEST_MESSAGE)
        .with_allowed_origins(LOCAL_PAGES);
    let tools = Tools::new(engine, asking);
    let each = move || Ok(tools.clone());
    let sessions = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(each, sessions, config);
    let answer = async move |request: Request| match whole(request).await {
        Ok(request) => service.handle(request).await.into_response(),
        Err(refused) => refused,
    };
    Routes::new().route(AT, any(answer))
}

/// The request with its body, which has arrived.
async fn whole(request: Request) -> Result<Request, Response> {
    if is_coded(request.headers()) {
        return Err(coded());
    }
    let (parts, body) = request.into_parts();
    let bytes = read(body).await.map_err(IntoResponse::into_response)?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Whether a message is compressed, or coded otherwise.
fn is_coded(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// That it must not be (RFC 9110, section 12.5.3).
fn coded() -> Response {
    let detail = "no coding is read of a message here; send it without Content-Encoding";
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let mut response = Problem::plain(status, "Message coded", detail).into_response();
    response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    response
}

async fn read(body: Body) -> Result<Bytes, Problem> {
    match timeout(SLOWEST_MESSAGE, to_bytes(body, LONGEST_MESSAGE)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => {
            let detail = format!("one message has at most {LONGEST_MESSAGE} bytes");
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            Err(Problem::plain(status, "Message too long", detail))
        }
        Err(_) => {
            let detail = format!("a message has to be here within {SLOWEST_MESSAGE:?}");
            Err(Problem::plain(StatusCode::REQUEST_TIMEOUT, "Too slow", detail))
        }
    }
}
