use askama::Template;

use super::card::{Card, CardText};
use super::{Shell, assets};

/// Of more watched instruments the rest is left to the dashboard.
const MOST_SHOWN: usize = 8;

/// What the home page shows.
pub(crate) struct HomeView {
    /// The watched instruments.
    pub(crate) cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    shell: &'a Shell,
    cards: Vec<CardText<'a>>,
    /// How many watched instruments are not among the cards.
    more: usize,
    state: String,
}

/// The home page: links, and the state of the service in short.
pub(crate) fn home(shell: &Shell, view: &HomeView) -> Result<String, askama::Error> {
    let mut cards: Vec<_> = view.cards.iter().map(Card::text).collect();
    let state = state(&cards);
    let more = cards.len().saturating_sub(MOST_SHOWN);
    cards.truncate(MOST_SHOWN);
    Home { shell, cards, more, state }.render()
}

/// `3 instruments watched: 2 fresh, 1 stale.`
fn state(cards: &[CardText<'_>]) -> String {
    let count = |badge: &str| cards.iter().filter(|card| card.badge == badge).count();
    let counts: Vec<String> = ["fresh", "simulated", "stale", "missing"]
        .iter()
        .map(|badge| (count(badge), badge))
        .filter(|(n, _)| *n > 0)
        .map(|(n, badge)| format!("{n} {badge}"))
        .collect();
    match cards.len() {
        0 => "No instrument is watched.".to_owned(),
        1 => format!("1 instrument watched: {}.", counts.join(", ")),
        n => format!("{n} instruments watched: {}.", counts.join(", ")),
    }
}
