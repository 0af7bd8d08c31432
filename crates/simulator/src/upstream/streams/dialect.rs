use super::prices::{FullTick, Prices};
use super::request::{Request, Verb};
use super::{alpaca, kraken, yahoo};

/// Whom a connection believes to be talking to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dialect {
    Yahoo {
        /// In JSON, as version 2 does.
        wrapped: bool,
    },
    Kraken,
    Alpaca,
}

impl Dialect {
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Yahoo { .. } => "yahoo",
            Self::Kraken => "kraken",
            Self::Alpaca => "alpaca",
        }
    }

    /// What is said to everyone who comes.
    pub(crate) fn greeting(self) -> Option<String> {
        match self {
            Self::Yahoo { .. } => None,
            Self::Kraken => Some(kraken::status()),
            Self::Alpaca => Some(alpaca::connected()),
        }
    }

    /// Whether one has to say who he is before he asks for anything.
    pub(crate) fn asks_who_comes(self) -> bool {
        self == Self::Alpaca
    }

    /// What is said to who says who he is, and whether he is let in; nothing where a
    /// message says something else.
    pub(crate) fn introduced(self, text: &str) -> Option<(bool, String)> {
        if self == Self::Alpaca { alpaca::introduced(text) } else { None }
    }

    /// What is said to who asks for something before he is let in.
    pub(crate) fn not_let_in(self) -> Option<String> {
        (self == Self::Alpaca).then(alpaca::not_let_in)
    }

    /// What is said to who follows so many and asks for one more, where that is too many.
    pub(crate) fn too_many(self, followed: usize) -> Option<String> {
        (self == Self::Alpaca && followed >= alpaca::MOST).then(alpaca::too_many)
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
            Self::Alpaca => alpaca::read(text).into_iter().collect(),
        }
    }

    /// The market's symbol for a name; `None` where the upstream knows none.
    pub(crate) fn symbol(self, name: &str, prices: &Prices<'_>) -> Option<String> {
        match self {
            Self::Yahoo { .. } => yahoo::symbol(name),
            Self::Kraken => kraken::symbol(name),
            Self::Alpaca => alpaca::symbol(name),
        }
        .filter(|symbol| !prices.is_unknown(symbol))
    }

    /// What follows a request at once. `full` is what the market says of a known name.
    pub(super) fn answer(self, verb: Verb, name: &str, full: Option<&FullTick<'_>>) -> Vec<String> {
        match self {
            Self::Yahoo { .. } => Vec::new(),
            Self::Kraken => kraken::answer(verb, name, full),
            Self::Alpaca => alpaca::answer(name),
        }
    }

    pub(super) fn message(self, full: &FullTick<'_>) -> String {
        match self {
            Self::Yahoo { wrapped } => yahoo::message(full, wrapped),
            Self::Kraken => kraken::message(full, "update"),
            Self::Alpaca => alpaca::message(full),
        }
    }
}
