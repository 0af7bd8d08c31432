//! What the benchmarks ask of every address.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use jiff::SignedDuration;
use server::routes;
use table::Form;

use crate::world::World;

const QUESTIONS: &str = include_str!("../../../../benches/questions.txt");

fn lines() -> impl Iterator<Item = Vec<&'static str>> {
    let lines = QUESTIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_whitespace().collect())
}

/// An address that ends as a file does is asked in each form at the one without.
fn without_ending(address: &str) -> &str {
    let of_data = Some(address).filter(|it| it.starts_with("/marketpulse/v1/"));
    of_data.and_then(Form::of_file).map_or(address, |(stem, _)| stem)
}

#[tokio::test]
async fn every_address_is_asked_or_a_reason_is_given() {
    let world = World::production().await;
    let routes = routes(&world.app);
    let there: BTreeSet<&str> = routes.addresses().iter().map(|it| without_ending(it)).collect();
    let asked: BTreeSet<&str> = lines().map(|line| line[0]).collect();
    let forgotten: Vec<_> = there.difference(&asked).collect();
    let gone: Vec<_> = asked.difference(&there).collect();
    assert!(forgotten.is_empty() && gone.is_empty(), "forgotten {forgotten:?}, gone {gone:?}");
}

#[tokio::test]
async fn every_question_is_answered_as_expected() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    world.refresh().await;
    for symbol in ["AAPL", "BTC/EUR"] {
        world.get(&format!("/marketpulse/v1/bars/{symbol}?period=10y")).await;
    }
    world.get("/marketpulse/v1/bars/AAPL?period=1mo").await;
    let known = world.app.engine.now();
    world.advance(SignedDuration::from_secs(10));
    let mut others = Vec::new();
    for line in lines().filter(|line| line[1] != "not") {
        let (question, body) = (line[3], line[4..].join(" "));
        let five = "AAPL,MSFT,BTC/EUR,EUR/USD,CAC40";
        let question = question.replace("{form}", "csv").replace("{day}", "2024-05-02");
        let question = question.replace("{later}", "2024-05-31");
        let question = question.replace("{known}", &known.to_string()).replace("{symbols}", five);
        let mut request =
            Request::builder().method(line[1]).uri(&question).header("host", "localhost");
        if !body.is_empty() {
            request = request
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream");
        }
        let answer = world.ask(request.body(Body::from(body)).unwrap()).await;
        // Here nobody has brought in bars.
        let status = if question.contains("source=import") { "404" } else { line[2] };
        if answer.status.to_string() != status {
            let body: String = answer.body.chars().take(200).collect();
            others.push(format!("{question}: {} instead of {status}: {body}", answer.status));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}
