use jiff::civil::Date;

use crate::{Action, Bar, Basis, HistoryResult, Price, Series, Slot};

/// What a new answer says of bars that are held already.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Overlap {
    /// They have no finished bar in common, and nothing can have happened to the
    /// basis between the two.
    None,
    /// They have no finished bar in common, and whether the basis is still the
    /// same cannot be known.
    Unproven,
    /// The same, beyond rounding.
    Same,
    /// Some bars were corrected, and the rest stands.
    Corrected,
    /// All bars before some date are multiplied by about this: their basis has
    /// changed, and nothing held can be mixed with the new.
    Rebased(f64),
}

/// Closes this close, relatively, are the same: sources compute adjusted prices
/// anew for each answer, in single precision.
const ROUNDING: f64 = 1e-4;

/// Adjusted closes must agree to six digits, so they are compared more closely.
const ADJUSTED_ROUNDING: f64 = 5e-6;

/// A single bar that changed by more than this is not taken for a correction.
const CORRECTION: f64 = 0.05;

/// Ratios this close, relatively, are one ratio.
const ONE_RATIO: f64 = 0.01;

/// Compares an answer with what is held of the same series.
///
/// A split that nothing held knows of, with an ex-date later than the first bar
/// held, changes the basis even where no bar is in common.
pub fn overlap(held: &HistoryResult, new: &HistoryResult) -> Overlap {
    let by_bars = overlap_of_bars(&held.series, &new.series);
    match (by_bars, unknown_split(held, new)) {
        (Overlap::Rebased(_), _) => by_bars,
        (_, Some(factor)) => Overlap::Rebased(factor),
        (Overlap::None, None) if may_have_split_between(held, new) => Overlap::Unproven,
        (_, None) => by_bars,
    }
}

/// Splits take effect at the open of a trading date: between two answers of one
/// date there is none. An answer without bars has no basis.
fn may_have_split_between(held: &HistoryResult, new: &HistoryResult) -> bool {
    let zone = new.instrument.zone();
    let date = |answer: &HistoryResult| answer.received_at.to_zoned(zone.clone()).date();
    let is_adjusted = !new.series.is_empty() && new.series.head.basis != Basis::Unadjusted;
    is_adjusted && date(held) != date(new)
}

/// Whether a part of what is held is enough to compare with: more of it could not
/// change what [`overlap`] says. It is where both have a finished bar, and no split
/// is news that lies before all bars in common.
pub fn is_conclusive(part: &HistoryResult, new: &HistoryResult) -> bool {
    common(&part.series, &new.series).next().is_some() && unknown_splits(part, new).next().is_none()
}

/// The factor that an unknown split applies to the bars before it.
fn unknown_split(held: &HistoryResult, new: &HistoryResult) -> Option<f64> {
    let first_held = held.series.get(0)?.date;
    unknown_splits(held, new).find(|(ex_date, _)| *ex_date > first_held).map(|(_, factor)| factor)
}

/// Splits that are news, by date, with their factors.
///
/// Where bars from before one are in common and the same, both have it already.
fn unknown_splits(held: &HistoryResult, new: &HistoryResult) -> impl Iterator<Item = (Date, f64)> {
    let first_common = common(&held.series, &new.series).next().map(|(before, _)| before.date);
    let is_compared = move |ex_date| first_common.is_some_and(|first| first < ex_date);
    let news = new.actions.iter().filter(|action| !held.actions.contains(action));
    let splits = news.filter_map(|action| Some((action.ex_date, factor(action)?)));
    splits.filter(move |(ex_date, _)| !is_compared(*ex_date))
}

fn factor(action: &Action) -> Option<f64> {
    action.split_factor().filter(|factor| (factor - 1.0).abs() > ROUNDING)
}

/// A split shows in closes, a dividend in adjusted closes alone.
fn overlap_of_bars(held: &Series, new: &Series) -> Overlap {
    let closes = common(held, new).map(|(before, after)| (before.close, after.close));
    let found = overlap_of_prices(closes, ROUNDING);
    let adjusted =
        common(held, new).filter_map(|(before, after)| before.adj_close.zip(after.adj_close));
    match overlap_of_prices(adjusted, ADJUSTED_ROUNDING) {
        rebased @ Overlap::Rebased(_) if !matches!(found, Overlap::Rebased(_)) => rebased,
        _ => found,
    }
}

fn overlap_of_prices(prices: impl Iterator<Item = (Price, Price)>, rounding: f64) -> Overlap {
    let ratios: Vec<f64> = prices
        .filter(|(before, _)| before.get() != 0.0)
        .map(|(before, after)| after.get() / before.get())
        .collect();
    let differs = |ratio: &&f64| (**ratio - 1.0).abs() > rounding;
    // A split divides all bars before it and none after.
    let changed: Vec<f64> = ratios.iter().take_while(differs).copied().collect();
    let all_changed = ratios.iter().filter(differs).count();
    match changed[..] {
        _ if ratios.is_empty() => Overlap::None,
        _ if all_changed == 0 => Overlap::Same,
        [first, ..] if changed.len() == all_changed && is_a_factor(&changed, first) => {
            Overlap::Rebased(first)
        }
        // More than single corrections: whatever it is, mixing would be wrong.
        [first, ..] if all_changed * 2 > ratios.len() && ratios.len() > 2 => {
            Overlap::Rebased(first)
        }
        _ => Overlap::Corrected,
    }
}

/// Several bars changed by one factor, or a single one by more than a correction.
fn is_a_factor(changed: &[f64], first: f64) -> bool {
    let is_one = changed.iter().all(|ratio| (ratio / first - 1.0).abs() <= ONE_RATIO);
    is_one && (changed.len() > 1 || (first - 1.0).abs() > CORRECTION)
}

/// Finished bars that both series have, oldest first.
fn common<'a>(held: &'a Series, new: &'a Series) -> impl Iterator<Item = (Bar, Bar)> + 'a {
    let slot = |bar: &Bar| Slot::of(new.head.interval, bar);
    let mut after = new.bars().filter(|bar| !bar.provisional).peekable();
    held.bars().filter(|bar| !bar.provisional).filter_map(move |before| {
        while after.next_if(|bar| slot(bar) < slot(&before)).is_some() {}
        after.next_if(|bar| slot(bar) == slot(&before)).map(|bar| (before, bar))
    })
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::{
        ActionKind, Basis, Catalog, HistoryQuery, Interval, Kept, Price, SeriesHead, Source, Span,
    };

    const START: i64 = 1_700_000_000;

    fn answer(first_day: i64, closes: &[f64], splits: &[(i64, f64)]) -> HistoryResult {
        let symbol = "AAPL".parse().unwrap();
        let instrument = Catalog::new().instrument(&symbol);
        let day =
            |n: i64| Timestamp::from_second(START).unwrap() + SignedDuration::from_hours(24 * n);
        let date = |n: i64| day(n).to_zoned(jiff::tz::TimeZone::UTC).date();
        let bar = |(i, close): (i64, &f64)| Bar {
            open_time: day(i),
            date: date(i),
            open: None,
            high: None,
            low: None,
            close: Price::new(*close).unwrap(),
            adj_close: None,
            volume: None,
            provisional: false,
        };
        let head = SeriesHead {
            symbol,
            interval: Interval::D1,
            source: Source::new("yahoo"),
            currency: None,
            basis: Basis::Splits,
        };
        let split = |&(n, numerator): &(i64, f64)| Action {
            ex_date: date(n),
            kind: ActionKind::Split { numerator, denominator: 1.0 },
        };
        let span = Span::Period("max".parse().unwrap());
        HistoryResult {
            query: HistoryQuery {
                symbol: head.symbol.clone(),
                interval: Interval::D1,
                span,
                source: None,
            },
            series: Series::new(head, (first_day..).zip(closes).map(bar).collect()),
            actions: splits.iter().map(split).collect(),
            instrument,
            session: None,
            received_at: day(100),
            simulated: false,
            superseded: false,
            kept: Kept::default(),
            unpriced: Vec::new(),
            disputed: Vec::new(),
            repaired: Vec::new(),
            set_aside: Vec::new(),
        }
    }

    fn check(held: &HistoryResult, new: &HistoryResult, expected: Overlap) {
        assert_eq!(overlap(held, new), expected);
    }

    #[test]
    fn rounding_is_no_change() {
        check(&answer(0, &[100.0, 101.0], &[]), &answer(0, &[100.001, 101.0], &[]), Overlap::Same);
    }

    #[test]
    fn one_bad_bar_that_was_mended_is_a_correction() {
        let held = answer(0, &[100.0, 101.0, 10.2, 103.0, 104.0], &[]);
        check(&held, &answer(0, &[100.0, 101.0, 102.0, 103.0, 104.0], &[]), Overlap::Corrected);
    }

    #[test]
    fn a_split_changes_the_basis() {
        let held = answer(0, &[400.0, 404.0, 408.0], &[]);
        check(
            &held,
            &answer(0, &[100.0, 101.0, 102.0, 103.0], &[(3, 4.0)]),
            Overlap::Rebased(0.25),
        );
        let shared_after = answer(0, &[400.0, 404.0, 102.0], &[]);
        check(&shared_after, &answer(0, &[100.0, 101.0, 102.0], &[]), Overlap::Rebased(0.25));
    }

    #[test]
    fn a_dividend_changes_the_basis_of_adjusted_closes() {
        let adjusted = |factor: f64| {
            let mut answer = answer(0, &[100.0, 101.0, 102.0], &[]);
            let last = answer.series.len() - 1;
            let adjust = |(i, bar): (usize, Bar)| {
                let factor = if i == last { 1.0 } else { factor };
                Bar { adj_close: Price::new(bar.close.get() * factor), ..bar }
            };
            let bars = answer.series.bars().enumerate().map(adjust).collect();
            answer.series = Series::new(answer.series.head.clone(), bars);
            answer
        };
        check(&adjusted(1.0), &adjusted(1.000_001), Overlap::Same);
        check(&adjusted(1.0), &adjusted(0.995), Overlap::Rebased(0.995));
    }

    #[test]
    fn a_split_after_all_that_is_held_changes_the_basis_without_a_bar_in_common() {
        let held = answer(0, &[400.0, 404.0, 408.0], &[]);
        check(&held, &answer(5, &[103.0, 104.0], &[(5, 4.0)]), Overlap::Rebased(0.25));
        check(&held, &answer(5, &[103.0, 104.0], &[]), Overlap::None);
    }

    #[test]
    fn without_a_bar_in_common_another_day_proves_nothing() {
        let held = answer(0, &[400.0, 404.0], &[]);
        let mut later = answer(5, &[103.0, 104.0], &[]);
        later.received_at = held.received_at + SignedDuration::from_hours(24);
        check(&held, &later, Overlap::Unproven);
        later.series.head.basis = Basis::Unadjusted;
        check(&held, &later, Overlap::None);
    }

    #[test]
    fn an_answer_without_bars_says_nothing_of_the_basis() {
        let held = answer(0, &[400.0, 404.0], &[]);
        let mut later = answer(5, &[], &[]);
        later.received_at = held.received_at + SignedDuration::from_hours(24);
        check(&held, &later, Overlap::None);
    }

    #[test]
    fn one_bar_in_common_is_enough_to_see_a_split() {
        check(&answer(0, &[400.0], &[]), &answer(0, &[100.0, 101.0], &[]), Overlap::Rebased(0.25));
        let held = answer(0, &[400.0, 101.0], &[]);
        check(&held, &answer(0, &[100.0, 101.0], &[]), Overlap::Rebased(0.25));
    }

    #[test]
    fn a_split_that_both_have_already_changes_nothing() {
        let held = answer(10, &[100.0, 101.0], &[]);
        check(&held, &answer(8, &[98.0, 99.0, 100.0, 101.0], &[(9, 4.0)]), Overlap::Same);
        let knows = answer(0, &[100.0, 101.0], &[(1, 4.0)]);
        check(&knows, &answer(5, &[103.0], &[(1, 4.0)]), Overlap::None);
        let told_late = answer(0, &[100.0, 101.0, 102.0], &[]);
        check(&told_late, &answer(0, &[100.0, 101.0, 102.0], &[(1, 4.0)]), Overlap::Same);
    }
}
