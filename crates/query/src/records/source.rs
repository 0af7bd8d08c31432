use engine::{Engine, StreamPhase, StreamStatus, UpstreamState, UpstreamStatus};
use jiff::Timestamp;
use market::{SourceError, Symbol};
use serde::Serialize;
use table::{Field, Number, Object, Record, json, schema_of};

use super::instrument::OfInstrument;
use super::quote::{Element, RejectedSeries, Shown};
use super::store::StoreJson;
use super::vocabulary;
use crate::explain::cause;

/// How the upstreams are, and what speaks against the prices shown.
#[derive(Serialize, schemars::JsonSchema)]
pub struct SourcesBody<'a> {
    /// When this answer was made.
    timestamp: Timestamp,
    /// Every upstream.
    sources: Vec<Object<Upstream<'a>>>,
    /// Connections on which prices come as they change.
    streams: Vec<StreamJson<'a>>,
    /// The instruments.
    instruments: Vec<Object<Shown<'a>, Listed>>,
    /// Whether what comes is stored.
    store: StoreJson,
    /// Those that are not believed.
    histories: Vec<Object<RejectedSeries<'a>>>,
    /// The newest parts of answers that cannot be, by source.
    set_aside: Vec<Object<Element<'a>>>,
}

/// How an upstream is, and what it may still be asked.
pub struct Upstream<'a> {
    status: &'a UpstreamStatus,
    now: Timestamp,
}

/// As the event `source` of streams tells it: how it is and no more.
pub enum Brief {}

/// The event `source` of streams.
pub type SourceEvent<'a> = Object<Upstream<'a>, Brief>;

/// What the event `source` says of an upstream.
pub fn source_event(status: &UpstreamStatus, now: Timestamp) -> SourceEvent<'_> {
    Object::of(Upstream { status, now })
}

impl Upstream<'_> {
    const SOURCE: Field<Self> =
        vocabulary::source(|it: &Self| Some(it.status.source.as_str().into())).never_null();
    const STATE: Field<Self> = Field::text(
        "state",
        "ok, paused (it asked for that), failing (left alone for a while) or refused (it does not take the key that is set).",
        |it: &Self| Some(it.status.state.name().into()),
    )
    .never_null();
    const PAUSED_UNTIL: Field<Self> =
        Field::instant("paused_until", "Until when it asked not to be asked.", |it| {
            match it.status.state {
                UpstreamState::PausedUntil(until) => Some(until),
                _ => None,
            }
        });
    const FAILING_SINCE: Field<Self> = Field::instant(
        "failing_since",
        "Since when it fails, where it is left alone for that.",
        |it| match it.status.state {
            UpstreamState::FailingSince(since) => Some(since),
            _ => None,
        },
    );
    const REFUSED_SINCE: Field<Self> =
        Field::instant("refused_since", "Since when it does not take the key that is set.", |it| {
            match it.status.state {
                UpstreamState::RefusedSince(since) => Some(since),
                _ => None,
            }
        });
    const QUIET_FOR_S: Field<Self> =
        Field::whole("quiet_for_s", "Since the last success; `null` if there was none.", |it| {
            Some(it.now.duration_since(it.status.last_success?).as_secs().max(0))
        });
    const BUDGET: Field<Self> = Field::inner(
        "budget",
        "In requests.",
        |it| Some(json(&budget(it.status))),
        schema_of::<Budget>,
    );
    const CALLS: Field<Self> = Field::inner(
        "calls_last_hour",
        "Requests within the last hour.",
        |it| Some(json(&it.status.calls)),
        schema_of::<u32>,
    );
    const ERRORS: Field<Self> = Field::inner(
        "errors_last_hour",
        "How many of those failed.",
        |it| Some(json(&it.status.errors)),
        schema_of::<u32>,
    );
    const SET_ASIDE: Field<Self> = Field::inner(
        "set_aside_total",
        "How many bars, actions and quotes of its answers cannot be and were set aside since the start.",
        |it| Some(json(&it.status.set_aside)),
        schema_of::<u64>,
    );
    const LAST_SUCCESS: Field<Self> =
        Field::instant("last_success", "When it last answered well.", |it| it.status.last_success);
    const LAST_ERROR: Field<Self> = Field::inner(
        "last_error",
        "The last failure.",
        |it| Some(json(&it.status.last_error.as_ref().map(last_error))),
        schema_of::<Option<LastError>>,
    );
    const TERMS: Field<Self> =
        Field::text("terms", "What its terms allow, in a sentence.", |it: &Self| {
            Some(it.status.terms.into())
        })
        .never_null();
    const TERMS_URL: Field<Self> = Field::text("terms_url", "Where its terms are.", |it: &Self| {
        Some(it.status.terms_url.into())
    })
    .never_null();
    const REDISTRIBUTION: Field<Self> = Field::text(
        "redistribution",
        "To whom its prices may be shown, by its terms as we read them: private (whoever runs the service), internal (those who work with them too) or public.",
        |it: &Self| Some(it.status.redistribution.as_str().into()),
    )
    .never_null();
}

impl Record for Upstream<'_> {
    const ABOUT: &'static str = "How an upstream is, and what it may still be asked.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                Self::SOURCE,
                Self::STATE,
                Self::PAUSED_UNTIL,
                Self::FAILING_SINCE,
                Self::REFUSED_SINCE,
                Self::QUIET_FOR_S,
                Self::BUDGET,
                Self::CALLS,
                Self::ERRORS,
                Self::SET_ASIDE,
                Self::LAST_SUCCESS,
                Self::LAST_ERROR,
                Self::TERMS,
                Self::TERMS_URL,
                Self::REDISTRIBUTION,
            ]
        }
    }
}

impl Record<Brief> for Upstream<'_> {
    const ABOUT: &'static str = "How an upstream is.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                Self::SOURCE,
                Self::STATE,
                Self::PAUSED_UNTIL,
                Self::FAILING_SINCE,
                Self::REFUSED_SINCE,
            ]
        }
    }
}

/// In requests.
#[derive(Serialize, schemars::JsonSchema)]
struct Budget {
    /// Requests an hour.
    per_hour: Number,
    /// The most requests at once.
    burst: Number,
    /// May be made right now.
    left: Number,
}

#[derive(Serialize, schemars::JsonSchema)]
struct LastError {
    /// When it happened.
    at: Timestamp,
    /// Why there is no value, an old one, or a newer one that is not believed: a word for programs.
    reason: &'static str,
    /// Why, in a sentence.
    detail: String,
}

/// A connection on which an upstream sends prices as they change.
#[derive(Serialize, schemars::JsonSchema)]
struct StreamJson<'a> {
    /// The upstream it came from.
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
    /// The last failure.
    last_error: Option<LastError>,
}

/// A quote as `/v1/sources` lists it: what is served for an instrument, where it
/// is from, and what speaks against it.
enum Listed {}

impl Record<Listed> for Shown<'_> {
    const ABOUT: &'static str =
        "What is served for an instrument, where it is from, and what speaks against it.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[
            Self::SYMBOL,
            Self::NAME,
            Self::SOURCE,
            Self::FRESHNESS,
            Self::AS_OF,
            Self::RECEIVED_AT,
            Self::AGE_S,
            Self::REASON,
            Self::DETAIL,
            Self::DISPUTED,
            Self::QUARANTINED_IN_FULL,
            Self::DOUBTED_TOTAL,
        ]
    }
}

/// The body of `/v1/sources`: every source, what is shown, and what is kept back.
pub fn sources(engine: &Engine) -> Vec<u8> {
    let (upstreams, streams) = (engine.upstreams(), engine.streams());
    let (doubted, set_aside) = (engine.rejected_histories(), engine.set_aside());
    let (store, board, now) = (engine.store_failure(), engine.watched(), engine.now());
    let body = SourcesBody {
        timestamp: now,
        sources: upstreams.iter().map(|status| Object::of(Upstream { status, now })).collect(),
        streams: streams.iter().map(stream_json).collect(),
        instruments: board.entries.iter().map(|entry| Object::of(Shown::new(entry, now))).collect(),
        store: StoreJson::of(store.as_ref()),
        histories: doubted.iter().map(|it| Object::of(RejectedSeries(it))).collect(),
        set_aside: set_aside.iter().map(|it| Object::of(Element(it))).collect(),
    };
    serde_json::to_vec(&body).expect("texts and finite numbers are always JSON")
}

fn budget(upstream: &UpstreamStatus) -> Budget {
    Budget {
        per_hour: Number(upstream.per_hour),
        burst: Number(upstream.burst),
        left: Number(upstream.left.floor()),
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
