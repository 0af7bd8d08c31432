//! What the service says of itself: the `OpenAPI` and `AsyncAPI` documents and the
//! guide, made from the declarations of routes and from the records that answer.

mod answers;
mod asyncapi;
mod document;
mod events;
mod examples;
mod fields;
mod guide;
mod keys;
mod schemas;
mod shared;
mod taken;

pub(crate) use answers::{ROUTES, Route};
pub(crate) use asyncapi::document as events_document;
pub(crate) use document::document;
pub(crate) use events::{Message, messages_on};
pub(crate) use examples::text as example_answer;
pub(crate) use guide::{GUIDE, Part, TASKS, Task};
pub(crate) use taken::about;
