use jiff::Timestamp;
use market::Series;

/// Which row comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The oldest.
    #[default]
    OldestFirst,
    /// The newest.
    NewestFirst,
}

/// The part of a series that one answer gives, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Position of the oldest bar given.
    first: usize,
    len: usize,
    order: Order,
    has_more: bool,
}

impl Page {
    /// At most `limit` rows from where `cursor` ended. A cursor is the open time
    /// of the last row given, so that bars which come or go meanwhile shift no
    /// page.
    pub fn of(
        series: &Series,
        limit: Option<u32>,
        cursor: Option<Timestamp>,
        order: Order,
    ) -> Self {
        let limit = limit.map_or(usize::MAX, |limit| limit as usize);
        let (begin, end) = match (cursor, order) {
            (None, _) => (0, series.len()),
            (Some(at), Order::OldestFirst) => (series.opened_by(at), series.len()),
            (Some(at), Order::NewestFirst) => (0, series.opened_before(at)),
        };
        let len = limit.min(end - begin);
        let first = if order == Order::NewestFirst { end - len } else { begin };
        Self { first, len, order, has_more: len < end - begin }
    }

    /// All of a series, oldest first.
    pub fn whole(series: &Series) -> Self {
        Self::of(series, None, None, Order::OldestFirst)
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The bar's position in the series for a row.
    pub(crate) fn place(&self, row: usize) -> usize {
        match self.order {
            Order::OldestFirst => self.first + row,
            Order::NewestFirst => self.first + self.len - 1 - row,
        }
    }

    /// The cursor that leads to the rest, where there is one.
    pub fn next(&self, series: &Series) -> Option<Timestamp> {
        let last = self.place(self.len.checked_sub(1)?);
        series.get(last).filter(|_| self.has_more).map(|bar| bar.open_time)
    }
}
