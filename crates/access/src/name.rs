use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kept_as_text::kept_as_text;

/// In characters.
const LONGEST: usize = 60;

/// What people call a key: whose it is, or what for. Can be shown anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Name(String);

/// A text cannot be a key's name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no name for a key; use 1 to {LONGEST} letters, digits, spaces and signs")]
pub struct NotAName(String);

impl Name {
    /// The name as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let is_one = !text.trim().is_empty()
            && text.trim() == text
            && text.chars().count() <= LONGEST
            && text.chars().all(|c| c >= ' ' && legible::is_legible(c));
        if is_one { Ok(Self(text.to_owned())) } else { Err(NotAName(text.to_owned())) }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

kept_as_text!(Name);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_can_be_shown() {
        for name in ["research", "Desk 7 (Zürich)", "a"] {
            assert_eq!(name.parse::<Name>().unwrap().as_str(), name);
        }
        for odd in ["", " ", " a", "a\nb", "\u{1b}[31m", "a\u{202e}b", &"x".repeat(61)] {
            assert!(odd.parse::<Name>().is_err(), "{odd:?}");
        }
    }
}
