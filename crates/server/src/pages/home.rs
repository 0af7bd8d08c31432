use askama::Template;
use jiff::Timestamp;

use super::card::{Card, CardText};
use super::{Shell, assets, format};

/// Of more watched instruments the rest is left to the dashboard.
const MOST_SHOWN: usize = 8;

/// What the home page shows.
pub(crate) struct HomeView {
    /// The watched instruments.
    pub(crate) cards: Vec<Card>,
    /// Where this service is, such as `http://127.0.0.1:5000`.
    pub(crate) base: String,
    /// When all this is so.
    pub(crate) now: Timestamp,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    shell: &'a Shell,
    cards: Vec<CardText<'a>>,
    /// How many watched instruments are not among the cards.
    more: usize,
    /// `3 instruments watched`
    watched: String,
    /// `2 fresh, 1 stale`; empty where nothing is watched.
    counts: String,
    /// Whether anything is being asked for.
    is_coming: bool,
    base: &'a str,
    now: Timestamp,
}

/// The home page: links, and the state of the service in short.
pub(crate) fn home(shell: &Shell, view: &HomeView) -> Result<String, askama::Error> {
    let mut cards: Vec<_> = view.cards.iter().map(Card::text).collect();
    let (watched, counts) = (watched(cards.len()), counts(&cards));
    let more = cards.len().saturating_sub(MOST_SHOWN);
    cards.truncate(MOST_SHOWN);
    let is_coming = cards.iter().any(|card| card.pending);
    Home { shell, is_coming, cards, more, watched, counts, base: &view.base, now: view.now }
        .render()
}

fn watched(n: usize) -> String {
    match n {
        0 => "No instrument is watched".to_owned(),
        1 => "1 instrument watched".to_owned(),
        n => format!("{n} instruments watched"),
    }
}

fn counts(cards: &[CardText<'_>]) -> String {
    let count = |badge: &str| cards.iter().filter(|card| card.badge == badge).count();
    let counts: Vec<String> = ["fresh", "simulated", "stale", "missing"]
        .iter()
        .map(|badge| (count(badge), badge))
        .filter(|(n, _)| *n > 0)
        .map(|(n, badge)| format!("{n} {badge}"))
        .collect();
    counts.join(", ")
}
