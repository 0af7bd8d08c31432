//! Gets, judges, keeps and hands out market data.
//!
//! Two things are held: the [`Board`] with the latest quote of every watched
//! instrument, and answers about history. Readers take what is held; refreshes
//! ask upstreams in each instrument's order, judge what comes back, keep it in
//! the store and only then show it.

mod ask;
mod board;
mod demand;
mod engine;
mod flight;
mod history;
mod import;
mod judge;
mod keep;
mod live;
mod misses;
mod quotes;
mod rates;
mod refresh;
mod schedule;
mod search;
mod sources;
mod streams;
mod upstream;

pub use board::{Board, Entry};
pub use demand::Demand;
pub use engine::{Engine, Settings};
pub use history::IMPORT;
pub use import::{ImportError, Imported, Revision};
pub use judge::{Doubt, Quarantined, forbids};
pub use keep::DoubtedHistory;
pub use misses::{Miss, Misses};
pub use rates::{NoRate, Rate, Step};
pub use search::Found;
pub use sources::{Simulator, Sources};
pub use streams::{StreamState, StreamStatus};
pub use upstream::{Calls, UpstreamState, UpstreamStatus};
