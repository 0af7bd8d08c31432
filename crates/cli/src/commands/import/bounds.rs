//! How much of a file is taken in: it may be endless, as a pipe or a device is, and
//! what it holds is kept in memory until all of it has been checked.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// In bytes: a row of ours takes 200.
const LONGEST_ROW: u64 = 1 << 20;

/// How much may be written to standard input, in bytes: as many rows as a file may have.
pub(super) const MOST_INPUT: u64 = 1 << 30;

/// How many of what a file may hold.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// Rows, whether they can be used or not; 72 bytes each.
    pub(super) rows: u64,
    /// Bars of one symbol, which are compared and stored as one answer.
    pub(super) of_one: usize,
    /// Symbols.
    pub(super) symbols: usize,
}

impl Bounds {
    pub(super) const USUAL: Self = Self { rows: 5_000_000, of_one: 1_000_000, symbols: 50_000 };

    /// Whether one more of these is one too many.
    ///
    /// # Errors
    ///
    /// A sentence that says the bound, and what would work.
    pub(super) fn admit(
        is_there_room: bool,
        most: impl std::fmt::Display,
        what: &str,
    ) -> Result<(), String> {
        let fault = || {
            format!("holds more than {most} {what}; split the file and import its parts one by one")
        };
        is_there_room.then_some(()).ok_or_else(fault)
    }
}

/// A file of which no row is longer than [`LONGEST_ROW`].
pub(super) struct Measured<R> {
    file: R,
    since_row: SinceRow,
}

/// Bytes read since a row was whole.
#[derive(Clone, Default)]
pub(super) struct SinceRow(Rc<Cell<u64>>);

impl SinceRow {
    /// Another row is whole.
    pub(super) fn row(&self) {
        self.0.set(0);
    }
}

impl<R: Read> Measured<R> {
    pub(super) fn new(file: R) -> (Self, SinceRow) {
        let since_row = SinceRow::default();
        (Self { file, since_row: since_row.clone() }, since_row)
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let SinceRow(since_row) = &self.since_row;
        if since_row.get() > LONGEST_ROW {
            let why = format!(
                "a row is longer than {LONGEST_ROW} bytes; is it CSV, and is a quote missing?"
            );
            return Err(io::Error::other(why));
        }
        let read = self.file.read(buffer)?;
        since_row.set(since_row.get() + read as u64);
        Ok(read)
    }
}
