mod arrow;
mod faults;
mod length;
mod picked;
mod record;
mod round_trip;
mod texts;

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::Serialize;

use super::*;

/// A table that is held whole.
#[derive(Debug)]
struct Held {
    columns: Vec<Column>,
    values: Vec<Values>,
}

impl Held {
    fn of(columns: Vec<(&'static str, Values)>) -> Arc<Self> {
        let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let columns = names.into_iter().zip(&values);
        let columns = columns.map(|(name, values)| Column::new(name, values.kind())).collect();
        Arc::new(Self { columns, values })
    }
}

impl Rows for Held {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn len(&self) -> usize {
        self.values.first().map_or(0, Values::len)
    }

    fn column(&self, i: usize, range: Range<usize>) -> Values {
        self.values[i].slice(range)
    }
}

#[derive(Serialize)]
struct Once {
    symbol: &'static str,
    currency: Option<&'static str>,
    age_s: u32,
}

fn head() -> Head {
    Head::of(&Once { symbol: "CAC40", currency: None, age_s: 3 }).unwrap()
}

fn constants() -> Constants {
    let fields = [
        Field::text("symbol", "", |()| Some("CAC40".into())),
        Field::text("currency", "", |()| None),
        Field::flag("simulated", "", |()| Some(false)),
        Field::instant("received_at", "", |()| Some(instant("2024-01-04T17:40:00Z"))),
    ];
    Constants::of(&fields, &())
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day(month: i8, day: i8) -> Date {
    date(2024, month, day)
}

/// One column of each kind, with a hole in each.
fn sample() -> Arc<Held> {
    Held::of(vec![
        ("date", Values::Date(vec![Some(day(1, 2)), Some(day(1, 3)), None])),
        ("at", Values::Instant(vec![Some(instant("2024-01-02T08:00:00Z")), None, None])),
        ("close", Values::Number(vec![Some(7530.86), Some(7411.0), None])),
        ("note", Values::Text(vec![Some("a \"b\", c".into()), None, Some("=1+1".into())])),
        ("provisional", Values::Flag(vec![Some(false), None, Some(true)])),
        ("trades", Values::Whole(vec![Some(-5), None, Some(9_007_199_254_740_993)])),
    ])
}

fn written(rows: Arc<dyn Rows>, constants: Constants) -> Table {
    Table { head: head(), name: "history", rows, constants }
}

/// A table of which nothing is said besides its rows.
fn bare(rows: Arc<dyn Rows>) -> Table {
    let head = Head::of(&serde_json::json!({})).unwrap();
    Table { head, name: "rows", rows, constants: Constants::none() }
}

fn encoded(format: Form, rows: Arc<dyn Rows>) -> Vec<u8> {
    let pieces = written(rows, constants()).pieces(format);
    pieces.flat_map(Result::unwrap).collect()
}

fn text(format: Form, rows: Arc<dyn Rows>) -> String {
    String::from_utf8(encoded(format, rows)).unwrap()
}
