//! Gets, checks, stores and gives out market data.
//!
//! [`Engine`] is the way in and delegates to owners, each of which alone reaches
//! its own fields: the quote board (`board`), price history (`history`), streams
//! (`streams`), when what is due (`schedule`), the refreshes that get quotes
//! (`refresh`), comparing closes (`second_opinion`), having the last ones by the morning (`overnight`), look-ups (`search`), and what is passed on as upstreams said it
//! (`documents`). All of them are given one context: clock,
//! store, settings, what is known of instruments, and the upstreams with their
//! gates. `rates` is built on what [`Engine`] gives to everybody.
//!
//! Readers take what is held; refreshes ask upstreams in each instrument's order,
//! check what comes back for plausibility, show it and store it.

mod asker;
mod awaited;
mod board;
mod client;
mod clock_steps;
mod context;
mod demand;
mod documents;
mod engine;
mod failures;
mod figures;
mod flight;
mod history;
mod instruments;
mod interest;
mod likeness;
mod looks;
mod not_stored;
mod now;
mod overnight;
mod plausibility;
mod rates;
mod refresh;
mod schedule;
mod search;
mod second_opinion;
mod set_asides;
mod settings;
mod sources;
mod streams;
mod turns;
mod upkeep;
mod upstream;
mod upstreams;

pub use asker::Share;
pub use board::{Board, Entry};
pub use client::Client;
pub use demand::Demand;
pub use documents::{GivenDocument, NoDocument};
pub use engine::Engine;
pub use failures::{SourceFailure, SourceFailures};
pub use figures::Whose;
pub use history::{HistoryError, IMPORT, ImportError, Imported, Revision, UndoError};
pub use instruments::IdentitiesError;
pub use plausibility::{Doubt, Quarantined, RejectedHistory, Rejection, forbids};
pub use rates::{Day, NoRate, Rate, Step};
pub use search::Found;
pub use second_opinion::{Compared, SecondSource};
pub use set_asides::ElementSetAside;
pub use settings::Settings;
pub use sources::{Simulator, Sources};
pub use streams::{StreamPhase, StreamStatus};
pub use upkeep::StoreFailure;
pub use upstream::{Calls, UpstreamState, UpstreamStatus};
