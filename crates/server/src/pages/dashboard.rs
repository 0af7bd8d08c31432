use askama::Template;

use super::card::{Card, CardText};
use super::{Shell, assets};

/// What the dashboard shows.
pub(crate) struct DashboardView {
    /// The watched instruments, in the order of the watchlist.
    pub(crate) cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Dashboard<'a> {
    shell: &'a Shell,
    cards: Vec<CardText<'a>>,
    script: Option<String>,
}

/// The dashboard: a card per watched instrument, and the CAC 40's last month.
pub(crate) fn dashboard(shell: &Shell, view: &DashboardView) -> Result<String, askama::Error> {
    let cards = view.cards.iter().map(Card::text).collect();
    Dashboard { shell, cards, script: assets::url("dashboard.js") }.render()
}
