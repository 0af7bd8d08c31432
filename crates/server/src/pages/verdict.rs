//! One sentence for someone who only wonders whether the numbers can be trusted.

use engine::{Quarantined, SourceFailure};
use market::{Freshness, NotAsked, SourceError};

use super::card::Card;
use super::format;

/// A watched instrument and what speaks against its price.
pub(crate) struct Watched {
    /// The instrument with its price.
    pub(crate) card: Card,
    /// Who was last asked in vain.
    pub(crate) failures: Vec<SourceFailure>,
    /// A price that is not believed.
    pub(crate) quarantined: Option<Quarantined>,
}

/// Instruments named one by one; of more only the number is given.
const MOST_TOLD: usize = 4;

/// How far the watched prices can be relied on, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Every price is fresh and nothing speaks against any.
    Full,
    /// Some are not fresh, or something speaks against them.
    Partial,
    /// None is fresh.
    Lacking,
    /// None has ever been received.
    Missing,
    /// All are made up.
    Simulated,
    /// There is none.
    Empty,
}

impl Trust {
    /// How far these can be relied on.
    pub(super) fn of(watched: &[Watched]) -> Self {
        let all = |holds: fn(&Watched) -> bool| watched.iter().all(holds);
        if watched.is_empty() {
            Self::Empty
        } else if all(is_simulated) {
            Self::Simulated
        } else if all(is_undoubted) {
            Self::Full
        } else if all(|it| it.card.freshness == Freshness::Missing) {
            Self::Missing
        } else if all(|it| !it.is_fresh()) {
            Self::Lacking
        } else {
            Self::Partial
        }
    }

    /// The state by which style sheets know it.
    pub(super) fn state(self) -> &'static str {
        match self {
            Self::Full => "fresh",
            Self::Partial => "stale",
            Self::Lacking | Self::Missing => "error",
            Self::Simulated => "simulated",
            Self::Empty => "empty",
        }
    }

    /// The answer for whoever reads nothing else.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Full => "These numbers can be relied on",
            Self::Partial => "Some of these numbers need care",
            Self::Lacking => "None of these numbers is current",
            Self::Missing => "There are no prices at present",
            Self::Simulated => "These numbers are made up",
            Self::Empty => "There are no numbers here",
        }
    }

    /// The answer once the service itself cannot be reached; `None` where that changes nothing.
    pub(super) fn unreached(self) -> Option<&'static str> {
        match self {
            Self::Full | Self::Partial | Self::Lacking => Some("These are the last known numbers"),
            Self::Missing | Self::Simulated | Self::Empty => None,
        }
    }
}

fn is_undoubted(watched: &Watched) -> bool {
    watched.is_fresh()
        && watched.card.rival.is_none()
        && watched.quarantined.is_none()
        && !is_unanswered(watched)
}

/// A price that is still fresh, though no source could give it again. One that is
/// not believed was given.
fn is_unanswered(watched: &Watched) -> bool {
    let is_silence = |error: &SourceError| {
        use NotAsked::{RateLimited, ShareSpent};
        let is_our_budget =
            matches!(error, SourceError::NotAsked { why: RateLimited | ShareSpent, .. });
        !is_our_budget && !matches!(error, SourceError::Suspect(_))
    };
    watched.is_fresh() && watched.failures.iter().any(|failure| is_silence(&failure.error))
}

fn is_simulated(watched: &Watched) -> bool {
    watched.card.freshness == Freshness::Simulated
}

/// `2 of 3 are fresh; CAC 40 is 3 h old because its source did not answer.`
pub(super) fn verdict(watched: &[Watched]) -> String {
    let fresh = watched.iter().filter(|it| it.is_fresh()).count();
    let all = all_of(watched.len());
    let sentence = match watched.len() {
        0 => return "No instrument is watched.".to_owned(),
        _ if watched.iter().all(is_simulated) => {
            format!("{all} simulated: made up, not market data")
        }
        n if fresh == n => format!("{all} fresh"),
        1 => exceptions(watched),
        n if fresh == 0 => {
            format!("None of the {} watched prices is fresh; {}", number(n), exceptions(watched))
        }
        n => {
            let are = if fresh == 1 { "is" } else { "are" };
            format!("{fresh} of {n} {are} fresh; {}", exceptions(watched))
        }
    };
    format!("{sentence}{}.", objections(watched))
}

/// `All three watched prices are`
fn all_of(n: usize) -> String {
    match n {
        1 => "The watched price is".to_owned(),
        2 => "Both watched prices are".to_owned(),
        n => format!("All {} watched prices are", number(n)),
    }
}

/// Prices that are not fresh, those of one cause together.
fn exceptions(watched: &[Watched]) -> String {
    let not_fresh: Vec<&Watched> = watched.iter().filter(|it| !it.is_fresh()).collect();
    let mut causes: Vec<(String, Vec<String>)> = Vec::new();
    for it in not_fresh.iter().take(MOST_TOLD) {
        let cause = cause(it);
        match causes.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, states)) => states.push(state(it)),
            None => causes.push((cause, vec![state(it)])),
        }
    }
    let mut parts: Vec<String> = causes
        .iter()
        .map(|(cause, states)| format!("{} because {cause}", listed(states)))
        .collect();
    match not_fresh.len().saturating_sub(MOST_TOLD) {
        0 => {}
        1 => parts.push("1 more is not fresh either".to_owned()),
        n => parts.push(format!("{n} more are not fresh either")),
    }
    parts.join("; ")
}

/// `CAC 40 is 3 h old`
fn state(watched: &Watched) -> String {
    let card = &watched.card;
    let name = &card.instrument.name;
    match (card.freshness, card.age) {
        (Freshness::Missing, _) => format!("{name} has no price"),
        (Freshness::Simulated, _) => format!("{name} is simulated"),
        (_, Some(age)) => format!("{name} is {} old", format::age(age)),
        (_, None) => format!("{name} is of unknown age"),
    }
}

/// `The one source and the other did not answer`
fn cause(watched: &Watched) -> String {
    let mut faults: Vec<(&str, Vec<String>)> = Vec::new();
    for failure in &watched.failures {
        let (fault, name) = (fault(&failure.error), source(failure.source.as_str()));
        match faults.iter_mut().find(|(known, _)| *known == fault) {
            Some((_, names)) => names.push(name),
            None => faults.push((fault, vec![name])),
        }
    }
    if faults.is_empty() {
        return without_fault(watched);
    }
    let parts: Vec<String> =
        faults.iter().map(|(fault, names)| format!("{} {fault}", listed(names))).collect();
    listed(&parts)
}

fn without_fault(watched: &Watched) -> String {
    let Some(quote) = &watched.card.quote else {
        return "no source has been asked yet".to_owned();
    };
    let source = source(quote.source.as_str());
    match quote.as_of {
        Some(_) => format!("{source} had nothing newer"),
        None => format!("{source} does not say when a price was true"),
    }
}

/// What went wrong, as words that follow one name or several.
fn fault(error: &SourceError) -> &'static str {
    match error {
        SourceError::Unreachable { .. } => "did not answer",
        SourceError::Failing { .. } => "answered with an error",
        SourceError::NotAsked { why: NotAsked::CircuitOpen, .. } => "failed too often of late",
        SourceError::Throttled { .. }
        | SourceError::NotAsked { why: NotAsked::PauseRequested, .. } => "asked for a pause",
        SourceError::NotAsked { why: NotAsked::RateLimited | NotAsked::ShareSpent, .. } => {
            "may not be asked again so soon"
        }
        SourceError::NotAsked { why: NotAsked::KeyRefused, .. } => "refused the key that is set",
        SourceError::Unauthorised { .. } => "refused our request",
        SourceError::NoRoom => "gave an answer for which there was no room",
        SourceError::Suspect(_) => "gave a price that is not believed",
        SourceError::UnknownSymbol(_) => "did not know it",
        SourceError::LeftOut(_) => "left it out of its answer",
        SourceError::Offline => "may not be asked while the service runs without upstreams",
        SourceError::NotOffered(_) | SourceError::OutsideWindow { .. } => "did not offer it",
        _ => "gave an answer that cannot be read",
    }
}

/// A source or upstream as people call it.
fn source(name: &str) -> String {
    providers::label(name).unwrap_or(name).to_owned()
}

/// What else speaks against prices that are fresh by the clock.
fn objections(watched: &[Watched]) -> String {
    let names = |of: fn(&Watched) -> bool| -> Vec<String> {
        watched.iter().filter(|it| of(it)).map(|it| it.card.instrument.name.to_string()).collect()
    };
    let disputed = names(|it| it.card.rival.is_some());
    let doubted = names(|it| it.is_fresh() && it.quarantined.is_some());
    let unanswered = names(is_unanswered);
    let mut parts = Vec::new();
    if unanswered.len() == watched.len() {
        parts.push("no source has answered since".to_owned());
    } else if !unanswered.is_empty() {
        parts.push(format!("no source has answered for {} since", listed(&unanswered)));
    }
    if !disputed.is_empty() {
        parts.push(format!("sources disagree on {}", listed(&disputed)));
    }
    if !doubted.is_empty() {
        parts.push(format!("a newer price of {} is not believed", listed(&doubted)));
    }
    if parts.is_empty() { String::new() } else { format!(", but {}", listed(&parts)) }
}

/// `a`, `a and b`, `a, b and c`
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

fn number(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    WORDS.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}
