use std::sync::Arc;

use askama::Template;
use market::{Answer, Freshness, Interval, Period};

use super::summary::Summary;
use super::{Shell, address, assets, words};

/// What the history view shows.
pub(crate) struct HistoryView<'a> {
    /// The symbol as it was asked for, or the default.
    pub(crate) symbol_text: String,
    /// The period as it was asked for, or the default.
    pub(crate) period_text: String,
    /// The interval as it was asked for; `None` for the one that fits the period.
    pub(crate) interval_text: Option<String>,
    /// Symbols worth suggesting, with their names.
    pub(crate) symbols: Vec<(String, String)>,
    /// Periods to pick from.
    pub(crate) periods: &'a [&'a str],
    /// The bars, or why there are none.
    pub(crate) outcome: Result<Arc<Answer>, Message>,
    /// Whether the bars may be taken for the present state of things.
    pub(crate) freshness: Freshness,
    /// Digits after the point that people expect to see.
    pub(crate) decimals: u8,
}

/// Why there is nothing to show.
pub(crate) struct Message {
    /// In a few words.
    pub(crate) title: String,
    /// What was wrong, with what, and what would work.
    pub(crate) detail: String,
    /// Symbols that may have been meant.
    pub(crate) suggestions: Vec<String>,
}

/// An entry of a list to pick from.
struct Pick {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "history.html")]
struct History<'a> {
    shell: &'a Shell,
    view: &'a HistoryView<'a>,
    title: String,
    periods: Vec<Pick>,
    intervals: Vec<Pick>,
    result: Shown<'a>,
    badge: &'static str,
    script: Option<String>,
}

/// What stands below the form.
enum Shown<'a> {
    Bars { summary: Box<Summary<'a>>, json: String },
    Empty(&'a Answer),
    Nothing(&'a Message),
}

/// The history view: pick a symbol and a period, see the prices.
pub(crate) fn history(shell: &Shell, view: &HistoryView<'_>) -> Result<String, askama::Error> {
    let result = shown(view);
    let title = match &result {
        Shown::Bars { summary, .. } => format!("{}, {}", summary.name, summary.span),
        Shown::Empty(answer) => format!("No prices of {}", answer.question.symbol),
        Shown::Nothing(message) => message.title.clone(),
    };
    let (periods, intervals) = (periods(view), intervals(view.interval_text.as_deref()));
    let (badge, script) = (view.freshness.as_str(), assets::url("history.js"));
    History { shell, view, title, periods, intervals, result, badge, script }.render()
}

fn shown<'a>(view: &'a HistoryView<'_>) -> Shown<'a> {
    match &view.outcome {
        Err(message) => Shown::Nothing(message),
        Ok(answer) => match Summary::of(answer, view.decimals) {
            Some(summary) => {
                Shown::Bars { summary: summary.into(), json: address::json(&answer.question) }
            }
            None => Shown::Empty(answer),
        },
    }
}

/// The periods on offer, and the one asked for where it is none of them.
fn periods(view: &HistoryView<'_>) -> Vec<Pick> {
    let asked = view.period_text.as_str();
    let other = Some(asked).filter(|asked| !view.periods.contains(asked));
    let label = |text: &str| text.parse::<Period>().map_or_else(|_| text.to_owned(), words::period);
    view.periods
        .iter()
        .copied()
        .chain(other)
        .map(|value| Pick { value: value.into(), label: label(value), chosen: value == asked })
        .collect()
}

fn intervals(asked: Option<&str>) -> Vec<Pick> {
    let automatic =
        Pick { value: String::new(), label: "automatic".to_owned(), chosen: asked.is_none() };
    let known = Interval::ALL.map(|interval| Pick {
        value: interval.to_string(),
        label: words::interval(interval).to_owned(),
        chosen: asked == Some(interval.as_str()),
    });
    let is_known = |text: &str| known.iter().any(|pick| pick.value == text);
    let other = asked.filter(|text| !is_known(text)).map(|text| Pick {
        value: text.to_owned(),
        label: text.to_owned(),
        chosen: true,
    });
    std::iter::once(automatic).chain(other).chain(known).collect()
}
