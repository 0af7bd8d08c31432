use jiff::civil::{Date, date};
use market::{
    Bar, Basis, Element, HistoryQuery, HistoryResult, Interval, Kept, Overlap, Price, Series,
    SeriesHead, SetAside, Source, Span,
};

use super::*;
use crate::plausibility::history::{Judged, judge_history};

/// Daily closes of so many days from a day on, received on the last of them.
fn history(first_day: i64, days: i64) -> HistoryResult {
    let instrument = Catalog::new().instrument(&"CAC40".parse().unwrap());
    let bar = |day: i64| Bar {
        open_time: at(day * 86_400),
        date: at(day * 86_400).to_zoned(jiff::tz::TimeZone::UTC).date(),
        open: None,
        high: None,
        low: None,
        close: Price::new(8000.0).unwrap(),
        adj_close: None,
        volume: None,
        provisional: false,
    };
    let head = SeriesHead {
        symbol: instrument.symbol.clone(),
        interval: Interval::D1,
        source: Source::new("yahoo"),
        currency: "EUR".parse().ok(),
        basis: Basis::Splits,
    };
    let span = Span::Period("1mo".parse().unwrap());
    HistoryResult {
        query: HistoryQuery {
            symbol: head.symbol.clone(),
            interval: Interval::D1,
            span,
            source: None,
        },
        series: Series::new(head, (first_day..first_day + days).map(bar).collect()),
        actions: vec![],
        instrument,
        session: None,
        received_at: at((first_day + days - 1) * 86_400 + 3600),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

#[test]
fn history_that_lacks_what_was_reported_earlier_is_not_believed() {
    let before = history(0, 30);
    let check = |new: &HistoryResult, expected| {
        let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::Same };
        assert_eq!(judge_history(&earlier, new), expected);
    };
    check(&history(0, 30), Judged::Believed);
    check(&history(1, 30), Judged::Believed);
    check(&history(0, 29), Judged::Rejected(Rejection::Shrunk));
    let last = before.series.dates().last().copied();
    let hole = SetAside { element: Element::Bar, date: last, reason: Impossible::Sign };
    check(&HistoryResult { set_aside: vec![hole], ..history(0, 29) }, Judged::Believed);
    check(&history(20, 11), Judged::Doubted(Rejection::Shrunk));
    check(&history(0, 0), Judged::Rejected(Rejection::Shrunk));
}

/// The year ends forty-seven days later, on a Sunday, and the first session is on
/// Tuesday.
#[test]
fn at_its_end_a_year_lacks_nothing() {
    let this_year = |mut answer: HistoryResult| {
        answer.query.span = Span::Period("ytd".parse().unwrap());
        answer
    };
    let before = this_year(history(0, 46));
    let judged = |new: HistoryResult| {
        let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::None };
        judge_history(&earlier, &this_year(new))
    };
    assert_eq!(judged(history(47, 0)), Judged::Rejected(Rejection::Shrunk), "on its last day");
    assert_eq!(judged(history(48, 0)), Judged::Believed, "before the first session");
    assert_eq!(judged(history(49, 1)), Judged::Believed, "after it");
    assert_eq!(judged(history(69, 1)), Judged::Doubted(Rejection::Shrunk), "half of an answer");
}

#[test]
fn a_day_that_has_not_begun_is_another_clock_and_one_stamp_is_one_bar() {
    let judged = |begins: i64, stamped: i64| {
        let mut new = history(0, 30);
        let session = |from: i64| market::TradingPeriod { start: at(from), end: at(from + 3600) };
        new.session = Some(market::Session { pre: None, regular: session(begins), post: None });
        let date = at(stamped).to_zoned(new.instrument.zone()).date();
        let (element, reason) = (Element::Bar, Impossible::InFuture);
        new.set_aside.push(SetAside { element, date: Some(date), reason });
        let earlier = Earlier { of_query: None, of_series: None, overlap: Overlap::None };
        judge_history(&earlier, &new)
    };
    let (today, tomorrow, year) = (29 * 86_400, 30 * 86_400, 365 * 86_400);
    assert_eq!(
        judged(tomorrow, tomorrow),
        Judged::Rejected(Rejection::Impossible(Impossible::InFuture))
    );
    assert_eq!(judged(today, today), Judged::Believed, "some minutes of a day that runs");
    assert_eq!(judged(tomorrow, year), Judged::Believed, "one bar of another year");
}

fn judged_beside(held: &HistoryResult, overlap: Overlap, new: &HistoryResult) -> Judged {
    judge_history(&Earlier { of_query: None, of_series: Some(held), overlap }, new)
}

#[test]
fn whole_history_and_quote_a_hundredfold_with_the_same_label_is_disputed_unless_a_split_says_so() {
    let (held, mut new) = (history(0, 30), history(0, 31));
    let judged = |new: &HistoryResult| judged_beside(&held, Overlap::Rebased(100.0), new);
    assert_eq!(judged(&new), Judged::Disputed(100.0));
    let kind = market::ActionKind::Split { numerator: 1.0, denominator: 100.0 };
    new.actions.push(market::Action { ex_date: new.series.dates()[30], kind });
    assert_eq!(judged(&new), Judged::Believed);
}

#[test]
fn whole_history_a_hundredfold_and_its_quote_as_before_is_set_aside() {
    let (held, mut new) = (history(0, 30), history(0, 31));
    let (element, reason) = (Element::Quote, Impossible::OffNeighbours);
    new.set_aside.push(SetAside { element, date: None, reason });
    let judged = |overlap| judged_beside(&held, overlap, &new);
    assert_eq!(judged(Overlap::Rebased(100.0)), Judged::Rejected(Rejection::HundredFold));
    assert_eq!(judged(Overlap::Same), Judged::Believed, "then it is the quote that is off");
    let alone = Earlier { of_query: None, of_series: None, overlap: Overlap::None };
    let alone = judge_history(&alone, &new);
    assert_eq!(alone, Judged::Rejected(Rejection::HundredFold), "nothing says which is off");
}

#[test]
fn a_label_is_believed_where_the_numbers_changed_with_it() {
    let labelled = |currency: &str, close: f64| {
        let mut it = history(0, 30);
        it.query.symbol = "VOD.L".parse().unwrap();
        it.series.head.currency = currency.parse().ok();
        let bars = it.series.bars().map(|bar| Bar { close: Price::new(close).unwrap(), ..bar });
        it.series = Series::new(it.series.head.clone(), bars.collect());
        it
    };
    let held = labelled("GBp", 100.0);
    let rejected = |was: &str, is: &str| {
        let (was, is) = (was.parse().unwrap(), is.parse().unwrap());
        Judged::Rejected(Rejection::Currency { was, is })
    };
    for (overlap, currency, close, expected) in [
        (Overlap::Rebased(0.01), "GBP", 1.0, Judged::Believed),
        (Overlap::Unproven, "GBP", 1.02, Judged::Believed),
        (Overlap::Same, "GBP", 100.0, rejected("GBp", "GBP")),
        (Overlap::None, "GBP", 100.0, rejected("GBp", "GBP")),
        (Overlap::Same, "USD", 100.0, rejected("GBp", "USD")),
    ] {
        let new = labelled(currency, close);
        assert_eq!(judged_beside(&held, overlap, &new), expected, "{currency} {close}");
    }
}

/// What a memory makes of answers that are so many times the ones before, each some
/// seconds after the last: whether each is given, and is disputed.
fn remembered(steps: &[(Overlap, i64)]) -> Vec<(bool, bool)> {
    let (held, new, memory) = (history(0, 30), history(0, 30), Plausibility::default());
    let mut now = 0;
    let check = |&(overlap, seconds): &(Overlap, i64)| {
        now += seconds;
        let earlier = Earlier { of_query: None, of_series: Some(&held), overlap };
        let given = memory.check(&new, &earlier, now_at(now)).is_ok();
        (given, memory.dispute(&new).is_some())
    };
    steps.iter().map(check).collect()
}

#[test]
fn a_lie_that_is_held_lets_the_truth_in_at_once_and_back_at_the_old_level_nothing_is_disputed() {
    let (up, down) = (Overlap::Rebased(100.0), Overlap::Rebased(0.01));
    let told = remembered(&[(Overlap::Same, 1), (down, 1), (Overlap::Same, 600), (up, 1)]);
    assert_eq!(told, [(true, false), (true, true), (true, true), (true, false)]);
    let again = remembered(&[(up, 1), (down, 1), (up, 1)]);
    assert_eq!(again, [(true, true), (true, false), (true, true)]);
}

#[test]
fn what_was_adjusted_twice_is_disputed_until_it_is_adjusted_once() {
    let (held, memory) = (history(0, 30), Plausibility::default());
    let kind = market::ActionKind::Split { numerator: 10.0, denominator: 1.0 };
    let ex_date = held.series.dates()[29];
    let told = HistoryResult { actions: vec![market::Action { ex_date, kind }], ..held.clone() };
    let is_disputed_after = |by: f64, seconds: i64| {
        let overlap = Overlap::Rebased(by);
        let earlier = Earlier { of_query: None, of_series: Some(&held), overlap };
        memory.check(&told, &earlier, now_at(seconds)).unwrap();
        memory.dispute(&told).is_some()
    };
    assert!(is_disputed_after(0.01, 1));
    assert!(!is_disputed_after(10.0, 600), "a tenth of before, by the split");
}

#[test]
fn a_last_bar_on_a_day_without_trading_may_be_taken_back_at_once() {
    let (before, without) = (history(0, 26), history(0, 25));
    let judged = |new: &HistoryResult| {
        let (of_query, overlap) = (Some(&before), Overlap::Same);
        judge_history(&Earlier { of_query, of_series: None, overlap }, new)
    };
    assert_eq!(before.series.dates()[25].weekday(), jiff::civil::Weekday::Saturday);
    assert_eq!(judged(&without), Judged::Believed);
    assert_eq!(judged(&history(0, 24)), Judged::Rejected(Rejection::Shrunk));
}

/// May 2021 began in London with a weekend and a holiday.
#[test]
fn a_last_month_without_a_day_of_trading_yet_may_be_taken_back_at_once() {
    let of = |months: &[Date], received_at: &str| {
        let mut answer = history(0, 1);
        answer.instrument.mic = Some("XLON".to_owned());
        answer.instrument.kind = market::Kind::Equity;
        (answer.query.interval, answer.series.head.interval) = (Interval::Mo1, Interval::Mo1);
        let last = answer.series.last().unwrap();
        let bar = |date: &Date| {
            let open_time = date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
            Bar { date: *date, open_time, ..last }
        };
        answer.series = Series::new(answer.series.head.clone(), months.iter().map(bar).collect());
        HistoryResult { received_at: received_at.parse().unwrap(), ..answer }
    };
    let months = [date(2021, 3, 1), date(2021, 4, 1), date(2021, 5, 1)];
    let before = of(&months, "2021-05-01T20:00:00Z");
    let judged = |months: &[Date], received_at: &str| {
        let (of_query, overlap) = (Some(&before), Overlap::Same);
        judge_history(&Earlier { of_query, of_series: None, overlap }, &of(months, received_at))
    };
    let shrunk = Judged::Rejected(Rejection::Shrunk);
    assert_eq!(judged(&months[..2], "2021-05-03T08:34:00Z"), Judged::Believed);
    assert_eq!(judged(&months[..2], "2021-05-04T08:34:00Z"), shrunk, "there was trading");
    assert_eq!(judged(&months[..1], "2021-05-03T08:34:00Z"), shrunk, "there was in April");
}

#[test]
fn an_answer_that_begins_later_is_believed_once_it_is_reported_again() {
    let (before, half, memory) = (history(0, 30), history(20, 10), Plausibility::default());
    let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::Same };
    let is_given = |seconds: i64| memory.check(&half, &earlier, now_at(seconds)).is_ok();
    assert_eq!([0, 5, 19, 25].map(is_given), [false, false, false, true]);
    assert!(memory.rejected_histories().is_empty());
}

#[test]
fn the_stamp_of_the_last_bar_may_move_back() {
    let (mut before, new) = (history(0, 30), history(0, 30));
    let last = before.series.last().unwrap();
    let later = Bar { open_time: last.open_time + jiff::SignedDuration::from_mins(20), ..last };
    let bars = before.series.bars().chain([later]).collect();
    before.series = Series::new(before.series.head.clone(), bars);
    assert_eq!(before.series.len(), new.series.len());
    let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::Same };
    assert_eq!(judge_history(&earlier, &new), Judged::Believed);
}

#[test]
fn a_stretch_begins_after_a_long_rest_from_one_day_to_the_next() {
    let from = |first: Date, received_at: i64| {
        let mut answer = history(0, 1);
        answer.instrument.mic = Some("XTKS".to_owned());
        answer.instrument.kind = market::Kind::Equity;
        let bar = Bar { date: first, ..answer.series.last().unwrap() };
        let last = Bar { date: date(2019, 7, 26), ..bar };
        answer.series = Series::new(answer.series.head.clone(), vec![bar, last]);
        answer.query.span = Span::Period("3mo".parse().unwrap());
        let noon: Timestamp = "2019-07-26T12:00:00Z".parse().unwrap();
        HistoryResult { received_at: noon + SignedDuration::from_secs(received_at), ..answer }
    };
    let before = from(date(2019, 4, 26), 0);
    let judged = |new: &HistoryResult| {
        let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::Same };
        judge_history(&earlier, new)
    };
    assert_eq!(
        judged(&from(date(2019, 5, 7), 3600)),
        Judged::Believed,
        "ten days of an enthronement"
    );
    assert_eq!(
        judged(&from(date(2019, 5, 7), -3600)),
        Judged::Believed,
        "by a clock that was set back"
    );
    assert_ne!(judged(&from(date(2019, 5, 21), 3600)), Judged::Believed);
}

#[test]
fn a_stretch_of_months_begins_a_month_later_from_one_day_to_the_next() {
    let months = |first: usize| {
        let mut answer = history(0, 200);
        answer.series.head.interval = Interval::Mo1;
        let bars = answer.series.bars().skip(first * 30).step_by(30).take(4).collect();
        answer.received_at = at(100 * 86_400);
        HistoryResult { series: Series::new(answer.series.head.clone(), bars), ..answer }
    };
    let judged = |new: &HistoryResult| {
        let before = months(0);
        let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::Same };
        judge_history(&earlier, new)
    };
    assert_eq!(judged(&months(1)), Judged::Believed);
    assert_ne!(judged(&months(2)), Judged::Believed, "not two");
}
