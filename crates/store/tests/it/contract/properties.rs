//! Promises about anything that can be received in any order. Each is tried with
//! many backends, each fresh.

mod bases;
mod model;
mod past;
mod shown;
mod versions;

pub(crate) use bases::no_answer_mixes_bases;
pub(crate) use model::{
    any_answers_are_read_as_last_received, the_order_of_arrival_does_not_matter,
};
pub(crate) use past::what_was_shown_can_be_read_again;
pub(crate) use shown::what_was_shown_is_reported_again;
pub(crate) use versions::versions_changes_and_answers_agree;

use crate::Backend;

/// Makes a backend with a store of its own.
pub(crate) type Fresh<'a> = &'a dyn Fn() -> Box<dyn Backend>;

/// Runs one case to its end.
fn run(case: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(case);
}
