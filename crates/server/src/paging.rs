use jiff::Timestamp;
use market::Series;

use crate::error::ApiError;
use crate::params::Params;

/// The part of a series that one answer gives, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Position of the oldest bar given.
    first: usize,
    len: usize,
    newest_first: bool,
    has_more: bool,
}

impl Page {
    /// Reads what part is wanted: `limit` rows from where `cursor` ended, oldest
    /// first or newest first. A cursor is the open time of the last row given,
    /// so that bars which come or go meanwhile shift no page.
    pub(crate) fn read(params: &Params, series: &Series) -> Result<Self, ApiError> {
        let newest_first = params.text("order") == Some("desc");
        let limit = params.read::<u32>("limit")?.map_or(usize::MAX, |limit| limit as usize);
        let cursor = params.text("cursor").map(instant).transpose()?;
        let (begin, end) = match (cursor, newest_first) {
            (None, _) => (0, series.len()),
            (Some(at), false) => (series.opened_by(at), series.len()),
            (Some(at), true) => (0, series.opened_before(at)),
        };
        let len = limit.min(end - begin);
        let first = if newest_first { end - len } else { begin };
        Ok(Self { first, len, newest_first, has_more: len < end - begin })
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The bar's position in the series for a row.
    pub(crate) fn place(&self, row: usize) -> usize {
        if self.newest_first { self.first + self.len - 1 - row } else { self.first + row }
    }

    /// The cursor that leads to the rest, where there is one.
    pub(crate) fn next(&self, series: &Series) -> Option<Timestamp> {
        let last = self.place(self.len.checked_sub(1)?);
        series.get(last).filter(|_| self.has_more).map(|bar| bar.open_time)
    }
}

fn instant(text: &str) -> Result<Timestamp, ApiError> {
    text.parse().map_err(|_| {
        let fault = "is not one that this service gave; follow next as it is given";
        ApiError::parameter("cursor", fault)
    })
}
