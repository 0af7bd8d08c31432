//! What is passed on of Yahoo: its cookie and token are had, sent along and had anew, and
//! nothing of a client's reaches it.

use jiff::SignedDuration;
use market::{Document, DocumentQuery, DocumentSource, SourceError};
use providers::Client;
use providers::yahoo::YahooDocuments;
use simulator::{Fault, Market, Upstream};
use std::time::Duration;
use testkit::SettableClock;
use tracing::instrument::WithSubscriber;

use crate::log::Lines;
use crate::upstream::NOW;

async fn upstream() -> Upstream {
    Upstream::start(Market::new(7), NOW.parse().unwrap()).await
}

fn asked(address: &str) -> DocumentQuery {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parameters = query.split('&').filter_map(|pair| pair.split_once('='));
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    DocumentQuery::new(path.split('/'), parameters)
}

/// With what has to come before.
async fn document(
    source: &YahooDocuments,
    query: &DocumentQuery,
) -> Result<Option<Document>, SourceError> {
    let query = source.offer(query).unwrap().query;
    while !source.is_ready() {
        source.prepare().await?;
    }
    source.document(&query).await
}

fn source(upstream: &Upstream) -> (YahooDocuments, std::sync::Arc<SettableClock>) {
    let clock = SettableClock::at(NOW);
    let client =
        Client::new(clock.clone(), Duration::from_mins(2), &egress::Egress::default()).unwrap();
    (YahooDocuments::new(client, upstream.url().parse().unwrap()), clock)
}

const SUMMARY: &str = "v10/finance/quoteSummary/AAPL?modules=price&crumb=theirs&apikey=secret";

#[tokio::test]
async fn a_cookie_and_a_token_are_had_once_and_sent_along() {
    let upstream = upstream().await;
    let (source, _) = source(&upstream);
    for _ in 0..3 {
        let answer = document(&source, &asked(SUMMARY)).await.unwrap().unwrap();
        assert_eq!(answer.status, 200);
    }
    let log = upstream.log();
    assert_eq!(&log[..2], ["/", "/v1/test/getcrumb"]);
    let summary = "/v10/finance/quoteSummary/AAPL?modules=price&crumb=crumb.0";
    assert_eq!(&log[2..], [summary; 3], "nothing of the client's is sent");
}

#[tokio::test]
async fn what_was_refused_is_had_anew() {
    let upstream = upstream().await;
    let (source, clock) = source(&upstream);
    let query = asked(SUMMARY);
    document(&source, &query).await.unwrap().unwrap();
    upstream.renew_crumb();
    let at_once = document(&source, &query).await.unwrap_err();
    assert_eq!(at_once, SourceError::Unauthorised { status: 401 }, "it was had just now");
    clock.advance(SignedDuration::from_mins(1));
    assert_eq!(document(&source, &query).await.unwrap(), None);
    assert!(!source.is_ready());
    assert_eq!(document(&source, &query).await.unwrap().unwrap().status, 200);
    assert_eq!(upstream.requests_to("getcrumb"), 2);
}

#[tokio::test]
async fn a_question_that_is_sent_is_sent_as_it_came() {
    let upstream = upstream().await;
    let (source, _) = source(&upstream);
    let query = asked("v1/finance/screener?lang=en-US").with_body(*br#"{"size":2}"#);
    let answer = document(&source, &query).await.unwrap().unwrap();
    let body = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(body.contains(r#""count":2"#), "{body}");
}

#[tokio::test]
async fn why_a_question_has_no_answer_is_passed_on_and_trouble_is_not() {
    let upstream = upstream().await;
    let (source, _) = source(&upstream);
    upstream.unknown("NOSUCH");
    let unknown = asked("v10/finance/quoteSummary/NOSUCH?modules=price");
    let answer = document(&source, &unknown).await.unwrap().unwrap();
    assert_eq!(answer.status, 404);
    for (fault, reason) in [
        (Fault::Status { code: 429, retry_after: None }, "throttled"),
        (Fault::Status { code: 500, retry_after: None }, "upstream_failing"),
        (Fault::Refused, "throttled"),
        (Fault::Html, "unreadable"),
        (Fault::Garbage, "unreadable"),
        (Fault::Empty, "unreadable"),
        (Fault::Close, "unreachable"),
        (Fault::Huge(64 << 20), "unreadable"),
        (Fault::Redirect("https://guce.yahoo.com/consent".to_owned()), "unreadable"),
    ] {
        upstream.fail("quoteSummary", fault, Some(1));
        let error = document(&source, &asked(SUMMARY)).await.unwrap_err();
        assert_eq!(error.reason(), reason);
    }
}

#[tokio::test]
async fn neither_token_nor_cookie_is_logged() {
    let upstream = upstream().await;
    let (source, _) = source(&upstream);
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).finish();
    let query = asked(SUMMARY);
    document(&source, &query).with_subscriber(subscriber).await.unwrap().unwrap();
    let text = lines.text();
    assert!(text.contains("/v10/finance/quoteSummary/AAPL?modules=price"), "{text}");
    assert!(!text.contains("crumb.0") && !text.contains("simulated"), "{text}");
    assert!(!text.contains("theirs") && !text.contains("secret"), "{text}");
}
