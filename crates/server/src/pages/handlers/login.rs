use std::sync::Arc;

use access::{Pass, Refusal};
use audit::{Event, Kind, Outcome};
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::header::{HeaderMap, LOCATION, SET_COOKIE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use http::{CachePolicy, Caller};
use jiff::Timestamp;

use super::page;
use crate::admission::{KEPT, LOGIN};
use crate::app::App;
use crate::pages::{self, LoginView};

/// A key and an address are much shorter.
const LONGEST_FORM: usize = 32 << 10;

/// For so many seconds a browser keeps a key: thirty days.
const LONGEST_KEPT: i64 = 30 * 86_400;

/// A proxy in front says how it was asked itself.
const ASKED_BY: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// `GET /marketpulse/login?next=`
pub(crate) async fn login(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let next = field(query.as_deref().unwrap_or_default().as_bytes(), "next");
    shown(&app, &headers, next, None)
}

/// `POST /marketpulse/login`, with the key and the address to go on to.
pub(crate) async fn log_in(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let form = to_bytes(body, LONGEST_FORM).await.unwrap_or_default();
    let (next, key) = (field(&form, "next"), field(&form, "key"));
    let typed = app.gate.typed(&key).await;
    note(&app, &caller, typed.as_ref().map(|(_, pass)| pass));
    match typed {
        Ok((secret, pass)) => {
            let age = kept_for(pass.expires(), app.engine.now());
            let is_secure = headers.get(ASKED_BY).is_some_and(|by| by == "https");
            led(safe(&next), &cookie(secret.reveal(), age, is_secure))
        }
        Err(refusal) => shown(&app, &headers, next, Some(refusal.to_string())),
    }
}

fn note(app: &App, caller: &Caller, typed: Result<&Pass, &Refusal>) {
    let Some(audit) = &app.audit else { return };
    let (key, outcome, reason) = match typed {
        Ok(pass) => (Some(pass.name()), Outcome::Done, None),
        Err(refusal) => (refusal.name(), Outcome::Refused, Some(refusal.reason())),
    };
    // Who tries keys here is one of those who are refused, of whom there may be many.
    let kind = if reason.is_some() { Kind::Refused } else { Kind::SignedIn };
    let (address, key) = (caller.address(), key.map(ToString::to_string));
    let what = Some(format!("POST {LOGIN}"));
    audit.note(Event { address, key, what, reason, ..Event::new(kind, outcome) });
}

/// `POST /marketpulse/logout`
pub(crate) async fn log_out() -> Response {
    led(LOGIN, &cookie("", 0, false))
}

fn shown(app: &App, headers: &HeaderMap, next: String, refused: Option<String>) -> Response {
    let status = if refused.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    let view = LoginView { next, refused, is_wanted: app.gate.is_closed() };
    page(app, headers, status, false, |shell| pages::login(shell, &view))
}

fn led(next: &str, cookie: &str) -> Response {
    let headers = [(LOCATION, next), (SET_COOKIE, cookie)];
    (StatusCode::SEE_OTHER, CachePolicy::Never, headers).into_response()
}

/// No script reads it, and no page of another site sends it but by a link.
fn cookie(key: &str, age: i64, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    format!("{KEPT}={key}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}

fn kept_for(expires: Option<Timestamp>, now: Timestamp) -> i64 {
    let left = expires.map(|expires| expires.duration_since(now).as_secs().max(0));
    left.unwrap_or(LONGEST_KEPT).min(LONGEST_KEPT)
}

/// An address of this service: nobody is led elsewhere by what stood in a link.
fn safe(next: &str) -> &str {
    const HOME: &str = "/marketpulse";
    let is_own = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_own { next } else { HOME }
}

fn field(form: &[u8], name: &str) -> String {
    let found = url::form_urlencoded::parse(form).find(|(known, _)| known == name);
    found.map(|(_, text)| text.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_service() {
        for own in ["/marketpulse/dashboard?a=b&c=d%20e", "/metrics"] {
            assert_eq!(safe(own), own);
        }
        for other in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/\u{e9}"]
        {
            assert_eq!(safe(other), "/marketpulse", "{other:?}");
        }
    }

    #[test]
    fn a_key_is_kept_no_longer_than_it_is_good() {
        let now = Timestamp::UNIX_EPOCH;
        let at = |second| Some(Timestamp::from_second(second).unwrap());
        assert_eq!(kept_for(None, now), LONGEST_KEPT);
        assert_eq!(kept_for(at(60), now), 60);
        assert_eq!(kept_for(at(-60), now), 0);
        assert_eq!(kept_for(at(LONGEST_KEPT * 2), now), LONGEST_KEPT);
    }
}
