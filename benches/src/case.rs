use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use crate::exchange::Answer;
use crate::floor;
use crate::question::Question;

/// One question as a client asks it.
pub(crate) struct Case {
    pub(crate) question: Question,
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

/// What the service answered, which the others answer too.
pub(crate) struct Captured {
    /// As it is sent: compressed, or nothing at all.
    pub(crate) sent: Vec<u8>,
    /// The whole answer, uncompressed.
    whole: Vec<u8>,
}

impl Case {
    /// The questions that are asked beside nginx too.
    pub(crate) fn deep() -> [Self; 7] {
        [
            ("/marketpulse/latest", Wants::Plain),
            ("/marketpulse/history?symbol=CAC40&period=1mo", Wants::Plain),
            (YEARS, Wants::Plain),
            (YEARS, Wants::Gzip),
            (BARS, Wants::Plain),
            (BARS, Wants::Gzip),
            (BARS, Wants::Unchanged),
        ]
        .map(|(target, wants)| Self { question: Question::get(target), wants })
    }

    /// A question whose answer is taken as it is.
    pub(crate) fn plain(question: Question) -> Self {
        Self { question, wants: Wants::Plain }
    }

    /// What is asked, for people.
    pub(crate) fn title(&self) -> String {
        let question = self.question.title();
        match self.wants {
            Wants::Plain => question,
            Wants::Gzip => format!("{question}, gzip"),
            Wants::Unchanged => format!("{question}, not modified"),
        }
    }

    /// The same as it is put to the other servers.
    pub(crate) fn elsewhere(&self) -> Self {
        Self { question: Question::get(FILE), wants: self.wants }
    }

    /// The headers to ask `server` with. Each server has tags of its own, so it
    /// is asked for the one that it will know again.
    pub(crate) fn headers(
        &self,
        server: SocketAddr,
    ) -> Result<Vec<(&'static str, String)>, String> {
        match self.wants {
            Wants::Plain => Ok(Vec::new()),
            Wants::Gzip => Ok(vec![("Accept-Encoding", "gzip".to_owned())]),
            Wants::Unchanged => {
                let answer = self.question.ask(server, &[])?;
                match answer.header("etag") {
                    "" => Err(format!("{} without an ETag", answer.status)),
                    tag => Ok(vec![("If-None-Match", tag.to_owned())]),
                }
            }
        }
    }

    /// Asks the service, or says why this cannot be measured.
    pub(crate) fn capture(&self, service: SocketAddr) -> Result<Captured, String> {
        let sent = self.check(service, &self.headers(service)?)?.body;
        let whole = match self.wants {
            Wants::Plain => sent.clone(),
            Wants::Gzip | Wants::Unchanged => self.question.ask(service, &[])?.body,
        };
        Ok(Captured { sent, whole })
    }

    /// Puts the answer where nginx, the bare server and the floor look for it.
    pub(crate) fn put(&self, captured: &Captured, folder: &Path) -> std::io::Result<()> {
        let (status, length) = match self.wants {
            Wants::Unchanged => ("304 Not Modified", String::new()),
            _ => ("200 OK", format!("Content-Length: {}\r\n", captured.sent.len())),
        };
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{length}\r\n");
        fs::write(folder.join(floor::FILE), [head.as_bytes(), &captured.sent].concat())?;
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
        headers: &[(&'static str, String)],
    ) -> Result<Answer, String> {
        let answer = self.question.ask(server, headers)?;
        self.is_as_wanted(&answer)?;
        Ok(answer)
    }

    /// Makes sure that a server answers what the service did.
    pub(crate) fn compare(&self, captured: &Captured, server: SocketAddr) -> Result<(), String> {
        let answer = self.check(server, &self.headers(server)?)?;
        if answer.body == captured.sent {
            return Ok(());
        }
        let (ours, theirs) = (captured.sent.len(), answer.body.len());
        Err(format!("other bytes than the service: {theirs} of them instead of {ours}"))
    }

    fn is_as_wanted(&self, answer: &Answer) -> Result<(), String> {
        let status = if self.wants == Wants::Unchanged { 304 } else { self.question.status };
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
