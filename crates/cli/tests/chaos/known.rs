use jiff::Timestamp;
use serde_json::Value;

use crate::stage::Stage;

/// A question about history.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) target: &'static str,
    /// What the upstream calls the instrument.
    pub(crate) native: &'static str,
    /// How long its daily series may be called fresh, in minutes: New York is not
    /// open yet, the others are.
    pub(crate) minutes: i64,
}

const fn asked(target: &'static str, native: &'static str, minutes: i64) -> Asked {
    Asked { target, native, minutes }
}

/// Questions that are held when a fault begins.
pub(crate) const HELD: [Asked; 4] = [
    asked("/marketpulse/history?symbol=CAC40&period=1mo", "^FCHI", 10),
    asked("/marketpulse/history?symbol=EUR/USD&period=3mo", "EURUSD=X", 10),
    asked("/marketpulse/history?symbol=BTC/EUR&period=1mo", "BTC-EUR", 10),
    asked("/marketpulse/history?symbol=AAPL&period=6mo", "AAPL", 60),
];

/// Asked for the first time while the fault lasts.
pub(crate) const NEVER_ASKED: Asked =
    asked("/marketpulse/history?symbol=MSFT&period=1mo", "MSFT", 60);

/// What was told just before a fault began: the last good values.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) at: Timestamp,
    pub(crate) quotes: Vec<KnownQuote>,
    pub(crate) histories: Vec<KnownHistory>,
}

pub(crate) struct KnownQuote {
    pub(crate) label: String,
    pub(crate) price: f64,
    pub(crate) as_of: Timestamp,
}

pub(crate) struct KnownHistory {
    pub(crate) target: &'static str,
    pub(crate) source: String,
    pub(crate) rows: Vec<Bar>,
}

/// A bar as `/history` tells it.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    pub(crate) date: String,
    pub(crate) close: f64,
    pub(crate) provisional: bool,
}

impl Known {
    /// Asks for everything in good health.
    pub(crate) async fn read(stage: &Stage) -> Self {
        stage.engine().refresh_due().await;
        let known = Self::whole(stage).await;
        known.expect("all is well, and yet not all is priced and answered")
    }

    async fn whole(stage: &Stage) -> Option<Self> {
        let latest = stage.ask("/marketpulse/latest").await.json();
        let quotes = latest["quotes"].as_object()?.iter();
        let quotes = quotes.map(|(label, quote)| {
            let price = quote["price"].as_f64()?;
            let as_of = instant(&quote["as_of"])?;
            Some(KnownQuote { label: label.clone(), price, as_of })
        });
        let quotes = quotes.collect::<Option<_>>()?;
        let mut known = Self { at: stage.now(), quotes, histories: Vec::new() };
        for Asked { target, .. } in HELD {
            let history = stage.ask(target).await.json();
            let source = history["source"].as_str()?.to_owned();
            known.histories.push(KnownHistory { target, source, rows: bars(&history) });
        }
        Some(known)
    }
}

pub(crate) fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

pub(crate) fn bars(history: &Value) -> Vec<Bar> {
    let rows = history["history"].as_array().into_iter().flatten();
    rows.map(|row| Bar {
        date: row["date"].as_str().unwrap_or_default().to_owned(),
        close: row["close"].as_f64().unwrap_or(f64::NAN),
        provisional: row["provisional"] == true,
    })
    .collect()
}
