use serde::Serialize;

use crate::error::EncodeError;

/// What is said once about all rows, as the text of a JSON object. The order of
/// its keys is kept.
#[derive(Clone, Debug)]
pub struct Head(String);

impl Head {
    /// The head that says what `value` says. A struct is the usual value; what
    /// does not become a JSON object is refused.
    pub fn of(value: &impl Serialize) -> Result<Self, EncodeError> {
        let text = serde_json::to_string(value)?;
        if text.starts_with('{') { Ok(Self(text)) } else { Err(EncodeError::Head(text)) }
    }

    /// The object without its closing brace, ready for one more key.
    pub(crate) fn opened(&self) -> String {
        let open = &self.0[..self.0.len() - 1];
        if open == "{" { open.to_owned() } else { format!("{open},") }
    }

    /// Keys and values as texts: a text as it is, anything else as its JSON.
    pub(crate) fn texts(&self) -> Result<Vec<(String, String)>, EncodeError> {
        let pairs: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&self.0)?;
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        Ok(pairs.into_iter().map(|(key, value)| (key, text(value))).collect())
    }
}
