//! Whether two sources say the same of the days behind.
//!
//! What is known of how good sources differ and both are right: one rounds to cents what
//! another gives in full; one takes the last trade where another takes the closing
//! auction; one knows of a split some days before the other. None of that is an error.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use market::{Bar, Currency, HistoryResult, Interval, Kind, Price};

/// What two sources say of one trading date.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    /// The trading date.
    pub(crate) date: Date,
    /// What either says, adjusted for the splits that it knows.
    pub(crate) closes: [Price; 2],
    /// Whether that is the same, but for what is known of how sources differ.
    pub(crate) agree: bool,
}

/// What two sources say of the same dates.
#[derive(Debug, PartialEq)]
pub(crate) struct Comparison {
    /// What both count in.
    pub(crate) currency: Currency,
    /// How far two right closes may lie apart.
    pub(crate) within: Tolerance,
    /// By date.
    pub(crate) said: Vec<Said>,
}

/// Why closes are not compared.
#[derive(Debug, PartialEq)]
pub(crate) enum NotComparable {
    /// A day ends at another hour at each source, or closes are not what is traded last.
    Kind(Kind),
    /// It is not sure that both count in the same currency.
    Currency([Option<Currency>; 2]),
}

impl fmt::Display for NotComparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |it: &Option<Currency>| {
            it.as_ref().map_or("no currency", |it| Currency::as_str(it)).to_owned()
        };
        match self {
            Self::Kind(kind) => {
                write!(f, "the close of such a thing ({}) is another at each source", kind.as_str())
            }
            Self::Currency([one, other]) => {
                write!(f, "one source counts in {}, the other in {}", said(one), said(other))
            }
        }
    }
}

/// How far two right closes may lie apart, beside what rounding costs: by the larger of
/// the two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tolerance {
    /// As a fraction of the price.
    pub(crate) part: f64,
    /// In steps of the price, as what is cheap moves by more than such a fraction.
    pub(crate) steps: f64,
}

/// How far two right closes of a kind may lie apart. `None` where they are not of the same
/// hour.
pub(crate) fn tolerance(kind: Kind) -> Option<Tolerance> {
    match kind {
        // The last trade instead of the auction's price: it is a step beside, or more.
        Kind::Equity | Kind::Etf => Some(Tolerance { part: 0.000_5, steps: 1.0 }),
        // What is worked out once has no trade beside it.
        Kind::Fund | Kind::Index => Some(Tolerance { part: 0.000_5, steps: 0.0 }),
        // Another exchange's trades, at the end of the same day.
        Kind::Crypto => Some(Tolerance { part: 0.01, steps: 0.0 }),
        Kind::Currency | Kind::Future | Kind::Option | Kind::Rate => None,
    }
}

/// Compares the closes of two answers up to a date, on which trading is over.
///
/// # Errors
///
/// Why they cannot be compared.
pub(crate) fn compare(
    one: &HistoryResult,
    other: &HistoryResult,
    until: Date,
) -> Result<Comparison, NotComparable> {
    let kind = one.instrument.kind;
    let within = tolerance(kind).ok_or(NotComparable::Kind(kind))?;
    let currencies = [one, other].map(|it| it.series.head.currency.clone());
    let currency = match &currencies {
        [Some(one), Some(other)] if one == other => one.clone(),
        _ => return Err(NotComparable::Currency(currencies)),
    };
    let said = finished(one, until).filter_map(|bar| {
        let beside = finished(other, until).find(|it| it.date == bar.date)?;
        let closes = [bar.close, beside.close];
        let splits = [one, other].map(|it| splits_since(it, bar.date));
        let is_as_traded = || {
            let traded = [0, 1].map(|of| as_traded(closes[of], &splits[of]));
            is_near(traded, within) && differ_by_what_is_new(&splits, until)
        };
        let agree = is_near(closes.map(Price::get), within) || is_as_traded();
        Some(Said { date: bar.date, closes, agree })
    });
    Ok(Comparison { currency, within, said: said.collect() })
}

/// Bars that will not go on.
pub(super) fn finished(
    answer: &HistoryResult,
    until: Date,
) -> impl Iterator<Item = Bar> + Clone + '_ {
    debug_assert_eq!(answer.series.head.interval, Interval::D1);
    answer.series.bars().filter(move |bar| !bar.provisional && bar.date <= until)
}

/// The splits after a date that a source tells, with how many times the price before each
/// the price after it is.
fn splits_since(answer: &HistoryResult, date: Date) -> Vec<(Date, f64)> {
    let since = answer.actions.iter().filter(|action| action.ex_date > date);
    since.filter_map(|it| Some((it.ex_date, it.split_factor()?))).collect()
}

/// What a close was on its day, by the splits since that its own source tells: one may
/// know of a split before the other.
fn as_traded(close: Price, splits: &[(Date, f64)]) -> f64 {
    splits.iter().fold(close.get(), |close, (_, by)| close / by)
}

/// So many days later every source knows of a split, and none has it more days off.
const KNOWN_WITHIN: i32 = 5;

/// Two sources that mean the same split give it terms that are as near as rounding
/// makes them.
const SAME_TERMS: f64 = 0.01;

/// Whether two sources tell the same splits, but for new ones that one of them does not
/// know yet. Where their terms differ, one of them is wrong.
fn differ_by_what_is_new([one, other]: &[Vec<(Date, f64)>; 2], until: Date) -> bool {
    let is_within = |a: Date, b: Date| a <= b.saturating_add(KNOWN_WITHIN.days());
    let is_told_or_new = |(date, by): &(Date, f64), others: &[(Date, f64)]| {
        let mut same =
            others.iter().filter(|(it, _)| is_within(*it, *date) && is_within(*date, *it));
        let is_new = is_within(until, *date);
        same.next().map_or(is_new, |(_, it)| (it / by - 1.0).abs() <= SAME_TERMS)
    };
    one.iter().all(|it| is_told_or_new(it, other)) && other.iter().all(|it| is_told_or_new(it, one))
}

/// Whether two numbers are the same but for rounding, and what right ones lie apart.
pub(crate) fn is_near([one, other]: [f64; 2], within: Tolerance) -> bool {
    let smaller = one.abs().min(other.abs());
    // Prices are given in cents, and below one in hundredths of cents.
    let step: f64 = if smaller < 1.0 { 0.000_1 } else { 0.01 };
    // Half a step is what rounding costs, and a little what binary fractions do.
    let apart = (within.part * smaller).max(within.steps * step);
    (one - other).abs() <= 0.51 * step + apart
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::{SignedDuration, Timestamp};
    use market::{Action, ActionKind};
    use proptest::prelude::*;
    use testkit::{bare_bar, days_answered};

    use super::*;

    /// An answer with one close a day up to 5 November 2025.
    fn answer(source: &str, symbol: &str, currency: Option<&str>, closes: &[f64]) -> HistoryResult {
        let symbol = symbol.parse().unwrap();
        let received_at: Timestamp = "2025-11-06T02:00:00Z".parse().unwrap();
        let days = i64::try_from(closes.len()).unwrap();
        let bar = |(n, close): (i64, &f64)| {
            let back = SignedDuration::from_hours(24 * (days - n));
            bare_bar(received_at.checked_sub(back).unwrap(), *close)
        };
        let bars = (0..).zip(closes).map(bar).collect();
        days_answered(source, &symbol, currency, (bars, received_at))
    }

    fn agreed(one: &HistoryResult, other: &HistoryResult) -> Vec<bool> {
        let found = compare(one, other, date(2025, 11, 5)).unwrap();
        found.said.iter().map(|it| it.agree).collect()
    }

    fn us(closes: &[f64]) -> HistoryResult {
        answer("one", "AAPL", Some("USD"), closes)
    }

    #[test]
    fn rounding_and_the_last_trade_for_the_auction_are_no_error_and_more_is() {
        // AAPL in January 2023 is 131.2636 at one service, and 131.26 at another.
        let full = [143.0, 153.83, 131.263_6, 0.123_45, 268.81, 268.81];
        let other = [143.0, 153.83, 131.26, 0.123_4, 268.9, 269.1];
        assert_eq!(agreed(&us(&full), &us(&other)), [true, true, true, true, true, false]);
    }

    #[test]
    fn the_last_trade_is_a_step_beside_the_auction_and_rounded_besides() {
        // Five parts in ten thousand of what is cheap are less than a step.
        let auctions = [2.0, 36.876, 19.19, 2.0];
        let trades = [2.01, 36.86, 19.18, 2.03];
        assert_eq!(agreed(&us(&auctions), &us(&trades)), [true, true, true, false]);
        let fund = |closes: &[f64]| {
            let mut fund = us(closes);
            fund.instrument.kind = Kind::Fund;
            fund
        };
        assert_eq!(agreed(&fund(&[10.0]), &fund(&[10.02])), [false], "a fund is not traded");
    }

    #[test]
    fn a_split_that_one_source_does_not_know_yet_is_no_error() {
        let mut told = us(&[25.0, 25.5, 26.0]);
        let before = us(&[100.0, 102.0, 26.0]);
        assert_eq!(agreed(&told, &before), [false, false, true]);
        told.actions.push(Action {
            ex_date: date(2025, 11, 5),
            kind: ActionKind::Split { numerator: 4.0, denominator: 1.0 },
        });
        assert_eq!(agreed(&told, &before), [true, true, true]);
    }

    fn split(day: i8, numerator: f64) -> Action {
        let kind = ActionKind::Split { numerator, denominator: 1.0 };
        Action { ex_date: date(2025, 11, day), kind }
    }

    #[test]
    fn a_split_of_other_terms_is_an_error_though_both_close_alike_as_traded() {
        let (mut four, mut five) = (us(&[25.0, 25.5, 26.0]), us(&[20.0, 20.4, 26.0]));
        four.actions.push(split(5, 4.0));
        five.actions.push(split(5, 5.0));
        assert_eq!(agreed(&four, &five), [false, false, true]);
        assert_eq!(agreed(&five, &four), [false, false, true]);
    }

    #[test]
    fn a_split_that_one_source_does_not_know_after_a_week_is_an_error() {
        let closes = |of: f64| [of, of, of, of, of, of, 25.0, 25.0, 25.0, 25.0, 25.0, 25.0];
        let (mut told, never) = (us(&closes(25.0)), us(&closes(100.0)));
        told.actions.push(split(1, 4.0));
        let found = compare(&told, &never, date(2025, 11, 5)).unwrap();
        assert!(found.said.iter().all(|it| it.agree), "it may know soon");
        let mut old = told.clone();
        old.actions = vec![split(1, 4.0)];
        let later = compare(&old, &never, date(2025, 11, 7)).unwrap();
        assert_eq!(later.said.iter().filter(|it| !it.agree).count(), 6);
    }

    #[test]
    fn what_is_not_over_or_not_in_both_is_not_compared() {
        let (one, other) = (us(&[1.0, 2.0, 3.0]), us(&[2.0, 3.0]));
        assert_eq!(agreed(&one, &other), [true, true]);
        let found = compare(&one, &other, date(2025, 11, 4)).unwrap();
        assert_eq!(found.said.len(), 1);
    }

    #[test]
    fn without_the_same_currency_nothing_is_compared_and_pence_are_not_pounds() {
        let of = |currency| answer("one", "VOD.L", currency, &[100.0]);
        let compared = |one, other| compare(&of(one), &of(other), date(2025, 11, 5));
        assert!(compared(Some("GBp"), Some("GBp")).is_ok());
        for (one, other) in [(Some("GBp"), Some("GBP")), (Some("GBp"), None), (None, None)] {
            assert!(matches!(compared(one, other), Err(NotComparable::Currency(_))));
        }
        let pair = answer("one", "EUR/USD", Some("USD"), &[1.1]);
        let refused = compare(&pair, &pair, date(2025, 11, 5));
        assert_eq!(refused, Err(NotComparable::Kind(Kind::Currency)));
    }

    proptest! {
        #[test]
        fn what_differs_by_a_tenth_of_a_per_cent_is_seen_and_what_is_rounded_is_not(
            close in 10.0..5_000.0_f64,
            by in prop_oneof![0.001..0.9_f64, -0.9..-0.001_f64],
        ) {
            let wrong = close * (1.0 + by);
            // A step, and half of one for rounding.
            prop_assume!((wrong - close).abs() > 0.016);
            prop_assert_eq!(agreed(&us(&[close]), &us(&[wrong])), [false]);
            let rounded = (close * 100.0).round() / 100.0;
            prop_assert_eq!(agreed(&us(&[close]), &us(&[rounded])), [true]);
        }
    }
}
