//! What Yahoo's clients ask for beyond prices, made up: what a company is and owns, its
//! statements, options, lists and news. Figures follow the price, so that they are
//! plausible beside it; names are invented.

mod chain;
mod lists;
mod statements;
mod stories;
mod summary;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::draw::{Draw, mix};
use crate::{Kind, Listing, Market};

/// A question for a document, as Yahoo's paths put it.
#[derive(Clone, Copy, Debug)]
pub struct DocumentQuestion<'a> {
    /// The segments of the path, without escapes.
    pub path: &'a [String],
    /// Names and values.
    pub parameters: &'a [(String, String)],
    /// What was sent along.
    pub body: Option<&'a [u8]>,
}

impl DocumentQuestion<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    fn whole(&self, name: &str) -> Option<usize> {
        self.parameter(name)?.parse().ok()
    }

    fn sent(&self) -> Value {
        self.body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or(Value::Null)
    }
}

/// A company at an instant, as documents tell of it.
struct Company {
    market: Market,
    listing: Listing,
    price: f64,
    now: Timestamp,
}

impl Company {
    fn of(market: Market, symbol: &str, now: Timestamp) -> Self {
        let listing = market.listing(symbol);
        let price = market.price(&listing.symbol, now);
        Self { market, listing, price, now }
    }

    /// Shares there are: the same at all times.
    fn shares(&self) -> u64 {
        let key = self.listing.symbol.bytes().fold(11, |key, byte| mix(key, byte.into()));
        1_000_000 * u64::from(200 + Draw::new(key).below(1_800))
    }

    fn market_cap(&self) -> f64 {
        (self.price * self.shares() as f64).round()
    }

    /// So many days from now, as a second at which a day begins.
    fn day(&self, days: i64) -> i64 {
        (self.now.as_second().div_euclid(86_400) + days) * 86_400
    }

    /// The row of a list of latest prices.
    fn quote(&self) -> Value {
        let mut quote = self.latest();
        if let (Some(quote), Some(year)) = (quote.as_object_mut(), self.year().as_object_mut()) {
            quote.append(year);
        }
        quote
    }

    /// What it did in a year, as a row tells it.
    fn year(&self) -> Value {
        let (low, high) = (two(self.price * 0.8), two(self.price * 1.2));
        json!({
            "firstTradeDateMilliseconds": 345_479_400_000_u64,
            "messageBoardId": "finmb_0",
            "fiftyTwoWeekLow": low,
            "fiftyTwoWeekHigh": high,
            "fiftyTwoWeekRange": format!("{low} - {high}"),
            "fiftyTwoWeekLowChange": two(self.price - low),
            "fiftyTwoWeekHighChange": two(self.price - high),
            "fiftyTwoWeekHighChangePercent": -0.17,
            "fiftyTwoWeekChangePercent": 10.0,
            "fiftyDayAverage": self.price,
            "fiftyDayAverageChange": 0.0,
            "fiftyDayAverageChangePercent": 0.0,
            "twoHundredDayAverage": self.price,
            "twoHundredDayAverageChange": 0.0,
            "twoHundredDayAverageChangePercent": 0.0,
        })
    }

    fn latest(&self) -> Value {
        let listing = &self.listing;
        json!({
            "language": "en-US",
            "region": "US",
            "quoteType": quote_type(listing.kind),
            "typeDisp": "Equity",
            "triggerable": true,
            "customPriceAlertConfidence": "HIGH",
            "quoteSourceName": "Delayed Quote",
            "marketState": if listing.is_open(self.now) { "REGULAR" } else { "CLOSED" },
            "tradeable": false,
            "cryptoTradeable": false,
            "currency": listing.currency,
            "exchange": listing.exchange,
            "fullExchangeName": listing.exchange_name,
            "exchangeTimezoneName": listing.time_zone,
            "exchangeTimezoneShortName": "EST",
            "gmtOffSetMilliseconds": listing.zone().to_offset(self.now).seconds() * 1_000,
            "market": "us_market",
            "esgPopulated": false,
            "sourceInterval": 15,
            "exchangeDataDelayedBy": 0,
            "priceHint": 2,
            "regularMarketPrice": self.price,
            "regularMarketChange": two(self.price * 0.01),
            "regularMarketChangePercent": 1.0,
            "regularMarketPreviousClose": two(self.price * 0.99),
            "regularMarketTime": self.now.as_second(),
            "regularMarketVolume": 1_000_000,
            "marketCap": self.market_cap(),
            "shortName": listing.name,
            "longName": listing.name,
            "symbol": listing.symbol,
        })
    }
}

impl Market {
    /// Status and body of the answer to a question for a document, in JSON; `None` where
    /// there is nothing at its address.
    pub fn document(
        &self,
        question: &DocumentQuestion<'_>,
        now: Timestamp,
    ) -> Option<(u16, String)> {
        let path: Vec<&str> = question.path.iter().map(String::as_str).collect();
        let company = |symbol: &str| Company::of(*self, symbol, now);
        let body = match *path.as_slice() {
            ["v10", "finance", "quoteSummary", symbol] => {
                return Some(summary::summary(&company(symbol), question));
            }
            ["v11", "finance", "quoteSummary"] => {
                return Some(summary::summary(&company(question.parameter("symbols")?), question));
            }
            ["ws", "fundamentals-timeseries", "v1", "finance", "timeseries", symbol] => {
                return Some((200, statements::series(&company(symbol), question)));
            }
            ["v7", "finance", "options", symbol] => chain::chain(&company(symbol), question),
            ["v1", "finance", "screener", "predefined", "saved"] => {
                lists::saved(*self, question, now)
            }
            ["v1", "finance", "screener"] => lists::screened(*self, question, now),
            ["v1", "finance", "trending", region] => lists::trending(*self, region, question),
            ["v6", "finance", "recommendationsbysymbol", symbol] => {
                lists::recommended(*self, symbol)
            }
            ["v1", "finance", "sectors", key] => lists::sector(*self, key, now),
            ["v1", "finance", "industries", key] => lists::industry(*self, key, now),
            ["v1", "finance", "quoteType", symbol] => {
                json!({ "quoteType": { "result": [summary::kind(&company(symbol))], "error": null } })
            }
            ["v1", "finance", "visualization"] => stories::calendar(*self, question, now),
            ["ws", "screeners", "v1", "finance", "calendar-events"] => {
                json!({ "finance": { "result": {}, "error": null } })
            }
            ["xhr", "ncp"] => stories::news(question, now),
            ["ws", "insights", _, "finance", "insights"] => {
                stories::insights(&company(question.parameter("symbol")?))
            }
            _ => return None,
        };
        Some((200, body.to_string()))
    }
}

/// What Yahoo calls a kind, wherever it names one.
pub(crate) fn quote_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Index => "INDEX",
        Kind::Currency => "CURRENCY",
        Kind::Crypto => "CRYPTOCURRENCY",
        Kind::Equity => "EQUITY",
        Kind::Future => "FUTURE",
    }
}

/// With two digits, as figures of people have.
fn two(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(address: &str, body: Option<&str>) -> Option<(u16, Value)> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let path: Vec<String> = path.split('/').map(ToOwned::to_owned).collect();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let parameters: Vec<_> = pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        let body = body.map(str::as_bytes);
        let question = DocumentQuestion { path: &path, parameters: &parameters, body };
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        let (status, body) = Market::new(7).document(&question, now)?;
        Some((status, serde_json::from_str(&body).unwrap()))
    }

    #[test]
    fn a_summary_has_the_modules_that_are_asked_for() {
        let asked = "v10/finance/quoteSummary/AAPL?modules=price,assetProfile,topHoldings";
        let (status, body) = ask(asked, None).unwrap();
        let modules = body["quoteSummary"]["result"][0].as_object().unwrap();
        let names: Vec<_> = modules.keys().map(String::as_str).collect();
        assert_eq!((status, names), (200, vec!["assetProfile", "price", "topHoldings"]));
        assert_eq!(modules["price"]["symbol"], "AAPL");
        let (status, body) =
            ask("v10/finance/quoteSummary/EURUSD=X?modules=assetProfile", None).unwrap();
        assert_eq!((status, &body["quoteSummary"]["error"]["code"]), (404, &json!("Not Found")));
    }

    #[test]
    fn a_chain_has_the_dates_it_names() {
        let first = ask("v7/finance/options/AAPL", None).unwrap().1;
        let chain = &first["optionChain"]["result"][0];
        let date = chain["expirationDates"][1].as_i64().unwrap();
        let second = ask(&format!("v7/finance/options/AAPL?date={date}"), None).unwrap().1;
        let options = &second["optionChain"]["result"][0]["options"][0];
        assert_eq!(options["expirationDate"], date);
        assert_eq!(
            options["calls"].as_array().unwrap().len(),
            chain["strikes"].as_array().unwrap().len()
        );
    }

    #[test]
    fn statements_have_a_series_for_each_type() {
        let path = "ws/fundamentals-timeseries/v1/finance/timeseries/AAPL";
        let body =
            ask(&format!("{path}?type=annualTotalRevenue,quarterlyNetIncome"), None).unwrap().1;
        let result = body["timeseries"]["result"].as_array().unwrap().clone();
        assert_eq!(result.len(), 2);
        assert_eq!(result[0]["annualTotalRevenue"].as_array().unwrap().len(), 4);
        let shares = ask(&format!("{path}?period1=1700000000&period2=1710000000"), None).unwrap().1;
        assert!(shares["timeseries"]["result"][0]["shares_out"].is_array());
    }

    #[test]
    fn lists_and_stories_are_as_long_as_asked() {
        let screened = ask("v1/finance/screener", Some(r#"{"size":3,"offset":1}"#)).unwrap().1;
        let quotes = screened["finance"]["result"][0]["quotes"].as_array().unwrap();
        assert_eq!(quotes.len(), 3);
        let body = r#"{"serviceConfig":{"snippetCount":4}}"#;
        let news = ask("xhr/ncp?queryRef=latestNews", Some(body)).unwrap().1;
        assert_eq!(news["data"]["tickerStream"]["stream"].as_array().unwrap().len(), 4);
        assert_eq!(ask("v1/finance/elsewhere", None), None);
    }
}
