use jiff::Timestamp;
use jiff::tz::TimeZone;
use market::{Bar, Currency, Freshness, HistoryResult, Price};

use super::{format, words};

/// How many rows a page's table holds: the newest.
const MOST_ROWS: usize = 100;

/// An answer about history in words and figures. Never made of an empty one.
pub(super) struct Summary<'a> {
    pub(super) name: &'a str,
    pub(super) symbol: &'a str,
    /// Where it trades; empty where nobody says.
    pub(super) exchange: &'a str,
    pub(super) span: String,
    pub(super) interval: &'static str,
    /// As it stands in an address.
    pub(super) interval_name: &'static str,
    pub(super) zone: String,
    /// The zone that the times of bars shorter than a day are of, in words.
    pub(super) clock: Option<String>,
    pub(super) last: Moment,
    pub(super) first: Moment,
    pub(super) change: String,
    /// What the change is counted from.
    pub(super) since: &'static str,
    pub(super) direction: &'static str,
    pub(super) arrow: &'static str,
    pub(super) low: String,
    pub(super) high: String,
    pub(super) bars: String,
    pub(super) currency: String,
    pub(super) unit: &'a str,
    pub(super) basis: &'static str,
    pub(super) source: &'a str,
    pub(super) received: String,
    pub(super) received_at: Timestamp,
    pub(super) provisional: bool,
    pub(super) table: Table,
}

/// The newest bars, row by row.
pub(super) struct Table {
    /// What the first column holds, with its time zone.
    pub(super) when: String,
    /// Newest first.
    pub(super) rows: Vec<Row>,
    /// Whether there are more bars than rows.
    pub(super) is_cut: bool,
    /// Whether any row has an open, high or low.
    pub(super) has_range: bool,
    /// Whether any row has a volume.
    pub(super) has_volume: bool,
}

/// A close and when it was.
pub(super) struct Moment {
    pub(super) close: String,
    pub(super) when: String,
}

/// A bar as a row of the table; what is not known is an empty cell.
pub(super) struct Row {
    pub(super) when: String,
    pub(super) open: String,
    pub(super) high: String,
    pub(super) low: String,
    pub(super) close: String,
    pub(super) volume: String,
    pub(super) provisional: bool,
}

impl<'a> Summary<'a> {
    /// Sums up an answer; `None` where it has no bar. The change is counted from the
    /// close before, where there is one to count from.
    pub(super) fn of(
        answer: &'a HistoryResult,
        decimals: u8,
        previous: Option<Price>,
    ) -> Option<Self> {
        let series = &answer.series;
        let (first, last) = (series.get(0)?, series.last()?);
        let writer = Writer::new(answer, decimals);
        let closes = || series.closes().iter().map(|close| close.get());
        let base = previous.unwrap_or(first.close);
        let (direction, arrow) = words::direction(last.close.get() - base.get());
        Some(Self {
            name: &answer.instrument.name,
            symbol: answer.query.symbol.as_str(),
            exchange: answer.instrument.exchange.as_deref().unwrap_or_default(),
            span: words::span(&answer.query.span),
            interval: words::interval(answer.query.interval),
            interval_name: answer.query.interval.as_str(),
            zone: writer.zone_name().to_owned(),
            clock: writer.intraday.then(|| writer.clock(last.open_time)),
            change: writer.change(base, last.close),
            since: if previous.is_some() { "since previous close" } else { "over the period" },
            direction,
            arrow,
            low: format::price(closes().fold(f64::INFINITY, f64::min), decimals),
            high: format::price(closes().fold(f64::NEG_INFINITY, f64::max), decimals),
            bars: format::quantity(series.len() as f64),
            currency: series.head.currency.as_ref().map_or("not stated".into(), currency_text),
            unit: series.head.currency.as_ref().map_or("", Currency::as_str),
            basis: match series.head.basis {
                market::Basis::Unadjusted => "not at all",
                market::Basis::Splits => "for splits",
                market::Basis::All => "for splits and dividends",
            },
            source: series.head.source.as_str(),
            received: format::instant(answer.received_at),
            received_at: answer.received_at,
            provisional: last.provisional,
            table: writer.table(answer),
            last: writer.moment(&last),
            first: writer.moment(&first),
        })
    }
}

impl Summary<'_> {
    /// What a tab says: the price first, and what speaks against it.
    pub(super) fn title(&self, freshness: Freshness) -> String {
        let Self { name, span, unit, last, .. } = self;
        let price = format!("{} {unit}", last.close);
        let doubt = if freshness == Freshness::Stale { " (stale)" } else { "" };
        format!("{}{doubt} · {name}, {span}", price.trim_end())
    }
}

/// `GBp` is said to be hundredths of GBP, because it is easily misread.
fn currency_text(currency: &Currency) -> String {
    match currency.major() {
        Some(major) => format!("{currency} ({}s of {})", major.part(), major.code),
        None => currency.to_string(),
    }
}

/// Writes the bars of one series, all alike.
struct Writer {
    decimals: u8,
    intraday: bool,
    zone: TimeZone,
}

impl Writer {
    fn new(answer: &HistoryResult, decimals: u8) -> Self {
        let intraday = answer.query.interval.is_intraday();
        Self { decimals, intraday, zone: answer.instrument.zone() }
    }

    fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// `Europe/Paris, UTC+01`
    fn clock(&self, at: Timestamp) -> String {
        match self.zone.iana_name() {
            Some(name) => format!("{name}, UTC{}", self.zone.to_offset(at)),
            None => "UTC".to_owned(),
        }
    }

    fn change(&self, first: Price, last: Price) -> String {
        let decimals = format::shown_decimals(last.get(), self.decimals);
        let change = format::signed(last.get() - first.get(), decimals);
        if first.get() == 0.0 {
            return change;
        }
        let percent = (last.get() / first.get() - 1.0) * 100.0;
        format!("{change} ({})", format::percent(percent))
    }

    fn moment(&self, bar: &Bar) -> Moment {
        Moment { close: format::price(bar.close.get(), self.decimals), when: self.when(bar) }
    }

    fn when(&self, bar: &Bar) -> String {
        if self.intraday {
            format::minute(bar.open_time, &self.zone)
        } else {
            format::date(bar.date)
        }
    }

    fn table(&self, answer: &HistoryResult) -> Table {
        let rows: Vec<Row> =
            answer.series.bars().rev().take(MOST_ROWS).map(|bar| self.row(&bar)).collect();
        let has_range = |row: &Row| [&row.open, &row.high, &row.low].iter().any(|c| !c.is_empty());
        Table {
            when: if self.intraday {
                format!("Time ({})", self.zone_name())
            } else {
                "Date".into()
            },
            is_cut: answer.series.len() > rows.len(),
            has_range: rows.iter().any(has_range),
            has_volume: rows.iter().any(|row| !row.volume.is_empty()),
            rows,
        }
    }

    fn row(&self, bar: &Bar) -> Row {
        let price = |price: Option<Price>| {
            price.map_or(String::new(), |p| format::price(p.get(), self.decimals))
        };
        Row {
            when: self.when(bar),
            open: price(bar.open),
            high: price(bar.high),
            low: price(bar.low),
            close: price(Some(bar.close)),
            volume: bar.volume.map_or(String::new(), format::quantity),
            provisional: bar.provisional,
        }
    }
}
