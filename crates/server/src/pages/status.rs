use askama::Template;
use engine::{Quarantined, RejectedHistory, UpstreamState, UpstreamStatus};
use jiff::Timestamp;
use market::{Freshness, Quote};

use super::card::{Card, CardText};
use super::sentence::Sentence;
use super::verdict::{Trust, Watched, verdict};
use super::{Shell, assets, format, words};
use query::explain::cause;

/// What the status page shows.
pub(crate) struct StatusView {
    /// The watched instruments.
    pub(crate) watched: Vec<Watched>,
    /// Every upstream.
    pub(crate) upstreams: Vec<UpstreamStatus>,
    /// Answers about history that are not believed.
    pub(crate) rejected: Vec<RejectedHistory>,
    /// Whether others than this machine reach the service, which nobody said is meant.
    pub(crate) is_exposed: bool,
    /// When all this is so.
    pub(crate) now: Timestamp,
}

#[derive(Template)]
#[template(path = "status.html")]
struct Status<'a> {
    shell: &'a Shell,
    now: Timestamp,
    verdict: String,
    trust: Trust,
    rows: Vec<Row<'a>>,
    histories: Vec<HistoryText<'a>>,
    sources: Vec<SourceText<'a>>,
    is_exposed: bool,
}

/// A watched instrument in words.
struct Row<'a> {
    card: CardText<'a>,
    remarks: Vec<Sentence>,
}

/// A history that is not believed, in words.
struct HistoryText<'a> {
    symbol: &'a str,
    remark: Sentence,
}

/// An upstream in words.
struct SourceText<'a> {
    name: &'a str,
    /// What prices it gives; empty where there is nothing to say.
    gives: &'static str,
    /// `ok`, `failed`, `paused`, `failing` or `idle`.
    state: &'static str,
    badge: &'static str,
    /// What else is worth knowing at first sight.
    note: Sentence,
    last_hour: Sentence,
    left: String,
    last_success: Sentence,
    last_error: Sentence,
    terms: &'a str,
    terms_url: &'a str,
    shown_to: &'static str,
}

/// The status page: whether the numbers can be trusted, and why not.
pub(crate) fn status(shell: &Shell, view: &StatusView) -> Result<String, askama::Error> {
    let row = |watched| Row { card: Watched::text(watched), remarks: remarks(watched, view.now) };
    Status {
        shell,
        now: view.now,
        verdict: verdict(&view.watched),
        trust: Trust::of(&view.watched),
        rows: view.watched.iter().map(row).collect(),
        histories: view.rejected.iter().map(|it| history_text(it, view.now)).collect(),
        sources: view.upstreams.iter().map(|it| source_text(it, view.now)).collect(),
        is_exposed: view.is_exposed,
    }
    .render()
}

impl Watched {
    fn text(&self) -> CardText<'_> {
        self.card.text()
    }

    /// Whether the price may be taken for the present one.
    pub(super) fn is_fresh(&self) -> bool {
        self.card.freshness == Freshness::Fresh
    }
}

fn remarks(watched: &Watched, now: Timestamp) -> Vec<Sentence> {
    let Watched { card, quarantined, .. } = watched;
    let is_told = |name: &str| match name {
        // The price that is not believed has a remark of its own, which says more.
        "suspect" => quarantined.is_some(),
        // Whoever runs the service on the simulator knows, and the banner tells the rest.
        "offline" => card.freshness == Freshness::Simulated,
        _ => false,
    };
    let because = card.because.as_ref().filter(|because| !is_told(because.name));
    let because = because.map(|because| Sentence::from(because.detail.clone()));
    let disputed = card.rival.as_ref().map(|rival| disputed(card, rival, now));
    let doubted = quarantined.as_ref().map(|aside| not_believed(aside, now));
    [because, disputed, doubted].into_iter().flatten().collect()
}

/// `disputed: another source says 61,234.00 EUR at 12:00:00 UTC`
fn disputed(card: &Card, rival: &Quote, now: Timestamp) -> Sentence {
    let sentence = Sentence::from(format!("disputed: {} says ", rival.source))
        .figures(words::priced(rival, card.instrument.price_decimals));
    match rival.as_of {
        Some(at) => sentence.words(" at ").instant(at, now),
        None => sentence,
    }
}

fn not_believed(aside: &Quarantined, now: Timestamp) -> Sentence {
    let Quarantined { quote, reason, since, sightings, .. } = aside;
    Sentence::from(format!("{} says ", quote.source))
        .figures(words::priced(quote, quote.instrument.price_decimals))
        .words(format!(", which is not believed: {reason}; "))
        .then(seen(*sightings, *since, now))
}

fn seen(sightings: u32, since: Timestamp, now: Timestamp) -> Sentence {
    let seen = match sightings {
        1 => "seen once, at ".to_owned(),
        n => format!("seen {n} times since "),
    };
    Sentence::from(seen).instant(since, now)
}

fn history_text(history: &RejectedHistory, now: Timestamp) -> HistoryText<'_> {
    let RejectedHistory { symbol, source, reason, since, sightings, .. } = history;
    let doubt = format!("the history of {source} is not believed: {reason}; ");
    HistoryText {
        symbol: symbol.as_str(),
        remark: Sentence::from(doubt).then(seen(*sightings, *since, now)),
    }
}

fn source_text(upstream: &UpstreamStatus, now: Timestamp) -> SourceText<'_> {
    let (state, badge, since) = state(upstream, now);
    let number = |number: f64| format::price(number.floor(), 0);
    let last_success = upstream.last_success;
    SourceText {
        name: upstream.source.as_str(),
        gives: gives(upstream.source.as_str()),
        state,
        badge,
        note: note(state, since, upstream, now),
        last_hour: Sentence::default()
            .figures(format!("{} of {}", upstream.calls, number(upstream.per_hour)))
            .words(format!(" requests, {}", errors(upstream.errors))),
        left: format!("{} of {}", number(upstream.left), number(upstream.burst)),
        last_success: last_success
            .map_or("none yet".to_owned().into(), |at| Sentence::default().instant(at, now)),
        last_error: upstream.last_error.as_ref().map_or("none".to_owned().into(), |(at, error)| {
            Sentence::default().instant(*at, now).words(format!(": {}", cause(error)))
        }),
        terms: upstream.terms,
        terms_url: upstream.terms_url,
        shown_to: upstream.redistribution.whom(),
    }
}

fn gives(upstream: &str) -> &'static str {
    providers::upstream(upstream).map_or("", |upstream| upstream.gives)
}

/// `asks for a pause of 30 min, until 12:30:00 UTC`, `last answered 2 min ago`
fn note(state: &str, since: Sentence, upstream: &UpstreamStatus, now: Timestamp) -> Sentence {
    if matches!(state, "ok" | "idle") {
        return upstream.last_success.map_or(Sentence::default(), |at| {
            Sentence::from("last answered ".to_owned()).ago(at, now)
        });
    }
    let Some((_, error)) = &upstream.last_error else { return since };
    let comma = if since.is_empty() { "" } else { ", " };
    Sentence::from(format!("{}{comma}", cause(error))).then(since)
}

fn state(upstream: &UpstreamStatus, now: Timestamp) -> (&'static str, &'static str, Sentence) {
    let from = |word: &str, at| Sentence::from(format!("{word} ")).instant(at, now);
    match upstream.state {
        UpstreamState::PausedUntil(at) => ("paused", "paused", from("until", at)),
        UpstreamState::FailingSince(at) => ("failing", "failing", from("since", at)),
        UpstreamState::RefusedSince(at) => ("refused", "refused", from("since", at)),
        UpstreamState::Ok if upstream.last_success.is_none() && upstream.last_error.is_none() => {
            ("idle", "not asked yet", Sentence::default())
        }
        UpstreamState::Ok if failed_last(upstream) => {
            ("failed", "last request failed", Sentence::default())
        }
        UpstreamState::Ok => ("ok", "ok", Sentence::default()),
    }
}

/// It is still being asked, and yet nobody should read that all is well.
fn failed_last(upstream: &UpstreamStatus) -> bool {
    let failed = upstream.last_error.as_ref().map(|(at, _)| *at);
    failed.is_some_and(|failed| upstream.last_success.is_none_or(|success| success < failed))
}

fn errors(n: u32) -> String {
    match n {
        0 => "no errors".to_owned(),
        1 => "1 error".to_owned(),
        n => format!("{n} errors"),
    }
}
