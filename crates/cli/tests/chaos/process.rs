use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use market::Clock;
use server::SystemClock;
use simulator::{Fault, Market, Upstream};

use crate::Form;
use crate::readers::{Tally, WATCHED};
use crate::service::{self, Service, free_address, marketpulse, until};
use crate::stage::UPSTREAMS;
use crate::table::Outcome;

/// Different questions for every number, so that they are not held yet.
fn histories(number: u64) -> [String; 3] {
    let days = 100 + number;
    ["AAPL", "CAC40", "BTC/EUR"]
        .map(|symbol| format!("/marketpulse/history?symbol={symbol}&period={days}d"))
}

/// The binary's surroundings: fake upstreams in real time, and a store.
struct Scene {
    upstream: Upstream,
    home: tempfile::TempDir,
    tally: Tally,
}

/// Acts out a scene on a thread that may wait.
async fn act(scene: impl FnOnce(&mut Scene) + Send + 'static) -> Outcome {
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
    fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = vec![
            ("APP_ENV", "production".to_owned()),
            ("MARKETPULSE_REFRESH_EVERY", "5s".to_owned()),
        ];
        settings.extend(UPSTREAMS.map(|(_, name, _)| (name, self.upstream.url())));
        settings
    }

    fn start(&self) -> Service {
        self.upstream.set_now(SystemClock.now());
        let settings = self.settings();
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, &**value)).collect();
        Service::start(self.home.path(), &settings)
    }

    fn store(&self) -> PathBuf {
        self.home.path().join("marketpulse.db")
    }

    /// Everything is asked for, and everything must be had.
    fn ask_for_everything(&mut self, service: &Service, from_upstreams: bool) {
        let latest = service.get("/marketpulse/latest");
        let priced = WATCHED.iter().all(|(label, ..)| latest.json()["data"][label].is_number());
        self.tally.expect(priced, || format!("a price is missing: {}", latest.body));
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

/// The whole file is something else.
pub(crate) async fn noise() -> Outcome {
    act(|scene| damaged(scene, |content| content.fill_with(pseudorandom()))).await
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
    let address = free_address();
    let mut child = Life(start_at(scene, address));
    let dead = Arc::new(AtomicBool::new(false));
    let readers = histories(i).map(|target| {
        let dead = Arc::clone(&dead);
        thread::spawn(move || first_answer(address, &target, &dead))
    });
    // A different moment each time: three prices and three histories are asked
    // for, and each is written when it has come.
    until("upstreams are asked", || {
        (scene.upstream.requests() > before + i as usize % 6).then_some(())
    });
    thread::sleep(Duration::from_millis(i * 7 % 50));
    child.0.kill().unwrap();
    child.0.wait().unwrap();
    dead.store(true, Ordering::Relaxed);
    for reader in readers {
        let Some(answer) = reader.join().unwrap() else { continue };
        scene.tally.requests += 1;
        let answered = answer.status == 200;
        *if answered { &mut scene.tally.held } else { &mut scene.tally.failed } += 1;
        scene.tally.expect(answered, || format!("status {}: {}", answer.status, answer.body));
    }
}

fn start_at(scene: &Scene, address: SocketAddr) -> Child {
    let mut command = marketpulse();
    command.arg("serve").env("MARKETPULSE_LISTEN", address.to_string());
    command.env("MARKETPULSE_DATA_DIR", scene.home.path()).envs(scene.settings());
    command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap()
}

/// Ended with the test, however that ends.
struct Life(Child);

impl Drop for Life {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Tries until somebody listens; `None` where the service dies before it answers.
fn first_answer(address: SocketAddr, target: &str, dead: &AtomicBool) -> Option<service::Answer> {
    while !dead.load(Ordering::Relaxed) {
        if let Some(answer) = service::get(address, target) {
            return Some(answer);
        }
        thread::sleep(Duration::from_millis(2));
    }
    None
}
