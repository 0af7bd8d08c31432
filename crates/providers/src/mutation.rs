//! Valid JSON with one value exchanged, for parsers that must never panic.

use proptest::prelude::*;
use serde_json::{Value, json};

/// What to put in place of a value: of every type, and the ends of each.
pub(crate) fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!("")),
        Just(json!("Mars/Olympus")),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![i64::MIN, i64::MAX, -1, 0, 253_402_207_200, -377_705_023_201])
            .prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
    ]
}

/// The body with its `at`th value (counted in depth) exchanged.
pub(crate) fn exchange(body: &Value, at: usize, odd: &Value) -> Vec<u8> {
    let mut body = body.clone();
    let mut left = at % count(&body);
    exchange_in(&mut body, &mut left, odd);
    body.to_string().into_bytes()
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

fn exchange_in(value: &mut Value, left: &mut usize, odd: &Value) -> bool {
    if *left == 0 {
        *value = odd.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| exchange_in(item, left, odd)),
        Value::Object(fields) => fields.values_mut().any(|field| exchange_in(field, left, odd)),
        _ => false,
    }
}
