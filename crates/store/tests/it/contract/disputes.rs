//! Which prices and histories were disputed at any instant, by whom, and how that ended.

use jiff::Timestamp;
use market::{
    Differs, Dispute, DisputedClose, DisputesQuery, Interval, Matter, Outcome, Price, Quote,
    Showing, Shown, Source, Store,
};

use super::shown::{persist, shown};
use crate::Backend;
use crate::values::{quote, second};

fn all() -> DisputesQuery {
    DisputesQuery { symbol: None, since: None, is_open: false, before: u64::MAX, most: usize::MAX }
}

fn of_history() -> Dispute {
    Dispute {
        symbol: "AAPL".parse().unwrap(),
        interval: Interval::D1,
        source: Source::new("yahoo"),
        differs: Differs::ByFactor(100.0),
        since: second(0),
    }
}

pub(crate) async fn a_dispute_is_known_until_it_ends(backend: &dyn Backend) {
    let store = backend.open();
    let begun = of_history();
    let other = Dispute { interval: Interval::Wk1, since: second(5), ..begun.clone() };
    store.begin_dispute(&begun).await.unwrap();
    store.begin_dispute(&other).await.unwrap();
    store.end_dispute(&begun, second(60), Outcome::GaveWay).await.unwrap();
    drop(store);
    let store = backend.open();
    let at = async |seconds| store.disputes(Some(&begun.symbol), Some(second(seconds))).await;
    assert_eq!(at(-1).await.unwrap(), []);
    assert_eq!(at(0).await.unwrap(), std::slice::from_ref(&begun));
    assert_eq!(at(59).await.unwrap(), [begun.clone(), other.clone()]);
    assert_eq!(at(60).await.unwrap(), std::slice::from_ref(&other));
    assert_eq!(store.disputes(None, None).await.unwrap(), std::slice::from_ref(&other));
    let msft = "MSFT".parse().unwrap();
    assert_eq!(store.disputes(Some(&msft), Some(second(59))).await.unwrap(), []);
}

pub(crate) async fn another_factor_is_another_dispute_of_the_same_history(backend: &dyn Backend) {
    let store = backend.open();
    let first = of_history();
    let next = Dispute { differs: Differs::ByFactor(0.01), since: second(9), ..first.clone() };
    store.begin_dispute(&first).await.unwrap();
    store.begin_dispute(&next).await.unwrap();
    assert_eq!(store.disputes(None, Some(second(8))).await.unwrap(), [first]);
    assert_eq!(store.disputes(None, None).await.unwrap(), [next]);
    let told = store.disputed(&all()).await.unwrap();
    let told: Vec<_> = told.iter().map(|it| (it.since, it.until, it.outcome)).collect();
    let ended = (second(0), Some(second(9)), Some(Outcome::Neither));
    assert_eq!(told, [(second(9), None, None), ended]);
}

fn of_close(day: i8, against: &str) -> Dispute {
    let close = DisputedClose {
        date: jiff::civil::date(2025, 10, day),
        close: price(268.5),
        against: Source::new(against),
        against_close: price(281.925),
        currency: "USD".parse().unwrap(),
    };
    Dispute { differs: Differs::Close(close), ..of_history() }
}

fn price(number: f64) -> Price {
    Price::new(number).unwrap()
}

pub(crate) async fn each_close_is_disputed_by_itself_and_by_each_source(backend: &dyn Backend) {
    let store = backend.open();
    let all_of_it = of_history();
    let [one, other, by_another] =
        [(27, "tiingo"), (28, "tiingo"), (28, "eodhd")].map(|(day, by)| of_close(day, by));
    for dispute in [&all_of_it, &one, &other, &by_another] {
        store.begin_dispute(dispute).await.unwrap();
    }
    store.end_dispute(&other, second(60), Outcome::Stood).await.unwrap();
    drop(store);
    let store = backend.open();
    let at = async |seconds| store.disputes(None, Some(second(seconds))).await.unwrap();
    assert_eq!(at(59).await, [&all_of_it, &one, &other, &by_another].map(Clone::clone));
    assert_eq!(at(60).await, [&all_of_it, &one, &by_another].map(Clone::clone));
    let told = store.disputed(&all()).await.unwrap();
    let matters: Vec<_> = told.iter().rev().map(|it| it.matter.clone()).collect();
    let matter = |it: &Dispute| Matter::History {
        interval: it.interval,
        source: it.source.clone(),
        differs: it.differs.clone(),
    };
    assert_eq!(matters, [&all_of_it, &one, &other, &by_another].map(matter));
    let outcomes: Vec<_> = told.iter().rev().map(|it| it.outcome).collect();
    assert_eq!(outcomes, [None, None, Some(Outcome::Stood), None]);
    store.check().await.unwrap();
}

/// A price of one source at a second of its own, with what is told beside it.
async fn show(store: &dyn Store, at: i64, price: f64, rivals: &[Quote], believed: Option<&Quote>) {
    let told = Shown {
        believed: believed.map(|it| Box::new(it.clone())),
        ..shown(&quote("AAPL", price, second(at)), rivals)
    };
    persist(store, &[told], second(at)).await.unwrap();
}

fn by_ecb(price: f64, at: i64) -> Quote {
    Quote { source: Source::new("ecb"), ..quote("AAPL", price, second(at)) }
}

pub(crate) async fn a_disputed_price_says_by_whom_and_how_it_ended(backend: &dyn Backend) {
    let store = backend.open();
    let (rival, before) = (by_ecb(200.0, 10), quote("AAPL", 1.0, second(30)));
    show(&*store, 0, 100.0, &[], None).await;
    show(&*store, 10, 100.0, std::slice::from_ref(&rival), None).await;
    show(&*store, 20, 101.0, std::slice::from_ref(&rival), None).await;
    show(&*store, 30, 102.0, &[], None).await;
    show(&*store, 40, 100.0, &[], Some(&before)).await;
    show(&*store, 50, 1.0, &[], None).await;
    show(&*store, 60, 100.0, &[by_ecb(200.0, 60)], None).await;
    show(&*store, 70, 150.0, &[], None).await;
    show(&*store, 80, 100.0, &[by_ecb(200.0, 80)], None).await;
    let nothing = shown(&quote("AAPL", 100.0, second(90)), &[]);
    persist(&*store, &[Shown { showing: Showing::Nothing, ..nothing }], second(90)).await.unwrap();
    show(&*store, 100, 100.0, &[by_ecb(200.0, 100)], None).await;
    drop(store);
    let store = backend.open();
    let told = store.disputed(&all()).await.unwrap();
    let outline: Vec<_> = told
        .iter()
        .map(|it| (it.since.as_second(), it.until.map(Timestamp::as_second), it.outcome))
        .collect();
    let at = |seconds: i64| second(seconds).as_second();
    let ended = |from, to, outcome| (at(from), Some(at(to)), Some(outcome));
    let expected = [
        (at(100), None, None),
        ended(80, 90, Outcome::Neither),
        ended(60, 70, Outcome::Neither),
        ended(40, 50, Outcome::GaveWay),
        ended(10, 30, Outcome::Stood),
    ];
    assert_eq!(outline, expected);
    let said = |n: usize| match &told[n].matter {
        Matter::Price { shown, against, was_believed } => {
            (shown.price.get(), against.price.get(), against.source.as_str(), *was_believed)
        }
        Matter::History { .. } => panic!("no history is disputed"),
    };
    assert_eq!(said(4), (100.0, 200.0, "ecb", false));
    assert_eq!(said(3), (100.0, 1.0, "yahoo", true));
    store.check().await.unwrap();
}

pub(crate) async fn disputes_are_listed_by_instrument_time_and_page(backend: &dyn Backend) {
    let store = backend.open();
    for (n, price) in [(0, 100.0), (20, 101.0), (40, 102.0)] {
        show(&*store, n, price, &[by_ecb(200.0, n)], None).await;
        show(&*store, n + 10, price, &[], None).await;
    }
    let open = Dispute { symbol: "MSFT".parse().unwrap(), since: second(60), ..of_history() };
    store.begin_dispute(&open).await.unwrap();
    let told = async |query: DisputesQuery| {
        let told = store.disputed(&query).await.unwrap();
        told.iter().map(|it| it.since.duration_since(second(0)).as_secs()).collect::<Vec<_>>()
    };
    assert_eq!(told(all()).await, [60, 40, 20, 0]);
    assert_eq!(told(DisputesQuery { is_open: true, ..all() }).await, [60]);
    let aapl = DisputesQuery { symbol: "AAPL".parse().ok(), ..all() };
    assert_eq!(told(aapl).await, [40, 20, 0]);
    let since = |seconds| DisputesQuery { since: Some(second(seconds)), ..all() };
    assert_eq!(told(since(29)).await, [60, 40, 20], "it ended a second later");
    assert_eq!(told(since(30)).await, [60, 40]);
    let first = store.disputed(&DisputesQuery { most: 2, ..all() }).await.unwrap();
    assert_eq!(told(DisputesQuery { before: first[1].number, ..all() }).await, [20, 0]);
}
