//! Who has a key, and who has not.

use std::path::Path;
use std::process::{Command, Output};

use axum::body::Body;
use axum::http::Request;
use testkit::until;

use crate::service::{marketpulse, serve_demo};
use crate::world::{Answer, World};

/// `marketpulse keys …` on a data folder.
fn keys(data: &Path, arguments: &[&str]) -> Output {
    let mut command = marketpulse();
    command.arg("keys").args(arguments).env("MARKETPULSE_DATA_DIR", data);
    command.output().unwrap()
}

/// What it prints, where it succeeds.
pub(crate) fn printed(data: &Path, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = keys(data, arguments);
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap().trim().to_owned()
}

pub(crate) async fn asked(
    world: &World,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let request = Request::builder().method(method).uri(target);
    let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
    world.ask(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[test]
fn keys_made_and_taken_back_hold_while_the_service_runs() {
    let folder = tempfile::tempdir().unwrap();
    let service = serve_demo(folder.path(), &[]);
    let latest = "/marketpulse/latest";
    assert_eq!(service.get(latest).status, 200);
    let key = printed(folder.path(), &["create", "research"]);
    until("a key is wanted", || (service.get(latest).status == 401).then_some(()));
    assert_eq!(service.get("/healthz").status, 200);
    assert_eq!(service.get(&format!("/k/{key}{latest}")).status, 200);
    for odd in [format!("//k/{key}{latest}"), format!("/k/{key}/k/{key}{latest}")] {
        assert_ne!(service.get(&odd).status, 200);
    }
    let stream = format!("/k/{key}/marketpulse/stream?symbols=CAC40");
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| service.get(&stream));
        until("somebody streams", || {
            let metrics = service.get(&format!("/k/{key}/metrics")).body;
            metrics.contains("\nmarketpulse_stream_readers 1\n").then_some(())
        });
        keys(folder.path(), &["revoke", "research"]);
        assert_eq!(reader.join().unwrap().status, 200, "and it was cut off");
    });
    let refused = service.get(&format!("/k/{key}{latest}"));
    assert_eq!(refused.status, 401);
    assert!(refused.body.contains("the key of research was revoked at"), "{}", refused.body);
    let (status, log) = service.end();
    assert!(status.success());
    let (id, _) = key.trim_start_matches("mp_").split_once('_').unwrap();
    assert!(log.contains(id) && log.contains(latest), "who asked is said: {log}");
    assert!(!log.contains(&key), "and with what is not: {log}");
}

#[test]
fn a_key_is_listed_rotated_and_found_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let first = printed(
        folder.path(),
        &[
            "create",
            "research",
            "--scopes",
            "read",
            "--expires",
            "90d",
            "--rate",
            "600/minute",
            "--share",
            "20",
        ],
    );
    let again = keys(folder.path(), &["create", "research"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("there is a key called research"));
    let second = printed(folder.path(), &["rotate", "research"]);
    assert!(first[..11] == second[..11] && first != second, "the id stays");
    let listed = printed(folder.path(), &["list"]);
    for word in ["rotating", "read ", "600/minute", "20%", "research"] {
        assert!(listed.contains(word), "{word}: {listed}");
    }
    assert!(!listed.contains(&first) && !listed.contains(&second));
    printed(folder.path(), &["revoke", &first[3..11]]);
    let all: serde_json::Value =
        serde_json::from_str(&printed(folder.path(), &["list", "--json"])).unwrap();
    assert_eq!((&all[0]["state"], &all[0]["name"]), (&"revoked".into(), &"research".into()));
    assert_eq!(keys(folder.path(), &["rotate", "research"]).status.code(), Some(1));
    assert_eq!(keys(folder.path(), &["revoke", "nobody"]).status.code(), Some(1));
    assert_eq!(keys(folder.path(), &["create", "x", "--share", "0"]).status.code(), Some(2));
}

/// What is asked by agents, by pages, and by clients of other protocols.
const EVERYWHERE: [&str; 13] = [
    "/",
    "/marketpulse",
    "/marketpulse/latest",
    "/marketpulse/docs",
    "/marketpulse/stream",
    "/marketpulse/v1/quotes?symbols=AAPL",
    "/marketpulse/v1/bars/AAPL.csv",
    "/metrics",
    "/mcp",
    "/udf/config",
    "/vendors/price?symbol=AAPL",
    "/v8/finance/chart/AAPL",
    "/no/such/page",
];

#[tokio::test]
async fn without_a_key_nothing_is_answered_anywhere_but_that_the_service_is_well() {
    let world = World::start("production", &[("MARKETPULSE_ACCESS", "keys")]).await;
    for target in EVERYWHERE {
        for method in ["GET", "HEAD", "POST"] {
            let answer = asked(&world, method, target, &[], "").await;
            assert_eq!(answer.status, 401, "{method} {target}");
        }
        let part = asked(&world, "GET", target, &[("range", "bytes=0-9")], "").await;
        assert_eq!(part.status, 401, "a part of {target}");
    }
    for open in ["/healthz", "/marketpulse/login"] {
        assert_eq!(asked(&world, "GET", open, &[], "").await.status, 200, "{open}");
    }
    let preflight = asked(&world, "OPTIONS", "/marketpulse/latest", &[], "").await;
    assert_eq!(preflight.status, 204, "a browser asks without");
}

#[tokio::test]
async fn a_reader_of_pages_signs_in_once_and_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let key = printed(folder.path(), &["create", "reader", "--scopes", "read"]);
    let file = folder.path().join("keys.json");
    let world = World::start("production", &[("MARKETPULSE_KEYS", file.to_str().unwrap())]).await;
    let page = ("accept", "text/html");
    let led = asked(&world, "GET", "/marketpulse/status", &[page], "").await;
    assert_eq!(
        (led.status, led.header("location")),
        (303, "/marketpulse/login?next=%2Fmarketpulse%2Fstatus")
    );
    let login = asked(&world, "GET", led.header("location"), &[page], "").await;
    assert_eq!(login.status, 200);
    assert!(login.body.contains(r#"name="next" value="/marketpulse/status""#), "{}", login.body);
    let sign_in = async |key: &str, next: &str| {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let body = format!("key={key}&next={next}");
        asked(&world, "POST", "/marketpulse/login", &[page, form], &body).await
    };
    let wrong = sign_in("mp_nothing", "/marketpulse/status").await;
    assert_eq!(wrong.status, 401);
    assert!(
        wrong.body.contains("this key is not known here") && wrong.header("set-cookie").is_empty()
    );
    let signed = sign_in(&key, "/marketpulse/status").await;
    assert_eq!((signed.status, signed.header("location")), (303, "/marketpulse/status"));
    let cookie = signed.header("set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    let kept = ("cookie", cookie.split(';').next().unwrap());
    let status = asked(&world, "GET", "/marketpulse/status", &[page, kept], "").await;
    assert_eq!(status.status, 200);
    assert!(status.body.contains("Sign out") && !status.body.contains(&key));
    assert_eq!(asked(&world, "GET", "/marketpulse/stream", &[kept], "").await.status, 403);
    assert_eq!(sign_in(&key, "//evil.example").await.header("location"), "/marketpulse");
    let out = asked(&world, "POST", "/marketpulse/logout", &[page, kept], "").await;
    assert_eq!((out.status, out.header("location")), (303, "/marketpulse/login"));
    assert!(out.header("set-cookie").starts_with("marketpulse_key=; Path=/; Max-Age=0;"));
}

#[tokio::test]
async fn clients_of_other_services_show_a_key_in_their_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let key = printed(folder.path(), &["create", "others"]);
    let file = folder.path().join("keys.json");
    let world = World::start("production", &[("MARKETPULSE_KEYS", file.to_str().unwrap())]).await;
    let bearer = format!("Bearer {key}");
    for (target, header) in [
        (format!("/vendors/api/v3/ping?x_cg_demo_api_key={key}"), None),
        ("/vendors/api/v3/ping".to_owned(), Some(("x-cg-pro-api-key", key.as_str()))),
        (format!("/vendors/api_usage?apikey={key}"), None),
        ("/udf/config".to_owned(), Some(("authorization", bearer.as_str()))),
        (format!("/k/{key}/udf/config"), None),
    ] {
        let headers: Vec<_> = header.into_iter().collect();
        let answer = asked(&world, "GET", &target, &headers, "").await;
        assert_ne!(answer.status, 401, "{target} {header:?}: {}", answer.body);
        assert!(!answer.body.contains(&key));
    }
}

#[test]
fn keys_that_cannot_be_read_let_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("keys.json"), "[{").unwrap();
    let mut command: Command = marketpulse();
    command.args(["serve", "--demo"]).env("APP_ENV", "development");
    let Output { status, stderr, .. } =
        command.env("MARKETPULSE_DATA_DIR", folder.path()).output().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(String::from_utf8_lossy(&stderr).contains("holds no keys of this version"));
}
