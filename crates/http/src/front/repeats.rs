//! Answers that are the same for all who ask the same at the same time, or for good: they
//! are found by the address alone, before it is taken apart and anybody is asked.

use std::collections::HashMap;
use std::mem;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use axum::extract::Request;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use moka::sync::Cache;

use crate::reply::Repeatable;

/// All that such an answer depends on besides its question, as numbers: the second that it
/// is, and versions of what is known. While they are equal, so is the answer.
pub type Standing = [u64; 3];

/// Tells how things stand.
pub type Stands = Arc<dyn Fn() -> Standing + Send + Sync>;

/// Bytes of answers that are found so. They are kept in memory anyway, but longer than there.
const ROOM: usize = 8 << 20;

/// Bytes of answers that are the same for good, the latest that were asked for.
const ROOM_FOR_GOOD: u64 = 8 << 20;

/// What is held beside the bytes of each, about.
const BESIDE: usize = 512;

/// Nobody who means something accepts so much, in bytes.
const LONGEST_ACCEPT: usize = 1 << 10;

/// What a request says that it accepts. A copy: its own is a part of all that was read with
/// it, and would keep that in memory.
type Accepted = Option<Box<[u8]>>;

fn accepted(asked: &HeaderMap) -> Option<&[u8]> {
    asked.get(ACCEPT).map(HeaderValue::as_bytes)
}

/// The answers that were given since things stand as they do, and those that stay.
pub(super) struct Repeats {
    stands: Stands,
    given: RwLock<Given>,
    for_good: Cache<Question, ForGood>,
}

/// An address, and what is accepted.
type Question = (String, Accepted);

/// An answer that stays the same between two seconds. One that was made later than it is now
/// was made by a clock that was ahead: what it tells of may still be to come.
#[derive(Clone)]
struct ForGood {
    answer: Repeatable,
    seconds: Range<u64>,
}

#[derive(Default)]
struct Given {
    standing: Standing,
    /// By address, each with what was accepted.
    answers: HashMap<String, Vec<(Accepted, Repeatable)>>,
    bytes: usize,
}

/// What an answer takes in memory, about.
fn bytes((address, accepted): &Question, answer: &Repeatable) -> usize {
    BESIDE + address.len() + accepted.as_ref().map_or(0, |it| it.len()) + answer.bytes()
}

impl Given {
    /// Takes an answer in, where there is room for it and none to the same question: two
    /// may be made at the same time.
    fn take(&mut self, question: Question, answer: Repeatable) {
        let bytes = bytes(&question, &answer);
        let (address, accepted) = question;
        let is_it = |(known, _): &(Accepted, _)| *known == accepted;
        let is_there = self.answers.get(&address).is_some_and(|answers| answers.iter().any(is_it));
        if !is_there && self.bytes + bytes <= ROOM {
            self.bytes += bytes;
            self.answers.entry(address).or_default().push((accepted, answer));
        }
    }
}

impl Repeats {
    pub(super) fn new(stands: Stands) -> Self {
        let weigh = |question: &Question, it: &ForGood| {
            u32::try_from(bytes(question, &it.answer)).unwrap_or(u32::MAX)
        };
        let for_good = Cache::builder().max_capacity(ROOM_FOR_GOOD).weigher(weigh).build();
        Self { stands, given: RwLock::default(), for_good }
    }

    /// The answer that was given to the same question, else a new one, which others are
    /// given too where it says so.
    pub(super) async fn answer(
        &self,
        request: Request,
        anew: impl AsyncFnOnce(Request) -> Response,
    ) -> Response {
        let may_be_for_all = request.method() == Method::GET
            && accepted(request.headers()).is_none_or(|it| it.len() <= LONGEST_ACCEPT);
        let address = request.uri().path_and_query().filter(|_| may_be_for_all);
        let Some(address) = address else { return anew(request).await };
        let standing = (self.stands)();
        if let Some(response) = self.again(standing, address.as_str(), request.headers()) {
            return response;
        }
        let question = (address.as_str().to_owned(), accepted(request.headers()).map(Box::from));
        if let Some(kept) = self.for_good.get(&question)
            && kept.seconds.contains(&standing[0])
        {
            return kept.answer.respond(request.headers());
        }
        let mut response = anew(request).await;
        if let Some(answer) = response.extensions_mut().remove() {
            self.keep(standing, question, answer);
        }
        response
    }

    fn again(&self, standing: Standing, address: &str, asked: &HeaderMap) -> Option<Response> {
        let given = self.given();
        let answers = given.answers.get(address).filter(|_| given.standing == standing)?;
        let is_it = |(known, _): &&(Accepted, _)| known.as_deref() == accepted(asked);
        let (_, answer) = answers.iter().find(is_it)?;
        let answer = answer.clone();
        drop(given);
        Some(answer.respond(asked))
    }

    fn keep(&self, standing: Standing, question: Question, answer: Repeatable) {
        match answer.lasts() {
            Some(lasts) => {
                let seconds = standing[0]..standing[0].saturating_add(lasts);
                self.for_good.insert(question, ForGood { answer, seconds });
            }
            None => self.keep_while(standing, question, answer),
        }
    }

    /// What has changed while an answer was made may not be in it.
    fn keep_while(&self, standing: Standing, question: Question, answer: Repeatable) {
        if (self.stands)() != standing {
            return;
        }
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Given { standing, ..Given::default() };
        let old = (given.standing != standing).then(|| mem::replace(&mut *given, fresh()));
        given.take(question, answer);
        drop(given);
        // Nobody waits until what was given before is gone.
        drop(old);
    }

    fn given(&self) -> RwLockReadGuard<'_, Given> {
        // Answers are as good after a panic as before.
        self.given.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use axum::body::{Body, to_bytes};
    use axum::http::{StatusCode, header};
    use axum::routing::get;
    use jiff::{SignedDuration, Timestamp};
    use tower::ServiceExt;

    use super::super::{Answers, Front};
    use crate::reply::Encoded;
    use crate::{CachePolicy, Routes};

    use super::*;

    /// Routes that tell how often they were asked, as the same for all, for good, and as
    /// one's own.
    struct Asked {
        front: Front,
        second: Arc<AtomicU64>,
        version: Arc<AtomicU64>,
    }

    #[derive(Clone, Copy)]
    enum Whose {
        All,
        Settled,
        Own,
    }

    impl Asked {
        fn new() -> Self {
            let (version, times) = (Arc::new(AtomicU64::new(1)), Arc::new(AtomicU64::new(0)));
            let second = Arc::new(AtomicU64::new(100));
            let answer = move |whose: Whose, headers: HeaderMap| {
                let body = times.fetch_add(1, Ordering::Relaxed).to_string().repeat(900);
                let encoded = Encoded::new("text/plain", body.into(), Timestamp::UNIX_EPOCH);
                let encoded = Arc::new(encoded);
                let settled = CachePolicy::Settled(SignedDuration::from_secs(50));
                match whose {
                    Whose::All => encoded.respond_to_all(CachePolicy::OneSecond, &headers),
                    Whose::Settled => encoded.respond_to_all(settled, &headers),
                    Whose::Own => encoded.respond(CachePolicy::OneSecond, &headers),
                }
            };
            let ways = [("/all", Whose::All), ("/settled", Whose::Settled), ("/own", Whose::Own)];
            let routes = ways.into_iter().fold(Routes::new(), |routes, (address, whose)| {
                let answer = answer.clone();
                routes.route(address, get(async move |headers: HeaderMap| answer(whose, headers)))
            });
            let read = (Arc::clone(&second), Arc::clone(&version));
            let now = move || [read.0.load(Ordering::Relaxed), read.1.load(Ordering::Relaxed), 0];
            let front = Front::new(routes, Answers::default()).repeating(Arc::new(now));
            Self { front, second, version }
        }

        async fn response(&self, method: &str, address: &str, header: (&str, &str)) -> Response {
            let request = Request::builder().method(method).uri(address);
            let request = request.header(header.0, header.1).body(Body::empty()).unwrap();
            self.front.clone().oneshot(request).await.unwrap()
        }

        /// How often a route had been asked when what it says was made.
        async fn get(&self, address: &str, accepted: &str) -> String {
            let response = self.response("GET", address, ("accept", accepted)).await;
            let body = to_bytes(response.into_body(), 10_000).await.unwrap();
            String::from_utf8(body[..body.len() / 900].to_vec()).unwrap()
        }
    }

    #[tokio::test]
    async fn the_same_question_has_the_same_answer_until_something_changes() {
        let asked = Asked::new();
        assert_eq!([asked.get("/all", "a").await, asked.get("/all", "a").await], ["0", "0"]);
        assert_eq!([asked.get("/all?b", "a").await, asked.get("/all", "b").await], ["1", "2"]);
        assert_eq!(asked.get("/all", "a").await, "0", "others were asked meanwhile");
        asked.version.fetch_add(1, Ordering::Relaxed);
        assert_eq!([asked.get("/all", "a").await, asked.get("/all", "a").await], ["3", "3"]);
    }

    #[tokio::test]
    async fn what_is_settled_stays_while_its_time_is_between_when_it_was_made_and_its_end() {
        let asked = Asked::new();
        assert_eq!(asked.get("/settled", "a").await, "0");
        asked.version.fetch_add(1, Ordering::Relaxed);
        let at = async |second| {
            asked.second.store(second, Ordering::Relaxed);
            asked.get("/settled", "a").await
        };
        assert_eq!([at(101).await, at(149).await], ["0", "0"]);
        assert_eq!(at(99).await, "1", "it was made by a clock that was ahead");
        assert_eq!([at(100).await, at(148).await, at(149).await], ["1", "1", "2"]);
    }

    #[tokio::test]
    async fn what_is_one_s_own_is_answered_each_time() {
        let asked = Asked::new();
        assert_eq!([asked.get("/own", "a").await, asked.get("/own", "a").await], ["0", "1"]);
        for times in ["2", "3"] {
            let response = asked.response("HEAD", "/all", ("accept", times)).await;
            assert_eq!(response.status(), StatusCode::OK);
        }
        assert_eq!(asked.get("/own", "a").await, "4", "what is no GET was asked each time");
    }

    #[tokio::test]
    async fn each_is_answered_by_its_own_headers() {
        let asked = Asked::new();
        let first = asked.response("GET", "/all", ("x-one", "1")).await;
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        let held = asked.response("GET", "/all", ("if-none-match", &tag)).await;
        assert_eq!(held.status(), StatusCode::NOT_MODIFIED);
        let packed = asked.response("GET", "/all", ("accept-encoding", "gzip")).await;
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
        assert_eq!(packed.headers()[header::CACHE_CONTROL], "public, max-age=1");
        let ids = [first, held, packed].map(|it| it.headers()["x-request-id"].clone());
        assert!(ids[0] != ids[1] && ids[1] != ids[2], "each has its id");
    }

    #[tokio::test]
    async fn more_than_there_is_room_for_is_answered_each_time() {
        let (repeats, big) = (Repeats::new(Arc::new(|| [0, 0, 0])), vec![b'x'; ROOM / 3]);
        let encoded = Arc::new(Encoded::new("text/plain", big, Timestamp::UNIX_EPOCH));
        let anew = async |request: Request| {
            encoded.respond_to_all(CachePolicy::OneSecond, request.headers())
        };
        let mut kept = Vec::new();
        for (address, accept) in [("/a", "a"), ("/b", "a"), ("/a", "a"), ("/c", &"c".repeat(2_000))]
        {
            let request = Request::get(address).header(ACCEPT, accept);
            repeats.answer(request.body(Body::empty()).unwrap(), anew).await;
            kept.push((repeats.given().answers.len(), repeats.given().bytes > ROOM));
        }
        assert_eq!(kept, [(1, false); 4]);
        let small = Arc::new(Encoded::new("text/plain", Vec::new(), Timestamp::UNIX_EPOCH));
        let anew = async |request: Request| {
            small.respond_to_all(CachePolicy::OneSecond, request.headers())
        };
        for _ in 0..2 {
            repeats.answer(Request::get("/small").body(Body::empty()).unwrap(), anew).await;
        }
        let given = repeats.given();
        assert_eq!(given.answers["/small"].len(), 1, "one too large keeps no other out");
    }
}
