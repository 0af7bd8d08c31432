//! Those who are told of prices as they change.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use testkit::Talk;
use tokio::time::{sleep, timeout};

use crate::client::{Reader, piece};
use crate::load::Over;
use crate::stage::Stage;
use crate::tally::Tally;

/// Each kind has an address of its own.
const STAYING: u8 = 20;
const PASSING: u8 = 21;
const SILENT: u8 = 22;

const FOLLOWED: [&str; 5] = [
    "symbols=BTC/EUR",
    "symbols=EUR/USD,CAC40,BTC/EUR,AAPL",
    "symbols=BTC/EUR&bars=1m",
    "symbols=AAPL,MSFT,AIR.PA,VOD.L,^GSPC,GBP/USD",
    "symbols=ETH/EUR,EUR/USD&bars=5m",
];

type Follower = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(crate) fn all(stage: &Stage, tally: &Arc<Tally>, over: &Over) -> Vec<Follower> {
    let mut all = Vec::<Follower>::new();
    for followed in FOLLOWED {
        let target = format!("/marketpulse/stream?{followed}");
        let reader = |number| Reader::at(number, stage.address());
        let (stays, passes) = (reader(STAYING), reader(PASSING));
        all.push(Box::pin(stay(stays, target.clone(), Arc::clone(tally), over.clone())));
        all.push(Box::pin(pass_by(passes, target.clone(), Arc::clone(tally), over.clone())));
        all.push(Box::pin(say_nothing(reader(SILENT), target, over.clone())));
        let url = format!("ws://{}/marketpulse/ws", stage.address());
        all.push(Box::pin(talk(url, followed, Arc::clone(tally), over.clone())));
    }
    all
}

/// Hears all there is from the first minute to the last.
async fn stay(reader: Reader, target: String, tally: Arc<Tally>, mut over: Over) {
    let listening = async {
        loop {
            let error = listen(&reader, &target, &tally, u32::MAX).await;
            tally.failed(&target, &error);
            sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::select! { () = listening => {}, _ = over.wait_for(|over| *over) => {} }
}

/// Comes, hears a little and leaves, again and again.
async fn pass_by(reader: Reader, target: String, tally: Arc<Tally>, mut over: Over) {
    let passing = async {
        loop {
            let error = listen(&reader, &target, &tally, fastrand::u32(1..20)).await;
            if !error.is_empty() {
                tally.failed(&target, &error);
            }
            sleep(Duration::from_millis(fastrand::u64(..2_000))).await;
        }
    };
    tokio::select! { () = passing => {}, _ = over.wait_for(|over| *over) => {} }
}

/// Hears so many pieces of a stream. Says what went wrong, if anything.
async fn listen(reader: &Reader, target: &str, tally: &Tally, pieces: u32) -> String {
    let mut stream = match reader.listen(target).await {
        Ok(stream) => stream,
        Err(error) => return error,
    };
    for _ in 0..pieces {
        match piece(&mut stream).await {
            Ok(_) => tally.heard(),
            Err(error) => return error,
        }
    }
    String::new()
}

/// Takes nothing of what it is sent. The service may leave it.
async fn say_nothing(reader: Reader, target: String, mut over: Over) {
    let held = async {
        loop {
            let stream = reader.listen(&target).await;
            sleep(Duration::from_secs(100)).await;
            drop(stream);
        }
    };
    tokio::select! { () = held => {}, _ = over.wait_for(|over| *over) => {} }
}

/// Over WebSocket: subscribes, hears a while, subscribes to something else, leaves.
async fn talk(url: String, followed: &'static str, tally: Arc<Tally>, mut over: Over) {
    let symbols: Vec<&str> = followed["symbols=".len()..].split(['&', ',']).collect();
    let symbols: Vec<&str> = symbols.into_iter().filter(|it| !it.contains('=')).collect();
    let talking = async {
        loop {
            match Talk::connect(&url).await {
                Ok(talk) => converse(talk, &symbols, &tally).await,
                Err(error) => tally.failed(&url, &error.to_string()),
            }
        }
    };
    tokio::select! { () = talking => {}, _ = over.wait_for(|over| *over) => {} }
}

async fn converse(mut talk: Talk, symbols: &[&str], tally: &Tally) {
    talk.order(json!({ "type": "subscribe", "symbols": symbols, "bars": "1m" })).await;
    let stay = Duration::from_secs(fastrand::u64(5..90));
    let hearing = async {
        while let Ok(_event) = talk.hear().await {
            tally.heard();
        }
    };
    if timeout(stay, hearing).await.is_ok() {
        tally.failed("/marketpulse/ws", "the service ended it");
    }
}
