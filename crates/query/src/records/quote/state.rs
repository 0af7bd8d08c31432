use jiff::Timestamp;
use market::{Freshness, MarketState, Symbol};
use table::{Field, Object, Record};

use crate::records::vocabulary;

/// What changes about a value while nothing new is received.
pub struct State<'a> {
    /// Of which instrument.
    pub symbol: &'a Symbol,
    /// Whether its market is open, where its source publishes sessions.
    pub market: Option<MarketState>,
    /// How far it can be relied on.
    pub freshness: Freshness,
    /// When it changed.
    pub timestamp: Timestamp,
}

/// The event `state` of streams.
pub type StateJson<'a> = Object<State<'a>>;

impl Record for State<'_> {
    const ABOUT: &'static str = "What changes about a value while nothing new is received.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                vocabulary::symbol(|it: &Self| Some(it.symbol.as_str().into())),
                vocabulary::market_state(|it| Some(it.market?.as_str().into())),
                vocabulary::freshness(|it| Some(it.freshness.as_str().into())),
                vocabulary::timestamp(|it: &Self| Some(it.timestamp)).meaning("When it changed."),
            ]
        }
    }
}
