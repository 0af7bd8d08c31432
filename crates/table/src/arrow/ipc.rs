use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::SchemaRef;

use super::batch::{batch, schema};
use crate::error::EncodeError;
use crate::head::Head;
use crate::pieces::RowWriter;
use crate::rows::{Column, Values};

/// Arrow's IPC stream, a batch for each stretch.
pub(crate) struct Ipc {
    schema: SchemaRef,
    stream: StreamWriter<Vec<u8>>,
}

impl Ipc {
    pub(crate) fn new(head: &Head, columns: &[Column]) -> Result<Self, EncodeError> {
        let schema = schema(head, columns)?;
        Ok(Self { stream: StreamWriter::try_new(Vec::new(), &schema)?, schema })
    }
}

impl RowWriter for Ipc {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.append(self.stream.get_mut());
        Ok(())
    }

    fn rows(&mut self, cells: &[Values], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.stream.write(&batch(&self.schema, cells)?)?;
        out.append(self.stream.get_mut());
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.stream.finish()?;
        out.append(self.stream.get_mut());
        Ok(())
    }
}

/// Arrow's IPC file: the same batches, and at its end where each of them stands,
/// for readers who open files.
pub(crate) struct IpcFile {
    schema: SchemaRef,
    file: FileWriter<Vec<u8>>,
}

impl IpcFile {
    pub(crate) fn new(head: &Head, columns: &[Column]) -> Result<Self, EncodeError> {
        let schema = schema(head, columns)?;
        Ok(Self { file: FileWriter::try_new(Vec::new(), &schema)?, schema })
    }
}

impl RowWriter for IpcFile {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.append(self.file.get_mut());
        Ok(())
    }

    fn rows(&mut self, cells: &[Values], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.file.write(&batch(&self.schema, cells)?)?;
        out.append(self.file.get_mut());
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.file.finish()?;
        out.append(self.file.get_mut());
        Ok(())
    }
}
