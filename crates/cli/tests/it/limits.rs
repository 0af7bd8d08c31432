//! What the machine allows, and what is asked of it that it cannot.

use std::process::Command;

use testkit::until;

use crate::service::{marketpulse, serve_demo};

/// What the service says that is started under a limit, and does not start.
fn refused(limit: &str, settings: &[(&str, &str)]) -> String {
    let data = tempfile::tempdir().unwrap();
    let mut command = testkit::program("/bin/sh");
    let serve = format!("{limit}; exec \"$0\" serve");
    command.args(["-c", &serve, env!("CARGO_BIN_EXE_marketpulse")]);
    command.env("MARKETPULSE_DATA_DIR", data.path()).envs(settings.iter().copied());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{limit}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_start_that_cannot_have_what_the_settings_need_is_refused_with_the_figure() {
    let said = refused("ulimit -v 1000000", &[("MARKETPULSE_CACHE_MB", "512")]);
    assert!(said.contains("MARKETPULSE_CACHE_MB=512 needs 1344 MiB"), "{said}");
    assert!(said.contains("ulimit -v allows 976 MiB"), "{said}");
    let said = refused("ulimit -n 300", &[("MARKETPULSE_STREAM_CONNECTIONS", "1000")]);
    assert!(said.contains("needs 1192 open files, and 300 may be open"), "{said}");
}

#[test]
fn a_terminal_that_is_closed_does_not_end_the_service() {
    let data = tempfile::tempdir().unwrap();
    let service = serve_demo(data.path(), &[]);
    service.signal("HUP");
    until("it is still there", || service.ask("/healthz").filter(|it| it.status == 200));
    let (status, log) = service.end();
    assert!(status.success() && log.contains("SIGHUP changes nothing"), "{log}");
}

#[test]
fn a_settings_file_that_never_ends_does_not_hold_up_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("settings.toml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for file in [pipe.to_str().unwrap(), "/dev/zero", folder.path().to_str().unwrap()] {
        let output = marketpulse().arg("serve").env("MARKETPULSE_CONFIG", file).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("name a regular file"), "{said}");
    }
}

#[test]
fn an_import_without_an_end_is_given_up() {
    let data = tempfile::tempdir().unwrap();
    let output = marketpulse()
        .args(["import", "/dev/zero", "--symbol", "AAPL"])
        .env("MARKETPULSE_DATA_DIR", data.path())
        .env("MARKETPULSE_OFFLINE", "True")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("a row is longer than 1048576 bytes"), "{said}");
}

#[test]
fn what_was_typed_does_not_run_in_the_terminal_that_it_is_repeated_on() {
    let data = tempfile::tempdir().unwrap();
    let evil = "no\u{1b}[31mpe\u{202e}";
    for arguments in [
        &["history", evil][..],
        &["history", "AAPL", "--period", evil],
        &["search", evil],
        &[evil],
        &["import", evil, "--symbol", "AAPL"],
        &["export", "AAPL", "--out", evil],
    ] {
        let output = marketpulse()
            .args(arguments)
            .env("MARKETPULSE_DATA_DIR", data.path())
            .env("MARKETPULSE_OFFLINE", "True")
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(!said.contains(['\u{1b}', '\u{202e}']), "{arguments:?}: {said:?}");
        assert!(!said.is_empty(), "{arguments:?}");
    }
}
