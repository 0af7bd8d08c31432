//! What was shown of a quote, version by version.

use axum::body::Body;
use axum::http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Fault;

use crate::world::{Answer, World};

const VERSIONS: &str = "/marketpulse/v1/quotes/AAPL/versions";

async fn versions(world: &World, query: &str) -> Answer {
    world.get(&format!("{VERSIONS}{query}")).await
}

async fn rows(world: &World, query: &str) -> Vec<Value> {
    let answer = versions(world, query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["versions"].as_array().unwrap().clone()
}

/// A world in which a price was shown at three instants.
async fn told_thrice() -> (World, Vec<Value>) {
    let world = World::production().await;
    let mut told = Vec::new();
    for minutes in [0, 150, 24 * 60] {
        world.advance(SignedDuration::from_mins(minutes));
        let quote = world.get("/marketpulse/v1/quotes/AAPL").await.json();
        told.push(quote["quotes"][0].clone());
    }
    (world, told)
}

#[tokio::test]
async fn every_version_of_a_quote_is_listed_with_what_was_reported() {
    let (world, told) = told_thrice().await;
    let all = rows(&world, "").await;
    assert_eq!(all.len(), told.len(), "{all:?}");
    for (version, told) in all.iter().zip(&told) {
        for key in ["price", "currency", "source", "as_of", "previous", "day_high", "volume"] {
            assert_eq!(version[key], told[key], "{key}");
        }
        let as_of = version["known_from"].as_str().unwrap();
        let then = world.get(&format!("/marketpulse/v1/quotes/AAPL?as_of={as_of}")).await.json();
        assert_eq!(then["quotes"][0]["price"], version["price"], "as of {as_of}");
    }
    let of = |key: &str| all.iter().map(|it| it[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("why"), ["first", "newer", "newer"]);
    assert_eq!(
        of("known_until"),
        [all[1]["known_from"].clone(), all[2]["known_from"].clone(), json!(null)]
    );
    let quiet = versions(&world, "").await;
    let again = Request::get(VERSIONS).header("if-none-match", quiet.header("etag"));
    assert_eq!(world.ask(again.body(Body::empty()).unwrap()).await.status, 304);
}

#[tokio::test]
async fn versions_of_a_quote_are_chosen_by_date_and_page() {
    let (world, _) = told_thrice().await;
    let all = rows(&world, "").await;
    for (query, expected) in [
        ("?date=2025-10-29", 0..2),
        ("?from=2025-10-30", 1..3),
        ("?to=2025-10-28", 0..0),
        ("?from=2025-10-29&to=2025-10-30", 0..3),
        ("?limit=2", 0..2),
    ] {
        assert_eq!(rows(&world, query).await, all[expected], "{query}");
    }
    let next = versions(&world, "?limit=2").await.json()["next"].as_str().unwrap().to_owned();
    let rest = world.get(&next).await.json();
    assert_eq!(rest["versions"].as_array().unwrap()[..], all[2..]);
    assert_eq!(rest["next"], Value::Null);
    let csv = versions(&world, "?format=csv&fields=price,why&limit=1").await;
    let price = all[0]["price"].as_f64().unwrap();
    assert_eq!(csv.body, format!("price,why,symbol\n{price},first,AAPL\n"));
    let (status, detail) = versions(&world, "?date=2025-10-29&from=2025-10-29").await.problem();
    assert!(status == 400 && detail.contains("date: "), "{detail}");
}

#[tokio::test]
async fn a_price_of_another_source_and_one_made_up_say_so() {
    let world = World::development().await;
    world.upstream.fail("", Fault::Status { code: 500, retry_after: None }, None);
    world.get("/marketpulse/v1/quotes/AAPL").await;
    world.upstream.heal();
    world.advance(SignedDuration::from_mins(11));
    world.refresh().await;
    world.get("/marketpulse/v1/quotes/AAPL").await;
    let all = rows(&world, "?fields=why,simulated,price").await;
    let first = (&all[0]["why"], &all[0]["simulated"], &all[0]["price"]);
    assert_eq!(first, (&json!("simulated"), &json!(true), &Value::Null));
    assert_eq!(all.last().unwrap()["why"], "first", "no real price was before");
}

#[tokio::test]
async fn an_answer_as_of_an_instant_keeps_its_tag() {
    let (world, _) = told_thrice().await;
    let then = "/marketpulse/v1/quotes/AAPL?as_of=2025-10-29T14:35:00Z";
    let first = world.get(then).await;
    world.advance(SignedDuration::from_mins(30));
    world.refresh().await;
    let again = Request::get(then).header("if-none-match", first.header("etag"));
    assert_eq!(world.ask(again.body(Body::empty()).unwrap()).await.status, 304);
}
