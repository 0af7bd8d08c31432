use std::sync::Mutex;
use std::time::Duration;

use access::{Audience, Closed, Key, KeyFile, Name, Share, SystemRandom, Terms};
use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use axum::routing::get;
use jiff::Timestamp;
use tower::ServiceExt;

use super::*;
use crate::log::RequestLog;
use crate::{Answers, Caller, Clearance, Front, Routes};

/// A service with a route of each kind, its gate, and a key to it.
struct Fixture {
    _folder: tempfile::TempDir,
    gate: Arc<Gate>,
    front: Front,
    second: Arc<Mutex<i64>>,
    turned: Arc<Mutex<Vec<String>>>,
}

fn needs(path: &str, _: bool) -> Option<Scope> {
    match path {
        "/healthz" => None,
        "/stream" => Some(Scope::Stream),
        _ => Some(Scope::Read),
    }
}

fn routes() -> Routes {
    let links =
        [("link", "</read?cursor=1>; rel=\"next\""), ("cache-control", "public, max-age=1")];
    let who = async move |caller: Caller| {
        let name = caller.pass().map(|pass| pass.name().to_string());
        let address = caller.address().map(|it| it.to_string());
        (links, format!("{name:?} {address:?}"))
    };
    Routes::new()
        .route("/read", get(who))
        .route("/stream", get(async || "streamed"))
        .route("/plain", get(async || "the same for all"))
        .route("/refused", get(async || StatusCode::NOT_FOUND))
        .route("/cleared", get(async |caller: Caller| caller.clears(|| Clearance::Given)))
        .route("/both", get(both))
        .route("/healthz", get(async || "well"))
}

/// Of two sources, one of which lets nobody show it to others.
async fn both(caller: Caller) -> &'static str {
    let why = || Problem::plain(StatusCode::FORBIDDEN, "Not to be passed on", "by its terms");
    caller.clears(|| Clearance::Given);
    caller.clears(move || Clearance::Refused(why()));
    caller.clears(|| Clearance::Unknown);
    "two prices"
}

impl Fixture {
    fn new(open_to: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::at(folder.path().join("keys.json"));
        let closed = Closed::WithTheFirstKey;
        let keys = Keyring::open(closed, file, Duration::ZERO, &SystemRandom::new()).unwrap();
        let second = Arc::new(Mutex::new(1_i64));
        let told = Arc::clone(&second);
        let time: Time = Arc::new(move || {
            let second = *told.lock().unwrap();
            let wall = Timestamp::from_second(second).unwrap();
            Instant { wall, steady: Duration::from_secs(second.unsigned_abs()) }
        });
        let spelled = Spelled { headers: &["x-other"], params: &["apikey"], cookie: "kept" };
        let turned = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&turned);
        let gate = Arc::new(Gate::new(
            keys,
            Gated {
                time,
                needs,
                has_no_figures: |path| path == "/plain",
                spelled,
                open_to: open_to.parse().unwrap(),
                behind: "10.0.0.0/8".parse().unwrap(),
                hears: Box::new(move |it| {
                    let (address, key) = (it.address.unwrap(), it.key.map(Name::as_str));
                    let line = format!("{address} {key:?} {} {} {}", it.method, it.path, it.reason);
                    heard.lock().unwrap().push(line);
                }),
                login: "/login",
            },
        ));
        let front = Front::new(routes(), Answers::default())
            .behind(Arc::clone(&gate))
            .logging_to(RequestLog::default());
        Self { _folder: folder, gate, front, second, turned }
    }

    fn key(&self, name: &str, scopes: &str, rate: Option<&str>) -> String {
        self.key_for(Audience::Private, name, scopes, rate)
    }

    fn key_for(&self, audience: Audience, name: &str, scopes: &str, rate: Option<&str>) -> String {
        let terms = Terms {
            scopes: scopes.parse().unwrap(),
            expires: None,
            rate: rate.map(|rate| rate.parse().unwrap()),
            share: Share::WHOLE,
            audience,
        };
        let (name, random) = (name.parse().unwrap(), SystemRandom::new());
        let (key, secret) = Key::new(name, terms, Timestamp::UNIX_EPOCH, &random);
        self.change(|keys| keys.push(key));
        secret.reveal().to_owned()
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Key>)) {
        let changed = self.gate.keys().file().change(|keys| {
            change(keys);
            Ok::<_, ()>(())
        });
        changed.unwrap();
        self.gate.look().unwrap();
    }

    async fn ask(
        &self,
        address: &str,
        headers: &[(&str, &str)],
    ) -> (StatusCode, HeaderMap, String) {
        let request = Request::get(address);
        let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer([10, 0, 0, 1].into()));
        let response = self.front.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, headers, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn status(&self, address: &str, headers: &[(&str, &str)]) -> StatusCode {
        self.ask(address, headers).await.0
    }
}

#[tokio::test]
async fn without_keys_everybody_is_let_in_and_answers_are_for_all() {
    let fixture = Fixture::new("");
    let (status, headers, body) = fixture.ask("/read", &[]).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "None Some(\"10.0.0.1\")"));
    assert_eq!(headers["cache-control"], "public, max-age=1");
}

#[tokio::test]
async fn with_a_key_whoever_shows_it_is_let_in_and_nobody_else() {
    let fixture = Fixture::new("");
    let key = fixture.key("research", "read,stream", None);
    let (status, headers, body) = fixture.ask("/read", &[]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(headers["www-authenticate"], "Bearer realm=\"marketpulse\"");
    assert!(body.contains("this service wants a key"), "{body}");
    assert_eq!(fixture.status("/healthz", &[]).await, StatusCode::OK);
    let (status, headers, body) = fixture.ask("/read", &[("x-api-key", &key)]).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "Some(\"research\") Some(\"10.0.0.1\")"));
    assert_eq!(headers["cache-control"], "private, max-age=1", "no shared cache gives it on");
    let wrong = access::Secret::random(None, &SystemRandom::new());
    let (status, _, body) = fixture.ask("/read", &[("x-api-key", wrong.reveal())]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(body.contains("not known here") && !body.contains(wrong.reveal()), "{body}");
    assert_eq!(fixture.status("/read", &[("x-api-key", "demo")]).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_key_before_the_path_leads_on_through_itself_and_is_repeated_nowhere_else() {
    let fixture = Fixture::new("");
    let key = fixture.key("sheet", "read", None);
    let (status, headers, body) = fixture.ask(&format!("/k/{key}/read?x=1"), &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(headers["link"], format!("</k/{key}/read?cursor=1>; rel=\"next\""));
    let (status, _, body) = fixture.ask("/k/nothing/read", &[("x-api-key", &key)]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "what stands there is what counts");
    assert!(!body.contains("/k/nothing"), "{body}");
}

#[tokio::test]
async fn a_key_is_good_for_its_scopes_and_as_often_as_it_says() {
    let fixture = Fixture::new("");
    let key = fixture.key("research", "read", Some("2/minute"));
    let header = [("x-api-key", key.as_str())];
    let (status, _, body) = fixture.ask("/stream", &header).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(body.contains("the key of research does not allow stream"), "{body}");
    let (status, headers, _) = fixture.ask("/read", &header).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["ratelimit-policy"], "\"key\";q=2;w=60");
    assert_eq!(headers["ratelimit"], "\"key\";r=0;t=30");
    let (status, headers, _) = fixture.ask("/read", &header).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(headers["retry-after"], "30");
    *fixture.second.lock().unwrap() += 30;
    assert_eq!(fixture.status("/read", &header).await, StatusCode::OK);
}

#[tokio::test]
async fn whoever_is_not_let_in_is_counted_by_why_and_there_are_no_more_figures_for_it() {
    let fixture = Fixture::new("");
    let key = fixture.key("research", "read", Some("1/minute"));
    let revoked = fixture.key("former", "read", None);
    fixture.change(|keys| keys[1].revoke(Timestamp::UNIX_EPOCH));
    let figures = || prometheus::TextEncoder::new().encode_to_string(&fixture.gate.refusals());
    let before = figures().unwrap();
    let wrong = access::Secret::random(None, &SystemRandom::new());
    let header = |key: &str| vec![("x-api-key", key.to_owned())];
    for shown in [
        vec![],
        vec![("accept", "text/html".to_owned())],
        header("demo"),
        header(wrong.reveal()),
        header(&revoked),
        header(&key),
        header(&key),
    ] {
        let shown: Vec<_> = shown.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fixture.ask("/read", &shown).await;
    }
    *fixture.second.lock().unwrap() += 60;
    fixture.ask("/stream", &[("x-api-key", &key)]).await;
    fixture.gate.typed("mp_nothing").await.unwrap_err();
    let counted = |reason: &str, times: u32| {
        let line = format!("marketpulse_access_refusals_total{{reason=\"{reason}\"}} {times}");
        let told = figures().unwrap();
        assert!(told.lines().any(|it| it == line), "{line}: {told}");
    };
    counted("no_key", 2);
    counted("unknown_key", 3);
    counted("revoked", 1);
    counted("rate", 1);
    counted("scope", 1);
    counted("expired", 0);
    assert_eq!(figures().unwrap().lines().count(), before.lines().count());
    let turned = fixture.turned.lock().unwrap();
    assert_eq!(
        turned[..3],
        [
            "10.0.0.1 None GET /read no_key",
            "10.0.0.1 None GET /read no_key",
            "10.0.0.1 None GET /read unknown_key",
        ]
    );
    assert_eq!(turned[4], "10.0.0.1 Some(\"former\") GET /read revoked");
    assert_eq!(turned.last().unwrap(), "10.0.0.1 Some(\"research\") GET /stream scope");
}

#[tokio::test]
async fn a_reader_of_pages_is_led_to_where_a_key_can_be_shown() {
    let fixture = Fixture::new("");
    let key = fixture.key("research", "read", None);
    let page = ("accept", "text/html,*/*");
    let (status, headers, _) = fixture.ask("/read?a=1&b=2", &[page]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(headers["location"], "/login?next=%2Fread%3Fa%3D1%26b%3D2");
    assert_eq!(
        fixture.status("/read", &[page, ("cookie", &format!("kept={key}"))]).await,
        StatusCode::OK
    );
    fixture.change(Vec::clear);
    let kept = ("cookie", format!("kept={key}"));
    let (status, _, _) = fixture.ask("/read", &[page, (kept.0, &kept.1)]).await;
    assert_eq!(
        status,
        StatusCode::SEE_OTHER,
        "a browser that keeps one that is gone shows another"
    );
    assert_eq!(fixture.status("/read", &[(kept.0, &kept.1)]).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_asks_is_known_behind_a_proxy_that_is_trusted() {
    let fixture = Fixture::new("192.0.2.0/24");
    let key = fixture.key("research", "read", None);
    let from = |address: &'static str| ("x-forwarded-for", address);
    assert_eq!(fixture.status("/read", &[from("192.0.2.7")]).await, StatusCode::OK);
    assert_eq!(
        fixture.status("/read", &[from("192.0.2.7, 6.6.6.6")]).await,
        StatusCode::UNAUTHORIZED
    );
    let (_, _, body) = fixture.ask("/read", &[from("6.6.6.6"), ("x-api-key", &key)]).await;
    assert_eq!(body, "Some(\"research\") Some(\"6.6.6.6\")");
}

#[tokio::test]
async fn what_is_not_known_to_be_for_others_goes_to_nobody_who_shows_it_to_them() {
    let fixture = Fixture::new("");
    for (audience, own, cleared, both) in
        [(Audience::Private, 200, 200, 200), (Audience::Internal, 403, 200, 403)]
    {
        let key = fixture.key_for(audience, audience.as_str(), "read,stream", None);
        let header = [("x-api-key", key.as_str())];
        for (address, status) in [
            ("/read", own),
            ("/stream", own),
            ("/cleared", cleared),
            ("/both", both),
            ("/plain", 200),
            ("/refused", 404),
        ] {
            let (told, _, body) = fixture.ask(address, &header).await;
            assert_eq!(told, status, "{address} for {audience}: {body}");
            assert!(told != 403 || !body.contains("two prices"), "{body}");
            assert!(address != "/both" || told == 200 || body.contains("by its terms"), "{body}");
        }
    }
}

#[tokio::test]
async fn many_who_show_a_key_first_at_once_are_all_let_in() {
    let fixture = Fixture::new("");
    let key = fixture.key("research", "read", None);
    let header = [("x-api-key", key.as_str())];
    let all = futures_util::future::join_all((0..50).map(|_| fixture.status("/read", &header)));
    assert!(all.await.iter().all(|status| *status == StatusCode::OK));
}
