//! What becomes of the store, as its users are told, and whose it is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use simulator::{Market, Upstream};
use testkit::{Service, until, upstreams};

use crate::service::marketpulse;
use crate::world::World;

fn file(folder: &Path) -> PathBuf {
    folder.join("marketpulse.db")
}

/// Puts somebody else's file in the place of the store.
fn take_away(folder: &Path) {
    fs::rename(file(folder), folder.join("elsewhere")).unwrap();
    fs::write(file(folder), "theirs").unwrap();
}

#[tokio::test]
async fn trouble_of_the_store_is_reported_everywhere_and_its_end_too() {
    let world = World::production().await;
    world.refresh().await;
    assert_eq!(world.get("/readyz").await.json(), json!({ "status": "ready" }));
    let store = async || world.get("/marketpulse/v1/sources").await.json()["store"].clone();
    assert_eq!(
        store().await,
        json!({"state": "ok", "since": null, "reason": null, "detail": null})
    );

    take_away(world.data.path());
    world.refresh().await;
    let ready = world.get("/readyz").await;
    assert_eq!((ready.status, &ready.json()["status"]), (200, &json!("degraded")));
    let told = store().await;
    assert_eq!(ready.json()["store"], told);
    assert_eq!((&told["state"], &told["reason"]), (&json!("failing"), &json!("not_ours")));
    assert_eq!(told["since"], "2025-10-29T12:00:00Z");
    let detail = told["detail"].as_str().unwrap();
    let place = world.data.path().to_str().unwrap();
    assert!(!told.to_string().contains(place), "the place of the store is nobody's business");
    for page in ["/marketpulse", "/marketpulse/status", "/marketpulse/dashboard"] {
        assert!(world.get(page).await.body.contains(detail), "{page}");
    }
    assert_eq!(fs::read_to_string(file(world.data.path())).unwrap(), "theirs");

    fs::remove_file(file(world.data.path())).unwrap();
    world.refresh().await;
    assert_eq!(world.get("/readyz").await.json(), json!({ "status": "ready" }));
    assert_eq!(store().await["state"], "ok");
    assert!(!world.get("/marketpulse/status").await.body.contains(detail));
}

/// What a restart tells where no upstream answers any more.
async fn after_a_restart(world: &mut World, target: &str) -> Value {
    world.upstream.fail("", simulator::Fault::Close, None);
    world.restart().await;
    world.get(target).await.json()
}

#[tokio::test]
async fn what_came_while_nothing_could_be_stored_is_stored_once_it_can_be() {
    const HISTORY: &str = "/marketpulse/history?symbol=MSFT&period=1mo";
    let mut world = World::production().await;
    take_away(world.data.path());
    world.refresh().await;
    let told = world.get(HISTORY).await.json();
    let latest = world.get("/marketpulse/latest").await.json();
    fs::remove_file(file(world.data.path())).unwrap();
    world.refresh().await;
    let kept = after_a_restart(&mut world, HISTORY).await;
    assert_eq!(told["history"], kept["history"]);
    assert_eq!(world.get("/marketpulse/latest").await.json()["data"], latest["data"]);
}

#[tokio::test]
async fn all_that_memory_holds_is_written_into_a_store_that_is_begun_anew() {
    const HISTORY: &str = "/marketpulse/history?symbol=AAPL&period=1mo";
    let mut world = World::production().await;
    world.refresh().await;
    let told = world.get(HISTORY).await.json();
    let latest = world.get("/marketpulse/latest").await.json();
    // What was in the file is gone for good.
    fs::write(file(world.data.path()), "theirs").unwrap();
    world.refresh().await;
    assert_eq!(world.get("/readyz").await.json()["status"], "degraded");
    assert_eq!(world.get(HISTORY).await.json()["history"], told["history"], "memory has it");
    fs::remove_file(file(world.data.path())).unwrap();
    world.refresh().await;
    let kept = after_a_restart(&mut world, HISTORY).await;
    assert_eq!(told["history"], kept["history"]);
    assert_eq!(world.get("/marketpulse/latest").await.json()["data"], latest["data"]);
}

/// Fake upstreams, and a data folder.
struct Stage {
    upstream: Upstream,
    home: tempfile::TempDir,
}

impl Stage {
    async fn new() -> Self {
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        let upstream = Upstream::start(Market::new(7), now).await;
        Self { upstream, home: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = marketpulse();
        command.args(arguments).env("MARKETPULSE_DATA_DIR", self.data());
        command.current_dir(self.home.path()).envs(upstreams::simulated(&self.upstream));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn serve(&self) -> Service {
        Service::start(self.command(&["serve"]), &self.data())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_service_is_refused_with_pid_and_address_of_the_first() {
    let stage = Stage::new().await;
    let service = stage.serve();
    let (pid, address) = (service.pid(), service.address.to_string());
    for listen in ["127.0.0.1:0", &address] {
        let refused = stage.command(&["serve"]).env("MARKETPULSE_LISTEN", listen).output().unwrap();
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("pid {pid}")) && said.contains(&address), "{said}");
    }
    service.kill();
    drop(service);
    drop(stage.serve());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_ours_is_a_setting_that_cannot_be_used() {
    let stage = Stage::new().await;
    let notes = stage.home.path().join("notes.csv");
    fs::write(&notes, "date;text\n").unwrap();
    let url = format!("sqlite:{}", notes.display());
    // Whoever else serves on this machine is none of its business.
    let settings =
        [("MARKETPULSE_DATABASE_URL", url.as_str()), ("MARKETPULSE_LISTEN", "127.0.0.1:0")];
    let refused = stage.command(&["serve"]).envs(settings).output().unwrap();
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("notes.csv is not an SQLite database"), "{said}");
    assert_eq!(fs::read_to_string(notes).unwrap(), "date;text\n");
    assert_eq!(fs::read_dir(stage.home.path()).unwrap().count(), 1, "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_carried_out_by_the_service_that_uses_the_store() {
    let stage = Stage::new().await;
    let service = stage.serve();
    let asked = stage.upstream.requests();
    for _ in 0..3 {
        let latest = stage.run(&["latest"]);
        assert!(latest.status.success(), "{}", text(&latest.stderr));
        assert!(text(&latest.stdout).contains("CAC40"));
    }
    assert_eq!(stage.upstream.requests(), asked, "the service had it");

    let filled = stage.run(&["backfill", "AAPL", "--period", "1mo"]);
    let (table, steps) = (text(&filled.stdout), text(&filled.stderr));
    assert!(filled.status.success(), "{table}{steps}");
    assert!(table.contains("1 fetched") && steps.starts_with("1/1"), "{table}{steps}");
    let yahoo = service.get("/marketpulse/v1/sources").json();
    let calls: u64 = yahoo["sources"].as_array().unwrap().iter().map(calls).sum();
    assert_eq!(calls as usize, stage.upstream.requests(), "one budget");

    let history = stage.run(&["history", "AAPL", "--period", "1mo", "--csv"]);
    let exported = stage.run(&["export", "AAPL", "--period", "1mo", "--out", "files"]);
    assert!(exported.status.success(), "{}", text(&exported.stderr));
    let written = fs::read(stage.home.path().join("files/AAPL.1d.csv")).unwrap();
    assert!(!written.is_empty() && written == history.stdout, "as the client sees its paths");
    let parquet = stage.run(&["export", "AAPL", "--period", "1mo", "--format", "parquet"]);
    assert!(parquet.stdout.starts_with(b"PAR1") && parquet.stdout.ends_with(b"PAR1"));

    let imported = stage.run(&["import", "files/AAPL.1d.csv"]);
    let told = text(&imported.stdout) + &text(&imported.stderr);
    assert!(imported.status.success() && told.contains("source import"), "{told}");
    let check = stage.command(&["check"]).output().unwrap();
    let report = text(&check.stdout);
    let holder =
        format!("used by the service (pid {}, serving on {}", service.pid(), service.address);
    assert!(report.contains(&holder), "{report}");

    let unknown = stage.run(&["history", "AAPL", "--period", "1mo", "--from", "2024-01-01"]);
    assert_eq!(unknown.status.code(), Some(2), "what is wrong is said before anybody is asked");
    stage.upstream.unknown("AAPPL");
    let failed = stage.run(&["history", "AAPPL"]);
    assert_eq!(failed.status.code(), Some(1), "{}", text(&failed.stderr));
    assert!(text(&failed.stderr).contains("AAPPL"));
    assert!(service.stop().success());
    assert!(stage.run(&["latest"]).status.success(), "without a service it does so itself");
}

fn calls(source: &Value) -> u64 {
    source["calls_last_hour"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_folder_is_put_back_and_commands_find_the_service_again() {
    let stage = Stage::new().await;
    let service = stage.serve();
    fs::remove_dir_all(stage.data()).unwrap();
    until("the store is there again", || file(&stage.data()).is_file().then_some(()));
    until("the service can be asked again", || {
        let check = stage.run(&["latest"]);
        check.status.success().then_some(())
    });
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&stage.data()), 0o700);
    for entry in fs::read_dir(stage.data()).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    let (status, log) = service.end();
    assert!(status.success());
    let warned =
        log.lines().filter(|line| line.contains("WARN") && line.contains("is there again"));
    assert_eq!(warned.count(), 1, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_may_read_is_reported() {
    let stage = Stage::new().await;
    fs::create_dir(stage.data()).unwrap();
    fs::set_permissions(stage.data(), fs::Permissions::from_mode(0o755)).unwrap();
    let check = stage.command(&["check"]).env("MARKETPULSE_OFFLINE", "True").output().unwrap();
    let report = text(&check.stdout);
    assert!(check.status.success(), "{report}");
    let open = format!("{} is open to other users", stage.data().display());
    assert!(report.contains(&open), "{report}");
    assert!(!report.contains("marketpulse.db is open"), "{report}");
}
