use std::fmt::Write;

use engine::{Imported, Revision};
use market::{Bar, Currency, HistoryResult, Price};
use serde_json::{Value, json};

use super::ImportArgs;

/// What the bars of each symbol change, or would change.
#[derive(Default)]
pub(super) struct Report {
    lines: String,
    objects: Vec<Value>,
    is_news: bool,
}

impl Report {
    /// Notes what one symbol's bars change.
    pub(super) fn add(&mut self, answer: &HistoryResult, imported: &Imported, args: &ImportArgs) {
        self.lines.push_str(&lines(answer, imported));
        self.objects.push(object(answer, imported, !args.dry_run));
        self.is_news |= imported.new + imported.revised + imported.replaced > 0;
    }

    /// As it is printed.
    pub(super) fn finish(self, args: &ImportArgs) -> String {
        if args.json {
            return Value::from(self.objects).to_string() + "\n";
        }
        let end = match self.is_news {
            _ if args.dry_run => "nothing was stored, as this was a dry run",
            true => "stored under the source import",
            false => "nothing new was stored",
        };
        self.lines + end + "\n"
    }
}

/// What one symbol's bars change, for programs.
fn object(answer: &HistoryResult, imported: &Imported, stored: bool) -> Value {
    let (head, dates) = (&answer.series.head, answer.series.dates());
    json!({
        "symbol": head.symbol.as_str(),
        "interval": head.interval.as_str(),
        "currency": head.currency.as_ref().map(Currency::as_str),
        "basis": head.basis.as_str(),
        "from": dates.first(),
        "to": dates.last(),
        "new": imported.new,
        "revised": imported.revised,
        "unchanged": imported.unchanged,
        "replaced": imported.replaced,
        "stored": stored,
    })
}

/// What one symbol's bars change, for people.
fn lines(answer: &HistoryResult, imported: &Imported) -> String {
    let head = &answer.series.head;
    let currency = head.currency.as_ref().map_or("a currency not stated", Currency::as_str);
    let basis = head.basis.as_str();
    let mut report = format!("{} {} in {currency} ({basis}): ", head.symbol, head.interval);
    // Writing to a String cannot fail.
    let _ = writeln!(report, "{}", counts(answer, imported));
    if let Some(elsewhere) =
        answer.instrument.currency.as_ref().filter(|it| Some(*it) != head.currency.as_ref())
    {
        let _ = writeln!(report, "  note: it is priced in {elsewhere} elsewhere");
    }
    for revision in &imported.revisions {
        let _ = writeln!(report, "  {}", revised(revision, head.interval.is_intraday()));
    }
    let more = imported.revised - imported.revisions.len();
    if more > 0 {
        let _ = writeln!(report, "  and {more} more are revised");
    }
    report
}

fn counts(answer: &HistoryResult, imported: &Imported) -> String {
    let Imported { new, revised, unchanged, replaced, .. } = *imported;
    if new == 0 && revised == 0 && replaced == 0 {
        return format!("nothing new, {unchanged} bars unchanged");
    }
    let dates = answer.series.dates();
    let stretch = dates.first().zip(dates.last());
    let stretch = stretch.map_or_else(String::new, |(from, to)| format!(", {from} to {to}"));
    let counts = format!("{new} new, {revised} revised, {unchanged} unchanged{stretch}");
    match replaced {
        0 => counts,
        _ => format!("{counts}, in place of all {replaced} bars from earlier imports"),
    }
}

/// `2024-01-02: close 7 -> 7.5, volume 100 -> none`
fn revised(Revision { before, after }: &Revision, intraday: bool) -> String {
    let when = if intraday { after.open_time.to_string() } else { after.date.to_string() };
    let changes = figures(before).into_iter().zip(figures(after));
    let changes = changes.filter(|(before, after)| before != after);
    let changes: Vec<String> =
        changes.map(|((name, before), (_, after))| format!("{name} {before} -> {after}")).collect();
    format!("{when}: {}", changes.join(", "))
}

fn figures(bar: &Bar) -> [(&'static str, String); 8] {
    let price = |price: Option<Price>| price.map_or_else(|| "none".to_owned(), |it| it.to_string());
    [
        ("date", bar.date.to_string()),
        ("open", price(bar.open)),
        ("high", price(bar.high)),
        ("low", price(bar.low)),
        ("close", bar.close.to_string()),
        ("adj_close", price(bar.adj_close)),
        ("volume", bar.volume.map_or_else(|| "none".to_owned(), |it| it.to_string())),
        ("provisional", bar.provisional.to_string()),
    ]
}
