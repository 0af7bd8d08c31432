//! The reference: a page that leads to all of it, and a page for each route.

mod calls;
mod chapter;
mod fields;
mod params;

use askama::Template;

pub(crate) use self::chapter::{Chapter, chapter};
use super::{Shell, assets};
use table::text::{nearest, short};

use crate::api::Operation;
use crate::api::operation::{STREAM, WS};
use crate::documents::{GUIDE, ROUTES, TASKS, Task};

#[derive(Template)]
#[template(path = "docs.html")]
struct Docs<'a> {
    shell: &'a Shell,
    tasks: &'static [Task],
    operations: Vec<&'static Operation>,
    guide: Vec<PartText>,
}

/// A part of the guide.
struct PartText {
    id: &'static str,
    title: &'static str,
    paragraphs: Vec<Vec<Piece>>,
}

/// A stretch of text, or of code in it.
struct Piece {
    is_code: bool,
    text: &'static str,
    /// The page about the route that it names.
    page: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "docs_unknown.html")]
struct Unknown<'a> {
    shell: &'a Shell,
    id: &'a str,
    near: Option<(String, &'static str)>,
}

/// The first page of the reference: tasks, all routes, and what holds for all of them.
pub(crate) fn docs(shell: &Shell) -> Result<String, askama::Error> {
    let part = |part: &crate::documents::Part| PartText {
        id: part.id,
        title: part.title,
        paragraphs: paragraphs(part.text),
    };
    let guide = GUIDE.iter().map(part).collect();
    Docs { shell, tasks: &TASKS, operations: operations().collect(), guide }.render()
}

/// The page for an address under which there is nothing.
pub(crate) fn no_such_chapter(shell: &Shell, id: &str) -> Result<String, askama::Error> {
    Unknown { shell, id: &short(id), near: near(id) }.render()
}

/// All that has a page, in the order of the list.
fn operations() -> impl Iterator<Item = &'static Operation> {
    ROUTES.iter().map(|route| route.operation).chain([&STREAM, &WS])
}

/// Where to find what may have been meant, and its title.
fn near(id: &str) -> Option<(String, &'static str)> {
    let routes = operations().map(|it| (it.id, format!("/marketpulse/docs/{}", it.id), it.summary));
    let parts = GUIDE.iter().map(|it| (it.id, format!("/marketpulse/docs#{}", it.id), it.title));
    let mut all: Vec<_> = routes.chain(parts).collect();
    let found = nearest(id, all.iter().map(|(id, ..)| *id))?;
    let at = all.iter().position(|(id, ..)| *id == found)?;
    let (_, address, title) = all.swap_remove(at);
    Some((address, title))
}

/// Paragraphs are parted by an empty line, code stands between backticks.
fn paragraphs(text: &'static str) -> Vec<Vec<Piece>> {
    let pieces = |text: &'static str| text.split('`').enumerate().map(piece).collect();
    text.split("\n\n").filter(|text| !text.is_empty()).map(pieces).collect()
}

fn piece((i, text): (usize, &'static str)) -> Piece {
    let path = text.split('?').next().unwrap_or(text);
    let page = operations().find(|it| it.path == path).map(|it| it.id);
    let is_code = i % 2 == 1;
    Piece { is_code, text, page: page.filter(|_| is_code) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_is_a_path_leads_to_its_page() {
        let parsed = paragraphs("See `/marketpulse/stream?symbols=AAPL` and `limit`.\n\nEnd.");
        let [first, last] = &parsed[..] else { panic!("{} paragraphs", parsed.len()) };
        let pages: Vec<_> = first.iter().map(|it| (it.is_code, it.page)).collect();
        assert_eq!(
            pages,
            [(false, None), (true, Some("stream")), (false, None), (true, None), (false, None)]
        );
        assert_eq!(last[0].text, "End.");
    }

    #[test]
    fn what_may_have_been_meant_is_a_route_or_a_part_of_the_guide() {
        let check = |id: &str, address: Option<&str>| {
            assert_eq!(near(id).map(|(address, _)| address).as_deref(), address, "{id}");
        };
        check("bar", Some("/marketpulse/docs/bars"));
        check("symbol", Some("/marketpulse/docs#symbols"));
        check("xyzzy-frobnicate", None);
    }

    #[test]
    fn no_route_has_the_name_of_another_or_of_a_part_of_the_guide() {
        let all = operations().map(|it| it.id).chain(GUIDE.iter().map(|it| it.id));
        let mut all: Vec<_> = all.collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
