//! Gets, judges, keeps and hands out market data.
//!
//! Two things are held: the [`Board`] with the latest quote of every watched
//! instrument, and answers about history. Readers take what is held; refreshes
//! ask upstreams in each instrument's order, judge what comes back, keep it in
//! the store and only then show it.

mod board;
mod engine;
mod flight;
mod history;
mod judge;
mod misses;
mod refresh;
mod sources;

pub use board::{Board, Entry};
pub use engine::{Engine, Settings};
pub use misses::{Miss, Misses};
pub use sources::{Demo, Sources};
