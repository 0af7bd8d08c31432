//! How each upstream is, and what it may still be asked.

use engine::{Engine, StreamPhase, UpstreamState, UpstreamStatus};

use super::figures::{Figures, yes};

pub(super) fn tell(figures: &Figures, engine: &Engine) {
    let upstreams = engine.upstreams();
    calls(figures, &upstreams);
    budgets(figures, &upstreams);
    states(figures, &upstreams);
    let live = figures.gauges(
        "marketpulse_upstream_stream_live",
        "Whether the connection on which an upstream sends prices is open.",
        &["source"],
    );
    for stream in engine.streams() {
        let is_live = matches!(stream.state, StreamPhase::Live { .. });
        live.with_label_values(&[stream.source.as_str()]).set(yes(is_live));
    }
}

fn calls(figures: &Figures, upstreams: &[UpstreamStatus]) {
    let of_each = |name, about| figures.counters(name, about, &["source"]);
    let made = of_each("marketpulse_upstream_calls_total", "Calls of each upstream.");
    let failed = of_each(
        "marketpulse_upstream_call_failures_total",
        "Calls of each upstream that came to nothing.",
    );
    let set_aside = of_each(
        "marketpulse_upstream_set_aside_total",
        "Bars, actions and prices of each upstream that cannot be and were set aside.",
    );
    for it in upstreams {
        let source = [it.source.as_str()];
        made.with_label_values(&source).inc_by(it.in_all.0 as f64);
        failed.with_label_values(&source).inc_by(it.in_all.1 as f64);
        set_aside.with_label_values(&source).inc_by(it.set_aside as f64);
    }
}

fn budgets(figures: &Figures, upstreams: &[UpstreamStatus]) {
    let of_each = |name, about| figures.gauges(name, about, &["source"]);
    let left = of_each(
        "marketpulse_upstream_budget_left_requests",
        "Requests that may be made of each upstream right now.",
    );
    let burst = of_each(
        "marketpulse_upstream_budget_burst_requests",
        "Requests that may be made at once where none was made for a while.",
    );
    let rate = of_each(
        "marketpulse_upstream_budget_requests_per_second",
        "How fast the budget of each upstream comes back.",
    );
    for it in upstreams {
        let source = [it.source.as_str()];
        left.with_label_values(&source).set(it.left.floor());
        burst.with_label_values(&source).set(it.burst);
        rate.with_label_values(&source).set(it.per_hour / 3600.0);
    }
}

fn states(figures: &Figures, upstreams: &[UpstreamStatus]) {
    let state = figures.gauges(
        "marketpulse_upstream_state",
        "Which state each upstream is in: asked, paused as it wishes, left alone as it fails, or as it refuses the key.",
        &["source", "state"],
    );
    let succeeded = figures.gauges(
        "marketpulse_upstream_last_success_timestamp_seconds",
        "When each upstream last gave an answer.",
        &["source"],
    );
    for it in upstreams {
        let source = it.source.as_str();
        for name in UpstreamState::NAMES {
            state.with_label_values(&[source, name]).set(yes(name == it.state.name()));
        }
        if let Some(at) = it.last_success {
            succeeded.with_label_values(&[source]).set(at.as_millisecond() as f64 / 1000.0);
        }
    }
}
