//! Who is not let in, and why: in words, and in figures.

use std::net::IpAddr;

use access::{Name, Refusal, Scope};
use axum::http::{Method, StatusCode};
use prometheus::proto::MetricFamily;
use prometheus::{IntCounterVec, Opts, Registry};

use crate::problem::Problem;

/// What to say to somebody without a key that is known.
const HOW: &str = "send it as Authorization: Bearer KEY or X-API-Key: KEY, or put /k/KEY before the path; marketpulse keys create makes one";

/// A request that was not let in, or whose answer was withheld.
#[derive(Debug)]
pub struct TurnedAway<'a> {
    /// Who made it.
    pub address: Option<IpAddr>,
    /// Whose key it showed, where it is one of this service.
    pub key: Option<&'a Name>,
    /// What it wanted.
    pub method: &'a Method,
    /// Where, without its parameters and any key.
    pub path: &'a str,
    /// Why, in a word.
    pub reason: &'static str,
}

/// Why a request is not let in.
pub(super) enum NotLetIn {
    /// It shows none.
    NoKey,
    /// It shows what is no key of any service like this.
    OtherKey,
    /// It shows one that is not good.
    Refused(Refusal),
    /// It shows one that is good, though not for this.
    Scope(Name, Scope),
}

impl NotLetIn {
    /// The same in a word, for programs.
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::NoKey => "no_key",
            Self::OtherKey => Refusal::Unknown.reason(),
            Self::Refused(refusal) => refusal.reason(),
            Self::Scope(..) => "scope",
        }
    }

    /// Whose key was shown, where it is one of this service.
    pub(super) fn key(&self) -> Option<&Name> {
        match self {
            Self::NoKey | Self::OtherKey => None,
            Self::Refused(refusal) => refusal.name(),
            Self::Scope(name, _) => Some(name),
        }
    }

    /// The same for whoever asks.
    pub(super) fn problem(&self) -> Problem {
        match self {
            Self::NoKey => unauthorised(format!("this service wants a key; {HOW}")),
            Self::OtherKey => {
                unauthorised(format!("what was shown is no key of this service; {HOW}"))
            }
            Self::Refused(refusal) => match refusal.again_in() {
                Some(pause) => Problem::too_many(refusal.to_string()).again_in(pause),
                None => unauthorised(refusal.to_string()),
            },
            Self::Scope(name, scope) => not_allowed(name, *scope),
        }
    }
}

fn unauthorised(detail: String) -> Problem {
    Problem::plain(StatusCode::UNAUTHORIZED, "Key needed", detail)
}

fn not_allowed(name: &Name, scope: Scope) -> Problem {
    let scope = scope.as_str();
    let detail = format!("the key of {name} does not allow {scope}; use one with that scope");
    Problem::plain(StatusCode::FORBIDDEN, "Not allowed", detail)
}

/// All reasons there are, so that each is told before it has come up.
const REASONS: [&str; 8] =
    ["no_key", "unknown_key", "expired", "revoked", "scope", "rate", "guesses", "redistribution"];

/// Requests that were not let in, counted by why: as many figures as there are reasons,
/// whoever asks and whatever is shown.
pub(super) struct Refusals {
    counted: IntCounterVec,
    listed: Registry,
}

impl Default for Refusals {
    fn default() -> Self {
        let counted = Opts::new(
            "marketpulse_access_refusals_total",
            "Requests that were not let in, by reason: no key, one that is unknown, has expired or was revoked, one without the scope, one used too often, too many wrong secrets for one, or one whose holder shows others what it is answered while a source's terms forbid that.",
        );
        let counted = IntCounterVec::new(counted, &["reason"]).expect("names are valid");
        for reason in REASONS {
            counted.with_label_values(&[reason]);
        }
        let listed = Registry::new();
        listed.register(Box::new(counted.clone())).expect("there is no other");
        Self { counted, listed }
    }
}

impl Refusals {
    pub(super) fn count(&self, reason: &'static str) {
        self.counted.with_label_values(&[reason]).inc();
    }

    pub(super) fn families(&self) -> Vec<MetricFamily> {
        self.listed.gather()
    }
}
