use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::SchemaRef;
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::*;

fn read_ipc(bytes: &[u8]) -> (SchemaRef, Vec<RecordBatch>) {
    let reader = StreamReader::try_new(bytes, None).unwrap();
    (reader.schema(), reader.map(Result::unwrap).collect())
}

fn read_ipc_file(bytes: &[u8]) -> (SchemaRef, Vec<RecordBatch>) {
    let reader = FileReader::try_new(std::io::Cursor::new(bytes), None).unwrap();
    (reader.schema(), reader.map(Result::unwrap).collect())
}

fn read_parquet(bytes: Vec<u8>) -> (SchemaRef, Vec<RecordBatch>) {
    let file = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap();
    let schema = file.schema().clone();
    (schema, file.build().unwrap().map(Result::unwrap).collect())
}

fn values(kind: ColumnKind, array: &ArrayRef) -> Values {
    let epoch = date(1970, 1, 1);
    let day = |days: i32| epoch + jiff::Span::new().days(days);
    let moment = |millis| Timestamp::from_millisecond(millis).unwrap();
    match kind {
        ColumnKind::Date => Values::Date(
            array.as_primitive::<Date32Type>().iter().map(|cell| cell.map(day)).collect(),
        ),
        ColumnKind::Instant => Values::Instant(
            array
                .as_primitive::<TimestampMillisecondType>()
                .iter()
                .map(|cell| cell.map(moment))
                .collect(),
        ),
        ColumnKind::Number => Values::Number(array.as_primitive::<Float64Type>().iter().collect()),
        ColumnKind::Text => {
            Values::Text(array.as_string::<i32>().iter().map(|cell| cell.map(Arc::from)).collect())
        }
        ColumnKind::Flag => Values::Flag(array.as_boolean().iter().collect()),
        ColumnKind::Whole => Values::Whole(array.as_primitive::<Int64Type>().iter().collect()),
    }
}

fn check(schema: &SchemaRef, batches: &[RecordBatch]) {
    let [batch] = batches else { panic!("one batch, not {}", batches.len()) };
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let expected = "date at close note provisional trades symbol currency simulated received_at";
    assert_eq!(names.join(" "), expected);
    for (i, (column, expected)) in sample().columns.iter().zip(&sample().values).enumerate() {
        assert_eq!(&values(column.kind, batch.column(i)), expected, "{}", column.name);
    }
    let symbol = Values::Text(vec![Some("CAC40".into()); 3]);
    assert_eq!(values(ColumnKind::Text, batch.column(6)), symbol);
    assert_eq!(batch.column(7).null_count(), 3);
    assert_eq!(values(ColumnKind::Flag, batch.column(8)), Values::Flag(vec![Some(false); 3]));
    for (key, text) in [("symbol", "CAC40"), ("currency", "null"), ("age_s", "3")] {
        assert_eq!(schema.metadata()[key], text);
    }
}

#[test]
fn an_arrow_stream_reads_back_the_same() {
    let (schema, batches) = read_ipc(&encoded(Form::ARROW, sample()));
    check(&schema, &batches);
}

#[test]
fn an_arrow_file_reads_back_the_same() {
    let (schema, batches) = read_ipc_file(&encoded(Form::ARROW_FILE, sample()));
    check(&schema, &batches);
}

#[test]
fn a_parquet_file_reads_back_the_same() {
    let (schema, batches) = read_parquet(encoded(Form::PARQUET, sample()));
    check(&schema, &batches);
}

#[test]
fn dates_before_1970_keep_their_day() {
    let dates = Values::Date(vec![Some(date(1969, 12, 31)), Some(date(1928, 2, 29))]);
    let table = Held::of(vec![("date", dates.clone())]);
    let (_, batches) = read_ipc(&encoded(Form::ARROW, table));
    assert_eq!(values(ColumnKind::Date, batches[0].column(0)), dates);
}

#[test]
fn a_long_table_keeps_all_its_rows() {
    let numbers: Vec<Option<f64>> = (0..100_000).map(|n| Some(f64::from(n) / 4.0)).collect();
    let table = || Held::of(vec![("close", Values::Number(numbers.clone()))]);
    let (_, ipc) = read_ipc(&encoded(Form::ARROW, table()));
    let (_, file) = read_ipc_file(&encoded(Form::ARROW_FILE, table()));
    let (_, parquet) = read_parquet(encoded(Form::PARQUET, table()));
    for batches in [ipc, file, parquet] {
        let read = batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Float64Type>());
        assert!(read.eq(numbers.iter().copied()));
    }
}

#[test]
fn no_rows_are_a_file_too() {
    let none = || Held::of(vec![("close", Values::Number(Vec::new()))]);
    let (schema, batches) = read_ipc(&encoded(Form::ARROW, none()));
    assert_eq!((schema.fields().len(), batches.len()), (5, 0));
    let (schema, batches) = read_ipc_file(&encoded(Form::ARROW_FILE, none()));
    assert_eq!((schema.fields().len(), batches.len()), (5, 0));
    let (schema, batches) = read_parquet(encoded(Form::PARQUET, none()));
    assert_eq!((schema.fields().len(), batches.len()), (5, 0));
}
