//! Addresses that pages link to. Everything in them is escaped.

use market::{HistoryQuery, Span, Symbol};
use url::form_urlencoded::{Serializer, byte_serialize};

/// Where the history view is.
pub(super) const VIEW: &str = "/marketpulse/history/view";

/// The history view of a symbol.
pub(super) fn view(symbol: &str, period: &str, interval: Option<&str>) -> String {
    let interval = interval.map(|interval| ("interval", interval));
    choice([("symbol", symbol), ("period", period)].into_iter().chain(interval))
}

/// The history view of a whole choice.
pub(super) fn choice<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    query(&format!("{VIEW}?")).extend_pairs(pairs).finish()
}

/// The answer of the data API to a question, with what else is asked of it.
pub(super) fn bars(question: &HistoryQuery, more: &[(&str, &str)]) -> String {
    let mut query = query(&format!("/marketpulse/v1/bars/{}?", segment(&question.symbol)));
    query.append_pair("interval", question.interval.as_str());
    match question.span {
        Span::Period(period) => query.append_pair("period", &period.to_string()),
        Span::Dates { from, to } => {
            query.append_pair("from", &from.to_string()).append_pair("to", &to.to_string())
        }
    };
    query.extend_pairs(more).finish()
}

/// The dividends and splits of a symbol.
pub(super) fn actions(symbol: &Symbol) -> String {
    format!("/marketpulse/v1/actions/{}", segment(symbol))
}

/// A symbol has no spaces, which would be written otherwise in a path.
fn segment(symbol: &Symbol) -> String {
    byte_serialize(symbol.as_str().as_bytes()).collect()
}

/// Pairs are appended to what comes up to the question mark.
fn query(start: &str) -> Serializer<'static, String> {
    Serializer::for_suffix(start.to_owned(), start.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::Interval;

    #[test]
    fn symbols_are_escaped() {
        assert_eq!(
            view("M&M?a=b #<", "1mo", Some("1d")),
            "/marketpulse/history/view?symbol=M%26M%3Fa%3Db+%23%3C&period=1mo&interval=1d"
        );
    }

    #[test]
    fn the_data_of_a_page_answer_the_page_s_own_question() {
        let mut question = HistoryQuery {
            symbol: "EUR/USD".parse().unwrap(),
            interval: Interval::H1,
            span: Span::Period("5d".parse().unwrap()),
            source: None,
        };
        assert_eq!(
            bars(&question, &[("format", "csv")]),
            "/marketpulse/v1/bars/EUR%2FUSD?interval=1h&period=5d&format=csv"
        );
        question.span =
            Span::dates("2024-01-02".parse().unwrap(), "2024-01-05".parse().unwrap()).unwrap();
        assert!(bars(&question, &[]).ends_with("&from=2024-01-02&to=2024-01-05"));
    }
}
