use std::sync::{Mutex, OnceLock};

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, ETAG, HeaderName, IF_NONE_MATCH, RANGE};
use serde_json::Value;
use simulator::Market;

use crate::client::{Answer, Reader};

/// Symbol, and name at the upstream.
pub(crate) const WATCHED: [(&str, &str); 6] = [
    ("EUR/USD", "EURUSD=X"),
    ("CAC40", "^FCHI"),
    ("BTC/EUR", "BTC-EUR"),
    ("AAPL", "AAPL"),
    ("^GSPC", "^GSPC"),
    ("GBP/USD", "GBPUSD=X"),
];

/// What an answer has to have in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Has {
    /// A price of each symbol under `data`, and what stands behind it under `quotes`.
    Latest,
    /// A list of quotes, each with a price.
    Quotes,
    /// A list with something in it, by that name.
    Rows(&'static str),
    /// A number by that name.
    Figure(&'static str),
    /// Something.
    Anything,
    /// What the first answer had, byte for byte.
    TheSame,
    /// What `HEAD` and two ranges say, which belong together.
    Parts,
}

/// Something that is asked for again and again.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) target: String,
    has: Has,
    /// How the first answer went that had all of it.
    first: OnceLock<Vec<u8>>,
    /// The version that was told last.
    tag: Mutex<Option<String>>,
}

/// The answers that are read while time goes on.
const OF_NOW: [(&str, Has); 36] = [
    ("latest", Has::Latest),
    ("v1/quotes?symbols=EUR/USD,CAC40,BTC/EUR,AAPL", Has::Quotes),
    ("v1/quotes?symbols=MSFT,AIR.PA,VOD.L,ETH/EUR", Has::Quotes),
    ("v1/quotes/^GSPC", Has::Quotes),
    ("v1/quotes.csv?symbols=AAPL,MSFT", Has::Anything),
    ("v1/value/AAPL", Has::Anything),
    ("v1/instruments", Has::Rows("instruments")),
    ("v1/search?q=apple", Has::Rows("instruments")),
    ("history", Has::Rows("history")),
    ("history?symbol=BTC/EUR&period=7d", Has::Rows("history")),
    ("v1/bars/AAPL?period=1mo", Has::Rows("bars")),
    ("v1/bars/AAPL?period=10y", Has::Rows("bars")),
    ("v1/bars/AAPL?period=1y&adjust=all&indicators=sma:20", Has::Rows("bars")),
    ("v1/bars/MSFT?period=7d&interval=1h", Has::Rows("bars")),
    ("v1/bars/EUR_USD?period=5d&interval=15m", Has::Rows("bars")),
    ("v1/bars/BTC_EUR?period=1d&interval=5m", Has::Rows("bars")),
    ("v1/bars/CAC40?period=max&interval=1mo", Has::Rows("bars")),
    ("v1/bars/VOD.L?from=2025-01-02&to=2025-06-30", Has::Rows("bars")),
    ("v1/bars/AAPL.csv?period=1y", Has::Anything),
    ("v1/bars/AAPL.ndjson?period=6mo", Has::Anything),
    ("v1/bars/CAC40.arrows?period=1y", Has::Anything),
    ("v1/bars?symbols=AAPL,MSFT,CAC40&period=1y", Has::Rows("bars")),
    ("v1/bars?symbols=AAPL,EUR/USD&period=1mo&format=columns", Has::Anything),
    ("v1/actions/AAPL", Has::Rows("actions")),
    ("v1/fx/EUR/USD", Has::Figure("rate")),
    ("v1/fx/GBP/EUR", Has::Figure("rate")),
    ("v1/fx/convert?from=USD&to=GBP&amount=250", Has::Figure("result")),
    ("v1/sources", Has::Rows("sources")),
    ("v1/calendars/XPAR", Has::Rows("sessions")),
    ("dashboard", Has::Anything),
    ("history/view?symbol=AAPL&period=1y", Has::Anything),
    ("status", Has::Anything),
    ("docs", Has::Anything),
    ("v1/bars/AAPL.parquet?period=5y", Has::Parts),
    ("v1/bars/CAC40.arrow?period=1y", Has::Parts),
    ("v1/quotes.parquet?symbols=AAPL,CAC40,EUR/USD", Has::Parts),
];

/// Those that are read as of an instant.
const OF_THEN: [&str; 6] = [
    "v1/quotes?symbols=EUR/USD,CAC40,AAPL",
    "v1/quotes/BTC_EUR",
    "v1/bars/AAPL?period=1mo",
    "v1/bars/MSFT?period=7d&interval=1h",
    "v1/actions/AAPL",
    "v1/fx/EUR/USD",
];

pub(crate) fn of_now() -> Vec<Question> {
    OF_NOW.map(|(target, has)| Question::new(target.to_owned(), has)).into()
}

pub(crate) fn of(then: Timestamp) -> Vec<Question> {
    let as_of = |target: &str| {
        let also = if target.contains('?') { '&' } else { '?' };
        Question::new(format!("{target}{also}as_of={then}"), Has::TheSame)
    };
    OF_THEN.map(as_of).into()
}

impl Question {
    fn new(target: String, has: Has) -> Self {
        let target = format!("/marketpulse/{target}");
        Self { target, has, first: OnceLock::new(), tag: Mutex::default() }
    }

    /// Whether it is about what was known at an instant, which a clock that is set back
    /// may not have reached.
    pub(crate) fn is_of_then(&self) -> bool {
        self.has == Has::TheSame
    }

    /// Asks, and says what is wrong with the answer.
    pub(crate) async fn ask(&self, reader: &Reader, market: Market) -> Result<(), String> {
        if self.has == Has::Parts {
            return self.ask_in_parts(reader).await;
        }
        let seen = self.tag.lock().unwrap().clone().filter(|_| reader.remembers);
        let seen = seen.map(|tag| (IF_NONE_MATCH, tag));
        let answer = reader.ask(Method::GET, &self.target, seen.as_slice()).await?;
        let is_unchanged = answer.status == 304 && seen.is_some();
        match self.complaint(&answer, market) {
            Some(_) if is_unchanged => Ok(()),
            Some(complaint) => Err(told_in_full(&complaint, &answer)),
            None => {
                self.note(&answer);
                Ok(())
            }
        }
    }

    fn note(&self, answer: &Answer) {
        self.first.get_or_init(|| answer.body.clone());
        let tag = answer.header(ETAG);
        *self.tag.lock().unwrap() = (!tag.is_empty()).then(|| tag.to_owned());
    }

    fn complaint(&self, answer: &Answer, market: Market) -> Option<String> {
        if answer.status != 200 {
            return Some(format!("status {}", answer.status));
        }
        if answer.body.is_empty() {
            return Some("an empty answer".to_owned());
        }
        let told = answer.json();
        match self.has {
            Has::Latest => WATCHED.iter().find_map(|(label, native)| {
                wrong_price(label, native, &told["quotes"][label], market)
            }),
            Has::Quotes => told["quotes"]
                .as_array()
                .is_none_or(Vec::is_empty)
                .then(|| "no quotes".to_owned())
                .or_else(|| wrong_quotes(&told["quotes"], market)),
            Has::Rows(name) => {
                let has_some = told[name].as_array().is_some_and(|rows| !rows.is_empty());
                (!has_some).then(|| format!("no {name}"))
            }
            Has::Figure(name) => (!told[name].is_number()).then(|| format!("no {name}")),
            Has::TheSame => {
                let same = self.first.get().is_none_or(|first| *first == answer.body);
                (!same).then(|| {
                    let first = String::from_utf8_lossy(self.first.get().unwrap()).into_owned();
                    format!("another answer as of the same instant than at first, {first}")
                })
            }
            Has::Anything | Has::Parts => None,
        }
    }

    /// As a reader of files does: its length, and then one part after another.
    async fn ask_in_parts(&self, reader: &Reader) -> Result<(), String> {
        let plain = (ACCEPT_ENCODING, "identity".to_owned());
        let head = reader.ask(Method::HEAD, &self.target, &[plain]).await?;
        let length: usize = head.header(CONTENT_LENGTH).parse().unwrap_or(0);
        if head.status != 200 || length < 2 {
            return Err(told_in_full("HEAD tells no length", &head));
        }
        let middle = length / 2;
        for (first, last) in [(middle, length - 1), (0, middle - 1)] {
            let range = (RANGE, format!("bytes={first}-{last}"));
            let part = reader.ask(Method::GET, &self.target, &[range]).await?;
            let is_whole = part.status == 206 && part.body.len() == last - first + 1;
            if !is_whole || part.header(ETAG) != head.header(ETAG) {
                let complaint = format!("no part {first} to {last} of {:?}", head.headers);
                return Err(told_in_full(&complaint, &part));
            }
        }
        Ok(())
    }
}

fn wrong_quotes(quotes: &Value, market: Market) -> Option<String> {
    let mut quotes = quotes.as_array()?.iter();
    quotes.find_map(|quote| {
        let symbol = quote["symbol"].as_str().unwrap_or_default();
        wrong_price(symbol, &native(symbol), quote, market)
    })
}

/// Its name at the upstream.
fn native(symbol: &str) -> String {
    let watched = WATCHED.iter().find(|(label, _)| *label == symbol);
    watched.map_or_else(|| symbol.replace('/', "-"), |(_, native)| (*native).to_owned())
}

/// A price that is missing, or that the market never had.
fn wrong_price(label: &str, native: &str, quote: &Value, market: Market) -> Option<String> {
    let Some(price) = quote["price"].as_f64() else {
        return Some(format!("{label} has no price"));
    };
    let as_of: Option<Timestamp> = quote["as_of"].as_str().and_then(|text| text.parse().ok());
    let truth = market.price(native, as_of?);
    let is_near = (price / truth - 1.0).abs() < 0.02;
    (!is_near).then(|| format!("{label} is {price} and was {truth}"))
}

fn told_in_full(complaint: &str, answer: &Answer) -> String {
    let body = String::from_utf8_lossy(&answer.body);
    let body: String = body.chars().take(2_000).collect();
    let headers: Vec<(&HeaderName, &str)> = answer
        .headers
        .iter()
        .map(|(name, value)| (name, value.to_str().unwrap_or_default()))
        .collect();
    format!("{complaint}; told with status {} {headers:?}: {body}", answer.status)
}
