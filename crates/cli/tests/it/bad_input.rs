//! What cannot be answered, and what is said then.

use axum::body::Body;
use axum::http::Request;
use simulator::Fault;

use crate::world::World;

async fn check(world: &World, query: &str, status: u16, words: &str) {
    let (found, detail) = world.get(&format!("/marketpulse/history?{query}")).await.problem();
    assert_eq!(found, status, "{query}: {detail}");
    assert!(detail.contains(words), "{query}: {detail}");
}

#[tokio::test]
async fn an_unknown_symbol_names_near_misses() {
    let world = World::production().await;
    world.upstream.unknown("CAC4O");
    world.upstream.unknown("ZZZZZZ");
    check(&world, "symbol=CAC4O", 404, "did you mean CAC40?").await;
    check(&world, "symbol=ZZZZZZ", 404, "no source knows ZZZZZZ").await;
    let near = world.get("/marketpulse/history?symbol=CAC4O").await.json()["near"].clone();
    assert_eq!(near, serde_json::json!(["CAC40"]));
}

#[tokio::test]
async fn a_symbol_is_data_and_never_part_of_an_upstreams_address() {
    let world = World::production().await;
    let long = format!("symbol={}", "A".repeat(10_240));
    for query in [
        "symbol=..%252F..",
        "symbol=..%2F..",
        "symbol=A%3Frange%3D10y",
        "symbol=A%0AB",
        "symbol=A%0D%0AHost:x",
        &long,
    ] {
        check(&world, query, 400, "symbol").await;
    }
    assert_eq!(world.upstream.requests(), 0, "nothing of it reached an upstream");
    world.get("/marketpulse/history?symbol=M%26M.NS").await;
    world.get("/marketpulse/history?symbol=%5EGSPC").await;
    let asked = world.upstream.log();
    assert!(
        asked[0].starts_with("/v8/finance/chart/M&M.NS?")
            || asked[0].starts_with("/v8/finance/chart/M%26M.NS?"),
        "{asked:?}"
    );
    assert!(
        asked[1].starts_with("/v8/finance/chart/%5EGSPC?")
            || asked[1].starts_with("/v8/finance/chart/^GSPC?"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn malformed_parameters_are_named_with_what_is_accepted() {
    let world = World::production().await;
    for (query, words) in [
        ("period=fortnight", "period: \"fortnight\" is not a period; use 7d"),
        ("interval=3h", "interval: \"3h\" is not an interval; use one of 1m"),
        (
            "from=2024-02-30",
            "from: \"2024-02-30\" is neither a date nor an instant; use YYYY-MM-DD",
        ),
        ("from=2024-1-5", "use YYYY-MM-DD"),
        ("from=176166000", "seconds (10 digits) or milliseconds (13 digits)"),
        ("from=1761663600&to=1761660000", "is after 2025-10-28T14:00:00Z; from must not be later"),
        ("from=2024-01-31&to=2024-01-01", "from: 2024-01-31 is after 2024-01-01"),
        ("to=2024-01-31", "to: needs from as well"),
        ("period=1mo&from=2024-01-01", "use either period, or from and to"),
        ("period=1mo&period=1y", "period: given more than once"),
        ("symbl=CAC40", "symbl: no such parameter; did you mean symbol?"),
        ("colour=red", "this address takes symbol, period, interval, from, to"),
        ("symbol=AAPL&interval=1m&period=1y", "ask for period=7d"),
        ("symbol=AAPL&interval=1h&from=2010-01-01&to=2010-02-01", "730 days"),
    ] {
        check(&world, query, 400, words).await;
    }
    let (status, detail) = world.get("/marketpulse/latest?symbol=CAC40").await.problem();
    assert_eq!((status, detail.contains("takes none")), (400, true), "{detail}");
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn a_truly_empty_range_is_empty() {
    let world = World::production().await;
    let weekend = world.get("/marketpulse/history?symbol=AAPL&from=2025-10-25&to=2025-10-26").await;
    assert_eq!(weekend.status, 200, "{}", weekend.body);
    assert_eq!(weekend.json()["history"], serde_json::json!([]));
}

#[tokio::test]
async fn nobody_there_and_nothing_held_is_503_with_the_reason_and_when_to_come_back() {
    let world = World::production().await;
    world.upstream.fail("", Fault::Close, None);
    let answer = world.get("/marketpulse/history?symbol=AAPL").await;
    let (status, detail) = answer.problem();
    assert_eq!(status, 503);
    assert!(detail.contains("yahoo cannot be reached"), "{detail}");
    assert_eq!(answer.header("retry-after"), "30");
    world.upstream.heal();
    let fault = Fault::Status { code: 429, retry_after: Some("120".to_owned()) };
    world.upstream.fail("", fault, None);
    let answer = world.get("/marketpulse/history?symbol=MSFT").await;
    assert_eq!((answer.problem().0, answer.header("retry-after")), (503, "120"));
    assert_eq!(answer.json()["reason"], "throttled");
}

#[tokio::test]
async fn an_upstreams_words_never_reach_a_client() {
    let world = World::production().await;
    for fault in [
        Fault::Html,
        Fault::Garbage,
        Fault::Empty,
        Fault::WrongShape,
        Fault::Truncate,
        Fault::GzipBomb,
    ] {
        world.upstream.heal();
        world.upstream.fail("", fault.clone(), None);
        let (status, detail) = world.get("/marketpulse/history?symbol=AAPL").await.problem();
        assert_eq!(status, 503, "{fault:?}: {detail}");
        assert!(!detail.contains('<') && !detail.contains('{'), "{fault:?}: {detail}");
    }
}

#[tokio::test]
async fn development_simulates_what_is_away_and_marks_it() {
    let world = World::development().await;
    world.upstream.fail("", Fault::Close, None);
    world.refresh().await;
    let latest = world.get("/marketpulse/latest").await.json();
    assert!(latest["data"]["CAC40"].is_number());
    assert_eq!(latest["quotes"]["CAC40"]["freshness"], "simulated");
    let history = world.get("/marketpulse/history?symbol=AAPL").await.json();
    assert_eq!((&history["simulated"], &history["source"]), (&true.into(), &"demo".into()));
    for page in ["/marketpulse", "/marketpulse/dashboard", "/marketpulse/history/view?symbol=AAPL"]
    {
        let body = world.page(page).await.body;
        assert!(body.contains(r#"<p id="simulated" class="banner">"#), "{page}");
    }
    world.upstream.heal();
    world.upstream.unknown("NOSUCH");
    // Until then its breaker rests.
    world.advance(jiff::SignedDuration::from_secs(31));
    assert_eq!(world.get("/marketpulse/history?symbol=NOSUCH").await.problem().0, 404);
}

#[tokio::test]
async fn pages_say_what_is_wrong_beside_the_form_that_may_mend_it() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    for (query, status, words) in [
        ("symbol=NOSUCH", 404, "NOSUCH"),
        ("symbol=%3Cscript%3Ealert(1)%3C%2Fscript%3E", 400, "&#60;script&#62;"),
        ("period=fortnight", 400, "is not a period"),
        ("colour=red", 400, "no such parameter"),
    ] {
        let answer = world.page(&format!("/marketpulse/history/view?{query}")).await;
        assert_eq!(answer.status, status, "{query}");
        assert!(
            answer.body.contains("<form") && answer.body.contains(words),
            "{query}: {}",
            answer.body
        );
        assert!(!answer.body.contains("<script>alert"), "{query}");
    }
}

#[tokio::test]
async fn a_wrong_address_is_a_page_for_people_and_a_problem_for_programs() {
    let world = World::production().await;
    assert_eq!(world.get("/marketpulse/nothing").await.problem().0, 404);
    let request = Request::get("/nothing").header("accept", "text/html,*/*");
    let page = world.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
}
