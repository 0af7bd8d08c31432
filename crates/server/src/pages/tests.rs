//! The pages as their readers get them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use market::{
    Bar, Basis, Catalog, Currency, Differs, Disputed, DisputedClose, Freshness, HistoryQuery,
    HistoryResult, Interval, Kept, MarketState, Matter, Previous, PreviousKind, Price, Quote,
    Series, SeriesHead, Source, Span,
};

use super::*;
use query::explain::Reason;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn price(number: f64) -> Price {
    Price::new(number).unwrap()
}

fn shell(simulated: bool) -> Shell {
    let (environment, theme) = ("development".into(), Theme::System);
    let credits = providers::registry().iter().map(|it| &it.facts.credit).collect();
    Shell {
        environment,
        version: "0.1.0",
        simulated,
        unstored: None,
        is_signed_in: false,
        theme,
        credits,
    }
}

fn reason(detail: &str) -> Reason {
    Reason { name: "unreachable", detail: detail.into() }
}

fn card(symbol: &str, now: Option<f64>, before: f64) -> Card {
    let instrument = Catalog::new().instrument(&symbol.parse().unwrap());
    let quote = now.map(|now| Quote {
        price: price(now),
        currency: instrument.currency.clone(),
        previous: Some(Previous { price: price(before), kind: PreviousKind::Close }),
        day_high: Some(price(7_160.22)),
        day_low: Some(price(7_120.1)),
        volume: None,
        session: None,
        as_of: Some(at("2025-10-29T12:00:00Z")),
        received_at: at("2025-10-29T12:00:01Z"),
        source: Source::new("yahoo"),
        simulated: false,
        instrument: instrument.clone(),
        witness: None,
    });
    Card {
        instrument,
        freshness: if quote.is_some() { Freshness::Fresh } else { Freshness::Missing },
        market_state: Some(MarketState::Open),
        age: quote.is_some().then_some(SignedDuration::from_secs(200)),
        because: quote.is_none().then(|| reason("yahoo cannot be reached")),
        rival: None,
        quote,
    }
}

fn answer(bars: i64, interval: Interval) -> HistoryResult {
    let question = HistoryQuery {
        symbol: "CAC40".parse().unwrap(),
        interval,
        span: Span::Period("1mo".parse().unwrap()),
        source: None,
    };
    let head = SeriesHead {
        symbol: question.symbol.clone(),
        interval,
        source: Source::new("yahoo"),
        currency: Some("EUR".parse().unwrap()),
        basis: Basis::Splits,
    };
    HistoryResult {
        instrument: Catalog::new().instrument(&question.symbol),
        series: Series::new(head, (0..bars).map(|i| bar(i, bars, interval)).collect()),
        query: question,
        actions: Vec::new(),
        session: None,
        received_at: at("2025-10-29T12:00:01Z"),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

/// The `i`th of some bars an hour or a day apart, of which the last is still running.
fn bar(i: i64, of: i64, interval: Interval) -> Bar {
    let hours = if interval.is_intraday() { i } else { 24 * i };
    let open_time = at("2025-01-02T08:00:00Z") + SignedDuration::from_hours(hours);
    Bar { provisional: i + 1 == of, ..testkit::bare_bar(open_time, 7_000.0 + i as f64) }
}

fn view(outcome: Result<Arc<HistoryResult>, Message>) -> HistoryView {
    HistoryView {
        symbol_text: "CAC40".into(),
        period_text: None,
        usual_period: "1mo".into(),
        dates: (None, None),
        interval_text: None,
        drawn: Drawn::default(),
        symbols: vec![("CAC40".into(), "CAC 40".into()), ("EUR/USD".into(), "EUR in USD".into())],
        outcome: outcome.map_or_else(Outcome::Refused, Outcome::Answered),
        previous: None,
        freshness: Freshness::Fresh,
        decimals: 2,
        age: SignedDuration::from_mins(3),
        second: None,
    }
}

fn message() -> Message {
    Message {
        title: "Unknown symbol".into(),
        detail: "no upstream knows CAC41".into(),
        suggestions: vec!["CAC40".into(), "M&M.NS".into()],
        is_about_interval: false,
    }
}

fn tile(card: Card) -> Tile {
    Tile::Known { card: Box::new(card), doubted: false, near: Vec::new() }
}

/// The dashboard that a query asks for, with these tiles.
fn dashboard_view(query: &str, tiles: Vec<Tile>) -> DashboardView {
    let chart = Some(Ok(Catalog::new().instrument(&"CAC40".parse().unwrap())));
    DashboardView { choice: Choice::read(query), tiles, chart, left_out: 0 }
}

fn dashboard_of(card: Card) -> String {
    dashboard(&shell(false), &dashboard_view("", vec![tile(card)])).unwrap()
}

fn history_of(outcome: Result<HistoryResult, Message>) -> String {
    history(&shell(false), &view(outcome.map(Arc::new))).unwrap()
}

fn home_view(cards: Vec<Card>) -> HomeView {
    HomeView { cards, base: "https://prices.example".into(), now: at("2025-10-29T12:03:20Z") }
}

fn watched(card: Card) -> Watched {
    Watched { card, failures: Vec::new(), quarantined: None }
}

fn status_view(watched: Vec<Watched>) -> StatusView {
    let (upstreams, rejected) = (Vec::new(), Vec::new());
    let now = at("2025-10-29T12:03:20Z");
    StatusView { watched, upstreams, rejected, is_exposed: false, now }
}

/// A price that is disputed, one that was, and a history.
fn disputes_view() -> DisputesView {
    let shown = card("CAC40", Some(7_150.09), 7_100.0).quote.map(Box::new).unwrap();
    let said = |price: f64, by: &str| {
        Box::new(Quote { price: self::price(price), source: Source::new(by), ..(*shown).clone() })
    };
    let of_price = |against, was_believed| Matter::Price {
        shown: said(7_150.09, "yahoo"),
        against,
        was_believed,
    };
    let of = |matter, until: Option<&str>, outcome| {
        let symbol = shown.instrument.symbol.clone();
        let (since, until) = (at("2025-10-29T12:01:00Z"), until.map(at));
        let disputed = Disputed { number: 1, symbol, matter, since, until, outcome };
        (shown.instrument.clone(), disputed)
    };
    let (interval, source) = (Interval::D1, Source::new("yahoo"));
    let of_history = |differs| Matter::History { interval, source: source.clone(), differs };
    let close = DisputedClose {
        date: jiff::civil::date(2025, 10, 28),
        close: price(268.81),
        against: Source::new("tiingo"),
        against_close: price(282.25),
        currency: "USD".parse().unwrap(),
    };
    let ended = Some("2025-10-29T12:02:00Z");
    DisputesView {
        open: vec![of(of_price(said(71.5, "tiingo"), false), None, None)],
        ended: vec![
            of(of_price(said(71.5, "yahoo"), true), ended, Some(market::Outcome::GaveWay)),
            of(of_history(Differs::ByFactor(0.01)), ended, None),
            of(of_history(Differs::Close(close)), ended, Some(market::Outcome::Stood)),
        ],
        now: at("2025-10-29T12:03:20Z"),
    }
}

#[test]
fn disputes_say_who_said_what_and_which_of_the_two_is_shown_since() {
    let page = disputes(&shell(false), &disputes_view()).unwrap();
    let words = words_of(&page).split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "1 dispute is open.",
        "yahoo said 7,150.09 EUR, as of 12:00:00 UTCtiingo said 71.50 EUR, as of 12:00:00 UTC",
        "before, yahoo said 71.50 EUR, as of 12:00:00 UTC",
        "12:02:00 UTC what spoke against it",
        "yahoo said 268.81 USD, the close of 28 Oct 2025tiingo said 282.25 USD, the close of 28 Oct 2025",
        "the history of yahoo (daily) is 0.01 times what was believed before",
        "12:02:00 UTC not known",
    ] {
        has(&words, expected);
    }
    let none = DisputesView { open: Vec::new(), ended: Vec::new(), ..disputes_view() };
    has(&disputes(&shell(false), &none).unwrap(), "Nothing is disputed.");
}

#[test]
fn a_service_that_others_reach_says_so_on_its_status_page() {
    let page = |is_exposed| {
        let view = StatusView { is_exposed, ..status_view(Vec::new()) };
        status(&shell(false), &view).unwrap()
    };
    has(&page(true), "Open to the network.");
    assert!(!page(false).contains("Open to the network."));
}

fn every_page(simulated: bool) -> [String; 8] {
    let shell = shell(simulated);
    let cards = || vec![card("CAC40", Some(7_150.09), 7_100.0), card("BTC/EUR", None, 1.0)];
    let problem_view = ProblemView {
        status: 404,
        title: "No such page".into(),
        detail: "there is no page at /x".into(),
        suggestions: vec!["CAC40".into()],
    };
    [
        home(&shell, &home_view(cards())).unwrap(),
        dashboard(&shell, &dashboard_view("", cards().into_iter().map(tile).collect())).unwrap(),
        history(&shell, &view(Ok(answer(30, Interval::H1).into()))).unwrap(),
        history(&shell, &view(Ok(answer(0, Interval::D1).into()))).unwrap(),
        history(&shell, &view(Err(message()))).unwrap(),
        problem(&shell, &problem_view).unwrap(),
        status(&shell, &status_view(cards().into_iter().map(watched).collect())).unwrap(),
        disputes(&shell, &disputes_view()).unwrap(),
    ]
}

fn has(page: &str, text: &str) {
    assert!(page.contains(text), "{text:?} is missing in:\n{page}");
}

/// What is read of a page: its text without the markup.
fn words_of(page: &str) -> String {
    let texts = page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    texts.collect()
}

mod dashboard;
mod status;

#[test]
fn every_page_stands_in_the_same_frame() {
    for page in every_page(false) {
        has(&page, "<html lang=\"en\">");
        has(&page, " · MarketPulse</title>");
        has(&page, "href=\"#main\">Skip to content</a>");
        has(&page, "MarketPulse 0.1.0 · development");
        for link in [
            "/marketpulse\"",
            "/marketpulse/dashboard\"",
            "/marketpulse/history/view\"",
            "/marketpulse/status\"",
            "/marketpulse/docs\"",
        ] {
            has(&page, &format!("<a href=\"{link}"));
        }
        assert_eq!(page.matches("<h1").count(), 1, "{page}");
        has(&page, "<form action=\"/marketpulse/history/view\" method=\"get\" role=\"search\"");
    }
}

#[test]
fn at_most_one_way_is_marked_as_the_present_one() {
    let marked = |page: &String| page.matches("aria-current=\"page\"").count();
    let counts: Vec<usize> = every_page(false).iter().map(marked).collect();
    assert_eq!(
        counts,
        [1, 1, 1, 1, 1, 0, 1, 0],
        "a problem is on no page of ours, nor are disputes"
    );
}

#[test]
fn home_shows_the_first_watched_prices_and_leaves_the_rest_to_the_dashboard() {
    let cards = (0..11).map(|_| card("CAC40", Some(7_150.09), 7_100.0)).collect();
    let page = home(&shell(false), &home_view(cards)).unwrap();
    assert_eq!(page.matches("<li data-freshness=").count(), 8);
    has(&page, "11 instruments watched: 11 fresh.");
    has(&page, ">3 more on the dashboard</a>");
    let few = home_view(vec![card("BTC/EUR", None, 1.0)]);
    let page = home(&shell(false), &few).unwrap();
    has(&page, "yahoo cannot be reached");
    assert!(!page.contains("more on the dashboard"));
}

#[test]
fn home_marks_what_scripts_write_in_the_reader_s_way_and_names_the_service_as_it_was_asked() {
    let page = home(&shell(false), &home_view(vec![card("CAC40", Some(7_150.09), 7_100.0)]));
    let page = page.unwrap();
    for text in [
        "<time id=\"now\" data-instant datetime=\"2025-10-29T12:03:20Z\">29 Oct 2025, 12:03:20 UTC</time>",
        "<span data-figures>7,150.09</span>",
        "age <time data-age datetime=\"2025-10-29T12:00:00Z\">3\u{a0}min</time>",
        "curl '<span data-origin>https://prices.example</span>/marketpulse/v1/quotes/CAC40'",
    ] {
        has(&page, text);
    }
}

#[test]
fn a_problem_that_ends_in_a_question_gets_no_full_stop() {
    let problem_view = |detail: &str| ProblemView {
        status: 404,
        title: "Unknown symbol".into(),
        detail: detail.into(),
        suggestions: Vec::new(),
    };
    let page = problem(&shell(false), &problem_view("did you mean AAPL?")).unwrap();
    has(&page, "did you mean AAPL?</p>");
    has(&problem(&shell(false), &problem_view("no such page")).unwrap(), "no such page.</p>");
}

#[test]
fn nothing_on_a_page_needs_an_inline_script_or_style() {
    for page in every_page(false) {
        for inline in ["<style", " style=", "<script>", " onclick", "javascript:"] {
            assert!(!page.contains(inline), "{inline} in:\n{page}");
        }
    }
}

#[test]
fn simulated_prices_are_announced_on_every_page_and_only_then() {
    for page in every_page(true) {
        has(&page, "<p id=\"simulated\" class=\"banner\"><strong>Simulated prices.</strong>");
    }
    for page in every_page(false) {
        has(&page, "<p id=\"simulated\" class=\"banner\" hidden>");
    }
}

#[test]
fn pence_stay_pence_and_are_explained() {
    let pence: Currency = "GBp".parse().unwrap();
    let mut quoted = card("OCDO.L", Some(291.5), 290.0);
    quoted.quote.as_mut().unwrap().currency = Some(pence.clone());
    has(&dashboard_of(quoted), "data-slot=\"unit\">GBp</span>");
    let mut answer = answer(2, Interval::D1);
    answer.series.head.currency = Some(pence);
    has(&history_of(Ok(answer)), "GBp (hundredths of GBP)");
}

#[test]
fn what_upstreams_and_addresses_say_is_text_and_never_markup() {
    let nasty = "\"><img src=x onerror=alert(1)>";
    let mut quoted = card("CAC40", Some(1.0), 1.0);
    quoted.instrument.name = nasty.into();
    let mut asked = view(Err(Message {
        title: nasty.into(),
        detail: nasty.into(),
        suggestions: vec![nasty.into()],
        is_about_interval: true,
    }));
    let asked_for = || Some(nasty.to_owned());
    asked.symbol_text = nasty.into();
    asked.period_text = asked_for();
    asked.interval_text = asked_for();
    asked.dates = (asked_for(), asked_for());
    asked.drawn = Drawn {
        adjust: asked_for(),
        kind: asked_for(),
        scale: asked_for(),
        volume: asked_for(),
        ind: asked_for(),
        compare: asked_for(),
    };
    for page in [dashboard_of(quoted), history(&shell(false), &asked).unwrap()] {
        assert!(!page.contains("<img"), "{page}");
    }
}

#[test]
fn history_is_summed_up_over_the_period() {
    let page = history_of(Ok(answer(3, Interval::D1)));
    has(&page, "<title>7,002.00 EUR · CAC 40, 1 month · MarketPulse</title>");
    has(&page, "+2.00 (+0.03\u{a0}%)");
    has(&page, "7,000.00</span> <span class=\"faint\" data-slot=\"first-when\">2 Jan 2025</span>");
    has(
        &page,
        "7,002.00</span> <span class=\"faint\" data-slot=\"last-when\">4 Jan 2025, so far</span>",
    );
    has(
        &page,
        "<time data-slot=\"received\" datetime=\"2025-10-29T12:00:01Z\">29 Oct 2025, 12:00:01 UTC</time>",
    );
    has(&page, "data-bars=\"/marketpulse/v1/bars/CAC40?interval=1d&#38;period=1mo\"");
}

#[test]
fn bars_shorter_than_a_day_show_the_exchange_s_own_time() {
    let page = history_of(Ok(answer(2, Interval::H1)));
    has(&page, "Time (Europe/Paris)");
    has(&page, "<th scope=\"row\">2 Jan 2025, 09:00</th>");
    has(&page, "data-time-zone=\"Europe/Paris\"");
    has(&page, "<p class=\"clock\">Times: Europe/Paris, UTC+01</p>");
    assert!(!history_of(Ok(answer(2, Interval::D1))).contains("class=\"clock\""));
}

#[test]
fn the_change_of_one_day_is_counted_from_the_close_before() {
    let mut asked = view(Ok(answer(3, Interval::H1).into()));
    asked.previous = Some(price(7_010.0));
    let page = history(&shell(false), &asked).unwrap();
    has(&page, "−8.00 (−0.11\u{a0}%)");
    has(&page, "data-slot=\"since\">since previous close</span>");
    has(&page, "data-direction=\"down\"");
    has(&page, "data-previous=\"7010\"");
}

#[test]
fn what_no_source_has_answered_yet_is_asked_for_again_with_and_without_scripts() {
    let mut asked = view(Err(message()));
    asked.outcome = Outcome::Coming;
    let page = history(&shell(false), &asked).unwrap();
    has(&page, "Asking for prices of CAC40");
    has(&page, "<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>");
    has(&page, "<form id=\"choice\"");
    let there = history_of(Ok(answer(3, Interval::D1)));
    assert!(!there.contains("http-equiv=\"refresh\""), "{there}");
}

#[test]
fn a_reader_s_colours_are_there_with_the_first_paint() {
    for (value, marked) in
        [("dark", " data-theme=\"dark\""), ("light", " data-theme=\"light\""), ("x", "")]
    {
        let shell = Shell { theme: Theme::read(value), ..shell(false) };
        let page = home(&shell, &home_view(Vec::new())).unwrap();
        has(&page, &format!("<html lang=\"en\"{marked}>"));
    }
}

#[test]
fn the_table_holds_the_newest_hundred_and_only_columns_with_figures() {
    let page = history_of(Ok(answer(130, Interval::H1)));
    assert_eq!(page.matches("<th scope=\"row\">").count(), 100);
    has(&page, "the newest 100 of 130");
    assert!(page.find("7,129.00</td>") < page.find("7,030.00</td>"), "newest first");
    assert!(!page.contains(">Open</th>") && !page.contains(">Volume</th>"));
}

#[test]
fn a_column_appears_where_a_single_bar_has_a_figure_for_it() {
    let mut answer = answer(0, Interval::D1);
    let mut known = bar(0, 1, Interval::H1);
    (known.low, known.volume) = (Some(price(6_999.5)), Some(12_000.0));
    answer.series = Series::new(answer.series.head.clone(), vec![known]);
    let page = history_of(Ok(answer));
    has(&page, "<td></td><td></td><td>6,999.50</td><td>7,000.00</td><td>12,000</td>");
}

#[test]
fn an_empty_stretch_is_reported_with_ways_on() {
    let page = history_of(Ok(answer(0, Interval::D1)));
    has(&page, "CAC 40 exists, and had no prices in this stretch (1 month, daily)");
    has(&page, "period=max");
}

#[test]
fn a_refusal_is_reported_with_what_may_have_been_meant() {
    let page = history_of(Err(message()));
    has(&page, "<h2>Unknown symbol</h2>");
    has(&page, "no upstream knows CAC41");
    has(&page, "symbol=M%26M.NS&#38;period=1mo\">M&#38;M.NS</a>.");
}

#[test]
fn the_form_keeps_what_was_asked_even_where_it_is_not_on_offer() {
    let mut asked = view(Err(message()));
    asked.period_text = Some("42d".into());
    asked.interval_text = Some("5m".into());
    asked.drawn.kind = Some("smoke".into());
    let page = history(&shell(false), &asked).unwrap();
    has(&page, "<input type=\"hidden\" name=\"period\" value=\"42d\">");
    has(&page, "<option value=\"5m\" selected>Every 5 min</option>");
    has(&page, "<option value=\"smoke\" selected>smoke</option>");
    assert_eq!(page.matches("aria-current=\"true\"").count(), 0);
}

#[test]
fn periods_keep_the_rest_of_what_was_chosen() {
    let mut asked = view(Ok(answer(3, Interval::D1).into()));
    asked.drawn.ind = Some("sma:20,rsi:14".into());
    asked.drawn.compare = Some("EUR/USD".into());
    let page = history(&shell(false), &asked).unwrap();
    has(&page, "period=1y&#38;ind=sma%3A20%2Crsi%3A14&#38;compare=EUR%2FUSD\" data-period=\"1y\"");
    has(
        &page,
        "data-period=\"1mo\" aria-label=\"1 month\" title=\"1 month\" aria-current=\"true\"",
    );
    has(&page, "data-panes=\"1\"");
}

#[test]
fn an_interval_that_is_not_offered_is_reported_with_ones_that_are() {
    let detail = "interval: 1m bars reach back 7 days at most".to_owned();
    let mut asked = view(Err(Message { detail, is_about_interval: true, ..message() }));
    asked.interval_text = Some("1m".into());
    asked.period_text = Some("1y".into());
    let page = history(&shell(false), &asked).unwrap();
    has(&page, "period=1y&#38;interval=1d\">1 year in daily bars</a>");
    has(&page, "period=5d&#38;interval=1m\">the newest 5 days, every minute</a>");
}

#[test]
fn old_history_says_how_old_it_is() {
    let mut asked = view(Ok(answer(3, Interval::D1).into()));
    asked.freshness = Freshness::Stale;
    let page = history(&shell(false), &asked).unwrap();
    has(&page, "Not up to date: received 3\u{a0}min ago");
}

#[test]
fn a_part_says_what_it_lacks() {
    let mut part = answer(3, Interval::D1);
    part.kept = Kept::of(1, true, Vec::new());
    let page = history(&shell(false), &view(Ok(part.into()))).unwrap();
    has(&page, "Of what was asked for this is a part: ");
    let whole = history(&shell(false), &view(Ok(answer(30, Interval::H1).into()))).unwrap();
    assert!(!whole.contains("Of what was asked for"));
}
