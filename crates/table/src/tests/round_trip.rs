use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn dates() -> impl Strategy<Value = Option<Date>> {
    let days = (-9999_i16..=9999, 1_i8..=12, 1_i8..=28);
    option::of(days.prop_map(|(year, month, day)| date(year, month, day)))
}

fn instants() -> impl Strategy<Value = Option<Timestamp>> {
    let moments = (-62_000_000_000_i64..=253_000_000_000, 0..1_000_000_000_i32);
    option::of(moments.prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap()))
}

fn numbers() -> impl Strategy<Value = Option<f64>> {
    let finite = any::<f64>().prop_filter("prices are finite", |number| number.is_finite());
    let whole = any::<i32>().prop_map(f64::from);
    option::of(prop_oneof![finite, whole, 0.0001..100_000.0])
}

fn texts() -> impl Strategy<Value = Option<Arc<str>>> {
    // Not the empty one: CSV cannot tell it from a hole.
    let text = prop_oneof!["[-=+@A-Z\",'\r\n\t ;é日]{1,12}", any::<String>()];
    let text = text.prop_filter("is not empty", |text| !text.is_empty());
    option::of(text.prop_map(Arc::from))
}

/// A few rows of everything, sometimes repeated to about the length of a piece.
fn tables() -> impl Strategy<Value = Arc<Held>> {
    let row =
        (dates(), instants(), numbers(), texts(), any::<Option<bool>>(), any::<Option<i64>>());
    let lengths = prop_oneof![5 => Just(1), 1 => 4_095..=4_097_usize];
    (vec(row, 1..20), lengths).prop_map(|(rows, least)| {
        let len = rows.len().max(least);
        let rows = || rows.iter().cycle().take(len).cloned();
        Held::of(vec![
            ("date", Values::Date(rows().map(|row| row.0).collect())),
            ("at", Values::Instant(rows().map(|row| row.1).collect())),
            ("close", Values::Number(rows().map(|row| row.2).collect())),
            ("note", Values::Text(rows().map(|row| row.3).collect())),
            ("flag", Values::Flag(rows().map(|row| row.4).collect())),
            ("whole", Values::Whole(rows().map(|row| row.5).collect())),
        ])
    })
}

/// What a reader of JSON gives back.
fn from_json(kind: ColumnKind, cells: &[Value]) -> Values {
    let text = |cell: &Value| cell.as_str().map(str::to_owned);
    let read = |cell: &Value| (!cell.is_null()).then(|| cell.clone());
    let cells = cells.iter();
    match kind {
        ColumnKind::Date => {
            Values::Date(cells.map(|cell| text(cell).map(|text| text.parse().unwrap())).collect())
        }
        ColumnKind::Instant => {
            Values::Instant(cells.map(|cell| text(cell).map(|text| instant(&text))).collect())
        }
        ColumnKind::Number => Values::Number(
            cells.map(|cell| read(cell).map(|cell| cell.as_f64().unwrap())).collect(),
        ),
        ColumnKind::Text => Values::Text(
            cells.map(|cell| read(cell).map(|cell| cell.as_str().unwrap().into())).collect(),
        ),
        ColumnKind::Flag => {
            Values::Flag(cells.map(|cell| read(cell).map(|cell| cell.as_bool().unwrap())).collect())
        }
        ColumnKind::Whole => {
            Values::Whole(cells.map(|cell| read(cell).map(|cell| cell.as_i64().unwrap())).collect())
        }
    }
}

/// What a reader of CSV gives back who knows the kinds, and that an apostrophe
/// keeps a formula from running.
fn from_csv(kind: ColumnKind, cells: &[String]) -> Values {
    fn read<T>(cells: &[String], read: impl Fn(&str) -> T) -> Vec<Option<T>> {
        cells.iter().map(|cell| (!cell.is_empty()).then(|| read(cell))).collect()
    }
    match kind {
        ColumnKind::Date => Values::Date(read(cells, |cell| cell.parse().unwrap())),
        ColumnKind::Instant => Values::Instant(read(cells, instant)),
        ColumnKind::Number => Values::Number(read(cells, |cell| cell.parse().unwrap())),
        ColumnKind::Text => Values::Text(read(cells, |cell| unguarded(cell).into())),
        ColumnKind::Flag => Values::Flag(read(cells, |cell| cell.parse().unwrap())),
        ColumnKind::Whole => Values::Whole(read(cells, |cell| cell.parse().unwrap())),
    }
}

fn unguarded(cell: &str) -> &str {
    let formula = |text: &&str| "=+-@\t\r\n＝＋－＠".chars().any(|c| text.starts_with(c));
    cell.strip_prefix('\'').filter(formula).unwrap_or(cell)
}

/// A text that is what another becomes cannot be distinguished from it.
fn as_csv_shows(values: Values) -> Values {
    let Values::Text(cells) = values else { return values };
    let shown = |cell: Arc<str>| Arc::from(unguarded(&cell));
    Values::Text(cells.into_iter().map(|cell| cell.map(shown)).collect())
}

fn column_of(rows: &[Value], name: &str) -> Vec<Value> {
    rows.iter().map(|row| row[name].clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn json_formats_read_back_the_same(table in tables()) {
        let whole: Value = serde_json::from_slice(&encoded(Form::JSON, table.clone())).unwrap();
        let lines = text(Form::NDJSON, table.clone());
        let lines: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let columns: Value =
            serde_json::from_slice(&encoded(Form::COLUMNS, table.clone())).unwrap();
        let rows = whole["history"].as_array().unwrap();
        for (column, values) in table.columns.iter().zip(&table.values) {
            let read = |cells: &[Value]| from_json(column.kind, cells);
            prop_assert_eq!(&read(&column_of(rows, &column.name)), values);
            prop_assert_eq!(&read(&column_of(&lines, &column.name)), values);
            let cells = columns["columns"][&*column.name].as_array().unwrap();
            prop_assert_eq!(&read(cells), values);
        }
    }

    #[test]
    fn csv_reads_back_the_same(table in tables()) {
        let bytes = encoded(Form::CSV, table.clone());
        let mut reader = ::csv::Reader::from_reader(&*bytes);
        let records: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(records.len(), table.len());
        for (i, (column, values)) in table.columns.iter().zip(&table.values).enumerate() {
            let cells: Vec<String> = records.iter().map(|record| record[i].to_owned()).collect();
            prop_assert_eq!(from_csv(column.kind, &cells), as_csv_shows(values.clone()));
        }
    }
}
