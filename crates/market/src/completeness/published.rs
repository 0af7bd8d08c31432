//! Until when what was traded must be in an answer.

use jiff::{SignedDuration, Timestamp};

/// The first price of a day is published so long after the open at the latest:
/// exchanges delay what they give to the public by up to 15 minutes.
const PUBLISHED_WITHIN: SignedDuration = SignedDuration::from_mins(25);

/// A figure that is set once a day comes so long after that day's trading at the
/// latest.
const SET_WITHIN: SignedDuration = SignedDuration::from_hours(36);

/// Prices of trading until this instant have come by when the answer did.
pub(super) fn traded_until(received_at: Timestamp) -> Timestamp {
    earlier(received_at, PUBLISHED_WITHIN)
}

/// Figures that are set once a day have come for the days that were over then.
pub(super) fn set_until(received_at: Timestamp) -> Timestamp {
    earlier(received_at, SET_WITHIN)
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}
