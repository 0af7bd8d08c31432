use axum::http::{StatusCode, Uri};
use axum::response::Response;
use http::Problem;

use super::refusal::Refused;

/// Paths whose answers stand in an envelope of their own; all others are `finance`.
const ENVELOPES: [(&str, &str); 6] = [
    ("/v8/finance/chart", "chart"),
    ("/v7/finance/spark", "spark"),
    ("/v8/finance/spark", "spark"),
    ("/v7/finance/options", "optionChain"),
    ("/ws/fundamentals-timeseries", "timeseries"),
    ("/xhr/ncp", "data"),
];

/// The key under which clients look for an answer of an address.
pub(super) fn envelope(path: &str) -> &'static str {
    if path.contains("/finance/quoteSummary") {
        return "quoteSummary";
    }
    let known = ENVELOPES.iter().find(|(prefix, _)| path.starts_with(prefix));
    known.map_or("finance", |(_, envelope)| envelope)
}

/// Nothing is answered at an address.
pub(super) fn not_served(path: &str) -> Refused {
    let asked = table::text::short(path);
    Refused::not_served(format!(
        "{asked} is not served here: this service has prices, actions and searches"
    ))
}

/// A request that is refused before any route is asked. Where no body is read, none of the
/// protocol's questions that have one is served.
pub(crate) fn refused(path: &str, why: Problem) -> Response {
    if why.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return not_served(path).answer(envelope(path));
    }
    Refused::from(why).answer(envelope(path))
}

/// What a client reads where this service cannot be reached: the body of an answer with
/// status 503, in the envelope of its path.
pub fn away(path: &str, why: &str) -> String {
    let why = Problem::plain(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable", why);
    Refused::from(why).body(envelope(path))
}

/// An address that is served, by another method.
pub(super) async fn method(uri: Uri) -> Response {
    Refused::method().answer(envelope(uri.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_envelope() {
        let check = |path, expected| assert_eq!(envelope(path), expected, "{path}");
        check("/v8/finance/chart/AAPL", "chart");
        check("/v10/finance/quoteSummary/AAPL", "quoteSummary");
        check("/v11/finance/quoteSummary/", "quoteSummary");
        check("/v7/finance/options/AAPL", "optionChain");
        check("/v7/finance/quote", "finance");
        check("/ws/fundamentals-timeseries/v1/finance/timeseries/AAPL", "timeseries");
        check("/v1/anything", "finance");
    }

    #[test]
    fn that_nobody_can_be_asked_is_said_in_the_envelope_of_the_address() {
        let body: serde_json::Value =
            serde_json::from_str(&away("/v8/finance/chart/AAPL", "it is away")).unwrap();
        let error = &body["chart"]["error"];
        assert_eq!(error["code"], "Service Unavailable");
        assert_eq!(error["description"], "it is away");
    }
}
