use super::prices::{FullTick, Prices};
use super::request::{Request, Verb};
use super::{kraken, yahoo};

/// Whom a connection believes to be talking to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dialect {
    Yahoo {
        /// In JSON, as version 2 does.
        wrapped: bool,
    },
    Kraken,
}

impl Dialect {
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Yahoo { .. } => "yahoo",
            Self::Kraken => "kraken",
        }
    }

    /// What is said to everyone who comes.
    pub(crate) fn greeting(self) -> Option<String> {
        (self == Self::Kraken).then(kraken::status)
    }

    /// What is said once a second, whatever happens.
    pub(crate) fn heartbeat(self) -> Option<String> {
        (self == Self::Kraken).then(kraken::heartbeat)
    }

    /// What a message asks for; nothing where it is not understood.
    pub(crate) fn read(self, text: &str) -> Vec<Request> {
        match self {
            Self::Yahoo { .. } => yahoo::read(text),
            Self::Kraken => kraken::read(text).into_iter().collect(),
        }
    }

    /// The market's symbol for a name; `None` where the upstream knows none.
    pub(crate) fn symbol(self, name: &str, prices: &Prices<'_>) -> Option<String> {
        match self {
            Self::Yahoo { .. } => yahoo::symbol(name),
            Self::Kraken => kraken::symbol(name),
        }
        .filter(|symbol| !prices.is_unknown(symbol))
    }

    /// What follows a request at once. `full` is what the market says of a known name.
    pub(super) fn answer(self, verb: Verb, name: &str, full: Option<&FullTick<'_>>) -> Vec<String> {
        match self {
            Self::Yahoo { .. } => Vec::new(),
            Self::Kraken => kraken::answer(verb, name, full),
        }
    }

    pub(super) fn message(self, full: &FullTick<'_>) -> String {
        match self {
            Self::Yahoo { wrapped } => yahoo::message(full, wrapped),
            Self::Kraken => kraken::message(full, "update"),
        }
    }
}
