use std::fmt;
use std::sync::Arc;

/// Where a value came from, by a stable lower-case name. Each upstream declares
/// its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(Arc<str>);

impl Source {
    /// The name of the source of bars that somebody brought in by hand.
    pub const IMPORT: &'static str = "import";

    /// Names a source. Providers own their names; stores read them back.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
