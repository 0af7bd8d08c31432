use std::fs;

use jiff::Timestamp;
use testkit::Mount;
use testkit::faults::Gives;

use crate::Form;
use crate::known::{Asked, HELD, Known, instant};
use crate::ordeal::{PATIENT, calls_of, finish, pass, steps};
use crate::readers::Readers;
use crate::recovery::WITHIN;
use crate::stage::Stage;
use crate::table::Outcome;

/// Readers go on while the store is in trouble, which is told; once it is over, all that
/// came meanwhile is kept.
async fn survive(
    mut stage: Stage,
    form: Form,
    mut readers: Readers,
    reason: Option<&str>,
    heal: impl FnOnce(),
) -> Outcome {
    let before = calls_of(&stage);
    pass(&stage, &mut readers, &steps(form, false), form).await;
    let calls = calls_of(&stage) - before;
    let during = stage.ask("/readyz").await;
    heal();
    let mut outcome = finish(&stage, readers, calls).await;
    stage.advance(WITHIN);
    stage.engine().refresh_due().await;
    let after = stage.ask("/readyz").await;
    let told = (during.status, during.json()["store"]["reason"].as_str().map(str::to_owned));
    outcome.tally.expect(told == (200, reason.map(str::to_owned)), || format!("told {told:?}"));
    outcome.tally.expect(after.json()["status"] == "ready", || format!("still {}", after.body));
    let sound = stage.engine().check_store().await;
    outcome.tally.expect(sound.is_ok(), || format!("the store is not sound: {sound:?}"));
    expect_kept(&mut stage, &mut outcome).await;
    outcome
}

/// What is told is told again after a restart without upstreams.
async fn expect_kept(stage: &mut Stage, outcome: &mut Outcome) {
    let told = received(stage).await;
    stage.stop().await;
    stage.upstream.fail("", simulator::Fault::Close, None);
    stage.start().await.unwrap();
    let kept = received(stage).await;
    outcome.tally.expect(told == kept, || format!("{told:?} was told and {kept:?} kept"));
    for Asked { target, .. } in &HELD {
        let held = stage.ask(target).await;
        outcome.tally.expect(held.status == 200, || format!("{target} is lost: {}", held.body));
    }
}

async fn received(stage: &Stage) -> Vec<Option<Timestamp>> {
    let latest = stage.ask("/marketpulse/latest").await.json();
    let quotes = latest["quotes"].as_object().unwrap();
    quotes.values().map(|quote| instant(&quote["received_at"])).collect()
}

const DISK_MIB: u32 = 16;

/// The store's disk fills up, and later has room again.
pub(crate) async fn full(form: Form) -> Outcome {
    let disk = match Mount::disk(DISK_MIB) {
        Ok(disk) => disk,
        Err(why) => return Outcome::not_tried(&why),
    };
    let mut stage = Stage::new(PATIENT).await;
    stage.set_folder(&disk.at);
    stage.start().await.unwrap();
    let readers = Readers::new(Known::read(&stage).await, Gives::Everything);
    let filler = disk.fill();
    let heal = || fs::remove_file(filler).unwrap();
    survive(stage, form, readers, Some("disk_full"), heal).await
}

/// The service is started on a disk that has no room at all.
pub(crate) async fn full_from_the_start(form: Form) -> Outcome {
    let disk = match Mount::disk(DISK_MIB) {
        Ok(disk) => disk,
        Err(why) => return Outcome::not_tried(&why),
    };
    let mut stage = Stage::new(PATIENT).await;
    stage.set_folder(&disk.at);
    let filler = disk.fill();
    if let Err(why) = stage.start().await {
        let mut outcome = Outcome::default();
        outcome.tally.wrong(format!("the service does not start: {why}"));
        return outcome;
    }
    // What was asked of upstreams cannot be stored, so their budgets begin empty.
    stage.advance(3_600);
    let readers = Readers::new(Known::read(&stage).await, Gives::Everything);
    let heal = || fs::remove_file(filler).unwrap();
    survive(stage, form, readers, Some("disk_full"), heal).await
}

/// The service is started on a store that it may not write, and later may.
pub(crate) async fn read_only(form: Form) -> Outcome {
    let mut stage = Stage::new(PATIENT).await;
    stage.start().await.unwrap();
    let mut readers = Readers::new(Known::read(&stage).await, Gives::Everything);
    stage.stop().await;
    let frozen = match Mount::of(stage.folder()) {
        Ok(frozen) => frozen,
        Err(why) => return Outcome::not_tried(&why),
    };
    frozen.set_read_only(true);
    stage.set_folder(&frozen.at);
    if let Err(why) = stage.start().await {
        readers.tally.wrong(format!("the service does not start: {why}"));
        return Outcome { tally: readers.tally, ..Outcome::default() };
    }
    // At first from what is stored, before anybody has been asked.
    readers.ask_for_held(&stage).await;
    // Budgets begin empty where they cannot be stored.
    stage.advance(3_600);
    let heal = || frozen.set_read_only(false);
    survive(stage, form, readers, Some("read_only"), heal).await
}

/// Somebody cleans up where the store is.
pub(crate) async fn deleted(form: Form) -> Outcome {
    let mut stage = Stage::new(PATIENT).await;
    stage.start().await.unwrap();
    let readers = Readers::new(Known::read(&stage).await, Gives::Everything);
    fs::remove_dir_all(stage.folder()).unwrap();
    survive(stage, form, readers, None, || {}).await
}

/// Somebody puts a file of his own in the place of the store.
pub(crate) async fn replaced(form: Form) -> Outcome {
    let mut stage = Stage::new(PATIENT).await;
    stage.start().await.unwrap();
    let readers = Readers::new(Known::read(&stage).await, Gives::Everything);
    let file = stage.folder().join("marketpulse.db");
    fs::write(&file, THEIRS).unwrap();
    let heal = || {
        assert_eq!(fs::read_to_string(&file).unwrap(), THEIRS, "it was written over");
        fs::remove_file(&file).unwrap();
    };
    survive(stage, form, readers, Some("not_ours"), heal).await
}

const THEIRS: &str = "date;close\n2025-10-27;268.81\n";
