use jiff::tz::TimeZone;
use market::{Action, ActionKind, Currency, Element, Impossible, Payment, Sieve};
use serde_json::value::RawValue;

use super::instant;
use super::number::published;
use crate::json::Figure;
use crate::yahoo::wire::{self, Events, Split};

/// Dividends, splits and capital gains, by ex-date. What cannot be is set aside.
///
/// The keys of the maps are starts of bars. In long bars they lie years apart
/// from the date inside, which is the one that counts.
pub(super) fn read(
    events: Option<&Events>,
    prices_in: Option<&Currency>,
    zone: &TimeZone,
    sieve: &mut Sieve,
) -> Vec<Action> {
    let Some(events) = events else { return Vec::new() };
    let paid = |it, kind| payment(it, prices_in, kind);
    let dividends = events.dividends.values().map(|it| paid(it, ActionKind::Dividend));
    let gains = events.capital_gains.values().map(|it| paid(it, ActionKind::CapitalGain));
    let splits = events.splits.values().map(|it| split(it));
    let mut actions = Vec::new();
    for (date, kind) in dividends.chain(gains).chain(splits) {
        match instant(date) {
            Some(at) => {
                actions.push(Action { ex_date: at.to_zoned(zone.clone()).date(), kind });
            }
            None => sieve.keep(Element::Action, None, Impossible::NoTime),
        }
    }
    actions.sort_by_key(|action| (action.ex_date, action.kind.name()));
    sieve.actions(actions)
}

/// A share priced in pence may pay dollars, and Yahoo then says so. What it is
/// counted in cannot be told by a code that is none, so it is then set aside.
fn payment(
    event: &RawValue,
    prices_in: Option<&Currency>,
    kind: fn(Payment) -> ActionKind,
) -> (Figure, ActionKind) {
    let paid: wire::Payment = serde_json::from_str(event.get()).unwrap_or_default();
    let code = paid.currency.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let own: Result<Option<Currency>, _> = code.map(str::parse).transpose();
    let amount = if own.is_ok() { amount_of(paid.amount) } else { f64::NAN };
    let currency = own.ok().flatten().filter(|own| Some(own) != prices_in);
    (paid.date, kind(Payment { amount, currency }))
}

/// Terms may be fractional: 1.5 new shares for 1 old one.
fn split(event: &RawValue) -> (Figure, ActionKind) {
    let split: Split = serde_json::from_str(event.get()).unwrap_or_default();
    let (numerator, denominator) = (amount_of(split.numerator), amount_of(split.denominator));
    (split.date, ActionKind::Split { numerator, denominator })
}

/// What is no number is none that an action can have, and so is set aside.
fn amount_of(figure: Figure) -> f64 {
    figure.number().map_or(f64::NAN, published)
}
