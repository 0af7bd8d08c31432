use std::fs::File;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use csv::StringRecord;
use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::rows::{Row, Table};

/// The rows of a Parquet file. Its cells become texts that read back the same, so that
/// every row is checked in one way.
pub(super) fn of_parquet(file: File) -> Result<Table, String> {
    let unreadable = |error| format!("is no Parquet file that can be read: {error}");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(unreadable)?;
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let batches = builder.build().map_err(unreadable)?;
    let mut place = 0;
    let rows = batches.flat_map(move |batch| match batch {
        Ok(batch) => rows(&batch, &mut place),
        Err(error) => vec![Err(error.to_string())],
    });
    Ok(Table { names, rows: Box::new(rows), unit: "row" })
}

fn rows(batch: &RecordBatch, place: &mut u64) -> Vec<Result<Row, String>> {
    let row = |i| {
        *place += 1;
        let cells: StringRecord = batch.columns().iter().map(|column| text(column, i)).collect();
        Ok(Row { place: *place, cells: Ok(cells) })
    };
    (0..batch.num_rows()).map(row).collect()
}

/// A cell as text. A type that holds nothing readable here is named instead,
/// which no column takes for a value.
fn text(column: &dyn Array, i: usize) -> String {
    if column.is_null(i) {
        return String::new();
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(i).to_owned(),
        DataType::LargeUtf8 => column.as_string::<i64>().value(i).to_owned(),
        DataType::Utf8View => column.as_string_view().value(i).to_owned(),
        DataType::Boolean => column.as_boolean().value(i).to_string(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(i).to_string(),
        // The shortest decimal of the single-precision number is what was meant.
        DataType::Float32 => column.as_primitive::<Float32Type>().value(i).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(i).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(i).to_string(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(i).to_string(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(i).to_string(),
        DataType::Date32 => day(column.as_primitive::<Date32Type>().value(i)),
        DataType::Timestamp(unit, zone) => moment(since_1970(column, *unit, i), zone.as_deref()),
        other => format!("(a value of type {other})"),
    }
}

fn day(days: i32) -> String {
    let date = date(1970, 1, 1).checked_add(days.days());
    date.map_or_else(|_| format!("(day {days})"), |date| date.to_string())
}

fn since_1970(column: &dyn Array, unit: TimeUnit, i: usize) -> SignedDuration {
    match unit {
        TimeUnit::Second => {
            SignedDuration::from_secs(column.as_primitive::<TimestampSecondType>().value(i))
        }
        TimeUnit::Millisecond => {
            SignedDuration::from_millis(column.as_primitive::<TimestampMillisecondType>().value(i))
        }
        TimeUnit::Microsecond => {
            SignedDuration::from_micros(column.as_primitive::<TimestampMicrosecondType>().value(i))
        }
        TimeUnit::Nanosecond => {
            SignedDuration::from_nanos(column.as_primitive::<TimestampNanosecondType>().value(i))
        }
    }
}

/// A moment in the column's own zone, so that a midnight there reads as one. A
/// column without a zone holds times of day nobody can place: they end without
/// an offset, and are good for dates alone.
fn moment(since_1970: SignedDuration, zone: Option<&str>) -> String {
    let Ok(at) = Timestamp::from_duration(since_1970) else {
        return format!("({since_1970} since 1970)");
    };
    let Some(zone) = zone else {
        return at.to_zoned(TimeZone::UTC).datetime().to_string().replace('T', " ");
    };
    // An offset or an unknown name still says the moment, in UTC.
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S%.f%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_where_they_were_meant() {
        let at = SignedDuration::from_secs(1_704_171_600);
        assert_eq!(moment(at, Some("America/New_York")), "2024-01-02 00:00:00-05:00");
        assert_eq!(moment(at, Some("UTC")), "2024-01-02 05:00:00+00:00");
        assert_eq!(moment(at, None), "2024-01-02 05:00:00");
        assert_eq!(day(19_724), "2024-01-02");
        assert_eq!(day(-1), "1969-12-31");
    }
}
