use askama::Template;
use engine::{DoubtedHistory, Miss, Quarantined, UpstreamState, UpstreamStatus};
use jiff::Timestamp;
use market::{Freshness, Quote};

use super::card::{Card, CardText};
use super::verdict::{Trust, verdict};
use super::{Shell, assets, format, words};
use crate::json::cause;

/// What the status page shows.
pub(crate) struct StatusView {
    /// The watched instruments.
    pub(crate) watched: Vec<Watched>,
    /// Every upstream.
    pub(crate) upstreams: Vec<UpstreamStatus>,
    /// Answers about history that are not believed.
    pub(crate) doubted: Vec<DoubtedHistory>,
    /// When all this is so.
    pub(crate) now: Timestamp,
}

/// A watched instrument and what speaks against its price.
pub(crate) struct Watched {
    /// The instrument with its price.
    pub(crate) card: Card,
    /// Who was last asked in vain.
    pub(crate) misses: Vec<Miss>,
    /// A price that is not believed.
    pub(crate) quarantined: Option<Quarantined>,
}

#[derive(Template)]
#[template(path = "status.html")]
struct Status<'a> {
    shell: &'a Shell,
    now: String,
    verdict: String,
    trust: Trust,
    rows: Vec<Row<'a>>,
    histories: Vec<HistoryText<'a>>,
    sources: Vec<SourceText<'a>>,
}

/// A watched instrument in words.
struct Row<'a> {
    card: CardText<'a>,
    remarks: Vec<String>,
}

/// A history that is not believed, in words.
struct HistoryText<'a> {
    symbol: &'a str,
    remark: String,
}

/// An upstream in words.
struct SourceText<'a> {
    name: &'a str,
    /// `ok`, `failed`, `paused`, `failing` or `idle`.
    state: &'static str,
    badge: &'static str,
    /// What else is worth knowing at first sight.
    note: String,
    last_hour: String,
    left: String,
    last_success: String,
    last_error: String,
    terms_url: &'a str,
}

/// The status page: whether the numbers can be trusted, and why not.
pub(crate) fn status(shell: &Shell, view: &StatusView) -> Result<String, askama::Error> {
    let row = |watched| Row { card: Watched::text(watched), remarks: remarks(watched, view.now) };
    Status {
        shell,
        now: format::instant(view.now),
        verdict: verdict(&view.watched),
        trust: Trust::of(&view.watched),
        rows: view.watched.iter().map(row).collect(),
        histories: view.doubted.iter().map(|it| history_text(it, view.now)).collect(),
        sources: view.upstreams.iter().map(|it| source_text(it, view.now)).collect(),
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

fn remarks(watched: &Watched, now: Timestamp) -> Vec<String> {
    let Watched { card, quarantined, .. } = watched;
    let is_told = |name: &str| match name {
        // The price that is not believed has a remark of its own, which says more.
        "suspect" => quarantined.is_some(),
        // Whoever runs the service on the simulator knows, and the banner tells the rest.
        "offline" => card.freshness == Freshness::Simulated,
        _ => false,
    };
    let because = card.because.as_ref().filter(|because| !is_told(because.name));
    let because = because.map(|because| because.detail.clone());
    let disputed = card.rival.as_ref().map(|rival| disputed(card, rival, now));
    let doubted = quarantined.as_ref().map(|aside| not_believed(aside, now));
    [because, disputed, doubted].into_iter().flatten().collect()
}

fn disputed(card: &Card, rival: &Quote, now: Timestamp) -> String {
    let at = rival.as_of.map_or(String::new(), |at| format!(" at {}", format::moment(at, now)));
    card.dispute(rival) + &at
}

fn not_believed(aside: &Quarantined, now: Timestamp) -> String {
    let Quarantined { quote, doubt, since, sightings } = aside;
    let price = words::priced(quote, quote.instrument.price_decimals);
    let seen = seen(*sightings, *since, now);
    format!("{} says {price}, which is not believed: {doubt}; {seen}", quote.source)
}

fn seen(sightings: u32, since: Timestamp, now: Timestamp) -> String {
    let since = format::moment(since, now);
    if sightings == 1 {
        format!("seen once, at {since}")
    } else {
        format!("seen {sightings} times since {since}")
    }
}

fn history_text(history: &DoubtedHistory, now: Timestamp) -> HistoryText<'_> {
    let DoubtedHistory { symbol, source, doubt, since, sightings } = history;
    let seen = seen(*sightings, *since, now);
    HistoryText {
        symbol: symbol.as_str(),
        remark: format!("the history of {source} is not believed: {doubt}; {seen}"),
    }
}

fn source_text(upstream: &UpstreamStatus, now: Timestamp) -> SourceText<'_> {
    let (state, badge, since) = state(upstream, now);
    let number = |number: f64| format::price(number.floor(), 0);
    let moment = |at: Timestamp| format::moment(at, now);
    SourceText {
        name: upstream.source.as_str(),
        state,
        badge,
        note: note(state, since, upstream, now),
        last_hour: format!(
            "{} of {} requests, {}",
            upstream.calls,
            number(upstream.per_hour),
            errors(upstream.errors)
        ),
        left: format!("{} of {}", number(upstream.left), number(upstream.burst)),
        last_success: upstream.last_success.map_or("none yet".into(), moment),
        last_error: upstream
            .last_error
            .as_ref()
            .map_or("none".into(), |(at, error)| format!("{}: {}", moment(*at), cause(error))),
        terms_url: &upstream.terms_url,
    }
}

/// `until 12:30:00 UTC: asks for a pause of 1800 s`, `quiet for 2 min`
fn note(state: &str, since: String, upstream: &UpstreamStatus, now: Timestamp) -> String {
    let quiet = |at| format!("quiet for {}", format::age(now.duration_since(at)));
    if matches!(state, "ok" | "idle") {
        return upstream.last_success.map_or(String::new(), quiet);
    }
    let error = upstream.last_error.as_ref().map(|(_, error)| cause(error));
    let since = Some(since).filter(|since| !since.is_empty());
    since.into_iter().chain(error).collect::<Vec<_>>().join(": ")
}

fn state(upstream: &UpstreamStatus, now: Timestamp) -> (&'static str, &'static str, String) {
    let moment = |at| format::moment(at, now);
    match upstream.state {
        UpstreamState::PausedUntil(at) => ("paused", "paused", format!("until {}", moment(at))),
        UpstreamState::FailingSince(at) => ("failing", "failing", format!("since {}", moment(at))),
        UpstreamState::Ok if upstream.last_success.is_none() && upstream.last_error.is_none() => {
            ("idle", "not asked yet", String::new())
        }
        UpstreamState::Ok if failed_last(upstream) => {
            ("failed", "last request failed", String::new())
        }
        UpstreamState::Ok => ("ok", "ok", String::new()),
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
