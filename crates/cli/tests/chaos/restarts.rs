use market::Clock;
use server::SystemClock;
use testkit::Service;

use crate::process::{self, Scene};
use crate::table::Outcome;

const TIMES: u64 = 40;

/// However often the service is killed and started, upstreams are asked no more than in
/// one life: what is spent is stored before it is.
pub(crate) async fn in_a_loop() -> Outcome {
    let mut outcome = process::act(|scene| {
        let began = SystemClock.moment();
        let mut budgets = (0.0, 0.0);
        for life in 0..TIMES {
            let service = Service::begin(&mut scene.command());
            ask_for_news(scene, &service, life);
            budgets = all_budgets(&service);
            service.kill();
        }
        let hours = SystemClock.moment().since(began).as_secs_f64() / 3_600.0;
        let (burst, per_hour) = budgets;
        let (asked, allowed) = (scene.upstream.requests(), burst + per_hour * hours);
        scene.tally.expect(burst > 0.0 && asked as f64 <= allowed, || {
            format!("upstreams were asked {asked} times where {allowed:.0} are allowed")
        });
    })
    .await;
    outcome.note = Some(format!("killed {TIMES} times"));
    outcome
}

/// What is not held yet, and can be had as long as the budget lasts.
fn ask_for_news(scene: &mut Scene, service: &Service, life: u64) {
    for target in process::histories(life) {
        let answer = service.get(&target);
        let tally = &mut scene.tally;
        tally.requests += 1;
        *if answer.status == 200 { &mut tally.fresh } else { &mut tally.nothing } += 1;
        let is_told = matches!(answer.status, 200 | 503);
        tally.expect(is_told, || format!("status {}: {}", answer.status, answer.body));
    }
}

/// What all upstreams together allow at once, and in an hour.
fn all_budgets(service: &Service) -> (f64, f64) {
    let told = service.get("/marketpulse/v1/sources").json();
    let budgets = told["sources"].as_array().into_iter().flatten().map(|it| &it["budget"]);
    budgets.fold((0.0, 0.0), |(burst, per_hour), budget| {
        let of = |key: &str| budget[key].as_f64().unwrap_or_default();
        (burst + of("burst"), per_hour + of("per_hour"))
    })
}
