use std::fmt;
use std::sync::Arc;

use engine::{Engine, SecondSource};
use jiff::civil::Date;
use market::{
    Coverage, Freshness, HistoryQuery, HistoryResult, Indicator, Price, Repaired, Series,
    series_freshness,
};
use table::{EncodeError, Head, Rows, Table};

use crate::history::answer_with_actions;
use crate::page::Page;
use crate::records::bar::{AboutBars, BarRows, BarsHead, Indicated, sentence};
use crate::refusal::Refusal;
use crate::view::PriceView;

/// The bars of one instrument as they were asked for: the answer, and how its
/// prices are to be seen.
///
/// Routes, commands and files make their table of bars here, so that the same
/// question has the same rows and columns wherever it is asked.
pub struct Bars {
    /// What is known.
    pub answer: Arc<HistoryResult>,
    /// How its prices are to be seen.
    pub view: PriceView,
    /// How fresh it is now, or was at the instant asked about.
    pub freshness: Freshness,
    /// Whether another source says the same, where that is a question.
    pub second: Option<SecondSource>,
}

impl Bars {
    /// Asks for the bars.
    ///
    /// # Errors
    ///
    /// Why there are none.
    pub async fn ask(
        engine: &Engine,
        question: &HistoryQuery,
        view: PriceView,
    ) -> Result<Self, Refusal> {
        let answer = view.answer(engine, question).await?;
        Ok(Self::of(engine, answer, view))
    }

    /// Those of an answer.
    fn of(engine: &Engine, answer: Arc<HistoryResult>, view: PriceView) -> Self {
        let freshness = series_freshness(&answer, view.now(engine));
        let second = if view.known_at.is_none() { engine.second_source(&answer) } else { None };
        Self { answer, view, freshness, second }
    }

    /// The same of the first source that tells what was paid and split, however old.
    ///
    /// # Errors
    ///
    /// Why that has none.
    pub async fn with_actions(&self, engine: &Engine) -> Result<Self, Refusal> {
        let answer = answer_with_actions(engine, &self.answer.query).await?;
        Ok(Self::of(engine, answer, self.view))
    }

    /// Two with the same version have the same bars, for the same question.
    pub fn version(&self) -> impl std::hash::Hash + Clone + use<> {
        let answer = &self.answer;
        let bars = (answer.kept.revision, answer.series.len(), marks(answer));
        (bars, answer.received_at, self.freshness.as_str(), self.second.clone())
    }

    /// The bars that are requested, adjusted as asked.
    ///
    /// # Errors
    ///
    /// Why they cannot be adjusted so.
    pub async fn series(&self, engine: &Engine) -> Result<Arc<Series>, Refusal> {
        Ok(Arc::new(self.view.adjusted(engine, &self.answer).await?))
    }

    /// A page of the series as a table. `next` leads to the rest.
    ///
    /// # Errors
    ///
    /// A fault of ours: what is said once about all bars is no JSON object.
    pub async fn table(
        &self,
        series: Arc<Series>,
        page: Page,
        indicators: Vec<Indicator>,
        next: Option<String>,
    ) -> Result<Table, EncodeError> {
        let PriceView { adjust, known_at, .. } = self.view;
        let (answer, freshness) = (&*self.answer, self.freshness);
        let (second, indicators_asked) = (self.second.as_ref(), indicators.as_slice());
        let about = AboutBars {
            answer,
            adjust,
            known_at,
            freshness,
            second,
            next,
            indicators: indicators_asked,
        };
        Ok(Table {
            constants: about.constants(),
            head: Head::of(&BarsHead::of(about))?,
            name: "bars",
            rows: rows(series, page, answer.repaired.clone(), indicators).await,
        })
    }

    /// What a table of all bars is, in a few words:
    /// `6543 rows, 2000-01-03 to 2025-10-29`, the source, `fresh`.
    pub fn summary(&self, series: &Series) -> impl fmt::Display + use<> {
        let stretch = series.dates().first().zip(series.dates().last());
        let stretch = stretch.map_or_else(String::new, |(from, to)| format!(", {from} to {to}"));
        let (source, freshness) = (&series.head.source, self.freshness.as_str());
        let missing = self.lack().map_or_else(String::new, |lack| format!(", {lack}"));
        let disputed = self.disputed().map_or_else(String::new, |said| format!(", {said}"));
        let repaired = self.repaired().map_or_else(String::new, |said| format!(", {said}"));
        format!(
            "{} rows{stretch}, {source}, {freshness}{missing}{disputed}{repaired}",
            series.len()
        )
    }

    /// Of which closes another source says something else, in a few words.
    pub fn disputed(&self) -> Option<String> {
        disputed(&self.answer)
    }

    /// Which bars are another source's, in a few words.
    pub fn repaired(&self) -> Option<String> {
        repaired(&self.answer)
    }

    /// What the answer lacks of what was asked for, in a few words:
    /// `a part: 1731 bars are missing, 2020-01-02 to 2026-11-20 (not_held)`. `None`
    /// where it is all there is, or may be.
    pub fn lack(&self) -> Option<String> {
        lack(&self.answer)
    }

    /// The same, where some of it may lie between two dates, both included.
    pub fn lack_within(&self, dates: (Date, Date)) -> Option<String> {
        lack_within(&self.answer, dates)
    }
}

/// What an answer lacks of what was asked for, as [`Bars::lack`] says it.
pub fn lack(answer: &HistoryResult) -> Option<String> {
    let coverage = answer.coverage();
    if answer.simulated || answer.may_be_whole() {
        return None;
    }
    let Some(hole) = coverage.holes.iter().max_by_key(|hole| hole.slots) else {
        return Some("a part of what was asked for: nobody was asked for the rest".to_owned());
    };
    let Coverage { missing, .. } = coverage;
    let (from, to, why) = (hole.from, hole.to, hole.why.as_str());
    Some(format!("a part: {missing} bars are missing, {from} to {to} ({why})"))
}

/// Of which closes of an answer another source says something else, in a few words:
/// `sources disagree on the close of 2025-10-29 (one 268.81, other 282.25)`.
pub fn disputed(answer: &HistoryResult) -> Option<String> {
    let first = answer.disputed.first()?;
    let (date, source) = (first.date, &answer.series.head.source);
    let said = format!("{source} {}, {} {}", first.close, first.against, first.against_close);
    let more = match answer.disputed.len() {
        1 => String::new(),
        n => format!(", and on {} more", n - 1),
    };
    Some(format!("sources disagree on the close of {date} ({said}){more}"))
}

/// Whether another source says the same of the last closes of an answer, in a few words:
/// `one says the same, compared to 2025-10-29`. `None` where that is no question.
pub fn second(engine: &Engine, answer: &HistoryResult) -> Option<String> {
    engine.second_source(answer).as_ref().map(sentence)
}

/// Which bars of an answer are another source's, in a few words:
/// `the bar of 2025-10-29 is that of one, as its own is wrong or missing`.
pub fn repaired(answer: &HistoryResult) -> Option<String> {
    let first = &answer.repaired.first()?.repair;
    let (date, by) = (first.date, &first.by);
    let more = match answer.repaired.len() {
        1 => String::new(),
        n => format!(", and {} more are others'", n - 1),
    };
    Some(format!("the bar of {date} is that of {by}, as its own is wrong or missing{more}"))
}

/// A number that is another where other closes are disputed, or other bars repaired.
fn marks(answer: &HistoryResult) -> u64 {
    let bits = |close: Price| close.get().to_bits();
    let disputed = answer.disputed.iter().map(|it| bits(it.close) ^ bits(it.against_close));
    let repaired = answer.repaired.iter().map(|it| bits(it.repair.close));
    disputed.chain(repaired).fold(0, |so_far, it| so_far.rotate_left(7) ^ it)
}

/// What an answer may lack between two dates, both included, as [`Bars::lack`] says it.
pub(crate) fn lack_within(answer: &HistoryResult, (from, to): (Date, Date)) -> Option<String> {
    lack(answer).filter(|_| answer.may_lack(from, to))
}

/// Long averages over a million bars take seconds, in which others must be served.
async fn rows(
    series: Arc<Series>,
    page: Page,
    repaired: Vec<Repaired>,
    indicators: Vec<Indicator>,
) -> Arc<dyn Rows> {
    if indicators.is_empty() {
        return Arc::new(BarRows::new(series, page, repaired));
    }
    let compute = move || Indicated::new(series, page, repaired, &indicators);
    let computed = tokio::task::spawn_blocking(compute).await;
    Arc::new(computed.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic())))
}
