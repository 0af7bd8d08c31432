use std::iter;

use askama::Template;

use super::calls::{Call, calls};
use super::fields::{FieldText, fields};
use super::params::{ParamText, formats, param_texts};
use super::{Piece, operations, paragraphs};
use crate::api::Operation;
use crate::documents::{Message, ROUTES, Route, example_answer, messages_on};
use crate::pages::{Shell, assets};

/// What a page of the reference is about.
#[derive(Clone, Copy)]
pub(crate) struct Chapter {
    operation: &'static Operation,
    /// What it answers; streams tell messages instead.
    route: Option<&'static Route>,
}

impl Chapter {
    /// The one of this id, as it stands in the address.
    pub(crate) fn find(id: &str) -> Option<Self> {
        let operation = operations().find(|operation| operation.id == id)?;
        let route = ROUTES.iter().find(|route| route.operation.id == id);
        Some(Self { operation, route })
    }
}

#[derive(Template)]
#[template(path = "docs_chapter.html")]
struct Page<'a> {
    shell: &'a Shell,
    operation: &'static Operation,
    about: Vec<Vec<Piece>>,
    params: Vec<ParamText>,
    formats: String,
    example: Option<String>,
    calls: Vec<Call>,
    fields: Vec<FieldText>,
    messages: Vec<&'static Message>,
    answer: &'static str,
    operations: Vec<&'static Operation>,
    before: Option<&'static Operation>,
    after: Option<&'static Operation>,
}

/// The page about one route. `base` is where this service is, such as
/// `http://127.0.0.1:5000`.
pub(crate) fn chapter(
    shell: &Shell,
    Chapter { operation, route }: Chapter,
    base: &str,
) -> Result<String, askama::Error> {
    let (before, after) = neighbours(operation);
    Page {
        shell,
        operation,
        about: paragraphs(operation.about),
        params: operation.params.iter().flat_map(|param| param_texts(param)).collect(),
        formats: formats(operation, route),
        example: route.map(Route::example),
        calls: calls(operation, route, base),
        fields: route.and_then(Route::schema).map(|it| fields(&it)).unwrap_or_default(),
        messages: messages_on(operation.id),
        answer: example_answer(operation.id),
        operations: operations().collect(),
        before,
        after,
    }
    .render()
}

type Neighbour = Option<&'static Operation>;

/// What stands before and after one in the list.
fn neighbours(operation: &Operation) -> (Neighbour, Neighbour) {
    let before = iter::once(None).chain(operations().map(Some));
    let after = operations().skip(1).map(Some).chain([None]);
    let mut all = before.zip(operations()).zip(after);
    let found = all.find(|((_, one), _)| one.id == operation.id);
    found.map_or((None, None), |((before, _), after)| (before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_neighbours() {
        let check = |id: &str, before: Option<&str>, after: Option<&str>| {
            let (found, next) = neighbours(Chapter::find(id).unwrap().operation);
            assert_eq!((found.map(|it| it.id), next.map(|it| it.id)), (before, after), "{id}");
        };
        check("latest", None, Some("history"));
        check("quote", Some("quotes"), Some("value"));
        check("ws", Some("stream"), None);
        assert!(Chapter::find("nonsense").is_none());
    }
}
