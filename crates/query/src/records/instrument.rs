//! Instruments, one with all that is known of it or many in a table.

use std::sync::Arc;

use engine::{Engine, Entry, Found};
use jiff::Timestamp;
use market::{
    Calendar, Currency, Identity, Instrument, Major, MarketState, Session, Source, TradingPeriod,
    market_state,
};
use serde::Serialize;
use table::{
    Built, Constants, Described, EncodeError, Field, Head, Object, Record, Table, described, json,
    schema_of,
};

use super::vocabulary;
use crate::explain::explained;

/// A record that is about an instrument, and what each such says of it.
pub(super) trait OfInstrument: Sized {
    /// The instrument.
    fn instrument(&self) -> &Instrument;

    const SYMBOL: Field<Self> =
        vocabulary::symbol(|it| Some(it.instrument().symbol.as_str().into()));
    const NAME: Field<Self> = vocabulary::name(|it| Some(it.instrument().name.as_str().into()));
    const KIND: Field<Self> = Field::text(
        "kind",
        "index, currency, crypto, equity, etf, fund, future or option.",
        |it: &Self| Some(it.instrument().kind.as_str().into()),
    )
    .never_null();
    const PRICE_DECIMALS: Field<Self> = Field::small(
        "price_decimals",
        "Decimals that people expect to see. Numbers are not rounded to them.",
        |it: &Self| Some(it.instrument().price_decimals),
    )
    .never_null();
}

/// What is said of an instrument that nobody needs beside a price.
trait OfInstrumentInFull: OfInstrument {
    /// What it is called elsewhere.
    fn identity(&self) -> &Identity;

    const ISIN: Field<Self> = Field::text(
        "isin",
        "The share or fund, on whatever market (ISO 6166), where known. May be asked for in place of the symbol.",
        |it| Some(it.identity().isin.as_ref()?.as_str().into()),
    );
    const FIGI: Field<Self> = Field::text(
        "figi",
        "The listing that the symbol is, by its FIGI, where somebody brought it in. May be asked for in place of the symbol.",
        |it| Some(it.identity().figi.as_ref()?.as_str().into()),
    );
    const COMPOSITE_FIGI: Field<Self> =
        Field::text("composite_figi", "The FIGI of all its listings in a country.", |it| {
            Some(it.identity().composite_figi.as_ref()?.as_str().into())
        });
    const SHARE_CLASS_FIGI: Field<Self> =
        Field::text("share_class_figi", "The FIGI of all its listings anywhere.", |it| {
            Some(it.identity().share_class_figi.as_ref()?.as_str().into())
        });
    const CURRENCY: Field<Self> = vocabulary::currency(|it| {
        it.instrument().currency.as_ref().map(|it| Currency::as_str(it).into())
    });
    const EXCHANGE: Field<Self> =
        Field::text("exchange", "Where it trades, as the source calls it.", |it| {
            Some(it.instrument().exchange.as_deref()?.into())
        });
    const MIC: Field<Self> =
        Field::text("mic", "The exchange's market identifier code (ISO 10383).", |it| {
            let brought = it.identity().mic.as_deref();
            Some(it.instrument().mic.as_deref().or(brought)?.into())
        });
    const TIME_ZONE: Field<Self> =
        vocabulary::time_zone(|it| Some(it.instrument().time_zone.as_str().into()));
    const FIRST_BAR: Field<Self> = Field::date(
        "first_bar",
        "The first date there is a price for, where a source says so.",
        |it| it.instrument().first_trade,
    );
}

/// An instrument with all that is known of it.
pub struct Known<'a> {
    entry: &'a Entry,
    identity: Identity,
    sources: &'a [Source],
    aliases: &'a [String],
    now: Timestamp,
}

/// The body of `/v1/instruments/{symbol}`.
pub type InstrumentJson<'a> = Object<Known<'a>>;

impl OfInstrument for Known<'_> {
    fn instrument(&self) -> &Instrument {
        &self.entry.instrument
    }
}

impl OfInstrumentInFull for Known<'_> {
    fn identity(&self) -> &Identity {
        &self.identity
    }
}

impl Known<'_> {
    fn major(&self) -> Option<Major> {
        self.entry.instrument.currency.as_ref().and_then(Currency::major)
    }

    const MAJOR_CURRENCY: Field<Self> = Field::text(
        "major_currency",
        "For prices in pence and the like: the currency that they are a part of.",
        |it| it.major().map(|major| major.code.into()),
    );
    const MINOR_UNITS: Field<Self> = Field::whole(
        "minor_units",
        "How many of the minor unit make one of major_currency: 100 pence are a pound.",
        |it| it.major().map(|major| major.units.into()),
    );
    const MARKET_STATE: Field<Self> = vocabulary::market_state(|it| {
        let state = market_state(it.entry.quote.as_ref()?, it.now);
        state.map(|state| MarketState::as_str(state).into())
    });
    const CALENDAR: Field<Self> = Field::text(
        "calendar",
        "The calendar it trades by, as /v1/calendars lists it; null where none is known.",
        |it| Calendar::for_instrument(it.instrument()).map(|calendar| calendar.mic().into()),
    );
    const SESSION: Field<Self> = Field::inner(
        "session",
        "The trading day that its source considers current.",
        |it| Some(json(&it.entry.quote.as_ref().and_then(|quote| quote.session).map(session))),
        schema_of::<Option<SessionJson>>,
    );
    const SOURCES: Field<Self> = Field::inner(
        "sources",
        "Who is asked for it, in this order.",
        |it| Some(json(&it.sources.iter().map(Source::as_str).collect::<Vec<_>>())),
        schema_of::<Vec<String>>,
    );
    const ALIASES: Field<Self> = Field::inner(
        "aliases",
        "Other spellings of the symbol.",
        |it| Some(json(&it.aliases)),
        schema_of::<Vec<String>>,
    );
}

impl Record for Known<'_> {
    const ABOUT: &'static str = "All that is known of an instrument. What is not known is `null`.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[
            Self::SYMBOL,
            Self::NAME,
            Self::KIND,
            Self::CURRENCY,
            Self::MAJOR_CURRENCY,
            Self::MINOR_UNITS,
            Self::EXCHANGE,
            Self::MIC,
            Self::TIME_ZONE,
            Self::PRICE_DECIMALS,
            Self::FIRST_BAR,
            Self::ISIN,
            Self::FIGI,
            Self::COMPOSITE_FIGI,
            Self::SHARE_CLASS_FIGI,
            Self::MARKET_STATE,
            Self::CALENDAR,
            Self::SESSION,
            Self::SOURCES,
            Self::ALIASES,
        ]
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct SessionJson {
    /// Trading before hours.
    pre: Option<PeriodJson>,
    /// The main session.
    regular: PeriodJson,
    /// Trading after hours.
    post: Option<PeriodJson>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct PeriodJson {
    /// When it begins.
    start: Timestamp,
    /// When it ends.
    end: Timestamp,
}

fn session(session: Session) -> SessionJson {
    let period = |period: TradingPeriod| PeriodJson { start: period.start, end: period.end };
    SessionJson {
        pre: session.pre.map(period),
        regular: period(session.regular),
        post: session.post.map(period),
    }
}

/// Encodes all that is known of an instrument.
pub fn instrument(engine: &Engine, entry: &Entry) -> Vec<u8> {
    let symbol = &entry.instrument.symbol;
    let (sources, aliases) = (engine.sources_of(symbol), engine.aliases(symbol));
    let (sources, aliases, identity) = (&sources[..], &aliases[..], engine.identity(symbol));
    let now = engine.now();
    let body: InstrumentJson<'_> = Object::of(Known { entry, identity, sources, aliases, now });
    serde_json::to_vec(&body).expect("texts and finite numbers are always JSON")
}

/// All is said in the rows.
#[derive(Serialize, schemars::JsonSchema)]
pub struct InstrumentsHead {}

/// What is said once about all that was found.
#[derive(Serialize, schemars::JsonSchema)]
pub struct FoundHead<'a> {
    /// What was searched for.
    q: &'a str,
    /// Whether an upstream was heard: `ok`, `none` where there is none to ask,
    /// or why not.
    upstream: String,
}

/// An instrument in a table. Whether it was known is of interest where it was
/// searched for.
struct Listed<'a> {
    instrument: &'a Instrument,
    identity: Identity,
    was_known: bool,
}

impl OfInstrument for Listed<'_> {
    fn instrument(&self) -> &Instrument {
        self.instrument
    }
}

impl OfInstrumentInFull for Listed<'_> {
    fn identity(&self) -> &Identity {
        &self.identity
    }
}

impl Listed<'_> {
    const KNOWN: Field<Self> =
        Field::flag("known", "Whether it was known here before the search.", |it: &Self| {
            Some(it.was_known)
        })
        .never_null();

    /// The columns, of which the last is there after a search alone.
    const COLUMNS: [Field<Self>; 14] = [
        Self::SYMBOL,
        Self::NAME,
        Self::KIND,
        Self::CURRENCY,
        Self::EXCHANGE,
        Self::MIC,
        Self::TIME_ZONE,
        Self::PRICE_DECIMALS,
        Self::FIRST_BAR,
        Self::ISIN,
        Self::FIGI,
        Self::COMPOSITE_FIGI,
        Self::SHARE_CLASS_FIGI,
        Self::KNOWN,
    ];
}

/// A table of instruments.
///
/// # Errors
///
/// A fault of ours.
pub fn instruments(engine: &Engine, all: &[Instrument]) -> Result<Table, EncodeError> {
    Ok(table(Head::of(&InstrumentsHead {})?, engine, all, None))
}

/// A table of what was found, and whether an upstream answered.
///
/// # Errors
///
/// A fault of ours.
pub fn found(q: &str, engine: &Engine, found: &Found) -> Result<Table, EncodeError> {
    let upstream = match found.failures.iter().next() {
        Some(_) => explained(&found.failures),
        None if engine.searches_upstream() => "ok".to_owned(),
        None => "none".to_owned(),
    };
    let head = Head::of(&FoundHead { q, upstream })?;
    Ok(table(head, engine, &found.instruments, Some(found.known)))
}

fn table(head: Head, engine: &Engine, all: &[Instrument], known: Option<usize>) -> Table {
    let listed = all.iter().enumerate().map(|(row, instrument)| Listed {
        instrument,
        identity: engine.identity(&instrument.symbol),
        was_known: known.is_some_and(|known| row < known),
    });
    let listed: Vec<Listed<'_>> = listed.collect();
    let rows = Arc::new(Built::of(fields(known.is_some()), &listed));
    Table { head, name: "instruments", rows, constants: Constants::none() }
}

/// The columns of a table of instruments, or of those that were searched for.
pub fn columns(searched: bool) -> Vec<Described> {
    described(fields(searched))
}

fn fields<'f>(searched: bool) -> &'f [Field<Listed<'f>>] {
    let all = &Listed::COLUMNS;
    if searched { all } else { &all[..all.len() - 1] }
}
