use jiff::Timestamp;

use crate::{Currency, MarketState, Previous, Price, Source, Symbol};

/// A price as a stream sent it, with what the same message said besides.
///
/// `None` means that this message did not say; what an earlier one said may
/// still hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Our name for the instrument, canonical.
    pub symbol: Symbol,
    /// The price.
    pub price: Price,
    /// What the price is counted in.
    pub currency: Option<Currency>,
    /// What the source compares the price with.
    pub previous: Option<Previous>,
    /// Difference from the price the source compares with, as published and in
    /// the price's currency.
    pub change: Option<f64>,
    /// Highest price of the day, or of the last 24 hours where a market never
    /// closes.
    pub day_high: Option<Price>,
    /// Lowest price of the same stretch.
    pub day_low: Option<Price>,
    /// Units traded in the same stretch, in the source's own unit; finite.
    pub volume: Option<f64>,
    /// What the market was doing: a price from before the open or after the
    /// close is not the day's.
    pub state: Option<MarketState>,
    /// When the price was true.
    pub as_of: Option<Timestamp>,
    /// When we received it.
    pub received_at: Timestamp,
    /// Who published it.
    pub source: Source,
}
