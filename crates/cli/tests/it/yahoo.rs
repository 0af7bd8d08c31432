//! Yahoo's protocol as its clients speak it: what they get, beside what the fake
//! upstream itself answers to the same question.

mod charts;
mod documents;
mod others;
mod refusals;
mod streamer;

use serde_json::Value;

use crate::world::{Answer, World};

/// A share whose market has not opened yet on the day of the tests.
const SHARE: &str = "AAPL";

async fn chart(world: &World, symbol: &str, query: &str) -> Value {
    let answer = world.get(&format!("/v8/finance/chart/{symbol}?{query}")).await;
    assert_eq!(answer.status, 200, "{symbol} {query}: {}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json");
    let chart = answer.json();
    assert_eq!(chart["chart"]["error"], Value::Null);
    chart["chart"]["result"][0].clone()
}

/// What is wrong, as clients read it: the status and the error in an envelope.
fn error(answer: &Answer, envelope: &str) -> (u16, String, String) {
    assert_eq!(answer.header("content-type"), "application/json", "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    let error = &body[envelope]["error"];
    let text = |name: &str| error[name].as_str().unwrap_or_else(|| panic!("{body}")).to_owned();
    (answer.status, text("code"), text("description"))
}
