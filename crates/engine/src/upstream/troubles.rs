use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use market::{Moment, SourceError};

/// One that comes and goes is logged no more often than this.
const TOLD_AGAIN_AFTER: Duration = Duration::from_mins(10);

/// What is wrong with an upstream, logged when it begins and when it is over,
/// and not with each call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Troubles {
    present: BTreeSet<&'static str>,
    /// When each kind was logged last.
    logged: BTreeMap<&'static str, Moment>,
    /// Whether one of those present was logged.
    is_logged: bool,
}

impl Troubles {
    /// Notes that something is wrong. Whether that is to be logged.
    pub(crate) fn begins(&mut self, error: &SourceError, now: Moment) -> bool {
        let kind = error.reason();
        let is_news = self.present.insert(kind);
        let last = self.logged.get(kind);
        let is_due = last.is_none_or(|last| now.since(*last) >= TOLD_AGAIN_AFTER);
        if is_news && is_due {
            self.logged.insert(kind, now);
            self.is_logged = true;
        }
        is_news && is_due
    }

    /// Notes that all is well. Whether that is to be logged.
    pub(crate) fn are_over(&mut self) -> bool {
        self.present.clear();
        std::mem::take(&mut self.is_logged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_beginning(Duration::from_secs(seconds))
    }

    #[test]
    fn each_kind_is_reported_once_until_all_is_well() {
        let mut troubles = Troubles::default();
        let unreadable = |detail: &str| SourceError::Unreadable(detail.to_owned());
        assert!(!troubles.are_over(), "nothing was wrong");
        assert!(troubles.begins(&unreadable("HTML"), at(0)));
        assert!(!troubles.begins(&unreadable("a cut"), at(5_000)), "it is the same trouble still");
        assert!(troubles.begins(&SourceError::Failing { status: 500 }, at(5_001)));
        assert!(troubles.are_over() && !troubles.are_over());
        assert!(troubles.begins(&unreadable("HTML"), at(5_002)), "told long ago");
    }

    #[test]
    fn what_comes_and_goes_is_reported_now_and_then() {
        let mut troubles = Troubles::default();
        let mut told = 0;
        for second in 0..3_600 {
            let failing = SourceError::Failing { status: 500 };
            told += usize::from(troubles.begins(&failing, at(second)));
            told += usize::from(troubles.are_over());
        }
        assert_eq!(told, 12);
    }
}
