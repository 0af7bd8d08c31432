use super::prices::{Prices, Told};
use super::{kraken, yahoo};

/// Whom a connection believes to be talking to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dialect {
    Yahoo {
        /// In JSON, as version 2 does.
        wrapped: bool,
    },
    Kraken,
}

/// What is to be done with a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Subscribe,
    Unsubscribe,
}

/// A message that was understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) verb: Verb,
    /// As spelt there.
    pub(super) names: Vec<String>,
}

impl Dialect {
    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Yahoo { .. } => "yahoo",
            Self::Kraken => "kraken",
        }
    }

    /// What is said to everyone who comes.
    pub(super) fn greeting(self) -> Option<String> {
        (self == Self::Kraken).then(kraken::status)
    }

    /// What is said once a second, whatever happens.
    pub(super) fn heartbeat(self) -> Option<String> {
        (self == Self::Kraken).then(kraken::heartbeat)
    }

    /// What a message asks for; nothing where it is not understood.
    pub(super) fn read(self, text: &str) -> Vec<Request> {
        match self {
            Self::Yahoo { .. } => yahoo::read(text),
            Self::Kraken => kraken::read(text).into_iter().collect(),
        }
    }

    /// The market's symbol for a name; `None` where the upstream knows none.
    pub(super) fn symbol(self, name: &str, prices: &Prices<'_>) -> Option<String> {
        match self {
            Self::Yahoo { .. } => yahoo::symbol(name),
            Self::Kraken => kraken::symbol(name),
        }
        .filter(|symbol| !prices.is_unknown(symbol))
    }

    /// What follows a request at once. `told` is what the market tells of a known name.
    pub(super) fn answer(self, verb: Verb, name: &str, told: Option<&Told<'_>>) -> Vec<String> {
        match self {
            Self::Yahoo { .. } => Vec::new(),
            Self::Kraken => kraken::answer(verb, name, told),
        }
    }

    pub(super) fn message(self, told: &Told<'_>) -> String {
        match self {
            Self::Yahoo { wrapped } => yahoo::message(told, wrapped),
            Self::Kraken => kraken::message(told, "update"),
        }
    }
}
