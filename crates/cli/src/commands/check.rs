use std::fmt::{Display, Write};
use std::process::ExitCode;

use ::engine::Engine;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use market::Calendar;
use serde_json::{Value, json};

use super::{engine, fail, print};
use server::Config;

/// How to print what was found.
#[derive(Args)]
pub(crate) struct CheckArgs {
    /// As a JSON object: whether all is well, and each check with its name, status (ok, warning, failed, skipped) and sentence
    #[arg(long)]
    json: bool,
}

/// Tells whether the settings are valid (they are, or we would not be here),
/// the store is sound, no calendar ends soon, and each upstream answers and sends prices as they change.
/// Exit status 1 if any is not; a calendar's end is only said.
pub(crate) async fn check(config: Config, args: CheckArgs) -> ExitCode {
    let mut report = Report::default();
    report.add("settings", Status::Ok, "ok");
    match engine(&config).await {
        Ok(engine) => all(&config, &engine, &mut report).await,
        Err(message) if args.json => report.add("store", Status::Failed, message),
        Err(message) => return fail(1, &message),
    }
    let text = if args.json { report.object().to_string() + "\n" } else { report.lines() };
    match print(&text) {
        ExitCode::SUCCESS if !report.is_well() => ExitCode::FAILURE,
        status => status,
    }
}

/// What came of a check.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Ok,
    /// To be known, though nothing has failed.
    Warning,
    Failed,
    /// The settings forbid to look.
    Skipped,
}

impl Status {
    fn of<T, E>(result: &Result<T, E>) -> Self {
        if result.is_ok() { Self::Ok } else { Self::Failed }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

struct Check {
    name: String,
    status: Status,
    sentence: String,
}

/// All checks, in the order they were made.
#[derive(Default)]
struct Report {
    checks: Vec<Check>,
}

impl Report {
    fn add(&mut self, name: &str, status: Status, sentence: impl Display) {
        let (name, sentence) = (name.to_owned(), sentence.to_string());
        self.checks.push(Check { name, status, sentence });
    }

    fn is_well(&self) -> bool {
        self.checks.iter().all(|check| check.status != Status::Failed)
    }

    /// For people: a line for each.
    fn lines(&self) -> String {
        self.checks.iter().fold(String::new(), |mut lines, check| {
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "{:<10} {}", check.name, check.sentence);
            lines
        })
    }

    /// For programs.
    fn object(&self) -> Value {
        let check = |it: &Check| json!({ "name": it.name, "status": it.status.as_str(), "sentence": it.sentence });
        let status = if self.is_well() { Status::Ok } else { Status::Failed };
        let checks: Vec<Value> = self.checks.iter().map(check).collect();
        json!({ "status": status.as_str(), "checks": checks })
    }
}

async fn all(config: &Config, engine: &Engine, report: &mut Report) {
    store(config, engine, report).await;
    who_uses(config, report);
    calendars(engine.now(), report);
    if config.offline {
        let why = "not asked, because MARKETPULSE_OFFLINE is set";
        return report.add("upstreams", Status::Skipped, why);
    }
    upstreams(engine, report).await;
    if config.streams {
        streams(engine, report).await;
    } else {
        report.add("streams", Status::Skipped, "off, because MARKETPULSE_STREAMS is False");
    }
}

async fn store(config: &Config, engine: &Engine, report: &mut Report) {
    let store = engine.check_store().await;
    let status = Status::of(&store);
    let found = store.map_or_else(|error| error.in_full(), |()| "ok".to_owned());
    report.add("store", status, format_args!("{found} ({})", config.database));
    if let Some(failure) = engine.store_failure() {
        let (since, why) = (failure.since, failure.error.in_full());
        let sentence = format!("nothing new is stored since {since}: {why}");
        report.add("store", Status::Failed, sentence);
    }
}

/// Adds who uses the store, and what of it others may look into: facts, no failures.
fn who_uses(config: &Config, report: &mut Report) {
    if let Some(holder) = config.database.holder() {
        let sentence = format!("used by the service ({holder}), which answers here");
        report.add("store", Status::Ok, sentence);
    }
    for path in config.database.open_to_others() {
        let sentence = format!("{} is open to other users of this machine", path.display());
        report.add("store", Status::Warning, sentence);
    }
}

/// A release that knows further days ought to be had before a calendar ends.
const BEFORE_A_CALENDAR_ENDS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Adds each calendar that ends soon or has ended: a warning, no failure.
fn calendars(now: Timestamp, report: &mut Report) {
    let soon = now + BEFORE_A_CALENDAR_ENDS;
    let ending: Vec<_> = Calendar::all().filter(|it| it.last_day() < it.date(soon)).collect();
    if ending.is_empty() {
        report.add("calendars", Status::Ok, "ok");
    }
    for calendar in ending {
        let (mic, last) = (calendar.mic(), calendar.last_day());
        let sentence = format!("{mic} ends on {last}; a newer release knows more");
        report.add("calendars", Status::Warning, sentence);
    }
}

async fn upstreams(engine: &Engine, report: &mut Report) {
    for (source, result) in engine.check_sources().await {
        let found = match &result {
            Ok(quote) => format!("ok, {} {}", quote.instrument.symbol, quote.price),
            Err(error) => error.to_string(),
        };
        report.add(source.as_str(), Status::of(&result), found);
    }
}

async fn streams(engine: &Engine, report: &mut Report) {
    for (source, result) in engine.check_streams().await {
        let found = match &result {
            Ok(tick) => format!("ok, {} {}", tick.symbol, tick.price),
            Err(error) => error.to_string(),
        };
        report.add("streams", Status::of(&result), format_args!("{source}: {found}"));
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

    #[test]
    fn a_calendar_is_warned_of_ninety_days_before_it_ends() {
        let first_to_end = Calendar::all().min_by_key(|it| it.last_day()).unwrap();
        let report_on = |date: Date| {
            let mut report = Report::default();
            calendars(date.to_zoned(first_to_end.zone().clone()).unwrap().timestamp(), &mut report);
            assert!(report.is_well(), "an end is no failure");
            report.lines()
        };
        let last = first_to_end.last_day();
        let warning = format!("calendars  {} ends on {last};", first_to_end.mic());
        assert_eq!(report_on(last - jiff::Span::new().days(100)), "calendars  ok\n");
        assert!(report_on(last - jiff::Span::new().days(80)).contains(&warning));
        assert!(report_on(last + jiff::Span::new().days(10)).contains(&warning));
    }
}
