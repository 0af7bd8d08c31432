use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The service began to serve.
    Started,
    /// It ended.
    Stopped,
    /// A request was not let in, or its answer was withheld.
    Refused,
    /// Requests that were refused, beside those that have a line each.
    Refusals,
    /// Somebody showed a key on the page for it.
    SignedIn,
    /// A key was made.
    KeyCreated,
    /// It was given another secret.
    KeyRotated,
    /// It was taken back.
    KeyRevoked,
    /// The keys in force are others, however their file came to be another.
    KeysChanged,
    /// History was written to files.
    Export,
    /// Bars were brought in from a file.
    Import,
    /// A repair was taken back.
    RepairUndone,
    /// The store was copied.
    Backup,
    /// A copy took its place.
    Restore,
    /// Events that could not be written.
    Lost,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed.
    Refused,
    /// It was tried in vain, or only a part of it could be done.
    Failed,
}

/// One thing that happened, but for when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// What.
    pub event: Kind,
    /// How it ended.
    pub outcome: Outcome,
    /// From where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The name of the key that was shown, never its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The number of the user of this machine who gave the command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<u32>,
    /// What was asked for, or what it was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Why it ended so, in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// How many, where several are told together: by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub count: BTreeMap<&'static str, u64>,
}

impl Event {
    /// Something of which no more is known.
    pub fn new(event: Kind, outcome: Outcome) -> Self {
        let (address, key, user, what, reason) = (None, None, None, None, None);
        Self { event, outcome, address, key, user, what, reason, count: BTreeMap::new() }
    }

    /// As it stands in the file, its line feed included.
    pub(crate) fn line(&self, at: Timestamp) -> String {
        #[derive(Serialize)]
        struct Line<'a> {
            at: Timestamp,
            #[serde(flatten)]
            event: &'a Event,
        }
        let line = serde_json::to_string(&Line { at, event: self });
        line.expect("texts and numbers are always JSON") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_whatever_was_asked() {
        let event = Event {
            address: Some([192, 0, 2, 7].into()),
            key: Some("research".into()),
            what: Some("GET /a\n\"b\"".into()),
            reason: Some("scope"),
            ..Event::new(Kind::Refused, Outcome::Refused)
        };
        assert_eq!(
            event.line(Timestamp::UNIX_EPOCH),
            "{\"at\":\"1970-01-01T00:00:00Z\",\"event\":\"refused\",\"outcome\":\"refused\",\"address\":\"192.0.2.7\",\"key\":\"research\",\"what\":\"GET /a\\n\\\"b\\\"\",\"reason\":\"scope\"}\n"
        );
    }
}
