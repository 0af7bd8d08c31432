use engine::StoreFailure;
use jiff::Timestamp;
use serde::Serialize;

/// Whether what comes is stored, so that a restart has it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct StoreJson {
    /// ok, or failing: nothing new is stored, and prices are served from memory.
    state: &'static str,
    /// Since when it fails.
    since: Option<Timestamp>,
    /// Why it fails: `gone`, `disk_full`, `read_only`, `denied`, `locked`, `in_use`, `not_ours`, `newer`, `disk_failing`, `damaged` or `unusable`.
    reason: Option<&'static str>,
    /// Why, in a sentence.
    detail: Option<String>,
}

impl StoreJson {
    /// How the store is.
    pub fn of(failure: Option<&StoreFailure>) -> Self {
        let Some(failure) = failure else {
            return Self { state: "ok", since: None, reason: None, detail: None };
        };
        Self {
            state: "failing",
            since: Some(failure.since),
            reason: failure.error.trouble().map(market::StoreTrouble::reason),
            detail: Some(nothing_stored(failure)),
        }
    }
}

/// That nothing new is stored, and why, in a sentence that names no place.
pub fn nothing_stored(failure: &StoreFailure) -> String {
    let trouble = failure.error.trouble().unwrap_or(market::StoreTrouble::Other);
    format!("the store cannot be written: {trouble}; prices are served from memory until it can be")
}
