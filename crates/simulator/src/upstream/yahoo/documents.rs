use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::knows;
use crate::DocumentQuestion;
use crate::upstream::answer;
use crate::upstream::shared::Shared;

/// Addresses whose answers want a cookie and a token.
pub(super) const PATHS: [&str; 7] = [
    "/v1/finance",
    "/v6/finance",
    "/v7/finance/options",
    "/v10/finance",
    "/v11/finance",
    "/ws",
    "/xhr",
];

const COOKIE_PAIR: &str = "A3=simulated";

/// `GET /`, as at the host that only sets the cookie: whatever it says, it is not found.
pub(in crate::upstream) fn cookie() -> Response {
    let cookie = format!("{COOKIE_PAIR}; Path=/; Expires=Fri, 31 Dec 2038 23:59:59 GMT");
    let cookie = HeaderValue::try_from(cookie).expect("it is plain text");
    (StatusCode::NOT_FOUND, [(SET_COOKIE, cookie)], "").into_response()
}

/// `GET /v1/test/getcrumb`
pub(super) async fn crumb(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if !has_cookie(&headers) {
        return unauthorised("Invalid Cookie");
    }
    shared.crumb().into_response()
}

/// Whatever is asked with both.
pub(super) async fn document(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let parameters: Vec<_> = query.split('&').filter_map(parameter).collect();
    let crumb = parameters.iter().find(|(name, _)| name == "crumb").map(|(_, crumb)| crumb);
    if !has_cookie(&headers) || crumb != Some(&shared.crumb()) {
        return unauthorised("Invalid Crumb");
    }
    let path: Vec<String> = uri.path().trim_matches('/').split('/').map(unescaped).collect();
    let body = (method == Method::POST).then_some(&*body);
    let question = DocumentQuestion { path: &path, parameters: &parameters, body };
    let is_unknown =
        path.last().is_some_and(|last| last.contains(char::is_uppercase) && !knows(&shared, last));
    let found = shared.market.document(&question, shared.now()).filter(|_| !is_unknown);
    let (status, body) = found.unwrap_or_else(|| nothing(uri.path()));
    let kind = [(CONTENT_TYPE, "application/json;charset=utf-8")];
    (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), kind, body).into_response()
}

/// How Yahoo says that it has nothing, by path.
fn nothing(path: &str) -> (u16, String) {
    if path.contains("fundamentals-timeseries") {
        return (200, json!({ "timeseries": { "result": [{}], "error": null } }).to_string());
    }
    let key = if path.contains("quoteSummary") { "quoteSummary" } else { "finance" };
    let error = json!({ "code": "Not Found", "description": "No fundamentals data found" });
    (404, json!({ key: { "result": null, "error": error } }).to_string())
}

fn unauthorised(description: &str) -> Response {
    let error = json!({ "code": "Unauthorized", "description": description });
    answer::json(
        StatusCode::UNAUTHORIZED,
        &json!({ "finance": { "result": null, "error": error } }),
    )
}

/// Of the cookie that was set here and of no other.
fn has_cookie(headers: &HeaderMap) -> bool {
    headers.get(COOKIE).is_some_and(|cookie| cookie == COOKIE_PAIR)
}

fn parameter(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=')?;
    Some((unescaped(name), unescaped(&value.replace('+', " "))))
}

fn unescaped(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
