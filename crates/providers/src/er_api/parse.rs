use std::collections::HashMap;

use jiff::Timestamp;
use market::{Instrument, Price, Quote, Source, SourceError};

use super::facts::NAME;
use super::wire::Latest;
use crate::http::Reply;
use crate::json::{self, Figure};
use crate::refused;

/// One day's rates of one base.
#[derive(Debug, Default)]
pub(super) struct Rates {
    base: String,
    published_at: Option<Timestamp>,
    /// When the next are to be published.
    pub(super) next_at: Option<Timestamp>,
    /// None at all where the base is not known there.
    by_code: HashMap<String, Figure>,
}

/// Reads an answer about `base`. Refusals come with various statuses and say
/// what they mean in the body.
pub(super) fn rates(reply: &Reply, base: &str) -> Result<Rates, SourceError> {
    let read = json::read::<Latest>(&reply.body);
    if !reply.is_success() && !read.as_ref().is_ok_and(|latest| latest.error_type.is_some()) {
        return Err(reply.refusal());
    }
    let latest = read?;
    if latest.result != "success" {
        return refused(latest.error_type.as_deref(), reply.status, base);
    }
    if latest.base_code.as_deref() != Some(base) {
        return Err(unreadable("base_code is another currency than the one asked for"));
    }
    let published_at = latest.time_last_update_unix.map(Timestamp::from_second).transpose();
    let published_at =
        published_at.map_err(|_| unreadable("time_last_update_unix is no instant"))?;
    // A time that is none costs a request more, and no rate.
    let next_at = latest.time_next_update_unix.and_then(|at| Timestamp::from_second(at).ok());
    Ok(Rates { base: base.to_owned(), published_at, next_at, by_code: latest.rates })
}

fn refused(error_type: Option<&str>, status: u16, base: &str) -> Result<Rates, SourceError> {
    match error_type {
        Some("unsupported-code" | "malformed-request") => {
            Ok(Rates { base: base.to_owned(), ..Rates::default() })
        }
        Some("quota-reached") => Err(SourceError::Throttled { retry_after: None }),
        Some("invalid-key" | "inactive-account") => Err(SourceError::Unauthorised { status }),
        said => Err(said
            .and_then(|said| refused::in_text(&said.replace('-', " "), status))
            .unwrap_or_else(|| unreadable("an error of a kind that is not documented"))),
    }
}

fn unreadable(what: &str) -> SourceError {
    SourceError::Unreadable(what.to_owned())
}

/// The codes of a pair that can be asked for here.
pub(super) fn codes(instrument: &Instrument) -> Result<(&str, &str), SourceError> {
    let not_offered = |why: &str| SourceError::NotOffered(why.to_owned());
    let (base, quote) =
        instrument.symbol.pair().ok_or_else(|| not_offered("only pairs of currencies are"))?;
    if [base, quote].iter().any(|code| code.len() != 3) {
        // Asking for a base that cannot be one would cost a request all the same.
        return Err(not_offered("only currencies with a code of three letters are"));
    }
    if base == quote {
        // The list holds the base itself, at 1.
        return Err(not_offered("a currency has no price in itself"));
    }
    Ok((base, quote))
}

/// The price of a pair.
pub(super) fn quote(
    rates: &Rates,
    instrument: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let (base, code) = codes(instrument)?;
    if base != rates.base {
        // A rate of another base looks like a price and is none.
        return Err(unreadable("its rates are of another base than the pair"));
    }
    let rate = *rates.by_code.get(code).ok_or_else(|| not_listed(rates, instrument, code))?;
    let price = rate.number().and_then(Price::new).filter(|price| price.get() > 0.0);
    Ok(Quote {
        price: price.ok_or_else(|| unreadable(&format!("rates.{code} is not positive")))?,
        instrument: instrument.clone(),
        currency: code.parse().ok(),
        previous: None,
        day_high: None,
        day_low: None,
        volume: None,
        session: None,
        as_of: rates.published_at,
        received_at,
        source: Source::new(NAME),
        simulated: false,
        witness: None,
    })
}

/// A base that is not known there has no rates at all. That one code is not in a
/// table says only that there is no rate.
fn not_listed(rates: &Rates, instrument: &Instrument, code: &str) -> SourceError {
    if rates.by_code.is_empty() {
        SourceError::UnknownSymbol(instrument.symbol.clone())
    } else {
        SourceError::NotOffered(format!("{code} is not among the currencies published"))
    }
}

#[cfg(test)]
mod tests {
    use market::Catalog;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use testkit::recordings;

    use super::*;
    use crate::mutation;

    fn reply(status: u16, body: &Value) -> Reply {
        Reply::of(status, body.to_string().into_bytes())
    }

    fn latest() -> Value {
        json!({
            "result": "success", "time_last_update_unix": 1_755_043_351, "time_next_update_unix": 1_755_129_751,
            "base_code": "EUR", "rates": {"EUR": 1, "USD": 1.165_618, "HRK": 7.5345, "ZWL": 31.2, "XXX": 0, "YYY": null, "ZZZ": "?"},
        })
    }

    fn asked(symbol: &str) -> Instrument {
        Catalog::new().instrument(&symbol.parse().unwrap())
    }

    fn ask(symbol: &str) -> Result<Quote, SourceError> {
        let instrument = asked(symbol);
        let rates = rates(&reply(200, &latest()), "EUR").unwrap();
        quote(&rates, &instrument, "2025-08-13T12:00:00Z".parse().unwrap())
    }

    /// Why there is no price of the dollar, be it the whole answer's fault or not.
    fn refused(status: u16, body: &Value) -> SourceError {
        let rates = rates(&reply(status, body), "EUR");
        rates.and_then(|rates| quote(&rates, &asked("EUR/USD"), Timestamp::UNIX_EPOCH)).unwrap_err()
    }

    #[test]
    fn a_rate_is_as_old_as_its_table() {
        let quote = ask("EUR/USD").unwrap();
        assert_eq!(quote.price.to_string(), "1.165618");
        assert_eq!(quote.currency, "USD".parse().ok());
        assert_eq!(quote.as_of.unwrap().to_string(), "2025-08-13T00:02:31Z");
        assert_eq!(quote.previous, None);
        let rates = rates(&reply(200, &latest()), "EUR").unwrap();
        assert_eq!(rates.next_at.unwrap().to_string(), "2025-08-14T00:02:31Z");
    }

    #[test]
    fn what_cannot_be_asked_for_is_refused_though_the_base_itself_is_listed() {
        for symbol in ["EUR/EUR", "AAPL", "A/B", "EURO/USD"] {
            assert!(matches!(ask(symbol), Err(SourceError::NotOffered(_))), "{symbol}");
        }
    }

    #[test]
    fn what_is_not_listed_is_not_offered_and_a_zero_is_no_rate() {
        assert!(matches!(ask("EUR/BTC"), Err(SourceError::NotOffered(_))));
        for code in ["XXX", "YYY", "ZZZ"] {
            let said = format!("rates.{code} is not positive");
            assert_eq!(ask(&format!("EUR/{code}")), Err(SourceError::Unreadable(said)));
        }
    }

    #[test]
    fn a_rate_of_another_base_is_no_price() {
        let refusal = ask("GBP/USD").unwrap_err();
        assert!(refusal.to_string().contains("of another base"), "{refusal}");
    }

    #[test]
    fn refusals_are_distinguished_by_their_type_whatever_the_status() {
        let check = |error_type: &str, expected: &str| {
            let body = json!({"result": "error", "error-type": error_type});
            assert_eq!(refused(200, &body).reason(), expected, "{error_type}");
            assert_eq!(refused(404, &body).reason(), expected, "{error_type}");
        };
        check("unsupported-code", "unknown_symbol");
        check("quota-reached", "throttled");
        check("inactive-account", "unauthorised");
        check("too-many-requests", "throttled");
        check("gremlins", "unreadable");
        let words = Reply::of(200, b"Too Many Requests".to_vec());
        assert_eq!(rates(&words, "EUR").unwrap_err().reason(), "throttled");
        assert_eq!(refused(404, &json!({})), SourceError::Failing { status: 404 });
    }

    #[test]
    fn a_table_of_another_base_is_refused() {
        let mut body = latest();
        body["base_code"] = json!("USD");
        assert!(refused(200, &body).to_string().contains("base_code"));
    }

    #[test]
    fn recorded_answers_are_read() {
        if let Some(body) = recordings::one("open-er-api/latest/EUR.rec2025-08-13.json") {
            let written: Value = serde_json::from_slice(&body).unwrap();
            let rates = rates(&Reply::of(200, body), "EUR").unwrap();
            assert_eq!(rates.by_code.len(), written["rates"].as_object().unwrap().len());
            let quote = quote(&rates, &asked("EUR/USD"), Timestamp::UNIX_EPOCH).unwrap();
            assert_eq!(written["rates"]["USD"].as_f64(), Some(quote.price.get()));
        }
        if let Some(body) = recordings::one("open-er-api/errors/unsupported-code.json") {
            let found = rates(&Reply::of(404, body), "ZZZ");
            assert!(found.unwrap().by_code.is_empty());
        }
    }

    proptest! {
        #[test]
        fn no_exchanged_value_makes_it_panic(which in 0_usize..20, odd in mutation::odd_value()) {
            let body = mutation::exchange(&latest(), which, &odd);
            if let Ok(rates) = rates(&Reply::of(200, body), "EUR") {
                let _ = quote(&rates, &asked("EUR/USD"), Timestamp::UNIX_EPOCH);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let found = rates(&Reply::of(200, body), "EUR");
            prop_assert!(found.is_err());
        }
    }
}
