use askama::Template;

use super::{Shell, assets, words};

/// What the page shows where a key is shown once.
pub(crate) struct LoginView {
    /// The address to go on to.
    pub(crate) next: String,
    /// Why the last key did not do, in a sentence.
    pub(crate) refused: Option<String>,
    /// Whether a key is wanted at all.
    pub(crate) is_wanted: bool,
}

#[derive(Template)]
#[template(path = "login.html")]
struct Login<'a> {
    shell: &'a Shell,
    view: &'a LoginView,
}

/// The page where a reader shows a key, which the browser then keeps.
pub(crate) fn login(shell: &Shell, view: &LoginView) -> Result<String, askama::Error> {
    Login { shell, view }.render()
}
