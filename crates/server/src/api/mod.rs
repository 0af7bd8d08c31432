//! What the data API takes and gives, declared once: handlers read parameters by
//! these declarations, and the OpenAPI document and the page about it are made
//! from them. What is not declared is refused.

mod answers;
mod asyncapi;
mod document;
mod events;
mod examples;
mod fields;
mod guide;
mod operations;
mod params;
mod schemas;

pub(crate) use answers::{ROUTES, Route};
pub(crate) use asyncapi::document as events_document;
pub(crate) use document::document;
pub(crate) use events::{Message, messages_on};
pub(crate) use examples::text as example_answer;
pub(crate) use guide::{GUIDE, Part, TASKS, Task};
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
