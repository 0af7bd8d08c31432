//! Answers on their way out: encoded once for each version of what they show,
//! compressed once for each coding, and not sent at all to whoever has them.

mod coding;
mod condition;
mod encoded;
mod hot;
mod piecewise;
mod range;

pub(crate) use coding::Coding;
pub(crate) use encoded::Encoded;
pub(crate) use hot::Hot;
pub(crate) use piecewise::piecewise;

/// The kind of most answers.
pub(crate) const JSON: &str = "application/json";
