//! What other sources knew better of a history at any instant, and how that ended.

use market::{Fault, Repair, RepairEnd, RepairsQuery, Source};

use crate::Backend;
use crate::values::{at, bar, price, second};

/// A bar with every figure that is kept of one that takes another's place.
fn repair(date: &str) -> Repair {
    let right = market::Bar { adj_close: None, ..bar(date, 268.81) };
    Repair {
        symbol: "AAPL".parse().unwrap(),
        source: Source::new("yahoo"),
        date: right.date,
        fault: Fault::Close(price(2.688_1)),
        close: right.close,
        bar: Some(right),
        by: Source::new("ecb"),
        confirmed_by: Some(Source::new("demo")),
        currency: "USD".parse().unwrap(),
        served: true,
        since: second(0),
    }
}

fn hole(date: &str) -> Repair {
    let before = (at("2025-10-24T00:00:00Z").to_zoned(jiff::tz::TimeZone::UTC).date(), price(1.0));
    let after = (before.0.saturating_add(jiff::ToSpan::days(9)), price(2.0));
    let fault = Fault::Missing { before, after };
    Repair { fault, bar: None, confirmed_by: None, served: false, ..repair(date) }
}

pub(crate) async fn a_repair_comes_back_whole_and_is_known_until_it_ends(backend: &dyn Backend) {
    let store = backend.open();
    let one = repair("2025-10-27");
    let other = Repair { since: second(5), ..hole("2025-10-28") };
    store.begin_repair(&one).await.unwrap();
    store.begin_repair(&other).await.unwrap();
    store.end_repair(&one, second(60), RepairEnd::Corrected).await.unwrap();
    drop(store);
    let store = backend.open();
    let at = async |seconds| store.repairs(Some(&one.symbol), Some(second(seconds))).await.unwrap();
    assert_eq!(at(-1).await, []);
    assert_eq!(at(0).await, std::slice::from_ref(&one));
    assert_eq!(at(59).await, [one.clone(), other.clone()]);
    assert_eq!(at(60).await, std::slice::from_ref(&other));
    assert_eq!(store.repairs(None, None).await.unwrap(), std::slice::from_ref(&other));
    let msft = "MSFT".parse().unwrap();
    assert_eq!(store.repairs(Some(&msft), Some(second(59))).await.unwrap(), []);
    store.check().await.unwrap();
}

pub(crate) async fn another_repair_takes_the_place_of_that_of_the_same_bar(backend: &dyn Backend) {
    let store = backend.open();
    let first = repair("2025-10-27");
    let next = Repair { served: false, since: second(9), ..first.clone() };
    store.begin_repair(&first).await.unwrap();
    store.begin_repair(&next).await.unwrap();
    assert_eq!(store.repairs(None, Some(second(8))).await.unwrap(), [first]);
    assert_eq!(store.repairs(None, None).await.unwrap(), [next]);
    let told = store.repair_records(&RepairsQuery::ALL).await.unwrap();
    let ended: Vec<_> = told.iter().map(|it| it.ended).collect();
    assert_eq!(ended, [None, Some((second(9), RepairEnd::Replaced))]);
}

pub(crate) async fn repairs_are_listed_by_instrument_and_page(backend: &dyn Backend) {
    let store = backend.open();
    let aapl = ["2025-10-27", "2025-10-28", "2025-10-29"].map(repair);
    let msft = Repair { symbol: "MSFT".parse().unwrap(), ..repair("2025-10-27") };
    for (n, it) in (0..).zip(aapl.iter().chain([&msft])) {
        store.begin_repair(&Repair { since: second(n), ..it.clone() }).await.unwrap();
    }
    store.end_repair(&aapl[2], second(10), RepairEnd::Undone).await.unwrap();
    let told = async |query: RepairsQuery| {
        let told = store.repair_records(&query).await.unwrap();
        told.iter()
            .map(|it| it.repair.since.duration_since(second(0)).as_secs())
            .collect::<Vec<_>>()
    };
    assert_eq!(told(RepairsQuery::ALL).await, [3, 2, 1, 0]);
    assert_eq!(told(RepairsQuery { in_force: true, ..RepairsQuery::ALL }).await, [3, 1, 0]);
    let of_aapl = RepairsQuery { symbol: "AAPL".parse().ok(), ..RepairsQuery::ALL };
    assert_eq!(told(of_aapl).await, [2, 1, 0]);
    let first = RepairsQuery { most: 2, ..RepairsQuery::ALL };
    let first = store.repair_records(&first).await.unwrap();
    assert_eq!(told(RepairsQuery { before: first[1].number, ..RepairsQuery::ALL }).await, [1, 0]);
}
