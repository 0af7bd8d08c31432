//! The service as its users meet it: the router over fake upstreams, the
//! binary itself, and the binary over recorded answers of the real ones.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod admission;
mod agents;
mod any_sequence;
mod asyncapi;
mod audit;
mod bad_input;
mod benchmarks;
mod check;
mod clients;
mod commands;
mod connections;
mod copies;
mod dashboard;
mod docs;
mod export;
mod frankfurter;
mod fx;
mod identities;
mod import;
mod indicators;
mod keys;
mod limits;
mod live;
mod load;
mod log;
mod metrics;
mod misbehaviour;
mod office;
mod openbb;
mod other_clients;
mod quote_versions;
mod recipes;
mod recorded_bars;
mod recordings;
mod redistribution;
mod refusals;
mod routes;
mod second_opinion;
mod service;
mod set_clock;
mod sources;
mod store;
mod stream;
mod stream_bars;
mod udf;
mod v1;
mod vendors;
mod watch;
mod without_yahoo;
mod world;
mod yahoo;
