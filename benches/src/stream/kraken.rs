use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::broadcast;
use tokio::time::{MissedTickBehavior, interval};

use super::pace::Publish;
use crate::upstream::now;

/// Changes that may wait for the service to take them.
const QUEUE: usize = 1024;
const SUBSCRIBED_WITHIN: Duration = Duration::from_secs(30);

/// Kraken's public stream, version 2: as much of it as the service asks for.
/// Prices change when told to, each with the instant of the change.
pub(crate) struct Kraken {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    pairs: Vec<(String, f64)>,
    changes: broadcast::Sender<Utf8Bytes>,
    subscribed: Mutex<HashSet<String>>,
    number: AtomicU64,
}

impl Kraken {
    /// Starts on a free port of 127.0.0.1, with pairs and what they cost.
    pub(crate) fn start(runtime: &Runtime, pairs: Vec<(String, f64)>) -> Result<Self, String> {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let changes = broadcast::channel(QUEUE).0;
        let (subscribed, number) = (Mutex::default(), AtomicU64::new(0));
        let shared = Arc::new(Shared { pairs, changes, subscribed, number });
        let router = Router::new().route("/v2", get(open)).with_state(Arc::clone(&shared));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, shared })
    }

    /// Waits until the service has subscribed to all pairs.
    pub(crate) fn wait_for_subscription(&self) -> Result<(), String> {
        let (deadline, all) = (Instant::now() + SUBSCRIBED_WITHIN, self.shared.pairs.len());
        loop {
            let subscribed = self.shared.subscribed().len();
            if subscribed == all {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(format!("the service subscribed to {subscribed} of {all} pairs"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Publish for Kraken {
    fn publish(&self, symbol: usize) -> Result<(), String> {
        let sent = self.shared.changes.send(self.shared.update(symbol).into());
        sent.map(|_| ()).map_err(|_| "the service has left Kraken's stream".to_owned())
    }
}

impl Shared {
    fn subscribed(&self) -> MutexGuard<'_, HashSet<String>> {
        self.subscribed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, symbol: usize) -> String {
        let (pair, price) = &self.pairs[symbol];
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        // Within a thousandth: markets move so, and nothing is doubted.
        let last = price * (1.0 + (number % 101) as f64 * 1e-5);
        let ticker = json!({
            "symbol": pair, "bid": last, "ask": last, "last": last, "volume": number as f64,
            "low": price * 0.99, "high": price * 1.01, "change": last - price,
            "timestamp": now(),
        });
        json!({ "channel": "ticker", "type": "update", "data": [ticker] }).to_string()
    }

    /// Notes what is subscribed to and left, and acknowledges it.
    fn obey(&self, message: &str) -> Vec<String> {
        let order: Value = serde_json::from_str(message).unwrap_or_default();
        let method = order["method"].as_str().unwrap_or_default();
        let names = order["params"]["symbol"].as_array().into_iter().flatten();
        let names: Vec<&str> = names.filter_map(Value::as_str).collect();
        let mut subscribed = self.subscribed();
        for name in &names {
            match method {
                "subscribe" => subscribed.insert((*name).to_owned()),
                _ => subscribed.remove(*name),
            };
        }
        let told = |name: &&str| {
            let result = json!({ "channel": "ticker", "symbol": name });
            json!({ "method": method, "result": result, "success": true }).to_string()
        };
        names.iter().map(told).collect()
    }
}

async fn open(
    State(shared): State<Arc<Shared>>,
    upgrade: WebSocketUpgrade,
) -> axum::response::Response {
    upgrade.on_upgrade(async move |socket| {
        // An error means that the service has left.
        let _ = converse(socket, &shared).await;
        shared.subscribed().clear();
    })
}

async fn converse(mut socket: WebSocket, shared: &Shared) -> Result<(), axum::Error> {
    let mut changes = shared.changes.subscribe();
    let mut heartbeat = interval(Duration::from_secs(1));
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            change = changes.recv() => if let Ok(change) = change {
                socket.send(Message::Text(change)).await?;
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => for told in shared.obey(&text) {
                    socket.send(Message::Text(told.into())).await?;
                },
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                Some(Ok(_)) => {}
            },
            _ = heartbeat.tick() => {
                socket.send(Message::Text(Utf8Bytes::from_static(r#"{"channel":"heartbeat"}"#))).await?;
            }
        }
    }
}
