use crate::error::EncodeError;
use crate::head::Head;
use crate::number::Number;
use crate::pieces::RowWriter;
use crate::rows::{Column, Values};

/// Writes the `i`th cell as JSON.
pub(crate) fn write_cell(cells: &Values, i: usize, out: &mut Vec<u8>) -> serde_json::Result<()> {
    match cells {
        Values::Date(cells) => serde_json::to_writer(out, &cells[i]),
        Values::Instant(cells) => serde_json::to_writer(out, &cells[i]),
        Values::Number(cells) => serde_json::to_writer(out, &cells[i].map(Number)),
        Values::Text(cells) => serde_json::to_writer(out, &cells[i].as_deref()),
        Values::Flag(cells) => serde_json::to_writer(out, &cells[i]),
        Values::Whole(cells) => serde_json::to_writer(out, &cells[i]),
    }
}

/// A key with its colon.
pub(crate) fn key(name: &str) -> String {
    format!("{}:", serde_json::Value::from(name))
}

/// Rows as objects.
struct Objects {
    /// What stands before each cell: `{"date":`, then `,"close":`.
    keys: Vec<String>,
}

impl Objects {
    fn new(columns: &[Column]) -> Self {
        let before = |i: usize| if i == 0 { '{' } else { ',' };
        let keys = columns.iter().enumerate();
        Self {
            keys: keys.map(|(i, column)| format!("{}{}", before(i), key(&column.name))).collect(),
        }
    }

    fn write(&self, cells: &[Values], row: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        for (key, cells) in self.keys.iter().zip(cells) {
            out.extend_from_slice(key.as_bytes());
            write_cell(cells, row, out)?;
        }
        out.push(b'}');
        Ok(())
    }
}

/// `{head…, "<rows_name>": [{…},{…}]}`
pub(crate) struct JsonRows {
    before: String,
    objects: Objects,
    any: bool,
}

impl JsonRows {
    pub(crate) fn new(head: &Head, rows_name: &str, columns: &[Column]) -> Self {
        let before = format!("{}{}[", head.opened(), key(rows_name));
        Self { before, objects: Objects::new(columns), any: false }
    }
}

impl RowWriter for JsonRows {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(self.before.as_bytes());
        Ok(())
    }

    fn rows(&mut self, cells: &[Values], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        for row in 0..cells.first().map_or(0, Values::len) {
            if std::mem::replace(&mut self.any, true) {
                out.push(b',');
            }
            self.objects.write(cells, row, out)?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(b"]}");
        Ok(())
    }
}

/// One object a line.
pub(crate) struct Ndjson(Objects);

impl Ndjson {
    pub(crate) fn new(columns: &[Column]) -> Self {
        Self(Objects::new(columns))
    }
}

impl RowWriter for Ndjson {
    fn begin(&mut self, _: &mut Vec<u8>) -> Result<(), EncodeError> {
        Ok(())
    }

    fn rows(&mut self, cells: &[Values], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        for row in 0..cells.first().map_or(0, Values::len) {
            self.0.write(cells, row, out)?;
            out.push(b'\n');
        }
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<u8>) -> Result<(), EncodeError> {
        Ok(())
    }
}
