use std::collections::BTreeMap;
use std::pin::Pin;

use crate::Form;
use crate::disk;
use crate::faults::{self, Cause, Gives, UpstreamFault};
use crate::known::Known;
use crate::line::Mode;
use crate::process;
use crate::readers::{Readers, Tally};
use crate::recovery;
use crate::stage::{Stage, TheirClock, UPSTREAMS};
use crate::table::Outcome;

/// What one row of the table takes.
pub(crate) type Ordeal = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Long enough for a busy machine, where nobody makes us wait on purpose.
pub(crate) const PATIENT: &str = "5s";
const HASTY: &str = "2s";

/// Every fault with the way through it, in the order of the table.
pub(crate) fn all(form: Form) -> Vec<(&'static str, Ordeal)> {
    let mut all: Vec<(&'static str, Ordeal)> = Vec::new();
    for fault in faults::of_upstreams() {
        all.push((fault.name, Box::pin(survive(fault, form))));
    }
    all.push(("all down from the start, nothing stored", Box::pin(start_with_nothing(form))));
    all.push(("disk full", Box::pin(disk::full(form))));
    all.push(("database read-only", Box::pin(disk::read_only(form))));
    all.push(("database is noise", Box::pin(process::noise())));
    all.push(("database torn in the middle", Box::pin(process::torn())));
    all.push(("database cut short", Box::pin(process::cut_short())));
    all.push(("kill -9 during refreshes", Box::pin(process::killed(form))));
    all
}

/// Seconds from one look to the next: less than an hour in all, so that what is
/// counted by the hour is the whole.
pub(crate) fn steps(form: Form, slow: bool) -> Vec<i64> {
    match (form, slow) {
        (Form::Short, false) => [vec![15; 4], vec![60; 4], vec![300; 5]].concat(),
        (Form::Short, true) => [vec![60; 2], vec![600; 3]].concat(),
        (Form::Full, false) => vec![15; 200],
        (Form::Full, true) => [vec![60; 20], vec![300; 6]].concat(),
    }
}

/// Time passes: the service refreshes what is due, and readers ask meanwhile.
pub(crate) async fn pass(stage: &Stage, readers: &mut Readers, steps: &[i64], form: Form) {
    let at_once = if form == Form::Full { 4 } else { 1 };
    for seconds in steps {
        stage.advance(*seconds);
        tokio::join!(stage.engine().refresh_due(), readers.ask(stage, at_once));
    }
}

async fn survive(fault: UpstreamFault, form: Form) -> Outcome {
    let mut stage = Stage::new(PATIENT).await;
    stage.start().await.unwrap();
    let mut readers = Readers::new(Known::read(&stage).await, fault.gives);
    if fault.slow {
        stage.timeout = HASTY;
        stage.start().await.unwrap();
    }
    bring_about(&mut stage, &fault.cause).await;
    let before = Calls::by(&stage);
    pass(&stage, &mut readers, &steps(form, fault.slow), form).await;
    let after = Calls::by(&stage);
    end(&mut stage, &fault.cause).await;
    finish(&stage, readers, (before, after)).await
}

/// Nothing is held, so everything is missing for a reason, until it is not.
async fn start_with_nothing(form: Form) -> Outcome {
    let mut stage = Stage::new(PATIENT).await;
    let fault = simulator::Fault::Status { code: 503, retry_after: None };
    stage.upstream.fail("", fault, None);
    stage.start().await.unwrap();
    let known = Known { at: stage.now(), ..Known::default() };
    let mut readers = Readers::new(known, Gives::Nothing);
    let before = Calls::by(&stage);
    pass(&stage, &mut readers, &steps(form, false), form).await;
    let after = Calls::by(&stage);
    let Tally { held, fresh, .. } = readers.tally;
    readers.tally.expect(held + fresh == 0, || "values came from nowhere".to_owned());
    stage.upstream.heal();
    finish(&stage, readers, (before, after)).await
}

async fn bring_about(stage: &mut Stage, cause: &Cause) {
    match cause {
        Cause::Answers(fault) => stage.upstream.fail("", fault.clone(), None),
        Cause::Line(mode) => stage.line.set(*mode).await,
        Cause::Clock(theirs) => {
            stage.their_clock = *theirs;
            stage.tell_upstream();
        }
        Cause::Address(address) => stage.start_asking(address).await.unwrap(),
        Cause::Start(fault) => {
            stage.upstream.fail("", fault.clone(), None);
            stage.start().await.unwrap();
        }
    }
}

async fn end(stage: &mut Stage, cause: &Cause) {
    stage.upstream.heal();
    stage.line.set(Mode::Sound).await;
    stage.their_clock = TheirClock::Off(0);
    stage.tell_upstream();
    if let Cause::Address(_) = cause {
        stage.start().await.unwrap();
    }
}

/// The fault is over: how long until all is fresh again, and what it all cost.
pub(crate) async fn finish(
    stage: &Stage,
    readers: Readers,
    (before, after): (Calls, Calls),
) -> Outcome {
    let mut tally = readers.tally;
    let recovery = recovery::measure(stage, &mut tally).await;
    stay_within_budgets(stage, &mut tally);
    be_no_nuisance(stage, &mut tally);
    let calls = after.made - before.made;
    let wire = after.on_the_wire - before.on_the_wire;
    // A few more are calls still under way.
    let wire = (wire > 2 * calls as usize).then_some(wire);
    Outcome { tally, calls, wire, recovery, note: None }
}

/// How many calls there have been.
#[derive(Clone, Copy)]
pub(crate) struct Calls {
    /// By the engine's own count.
    made: u32,
    /// Requests that left.
    on_the_wire: usize,
}

impl Calls {
    pub(crate) fn by(stage: &Stage) -> Self {
        let made = stage.engine().upstreams().iter().map(|upstream| upstream.calls).sum();
        Self { made, on_the_wire: stage.line.log().len() }
    }
}

/// A question whose answer is held is asked once in a refresh interval, however
/// many readers there are; twice, where the first attempt failed. For what is
/// not held a failure is not remembered: there the budget alone decides.
fn be_no_nuisance(stage: &Stage, tally: &mut Tally) {
    const SHORTEST_INTERVAL: i64 = 54;
    let intervals = stage.now().duration_since(stage.began).as_secs() / SHORTEST_INTERVAL;
    let allowed = 2 * (intervals as usize + 2);
    let mut times = BTreeMap::<String, usize>::new();
    for target in stage.line.log() {
        *times.entry(target).or_default() += 1;
    }
    let is_question =
        |to: &str| UPSTREAMS.iter().any(|(_, _, paths)| paths.iter().any(|it| to.starts_with(it)));
    let is_held = |to: &str| !to.contains("MSFT");
    for (target, times) in times.iter().filter(|(to, _)| is_question(to) && is_held(to)) {
        tally.expect(*times <= allowed, || {
            format!("{target} was asked {times} times in {intervals} refresh intervals")
        });
    }
}

fn stay_within_budgets(stage: &Stage, tally: &mut Tally) {
    let hours = stage.now().duration_since(stage.began).as_secs_f64() / 3600.0;
    let log = stage.line.log();
    for upstream in stage.engine().upstreams() {
        let name = upstream.source.as_str();
        let allowed = upstream.burst * f64::from(stage.starts) + upstream.per_hour * hours;
        let (_, _, paths) = UPSTREAMS.iter().find(|(known, ..)| *known == name).unwrap();
        let is_theirs = |to: &&String| paths.iter().any(|path| to.starts_with(path));
        let sent = log.iter().filter(is_theirs).count();
        let most = sent.max(upstream.calls as usize);
        tally.expect(most as f64 <= allowed, || {
            format!("{name} was asked {most} times where {allowed:.0} are allowed")
        });
    }
}
