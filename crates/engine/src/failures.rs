use std::fmt;
use std::time::Duration;

use market::{NotAsked, Source, SourceError};

/// Where large answers are read one after another, the next has its turn soon.
const ROOM_AGAIN: Duration = Duration::from_secs(5);

/// One source that gave no value, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFailure {
    /// Who was asked.
    pub source: Source,
    /// What came back instead of a value.
    pub error: SourceError,
}

/// Every source that was asked in vain, in the order asked.
///
/// Empty where nobody has been asked yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceFailures(Vec<SourceFailure>);

impl SourceFailure {
    /// Whether it was not asked because whoever wanted it has had a share.
    pub(crate) fn is_share_spent(&self) -> bool {
        matches!(self.error, SourceError::NotAsked { why: NotAsked::ShareSpent, .. })
    }

    /// When it may be asked, if it was not because of what we allow ourselves.
    fn budget_again_in(&self) -> Option<Duration> {
        match self.error {
            SourceError::NotAsked {
                why: NotAsked::RateLimited | NotAsked::ShareSpent,
                again_in,
            } => Some(again_in),
            _ => None,
        }
    }
}

impl SourceFailures {
    pub(crate) fn add(&mut self, source: Source, error: SourceError) {
        self.0.push(SourceFailure { source, error });
    }

    /// The failures, first asked first.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFailure> {
        self.0.iter()
    }

    /// Whether no source failed: each gave what it has, or there was none to ask.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether asking again later may help, so that no final word is spoken.
    pub fn is_passing(&self) -> bool {
        self.0.is_empty() || self.iter().any(|failure| failure.error.is_passing())
    }

    /// Those that may pass, where there are any: what one source will never have
    /// is no reason to give while another is merely away.
    #[must_use]
    pub fn passing(self) -> Self {
        let is_passing = |failure: &SourceFailure| failure.error.is_passing();
        if !self.iter().any(is_passing) {
            return self;
        }
        Self(self.0.into_iter().filter(is_passing).collect())
    }

    /// Whether upstreams in good health say that there is no such instrument.
    pub fn is_unknown(&self) -> bool {
        let unknown = |failure: &SourceFailure| {
            matches!(failure.error, SourceError::UnknownSymbol(_) | SourceError::Delisted(_))
        };
        !self.is_passing() && self.iter().any(unknown)
    }

    /// Whether one was not asked because whoever wanted it has had a share of what it
    /// may be asked; for another it may be.
    pub fn is_share_spent(&self) -> bool {
        self.iter().any(SourceFailure::is_share_spent)
    }

    /// Whether that is what says most to a reader: no source that comes before is away.
    pub fn tells_of_spent_share(&self) -> bool {
        self.most_telling().is_some_and(SourceFailure::is_share_spent)
    }

    /// Whether what says most to a reader is that we allow ourselves no more at present,
    /// or no more of it to one client.
    pub fn tells_of_spent_budget(&self) -> bool {
        self.most_telling().and_then(SourceFailure::budget_again_in).is_some()
    }

    /// Whether one was not asked because of what we allow ourselves.
    pub(crate) fn is_budget_spent(&self) -> bool {
        self.budget_again_in().is_some()
    }

    /// Which was not asked because of what we allow ourselves, and when it may be: the
    /// soonest.
    pub(crate) fn budget_again_in(&self) -> Option<(Source, Duration)> {
        let of_budget = |it: &SourceFailure| Some((it.source.clone(), it.budget_again_in()?));
        self.iter().filter_map(of_budget).min_by_key(|(_, again_in)| *again_in)
    }

    /// The failure that says most to a reader: what they can mend comes first, then
    /// what will pass, then that the thing is unknown.
    pub fn most_telling(&self) -> Option<&SourceFailure> {
        let rank = |failure: &&SourceFailure| match failure.error {
            SourceError::OutsideWindow { .. } => 0,
            _ if failure.error.is_passing() => 1,
            SourceError::UnknownSymbol(_) | SourceError::Delisted(_) => 2,
            _ => 3,
        };
        self.iter().min_by_key(rank)
    }

    /// Stable name of the most telling reason.
    pub fn reason(&self) -> &'static str {
        self.most_telling().map_or("pending", |failure| failure.error.reason())
    }

    /// Whether no upstream was called, because those that could answer may not be
    /// for the time being. One that never has such data is not called either.
    pub(crate) fn nobody_was_asked(&self) -> bool {
        let not_asked =
            |failure: &SourceFailure| matches!(failure.error, SourceError::NotAsked { .. });
        let never = |failure: &SourceFailure| {
            matches!(failure.error, SourceError::NotOffered(_) | SourceError::OutsideWindow { .. })
        };
        self.iter().any(not_asked)
            && self.iter().all(|failure| not_asked(failure) || never(failure))
    }

    /// When one of those that were not asked, or asked for a pause, may be asked
    /// again: the soonest.
    pub fn again_in(&self) -> Option<Duration> {
        let pause = |failure: &SourceFailure| match failure.error {
            SourceError::Throttled { retry_after } => retry_after,
            SourceError::NotAsked { again_in, .. } => Some(again_in),
            SourceError::NoRoom => Some(ROOM_AGAIN),
            _ => None,
        };
        self.iter().filter_map(pause).min()
    }
}

impl fmt::Display for SourceFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no source has been asked yet");
        }
        for (i, SourceFailure { source, error }) in self.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{source}: {error}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(errors: &[SourceError]) -> SourceFailures {
        SourceFailures(
            errors
                .iter()
                .map(|e| SourceFailure { source: Source::new("x"), error: e.clone() })
                .collect(),
        )
    }

    #[test]
    fn a_symbol_is_unknown_only_when_nobody_was_merely_away() {
        let unknown = SourceError::UnknownSymbol("QQQ".parse().unwrap());
        let failing = SourceError::Failing { status: 500 };
        assert!(failures(&[SourceError::NotOffered("x".into()), unknown.clone()]).is_unknown());
        assert!(!failures(&[failing.clone(), unknown.clone()]).is_unknown());
        assert!(!SourceFailures::default().is_unknown());
        assert_eq!(failures(&[unknown, failing]).reason(), "upstream_failing");
        assert_eq!(SourceFailures::default().reason(), "pending");
    }

    #[test]
    fn what_never_comes_is_no_reason_while_another_is_away() {
        let never = SourceError::OutsideWindow {
            interval: market::Interval::D1,
            days: 365,
            hint: "ask for less".into(),
        };
        let away = SourceError::Failing { status: 500 };
        assert_eq!(failures(&[never.clone(), away]).passing().reason(), "upstream_failing");
        assert_eq!(failures(&[never]).passing().reason(), "outside_window");
    }

    #[test]
    fn a_source_that_never_has_it_was_not_asked() {
        let not_asked = SourceError::NotAsked {
            why: market::NotAsked::CircuitOpen,
            again_in: Duration::from_secs(3),
        };
        let never = SourceError::NotOffered("it has no price history".into());
        let failing = SourceError::Failing { status: 502 };
        assert!(failures(&[not_asked.clone(), never.clone()]).nobody_was_asked());
        assert!(!failures(&[not_asked, failing]).nobody_was_asked());
        assert!(!failures(&[never]).nobody_was_asked());
        assert!(!SourceFailures::default().nobody_was_asked());
    }

    #[test]
    fn a_spent_budget_is_told_where_it_says_most() {
        let not_asked = |why, s| SourceError::NotAsked { why, again_in: Duration::from_secs(s) };
        let (all, share) =
            (not_asked(NotAsked::RateLimited, 9), not_asked(NotAsked::ShareSpent, 3));
        let pause = not_asked(NotAsked::PauseRequested, 1);
        for spent in [&all, &share] {
            assert!(failures(std::slice::from_ref(spent)).tells_of_spent_budget());
        }
        assert!(!failures(&[pause.clone(), share.clone()]).tells_of_spent_budget());
        let soonest = failures(&[pause, all, share]).budget_again_in();
        assert_eq!(soonest, Some((Source::new("x"), Duration::from_secs(3))));
        assert_eq!(failures(&[SourceError::Failing { status: 500 }]).budget_again_in(), None);
    }

    #[test]
    fn the_shortest_pause_counts() {
        let pause = |s| SourceError::Throttled { retry_after: Some(Duration::from_secs(s)) };
        assert_eq!(failures(&[pause(60), pause(3)]).again_in(), Some(Duration::from_secs(3)));
    }
}
