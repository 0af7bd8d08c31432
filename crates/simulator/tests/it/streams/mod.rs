//! Streams over a real WebSocket.

mod client;
mod faults;
mod kraken;
mod recordings;
mod rule;
mod yahoo;
