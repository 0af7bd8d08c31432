//! What the data API takes, declared once: handlers read parameters by these
//! declarations, and the documents and the page about them are made from them.
//! What is not declared is refused.

mod operations;
mod params;

#[cfg(test)]
pub(crate) use operations::ALL;
pub(crate) use operations::Operation;
pub(crate) use params::{Param, Place, Shape};

/// Every declared parameter, by name of its constant.
pub(crate) mod param {
    pub(crate) use super::params::all::*;
}

/// Every declared route, by name of its constant.
pub(crate) mod operation {
    pub(crate) use super::operations::all::*;
}
