use axum::http::{HeaderMap, HeaderName, HeaderValue};
use engine::{Entry, GivenDocument, Rate};
use jiff::Timestamp;
use market::{Freshness, HistoryResult};
use query::Bars;
use query::explain::explain;
use query::reference::ReferenceTable;

/// What is said beside an answer, in headers: its protocol has no room for it, and a
/// key of ours must not stand where a client would take it for data.
#[derive(Debug, Default)]
pub(super) struct Beside {
    freshness: Option<Freshness>,
    sources: Vec<String>,
    simulated: bool,
    lack: Option<String>,
    repaired: Option<String>,
    reasons: Vec<&'static str>,
}

impl Beside {
    /// What there is to say of bars.
    pub(super) fn of_bars(bars: &Bars) -> Self {
        Self { lack: bars.lack(), ..Self::of_answer(&bars.answer, bars.freshness) }
    }

    /// What there is to say of an answer about history, besides what it lacks.
    pub(super) fn of_answer(answer: &HistoryResult, freshness: Freshness) -> Self {
        let source = answer.series.head.source.as_str().to_owned();
        let (freshness, simulated) = (Some(freshness), answer.simulated);
        let repaired = query::repaired(answer);
        Self { freshness, sources: vec![source], simulated, repaired, ..Self::default() }
    }

    /// What there is to say of the quote of an instrument.
    pub(super) fn of_entry(entry: &Entry, now: Timestamp) -> Self {
        let quote = entry.quote.as_ref();
        Self {
            freshness: Some(entry.freshness(now)),
            sources: quote.map(|quote| quote.source.as_str().to_owned()).into_iter().collect(),
            simulated: quote.is_some_and(|quote| quote.simulated),
            lack: None,
            repaired: None,
            reasons: explain(entry, now).map(|reason| reason.name).into_iter().collect(),
        }
    }

    /// What there is to say of a rate.
    pub(super) fn of_rate(rate: &Rate) -> Self {
        Self {
            freshness: Some(rate.freshness()),
            sources: rate.steps.iter().map(|step| step.source.as_str().to_owned()).collect(),
            simulated: rate.simulated,
            ..Self::default()
        }
    }

    /// What there is to say of reference rates; nothing where there are none.
    pub(super) fn of_table(table: &ReferenceTable) -> Self {
        let freshness = table.source.is_some().then_some(table.freshness);
        let sources = table.source.clone().into_iter().collect();
        let (simulated, lack) = (table.simulated, table.lack.clone());
        Self { freshness, sources, simulated, lack, ..Self::default() }
    }

    /// What there is to say of an answer that is passed on.
    pub(super) fn of_document(given: &GivenDocument) -> Self {
        let is_old = given.current_for.is_zero() && !given.simulated;
        let freshness = match (given.simulated, is_old) {
            (true, _) => Freshness::Simulated,
            (false, true) => Freshness::Stale,
            (false, false) => Freshness::Fresh,
        };
        Self {
            freshness: Some(freshness),
            sources: vec![given.source.as_str().to_owned()],
            simulated: given.simulated,
            lack: None,
            repaired: None,
            reasons: is_old.then(|| given.failures.reason()).into_iter().collect(),
        }
    }

    /// That some of what was asked for cannot be had.
    pub(super) fn lacking(lack: String) -> Self {
        Self { lack: Some(lack), ..Self::default() }
    }

    /// What there is to say of several together: the worst of each.
    pub(super) fn of_all(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().fold(Self::default(), Self::and)
    }

    fn and(mut self, other: Self) -> Self {
        let new = |source: &String| !self.sources.contains(source);
        let sources: Vec<String> = other.sources.into_iter().filter(new).collect();
        self.sources.extend(sources);
        self.reasons.extend(other.reasons);
        self.reasons.dedup();
        let worst = self.freshness.into_iter().chain(other.freshness).max();
        Self {
            freshness: worst,
            simulated: self.simulated || other.simulated,
            lack: self.lack.or(other.lack),
            repaired: self.repaired.or(other.repaired),
            ..self
        }
    }

    /// Adds it to the headers of an answer.
    pub(super) fn add_to(&self, headers: &mut HeaderMap) {
        let lists = [("x-source", self.sources.join(", ")), ("x-reason", self.reasons.join(", "))];
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        let freshness = self.freshness.map(|it| ("x-freshness", it.as_str().to_owned()));
        let simulated = self.freshness.map(|_| ("x-simulated", self.simulated.to_string()));
        let lack = self.lack.clone().map(|lack| ("x-lack", lack));
        let repaired = self.repaired.clone().map(|repaired| ("x-repaired", repaired));
        let all = lists.chain(freshness).chain(simulated).chain(lack).chain(repaired);
        headers.extend(all.filter_map(|(name, text)| {
            Some((HeaderName::from_static(name), HeaderValue::try_from(text).ok()?))
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(freshness: Freshness, source: &str) -> Beside {
        Beside { freshness: Some(freshness), sources: vec![source.to_owned()], ..Beside::default() }
    }

    #[test]
    fn of_several_the_worst_is_said_and_each_source_once() {
        let all = [
            one(Freshness::Fresh, "yahoo"),
            one(Freshness::Stale, "kraken"),
            one(Freshness::Fresh, "yahoo"),
        ];
        let mut headers = HeaderMap::new();
        Beside::of_all(all).add_to(&mut headers);
        assert_eq!(headers["x-freshness"], "stale");
        assert_eq!(headers["x-source"], "yahoo, kraken");
        assert_eq!(headers["x-simulated"], "false");
        assert!(!headers.contains_key("x-lack") && !headers.contains_key("x-reason"));
    }

    #[test]
    fn of_nothing_there_is_nothing_to_say() {
        let mut headers = HeaderMap::new();
        Beside::of_all([]).add_to(&mut headers);
        assert!(headers.is_empty());
    }
}
