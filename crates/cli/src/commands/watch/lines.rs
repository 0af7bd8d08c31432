use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

use clap::ValueEnum;
use engine::Entry;
use jiff::Timestamp;
use market::{Quote, Source, Symbol};
use serde_json::Value;

use crate::commands::no_price;
use query::records::quote::quote_json;

/// How a change is written on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LineFormat {
    /// Six words with spaces between
    Text,
    /// A JSON object
    Json,
}

/// Changes as lines, each once.
pub(super) struct Lines<W> {
    out: W,
    format: LineFormat,
    /// What was last said of each instrument.
    said: HashMap<Symbol, String>,
    /// Why there was no price, as last said to people.
    excused: HashMap<Symbol, String>,
    /// Those that had no price when last looked at, though sources were asked.
    missed: HashSet<Symbol>,
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: W, format: LineFormat) -> Self {
        let (said, excused, missed) = Default::default();
        Self { out, format, said, excused, missed }
    }

    /// Writes a line for each instrument of which there is something new to say.
    /// Returns why others have no price, each reason once.
    ///
    /// One without a price is reported at the second look: another source, or the
    /// simulator, may be about to stand in.
    pub(super) fn show(
        &mut self,
        entries: &[Arc<Entry>],
        now: Timestamp,
    ) -> io::Result<Vec<String>> {
        let (priced, missed): (Vec<_>, Vec<_>) =
            entries.iter().filter(|entry| is_heard_of(entry)).partition(|it| it.quote.is_some());
        let symbol = |entry: &Arc<Entry>| entry.instrument.symbol.clone();
        let before: HashSet<Symbol> =
            std::mem::replace(&mut self.missed, missed.iter().map(|it| symbol(it)).collect());
        let missed: Vec<_> = missed.into_iter().filter(|it| before.contains(&symbol(it))).collect();
        for entry in priced.into_iter().chain(missed.iter().copied()) {
            self.write(entry, now)?;
        }
        self.out.flush()?;
        Ok(missed.into_iter().filter_map(|entry| self.excuse(entry)).collect())
    }

    fn write(&mut self, entry: &Entry, now: Timestamp) -> io::Result<()> {
        let symbol = &entry.instrument.symbol;
        let line = match self.format {
            LineFormat::Text => text(entry, now),
            LineFormat::Json => json(entry, now),
        };
        if self.said.get(symbol) == Some(&line) {
            return Ok(());
        }
        match self.format {
            LineFormat::Text => writeln!(self.out, "{now:.3} {line}")?,
            LineFormat::Json => writeln!(self.out, "{{\"timestamp\":\"{now}\",{line}")?,
        }
        self.said.insert(symbol.clone(), line);
        Ok(())
    }

    fn excuse(&mut self, entry: &Entry) -> Option<String> {
        let why = no_price(entry);
        let before = self.excused.insert(entry.instrument.symbol.clone(), why.clone());
        (before.as_ref() != Some(&why)).then_some(why)
    }
}

/// Whether anybody was asked yet.
fn is_heard_of(entry: &Entry) -> bool {
    entry.quote.is_some() || !entry.failures.is_empty()
}

/// `AAPL 269.05 +0.83 fresh` and the source
fn text(entry: &Entry, now: Timestamp) -> String {
    let quote = entry.quote.as_ref();
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let freshness = entry.freshness(now);
    let percent = quote.and_then(Quote::change_percent);
    format!(
        "{} {} {} {} {}",
        entry.instrument.symbol,
        or_none(quote.map(|quote| quote.price.to_string())),
        or_none(percent.map(|percent| format!("{percent:+.2}"))),
        freshness.as_str(),
        quote.map_or("-", |quote| Source::as_str(&quote.source)),
    )
}

/// What `/marketpulse/latest` says of a quote, without its opening brace and its
/// age, which is another each second.
fn json(entry: &Entry, now: Timestamp) -> String {
    let mut quote = serde_json::to_value(quote_json(entry, now)).unwrap_or_default();
    quote.as_object_mut().map(|members| members.remove("age_s"));
    let whole = Value::to_string(&quote);
    whole.strip_prefix('{').unwrap_or_default().to_owned()
}
