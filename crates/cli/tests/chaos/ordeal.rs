use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;

use testkit::faults::{self, Cause, Gives, TheirClock, UpstreamFault};
use testkit::{Mode, PATIENCE};

use crate::Form;
use crate::clock;
use crate::crowd;
use crate::disk;
use crate::known::Known;
use crate::pressure;
use crate::process;
use crate::readers::{Readers, Tally};
use crate::recovery;
use crate::restarts;
use crate::stage::{Stage, UPSTREAMS};
use crate::table::Outcome;

/// What one row of the table takes.
pub(crate) type Ordeal = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Long enough for any machine, where nobody makes us wait on purpose.
pub(crate) const PATIENT: &str = "5m";
const HASTY: &str = "5s";

/// Every fault with the way through it, in the order of the table. Those that take
/// real time or root's rights are left to the full one.
pub(crate) fn all(form: Form) -> Vec<(&'static str, Ordeal)> {
    let is_full = form == Form::Full;
    let mut all: Vec<(&'static str, Ordeal)> = Vec::new();
    for fault in faults::of_upstreams().into_iter().filter(|fault| is_full || !fault.slow) {
        all.push((fault.name, Box::pin(survive(fault, form))));
    }
    all.push(("all down from the start, nothing stored", Box::pin(start_with_nothing(form))));
    all.push(("clock an hour back for ten minutes", Box::pin(clock::set_wrong(-1, 600))));
    all.push(("clock a day ahead for twenty seconds", Box::pin(clock::set_wrong(24, 20))));
    all.push(("killed forty times in a row", Box::pin(restarts::in_a_loop())));
    all.push(("a hundred unknown symbols a second by one", Box::pin(crowd::greedy(1, form))));
    all.push(("a hundred unknown symbols a second by forty", Box::pin(crowd::greedy(40, form))));
    all.push(("eight streams of five hundred junk symbols each", Box::pin(crowd::followers())));
    if is_full {
        all.push(("disk full", Box::pin(disk::full(form))));
        all.push(("disk full from the start", Box::pin(disk::full_from_the_start(form))));
        all.push(("database read-only, later not", Box::pin(disk::read_only(form))));
        all.push(("database of another user, later ours", Box::pin(process::denied())));
    }
    all.push(("folder of the database deleted", Box::pin(disk::deleted(form))));
    all.push(("somebody else's file in its place", Box::pin(disk::replaced(form))));
    all.push(("started on somebody else's file", Box::pin(process::not_ours())));
    all.push(("a second service on the folder", Box::pin(process::second())));
    all.push(("database is noise but for its beginning", Box::pin(process::noise())));
    all.push(("database torn in the middle", Box::pin(process::torn())));
    all.push(("database cut short", Box::pin(process::cut_short())));
    all.push(("kill -9 during refreshes", Box::pin(process::killed(form))));
    all.push(("a log that nobody reads", Box::pin(pressure::unread_log(form))));
    all.push(("more connections than files", Box::pin(pressure::connections())));
    if is_full {
        all.push(("four answers of 8 MB at once", Box::pin(pressure::big_answers())));
    }
    all
}

/// Seconds from one look to the next: less than an hour in all, so that what is
/// counted by the hour is the whole.
pub(crate) fn steps(form: Form, slow: bool) -> Vec<i64> {
    match (form, slow) {
        (Form::Short, _) => [vec![15; 4], vec![60; 4], vec![300; 5]].concat(),
        (Form::Full, false) => vec![30; 100],
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
    let before = calls_of(&stage);
    pass(&stage, &mut readers, &steps(form, fault.slow), form).await;
    let calls = calls_of(&stage) - before;
    end(&mut stage, &fault.cause).await;
    finish(&stage, readers, calls).await
}

/// Nothing is held, so everything is missing for a reason, until it is not.
async fn start_with_nothing(form: Form) -> Outcome {
    let mut stage = Stage::new(PATIENT).await;
    let fault = simulator::Fault::Status { code: 503, retry_after: None };
    stage.upstream.fail("", fault, None);
    stage.start().await.unwrap();
    let known = Known { at: stage.now(), ..Known::default() };
    let mut readers = Readers::new(known, Gives::Nothing);
    let before = calls_of(&stage);
    pass(&stage, &mut readers, &steps(form, false), form).await;
    let calls = calls_of(&stage) - before;
    let Tally { held, fresh, .. } = readers.tally;
    readers.tally.expect(held + fresh == 0, || "values came from nowhere".to_owned());
    stage.upstream.heal();
    finish(&stage, readers, calls).await
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
pub(crate) async fn finish(stage: &Stage, readers: Readers, calls: u32) -> Outcome {
    let mut tally = readers.tally;
    let recovery = recovery::measure(stage, &mut tally).await;
    stay_within_budgets(stage, &mut tally);
    be_no_nuisance(stage, &mut tally);
    send_nothing_uncounted(stage, &mut tally).await;
    Outcome { tally, calls, recovery, note: None }
}

/// How many calls there have been since the service was started, as it counts.
pub(crate) fn calls_of(stage: &Stage) -> u32 {
    stage.engine().upstreams().iter().map(|upstream| upstream.calls).sum()
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
    let is_held = |to: &str| !to.contains("MSFT");
    for (target, times) in times.iter().filter(|(to, _)| is_question(to) && is_held(to)) {
        tally.expect(*times <= allowed, || {
            format!("{target} was asked {times} times in {intervals} refresh intervals")
        });
    }
}

fn stay_within_budgets(stage: &Stage, tally: &mut Tally) {
    let hours = stage.now().duration_since(stage.began).as_secs_f64() / 3600.0;
    for upstream in stage.engine().upstreams() {
        let name = upstream.source.as_str();
        let allowed = upstream.burst + upstream.per_hour * hours;
        let most = sent_to(stage, name).max(upstream.calls as usize);
        tally.expect(most as f64 <= allowed, || {
            format!("{name} was asked {most} times where {allowed:.0} are allowed")
        });
    }
}

/// Whether a request is one that we put; a redirect leads elsewhere.
fn is_question(to: &str) -> bool {
    UPSTREAMS.iter().any(|(_, paths)| paths.iter().any(|path| to.starts_with(path)))
}

/// Requests on the wire to one upstream.
fn sent_to(stage: &Stage, name: &str) -> usize {
    let (_, paths) = UPSTREAMS.iter().find(|(known, _)| *known == name).unwrap();
    let is_theirs = |to: &&String| paths.iter().any(|path| to.starts_with(path));
    stage.line.log().iter().filter(is_theirs).count()
}

/// Every request is a call that was counted: redirects are not followed, and
/// nothing is sent twice. Counts are compared only where all calls are from one
/// start and within the hour that is counted.
async fn send_nothing_uncounted(stage: &Stage, tally: &mut Tally) {
    for target in stage.line.log().iter().filter(|to| !is_question(to)) {
        tally.wrong(format!("{target} was asked, which is no question of ours"));
    }
    if stage.starts > 1 || stage.now().duration_since(stage.began).as_hours() >= 1 {
        return;
    }
    // A call is counted when it is over, and a last one may be under way.
    let all_counted = async {
        while !uncounted(stage).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    if tokio::time::timeout(PATIENCE, all_counted).await.is_err() {
        tally.wrong(uncounted(stage).join(", "));
    }
}

fn uncounted(stage: &Stage) -> Vec<String> {
    let upstreams = stage.engine().upstreams().into_iter();
    let told = upstreams.filter_map(|upstream| {
        let (name, counted) = (upstream.source.as_str(), upstream.calls as usize);
        let sent = sent_to(stage, name);
        (sent > counted).then(|| format!("{name} was sent {sent} requests for {counted} calls"))
    });
    told.collect()
}
