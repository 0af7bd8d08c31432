use jiff::civil::{Date, Weekday};
use jiff::{ToSpan, Unit};

/// The week of an exchange whose calendar is not known, learned from the dates of
/// its own bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learned {
    /// From Monday on.
    trades: [bool; 7],
}

/// With fewer bars a week is not believed.
const ENOUGH_BARS: usize = 20;

/// Bars further back than this tell of another time.
const LOOK_BACK_DAYS: i32 = 60;

impl Learned {
    /// The week that dated bars tell, seen from the last day of which they can
    /// tell. Each date counts once.
    ///
    /// `None` with fewer than 20 of the last 60 days. A weekday is one of trading if
    /// it has a bar in a third as many weeks as the commonest has: a single
    /// Sunday evening makes no week, and holidays take none from it.
    pub fn from_bars(dates: impl IntoIterator<Item = Date>, until: Date) -> Option<Self> {
        let is_recent = |date: &Date| {
            let ago = date.until((Unit::Day, until)).map_or(-1, |ago| ago.get_days());
            (0..LOOK_BACK_DAYS).contains(&ago)
        };
        let mut dates: Vec<Date> = dates.into_iter().filter(is_recent).collect();
        dates.sort_unstable();
        dates.dedup();
        let mut weeks = [0_usize; 7];
        for date in &dates {
            weeks[at(date.weekday())] += 1;
        }
        let most = *weeks.iter().max()?;
        (dates.len() >= ENOUGH_BARS).then(|| Self { trades: weeks.map(|it| it * 3 > most) })
    }

    /// Whether there is trading on such a date, holidays apart.
    pub fn is_session(&self, date: Date) -> bool {
        self.trades[at(date.weekday())]
    }

    /// Dates with trading, both ends included, holidays apart.
    pub fn sessions(&self, from: Date, to: Date) -> impl Iterator<Item = Date> + '_ {
        let days = from.series(1.day()).take_while(move |date| *date <= to);
        days.filter(|date| self.is_session(*date))
    }

    /// The last date with trading before a date, holidays apart.
    pub fn previous_session(&self, date: Date) -> Option<Date> {
        date.series(-1.day()).skip(1).take(7).find(|date| self.is_session(*date))
    }
}

fn at(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn days(from: Date, until: Date, weekdays: &[Weekday]) -> Vec<Date> {
        let days = from.series(1.day()).take_while(|date| *date <= until);
        days.filter(|date| weekdays.contains(&date.weekday())).collect()
    }

    const GULF: [Weekday; 5] =
        [Weekday::Sunday, Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday];

    #[test]
    fn a_week_is_that_of_the_bars_whichever_days_it_has() {
        let until = date(2026, 11, 26);
        let kuwait = Learned::from_bars(days(date(2026, 10, 1), until, &GULF), until).unwrap();
        assert!(kuwait.is_session(date(2026, 11, 29)), "Sunday");
        assert!(!kuwait.is_session(date(2026, 11, 27)), "Friday");
        assert_eq!(kuwait.previous_session(date(2026, 11, 29)), Some(date(2026, 11, 26)));
        assert_eq!(kuwait.sessions(date(2026, 11, 22), date(2026, 11, 28)).count(), 5);
    }

    #[test]
    fn one_bar_on_a_day_of_rest_and_a_holiday_change_no_week() {
        let until = date(2026, 11, 26);
        let mut bars = days(date(2026, 10, 1), until, &GULF);
        bars.retain(|it| *it != date(2026, 11, 15));
        bars.push(date(2026, 11, 21));
        let kuwait = Learned::from_bars(bars, until).unwrap();
        assert!(kuwait.is_session(date(2026, 11, 15)) && !kuwait.is_session(date(2026, 11, 21)));
    }

    #[test]
    fn too_few_or_too_old_bars_tell_no_week() {
        let until = date(2026, 11, 26);
        let few = days(date(2026, 11, 2), until, &GULF);
        assert!(few.len() < 20 && Learned::from_bars(few.clone(), until).is_none());
        assert!(Learned::from_bars([few.clone(), few].concat(), until).is_none(), "each twice");
        let old = days(date(2026, 1, 1), date(2026, 9, 1), &GULF);
        assert!(Learned::from_bars(old, until).is_none());
    }

    proptest! {
        #[test]
        fn a_regular_week_is_learned_as_it_is(trades in proptest::array::uniform7(any::<bool>())) {
            prop_assume!(trades.iter().filter(|it| **it).count() >= 3);
            let until = date(2026, 11, 29);
            let is_traded = |date: &Date| trades[at(date.weekday())];
            let bars = date(2026, 9, 1).series(1.day()).take_while(|it| *it <= until).filter(is_traded);
            prop_assert_eq!(Learned::from_bars(bars, until), Some(Learned { trades }));
        }
    }
}
