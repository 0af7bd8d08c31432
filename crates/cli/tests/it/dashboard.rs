//! The dashboard that an address asks for, over fake upstreams.

use crate::world::World;

const DASHBOARD: &str = "/marketpulse/dashboard";

async fn page(world: &World, query: &str) -> String {
    let answer = world.get(&format!("{DASHBOARD}?{query}")).await;
    assert_eq!(answer.status, 200);
    answer.body
}

/// What is listed, in the order shown.
fn listed(page: &str) -> Vec<&str> {
    let tiles = page.split(" data-symbol=\"").skip(1);
    tiles.filter_map(|rest| rest.split('"').next()).collect()
}

#[track_caller]
fn has(page: &str, text: &str) {
    assert!(page.contains(text), "{text:?} is missing in:\n{page}");
}

#[tokio::test]
async fn any_symbols_are_shown_with_their_prices_once_in_whatever_spellings() {
    let world = World::production().await;
    let asked = format!("{DASHBOARD}?symbols=AAPL,EURUSD%3DX,eur/usd,^FCHI");
    let page = world.page(&asked).await.body;
    assert_eq!(listed(&page), ["AAPL", "EUR/USD", "CAC40"]);
    assert_eq!(page.matches("data-slot=\"price\" value=").count(), 3);
    assert!(!page.contains("no value"), "{page}");
    has(&page, "name=\"symbols\" value=\"AAPL,EUR/USD,CAC40\"");
    has(&page, "href=\"/marketpulse/dashboard?symbols=AAPL,CAC40\" data-remove=\"EUR/USD\"");
}

#[tokio::test]
async fn what_is_added_stands_after_the_watchlist_or_after_ones_own() {
    let world = World::production().await;
    assert_eq!(listed(&page(&world, "add=AAPL").await), ["EUR/USD", "CAC40", "BTC/EUR", "AAPL"]);
    assert_eq!(listed(&page(&world, "symbols=AAPL&add=CAC40").await), ["AAPL", "CAC40"]);
    assert_eq!(listed(&page(&world, "symbols=,&add=CAC40").await), ["CAC40"]);
}

#[tokio::test]
async fn an_unknown_symbol_is_reported_with_what_may_have_been_meant() {
    let world = World::production().await;
    world.refresh().await;
    world.upstream.unknown("CAC41");
    let page = world.page(&format!("{DASHBOARD}?symbols=CAC41,CAC40")).await.body;
    assert_eq!(listed(&page), ["CAC41", "CAC40"]);
    has(&page, "Did you mean <a href=\"/marketpulse/dashboard?symbols=CAC40\" data-instead>");
}

#[tokio::test]
async fn a_text_that_is_no_symbol_stands_in_nobodys_way() {
    let world = World::production().await;
    let page = page(&world, "symbols=%3Cimg%3E,CAC40&chart=%3Cb%3E&sort=x&view=y").await;
    assert_eq!(listed(&page), ["&#60;img&#62;", "CAC40"]);
    has(&page, "“&#60;b&#62;” is not a symbol");
    assert!(!page.contains("<img"), "{page}");
}

#[tokio::test]
async fn more_than_a_page_holds_are_said_to_be_left_out() {
    let world = World::production().await;
    let symbols: Vec<String> = (0..53).map(|n| format!("S{n}")).collect();
    let page = page(&world, &format!("view=table&symbols={}", symbols.join(","))).await;
    assert_eq!(listed(&page).len(), 50);
    has(&page, "3 more were listed; the first 50 are shown.");
}

#[tokio::test]
async fn the_chart_is_the_cac_40_s_where_it_is_shown_and_nothing_else_was_chosen() {
    let world = World::production().await;
    has(&page(&world, "").await, "data-charted=\"CAC40\"");
    has(&page(&world, "symbols=AAPL,MSFT").await, "data-charted=\"AAPL\"");
    has(&page(&world, "chart=BTC-EUR").await, "data-charted=\"BTC/EUR\"");
    has(&page(&world, "symbols=,").await, "There is nothing to draw");
}
