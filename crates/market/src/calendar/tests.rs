use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::Catalog;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn calendar(mic: &str) -> &'static Calendar {
    Calendar::of(mic).unwrap_or_else(|| panic!("{mic} has no calendar"))
}

/// Days looked up by hand at the exchanges: what trades from when to when in UTC,
/// or `closed`. A rest at noon stands between two stretches.
const BY_HAND: &str = "
    XNYS 2026-11-25 14:30-21:00
    XNYS 2026-11-26 closed
    XNYS 2026-11-27 14:30-18:00
    XNYS 2026-04-03 closed
    XNYS 2026-07-03 closed
    XNYS 2001-09-10 13:30-20:00
    XNYS 2001-09-11 closed
    XNYS 2001-09-14 closed
    XNYS 2001-09-17 13:30-20:00
    XNYS 2012-10-29 closed
    XNYS 2025-01-09 closed
    XNGS 2026-11-27 14:30-18:00
    XTKS 2026-11-25 00:00-02:30 03:30-06:30
    XTKS 2024-11-01 00:00-02:30 03:30-06:00
    XTKS 2026-11-23 closed
    XTKS 2026-12-31 closed
    XSAU 2026-11-29 07:00-12:00
    XSAU 2026-11-27 closed
    XSAU 2026-11-28 closed
    XETR 2026-04-03 closed
    XETR 2026-12-23 08:00-16:30
    XETR 2026-12-24 closed
    XETR 2026-12-30 08:00-13:00
    XETR 2026-12-31 closed
    XPAR 2026-12-24 08:00-13:05
    XPAR 2026-05-01 closed
    XPAR 2026-07-14 07:00-15:30
    XLON 2026-12-24 08:00-12:30
    XLON 2026-08-31 closed
    XLON 2022-09-19 closed
    XHKG 2026-11-25 01:30-04:00 05:00-08:00
    XHKG 2026-12-24 01:30-04:00
    XHKG 2026-12-25 closed
    XTAE 2025-12-28 07:59-13:40
    XTAE 2025-12-26 closed
    XTAE 2026-01-09 07:59-11:50
    XTAE 2026-01-11 closed
    XASX 2026-12-24 23:00-03:10
    XNSE 2026-01-26 closed
    CMES 2026-11-23 23:00-23:00
    XICE 2026-06-17 closed
    FX 2026-12-24 22:00-22:00
    FX 2026-12-25 closed
    FX 2026-11-28 closed
    CRYPTO 2026-11-28 00:00-00:00
";

#[test]
fn days_looked_up_by_hand_are_as_the_exchanges_have_them() {
    for line in BY_HAND.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (place, hours) = line.split_at(line.match_indices(' ').nth(1).unwrap().0);
        let (mic, day) = place.split_once(' ').unwrap();
        let found = calendar(mic).session(day.parse().unwrap());
        assert_eq!(found.map_or_else(|| "closed".to_owned(), in_utc), hours.trim(), "{line}");
    }
}

fn in_utc(trading: Trading) -> String {
    let clock = |at: Timestamp| at.strftime("%H:%M").to_string();
    let (open, close) = (clock(trading.open), clock(trading.close));
    match trading.pause {
        None => format!("{open}-{close}"),
        Some(it) => format!("{open}-{} {}-{close}", clock(it.start), clock(it.end)),
    }
}

#[test]
fn short_days_are_marked() {
    assert!(calendar("XNYS").closes_early(date(2026, 11, 27)));
    assert!(!calendar("XNYS").closes_early(date(2026, 11, 25)));
    assert!(!calendar("XNYS").closes_early(date(2026, 11, 26)));
    assert!(calendar("XHKG").closes_early(date(2026, 12, 24)));
}

#[test]
fn there_are_sixty_exchanges_or_more_most_of_them_since_1990() {
    let all: Vec<_> = Calendar::exchanges().iter().collect();
    assert!(all.len() >= 60, "{}", all.len());
    let early = all.iter().filter(|it| it.first_day() <= date(1990, 12, 31)).count();
    assert!(early >= 60, "{early}");
    assert!(all.iter().all(|it| it.last_day() >= date(2026, 12, 31)));
}

#[test]
fn outside_of_what_it_tells_nothing_is_said() {
    let saudi = calendar("XSAU");
    assert_eq!(saudi.is_session(date(2013, 6, 29)), None);
    assert_eq!(saudi.session(date(2013, 6, 30)), None);
    assert_eq!(saudi.state(at("2013-06-30T08:00:00Z")), None);
    assert_eq!(saudi.sessions(date(1990, 1, 1), date(2020, 12, 31)).count(), 0);
    assert_eq!(saudi.next_session(saudi.last_day()), None);
    assert_eq!(saudi.previous_session(saudi.first_day()), None);
    assert!(Calendar::of("XKUW").is_none());
    assert!(Calendar::of("").is_none());
}

#[test]
fn an_instrument_goes_by_its_place_its_kind_or_its_zone() {
    let of = |symbol: &str, mic: Option<&str>, zone: &str| {
        let mut instrument = Catalog::new().instrument(&symbol.parse().unwrap());
        (instrument.mic, instrument.time_zone) = (mic.map(str::to_owned), zone.to_owned());
        Calendar::for_instrument(&instrument).map(Calendar::mic)
    };
    assert_eq!(of("AAPL", Some("XNAS"), "America/New_York"), Some("XNYS"));
    assert_eq!(of("0700.HK", Some("XHKG"), "Asia/Hong_Kong"), Some("XHKG"));
    assert_eq!(of("ES=F", Some("XCME"), "America/New_York"), Some("CMES"));
    assert_eq!(of("XX=F", None, "America/New_York"), None);
    assert_eq!(of("KFH.KW", Some("XKUW"), "Asia/Kuwait"), None);
    assert_eq!(of("CAC40", None, "Europe/Paris"), Some("XPAR"));
    assert_eq!(of("VTSAX", None, "America/New_York"), Some("XNYS"));
    assert_eq!(of("EUR/USD", None, "Europe/London"), Some("FX"));
    assert_eq!(of("BTC/EUR", None, "UTC"), Some("CRYPTO"));
    assert_eq!(of("NEW", None, "UTC"), None);
}

#[test]
fn the_day_of_a_future_begins_on_the_evening_before() {
    let chicago = calendar("XCME");
    let monday = chicago.session(date(2026, 11, 23)).unwrap();
    assert_eq!(chicago.session_at(at("2026-11-22T23:30:00Z")), Some(monday));
    assert_eq!(chicago.state(at("2026-11-22T22:30:00Z")), Some(MarketState::Closed));
    assert_eq!(chicago.state(at("2026-11-22T23:30:00Z")), Some(MarketState::Open));
    assert_eq!(chicago.opens_after(at("2026-11-21T12:00:00Z")), Some(monday.open));
}

#[test]
fn futures_halt_for_an_hour_before_the_next_day_begins() {
    let chicago = calendar("XCME");
    let state = |text| chicago.state(at(text)).unwrap();
    assert_eq!(state("2026-11-24T21:59:00Z"), MarketState::Open);
    assert_eq!(state("2026-11-24T22:30:00Z"), MarketState::Closed);
    assert_eq!(state("2026-11-24T23:00:00Z"), MarketState::Open);
    assert_eq!(chicago.opens_after(at("2026-11-24T22:30:00Z")), Some(at("2026-11-24T23:00:00Z")));
    assert_eq!(chicago.opens_after(at("2026-11-20T22:30:00Z")), Some(at("2026-11-22T23:00:00Z")));
}

#[test]
fn a_rest_at_noon_is_no_trading_and_no_end() {
    let tokyo = calendar("XTKS");
    let noon = at("2026-11-25T03:00:00Z");
    assert_eq!(tokyo.state(noon), Some(MarketState::Closed));
    assert_eq!(tokyo.session_at(noon).unwrap().date, date(2026, 11, 25));
    assert_eq!(tokyo.opens_after(noon), Some(at("2026-11-25T03:30:00Z")));
    assert_eq!(tokyo.over(noon).unwrap().date, date(2026, 11, 24));
    assert_eq!(tokyo.begun(noon).unwrap().date, date(2026, 11, 25));
}

#[test]
fn the_foreign_exchange_market_sleeps_from_friday_to_sunday_evening() {
    let dealers = calendar("FX");
    let state = |text| dealers.state(at(text)).unwrap();
    assert_eq!(state("2026-11-27T21:59:00Z"), MarketState::Open);
    assert_eq!(state("2026-11-27T22:00:00Z"), MarketState::Closed);
    assert_eq!(state("2026-11-29T21:59:00Z"), MarketState::Closed);
    assert_eq!(state("2026-11-29T22:00:00Z"), MarketState::Open);
    assert_eq!(state("2026-11-25T22:00:00Z"), MarketState::Open);
    assert_eq!(state("2026-12-25T12:00:00Z"), MarketState::Closed);
    assert_eq!(dealers.over(at("2026-12-26T12:00:00Z")).unwrap().date, date(2026, 12, 24));
}

fn any_calendar() -> impl Strategy<Value = &'static Calendar> {
    let all: Vec<&'static Calendar> = Calendar::all().collect();
    proptest::sample::select(all)
}

fn any_day(calendar: &Calendar, share: f64) -> Date {
    let days = (calendar.last - calendar.first).get_days();
    #[expect(clippy::cast_possible_truncation, reason = "a share of some thousands of days")]
    let into = (f64::from(days) * share) as i64;
    calendar.first + into.days()
}

/// May 2021 began in London with a weekend and a holiday.
#[test]
fn a_month_has_traded_once_a_day_of_it_has_begun() {
    let london = Calendar::of("XLON").unwrap();
    let traded = |interval, date, by: &str| london.has_traded(interval, date, by.parse().unwrap());
    let may = |by| traded(Interval::Mo1, date(2021, 5, 1), by);
    assert_eq!(may("2021-05-03T12:00:00Z"), Some(false));
    assert_eq!(may("2021-05-04T06:59:00Z"), Some(false), "a minute before it opens");
    assert_eq!(may("2021-05-04T07:00:00Z"), Some(true));
    assert_eq!(traded(Interval::Wk1, date(2021, 5, 3), "2021-05-03T12:00:00Z"), Some(false));
    let night = "2021-05-04T00:00:00Z";
    assert_eq!(
        traded(Interval::D1, date(2021, 5, 4), night),
        Some(true),
        "the day is one of trading"
    );
    assert_eq!(traded(Interval::D1, date(2021, 5, 1), night), Some(false));
    let after = london.last_day().tomorrow().unwrap();
    assert_eq!(traded(Interval::Mo1, after, night), None);
}

proptest! {
    #[test]
    fn what_was_looked_up_before_changes_no_answer(
        calendar in any_calendar(),
        share in 0.01..0.99,
        minutes in proptest::collection::vec(-3_000_i64..3_000, 1..9),
    ) {
        let noon = any_day(calendar, share).at(12, 0, 0, 0).to_zoned(calendar.zone.clone()).unwrap();
        for minutes in minutes {
            let at = noon.timestamp() + SignedDuration::from_mins(minutes);
            let date = at.to_zoned(calendar.zone.clone()).date();
            prop_assert_eq!(calendar.date(at), date);
            let near = [date.tomorrow().unwrap(), date, date.yesterday().unwrap()];
            let mut near = near.into_iter().filter_map(|date| calendar.session(date));
            prop_assert_eq!(calendar.session_at(at), near.find(|it| it.spans(at)));
        }
    }

    #[test]
    fn days_of_trading_follow_one_another(calendar in any_calendar(), share in 0.0..1.0) {
        let from = any_day(calendar, share);
        let sessions: Vec<Date> = calendar.sessions(from, from + 60.days()).collect();
        let found: Vec<Trading> = sessions.iter().filter_map(|it| calendar.session(*it)).collect();
        prop_assert_eq!(found.len(), sessions.len());
        prop_assert!(found.windows(2).all(|two| two[0].close <= two[1].open && two[0].date < two[1].date));
        for it in &found {
            prop_assert!(it.open < it.close);
            prop_assert!(it.pause.is_none_or(|rest| it.open < rest.start && rest.start < rest.end && rest.end < it.close));
        }
    }

    #[test]
    fn before_the_next_is_where_one_was(calendar in any_calendar(), share in 0.0..1.0) {
        let day = any_day(calendar, share);
        if let Some(next) = calendar.next_session(day) {
            let back = calendar.previous_session(next);
            let is_session = calendar.is_session(day) == Some(true);
            prop_assert!(back.is_none_or(|back| back <= day && (!is_session || back == day)));
            prop_assert_eq!(back.and_then(|back| calendar.next_session(back)).unwrap_or(next), next);
        }
    }

    #[test]
    fn it_is_open_within_a_day_of_trading_alone(calendar in any_calendar(), share in 0.01..0.99, minute in 0_i64..1440) {
        let day = any_day(calendar, share);
        let midnight = day.to_zoned(calendar.zone.clone()).unwrap().timestamp();
        let now = midnight + SignedDuration::from_mins(minute);
        let is_open = calendar.state(now) == Some(MarketState::Open);
        let within = calendar.session_at(now);
        prop_assert_eq!(is_open, within.is_some_and(|it| it.trades(now)));
        prop_assert!(calendar.begun(now).is_none_or(|it| it.open <= now));
        prop_assert!(calendar.over(now).is_none_or(|it| it.close <= now));
        prop_assert!(calendar.opens_after(now).is_none_or(|opens| opens > now && calendar.state(opens) != Some(MarketState::Closed)));
    }
}
