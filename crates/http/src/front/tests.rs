use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::routing::get;
use std::time::Duration;

use tower::ServiceExt;

use super::*;
use crate::{Peer, RateLimit};

/// The status and headers of an answer to a request.
async fn ask(method: &str, address: &str) -> (StatusCode, HeaderMap) {
    let page = [("content-type", "text/html; charset=utf-8")];
    let routes = Routes::new()
        .route("/json", get(async || [("content-type", "application/json")]))
        .route("/page", get(async move || page))
        .route("/panic", get(async || -> StatusCode { panic!("a test's") }));
    let request = Request::builder().method(method).uri(address).body(Body::empty()).unwrap();
    let response = Front::new(routes, Answers::default()).oneshot(request).await.unwrap();
    (response.status(), response.headers().clone())
}

#[tokio::test]
async fn pages_say_what_browsers_may_load_and_other_answers_need_not() {
    let (_, page) = ask("GET", "/page").await;
    assert!(page["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'"));
    assert_eq!(page["referrer-policy"], "no-referrer");
    let (_, json) = ask("GET", "/json").await;
    assert!(!json.contains_key("content-security-policy"));
    for headers in [page, json] {
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["x-request-id"].len(), 16);
        assert_eq!(headers["access-control-allow-origin"], "*");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_ask_with_headers_of_its_own() {
    let (status, headers) = ask("OPTIONS", "/json").await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(headers["access-control-allow-methods"], "GET,HEAD");
    assert_eq!(headers["access-control-allow-headers"], "*");
}

#[tokio::test]
async fn a_panic_is_an_answer_like_any_other() {
    let (status, headers) = ask("GET", "/panic").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(headers["content-type"], "application/problem+json");
    assert!(headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn an_address_too_long_to_be_a_question_is_refused() {
    let (status, _) = ask("GET", &format!("/json?{}", "a".repeat(LONGEST_ADDRESS - 6))).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = ask("GET", &format!("/json?{}", "a".repeat(LONGEST_ADDRESS - 5))).await;
    assert_eq!(status, StatusCode::URI_TOO_LONG);
}

#[tokio::test]
async fn a_caller_is_known_by_its_address_and_told_its_limits() {
    let limit = |left| RateLimit {
        policy: "yahoo".to_owned(),
        quota: 30,
        window: Duration::from_mins(1),
        left,
        next_in: Duration::from_millis(1_200),
    };
    let ask = async move |caller: Caller| {
        if let Some(address) = caller.address() {
            assert_eq!(address.to_string(), "192.0.2.7");
            caller.limits_are(move || vec![limit(29), limit(0)]);
        }
    };
    let front = Front::new(Routes::new().route("/", get(ask)), Answers::default());
    let request = || Request::get("/").body(Body::empty()).unwrap();
    let response = front.clone().oneshot(request()).await.unwrap();
    assert!(!response.headers().contains_key("ratelimit"), "nobody is limited");
    let mut request = request();
    request.extensions_mut().insert(Peer([192, 0, 2, 7].into()));
    let response = front.oneshot(request).await.unwrap();
    let told = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(told("ratelimit-policy"), r#""yahoo";q=30;w=60, "yahoo";q=30;w=60"#);
    assert_eq!(told("ratelimit"), r#""yahoo";r=29;t=2, "yahoo";r=0;t=2"#);
}

#[tokio::test]
async fn what_is_refused_before_any_route_is_said_in_the_words_of_its_address() {
    let routes = Routes::new()
        .route("/panic", get(async || -> StatusCode { panic!("a test's") }))
        .route("/json", get(async || "{}"));
    let wording: Wording =
        |path, why| (why.status(), format!("{path}: {}", why.title())).into_response();
    let front = Front::new(routes, Answers::default()).wording(wording);
    for (address, body, said) in [
        ("/panic", "", "/panic: Internal error"),
        ("/json", "{}", "/json: Body not read"),
        ("/json", "", "{}"),
    ] {
        let request = Request::get(address).body(Body::from(body)).unwrap();
        let response = front.clone().oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        assert_eq!(body, said);
    }
}

/// The headers of an answer to a page of an origin, where one other is trusted.
async fn ask_from(method: &str, address: &str, origin: &str) -> HeaderMap {
    let vary = [("vary", "accept")];
    let routes = Routes::new()
        .route("/json", get(async move || vary))
        .route("/read", axum::routing::post(async || ""));
    let front = Front::new(routes, Answers::default())
        .reading_bodies_at(&["/read"])
        .admitting(Admission::default().with_credentials(&["https://a.example"]));
    let request = Request::builder().method(method).uri(address).header("origin", origin);
    let request = request.header("access-control-request-headers", "x-api-key, x-other");
    front.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().headers().clone()
}

#[tokio::test]
async fn pages_of_a_trusted_origin_alone_may_ask_with_credentials() {
    for method in ["GET", "OPTIONS"] {
        let trusted = ask_from(method, "/json", "https://a.example").await;
        assert_eq!(trusted["access-control-allow-origin"], "https://a.example");
        assert_eq!(trusted["access-control-allow-credentials"], "true");
        assert_ne!(trusted["access-control-expose-headers"], "*", "no wildcard with credentials");
        let other = ask_from(method, "/json", "https://a.example.org").await;
        assert_eq!(other["access-control-allow-origin"], "*");
        assert!(!other.contains_key("access-control-allow-credentials"));
        for headers in [trusted, other] {
            let vary: Vec<_> = headers.get_all("vary").iter().collect();
            assert_eq!(vary.last().unwrap(), &"origin", "{method}");
            assert_eq!(vary.len(), 2, "what it depended on before stays: {method}");
        }
    }
}

#[tokio::test]
async fn what_a_page_may_send_is_said_by_name_and_for_its_address() {
    let preflight = ask_from("OPTIONS", "/json", "https://a.example").await;
    assert_eq!(preflight["access-control-allow-headers"], "x-api-key, x-other");
    assert_eq!(preflight["access-control-allow-methods"], "GET,HEAD");
    let preflight = ask_from("OPTIONS", "/read", "https://a.example").await;
    assert_eq!(preflight["access-control-allow-methods"], "POST");
    assert_eq!(preflight["allow"], "POST");
}

/// The status and headers of an answer to a request with these headers.
async fn ask_as(admission: Admission, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap) {
    let routes = Routes::new().route("/json", get(async || ""));
    let front = Front::new(routes, Answers::default()).admitting(admission);
    let mut request = Request::builder().uri("/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = front.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    (answer.status(), answer.headers().clone())
}

#[tokio::test]
async fn who_is_led_here_under_another_name_gets_nothing() {
    let admission = || Admission::default().under(Hosts::new(vec!["prices.example".into()], ""));
    for (host, status) in [
        ("127.0.0.1:5000", StatusCode::OK),
        ("prices.example", StatusCode::OK),
        ("evil.example", StatusCode::MISDIRECTED_REQUEST),
    ] {
        assert_eq!(ask_as(admission(), &[("host", host)]).await.0, status, "{host}");
    }
}

#[tokio::test]
async fn sockets_are_opened_by_pages_of_this_service_and_those_that_are_named() {
    let evil = "https://evil.example";
    let status = async |origins: Origins, headers: &[(&str, &str)]| {
        ask_as(Admission::default().to_pages(origins, ""), headers).await.0
    };
    let socket = |origin| [("host", "10.0.0.7:5000"), ("upgrade", "websocket"), ("origin", origin)];
    let (open, shut) = (StatusCode::OK, StatusCode::FORBIDDEN);
    let these = || Origins::These(vec!["https://evil.example".into()]);
    for (origins, origin, expected) in [
        (Origins::Usual, "http://10.0.0.7:5000", open),
        (Origins::Usual, "http://localhost:3000", open),
        (Origins::Usual, "http://127.0.0.1", open),
        (Origins::Usual, "http://10.0.0.8:5000", shut),
        (Origins::Usual, "http://10.0.0.7:5001", shut),
        (Origins::Usual, "null", shut),
        (Origins::Usual, evil, shut),
        (these(), evil, open),
        (these(), "https://other.example", shut),
        (Origins::All, evil, open),
    ] {
        assert_eq!(
            status(origins.clone(), &socket(origin)).await,
            expected,
            "{origins:?} {origin}"
        );
    }
    assert_eq!(status(Origins::Usual, &[("upgrade", "websocket")]).await, open, "no browser");
    assert_eq!(status(Origins::Usual, &[("origin", evil)]).await, open, "no socket");
}

#[tokio::test]
async fn answers_are_read_by_pages_of_the_origins_that_are_named_alone() {
    let told = async |origins: Origins, origin: &str| {
        let admission = Admission::default().to_pages(origins, "");
        let (_, headers) = ask_as(admission, &[("origin", origin)]).await;
        headers.get("access-control-allow-origin").cloned()
    };
    let (a, b) = ("https://a.example", "https://b.example");
    assert_eq!(told(Origins::Usual, a).await.unwrap(), "*");
    assert_eq!(told(Origins::These(vec![a.into()]), a).await.unwrap(), a);
    assert_eq!(told(Origins::These(vec![a.into()]), b).await, None);
    assert_eq!(told(Origins::These(Vec::new()), a).await, None);
}
