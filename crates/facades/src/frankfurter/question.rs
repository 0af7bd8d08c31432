//! What the routes take. The first version passes over what it does not name; the second
//! refuses it.

use std::collections::BTreeSet;

use http::kinds::{Custom, DATE, Optional, one_of};
use http::{Given, Param, Params, Problem, params};
use jiff::civil::Date;
use market::{Catalog, Currency, ReferenceRates};
use table::text::short;

use super::group::{Group, group};
use crate::asked::text;

/// Days of more than five years are given of so many currencies at most.
const LONGEST_DAILY: i32 = 5 * 366;
const MOST_QUOTES: usize = 5;

const BASE: Param<Optional<Custom<Code>>> = Param {
    also: Some("base"),
    ..Param::query("from", Optional(CODE), "EUR", "The currency priced.")
};
const SYMBOLS: Param<Optional<Custom<Vec<Code>>>> = Param {
    also: Some("symbols"),
    ..Param::query("to", Optional(WORDS), "USD,GBP", "In which currencies.")
};
const AMOUNT: Param<Custom<f64>> = Param {
    default: Some("1"),
    ..Param::query("amount", http::kinds::AMOUNT, "10", "How much of it.")
};

const BASE_2: Param<Optional<Custom<Currency>>> =
    Param::query("base", Optional(CURRENCY), "EUR", "The currency priced.");
const QUOTES: Param<Optional<Custom<Vec<Currency>>>> =
    Param::query("quotes", Optional(text(currencies)), "USD,GBP", "In which currencies.");
const PROVIDERS: Param<Optional<Custom<Vec<String>>>> =
    Param::query("providers", Optional(WORDS), "ECB", "Whose rates.");
const ON: Param<Optional<Custom<Date>>> =
    Param::query("date", Optional(DATE), "2024-01-05", "Of which day.");
const SINCE: Param<Optional<Custom<Date>>> =
    Param::query("from", Optional(DATE), "2024-01-01", "The first day.");
const UNTIL: Param<Optional<Custom<Date>>> =
    Param::query("to", Optional(DATE), "2024-01-31", "The last day.");
const GROUP: Param<Optional<Custom<Group>>> =
    Param::query("group", Optional(text(group)), "month", "Averages of weeks or months.");
const EXPAND: Param<Optional<http::kinds::OneOf<&'static str>>> =
    Param::query("expand", Optional(one_of(&["providers"])), "providers", "Whose each rate is.");
const ONE_BASE: Param<Custom<Currency>> =
    Param::in_path("base", CURRENCY, "EUR", "The currency priced.");
const ONE_QUOTE: Param<Custom<Currency>> =
    Param::in_path("quote", CURRENCY, "USD", "The currency it is priced in.");
/// What is none of the scopes is passed over, as the protocol has it.
const SCOPE: Param<Custom<bool>> = Param {
    default: Some("current"),
    ..Param::query("scope", text(|scope| Ok(scope == "all")), "all", "Those of the past as well.")
};
const WHEN: Param<Custom<Code>> =
    Param::in_path("when", CODE, "2024-01-05", "A day, or two with dots between.");
const CODE_IN_PATH: Param<Custom<Code>> = Param::in_path("code", CODE, "USD", "A currency.");

/// A code in capitals, whatever it names.
type Code = String;

const CODE: Custom<Code> = text(|code| Ok(code.to_ascii_uppercase()));
const WORDS: Custom<Vec<String>> = text(|all| Ok(words(all)));
const CURRENCY: Custom<Currency> = text(currency);

params! {
    /// What the first version takes.
    pub(super) struct FirstParams {
        base: Option<Code> = BASE,
        symbols: Option<Vec<Code>> = SYMBOLS,
        amount: f64 = AMOUNT,
    }
}

params! {
    /// Of when, in the first version.
    pub(super) struct WhenParams {
        when: Code = WHEN,
    }
}

params! {
    /// What the rates of the second version take.
    pub(super) struct RatesParams {
        base: Option<Currency> = BASE_2,
        quotes: Option<Vec<Currency>> = QUOTES,
        providers: Option<Vec<String>> = PROVIDERS,
        date: Option<Date> = ON,
        from: Option<Date> = SINCE,
        to: Option<Date> = UNTIL,
        group: Option<Group> = GROUP,
        expand: Option<&'static str> = EXPAND,
    }
}

params! {
    /// What one rate of the second version takes.
    pub(super) struct RateParams {
        base: Currency = ONE_BASE,
        quote: Currency = ONE_QUOTE,
        providers: Option<Vec<String>> = PROVIDERS,
        date: Option<Date> = ON,
        expand: Option<&'static str> = EXPAND,
    }
}

params! {
    /// Which currencies are listed.
    pub(super) struct CurrenciesParams {
        has_past: bool = SCOPE,
        providers: Option<Vec<String>> = PROVIDERS,
    }
}

params! {
    /// One currency.
    pub(super) struct CurrencyParams {
        code: Code = CODE_IN_PATH,
    }
}

/// The days that rates of the second version are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Days {
    /// Those that stand on one day.
    On(Date),
    /// Those of every day between two, both included.
    Between(Date, Date),
}

impl RatesParams {
    /// The days asked for, as far as they have come.
    ///
    /// # Errors
    ///
    /// Parts that contradict each other, or need one that is missing.
    pub(super) fn days(&self, today: Date) -> Result<Days, Problem> {
        match (self.date, self.from, self.to) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
                Err(ON.refused("conflicting params: use either date, or from and to"))
            }
            (None, None, Some(_)) => Err(UNTIL.refused("needs from as well")),
            (date, None, None) => Ok(Days::On(date.unwrap_or(today).min(today))),
            (None, Some(from), to) => {
                let to = to.unwrap_or(today).min(today);
                self.check_length((to - from).get_days())?;
                Ok(Days::Between(from, to))
            }
        }
    }

    /// Refuses more than most answers of so many days would be read for.
    fn check_length(&self, days: i32) -> Result<(), Problem> {
        let is_long = days > LONGEST_DAILY && self.group.is_none();
        let are_many = self.quotes.as_ref().is_none_or(|quotes| quotes.len() > MOST_QUOTES);
        let fault = format_args!(
            "date range exceeds 5 years of single days; name at most {MOST_QUOTES} quotes, or a group"
        );
        if is_long && are_many { Err(SINCE.refused(fault)) } else { Ok(()) }
    }
}

/// Reads a question of the second version, which knows every parameter by name.
///
/// # Errors
///
/// The first parameter that is not accepted.
pub(super) fn read<P: Params>(given: &Given) -> Result<P, Problem> {
    P::read(given).map_err(|problem| {
        let name = problem.about_parameter().unwrap_or_default().to_owned();
        let is_known = P::DECLARED.iter().any(|param| param.name == name);
        if is_known { problem } else { unknown(&name) }
    })
}

fn unknown(name: &str) -> Problem {
    let status = axum::http::StatusCode::BAD_REQUEST;
    let detail = format!("unknown parameter: {name}");
    Problem::new(status, "/problems/parameter", "Parameter not accepted", detail)
}

/// Refuses providers other than the one whose rates are had here.
///
/// # Errors
///
/// Another provider is asked for.
pub(super) fn check_providers(
    providers: Option<&Vec<String>>,
    facts: &ReferenceRates,
) -> Result<(), Problem> {
    let key = key(facts);
    let other = providers.into_iter().flatten().find(|provider| **provider != key);
    let fault = |other| format!("{:?} is none of the providers here; use {key}", short(other));
    other.map_or(Ok(()), |other| Err(PROVIDERS.refused(fault(other))))
}

/// The provider's name in capitals.
pub(super) fn key(facts: &ReferenceRates) -> String {
    facts.source.to_ascii_uppercase()
}

/// Every currency in which rates are set, and those in which they were.
pub(super) fn all(facts: &ReferenceRates) -> BTreeSet<Currency> {
    let stopped = facts.stopped.iter().map(|(code, _)| code);
    let codes = facts.currencies.iter().chain(facts.ended).chain(stopped).chain([&facts.base]);
    codes.filter_map(|code| code.parse().ok()).collect()
}

/// Words in capitals, commas between.
fn words(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_ascii_uppercase()).collect()
}

fn currency(text: &str) -> Result<Currency, String> {
    let code = text.trim().to_ascii_uppercase();
    let found = code.parse().ok().filter(|_| Catalog::is_currency(&code));
    found.ok_or_else(|| format!("invalid currency: {}", short(text)))
}

fn currencies(text: &str) -> Result<Vec<Currency>, String> {
    text.split(',').map(currency).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_are_one_or_a_stretch_and_none_that_is_to_come() {
        let today = date(2025, 10, 29);
        let days = |query: &str| {
            read::<RatesParams>(&Given::of(query, [])).and_then(|params| params.days(today))
        };
        let detail = |query: &str| days(query).unwrap_err().detail().to_owned();
        assert_eq!(days("").unwrap(), Days::On(today));
        assert_eq!(days("date=2030-01-01").unwrap(), Days::On(today));
        let stretch = Days::Between(date(2024, 1, 1), today);
        assert_eq!(days("from=2024-01-01").unwrap(), stretch);
        assert!(detail("date=2024-01-01&to=2024-01-02").contains("conflicting params"));
        assert!(detail("to=2024-01-02").contains("needs from"));
        assert!(detail("from=2015-01-01").contains("exceeds 5 years"));
        assert!(days("from=2015-01-01&quotes=USD,JPY").is_ok());
        assert!(days("from=2015-01-01&group=month").is_ok());
        assert_eq!(detail("colour=red"), "unknown parameter: colour");
        assert!(detail("base=ZZZ").contains("invalid currency: ZZZ"));
        assert!(detail("group=day").contains("invalid group"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            let _ = (currency(&text), currencies(&text), words(&text));
        }
    }
}
