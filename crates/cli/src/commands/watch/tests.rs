use std::sync::Arc;

use engine::{Engine, Entry};
use jiff::{SignedDuration, Timestamp};
use market::{Previous, PreviousKind, Price, Symbol};
use proptest::prelude::*;

use super::lines::{LineFormat, Lines};
use super::row::{COLUMNS, Row};
use super::screen::frame;
use super::table::table;
use server::{Config, Opening, SystemClock};

/// Entries as the simulator alone fills them, and the instant of their prices.
async fn entries(symbols: &[&str]) -> (Vec<Entry>, Timestamp) {
    let config = Config::read(&[("APP_ENV".to_owned(), "development".to_owned())]).unwrap();
    let engine: Engine =
        server::engine(&config, true, Arc::new(SystemClock), &Opening::Once).await.unwrap();
    let symbols: Vec<Symbol> = symbols.iter().map(|symbol| symbol.parse().unwrap()).collect();
    let entries = engine.quotes(&symbols).await;
    (entries.iter().map(|entry| Entry::clone(entry)).collect(), engine.now())
}

/// One with known figures, 42 seconds after they were true.
async fn sample() -> (Entry, Timestamp) {
    let (mut entries, now) = entries(&["AAPL"]).await;
    let mut entry = entries.remove(0);
    let quote = entry.quote.as_mut().unwrap();
    let price = |n| Price::new(n).unwrap();
    quote.price = price(269.05);
    quote.previous = Some(Previous { price: price(270.0), kind: PreviousKind::Close });
    (quote.day_low, quote.day_high) = (Some(price(268.0)), Some(price(271.5)));
    quote.as_of = Some(now - SignedDuration::from_secs(42));
    (entry, now)
}

/// Lines without their colours.
fn bare(line: &str) -> String {
    ["\x1b[32m", "\x1b[31m", "\x1b[0m"]
        .iter()
        .fold(line.to_owned(), |it, code| it.replace(code, ""))
}

#[tokio::test]
async fn a_row_says_price_change_range_state_age_and_source() {
    let (entry, now) = sample().await;
    let expected = [
        "SYMBOL   PRICE       CHANGE      %       LOW - HIGH  STATE      AGE  SOURCE",
        "AAPL    269.05  USD   -0.95  -0.35  268.00 - 271.50  simulated  42s  demo",
    ];
    assert_eq!(table(&[Row::of(&entry, now)], 120, false), expected);
    let narrow = ["SYMBOL   PRICE      %", "AAPL    269.05  -0.35"];
    assert_eq!(table(&[Row::of(&entry, now)], 30, false), narrow);
}

#[tokio::test]
async fn a_missing_price_is_no_zero_and_says_why() {
    let (mut entry, now) = sample().await;
    entry.quote = None;
    let expected = [
        "SYMBOL  PRICE    CHANGE  %  LOW - HIGH  STATE    AGE  SOURCE",
        "AAPL        -         -  -           -  missing    -  yahoo: offline",
    ];
    assert_eq!(table(&[Row::of(&entry, now)], 120, false), expected);
}

#[tokio::test]
async fn colours_show_the_direction_only_where_they_are_wanted() {
    let (entry, now) = sample().await;
    let rows = [Row::of(&entry, now)];
    let (plain, coloured) = (table(&rows, 120, false), table(&rows, 120, true));
    assert!(coloured[1].contains("\x1b[31m -0.95\x1b[0m"), "{:?}", coloured[1]);
    assert_eq!(coloured.iter().map(|line| bare(line)).collect::<Vec<_>>(), plain);
}

#[tokio::test]
async fn a_small_price_has_digits_that_count() {
    let (mut entry, now) = sample().await;
    entry.quote.as_mut().unwrap().price = Price::new(0.000_012_345).unwrap();
    assert_eq!(Row::of(&entry, now).cells[1], "0.00001234");
}

#[tokio::test]
async fn a_line_is_written_for_each_change_and_for_nothing_else() {
    let (mut entry, now) = sample().await;
    let later = now + SignedDuration::from_secs(1);
    let mut written = Vec::new();
    let mut lines = Lines::new(&mut written, LineFormat::Text);
    lines.show(&[Arc::new(entry.clone())], now).unwrap();
    lines.show(&[Arc::new(entry.clone())], later).unwrap();
    entry.quote.as_mut().unwrap().price = Price::new(270.0).unwrap();
    lines.show(&[Arc::new(entry.clone())], later).unwrap();
    let expected = format!(
        "{now:.3} AAPL 269.05 -0.35 simulated demo\n{later:.3} AAPL 270 +0.00 simulated demo\n"
    );
    assert_eq!(String::from_utf8(written).unwrap(), expected);
}

#[tokio::test]
async fn that_a_price_is_missing_is_reported_once_it_stays_so_with_the_reason() {
    let (mut entry, now) = sample().await;
    entry.quote = None;
    let entries = [Arc::new(entry)];
    let mut written = Vec::new();
    let mut lines = Lines::new(&mut written, LineFormat::Text);
    assert!(lines.show(&entries, now).unwrap().is_empty(), "a stand-in may come");
    let notices = lines.show(&entries, now).unwrap();
    assert!(notices[0].starts_with("AAPL has no price: yahoo: not asked"), "{notices:?}");
    assert!(lines.show(&entries, now).unwrap().is_empty(), "it is said once");
    assert_eq!(String::from_utf8(written).unwrap(), format!("{now:.3} AAPL - - missing -\n"));
}

#[tokio::test]
async fn a_line_of_json_is_what_latest_says_without_an_age() {
    let (entry, now) = sample().await;
    let mut written = Vec::new();
    Lines::new(&mut written, LineFormat::Json).show(&[Arc::new(entry)], now).unwrap();
    let line: serde_json::Value = serde_json::from_slice(&written).unwrap();
    assert_eq!((&line["symbol"], &line["price"]), (&"AAPL".into(), &269.05.into()));
    assert_eq!(line["timestamp"], now.to_string());
    assert!(line.get("age_s").is_none() && line["as_of"].is_string(), "{line}");
}

#[test]
fn a_frame_never_has_more_lines_than_the_terminal() {
    let lines = |n: usize| (0..n).map(|i| format!("line {i}")).collect::<Vec<_>>();
    assert_eq!(frame(lines(2), &[], 24), "\x1b[Hline 0\x1b[K\r\nline 1\x1b[K\x1b[J");
    let cut = frame(lines(10), &["a notice".to_owned()], 5);
    assert_eq!(cut.matches("\r\n").count(), 4, "{cut:?}");
    assert!(cut.contains("and 7 more") && cut.contains("a notice"), "{cut:?}");
}

proptest! {
    #[test]
    fn a_table_fits_any_width_and_keeps_symbol_and_price(
        cells in proptest::collection::vec("[ -~]{0,30}", COLUMNS.len()),
        width in 0..200_usize,
    ) {
        let cells: [String; COLUMNS.len()] = cells.try_into().unwrap();
        let rows = [Row { cells, direction: Some(std::cmp::Ordering::Less) }];
        let lines = table(&rows, width, true);
        for line in &lines {
            prop_assert!(bare(line).chars().count() <= width, "{line:?}");
        }
        if width > 70 {
            prop_assert!(lines[0].starts_with("SYMBOL") && lines[0].contains("PRICE"));
        }
    }
}
