use std::sync::atomic::Ordering;

use engine::{Engine, ImportError, Imported};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use market::{
    Bar, Basis, HistoryQuery, HistoryResult, Interval, Kept, Price, Series, SeriesHead, Source,
    Span, StoreError,
};

use crate::fakes::{World, daily, failing, symbol};

/// Closes of consecutive days of October 2025, the first of them on this day.
fn closes(engine: &Engine, first: i8, closes: &[f64]) -> HistoryResult {
    let bars: Vec<Bar> = (first..).zip(closes).map(|(day, close)| bar(day, *close)).collect();
    let (from, to) = (bars[0].date, bars[bars.len() - 1].date);
    let head = SeriesHead {
        symbol: symbol("AAPL"),
        interval: Interval::D1,
        source: Source::new("a file"),
        currency: "USD".parse().ok(),
        basis: Basis::Splits,
    };
    let question = HistoryQuery { span: Span::dates(from, to).unwrap(), ..daily("AAPL", "max") };
    HistoryResult {
        query: question,
        series: Series::new(head, bars),
        actions: Vec::new(),
        instrument: engine.instrument(&symbol("AAPL")),
        session: None,
        received_at: engine.now(),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

fn bar(day: i8, close: f64) -> Bar {
    let close = Price::new(close).unwrap();
    Bar {
        open_time: midnight(october(day)),
        date: october(day),
        open: None,
        high: None,
        low: None,
        close,
        adj_close: None,
        volume: None,
        provisional: false,
    }
}

fn october(day: i8) -> Date {
    date(2025, 10, day)
}

fn midnight(date: Date) -> Timestamp {
    date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
}

fn counts(imported: &Imported) -> [usize; 4] {
    [imported.new, imported.revised, imported.unchanged, imported.replaced]
}

async fn shown(engine: &Engine) -> Option<Vec<(Timestamp, f64)>> {
    let question = HistoryQuery { source: Some(Source::new("import")), ..daily("AAPL", "max") };
    let answer = engine.history(&question).await.ok()?;
    assert_eq!(answer.series.head.source, Source::new("import"));
    Some(answer.series.bars().map(|bar| (bar.open_time, bar.close.get())).collect())
}

#[tokio::test(start_paused = true)]
async fn what_is_brought_in_is_reported_first_and_kept_only_when_meant() {
    let world = World::new();
    let engine = world.engine().await;
    let first = closes(&engine, 20, &[100.0, 101.0, 102.0, 103.0]);
    assert_eq!(counts(&engine.import(&first, true).await.unwrap()), [4, 0, 0, 0]);
    assert_eq!(shown(&engine).await, None);
    assert_eq!(counts(&engine.import(&first, false).await.unwrap()), [4, 0, 0, 0]);
    let held = shown(&engine).await.unwrap();
    assert_eq!(held.len(), 4);
    assert_eq!(counts(&engine.import(&first, false).await.unwrap()), [0, 0, 4, 0]);

    let mended = closes(&engine, 20, &[100.0, 101.0, 102.5, 103.0]);
    let told = engine.import(&mended, true).await.unwrap();
    assert_eq!(counts(&told), [0, 1, 3, 0]);
    let [revision] = told.revisions[..] else { panic!("{told:?}") };
    assert_eq!((revision.before, revision.after), (bar(22, 102.0), bar(22, 102.5)));
    assert_eq!(shown(&engine).await.unwrap(), held, "nothing was kept");
    assert_eq!(engine.import(&mended, false).await.unwrap(), told);
    assert_eq!(shown(&engine).await.unwrap()[2].1.to_bits(), 102.5_f64.to_bits());
    assert_eq!(world.yahoo.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_date_has_one_daily_bar_whatever_its_open_time() {
    let world = World::new();
    let engine = world.engine().await;
    engine.import(&closes(&engine, 20, &[100.0, 101.0]), false).await.unwrap();
    let mut later = closes(&engine, 20, &[100.0, 101.5]);
    let at_open =
        |bar: Bar| Bar { open_time: bar.open_time + SignedDuration::from_hours(13), ..bar };
    let bars = later.series.bars().map(at_open).collect();
    later.series = Series::new(later.series.head.clone(), bars);
    assert_eq!(counts(&engine.import(&later, false).await.unwrap()), [0, 1, 1, 0]);
    let opens = shown(&engine).await.unwrap().into_iter().map(|(at, _)| at);
    assert_eq!(opens.collect::<Vec<_>>(), [20, 21].map(|day| midnight(october(day))));
}

#[tokio::test(start_paused = true)]
async fn bars_of_two_bases_or_currencies_never_stand_side_by_side() {
    let world = World::new();
    let engine = world.engine().await;
    engine.import(&closes(&engine, 20, &[100.0, 101.0, 102.0]), false).await.unwrap();
    let held = shown(&engine).await.unwrap();

    let halved = closes(&engine, 21, &[50.5, 51.0, 51.5]);
    let refused = engine.import(&halved, false).await.unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("AAPL is held in USD (splits) from 2025-10-20 to 2025-10-22"), "{said}");
    assert!(said.contains("as after a split"), "{said}");

    let mut in_euro = halved.clone();
    in_euro.series.head.currency = "EUR".parse().ok();
    let said = engine.import(&in_euro, false).await.unwrap_err().to_string();
    assert!(said.contains("these bars are in EUR (splits)"), "{said}");
    assert_eq!(shown(&engine).await.unwrap(), held, "nothing was kept");

    let whole = closes(&engine, 20, &[50.0, 50.5, 51.0, 51.5]);
    assert_eq!(counts(&engine.import(&whole, true).await.unwrap()), [1, 3, 0, 3]);
    let mut in_euro = whole.clone();
    in_euro.series.head.currency = "EUR".parse().ok();
    assert_eq!(counts(&engine.import(&in_euro, true).await.unwrap()), [4, 0, 0, 3]);
}

#[tokio::test(start_paused = true)]
async fn upstreams_bars_go_before_what_was_brought_in() {
    let world = World::new();
    let engine = world.engine().await;
    world.yahoo.does(failing());
    engine.import(&closes(&engine, 20, &[100.0]), false).await.unwrap();
    let question = daily("AAPL", "max");
    let stand_in = engine.history(&question).await.unwrap();
    assert_eq!(stand_in.series.head.source, Source::new("import"));
    world.yahoo.does(crate::fakes::Does::Price(7.0, None));
    world.clock.advance(SignedDuration::from_secs(31));
    let answer = world.engine().await.history(&question).await.unwrap();
    assert_eq!(answer.series.head.source, Source::new("yahoo"));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_said() {
    let world = World::new();
    let engine = world.engine().await;
    world.store.broken.store(true, Ordering::SeqCst);
    let error = engine.import(&closes(&engine, 20, &[100.0]), false).await.unwrap_err();
    assert!(matches!(&error, ImportError::Store(StoreError::Unusable { .. })), "{error}");
    assert!(error.to_string().contains("the store cannot be used"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_was_brought_in_is_read_once_a_day_until_more_is() {
    let world = World::new();
    let engine = world.engine().await;
    let days = HistoryQuery { source: Some(Source::new("import")), ..daily("AAPL", "5d") };
    engine.import(&closes(&engine, 20, &[100.0, 101.0]), false).await.unwrap();
    let read = async || {
        let answer = engine.history(&days).await.unwrap();
        let last = answer.series.last().unwrap().close.get();
        (last.to_string(), world.store.stretches.lock().unwrap().len())
    };
    world.store.stretches.lock().unwrap().clear();
    for _ in 0..2 {
        assert_eq!(read().await, ("101".to_owned(), 1));
    }
    world.clock.advance(SignedDuration::from_hours(24));
    for _ in 0..2 {
        assert_eq!(read().await, ("101".to_owned(), 2), "five days are others by then");
    }

    engine.import(&closes(&engine, 20, &[100.0, 101.5]), false).await.unwrap();
    world.store.stretches.lock().unwrap().clear();
    for _ in 0..2 {
        assert_eq!(read().await, ("101.5".to_owned(), 1));
    }
}
