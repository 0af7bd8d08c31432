//! The shapes of our JSON answers. Domain types become these here and nowhere
//! else; every answer carries where its values came from and how old they are.

mod beside;
mod explain;
mod history;
mod latest;
mod number;
mod sources;

pub(crate) use explain::{Reason, cause, explain, told};
pub(crate) use history::history;
pub(crate) use latest::latest;
pub(crate) use sources::sources;
