//! What the widgets take. The program sends more, such as its theme, so what is not named
//! here is passed over.

use face::kinds::{ADJUST, INTERVAL, PERIOD, SYMBOL as SYMBOL_KIND, Symbols, symbols};
use http::kinds::{Custom, OneOf, Optional};
use http::{Param, params};
use market::{Adjust, Interval, Period, Symbol};

/// How many symbols one table may have.
const MOST: usize = 100;

const SYMBOL: Param<Custom<Symbol>> = Param::query("symbol", SYMBOL_KIND, "AAPL", "A symbol.");
const SYMBOLS: Param<Symbols> =
    Param::query("symbols", symbols(MOST), "AAPL,EUR/USD", "Symbols with commas between.");
const OF_EACH: Param<Optional<Custom<Interval>>> =
    Param::query("interval", Optional(INTERVAL), "1d", "How long a bar is.");
const BACK: Param<Optional<Custom<Period>>> =
    Param::query("period", Optional(PERIOD), "1y", "How far back.");
const ADJUSTED: Param<Optional<OneOf<Adjust>>> =
    Param::query("adjust", Optional(ADJUST), "splits", "What prices are adjusted for.");

params! {
    /// Which instrument.
    pub(super) struct OneSymbol {
        symbol: Symbol = SYMBOL,
    }
}

params! {
    /// Which instruments.
    pub(super) struct ManySymbols {
        symbols: Vec<Symbol> = SYMBOLS,
    }
}

params! {
    /// Which bars.
    pub(super) struct BarsParams {
        symbol: Symbol = SYMBOL,
        interval: Option<Interval> = OF_EACH,
        period: Option<Period> = BACK,
        adjust: Option<Adjust> = ADJUSTED,
    }
}
