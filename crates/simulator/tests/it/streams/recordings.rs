//! Our messages next to recorded real ones: the same fields, the same types.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use testkit::recordings;

use super::client::Client;
use crate::client::{upstream, utc};

/// The recording of that name, where there are recordings.
fn recording(name: &str) -> Option<String> {
    recordings::one(name).map(|body| String::from_utf8(body).unwrap())
}

/// The numbers of a message's fields, with how each is written: 0 for a number of
/// any length, 1 for eight bytes, 2 for bytes with their length, 5 for four bytes.
fn fields(encoded: &str) -> BTreeMap<u64, u64> {
    let bytes = STANDARD.decode(encoded.trim()).unwrap();
    let mut rest = bytes.as_slice();
    let mut fields = BTreeMap::new();
    while !rest.is_empty() {
        let key = varint(&mut rest);
        fields.insert(key >> 3, key & 7);
        let length = if matches!(key & 7, 0 | 2) { varint(&mut rest) } else { 0 };
        let skipped = match key & 7 {
            0 => 0,
            1 => 8,
            2 => length,
            5 => 4,
            other => panic!("fields of type {other} are no longer written"),
        };
        rest = &rest[skipped as usize..];
    }
    fields
}

fn varint(rest: &mut &[u8]) -> u64 {
    let length = rest.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    let (bytes, after) = rest.split_at(length);
    *rest = after;
    bytes.iter().rev().fold(0, |number, byte| number << 7 | u64::from(byte & 0x7F))
}

/// Every field of the recording is in ours, but for those listed, and none besides.
async fn check(name: &str, symbol: &str, not_ours: &[u64]) {
    let Some(recorded) = recording(&format!("yahoo/streamer/{name}")) else { return };
    let upstream = upstream("2026-11-20T15:30:17Z").await;
    let mut client = Client::yahoo(&upstream, &[symbol]).await;
    upstream.set_now(utc("2026-11-20T15:30:18Z"));
    let envelope = client.json().await;
    let mut theirs = fields(&recorded);
    theirs.retain(|number, _| !not_ours.contains(number));
    assert_eq!(fields(envelope["message"].as_str().unwrap()), theirs, "{name}");
}

#[tokio::test]
async fn prices_have_the_fields_of_recorded_ones() {
    // The size of the last trade, and fields that nobody has named.
    check("AAPL.regular.2026-08-05.b64", "AAPL", &[22, 46, 47]).await;
    check("AAPL.2020-05-18.b64", "AAPL", &[]).await;
    check("EURUSD_X.2026-08-13.b64", "EURUSD=X", &[46, 47]).await;
    // What there is of a coin in the world.
    check("BTC-USD.2025-01-10.b64", "BTC-USD", &[32, 33]).await;
    check("BTC-USD.2026-08-13.b64", "BTC-USD", &[32, 33, 46, 47]).await;
}
