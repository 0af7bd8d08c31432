//! What operations refer to, so that it is said once.

use serde_json::{Value, json};

pub(super) fn problem(name: &str) -> Value {
    shared("responses", name)
}

pub(super) fn shared(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

pub(super) fn shared_headers(names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), shared("headers", name))).collect()
}

pub(super) fn refusal(about: &str) -> Value {
    json!({
        "description": about,
        "headers": shared_headers(&["Cache-Control", "X-Request-Id"]),
        "content": { "application/problem+json": { "schema": shared("schemas", "Problem") } },
    })
}
