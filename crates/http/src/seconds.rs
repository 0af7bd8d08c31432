use std::time::Duration;

/// Whole seconds, so that nobody comes back too soon.
pub(crate) fn seconds(length: Duration) -> u64 {
    (length.as_secs() + u64::from(length.subsec_nanos() > 0)).max(1)
}
