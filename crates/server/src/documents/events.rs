//! What the streams tell and hear, each as a JSON object with a `type`.

use engine::UpstreamState;
use query::records::SourceEvent;
use query::records::bar::LiveBarJson;
use query::records::change::RevisedJson;
use query::records::quote::{QuoteJson, StateJson};
use serde_json::{Map, Value, json};

use super::fields::explain;
use super::schemas::{given, read};
use crate::api::operation::{STREAM, WS};
use face::kinds::symbol;
use face::stream::{At, ErrorJson, INTERVALS, Order, Unsubscribed};

/// One kind of message.
pub(crate) struct Message {
    /// Its `type`.
    pub(crate) name: &'static str,
    /// When it is sent.
    pub(crate) when: &'static str,
    /// Who sends it, and where.
    pub(super) place: Place,
    /// Whether one can resume from it.
    id: Id,
    members: fn(&str) -> Value,
}

/// Who sends a message, and where.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The service, on both streams.
    Both,
    /// The service, over WebSocket.
    Answer,
    /// A reader, over WebSocket.
    Order,
}

/// Whether a message has an `id`.
enum Id {
    Always,
    Sometimes,
    Never,
}

const fn event(name: &'static str, when: &'static str, members: fn(&str) -> Value) -> Message {
    Message { name, when, place: Place::Both, id: Id::Always, members }
}

const fn order(name: &'static str, when: &'static str) -> Message {
    Message { name, when, place: Place::Order, id: Id::Never, members: order_of }
}

/// Every kind of message.
pub(super) static MESSAGES: [Message; 12] = [
    event("snapshot", "First of all, and for symbols added later.", snapshot),
    event("quote", "Something about a quote has changed.", quote),
    event(
        "state",
        "A market opens or closes, or a price grows old or fresh.",
        given::<StateJson<'_>>,
    ),
    event("bar", "A bar that was asked for goes on, or has ended.", bar),
    event(
        "revised",
        "What was known of a symbol's history holds no more: a copy of it has to be asked for again.",
        given::<RevisedJson<'_>>,
    ),
    event("source", "An upstream fails, pauses or is back.", source),
    Message {
        id: Id::Sometimes,
        ..event(
            "error",
            "A symbol is none or unknown, or a message is not understood. The rest of what was asked for lives on.",
            given::<ErrorJson<'_>>,
        )
    },
    Message {
        place: Place::Answer,
        id: Id::Never,
        ..event(
            "unsubscribed",
            "Symbols are followed no longer, as asked.",
            given::<Unsubscribed<'_>>,
        )
    },
    Message {
        place: Place::Answer,
        id: Id::Never,
        ..event("pong", "Answers a ping.", given::<At>)
    },
    order("subscribe", "Follows more symbols, and their bars if it says so. A snapshot answers."),
    order("unsubscribe", "Follows symbols no longer."),
    order("ping", "Asks whether the service is there."),
];

/// The messages of a stream, by its operation's id; none for other routes.
pub(crate) fn messages_on(id: &str) -> Vec<&'static Message> {
    let is_told = |message: &&Message| match message.place {
        Place::Both => id == STREAM.id || id == WS.id,
        Place::Answer | Place::Order => id == WS.id,
    };
    MESSAGES.iter().filter(is_told).collect()
}

impl Message {
    /// Whether readers send it, and the service hears it.
    pub(crate) fn is_order(&self) -> bool {
        self.place == Place::Order
    }

    /// Its schema: an object with its type, its id if it has one, and no other
    /// members than its own.
    pub(super) fn schema(&self) -> Value {
        let mut schema = (self.members)(self.name);
        let mut first = json!({ "type": { "const": self.name, "description": self.when } });
        let mut required = vec![Value::from("type")];
        if !matches!(self.id, Id::Never) {
            first["id"] = json!({ "type": "string", "pattern": "^[0-9a-f]{16}-[0-9]+$" });
            explain(&mut first["id"], self.name, "id");
        }
        if matches!(self.id, Id::Always) {
            required.push("id".into());
        }
        let own = schema["required"].as_array().cloned().unwrap_or_default();
        required.extend(own.into_iter().filter(|name| name != "type"));
        let members = schema["properties"].as_object().cloned().unwrap_or_default();
        let members = members.into_iter().filter(|(name, _)| name != "type");
        let Value::Object(first) = first else { return schema };
        schema["properties"] = first.into_iter().chain(members).collect::<Map<_, _>>().into();
        schema["required"] = required.into();
        schema
    }
}

/// A quote as in `/latest`, without its age: what is sent once would be wrong a
/// second later.
fn quote(of: &str) -> Value {
    let mut schema = given::<QuoteJson<'_>>(of);
    if let Value::Object(members) = &mut schema["properties"] {
        members.remove("age_s");
    }
    if let Value::Array(names) = &mut schema["required"] {
        names.retain(|name| name != "age_s");
    }
    schema
}

fn bar(of: &str) -> Value {
    let mut schema = given::<LiveBarJson<'_>>(of);
    schema["properties"]["interval"]["enum"] = INTERVALS.as_slice().into();
    schema
}

fn source(of: &str) -> Value {
    let mut schema = given::<SourceEvent<'_>>(of);
    schema["properties"]["state"]["enum"] = json!(UpstreamState::NAMES);
    schema
}

fn snapshot(of: &str) -> Value {
    let mut schema = given::<At>(of);
    for (name, item) in
        [("quotes", quote("quote")), ("sources", source("source")), ("bars", bar("bar"))]
    {
        let mut list = json!({ "type": "array", "items": item });
        explain(&mut list, of, name);
        schema["properties"][name] = list;
    }
    schema["required"] = json!(["timestamp", "quotes", "sources"]);
    schema
}

/// One of the orders, by its type.
fn order_of(of: &str) -> Value {
    let all = read::<Order>(of);
    let all = all["oneOf"].as_array().into_iter().flatten();
    let mut found = all.filter(|one| one["properties"]["type"]["const"] == of).cloned();
    let mut schema = found.next().unwrap_or_default();
    if schema["properties"]["symbols"].is_object() {
        schema["properties"]["symbols"]["items"] = symbol();
    }
    if schema["properties"]["bars"].is_object() {
        let words = INTERVALS.into_iter().map(Value::from).chain([Value::Null]);
        schema["properties"]["bars"]["enum"] = words.collect();
    }
    schema
}
