//! Addresses that pages link to. Everything in them is escaped.

use market::{Question, Span};
use url::form_urlencoded::Serializer;

/// The history view of a symbol.
pub(super) fn view(symbol: &str, period: &str, interval: Option<&str>) -> String {
    let mut query = query("/marketpulse/history/view?");
    query.append_pair("symbol", symbol).append_pair("period", period);
    if let Some(interval) = interval {
        query.append_pair("interval", interval);
    }
    query.finish()
}

/// The JSON that answers a question.
pub(super) fn json(question: &Question) -> String {
    let mut query = query("/marketpulse/history?");
    query.append_pair("symbol", question.symbol.as_str());
    query.append_pair("interval", question.interval.as_str());
    match question.span {
        Span::Period(period) => query.append_pair("period", &period.to_string()),
        Span::Dates { from, to } => {
            query.append_pair("from", &from.to_string()).append_pair("to", &to.to_string())
        }
    };
    query.finish()
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
    fn the_json_of_a_page_answers_the_page_s_own_question() {
        let mut question = Question {
            symbol: "EUR/USD".parse().unwrap(),
            interval: Interval::H1,
            span: Span::Period("5d".parse().unwrap()),
            source: None,
        };
        assert_eq!(json(&question), "/marketpulse/history?symbol=EUR%2FUSD&interval=1h&period=5d");
        question.span =
            Span::dates("2024-01-02".parse().unwrap(), "2024-01-05".parse().unwrap()).unwrap();
        assert!(json(&question).ends_with("&from=2024-01-02&to=2024-01-05"));
    }
}
