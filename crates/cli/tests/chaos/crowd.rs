//! Readers who want more than there is for them.

use std::net::IpAddr;

use axum::body::{Body, BodyDataStream};
use axum::http::Response;
use futures_util::StreamExt;
use futures_util::future::join_all;
use serde_json::Value;
use testkit::faults::Gives;
use testkit::soon;

use crate::Form;
use crate::known::Known;
use crate::ordeal::{PATIENT, calls_of, finish};
use crate::readers::{Readers, Tally};
use crate::recovery::WITHIN;
use crate::stage::Stage;
use crate::table::Outcome;

fn address(n: usize) -> IpAddr {
    [192, 0, 2, n as u8].into()
}

/// Each time another symbol that does not exist, asked for in one of the ways there
/// are; or another stretch of one that does.
fn greedy_question(n: usize) -> String {
    let target = match n % 8 {
        0 => format!("v1/quotes?symbols=ZZ{n},ZY{n},ZX{n}"),
        1 => format!("v1/quotes/ZZ{n}"),
        2 => format!("history?symbol=ZZ{n}"),
        3 => format!("v1/search?q=zz{n}"),
        4 => format!("v1/bars?symbols=ZZ{n},ZY{n}&period=1mo"),
        5 => format!("v1/bars/CAC40?period={n}d"),
        6 => format!("v1/bars/ZZ{n}?from=2025-01-02"),
        _ => format!("v1/bars/ZZ{n}?period=1mo"),
    };
    format!("/marketpulse/{target}")
}

/// A hundred of these in every second, by so many clients, while another one reads as
/// usual: what it holds is there, beside one client everything that it asks for is, and
/// the watchlist is refreshed in time.
pub(crate) async fn greedy(clients: usize, form: Form) -> Outcome {
    let (seconds, each) = if form == Form::Full { (600, 100) } else { (90, 16) };
    let mut stage = Stage::new(PATIENT).await;
    stage.start().await.unwrap();
    // Many who want all there is leave to one more what it held before, and a turn.
    let gives = if clients == 1 { Gives::Everything } else { Gives::Something };
    let mut readers = Readers::new(Known::read(&stage).await, gives);
    let before = calls_of(&stage);
    let mut refused = 0;
    for second in 0..seconds {
        stage.advance(1);
        let asked = (second * each..(second + 1) * each)
            .map(|n| stage.ask_from(address(n % clients), &greedy_question(n)));
        let (answers, ()) = tokio::join!(join_all(asked), stage.engine().refresh_due());
        refused += answers.iter().filter(|answer| answer.status == 429).count();
        let failed = answers.iter().find(|answer| answer.status == 500);
        readers.tally.expect(failed.is_none(), || failed.unwrap().body.clone());
        expect_watched_in_time(&stage, &mut readers.tally);
        if second % 15 == 14 {
            readers.ask(&stage, 1).await;
        }
    }
    readers.tally.expect(refused > 0, || "nobody was told that a share is spent".to_owned());
    let calls = calls_of(&stage) - before;
    finish(&stage, readers, calls).await
}

fn expect_watched_in_time(stage: &Stage, tally: &mut Tally) {
    let (board, now) = (stage.engine().board(), stage.now());
    for entry in &board.entries {
        let quote = entry.quote.as_ref().unwrap();
        let age = now.duration_since(quote.received_at).as_secs();
        tally.expect(age <= WITHIN, || {
            format!("{} was not refreshed for {age} s", entry.instrument.symbol)
        });
    }
}

/// One client follows what does not exist, as much as it can; another follows what
/// does, and is told its prices.
pub(crate) async fn followers() -> Outcome {
    let mut stage = Stage::new(PATIENT).await;
    stage.start().await.unwrap();
    let mut readers = Readers::new(Known::read(&stage).await, Gives::Everything);
    let mut greedy = Vec::new();
    for connection in 0..8 {
        let junk = (0..500).map(|n| format!("Z{connection}X{n}"));
        greedy.push(follow(&stage, address(1), &junk.collect::<Vec<_>>()).await);
        readers.tally.requests += 1;
    }
    let refused = greedy.iter().map(|events| count_refused(&events.first)).sum::<usize>();
    readers.tally.expect(refused > 1_000, || format!("only {refused} symbols were refused"));
    let wanted = ["CAC40", "EUR/USD", "AAPL", "MSFT", "BTC/EUR"].map(str::to_owned);
    let other = follow(&stage, address(2), &wanted).await;
    readers.tally.requests += 1;
    let lost = count_refused(&other.first);
    readers.tally.expect(lost == 0, || format!("{lost} symbols that exist are not followed"));
    let before = calls_of(&stage);
    for _ in 0..6 {
        stage.advance(15);
        stage.engine().refresh_due().await;
        expect_watched_in_time(&stage, &mut readers.tally);
        readers.ask(&stage, 1).await;
    }
    let calls = calls_of(&stage) - before;
    drop((greedy, other));
    finish(&stage, readers, calls).await
}

/// A stream of events and what it began with.
struct Events {
    first: String,
    _rest: BodyDataStream,
}

async fn follow(stage: &Stage, from: IpAddr, symbols: &[String]) -> Events {
    let target = format!("/marketpulse/stream?symbols={}", symbols.join(","));
    let response: Response<Body> = stage.begin(Some(from), &target).await;
    assert_eq!(response.status(), 200);
    let mut events = response.into_body().into_data_stream();
    let first = soon(events.next()).await.unwrap().unwrap();
    Events { first: String::from_utf8_lossy(&first).into_owned(), _rest: events }
}

fn count_refused(events: &str) -> usize {
    let data = events.lines().filter_map(|line| line.strip_prefix("data: "));
    let events = data.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    events.filter(|event| event["reason"] == "not_followed").count()
}
