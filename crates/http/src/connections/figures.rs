//! Connections in figures, of whatever this process serves.

use std::sync::LazyLock;

use prometheus::{IntCounter, IntGauge};

/// From here on there are figures, though nothing may have happened.
pub(super) fn begin(most: usize) {
    MOST.set(i64::try_from(most).unwrap_or(i64::MAX));
    LazyLock::force(&OPEN);
    LazyLock::force(&REFUSED);
}

/// Those that are open now.
pub(super) static OPEN: LazyLock<IntGauge> = LazyLock::new(|| {
    let (name, about) = ("marketpulse_http_connections", "Connections of readers that are open.");
    prometheus::register_int_gauge!(name, about).expect("the name is used once")
});

/// As many as may be open at once.
static MOST: LazyLock<IntGauge> = LazyLock::new(|| {
    let (name, about) =
        ("marketpulse_http_connections_limit", "Connections of readers that may be open at once.");
    prometheus::register_int_gauge!(name, about).expect("the name is used once")
});

/// Newcomers for whom there was none.
pub(super) static REFUSED: LazyLock<IntCounter> = LazyLock::new(|| {
    let (name, about) = (
        "marketpulse_http_connections_refused_total",
        "Connections that were refused, as all that may be open were needed.",
    );
    prometheus::register_int_counter!(name, about).expect("the name is used once")
});
