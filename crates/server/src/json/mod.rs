//! The shapes of our JSON answers. Domain types become these here and nowhere
//! else; every answer carries where its values came from and how old they are.

mod history;
mod latest;
mod number;

pub(crate) use history::history;
pub(crate) use latest::latest;
