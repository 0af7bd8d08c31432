use http::AnyParam;
use serde_json::{Map, Value, json};

use super::events::{MESSAGES, Message, Place};
use super::keys;
use super::taken;
use crate::api::operation::{STREAM, WS};
use face::stream::LONGEST_MESSAGE;

/// The `AsyncAPI` 3.0 document of the streams, as JSON.
pub(crate) fn document() -> Vec<u8> {
    serde_json::to_vec(&whole()).expect("texts and numbers are always JSON")
}

fn whole() -> Value {
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "MarketPulse streams",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "channels": { "stream": stream(), "ws": ws() },
        "operations": operations(),
        "components": {
            "securitySchemes": keys::schemes("httpApiKey"),
            "messages": MESSAGES.iter().map(message).collect::<Map<_, _>>(),
            "schemas": MESSAGES.iter().map(|it| (it.name.to_owned(), it.schema())).collect::<Map<_, _>>(),
        },
    })
}

const ABOUT: &str = "Prices as they change. Addresses are on the host this document is read from. `/marketpulse/openapi.json` describes all else.\n\n\
    Once there are keys, one with the scope `stream` is wanted: in a header, in the cookie that a browser keeps, or, where a client can send neither, \
    before the path, as `/k/KEY/marketpulse/ws`. Without one the answer is 401, with one that lacks the scope 403, with one that is used too often 429. \
    A stream ends when its key does.\n\n\
    Both channels carry the same JSON objects. A reader receives how things are (snapshot), then every change. \
    `symbol` is the canonical one, whatever spelling was asked for. One who returns with the `id` of the last event seen, \
    and the same symbols, gets the events missed since, or a snapshot where they are no longer held. \
    One who reads slowly sees fewer events, the newest ones: of each thing at most one waits to be sent.\n\n\
    With `bars` a reader receives bars as they form from the prices that are streamed. One whose beginning was not seen has a close, \
    and null for its open, high, low and volume; it stays provisional, and `/marketpulse/v1/bars` has the source's own soon after. \
    A bar that has ended is sent once more, not provisional.";

fn stream() -> Value {
    json!({
        "address": STREAM.path,
        "summary": STREAM.summary,
        "description": "Server-sent events without names of their own: `onmessage` gets them all. `id` is the event's id, and the header \
            Last-Event-ID resumes, as browsers do by themselves. Every 4 s a comment shows that the connection is alive.",
        "messages": listed(|place| place == Place::Both),
    })
}

fn ws() -> Value {
    let description = format!(
        "An event or an order in each text frame, of at most {LONGEST_MESSAGE} bytes. Pings show every 4 s that the connection is \
        alive. Close codes: 1001 the service stops, 1008 too many symbols or three messages not understood, 1009 a message too long, \
        1011 nothing was received from the reader for a minute."
    );
    json!({
        "address": WS.path,
        "summary": WS.summary,
        "description": description,
        "messages": listed(|_| true),
        "bindings": { "ws": { "method": "GET", "bindingVersion": "0.1.0" } },
    })
}

fn operations() -> Value {
    let http = json!({ "method": "GET", "query": query(), "bindingVersion": "0.3.0" });
    let mut followed = operation("send", "stream", "What is sent", |place| place == Place::Both);
    followed["bindings"] = json!({ "http": http });
    json!({
        "followStream": followed,
        "tellOverWs": operation("send", "ws", "What is sent", |place| place != Place::Order),
        "hearOverWs": operation("receive", "ws", "What is received", |place| place == Place::Order),
    })
}

fn operation(action: &str, channel: &str, summary: &str, is_part: fn(Place) -> bool) -> Value {
    let refer = |one: &Message| reference(&format!("channels/{channel}/messages/{}", one.name));
    json!({
        "action": action,
        "channel": reference(&format!("channels/{channel}")),
        "summary": summary,
        "messages": MESSAGES.iter().filter(|one| is_part(one.place)).map(refer).collect::<Vec<_>>(),
    })
}

/// The parameters in the address of the stream.
fn query() -> Value {
    let property = |param: &&'static AnyParam| {
        let mut schema = taken::schema(param, &[]);
        schema["description"] = param.about.into();
        (param.name.to_owned(), schema)
    };
    let properties: Map<_, _> = STREAM.params.iter().map(property).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn listed(is_part: fn(Place) -> bool) -> Map<String, Value> {
    let listed = MESSAGES.iter().filter(|one| is_part(one.place));
    let refer = |one: &Message| reference(&format!("components/messages/{}", one.name));
    listed.map(|one| (one.name.to_owned(), refer(one))).collect()
}

fn message(one: &Message) -> (String, Value) {
    let described = json!({
        "name": one.name,
        "summary": one.when,
        "payload": reference(&format!("components/schemas/{}", one.name)),
    });
    (one.name.to_owned(), described)
}

fn reference(to: &str) -> Value {
    json!({ "$ref": format!("#/{to}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_to_something() {
        fn check(document: &Value, part: &Value) {
            if let Some(to) = part["$ref"].as_str() {
                assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to}");
            }
            let members = part.as_object().into_iter().flat_map(|it| it.values());
            members.chain(part.as_array().into_iter().flatten()).for_each(|it| check(document, it));
        }
        check(&whole(), &whole());
    }

    #[test]
    fn every_member_says_what_it_means() {
        for message in &MESSAGES {
            let schema = message.schema();
            let members = schema["properties"].as_object().unwrap();
            assert!(members.len() > 1 || message.name == "ping", "{schema}");
            for (name, member) in members {
                assert!(member["description"].is_string(), "{} {name}", message.name);
            }
        }
    }

    #[test]
    fn every_example_of_an_order_is_read() {
        for (name, text) in [
            ("subscribe", r#"{"type":"subscribe","symbols":["AAPL"],"bars":"1m"}"#),
            ("unsubscribe", r#"{"type":"unsubscribe","symbols":["AAPL"]}"#),
            ("ping", r#"{"type":"ping"}"#),
        ] {
            let message = MESSAGES.iter().find(|message| message.name == name).unwrap();
            let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
            compiler.add_resource("schema.json", message.schema()).unwrap();
            let index = compiler.compile("schema.json", &mut schemas).unwrap();
            let order: Value = serde_json::from_str(text).unwrap();
            assert!(schemas.validate(&order, index).is_ok(), "{order} {}", message.schema());
            assert!(serde_json::from_str::<face::stream::Order>(text).is_ok());
            let more = json!({ "type": name, "symbols": ["AAPL"], "colour": "red" });
            assert!(schemas.validate(&more, index).is_err());
        }
    }
}
