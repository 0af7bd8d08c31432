use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::error::EncodeError;
use crate::head::Head;
use crate::rows::{Column, ColumnKind, Values};

/// The columns, with the head's keys and values as the schema's metadata.
pub(crate) fn schema(head: &Head, columns: &[Column]) -> Result<SchemaRef, EncodeError> {
    let fields: Vec<Field> =
        columns.iter().map(|column| Field::new(&*column.name, kind(column.kind), true)).collect();
    let once: HashMap<String, String> = head.texts()?.into_iter().collect();
    Ok(Arc::new(Schema::new_with_metadata(fields, once)))
}

fn kind(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Date => DataType::Date32,
        ColumnKind::Instant => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        ColumnKind::Number => DataType::Float64,
        ColumnKind::Text => DataType::Utf8,
        ColumnKind::Flag => DataType::Boolean,
        ColumnKind::Whole => DataType::Int64,
    }
}

/// Some rows.
pub(crate) fn batch(schema: &SchemaRef, cells: &[Values]) -> Result<RecordBatch, EncodeError> {
    Ok(RecordBatch::try_new(schema.clone(), cells.iter().map(array).collect())?)
}

fn array(cells: &Values) -> ArrayRef {
    match cells {
        Values::Date(cells) => {
            Arc::new(cells.iter().map(|cell| cell.map(day)).collect::<Date32Array>())
        }
        Values::Instant(cells) => Arc::new(moments(cells).with_timezone("UTC")),
        Values::Number(cells) => Arc::new(cells.iter().copied().collect::<Float64Array>()),
        Values::Text(cells) => {
            Arc::new(cells.iter().map(Option::as_deref).collect::<StringArray>())
        }
        Values::Flag(cells) => Arc::new(cells.iter().copied().collect::<BooleanArray>()),
        Values::Whole(cells) => Arc::new(cells.iter().copied().collect::<Int64Array>()),
    }
}

/// To the millisecond; what is finer is cut off.
fn moments(cells: &[Option<Timestamp>]) -> TimestampMillisecondArray {
    cells.iter().map(|cell| cell.map(Timestamp::as_millisecond)).collect()
}

/// Days since 1970-01-01.
fn day(of: Date) -> i32 {
    (of.duration_since(date(1970, 1, 1)).as_hours() / 24) as i32
}
