//! What a route takes, in words.

use http::AnyParam;
use table::Form;

use crate::api::Operation;
use crate::documents::{Route, about};

/// A parameter in words.
pub(super) struct ParamText {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    pub(super) takes: String,
    pub(super) about: String,
    /// A value, where not all of them are listed already.
    pub(super) example: Option<&'static str>,
}

/// A parameter under each of its names.
pub(super) fn param_texts(param: &'static AnyParam) -> impl Iterator<Item = ParamText> {
    let are_listed = param.kind.schema()["enum"].is_array();
    param.names().map(move |name| ParamText {
        name,
        is_required: param.is_required(),
        takes: param.kind.in_words(),
        about: about(param, name),
        example: (!are_listed).then_some(param.example),
    })
}

/// The forms in which an answer can be had.
pub(super) fn formats(operation: &Operation, route: Option<&Route>) -> String {
    if operation.tabular {
        return Form::names();
    }
    let is_text = route.is_some_and(|route| route.schema().is_none());
    if is_text { "text".to_owned() } else { Form::JSON.name().to_owned() }
}
