//! What the data API takes, declared once: handlers are given parameters that
//! are read by these declarations, and the documents and the page about them are
//! made from them. What is not declared is refused.

pub(crate) mod operation;
pub(crate) mod params;
pub(crate) mod requests;
#[cfg(test)]
mod tests;

pub(crate) use http::Operation;
