//! What upstreams say now and then that is no failure and is wrong all the same:
//! months for days, one of many left out, one element that cannot be.

use std::io;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{Request, Uri};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::upstream::fault::Odd;
use crate::upstream::tale::Tale;

/// A refusal in words, where a caller looks at the status alone.
pub(super) fn refused() -> Response {
    "Edge: Too Many Requests".into_response()
}

/// Asks for months where all days there are were asked for by name.
pub(super) fn in_months(request: &mut Request<Body>) {
    let target = request.uri().to_string();
    if !target.contains("range=max") || !target.contains("interval=1d") {
        return;
    }
    let months = target.replace("interval=1d", "interval=1mo").parse::<Uri>();
    *request.uri_mut() = months.expect("a parameter more or less leaves an address one");
}

/// Leaves the first out of an answer about several.
pub(super) async fn left_out(response: Response) -> io::Result<Response> {
    changed(response, |body| {
        if let Some(Value::Array(sparks)) = body.pointer_mut("/spark/result") {
            sparks.drain(..sparks.len().min(1));
        } else if let Some(rates) = body.get_mut("rates").and_then(Value::as_object_mut) {
            let first = rates.keys().next().cloned();
            first.map(|first| rates.remove(&first));
        } else if let Some(coins) = body.as_object_mut().filter(|it| !it.contains_key("chart")) {
            let first = coins.keys().next().cloned();
            first.map(|first| coins.remove(&first));
        }
    })
    .await
}

/// Tells what is not so.
pub(super) async fn tale(response: Response, tale: Tale, now: Timestamp) -> io::Result<Response> {
    changed(response, |body| tale.tell(body, now)).await
}

/// Puts one element that cannot be into an answer.
pub(super) async fn odd(response: Response, odd: Odd) -> io::Result<Response> {
    changed(response, |body| match odd {
        Odd::Bar => odd_bar(body),
        Odd::Split => odd_event(body, "splits", &json!({ "numerator": 1, "denominator": 0 })),
        Odd::Dividend => odd_event(body, "dividends", &json!({})),
    })
    .await
}

/// The middle bar of a chart closes at nothing, as does the middle sample, the
/// first coin and the first rate of those who have no bars.
fn odd_bar(body: &mut Value) {
    if let Some(close) =
        body.pointer_mut("/chart/result/0/indicators/quote/0/close").and_then(middle)
    {
        *close = json!(0.0);
    } else if let Some(sample) = body.get_mut("prices").and_then(middle) {
        sample[1] = json!(-1.0);
    } else if let Some(rate) = body.get_mut("rates").and_then(first) {
        *rate = json!("?");
    }
}

fn middle(list: &mut Value) -> Option<&mut Value> {
    let list = list.as_array_mut()?;
    let middle = list.len() / 2;
    list.get_mut(middle)
}

fn first(table: &mut Value) -> Option<&mut Value> {
    table.as_object_mut()?.values_mut().next()
}

/// One event more, of the day of the middle bar.
fn odd_event(body: &mut Value, kind: &str, event: &Value) {
    let Some(chart) = body.pointer_mut("/chart/result/0") else { return };
    let times = chart["timestamp"].as_array();
    let Some(date) = times.and_then(|times| times.get(times.len() / 2)).cloned() else { return };
    let mut event = event.clone();
    event["date"] = date;
    chart["events"][kind]["odd"] = event;
}

/// The answer with another body. What is no JSON stays as it is.
async fn changed(response: Response, change: impl FnOnce(&mut Value)) -> io::Result<Response> {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(io::Error::other)?;
    let bytes = serde_json::from_slice::<Value>(&bytes).map_or(bytes, |mut body| {
        change(&mut body);
        Bytes::from(body.to_string())
    });
    parts.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(bytes)))
}
