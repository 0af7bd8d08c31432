//! Whether what an upstream said may be believed.
//!
//! Pure functions decide: what is held, what is new, and the time come in; a
//! verdict comes out. `own` says what an answer says of itself, `judge` weighs it
//! beside the rest. [`Plausibility`] remembers which history was rejected; a quote
//! that was is remembered on the board, beside the one shown.

mod closes;
mod history;
mod judge;
mod limits;
mod own;
mod quarantine;
mod rejected;
mod verdict;

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use market::{CLOCK_SLACK, Currency, Impossible, Quote, Symbol, power_of_ten};

pub(crate) use closes::{Comparison, NotComparable, Said, compare, is_near, tolerance};
pub(crate) use history::Earlier;
pub(crate) use judge::{Evidence, Verdict, judge};
pub use limits::forbids;
pub(crate) use limits::is_like;
use limits::{agree, agreement, are_comparable, jump_limit};
use own::are_small_rates;
pub(crate) use own::{Own, own_answer};
pub use quarantine::{Doubt, Quarantined};
pub(crate) use rejected::Plausibility;
pub use rejected::RejectedHistory;
pub(crate) use verdict::{Refuted, fitting, holes, refuted};

/// Why a quote is not believed.
#[derive(Clone, Debug, PartialEq)]
pub enum Rejection {
    /// It cannot be, whoever says it and however often.
    Impossible(Impossible),
    /// Counted in another currency than before.
    Currency {
        /// What prices were counted in.
        was: Currency,
        /// What this one is counted in.
        is: Currency,
    },
    /// A pair counted in another currency than its second: another instrument.
    NotOfPair {
        /// What this one is counted in.
        is: Currency,
    },
    /// A hundred times as much as before, or a hundredth: pence for pounds.
    HundredFold,
    /// A thousand times as much as before, or a thousandth, in a currency that has
    /// a thousand minor units: fils for dinars.
    ThousandFold,
    /// A multiple or a fraction of its own day's range, or a hundredfold of all that
    /// its own answer says of before.
    OwnAnswer,
    /// Further from the price before than markets of this kind move.
    Jump,
    /// History that ends before what was received earlier, or begins long after it.
    Shrunk,
}

impl Rejection {
    /// Whether a price is not believed whatever else is known: it witnesses nothing,
    /// neither for another price nor against it.
    pub(crate) fn is_of_itself(&self) -> bool {
        matches!(self, Self::Impossible(_) | Self::NotOfPair { .. } | Self::OwnAnswer)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Impossible(reason) => reason.fmt(f),
            Self::Currency { was, is } => write!(f, "it is in {is}, before it was in {was}"),
            Self::NotOfPair { is } => {
                write!(f, "it is in {is}, and the pair is priced in another currency")
            }
            Self::HundredFold => {
                f.write_str("it is a hundred times the price before, or a hundredth")
            }
            Self::ThousandFold => {
                f.write_str("it is a thousand times the price before, or a thousandth")
            }
            Self::OwnAnswer => {
                f.write_str("its own answer contradicts it: the day's range, or the prices before")
            }
            Self::Jump => f.write_str("it is too far from the price before"),
            Self::Shrunk => f.write_str("it lacks what was reported earlier"),
        }
    }
}

/// What cannot be of a quote, whoever says it and however often.
fn impossible(new: &Quote, now: Timestamp) -> Option<Rejection> {
    let of_pair = || not_of_pair(&new.instrument.symbol, new.currency.as_ref());
    let in_itself = new.impossible(now).map(Rejection::Impossible);
    in_itself.or_else(|| of_pair().map(|is| Rejection::NotOfPair { is }))
}

/// What a pair is counted in, where that is not its second currency.
fn not_of_pair(symbol: &Symbol, currency: Option<&Currency>) -> Option<Currency> {
    let (_, second) = symbol.pair()?;
    currency.filter(|it| it.as_str() != second).cloned()
}

/// How a quote differs from the one believed, by more than its kind moves.
fn difference(held: &Quote, new: &Quote) -> Option<Rejection> {
    if let (Some(was), Some(is)) = (&held.currency, &new.currency)
        && was != is
    {
        return Some(Rejection::Currency { was: was.clone(), is: is.clone() });
    }
    if is_hundredfold(new.price.get() / held.price.get()) && !are_small_rates(new, held.price) {
        return Some(Rejection::HundredFold);
    }
    if is_thousandfold(new.price.get() / held.price.get(), new.currency.as_ref()) {
        return Some(Rejection::ThousandFold);
    }
    let limit = jump_limit(new.instrument.kind, elapsed(held, new));
    (!agree(held.price, new.price, limit)).then_some(Rejection::Jump)
}

/// About a hundred times, or a hundredth.
fn is_hundredfold(ratio: f64) -> bool {
    power_of_ten(ratio).is_some_and(|power| power.abs() == 2)
}

/// About a thousand times, or a thousandth, where a currency is divided so.
fn is_thousandfold(ratio: f64, currency: Option<&Currency>) -> bool {
    let is_divided_so = currency.is_some_and(|it| it.minor_units() == 1_000);
    is_divided_so && power_of_ten(ratio).is_some_and(|power| power.abs() == 3)
}

fn elapsed(held: &Quote, new: &Quote) -> SignedDuration {
    let at = |quote: &Quote| quote.as_of.unwrap_or(quote.received_at);
    at(new).duration_since(at(held)).max(SignedDuration::ZERO)
}

/// Whether what another source says contradicts what is shown: prices of about the
/// same time that differ by more than is usual for the kind.
pub(crate) fn contradict(shown: &Quote, other: &Quote) -> bool {
    let kind = shown.instrument.kind;
    let times = shown.as_of.zip(other.as_of);
    times.is_some_and(|(shown_at, other_at)| are_comparable(kind, shown_at, other_at))
        && !agree(shown.price, other.price, agreement(kind))
}

/// Whether a quote is news beside the one held, so that it may replace it.
///
/// Nothing newer is replaced by something older: while a live source is away, a
/// rate that another source set this morning does not push out the price of an
/// hour ago. A real price always replaces a simulated one, and never the reverse. What
/// will only be true later was dated by a clock that was wrong, and is newer than nothing.
pub(crate) fn is_news(held: &Quote, new: &Quote, now: Timestamp) -> bool {
    if held.simulated != new.simulated {
        return held.simulated;
    }
    let lies_ahead = |as_of: Timestamp| as_of.duration_since(now) > CLOCK_SLACK;
    match (held.as_of, new.as_of) {
        (Some(held_as_of), Some(new_as_of)) if lies_ahead(held_as_of) => {
            !lies_ahead(new_as_of) || new_as_of >= held_as_of
        }
        (Some(held_as_of), Some(new_as_of)) => new_as_of >= held_as_of,
        (None, Some(_)) => true,
        // A source that states no time can only follow itself.
        (_, None) => held.source == new.source || held.as_of.is_none(),
    }
}

#[cfg(test)]
mod tests;
