//! Price history as a chart for the terminal.

mod canvas;
mod chart;
mod slots;

use std::ffi::OsStr;

use jiff::Timestamp;
use market::{HistoryResult, series_freshness};

pub(crate) use canvas::Charset;
use chart::{chart, decimals};

/// Columns where nobody tells how many there are, as in a pipe.
const USUAL_WIDTH: u16 = 80;

/// Rows of the chart itself; the axis and the dates come below.
const HEIGHT: usize = 16;

/// An answer as a line that sums it up and a chart as wide as the terminal.
pub(super) fn plot(answer: &HistoryResult, now: Timestamp) -> String {
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    let width = terminal.map_or(USUAL_WIDTH, |(width, _)| width.0);
    let charset = Charset::of(|name| std::env::var_os(name));
    format!(
        "{}\n{}",
        title(answer, now),
        chart(&answer.series, usize::from(width), HEIGHT, charset)
    )
}

/// `CAC 40 (CAC40)  8200.5 EUR running  +12.30 (+0.15 %) since 2025-09-29`, the
/// source, `fresh`
fn title(answer: &HistoryResult, now: Timestamp) -> String {
    let head = &answer.series.head;
    let currency = head.currency.as_ref().map_or("currency not stated", |it| it.as_str());
    let last = answer.series.last().map_or_else(
        || "no bars".to_owned(),
        |last| {
            let running = if last.provisional { " running" } else { "" };
            format!("{} {currency}{running}  {}", last.close, change(answer))
        },
    );
    format!(
        "{} ({})  {last}  {}, {}",
        answer.instrument.name,
        head.symbol,
        head.source,
        series_freshness(answer, now).as_str()
    )
}

/// The way from the first close to the last; in per cent only where that means
/// something.
fn change(answer: &HistoryResult) -> String {
    let series = &answer.series;
    let (Some(first), Some(last)) = (series.get(0), series.last()) else { return String::new() };
    let (from, to) = (first.close.get(), last.close.get());
    let usual = usize::from(answer.instrument.price_decimals);
    let digits =
        if from.to_bits() == to.to_bits() { usual } else { decimals(to - from).max(usual) };
    let percent =
        if from > 0.0 { format!(" ({:+.2} %)", (to / from - 1.0) * 100.0) } else { String::new() };
    format!("{:+.digits$}{percent} since {}", to - from, first.date)
}

impl Charset {
    /// What the terminal can show, by its variables: Braille needs a locale in
    /// UTF-8 and a terminal that is not dumb.
    pub(crate) fn of<T: AsRef<OsStr>>(var: impl Fn(&str) -> Option<T>) -> Self {
        let text = |name| var(name).map(|value| value.as_ref().to_string_lossy().to_lowercase());
        // The first that is set and not empty decides, as in POSIX.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(text);
        let locale = locale.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
        let speaks_utf8 = locale.contains("utf-8") || locale.contains("utf8");
        let is_dumb = text("TERM").is_some_and(|term| term == "dumb");
        if speaks_utf8 && !is_dumb { Self::Braille } else { Self::Ascii }
    }
}

#[cfg(test)]
mod tests;
