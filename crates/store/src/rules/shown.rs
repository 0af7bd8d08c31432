//! What is new of what is shown, why it is shown, and what disputes it.

use jiff::Timestamp;
use market::{Outcome, Quote, Showing, Shown, WhyShown};

use crate::rules::Moment;

/// What is new of what is shown.
pub(crate) struct News {
    /// More than when it was received.
    pub(crate) differs: bool,
    /// When the same quote was received again.
    pub(crate) received_at: Option<Timestamp>,
}

/// Compares what is shown with what was shown before.
pub(crate) fn news(before: Option<&Shown>, now: &Shown) -> News {
    let Some(before) = before else { return News { differs: true, received_at: None } };
    let received = |shown: &Shown| quote(shown).map(|quote| quote.received_at);
    let again =
        received(now).filter(|at| received(before).map(Moment::from) != Some(Moment::from(*at)));
    let as_before = match (&now.showing, received(before)) {
        (Showing::Quote(quote), Some(received_at)) => {
            Showing::Quote(Box::new(Quote { received_at, ..(**quote).clone() }))
        }
        (showing, _) => showing.clone(),
    };
    let differs = *before != Shown { showing: as_before, ..now.clone() };
    News { differs, received_at: again }
}

/// Why something else is shown than before.
pub(crate) fn why_shown(before: Option<&Shown>, now: &Shown) -> WhyShown {
    let new = match &now.showing {
        Showing::Nothing => return WhyShown::Withdrawn,
        Showing::MadeUp => return WhyShown::MadeUp,
        Showing::Quote(new) => new,
    };
    let held = before.and_then(|before| Some((before, quote(before)?)));
    let Some((before, old)) = held else { return WhyShown::First };
    let is_same = old.price == new.price && old.source == new.source;
    match (disputed_by(before).is_some(), disputed_by(now).is_some()) {
        (false, true) => WhyShown::Disputed,
        (true, true) if !is_same => WhyShown::Disputed,
        (true, false) if is_same => WhyShown::Settled,
        _ if old.source != new.source => WhyShown::OtherSource,
        _ if is_newer(old, new) => WhyShown::Newer,
        _ => WhyShown::Corrected,
    }
}

/// Whose source says no instant is newer where it was received later.
fn is_newer(old: &Quote, new: &Quote) -> bool {
    match (old.as_of, new.as_of) {
        (Some(old), Some(new)) => new > old,
        _ => new.received_at > old.received_at,
    }
}

/// A quote that is shown, and what disputes it: what was believed before, or else what
/// another source says. `None` where nothing does.
pub(crate) fn disputed_by(shown: &Shown) -> Option<(&Quote, &Quote)> {
    quote(shown).zip(shown.against())
}

/// How a dispute ended, by what was last shown of it and what is shown now.
pub(crate) fn outcome(last: &Shown, now: &Shown) -> Outcome {
    let Some(((shown, against), now)) = disputed_by(last).zip(quote(now)) else {
        return Outcome::Neither;
    };
    Outcome::of([shown.price, against.price], now.price)
}

fn quote(shown: &Shown) -> Option<&Quote> {
    match &shown.showing {
        Showing::Quote(quote) => Some(quote),
        Showing::Nothing | Showing::MadeUp => None,
    }
}
