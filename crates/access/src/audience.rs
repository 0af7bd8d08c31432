use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Whom the holder of a key shows what it is answered: the fewest first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Nobody else. What it may be answered, nothing limits.
    #[default]
    Private,
    /// Those who work with it, but no public.
    Internal,
    /// Anybody.
    Public,
}

/// A text names no audience.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none; use private, internal or public")]
pub struct NotAnAudience(String);

impl Audience {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Private, Self::Internal, Self::Public];

    /// Its name on the command line and in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Internal => "internal",
            Self::Public => "public",
        }
    }

    /// Whether it is nobody but the holder of the key.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(crate) fn is_private(&self) -> bool {
        *self == Self::Private
    }
}

impl FromStr for Audience {
    type Err = NotAnAudience;

    fn from_str(text: &str) -> Result<Self, NotAnAudience> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == text.trim());
        found.ok_or_else(|| NotAnAudience(text.to_owned()))
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audiences_are_read_as_they_are_written() {
        for audience in Audience::ALL {
            assert_eq!(audience.to_string().parse(), Ok(audience));
            let text = format!("\"{audience}\"");
            assert_eq!(serde_json::to_string(&audience).unwrap(), text);
        }
        assert!("everybody".parse::<Audience>().is_err());
    }
}
