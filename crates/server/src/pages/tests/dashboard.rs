use market::{Freshness, Quote};

use super::*;

#[test]
fn a_card_says_price_change_source_and_age() {
    let page = dashboard_of(card("CAC40", Some(7_150.094), 7_162.0));
    has(&page, "value=\"7150.094\">7,150.09</data>");
    has(&page, "−11.91 (−0.17\u{a0}%)");
    has(&page, "since previous close");
    has(&page, "data-direction=\"down\"");
    has(&page, "data-slot=\"range\">7,120.10 – 7,160.22</span>");
    has(&page, "r=\"5\" cx=\"74.8%\"/>");
    has(&page, "datetime=\"2025-10-29T12:00:00Z\">3\u{a0}min</time>");
    has(&page, "market open");
}

#[test]
fn a_missing_price_is_no_value_with_the_reason_and_never_a_number() {
    let page = dashboard_of(card("BTC/EUR", None, 1.0));
    has(&page, "<data data-slot=\"price\">no value</data>");
    has(&page, "yahoo cannot be reached");
    has(&page, "data-freshness=\"missing\"");
    assert!(!page.contains("0.00"), "{page}");
}

#[test]
fn a_card_says_why_its_price_is_old_or_disputed() {
    let mut old = card("CAC40", Some(7_150.0), 7_100.0);
    old.freshness = Freshness::Stale;
    old.because = Some(reason("yahoo has nothing newer than 29 Oct 2025, 12:00:00 UTC"));
    old.rival = old.quote.clone().map(|quote| Quote { price: price(7_300.5), ..quote });
    let note = "<p class=\"remark sentence\" data-slot=\"note\">";
    let text =
        "yahoo has nothing newer than 29 Oct 2025, 12:00:00 UTC; disputed: yahoo says 7,300.50 EUR";
    has(&dashboard_of(old), &format!("{note}{text}</p>"));
    has(&dashboard_of(card("CAC40", Some(1.0), 1.0)), &format!("{note}</p>"));
}

#[test]
fn what_is_not_known_of_a_price_is_not_made_up() {
    let mut bare = card("CAC40", Some(7_150.0), 1.0);
    bare.age = None;
    let quote = bare.quote.as_mut().unwrap();
    (quote.previous, quote.day_low, quote.currency) = (None, None, None);
    let page = dashboard_of(bare);
    has(&page, "no earlier price known");
    has(&page, "data-slot=\"unit\"></span>");
    has(&page, "data-slot=\"range\">–</span>");
    has(&page, "<circle data-slot=\"mark\" cy=\"7\"/>");
    has(&page, ">unknown</time>");
}

fn table_of(tiles: Vec<Tile>) -> String {
    super::dashboard(&shell(false), &dashboard_view("view=table", tiles)).unwrap()
}

fn of(query: &str, symbols: &[(&str, f64)]) -> String {
    let tiles = symbols.iter().map(|(symbol, now)| tile(card(symbol, Some(*now), 100.0)));
    super::dashboard(&shell(false), &dashboard_view(query, tiles.collect())).unwrap()
}

fn order(page: &str) -> Vec<&str> {
    let tiles = page.split("tile\" data-symbol=\"").skip(1);
    tiles.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn a_row_of_the_table_says_what_a_card_says() {
    let page = table_of(vec![tile(card("CAC40", Some(7_150.094), 7_162.0))]);
    has(&page, "value=\"7150.094\">7,150.09</data>");
    has(&page, "data-slot=\"moved\">−11.91</span>");
    has(&page, "data-slot=\"percent\">−0.17\u{a0}%</span>");
    has(&page, "3\u{a0}min</time>");
    has(&page, "data-slot=\"market\">market open</span>");
    assert!(!page.contains("<article"), "{page}");
}

#[test]
fn instruments_stand_in_the_order_asked_for_and_under_their_kinds() {
    let all = [("EUR/USD", 101.0), ("CAC40", 99.0), ("USD/JPY", 103.0)];
    assert_eq!(order(&of("", &all)), ["EUR/USD", "CAC40", "USD/JPY"]);
    assert_eq!(order(&of("sort=change", &all)), ["USD/JPY", "EUR/USD", "CAC40"]);
    let page = of("sort=-change&group=kind", &all);
    assert_eq!(order(&page), ["CAC40", "EUR/USD", "USD/JPY"]);
    has(&page, "<h2>Indices</h2>");
    has(&page, "<h2>Currencies</h2>");
    has(&page, "value=\"-change\" selected>");
}

#[test]
fn a_head_leads_to_the_order_of_its_column_and_says_which_way_it_stands() {
    let page = of("view=table&sort=price", &[("EUR/USD", 101.0), ("CAC40", 99.0)]);
    has(
        &page,
        "data-column=\"price\" aria-sort=\"descending\"><a href=\"/marketpulse/dashboard?sort=-price&#38;view=table\" data-order>Price</a>",
    );
    has(&page, "data-column=\"age\"><a href=\"/marketpulse/dashboard?sort=age&#38;view=table\"");
    has(&page, "<option value=\"price\" selected>price, highest first</option>");
}

#[test]
fn columns_that_were_not_chosen_are_named_to_the_style_sheet() {
    let page = of("view=table&columns=change,age", &[("CAC40", 99.0)]);
    has(&page, "data-without=\"percent range day state\"");
    has(&page, "name=\"columns\" value=\"age\" checked>");
    has(&of("view=table", &[("CAC40", 99.0)]), "data-without=\"\"");
}

#[test]
fn the_tab_says_the_price_of_the_chart_and_what_speaks_against_it() {
    let fresh = card("CAC40", Some(7_150.09), 7_100.0);
    has(&dashboard_of(fresh), "<title>7,150.09 EUR · CAC 40 · Dashboard · MarketPulse</title>");
    let old = Card { freshness: Freshness::Stale, ..card("CAC40", Some(7_150.09), 7_100.0) };
    has(&dashboard_of(old), "<title>7,150.09 EUR (stale) · CAC 40 · Dashboard");
}

#[test]
fn what_is_removed_or_charted_is_an_address_of_its_own() {
    let page = of("view=table", &[("EUR/USD", 101.0), ("CAC40", 99.0)]);
    has(
        &page,
        "href=\"/marketpulse/dashboard?symbols=CAC40&#38;view=table\" data-remove=\"EUR/USD\"",
    );
    has(
        &page,
        "href=\"/marketpulse/dashboard?chart=EUR/USD&#38;view=table\" data-chart=\"EUR/USD\"",
    );
    has(&page, "data-chart=\"CAC40\" aria-current=\"true\"");
}

#[test]
fn the_chart_s_closes_are_asked_for_once_and_as_early_as_can_be() {
    let page = dashboard_of(card("CAC40", Some(7_150.0), 7_100.0));
    let closes = "/marketpulse/v1/bars/CAC40?interval=1d&#38;period=1mo&#38;fields=date%2Cclose&#38;format=columns\"";
    has(&page, &format!("data-src=\"{closes}"));
    let early = format!("<link rel=\"preload\" as=\"fetch\" href=\"{closes}");
    assert_eq!(page.contains(&early), assets::has_script("dashboard"), "{page}");
    let wall = of("wall", &[("CAC40", 1.0)]);
    assert!(!wall.contains("as=\"fetch\""), "{wall}");
}

#[test]
fn a_wall_knows_at_once_how_many_share_it() {
    for (count, crowd) in [(1, "few"), (12, "few"), (13, "many"), (25, "most")] {
        let names: Vec<String> = (0..count).map(|n| format!("S{n}")).collect();
        let all: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 1.0)).collect();
        has(&of("wall", &all), &format!("data-count=\"{count}\" data-crowd=\"{crowd}\""));
    }
}

#[test]
fn a_price_that_is_being_asked_for_is_not_called_missing() {
    let pending = || {
        let because = Reason { name: "pending", detail: "no source has been asked yet".into() };
        Card { because: Some(because), ..card("CAC40", None, 1.0) }
    };
    for page in [table_of(vec![tile(pending())]), dashboard_of(pending())] {
        has(&page, "data-state=\"loading\"");
        has(&page, "data-slot=\"badge\">asking</span>");
    }
}

#[test]
fn an_unknown_symbol_is_reported_with_what_may_have_been_meant_in_its_place() {
    let mut unknown = card("CAC41", None, 1.0);
    unknown.because = Some(reason("yahoo knows no such symbol"));
    let near = vec!["CAC40".to_owned()];
    let unknown = Tile::Known { card: Box::new(unknown), doubted: false, near };
    let page = table_of(vec![tile(card("EUR/USD", Some(1.0), 1.0)), unknown]);
    has(&page, "yahoo knows no such symbol");
    has(&page, "?symbols=EUR/USD,CAC40&#38;view=table\" data-instead>CAC40</a>");
}

#[test]
fn a_text_that_is_no_symbol_is_text_with_the_reason_and_a_way_to_remove_it() {
    let nasty = "<img src=x>";
    for query in ["", "view=table"] {
        let refused = Tile::Refused(NoSymbol { text: nasty.into(), why: "'<' cannot be".into() });
        let mut view = dashboard_view(query, vec![refused]);
        view.chart = Some(Err(NoSymbol { text: nasty.into(), why: "'<' cannot be".into() }));
        let page = super::dashboard(&shell(false), &view).unwrap();
        assert!(!page.contains("<img"), "{page}");
        has(&page, "not a symbol");
        has(&page, "&#39;&#60;&#39; cannot be");
        has(&page, "data-remove=\"&#60;img src=x&#62;\"");
    }
}

#[test]
fn a_price_that_is_held_back_or_disputed_is_marked_with_a_word() {
    let mut disputed = card("CAC40", Some(7_150.0), 7_100.0);
    disputed.rival = disputed.quote.clone();
    has(&dashboard_of(disputed), "data-slot=\"doubt\">disputed</span>");
    let card = Box::new(card("CAC40", Some(7_150.0), 7_100.0));
    let held_back = Tile::Known { card, doubted: true, near: Vec::new() };
    has(&table_of(vec![held_back]), "data-slot=\"doubt\">newer one held back</span>");
}

#[test]
fn an_empty_dashboard_says_how_to_fill_it() {
    let mut view = dashboard_view("symbols=,", Vec::new());
    view.chart = None;
    let page = super::dashboard(&shell(false), &view).unwrap();
    has(&page, "Your list is empty.");
    has(&page, "There is nothing to draw");
    view.choice = Choice::read("");
    has(&super::dashboard(&shell(false), &view).unwrap(), "MARKETPULSE_WATCHLIST");
}

#[test]
fn the_wall_has_a_chart_only_where_one_is_chosen() {
    let page = of("wall", &[("CAC40", 99.0)]);
    has(&page, " data-wall>");
    assert!(!page.contains("id=\"charted\""), "{page}");
    has(&of("wall&chart=CAC40", &[("CAC40", 99.0)]), "id=\"charted\"");
}
