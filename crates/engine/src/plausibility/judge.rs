//! Judges a price by evidence: by its own answer, by splits, by other sources, and
//! by what was believed before. What is held has no privilege: it only makes us look.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::{Catalog, Currency, Ended, Moment, PreviousKind, Price, Quote, power_of_ten};

use super::limits::{agree, agreement, are_comparable, is_like, jump, jump_limit};
use super::own::{Own, day_of, is_slip, prices_before};
use super::{Doubt, Quarantined, Rejection, difference, elapsed, impossible};
use crate::now::Now;

/// What a new price is judged beside.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Evidence<'a> {
    /// The price shown.
    pub(crate) shown: Option<&'a Quote>,
    /// What speaks against the one shown.
    pub(crate) doubt: Option<&'a Doubt>,
    /// A price that waits for evidence, or was contradicted.
    pub(crate) aside: Option<&'a Quarantined>,
    /// What other sources said last.
    pub(crate) others: &'a [Quote],
}

/// What becomes of a price.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Nothing speaks against it, or evidence clears it.
    Believed,
    /// It differs from what was believed, and nothing decides which is true.
    Doubted(Rejection),
    /// It is contradicted: by itself, or by independent witnesses.
    Suspect(Rejection),
}

/// Judges a price; `own` is what its own answer says of it.
pub(crate) fn judge(held: &Evidence<'_>, new: &Quote, own: Own, now: Now) -> Verdict {
    if let Some(reason) = impossible(new, now.latest) {
        return Verdict::Suspect(reason);
    }
    if own == Own::Against {
        return Verdict::Suspect(Rejection::OwnAnswer);
    }
    let Some(believed) = held.believed(new) else { return Verdict::Believed };
    let Some(reason) = difference(believed, new) else { return Verdict::Believed };
    if let Rejection::Currency { was, is } = &reason {
        return by_label(was, is, believed, new, reason.clone());
    }
    if is_reported(believed, new, own) || is_split(believed, new) {
        return Verdict::Believed;
    }
    held.by_witnesses(believed, new, reason, now)
}

impl<'a> Evidence<'a> {
    /// What was believed before the present doubt. A real price is not judged by a
    /// simulated one.
    fn believed(&self, new: &Quote) -> Option<&'a Quote> {
        let believed = self.doubt.map(|doubt| &doubt.rival).or(self.shown);
        believed.filter(|it| it.simulated == new.simulated && !it.simulated)
    }

    fn by_witnesses(&self, believed: &Quote, new: &Quote, reason: Rejection, now: Now) -> Verdict {
        let aside = self.aside.filter(|aside| !aside.reason.is_of_itself());
        let aside = aside.map(|aside| &aside.quote);
        let others = || self.others.iter().chain(aside);
        if others().any(|other| other.source != new.source && supports(other, new, believed)) {
            return Verdict::Believed;
        }
        let against =
            || others().filter(|it| it.source != believed.source && contradicts(it, new, believed));
        let may_be_a_unit = may_be_a_unit(believed, new);
        if may_be_a_unit && against().next().is_some() {
            return Verdict::Suspect(reason);
        }
        let mut live = against().chain([believed]).filter(|it| it.source != new.source);
        let differs = live.any(|other| is_comparable(other, new));
        if !may_be_a_unit && !differs && self.is_repeated(new, now) {
            return Verdict::Believed;
        }
        Verdict::Doubted(reason)
    }

    /// Whether the same source said about the same a while ago: one look might see
    /// the same mistake twice, and markets that jump go on trading.
    fn is_repeated(&self, new: &Quote, now: Now) -> bool {
        let is_old = |since: Moment| now.moment.since(since) >= APART;
        let is_same = |it: &Quote| it.source == new.source && is_like(it, new);
        let shown = self.doubt.zip(self.shown);
        shown.is_some_and(|(doubt, shown)| is_old(doubt.since_moment) && is_same(shown))
            || self.aside.is_some_and(|it| is_old(it.since_moment) && is_same(&it.quote))
    }
}

/// Two looks within less than this are one: a stream says the same mistake many
/// times a second. Shorter than the time between two polls.
const APART: Duration = Duration::from_secs(20);

/// Older prices of other sources witness nothing.
const WITNESSES_FOR: SignedDuration = SignedDuration::from_hours(5 * 24);

/// From so large a factor on, a price of some days ago is a witness too.
const FACTOR: f64 = 3.0;

/// Whether the answer itself tells of the way from what was believed: its day's
/// range spans the price, and its previous close is what was believed. That tells of
/// a crash or a leap, and not of a hundredfold, which may be an error of the unit.
/// A change over 24 hours is counted by its source from another figure than the price.
fn is_reported(believed: &Quote, new: &Quote, own: Own) -> bool {
    let is_believed = |before: &Price| agree(believed.price, *before, jump(new.instrument.kind));
    let day_ago = new.previous.filter(|it| it.kind == PreviousKind::DayAgo);
    let tells_change = own != Own::Against && day_ago.is_some_and(|it| is_believed(&it.price));
    let spans = own == Own::For && prices_before(new).iter().any(is_believed);
    (tells_change || spans) && !is_slip(new.price, believed.price)
}

/// Whether a split between the two prices explains the difference.
fn is_split(believed: &Quote, new: &Quote) -> bool {
    let days = day_of(believed).zip(day_of(new));
    let factor = days.and_then(|(from, to)| new.witness.as_ref()?.split_between(from, to));
    let Some(expected) = factor.and_then(|factor| Price::new(believed.price.get() * factor)) else {
        return false;
    };
    agree(expected, new.price, jump_limit(new.instrument.kind, elapsed(believed, new)))
}

/// Another label is believed where the number changed with it, as from pence to
/// pounds, or where it is the currency that the instrument is known to trade in.
fn by_label(
    was: &Currency,
    is: &Currency,
    believed: &Quote,
    new: &Quote,
    reason: Rejection,
) -> Verdict {
    let limit = jump_limit(new.instrument.kind, elapsed(believed, new));
    let is_as = |price: f64| Price::new(price).is_some_and(|it| agree(it, new.price, limit));
    let explains = units(was, is).is_some_and(|units| is_as(believed.price.get() / units));
    let known = Catalog::new().instrument(&new.instrument.symbol).currency;
    if explains || known.as_ref() == Some(is) {
        return Verdict::Believed;
    }
    Verdict::Suspect(reason)
}

/// How many of one currency make one of another: of minor units, and where one gave
/// way to the other.
pub(super) fn units(was: &Currency, is: &Currency) -> Option<f64> {
    let major = |it: &Currency| {
        it.major().map_or((it.to_string(), 1.0), |it| (it.code.to_owned(), f64::from(it.units)))
    };
    let ((was_major, was_units), (is_major, is_units)) = (major(was), major(is));
    if was_major == is_major {
        return Some(was_units / is_units);
    }
    let ended = Ended::of(was.as_str()).filter(|ended| ended.successor == is.as_str());
    ended.map(|ended| ended.units)
}

/// Whether a quote of another source speaks for a new price and not for the one
/// believed.
fn supports(other: &Quote, new: &Quote, believed: &Quote) -> bool {
    within(other, new, believed).is_some_and(|within| {
        agree(other.price, new.price, within) && !agree(other.price, believed.price, within)
    })
}

/// Whether a quote of another source speaks for the price believed, and so against
/// the new one.
fn contradicts(other: &Quote, new: &Quote, believed: &Quote) -> bool {
    let is_live = is_comparable(other, new);
    let counts = is_live || may_be_a_unit(believed, new);
    let within = within(other, new, believed).filter(|_| counts);
    within.is_some_and(|within| {
        agree(other.price, believed.price, within) && !agree(other.price, new.price, within)
    })
}

/// How close a quote of another source must be to be a witness; `None` where it is
/// none. One of about the same time witnesses the size, an older one a factor.
fn within(other: &Quote, new: &Quote, believed: &Quote) -> Option<f64> {
    if other.simulated || other.currency != new.currency {
        return None;
    }
    let kind = new.instrument.kind;
    if is_comparable(other, new) {
        return Some(5.0 * agreement(kind));
    }
    let ratio = (new.price.get() / believed.price.get()).abs();
    let is_a_factor = ratio >= FACTOR || ratio <= FACTOR.recip();
    let age = at(new).duration_since(at(other)).abs();
    (is_a_factor && age <= WITNESSES_FOR).then(|| jump(kind).min(0.5))
}

/// Whether the difference is near a power of ten, as a wrong unit makes it: what one
/// source says of itself then says nothing.
fn may_be_a_unit(believed: &Quote, new: &Quote) -> bool {
    power_of_ten(new.price.get() / believed.price.get()).is_some()
}

fn is_comparable(other: &Quote, new: &Quote) -> bool {
    are_comparable(new.instrument.kind, at(other), at(new))
}

fn at(quote: &Quote) -> Timestamp {
    quote.as_of.unwrap_or(quote.received_at)
}
