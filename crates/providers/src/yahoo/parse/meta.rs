use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::{
    Currency, Instrument, Interval, Kind, Name, Session, SourceError, Symbol, TradingPeriod,
};

use super::{instant, unreadable};
use crate::yahoo::wire::{Chart, Meta, Periods, Stretch};
use crate::yahoo::{exchanges, rates, spelling};

/// The code of the place to which Yahoo moves what is no longer listed anywhere.
const DELISTED: &str = "YHD";

/// What `meta` says of an instrument and its day.
pub(super) struct Described {
    pub(super) instrument: Instrument,
    pub(super) zone: TimeZone,
    /// As Yahoo wrote it; `GBp` is pence. Null for what is no longer listed.
    pub(super) currency: Option<Currency>,
    pub(super) session: Option<Session>,
    /// When the latest price was true.
    pub(super) traded_at: Option<Timestamp>,
}

pub(super) fn describe(meta: &Meta, asked: &Instrument) -> Result<Described, SourceError> {
    same_instrument(meta, asked)?;
    let time_zone = meta.exchange_timezone_name.as_ref().unwrap_or(&asked.time_zone);
    let zone = TimeZone::get(time_zone)
        .map_err(|_| unreadable("meta.exchangeTimezoneName is no time zone"))?;
    let currency = currency(meta)?;
    let traded_at = meta.regular_market_time.map(|at| {
        let no_instant = |_| unreadable("meta.regularMarketTime is no instant");
        Timestamp::from_second(at).map_err(no_instant)
    });
    let word = meta.instrument_type.as_deref();
    let kind = kind(&asked.symbol, word, meta.exchange_name.as_deref()).unwrap_or(asked.kind);
    let name = meta.long_name.as_deref().or(meta.short_name.as_deref()).map(Name::from);
    let exchange = meta.full_exchange_name.as_deref().or(meta.exchange_name.as_deref());
    Ok(Described {
        instrument: Instrument {
            symbol: asked.symbol.clone(),
            name: name.filter(|name| !name.is_empty()).unwrap_or_else(|| asked.name.clone()),
            kind,
            currency: currency.clone().or_else(|| asked.currency.clone()),
            exchange: exchange.map(Name::from),
            mic: mic(meta, kind, asked),
            first_trade: first_trade(meta, &zone).or(asked.first_trade),
            time_zone: time_zone.clone(),
            price_decimals: decimals(meta).unwrap_or(asked.price_decimals),
        },
        zone,
        currency,
        session: meta.current_trading_period.as_ref().and_then(session),
        traded_at: traded_at.transpose()?,
    })
}

/// An answer about something else is worse than none.
fn same_instrument(meta: &Meta, asked: &Instrument) -> Result<(), SourceError> {
    let Some(name) = &meta.symbol else { return Ok(()) };
    if spelling::means(name, &asked.symbol) {
        Ok(())
    } else {
        Err(unreadable("meta.symbol is another instrument than the one asked for"))
    }
}

/// Bars of another length are another answer: Yahoo has given 15 minutes where
/// 30 were asked for, and gives months where all days of an old instrument are.
pub(super) fn same_interval(
    chart: &Chart,
    asked: Interval,
    zone: &TimeZone,
) -> Result<(), SourceError> {
    let Some(answered) = chart.meta.data_granularity.as_deref() else { return Ok(()) };
    let given = answered.parse::<Interval>().ok();
    if given == Some(asked) {
        return Ok(());
    }
    Err(SourceError::OtherInterval { given, first: first(chart, zone) })
}

/// The first date that there is anything of: that of the first trade, or of the
/// first bar where that is said to be older.
fn first(chart: &Chart, zone: &TimeZone) -> Option<Date> {
    let stamp = chart.timestamp.iter().flatten().find_map(|time| instant(*time));
    let bar = stamp.map(|stamp| stamp.to_zoned(zone.clone()).date());
    let trade = first_trade(&chart.meta, zone);
    trade.into_iter().chain(bar).min()
}

/// Whether it is no longer listed anywhere.
pub(super) fn is_delisted(meta: &Meta) -> bool {
    meta.exchange_name.as_deref() == Some(DELISTED)
}

/// What Yahoo's word for a kind means, beside a symbol and its code for the exchange.
pub(super) fn kind(symbol: &Symbol, word: Option<&str>, exchange: Option<&str>) -> Option<Kind> {
    if rates::is_rate(symbol) {
        return Some(Kind::Rate);
    }
    // Whatever it was, Yahoo calls it a mutual fund once it is delisted.
    if exchange == Some(DELISTED) {
        return None;
    }
    Some(match word? {
        "INDEX" => Kind::Index,
        "CURRENCY" => Kind::Currency,
        "CRYPTOCURRENCY" => Kind::Crypto,
        "EQUITY" => Kind::Equity,
        "ETF" => Kind::Etf,
        // A money market fund is a fund that keeps its price.
        "MUTUALFUND" | "MONEYMARKET" => Kind::Fund,
        "FUTURE" => Kind::Future,
        "OPTION" => Kind::Option,
        _ => return None,
    })
}

fn currency(meta: &Meta) -> Result<Option<Currency>, SourceError> {
    let code = meta.currency.as_deref().filter(|code| !code.is_empty());
    code.map(str::parse).transpose().map_err(|_| unreadable("meta.currency is no currency code"))
}

fn mic(meta: &Meta, kind: Kind, asked: &Instrument) -> Option<String> {
    let Some(code) = &meta.exchange_name else { return asked.mic.clone() };
    exchanges::mic(code, kind)
}

/// The first trading date; what cannot be one is taken for unknown, since no
/// price depends on it.
fn first_trade(meta: &Meta, zone: &TimeZone) -> Option<Date> {
    let first = instant(meta.first_trade_date)?;
    Some(first.to_zoned(zone.clone()).date())
}

fn decimals(meta: &Meta) -> Option<u8> {
    meta.price_hint.whole().and_then(|hint| u8::try_from(hint).ok()).filter(|hint| *hint <= 10)
}

fn session(periods: &Periods) -> Option<Session> {
    Some(Session {
        pre: periods.pre.as_ref().and_then(period),
        regular: periods.regular.as_ref().and_then(period)?,
        post: periods.post.as_ref().and_then(period),
    })
}

/// Markets without early or late trading have periods of no length there.
fn period(stretch: &Stretch) -> Option<TradingPeriod> {
    let start = Timestamp::from_second(stretch.start).ok()?;
    let end = Timestamp::from_second(stretch.end).ok()?;
    (start < end).then_some(TradingPeriod { start, end })
}
