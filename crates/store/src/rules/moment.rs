use jiff::Timestamp;

/// From when a request is sent until what it brought is handed over, at the most.
pub(crate) const LONGEST_REQUEST_MS: i64 = 60_000;

/// How long after something was missed first another answer may be the second to
/// lack it: two of one moment can both be half of one.
pub(crate) const APART_MS: i64 = 30_000;

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

    /// So many milliseconds after the beginning of 1970.
    pub(crate) fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the beginning of 1970.
    pub(crate) fn ms(self) -> i64 {
        self.0
    }

    /// Whether something received at this moment was overtaken by what was received
    /// at the other: later, though by no more than a request takes. Where it is
    /// much later, a clock was set back between the two.
    pub(crate) fn is_overtaken_by(self, other: Self) -> bool {
        (1..=LONGEST_REQUEST_MS).contains(&other.0.saturating_sub(self.0))
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
        assert_eq!(Moment::from_ms(moment.ms()), moment);
    }

    #[test]
    fn what_is_a_little_earlier_was_overtaken_and_what_is_much_earlier_was_not() {
        let at = Moment::from_ms;
        assert!(at(0).is_overtaken_by(at(1)) && at(0).is_overtaken_by(at(60_000)));
        assert!(!at(0).is_overtaken_by(at(0)) && !at(1).is_overtaken_by(at(0)));
        assert!(!at(0).is_overtaken_by(at(60_001)), "a clock was set back");
    }

    #[test]
    fn moments_beyond_the_calendar_are_its_ends() {
        assert_eq!(Timestamp::from(Moment::MIN), Timestamp::MIN);
        assert_eq!(Timestamp::from(Moment::from_ms(i64::MAX)), Timestamp::MAX);
    }
}
