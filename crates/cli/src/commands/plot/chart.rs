use std::fmt::Write;

use market::{Bar, Interval, Series};

use super::canvas::{Canvas, Charset};
use super::slots::slots;

/// A chart is never drawn narrower, however narrow the terminal is.
const NARROWEST: usize = 12;

/// Rows from one price of the axis to the next.
const ROWS_PER_PRICE: usize = 3;

/// Columns from one date below the chart to the next; a date takes up to 12.
const COLUMNS_PER_DATE: usize = 24;

/// Closes as a line: the axis of prices on the right, dates below.
///
/// `width` counts characters, the axis included; `height` rows, without the two
/// lines below. Where bars are missing the line is broken. Of many bars in one
/// column none is left out.
pub(crate) fn chart(series: &Series, width: usize, height: usize, charset: Charset) -> String {
    let height = height.max(2);
    let Some(scale) = Scale::of(series) else { return "no bars to draw\n".to_owned() };
    let prices = scale.prices(height);
    let axis = 2 + prices.iter().map(String::len).max().unwrap_or(0);
    let columns = width.saturating_sub(axis).max(NARROWEST);
    let places = Places::new(series, columns, charset);
    let mut text = String::new();
    for (row, price) in places.draw(series, &scale, height).rows().zip(&prices) {
        let tick = charset.axis(!price.is_empty());
        let _ = writeln!(text, "{}", format!("{row}{tick} {price}").trim_end());
    }
    text + &dates_below(series, &places)
}

/// The prices at the lower and upper edge.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// `None` where there is no bar.
    fn of(series: &Series) -> Option<Self> {
        let closes = || series.closes().iter().map(|close| close.get());
        let (low, high) = (closes().reduce(f64::min)?, closes().reduce(f64::max)?);
        // A price that never moves is drawn in the middle.
        let room = if low < high { 0.0 } else { (low.abs() / 100.0).max(f64::MIN_POSITIVE) };
        Some(Self { low: low - room, high: high + room })
    }

    /// The dot of a price, counted from the top.
    fn dot(&self, price: f64, dots: usize) -> usize {
        let share = (self.high - price) / (self.high - self.low);
        (share * (dots - 1) as f64).round() as usize
    }

    /// What stands at each row of the axis; most rows have nothing.
    fn prices(&self, rows: usize) -> Vec<String> {
        let count = (rows - 1).div_ceil(ROWS_PER_PRICE);
        let step = (self.high - self.low) / count as f64;
        let digits = decimals(step);
        let mut prices = vec![String::new(); rows];
        for i in 0..=count {
            let price = self.high - step * i as f64;
            prices[i * (rows - 1) / count] = format!("{price:.digits$}");
        }
        prices
    }
}

/// Digits after the point that show a difference to two figures at least.
pub(super) fn decimals(difference: f64) -> usize {
    (1.0 - difference.abs().log10().floor()).clamp(0.0, 12.0) as usize
}

/// Where bars stand from left to right.
struct Places {
    slots: Vec<usize>,
    columns: usize,
    charset: Charset,
}

impl Places {
    fn new(series: &Series, columns: usize, charset: Charset) -> Self {
        Self { slots: slots(series), columns, charset }
    }

    /// A position of `many` for the bar's slot.
    fn of(&self, bar: usize, many: usize) -> usize {
        let last = self.slots.last().copied().unwrap_or(0).max(1);
        (self.slots[bar] as f64 / last as f64 * (many - 1) as f64).round() as usize
    }

    fn draw(&self, series: &Series, scale: &Scale, rows: usize) -> Canvas {
        let mut canvas = Canvas::new(self.columns, rows, self.charset);
        let (across, down) = canvas.dots();
        let mut before = None;
        for (i, close) in series.closes().iter().enumerate() {
            let dot = (self.of(i, across), scale.dot(close.get(), down));
            let is_next = i > 0 && self.slots[i] == self.slots[i - 1] + 1;
            canvas.line(before.filter(|_| is_next).unwrap_or(dot), dot);
            before = Some(dot);
        }
        canvas
    }

    /// The bar nearest to a column.
    fn nearest(&self, column: usize) -> usize {
        let bars = 0..self.slots.len();
        bars.min_by_key(|&bar| self.of(bar, self.columns).abs_diff(column)).unwrap_or(0)
    }
}

/// The axis of time and the dates below it.
fn dates_below(series: &Series, places: &Places) -> String {
    let columns = places.columns;
    let count = columns / COLUMNS_PER_DATE;
    let mut axis = vec![places.charset.floor(false); columns];
    let mut dates = String::new();
    for i in 0..=count {
        let bar = places.nearest(i * (columns - 1) / count.max(1));
        let column = places.of(bar, columns);
        let Some(date) = series.get(bar).map(|bar| label(&bar, series.head.interval)) else {
            break;
        };
        let start = column.saturating_sub(date.len() / 2).min(columns.saturating_sub(date.len()));
        // After a long hole the nearest bar may be one that has its date already.
        if dates.is_empty() || start > dates.len() {
            let _ = write!(dates, "{:1$}{date}", "", start - dates.len());
            axis[column] = places.charset.floor(true);
        }
    }
    format!("{}{}\n{dates}\n", String::from_iter(axis), places.charset.corner())
}

/// A trading date, or for shorter bars an instant in UTC.
fn label(bar: &Bar, interval: Interval) -> String {
    if interval.is_intraday() {
        bar.open_time.strftime("%m-%d %H:%MZ").to_string()
    } else {
        bar.date.to_string()
    }
}

impl Charset {
    /// A piece of the axis of prices, with or without a tick.
    fn axis(self, tick: bool) -> char {
        match (self, tick) {
            (Self::Braille, true) => '┤',
            (Self::Braille, false) => '│',
            (Self::Ascii, true) => '+',
            (Self::Ascii, false) => '|',
        }
    }

    /// A piece of the axis of time, with or without a tick.
    fn floor(self, tick: bool) -> char {
        match (self, tick) {
            (Self::Braille, true) => '┴',
            (Self::Braille, false) => '─',
            (Self::Ascii, true) => '+',
            (Self::Ascii, false) => '-',
        }
    }

    /// Where the two axes meet.
    fn corner(self) -> char {
        match self {
            Self::Braille => '┘',
            Self::Ascii => '+',
        }
    }
}
