use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use market::{Clock, Spending, Store};
use server::SystemClock;
use simulator::{Fault, Market, Upstream};
use store::SqliteStore;
use testkit::upstreams::{self, Setting};
use testkit::{Answer, Service, until};

use crate::Form;
use crate::marketpulse;
use crate::ordeal::PATIENT;
use crate::readers::{Tally, WATCHED};
use crate::table::Outcome;

/// Different questions for every number, so that they are not held yet.
pub(crate) fn histories(number: u64) -> [String; 3] {
    let days = 100 + number;
    ["AAPL", "CAC40", "BTC/EUR"]
        .map(|symbol| format!("/marketpulse/history?symbol={symbol}&period={days}d"))
}

/// The binary's surroundings: fake upstreams in real time, and a store.
pub(crate) struct Scene {
    pub(crate) upstream: Upstream,
    home: tempfile::TempDir,
    pub(crate) tally: Tally,
}

/// Acts out a scene on a thread that may wait.
pub(crate) async fn act(scene: impl FnOnce(&mut Scene) + Send + 'static) -> Outcome {
    let upstream = Upstream::start(Market::new(7), SystemClock.now()).await;
    let home = tempfile::tempdir().unwrap();
    let mut stage = Scene { upstream, home, tally: Tally::default() };
    let acted = tokio::task::spawn_blocking(move || {
        scene(&mut stage);
        stage
    });
    let Scene { upstream, tally, .. } = acted.await.unwrap();
    let calls = upstream.requests() as u32;
    let note = Some("at the next start".to_owned());
    Outcome { tally, calls, note, ..Outcome::default() }
}

impl Scene {
    fn settings(&self) -> Vec<Setting> {
        let own = [
            ("APP_ENV", "production"),
            ("MARKETPULSE_REFRESH_EVERY", "5s"),
            ("MARKETPULSE_UPSTREAM_TIMEOUT", PATIENT),
            ("MARKETPULSE_READ_DEADLINE", "1m"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        [&upstreams::simulated(&self.upstream)[..], &own].concat()
    }

    fn start(&self) -> Service {
        self.upstream.set_now(SystemClock.now());
        Service::start(self.command(), self.home.path())
    }

    /// The program, run by a shell that lowers a limit first.
    pub(crate) fn limited(&self, limit: &str) -> Command {
        let mut command = testkit::program("/bin/sh");
        let serve = format!("{limit}; exec \"$0\" serve");
        command.args(["-c", &serve, env!("CARGO_BIN_EXE_marketpulse")]);
        command.env("MARKETPULSE_DATA_DIR", self.home.path()).envs(self.settings());
        command
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = marketpulse();
        command.arg("serve").env("MARKETPULSE_DATA_DIR", self.home.path()).envs(self.settings());
        command
    }

    fn store(&self) -> PathBuf {
        self.home.path().join("marketpulse.db")
    }

    /// Everything is asked for, and everything must be had.
    pub(crate) fn ask_for_everything(&mut self, service: &Service, from_upstreams: bool) {
        let latest = service.get("/marketpulse/latest");
        self.tally.expect(is_priced(&latest), || format!("a price is missing: {}", latest.body));
        let mut answers = vec![latest.status];
        answers.extend(histories(0).map(|target| service.get(&target).status));
        answers.push(service.get("/marketpulse/dashboard").status);
        for status in answers {
            self.tally.requests += 1;
            *match (status, from_upstreams) {
                (200, true) => &mut self.tally.fresh,
                (200, false) => &mut self.tally.held,
                _ => &mut self.tally.failed,
            } += 1;
            self.tally.expect(status == 200, || format!("answered with status {status}"));
        }
    }

    /// As if so much time had passed that upstreams may be asked as at first.
    fn forget_what_was_spent(&self) {
        let store = SqliteStore::open(&self.store()).unwrap();
        let runtime = tokio::runtime::Handle::current();
        for spending in runtime.block_on(store.spendings()).unwrap() {
            let all = Spending { left: f64::MAX, ..spending };
            runtime.block_on(store.persist_spending(&all)).unwrap();
        }
    }

    fn check(&mut self) {
        let checked = marketpulse()
            .arg("check")
            .env("MARKETPULSE_DATA_DIR", self.home.path())
            .env("MARKETPULSE_OFFLINE", "1")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&checked.stdout).into_owned();
        self.tally.expect(checked.status.success(), || format!("check finds: {told}"));
    }
}

fn is_priced(latest: &Answer) -> bool {
    let latest = latest.json();
    WATCHED.iter().all(|(label, ..)| latest["data"][label].is_number())
}

/// Whether all that a scene asks for is there.
fn is_had(service: &Service) -> bool {
    is_priced(&service.get("/marketpulse/latest"))
        && histories(0).iter().all(|target| service.get(target).status == 200)
}

/// All is something else but what says that it is ours.
pub(crate) async fn noise() -> Outcome {
    act(|scene| damaged(scene, |content| content[100..].fill_with(pseudorandom()))).await
}

/// The settings name a file that is none of ours.
pub(crate) async fn not_ours() -> Outcome {
    act(|scene| {
        let content: Vec<u8> = std::iter::repeat_with(pseudorandom()).take(10_000).collect();
        fs::write(scene.store(), &content).unwrap();
        let refused = scene.command().env("MARKETPULSE_LISTEN", "127.0.0.1:0").output().unwrap();
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        let tally = &mut scene.tally;
        tally.expect(refused.status.code() == Some(2), || format!("not refused: {told}"));
        tally.expect(told.contains("marketpulse.db"), || format!("it is not named: {told}"));
        let same = fs::read(scene.store()).unwrap() == content;
        scene.tally.expect(same, || "it was changed".to_owned());
        fs::remove_file(scene.store()).unwrap();
        let service = scene.start();
        scene.ask_for_everything(&service, true);
    })
    .await
}

/// A second service is started while one runs.
pub(crate) async fn second() -> Outcome {
    act(|scene| {
        let service = scene.start();
        scene.ask_for_everything(&service, true);
        let calls = scene.upstream.requests();
        let refused = scene.command().env("MARKETPULSE_LISTEN", "127.0.0.1:0").output().unwrap();
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        let (pid, address) = (format!("pid {}", service.pid()), service.address.to_string());
        let tally = &mut scene.tally;
        tally.expect(refused.status.code() == Some(1), || format!("not refused: {told}"));
        let is_named = told.contains(&pid) && told.contains(&address);
        tally.expect(is_named, || format!("the first is not named: {told}"));
        let asked = scene.upstream.requests() - calls;
        scene.tally.expect(asked <= 3, || format!("{asked} calls, more than one service makes"));
        scene.ask_for_everything(&service, false);
        service.kill();
        drop(service);
        let service = scene.start();
        scene.ask_for_everything(&service, false);
    })
    .await
}

const NOBODY: u32 = 65_534;

/// The service runs as a user who may not use the folder, until he may.
pub(crate) async fn denied() -> Outcome {
    let mut outcome = act(|scene| {
        drop(scene.start());
        let folder = scene.home.path().to_owned();
        let as_nobody = || {
            let mut command = scene.command();
            command.uid(NOBODY).gid(NOBODY);
            command
        };
        let Ok(probe) = as_nobody().arg("--help").output() else { return };
        if !probe.status.success() {
            return;
        }
        scene.upstream.set_now(SystemClock.now());
        let service = Service::start(as_nobody(), &folder);
        let degraded = until("it is told", || {
            let told = service.get("/readyz").json();
            (told["status"] == "degraded").then_some(told)
        });
        let reason = &degraded["store"]["reason"];
        scene.tally.expect(reason == "denied", || format!("{reason} is told"));
        // Budgets begin empty where they cannot be stored.
        until("all is had", || is_had(&service).then_some(()));
        scene.ask_for_everything(&service, true);
        for file in
            fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).chain([folder.clone()])
        {
            std::os::unix::fs::chown(file, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        until("it is written again", || {
            (service.get("/readyz").json()["status"] == "ready").then_some(())
        });
        service.kill();
        drop(service);
        scene.upstream.fail("", Fault::Close, None);
        let service = scene.start();
        scene.ask_for_everything(&service, false);
    })
    .await;
    if outcome.tally.requests == 0 {
        outcome.note = Some("NOT TRIED: only root may be another user".to_owned());
    }
    outcome
}

/// Pages in the middle are; the file begins as it should.
pub(crate) async fn torn() -> Outcome {
    let tear = |content: &mut Vec<u8>| {
        let middle = content.len() / 4..content.len() * 3 / 4;
        content[middle].fill_with(pseudorandom());
    };
    act(move |scene| damaged(scene, tear)).await
}

/// As after a file system that lost the end of it.
pub(crate) async fn cut_short() -> Outcome {
    act(|scene| damaged(scene, |content| content.truncate(content.len() / 2 + 100))).await
}

/// Bytes without sense, the same in every run.
fn pseudorandom() -> impl FnMut() -> u8 {
    let mut random = fastrand::Rng::with_seed(3);
    move || random.u8(..)
}

fn damaged(scene: &mut Scene, damage: impl FnOnce(&mut Vec<u8>)) {
    let service = scene.start();
    scene.ask_for_everything(&service, true);
    scene.tally.expect(service.stop().success(), || "the service does not stop".to_owned());
    let mut content = fs::read(scene.store()).unwrap();
    damage(&mut content);
    fs::write(scene.store(), &content).unwrap();

    let service = scene.start();
    scene.ask_for_everything(&service, true);
    drop(service);
    let aside = whole_copies_of(&content, scene.home.path());
    scene.tally.expect(aside == 1, || format!("{aside} files hold the damaged content, not one"));
    scene.check();
}

fn whole_copies_of(content: &[u8], folder: &Path) -> usize {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| fs::read(path).is_ok_and(|found| found == content)).count()
}

/// Killed at some moment of its first refresh, again and again; after each time
/// the store is checked, and at the end nothing that was held is gone.
pub(crate) async fn killed(form: Form) -> Outcome {
    let times = if form == Form::Full { 200 } else { 10 };
    let mut outcome = act(move |scene| {
        let service = scene.start();
        scene.ask_for_everything(&service, true);
        // Service ends by SIGKILL too.
        drop(service);
        for i in 1..=times {
            live_and_die(scene, i);
            scene.check();
            scene.forget_what_was_spent();
        }
        scene.upstream.fail("", Fault::Close, None);
        let service = scene.start();
        scene.ask_for_everything(&service, false);
    })
    .await;
    outcome.note = Some(format!("killed {times} times, checked after each"));
    outcome
}

fn live_and_die(scene: &mut Scene, i: u64) {
    scene.upstream.set_now(SystemClock.now());
    let before = scene.upstream.requests();
    let service = Arc::new(Service::begin(&mut scene.command()));
    // One in three lives without readers, and may die before its first prices are all stored.
    let asked = if i.is_multiple_of(3) { Vec::new() } else { histories(i).to_vec() };
    let readers = asked.into_iter().map(|target| {
        let service = Arc::clone(&service);
        thread::spawn(move || service.ask(&target))
    });
    let readers: Vec<_> = readers.collect();
    // A different moment each time: three prices and three histories are asked
    // for, and each is written when it has come.
    let most = if readers.is_empty() { 1 } else { 6 };
    until("upstreams are asked", || {
        (scene.upstream.requests() > before + i as usize % most).then_some(())
    });
    thread::sleep(Duration::from_millis(i * 7 % 50));
    service.kill();
    for reader in readers {
        // `None` where it died before it answered.
        let Some(answer) = reader.join().unwrap() else { continue };
        scene.tally.requests += 1;
        let answered = answer.status == 200;
        *if answered { &mut scene.tally.held } else { &mut scene.tally.failed } += 1;
        scene.tally.expect(answered, || format!("status {}: {}", answer.status, answer.body));
    }
}
