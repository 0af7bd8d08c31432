//! Kinds of values that questions about markets take.

use http::kinds::{Custom, OneOf, Optional, Then, one_of, parsed, within};
use http::{Described, Kind};
use market::{Adjust, Bound, Currency, Interval, Period, Source, Symbol};
use query::records::Field;
use query::{Indicators, MOST_INDICATORS, Order};
use serde_json::{Value, json};
use table::Form;
use table::text::short;

/// A part of a symbol: something in it is a letter or a digit.
const CODE: &str = "[-.=^&_]*[A-Za-z0-9][-.=^&_A-Za-z0-9]*";

/// Up to a hundred years in each unit.
const PERIODS: &str = "^(ytd|max\
    |([1-9][0-9]{0,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36[0-4][0-9]{2}|365[01][0-9]|3652[0-5])d\
    |([1-9][0-9]{0,2}|[1-4][0-9]{3}|5[01][0-9]{2}|520[0-9]|521[0-8])wk\
    |([1-9][0-9]{0,2}|1[01][0-9]{2}|1200)mo\
    |([1-9][0-9]?|100)y)$";

/// A symbol in any of its spellings.
pub const SYMBOL: Custom<Symbol> =
    Custom { in_words: || "a symbol".to_owned(), schema: symbol, read: parsed };

/// The schema of a symbol.
pub fn symbol() -> Value {
    let pattern = format!("^{CODE}(/{CODE})?$");
    json!({ "type": "string", "maxLength": 32, "pattern": pattern })
}

/// Texts that may be symbols, at most so many.
#[derive(Clone, Copy)]
pub struct SymbolTexts(pub usize);

impl Described for SymbolTexts {
    fn in_words(&self) -> String {
        format!("1 to {} symbols with commas between", self.0)
    }

    fn schema(&self) -> Value {
        json!({ "type": "array", "items": symbol(), "minItems": 1, "maxItems": self.0 })
    }
}

impl Kind for SymbolTexts {
    type Value = Vec<String>;

    fn read(&self, text: &str) -> Result<Vec<String>, String> {
        let all = text.split(',').map(str::trim).filter(|text| !text.is_empty());
        match all.clone().count() {
            0 => Err("names no symbol; separate them by commas, such as AAPL,MSFT".to_owned()),
            n if n > self.0 => Err(format!("{n} symbols; at most {} in one question", self.0)),
            _ => Ok(all.map(str::to_owned).collect()),
        }
    }
}

/// Symbols, at most so many.
pub type Symbols = Then<SymbolTexts, Vec<Symbol>>;

/// At most so many symbols.
pub const fn symbols(most: usize) -> Symbols {
    Then(SymbolTexts(most), |texts| texts.iter().map(|text| parsed(text)).collect())
}

/// How long a bar is.
pub const INTERVAL: Custom<Interval> = Custom {
    in_words: || Interval::ALL.map(Interval::as_str).join(", "),
    schema: || json!({ "type": "string", "enum": Interval::ALL.map(Interval::as_str) }),
    read: parsed,
};

/// One of some intervals, each by its name.
pub type SomeIntervals = Then<OneOf<&'static str>, Interval>;

/// Any of the intervals with these names.
pub const fn some_intervals(names: &'static [&'static str]) -> SomeIntervals {
    Then(one_of(names), parsed)
}

/// How far back.
pub const PERIOD: Custom<Period> = Custom {
    in_words: || "ytd, max, or a number with d, wk, mo or y".to_owned(),
    schema: || json!({ "type": "string", "pattern": PERIODS }),
    read: parsed,
};

/// One end of a stretch of history.
pub const BOUND: Custom<Bound> = Custom {
    in_words: || {
        "a date, YYYY-MM-DD, or an instant: RFC 3339, or seconds (10 digits) or milliseconds (13 digits) since 1970"
            .to_owned()
    },
    schema: || {
        json!({ "type": "string", "anyOf": [
            { "format": "date" },
            { "format": "date-time" },
            { "pattern": "^([0-9]{10}|[0-9]{13})$" },
        ] })
    },
    read: parsed,
};

/// What prices are adjusted for.
pub const ADJUST: OneOf<Adjust> = OneOf { all: &Adjust::ALL, name: Adjust::as_str };

/// Which row comes first.
pub const ORDER: OneOf<Order> = OneOf {
    all: &[Order::OldestFirst, Order::NewestFirst],
    name: |order| match order {
        Order::OldestFirst => "asc",
        Order::NewestFirst => "desc",
    },
};

/// A figure of each bar.
pub const FIELD: OneOf<Field> = OneOf { all: &Field::ALL, name: Field::name };

/// How an answer is written.
pub const FORM: OneOf<Form> = OneOf { all: &Form::ALL, name: Form::name };

/// How one thing is answered: as a table in a form, or with one figure alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A table in one of the forms.
    Table(Form),
    /// The figure alone.
    Value,
}

impl Shape {
    /// The forms, and the figure after them.
    const ALL: [Self; Form::ALL.len() + 1] = {
        let mut all = [Self::Value; Form::ALL.len() + 1];
        let mut i = 0;
        while i < Form::ALL.len() {
            all[i] = Self::Table(Form::ALL[i]);
            i += 1;
        }
        all
    };

    /// The form of a table; `None` for the figure alone.
    pub fn form(self) -> Option<Form> {
        match self {
            Self::Table(form) => Some(form),
            Self::Value => None,
        }
    }

    fn name(self) -> &'static str {
        self.form().map_or("value", Form::name)
    }
}

/// The shape of an answer with rows.
pub const SHAPE: OneOf<Shape> = OneOf { all: &Shape::ALL, name: Shape::name };

/// The shape of an answer about a rate.
pub const RATE_SHAPE: OneOf<Shape> =
    OneOf { all: &[Shape::Table(Form::JSON), Shape::Value], name: Shape::name };

/// The name of one field. Which there are its table says.
pub const ONE_FIELD: Custom<String> = Custom {
    in_words: || "the name of a field".to_owned(),
    schema: || json!({ "type": "string" }),
    read: |text| within(text, 400).map(str::to_owned),
};

/// Whose figures, of some sources by name.
pub type SomeSources = Optional<Then<OneOf<&'static str>, Source>>;

/// Any of the sources with these names.
pub const fn some_sources(names: &'static [&'static str]) -> SomeSources {
    Optional(Then(one_of(names), |name| Ok(Source::new(name))))
}

/// Names of fields. Which there are depends on the route, so that its document
/// lists them, and its table reads them.
pub const FIELDS: Custom<String> = Custom {
    in_words: || "names of fields with commas between".to_owned(),
    schema: || json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true }),
    read: |text| within(text, 400).map(str::to_owned),
};

/// Figures computed from closes.
pub const INDICATORS: Custom<Indicators> = Custom {
    in_words: || format!("1 to {MOST_INDICATORS} indicators with commas between"),
    schema: indicators,
    read: parsed,
};

/// That the quick average of a MACD is the quicker one cannot be said here.
fn indicators() -> Value {
    let (bars, deviations) = ("([1-9][0-9]?|[1-4][0-9]{2}|500)", r"([1-9]|10|[0-9]\.[1-9])");
    let pattern = format!(
        "^((sma|ema|rsi|roc):{bars}|bollinger:{bars}:{deviations}|macd:{bars}:{bars}:{bars})$"
    );
    let item = json!({ "type": "string", "pattern": pattern });
    json!({ "type": "array", "items": item, "maxItems": MOST_INDICATORS, "uniqueItems": true })
}

/// A market identifier code, in any case, or the name of a market without one.
pub const MIC: Custom<String> = Custom {
    in_words: || "a market identifier code".to_owned(),
    schema: || json!({ "type": "string", "pattern": "^[A-Za-z0-9]{2,6}$" }),
    read: mic,
};

fn mic(text: &str) -> Result<String, String> {
    let fits = (2..=6).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
    let fault = || format!("{:?} is no market identifier code; use one such as XNYS", short(text));
    fits.then(|| text.to_ascii_uppercase()).ok_or_else(fault)
}

/// A currency code of three letters, or of a crypto asset.
pub const CURRENCY: Custom<Currency> = Custom {
    in_words: || "a currency's code".to_owned(),
    schema: || json!({ "type": "string", "pattern": "^[A-Za-z0-9]{2,6}$" }),
    read: currency,
};

/// Reads a code in any case. One that names pence or the like as written stays
/// so: in capitals `GBp` would be pounds.
fn currency(text: &str) -> Result<Currency, String> {
    let fits = (2..=6).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
    if !fits {
        return Err(format!("{:?} is not a currency; use a code such as EUR or BTC", short(text)));
    }
    let as_written: Currency = parsed(text)?;
    if as_written.major().is_some() { Ok(as_written) } else { parsed(&text.to_ascii_uppercase()) }
}
