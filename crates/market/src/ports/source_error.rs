use std::time::Duration;

use jiff::civil::Date;

use crate::{Interval, Symbol};

/// Why an upstream gave no value.
///
/// Cheap to clone: one failed request is reported to everybody who waited for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The upstream is well and knows no such instrument.
    #[error("{0} is not known there")]
    UnknownSymbol(Symbol),
    /// The upstream is well and knows that it is traded no more.
    #[error("{0} is no longer listed there")]
    Delisted(Symbol),
    /// This upstream never has such data; another may.
    #[error("not offered there: {0}")]
    NotOffered(String),
    /// Bars this fine reach back only so far.
    #[error("{interval} bars reach back {days} days at most; {hint}")]
    OutsideWindow {
        /// The interval asked for.
        interval: Interval,
        /// How many days back it reaches.
        days: u32,
        /// What would work, as a sentence.
        hint: String,
    },
    /// The upstream asks for a pause.
    #[error("asks for a pause{}", .retry_after.map_or(String::new(), |it| format!(" of {}", length(it))))]
    Throttled {
        /// For how long, where it says.
        retry_after: Option<Duration>,
    },
    /// The upstream wants credentials we do not have, or refuses us.
    #[error("refuses the request with status {status}")]
    Unauthorised {
        /// The HTTP status.
        status: u16,
    },
    /// The upstream failed by its own account.
    #[error("fails with status {status}")]
    Failing {
        /// The HTTP status.
        status: u16,
    },
    /// No answer arrived.
    #[error("cannot be reached: {why} ({detail})")]
    Unreachable {
        /// At which step it went wrong.
        why: Unreach,
        /// The cause in words.
        detail: String,
    },
    /// An answer arrived that cannot be what was asked for.
    #[error("gave an answer that cannot be read: {0}")]
    Unreadable(String),
    /// The answer about many says nothing of this one. Left out once is not
    /// unknown: that is said of a symbol by name.
    #[error("its answer leaves {0} out")]
    LeftOut(Symbol),
    /// The upstream is well, and gave bars of another length than asked for, as
    /// some do for long periods that are asked for by name.
    #[error(
        "gave {} bars in place of those asked for",
        .given.map_or("other", Interval::as_str)
    )]
    OtherInterval {
        /// How long they are, where that is a length we know.
        given: Option<Interval>,
        /// The first date that there is anything of, where it says.
        first: Option<Date>,
    },
    /// Nobody was asked, to spare the upstream.
    #[error("not asked: {why}; again in {}", length(*again_in))]
    NotAsked {
        /// What forbids it.
        why: NotAsked,
        /// When it may be asked again.
        again_in: Duration,
    },
    /// Its answer is large, and there was no room to read it beside others.
    #[error("was not read: too many large answers are being read at once")]
    NoRoom,
    /// The value cannot be believed and waits to be confirmed.
    #[error("gave a value that is not believed: {0}")]
    Suspect(String),
    /// Settings forbid asking upstreams.
    #[error("not asked: the service runs without upstreams")]
    Offline,
}

/// In the largest unit it is several whole ones of: `90 s`, `30 min`, `2 h`.
fn length(of: Duration) -> String {
    let seconds = of.as_secs();
    let units = [("h", 3_600), ("min", 60)];
    let whole =
        units.into_iter().find(|(_, unit)| seconds > *unit && seconds.is_multiple_of(*unit));
    let (unit, seconds_each) = whole.unwrap_or(("s", 1));
    format!("{} {unit}", seconds / seconds_each)
}

/// What keeps us from asking an upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// The requests we allow ourselves are used up.
    #[error("the requests allowed for now are used up")]
    RateLimited,
    /// Those that whoever asks may have are; others may have some.
    #[error("the share that one client may have of the requests allowed for now is used up")]
    ShareSpent,
    /// It asked for a pause.
    #[error("it asked for a pause")]
    PauseRequested,
    /// It failed too often: its circuit breaker is open.
    #[error("it has failed too often of late")]
    CircuitOpen,
    /// It refused the key.
    #[error("it refused the key that is set")]
    KeyRefused,
}

/// At which step a request came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreach {
    /// The name could not be resolved.
    #[error("its name could not be resolved")]
    Dns,
    /// The proxy on the way to it is not reached, or does not let us through.
    #[error("no way through the proxy")]
    Proxy,
    /// No connection.
    #[error("no connection")]
    Connect,
    /// No secure connection.
    #[error("no secure connection")]
    Tls,
    /// Too slow.
    #[error("no answer in time")]
    Timeout,
    /// Cut off inside the answer.
    #[error("the answer broke off")]
    BrokenOff,
}

impl SourceError {
    /// Whether the same question may succeed later, so older data may stand in.
    pub fn is_passing(&self) -> bool {
        !matches!(
            self,
            Self::UnknownSymbol(_)
                | Self::Delisted(_)
                | Self::NotOffered(_)
                | Self::OutsideWindow { .. }
        )
    }

    /// The stable name of this reason, used in JSON.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::UnknownSymbol(_) => "unknown_symbol",
            Self::Delisted(_) => "delisted",
            Self::NotOffered(_) => "not_offered",
            Self::OutsideWindow { .. } => "outside_window",
            Self::Throttled { .. } => "throttled",
            Self::Unauthorised { .. } => "unauthorised",
            Self::Failing { .. } => "upstream_failing",
            Self::Unreachable { .. } => "unreachable",
            Self::Unreadable(_) => "unreadable",
            Self::LeftOut(_) => "left_out",
            Self::OtherInterval { .. } => "other_interval",
            Self::NotAsked { why: NotAsked::ShareSpent, .. } => "share_spent",
            Self::NotAsked { .. } => "withheld",
            Self::NoRoom => "no_room",
            Self::Suspect(_) => "suspect",
            Self::Offline => "offline",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_reported_in_a_unit_people_count_in() {
        let sentence = |seconds| {
            SourceError::Throttled { retry_after: Some(Duration::from_secs(seconds)) }.to_string()
        };
        assert_eq!(sentence(60), "asks for a pause of 60 s");
        assert_eq!(sentence(90), "asks for a pause of 90 s");
        assert_eq!(sentence(1_800), "asks for a pause of 30 min");
        assert_eq!(sentence(5_400), "asks for a pause of 90 min");
        assert_eq!(sentence(86_400), "asks for a pause of 24 h");
        assert_eq!(SourceError::Throttled { retry_after: None }.to_string(), "asks for a pause");
    }
}
