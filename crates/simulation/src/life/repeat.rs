use engine::Engine;
use jiff::Timestamp;
use market::{Clock, Symbol};
use query::Refusal;

use super::Scene;
use crate::prices::prices;
use crate::questions::Question;
use crate::reader::{Asked, read};

/// So many tellings are kept, to be asked for again as of their instant.
const KEPT: usize = 1_000;

/// So many are asked for at once.
const AT_ONCE: usize = 5;

/// What was asked.
#[derive(Debug)]
pub(super) enum What {
    Bars(Asked),
    Prices(Vec<Symbol>),
    Other(Question),
}

/// What was told, by the machine's clock.
pub(super) struct Telling {
    pub(super) what: What,
    pub(super) at: Timestamp,
    pub(super) body: String,
}

/// A telling, and how many commits there were then.
pub(super) struct Kept {
    telling: Telling,
    commits: usize,
}

impl What {
    /// What it is counted as.
    fn name(&self) -> &'static str {
        match self {
            Self::Bars(_) => "bars as of, compared",
            Self::Prices(_) => "prices as of, compared",
            Self::Other(_) => "answers as of, compared",
        }
    }
}

impl Scene {
    /// Keeps what was told of one moment, where its instant names that alone.
    pub(super) fn keep(&mut self, telling: Telling, commits: Option<usize>) {
        let Some(commits) = commits.filter(|it| !self.record.known_after(*it, telling.at)) else {
            return;
        };
        if self.kept.len() == KEPT {
            self.kept.swap_remove(self.chance.usize(0..KEPT));
        }
        self.kept.push(Kept { telling, commits });
    }

    /// (a) What was told is told again as of its instant.
    pub(super) async fn look_back(&mut self, engine: &Engine) {
        for _ in 0..AT_ONCE.min(self.kept.len()) {
            let i = self.chance.usize(0..self.kept.len());
            if self.is_past(&self.kept[i]) {
                self.repeats(engine, &self.kept[i]).await;
            } else {
                self.journal.count("instants that passed twice");
                self.kept.swap_remove(i);
            }
        }
    }

    /// (a) All that is kept is told again.
    pub(super) async fn look_back_at_all(&self, engine: &Engine) {
        for kept in self.kept.iter().filter(|kept| self.is_past(kept)) {
            self.repeats(engine, kept).await;
        }
    }

    /// Whether a telling can be asked for by its instant: no clock passed that again.
    fn is_past(&self, Kept { telling, commits }: &Kept) -> bool {
        telling.at <= self.clock.now() && !self.record.known_by(*commits, telling.at)
    }

    async fn repeats(&self, engine: &Engine, Kept { telling, commits }: &Kept) {
        let Telling { what, at, body } = telling;
        self.journal.count(what.name());
        let again = self.told_as_of(engine, what, *at).await;
        // Of prices within one second the last is stored, and it is said that others were shown.
        if matches!(again, Err(Refusal::NotKept { .. })) {
            return self.journal.count("instants not kept");
        }
        let again = again.unwrap_or_else(|refusal| format!("{refusal:?}"));
        if again != *body {
            let (one, other) = difference(body, &again);
            self.journal.fault(format!(
                "(a) {what:?} told at {at} by commit {commits}: {one} -- as of: {other}"
            ));
        }
    }

    async fn told_as_of(
        &self,
        engine: &Engine,
        what: &What,
        at: Timestamp,
    ) -> Result<String, Refusal> {
        let when = (Some(at), || self.clock.truly());
        match what {
            What::Bars(asked) => Ok(read(engine, &self.record, asked, when).await?.body),
            What::Other(question) => Ok(question.put(engine, &self.record, Some(at)).await?.body),
            What::Prices(symbols) => match prices(engine, &self.record, symbols, when).await {
                // That is said of each, where something is known of any.
                Err(Refusal::NothingKnown { .. }) => Ok(String::new()),
                again => Ok(again?.body),
            },
        }
    }
}

/// Where two texts part, with what follows.
fn difference(one: &str, other: &str) -> (String, String) {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let from = |text: &str| text.chars().skip(same.saturating_sub(60)).take(200).collect();
    (from(one), from(other))
}
