use std::fmt::Write;
use std::process::ExitCode;

use ::engine::Engine;
use jiff::{SignedDuration, Timestamp};
use market::Calendar;

use super::{engine, fail, print};
use server::Config;

/// Tells whether the settings are valid (they are, or we would not be here),
/// the store is sound, no calendar ends soon, and each upstream answers and sends prices as they change.
/// Exit status 1 if any is not; a calendar's end is only said.
pub(crate) async fn check(config: Config) -> ExitCode {
    let mut report = String::from("settings   ok\n");
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let store = engine.check_store().await;
    let mut sound = store.is_ok();
    let store = store.map_or_else(|error| error.in_full(), |()| "ok".to_owned());
    // Writing to a String cannot fail.
    let _ = writeln!(report, "store      {store} ({})", config.database);
    calendars(engine.now(), &mut report);
    if config.offline {
        report.push_str("upstreams  not asked, because MARKETPULSE_OFFLINE is set\n");
        return finish(&report, sound);
    }
    for (source, result) in engine.check_sources().await {
        let found = match &result {
            Ok(quote) => format!("ok, {} {}", quote.instrument.symbol, quote.price),
            Err(error) => error.to_string(),
        };
        sound &= result.is_ok();
        let _ = writeln!(report, "{:<10} {found}", source.as_str());
    }
    if config.streams {
        sound &= check_streams(&engine, &mut report).await;
    } else {
        report.push_str("streams    off, because MARKETPULSE_STREAMS is False\n");
    }
    finish(&report, sound)
}

/// A release that knows further days ought to be had before a calendar ends.
const BEFORE_A_CALENDAR_ENDS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Adds a line for each calendar that ends soon or has ended: a warning, no failure.
fn calendars(now: Timestamp, report: &mut String) {
    let soon = now + BEFORE_A_CALENDAR_ENDS;
    let ending: Vec<_> = Calendar::all().filter(|it| it.last_day() < it.date(soon)).collect();
    if ending.is_empty() {
        report.push_str("calendars  ok\n");
    }
    for calendar in ending {
        let (mic, last) = (calendar.mic(), calendar.last_day());
        // Writing to a String cannot fail.
        let _ = writeln!(report, "calendars  {mic} ends on {last}; a newer release knows more");
    }
}

/// Adds a line for each stream, and tells whether all are well.
async fn check_streams(engine: &Engine, report: &mut String) -> bool {
    let mut are_well = true;
    for (source, result) in engine.check_streams().await {
        let found = match &result {
            Ok(tick) => format!("ok, {} {}", tick.symbol, tick.price),
            Err(error) => error.to_string(),
        };
        are_well &= result.is_ok();
        // Writing to a String cannot fail.
        let _ = writeln!(report, "streams    {source}: {found}");
    }
    are_well
}

fn finish(report: &str, sound: bool) -> ExitCode {
    match print(report) {
        ExitCode::SUCCESS if !sound => ExitCode::FAILURE,
        status => status,
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
            let mut report = String::new();
            calendars(date.to_zoned(first_to_end.zone().clone()).unwrap().timestamp(), &mut report);
            report
        };
        let last = first_to_end.last_day();
        let warning = format!("calendars  {} ends on {last};", first_to_end.mic());
        assert_eq!(report_on(last - jiff::Span::new().days(100)), "calendars  ok\n");
        assert!(report_on(last - jiff::Span::new().days(80)).contains(&warning));
        assert!(report_on(last + jiff::Span::new().days(10)).contains(&warning));
    }
}
