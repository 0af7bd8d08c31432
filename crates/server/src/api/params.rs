//! The parameters. One means the same wherever it is taken.

use engine::IMPORT;
use http::Param;
use http::kinds::{AMOUNT as SOME, Custom, DATE as DAY, INSTANT, OneOf, Optional, Text, Whole};
use jiff::Timestamp;
use jiff::civil::Date;
use market::{Adjust, Bound, Currency, Interval, Period, Symbol};
use providers::{WITH_HISTORY, WITH_REFERENCE_RATES};
use query::records::Field;
use query::{Indicators, LONGEST_SEARCH, Order};
use table::Form;

use face::kinds::{self, Shape, SomeIntervals, SomeSources, SymbolTexts, Symbols};
use face::stream::INTERVALS;

/// Sources of bars that may be chosen: those with history, and what was imported.
const SOURCES: [&str; WITH_HISTORY.len() + 1] = {
    let mut sources = [IMPORT; WITH_HISTORY.len() + 1];
    let (with_history, _) = sources.split_at_mut(WITH_HISTORY.len());
    with_history.copy_from_slice(&WITH_HISTORY);
    sources
};

/// More never fit into an address; how many may be followed is a setting.
const MOST_IN_ADDRESS: usize = 10_000;

/// The most symbols one question may name.
const MOST_SYMBOLS: usize = 500;

/// The most series one table may align.
const MOST_ALIGNED: usize = 50;

/// The most rows one answer may hold, unless more are asked for.
const MOST_ROWS: u32 = 1_000_000;

pub(crate) const SYMBOL_IN_PATH: Param<Custom<Symbol>> = Param::in_path(
    "symbol",
    kinds::SYMBOL,
    "AAPL",
    "The instrument, in any spelling. A slash is written %2F: EUR%2FUSD, or use EUR_USD.",
);
pub(crate) const SYMBOL: Param<Custom<Symbol>> = Param {
    default: Some("CAC40"),
    ..Param::query(
        "symbol",
        kinds::SYMBOL,
        "CAC40",
        "The instrument, in any spelling; CAC40 if not given.",
    )
};
pub(crate) const SYMBOLS: Param<Symbols> = Param::query(
    "symbols",
    kinds::symbols(MOST_SYMBOLS),
    "AAPL,EUR/USD",
    "Up to 500 symbols, separated by commas.",
);
pub(crate) const ALIGNED: Param<Symbols> = Param::query(
    "symbols",
    kinds::symbols(MOST_ALIGNED),
    "AAPL,MSFT,CAC40",
    "Up to 50 symbols, separated by commas, whose bars are set side by side.",
);
pub(crate) const TEXT: Param<Text> = Param::query(
    "q",
    Text(LONGEST_SEARCH),
    "apple",
    "A name, a symbol or an ISIN, or the beginning of one.",
);
pub(crate) const INTERVAL: Param<Custom<Interval>> = Param {
    default: Some("1d"),
    ..Param::query(
        "interval",
        kinds::INTERVAL,
        "1d",
        "How long a bar is; 1d if not given. 10m, 2h and 4h bars are made of finer ones, never across a session.",
    )
};
pub(crate) const PERIOD: Param<Optional<Custom<Period>>> = Param::query(
    "period",
    Optional(kinds::PERIOD),
    "1mo",
    "How far back from now; days are trading days. Either this, or from and to.",
);
pub(crate) const FROM: Param<Optional<Custom<Bound>>> = Param::query(
    "from",
    Optional(kinds::BOUND),
    "2024-01-02",
    "First trading date, or the instant from which on bars shorter than a day open; for longer ones its date where the instrument trades.",
);
pub(crate) const TO: Param<Optional<Custom<Bound>>> = Param::query(
    "to",
    Optional(kinds::BOUND),
    "2024-01-31",
    "Last trading date, with all of its bars, or an instant likewise, itself included; now if not given.",
);
pub(crate) const LAST: Param<Optional<Custom<Bound>>> = Param::query(
    "to",
    Optional(kinds::BOUND),
    "2024-01-31",
    "Last date, or an instant likewise; the last there is if not given.",
);
pub(crate) const DATE: Param<Optional<Custom<Date>>> = Param::query(
    "date",
    Optional(DAY),
    "2024-01-02",
    "One date alone. Either this, or from and to; all dates if none is given.",
);
pub(crate) const SINCE: Param<Optional<Custom<Timestamp>>> = Param::query(
    "since",
    Optional(INSTANT),
    "2025-10-29T12:00:00Z",
    "The instant of your copy: what changed then or later is listed; all that ever changed if not given.",
);
pub(crate) const CHANGED: Param<Optional<Custom<Symbol>>> = Param::query(
    "symbol",
    Optional(kinds::SYMBOL),
    "AAPL",
    "The instrument, in any spelling; all if not given.",
);
pub(crate) const CHANGES_CURSOR: Param<Optional<Whole>> = Param::query(
    "cursor",
    Optional(Whole(0, u32::MAX)),
    "100",
    "The number of the last change you have.",
);

/// Which disputes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Those that are open, and those that have ended.
    All,
    /// Those that are open.
    Open,
}

impl Standing {
    pub(crate) const ALL: [Self; 2] = [Self::All, Self::Open];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
        }
    }
}

pub(crate) const DISPUTED_SINCE: Param<Optional<Custom<Timestamp>>> = Param::query(
    "since",
    Optional(INSTANT),
    "2025-10-29T12:00:00Z",
    "Leaves out what had ended by then; all that ever was disputed if not given.",
);
pub(crate) const STANDING: Param<OneOf<Standing>> = Param {
    default: Some("all"),
    ..Param::query(
        "state",
        OneOf { all: &Standing::ALL, name: Standing::name },
        "open",
        "open gives those alone that have not ended; all of them if not given.",
    )
};
pub(crate) const DISPUTES_CURSOR: Param<Optional<Whole>> = Param::query(
    "cursor",
    Optional(Whole(0, u32::MAX)),
    "100",
    "The number of the last dispute you have; older ones follow.",
);
/// Which repairs are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InForce {
    /// Those in force, and those that have ended.
    OrEnded,
    /// Those in force.
    Alone,
}

impl InForce {
    pub(crate) const ALL: [Self; 2] = [Self::OrEnded, Self::Alone];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OrEnded => "all",
            Self::Alone => "in_force",
        }
    }
}

pub(crate) const IN_FORCE: Param<OneOf<InForce>> = Param {
    default: Some("all"),
    ..Param::query(
        "state",
        OneOf { all: &InForce::ALL, name: InForce::name },
        "in_force",
        "in_force gives those alone that have not ended; all of them if not given.",
    )
};
pub(crate) const REPAIRS_CURSOR: Param<Optional<Whole>> = Param::query(
    "cursor",
    Optional(Whole(0, u32::MAX)),
    "100",
    "The number of the last repair you have; older ones follow.",
);

/// Whose bars are wanted where others know better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repair {
    /// As the setting says.
    AsSet,
    /// Those of its own source.
    Off,
}

impl Repair {
    pub(crate) const ALL: [Self; 2] = [Self::AsSet, Self::Off];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AsSet => "as_set",
            Self::Off => "off",
        }
    }
}

pub(crate) const REPAIR: Param<OneOf<Repair>> = Param {
    default: Some("as_set"),
    ..Param::query(
        "repair",
        OneOf { all: &Repair::ALL, name: Repair::name },
        "off",
        "off gives every bar as its source published it; as_set (if not given) takes those that other sources know better from them, where the setting MARKETPULSE_REPAIR says so, and names them.",
    )
};
pub(crate) const SHOWN_DATE: Param<Optional<Custom<Date>>> = Param::query(
    "date",
    Optional(DAY),
    "2025-10-29",
    "One date alone, where the instrument trades. Either this, or from and to; all dates if none is given.",
);
pub(crate) const VERSIONS_CURSOR: Param<Optional<Whole>> = Param::query(
    "cursor",
    Optional(Whole(0, u32::MAX)),
    "100",
    "The number of the last version you have.",
);
pub(crate) const MIC: Param<Custom<String>> = Param {
    default: Some("XNYS"),
    ..Param::in_path(
        "mic",
        kinds::MIC,
        "XNYS",
        "The exchange's market identifier code, or that of a segment, such as XNAS; FX or CRYPTO. A client made from this document asks for XNYS if not given.",
    )
};
pub(crate) const SESSIONS_FROM: Param<Optional<Custom<Bound>>> = Param::query(
    "from",
    Optional(kinds::BOUND),
    "2026-11-23",
    "First date; today there if not given.",
);
pub(crate) const SESSIONS_TO: Param<Optional<Custom<Bound>>> = Param::query(
    "to",
    Optional(kinds::BOUND),
    "2026-11-30",
    "Last date; a month after the first if not given.",
);
pub(crate) const ADJUST: Param<OneOf<Adjust>> = Param {
    default: Some("splits"),
    ..Param::query(
        "adjust",
        kinds::ADJUST,
        "splits",
        "What prices are adjusted for: none gives prices as traded, splits (if not given) divides those before a split, all takes dividends out as well, as the source does.",
    )
};
pub(crate) const AS_OF: Param<Optional<Custom<Timestamp>>> = Param {
    also: Some("known_at"),
    ..Param::query(
        "as_of",
        Optional(INSTANT),
        "2025-10-29T12:00:00Z",
        "Answers with what this service knew at that instant, so that a study can be repeated to the last digit.",
    )
};
pub(crate) const LIMIT: Param<Optional<Whole>> = Param::query(
    "limit",
    Optional(Whole(1, MOST_ROWS)),
    "100",
    "The most rows to give; next leads to the rest.",
);
pub(crate) const CURSOR: Param<Optional<Custom<Timestamp>>> = Param::query(
    "cursor",
    Optional(INSTANT),
    "2024-01-31T00:00:00Z",
    "Where the page before ended, as its next says.",
);
pub(crate) const ORDER: Param<OneOf<Order>> = Param {
    default: Some("asc"),
    ..Param::query(
        "order",
        kinds::ORDER,
        "asc",
        "Oldest first (asc, if not given) or newest first (desc).",
    )
};
pub(crate) const FIELDS: Param<Optional<Custom<String>>> = Param::query(
    "fields",
    Optional(kinds::FIELDS),
    "date,close",
    "Which fields to give, in this order; all if not given.",
);
pub(crate) const INDICATORS: Param<Optional<Custom<Indicators>>> = Param::query(
    "indicators",
    Optional(kinds::INDICATORS),
    "sma:20,rsi:14",
    "Up to 10 figures computed from the closes, each a column or three: sma:20, ema:50, bollinger:20:2, rsi:14, macd:12:26:9, roc:12, with any numbers of bars up to 500. The first bars have none yet.",
);
pub(crate) const FIELD: Param<OneOf<Field>> = Param {
    default: Some("close"),
    ..Param::query(
        "field",
        kinds::FIELD,
        "close",
        "Which figure of each bar to set side by side; close if not given.",
    )
};
pub(crate) const FORMAT: Param<Optional<OneOf<Form>>> = Param::query(
    "format",
    Optional(kinds::FORM),
    "csv",
    "How the answer is written; the Accept header decides if not given, json if neither says.",
);
pub(crate) const QUOTE_FORMAT: Param<Optional<OneOf<Shape>>> = Param::query(
    "format",
    Optional(kinds::SHAPE),
    "csv",
    "How the answer is written; the Accept header decides if not given, json if neither says. value is the price alone, or the one field that fields names, as at /marketpulse/v1/value/{symbol}.",
);
pub(crate) const RATE_FORMAT: Param<Optional<OneOf<Shape>>> = Param::query(
    "format",
    Optional(kinds::RATE_SHAPE),
    "value",
    "How the answer is written: json if not given; value is the figure alone, as text.",
);

/// The figure that is given where none is named.
pub(crate) const PRICE: &str = "price";

pub(crate) const VALUE_FIELD: Param<Custom<String>> = Param {
    default: Some(PRICE),
    ..Param::query(
        "field",
        kinds::ONE_FIELD,
        "change_percent",
        "Which field of the quote to give; price if not given.",
    )
};
pub(crate) const SOURCE: Param<SomeSources> = Param::query(
    "source",
    kinds::some_sources(&SOURCES),
    SOURCES[0],
    "Whose bars, where it matters; else those of the first source that has them. Which there are depends on the instrument; import is what was imported here. Sources without history, and the simulator, cannot be chosen.",
);
pub(crate) const RATE_SOURCE: Param<SomeSources> = Param::query(
    "source",
    kinds::some_sources(&WITH_REFERENCE_RATES),
    WITH_REFERENCE_RATES[0],
    "Whose reference rates, where it matters; else the latest rate of any source, or for a date the reference rates where there are any.",
);
pub(crate) const BASE: Param<Custom<Currency>> =
    Param::in_path("base", kinds::CURRENCY, "EUR", "The currency priced.");
pub(crate) const QUOTE: Param<Custom<Currency>> =
    Param::in_path("to", kinds::CURRENCY, "JPY", "The currency it is priced in.");
pub(crate) const CONVERT_FROM: Param<Custom<Currency>> =
    Param::query("from", kinds::CURRENCY, "USD", "The currency of the amount.");
pub(crate) const CONVERT_TO: Param<Custom<Currency>> =
    Param::query("to", kinds::CURRENCY, "CHF", "The currency to convert to.");
pub(crate) const AMOUNT: Param<Custom<f64>> = Param {
    default: Some("1"),
    ..Param::query("amount", SOME, "250", "How much to convert; 1 if not given.")
};
pub(crate) const RATE_DATE: Param<Optional<Custom<Date>>> = Param::query(
    "date",
    Optional(DAY),
    "2024-01-06",
    "The rate of that day; on a weekend or holiday the last published before it, and the answer says of which day it is.",
);
pub(crate) const FOLLOWED: Param<Optional<SymbolTexts>> = Param::query(
    "symbols",
    Optional(SymbolTexts(MOST_IN_ADDRESS)),
    "AAPL,EUR/USD",
    "Symbols to follow, separated by commas; the watched ones if not given.",
);
pub(crate) const STREAM_BARS: Param<Optional<SomeIntervals>> = Param::query(
    "bars",
    Optional(kinds::some_intervals(&INTERVALS)),
    "1m",
    "How long the bars are that are sent as they form; none if not given.",
);
