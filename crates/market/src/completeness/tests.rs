use jiff::civil::date;
use jiff::{Timestamp, ToSpan};

use super::*;
use crate::{
    Action, ActionKind, Asking, Bar, Basis, Calendar, Catalog, HistoryQuery, Interval, Kept,
    Payment, Price, Series, SeriesHead, Source, Span, series_freshness,
};

/// Thanksgiving was on the 26th; on the day after, trading ended early.
const RECEIVED: &str = "2026-11-27T22:00:00Z";

fn question(span: &str, interval: Interval) -> HistoryQuery {
    let span = match span.split_once("..") {
        Some((from, to)) => Span::dates(from.parse().unwrap(), to.parse().unwrap()).unwrap(),
        None => Span::Period(span.parse().unwrap()),
    };
    HistoryQuery { symbol: "AAPL".parse().unwrap(), interval, span, source: None }
}

fn bar(date: Date) -> Bar {
    let close = Price::new(231.0);
    Bar {
        open_time: date.at(14, 30, 0, 0).in_tz("UTC").unwrap().timestamp(),
        date,
        open: close,
        high: close,
        low: close,
        close: close.unwrap(),
        adj_close: None,
        volume: None,
        provisional: false,
    }
}

fn answer(span: &str, dates: impl IntoIterator<Item = Date>) -> HistoryResult {
    let question = question(span, Interval::D1);
    let mut instrument = Catalog::new().instrument(&question.symbol);
    instrument.mic = Some("XNAS".into());
    instrument.time_zone = "America/New_York".into();
    let head = SeriesHead {
        symbol: question.symbol.clone(),
        interval: Interval::D1,
        source: Source::new("yahoo"),
        currency: None,
        basis: Basis::Splits,
    };
    HistoryResult {
        series: Series::new(head, dates.into_iter().map(bar).collect()),
        query: question,
        actions: vec![],
        instrument,
        session: None,
        received_at: RECEIVED.parse().unwrap(),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

fn sessions(from: Date, to: Date) -> Vec<Date> {
    Calendar::of("XNYS").unwrap().sessions(from, to).collect()
}

fn november(day: i8) -> Date {
    date(2026, 11, day)
}

fn part(mut answer: HistoryResult, askings: &[(Date, Date, &str)]) -> HistoryResult {
    let asking = |(from, to, at): &(Date, Date, &str)| Asking {
        from: Some(*from),
        to: *to,
        at: at.parse().unwrap(),
        thin: None,
    };
    answer.kept = Kept::of(1, true, askings.iter().map(asking).collect());
    answer
}

#[test]
fn a_whole_month_is_complete_and_a_holiday_is_no_hole() {
    let answer = answer("1mo", sessions(date(2026, 10, 27), november(27)));
    let found = answer.coverage();
    assert_eq!((found.complete, found.missing, found.extra), (Some(true), 0, 0));
    assert_eq!((found.calendar, found.expected), (Some("XNYS"), Some(23)));
    assert_eq!(found.asked, Some((date(2026, 10, 27), november(27))));
}

#[test]
fn five_days_are_no_year() {
    let five = sessions(november(20), november(27));
    let asked_for = [(november(20), november(27), "2026-11-27T21:00:00Z")];
    let answer = part(answer("1y", five), &asked_for);
    let found = answer.coverage();
    assert_eq!((found.complete, found.bars), (Some(false), 5));
    assert_eq!(found.holes.len(), 1);
    assert_eq!((found.holes[0].why, found.holes[0].slots), (Absence::NotHeld, found.missing));
    assert_eq!(found.holes[0].to, november(19));
    let now = RECEIVED.parse().unwrap();
    assert_eq!(series_freshness(&answer, now), crate::Freshness::Stale);
}

#[test]
fn a_part_that_holds_every_day_is_complete() {
    let all = sessions(november(16), november(20));
    let answer = part(answer("2026-11-16..2026-11-20", all), &[]);
    assert_eq!(answer.coverage().complete, Some(true));
}

#[test]
fn a_part_that_one_answer_tells_of_is_as_its_source_has_it() {
    let mut days = sessions(november(2), november(20));
    days.retain(|day| *day != november(19));
    let asked_for = [(november(2), november(20), RECEIVED)];
    let answer = part(answer("2026-11-16..2026-11-20", days), &asked_for);
    assert!(!answer.is_part() && !answer.may_lack(november(16), november(20)));
}

#[test]
fn days_between_those_that_were_asked_for_may_be_lacking() {
    let days = [sessions(november(2), november(6)), sessions(november(16), november(20))].concat();
    let asked_for = [(november(2), november(6), RECEIVED), (november(16), november(20), RECEIVED)];
    let answer = part(answer("2026-11-02..2026-11-20", days), &asked_for);
    assert!(answer.is_part());
    assert!(answer.may_lack(november(5), november(17)));
    assert!(!answer.may_lack(november(16), november(20)));
    assert!(!answer.may_lack(november(2), november(8)), "no day of trading is missing there");
}

#[test]
fn a_part_of_an_unknown_whole_is_not_known_to_be_complete() {
    let answer = part(answer("max", sessions(november(16), november(27))), &[]);
    let found = answer.coverage();
    assert_eq!((found.asked, found.complete), (None, None));
    assert!(!answer.may_be_whole());
}

#[test]
fn a_day_that_was_not_traded_is_settled_when_its_source_was_asked_a_session_later() {
    let mut days = sessions(november(2), november(27));
    days.retain(|day| *day != november(12));
    let whole = answer("2026-11-02..2026-11-27", days.clone());
    assert_eq!(whole.coverage().complete, Some(true));
    assert_eq!(whole.coverage().holes[0].why, Absence::NoneAtSource);
    assert_eq!((whole.coverage().missing, whole.coverage().holes.len()), (1, 1));
    days.pop();
    let without_the_newest = answer("2026-11-02..2026-11-27", days);
    assert_eq!(without_the_newest.coverage().complete, Some(false));
}

#[test]
fn what_may_be_half_an_answer_settles_no_hole_between_what_it_missed() {
    let mut days = sessions(november(2), november(27));
    days.retain(|day| *day != november(12));
    let complete = |thin| {
        let mut answer = answer("2026-11-02..2026-11-27", days.clone());
        answer.kept = Kept::default().but_for(thin);
        (answer.coverage().complete, answer.coverage().holes[0].why)
    };
    assert_eq!(complete(None), (Some(true), Absence::NoneAtSource));
    let around = Some((november(12), november(16)));
    assert_eq!(complete(around), (Some(false), Absence::NotHeld), "it may be there by now");
    let elsewhere = Some((november(13), november(16)));
    assert_eq!(complete(elsewhere), (Some(true), Absence::NoneAtSource));
}

#[test]
fn half_an_answer_is_no_look_at_what_it_missed() {
    let mut days = sessions(november(2), november(27));
    days.retain(|day| !(november(9)..=november(13)).contains(day));
    let complete = |thin| {
        let mut answer = answer("2026-11-02..2026-11-27", days.clone());
        let at = "2026-11-20T21:00:00Z".parse().unwrap();
        answer.kept = Kept::of(1, false, vec![Asking { from: None, to: november(27), at, thin }]);
        answer.coverage().complete
    };
    assert_eq!(complete(None), Some(true));
    assert_eq!(complete(Some((november(13), november(18)))), Some(false));
    assert_eq!(complete(Some((november(16), november(18)))), Some(true));
}

#[test]
fn a_long_hole_is_settled_by_a_second_look_on_another_day() {
    let mut days = sessions(november(2), november(27));
    days.retain(|day| !(november(9)..=november(13)).contains(day));
    let mut answer = answer("2026-11-02..2026-11-27", days);
    assert_eq!(answer.coverage().complete, Some(false), "it may be half an answer");
    let asking =
        |at: &str| Asking { from: None, to: november(27), at: at.parse().unwrap(), thin: None };
    answer.kept = Kept::of(1, false, vec![asking("2026-11-27T21:00:00Z")]);
    assert_eq!(answer.coverage().complete, Some(false), "the same moment");
    answer.kept = Kept::of(2, false, vec![asking("2026-11-26T21:00:00Z")]);
    assert_eq!(answer.coverage().complete, Some(true));
}

#[test]
fn a_long_hole_that_was_taken_back_is_settled_by_no_look_that_had_its_bars() {
    let gone: Vec<Date> = sessions(november(9), november(13));
    let mut days = sessions(november(2), november(27));
    days.retain(|day| !gone.contains(day));
    let mut answer = answer("2026-11-02..2026-11-27", days);
    let earlier = "2026-11-20T21:00:00Z".parse().unwrap();
    answer.kept =
        Kept::of(1, false, vec![Asking { from: None, to: november(27), at: earlier, thin: None }]);
    assert_eq!(answer.coverage().complete, Some(true));
    let slots = gone.iter().map(|day| Slot::of_date(Interval::D1, *day)).collect();
    answer.kept = answer.kept.clone().without(slots);
    assert_eq!(answer.coverage().complete, Some(false));
    assert_eq!(answer.coverage().holes[0].why, Absence::Withdrawn);
}

#[test]
fn what_lacks_something_is_asked_for_again_soon_and_less_often_the_longer_it_does() {
    let mut days = sessions(november(2), november(20));
    let lifetime = |days: &[Date], same_for: jiff::SignedDuration| {
        let mut answer = answer("2026-11-02..2026-11-20", days.to_vec());
        answer.kept = Kept::default().since(answer.received_at - same_for);
        crate::series_lifetime(&answer, answer.received_at)
    };
    let minutes = jiff::SignedDuration::from_mins;
    assert_eq!(lifetime(&days, minutes(0)), minutes(24 * 60));
    days.retain(|day| !(november(9)..=november(13)).contains(day));
    assert_eq!([0, 1, 3, 600].map(|it| lifetime(&days, minutes(it))), [1, 1, 3, 5].map(minutes));
}

#[test]
fn a_young_share_is_complete_from_its_first_day_on() {
    let mut answer = answer("10y", sessions(date(2020, 12, 10), november(27)));
    assert_eq!(answer.coverage().complete, Some(false));
    answer.instrument.first_trade = Some(date(2020, 12, 10));
    answer.kept = Kept::default();
    assert_eq!(answer.coverage().complete, Some(true));
    assert_eq!(answer.coverage().asked, Some((date(2020, 12, 10), november(27))));
}

#[test]
fn all_days_begin_with_the_first_trade_unless_another_look_finds_no_earlier_ones() {
    let mut half = answer("max", sessions(november(16), november(27)));
    assert_eq!(half.coverage().complete, Some(true), "nobody says that there were more");
    half.instrument.first_trade = Some(november(2));
    half = half.clone();
    assert_eq!((half.coverage().missing, half.coverage().complete), (10, Some(false)));
    let asking = Asking {
        from: None,
        to: november(26),
        at: "2026-11-26T12:00:00Z".parse().unwrap(),
        thin: None,
    };
    half.kept = Kept::of(1, false, vec![asking]);
    assert_eq!(half.coverage().complete, Some(true));
}

#[test]
fn what_was_traded_no_more_for_thirty_days_lacks_nothing_after_its_last_bar() {
    let until = |last| answer("1y", sessions(date(2025, 11, 28), last));
    let delisted = until(date(2026, 10, 12));
    assert_eq!((delisted.coverage().complete, delisted.coverage().missing), (Some(true), 0));
    let now = RECEIVED.parse().unwrap();
    assert_eq!(series_freshness(&delisted, now), crate::Freshness::Stale);
    assert_eq!(until(date(2026, 10, 30)).coverage().complete, Some(false), "it may be cut off");
    let mut told = delisted.clone();
    let (element, reason) = (Element::Bar, crate::Impossible::OffNeighbours);
    told.set_aside.push(crate::SetAside { element, date: Some(november(27)), reason });
    assert_eq!(told.coverage().complete, Some(false), "its source has bars, which cannot be");
    assert_eq!(part(delisted, &[]).coverage().complete, Some(false), "nobody was asked");
}

#[test]
fn a_weekend_asked_for_is_whole_and_empty() {
    let found = answer("2026-11-21..2026-11-22", []).coverage().clone();
    assert_eq!((found.complete, found.expected, found.bars), (Some(true), Some(0), 0));
}

#[test]
fn a_bar_of_a_holiday_is_extra_and_makes_up_for_no_hole() {
    let mut days = sessions(november(16), november(27));
    days.retain(|day| *day != november(18));
    days.push(november(26));
    let found = answer("2026-11-16..2026-11-27", days).coverage().clone();
    assert_eq!((found.extra, found.missing), (1, 1));
}

#[test]
fn today_is_expected_once_its_first_prices_must_be_out() {
    let yesterday = sessions(november(20), november(25));
    let at = |received_at: &str| {
        let mut answer = answer("2026-11-20..2026-11-27", yesterday.clone());
        answer.received_at = received_at.parse().unwrap();
        answer.coverage().missing
    };
    assert_eq!(at("2026-11-27T14:30:00Z"), 0);
    assert_eq!(at("2026-11-27T14:54:00Z"), 0);
    assert_eq!(at("2026-11-27T15:00:00Z"), 1);
}

#[test]
fn weeks_are_counted_by_their_mondays_and_minutes_by_their_days() {
    let mut weekly = answer("2026-11-02..2026-11-27", [november(2), november(9), november(23)]);
    weekly.query.interval = Interval::Wk1;
    weekly.series = Series::new(
        SeriesHead { interval: Interval::Wk1, ..weekly.series.head.clone() },
        weekly.series.bars().collect(),
    );
    let found = weekly.coverage();
    assert_eq!((found.expected, found.missing), (Some(4), 1));
    assert_eq!(found.holes[0].from, november(16));

    let mut minutes = answer("2026-11-24..2026-11-27", []);
    minutes.query.interval = Interval::M1;
    let open = |date: Date| -> Vec<Bar> {
        let at = |n: i64| bar(date).open_time + n.minutes();
        (0..390).map(|n| Bar { open_time: at(n), ..bar(date) }).collect()
    };
    let bars = [open(november(24)), open(november(27))].concat();
    minutes.series =
        Series::new(SeriesHead { interval: Interval::M1, ..minutes.series.head.clone() }, bars);
    let found = minutes.coverage();
    assert_eq!((found.expected, found.missing, found.bars), (Some(3), 1, 780));
}

#[test]
fn without_a_calendar_a_week_is_learned_and_without_enough_bars_nothing_is_known() {
    let elsewhere = |mut answer: HistoryResult| {
        answer.instrument.mic = Some("XXXX".into());
        answer.instrument.time_zone = "Africa/Nairobi".into();
        answer
    };
    let weekdays = |from, to| -> Vec<Date> {
        let week = Calendar::of("XNYS").unwrap();
        week.sessions(from, to).collect()
    };
    let long =
        elsewhere(answer("2026-09-01..2026-11-26", weekdays(date(2026, 9, 1), november(26))));
    assert_eq!(long.coverage().calendar, Some("learned"));
    let short = elsewhere(answer("2026-11-16..2026-11-26", weekdays(november(16), november(26))));
    assert_eq!((short.coverage().calendar, short.coverage().complete), (None, None));
    assert!(short.may_be_whole());
    let part = part(short, &[]);
    assert!(!part.may_be_whole());
}

#[test]
fn many_holes_are_counted_and_not_all_listed() {
    let days = sessions(date(2025, 1, 2), november(27));
    let every_other = days.into_iter().step_by(2);
    let found = answer("2025-01-02..2026-11-27", every_other).coverage().clone();
    assert_eq!(found.holes.len(), HOLES_LISTED);
    assert_eq!(found.more_holes + HOLES_LISTED, found.missing);
}

#[test]
fn a_copy_works_its_coverage_out_anew() {
    let answer = answer("2026-11-16..2026-11-27", sessions(november(16), november(27)));
    assert_eq!(answer.coverage().missing, 0);
    let none = Series::new(answer.series.head.clone(), vec![]);
    let emptied = HistoryResult { series: none, ..answer.clone() };
    assert_eq!(emptied.coverage().missing, 9);
    assert_eq!(answer.received_at, RECEIVED.parse::<Timestamp>().unwrap());
}

/// Bars of five minutes of the day before Thanksgiving, in New York.
fn five_minutes(received_at: &str, opens: impl IntoIterator<Item = i64>) -> HistoryResult {
    let mut answer = answer("2026-11-25..2026-11-25", []);
    answer.received_at = received_at.parse().unwrap();
    answer.query.interval = Interval::M5;
    answer.series.head.interval = Interval::M5;
    let open: Timestamp = "2026-11-25T14:30:00Z".parse().unwrap();
    let bar = |i: i64| Bar { open_time: open + (5 * i).minutes(), ..bar(november(25)) };
    answer.series = Series::new(answer.series.head, opens.into_iter().map(bar).collect());
    answer
}

const AT_THREE: &str = "2026-11-25T20:00:00Z";
const AT_TEN: &str = "2026-11-25T22:00:00Z";
const NEXT_DAY: &str = "2026-11-26T12:00:00Z";

#[test]
fn ten_minutes_are_no_day() {
    let half = five_minutes(AT_THREE, 0..2);
    let found = half.coverage();
    assert_eq!((found.complete, found.missing), (Some(false), 1));
    assert_eq!((found.holes[0].from, found.holes[0].why), (november(25), Absence::NoneAtSource));
    let whole = five_minutes(AT_THREE, 0..66);
    assert_eq!((whole.coverage().complete, whole.coverage().missing), (Some(true), 0));
    let delayed = five_minutes(AT_THREE, 0..62);
    assert_eq!(delayed.coverage().complete, Some(true));
}

#[test]
fn a_day_without_its_morning_or_its_noon_is_no_day() {
    let afternoon = five_minutes(NEXT_DAY, 30..78);
    assert_eq!(afternoon.coverage().complete, Some(false));
    let without_noon = five_minutes(NEXT_DAY, (0..30).chain(50..78));
    assert_eq!(without_noon.coverage().complete, Some(false));
    let with_a_halt = five_minutes(NEXT_DAY, (0..30).chain(38..78));
    assert_eq!(with_a_halt.coverage().complete, Some(true), "trading was halted for a while");
}

#[test]
fn a_share_that_is_rarely_traded_has_whole_days() {
    let rare = five_minutes(NEXT_DAY, [0, 17, 35, 50, 68, 77]);
    assert_eq!(rare.coverage().complete, Some(true));
}

#[test]
fn a_gap_in_a_day_is_settled_by_an_earlier_look_after_it() {
    let day = november(25);
    let asked_at = |at: &str| {
        let mut half = five_minutes(NEXT_DAY, 0..2);
        let asking = Asking { from: Some(day), to: day, at: at.parse().unwrap(), thin: None };
        half.kept = Kept::of(1, false, vec![asking]);
        half.coverage().complete
    };
    assert_eq!(asked_at("2026-11-25T15:00:00Z"), Some(false), "before the rest was traded");
    assert_eq!(asked_at("2026-11-26T11:30:00Z"), Some(false), "the same moment");
    assert_eq!(asked_at(AT_TEN), Some(true));
    let mut thin = five_minutes(NEXT_DAY, 0..2);
    let asking = Asking { from: Some(day), to: day, at: AT_TEN.parse().unwrap(), thin: None };
    thin.kept = Kept::of(1, false, vec![asking]).but_for(Some((day, day)));
    assert_eq!(thin.coverage().complete, Some(false), "it may be half an answer");
    let mut part = five_minutes(NEXT_DAY, 0..2);
    let at_noon = Asking {
        from: Some(day),
        to: day,
        at: "2026-11-25T15:00:00Z".parse().unwrap(),
        thin: None,
    };
    part.kept = Kept::of(1, true, vec![at_noon]);
    assert_eq!(part.coverage().holes[0].why, Absence::NotHeld, "nobody was asked since noon");
}

#[test]
fn a_day_that_its_source_says_ended_early_is_whole() {
    let mut short = five_minutes(NEXT_DAY, 0..42);
    assert_eq!(short.coverage().complete, Some(false));
    let [start, end] =
        ["2026-11-25T14:30:00Z", "2026-11-25T18:00:00Z"].map(|it| it.parse().unwrap());
    short.session = Some(crate::Session {
        pre: None,
        regular: crate::TradingPeriod { start, end },
        post: None,
    });
    short.kept = Kept::default();
    assert_eq!(short.coverage().complete, Some(true));
}

#[test]
fn what_is_put_together_lacks_what_its_parts_lack() {
    let half = five_minutes(NEXT_DAY, 0..2);
    let mut longer = five_minutes(NEXT_DAY, 0..1);
    longer.kept = Kept::default().made_of(half.coverage());
    let copy = longer.clone();
    assert_eq!((copy.coverage().complete, copy.coverage().bars), (Some(false), 1));
    assert_eq!(copy.coverage().holes, half.coverage().holes);
}

#[test]
fn the_last_day_of_an_answer_has_what_belongs_to_it_and_lacks_nothing_of_the_others() {
    let days = [date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 27)];
    let payment = |ex_date| Action {
        ex_date,
        kind: ActionKind::Dividend(Payment { amount: 0.25, currency: None }),
    };
    let actions = vec![payment(days[1]), payment(days[2])];
    let week = HistoryResult { actions, ..answer("2026-11-23..2026-11-27", days) };
    assert_eq!(week.coverage().missing, 1, "the 24th");
    let last = week.of_last_day();
    assert_eq!((last.series.dates(), &*last.actions), (&days[2..], &[payment(days[2])][..]));
    assert_eq!(last.query, question("1d", Interval::D1));
    assert_eq!((last.coverage().missing, last.coverage().complete), (0, Some(true)));
    assert!(answer("1mo", []).of_last_day().series.is_empty());
}
