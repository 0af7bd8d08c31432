//! What is sent to whoever reads.

use face::stream::Load;
use http::reply::CacheUse;

use super::figures::Figures;
use crate::app::App;

pub(super) fn tell(figures: &Figures, app: &App) {
    streams(figures, app.streams.load());
    replies(figures, app.replies.usage());
}

fn streams(figures: &Figures, load: Load) {
    let Load { readers, symbols, events, overtaken } = load;
    figures.gauge("marketpulse_stream_readers", "Readers of streams.", readers as f64);
    figures.gauge(
        "marketpulse_stream_symbols",
        "Symbols that readers of streams follow, or did a moment ago.",
        symbols as f64,
    );
    figures.counter(
        "marketpulse_stream_events_total",
        "Events of streams, each counted once for all readers.",
        events as f64,
    );
    figures.counter(
        "marketpulse_stream_conflated_total",
        "Events that a reader was never sent, as a newer one took the place while it waited.",
        overtaken as f64,
    );
}

fn replies(figures: &Figures, usage: CacheUse) {
    let CacheUse { bytes, hits, misses } = usage;
    figures.gauge(
        "marketpulse_response_cache_bytes",
        "What answers that are kept as they were sent take, about.",
        bytes as f64,
    );
    figures.counter(
        "marketpulse_response_cache_hits_total",
        "Answers that were kept as they were sent.",
        hits as f64,
    );
    figures.counter(
        "marketpulse_response_cache_misses_total",
        "Answers that had to be written anew.",
        misses as f64,
    );
}
