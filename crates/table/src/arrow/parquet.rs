use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::batch::{batch, schema};
use crate::error::EncodeError;
use crate::head::Head;
use crate::pieces::{RowWriter, STRETCH};
use crate::rows::{Column, Values};

/// A row group holds several stretches: with one of its own for each, a long
/// file would be full of headings. This is what is held compressed at a time.
const GROUP_ROWS: usize = 16 * STRETCH;

/// A Parquet file, compressed with Snappy, which all readers know.
pub(crate) struct Parquet {
    schema: SchemaRef,
    file: ArrowWriter<Vec<u8>>,
}

impl Parquet {
    pub(crate) fn new(head: &Head, columns: &[Column]) -> Result<Self, EncodeError> {
        let schema = schema(head, columns)?;
        let properties = properties(head)?;
        let file = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties))?;
        Ok(Self { schema, file })
    }
}

/// The head stands in the file's own metadata too: not every reader looks into
/// the Arrow schema.
fn properties(head: &Head) -> Result<WriterProperties, EncodeError> {
    let pairs = head.texts()?.into_iter().map(|(key, value)| KeyValue::new(key, value));
    Ok(WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_key_value_metadata(Some(pairs.collect()))
        .build())
}

impl RowWriter for Parquet {
    fn begin(&mut self, _: &mut Vec<u8>) -> Result<(), EncodeError> {
        Ok(())
    }

    fn rows(&mut self, cells: &[Values], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.file.write(&batch(&self.schema, cells)?)?;
        out.append(self.file.inner_mut());
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.file.finish()?;
        out.append(self.file.inner_mut());
        Ok(())
    }
}
