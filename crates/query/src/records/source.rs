use engine::{
    Board, Entry, RejectedHistory, StreamPhase, StreamStatus, UpstreamState, UpstreamStatus,
};
use jiff::Timestamp;
use market::{Freshness, Quote, Source, SourceError, Symbol, quote_freshness};
use serde::Serialize;
use table::Number;

use super::quote::{Disputed, DoubtedHistoryInFull, DoubtedInFull};
use crate::explain::{cause, explain};

/// How the upstreams are, and what speaks against the prices shown.
#[derive(Serialize, schemars::JsonSchema)]
pub struct SourcesBody<'a> {
    timestamp: Timestamp,
    sources: Vec<SourceJson<'a>>,
    /// Connections on which prices come as they change.
    streams: Vec<StreamJson<'a>>,
    instruments: Vec<InstrumentJson<'a>>,
    /// Those that are not believed.
    histories: Vec<DoubtedHistoryInFull<'a>>,
}

/// How an upstream is, and what it may still be asked.
#[derive(Serialize, schemars::JsonSchema)]
struct SourceJson<'a> {
    source: &'a str,
    state: &'static str,
    paused_until: Option<Timestamp>,
    failing_since: Option<Timestamp>,
    /// Since the last success; `null` if there was none.
    quiet_for_s: Option<i64>,
    budget: Budget,
    calls_last_hour: u32,
    errors_last_hour: u32,
    last_success: Option<Timestamp>,
    last_error: Option<LastError>,
    terms: &'a str,
    terms_url: &'a str,
}

/// In requests.
#[derive(Serialize, schemars::JsonSchema)]
struct Budget {
    per_hour: Number,
    burst: Number,
    /// May be made right now.
    left: Number,
}

#[derive(Serialize, schemars::JsonSchema)]
struct LastError {
    at: Timestamp,
    reason: &'static str,
    detail: String,
}

/// A connection on which an upstream sends prices as they change.
#[derive(Serialize, schemars::JsonSchema)]
struct StreamJson<'a> {
    source: &'a str,
    /// Whose budget its connections count against.
    upstream: &'a str,
    /// idle (nobody wants what it tells), connecting, live or waiting (it was lost).
    state: &'static str,
    /// Since when it has been open.
    live_since: Option<Timestamp>,
    /// When it is tried next.
    waiting_until: Option<Timestamp>,
    /// What it is subscribed to.
    symbols: Vec<&'a str>,
    last_error: Option<LastError>,
}

/// What is served for an instrument, where it is from, and what speaks against it.
#[derive(Serialize, schemars::JsonSchema)]
struct InstrumentJson<'a> {
    symbol: &'a str,
    name: &'a str,
    source: Option<&'a str>,
    freshness: &'static str,
    as_of: Option<Timestamp>,
    received_at: Option<Timestamp>,
    age_s: Option<i64>,
    reason: Option<&'static str>,
    detail: Option<String>,
    disputed: Option<Disputed<'a>>,
    quarantined: Option<DoubtedInFull<'a>>,
    doubted_total: u64,
}

/// The body of `/v1/sources`.
pub fn sources(
    (upstreams, streams): (&[UpstreamStatus], &[StreamStatus]),
    board: &Board,
    doubted: &[RejectedHistory],
    now: Timestamp,
) -> Vec<u8> {
    let body = SourcesBody {
        timestamp: now,
        sources: upstreams.iter().map(|upstream| source_json(upstream, now)).collect(),
        streams: streams.iter().map(stream_json).collect(),
        instruments: board.entries.iter().map(|entry| instrument_json(entry, now)).collect(),
        histories: doubted.iter().map(DoubtedHistoryInFull::from).collect(),
    };
    serde_json::to_vec(&body).expect("texts and finite numbers are always JSON")
}

fn source_json(upstream: &UpstreamStatus, now: Timestamp) -> SourceJson<'_> {
    let (state, paused_until, failing_since) = match upstream.state {
        UpstreamState::Ok => ("ok", None, None),
        UpstreamState::PausedUntil(until) => ("paused", Some(until), None),
        UpstreamState::FailingSince(since) => ("failing", None, Some(since)),
    };
    SourceJson {
        source: upstream.source.as_str(),
        state,
        paused_until,
        failing_since,
        quiet_for_s: upstream.last_success.map(|at| now.duration_since(at).as_secs().max(0)),
        budget: Budget {
            per_hour: Number(upstream.per_hour),
            burst: Number(upstream.burst),
            left: Number(upstream.left.floor()),
        },
        calls_last_hour: upstream.calls,
        errors_last_hour: upstream.errors,
        last_success: upstream.last_success,
        last_error: upstream.last_error.as_ref().map(last_error),
        terms: upstream.terms,
        terms_url: upstream.terms_url,
    }
}

fn stream_json(stream: &StreamStatus) -> StreamJson<'_> {
    let (state, live_since, waiting_until) = match stream.state {
        StreamPhase::Idle => ("idle", None, None),
        StreamPhase::Connecting => ("connecting", None, None),
        StreamPhase::Live { since } => ("live", Some(since), None),
        StreamPhase::Waiting { until, .. } => ("waiting", None, Some(until)),
    };
    StreamJson {
        source: stream.source.as_str(),
        upstream: stream.upstream.as_str(),
        state,
        live_since,
        waiting_until,
        symbols: stream.symbols.iter().map(Symbol::as_str).collect(),
        last_error: stream.last_error.as_ref().map(last_error),
    }
}

fn last_error((at, error): &(Timestamp, SourceError)) -> LastError {
    LastError { at: *at, reason: error.reason(), detail: cause(error) }
}

fn instrument_json(entry: &Entry, now: Timestamp) -> InstrumentJson<'_> {
    let quote = entry.quote.as_ref();
    let freshness = quote.map_or(Freshness::Missing, |quote| quote_freshness(quote, now));
    let (reason, detail) = explain(entry, now).map(|it| (it.name, it.detail)).unzip();
    InstrumentJson {
        symbol: entry.instrument.symbol.as_str(),
        name: &entry.instrument.name,
        source: quote.map(|quote| &quote.source).map(Source::as_str),
        freshness: freshness.as_str(),
        as_of: quote.and_then(|quote| quote.as_of),
        received_at: quote.map(|quote| quote.received_at),
        age_s: quote.and_then(|quote: &Quote| quote.age(now)).map(|age| age.as_secs()),
        reason,
        detail,
        disputed: entry.rival(now).map(Disputed::from),
        quarantined: entry.quarantined.as_ref().map(DoubtedInFull::from),
        doubted_total: entry.rejected,
    }
}
