use std::io::Cursor;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use market::{Interval, Kind};

use super::bar::{Cells, Rules};
use super::columns::Columns;
use super::file;
use super::rows::Row;

/// Every bar that a file yields has its low below its high, and none has yet to begin.
pub(crate) fn import_rows(input: &[u8]) {
    let Ok(table) = file::of_csv(Cursor::new(input.to_vec())) else { return };
    let Ok(columns) = Columns::find(&table.names, false) else { return };
    let now = Timestamp::from_second(1_761_768_300).expect("it is within jiff's years");
    let rules = Rules { kind: Kind::Equity, zone: TimeZone::UTC, interval: Interval::D1, now };
    for row in table.rows {
        let Ok(Row { cells: Ok(row), .. }) = row else { continue };
        if columns.fits(&row).is_err() {
            continue;
        }
        let cells = Cells { columns: &columns, row: &row };
        let _ = cells.basis();
        if let Ok(bar) = cells.bar(&rules) {
            let is_range = bar.high.zip(bar.low).is_none_or(|(high, low)| high >= low);
            assert!(is_range && bar.open_time <= now, "{bar:?}");
        }
    }
}
