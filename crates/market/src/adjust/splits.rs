//! Undoing splits, and applying them.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::{AdjustError, ten_digits};
use crate::{Action, ActionKind, Bar, Basis, Interval, Price, Series};

/// New shares for old ones. Both are kept, because splits that cancel out then
/// do so to the last digit.
#[derive(Clone, Copy)]
struct Terms {
    new: f64,
    old: f64,
}

struct Split {
    ex_date: Date,
    terms: Terms,
}

impl Series {
    /// Undoes every split.
    pub(super) fn as_traded(&self, actions: &[Action]) -> Result<Self, AdjustError> {
        self.rescaled(Basis::Unadjusted, &splits(actions)?, |terms| terms.new / terms.old)
    }

    /// Applies every split; where there is none the series is as it was.
    pub(super) fn with_splits(&self, actions: &[Action]) -> Result<Self, AdjustError> {
        let splits = splits(actions)?;
        if splits.is_empty() {
            return Ok(self.clone());
        }
        self.rescaled(Basis::Splits, &splits, |terms| terms.old / terms.new)
    }

    fn rescaled(
        &self,
        basis: Basis,
        splits: &[Split],
        factor: impl Fn(Terms) -> f64,
    ) -> Result<Self, AdjustError> {
        let rescaled = self.bars().zip(self.ends()).map(|(bar, end)| {
            let torn = splits.iter().any(|split| bar.date < split.ex_date && split.ex_date < end);
            let bar = if torn { close_only(bar) } else { bar };
            multiplied(bar, factor(terms_from(end, splits)))
        });
        Ok(Self::new(self.head_on(basis), rescaled.collect::<Result<_, _>>()?))
    }

    /// The first date that each bar no longer covers.
    fn ends(&self) -> impl Iterator<Item = Date> + '_ {
        let span = days_of(self.head.interval);
        self.dates().iter().enumerate().map(move |(i, &date)| {
            let end = date.saturating_add(span);
            // A first week may begin in its middle and ends with the others.
            let next = self.dates().get(i + 1).filter(|next| **next > date);
            next.map_or(end, |next| end.min(*next))
        })
    }
}

fn splits(actions: &[Action]) -> Result<Vec<Split>, AdjustError> {
    actions.iter().filter_map(|action| split(action).transpose()).collect()
}

fn split(action: &Action) -> Result<Option<Split>, AdjustError> {
    let Action { ex_date, kind: ActionKind::Split { numerator, denominator } } = *action else {
        return Ok(None);
    };
    let ratio = numerator / denominator;
    if numerator > 0.0 && ratio > 0.0 && ratio.is_finite() {
        return Ok(Some(Split { ex_date, terms: Terms { new: numerator, old: denominator } }));
    }
    Err(AdjustError::SplitTerms { ex_date, numerator, denominator })
}

/// The terms of all splits from a date on, as if they were one.
fn terms_from(date: Date, splits: &[Split]) -> Terms {
    let later = splits.iter().filter(|split| split.ex_date >= date).map(|split| split.terms);
    later.fold(Terms { new: 1.0, old: 1.0 }, |all, one| Terms {
        new: all.new * one.new,
        old: all.old * one.old,
    })
}

fn days_of(interval: Interval) -> Span {
    match interval {
        Interval::Wk1 => 1.week(),
        Interval::Mo1 => 1.month(),
        Interval::Mo3 => 3.months(),
        _ => 1.day(),
    }
}

/// What is left of a bar that prices of two scales went into.
fn close_only(bar: Bar) -> Bar {
    Bar { open: None, high: None, low: None, volume: None, ..bar }
}

fn multiplied(bar: Bar, factor: f64) -> Result<Bar, AdjustError> {
    #[expect(clippy::float_cmp, reason = "terms that cancel out make exactly one")]
    if factor == 1.0 {
        return Ok(bar);
    }
    let scaled = |price: Price| {
        Price::new(ten_digits(price.get() * factor)).ok_or(AdjustError::Overflow(bar.date))
    };
    Ok(Bar {
        open: bar.open.map(scaled).transpose()?,
        high: bar.high.map(scaled).transpose()?,
        low: bar.low.map(scaled).transpose()?,
        close: scaled(bar.close)?,
        volume: bar.volume.map(|volume| units(volume / factor, volume.fract() == 0.0)),
        ..bar
    })
}

/// Shares are traded whole; what a source divided by a split it also rounded.
fn units(volume: f64, whole: bool) -> f64 {
    if whole { volume.round() } else { volume }
}
