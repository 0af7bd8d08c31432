//! The tools that agents call, over HTTP and over standard input.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use axum::body::{Body, Bytes};
use axum::http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Fault;

use crate::export::Desk;
use crate::world::{Answer, World};

async fn post(world: &World, headers: &[(&str, &str)], message: impl Into<Bytes>) -> Answer {
    let mut request = Request::post("/mcp")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body: Bytes = message.into();
    world.ask(request.body(Body::from(body)).unwrap()).await
}

fn call(tool: &str, arguments: &Value) -> String {
    let params = json!({ "name": tool, "arguments": arguments });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string()
}

async fn asked(world: &World, tool: &str, arguments: Value) -> Value {
    let answer = post(world, &[], call(tool, &arguments)).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()["result"].clone()
}

/// The record of an answer that is one; the same stands in its last text.
fn record(result: &Value) -> Value {
    assert_eq!(result["isError"], false, "{result}");
    let text = result["content"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap();
    let record = result["structuredContent"].clone();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), record);
    record
}

fn refusal(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result}");
    result["content"][0]["text"].as_str().unwrap()
}

#[tokio::test]
async fn a_tool_answers_as_its_route_does() {
    let world = World::production().await;
    let quotes = record(&asked(&world, "quotes", json!({ "symbols": ["aapl", "EUR/USD"] })).await);
    let of_route = world.get("/marketpulse/v1/quotes?symbols=AAPL,EUR/USD").await.json();
    assert_eq!(quotes["quotes"], of_route["quotes"]);
    assert!(quotes.get("caution").is_none(), "fresh prices need no words: {quotes}");
    let asking = json!({ "symbol": "AAPL", "period": "1mo", "adjust": "all", "limit": 5 });
    let bars = record(&asked(&world, "bars", asking).await);
    let address = "/marketpulse/v1/bars/AAPL?period=1mo&adjust=all&limit=5&order=desc";
    let of_route = world.get(address).await.json();
    assert_eq!((&bars["bars"], &bars["source"]), (&of_route["bars"], &of_route["source"]));
    assert!(bars["caution"].as_str().unwrap().contains("the newest 5 of 22 bars"), "{bars}");
    let actions = record(&asked(&world, "actions", json!({ "symbol": "AAPL" })).await);
    let of_route = world.get("/marketpulse/v1/actions/AAPL").await.json();
    assert_eq!(actions["actions"], of_route["actions"]);
    let asking = json!({ "amount": 250, "from": "eur", "to": "usd" });
    let converted = record(&asked(&world, "convert", asking).await);
    let address = "/marketpulse/v1/fx/convert?from=EUR&to=USD&amount=250";
    assert_eq!(converted["result"], world.get(address).await.json()["result"]);
    let found = record(&asked(&world, "search", json!({ "text": "apple" })).await);
    assert_eq!(found["instruments"][0]["symbol"], "AAPL");
    let explained = record(&asked(&world, "explain", json!({ "symbol": "AAPL" })).await);
    assert_eq!(explained["quote"]["quotes"][0]["source"], "yahoo");
    assert_eq!(explained["instrument"]["time_zone"], "America/New_York");
    let sources = record(&asked(&world, "sources", json!({})).await);
    assert!(sources["sources"].as_array().unwrap().iter().any(|it| it["source"] == "yahoo"));
}

#[tokio::test]
async fn what_a_reader_has_to_know_is_said_in_a_sentence() {
    let world = World::production().await;
    record(&asked(&world, "quotes", json!({ "symbols": ["AAPL"] })).await);
    world.upstream.fail("", Fault::Close, None);
    world.advance(SignedDuration::from_hours(2));
    let stale = asked(&world, "quotes", json!({ "symbols": ["AAPL"] })).await;
    let caution = record(&stale)["caution"].as_str().unwrap().to_owned();
    assert!(caution.starts_with("AAPL: the price is stale: yahoo"), "{caution}");
    assert_eq!(stale["content"][0]["text"], caution.as_str());
    let missing = asked(&world, "bars", json!({ "symbol": "MSFT" })).await;
    assert!(refusal(&missing).starts_with("no value is held for MSFT"), "{missing}");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_what_can() {
    let world = World::production().await;
    world.upstream.unknown("ZZZZZZ");
    for (tool, arguments, words) in [
        ("quotes", json!({ "symbols": [] }), "symbols: 0 symbols; name 1 to 100"),
        ("quotes", json!({ "symbols": ["a b"] }), "symbols: "),
        (
            "quotes",
            json!({ "symbols": ["AAPL"], "as_of": "2199-01-01T00:00:00Z" }),
            "as_of: is in the future",
        ),
        ("quotes", json!({ "symbols": ["AAPL"], "as_of": "soon" }), "as_of: "),
        (
            "quotes",
            json!({ "symbols": ["AAPL"], "as_of": "2026-12-01" }),
            "as_of: \"2026-12-01\" is no instant; use one such",
        ),
        ("bars", json!({ "symbol": "AAPL", "limit": 0 }), "limit: use 1 to 5000"),
        ("bars", json!({ "symbol": "AAPL", "limit": 9000 }), "limit: use 1 to 5000"),
        ("search", json!({ "text": "x".repeat(81) }), "text: use 1 to 80 letters"),
        (
            "actions",
            json!({ "symbol": "AAPL", "from": "2025-02-01", "to": "2025-01-01" }),
            "from: ",
        ),
        ("actions", json!({ "symbol": "AAPL", "from": "2024-02-30" }), "from: "),
        ("bars", json!({ "symbol": "AAPL", "interval": "2d" }), "interval: "),
        ("bars", json!({ "symbol": "AAPL", "period": "1y", "from": "2025-01-02" }), "period: "),
        ("convert", json!({ "amount": 0, "from": "EUR", "to": "USD" }), "amount: "),
        ("convert", json!({ "amount": 1, "from": "EUR", "to": "USD!" }), "to: "),
        ("explain", json!({ "symbol": "ZZZZZZ" }), "no source knows ZZZZZZ"),
    ] {
        let refused = asked(&world, tool, arguments.clone()).await;
        assert!(refusal(&refused).starts_with(words), "{tool} {arguments}: {refused}");
    }
}

#[tokio::test]
async fn an_argument_that_is_none_is_not_passed_over() {
    let world = World::production().await;
    let asking = json!({ "symbols": ["AAPL"], "date": "2020-01-01" });
    let refused = asked(&world, "quotes", asking).await;
    let said = refusal(&refused);
    assert!(said.contains("unknown field `date`, expected `symbols` or `as_of`"), "{said}");
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn only_this_machine_and_its_pages_may_ask() {
    let world = World::production().await;
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let status = async |headers: &[(&str, &str)]| post(&world, headers, list).await.status;
    assert_eq!(status(&[("origin", "http://localhost:8080")]).await, 200);
    assert_eq!(status(&[("origin", "https://elsewhere.example")]).await, 403);
    let mut request = Request::post("/mcp").header("host", "elsewhere.example");
    request = request.header("content-type", "application/json");
    let request = request.header("accept", "application/json, text/event-stream");
    let answer = world.ask(request.body(Body::from(list)).unwrap()).await;
    assert_eq!(answer.status, 421, "{}", answer.body);
    let long = post(&world, &[], vec![b' '; 300 << 10]).await;
    assert_eq!(long.status, 413, "{}", long.body);
    assert_eq!(world.upstream.requests(), 0);
}

/// What a page or program asks before it sends a message is answered as `POST` is.
#[tokio::test]
async fn messages_are_sent_by_post_and_not_compressed() {
    let world = World::production().await;
    let request = Request::builder().method("OPTIONS").uri("/mcp").body(Body::empty()).unwrap();
    let preflight = world.ask(request).await;
    assert_eq!((preflight.status, preflight.header("allow")), (204, "POST"));
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    for coding in ["gzip", "br", "gzip, identity"] {
        let packed = post(&world, &[("content-encoding", coding)], list).await;
        let (status, detail) = packed.problem();
        assert_eq!((status, packed.header("accept-encoding")), (415, "identity"));
        assert!(detail.contains("no coding is read"), "{detail}");
    }
    let plain = post(&world, &[("content-encoding", "identity")], list).await;
    assert_eq!(plain.status, 200, "{}", plain.body);
}

/// Whoever the store belongs to answers: this program, or the service that uses it.
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_answered_over_standard_input() {
    let desk = Desk::start().await;
    let alone = converse(&desk);
    let _service = desk.service();
    let with_service = converse(&desk);
    assert_eq!(alone["quotes"][0]["price"], with_service["quotes"][0]["price"]);
}

fn converse(desk: &Desk) -> Value {
    let (mut agent, mut says, mut answers) = greeted(desk);
    // The last message may come without an end of its line.
    write!(says, "{}", call("quotes", &json!({ "symbols": ["AAPL"] }))).unwrap();
    drop(says);
    let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
    assert!(agent.wait().unwrap().success());
    record(&answer["result"])
}

/// An agent that has been greeted: what it says, and what it hears.
fn greeted(desk: &Desk) -> (Child, ChildStdin, Lines<BufReader<ChildStdout>>) {
    let mut command = desk.command(&["mcp"]);
    let mut agent = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut says, hears) = (agent.stdin.take().unwrap(), agent.stdout.take().unwrap());
    let mut answers = BufReader::new(hears).lines();
    let client = json!({ "name": "test", "version": "1" });
    let params =
        json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client });
    let first = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    writeln!(says, "{first}").unwrap();
    let greeting: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
    assert_eq!(greeting["result"]["serverInfo"]["name"], "marketpulse");
    writeln!(says, "{ready}").unwrap();
    (agent, says, answers)
}

/// The calls that an agent writes and does not read the answers of are no work that the
/// service has to end first.
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_reads_nothing_does_not_keep_its_service() {
    let desk = Desk::start().await;
    let service = desk.service();
    let (mut agent, mut says, mut answers) = greeted(&desk);
    let bars = json!({ "symbol": "AAPL", "period": "max", "limit": 5000 });
    // The service reads on only as it answers, so not all of them can be written.
    let calls = format!("{}\n", call("bars", &bars)).repeat(1_000);
    let writer = std::thread::spawn(move || says.write_all(calls.as_bytes()));
    assert!(answers.next().is_some());
    agent.kill().unwrap();
    agent.wait().unwrap();
    let _ = writer.join().unwrap();
    assert!(service.stop().success());
}
