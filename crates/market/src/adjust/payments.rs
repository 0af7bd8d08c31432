//! Taking dividends and gains paid out of prices, by the source's adjusted closes.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::{AdjustError, ten_digits};
use crate::{Action, Bar, Basis, Price, Series};

impl Series {
    pub(super) fn with_payments_taken_out(&self, actions: &[Action]) -> Result<Self, AdjustError> {
        let paid_after =
            |date: Date| actions.iter().find(|it| it.kind.payment().is_some() && it.ex_date > date);
        if self.bars().all(|bar| bar.adj_close.is_none()) {
            let paid = self.dates().first().and_then(|first| paid_after(*first));
            return paid.map_or_else(|| Ok(self.clone()), |paid| Err(self.unknown(paid)));
        }
        let moved = self.bars().filter_map(|bar| match bar.adj_close {
            Some(adjusted) => moved_to(adjusted, bar).transpose(),
            None => paid_after(bar.date).is_none().then_some(Ok(bar)),
        });
        Ok(Self::new(self.head_on(Basis::All), moved.collect::<Result<_, _>>()?))
    }

    fn unknown(&self, paid: &Action) -> AdjustError {
        AdjustError::NoAdjustedClose {
            symbol: self.head.symbol.clone(),
            interval: self.head.interval,
            payment: paid.kind.name().replace('_', " "),
            ex_date: paid.ex_date,
        }
    }
}

/// The bar with its close where the source puts it; `None` where the two closes
/// stand in no ratio, so that nothing can be said of the other prices.
fn moved_to(adjusted: Price, bar: Bar) -> Result<Option<Bar>, AdjustError> {
    let ratio = adjusted.get() / bar.close.get();
    if !(ratio > 0.0 && ratio.is_finite()) {
        return Ok(None);
    }
    if adjusted == bar.close {
        return Ok(Some(bar));
    }
    let moved =
        |price| moved_beside(adjusted, bar.close, price).ok_or(AdjustError::Overflow(bar.date));
    Ok(Some(Bar {
        open: bar.open.map(moved).transpose()?,
        high: bar.high.map(moved).transpose()?,
        low: bar.low.map(moved).transpose()?,
        close: adjusted,
        ..bar
    }))
}

/// The price in the ratio of the two closes, on the side of the close where it
/// was: rounding must not put a low above its close.
fn moved_beside(adjusted: Price, close: Price, price: Price) -> Option<Price> {
    let moved = ten_digits(price.get() * (adjusted.get() / close.get()));
    Price::new(match price.partial_cmp(&close)? {
        Ordering::Less => moved.min(adjusted.get()),
        Ordering::Equal => adjusted.get(),
        Ordering::Greater => moved.max(adjusted.get()),
    })
}
