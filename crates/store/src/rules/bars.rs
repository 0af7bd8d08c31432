use market::{Bar, Saved};

use crate::rules::moment::Moment;
use crate::rules::stretch::OpenTimes;
use crate::rules::versions::{Known, Version, Versioned};

/// A stretch that a source answered for, and when.
pub(crate) struct Confirmation {
    pub(crate) received_at: Moment,
    pub(crate) open_times: OpenTimes,
}

/// The open times are the same to the millisecond, which is what is stored.
impl Versioned for Bar {
    fn says(&self, reported: &Self) -> bool {
        self.says_the_same(&Self { open_time: self.open_time, ..*reported })
    }
}

/// What a reported bar adds to the versions stored of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Additions {
    reported: Option<Version<Bar>>,
    confirmed: Option<Version<Bar>>,
    pub(crate) saved: Saved,
}

impl Additions {
    pub(crate) fn versions(&self) -> impl Iterator<Item = &Version<Bar>> {
        self.reported.iter().chain(&self.confirmed)
    }
}

/// What to add of a bar, of which `known` is stored as seen from the instant at
/// which it was received; `None` where no version of it is.
///
/// `later` are the answers of the same series received after this one. Where one
/// of them reported the bar again as it was before, nothing was added then. That
/// version is added now, to stay in force.
pub(crate) fn additions(
    known: Option<Known<Bar>>,
    bar: Bar,
    received_at: Moment,
    later: &[Confirmation],
) -> Additions {
    let new = usize::from(known.is_none());
    let known = known.unwrap_or_default();
    let Some(known_at) = known.place(&bar, received_at) else { return Additions::default() };
    let reported = Version { known_at, value: bar };
    let before = known.in_force().copied();
    let revised = usize::from(before.is_some());
    let lasting = before.filter(|_| known.is_the_latest());
    let confirmed = lasting.and_then(|before| confirmed(&before.value, reported, later));
    Additions { reported: Some(reported), confirmed, saved: Saved { new, revised } }
}

/// The version before, since it was last reported again.
fn confirmed(before: &Bar, reported: Version<Bar>, later: &[Confirmation]) -> Option<Version<Bar>> {
    let open_time = before.open_time.into();
    let spanning = later.iter().filter(|it| it.open_times.contains(open_time));
    let again = spanning.map(|it| it.received_at).max()?;
    let mut known = Known::default();
    known.put_in_force(reported);
    let known_at = known.place(before, again)?;
    Some(Version { known_at, value: *before })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use market::Price;

    use super::*;

    fn bar(close: f64) -> Bar {
        Bar {
            open_time: Timestamp::UNIX_EPOCH,
            date: date(1970, 1, 1),
            open: None,
            high: None,
            low: None,
            close: Price::new(close).unwrap(),
            adj_close: Price::new(close * 0.9),
            volume: None,
            provisional: false,
        }
    }

    fn known(at: i64, newest_first: &[(i64, f64)]) -> Known<Bar> {
        let version = |&(ms, close): &(i64, f64)| Version {
            known_at: Moment::from_ms(ms),
            value: bar(close),
        };
        Known::at(Moment::from_ms(at), newest_first.iter().map(version))
    }

    /// What is added, as instants and closes, and how many bars are new and revised.
    fn added(
        known: Option<Known<Bar>>,
        (received_at, close): (i64, f64),
        later: &[Confirmation],
    ) -> (Vec<(i64, f64)>, [usize; 2]) {
        let found = additions(known, bar(close), Moment::from_ms(received_at), later);
        let versions = found.versions().map(|it| (it.known_at.ms(), it.value.close.get()));
        (versions.collect(), [found.saved.new, found.saved.revised])
    }

    fn confirmation(received_at: i64) -> Confirmation {
        let open_times = OpenTimes { first: Moment::from_ms(-5), last: Moment::from_ms(5) };
        Confirmation { received_at: Moment::from_ms(received_at), open_times }
    }

    #[test]
    fn a_bar_is_new_once_and_revised_where_it_differs() {
        assert_eq!(added(None, (10, 1.0), &[]), (vec![(10, 1.0)], [1, 0]));
        assert_eq!(added(Some(known(20, &[(10, 1.0)])), (20, 1.0), &[]), (vec![], [0, 0]));
        assert_eq!(added(Some(known(20, &[(10, 1.0)])), (20, 2.0), &[]), (vec![(20, 2.0)], [0, 1]));
    }

    #[test]
    fn a_bar_known_only_later_is_neither_new_nor_revised() {
        assert_eq!(added(Some(known(5, &[(10, 1.0)])), (5, 0.5), &[]), (vec![(5, 0.5)], [0, 0]));
    }

    #[test]
    fn a_version_confirmed_later_stays_in_force_behind_a_late_report() {
        let later = [confirmation(30), confirmation(40)];
        let expected = (vec![(20, 2.0), (40, 1.0)], [0, 1]);
        assert_eq!(added(Some(known(20, &[(10, 1.0)])), (20, 2.0), &later), expected);
        let superseded = known(20, &[(25, 3.0), (10, 1.0)]);
        assert_eq!(added(Some(superseded), (20, 2.0), &later), (vec![(20, 2.0)], [0, 1]));
    }

    #[test]
    fn a_late_report_pushed_to_the_instant_of_its_confirmation_leaves_room_for_it() {
        let later = [confirmation(21)];
        let expected = (vec![(21, 2.0), (22, 1.0)], [0, 1]);
        assert_eq!(added(Some(known(20, &[(20, 1.0)])), (20, 2.0), &later), expected);
    }

    #[test]
    fn what_confirmed_other_bars_confirms_nothing_here() {
        let elsewhere = OpenTimes { first: Moment::from_ms(6), last: Moment::from_ms(9) };
        let later = [Confirmation { open_times: elsewhere, ..confirmation(30) }];
        let expected = (vec![(20, 2.0)], [0, 1]);
        assert_eq!(added(Some(known(20, &[(10, 1.0)])), (20, 2.0), &later), expected);
    }

    #[test]
    fn what_is_lost_in_computing_an_adjusted_close_is_no_version() {
        let wobbled = Bar { adj_close: Price::new(0.900_000_5), ..bar(1.0) };
        let found = additions(Some(known(20, &[(10, 1.0)])), wobbled, Moment::from_ms(20), &[]);
        assert_eq!(found, Additions::default());
    }
}
