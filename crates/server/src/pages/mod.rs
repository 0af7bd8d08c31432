//! The pages for people: rendered here whole, numbers and all, before any
//! script runs. Everything from an address or an upstream is escaped text.

mod address;
pub(crate) mod assets;
mod card;
mod dashboard;
mod disputes;
mod docs;
mod format;
pub(crate) mod handlers;
mod history;
mod home;
mod login;
mod problem;
mod sentence;
mod status;
mod summary;
mod theme;
mod verdict;
mod words;

use market::Credit;

pub(crate) use card::Card;
pub(crate) use dashboard::{Charted, Choice, DashboardView, NoSymbol, Tile, dashboard};
pub(crate) use disputes::{DisputesView, disputes};
pub(crate) use docs::{Chapter, chapter, docs, no_such_chapter};
pub(crate) use history::{Drawn, HistoryView, Message, Outcome, history};
pub(crate) use home::{HomeView, home};
pub(crate) use login::{LoginView, login};
pub(crate) use problem::{ProblemView, problem};
pub(crate) use status::{StatusView, status};
pub(crate) use theme::Theme;
pub(crate) use verdict::Watched;

/// What every page says around its own matter.
pub(crate) struct Shell {
    /// `development` or `production`.
    pub(crate) environment: String,
    /// The program's version.
    pub(crate) version: &'static str,
    /// Whether anything on the page was made up by the simulator.
    pub(crate) simulated: bool,
    /// Why nothing new is stored, where that is so, in a sentence.
    pub(crate) unstored: Option<String>,
    /// Whether the browser keeps a key, and can be told to forget it.
    pub(crate) is_signed_in: bool,
    /// In which colours the reader wants it.
    pub(crate) theme: Theme,
    /// Whose prices may be on it.
    pub(crate) credits: Vec<&'static Credit>,
}

#[cfg(test)]
mod tests;
