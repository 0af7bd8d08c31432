use super::*;

const NOW: &str = "2025-10-29T20:05:00Z";

fn error(key: &str, code: &str, description: &str) -> String {
    let error = json!({"code": code, "description": description});
    json!({key: {"result": null, "error": error}}).to_string()
}

fn meaning_of(status: u16, body: &str) -> SourceError {
    refusal(&reply(status, body), &asked("AAPL"), Interval::M5)
}

fn unknown() -> SourceError {
    SourceError::UnknownSymbol("AAPL".parse().unwrap())
}

#[test]
fn not_found_is_an_unknown_symbol_under_whatever_key() {
    for key in ["chart", "spark", "finance", "quoteSummary"] {
        let body = error(key, "Not Found", "No data found, symbol may be delisted");
        assert_eq!(meaning_of(404, &body), unknown(), "{key}");
    }
}

#[test]
fn not_found_with_status_200_is_one_too() {
    let body = error("chart", "Not Found", "No data found, symbol may be delisted");
    for status in [200, 404] {
        let found = quote(&reply(status, body.as_str()), &asked("AAPL"), Timestamp::UNIX_EPOCH);
        assert_eq!(found, Ok(Err(unknown())), "the request succeeded");
    }
}

#[test]
fn a_missing_page_is_no_unknown_symbol() {
    let found = meaning_of(404, "<html>Not Found</html>");
    assert_eq!(found, SourceError::Failing { status: 404 });
}

#[test]
fn data_that_does_not_exist_for_the_dates_is_an_empty_answer() {
    let said = "Data doesn't exist for startDate = 1577836800, endDate = 1578009600";
    assert!(is_truly_empty(&reply(400, error("chart", "Bad Request", said))));
    let other = "Missing required query parameter=symbols";
    assert!(!is_truly_empty(&reply(400, error("finance", "Bad Request", other))));
    assert!(!is_truly_empty(&reply(400, "Data doesn't exist for startDate")));
    let found = meaning_of(400, &error("finance", "Bad Request", other));
    assert_eq!(found, SourceError::Failing { status: 400 });
}

#[test]
fn a_range_too_long_ago_is_refused_with_what_would_work() {
    let check = |description: &str, expected: u32| {
        let body = error("chart", "Unprocessable Entity", description);
        let SourceError::OutsideWindow { interval, days, hint } = meaning_of(422, &body) else {
            panic!("{description}");
        };
        assert_eq!((interval, days), (Interval::M5, expected));
        assert_eq!(hint, "ask for period=60d, at most 60 days at once, or interval=1d");
    };
    check("5m data not available. The requested range must be within the last 60 days.", 60);
    check("Only 8 days worth of 1m granularity data are allowed to be fetched per request.", 8);
    check("The requested range must be within the last few moons.", 60);
}

#[test]
fn a_missing_crumb_is_a_refusal() {
    for said in ["Invalid Crumb", "User is unable to access this feature"] {
        let found = meaning_of(401, &error("finance", "Unauthorized", said));
        assert_eq!(found, SourceError::Unauthorised { status: 401 });
    }
}

#[test]
fn an_answer_without_result_or_error_is_unreadable() {
    let body = r#"{"chart":{"result":[],"error":null}}"#;
    let found = price_in(body, NOW).unwrap_err();
    assert!(matches!(found, SourceError::Unreadable(_)), "{found}");
}

#[test]
fn a_refusal_with_status_200_is_one_and_says_nothing_of_the_symbol() {
    let check = |body: &str, expected: &str| {
        assert_eq!(price_in(body, NOW).unwrap_err().reason(), expected, "{body}");
        let instrument = asked("AAPL");
        let (symbol, span) = (instrument.symbol.clone(), Span::Period("1mo".parse().unwrap()));
        let question = HistoryQuery { symbol, interval: Interval::D1, span, source: None };
        let found = answer(body.as_bytes(), &question, &instrument, at(NOW)).unwrap_err();
        assert_eq!(found.reason(), expected, "{body}");
        let found = instruments(&reply(200, body)).unwrap_err();
        assert_eq!(found.reason(), expected, "{body}");
    };
    check("Edge: Too Many Requests", "throttled");
    check("<html><body>Too Many Requests</body></html>", "throttled");
    check(&error("finance", "Too Many Requests", "Rate limited. Try later."), "throttled");
    check(&error("finance", "Unauthorized", "Invalid Crumb"), "unauthorised");
    check(&error("chart", "Forbidden", ""), "unauthorised");
    check(&error("chart", "Internal Server Error", ""), "upstream_failing");
}
