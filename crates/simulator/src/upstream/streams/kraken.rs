use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::prices::FullTick;
use super::request::{Request, Verb};
use crate::money::{coin, currency};
use crate::{Bar, Interval};

pub(super) fn status() -> String {
    let online =
        json!({ "version": "2.0.10", "system": "online", "api_version": "v2", "connection_id": 7 });
    json!({ "channel": "status", "type": "update", "data": [online] }).to_string()
}

pub(super) fn heartbeat() -> String {
    json!({ "channel": "heartbeat" }).to_string()
}

/// A request about the `ticker` channel; other channels are not played.
pub(super) fn read(text: &str) -> Option<Request> {
    let message: Value = serde_json::from_str(text).ok()?;
    let verb = match message["method"].as_str()? {
        "subscribe" => Verb::Subscribe,
        "unsubscribe" => Verb::Unsubscribe,
        _ => return None,
    };
    let names = message["params"]["symbol"].as_array()?.iter();
    let names = names.filter_map(|name| name.as_str().map(str::to_owned)).collect();
    (message["params"]["channel"] == "ticker").then_some(Request { verb, names })
}

/// The market's symbol for a pair of a coin and a currency, as version 2 spells
/// it.
pub(super) fn symbol(pair: &str) -> Option<String> {
    let (base, quote) = pair.split_once('/')?;
    let is_traded = coin(base).is_some() && (quote == "EUR" || currency(quote).is_some());
    is_traded.then(|| format!("{base}-{quote}"))
}

/// An acknowledgement, and for who subscribes the price as it is.
pub(super) fn answer(verb: Verb, pair: &str, full: Option<&FullTick<'_>>) -> Vec<String> {
    let method = match verb {
        Verb::Subscribe => "subscribe",
        Verb::Unsubscribe => "unsubscribe",
    };
    let Some(full) = full else {
        let error = format!("Currency pair not supported {pair}");
        let refusal = json!({ "error": error, "method": method, "success": false, "symbol": pair });
        return vec![refusal.to_string()];
    };
    let at = instant(full.tick.time);
    let result = match verb {
        Verb::Subscribe => json!({ "channel": "ticker", "snapshot": true, "symbol": pair }),
        Verb::Unsubscribe => json!({ "channel": "ticker", "symbol": pair }),
    };
    let acknowledgement = json!({
        "method": method, "result": result, "success": true, "time_in": at, "time_out": at,
    });
    let snapshot = (verb == Verb::Subscribe).then(|| message(full, "snapshot"));
    [acknowledgement.to_string()].into_iter().chain(snapshot).collect()
}

pub(super) fn message(full: &FullTick<'_>, kind: &str) -> String {
    json!({ "channel": "ticker", "type": kind, "data": [ticker(full)] }).to_string()
}

/// Volume, extremes and change are those of 24 hours, which here move on once
/// an hour: so they are no sums since midnight.
fn ticker(full: &FullTick<'_>) -> Value {
    let FullTick { tick, listing, .. } = full;
    let bars = a_day_of_bars(full);
    let volume: f64 = bars.iter().map(|bar| bar.volume as f64).sum();
    let turnover: f64 = bars.iter().map(|bar| bar.volume as f64 * bar.close).sum();
    let change = tick.price - bars.first().map_or(tick.day_open, |bar| bar.open);
    let step = 10.0_f64.powi(-i32::from(listing.price_decimals));
    let rounded = |price: f64| (price / step).round() * step;
    json!({
        "symbol": listing.symbol.replace('-', "/"),
        "bid": tick.price,
        "bid_qty": 0.5,
        "ask": rounded(tick.price + step),
        "ask_qty": 0.5,
        "last": tick.price,
        "volume": volume,
        "vwap": if volume > 0.0 { turnover / volume } else { tick.price },
        "low": bars.iter().map(|bar| bar.low).fold(tick.day_low, f64::min),
        "high": bars.iter().map(|bar| bar.high).fold(tick.day_high, f64::max),
        "change": change,
        "change_pct": 100.0 * change / (tick.price - change),
        "timestamp": instant(tick.time),
    })
}

fn a_day_of_bars(full: &FullTick<'_>) -> Vec<Bar> {
    let now = full.tick.time;
    let from = now - SignedDuration::from_hours(24);
    let to = now + SignedDuration::from_secs(1);
    full.market.bars(&full.listing.symbol, Interval::H1, from, to, now)
}

fn instant(at: Timestamp) -> String {
    format!("{at:.6}")
}
