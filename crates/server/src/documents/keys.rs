//! How a key is shown, and what is answered where none does: for each operation.

use access::Scope;
use serde_json::{Map, Value, json};

use super::shared::{problem, refusal, shared};
use crate::admission::KEPT;

/// Where a key may stand, by the name under which operations refer to it.
const SCHEMES: [&str; 3] = ["bearer", "header", "cookie"];

/// How keys are shown, as the `OpenAPI` document and the `AsyncAPI` document both describe it
/// but for what they call a header: `in_header`.
pub(super) fn schemes(in_header: &str) -> Value {
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key as Authorization: Bearer KEY.",
        },
        "header": {
            "type": in_header,
            "in": "header",
            "name": "X-API-Key",
            "description": "A key as X-API-Key: KEY. A client that can send neither a header nor a cookie puts the key before the path instead: /k/KEY/marketpulse/v1/value/AAPL.",
        },
        "cookie": {
            "type": in_header,
            "in": "cookie",
            "name": KEPT,
            "description": "A key as a browser keeps it after somebody has signed in at /marketpulse/login.",
        },
    })
}

/// What an operation asks of whoever wants it: nothing, while there are no keys, else a
/// key with this scope, wherever it stands.
pub(super) fn wanted(scope: Scope) -> Value {
    let with_key = SCHEMES.map(|scheme| json!({ scheme: [scope.as_str()] }));
    [json!({})].into_iter().chain(with_key).collect()
}

/// The answers to whoever is not let in, by their status.
pub(super) const REFUSALS: [(&str, &str); 3] =
    [("401", "KeyNeeded"), ("403", "KeyNotEnough"), ("429", "KeyUsedTooOften")];

/// Adds them to the answers of an operation, where these do not say more already.
pub(super) fn add_refusals(responses: &mut Value) {
    for (status, name) in REFUSALS {
        if responses[status].is_null() {
            responses[status] = problem(name);
        }
    }
}

/// What each of them is.
pub(super) fn refusals() -> Map<String, Value> {
    let mut needed = refusal(
        "A key is wanted, and none was shown, or one that is unknown, has expired or was revoked.",
    );
    needed["headers"]["WWW-Authenticate"] = shared("headers", "WWW-Authenticate");
    let not_enough = refusal(
        "The key that was shown does not allow this; or its holder shows others what it is answered, and a source's terms forbid that (type is /problems/redistribution).",
    );
    let mut too_often = refusal(
        "The key that was shown is used more often than it may be, or too many wrong ones were shown in its place.",
    );
    too_often["headers"]["Retry-After"] = shared("headers", "Retry-After");
    REFUSALS
        .into_iter()
        .map(|(_, name)| name.to_owned())
        .zip([needed, not_enough, too_often])
        .collect()
}
