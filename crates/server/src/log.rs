use std::sync::Arc;
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{error, info};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, Environment};
use crate::error::ApiError;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Starts logging to standard error: for people in development, JSON in
/// production. `DEBUG` raises the level of our own code.
pub(crate) fn start(config: &Config) {
    let ours = if config.debug { "debug" } else { "info" };
    let filter = EnvFilter::new(format!(
        "warn,marketpulse={ours},engine={ours},providers={ours},store={ours},upstream={ours}"
    ));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.environment {
        Environment::Development => builder.compact().init(),
        Environment::Production => builder.json().flatten_event(true).init(),
    }
}

/// Writes one line for each request and gives it an id: the caller's, if it
/// has one that can be logged as it is, else a new one.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    let duration_ms = started.elapsed().as_secs_f64() * 1000.0;
    let failure = response.extensions().get::<Arc<ApiError>>().map(ToString::to_string);
    let path = uri.path();
    if response.status().is_server_error() {
        error!(%method, path, status, duration_ms, request_id = %id, failure, "request");
    } else {
        info!(%method, path, status, duration_ms, request_id = %id, failure, "request");
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn request_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(plain);
    given.map_or_else(|| format!("{:016x}", fastrand::u64(..)), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_forge_a_log_line_is_replaced() {
        let id = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(text).unwrap());
            request_id(&headers)
        };
        assert_eq!(id("abc-123"), "abc-123");
        assert_ne!(id("a b"), "a b");
        assert_ne!(id(&"a".repeat(65)), "a".repeat(65));
        assert_eq!(request_id(&HeaderMap::new()).len(), 16);
    }
}
