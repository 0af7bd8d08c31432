use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use crate::exchange::{self, Answer};

/// One question as a client asks it.
pub(crate) struct Case {
    path: &'static str,
    wants: Wants,
}

#[derive(Clone, Copy, PartialEq)]
enum Wants {
    Plain,
    Gzip,
    /// Holds the present version already and asks whether there is another.
    Unchanged,
}

const YEARS: &str = "/marketpulse/history?symbol=AAPL&period=10y";
const BARS: &str = "/marketpulse/v1/bars/AAPL?period=10y";

/// Where the other servers have the answer.
pub(crate) const FILE: &str = "/answer.json";

/// Every question that is measured.
pub(crate) const CASES: [Case; 7] = [
    Case { path: "/marketpulse/latest", wants: Wants::Plain },
    Case { path: "/marketpulse/history?symbol=CAC40&period=1mo", wants: Wants::Plain },
    Case { path: YEARS, wants: Wants::Plain },
    Case { path: YEARS, wants: Wants::Gzip },
    Case { path: BARS, wants: Wants::Plain },
    Case { path: BARS, wants: Wants::Gzip },
    Case { path: BARS, wants: Wants::Unchanged },
];

/// What the service answered, which the others answer too.
pub(crate) struct Captured {
    /// As it is sent: compressed, or nothing at all.
    pub(crate) sent: Vec<u8>,
    /// The whole answer, uncompressed.
    whole: Vec<u8>,
}

impl Case {
    /// What is asked, for people.
    pub(crate) fn title(&self) -> String {
        let path = self.path;
        match self.wants {
            Wants::Plain => format!("`{path}`"),
            Wants::Gzip => format!("`{path}`, gzip"),
            Wants::Unchanged => format!("`{path}`, not modified"),
        }
    }

    /// Where to ask the service.
    pub(crate) fn target(&self) -> &'static str {
        self.path
    }

    /// The headers to ask `server` with. Each server has tags of its own, so it
    /// is asked for the one that it will know again.
    pub(crate) fn headers(
        &self,
        server: SocketAddr,
        target: &str,
    ) -> Result<Vec<(&'static str, String)>, String> {
        match self.wants {
            Wants::Plain => Ok(Vec::new()),
            Wants::Gzip => Ok(vec![("Accept-Encoding", "gzip".to_owned())]),
            Wants::Unchanged => {
                let answer = ask(server, target, &[])?;
                match answer.header("etag") {
                    "" => Err(format!("{} without an ETag", answer.status)),
                    tag => Ok(vec![("If-None-Match", tag.to_owned())]),
                }
            }
        }
    }

    /// Asks the service, or says why this cannot be measured.
    pub(crate) fn capture(&self, service: SocketAddr) -> Result<Captured, String> {
        let headers = self.headers(service, self.path)?;
        let sent = self.check(service, self.path, &headers)?.body;
        let whole = match self.wants {
            Wants::Plain => sent.clone(),
            Wants::Gzip | Wants::Unchanged => ask(service, self.path, &[])?.body,
        };
        Ok(Captured { sent, whole })
    }

    /// Puts the answer where nginx and the bare server look for it.
    pub(crate) fn put(&self, captured: &Captured, folder: &Path) -> std::io::Result<()> {
        fs::write(folder.join("answer.json"), &captured.whole)?;
        if self.wants == Wants::Gzip {
            fs::write(folder.join("answer.json.gz"), &captured.sent)?;
        }
        Ok(())
    }

    /// Makes sure that a server still answers in this way.
    pub(crate) fn check(
        &self,
        server: SocketAddr,
        target: &str,
        headers: &[(&'static str, String)],
    ) -> Result<Answer, String> {
        let answer = ask(server, target, headers)?;
        self.is_as_wanted(&answer)?;
        Ok(answer)
    }

    /// Makes sure that a server answers what the service did.
    pub(crate) fn compare(&self, captured: &Captured, server: SocketAddr) -> Result<(), String> {
        let answer = self.check(server, FILE, &self.headers(server, FILE)?)?;
        if answer.body == captured.sent {
            return Ok(());
        }
        let (ours, theirs) = (captured.sent.len(), answer.body.len());
        Err(format!("other bytes than the service: {theirs} of them instead of {ours}"))
    }

    fn is_as_wanted(&self, answer: &Answer) -> Result<(), String> {
        let status = if self.wants == Wants::Unchanged { 304 } else { 200 };
        let encoding = if self.wants == Wants::Gzip { "gzip" } else { "" };
        if answer.status != status {
            return Err(format!("{} instead of {status}", answer.status));
        }
        match answer.header("content-encoding") {
            found if found == encoding => Ok(()),
            found => Err(format!("encoding '{found}' instead of '{encoding}'")),
        }
    }
}

fn ask(
    server: SocketAddr,
    target: &str,
    headers: &[(&'static str, String)],
) -> Result<Answer, String> {
    exchange::get(server, target, headers).map_err(|error| error.to_string())
}
