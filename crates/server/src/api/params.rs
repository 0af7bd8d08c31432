use http::Problem;
use jiff::Timestamp;
use market::{Interval, Period, Symbol};
use query::Indicators;
use table::text::{date, short};

/// One parameter of a route.
#[derive(Debug)]
pub(crate) struct Param {
    /// As it stands in an address.
    pub(crate) name: &'static str,
    /// Where it stands there.
    pub(crate) place: Place,
    /// Whether there is no default.
    pub(crate) required: bool,
    /// What it may hold.
    pub(crate) shape: Shape,
    /// What it means, in a sentence or two.
    pub(crate) about: &'static str,
    /// A value that works.
    pub(crate) example: &'static str,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A segment of the path.
    Path,
    /// After the question mark.
    Query,
}

/// What a parameter may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// A symbol in any of its spellings.
    Symbol,
    /// Symbols separated by commas, at most so many.
    Symbols(usize),
    /// A text of so many characters at most.
    Text(usize),
    /// How long a bar is.
    Interval,
    /// How far back.
    Period,
    /// `YYYY-MM-DD`.
    Date,
    /// RFC 3339, with `Z` or an offset.
    Instant,
    /// A whole number between two others, both included.
    Whole(u32, u32),
    /// A positive number.
    Amount,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Names of fields separated by commas.
    Fields,
    /// Indicators separated by commas, at most [`query::MOST_INDICATORS`].
    Indicators,
    /// A currency code of three letters, or of a crypto asset.
    Currency,
}

impl Param {
    /// Whether a value is one that the parameter may hold.
    pub(crate) fn check(&self, value: &str) -> Result<(), Problem> {
        self.shape.check(value).map_err(|fault| Problem::parameter(self.name, fault))
    }

    /// What to say where it is needed and not given.
    pub(crate) fn missing(&self) -> Problem {
        Problem::parameter(self.name, format!("is needed, such as {}={}", self.name, self.example))
    }
}

impl Shape {
    fn check(self, value: &str) -> Result<(), String> {
        match self {
            Self::Symbol => parsed::<Symbol>(value),
            Self::Symbols(most) => symbols(value, most),
            Self::Text(longest) => says_something(value).and_then(|()| fits(value, longest)),
            Self::Interval => parsed::<Interval>(value),
            Self::Period => parsed::<Period>(value),
            Self::Date => date(value).map(drop),
            Self::Instant => instant(value).map(drop),
            Self::Whole(least, most) => whole(value, least, most),
            Self::Amount => amount(value),
            Self::OneOf(words) => one_of(value, words),
            Self::Fields => fits(value, 400),
            Self::Indicators => parsed::<Indicators>(value),
            Self::Currency => currency(value),
        }
    }
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(value: &str) -> Result<(), String> {
    value.parse::<T>().map(drop).map_err(|error| error.to_string())
}

fn symbols(value: &str, most: usize) -> Result<(), String> {
    let asked = value.split(',').filter(|text| !text.trim().is_empty()).count();
    match asked {
        0 => Err("names no symbol; separate them by commas, such as AAPL,MSFT".to_owned()),
        n if n > most => Err(format!("{n} symbols; at most {most} in one question")),
        _ => Ok(()),
    }
}

fn says_something(value: &str) -> Result<(), String> {
    if value.trim().is_empty() { Err("nothing but blanks".to_owned()) } else { Ok(()) }
}

fn fits(value: &str, longest: usize) -> Result<(), String> {
    let length = value.chars().count();
    let message = || format!("{length} characters; at most {longest}");
    if length > longest { Err(message()) } else { Ok(()) }
}

fn instant(value: &str) -> Result<Timestamp, String> {
    value.parse().map_err(|_| {
        format!("{:?} is not an instant; use RFC 3339, such as 2025-10-29T12:00:00Z", short(value))
    })
}

fn whole(value: &str, least: u32, most: u32) -> Result<(), String> {
    let number = value.parse::<u32>().ok().filter(|number| (least..=most).contains(number));
    let message = || format!("{:?} is not a whole number from {least} to {most}", short(value));
    number.map(drop).ok_or_else(message)
}

fn amount(value: &str) -> Result<(), String> {
    let number = value.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    let message = || format!("{:?} is not a positive number, such as 250 or 99.90", short(value));
    number.map(drop).ok_or_else(message)
}

fn one_of(value: &str, words: &[&str]) -> Result<(), String> {
    let message = || format!("{:?} is not one of {}", short(value), words.join(", "));
    words.contains(&value).then_some(()).ok_or_else(message)
}

fn currency(value: &str) -> Result<(), String> {
    let fits = (2..=6).contains(&value.len()) && value.chars().all(|c| c.is_ascii_alphanumeric());
    let message = || format!("{:?} is not a currency; use a code such as EUR or BTC", short(value));
    fits.then_some(()).ok_or_else(message)
}

/// The declarations. A parameter means the same wherever it is taken.
pub(crate) mod all {
    use table::Form;

    use super::{Param, Place, Shape};
    use crate::stream::INTERVALS;

    const fn query(
        name: &'static str,
        shape: Shape,
        example: &'static str,
        about: &'static str,
    ) -> Param {
        Param { name, place: Place::Query, required: false, shape, about, example }
    }

    /// More never fit into an address; how many may be followed is a setting.
    pub(crate) const MOST_IN_ADDRESS: usize = 10_000;

    /// The most symbols one question may name.
    pub(crate) const MOST_SYMBOLS: usize = 500;

    /// The most series one table may align.
    pub(crate) const MOST_ALIGNED: usize = 50;

    /// The most rows one answer may hold, unless more are asked for.
    pub(crate) const MOST_ROWS: u32 = 1_000_000;

    pub(crate) const SYMBOL_IN_PATH: Param = Param {
        name: "symbol",
        place: Place::Path,
        required: true,
        shape: Shape::Symbol,
        example: "AAPL",
        about: "The instrument, in any spelling. A slash is written %2F: EUR%2FUSD, or use EUR_USD.",
    };
    pub(crate) const SYMBOL: Param = query(
        "symbol",
        Shape::Symbol,
        "CAC40",
        "The instrument, in any spelling; CAC40 if not given.",
    );
    pub(crate) const SYMBOLS: Param = Param {
        required: true,
        ..query(
            "symbols",
            Shape::Symbols(MOST_SYMBOLS),
            "AAPL,EUR/USD",
            "Up to 500 symbols, separated by commas.",
        )
    };
    pub(crate) const ALIGNED: Param = Param {
        required: true,
        ..query(
            "symbols",
            Shape::Symbols(MOST_ALIGNED),
            "AAPL,MSFT,CAC40",
            "Up to 50 symbols, separated by commas, whose bars are set side by side.",
        )
    };
    pub(crate) const TEXT: Param = Param {
        required: true,
        ..query(
            "q",
            Shape::Text(80),
            "apple",
            "A name, a symbol or an ISIN, or the beginning of one.",
        )
    };
    pub(crate) const INTERVAL: Param = query(
        "interval",
        Shape::Interval,
        "1d",
        "How long a bar is; 1d if not given. 10m, 2h and 4h bars are made of finer ones, never across a session.",
    );
    pub(crate) const PERIOD: Param = query(
        "period",
        Shape::Period,
        "1mo",
        "How far back from now; days are trading days. Either this, or from and to.",
    );
    pub(crate) const FROM: Param = query("from", Shape::Date, "2024-01-02", "First trading date.");
    pub(crate) const TO: Param =
        query("to", Shape::Date, "2024-01-31", "Last trading date; today if not given.");
    pub(crate) const ADJUST: Param = query(
        "adjust",
        Shape::OneOf(&["none", "splits", "all"]),
        "splits",
        "What prices are adjusted for: none gives prices as traded, splits (if not given) divides those before a split, all takes dividends out as well, as the source does.",
    );
    pub(crate) const AS_OF: Param = query(
        "as_of",
        Shape::Instant,
        "2025-10-29T12:00:00Z",
        "Answers with what this service knew at that instant, so that a study can be repeated to the last digit.",
    );
    pub(crate) const LIMIT: Param = query(
        "limit",
        Shape::Whole(1, MOST_ROWS),
        "100",
        "The most rows to give; next leads to the rest.",
    );
    pub(crate) const CURSOR: Param = query(
        "cursor",
        Shape::Instant,
        "2024-01-31T00:00:00Z",
        "Where the page before ended, as its next says.",
    );
    pub(crate) const ORDER: Param = query(
        "order",
        Shape::OneOf(&["asc", "desc"]),
        "asc",
        "Oldest first (asc, if not given) or newest first (desc).",
    );
    pub(crate) const FIELDS: Param = query(
        "fields",
        Shape::Fields,
        "date,close",
        "Which fields to give, in this order; all if not given.",
    );
    pub(crate) const INDICATORS: Param = query(
        "indicators",
        Shape::Indicators,
        "sma:20,rsi:14",
        "Up to 10 figures computed from the closes, each a column or three: sma:20, ema:50, bollinger:20:2, rsi:14, macd:12:26:9, roc:12, with any numbers of bars up to 500. The first bars have none yet.",
    );
    pub(crate) const FIELD: Param = query(
        "field",
        Shape::OneOf(&["close", "open", "high", "low", "volume"]),
        "close",
        "Which figure of each bar to set side by side; close if not given.",
    );
    pub(crate) const FORMAT: Param = query(
        "format",
        Shape::OneOf(&Form::NAMES),
        "csv",
        "How the answer is written; the Accept header decides if not given, json if neither says.",
    );
    pub(crate) const SOURCE: Param = query(
        "source",
        Shape::OneOf(&["yahoo", "coingecko", "ecb", "import"]),
        "yahoo",
        "Whose bars, where it matters; else those of the first source that has them. Which there are depends on the instrument; import is what was imported here. kraken and er_api have no history; demo, the simulator, cannot be chosen.",
    );
    pub(crate) const RATE_SOURCE: Param = query(
        "source",
        Shape::OneOf(&["ecb"]),
        "ecb",
        "ecb for its reference rates since 1999; else the latest rate of any source, or for a date the reference rates where there are any.",
    );
    pub(crate) const BASE: Param = Param {
        name: "base",
        place: Place::Path,
        required: true,
        shape: Shape::Currency,
        example: "EUR",
        about: "The currency priced.",
    };
    pub(crate) const QUOTE: Param = Param {
        name: "quote",
        place: Place::Path,
        required: true,
        shape: Shape::Currency,
        example: "JPY",
        about: "The currency it is priced in.",
    };
    pub(crate) const CONVERT_FROM: Param = Param {
        required: true,
        ..query("from", Shape::Currency, "USD", "The currency of the amount.")
    };
    pub(crate) const CONVERT_TO: Param =
        Param { required: true, ..query("to", Shape::Currency, "CHF", "The currency wanted.") };
    pub(crate) const AMOUNT: Param =
        query("amount", Shape::Amount, "250", "How much to convert; 1 if not given.");
    pub(crate) const RATE_DATE: Param = query(
        "date",
        Shape::Date,
        "2024-01-06",
        "The rate of that day; on a weekend or holiday the last published before it, and the answer says of which day it is.",
    );
    pub(crate) const FOLLOWED: Param = Param {
        name: "symbols",
        place: Place::Query,
        required: false,
        shape: Shape::Symbols(MOST_IN_ADDRESS),
        example: "AAPL,EUR/USD",
        about: "Symbols to follow, separated by commas; the watched ones if not given.",
    };

    pub(crate) const STREAM_BARS: Param = Param {
        name: "bars",
        place: Place::Query,
        required: false,
        shape: Shape::OneOf(&INTERVALS),
        example: "1m",
        about: "How long the bars are whose course is told as well; none if not given.",
    };
}
