use jiff::tz::TimeZone;
use market::{Action, ActionKind, Currency, Payment, SourceError};

use super::number::published;
use super::{instant, unreadable};
use crate::yahoo::wire::{self, Events, Split};

/// Dividends, splits and capital gains, by ex-date.
///
/// The keys of the maps are starts of bars. In long bars they lie years apart
/// from the date inside, which is the one that counts.
pub(super) fn read(
    events: Option<&Events>,
    prices_in: Option<&Currency>,
    zone: &TimeZone,
) -> Result<Vec<Action>, SourceError> {
    let Some(events) = events else { return Ok(Vec::new()) };
    let paid = |it: &wire::Payment, kind: fn(Payment) -> ActionKind| {
        dated(it.date, kind(payment(it, prices_in)?), zone)
    };
    let dividends = events.dividends.values().map(|it| paid(it, ActionKind::Dividend));
    let gains = events.capital_gains.values().map(|it| paid(it, ActionKind::CapitalGain));
    let splits = events.splits.values().map(|split| dated(split.date, terms(split)?, zone));
    let mut actions: Vec<Action> =
        dividends.chain(gains).chain(splits).collect::<Result<_, _>>()?;
    actions.sort_by_key(|action| (action.ex_date, action.kind.name()));
    Ok(actions)
}

fn dated(date: i64, kind: ActionKind, zone: &TimeZone) -> Result<Action, SourceError> {
    let ex_date = instant(date, "events.date")?.to_zoned(zone.clone()).date();
    Ok(Action { ex_date, kind })
}

/// A share priced in pence may pay dollars, and Yahoo then says so.
fn payment(paid: &wire::Payment, prices_in: Option<&Currency>) -> Result<Payment, SourceError> {
    let code = paid.currency.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let own = code.map(str::parse).transpose();
    let own: Option<Currency> =
        own.map_err(|_| unreadable("events has a payment whose currency is no currency code"))?;
    let currency = own.filter(|own| Some(own) != prices_in);
    Ok(Payment { amount: published(paid.amount), currency })
}

/// Terms may be fractional: 1.5 new shares for 1 old one.
fn terms(split: &Split) -> Result<ActionKind, SourceError> {
    let Split { numerator, denominator, .. } = *split;
    if numerator > 0.0 && denominator > 0.0 {
        Ok(ActionKind::Split {
            numerator: published(numerator),
            denominator: published(denominator),
        })
    } else {
        Err(unreadable("events.splits has terms that are not positive"))
    }
}
