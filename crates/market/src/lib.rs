//! The domain of market data: symbols, instruments, quotes, bars, series, and
//! the ports that upstreams and stores implement.
//!
//! No I/O, no async runtime and no JSON here. Every value that carries a price
//! also says where it came from and when it was true.

mod action;
mod adjust;
mod aggregate;
mod bar;
mod bound;
mod calendar;
mod catalog;
mod completeness;
mod coverage;
mod currency;
mod dispute;
mod disputed_close;
mod document;
mod facts;
mod freshness;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod history_query;
mod identifier;
mod identity;
mod indicators;
mod instrument;
mod interval;
mod limit;
mod listed;
mod live_bars;
mod moment;
mod name;
mod neighbours;
mod overlap;
mod period;
mod ports;
mod price;
mod quote;
mod redistribution;
mod repair;
mod repaired;
mod series;
mod session;
mod set_aside;
mod shown;
mod sieve;
mod slot;
mod source;
mod spending;
mod symbol;
mod tick;
mod unit_slip;
mod version;
mod witness;

pub use action::{Action, ActionKind, Payment};
pub use adjust::{Adjust, AdjustError, AdjustNameError};
pub use aggregate::AggregateError;
pub use bar::{Bar, Basis};
pub use bound::{Bound, BoundError};
pub use calendar::{Calendar, Learned, Trading};
pub use catalog::{Catalog, NoPreference, Preference};
pub use coverage::{Absence, Asking, Coverage, Hole, Kept};
pub use currency::{Currency, CurrencyError, Ended, Major};
pub use dispute::{Differs, Dispute, Disputed, DisputesQuery, Matter, Outcome};
pub use disputed_close::DisputedClose;
pub use document::{Document, DocumentOffer, DocumentQuery};
pub use facts::{
    Allowance, Credit, KeySetting, Polled, Rank, ReferenceRates, SecretSetting, SourceFacts,
    Spelling, Streamed, UpstreamFacts,
};
pub use freshness::{
    Freshness, contradicted_calendar, end_freshness, is_current, market_opens_after, market_state,
    open_limit, quote_freshness, series_freshness, series_lifetime,
};
pub use history_query::{HistoryQuery, Span, SpanError};
pub use identifier::{Figi, Identifier, IdentifierError, Isin};
pub use identity::{Identities, Identity, MicOf, TwoOfOne};
pub use indicators::{Deviations, Indicator, IndicatorError, Window};
pub use instrument::{Instrument, Kind};
pub use interval::{Interval, IntervalError};
pub use limit::{Limit, LimitError};
pub use listed::Listed;
pub use live_bars::LiveBars;
pub use moment::{CLOCK_SLACK, Moment};
pub use name::Name;
pub use neighbours::{is_off_last, off_neighbours};
pub use overlap::{Overlap, is_conclusive, overlap};
pub use period::{Period, PeriodError};
pub use ports::{
    BarSource, Clock, DocumentSource, NotAsked, Noted, QuoteSource, Saved, SearchSource,
    SourceError, SourcePorts, Speaks, Store, StoreCause, StoreError, StoreTrouble, StreamSource,
    TickStream, Unreach,
};
pub use price::Price;
pub use quote::{Previous, PreviousKind, Quote};
pub use redistribution::Redistribution;
pub use repair::{Fault, Repair, RepairEnd, RepairRecord, Repaired, Repairing, RepairsQuery};
pub use series::{HistoryResult, Series, SeriesHead};
pub use session::{MarketState, Session, TradingPeriod};
pub use set_aside::{Element, Impossible, SetAside};
pub use shown::{Showing, Shown, ShownFrom};
pub use sieve::Sieve;
pub use slot::Slot;
pub use source::Source;
pub use spending::Spending;
pub use symbol::{Symbol, SymbolError};
pub use tick::Tick;
pub use unit_slip::power_of_ten;
pub use version::{
    ActionVersion, BarVersion, Change, ChangesQuery, Known, QuoteVersion, QuoteVersionsQuery, Why,
    WhyShown,
};
pub use witness::Witness;
