//! The routes of the service that this one took the place of, with the same
//! answers.

mod config;
mod history;
mod latest;

pub(crate) use config::{ConfigJson, config};
pub(crate) use history::history;
pub(crate) use latest::latest;
