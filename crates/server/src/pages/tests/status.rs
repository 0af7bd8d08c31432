//! The status page.

use engine::{
    Quarantined, RejectedHistory, Rejection, SourceFailure, UpstreamState, UpstreamStatus,
};
use market::{Moment, NotAsked, Redistribution, SourceError, Unreach};

use super::super::verdict::{Trust, verdict};
use super::*;

fn page_of(watched: Vec<Watched>, upstreams: Vec<UpstreamStatus>) -> String {
    let view = StatusView { upstreams, ..status_view(watched) };
    status(&shell(false), &view).unwrap()
}

fn fresh(symbol: &str) -> Watched {
    watched(card(symbol, Some(7_150.09), 7_100.0))
}

fn stale(symbol: &str, failures: &[(&str, SourceError)]) -> Watched {
    let mut it = fresh(symbol);
    it.card.freshness = Freshness::Stale;
    it.card.age = Some(SignedDuration::from_hours(3));
    it.failures = failures.iter().map(|(name, error)| failure(name, error)).collect();
    it
}

fn missing(symbol: &str, failures: &[(&str, SourceError)]) -> Watched {
    let mut it = watched(card(symbol, None, 1.0));
    it.failures = failures.iter().map(|(name, error)| failure(name, error)).collect();
    it
}

fn failure(name: &str, error: &SourceError) -> SourceFailure {
    let source = match name {
        "yahoo" => Source::new("yahoo"),
        "ecb" => Source::new("ecb"),
        _ => Source::new("er_api"),
    };
    SourceFailure { source, error: error.clone() }
}

fn silent() -> SourceError {
    let detail = "Connection refused (os error 111)".into();
    SourceError::Unreachable { why: Unreach::Connect, detail }
}

fn doubted(symbol: &str) -> Watched {
    let mut it = fresh(symbol);
    let quote = it.card.quote.clone().unwrap();
    it.quarantined = Some(Quarantined {
        quote: Quote { price: price(71.5), ..quote },
        reason: Rejection::HundredFold,
        since: at("2025-10-29T11:58:00Z"),
        since_moment: Moment::default(),
        sightings: 3,
    });
    it
}

fn disputed(symbol: &str) -> Watched {
    let mut it = fresh(symbol);
    it.card.rival = it.card.quote.clone().map(|quote| Quote { price: price(7_300.5), ..quote });
    it
}

fn upstream(state: UpstreamState) -> UpstreamStatus {
    UpstreamStatus {
        source: Source::new("yahoo"),
        state,
        per_hour: 1_800.0,
        burst: 60.0,
        left: 57.9,
        calls: 12,
        in_all: (0, 0),
        errors: 1,
        set_aside: 0,
        last_success: Some(at("2025-10-29T12:01:20Z")),
        last_error: Some((at("2025-10-28T12:00:00Z"), silent())),
        terms: "Undocumented.",
        terms_url: "https://example.com/terms?a=1&b=2",
        redistribution: Redistribution::Private,
    }
}

#[test]
fn one_sentence_says_whether_the_numbers_can_be_trusted() {
    let check = |watched: &[Watched], expected: &str| {
        assert_eq!(verdict(watched).replace('\u{a0}', " "), expected);
    };
    check(&[], "No instrument is watched.");
    check(&[fresh("CAC40")], "The watched price is fresh.");
    check(&[fresh("CAC40"), fresh("EUR/USD")], "Both watched prices are fresh.");
    check(
        &[fresh("CAC40"), fresh("EUR/USD"), fresh("BTC/EUR")],
        "All three watched prices are fresh.",
    );
    check(
        &[fresh("EUR/USD"), stale("CAC40", &[("yahoo", silent())]), fresh("BTC/EUR")],
        "2 of 3 are fresh; CAC 40 is 3 h old because Yahoo did not answer.",
    );
    check(
        &[missing("CAC40", &[("yahoo", silent())]), stale("DAX", &[("yahoo", silent())])],
        "None of the two watched prices is fresh; CAC 40 has no price and DAX is 3 h old because Yahoo did not answer.",
    );
    check(&[missing("CAC40", &[])], "CAC 40 has no price because no source has been asked yet.");
    check(&[stale("CAC40", &[])], "CAC 40 is 3 h old because Yahoo had nothing newer.");
}

#[test]
fn fresh_prices_that_nobody_could_tell_anew_need_care() {
    let unanswered = |symbol| {
        let mut it = fresh(symbol);
        it.failures = vec![failure("yahoo", &silent())];
        it
    };
    let all = [unanswered("CAC40"), unanswered("EUR/USD")];
    assert_eq!(Trust::of(&all), Trust::Partial);
    has(&verdict(&all), "Both watched prices are fresh, but no source has answered since.");
    let one = [fresh("CAC40"), unanswered("EUR/USD")];
    assert_eq!(Trust::of(&one), Trust::Partial);
    has(&verdict(&one), "fresh, but no source has answered for EUR in USD since.");
    let mut unasked = fresh("CAC40");
    let (why, again_in) = (NotAsked::RateLimited, std::time::Duration::ZERO);
    unasked.failures = vec![failure("yahoo", &SourceError::NotAsked { why, again_in })];
    assert_eq!(Trust::of(&[unasked]), Trust::Full);
}

#[test]
fn who_failed_in_the_same_way_is_named_together() {
    let pause = SourceError::NotAsked {
        why: NotAsked::PauseRequested,
        again_in: std::time::Duration::ZERO,
    };
    let euro = stale("EUR/USD", &[("yahoo", silent()), ("er_api", pause), ("ecb", silent())]);
    has(
        &verdict(&[euro]),
        "because Yahoo and the ECB did not answer and ExchangeRate-API asked for a pause.",
    );
}

#[test]
fn of_many_stale_prices_only_some_are_reported() {
    let many: Vec<Watched> = (0..9).map(|_| stale("CAC40", &[])).collect();
    has(&verdict(&many), "; 5 more are not fresh either.");
}

#[test]
fn a_fresh_price_that_is_disputed_or_doubted_is_not_simply_fresh() {
    assert_eq!(
        verdict(&[disputed("BTC/EUR"), doubted("CAC40")]),
        "Both watched prices are fresh, but sources disagree on Bitcoin in EUR and a newer price of CAC 40 is not believed."
    );
}

#[test]
fn the_verdict_is_in_a_few_words_first() {
    let simulated = || {
        let mut it = fresh("CAC40");
        it.card.freshness = Freshness::Simulated;
        it
    };
    let check = |watched: Vec<Watched>, trust: Trust, state: &str| {
        assert_eq!(Trust::of(&watched), trust);
        let page = page_of(watched, vec![]);
        has(&page, &format!("class=\"verdict\" data-state=\"{state}\""));
        has(&words_of(&page), trust.words());
    };
    check(vec![], Trust::Empty, "empty");
    check(vec![fresh("CAC40"), fresh("DAX")], Trust::Full, "fresh");
    check(vec![fresh("CAC40"), stale("DAX", &[])], Trust::Partial, "stale");
    check(vec![fresh("CAC40"), doubted("DAX")], Trust::Partial, "stale");
    check(vec![disputed("CAC40")], Trust::Partial, "stale");
    check(vec![fresh("CAC40"), simulated()], Trust::Partial, "stale");
    check(vec![stale("CAC40", &[]), missing("DAX", &[])], Trust::Lacking, "error");
    check(vec![missing("CAC40", &[]), missing("DAX", &[])], Trust::Missing, "error");
    check(vec![simulated(), simulated()], Trust::Simulated, "simulated");
}

#[test]
fn remarks_give_both_prices_of_a_dispute_and_the_one_not_believed() {
    let page = page_of(vec![disputed("CAC40"), doubted("CAC40"), fresh("CAC40")], vec![]);
    let read = words_of(&page);
    has(&read, "disputed: yahoo says 7,300.50 EUR at 12:00:00 UTC");
    has(
        &read,
        "yahoo says 71.50 EUR, which is not believed: it is a hundred times the price before, or a hundredth; seen 3 times since 11:58:00 UTC",
    );
    has(&page, "<span data-figures>7,300.50 EUR</span> at <time data-instant");
    assert_eq!(page.matches("class=\"words nothing\">none</td>").count(), 1);
}

#[test]
fn what_counts_no_longer_where_the_service_is_gone_says_what_stands_there_then() {
    let page = page_of(vec![fresh("CAC40"), stale("DAX", &[])], vec![]);
    assert_eq!(page.matches("data-unreached=\"last known\"").count(), 1);
    has(&page, "class=\"verdict-word\" data-unreached=\"These are the last known numbers\"");
    assert!(!page_of(vec![], vec![]).contains("data-unreached"));
}

#[test]
fn what_is_not_believed_is_reported_once() {
    let mut it = doubted("CAC40");
    it.card.because = Some(Reason { name: "suspect", detail: "said twice".into() });
    assert!(!page_of(vec![it], vec![]).contains("said twice"));
    let mut it = fresh("CAC40");
    it.card.freshness = Freshness::Simulated;
    it.card.because = Some(Reason { name: "offline", detail: "said by the banner".into() });
    assert!(!page_of(vec![it], vec![]).contains("said by the banner"));
}

#[test]
fn a_source_is_reported_with_its_budget_and_its_last_words() {
    let page = page_of(vec![], vec![upstream(UpstreamState::Ok)]);
    for text in [
        "data-state=\"ok\"",
        "<span class=\"badge\" data-unreached=\"was ok\">ok</span>",
        "last answered <time data-age=\" ago\" datetime=\"2025-10-29T12:01:20Z\">2\u{a0}min ago</time>",
        "<time data-instant datetime=\"2025-10-29T12:01:20Z\">12:01:20 UTC</time></dd>",
        "href=\"https://example.com/terms?a=1&#38;b=2\"",
    ] {
        has(&page, text);
    }
    let read = words_of(&page);
    has(&read, "12 of 1,800 requests, 1 error");
    has(&read, "57 of 60 times");
    has(&read, "28 Oct 2025, 12:00:00 UTC: cannot be reached: no connection");
    assert!(!page.contains("os error"));
}

#[test]
fn a_source_that_is_not_asked_says_until_or_since_when() {
    let until = upstream(UpstreamState::PausedUntil(at("2025-10-29T12:30:00Z")));
    let page = page_of(vec![], vec![until]);
    has(&words_of(&page), "paused cannot be reached: no connection, until 12:30:00 UTC");
    let since = upstream(UpstreamState::FailingSince(at("2025-10-29T11:50:00Z")));
    has(
        &words_of(&page_of(vec![], vec![since])),
        "failing cannot be reached: no connection, since 11:50:00 UTC",
    );
    let mut refused = upstream(UpstreamState::RefusedSince(at("2025-10-29T11:50:00Z")));
    let refusal = SourceError::Unauthorised { status: 401 };
    refused.last_error = Some((at("2025-10-29T12:00:00Z"), refusal));
    let page = page_of(vec![], vec![refused]);
    has(&page, "data-state=\"refused\"");
    has(&words_of(&page), "since 11:50:00 UTC");
    let mut failed = upstream(UpstreamState::Ok);
    failed.last_error = Some((at("2025-10-29T12:02:00Z"), silent()));
    has(&page_of(vec![], vec![failed]), "data-state=\"failed\"");
    let mut idle = upstream(UpstreamState::Ok);
    (idle.last_success, idle.last_error) = (None, None);
    let page = page_of(vec![], vec![idle]);
    has(&page, ">not asked yet</span>");
    has(&page, ">none yet</dd>");
}

#[test]
fn without_upstreams_the_page_says_so() {
    has(&page_of(vec![], vec![]), "all prices come from the built-in simulator");
    has(&page_of(vec![], vec![]), "No instrument is watched.");
}

#[test]
fn histories_that_are_not_believed_are_reported_and_only_where_there_are_any() {
    let doubted = |sightings| RejectedHistory {
        symbol: "CAC40".parse().unwrap(),
        source: Source::new("yahoo"),
        reason: Rejection::Shrunk,
        since: at("2025-10-29T11:58:00Z"),
        since_moment: Moment::default(),
        sightings,
    };
    let view = StatusView { rejected: vec![doubted(1), doubted(3)], ..status_view(vec![]) };
    let page = status(&shell(false), &view).unwrap();
    has(&page, "<section id=\"histories\" class=\"panel\" aria-labelledby=\"rejected\">");
    has(&page, "<th role=\"rowheader\" scope=\"row\">CAC40</th>");
    let read = words_of(&page);
    let remark = "the history of yahoo is not believed: it lacks what was reported earlier; seen";
    has(&read, &format!("{remark} once, at 11:58:00 UTC"));
    has(&read, &format!("{remark} 3 times since 11:58:00 UTC"));
    let none = "<section id=\"histories\" class=\"panel\" aria-labelledby=\"rejected\" hidden>";
    has(&page_of(vec![], vec![]), none);
}
