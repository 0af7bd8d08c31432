use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Answers, pages and figures.
    Read,
    /// Prices as they change.
    Stream,
}

impl Scope {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Read, Self::Stream];

    /// Its name on the command line and in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Stream => "stream",
        }
    }
}

/// One scope or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

/// A text names no scopes.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no scope; use read, stream, or both separated by a comma")]
pub struct NotAScope(String);

impl Scopes {
    /// Whether this is among them.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}

impl Default for Scopes {
    fn default() -> Self {
        Self(Scope::ALL.into())
    }
}

impl FromStr for Scopes {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        let read = |name: &str| {
            let found = Scope::ALL.into_iter().find(|scope| scope.as_str() == name.trim());
            found.ok_or_else(|| NotAScope(name.to_owned()))
        };
        text.split(',').map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written() {
        assert_eq!("stream, read".parse::<Scopes>().unwrap().to_string(), "read,stream");
        assert_eq!(Scopes::default(), "read,stream".parse().unwrap());
        assert!("".parse::<Scopes>().is_err() && "read,write".parse::<Scopes>().is_err());
        let read: Scopes = "read".parse().unwrap();
        assert!(read.allow(Scope::Read) && !read.allow(Scope::Stream));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"["read"]"#);
    }
}
