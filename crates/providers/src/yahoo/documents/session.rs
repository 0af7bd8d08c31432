use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use market::{Moment, SourceError};

use crate::http::Reply;
use crate::refused;

/// The cookie by which Yahoo knows a token's owner.
const COOKIE: &str = "A3=";

/// A token is some dozen letters and digits.
const LONGEST_CRUMB: usize = 64;

/// What was had less than this ago and is refused all the same is not had again: a question
/// that Yahoo always refuses must not cost three requests each time.
const NEW_FOR: Duration = Duration::from_mins(1);

/// The cookie and the token ("crumb") that Yahoo wants beside a question. Held in memory
/// alone, as they cost two requests.
#[derive(Debug, Default)]
pub(super) struct Session(Mutex<State>);

#[derive(Debug, Default)]
enum State {
    #[default]
    Nothing,
    Cookie(String),
    Ready {
        pass: Pass,
        since: Moment,
    },
}

/// What is sent along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pass {
    pub(super) cookie: String,
    pub(super) crumb: String,
}

impl Session {
    /// What is to be sent along, if it is held.
    pub(super) fn pass(&self) -> Option<Pass> {
        match &*self.state() {
            State::Ready { pass, .. } => Some(pass.clone()),
            State::Nothing | State::Cookie(_) => None,
        }
    }

    /// The cookie that still lacks its token.
    pub(super) fn cookie(&self) -> Option<String> {
        match &*self.state() {
            State::Cookie(cookie) => Some(cookie.clone()),
            State::Nothing | State::Ready { .. } => None,
        }
    }

    /// Takes the cookie that an answer sets.
    ///
    /// # Errors
    ///
    /// It sets none.
    pub(super) fn take_cookie(&self, reply: &Reply) -> Result<(), SourceError> {
        let found = reply.cookies.iter().find(|cookie| cookie.starts_with(COOKIE));
        let none = || SourceError::Unreadable("no cookie where there always is one".to_owned());
        *self.state() = State::Cookie(found.ok_or_else(none)?.clone());
        Ok(())
    }

    /// Takes the token that was asked for with the cookie. Where it was not given, the
    /// cookie may be at fault, and goes.
    ///
    /// # Errors
    ///
    /// What came in its place.
    pub(super) fn take_crumb(&self, reply: &Reply, now: Moment) -> Result<(), SourceError> {
        let mut state = self.state();
        let State::Cookie(cookie) = std::mem::take(&mut *state) else { return Ok(()) };
        let crumb = crumb(reply)?;
        *state = State::Ready { pass: Pass { cookie, crumb }, since: now };
        Ok(())
    }

    /// What was sent along was refused. Whether there is to be another, or is already.
    pub(super) fn give_up(&self, refused: &Pass, now: Moment) -> bool {
        let mut state = self.state();
        match &*state {
            State::Ready { pass, since } if pass == refused => {
                let is_new = now.since(*since) < NEW_FOR;
                if !is_new {
                    *state = State::Nothing;
                }
                !is_new
            }
            _ => true,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn crumb(reply: &Reply) -> Result<String, SourceError> {
    if !reply.is_success() {
        return Err(reply.refusal());
    }
    let text = String::from_utf8_lossy(&reply.body);
    let crumb = text.trim();
    let is_one = |c: char| c.is_ascii_graphic() && !"<>{}".contains(c);
    if (1..=LONGEST_CRUMB).contains(&crumb.len()) && crumb.chars().all(is_one) {
        return Ok(crumb.to_owned());
    }
    let none = || SourceError::Unreadable("no token where one was asked for".to_owned());
    Err(refused::in_words(&reply.body).unwrap_or_else(none))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_beginning(Duration::from_secs(seconds))
    }

    fn begun() -> Session {
        let session = Session::default();
        let cookies = vec!["GUC=x".to_owned(), "A3=d=1".to_owned()];
        let mut reply = Reply::of(404, Vec::new());
        reply.cookies = cookies;
        session.take_cookie(&reply).unwrap();
        session
    }

    #[test]
    fn a_token_goes_with_the_cookie_it_was_asked_for_with() {
        let session = begun();
        assert_eq!((session.pass(), session.cookie().as_deref()), (None, Some("A3=d=1")));
        session.take_crumb(&Reply::of(200, b"a.B/c1\n".to_vec()), at(0)).unwrap();
        let pass = Pass { cookie: "A3=d=1".to_owned(), crumb: "a.B/c1".to_owned() };
        assert_eq!(session.pass(), Some(pass));
    }

    #[test]
    fn what_is_no_token_is_not_taken_for_one() {
        for (status, body, reason) in [
            (200, "", "unreadable"),
            (200, "<html></html>", "unreadable"),
            (200, "Too Many Requests", "throttled"),
            (401, "{}", "unauthorised"),
        ] {
            let session = begun();
            let taken = session.take_crumb(&Reply::of(status, body.into()), at(0));
            assert_eq!(taken.unwrap_err().reason(), reason, "{body}");
            assert_eq!((session.pass(), session.cookie()), (None, None), "all begins anew");
        }
        assert!(Session::default().take_cookie(&Reply::of(200, Vec::new())).is_err());
    }

    #[test]
    fn what_is_refused_is_had_anew_and_not_at_once_again() {
        let session = begun();
        session.take_crumb(&Reply::of(200, b"one".to_vec()), at(0)).unwrap();
        let pass = session.pass().unwrap();
        assert!(!session.give_up(&pass, at(59)));
        assert!(session.pass().is_some());
        assert!(session.give_up(&pass, at(60)));
        assert!(session.pass().is_none());
        assert!(session.give_up(&pass, at(60)), "somebody else gave it up");
    }
}
