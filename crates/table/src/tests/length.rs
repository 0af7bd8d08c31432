use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const MILLION: usize = 1_000_000;

/// Rows that are computed when asked for, and note how many were asked for at
/// a time.
struct Ramp {
    columns: [Column; 2],
    most: AtomicUsize,
}

impl Ramp {
    fn new() -> Arc<Self> {
        let columns =
            [Column::new("n", ColumnKind::Whole), Column::new("half", ColumnKind::Number)];
        Arc::new(Self { columns, most: AtomicUsize::new(0) })
    }
}

impl Rows for Ramp {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn len(&self) -> usize {
        MILLION
    }

    fn column(&self, i: usize, range: Range<usize>) -> Values {
        self.most.fetch_max(range.len(), Ordering::Relaxed);
        if i == 0 {
            Values::Whole(range.map(|n| i64::try_from(n).ok()).collect())
        } else {
            Values::Number(range.map(|n| Some(n as f64 / 2.0)).collect())
        }
    }
}

/// Encodes a million rows, and gives the number of bytes and of line ends.
fn check(format: Form, largest: usize) -> (usize, usize) {
    let ramp = Ramp::new();
    let (mut bytes, mut lines) = (0, 0);
    for piece in written(ramp.clone(), Constants::none()).pieces(format) {
        let piece = piece.unwrap();
        assert!(!piece.is_empty() && piece.len() <= largest, "{} bytes", piece.len());
        bytes += piece.len();
        lines += piece.split(|&byte| byte == b'\n').count() - 1;
    }
    assert!(ramp.most.load(Ordering::Relaxed) <= 4_096);
    (bytes, lines)
}

#[test]
fn a_million_rows_of_csv_are_never_held_at_once() {
    assert_eq!(check(Form::CSV, 100_000).1, MILLION + 1);
}

#[test]
fn a_million_rows_of_ndjson_are_never_held_at_once() {
    assert_eq!(check(Form::NDJSON, 150_000).1, MILLION);
}

#[test]
fn a_million_rows_of_json_are_never_held_at_once() {
    // The rows of NDJSON, a comma for each line end.
    let around = r#"{"symbol":"CAC40","currency":null,"age_s":3,"history":[]}"#.len() - 1;
    assert_eq!(check(Form::JSON, 150_000).0, check(Form::NDJSON, 150_000).0 + around);
}

#[test]
fn a_million_rows_in_columns_are_never_held_at_once() {
    check(Form::COLUMNS, 64 * 1024 + 4_096 * 10);
}

#[test]
fn a_million_rows_of_arrow_are_never_held_at_once() {
    check(Form::ARROW, 100_000);
    check(Form::ARROW_FILE, 100_000);
}

#[test]
fn a_million_rows_of_parquet_are_never_held_at_once() {
    check(Form::PARQUET, 2_000_000);
}

#[test]
fn a_short_answer_is_one_piece() {
    for format in [Form::JSON, Form::COLUMNS, Form::CSV, Form::NDJSON] {
        assert_eq!(written(sample(), constants()).pieces(format).count(), 1);
    }
}
