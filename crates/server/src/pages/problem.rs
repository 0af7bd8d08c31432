use askama::Template;

use super::{Shell, address, assets, words};

/// Something that could not be done, for a page of its own.
pub(crate) struct ProblemView {
    /// The HTTP status.
    pub(crate) status: u16,
    /// What is wrong, in a few words.
    pub(crate) title: String,
    /// What is wrong, with what, and what would work.
    pub(crate) detail: String,
    /// Symbols that may have been meant.
    pub(crate) suggestions: Vec<String>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Problem<'a> {
    shell: &'a Shell,
    view: &'a ProblemView,
}

/// The page for what cannot be shown: no such page, refused input, a fault.
pub(crate) fn problem(shell: &Shell, view: &ProblemView) -> Result<String, askama::Error> {
    Problem { shell, view }.render()
}
