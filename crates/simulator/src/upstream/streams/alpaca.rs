use serde_json::{Value, json};

use super::prices::FullTick;
use super::request::{Request, Verb};

/// An id of a key that is refused. Any other is taken.
const WRONG: &str = "wrong";

/// So many are followed at once.
pub(super) const MOST: usize = 30;

pub(super) fn connected() -> String {
    success("connected")
}

fn success(step: &str) -> String {
    json!([{ "T": "success", "msg": step }]).to_string()
}

fn refusal(code: u16, why: &str) -> String {
    json!([{ "T": "error", "code": code, "msg": why }]).to_string()
}

/// What is said to who says who he is, and whether he is let in.
pub(super) fn introduced(text: &str) -> Option<(bool, String)> {
    let message: Value = serde_json::from_str(text).ok()?;
    if message["action"] != "auth" {
        return None;
    }
    let is_known = message["key"].as_str().is_some_and(|key| key != WRONG)
        && message["secret"].as_str().is_some_and(|secret| !secret.is_empty());
    let said = if is_known { success("authenticated") } else { refusal(402, "auth failed") };
    Some((is_known, said))
}

pub(super) fn not_let_in() -> String {
    refusal(401, "not authenticated")
}

pub(super) fn too_many() -> String {
    refusal(405, "symbol limit exceeded")
}

/// A request about trades; quotes and bars are not played.
pub(super) fn read(text: &str) -> Option<Request> {
    let message: Value = serde_json::from_str(text).ok()?;
    let verb = match message["action"].as_str()? {
        "subscribe" => Verb::Subscribe,
        "unsubscribe" => Verb::Unsubscribe,
        _ => return None,
    };
    let names = message["trades"].as_array()?.iter();
    let names = names.filter_map(|name| name.as_str().map(str::to_owned)).collect();
    Some(Request { verb, names })
}

/// The market's symbol for a ticker.
pub(super) fn symbol(ticker: &str) -> Option<String> {
    let is_ticker = ticker.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'.');
    (is_ticker && !ticker.is_empty()).then(|| ticker.replace('.', "-"))
}

/// That it is followed, or no more. Of what is not known nothing is said.
pub(super) fn answer(ticker: &str) -> Vec<String> {
    vec![json!([{ "T": "subscription", "trades": [ticker], "quotes": [], "bars": [] }]).to_string()]
}

pub(super) fn message(full: &FullTick<'_>) -> String {
    let FullTick { tick, listing, .. } = full;
    json!([{
        "T": "t",
        "i": 1,
        "S": listing.symbol.replace('-', "."),
        "x": "V",
        "p": tick.price,
        "s": 100,
        "t": tick.time.to_string(),
        "c": ["@"],
        "z": "C",
    }])
    .to_string()
}
