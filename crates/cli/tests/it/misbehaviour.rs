//! What upstreams say that is not so, or is so no longer, and what the service says
//! then.

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use serde_json::Value;
use simulator::{Fault, Tale};

use crate::world::World;

/// Long enough for every answer to be asked for anew, one about past days too.
const LATER: SignedDuration = SignedDuration::from_hours(25);

/// A stretch that has ended.
const OCTOBER: &str = "bars/AAPL?from=2025-10-01&to=2025-10-24";

async fn told(world: &World, target: &str) -> Value {
    let answer = world.get(&format!("/marketpulse/v1/{target}")).await;
    assert_eq!(answer.status, 200, "{target}: {}", answer.body);
    answer.json()
}

/// What is told once whatever was asked behind the reader has come.
async fn settled(world: &World, target: &str) -> Value {
    told(world, target).await;
    while world.app.engine.is_asking() {
        tokio::task::yield_now().await;
    }
    told(world, target).await
}

async fn later(world: &World, target: &str) -> Value {
    world.advance(LATER);
    settled(world, target).await
}

fn dates(told: &Value) -> Vec<Date> {
    let of = |bar: &Value| bar["date"].as_str().unwrap().parse().unwrap();
    told["bars"].as_array().unwrap().iter().map(of).collect()
}

fn closes(told: &Value) -> Vec<Value> {
    told["bars"].as_array().unwrap().iter().map(|bar| bar["close"].clone()).collect()
}

/// Each row's members of these names.
fn rows(told: &Value, table: &str, names: &[&str]) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |row: &Value| names.iter().map(|name| text(&row[*name])).collect();
    told[table].as_array().unwrap().iter().map(row).collect()
}

fn tell(world: &World, symbol: &str, tale: Tale) {
    world.upstream.fail(symbol, Fault::Tale(tale), None);
}

#[tokio::test]
async fn all_there_is_comes_in_days_though_its_name_brings_months() {
    let world = World::production().await;
    world.upstream.fail("AAPL", Fault::Months, None);
    let all = settled(&world, "bars/AAPL?period=max").await;
    assert_eq!((&all["interval"], &all["complete"]), (&"1d".into(), &true.into()));
    assert!(dates(&all).len() > 5_000, "{}", dates(&all).len());
}

#[tokio::test]
async fn a_bar_taken_back_is_a_hole_and_is_known_as_of_before() {
    let world = World::production().await;
    let before = settled(&world, OCTOBER).await;
    let gone = date(2025, 10, 15);
    tell(&world, "AAPL", Tale::Withdrawn(gone));
    let since = later(&world, OCTOBER).await;
    let kept: Vec<Date> = dates(&before).into_iter().filter(|it| *it != gone).collect();
    assert_eq!(dates(&since), kept);
    let holes = rows(&since["coverage"], "holes", &["from", "to"]);
    assert_eq!(holes, [["2025-10-15", "2025-10-15"]], "{}", since["coverage"]);
    let versions = told(&world, "bars/AAPL/versions?date=2025-10-15").await;
    let whys = rows(&versions, "versions", &["why"]).concat();
    assert_eq!(whys, ["first", "withdrawn"]);
    let then = told(&world, &format!("{OCTOBER}&as_of=2025-10-29T12:00:01Z")).await;
    assert_eq!(closes(&then), closes(&before));
    world.upstream.heal();
    assert_eq!(closes(&later(&world, OCTOBER).await), closes(&before), "and it is back");
}

#[tokio::test]
async fn a_bar_whose_stamp_moves_stays_one_bar() {
    let world = World::production().await;
    let before = settled(&world, OCTOBER).await;
    tell(&world, "AAPL", Tale::Restamped(date(2025, 10, 15)));
    let since = later(&world, OCTOBER).await;
    assert_eq!((dates(&since), closes(&since)), (dates(&before), closes(&before)));
    assert_eq!(since["complete"], true);
    let versions = told(&world, "bars/AAPL/versions?date=2025-10-15").await;
    assert_eq!(rows(&versions, "versions", &["why"]).concat(), ["first", "restamped"]);
}

#[tokio::test]
async fn an_action_that_moves_happens_once_and_one_taken_back_never() {
    let world = World::production().await;
    let actions = "actions/AAPL?from=2024-01-01";
    let before = rows(&settled(&world, actions).await, "actions", &["ex_date", "amount"]);
    let from: Date = before[1][0].parse().unwrap();
    let to = from.tomorrow().unwrap();
    tell(&world, "AAPL", Tale::Moved(from, to));
    let moved = rows(&later(&world, actions).await, "actions", &["ex_date", "amount"]);
    let mut expected = before.clone();
    expected[1][0] = to.to_string();
    assert_eq!(moved, expected);
    let versions = told(&world, &format!("actions/AAPL/versions?from={from}&to={to}")).await;
    let whys = rows(&versions, "versions", &["ex_date", "why"]);
    let on = |date: Date, why: &str| vec![date.to_string(), why.to_owned()];
    assert_eq!(whys, [on(from, "first"), on(from, "moved"), on(to, "moved")]);
    world.upstream.heal();
    tell(&world, "AAPL", Tale::Untold(from));
    let untold = rows(&later(&world, actions).await, "actions", &["ex_date", "amount"]);
    expected.remove(1);
    assert_eq!(untold, expected);
}

#[tokio::test]
async fn half_an_answer_is_a_part_and_takes_nothing_back() {
    let world = World::production().await;
    tell(&world, "AAPL", Tale::Half);
    let half = settled(&world, OCTOBER).await;
    assert_eq!(half["complete"], false, "{half}");
    assert_ne!(half["freshness"], "fresh");
    world.upstream.heal();
    let whole = later(&world, OCTOBER).await;
    assert_eq!((&whole["complete"], &whole["freshness"]), (&true.into(), &"fresh".into()));
    tell(&world, "AAPL", Tale::Half);
    assert_eq!(closes(&later(&world, OCTOBER).await), closes(&whole));
}

#[tokio::test]
async fn what_is_left_out_or_refused_in_words_is_not_unknown() {
    for fault in [Fault::LeftOut, Fault::Refused] {
        let world = World::production().await;
        let target = "quotes?symbols=AAPL,MSFT";
        world.upstream.fail("", fault.clone(), None);
        let first = told(&world, target).await;
        for row in first["quotes"].as_array().unwrap() {
            assert_ne!(row["reason"], "unknown_symbol", "{fault:?}: {row}");
        }
        world.upstream.heal();
        world.advance(SignedDuration::from_mins(11));
        let quotes = rows(&settled(&world, target).await, "quotes", &["freshness"]).concat();
        assert_eq!(quotes, ["fresh", "fresh"], "{fault:?}");
    }
}

#[tokio::test]
async fn a_first_price_that_its_own_answer_contradicts_is_not_shown() {
    let world = World::production().await;
    tell(&world, "AAPL", Tale::HundredfoldPrice);
    let answer = world.get("/marketpulse/v1/quotes?symbols=AAPL").await.json();
    assert_eq!(answer["quotes"][0]["price"], Value::Null, "{answer}");
    world.upstream.heal();
    world.advance(SignedDuration::from_mins(11));
    let quote = &settled(&world, "quotes/AAPL").await["quotes"][0];
    let true_price = world.upstream.market().price("AAPL", "2025-10-29T12:11:00Z".parse().unwrap());
    assert_eq!(quote["price"].as_f64(), Some(true_price));
    assert_eq!(quote["freshness"], "fresh");
}

#[tokio::test]
async fn the_truth_is_shown_within_one_interval_whatever_was_believed() {
    let world = World::production().await;
    tell(&world, "AAPL", Tale::Hundredfold);
    let lie = settled(&world, "quotes/AAPL").await["quotes"][0].clone();
    let lied = settled(&world, OCTOBER).await;
    world.upstream.heal();
    // Ten times as long while the market is closed.
    world.advance(SignedDuration::from_mins(101));
    let quote = settled(&world, "quotes/AAPL").await["quotes"][0].clone();
    let true_price = world.upstream.market().price("AAPL", "2025-10-29T13:41:00Z".parse().unwrap());
    assert_eq!(quote["price"].as_f64(), Some(true_price));
    assert!(lie["price"].as_f64().unwrap() > 90.0 * true_price, "{lie}");
    let bars = later(&world, OCTOBER).await;
    let times = |it: &Value| (it.as_f64().unwrap() * 100.0).round();
    let hundredfold: Vec<f64> = closes(&bars).iter().map(times).collect();
    let lied: Vec<f64> = closes(&lied).iter().map(|it| it.as_f64().unwrap().round()).collect();
    assert_eq!(lied, hundredfold);
}

#[tokio::test]
async fn a_disputed_history_is_not_fresh_over_a_restart_and_as_of_then() {
    let mut world = World::production().await;
    let before = settled(&world, OCTOBER).await;
    tell(&world, "AAPL", Tale::Hundredfold);
    let lied = later(&world, OCTOBER).await;
    assert_eq!(lied["freshness"], "stale", "{lied}");
    assert_ne!(closes(&lied), closes(&before));
    world.restart().await;
    let again = told(&world, OCTOBER).await;
    assert_eq!((&again["freshness"], closes(&again)), (&"stale".into(), closes(&lied)));
    world.upstream.heal();
    let healed = later(&world, OCTOBER).await;
    assert_eq!((&healed["freshness"], closes(&healed)), (&"fresh".into(), closes(&before)));
    for (at, then) in [("29T12:00:01", &before), ("30T13:00:01", &lied), ("31T14:00:00", &healed)] {
        let told = told(&world, &format!("{OCTOBER}&as_of=2025-10-{at}Z")).await;
        assert_eq!(told["freshness"], then["freshness"], "{at}");
        assert_eq!(closes(&told), closes(then), "{at}");
    }
}

#[tokio::test]
async fn the_evening_before_a_week_belongs_to_its_first_day() {
    let world = World::production().await;
    // Sunday, 2 November, at 18:30 in New York.
    world.advance(SignedDuration::from_hours(4 * 24) + SignedDuration::from_mins(11 * 60 + 30));
    tell(&world, "GC=F", Tale::SundayEvening);
    let target = "bars/GC=F?period=1mo";
    let evening = settled(&world, target).await;
    assert_eq!(dates(&evening).last(), Some(&date(2025, 11, 3)));
    assert!(!dates(&evening).contains(&date(2025, 11, 2)));
    world.upstream.heal();
    world.advance(SignedDuration::from_hours(20));
    let monday = settled(&world, target).await;
    let days: Vec<Date> =
        dates(&monday).into_iter().filter(|it| *it > date(2025, 10, 31)).collect();
    assert_eq!(days, [date(2025, 11, 3)]);
}

#[tokio::test]
async fn what_is_paid_in_another_currency_says_so() {
    let world = World::production().await;
    tell(&world, "VOD.L", Tale::PaidIn("USD"));
    let actions = settled(&world, "actions/VOD.L?from=2024-01-01").await;
    let paid = rows(&actions, "actions", &["currency"]).concat();
    assert!(!paid.is_empty() && paid.iter().all(|it| it == "USD"), "{actions}");
    let bars = settled(&world, "bars/VOD.L?period=1mo").await;
    assert_eq!(bars["currency"], "GBp");
}
