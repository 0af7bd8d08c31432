use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use market::Source;
use testkit::{bare_bar, days_answered};

use super::*;

/// Two right closes lie no further apart.
const WITHIN: Tolerance = Tolerance { part: 0.000_5, steps: 1.0 };

/// An answer with one close for each weekday from Monday 3 November 2025; no bar where
/// there is none.
fn answer(source: &str, closes: &[Option<f64>]) -> HistoryResult {
    let symbol = "AAPL".parse().unwrap();
    let monday: Timestamp = "2025-11-03T14:30:00Z".parse().unwrap();
    let bar = |(n, close): (i64, &Option<f64>)| {
        let open_time = monday.checked_add(SignedDuration::from_hours(24 * n)).unwrap();
        close.map(|close| bare_bar(open_time, close))
    };
    let bars = (0..).zip(closes).filter_map(bar).collect();
    let received_at = "2025-11-08T02:00:00Z".parse().unwrap();
    let mut answer = days_answered(source, &symbol, Some("USD"), (bars, received_at));
    answer.instrument.mic = Some("XNYS".into());
    answer
}

fn days(source: &str, closes: &[f64]) -> HistoryResult {
    answer(source, &closes.iter().copied().map(Some).collect::<Vec<_>>())
}

fn price(number: f64) -> Price {
    Price::new(number).unwrap()
}

/// What a third source makes of 10.00 and 11.00; the first says `now` by now.
fn third(now: f64, says: f64) -> Option<Refuted> {
    let day = date(2025, 11, 4);
    let open = DisputedClose {
        date: day,
        close: price(10.0),
        against: Source::new("two"),
        against_close: price(11.0),
        currency: "USD".parse().unwrap(),
    };
    let closes = [price(now), price(says)];
    refuted(&open, &Said { date: day, closes, agree: true }, WITHIN)
}

#[test]
fn a_third_source_decides_only_where_it_agrees_with_one_of_the_two() {
    assert_eq!(third(10.0, 10.0), Some(Refuted::Against));
    assert_eq!(third(10.0, 11.0), Some(Refuted::Disputed));
    assert_eq!(third(10.0, 11.004), Some(Refuted::Disputed), "as it rounds to cents");
    assert_eq!(third(10.0, 10.5), None);
    assert_eq!(third(10.2, 11.0), None, "it says something else by now");
}

#[test]
fn a_bar_fits_where_both_are_adjusted_for_the_same_before_and_after_it() {
    let wrong = days("one", &[10.0, 11.0, 1_200.0, 13.0, 14.0]);
    let fit = |other: &HistoryResult| {
        fitting(&wrong, other, date(2025, 11, 5), WITHIN).map(|bar| bar.close.get())
    };
    assert_eq!(fit(&days("two", &[10.0, 11.0, 12.0, 13.0, 14.0])), Some(12.0));
    assert_eq!(fit(&days("two", &[10.0, 11.0, 12.0])), Some(12.0), "it ends there");
    // A split that one of them knows divides what was before it.
    assert_eq!(fit(&days("two", &[5.0, 5.5, 6.0, 13.0, 14.0])), None);
    assert_eq!(fit(&days("two", &[10.0, 11.0, 12.0, 6.5, 7.0])), None);
    let begins_there = [None, None, Some(12.0), Some(13.0)];
    assert_eq!(fit(&answer("two", &begins_there)), None);
    let mut pence = days("two", &[10.0, 11.0, 12.0, 13.0, 14.0]);
    pence.series.head.currency = "GBp".parse().ok();
    assert_eq!(fit(&pence), None);
}

#[test]
fn a_day_of_trading_between_two_on_which_both_agree_is_a_hole_and_none_at_the_ends() {
    let whole = days("two", &[10.0, 11.0, 12.0, 13.0, 14.0]);
    let of = |closes: &[Option<f64>]| {
        let found = holes(&answer("one", closes), &whole, date(2025, 11, 7), WITHIN);
        found.into_iter().map(|(_, bar)| bar.close.get()).collect::<Vec<_>>()
    };
    let [mon, tue, wed, thu, fri] = [10.0, 11.0, 12.0, 13.0, 14.0].map(Some);
    assert_eq!(of(&[mon, tue, None, thu, fri]), [12.0]);
    assert_eq!(of(&[mon, None, None, None, fri]), [11.0, 12.0, 13.0]);
    assert!(of(&[None, tue, wed, thu, None]).is_empty(), "it may begin later, and be late");
    assert!(of(&[mon, Some(11.5), None, thu, fri]).is_empty(), "they differ beside it");
    let of_two_days_ago =
        holes(&answer("one", &[mon, None, wed]), &whole, date(2025, 11, 4), WITHIN);
    assert!(of_two_days_ago.is_empty(), "the day after it is not over");
}
