//! What Yahoo's own clients ask for beyond prices: company facts, statements, options,
//! screeners, news. It is passed on as it is, so nothing of it is read here.
//!
//! `resources` is the list of what may be asked, `session` the cookie and the token that
//! these answers want. A client's own are never sent: the question is put together anew
//! out of what the list has.

mod resources;
mod session;

use std::sync::Arc;

use async_trait::async_trait;
use market::{Document, DocumentOffer, DocumentQuery, DocumentSource, Source, SourceError};
use serde::de::IgnoredAny;
use url::Url;

use super::facts::{NAME, POLLED};
use crate::http::{self, Along, Ask, Client, Reply};
use crate::refused;
use resources::Host;
pub(crate) use resources::offer;
use session::{Pass, Session};

/// Where pages and their news are.
const SITE: &str = "https://finance.yahoo.com";

/// Answers any question with a cookie.
const COOKIES: &str = "https://fc.yahoo.com";

/// Yahoo as its own clients ask it.
pub struct YahooDocuments {
    client: Client,
    hosts: Hosts,
    session: Session,
}

/// The hosts that are asked, and no other. Where Yahoo was moved elsewhere, such as to the
/// simulator, one answers for all.
struct Hosts {
    data: Url,
    site: Url,
    cookies: Url,
}

impl Hosts {
    fn at(base: Url) -> Self {
        let fixed = |address: &str| address.parse().expect("a test reads these addresses");
        if base == fixed(POLLED.address) {
            return Self { data: base, site: fixed(SITE), cookies: fixed(COOKIES) };
        }
        Self { site: base.clone(), cookies: base.clone(), data: base }
    }

    fn of(&self, host: Host) -> &Url {
        match host {
            Host::Data => &self.data,
            Host::Site => &self.site,
        }
    }
}

impl YahooDocuments {
    /// Asks at `base`, and at Yahoo's other hosts where that is Yahoo itself.
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, hosts: Hosts::at(base), session: Session::default() }
    }

    async fn cookie(&self) -> Result<(), SourceError> {
        // Whatever it answers, the cookie is what counts.
        let url = http::address(&self.hosts.cookies, &[], &[]);
        let reply = self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await?;
        self.session.take_cookie(&reply)
    }

    async fn crumb(&self, cookie: &str) -> Result<(), SourceError> {
        let url = http::address(&self.hosts.data, &["v1", "test", "getcrumb"], &[]);
        let ask = Ask { source: NAME, url, limit: http::BODY_LIMIT };
        let along = Along { headers: &[("cookie", cookie)], ..Along::default() };
        let reply = self.client.send(ask, along).await?;
        self.session.take_crumb(&reply, self.client.moment())
    }

    async fn ask(&self, query: &DocumentQuery, pass: &Pass) -> Result<Reply, SourceError> {
        let resource = resources::find(query.path());
        let host = resource.map_or(Host::Data, |resource| resource.host);
        let path: Vec<&str> = query.path().iter().map(String::as_str).collect();
        let parameters = query.parameters().iter();
        let parameters: Vec<_> = parameters.map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let url = http::address(self.hosts.of(host), &path, &parameters);
        let along = Along {
            headers: &[("cookie", &pass.cookie)],
            parameter: Some(("crumb", &pass.crumb)),
            body: query.body().map(|body| &**body),
            ..Along::default()
        };
        self.client.send(Ask { source: NAME, url, limit: http::BODY_LIMIT }, along).await
    }

    /// A refusal of what was sent along: so long as that is new, no other would do either.
    fn refused(&self, pass: &Pass, status: u16) -> Result<Option<Document>, SourceError> {
        if self.session.give_up(pass, self.client.moment()) {
            return Ok(None);
        }
        Err(SourceError::Unauthorised { status })
    }
}

#[async_trait]
impl DocumentSource for YahooDocuments {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    fn offer(&self, asked: &DocumentQuery) -> Option<DocumentOffer> {
        offer(asked, self.client.now())
    }

    fn is_ready(&self) -> bool {
        self.session.pass().is_some()
    }

    async fn prepare(&self) -> Result<(), SourceError> {
        match self.session.cookie() {
            Some(cookie) => self.crumb(&cookie).await,
            None => self.cookie().await,
        }
    }

    async fn document(&self, query: &DocumentQuery) -> Result<Option<Document>, SourceError> {
        let Some(pass) = self.session.pass() else { return Ok(None) };
        match self.ask(query, &pass).await {
            Err(SourceError::Unauthorised { status }) => self.refused(&pass, status),
            Ok(Reply { status: 401, .. }) => self.refused(&pass, 401),
            Ok(reply) => document(&reply).map(Some),
            Err(error) => Err(error),
        }
    }
}

/// What is passed on of an answer: what was asked for, or why the question has no answer.
/// A page in place of either is none.
fn document(reply: &Reply) -> Result<Document, SourceError> {
    let is_of_question = matches!(reply.status, 400 | 404 | 422);
    if !reply.is_success() && !is_of_question {
        return Err(reply.refusal());
    }
    if serde_json::from_slice::<IgnoredAny>(&reply.body).is_err() {
        let why = || SourceError::Unreadable("no JSON".to_owned());
        return Err(refused::in_words(&reply.body).unwrap_or_else(why));
    }
    Ok(Document { status: reply.status, body: Arc::from(&*reply.body) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_not_passed_on() {
        let check = |status: u16, body: &str, expected: Result<u16, &str>| {
            let found = document(&Reply::of(status, body.as_bytes().to_vec()));
            let found = found.as_ref().map(|it| it.status).map_err(SourceError::reason);
            assert_eq!(found, expected, "{status} {body}");
        };
        check(200, "{}", Ok(200));
        check(404, r#"{"quoteSummary":{"result":null}}"#, Ok(404));
        check(404, "<html></html>", Err("unreadable"));
        check(200, "<!doctype html>", Err("unreadable"));
        check(200, "Edge: Too Many Requests", Err("throttled"));
        check(200, "", Err("unreadable"));
        check(200, "{\"a\":1", Err("unreadable"));
        check(410, "{}", Err("upstream_failing"));
        check(200, r#"{"title":"Rate limit for gas"}"#, Ok(200));
    }

    #[test]
    fn each_host_is_fixed_unless_all_are_moved() {
        let hosts = Hosts::at(POLLED.address.parse().unwrap());
        assert_eq!(hosts.of(Host::Site).host_str(), Some("finance.yahoo.com"));
        assert_eq!(hosts.cookies.host_str(), Some("fc.yahoo.com"));
        let moved = Hosts::at("http://127.0.0.1:1".parse().unwrap());
        for host in [moved.of(Host::Data), moved.of(Host::Site), &moved.cookies] {
            assert_eq!(host.as_str(), "http://127.0.0.1:1/");
        }
    }
}
