//! CSV that spreadsheets and data frames read without settings: a
//! line of names, commas, decimal points, ISO dates, UTF-8 without a mark, lines
//! that end in `\n`. A hole is an empty cell. An empty text is one too: CSV
//! cannot tell the two apart.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write;

use ::csv::Writer;

use crate::error::EncodeError;
use crate::json::write_cell;
use crate::pieces::RowWriter;
use crate::rows::{Column, Values};

/// A text that begins with one of these is a formula to a spreadsheet, or may
/// become one; the wide forms are so in East Asian settings.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Writes one line a row.
pub(crate) struct Csv {
    names: Vec<Cow<'static, str>>,
}

impl Csv {
    pub(crate) fn new(columns: &[Column]) -> Self {
        Self { names: columns.iter().map(|column| column.name.clone()).collect() }
    }
}

impl RowWriter for Csv {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let mut lines = Writer::from_writer(out);
        lines.write_record(self.names.iter().map(|name| name.as_bytes()))?;
        Ok(lines.flush().map_err(::csv::Error::from)?)
    }

    fn rows(&mut self, cells: &[Values], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let mut lines = Writer::from_writer(out);
        let mut cell = Vec::new();
        for row in 0..cells.first().map_or(0, Values::len) {
            for cells in cells {
                cell.clear();
                write_plain(cells, row, &mut cell)?;
                lines.write_field(&cell)?;
            }
            lines.write_record(None::<&[u8]>)?;
        }
        Ok(lines.flush().map_err(::csv::Error::from)?)
    }

    fn end(&mut self, _: &mut Vec<u8>) -> Result<(), EncodeError> {
        Ok(())
    }
}

/// The cell before any quoting. Numbers are the same digits as in JSON.
fn write_plain(cells: &Values, row: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    match cells {
        Values::Date(cells) => write_shown(cells[row], out)?,
        Values::Instant(cells) => write_shown(cells[row], out)?,
        Values::Flag(cells) => write_shown(cells[row], out)?,
        Values::Whole(cells) => write_shown(cells[row], out)?,
        Values::Text(cells) => write_text(cells[row].as_deref().unwrap_or_default(), out),
        Values::Number(numbers) if numbers[row].is_some() => write_cell(cells, row, out)?,
        Values::Number(_) => {}
    }
    Ok(())
}

fn write_shown(cell: Option<impl Display>, out: &mut Vec<u8>) -> Result<(), ::csv::Error> {
    if let Some(cell) = cell {
        write!(out, "{cell}")?;
    }
    Ok(())
}

/// A name such as `=HYPERLINK(…)` must not run in the spreadsheet of whoever
/// opens the file, so an apostrophe goes before it. Numbers keep their sign.
fn write_text(text: &str, out: &mut Vec<u8>) {
    if text.starts_with(FORMULA) {
        out.push(b'\'');
    }
    out.extend_from_slice(text.as_bytes());
}
