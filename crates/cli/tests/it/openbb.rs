//! The widgets of `OpenBB` Workspace, as it asks for them.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Map, Value};
use simulator::Fault;

use crate::world::{Answer, World};

async fn list(world: &World, address: &str) -> Value {
    let answer = world.get(address).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json", "{address}");
    answer.json()
}

async fn widgets(world: &World) -> Map<String, Value> {
    list(world, "/widgets.json").await.as_object().unwrap().clone()
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_else(|| panic!("no {key} in {of}"))
}

/// The address that a widget asks, with its parameters as they are at first and the one
/// that the program adds.
fn address(widget: &Value) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for param in widget["params"].as_array().into_iter().flatten() {
        query.append_pair(text(param, "paramName"), text(param, "value"));
    }
    let endpoint = text(widget, "endpoint").trim_start_matches('/');
    match query.finish() {
        query if query.is_empty() => format!("/{endpoint}"),
        query => format!("/{endpoint}?{query}&theme=dark"),
    }
}

/// The rows of a table, which stand under a key where the widget says so.
fn rows(widget: &Value, answer: &Value) -> Vec<Value> {
    let key = widget["data"]["dataKey"].as_str();
    let rows = key.map_or(answer, |key| &answer[key]).as_array().unwrap().clone();
    assert!(!rows.is_empty(), "{widget}: {answer}");
    rows
}

#[tokio::test]
async fn every_widget_has_an_answer_that_it_can_show() {
    let world = World::production().await;
    world.refresh().await;
    for (id, widget) in widgets(&world).await {
        for needed in ["name", "description", "type"] {
            assert!(!text(&widget, needed).is_empty(), "{id}");
        }
        let address = address(&widget);
        match text(&widget, "type") {
            "advanced_charting" => {
                let symbol = text(&widget["data"], "defaultSymbol");
                list(&world, &format!("{address}/config")).await;
                list(&world, &format!("{address}/symbols?symbol={symbol}")).await;
            }
            "metric" => {
                let metric = list(&world, &address).await;
                assert!(text(&metric, "value").ends_with(" USD"), "{id}: {metric}");
                assert!(!text(&metric, "label").is_empty(), "{id}: {metric}");
            }
            "table" => {
                for row in rows(&widget, &list(&world, &address).await) {
                    for column in widget["data"]["table"]["columnsDefs"].as_array().unwrap() {
                        let field = text(column, "field");
                        assert!(row.get(field).is_some(), "{id}: no {field} in {row}");
                    }
                }
            }
            other => panic!("{id}: nothing tests a widget of type {other}"),
        }
    }
}

#[tokio::test]
async fn every_choice_of_a_widget_is_answered() {
    let world = World::production().await;
    for (id, widget) in widgets(&world).await {
        for param in widget["params"].as_array().into_iter().flatten() {
            for choice in param["options"].as_array().into_iter().flatten() {
                let (name, value) = (text(param, "paramName"), text(choice, "value"));
                let mut chosen = widget.clone();
                let params = chosen["params"].as_array_mut().unwrap();
                for given in params.iter_mut().filter(|it| it["paramName"] == name) {
                    given["value"] = value.into();
                }
                if name == "interval" && value.ends_with('m') {
                    // Bars so short are not held for a year.
                    let period = params.iter_mut().find(|it| it["paramName"] == "period");
                    period.unwrap()["value"] = "5d".into();
                }
                let answer = list(&world, &address(&chosen)).await;
                assert!(!rows(&chosen, &answer).is_empty(), "{id}: {name}={value}");
            }
        }
    }
}

#[tokio::test]
async fn a_layout_has_widgets_that_there_are() {
    let world = World::production().await;
    let widgets = widgets(&world).await;
    let apps = list(&world, "/apps.json").await;
    let mut shown = Vec::new();
    for app in apps.as_array().unwrap() {
        let tabs = app["tabs"].as_object().unwrap();
        let laid = tabs.values().flat_map(|tab| tab["layout"].as_array().unwrap());
        shown.extend(laid.map(|it| text(it, "i").to_owned()));
        for group in app["groups"].as_array().unwrap() {
            for id in group["widgetIds"].as_array().unwrap() {
                let params = widgets[id.as_str().unwrap()]["params"].as_array().unwrap();
                let takes = |param: &Value| param["paramName"] == group["paramName"];
                assert!(params.iter().any(takes), "{id}");
            }
        }
    }
    shown.sort();
    assert_eq!(shown, widgets.keys().cloned().collect::<Vec<_>>());
}

async fn from(world: &World, method: &str, origin: &str) -> Answer {
    let request = Request::builder().method(method).uri("/openbb/price?symbol=AAPL");
    let request = request.header("origin", origin);
    let request = request.header("access-control-request-headers", "x-api-key");
    world.ask(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn its_pages_alone_may_ask_with_credentials() {
    let world = World::production().await;
    for method in ["GET", "OPTIONS"] {
        for origin in ["https://pro.openbb.co", "https://excel.openbb.co", "http://localhost:1420"]
        {
            let answer = from(&world, method, origin).await;
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            assert_eq!(answer.header("access-control-allow-credentials"), "true");
        }
        for origin in ["https://openbb.co", "https://pro.openbb.co.example", "null"] {
            let answer = from(&world, method, origin).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
    }
    let preflight = from(&world, "OPTIONS", "https://pro.openbb.co").await;
    assert_eq!(preflight.header("access-control-allow-headers"), "x-api-key");
}

#[tokio::test]
async fn what_has_no_answer_is_said_under_detail() {
    let world = World::production().await;
    world.upstream.unknown("ZZZZZZ");
    for (address, status, words) in [
        ("/openbb/price?symbol=ZZZZZZ", 404, "no source knows ZZZZZZ"),
        ("/openbb/bars?symbol=AAPL&interval=2d", 400, "interval: "),
        ("/openbb/bars", 400, "symbol: "),
        ("/openbb/quotes?symbols=", 400, "symbols: "),
        ("/openbb/nothing", 404, "there is nothing at this address"),
    ] {
        let answer = world.get(address).await;
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/json"));
        let body = answer.json();
        assert!(text(&body, "detail").starts_with(words), "{address}: {body}");
        assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn a_price_that_is_old_says_so() {
    let world = World::production().await;
    list(&world, "/openbb/price?symbol=AAPL").await;
    world.upstream.fail("", Fault::Close, None);
    world.advance(jiff::SignedDuration::from_hours(2));
    let metric = list(&world, "/openbb/price?symbol=AAPL").await;
    assert!(text(&metric, "label").starts_with("Apple Inc. (stale: "), "{metric}");
    let quotes = list(&world, "/openbb/quotes?symbols=AAPL").await;
    assert_eq!(quotes[0]["freshness"], "stale", "{quotes}");
}
