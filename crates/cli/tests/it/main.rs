//! The service as its users meet it: the router over fake upstreams, the
//! binary itself, and the binary over recorded answers of the real ones.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod any_sequence;
mod asyncapi;
mod bad_input;
mod check;
mod commands;
mod connections;
mod dashboard;
mod docs;
mod export;
mod fx;
mod import;
mod indicators;
mod live;
mod load;
mod log;
mod recorded_bars;
mod recordings;
mod refusals;
mod routes;
mod service;
mod sources;
mod stream;
mod stream_bars;
mod v1;
mod watch;
mod world;
