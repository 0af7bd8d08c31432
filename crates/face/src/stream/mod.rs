//! Prices as they change, sent to readers as server-sent events
//! (`/marketpulse/stream`) and over WebSocket (`/marketpulse/ws`).
//!
//! Both carry the same JSON objects, one in each event or frame. Every one has
//! a `type`:
//!
//! | type | members | when |
//! | --- | --- | --- |
//! | `snapshot` | `id`, `timestamp`, `quotes` (as in `quote`, without `type` and `id`), `sources` (as in `source`, likewise) | first of all, and for symbols added later |
//! | `quote` | `id`, and those of a quote in `/latest` except `age_s` | something about a quote has changed |
//! | `state` | `id`, `symbol`, `market_state`, `freshness`, `timestamp` | a market opens or closes, or a price grows old or fresh |
//! | `bar` | `id`, `symbol`, `interval`, `open_time`, `date`, `open`, `high`, `low`, `close`, `volume`, `provisional`, `source` | a bar that was asked for goes on or ends |
//! | `revised` | `id`, `number`, `at`, `symbol`, `interval` or `null` for actions, `source`, `first`, `last`, `why` | what was known of history holds no more, as `/v1/changes` says |
//! | `source` | `id`, `source`, `state`, `paused_until`, `failing_since` | an upstream fails, pauses or is back |
//! | `error` | `symbol` or `null`, `reason`, `detail`, and `id` where all who follow the symbol get it | a symbol is none or unknown; a message is not understood |
//! | `unsubscribed` | `symbols` | WebSocket: as asked |
//! | `pong` | `timestamp` | WebSocket: answers `ping` |
//!
//! `symbol` is the canonical one, whatever spelling was asked for. `id` is
//! `<epoch>-<number>`: the epoch is another after each start of the service, the
//! number grows with each change of anything that anybody follows. One who
//! returns with the `id` of the last event seen, and the same symbols, gets the
//! events missed since, or a snapshot where they are no longer held. So as
//! server-sent events carry no names of their own: `onmessage` gets them all.
//!
//! A reader over WebSocket sends `{"type":"subscribe","symbols":["AAPL"]}`, with
//! `"last_event_id"` to resume and `"bars"` for bars; `{"type":"unsubscribe","symbols":["AAPL"]}`;
//! `{"type":"ping"}`. Close codes: 1001 the service stops, 1008 too many symbols,
//! three messages not understood or a key that is not good any more, 1009 a message over 64 KiB, 1011 nothing was
//! heard of the reader for a minute.
//!
//! With `bars=1m` in the address, or `"bars":"1m"` in a subscription, `bar` events
//! say how the bars of that interval form from the prices that are streamed (1m
//! to 1d; none for what is only polled), and a snapshot has the running ones as
//! `bars`. A bar is sent again with each price that changes it, and a last time
//! when it has ended, then with `"provisional":false`. One whose beginning was
//! not seen has a close, and `null` for its open, high, low and volume: those in
//! `/v1/bars` stand, and go on with the close. It stays provisional, as one does
//! in which the stream broke: `/v1/bars` has the source's own soon after.
//!
//! Reasons of an `error`: `not_a_symbol`; `unknown_symbol` (healthy sources know
//! none such); `not_followed` (all readers together follow too many, or this client
//! as many as are left to all others); `not_allowed` (the terms of a source do not let whoever
//! shows its key have it, once for each symbol); `not_understood`. The rest of what was asked
//! for lives on.
//!
//! Every 15 s a comment or a ping shows that the connection is alive.
//!
//! For each reader at most one `quote`, `state` and `source` event of the same
//! thing waits to be sent, and one `bar` that goes on and one that ended: a reader
//! who is slow sees fewer, the newest ones, and delays nobody. Of `revised` each
//! counts: up to 256 wait. A minute in which nothing can be written ends a connection.

mod about;
mod bar_events;
mod bars;
mod followers;
mod frame;
mod hub;
mod id;
mod publisher;
mod queue;
mod reader;
mod recent;
mod room;
mod sse;
mod topic;
mod ws;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use engine::Engine;

pub use about::{At, ErrorJson, Unsubscribed};
pub use bars::INTERVALS;
pub use hub::{Hub, Limits, Load, NoPlace};
pub use reader::{Reader, read_symbols};
pub use sse::SseEvents;
pub use ws::{LONGEST_MESSAGE, Order, converse};

/// A hub that looks for changes, in a task that ends with it. Needs a Tokio
/// runtime.
pub fn start(engine: Engine, limits: Limits) -> Arc<Hub> {
    let (changes, revised) = (engine.board_changes(), engine.revised());
    let hub = Arc::new(Hub::new(engine, limits));
    tokio::spawn(publisher::publish(Arc::downgrade(&hub), changes, revised));
    hub
}
