//! The rows of the data API's answers: which columns there are, and what stands
//! in them. The form they take is decided elsewhere.

pub(crate) mod actions;
pub(crate) mod aligned;
pub(crate) mod bars;
mod built;
pub(crate) mod indicated;
pub(crate) mod instruments;
pub(crate) mod quotes;

pub(crate) use built::Built;
