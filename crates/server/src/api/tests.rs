use std::fmt::{Debug, Display};

use http::{AnyParam, Given, Kind, Params, Place, Problem};
use market::{Indicator, Period, Symbol};
use proptest::prelude::*;
use query::Indicators;
use serde_json::{Value, json};

use super::operation::{ALL, STREAM};
use super::{params, requests};
use face::kinds;

fn fits(schema: Value, value: &Value) -> bool {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("schema.json", schema).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    schemas.validate(value, index).is_ok()
}

fn matches(param: &AnyParam, text: &str) -> bool {
    fits(param.kind.schema(), &text.into())
}

fn declared() -> impl Iterator<Item = &'static AnyParam> {
    ALL.into_iter().chain([&STREAM]).flat_map(|operation| operation.params.iter().copied())
}

/// What a route takes, and whether it takes a request.
struct Route {
    declared: &'static [&'static AnyParam],
    read: fn(&Given) -> Result<(), Problem>,
}

fn route<P: Params>() -> Route {
    Route { declared: P::DECLARED, read: |given| P::read(given).map(drop) }
}

fn routes() -> [Route; 21] {
    [
        route::<()>(),
        route::<requests::HistoryParams>(),
        route::<requests::InstrumentsParams>(),
        route::<requests::InstrumentParams>(),
        route::<requests::SearchParams>(),
        route::<requests::QuotesParams>(),
        route::<requests::QuoteParams>(),
        route::<requests::ValueParams>(),
        route::<requests::BarsParams>(),
        route::<requests::AlignedParams>(),
        route::<requests::BarVersionsParams>(),
        route::<requests::QuoteVersionsParams>(),
        route::<requests::ActionsParams>(),
        route::<requests::ActionVersionsParams>(),
        route::<requests::ChangesParams>(),
        route::<requests::DisputesParams>(),
        route::<requests::RepairsParams>(),
        route::<requests::CalendarParams>(),
        route::<requests::RateParams>(),
        route::<requests::ConvertParams>(),
        route::<requests::StreamParams>(),
    ]
}

/// What was read, printed and read again.
fn check_again<K: Kind<Value: Display + Debug + PartialEq>>(
    kind: &K,
    text: &str,
) -> Result<(), TestCaseError> {
    if let Ok(value) = kind.read(text) {
        prop_assert_eq!(kind.read(&value.to_string()), Ok(value));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_query_and_no_path_make_a_panic(
        query in "\\PC{0,60}|((interval|period|from|to|symbols?|as_of|known_at|limit|amount|fields|indicators|q|%|=|&)[=&,]{1,2}[^&]{0,8}&?){0,5}",
        symbol in "\\PC{0,12}",
    ) {
        let given = Given::of(&query, [("symbol", &*symbol), ("base", &query), ("quote", "EUR")]);
        for route in routes() {
            let _ = (route.read)(&given);
        }
    }

    #[test]
    fn what_is_accepted_prints_and_reads_again_the_same(
        text in "\\PC{0,12}|[A-Za-z0-9./=^&_-]{1,8}|[0-9]{1,6}(m|h|d|wk|mo|y)?|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?|[0-9.e+-]{1,9}|GBp|(sma|ema|rsi):[0-9]{1,3}|bollinger:[0-9]{1,3}:[0-9.]{1,3}"
    ) {
        check_again(&kinds::SYMBOL, &text)?;
        check_again(&kinds::INTERVAL, &text)?;
        check_again(&kinds::PERIOD, &text)?;
        check_again(&kinds::ADJUST, &text)?;
        check_again(&kinds::FORM, &text)?;
        check_again(&kinds::FIELDS, &text)?;
        check_again(&kinds::CURRENCY, &text)?;
        check_again(&kinds::MIC, &text)?;
        check_again(&http::kinds::DATE, &text)?;
        check_again(&http::kinds::INSTANT, &text)?;
        check_again(&http::kinds::AMOUNT, &text)?;
        check_again(&params::TEXT.kind, &text)?;
        if let Ok(Indicators(all)) = kinds::INDICATORS.read(&text) {
            let printed: Vec<String> = all.iter().map(Indicator::to_string).collect();
            let again = kinds::INDICATORS.read(&printed.join(",")).unwrap();
            prop_assert_eq!(again.0, all);
        }
    }

    #[test]
    fn an_indicator_fits_its_schema_exactly_where_it_can_be_read(
        text in "(sma|ema|rsi|roc|smma):[0-9]{0,3}|bollinger:20:[0-9]{0,2}(\\.[0-9])?\
            |macd:[1-9]?:1[0-9]{1,2}:[0-9]"
    ) {
        let schema = http::Described::schema(&kinds::INDICATORS);
        prop_assert_eq!(fits(schema, &json!([text])), text.parse::<Indicator>().is_ok());
    }

    #[test]
    fn a_period_fits_its_schema_exactly_where_it_can_be_read(
        text in "(max|ytd|[0-9]{1,6}(d|wk|mo|y|s)?)"
    ) {
        prop_assert_eq!(matches(&params::PERIOD, &text), text.parse::<Period>().is_ok());
    }

    #[test]
    fn a_symbol_fits_its_schema_exactly_where_it_can_be_read(
        text in "[A-Ca-c0-9/=^&_.é*-]{0,6}|[A-Z]{30,34}"
    ) {
        prop_assert_eq!(matches(&params::SYMBOL, &text), text.parse::<Symbol>().is_ok());
    }
}

#[test]
fn the_longest_periods_fit() {
    for (text, fits) in [
        ("36525d", true),
        ("36526d", false),
        ("5218wk", true),
        ("5219wk", false),
        ("1200mo", true),
        ("1201mo", false),
        ("100y", true),
        ("101y", false),
    ] {
        assert_eq!(matches(&params::PERIOD, text), fits, "{text}");
        assert_eq!(text.parse::<Period>().is_ok(), fits, "{text}");
    }
}

impl Route {
    /// Whether it takes a text of one parameter, along with what else it needs.
    fn takes(&self, param: &AnyParam, text: &str) -> bool {
        let needed = self.declared.iter().filter(|it| it.is_required() && it.name != param.name);
        let all: Vec<_> = needed.map(|it| (*it, it.example)).chain([(param, text)]).collect();
        let of = |place| {
            let there = all.iter().filter(move |(it, _)| it.place == place);
            there.map(|(it, text)| (it.name, *text))
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.extend_pairs(of(Place::Query)).finish();
        (self.read)(&Given::of(&query, of(Place::Path))).is_ok()
    }
}

#[test]
fn every_example_and_every_default_is_accepted_and_fits_its_schema() {
    for (route, param) in
        routes().iter().flat_map(|it| it.declared.iter().map(move |one| (it, one)))
    {
        for text in [Some(param.example), param.default].into_iter().flatten() {
            let schema = param.kind.schema();
            let value = match schema["type"].as_str() {
                Some("array") => text.split(',').collect(),
                Some("number" | "integer") => text.parse().unwrap(),
                _ => text.into(),
            };
            assert!(fits(schema, &value), "{}={text}", param.name);
            assert!(route.takes(param, text), "{}={text}", param.name);
        }
    }
}

#[test]
fn every_route_is_among_those_that_are_tested_here() {
    let names = |all: &[&AnyParam]| all.iter().map(|it| it.name).collect::<Vec<_>>();
    for operation in ALL.into_iter().chain([&STREAM]) {
        let asked = names(operation.params);
        assert!(routes().iter().any(|it| names(it.declared) == asked), "{}", operation.id);
    }
}

#[test]
fn what_a_parameter_means_says_its_default() {
    for param in declared() {
        let Some(default) = param.default else { continue };
        let says = param.about.contains("if not given") && param.about.contains(default);
        assert!(says, "{}: {}", param.name, param.about);
    }
}

#[test]
fn an_instant_is_asked_for_by_either_name_and_not_by_both() {
    let read = |query: &str| requests::BarsParams::read(&Given::of(query, [("symbol", "AAPL")]));
    let at = "2025-10-29T12:00:00Z";
    for name in ["as_of", "known_at"] {
        let known_at = read(&format!("{name}={at}")).unwrap().known_at;
        assert_eq!(known_at, Some(at.parse().unwrap()));
        let fault = read(&format!("{name}=yesterday")).unwrap_err();
        assert!(fault.detail().starts_with(&format!("{name}: \"yesterday\" is not an instant")));
    }
    let both = read(&format!("as_of={at}&known_at={at}")).unwrap_err();
    assert_eq!(both.detail(), "known_at: is another name of as_of; give one of the two");
    let none = read("as_of=&known_at=").unwrap();
    assert_eq!(none.known_at, None);
}
