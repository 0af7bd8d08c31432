//! Under which names the service answers, and to pages of which origins.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use crate::world::{Answer, World};

async fn asked_as(world: &World, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.ask(request.body(Body::empty()).unwrap()).await
}

/// What is asked by agents, by pages, and by clients of other protocols.
const EVERYWHERE: [&str; 8] = [
    "/marketpulse",
    "/marketpulse/latest",
    "/marketpulse/v1/quotes?symbols=AAPL",
    "/metrics",
    "/healthz",
    "/mcp",
    "/udf/config",
    "/v8/finance/chart/AAPL",
];

#[tokio::test]
async fn a_page_that_was_led_here_under_its_own_name_reads_nothing() {
    let world = World::production().await;
    for target in EVERYWHERE {
        let led = asked_as(&world, target, &[("host", "evil.example:5000")]).await;
        assert_eq!(led.status, 421, "{target}");
        assert!(led.body.contains("MARKETPULSE_HOSTS names"), "{target}: {}", led.body);
        for own in ["127.0.0.1:5000", "localhost", "[::1]:5000", "marketpulse:5000"] {
            let answer = asked_as(&world, target, &[("host", own)]).await;
            assert_ne!(answer.status, 421, "{target} as {own}");
        }
    }
    let yahoo = asked_as(&world, EVERYWHERE[7], &[("host", "query1.finance.yahoo.com")]).await;
    assert_ne!(yahoo.status, 421, "its clients may be led here under its names");
}

#[tokio::test]
async fn a_name_that_is_set_is_answered_under_either_setting() {
    for setting in ["MARKETPULSE_HOSTS", "MARKETPULSE_MCP_HOSTS"] {
        let world =
            World::start("production", &[(setting, "prices.example, *.corp.example")]).await;
        for (host, status) in
            [("prices.example", 200), ("a.corp.example:80", 200), ("other.example", 421)]
        {
            let answer = asked_as(&world, "/healthz", &[("host", host)]).await;
            assert_eq!(answer.status, status, "{setting} {host}");
        }
    }
}

#[tokio::test]
async fn pages_of_other_services_read_answers_and_open_no_sockets() {
    let world = World::production().await;
    let evil = ("origin", "https://evil.example");
    let read = asked_as(&world, "/marketpulse/latest", &[evil]).await;
    assert_eq!((read.status, read.header("access-control-allow-origin")), (200, "*"));
    for socket in ["/marketpulse/ws", "/?version=2"] {
        let opened = asked_as(&world, socket, &[evil, ("upgrade", "websocket")]).await;
        assert_eq!(opened.status, 403, "{socket}");
        assert!(opened.body.contains("MARKETPULSE_ORIGINS names"), "{}", opened.body);
    }
}

#[tokio::test]
async fn pages_of_the_origins_that_are_set_alone_read_answers() {
    let (a, b) = ("https://a.example", "https://b.example");
    let world = World::start("production", &[("MARKETPULSE_ORIGINS", a)]).await;
    let told = async |origin: &str| {
        let answer = asked_as(&world, "/marketpulse/latest", &[("origin", origin)]).await;
        answer.header("access-control-allow-origin").to_owned()
    };
    assert_eq!((told(a).await.as_str(), told(b).await.as_str()), (a, ""));
    let socket = [("upgrade", "websocket"), ("origin", b)];
    let refused: Value = asked_as(&world, "/marketpulse/ws", &socket).await.json();
    assert_eq!(refused["status"], 403);
}
