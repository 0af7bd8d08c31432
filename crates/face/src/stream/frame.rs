use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;
use market::{Interval, Source, Symbol};

use super::id::EventId;

/// What an event is about: who gets it after a reconnection.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Subject {
    /// Those who follow this symbol.
    Symbol(Symbol),
    /// Those who follow its bars of this interval.
    Bars(Symbol, Interval),
    /// Everybody.
    Sources,
}

/// An event as it is sent, encoded once for all who get it.
#[derive(Debug)]
pub struct Frame {
    /// Its place among all events; 0 where it has none.
    pub(super) number: u64,
    /// The instrument whose price it tells, where it does.
    pub(super) priced: Option<Symbol>,
    /// The instrument whose figures it has, and whose these are; none where it has none.
    pub(super) figures: Option<(Symbol, Vec<Source>)>,
    /// As a server-sent event.
    pub(super) sse: Bytes,
    /// The JSON object in it, the same bytes.
    pub(super) json: Utf8Bytes,
}

impl Frame {
    /// An event that can be resumed from. `members` is a JSON object.
    pub(super) fn numbered(id: EventId, kind: &str, members: &[u8]) -> Self {
        let head = format!("id: {id}\n");
        Self::new(id.number, &head, &format!("\"type\":\"{kind}\",\"id\":\"{id}\""), members)
    }

    /// An event for one reader alone. `members` is a JSON object.
    pub(super) fn unnumbered(kind: &str, members: &[u8]) -> Self {
        Self::new(0, "", &format!("\"type\":\"{kind}\""), members)
    }

    /// The same, known to tell a price.
    pub(super) fn pricing(self, symbol: &Symbol) -> Self {
        Self { priced: Some(symbol.clone()), ..self }
    }

    /// The same, known to have figures of these sources.
    pub(super) fn figures(self, symbol: &Symbol, of: Vec<Source>) -> Self {
        Self { figures: Some((symbol.clone(), of)), ..self }
    }

    fn new(number: u64, head: &str, first: &str, members: &[u8]) -> Self {
        const DATA: &[u8] = b"data: ";
        let separator: &[u8] = if members == b"{}" { b"" } else { b"," };
        let sse: Vec<u8> =
            [head.as_bytes(), DATA, b"{", first.as_bytes(), separator, &members[1..], b"\n\n"]
                .concat();
        let sse = Bytes::from(sse);
        let json = sse.slice(head.len() + DATA.len()..sse.len() - 2);
        let json = Utf8Bytes::try_from(json).expect("a serializer writes UTF-8");
        Self { number, priced: None, figures: None, sse, json }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_carry_the_same_object() {
        let id = EventId { epoch: 10, number: 7 };
        let frame = Frame::numbered(id, "quote", br#"{"symbol":"AAPL"}"#);
        let json = r#"{"type":"quote","id":"000000000000000a-7","symbol":"AAPL"}"#;
        assert_eq!(frame.json.as_str(), json);
        assert_eq!(frame.sse, format!("id: 000000000000000a-7\ndata: {json}\n\n"));
        let frame = Frame::unnumbered("pong", b"{}");
        assert_eq!(frame.json.as_str(), r#"{"type":"pong"}"#);
        assert_eq!(frame.sse, "data: {\"type\":\"pong\"}\n\n");
    }
}
