//! What can go wrong at upstreams, each fault with what can still be had while it lasts.

use std::net::SocketAddr;
use std::time::Duration;

use simulator::{Fault, Odd, Tale};

use crate::Mode;

/// What can still be had from upstreams while a fault lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Nothing that is new: every value held stays as it is.
    Nothing,
    /// Something now and then, or in part.
    Something,
    /// All there is.
    Everything,
}

/// What the upstreams' clock does while ours goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TheirClock {
    /// Ahead of ours by so many hours, or behind.
    Off(i64),
    /// Stands still.
    Stopped,
}

/// How a fault is brought about.
#[derive(Clone, Debug)]
pub enum Cause {
    /// Every upstream spoils its answers.
    Answers(Fault),
    /// The line does.
    Line(Mode),
    /// Upstreams' clock is not ours.
    Clock(TheirClock),
    /// The service is started with another address for every upstream.
    Address(fn(SocketAddr) -> String),
    /// The service is started when upstreams have been down for a while.
    Start(Fault),
}

/// A fault of upstreams that the service meets with values held.
#[derive(Clone, Debug)]
pub struct UpstreamFault {
    /// What it is called in a table.
    pub name: &'static str,
    /// How it comes about.
    pub cause: Cause,
    /// What can be had all the same.
    pub gives: Gives,
    /// Each call takes the whole timeout, which is a matter of seconds then: how long
    /// recovery takes depends on the machine, so that only the full table has it.
    pub slow: bool,
}

const BIG: u64 = 300_000_000;

/// Every one there is, in the order of the table.
pub fn of_upstreams() -> Vec<UpstreamFault> {
    let mut all = Vec::new();
    all.extend(statuses());
    all.extend(connections());
    all.extend(bodies());
    all.extend(redirects());
    all.extend(times());
    all.extend(waits());
    all
}

fn fault(name: &'static str, cause: Cause, gives: Gives) -> UpstreamFault {
    UpstreamFault { name, cause, gives, slow: false }
}

fn spoilt(name: &'static str, spoilt: Fault) -> UpstreamFault {
    fault(name, Cause::Answers(spoilt), Gives::Nothing)
}

fn status(code: u16, retry_after: Option<&str>) -> Fault {
    Fault::Status { code, retry_after: retry_after.map(str::to_owned) }
}

fn statuses() -> Vec<UpstreamFault> {
    let by_date = "Wed, 29 Oct 2025 12:20:00 GMT";
    vec![
        spoilt("429", status(429, None)),
        spoilt("429, Retry-After: 30", status(429, Some("30"))),
        spoilt("429, Retry-After: 0", status(429, Some("0"))),
        spoilt("429, Retry-After: a date", status(429, Some(by_date))),
        spoilt("401", status(401, None)),
        spoilt("403", status(403, None)),
        spoilt("404", status(404, None)),
        spoilt("422", status(422, None)),
        spoilt("500", status(500, None)),
        spoilt("502", status(502, None)),
        spoilt("503", status(503, None)),
        spoilt("503, Retry-After: 30", status(503, Some("30"))),
    ]
}

fn connections() -> Vec<UpstreamFault> {
    let dns = Cause::Address(|_| "http://nohost.invalid".to_owned());
    let tls = Cause::Address(|line| format!("https://{line}"));
    vec![
        fault("connection refused", Cause::Line(Mode::Cut), Gives::Nothing),
        fault("DNS failure", dns, Gives::Nothing),
        fault("TLS failure", tls, Gives::Nothing),
        spoilt("closed without an answer", Fault::Close),
        spoilt("cut off mid-body", Fault::Truncate),
    ]
}

fn waits() -> Vec<UpstreamFault> {
    vec![
        UpstreamFault { slow: true, ..spoilt("accepts, never answers", Fault::Hang) },
        UpstreamFault { slow: true, ..spoilt("one byte a second", Fault::Drip) },
    ]
}

fn bodies() -> Vec<UpstreamFault> {
    let mislabelled = Cause::Line(Mode::Mislabelling);
    vec![
        spoilt("empty body", Fault::Empty),
        spoilt("HTML with status 200", Fault::Html),
        spoilt("not JSON", Fault::Garbage),
        spoilt("JSON of another shape", Fault::WrongShape),
        fault("null rows", Cause::Answers(Fault::NullRows), Gives::Something),
        fault("all-null series", Cause::Answers(Fault::AllNull), Gives::Something),
        spoilt("a refusal with status 200", Fault::Refused),
        fault("one of several left out", Cause::Answers(Fault::LeftOut), Gives::Something),
        fault("one bar that cannot be", Cause::Answers(Fault::Odd(Odd::Bar)), Gives::Something),
        fault("a split 1:0", Cause::Answers(Fault::Odd(Odd::Split)), Gives::Something),
        fault("a dividend of nothing", Cause::Answers(Fault::Odd(Odd::Dividend)), Gives::Something),
        fault("half an answer", Cause::Answers(Fault::Tale(Tale::Half)), Gives::Something),
        fault("months for days", Cause::Answers(Fault::Months), Gives::Something),
        fault("wrong content type", mislabelled, Gives::Everything),
        spoilt("300 MB body", Fault::Huge(BIG)),
        spoilt("gzip bomb", Fault::GzipBomb),
    ]
}

fn redirects() -> Vec<UpstreamFault> {
    let to = |address: &str| Fault::Redirect(address.to_owned());
    vec![
        spoilt("redirect loop", to("/again")),
        spoilt("redirect to a private address", to("http://169.254.169.254/latest/meta-data/")),
    ]
}

fn times() -> Vec<UpstreamFault> {
    let off = |hours| Cause::Clock(TheirClock::Off(hours));
    let down = Cause::Start(status(503, None));
    let late = Cause::Answers(Fault::Slow(Duration::from_millis(150)));
    vec![
        fault("upstream clock a day ahead", off(24), Gives::Nothing),
        fault("upstream clock a day behind", off(-24), Gives::Nothing),
        fault("same answer for ever", Cause::Clock(TheirClock::Stopped), Gives::Nothing),
        fault("flapping every other request", Cause::Line(Mode::Flapping), Gives::Something),
        fault("slow but right", late, Gives::Everything),
        fault("all down from the start, values stored", down, Gives::Nothing),
    ]
}
