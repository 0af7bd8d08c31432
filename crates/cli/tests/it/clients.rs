//! Programs that ask Yahoo Finance and are led to the service without a change: `run`,
//! `proxy` and `env`. The program is curl, which obeys the same variables as others do.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use simulator::{Market, Upstream};
use tempfile::TempDir;
use testkit::{Nobody, Service, skipped, until, upstreams};

use crate::service::{marketpulse, serve_demo};

const CHART: &str = "/v8/finance/chart/AAPL?range=5d&interval=1d";

/// A service whose market stands still, and a folder for whoever asks it.
struct Stage {
    service: Service,
    data: TempDir,
    of_service: TempDir,
}

impl Stage {
    fn start() -> Self {
        let (of_service, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let service = serve_demo(of_service.path(), &["--at", "2026-03-04T15:30:00Z"]);
        Self { service, data, of_service }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = on(self.data.path(), arguments);
        command.env("MARKETPULSE_URL", format!("http://{}", self.service.address));
        command
    }

    /// What a program says that is led to the service.
    fn run(&self, program: &[&str]) -> Output {
        self.command(&[&["run", "--"], program].concat()).output().unwrap()
    }
}

fn on(data: &Path, arguments: &[&str]) -> Command {
    let mut command = marketpulse();
    command.args(arguments).env("MARKETPULSE_DATA_DIR", data);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn has_curl() -> bool {
    let is_there = Command::new("curl").arg("--version").output().is_ok();
    if !is_there {
        skipped("curl is not installed");
    }
    is_there
}

fn yahoo(path: &str) -> String {
    format!("https://query1.finance.yahoo.com{path}")
}

/// What curl was answered, without anything else said.
fn answered(output: &Output) -> Value {
    assert!(output.status.success(), "{:?} {}", output.status, text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_program_that_asks_yahoo_is_answered_by_the_service() {
    if !has_curl() {
        return;
    }
    let stage = Stage::start();
    let chart = answered(&stage.run(&["curl", "-sS", &yahoo(CHART)]));
    assert_eq!(chart, stage.service.get(CHART).json());
    assert_eq!(chart["chart"]["result"][0]["meta"]["symbol"], "AAPL");
    // A host that only gives a cookie.
    let cookie = stage.run(&["curl", "-sSi", "https://fc.yahoo.com/"]);
    assert!(text(&cookie.stdout).contains("A3=marketpulse; Domain=.yahoo.com"));
    let folder = stage.data.path().join("proxy");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("authority.pem"))), (0o700, 0o600));
    // One authority and one file of certificates, however often.
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[test]
fn exceptions_do_not_keep_a_program_from_the_service() {
    if !has_curl() {
        return;
    }
    let stage = Stage::start();
    let mut command = stage.command(&["run", "curl", "-sS", &yahoo(CHART)]);
    let output = command.env("NO_PROXY", "*").env("no_proxy", ".yahoo.com,intern").output();
    answered(&output.unwrap());
}

#[test]
fn the_end_of_the_program_is_ours() {
    let stage = Stage::start();
    assert_eq!(stage.run(&["sh", "-c", "exit 7"]).status.code(), Some(7));
    assert_eq!(stage.run(&["sh", "-c", "kill -9 $$"]).status.code(), Some(137));
    let none = stage.run(&["no-such-program-of-ours"]);
    assert_eq!(none.status.code(), Some(127));
    assert!(text(&none.stderr).contains("no-such-program-of-ours cannot be run"));
    assert_eq!(stage.run(&["/"]).status.code(), Some(126));
    let told = stage.run(&["sh", "-c", "echo $MARKETPULSE_URL $NODE_USE_ENV_PROXY"]);
    assert_eq!(text(&told.stdout), format!("http://{}/ 1\n", stage.service.address));
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
}

#[test]
fn a_signal_reaches_the_program_once() {
    let stage = Stage::start();
    for name in ["TERM", "INT"] {
        let heard = stage.data.path().join(name);
        let script = format!(
            "trap 'echo heard >> {0}' {name}; echo ready; while [ ! -s {0} ]; do sleep 0.05; done; \
             sleep 0.3; exit 5",
            heard.display()
        );
        // In a session of its own, where no terminal sends signals to all of a group.
        let mut command = Command::new("setsid");
        command.args([env!("CARGO_BIN_EXE_marketpulse"), "run", "sh", "-c", &script]);
        let led = stage.command(&[]);
        command.env_clear();
        command.envs(led.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(5));
        assert_eq!(fs::read_to_string(&heard).unwrap(), "heard\n", "{name}");
    }
}

#[test]
fn without_a_service_the_program_is_not_started() {
    let (data, nobody) = (tempfile::tempdir().unwrap(), Nobody::listens());
    let witness = data.path().join("started");
    let program = ["run", "touch", witness.to_str().unwrap()];
    let address = nobody.address.to_string();
    let output = on(data.path(), &program).env("MARKETPULSE_LISTEN", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    let at = format!("no service answers at http://{address}/: ");
    assert!(said.contains(&at) && said.contains("--standalone"), "{said}");
    assert!(!witness.exists());
    let wrong = on(data.path(), &["run", "--service", "localhost", "true"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
    let wrong = on(data.path(), &["run"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_service_that_wants_a_key_is_shown_the_one_that_is_set() {
    let stage = Stage::start();
    let made = on(stage.of_service.path(), &["keys", "create", "notebooks"]).output().unwrap();
    let key = text(&made.stdout).trim().to_owned();
    testkit::until("a key is wanted", || {
        (stage.service.get("/marketpulse/latest").status == 401).then_some(())
    });
    let locked = stage.run(&["true"]);
    assert_eq!(locked.status.code(), Some(1));
    assert!(text(&locked.stderr).contains("wants a key: none was shown; MARKETPULSE_KEY"));
    let mut led = stage.command(&["run", "--", "true"]);
    let led = led.env("MARKETPULSE_KEY", &key).output().unwrap();
    assert_eq!(led.status.code(), Some(0), "{}", text(&led.stderr));
    let mut odd = stage.command(&["run", "--", "true"]);
    let odd = odd.env("MARKETPULSE_KEY", "secret").output().unwrap();
    assert_eq!(odd.status.code(), Some(2));
    assert!(!text(&odd.stderr).contains("secret"), "{}", text(&odd.stderr));
}

#[test]
fn what_stands_in_the_place_of_the_authority_is_said_and_left() {
    let stage = Stage::start();
    let folder = stage.data.path().join("proxy");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("authority.pem"), "somebody's notes").unwrap();
    let output = stage.run(&["true"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no certificate authority of ours"));
    assert_eq!(fs::read_to_string(folder.join("authority.pem")).unwrap(), "somebody's notes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_for_one_program_ends_with_it() {
    if !has_curl() {
        return;
    }
    let now = "2025-10-29T12:00:00Z".parse().unwrap();
    let upstream = Upstream::start(Market::new(7), now).await;
    let data = tempfile::tempdir().unwrap();
    let alone = |program: &[&str]| {
        let mut command = on(data.path(), &[&["run", "--standalone", "--"], program].concat());
        command.envs(upstreams::simulated(&upstream)).output().unwrap()
    };
    let chart = answered(&alone(&["curl", "-sS", &yahoo(CHART)]));
    assert_eq!(chart["chart"]["result"][0]["meta"]["marketpulse"]["source"], "yahoo");
    let told = alone(&["sh", "-c", "echo $MARKETPULSE_URL"]);
    let address = text(&told.stdout).trim().replace("http://", "").replace('/', "");
    assert!(testkit::get(address.parse().unwrap(), "/healthz").is_none(), "{address}");
    let mut serving = marketpulse();
    serving.arg("serve").envs(upstreams::simulated(&upstream));
    let service = Service::start(serving, data.path());
    let refused = alone(&["true"]);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("in use by a service already") && said.contains("leave out"), "{said}");
    assert!(said.contains(&service.address.to_string()), "{said}");
}

/// A standing proxy, ended with the test.
struct Standing(Child);

impl Standing {
    fn start(mut command: Command) -> (Self, String) {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        stderr.read_line(&mut said).unwrap();
        (Self(child), said)
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_shell_is_told_of_a_proxy_that_stands() {
    if !has_curl() {
        return;
    }
    let stage = Stage::start();
    let env = || stage.command(&["env"]).output().unwrap();
    let none = env();
    assert_eq!(none.status.code(), Some(1));
    assert!(text(&none.stderr).contains("start one with `marketpulse proxy`"));
    let start = || Standing::start(stage.command(&["proxy", "--listen", "127.0.0.1:0"]));
    let (standing, said) = start();
    assert!(said.contains("leading programs from 127.0.0.1:"), "{said}");
    let told = env();
    assert!(told.status.success(), "{}", text(&told.stderr));
    let script = format!("{}curl -sS '{}'", text(&told.stdout), yahoo(CHART));
    let mut shell = Command::new("sh");
    shell.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let chart = answered(&shell.args(["-c", &script]).output().unwrap());
    assert_eq!(chart, stage.service.get(CHART).json());
    let docker = stage.command(&["env", "--docker"]).output().unwrap();
    assert_eq!(docker.status.code(), Some(1));
    assert!(text(&docker.stderr).contains("which no container reaches"));
    let token = |told: &Output| {
        let told = text(&told.stdout);
        let address = told.lines().find(|it| it.contains("HTTPS_PROXY")).unwrap().to_owned();
        address.split('@').next().unwrap().to_owned()
    };
    drop(standing);
    assert_eq!(env().status.code(), Some(1), "it does not stand any longer");
    let (_standing, _) = start();
    assert_eq!(token(&env()), token(&told), "what was told before is true again");
}

#[test]
fn containers_are_told_of_a_proxy_that_they_reach() {
    let stage = Stage::start();
    let (_standing, _) = Standing::start(stage.command(&["proxy", "--listen", "0.0.0.0:0"]));
    let told = until("it is noted", || {
        let told = stage.command(&["env", "--docker"]).output().unwrap();
        told.status.success().then(|| text(&told.stdout))
    });
    assert!(told.starts_with("# docker run --env-file "), "{told}");
    assert!(told.contains("@host.docker.internal:"), "{told}");
    let volume = told.split("--volume '").nth(1).unwrap().split(':').next().unwrap();
    let roots = fs::read_to_string(volume).unwrap();
    assert!(roots.matches("BEGIN CERTIFICATE").count() > 100);
}
