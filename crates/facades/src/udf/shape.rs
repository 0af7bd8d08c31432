//! What the feed's clients read. What is not known is left out: they take null for a
//! number.

use jiff::Timestamp;
use market::{Bar, Instrument, Kind, Price, Series};
use serde::Serialize;
use table::Number;

use super::page::{Page, stamps};
use super::question::RESOLUTIONS;
use super::session::{Hours, hours};

/// What the feed can do.
#[expect(clippy::struct_excessive_bools, reason = "its clients read it so")]
#[derive(Serialize)]
pub(super) struct Config {
    supported_resolutions: Vec<&'static str>,
    supports_search: bool,
    supports_group_request: bool,
    supports_marks: bool,
    supports_timescale_marks: bool,
    supports_time: bool,
    exchanges: [Choice; 1],
    symbols_types: Vec<Choice>,
}

/// One that a reader may choose in the search.
#[derive(Serialize)]
struct Choice {
    value: &'static str,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    desc: Option<&'static str>,
}

/// The feed's kinds of instrument, with their names for people.
const TYPES: [(&str, &str); 8] = [
    ("", "All"),
    ("stock", "Shares"),
    ("fund", "Funds"),
    ("index", "Indices"),
    ("forex", "Currencies"),
    ("crypto", "Crypto assets"),
    ("futures", "Futures"),
    ("economic", "Yields"),
];

impl Config {
    pub(super) fn of_this_feed() -> Self {
        let types = TYPES.map(|(value, name)| Choice { value, name, desc: None });
        Self {
            supported_resolutions: resolutions(),
            supports_search: true,
            supports_group_request: false,
            supports_marks: true,
            supports_timescale_marks: true,
            supports_time: true,
            exchanges: [Choice { value: "", name: "All", desc: Some("All places") }],
            symbols_types: types.into(),
        }
    }
}

fn resolutions() -> Vec<&'static str> {
    RESOLUTIONS.map(|(name, _)| name).into()
}

/// The feed's name of a kind.
pub(super) fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Equity => "stock",
        Kind::Etf | Kind::Fund => "fund",
        Kind::Index => "index",
        Kind::Currency => "forex",
        Kind::Crypto => "crypto",
        Kind::Future => "futures",
        Kind::Option => "option",
        Kind::Rate => "economic",
    }
}

/// Where it trades, in as few letters as are known.
pub(super) fn place(instrument: &Instrument) -> &str {
    instrument.mic.as_deref().or(instrument.exchange.as_deref()).unwrap_or_default()
}

/// An instrument, as a chart needs to know it.
#[derive(Serialize)]
pub(super) struct SymbolInfo<'a> {
    name: &'a str,
    full_name: &'a str,
    ticker: &'a str,
    description: &'a str,
    r#type: &'static str,
    exchange: &'a str,
    listed_exchange: &'a str,
    timezone: String,
    session: String,
    minmov: u8,
    pricescale: u64,
    has_intraday: bool,
    has_daily: bool,
    has_weekly_and_monthly: bool,
    intraday_multipliers: Vec<&'static str>,
    supported_resolutions: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency_code: Option<&'a str>,
    volume_precision: u8,
    format: &'static str,
}

impl<'a> SymbolInfo<'a> {
    pub(super) fn of(instrument: &'a Instrument, now: Timestamp) -> Self {
        let Hours { session, zone } = hours(instrument, now);
        let symbol = instrument.symbol.as_str();
        let of_minutes = RESOLUTIONS.into_iter().filter(|(_, interval)| interval.is_intraday());
        Self {
            name: symbol,
            full_name: symbol,
            ticker: symbol,
            description: &instrument.name,
            r#type: type_of(instrument.kind),
            exchange: place(instrument),
            listed_exchange: place(instrument),
            timezone: zone,
            session,
            minmov: 1,
            pricescale: 10_u64.pow(instrument.price_decimals.min(15).into()),
            has_intraday: true,
            has_daily: true,
            has_weekly_and_monthly: true,
            intraday_multipliers: of_minutes.map(|(name, _)| name).collect(),
            supported_resolutions: resolutions(),
            currency_code: instrument.currency.as_ref().map(market::Currency::as_str),
            volume_precision: if instrument.kind == Kind::Crypto { 8 } else { 0 },
            format: "price",
        }
    }
}

/// One that a search found.
#[derive(Serialize)]
pub(super) struct FoundRow<'a> {
    symbol: &'a str,
    full_name: &'a str,
    description: &'a str,
    exchange: &'a str,
    ticker: &'a str,
    r#type: &'static str,
}

impl<'a> From<&'a Instrument> for FoundRow<'a> {
    fn from(instrument: &'a Instrument) -> Self {
        let symbol = instrument.symbol.as_str();
        Self {
            symbol,
            full_name: symbol,
            description: &instrument.name,
            exchange: place(instrument),
            ticker: symbol,
            r#type: type_of(instrument.kind),
        }
    }
}

/// Bars as columns, or that there are none.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum History {
    /// A page of bars.
    Bars(Box<Columns>),
    /// No bars in the stretch.
    Nothing {
        s: &'static str,
        #[serde(rename = "nextTime", skip_serializing_if = "Option::is_none")]
        next_time: Option<i64>,
    },
}

/// A column without one of its figures is left out as a whole: a chart of closes alone
/// is drawn as such.
#[derive(Serialize)]
pub(super) struct Columns {
    s: &'static str,
    t: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<Vec<Number>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    h: Option<Vec<Number>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    l: Option<Vec<Number>>,
    c: Vec<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    v: Option<Vec<Number>>,
}

impl History {
    /// The page of a series.
    pub(super) fn of(series: &Series, page: &Page) -> Self {
        match *page {
            Page::Nothing(next_time) => Self::Nothing { s: "no_data", next_time },
            Page::Bars(first, end) => {
                let bars: Vec<Bar> = (first..end).filter_map(|at| series.get(at)).collect();
                Self::Bars(Box::new(Columns::of(&bars, stamps(series)[first..end].to_vec())))
            }
        }
    }
}

impl Columns {
    fn of(bars: &[Bar], stamps: Vec<i64>) -> Self {
        let prices = |of: fn(&Bar) -> Option<Price>| -> Option<Vec<Number>> {
            bars.iter().map(|bar| of(bar).map(|price| Number(price.get()))).collect()
        };
        // A client takes the three together.
        let [o, h, l] =
            match [prices(|bar| bar.open), prices(|bar| bar.high), prices(|bar| bar.low)] {
                all @ [Some(_), Some(_), Some(_)] => all,
                _ => [None, None, None],
            };
        let closes = bars.iter().map(|bar| Number(bar.close.get())).collect();
        let volumes = bars.iter().map(|bar| bar.volume.map(Number)).collect();
        Self { s: "ok", t: stamps, o, h, l, c: closes, v: volumes }
    }
}
