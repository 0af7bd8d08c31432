//! The audit log: who did or was refused what.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::service::marketpulse;
use testkit::{Service, until};

fn events(log: &Path) -> Vec<Value> {
    let text = fs::read_to_string(log).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A command with an audit log in its data folder.
fn run(data: &Path, arguments: &[&str]) -> Output {
    let mut command = marketpulse();
    command.args(arguments).env("MARKETPULSE_DATA_DIR", data);
    command.env("MARKETPULSE_AUDIT_LOG", data.join("audit.log")).output().unwrap()
}

#[test]
fn what_commands_do_is_on_record_with_who_gave_them_and_how_they_ended() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit.log");
    let secret = run(folder.path(), &["keys", "create", "research", "--scopes", "read"]).stdout;
    let secret = String::from_utf8(secret).unwrap();
    run(folder.path(), &["keys", "list"]);
    run(folder.path(), &["keys", "rotate", "research"]);
    run(folder.path(), &["keys", "revoke", "nobody"]);
    let copy = folder.path().join("copy.db");
    run(folder.path(), &["backup", copy.to_str().unwrap()]);
    run(folder.path(), &["repairs", "undo", "7"]);
    let told: Vec<_> = events(&log)
        .iter()
        .map(|it| ["event", "outcome", "what"].map(|name| it[name].as_str().unwrap().to_owned()))
        .collect();
    let copy = copy.to_str().unwrap();
    assert_eq!(
        told,
        [
            ["key_created", "done", "research, for read, shown to: private"],
            ["key_rotated", "done", "research"],
            ["key_revoked", "failed", "nobody"],
            ["backup", "failed", copy],
            ["repair_undone", "failed", "7"],
        ]
    );
    assert!(events(&log).iter().all(|it| it["user"].is_u64() && it["at"].is_string()));
    assert!(!fs::read_to_string(&log).unwrap().contains(secret.trim()));
    assert_eq!(fs::metadata(&log).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn who_is_refused_is_on_record_and_a_file_that_was_moved_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit.log");
    let key = String::from_utf8(run(folder.path(), &["keys", "create", "reader"]).stdout).unwrap();
    let key = key.trim();
    let mut command = marketpulse();
    command.args(["serve", "--demo"]).env("APP_ENV", "development");
    command.env("MARKETPULSE_AUDIT_LOG", &log);
    let service = Service::start(command, folder.path());
    assert_eq!(service.get("/marketpulse/latest?secret=1").status, 401);
    assert_eq!(service.get(&format!("/k/{key}/marketpulse/latest")).status, 200);
    let refused = |log: &Path| {
        until("a refusal is on record", || {
            events(log).into_iter().find(|it| it["event"] == "refused")
        })
    };
    let told = refused(&log);
    assert_eq!(
        [&told["address"], &told["what"], &told["reason"], &told["outcome"]],
        ["127.0.0.1", "GET /marketpulse/latest", "no_key", "refused"]
    );
    let moved = folder.path().join("audit.log.1");
    fs::rename(&log, &moved).unwrap();
    run(folder.path(), &["keys", "revoke", "reader"]);
    until("a key that is gone is refused", || {
        (service.get(&format!("/k/{key}/marketpulse/latest")).status == 401).then_some(())
    });
    let told = refused(&log);
    assert_eq!((&told["key"], &told["reason"]), (&"reader".into(), &"revoked".into()));
    assert!(service.end().0.success());
    let kinds = |log: &Path| -> Vec<String> {
        events(log).iter().map(|it| it["event"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&moved)[..2], ["key_created", "started"]);
    let after = kinds(&log);
    assert!(after.contains(&"keys_changed".to_owned()), "{after:?}");
    assert_eq!(after.last().unwrap(), "stopped");
    for log in [&log, &moved] {
        assert!(!fs::read_to_string(log).unwrap().contains(key));
    }
}

#[test]
fn a_service_whose_audit_log_cannot_be_written_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = marketpulse();
    command.args(["serve", "--demo"]).env("APP_ENV", "development");
    command.env("MARKETPULSE_DATA_DIR", folder.path());
    let ended = command.env("MARKETPULSE_AUDIT_LOG", folder.path()).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(said.contains("is no ordinary file; name another in MARKETPULSE_AUDIT_LOG"), "{said}");
}
