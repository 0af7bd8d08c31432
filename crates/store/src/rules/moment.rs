use jiff::Timestamp;

/// An instant as stores hold it: whole milliseconds since 1970-01-01T00:00:00Z,
/// as upstreams publish them.
///
/// Finer parts are cut off, also of an instant that is only compared with stored
/// ones: so it compares as it would if it were stored itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Moment(i64);

impl Moment {
    /// Before every instant there is.
    pub(crate) const MIN: Self = Self(i64::MIN);
    /// After every instant there is.
    pub(crate) const MAX: Self = Self(i64::MAX);

    /// So many milliseconds after the beginning of 1970.
    pub(crate) fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the beginning of 1970.
    pub(crate) fn ms(self) -> i64 {
        self.0
    }

    /// The next one.
    pub(crate) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The one before.
    pub(crate) fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl From<Timestamp> for Moment {
    fn from(instant: Timestamp) -> Self {
        Self(instant.as_millisecond())
    }
}

/// Beyond the calendar, its first or last instant.
impl From<Moment> for Timestamp {
    fn from(moment: Moment) -> Self {
        let end = if moment.0 < 0 { Self::MIN } else { Self::MAX };
        Self::from_millisecond(moment.0).unwrap_or(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_back_without_what_is_finer_than_a_millisecond() {
        let instant: Timestamp = "2025-10-29T12:00:00.0019Z".parse().unwrap();
        let moment = Moment::from(instant);
        assert_eq!(Timestamp::from(moment).to_string(), "2025-10-29T12:00:00.001Z");
        assert_eq!((moment.next().previous(), moment.next().ms()), (moment, moment.ms() + 1));
    }

    #[test]
    fn the_ends_of_time_are_beyond_every_instant() {
        for (end, calendar) in [(Moment::MIN, Timestamp::MIN), (Moment::MAX, Timestamp::MAX)] {
            assert_eq!(Timestamp::from(end), calendar);
        }
        assert!(Moment::MIN < Timestamp::MIN.into() && Moment::MAX > Timestamp::MAX.into());
        assert_eq!((Moment::MIN.previous(), Moment::MAX.next()), (Moment::MIN, Moment::MAX));
    }
}
