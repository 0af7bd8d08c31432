use std::net::SocketAddr;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::exchange::{self, Answer};

/// What is asked, for each address of the service.
const QUESTIONS: &str = include_str!("../questions.txt");

/// The forms that a table can be asked for in.
const FORMS: [&str; 7] = ["json", "columns", "csv", "ndjson", "arrow", "arrow_file", "parquet"];

/// One question over HTTP.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    /// What is sent with it, in JSON.
    pub(crate) body: &'static str,
    /// What the answer must be.
    pub(crate) status: u16,
}

impl Question {
    /// One that is answered with 200.
    pub(crate) fn get(target: &str) -> Self {
        Self { method: "GET", target: target.to_owned(), body: "", status: 200 }
    }

    /// Every question, with what holds for this run in it.
    ///
    /// # Errors
    ///
    /// The line that is no question.
    pub(crate) fn all(known: Timestamp) -> Result<Vec<Self>, String> {
        let mut all = Vec::new();
        for line in QUESTIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (_, what) = line.split_once(' ').unwrap_or((line, ""));
            if !what.trim_start().starts_with("not ") {
                let question = Self::of(what).ok_or_else(|| format!("no question: {line}"))?;
                all.extend(question.completed(known).in_each_form());
            }
        }
        Ok(all)
    }

    /// What stands behind the address of a line.
    fn of(what: &'static str) -> Option<Self> {
        let (method, rest) = what.trim_start().split_once(' ')?;
        let (status, rest) = rest.split_once(' ')?;
        let (target, body) = rest.split_once(' ').unwrap_or((rest, ""));
        Some(Self { method, target: target.to_owned(), body, status: status.parse().ok()? })
    }

    fn in_each_form(self) -> Vec<Self> {
        if !self.target.contains("{form}") {
            return vec![self];
        }
        let of = |form| Self { target: self.target.replace("{form}", form), ..self.clone() };
        FORMS.map(of).into()
    }

    fn completed(self, known: Timestamp) -> Self {
        let symbols: Vec<String> = (1..=500).map(|n| format!("T{n}")).collect();
        let target = self.target.replace("{symbols}", &symbols.join(","));
        Self { target: target.replace("{known}", &known.to_string()), ..self }
    }

    /// What is asked, for people.
    pub(crate) fn title(&self) -> String {
        let long = self.target.len() > 120;
        let target: String = self.target.chars().take(120).collect();
        let method = if self.method == "GET" { "" } else { "POST " };
        format!("`{method}{target}{}`", if long { "…" } else { "" })
    }

    /// The question as it is asked for the `n`th time.
    fn target(&self, n: i64) -> String {
        let later = day(n) + 30.days();
        self.target.replace("{day}", &day(n).to_string()).replace("{later}", &later.to_string())
    }

    /// Asks a server, which may have the answer under another name.
    ///
    /// # Errors
    ///
    /// What went wrong on the way.
    pub(crate) fn ask(
        &self,
        server: SocketAddr,
        headers: &[(&str, String)],
    ) -> Result<Answer, String> {
        let asked =
            exchange::Asked { method: self.method, target: &self.target(0), body: self.body };
        exchange::ask(server, &asked, headers).map_err(|error| error.to_string())
    }
}

/// A date for each number: three thousand one after the other, and these again.
fn day(n: i64) -> Date {
    jiff::civil::date(2016, 1, 1) + n.rem_euclid(3_000).days()
}
