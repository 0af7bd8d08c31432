//! The shape of the service's answers, successes and refusals alike.

use std::collections::HashMap;

use serde::Deserialize;

use crate::json::Figure;

#[derive(Deserialize)]
pub(super) struct Latest {
    pub(super) result: String,
    #[serde(rename = "error-type")]
    pub(super) error_type: Option<String>,
    pub(super) time_last_update_unix: Option<i64>,
    pub(super) time_next_update_unix: Option<i64>,
    pub(super) base_code: Option<String>,
    #[serde(default)]
    pub(super) rates: HashMap<String, Figure>,
}
