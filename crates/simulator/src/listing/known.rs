use jiff::civil::{Date, date, time};

use super::{Course, Kind, Listing, derived};

/// Symbols that have a listing of their own, for searches.
pub(crate) const SYMBOLS: [&str; 12] = [
    "^FCHI", "^GSPC", "^GDAXI", "AAPL", "MSFT", "AIR.PA", "VOD.L", "EURUSD=X", "GBPUSD=X",
    "BTC-EUR", "BTC-USD", "ETH-EUR",
];

/// What cannot be read from the symbol of an index or share.
struct Row {
    symbol: &'static str,
    name: &'static str,
    exchange: (&'static str, &'static str),
    time_zone: &'static str,
    currency: &'static str,
    level: f64,
    yearly_growth: f64,
    volatility: f64,
    first_trade: Date,
    usual_lots: u64,
    /// Ex-date and new shares for one old.
    splits: &'static [(Date, u32)],
}

/// Levels are those of the first days of 2026, in round numbers.
const ROWS: [Row; 7] = [
    Row {
        symbol: "^FCHI",
        name: "CAC 40",
        exchange: ("PAR", "Paris"),
        time_zone: "Europe/Paris",
        currency: "EUR",
        level: 7_500.0,
        yearly_growth: 0.04,
        volatility: 0.18,
        first_trade: date(1990, 3, 1),
        usual_lots: 800_000,
        splits: &[],
    },
    Row {
        symbol: "^GSPC",
        name: "S&P 500",
        exchange: ("SNP", "SNP"),
        time_zone: "America/New_York",
        currency: "USD",
        level: 6_800.0,
        yearly_growth: 0.06,
        volatility: 0.17,
        first_trade: date(1927, 12, 30),
        usual_lots: 50_000_000,
        splits: &[],
    },
    Row {
        symbol: "^GDAXI",
        name: "DAX P",
        exchange: ("GER", "XETRA"),
        time_zone: "Europe/Berlin",
        currency: "EUR",
        level: 23_500.0,
        yearly_growth: 0.06,
        volatility: 0.19,
        first_trade: date(1987, 12, 30),
        usual_lots: 600_000,
        splits: &[],
    },
    Row {
        symbol: "AAPL",
        name: "Apple Inc.",
        exchange: ("NMS", "NasdaqGS"),
        time_zone: "America/New_York",
        currency: "USD",
        level: 250.0,
        yearly_growth: 0.13,
        volatility: 0.28,
        first_trade: date(1980, 12, 12),
        usual_lots: 500_000,
        splits: &[(date(2020, 8, 31), 4)],
    },
    Row {
        symbol: "MSFT",
        name: "Microsoft Corporation",
        exchange: ("NMS", "NasdaqGS"),
        time_zone: "America/New_York",
        currency: "USD",
        level: 470.0,
        yearly_growth: 0.14,
        volatility: 0.25,
        first_trade: date(1986, 3, 13),
        usual_lots: 220_000,
        splits: &[],
    },
    Row {
        symbol: "AIR.PA",
        name: "Airbus SE",
        exchange: ("PAR", "Paris"),
        time_zone: "Europe/Paris",
        currency: "EUR",
        level: 200.0,
        yearly_growth: 0.08,
        volatility: 0.28,
        first_trade: date(2000, 7, 10),
        usual_lots: 9_000,
        splits: &[],
    },
    Row {
        symbol: "VOD.L",
        name: "Vodafone Group Public Limited Company",
        exchange: ("LSE", "LSE"),
        time_zone: "Europe/London",
        currency: "GBp",
        level: 98.0,
        yearly_growth: 0.01,
        volatility: 0.25,
        first_trade: date(1988, 11, 4),
        usual_lots: 550_000,
        splits: &[],
    },
];

/// Pairs are read from their letters; only their first dates are data.
const FIRST_TRADES: [(&str, Date); 5] = [
    ("EURUSD=X", date(2003, 12, 1)),
    ("GBPUSD=X", date(2003, 12, 1)),
    ("BTC-EUR", date(2014, 9, 17)),
    ("BTC-USD", date(2014, 9, 17)),
    ("ETH-EUR", date(2017, 11, 9)),
];

/// Shares that pay in another currency than they are priced in.
const PAYING_ELSEWHERE: [(&str, &str); 2] = [("HSBA.L", "USD"), ("SHEL.L", "USD")];

pub(super) fn pays_in(symbol: &str) -> Option<&'static str> {
    PAYING_ELSEWHERE.iter().find(|(known, _)| *known == symbol).map(|(_, currency)| *currency)
}

pub(super) fn listing(symbol: &str) -> Option<Listing> {
    if let Some((_, first_trade)) = FIRST_TRADES.iter().find(|(known, _)| *known == symbol) {
        return Some(Listing { first_trade: *first_trade, ..derived::listing(symbol) });
    }
    ROWS.iter().find(|row| row.symbol == symbol).map(Row::listing)
}

impl Row {
    fn listing(&self) -> Listing {
        let (opens, session_minutes) = match self.time_zone {
            "America/New_York" => (time(9, 30, 0, 0), 390),
            "Europe/London" => (time(8, 0, 0, 0), 510),
            _ => (time(9, 0, 0, 0), 510),
        };
        Listing {
            symbol: self.symbol.to_owned(),
            name: self.name.to_owned(),
            kind: if self.symbol.starts_with('^') { Kind::Index } else { Kind::Equity },
            currency: self.currency.to_owned(),
            exchange: self.exchange.0,
            exchange_name: self.exchange.1,
            time_zone: self.time_zone,
            price_decimals: 2,
            first_trade: self.first_trade,
            opens,
            session_minutes,
            course: Course::Own {
                log_level: self.level.ln(),
                yearly_growth: self.yearly_growth,
                volatility: self.volatility,
            },
            usual_lots: self.usual_lots,
            splits: self.splits,
        }
    }
}
