use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, Element, Impossible, Kind, Price, Sieve, SourceError};

use super::dates::TradingDates;
use super::market_day::MarketDay;
use super::number::price;
use super::{instant, unreadable};
use crate::json::Figure;
use crate::yahoo::wire::{Chart, Column, Columns};

/// The rows of a chart.
#[derive(Default)]
pub(super) struct Read {
    /// Those with a close that can be, in the order sent.
    pub(super) bars: Vec<Bar>,
    /// The dates of those without a close.
    pub(super) unpriced: Vec<Date>,
}

/// Every row with a close that can be, in the order sent. A row without a close is
/// a hole and makes no bar; what cannot be is set aside.
pub(super) fn bars(chart: &Chart, day: &MarketDay, sieve: &mut Sieve) -> Result<Read, SourceError> {
    let none = Columns::default();
    let columns = chart.indicators.quote.first().unwrap_or(&none);
    let times = chart.timestamp.as_deref().unwrap_or_default();
    if times.is_empty() && columns.close.as_ref().is_none_or(Vec::is_empty) {
        return Ok(Read::default());
    }
    let rows = Rows::check(times, columns, chart)?;
    let stamps = || times.iter().map(|time| instant(*time));
    let dates = TradingDates::of(stamps().flatten(), day);
    let (mut bars, mut unpriced) = (Vec::with_capacity(times.len()), Vec::new());
    for (i, stamp) in stamps().enumerate() {
        let date = stamp.map(|stamp| dates.date(stamp));
        match rows.prices(i, day.kind) {
            Ok(Some(prices)) => match stamp.zip(date) {
                Some((stamp, date)) => bars.extend(sieve.bar(prices.at(stamp, date))),
                None => sieve.keep(Element::Bar, None, Impossible::NoTime),
            },
            Ok(None) => unpriced.extend(date),
            Err(reason) => sieve.keep(Element::Bar, date, reason),
        }
    }
    Ok(Read { bars, unpriced })
}

/// Whether there is any row at all, be it a hole.
pub(super) fn has_any(chart: &Chart) -> bool {
    chart.timestamp.as_ref().is_some_and(|times| !times.is_empty())
}

/// Columns known to be as long as the times they belong to.
struct Rows<'a> {
    open: &'a [Figure],
    high: &'a [Figure],
    low: &'a [Figure],
    close: &'a [Figure],
    adj_close: &'a [Figure],
    volume: &'a [Figure],
}

impl<'a> Rows<'a> {
    fn check(
        times: &'a [Figure],
        columns: &'a Columns,
        chart: &'a Chart,
    ) -> Result<Self, SourceError> {
        let adj_close =
            chart.indicators.adjclose.first().and_then(|column| column.adjclose.as_ref());
        let column = |name: &str, column: Option<&'a Column>| match column {
            Some(column) if column.len() != times.len() => Err(unreadable(&format!(
                "{name} has {} values for {} timestamps",
                column.len(),
                times.len()
            ))),
            column => Ok(column.map_or(&[][..], Vec::as_slice)),
        };
        let close = columns.close.as_ref().ok_or_else(|| unreadable("close is missing"))?;
        Ok(Self {
            open: column("open", columns.open.as_ref())?,
            high: column("high", columns.high.as_ref())?,
            low: column("low", columns.low.as_ref())?,
            close: column("close", Some(close))?,
            adj_close: column("adjclose", adj_close)?,
            volume: column("volume", columns.volume.as_ref())?,
        })
    }

    /// `None` for a hole.
    fn prices(&self, i: usize, kind: Kind) -> Result<Option<Prices>, Impossible> {
        let at = |column: &[Figure]| column.get(i).copied().unwrap_or_default();
        let Some(close) = read(at(self.close))? else { return Ok(None) };
        let [open, high, low] = [self.open, self.high, self.low].map(|column| read(at(column)));
        let range = unless_zero([open?, high?, low?], close, kind);
        // A row of nothing but zeros is a hole, except of what may well be zero.
        if close.get() == 0.0 && range == [None; 3] && kind != Kind::Rate {
            return Ok(None);
        }
        let adj_close = at(self.adj_close).number().and_then(price);
        Ok(Some(Prices { range, close, adj_close, volume: at(self.volume).number() }))
    }
}

fn read(figure: Figure) -> Result<Option<Price>, Impossible> {
    match figure {
        Figure::Odd => Err(Impossible::NoNumber),
        Figure::Absent => Ok(None),
        Figure::Number(number) => price(number).map(Some).ok_or(Impossible::NoNumber),
    }
}

/// Some indexes come with zeros where they have a close alone. Rates may well be
/// zero, and then not all three are beside another close.
fn unless_zero(range: [Option<Price>; 3], close: Price, kind: Kind) -> [Option<Price>; 3] {
    let is_zero = |price: &Price| price.get() == 0.0;
    let zeros = range.iter().flatten().filter(|price| is_zero(price)).count();
    if kind == Kind::Rate && (zeros < range.len() || is_zero(&close)) {
        return range;
    }
    range.map(|price| price.filter(|price| !is_zero(price)))
}

/// The prices of a row.
struct Prices {
    /// Open, high and low.
    range: [Option<Price>; 3],
    close: Price,
    adj_close: Option<Price>,
    volume: Option<f64>,
}

impl Prices {
    fn at(self, open_time: Timestamp, date: jiff::civil::Date) -> Bar {
        let Self { range: [open, high, low], close, adj_close, volume } = self;
        Bar { open_time, date, open, high, low, close, adj_close, volume, provisional: false }
    }
}
